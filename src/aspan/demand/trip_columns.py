"""Trips as columns: what each of many parties would pay and lose by a way, and how it begins."""

import msgspec
import numpy as np

from aspan.demand.air_table import AirTable
from aspan.demand.air_ways import Way
from aspan.demand.draws import Floats, Ints
from aspan.primitives.units import MS_PER_H, TIYN_PER_TENGE
from aspan.world.car import HOURS_A_DAY, road_prices_tiyn

ON_FOOT, BY_CAR = 0, 1
"""Places of these in `AirTable.near`; the others count in the bound alone."""


class TripColumns(msgspec.Struct, frozen=True, kw_only=True):
    """Trips as columns; `wanted_ms` counts from local midnight, `out_weight` is the segment's."""

    origin_door: Ints
    destination_door: Ints
    wanted_ms: Ints
    party: Floats
    value_of_time_kzt_h: Floats
    out_weight: Floats

    def take(self, rows: Ints) -> "TripColumns":
        """Return some of the trips."""
        return TripColumns(**{name: getattr(self, name)[rows] for name in self.__struct_fields__})


def hour_of(instants_ms: Floats | Ints) -> Ints:
    """Return the local hour of instants since local midnight."""
    hours: Ints = instants_ms.astype(np.int64) // MS_PER_H % HOURS_A_DAY
    return hours


def cost_kzt(trips: TripColumns, way: Way, transfer_ms: float) -> Floats:
    """Return what a way costs each person, time and money together; infinite if there is none."""
    weighted_ms = way.ride_ms + trips.out_weight * way.out_ms + way.rides * transfer_ms
    price_tiyn = way.price_tiyn / trips.party + way.fare_tiyn
    cost = trips.value_of_time_kzt_h / MS_PER_H * or_zero(weighted_ms)
    return np.where(np.isfinite(weighted_ms), cost + price_tiyn / TIYN_PER_TENGE, np.inf)


def flight_kzt(
    table: AirTable, trips: TripColumns, origin: Ints, end: Ints, *, is_least: bool = False
) -> Floats:
    """Return what a flight costs each person, with the way through the vertiport before it.

    Parameters
    ----------
    is_least
        At the least fare that is ever asked, not the flat one.
    """
    fare_tiyn = table.least_fare_tiyn if is_least else table.fare_tiyn
    weighted_ms = table.block_ms[origin, end] + trips.out_weight * table.process_ms
    cost: Floats = trips.value_of_time_kzt_h / MS_PER_H * weighted_ms
    return cost + fare_tiyn[origin, end] / TIYN_PER_TENGE


def by_car(table: AirTable, trips: TripColumns) -> Way:
    """Return the car all the way, at the hour of the wish."""
    kind = table.doors.kind_of_hour[hour_of(trips.wanted_ms)]
    ends = kind, trips.origin_door, trips.destination_door
    ride_ms = table.car_ms[ends]
    road_m = or_zero(table.doors.road_m[ends])
    return Way(
        ride_ms=ride_ms,
        out_ms=np.full(len(kind), table.pick_up_ms),
        price_tiyn=road_prices_tiyn(table.city.demand.car, road_m, or_zero(ride_ms)),
        rides=0.0,
    )


def or_zero(values: Floats) -> Floats:
    """Return values with 0 for infinite ones: no time is worth nothing, 0 · inf is no number."""
    return np.where(np.isfinite(values), values, 0.0)


class Begun(msgspec.Struct, frozen=True):
    """One way of each trip to a vertiport.

    Parameters
    ----------
    ready_ms
        Since local midnight, for off-block.
    cost
        Of each person [KZT]; infinite where there is no way, or it ends out of hours.
    """

    ready_ms: Floats
    cost: Floats


def begin(table: AirTable, trips: TripColumns, site: Ints, way: Way) -> Begun:
    """Return a way to the vertiports `site`, one a trip."""
    taken = way.at(hour_of(trips.wanted_ms), trips.origin_door, site)
    ready_ms = trips.wanted_ms + taken.total_ms + table.process_ms
    in_time = ready_ms < table.ready_ms_max
    if way.is_exact:
        in_time &= ready_ms >= table.ready_ms_min
    return Begun(ready_ms, np.where(in_time, cost_kzt(trips, taken, table.transfer_ms), np.inf))
