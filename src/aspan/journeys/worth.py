"""Worth: which flights one party could still choose, and in what order they are best asked for.

Asking the service for a flight costs more than all else in a search. Whoever offers a list must ask
for every flight that might please somebody (`search.py` drops those that a known way beats in all
four criteria). A party whose taste is known asks for less: a flight whose cost could not be below
the cost of a way known already cannot be its choice, whatever the service answers.

The least cost of a flight is that of the way to the vertiport as it was found, the fare, the block
time with no wait, and the least way onward: the cheapest on the ground or, where there are
timetables, a ride at `RIDE_MPS_MAX` along the great circle to the stop it is cheapest to go on
from, for nothing. Costs are those of `ranking.cost_kzt`.
"""

from functools import lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from aspan.journeys.criteria import Criteria, is_beaten, is_no_worse
from aspan.journeys.frame import Frame, Label
from aspan.journeys.ground import Spot, Way
from aspan.journeys.legs import sum_up
from aspan.journeys.network import TransitDay
from aspan.journeys.ranking import Taste, cost_kzt
from aspan.primitives.errors import ensure
from aspan.primitives.units import MS_PER_H, MS_PER_S, TIYN_PER_TENGE
from aspan.world.doors import RIDE_MPS_MAX
from aspan.world.geodesy import great_circle_m

CROWS_KEPT = 1 << 14
"""Great circles between spots that are remembered: of doors, vertiports and stations."""

_ROUNDING_KZT = 1e-6
"""Costs nearer than this count as equal, and what could be equal is asked for."""


@lru_cache(maxsize=CROWS_KEPT)
def crow_m(first: Spot, second: Spot) -> float:
    """Return the great circle between two spots [m]."""
    return great_circle_m(first.lon_deg, first.lat_deg, second.lon_deg, second.lat_deg)


class Worth:
    """What a party knows of its choice while flights are asked for, from a time of departure on."""

    def __init__(self, frame: Frame, transit: TransitDay | None, taste: Taste) -> None:
        ensure(not frame.is_mirrored, "a party with a taste asks by its time of departure")
        self._frame, self._transit, self._taste = frame, transit, taste
        self._per_ms = taste.value_of_time_kzt_h / MS_PER_H
        self._change_ms = taste.transfer_penalty_s * MS_PER_S
        self._slow_ms = (taste.out_of_vehicle_weight - 1.0) * frame.network.process_ms
        self._onward_kzt: dict[tuple[int, int], float] = {}
        self._ride_kzt: dict[int, float] = {}
        self._exits: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None
        self._known: list[tuple[Criteria, float]] = []

    def learn(self, label: Label) -> None:
        """Note a way from door to door; those that others beat are not offered in the end."""
        made = label[0]
        if not is_beaten(made, (criteria for criteria, _ in self._known)):
            self._known = [one for one in self._known if not is_no_worse(made, one[0])]
            self._known.append((made, self.cost_kzt(label)))

    def is_worth(self, least_kzt: float) -> bool:
        """Say whether what costs at least so much could still be the best."""
        best_kzt = min((cost for _, cost in self._known), default=inf)
        return least_kzt <= best_kzt + _ROUNDING_KZT

    def cost_kzt(self, label: Label) -> float:
        """Return the cost of a way, from the near door as far as it has come."""
        query = self._frame.query
        sums = sum_up(self._frame.network, self._transit, query, label)
        return cost_kzt(sums, self._taste, party=query.party)

    def flight_kzt(self, least: Criteria) -> float:
        """Return what a flight costs a person at least, if it is the first vehicle.

        Parameters
        ----------
        least
            What the flight takes with the process before it, and costs the party, at least.
        """
        return (
            least[1] / TIYN_PER_TENGE / self._frame.query.party
            + self._per_ms * (least[0] + self._slow_ms)
            - self._taste.air_kzt
        )

    def change_kzt(self, come: Criteria) -> float:
        """Return what it costs to change to a flight, for who came so to the vertiport."""
        return self._per_ms * self._change_ms if come[2] else 0.0

    def onward_kzt(self, end: Spot, landed: int) -> float:
        """Return the least cost of the way on from a vertiport, for who lands there at or after."""
        hours = self._frame.list_hours_after(landed)
        return min(self._least_onward_kzt(end, hour) for hour in hours)

    def _least_onward_kzt(self, site: Spot, hour: int) -> float:
        """Return the least cost of the way on from a vertiport to the far door."""
        known = self._onward_kzt.get((site.number, hour))
        if known is None:
            frame = self._frame
            ways = frame.ways(site, frame.far, hour)
            least_kzt = min((self._way_kzt(way) for way in ways), default=inf)
            known = min(least_kzt, self._least_ride_kzt(site))
            self._onward_kzt[site.number, hour] = known
        return known

    def _least_ride_kzt(self, site: Spot) -> float:
        """Return the least cost of a way on by timetable, at any hour."""
        known = self._ride_kzt.get(site.number)
        if known is None:
            stops, costs_kzt = self._list_exits()
            per_m = self._per_ms / RIDE_MPS_MAX * MS_PER_S
            crows_m = self._frame.network.list_crows_m(site)[stops]
            known = float(np.min(costs_kzt + per_m * crows_m, initial=inf))
            self._ride_kzt[site.number] = known
        return known

    def _list_exits(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the stops with the least cost of the way from each to the far door.

        The search leaves them at the speeds of the query's hour, whenever that is.
        """
        if self._exits is None:
            frame, least = self._frame, dict[int, float]()
            if self._transit is not None:
                for stop, way in frame.stop_ways(frame.far, frame.hour, is_end=True).ways:
                    least[stop.number] = min(least.get(stop.number, inf), self._way_kzt(way))
            self._exits = np.array(list(least), np.int64), np.array(list(least.values()))
        return self._exits

    def _way_kzt(self, way: Way) -> float:
        """Return the cost of a way on the ground that follows a vehicle."""
        out_ms = self._taste.out_of_vehicle_weight * (way.walk_ms + way.wait_ms)
        weighted_ms = way.ride_ms + out_ms + way.boardings * self._change_ms
        price_kzt = way.price_tiyn / TIYN_PER_TENGE / self._frame.query.party
        return price_kzt + self._per_ms * weighted_ms
