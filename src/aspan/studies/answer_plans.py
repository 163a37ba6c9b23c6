"""The plans in an answer: those that were compared, with how sure the choice is, and the front."""

from collections.abc import Mapping, Sequence

from scipy.stats import spearmanr

from aspan.studies.answer_parts import Figure, FrontPoint, PlanCompared
from aspan.studies.flown import Flown, tell_estimate
from aspan.studies.objective import Yardstick
from aspan.studies.pareto import list_front
from aspan.studies.programme_money import CAPITAL, NPC, ProgrammeMoney
from aspan.studies.ranking import Ranked
from aspan.studies.shortlist import Candidate, Shortlist, Weighed

RANKED_MIN = 3
"""Plans below which a rank correlation says nothing."""

FRONT_MAX = 200
"""Points of a front that are kept: more are one line in print."""


def list_compared(
    ranked: Ranked,
    candidates: Mapping[str, Candidate],
    flown: Mapping[str, Flown],
    money: Mapping[str, ProgrammeMoney],
    yardstick: Yardstick,
) -> tuple[PlanCompared, ...]:
    """Return the plans of the contest, the chosen one first."""
    found = []
    for plan in ranked.plans:
        days, candidate = flown[plan.name], candidates[plan.name]
        difference = None
        if plan.difference is not None:
            difference = tell_estimate(plan.difference, yardstick.unit)
        cost = money[plan.name].figure(NPC)
        found.append(
            PlanCompared(
                plan_id=plan.name,
                plan=candidate.programme.final_plan,
                status=plan.status,
                days=plan.days,
                objective=tell_estimate(plan.mean, yardstick.unit),
                difference=difference,
                confidence=plan.confidence,
                passengers_per_day=days.figure(lambda day: float(day.passengers_flown), "1"),
                minutes_saved_per_day=days.figure(lambda day: day.minutes_saved, "min"),
                net_present_cost_tiyn=cost or Figure(value=0.0, unit="tiyn", basis="computed"),
                surrogate_objective=candidate.objective,
                reason=plan.reason,
            )
        )
    return tuple(found)


def draw_front(
    shortlist: Shortlist,
    flown: Mapping[str, Flown],
    money: Mapping[str, ProgrammeMoney],
    chosen: str,
) -> tuple[FrontPoint, ...]:
    """Return the plans weighed and flown, by cost; flown figures take the surrogate's place."""
    weighed = {each.plan_id: each for each in shortlist.front}
    weighed |= {each.weighed.plan_id: each.weighed for each in shortlist.candidates}
    points = {
        name: _point(each, flown.get(name), money.get(name), chosen)
        for name, each in sorted(weighed.items())
    }
    aims = {
        name: (p.net_present_cost_tiyn, p.minutes_saved_per_day, p.passengers_per_day)
        for name, p in points.items()
    }
    front = set(list_front(aims, ("least", "most", "most")))
    kept = sorted(
        points.values(),
        key=lambda p: (p.plan_id not in front and p.basis != "simulated", p.plan_id),
    )[:FRONT_MAX]
    return tuple(
        FrontPoint(
            plan_id=p.plan_id, fleet=p.fleet, sites=p.sites, fare_factor=p.fare_factor,
            net_present_cost_tiyn=p.net_present_cost_tiyn, capital_tiyn=p.capital_tiyn,
            passengers_per_day=p.passengers_per_day,
            minutes_saved_per_day=p.minutes_saved_per_day,
            is_on_front=p.plan_id in front, is_chosen=p.is_chosen, basis=p.basis,
        )
        for p in sorted(kept, key=lambda p: (p.net_present_cost_tiyn, p.plan_id))
    )  # fmt: skip


def _point(
    weighed: Weighed, flown: Flown | None, money: ProgrammeMoney | None, chosen: str
) -> FrontPoint:
    """Return one plan, by the days it flew where it did."""
    is_flown = flown is not None and money is not None and bool(flown.days)
    cost, capital = float(weighed.net_present_cost_tiyn), float(weighed.capital_tiyn)
    passengers, minutes = weighed.passengers_per_day, weighed.minutes_saved_per_day
    if flown is not None and money is not None and is_flown:
        cost, capital = money.outputs[NPC], money.outputs[CAPITAL]
        passengers = flown.mean_of("passengers_flown")
        minutes = flown.mean_of("minutes_saved")
    return FrontPoint(
        plan_id=weighed.plan_id,
        fleet=weighed.fleet,
        sites=weighed.sites,
        fare_factor=weighed.fare_factor,
        net_present_cost_tiyn=cost,
        capital_tiyn=capital,
        passengers_per_day=passengers,
        minutes_saved_per_day=minutes,
        is_on_front=False,
        is_chosen=weighed.plan_id == chosen,
        basis="simulated" if is_flown else "surrogate",
    )


def find_spearman(plans: Sequence[PlanCompared]) -> float | None:
    """Return the rank correlation of surrogate and simulation over plans; None of fewer than 3."""
    pairs = [
        (plan.surrogate_objective, plan.objective.value)
        for plan in plans
        if plan.surrogate_objective is not None
    ]
    if len(pairs) < RANKED_MIN:
        return None
    first, second = zip(*pairs, strict=True)
    if len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return float(spearmanr(first, second).statistic)
