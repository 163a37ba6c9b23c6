"""Network: what all searches of a city share, and the timetables of one day.

`prepare_network` does once what no query changes; `prepare_transit_day` once a local day. Stops are
those of the timetable, so a network with other feeds is another network.
"""

from collections.abc import Mapping
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.journeys.ground import CrowRoads, Ground, Roads, Spot, Way, list_ways, walk
from aspan.journeys.raptor import TransitIndex, Workspace, prepare_transit
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_MIN, MS_PER_S, seconds_to_ms
from aspan.world.car import check_car_model
from aspan.world.city import City
from aspan.world.fare import pair_distance_m, seat_bounds_tiyn
from aspan.world.geodesy import great_circle_m
from aspan.world.timetable import Timetable
from aspan.world.transit import BusEstimate

BlockTimes = Mapping[tuple[VertiportId, VertiportId], int]
"""Shortest block time [ms] of each serviceable ordered pair; pairs absent are not serviceable."""

HUB_MODES = ("metro", "rail")
"""Stops of these are worth a ride by car to them; of others only those near enough on foot count.
"""

WAYS_KEPT = 100_000
"""Ways between places that are remembered before all are forgotten; of doors as many again."""

STOP_WAYS_KEPT = 10_000
"""Spots of which the ways to or from the stops are remembered before all are forgotten."""

Key = tuple[object, ...]


StopWay = tuple[Spot, Way]
"""A stop and the way between it and a spot."""


class StopWays(msgspec.Struct, frozen=True):
    """The ways between a spot and the stops.

    Parameters
    ----------
    ways
        Each with its stop.
    rows
        The same in columns: stop, duration with no settling [ms], price [tiyn], boardings, walk
        [ms].
    settle_ms
        How long it takes out of a vertiport before each way; a car comes meanwhile.
    """

    ways: tuple[StopWay, ...]
    rows: NDArray[np.int64]
    settle_ms: NDArray[np.int64]


HUBS_MAX = 40
"""Hubs of a network, by their numbers; a limit of the search."""

_MS_PER_ZONE_STEP = 15 * MS_PER_MIN
"""Time zones differ from UTC by multiples of this since 1972 in all cities that could matter."""


class TransitDay(msgspec.Struct, frozen=True, kw_only=True):
    """Timetables of one day, ready to be searched; `workspace` is one thread's."""

    timetable: Timetable
    index: TransitIndex
    workspace: Workspace


class JourneyNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """A city as travellers see it; read-only but for what it remembers, so threads may share it.

    Parameters
    ----------
    sites, stops
        Vertiports and stops as spots, by their numbers.
    hubs
        Stops that one may come to by car.
    """

    city: City
    ground: Ground
    sites: tuple[Spot, ...]
    stops: tuple[Spot, ...]
    hubs: tuple[Spot, ...]
    block_ms: dict[tuple[VertiportId, VertiportId], int]
    process_ms: int
    leaving_ms: int
    known_ways: dict[Key, tuple[Way, ...]] = {}
    known_door_ways: dict[Key, tuple[Way, ...]] = {}
    known_stop_ways: dict[Key, StopWays] = {}
    known_crows_m: dict[int, NDArray[np.float64]] = {}
    known_fares: dict[tuple[int, int], int] = {}

    def local_hour(self, at_ms: int) -> int:
        """Return the local hour of an instant."""
        return _hour_of_step(at_ms // _MS_PER_ZONE_STEP, self.city.time_zone)

    def least_seat_tiyn(self, origin: Spot, destination: Spot) -> int:
        """Return the least that a seat between two vertiports can ever cost."""
        pair = (origin.number, destination.number)
        known = self.known_fares.get(pair)
        if known is None:
            ends = (self.city.vertiports[number] for number in pair)
            seats = self.city.aircraft_type.seats
            known, _ = seat_bounds_tiyn(self.city.rules, seats, pair_distance_m(*ends))
            self.known_fares[pair] = known
        return known

    def list_crows_m(self, site: Spot) -> NDArray[np.float64]:
        """Return the great circles from a vertiport to each stop [m]."""
        known = self.known_crows_m.get(site.number)
        if known is None:
            found = [
                great_circle_m(site.lon_deg, site.lat_deg, stop.lon_deg, stop.lat_deg)
                for stop in self.stops
            ]
            known = self.known_crows_m[site.number] = np.array(found)
        return known

    def walk_ms(self, road_m: float) -> int:
        """Return how long so many metres take on foot."""
        return round(road_m / self.ground.walk_speed_mps * MS_PER_S)

    def list_ways(
        self,
        start: Spot,
        end: Spot,
        *,
        hour: int,
        party: int,
        walk_m_max: float,
        is_step_free: bool,
    ) -> tuple[Way, ...]:
        """Return the ways on the ground from spot to spot; of buses nobody knows the steps.

        They are remembered, those between places apart from those of doors: of places there are
        few, and people of the twin share few doors.
        """
        is_of_door = "door" in (start.kind, end.kind)
        known_ways = self.known_door_ways if is_of_door else self.known_ways
        key = (start, end, hour, party, walk_m_max, is_step_free)
        known = known_ways.get(key)
        if known is None:
            if len(known_ways) >= WAYS_KEPT:
                known_ways.clear()
            known = known_ways[key] = self._make_ways(*key)
        return known

    def list_stop_ways(
        self,
        spot: Spot,
        *,
        is_from_stop: bool,
        hour: int,
        party: int,
        walk_m_max: float,
        is_step_free: bool,
    ) -> StopWays:
        """Return the ways between a spot and the stops: on foot to those near, else to the hubs.

        Parameters
        ----------
        is_from_stop
            They lead from the stops to the spot.
        """
        key = (spot, is_from_stop, hour, party, walk_m_max, is_step_free)
        known = self.known_stop_ways.get(key)
        if known is None:
            near = self.ground.roads.list_stops_near(spot, walk_m_max)
            found = [(self.stops[number], walk(self.ground, road_m)) for number, road_m in near]
            for hub in self.hubs:
                ends = (hub, spot) if is_from_stop else (spot, hub)
                ways = self._make_ways(*ends, hour, party, walk_m_max, is_step_free)
                found += [(hub, way) for way in ways if way.mode != "walk"]
            if len(self.known_stop_ways) >= STOP_WAYS_KEPT:
                self.known_stop_ways.clear()
            known = self.known_stop_ways[key] = self._tabulate(found)
        return known

    def settle_ms(self, way: Way) -> int:
        """Return how long it takes out of a vertiport before a way; a car comes meanwhile."""
        waits = way.wait_ms if way.mode == "car" else 0
        return max(0, self.leaving_ms - waits)

    def _tabulate(self, found: list[StopWay]) -> StopWays:
        rows = [
            (stop.number, way.duration_ms, way.price_tiyn, way.boardings, way.walk_ms)
            for stop, way in found
        ]
        return StopWays(
            ways=tuple(found),
            rows=np.array(rows, np.int64).reshape(len(rows), 5),
            settle_ms=np.array([self.settle_ms(way) for _, way in found], np.int64),
        )

    def _make_ways(
        self,
        start: Spot,
        end: Spot,
        hour: int,
        party: int,
        walk_m_max: float,
        is_step_free: bool,
    ) -> tuple[Way, ...]:
        ways = list_ways(self.ground, start, end, hour=hour, party=party, walk_m_max=walk_m_max)
        return tuple(way for way in ways if way.mode != "bus") if is_step_free else ways


def list_stop_spots(timetable: Timetable | None) -> tuple[Spot, ...]:
    """Return the stops of a timetable as spots."""
    stops = () if timetable is None else timetable.stops
    return tuple(
        Spot("stop", number, stop.lon_deg, stop.lat_deg, stop.stop_id)
        for number, stop in enumerate(stops)
    )


def list_site_spots(city: City) -> tuple[Spot, ...]:
    """Return the vertiports of a city as spots."""
    return tuple(
        Spot("vertiport", number, site.lon_deg, site.lat_deg, site.vertiport_id)
        for number, site in enumerate(city.vertiports)
    )


def list_hubs(timetable: Timetable | None, stops: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """Return the stops that metro or rail serve, by number."""
    if timetable is None:
        return ()
    patterns = timetable.patterns
    served: set[int] = set()
    for number, line in enumerate(patterns.line.tolist()):
        if timetable.lines[line].mode in HUB_MODES:
            first, end = patterns.stop_first[number], patterns.stop_first[number + 1]
            served.update(patterns.stops[first:end].tolist())
    return tuple(stops[number] for number in sorted(served)[:HUBS_MAX])


def prepare_network(
    city: City,
    block_ms: BlockTimes,
    timetable: Timetable | None = None,
    *,
    roads: Roads | None = None,
    bus: BusEstimate | None = None,
) -> JourneyNetwork:
    """Return the network of a city.

    Parameters
    ----------
    timetable
        Of any day: its stops and lines are those of all days.
    roads
        Great circles with a detour if None.
    bus
        The estimate of buses; left out if a feed has buses.
    """
    check_car_model(city.demand.car)
    stops = list_stop_spots(timetable)
    has_buses = timetable is not None and any(line.mode == "bus" for line in timetable.lines)
    ground = Ground(
        roads=CrowRoads(city.demand, stops) if roads is None else roads,
        demand=city.demand,
        walk_speed_mps=city.demand.walk_speed_mps,
        bus=None if has_buses else bus,
    )
    return JourneyNetwork(
        city=city,
        ground=ground,
        sites=list_site_spots(city),
        stops=stops,
        hubs=list_hubs(timetable, stops),
        block_ms=dict(block_ms),
        process_ms=city.rules.service.process_ms,
        leaving_ms=seconds_to_ms(city.rules.movement.leaving_s),
    )


def prepare_transit_day(network: JourneyNetwork, timetable: Timetable) -> TransitDay:
    """Return the timetables of a day, ready to be searched by one thread."""
    index = prepare_transit(timetable, walk_speed_mps=network.ground.walk_speed_mps)
    return TransitDay(timetable=timetable, index=index, workspace=Workspace(index))


@lru_cache(maxsize=4096)
def _hour_of_step(step: int, zone: str) -> int:
    return ms_to_local(step * _MS_PER_ZONE_STEP, zone).hour
