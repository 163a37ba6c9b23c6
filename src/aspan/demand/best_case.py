"""The best case of air for columns of trips: no wait, roads at their best, sorties on time.

For each trip the nearest vertiports at either end are paired; for each serviceable pair the whole
door-to-door journey is timed and priced and weighed against the car. The best utility found is an
upper bound of every offer the day can bring, because

* the wait is none, and more wait only lowers the utility;
* the car at the far end drives at the fastest speed of the hours in which the party could get there
  at all (waiting for a quicker road never pays);
* `block_ms` is the shortest block time of the pair, as the caller warrants.

So a party whose best case is below zero will never fly, and need not be followed one by one. What
journeys offers with no wait and even roads has exactly the utility computed here; the tests hold
the two together.
"""

from collections.abc import Mapping

import msgspec
import numpy as np

from aspan.demand.draws import Floats, Ints
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import parse_local_time
from aspan.primitives.units import (
    MS_PER_H,
    MS_PER_MIN,
    MS_PER_S,
    TIYN_PER_TENGE,
    seconds_to_ms,
)
from aspan.world.access import NEAREST_VERTIPORTS
from aspan.world.car import (
    EARTH_RADIUS_M,
    HOURS_A_DAY,
    great_circle_m,
    great_circles_m,
    ride_prices_tiyn,
    rides_ms,
)
from aspan.world.city import City
from aspan.world.fare import seat_fare_tiyn

BlockTimes = Mapping[tuple[VertiportId, VertiportId], int]
"""Shortest block time [ms] of each serviceable ordered pair; pairs absent are not serviceable."""


class AirTable(msgspec.Struct, frozen=True, kw_only=True):
    """What the best case needs of the city, as arrays over vertiports in the order of the city.

    Parameters
    ----------
    block_ms, fare_tiyn
        Shape (vertiports, vertiports); infinite where not serviceable.
    speed_mps, best_speed_mps
        Of cars by local hour, and the greatest of the hours until the longest wait has passed.
    ready_ms_min, ready_ms_max
        Since local midnight: a party ready for off-block earlier or later cannot be served.
    """

    city: City
    lon_deg: Floats
    lat_deg: Floats
    block_ms: Floats
    fare_tiyn: Floats
    speed_mps: Floats
    best_speed_mps: Floats
    process_ms: float
    leaving_ms: float
    pick_up_ms: float
    transfer_ms: float
    ready_ms_min: float
    ready_ms_max: float


class TripColumns(msgspec.Struct, frozen=True, kw_only=True):
    """Trips as columns; `wanted_ms` counts from local midnight, `out_weight` is the segment's."""

    origin_lon_deg: Floats
    origin_lat_deg: Floats
    destination_lon_deg: Floats
    destination_lat_deg: Floats
    wanted_ms: Ints
    party: Floats
    value_of_time_kzt_h: Floats
    out_weight: Floats


class BestCase(msgspec.Struct, frozen=True, kw_only=True):
    """The best case of each trip.

    Parameters
    ----------
    advantage_kzt
        Utility of the best air journey less that of the car, a person, without taste and constant;
        minus infinity where no pair can be offered.
    origin, destination
        Numbers of the vertiports of that journey.
    ready_ms
        Since local midnight, at which its party is ready for off-block.
    car_ms, air_ms
        Door to door by car, and by the quickest air journey (infinite if none).
    """

    advantage_kzt: Floats
    origin: Ints
    destination: Ints
    ready_ms: Floats
    car_ms: Floats
    air_ms: Floats


def tabulate_air(city: City, block_ms: BlockTimes) -> AirTable:
    """Return the arrays of the city's air service; `InvalidInput` on an unknown vertiport."""
    ids = [vertiport.vertiport_id for vertiport in city.vertiports]
    numbers = {vertiport_id: number for number, vertiport_id in enumerate(ids)}
    block = np.full((len(ids), len(ids)), np.inf)
    fare = np.full((len(ids), len(ids)), np.inf)
    for (origin, destination), duration_ms in sorted(block_ms.items()):
        for vertiport_id in (origin, destination):
            if vertiport_id not in numbers:
                raise InvalidInput("block_ms: vertiport", vertiport_id, f"one of {', '.join(ids)}")
        if origin == destination or duration_ms <= 0:
            raise InvalidInput(
                f"block_ms: {origin} to {destination}",
                duration_ms,
                "two vertiports, more than 0 ms",
            )
        first, second = numbers[origin], numbers[destination]
        start, end = city.vertiports[first], city.vertiports[second]
        distance_m = great_circle_m(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg)
        block[first, second] = duration_ms
        fare[first, second] = seat_fare_tiyn(city.rules.fares, distance_m)
    service, demand = city.rules.service, city.demand
    speed = np.array(demand.car.speed_mps_by_hour)
    wait_hours = 1 + -(-service.wait_ms_max // MS_PER_H)
    turns = [np.roll(speed, -hours) for hours in range(wait_hours + 1)]
    return AirTable(
        city=city,
        lon_deg=np.array([vertiport.lon_deg for vertiport in city.vertiports]),
        lat_deg=np.array([vertiport.lat_deg for vertiport in city.vertiports]),
        block_ms=block,
        fare_tiyn=fare,
        speed_mps=speed,
        best_speed_mps=np.max(turns, axis=0),
        process_ms=float(service.process_ms),
        leaving_ms=float(seconds_to_ms(city.rules.movement.leaving_s)),
        pick_up_ms=float(seconds_to_ms(demand.car.pick_up_s)),
        transfer_ms=demand.transfer_penalty_s * MS_PER_S,
        ready_ms_min=_local_ms(city.rules.hours.from_local) - service.wait_ms_max,
        ready_ms_max=float(_local_ms(city.rules.hours.until_local)),
    )


def _local_ms(text: str) -> int:
    at = parse_local_time(text, field="rules.hours")
    return at.hour * MS_PER_H + at.minute * MS_PER_MIN


def weigh_best_case(table: AirTable, trips: TripColumns) -> BestCase:
    """Return the best case of every trip; see the top of this file for what it promises."""
    car = table.city.demand.car
    speed = table.speed_mps[trips.wanted_ms // MS_PER_H % HOURS_A_DAY]
    direct_m = great_circles_m(
        trips.origin_lon_deg,
        trips.origin_lat_deg,
        trips.destination_lon_deg,
        trips.destination_lat_deg,
    )
    car_ride_ms = rides_ms(car, direct_m, speed)
    car_cost_kzt = _cost_kzt(
        trips,
        ride_prices_tiyn(car, direct_m, car_ride_ms) / trips.party,
        car_ride_ms + trips.out_weight * table.pick_up_ms,
    )
    best = _BestSoFar(car_ride_ms + table.pick_up_ms)
    origins, origins_m = _list_nearest(table, trips.origin_lon_deg, trips.origin_lat_deg)
    ends, ends_m = _list_nearest(table, trips.destination_lon_deg, trips.destination_lat_deg)
    for origin, origin_m in zip(origins, origins_m, strict=True):
        access = _access(table, origin_m, speed, table.pick_up_ms)
        ready_ms = trips.wanted_ms + access.total_ms + table.process_ms
        in_time = (ready_ms >= table.ready_ms_min) & (ready_ms < table.ready_ms_max)
        for end, end_m in zip(ends, ends_m, strict=True):
            served = np.flatnonzero(in_time & np.isfinite(table.block_ms[origin, end]))
            if served.size:
                pair = origin[served], end[served]
                cost_kzt, air_ms = _weigh_pair(
                    table,
                    _take(trips, served),
                    access.take(served),
                    pair,
                    ready_ms[served],
                    end_m[served],
                )
                saved_ms = best.car_ms[served] - air_ms
                advantage = np.where(
                    saved_ms >= table.city.demand.saving_ms_min,
                    car_cost_kzt[served] - cost_kzt,
                    -np.inf,
                )
                best.keep(served, advantage, pair, ready_ms[served], air_ms)
    return best.result()


def _weigh_pair(
    table: AirTable,
    trips: TripColumns,
    near: "_Access",
    pair: tuple[Ints, Ints],
    ready_ms: Floats,
    far_m: Floats,
) -> tuple[Floats, Floats]:
    """Return cost [KZT a person] and door-to-door time [ms] by air between one pair each."""
    block_ms = table.block_ms[pair]
    on_block_hour = (ready_ms + block_ms).astype(np.int64) // MS_PER_H % HOURS_A_DAY
    waits_ms = max(table.leaving_ms, table.pick_up_ms)
    far = _access(table, far_m, table.best_speed_mps[on_block_hour], waits_ms, table.leaving_ms)
    out_ms = near.out_ms + far.out_ms + table.process_ms
    riding_ms = near.ride_ms + far.ride_ms + block_ms
    changes_ms = (near.rides + far.rides) * table.transfer_ms
    price = table.fare_tiyn[pair] + (near.price_tiyn + far.price_tiyn) / trips.party
    weighted_ms = riding_ms + trips.out_weight * out_ms + changes_ms
    return _cost_kzt(trips, price, weighted_ms), riding_ms + out_ms


def _cost_kzt(trips: TripColumns, price_tiyn: Floats, weighted_ms: Floats) -> Floats:
    return price_tiyn / TIYN_PER_TENGE + trips.value_of_time_kzt_h / MS_PER_H * weighted_ms


class _Access(msgspec.Struct, frozen=True):
    """Ways between doors and one vertiport each, as columns: total = ride + out of vehicle."""

    ride_ms: Floats
    out_ms: Floats
    price_tiyn: Floats
    rides: Floats

    @property
    def total_ms(self) -> Floats:
        return self.ride_ms + self.out_ms

    def take(self, rows: Ints) -> "_Access":
        return _Access(
            self.ride_ms[rows], self.out_ms[rows], self.price_tiyn[rows], self.rides[rows]
        )


def _access(
    table: AirTable, distance_m: Floats, speed: Floats, car_wait_ms: float, walk_wait_ms: float = 0
) -> _Access:
    """Return the ways of `world.access.plan_access` for columns, with the waits before them."""
    demand = table.city.demand
    road_m = distance_m * demand.car.detour
    rides = road_m > demand.walk_m_max
    ride_ms = rides_ms(demand.car, distance_m, speed)
    price = ride_prices_tiyn(demand.car, distance_m, ride_ms)
    walk_ms = np.rint(road_m / demand.walk_speed_mps * MS_PER_S)
    return _Access(
        np.where(rides, ride_ms, 0.0),
        np.where(rides, car_wait_ms, walk_wait_ms + walk_ms),
        np.where(rides, price, 0.0),
        rides.astype(np.float64),
    )


def _list_nearest(table: AirTable, lon_deg: Floats, lat_deg: Floats) -> tuple[Ints, Floats]:
    """Return numbers and distances [m] of the nearest vertiports, shape (nearest, points)."""
    squares = np.zeros((len(lon_deg), len(table.lon_deg)))
    points, sites = _unit_vectors(lon_deg, lat_deg), _unit_vectors(table.lon_deg, table.lat_deg)
    for point, site in zip(points, sites, strict=True):
        squares += (point[:, None] - site[None, :]) ** 2
    count = min(NEAREST_VERTIPORTS, len(table.lon_deg))
    nearest = np.argpartition(squares, count - 1, axis=1)[:, :count]
    chords = np.sqrt(np.take_along_axis(squares, nearest, axis=1))
    return nearest.T, (2.0 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, chords / 2.0))).T


def _unit_vectors(lon_deg: Floats, lat_deg: Floats) -> tuple[Floats, Floats, Floats]:
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    return np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)


def _take(trips: TripColumns, rows: Ints) -> TripColumns:
    return TripColumns(**{name: getattr(trips, name)[rows] for name in trips.__struct_fields__})


class _BestSoFar:
    """Folds pairs of vertiports into the best case of each trip."""

    def __init__(self, car_ms: Floats) -> None:
        self.car_ms = car_ms
        count = len(car_ms)
        self._advantage = np.full(count, -np.inf)
        self._origin = np.zeros(count, dtype=np.int64)
        self._end = np.zeros(count, dtype=np.int64)
        self._ready_ms = np.zeros(count)
        self._air_ms = np.full(count, np.inf)

    def keep(
        self,
        rows: Ints,
        advantage: Floats,
        pair: tuple[Ints, Ints],
        ready_ms: Floats,
        air_ms: Floats,
    ) -> None:
        """Take the pair where it is offered and better than what is known."""
        offered = np.isfinite(advantage)
        self._air_ms[rows[offered]] = np.minimum(self._air_ms[rows[offered]], air_ms[offered])
        better = advantage > self._advantage[rows]
        rows = rows[better]
        self._advantage[rows] = advantage[better]
        self._origin[rows], self._end[rows] = pair[0][better], pair[1][better]
        self._ready_ms[rows] = ready_ms[better]

    def result(self) -> BestCase:
        return BestCase(
            advantage_kzt=self._advantage,
            origin=self._origin,
            destination=self._end,
            ready_ms=self._ready_ms,
            car_ms=self.car_ms,
            air_ms=self._air_ms,
        )
