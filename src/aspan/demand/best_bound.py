"""The bound of air for columns of trips: nothing that a day can offer is better for the party.

Beside walks and cars it counts the estimated bus and timetables, as quick as they could be
(`air_ways.py`), roads as good as they become if one waits or is late, the shortest block time of
each pair, as the caller warrants, and the least fare of the tariff. The journey search must not
find better: a test puts the two side by side.
"""

import numpy as np

from aspan.demand.air_table import AirTable
from aspan.demand.draws import Floats, Ints
from aspan.demand.trip_columns import (
    Begun,
    TripColumns,
    begin,
    by_car,
    cost_kzt,
    flight_kzt,
    hour_of,
    or_zero,
)

_NO_HOUR = np.zeros(1, dtype=np.int64)


def bound_advantage_kzt(table: AirTable, trips: TripColumns) -> Floats:
    """Return the greatest utility of air less that of the car, a person, −inf where none flies.

    Taste and constant are left out.
    """
    least = np.full(len(trips.wanted_ms), np.inf)
    ends = table.nearest[trips.destination_door].T
    far_costs = [_weigh_far(table, trips, site) for site in ends]
    for site in table.nearest[trips.origin_door].T:
        begun = _list_begun(table, trips, site)
        for end, far_cost in zip(ends, far_costs, strict=True):
            _fly(table, trips, (site, end), begun, far_cost, least)
    car = cost_kzt(trips, by_car(table, trips), table.transfer_ms)
    advantage: Floats = or_zero(car) - least
    return advantage


def _weigh_far(table: AirTable, trips: TripColumns, site: Ints) -> Floats:
    """Return the least cost of the ways out of a vertiport but that by car."""
    ways = [way.at(_NO_HOUR, trips.destination_door, site) for way in table.far]
    least: Floats = np.min([cost_kzt(trips, way, table.transfer_ms) for way in ways], axis=0)
    return least


def _list_begun(table: AirTable, trips: TripColumns, site: Ints) -> list[tuple[Begun, bool]]:
    """Return the ways to a vertiport, each that is exact, and the best of those that are not."""
    begun = [(begin(table, trips, site, way), True) for way in table.near if way.is_exact]
    bounds = [begin(table, trips, site, way) for way in table.near if not way.is_exact]
    if bounds:
        cost = np.min([one.cost for one in bounds], axis=0)
        begun.append((Begun(bounds[0].ready_ms, cost), False))
    return begun


def _fly(
    table: AirTable,
    trips: TripColumns,
    pair: tuple[Ints, Ints],
    begun: list[tuple[Begun, bool]],
    far_cost: Floats,
    least: Floats,
) -> None:
    """Note in `least` what flying between two vertiports costs at least."""
    block_ms = table.block_ms[pair]
    for way, is_exact in begun:
        rows = np.flatnonzero(np.isfinite(block_ms) & np.isfinite(way.cost))
        if not rows.size:
            continue
        some, origin, end = trips.take(rows), pair[0][rows], pair[1][rows]
        if is_exact:
            hour = hour_of(way.ready_ms[rows] + block_ms[rows])
            car = table.car_later.at(hour, some.destination_door, end)
        else:
            car = table.car_any_hour.at(_NO_HOUR, some.destination_door, end)
        on = np.minimum(far_cost[rows], cost_kzt(some, car, table.transfer_ms))
        cost = way.cost[rows] + flight_kzt(table, some, origin, end, is_least=True) + on
        least[rows] = np.minimum(least[rows], cost)
