"""Small random cities with streets, timetables and flights, and a search that tries everything.

The world answers for roads and flights from tables of keyed dice. `try_everything` joins ways,
rides and flights without any bound, order or choice of its own: every way to every vertiport and
stop, every departure, every way on. The rides themselves are those of `event_search.py`.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from aspan.journeys.availability import AirAsk, AirDeparture
from aspan.journeys.criteria import Criteria
from aspan.journeys.frame import JourneyQuery
from aspan.journeys.ground import Spot, Way
from aspan.journeys.network import JourneyNetwork, TransitDay, prepare_network, prepare_transit_day
from aspan.journeys.raptor import Exit, Rules, Seed
from aspan.primitives.dice import draw
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_MIN
from aspan.world.city import City
from aspan.world.timetable import Timetable
from property.event_search import EventGraph, pareto
from property.transit_cities import MIDNIGHT_MS, draw_city

A, B = Spot("door", -1, 77.0, 43.0, "A"), Spot("door", -1, 77.001, 43.0, "B")
"""Doors so near each other that no bound by great circles can hide a fault of the join."""


class TableRoads:
    """Roads between spots as the dice have them: some pairs have none, walks are as long back.

    They are alike at all hours: if a road were quicker in the next hour, a later flight could come
    to the door sooner than the one offered, which the search leaves out of account.
    """

    def __init__(self, seed: int, stops: tuple[Spot, ...]) -> None:
        self._seed, self._stops = seed, stops

    def drive(self, start: Spot, end: Spot, hour: int) -> tuple[int, float] | None:
        """Return ride and road; one pair in eight has no road."""
        key = (*_key(start), *_key(end))
        if draw(self._seed, "road?", *key) < 0.125:
            return None
        minutes = 1 + int(draw(self._seed, "road", *key) * 60)
        return minutes * MS_PER_MIN, 400.0 * minutes

    def walk_m(self, start: Spot, end: Spot, limit_m: float) -> float | None:
        """Return the way on foot; most pairs are too far."""
        first, last = sorted((_key(start), _key(end)))
        metres = 78.0 * int(draw(self._seed, "foot", *first, *last) * 60)
        return metres if metres <= limit_m else None

    def list_stops_near(self, door: Spot, limit_m: float) -> list[tuple[int, float]]:
        """Return the stops within a walk."""
        found = [(stop.number, self.walk_m(door, stop, limit_m)) for stop in self._stops]
        return [(number, metres) for number, metres in found if metres is not None]


def _key(spot: Spot) -> tuple[str, str]:
    return spot.kind, spot.spot_id


class Flights:
    """Departures of each pair, drawn once; who asks is told the first, or the last, that fits."""

    def __init__(self, pairs: dict[tuple[VertiportId, VertiportId], list[AirDeparture]]) -> None:
        self.pairs = pairs

    def list_answers(self, asks: Iterable[AirAsk]) -> Iterator[tuple[AirDeparture, ...]]:
        """Yield the best departure for each ask."""
        for ask in asks:
            fits = [d for d in self.pairs[ask.origin, ask.destination] if _fits(d, ask)]
            fits.sort(key=lambda d: d.off_block_at_ms)
            yield tuple(fits[:1] if ask.by_ms is None else fits[-1:])


def _fits(departure: AirDeparture, ask: AirAsk) -> bool:
    if ask.ready_at_ms is not None:
        return departure.off_block_at_ms >= ask.ready_at_ms
    return ask.by_ms is not None and departure.on_block_at_ms <= ask.by_ms


class World(NamedTuple):
    """A city, what runs in it and one question."""

    network: JourneyNetwork
    transit: TransitDay | None
    flights: Flights
    query: JourneyQuery
    timetable: Timetable


def draw_world(city: City, seed: int, *, is_arrive_by: bool) -> World:
    """Return a world of the dice; `city` lends its rules and vertiports."""
    timetable = draw_city(seed)
    bare = prepare_network(city, {}, timetable)
    flights = {}
    for first in bare.sites:
        for last in bare.sites:
            pair = (VertiportId(first.spot_id), VertiportId(last.spot_id))
            if first is not last and draw(seed, "pair", *pair) < 0.8:
                flights[pair] = _draw_flights(city, seed, pair)
    block_ms = {
        pair: min(d.on_block_at_ms - d.off_block_at_ms for d in departures)
        for pair, departures in flights.items()
    }
    hubs = tuple(stop for stop in bare.stops if draw(seed, "hub", stop.spot_id) < 0.3)
    network = msgspec.structs.replace(
        prepare_network(city, block_ms, timetable, roads=TableRoads(seed, bare.stops)),
        sites=tuple(msgspec.structs.replace(s, lon_deg=77.0, lat_deg=43.0) for s in bare.sites),
        hubs=hubs,
        known_ways={},
    )
    sign = -1 if is_arrive_by else 1
    at_ms = MIDNIGHT_MS + sign * (int(draw(seed, "at") * 40) - 70) * MS_PER_MIN
    query = JourneyQuery(
        origin=A,
        destination=B,
        at_ms=at_ms,
        party=1 + int(draw(seed, "party") * 3),
        payload_kg=100.0,
        walk_m_max=(400.0, 1200.0, 3000.0)[int(draw(seed, "walk") * 3)],
        latest_ms=at_ms + sign * (90 + int(draw(seed, "latest") * 200)) * MS_PER_MIN,
        is_arrive_by=is_arrive_by,
        boardings_max=2 + int(draw(seed, "boardings") * 4),
        is_step_free=draw(seed, "steps") < 0.2,
        is_whole=True,
    )
    has_transit = draw(seed, "transit") < 0.85
    transit = prepare_transit_day(network, timetable) if has_transit else None
    return World(network, transit, Flights(flights), query, timetable)


def _draw_flights(
    city: City, seed: int, pair: tuple[VertiportId, VertiportId]
) -> list[AirDeparture]:
    """Return departures that cost what the tariff says at least and never overtake."""
    block_ms = (3 + int(draw(seed, "block", *pair) * 12)) * MS_PER_MIN
    fare_tiyn = 4 * (city.rules.fares.minimum_tiyn + 10_000_000)
    return [
        AirDeparture(
            off_block_at_ms=(off := MIDNIGHT_MS + _minutes(seed, pair, n) * MS_PER_MIN),
            on_block_at_ms=off + block_ms,
            fare_tiyn=fare_tiyn,
        )
        for n in range(45)
    ]


def _minutes(seed: int, pair: tuple[VertiportId, VertiportId], number: int) -> int:
    return int(draw(seed, "off", *pair, number) * 300) - 150


Step = tuple[Spot, Criteria]


def try_everything(world: World) -> list[Criteria]:
    """Return the Pareto set at the far door of all that can be joined."""
    query, network = world.query, world.network
    sign = -1 if query.is_arrive_by else 1
    near, far = (B, A) if query.is_arrive_by else (A, B)
    start = (sign * query.at_ms, 0, 0, 0)
    at_door = [*_go(world, near, start, far, 0), *_ride(world, near, start, far, first=True)]
    for site in network.sites:
        settles = network.leaving_ms if query.is_arrive_by else 0
        at_site = [
            *_go(world, near, start, site, settles),
            *_ride(world, near, start, site, first=True),
        ]
        by_end: dict[Spot, list[Criteria]] = {}
        for label in pareto([label for label in at_site if _is_allowed(world, label)]):
            for end, landed in _fly(world, site, label):
                by_end.setdefault(end, []).append(landed)
        for end, landings in by_end.items():
            for landed in pareto(landings):
                settles = 0 if query.is_arrive_by else network.leaving_ms
                at_door += _go(world, end, landed, far, settles)
                at_door += _ride(world, end, landed, far, first=False)
    return pareto([label for label in at_door if _is_allowed(world, label)])


def _is_allowed(world: World, label: Criteria) -> bool:
    query = world.query
    sign = -1 if query.is_arrive_by else 1
    walk_ms_max = round(query.walk_m_max / world.network.ground.walk_speed_mps * 1000)
    in_time = label[0] <= sign * query.latest_ms
    return in_time and label[2] <= query.boardings_max and label[3] <= walk_ms_max


def _ways(world: World, start: Spot, end: Spot, at_ms: int) -> list[Way]:
    """Return the ways in the order of the search, from one table, at the hour of an instant."""
    query, network = world.query, world.network
    first, last = (end, start) if query.is_arrive_by else (start, end)
    hour = (at_ms // 3_600_000 + 5) % 24  # UTC+5
    return list(
        network.list_ways(
            first,
            last,
            hour=hour,
            party=query.party,
            walk_m_max=query.walk_m_max,
            is_step_free=query.is_step_free,
        )
    )


def _at(world: World, spot: Spot, label: Criteria) -> int:
    """Return the instant whose hour counts for a way from a spot of the search."""
    sign = -1 if world.query.is_arrive_by else 1
    return world.query.at_ms if spot.kind == "door" else sign * label[0]


def _after(label: Criteria, way: Way, settles: int) -> Criteria:
    settles = max(0, settles - way.wait_ms) if way.mode == "car" else settles
    return (
        label[0] + settles + way.walk_ms + way.wait_ms + way.ride_ms,
        label[1] + way.price_tiyn,
        label[2] + way.boardings,
        label[3] + way.walk_ms,
    )


def _go(world: World, spot: Spot, label: Criteria, end: Spot, settles: int) -> list[Criteria]:
    ways = _ways(world, spot, end, _at(world, spot, label))
    return [_after(label, way, settles) for way in ways]


def _stop_ways(world: World, spot: Spot, at_ms: int, *, to_stop: bool) -> list[tuple[int, Way]]:
    """Return every way between a spot and a stop."""
    network = world.network
    is_hub = {hub.number for hub in network.hubs}
    found = []
    for stop in network.stops:
        ends = (spot, stop) if to_stop else (stop, spot)
        ways = _ways(world, *ends, at_ms)
        found += [(stop.number, w) for w in ways if w.mode == "walk" or stop.number in is_hub]
    return found


def _ride(world: World, spot: Spot, label: Criteria, end: Spot, *, first: bool) -> list[Criteria]:
    """Return the labels at `end` of all that rides between `spot` and it, both by any way."""
    query, network = world.query, world.network
    if world.transit is None:
        return []
    mirrored = query.is_arrive_by
    sign = -1 if mirrored else 1
    out_settles = 0 if first or mirrored else network.leaving_ms
    in_settles = network.leaving_ms if end.kind == "vertiport" and mirrored else 0
    seeds = [
        Seed(
            stop=stop,
            at_ms=sign * made[0],
            price_tiyn=made[1],
            boardings=made[2],
            walk_ms=made[3],
        )
        for stop, way in _stop_ways(world, spot, _at(world, spot, label), to_stop=True)
        if _is_allowed(world, made := _after(label, way, out_settles))
    ]
    exits = [
        Exit(
            stop=stop,
            goal=0,
            duration_ms=made[0],
            price_tiyn=made[1],
            boardings=made[2],
            walk_ms=made[3],
        )
        for stop, way in _stop_ways(world, end, query.at_ms, to_stop=False)
        for made in [_after((0, 0, 0, 0), way, in_settles)]
    ]
    rules = Rules(
        party=query.party,
        boardings_max=query.boardings_max,
        walk_ms_max=round(query.walk_m_max / network.ground.walk_speed_mps * 1000),
        latest_ms=query.latest_ms,
        is_step_free=query.is_step_free,
    )
    graph = EventGraph(world.timetable, rules, walk_speed_mps=network.ground.walk_speed_mps)
    asked = _Asked(seeds, exits)
    return (graph.arrive_by if mirrored else graph.depart_at)(asked, 0)  # type: ignore[arg-type]


class _Asked(NamedTuple):
    seeds: list[Seed]
    exits: list[Exit]


def _fly(world: World, site: Spot, label: Criteria) -> Iterator[Step]:
    """Yield where every departure that can be caught leads, the flight and no more."""
    network, mirrored = world.network, world.query.is_arrive_by
    for (origin, destination), departures in world.flights.pairs.items():
        here, there = (destination, origin) if mirrored else (origin, destination)
        if here != site.spot_id:
            continue
        end = next(s for s in network.sites if s.spot_id == there)
        for departure in departures:
            ready_ms = departure.off_block_at_ms - network.process_ms
            waits_ms = -label[0] - departure.on_block_at_ms if mirrored else ready_ms - label[0]
            if not 0 <= waits_ms <= network.city.rules.service.wait_ms_max:
                continue
            at = -ready_ms if mirrored else departure.on_block_at_ms
            yield end, (at, label[1] + departure.fare_tiyn, label[2] + 1, label[3])
