"""The objective as a value of one day, so that plans are ranked on days that all of them flew.

Ranking needs a number a day, greater is better, whose mean is what is meant. Counts are that
already. Money is made so by taking from each day's fares what a mean day of the plan costs; a cost
for each minute by Dinkelbach's transformation: with the ratio r of the best plan by the surrogate,
the plan of least cost a minute is the one of greatest r × minutes − cost [1]_. Fairness counts
the passengers of that half of the residents whom the city's own network serves least.

References
----------
.. [1] W. Dinkelbach, *On nonlinear fractional programming*, Management Science 13, 1967.
"""

from collections.abc import Mapping

import msgspec

from aspan.studies.day_figures import DayFigures
from aspan.studies.study import Objective

HALF = 0.5
"""Share of the residents whom fairness looks at."""


class Yardstick(msgspec.Struct, frozen=True, kw_only=True):
    """What a day of a plan is measured by.

    Parameters
    ----------
    kept_share
        Of fares, after tax and the cost of sale.
    running_tiyn
        By plan: operations of a mean day of service that do not move with fares.
    whole_tiyn
        By plan: net present cost over the days of the horizon.
    minute_tiyn
        Cost of a minute saved of the best plan by the surrogate.
    zone_ids
        Of the half of the residents served least.
    """

    objective: Objective
    kept_share: float = 1.0
    running_tiyn: Mapping[str, float] = {}
    whole_tiyn: Mapping[str, float] = {}
    minute_tiyn: float = 0.0
    zone_ids: frozenset[str] = frozenset()

    @property
    def unit(self) -> str:
        """Unit of the value of a day."""
        units = {"minutes_saved": "min", "passengers": "1", "fairness": "1", "noise": "1"}
        return units.get(self.objective, "tiyn")

    def value(self, day: DayFigures) -> float:
        """Return what a day is worth; greater is better."""
        if self.objective == "minutes_saved":
            return day.minutes_saved
        if self.objective == "passengers":
            return float(day.passengers_flown)
        if self.objective == "fairness":
            return sum(n for zone, n in day.passengers_by_zone.items() if zone in self.zone_ids)
        if self.objective == "noise":
            return -float(day.people_above_day_limit or 0)
        fares = day.revenue_tiyn - day.refunds_tiyn
        if self.objective == "deficit":
            running = self.running_tiyn.get(day.plan_id, 0.0)
            return fares * self.kept_share - day.care_tiyn - running
        return self.minute_tiyn * day.minutes_saved - self.whole_tiyn.get(day.plan_id, 0.0)


def least_served(
    population: Mapping[str, float], passengers: Mapping[str, float]
) -> frozenset[str]:
    """Return the zones of that half of the residents who fly least, each for its population.

    Parameters
    ----------
    population
        Residents by zone; those without any are left out.
    passengers
        Of a mean day, by zone.
    """
    lived = {zone: people for zone, people in population.items() if people > 0.0}
    order = sorted(lived, key=lambda zone: (passengers.get(zone, 0.0) / lived[zone], zone))
    found, counted, total = [], 0.0, sum(lived.values())
    for zone in order:
        if counted >= HALF * total:
            break
        found.append(zone)
        counted += lived[zone]
    return frozenset(found)
