"""Ground: the ways between two spots without a timetable, on foot, by car taxi, by estimated bus.

`Roads` says how far and how long it is; here that becomes ways with waits and prices. Two forms of
`Roads`: `CrowRoads` here, the great circle with the detour and speeds of the car model, for a city
without street files; `street_roads.py`, the street graph. Speeds are those of the hour asked for.
"""

from typing import Literal, Protocol

import msgspec

from aspan.primitives.units import MS_PER_S, seconds_to_ms
from aspan.world.car import ride_ms, road_price_tiyn
from aspan.world.geodesy import great_circle_m
from aspan.world.transit import BusEstimate
from aspan.world.zones import DemandModel

GroundMode = Literal["walk", "car", "bus"]

SpotKind = Literal["door", "stop", "vertiport"]


class Spot(msgspec.Struct, frozen=True):
    """A point that a way begins or ends at.

    Parameters
    ----------
    number
        Of a stop in the timetable, of a vertiport in the city; −1 for a door.
    """

    kind: SpotKind
    number: int
    lon_deg: float
    lat_deg: float
    spot_id: str = ""


class Way(msgspec.Struct, frozen=True, gc=False):
    """One way to cover the ground: walk, wait and ride follow one another.

    Parameters
    ----------
    walk_ms, wait_ms, ride_ms
        Of the whole way; the walk of a bus lies at both its ends.
    price_tiyn
        For the whole party.
    distance_m
        Along the road.
    """

    mode: GroundMode
    walk_ms: int
    wait_ms: int
    ride_ms: int
    price_tiyn: int
    boardings: int
    distance_m: float

    @property
    def duration_ms(self) -> int:
        """From spot to spot."""
        return self.walk_ms + self.wait_ms + self.ride_ms


class Roads(Protocol):
    """How far and how long it is between spots."""

    def drive(self, start: Spot, end: Spot, hour: int) -> tuple[int, float] | None:
        """Return ride [ms] and road [m] by car at a local hour; None if no road leads there."""

    def walk_m(self, start: Spot, end: Spot, limit_m: float) -> float | None:
        """Return the way on foot [m]; None if it is longer than `limit_m` or there is none."""

    def list_stops_near(self, door: Spot, limit_m: float) -> list[tuple[int, float]]:
        """Return number and way on foot [m] of every stop within `limit_m` of a spot."""


class CrowRoads:
    """The great circle times the detour, at the speeds of the car model; walks likewise."""

    def __init__(self, demand: DemandModel, stops: tuple[Spot, ...] = ()) -> None:
        self._demand = demand
        self._stops = stops

    def drive(self, start: Spot, end: Spot, hour: int) -> tuple[int, float] | None:
        """Return ride [ms] and road [m]; there is always one."""
        car, crow_m = self._demand.car, _crow_m(start, end)
        return ride_ms(car, crow_m, car.speed_mps_by_hour[hour]), crow_m * car.detour

    def walk_m(self, start: Spot, end: Spot, limit_m: float) -> float | None:
        """Return the way on foot [m] within the limit."""
        road_m = _crow_m(start, end) * self._demand.car.detour
        return road_m if road_m <= limit_m else None

    def list_stops_near(self, door: Spot, limit_m: float) -> list[tuple[int, float]]:
        """Return the stops within `limit_m` of a spot on foot."""
        found = [(stop.number, self.walk_m(door, stop, limit_m)) for stop in self._stops]
        return [(number, road_m) for number, road_m in found if road_m is not None]


def _crow_m(start: Spot, end: Spot) -> float:
    return great_circle_m(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg)


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What ways are made from.

    Parameters
    ----------
    bus
        The estimate of buses that have no feed; None if there is a feed, or no buses.
    """

    roads: Roads
    demand: DemandModel
    walk_speed_mps: float
    bus: BusEstimate | None = None


def list_ways(
    ground: Ground, start: Spot, end: Spot, *, hour: int, party: int, walk_m_max: float
) -> tuple[Way, ...]:
    """Return the ways from spot to spot: on foot if near enough, by car, by estimated bus."""
    ways = []
    is_near = _crow_m(start, end) <= walk_m_max
    walk_m = ground.roads.walk_m(start, end, walk_m_max) if is_near else None
    if walk_m is not None:
        ways.append(walk(ground, walk_m))
    driven = ground.roads.drive(start, end, hour)
    if driven is not None:
        duration_ms, road_m = driven
        car = ground.demand.car
        price_tiyn = road_price_tiyn(car, road_m, duration_ms)
        wait_ms = seconds_to_ms(car.pick_up_s)
        ways.append(Way("car", 0, wait_ms, duration_ms, price_tiyn, 1, road_m))
        if ground.bus is not None:
            by_bus = _ride_bus(ground, ground.bus, hour=hour, road_m=road_m, party=party)
            if by_bus is not None and 2.0 * ground.bus.walk_m <= walk_m_max:
                ways.append(by_bus)
    return tuple(ways)


def walk(ground: Ground, road_m: float) -> Way:
    """Return the way on foot over so many metres."""
    return Way("walk", round(road_m / ground.walk_speed_mps * MS_PER_S), 0, 0, 0, 0, road_m)


def _ride_bus(
    ground: Ground, bus: BusEstimate, *, hour: int, road_m: float, party: int
) -> Way | None:
    """Return the way by a bus that is known only in the mean; None where there is none."""
    ride_m = road_m - 2.0 * bus.walk_m
    runs = bus.from_local <= f"{hour:02d}:00" < bus.until_local
    if not (runs and 0.0 < ride_m <= bus.line_m):
        return None
    return Way(
        "bus",
        2 * round(bus.walk_m / ground.walk_speed_mps * MS_PER_S),
        seconds_to_ms(bus.headway_s / 2.0),
        round(ride_m / bus.speed_mps * MS_PER_S),
        bus.fare_tiyn * party,
        1,
        road_m,
    )
