"""The contest: candidates flown on the same days, look by look, until the best is told apart."""

from collections.abc import Mapping, Sequence

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.studies.choose_days import FlownDay
from aspan.studies.day_figures import DayFigures
from aspan.studies.estimates import Estimate, estimate_mean
from aspan.studies.finance import account
from aspan.studies.flights import Flights
from aspan.studies.objective import Yardstick, least_served
from aspan.studies.plan import Plan
from aspan.studies.plan_city import own_plan
from aspan.studies.programme_money import DEFICIT, FARES, make_case, mean_day_of, read_outputs
from aspan.studies.ranking import MoreDays, Ranked, RankedPlan, RankingRules, rank_plans
from aspan.studies.setting import Setting
from aspan.studies.shortlist import Candidate
from aspan.studies.study import Study
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.world.city import City
from aspan.world.costs import Costs

STEP = "ranking"
_NOISE = "constraints.people_above_limit_max"


def rules_of(study: Study) -> RankingRules:
    """Return the rules by which a study's plans are ranked."""
    return RankingRules(
        per_month_first=study.days.ranking_per_month_first,
        per_month_max=study.days.ranking_per_month_max,
        confidence=study.ranking.confidence,
        indifference=study.ranking.indifference,
    )


class NoiseLimit:
    """The constraint on people above the limit of noise: broken by any day that passes it.

    The surrogate knows no noise, so days alone can tell.

    Parameters
    ----------
    people_max
        Of the study.
    days
        That the choice must keep it on, beside those of the contest.
    """

    def __init__(self, people_max: int, days: Sequence[FlownDay], base: City) -> None:
        self.people_max, self.days = people_max, tuple(days)
        self._quietest = float("inf")
        if base.rules.noise is None:
            raise InvalidInput(_NOISE, people_max, "none: the city states no limit of noise")

    def is_broken(self, flown: Sequence[DayFigures]) -> bool:
        """Say whether any of a plan's days puts more people above the limit."""
        most = max((day.people_above_day_limit or 0.0 for day in flown), default=0.0)
        if most > self.people_max:
            self._quietest = min(self._quietest, most)
        return most > self.people_max

    def refuse_all(self) -> InvalidInput:
        """Return the refusal of a study whose plans all break it."""
        expected = f"{self._quietest:.0f} or more: the quietest plan puts so many above the limit"
        return InvalidInput(_NOISE, self.people_max, expected)


def hold_contest(
    flights: Flights,
    plans: Mapping[str, Plan],
    setting: Setting,
    days: Sequence[FlownDay],
    *,
    rules: RankingRules,
    yardstick: Yardstick,
    costs: Mapping[str, float],
    limit: NoiseLimit | None = None,
) -> Ranked:
    """Return which plan is best; fly what the ranking asks for.

    Parameters
    ----------
    plans
        By id.
    costs
        By id: among plans that are as good the cheapest is chosen.
    limit
        A plan that breaks it on any day it flew is put out, and the others are ranked anew.
    """
    values: dict[str, dict[FlownDay, float]] = {name: {} for name in plans}
    out: list[RankedPlan] = []

    def fly(names: Sequence[str], wanted: Sequence[FlownDay]) -> None:
        flights.fly(STEP, [(plans[name], setting) for name in names], wanted)
        for name in names:
            flown = [flights.get_figures(plans[name], setting, day) for day in wanted]
            values[name] |= dict(zip(wanted, map(yardstick.value, flown), strict=True))
            if limit is not None and limit.is_broken(flown):
                out.append(_put_out(name, values.pop(name), setting))

    while True:
        if limit is not None and not values:
            raise limit.refuse_all()
        answer = rank_plans(values, days, rules, costs=costs)
        if isinstance(answer, MoreDays):
            fly(answer.names, answer.days)
            continue
        if limit is not None:
            fly([answer.choice], limit.days)
            if answer.choice not in values:
                continue
        return msgspec.structs.replace(answer, plans=(*answer.plans, *out))


def _put_out(name: str, values: Mapping[FlownDay, float], setting: Setting) -> RankedPlan:
    """Return a plan that breaks the limit of noise, with what its days were worth."""
    worth = [(day.day.month, value) for day, value in sorted(values.items())]
    mean = sum(value for _, value in worth) / len(worth)
    found = Estimate(mean=mean, low=float("-inf"), high=float("inf"), days=len(worth))
    return RankedPlan(
        name=name,
        status="infeasible",
        days=len(worth),
        dropped_at=0,
        mean=estimate_mean(worth, months=setting.months) if len(worth) > 1 else found,
        difference=None,
        confidence=1.0,
        reason="noise",
    )


def make_yardstick(
    study: Study, surrogate: Surrogate, candidates: Mapping[str, Candidate], costs: Costs
) -> Yardstick:
    """Return what a day of a plan of the contest is measured by."""
    objective = study.objective
    if objective == "fairness":
        own = surrogate.estimate(own_plan(surrogate.city), study.setting)
        people = {str(zone.zone_id): zone.population for zone in surrogate.city.demand.zones}
        return Yardstick(objective=objective, zone_ids=least_served(people, own.passengers_by_zone))
    if objective not in ("deficit", "cost_per_minute"):
        return Yardstick(objective=objective)
    running: dict[str, float] = {}
    whole: dict[str, float] = {}
    ratios, kept, days = [], 1.0, costs.terms.service_days_per_year
    for name, candidate in sorted(candidates.items()):
        programme = candidate.programme
        means = [
            mean_day_of(surrogate.estimate(stage.plan, study.setting)) for stage in programme.stages
        ]
        sums = read_outputs(account(make_case(programme, means, costs, study.horizon.deliveries)))
        taken = means[-1].revenue_tiyn * days
        kept = sums[FARES] / taken if taken > 0.0 else kept
        running[name] = (sums[DEFICIT] + sums[FARES]) / days
        whole[name] = candidate.weighed.net_present_cost_tiyn / (programme.years * days)
        if means[-1].minutes_saved > 0.0:
            ratios.append(whole[name] / means[-1].minutes_saved)
    return Yardstick(
        objective=objective,
        kept_share=kept,
        running_tiyn=running,
        whole_tiyn=whole,
        minute_tiyn=min(ratios, default=0.0),
    )
