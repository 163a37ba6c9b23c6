"""The contest: candidates flown on the same days, look by look, until the best is told apart."""

from collections.abc import Mapping, Sequence

from aspan.studies.choose_days import FlownDay
from aspan.studies.finance import account
from aspan.studies.flights import Flights
from aspan.studies.objective import Yardstick, least_served
from aspan.studies.plan import Plan
from aspan.studies.plan_city import own_plan
from aspan.studies.programme_money import DEFICIT, FARES, make_case, mean_day_of, read_outputs
from aspan.studies.ranking import Ranked, RankingRules, rank_plans
from aspan.studies.setting import Setting
from aspan.studies.shortlist import Candidate
from aspan.studies.study import Study
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.world.costs import Costs

STEP = "ranking"


def rules_of(study: Study) -> RankingRules:
    """Return the rules by which a study's plans are ranked."""
    return RankingRules(
        per_month_first=study.days.ranking_per_month_first,
        per_month_max=study.days.ranking_per_month_max,
        confidence=study.ranking.confidence,
        indifference=study.ranking.indifference,
    )


def hold_contest(
    flights: Flights,
    plans: Mapping[str, Plan],
    setting: Setting,
    days: Sequence[FlownDay],
    *,
    rules: RankingRules,
    yardstick: Yardstick,
    costs: Mapping[str, float],
) -> Ranked:
    """Return which plan is best; fly what the ranking asks for.

    Parameters
    ----------
    plans
        By id.
    costs
        By id: among plans that are as good the cheapest is chosen.
    """
    values: dict[str, dict[FlownDay, float]] = {name: {} for name in plans}
    while True:
        answer = rank_plans(values, days, rules, costs=costs)
        if isinstance(answer, Ranked):
            return answer
        flights.fly(STEP, [(plans[name], setting) for name in answer.names], answer.days)
        for name in answer.names:
            for day in answer.days:
                figures = flights.get_figures(plans[name], setting, day)
                values[name][day] = yardstick.value(figures)


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
