"""Weighing: a plan's mean day by the surrogate, its money, its objective, and whether it may be.

While plans are searched a programme of one stage stands for all: the network as built, its fleet
bound by the deliveries of each year. `staging.py` makes the stages of those that are kept.
"""

from typing import Final, NoReturn

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import TIYN_PER_TENGE
from aspan.studies.finance import account, list_years, total
from aspan.studies.money import Case, DayMeans
from aspan.studies.objective import least_served
from aspan.studies.plan import Plan, Programme, Stage
from aspan.studies.plan_city import own_plan
from aspan.studies.shortlist import Weighed
from aspan.studies.study import Study
from aspan.studies.surrogate.figures import SurrogateFigures
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.world.city import City
from aspan.world.costs import Costs
from aspan.world.fare import pair_distance_m, seat_bounds_tiyn

NOTHING: Final = -1e18
"""Objective of a plan that may not be, or on which nobody flies."""

MEANS: Final = tuple(
    name for name in DayMeans.__struct_fields__ if name not in ("refunds_tiyn", "care_tiyn")
)


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan comes to.

    Parameters
    ----------
    objective
        Greater is better, `NOTHING` where nobody flies.
    obstacle
        Code of what forbids it: `budget`, `deficit`, `fare`, `nobody`; empty if nothing does.
    """

    plan: Plan
    figures: SurrogateFigures
    told: Weighed
    objective: float
    obstacle: str

    @property
    def rank(self) -> tuple[bool, float, float]:
        """Order of plans: those that may be first, then the better, then the cheaper."""
        if self.obstacle:
            return (False, -float(self.told.net_present_cost_tiyn), self.objective)
        return (True, self.objective, -float(self.told.net_present_cost_tiyn))


def mean_day_of(figures: SurrogateFigures) -> DayMeans:
    """Return the mean day of a surrogate as money counts it: nothing is paid back."""
    values = {name: max(0.0, float(getattr(figures, name))) for name in MEANS}
    values["minutes_saved"] = float(figures.minutes_saved)
    return DayMeans(refunds_tiyn=0.0, care_tiyn=0.0, **values)


class Weigher:
    """Weighs plans of one study, each once.

    Attributes
    ----------
    known
        By plan id, in the order in which they were first asked for.
    """

    def __init__(self, study: Study, city: City, surrogate: Surrogate, costs: Costs) -> None:
        self.study, self.city, self.costs = study, city, costs
        self.surrogate = surrogate
        self.known: dict[str, Weight] = {}
        usd = study.budget.usd or 0.0
        self.budget_tiyn = usd * costs.terms.kzt_per_usd * TIYN_PER_TENGE
        self._served_least: frozenset[str] | None = None

    def weigh(self, plan: Plan) -> Weight:
        """Return what a plan comes to."""
        found = self.known.get(plan.plan_id)
        if found is None:
            found = self.known[plan.plan_id] = self._weigh(plan)
        return found

    def refuse_budget(self, least_tiyn: float) -> NoReturn:
        """Say that no network is within the budget, and from where on one would be."""
        rate = self.costs.terms.kzt_per_usd * TIYN_PER_TENGE
        least = (
            f"{least_tiyn / rate:,.0f} US dollars or more, which the cheapest network found costs"
        )
        raise InvalidInput("budget", self.study.budget.usd, least)

    def _weigh(self, plan: Plan) -> Weight:
        horizon = self.study.horizon
        programme = Programme(
            stages=(Stage(first_year=horizon.first_year, years=horizon.years, plan=plan),)
        )
        figures = self.surrogate.estimate(plan, self.study.setting)
        return self.weigh_programme(programme, (figures,))

    def weigh_programme(
        self, programme: Programme, figures: tuple[SurrogateFigures, ...]
    ) -> Weight:
        """Return what a programme comes to, with the figures of each of its stages."""
        plan, last = programme.final_plan, figures[-1]
        kept = account(
            Case(
                programme=programme,
                means=tuple(mean_day_of(one) for one in figures),
                costs=self.costs,
                deliveries=self.study.horizon.deliveries,
            )
        )
        sums = total(kept)
        final = [row for row in list_years(kept) if row.year >= programme.stages[-1].first_year]
        deficit = sum(row.deficit_tiyn for row in final) / len(final)
        npc, capital = sums.net_present_cost_tiyn, sums.capital_tiyn
        told = Weighed(
            plan_id=plan.plan_id,
            fleet=plan.fleet,
            sites=len(plan.sites),
            fare_factor=plan.fare_factor,
            net_present_cost_tiyn=npc,
            capital_tiyn=capital,
            passengers_per_day=last.passengers_flown,
            minutes_saved_per_day=last.minutes_saved,
        )
        obstacle = self._find_obstacle(plan, last, npc, capital, deficit)
        objective = self._objective(last, npc, deficit) if obstacle != "nobody" else NOTHING
        return Weight(plan=plan, figures=last, told=told, objective=objective, obstacle=obstacle)

    def _find_obstacle(
        self, plan: Plan, figures: SurrogateFigures, npc: int, capital: int, deficit: float
    ) -> str:
        """Return the code of what forbids a plan; empty if nothing does."""
        if figures.passengers_flown <= 0.0:
            return "nobody"
        spent = capital if self.study.budget.covers == "capital" else npc
        if spent > self.budget_tiyn:
            return "budget"
        limits = self.study.constraints
        if limits.deficit_usd_max is not None:
            rate = self.costs.terms.kzt_per_usd * TIYN_PER_TENGE
            if deficit > limits.deficit_usd_max * rate:
                return "deficit"
        if limits.fare_tiyn_max is not None and self._dearest(plan) > limits.fare_tiyn_max:
            return "fare"
        return ""

    def _dearest(self, plan: Plan) -> float:
        """Return the dearest seat between two sites of a plan [tiyn]."""
        sites = [self.city.get_vertiport(site_id) for site_id in plan.site_ids]
        rules, seats = self.city.rules, self.city.aircraft_type.seats
        return plan.fare_factor * max(
            seat_bounds_tiyn(rules, seats, pair_distance_m(first, second))[1]
            for first in sites
            for second in sites
            if first is not second
        )

    def _objective(self, figures: SurrogateFigures, npc: int, deficit: float) -> float:
        """Return what the study's objective makes of a mean day; greater is better."""
        match self.study.objective:
            case "minutes_saved":
                return figures.minutes_saved
            case "passengers":
                return figures.passengers_flown
            case "deficit":
                return -deficit / 365.0
            case "cost_per_minute":
                days = 365.0 * self.study.horizon.years
                return -npc / days / max(figures.minutes_saved, 1e-9)
            case "fairness":
                return sum(
                    passengers
                    for zone, passengers in figures.passengers_by_zone.items()
                    if zone in self._find_served_least()
                )
            case "noise":
                return -figures.sorties_flown

    def _find_served_least(self) -> frozenset[str]:
        """Return the zones that the city's own network serves least."""
        if self._served_least is None:
            own = self.surrogate.estimate(own_plan(self.city), self.study.setting)
            population: dict[str, float] = {
                str(zone.zone_id): zone.population for zone in self.city.demand.zones
            }
            self._served_least = least_served(population, own.passengers_by_zone)
        return self._served_least
