"""The best case of air for columns of trips: no wait, sorties on time.

For each trip the vertiports looked at from either door are paired; each serviceable pair's journey
is weighed against the car from door to door. Two numbers come of it and are kept apart:

* the *advantage*, with ways on foot and by car alone, each at the hour in which it is taken: what a
  service without waits would offer, and what the forecast expects;
* the *bound* (`best_bound.py`), which nothing that the day can offer exceeds. A party whose bound
  is below zero will never fly, and need not be followed one by one.

Air is looked at only where the quickest of the ways on foot and by car saves `saving_ms_min`.
"""

import msgspec
import numpy as np

from aspan.demand.air_table import AirTable
from aspan.demand.best_bound import bound_advantage_kzt
from aspan.demand.draws import Floats, Ints
from aspan.demand.trip_columns import (
    BY_CAR,
    ON_FOOT,
    Begun,
    TripColumns,
    begin,
    by_car,
    cost_kzt,
    flight_kzt,
    hour_of,
    or_zero,
)


class BestCase(msgspec.Struct, frozen=True, kw_only=True):
    """The best case of each trip.

    Parameters
    ----------
    advantage_kzt
        Utility of the best air journey less that of the car, a person, without taste and constant;
        minus infinity where air is not looked at.
    bound_kzt
        The same, never less than what anything on offer comes to.
    origin, destination
        Numbers of the vertiports of the best journey by car and on foot.
    ready_ms
        Since local midnight, at which its party is ready for off-block.
    car_ms, air_ms
        Door to door by car, and by the quickest air journey with cars and walks; infinite unless
        it saves `saving_ms_min`.
    """

    advantage_kzt: Floats
    bound_kzt: Floats
    origin: Ints
    destination: Ints
    ready_ms: Floats
    car_ms: Floats
    air_ms: Floats


def weigh_best_case(table: AirTable, trips: TripColumns, *, has_bound: bool = True) -> BestCase:
    """Return the best case of every trip; see the top of this file for what it promises.

    Parameters
    ----------
    has_bound
        Without it the bounds are minus infinity, and it is quicker.
    """
    car_ms = by_car(table, trips).total_ms
    latest_ms = np.where(np.isfinite(car_ms), car_ms - table.city.demand.saving_ms_min, -np.inf)
    rows = np.flatnonzero(_quickest_ms(table, trips) <= latest_ms)
    some = trips.take(rows)
    expected = _expect(table, some)
    saves = expected.air_ms <= latest_ms[rows]
    count, saving = len(car_ms), rows[saves]
    best = BestCase(
        advantage_kzt=np.full(count, -np.inf),
        bound_kzt=np.full(count, -np.inf),
        origin=np.zeros(count, dtype=np.int64),
        destination=np.zeros(count, dtype=np.int64),
        ready_ms=np.zeros(count),
        car_ms=car_ms,
        air_ms=np.full(count, np.inf),
    )
    best.advantage_kzt[saving] = expected.advantage_kzt[saves]
    if has_bound:
        best.bound_kzt[saving] = bound_advantage_kzt(table, trips.take(saving))
    best.origin[saving], best.destination[saving] = expected.origin[saves], expected.end[saves]
    best.ready_ms[saving], best.air_ms[saving] = expected.ready_ms[saves], expected.air_ms[saves]
    return best


def _quickest_ms(table: AirTable, trips: TripColumns) -> Floats:
    """Return a time than which no air journey on foot and by car is quicker, any hour on landing.

    Most trips of a day need not be looked at any further.
    """
    sites, hour = table.nearest[trips.origin_door].T, hour_of(trips.wanted_ms)
    quickest = np.full(len(hour), np.inf)
    for site in sites:
        there_ms = table.quickest_to_ms[hour, trips.origin_door, site]
        onward_ms = table.quickest_on_ms[trips.destination_door, site]
        np.minimum(quickest, there_ms + onward_ms, out=quickest)
    return quickest


def _expect(table: AirTable, trips: TripColumns) -> "_Expected":
    """Return the best of all pairs of vertiports, on foot and by car."""
    expected = _Expected(table, trips)
    ends = table.nearest[trips.destination_door].T
    for site in table.nearest[trips.origin_door].T:
        for way in (ON_FOOT, BY_CAR):
            begun = begin(table, trips, site, table.near[way])
            for end in ends:
                expected.add(way, begun, site, end)
    return expected


class _Expected:
    """Folds ways by pairs of vertiports into the best of each trip."""

    def __init__(self, table: AirTable, trips: TripColumns) -> None:
        self._table, self._trips = table, trips
        car, count = by_car(table, trips), len(trips.wanted_ms)
        self._car_kzt = or_zero(cost_kzt(trips, car, table.transfer_ms))
        self.advantage_kzt = np.full(count, -np.inf)
        self.origin = np.zeros(count, dtype=np.int64)
        self.end = np.zeros(count, dtype=np.int64)
        self.ready_ms = np.zeros(count)
        self.air_ms = np.full(count, np.inf)

    def add(self, way: int, begun: Begun, site: Ints, end: Ints) -> None:
        """Take the flights from the vertiports begun at to others, one a trip."""
        table = self._table
        block_ms = table.block_ms[site, end]
        rows = np.flatnonzero(np.isfinite(block_ms) & np.isfinite(begun.cost))
        if not rows.size:
            return
        trips, ready_ms = self._trips.take(rows), begun.ready_ms[rows]
        site, end, landed_ms = site[rows], end[rows], ready_ms + block_ms[rows]
        gain = self._car_kzt[rows] - begun.cost[rows] - flight_kzt(table, trips, site, end)
        hour = hour_of(landed_ms)
        walk = table.far[ON_FOOT].at(hour, trips.destination_door, end)
        if way == ON_FOOT:
            walked_ms = ready_ms - trips.wanted_ms - table.process_ms
            is_far = walked_ms + walk.out_ms - table.leaving_ms > table.walk_ms_max
            walk = msgspec.structs.replace(walk, out_ms=np.where(is_far, np.inf, walk.out_ms))
        for on in (walk, table.car_now.at(hour, trips.destination_door, end)):
            advantage = gain - cost_kzt(trips, on, table.transfer_ms)
            better = advantage > self.advantage_kzt[rows]
            taken = rows[better]
            self.advantage_kzt[taken] = advantage[better]
            self.origin[taken], self.end[taken] = site[better], end[better]
            self.ready_ms[taken] = ready_ms[better]
            took_ms = landed_ms + on.total_ms - trips.wanted_ms
            self.air_ms[rows] = np.minimum(self.air_ms[rows], took_ms)
