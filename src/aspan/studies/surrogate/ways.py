"""Ways of parties by every pair of sites, as columns: what each would pay and lose.

To and from a vertiport on foot, by car or by the estimated bus, whichever costs the party least,
each at the hour in which it is taken, as `demand.best_case` counts them; on the ground the car, the
estimated bus or a walk. Flights take the block time of still air. The fare is left out: it is what
plans change. Not modelled: metro and whatever else goes by timetable, a wait for the aircraft.
"""

from itertools import product

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.demand.air_table import AirTable
from aspan.demand.air_ways import Way
from aspan.demand.draws import Floats, Ints
from aspan.demand.trip_columns import TripColumns, by_car, hour_of
from aspan.primitives.errors import InvariantError
from aspan.primitives.units import MS_PER_H, MS_PER_S, TIYN_PER_TENGE
from aspan.world.transit import BusEstimate

BEST_CASE = 0.9
"""Block times by which a party looks at air at all, over those in still air (`compose.runs`)."""

Flags = NDArray[np.bool_]


class Cost(msgspec.Struct, frozen=True):
    """Ways as columns: weighted time, price a person, and time; infinite time where there is none.

    Parameters
    ----------
    weighted_ms
        In a vehicle, plus out of it and changes at their weights.
    """

    weighted_ms: Floats
    price_kzt: Floats
    total_ms: Floats

    def kzt(self, value_kzt_h: Floats) -> Floats:
        """Return what each costs a person whose hour is worth so much."""
        cost: Floats = self.weighted_ms * (value_kzt_h / MS_PER_H) + self.price_kzt
        return cost


class PartyWays(msgspec.Struct, frozen=True, kw_only=True):
    """Ways of parties, shape (parties, pairs) unless told otherwise.

    Parameters
    ----------
    origin, destination
        Numbers of the sites of each pair, shape (pairs).
    block_ms
        In still air, shape (pairs).
    air
        Door to door without the fare.
    ready_ms
        For off-block, since local midnight.
    lead_ms
        From the wish to `ready_ms`.
    ground
        Ways all the way without air: car, bus, walk; each shape (parties).
    quick_ms
        Door to door in the best case, by which it is judged whether air is looked at.
    origin_rank, destination_rank
        Of each site among all, by how near it is to the door, from 0, shape (parties, sites).
    saving_ms_min
        See `DemandModel`.
    sites_an_end
        Sites looked at from either door.
    """

    origin: Ints
    destination: Ints
    block_ms: Floats
    air: Cost
    ready_ms: Floats
    lead_ms: Floats
    ground: tuple[Cost, ...]
    quick_ms: Floats
    crow_to_m: Floats
    crow_from_m: Floats
    out_weight: Floats
    saving_ms_min: float
    sites_an_end: int

    @property
    def car_ms(self) -> Floats:
        """Door to door by car, infinite where no road leads."""
        return self.ground[0].total_ms

    @property
    def may_save(self) -> Flags:
        """Whether the party looks at air at all, with every pair open."""
        least: Floats = self.quick_ms.min(axis=1)
        return self.is_looked_at(least)

    def is_looked_at(self, quickest_ms: Floats) -> Flags:
        """Say whether air is looked at where the quickest of the pairs open takes so long."""
        return np.isfinite(self.car_ms) & (quickest_ms <= self.car_ms - self.saving_ms_min)

    def air_kzt(self, value_kzt_h: Floats) -> Floats:
        """Return the cost of a person by each pair, the fare left out."""
        return self.air.kzt(value_kzt_h[:, None])

    def ground_kzt(self, value_kzt_h: Floats) -> Floats:
        """Return the least cost of a person on the ground, shape (parties)."""
        least: Floats = np.min([way.kzt(value_kzt_h) for way in self.ground], axis=0)
        return least

    def take(self, rows: Ints) -> "PartyWays":
        """Return the ways of some parties."""
        return msgspec.structs.replace(
            self,
            air=_take(self.air, rows),
            ready_ms=self.ready_ms[rows],
            lead_ms=self.lead_ms[rows],
            ground=tuple(_take(way, rows) for way in self.ground),
            quick_ms=self.quick_ms[rows],
            crow_to_m=self.crow_to_m[rows],
            crow_from_m=self.crow_from_m[rows],
            out_weight=self.out_weight[rows],
        )


def _take(cost: Cost, rows: Ints) -> Cost:
    return Cost(cost.weighted_ms[rows], cost.price_kzt[rows], cost.total_ms[rows])


def choice_chance(odds: Floats) -> Floats:
    """Return the chance of the binary logit, from its log odds."""
    chance: Floats = 1.0 / (1.0 + np.exp(-np.clip(odds, -700.0, 700.0)))
    return chance


def weigh_ways(table: AirTable, trips: TripColumns) -> PartyWays:
    """Return the ways of trips by every pair of the table."""
    origin, destination = (
        column.astype(np.int64) for column in np.nonzero(np.isfinite(table.block_ms))
    )
    block_ms = table.block_ms[origin, destination]
    count, pairs = len(trips.wanted_ms), len(origin)
    shape = (count, pairs)
    weighted, price, total = np.empty(shape), np.empty(shape), np.empty(shape)
    ready, quick = np.empty(shape), np.empty(shape)
    sites = range(table.doors.sites)
    near = [_reach(table, trips, site) for site in sites]
    hour, process_ms = hour_of(trips.wanted_ms), table.process_ms
    ground = _list_ground(table, trips)
    for pair, (first, last) in enumerate(zip(origin.tolist(), destination.tolist(), strict=True)):
        come = near[first]
        ready_ms = trips.wanted_ms + come[0].total_ms + process_ms
        on, quickest_on_ms = _leave(table, trips, last, ready_ms + block_ms[pair])
        flight = Cost(
            trips.out_weight * process_ms + block_ms[pair],
            np.zeros(count),
            np.full(count, process_ms + block_ms[pair]),
        )
        best, with_bus = _join(trips, come, flight, on, ground[0].total_ms)
        weighted[:, pair], price[:, pair] = best.weighted_ms, best.price_kzt
        total[:, pair] = best.total_ms
        ready[:, pair] = trips.wanted_ms + process_ms
        ready[:, pair] += np.where(with_bus, come[0].total_ms, come[1].total_ms)
        quickest_to_ms = table.quickest_to_ms[hour, trips.origin_door, first]
        quick[:, pair] = quickest_to_ms + process_ms + BEST_CASE * block_ms[pair] + quickest_on_ms
    crow_m = table.doors.crow_m()[: table.doors.doors, table.doors.doors :][:, : len(sites)]
    return PartyWays(
        origin=origin,
        destination=destination,
        block_ms=block_ms,
        air=Cost(weighted, price, total),
        ready_ms=ready,
        lead_ms=ready - trips.wanted_ms[:, None],
        ground=ground,
        quick_ms=quick,
        crow_to_m=crow_m[trips.origin_door],
        crow_from_m=crow_m[trips.destination_door],
        out_weight=trips.out_weight,
        saving_ms_min=float(table.city.demand.saving_ms_min),
        sites_an_end=table.doors.sites_an_end,
    )


Choice = tuple[Cost, Cost]
"""The cheapest way of all, and the cheapest on foot and by car alone."""


def _join(
    trips: TripColumns, come: Choice, flight: Cost, on: Choice, car_ms: Floats
) -> tuple[Cost, Flags]:
    """Return the cheapest journey that is quicker than the car, else the cheapest of all.

    A search drops what another way beats in time and price alike, and the car is nearly always
    cheaper than a flight. Also whether the first way may be by bus.
    """
    best, least, with_bus = None, np.zeros(0), np.zeros(0, dtype=np.bool_)
    for number, (first, last) in enumerate(product(come, on)):
        made = Cost(
            first.weighted_ms + flight.weighted_ms + last.weighted_ms,
            first.price_kzt + last.price_kzt,
            first.total_ms + flight.total_ms + last.total_ms,
        )
        kzt = made.kzt(trips.value_of_time_kzt_h)
        kzt = kzt + np.where(made.total_ms < car_ms, 0.0, _BEATEN_KZT)
        if best is None:
            best, least, with_bus = made, kzt, np.ones(len(kzt), dtype=np.bool_)
            continue
        better = kzt < least
        least = np.where(better, kzt, least)
        best = _pick(better, made, best)
        with_bus = np.where(better, number < len(on), with_bus)
    if best is None:
        raise InvariantError("a journey by air has a first and a last way")
    return best, with_bus


_BEATEN_KZT = 1e7
"""Put on what is slower than the car: more than any party pays for a flight."""


def _reach(table: AirTable, trips: TripColumns, site: int) -> Choice:
    """Return the cheapest ways to a vertiport at the hour of the wish."""
    hour, where = hour_of(trips.wanted_ms), np.full(len(trips.wanted_ms), site)
    ways = [way.at(hour, trips.origin_door, where) for way in table.near if way.is_exact]
    return _cheapest(table, trips, ways), _cheapest(table, trips, ways[:2])


def _leave(
    table: AirTable, trips: TripColumns, site: int, landed_ms: Floats
) -> tuple[Choice, Floats]:
    """Return the cheapest ways from a vertiport at the hour of landing, and the quickest's time."""
    hour = hour_of(np.where(np.isfinite(landed_ms), landed_ms, 0.0))
    where = np.full(len(hour), site)
    ways = [table.far[0], table.car_now]
    found = [way.at(hour, trips.destination_door, where) for way in ways]
    quickest_ms = np.minimum(found[0].total_ms, found[1].total_ms)
    quick = _cheapest(table, trips, found)
    if table.city.transit.bus is None or len(table.far) < 2:
        return (quick, quick), quickest_ms
    found.append(table.far[1].at(hour, trips.destination_door, where))
    return (_cheapest(table, trips, found), quick), quickest_ms


def _cheapest(table: AirTable, trips: TripColumns, ways: list[Way]) -> Cost:
    """Return of several ways the one that costs each party least."""
    found = [_weigh(trips, way, table.transfer_ms) for way in ways]
    best = found[0]
    least = best.kzt(trips.value_of_time_kzt_h)
    for cost in found[1:]:
        kzt = cost.kzt(trips.value_of_time_kzt_h)
        better = kzt < least
        least = np.where(better, kzt, least)
        best = _pick(better, cost, best)
    return best


def _pick(better: Flags, first: Cost, second: Cost) -> Cost:
    """Return the first where it is better, the second elsewhere."""
    return Cost(
        np.where(better, first.weighted_ms, second.weighted_ms),
        np.where(better, first.price_kzt, second.price_kzt),
        np.where(better, first.total_ms, second.total_ms),
    )


def _weigh(trips: TripColumns, way: Way, transfer_ms: float) -> Cost:
    """Return a way as a cost; infinite, not undefined, where there is none."""
    total_ms = way.total_ms
    is_way = np.isfinite(total_ms)
    weighted_ms = way.ride_ms + trips.out_weight * way.out_ms + way.rides * transfer_ms
    price = (way.price_tiyn / trips.party + way.fare_tiyn) / TIYN_PER_TENGE
    return Cost(
        np.where(is_way, weighted_ms, np.inf),
        np.where(is_way, price, 0.0),
        np.where(is_way, total_ms, np.inf),
    )


def _list_ground(table: AirTable, trips: TripColumns) -> tuple[Cost, ...]:
    """Return car, bus and walk from door to door."""
    ways = [_weigh(trips, by_car(table, trips), 0.0)]
    ends = trips.origin_door, trips.destination_door
    bus = table.city.transit.bus
    if bus is not None:
        road_m = table.doors.road_m[table.doors.kind_of_hour[hour_of(trips.wanted_ms)], *ends]
        ways.append(_ride_bus(table, trips, bus, road_m))
    walk_m = table.doors.walk_m[ends]
    walk_ms = walk_m / table.city.demand.walk_speed_mps * MS_PER_S
    ways.append(Cost(trips.out_weight * walk_ms, np.zeros(len(walk_ms)), walk_ms))
    return tuple(ways)


def _ride_bus(table: AirTable, trips: TripColumns, bus: BusEstimate, road_m: Floats) -> Cost:
    """Return the ride by the estimated bus, as `demand.air_ways` counts one to a vertiport."""
    ride_m = road_m - 2.0 * bus.walk_m
    hours = np.array([f"{hour:02d}:00" for hour in range(24)])
    runs = np.array([bus.from_local <= hour < bus.until_local for hour in hours])
    has_way = runs[hour_of(trips.wanted_ms)] & (ride_m > 0.0) & (ride_m <= bus.line_m)
    walks_ms = 2.0 * bus.walk_m / table.city.demand.walk_speed_mps * MS_PER_S
    out_ms = walks_ms + bus.headway_s / 2.0 * MS_PER_S
    ride_ms = np.where(has_way, ride_m / bus.speed_mps * MS_PER_S, np.inf)
    price = np.full(len(ride_ms), bus.fare_tiyn / TIYN_PER_TENGE)
    return Cost(ride_ms + trips.out_weight * out_ms, price, ride_ms + out_ms)
