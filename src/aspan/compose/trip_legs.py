"""Trip legs: an itinerary with its places by name, the stops between and the lines on the map.

An itinerary names vertiports and stops by id and leaves doors open; a bus that is known only in the
mean (`BusEstimate`) stops nowhere that has a name. Here each leg gets both its ends: where such a
bus is boarded and left is taken from the street between the places before and after, as far from
them as the estimate says one walks. Called in the thread that has the desk.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Literal

import msgspec
from shapely import LineString
from shapely.ops import substring

from aspan.airspace.lanes import Lane
from aspan.compose.trips import TripAnswer, TripDesk
from aspan.journeys.ground import Spot, SpotKind
from aspan.journeys.itinerary import Itinerary, Leg
from aspan.journeys.raptor import Ride
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_S
from aspan.world.geodesy import great_circle_m
from aspan.world.timetable import Line, Timetable
from aspan.world.vertiport import Names

Point = tuple[float, float]
Path = tuple[Point, ...]
"""Longitude and latitude [deg]."""

Lanes = Mapping[tuple[VertiportId, VertiportId], Lane]

SIMPLE_DEG = 5e-5
"""A line may lie so far from the street it draws: about 5 m, less than a map shows."""

DIGITS = 5
"""Of degrees on a line: a metre."""


class LegEnd(msgspec.Struct, frozen=True, kw_only=True):
    """Where a leg begins or ends.

    Parameters
    ----------
    spot_id
        Empty for doors, and for stops that nobody names.
    names
        None for the same.
    """

    kind: SpotKind
    spot_id: str = ""
    names: Names | None = None
    lon_deg: float
    lat_deg: float


class StopCall(msgspec.Struct, frozen=True):
    """A stop on the way, the last of a leg included."""

    names: Names
    arrive_at_ms: int


class TripLeg(msgspec.Struct, frozen=True, kw_only=True):
    """A leg as it is told.

    Parameters
    ----------
    distance_m
        Along the road or lane; between stops the sum of great circles.
    path
        Empty where nobody moves.
    headsign
        As the feed has it.
    """

    leg: Leg
    start: LegEnd
    end: LegEnd
    distance_m: float
    path: Path
    line: Line | None = None
    headsign: str = ""
    stops: tuple[StopCall, ...] = ()


def make_teller(
    desk: TripDesk, lanes: Lanes, answer: TripAnswer
) -> Callable[[Itinerary], tuple[TripLeg, ...]]:
    """Return what tells the itineraries of one answer, and draws each way once."""
    return _Teller(desk, lanes, answer).tell


class _Teller:
    """Tells the itineraries of one answer."""

    def __init__(self, desk: TripDesk, lanes: Lanes, answer: TripAnswer) -> None:
        request = answer.request
        network = desk.network.get_network()
        self._desk, self._lanes, self._timetable = desk, lanes, answer.timetable
        self._ends = {
            "origin": Spot("door", -1, *request.origin),
            "destination": Spot("door", -1, *request.destination),
        }
        self._spots = {spot.spot_id: spot for spot in (*network.sites, *network.stops)}
        self._names: dict[str, Names] = {s.vertiport_id: s.names for s in desk.city.vertiports}
        if answer.timetable is not None:
            self._names |= {stop.stop_id: stop.names for stop in answer.timetable.stops}
        self._walk_mps = network.ground.walk_speed_mps
        bus = network.ground.bus
        self._bus_walk_m = 0.0 if bus is None else bus.walk_m
        self._lines: dict[tuple[Spot, Spot, str], Path] = {}

    def tell(self, itinerary: Itinerary) -> tuple[TripLeg, ...]:
        """Return the legs of an itinerary of the answer."""
        legs, told = itinerary.legs, list[TripLeg]()
        here, number = self._ends["origin"], 0
        while number < len(legs):
            bus = _find_bus(legs, number)
            until = number if bus is None else _last_of_bus(legs, bus)
            there = self._find_end(legs, until)
            if bus is None:
                told.append(self._tell_leg(legs[number], here, there))
            else:
                told += self._tell_bus(legs[number : until + 1], bus - number, here, there)
            here, number = there, until + 1
        return tuple(told)

    def _find_end(self, legs: tuple[Leg, ...], number: int) -> Spot:
        """Return where a leg ends; what has no name is the door at the end of the way."""
        found = legs[number].destination
        if found is None and number + 1 < len(legs):
            found = legs[number + 1].origin
            if found is None:  # nothing has moved yet: a wait at the door
                return self._ends["origin"]
        return self._ends["destination"] if found is None else self._spots[found]

    def _tell_leg(self, leg: Leg, here: Spot, there: Spot) -> TripLeg:
        start, end = self._show(here), self._show(there)
        if leg.ride is not None and self._timetable is not None:
            return self._tell_ride(self._timetable, leg, leg.ride, start, end)
        path: Path = ()
        distance_m = leg.distance_m
        if leg.mode == "air":
            path = self._draw_lane(here, there)
            distance_m = _length_m(path)
        elif leg.mode == "car":
            path = self._draw(here, there, leg.depart_at_ms, "drive")
        elif leg.mode == "walk":
            is_change = here.kind == there.kind == "stop"
            path = _straight(here, there)
            if not is_change:
                path = self._draw(here, there, leg.depart_at_ms, "walk")
            distance_m = distance_m or self._walked_m(leg)
        return TripLeg(leg=leg, start=start, end=end, distance_m=distance_m, path=path)

    def _tell_bus(self, legs: tuple[Leg, ...], bus: int, here: Spot, there: Spot) -> list[TripLeg]:
        """Return walk, wait, bus and walk along the street between two places."""
        whole = self._draw(here, there, legs[0].depart_at_ms, "drive")
        parts = _cut(whole, self._bus_walk_m)
        first, last = (
            LegEnd(kind="stop", lon_deg=lon, lat_deg=lat)
            for lon, lat in (parts[1][0], parts[1][-1])
        )
        told = []
        path: Path
        for number, leg in enumerate(legs):
            if leg.mode == "wait":
                ends, path = (first, first), ()
            elif number == bus:
                ends, path = (first, last), parts[1]
            elif number < bus:
                ends, path = (self._show(here), first), parts[0]
            else:
                ends, path = (last, self._show(there)), parts[2]
            distance_m = _length_m(path) if number == bus else leg.distance_m
            told.append(
                TripLeg(leg=leg, start=ends[0], end=ends[1], distance_m=distance_m, path=path)
            )
        return told

    def _tell_ride(
        self, timetable: Timetable, leg: Leg, ride: Ride, start: LegEnd, end: LegEnd
    ) -> TripLeg:
        patterns = timetable.patterns
        first = int(patterns.stop_first[ride.pattern])
        times = int(patterns.time_first[ride.trip])
        calls = [
            (timetable.stops[int(patterns.stops[first + at])], times + at)
            for at in range(ride.board, ride.alight + 1)
        ]
        path = tuple((stop.lon_deg, stop.lat_deg) for stop, _ in calls)
        return TripLeg(
            leg=leg,
            start=start,
            end=end,
            distance_m=_length_m(path),
            path=path,
            line=timetable.lines[int(patterns.line[ride.pattern])],
            headsign=patterns.headsigns[ride.trip],
            stops=tuple(
                StopCall(stop.names, int(patterns.arrive_at_ms[time])) for stop, time in calls[1:]
            ),
        )

    def _show(self, spot: Spot) -> LegEnd:
        return LegEnd(
            kind=spot.kind,
            spot_id=spot.spot_id,
            names=self._names.get(spot.spot_id),
            lon_deg=spot.lon_deg,
            lat_deg=spot.lat_deg,
        )

    def _walked_m(self, leg: Leg) -> float:
        return leg.duration_ms / MS_PER_S * self._walk_mps

    def _draw(self, here: Spot, there: Spot, at_ms: int, mode: Literal["drive", "walk"]) -> Path:
        """Return a way on streets, or straight where no street is known."""
        key = (here, there, mode)
        if key not in self._lines:
            found = self._desk.network.find_line(here, there, at_ms, mode)
            self._lines[key] = _simplify(found) if len(found) > 1 else _straight(here, there)
        return self._lines[key]

    def _draw_lane(self, here: Spot, there: Spot) -> Path:
        lane = self._lanes.get((VertiportId(here.spot_id), VertiportId(there.spot_id)))
        if lane is None:
            return _straight(here, there)
        return _simplify(list(zip(lane.lon_deg, lane.lat_deg, strict=True)))


def _find_bus(legs: tuple[Leg, ...], number: int) -> int | None:
    """Return the bus known only in the mean that a leg leads to, or is."""
    for ahead, leg in enumerate(legs[number : number + 3], start=number):
        if leg.is_estimate and leg.mode == "bus":
            return ahead
        if leg.mode not in ("walk", "wait") or leg.destination is not None:
            return None if not leg.is_estimate else ahead + 1
    return None


def _last_of_bus(legs: tuple[Leg, ...], bus: int) -> int:
    """Return the walk after a bus, or the bus if there is none."""
    has_walk = bus + 1 < len(legs) and legs[bus + 1].mode == "walk"
    return bus + 1 if has_walk else bus


def _straight(here: Spot, there: Spot) -> Path:
    return ((here.lon_deg, here.lat_deg), (there.lon_deg, there.lat_deg))


def _simplify(points: list[Point]) -> Path:
    """Return a line with the points that a map can show."""
    line = LineString(points).simplify(SIMPLE_DEG)
    return tuple((round(lon, DIGITS), round(lat, DIGITS)) for lon, lat in line.coords)


def _cut(path: Path, walk_m: float) -> tuple[Path, Path, Path]:
    """Return the first metres of a line, its middle and its last metres."""
    whole_m = _length_m(path)
    share = min(0.5, walk_m / whole_m) if whole_m else 0.0
    line = LineString(path)
    ends = ((0.0, share), (share, 1.0 - share), (1.0 - share, 1.0))
    first, middle, last = (
        tuple((round(x, DIGITS), round(y, DIGITS)) for x, y in piece.coords)
        for piece in (substring(line, *part, normalized=True) for part in ends)
    )
    return first, middle, last


def _length_m(path: Path) -> float:
    return sum(great_circle_m(*a, *b) for a, b in pairwise(path))
