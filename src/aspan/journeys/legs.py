"""Legs: a label of the search, told as an itinerary with the instants of each leg.

Whoever leaves by timetable leaves the door as late as the first ride allows, less a cushion, so
that the ride is caught about nine times of ten (`Reliability.leaving_cushion_ms`); before a flight
one leaves at once, and waits at the vertiport, where a wait costs no connection.
"""

from aspan.journeys.chance import STEP_MS
from aspan.journeys.frame import AirPart, GroundPart, JourneyQuery, Label, RidePart
from aspan.journeys.ground import Spot, Way
from aspan.journeys.itinerary import Itinerary, Leg, LegMode, WaySums, join_legs
from aspan.journeys.network import JourneyNetwork, TransitDay
from aspan.journeys.raptor import Change, Ride
from aspan.primitives.errors import InvariantError
from aspan.primitives.units import MS_PER_S
from aspan.world.reliability import WayLeg
from aspan.world.timetable import Timetable


def tell_itinerary(
    network: JourneyNetwork,
    transit: TransitDay | None,
    query: JourneyQuery,
    label: Label,
    *,
    earliest_ms: int | None = None,
) -> Itinerary:
    """Return the itinerary of a label that `search` found for the query.

    Parameters
    ----------
    earliest_ms
        Nobody leaves before to have a cushion. No limit if None.
    """
    criteria, parts = label
    start_ms = -criteria[0] if query.is_arrive_by else query.at_ms
    by_air = next((part for part in parts if isinstance(part, AirPart)), None)
    told = _Told(network, transit, query, start_ms, by_air)
    if transit is not None:
        told.at_ms = _find_start_ms(network, transit, label, start_ms, query, earliest_ms)
    for part in parts:
        match part:
            case GroundPart():
                told.go(part)
            case RidePart():
                told.ride(part)
            case AirPart():
                told.fly(part)
    itinerary = join_legs(tuple(told.legs), told.departure)
    found = (itinerary.price_tiyn, itinerary.walk_ms)
    if found != (criteria[1], criteria[3]):
        raise InvariantError(f"itinerary {found} adds up to its label {criteria}")
    return itinerary


def sum_up(
    network: JourneyNetwork, transit: TransitDay | None, query: JourneyQuery, label: Label
) -> WaySums:
    """Return what `tell_itinerary` would add up to for a query by departure, without its legs."""
    criteria, parts = label
    start_ms = query.at_ms
    if transit is not None:
        start_ms = _find_start_ms(network, transit, label, start_ms, query, None)
    riding_ms, is_flown = 0, False
    for part in parts:
        match part:
            case GroundPart():
                riding_ms += part.way.ride_ms
            case RidePart():
                riding_ms += _sum_rides_ms(transit, part)
            case AirPart():
                departure, is_flown = part.departure, True
                riding_ms += departure.on_block_at_ms - departure.off_block_at_ms
    return WaySums(
        price_tiyn=criteria[1],
        in_vehicle_ms=riding_ms,
        out_of_vehicle_ms=criteria[0] - start_ms - riding_ms,
        transfers=max(0, criteria[2] - 1),
        is_flown=is_flown,
    )


def _sum_rides_ms(transit: TransitDay | None, part: RidePart) -> int:
    """Return the time in vehicles of rides."""
    if transit is None:
        return 0
    patterns = transit.timetable.patterns
    riding_ms = 0
    for step in part.trail.steps:
        if isinstance(step, Ride):
            times = patterns.time_first[step.trip]
            alights_ms = patterns.arrive_at_ms[times + step.alight]
            riding_ms += int(alights_ms - patterns.depart_at_ms[times + step.board])
    return riding_ms


def _find_start_ms(
    network: JourneyNetwork,
    transit: TransitDay,
    label: Label,
    start_ms: int,
    query: JourneyQuery,
    earliest_ms: int | None,
) -> int:
    """Return when one leaves the door; not as the label says if a ride by timetable comes first.

    Who asks when to leave leaves when the question says at the soonest; who must be somewhere by an
    instant may have to leave sooner than the label says, which leaves no second to spare.
    """
    parts = label[1]
    if len(parts) < 2 or not isinstance(parts[0], GroundPart):
        return start_ms
    if not isinstance(parts[1], RidePart):
        return start_ms
    first = parts[1].trail.steps[0]
    if not isinstance(first, Ride):
        return start_ms
    patterns = transit.timetable.patterns
    way, reliability = parts[0].way, network.city.reliability
    leaves_ms = int(patterns.depart_at_ms[patterns.time_first[first.trip] + first.board])
    cushion_ms = 0 if reliability is None else reliability.leaving_cushion_ms(_law(way))
    cushion_ms = -(-cushion_ms // STEP_MS) * STEP_MS  # in steps, as chances count slack
    safe_ms = leaves_ms - way.duration_ms - cushion_ms
    if query.is_arrive_by:
        if earliest_ms is not None:
            safe_ms = max(safe_ms, earliest_ms)
        return min(start_ms, safe_ms)
    return max(start_ms, safe_ms)


def _law(way: Way) -> tuple[WayLeg, ...]:
    """Return a way on the ground as the law sees it; where a bus is boarded changes no sum."""
    return (
        WayLeg("walk", way.walk_ms),
        WayLeg("pick_up", way.wait_ms),
        WayLeg("ride", way.ride_ms),
    )


class _Told:
    """Legs as they follow one another."""

    def __init__(
        self,
        network: JourneyNetwork,
        transit: TransitDay | None,
        query: JourneyQuery,
        at_ms: int,
        by_air: AirPart | None,
    ) -> None:
        self._network, self._transit, self._query = network, transit, query
        self.at_ms = at_ms
        self._landed_ms: int | None = None
        self.legs: list[Leg] = []
        self.departure = None if by_air is None else by_air.departure

    def _add(
        self,
        mode: LegMode,
        ends: tuple[str | None, str | None],
        until_ms: int,
        *,
        price_tiyn: int = 0,
        distance_m: float = 0.0,
        ride: Ride | None = None,
        is_estimate: bool = False,
    ) -> None:
        if until_ms < self.at_ms:
            raise InvariantError(f"leg {mode} ends at {until_ms}, begins at {self.at_ms}")
        self.legs.append(
            Leg(mode, *ends, self.at_ms, until_ms, price_tiyn, distance_m, ride, is_estimate)
        )
        self.at_ms = until_ms

    def go(self, part: GroundPart) -> None:
        """Tell a way on the ground; out of a vertiport first, if one was flown there."""
        way, start, end = part.way, _name(part.start), _name(part.end)
        waits_ms = way.wait_ms
        if self._landed_ms is not None:
            self._add("leave", (start, start), self.at_ms + self._network.leaving_ms)
            if way.mode == "car":
                waits_ms = max(0, waits_ms - self._network.leaving_ms)
            self._landed_ms = None
        before_ms = 0 if way.mode == "car" else way.walk_ms // (2 if way.mode == "bus" else 1)
        foot_m = before_ms / MS_PER_S * self._network.ground.walk_speed_mps
        is_walk = way.mode == "walk"
        if before_ms or is_walk:
            self._add(
                "walk", (start, end if is_walk else None), self.at_ms + before_ms,
                distance_m=way.distance_m if is_walk else foot_m,
            )  # fmt: skip
        if is_walk:
            return
        is_bus = way.mode == "bus"
        self._add("wait", (start, start), self.at_ms + waits_ms, is_estimate=is_bus)
        self._add(
            way.mode, (None if is_bus else start, None if is_bus else end),
            self.at_ms + way.ride_ms,
            price_tiyn=way.price_tiyn, distance_m=way.distance_m, is_estimate=is_bus,
        )  # fmt: skip
        if is_bus:
            rest_ms = way.walk_ms - before_ms
            self._add("walk", (None, end), self.at_ms + rest_ms, distance_m=foot_m)

    def ride(self, part: RidePart) -> None:
        """Tell rides and changes."""
        transit = self._transit
        if transit is None:
            return
        timetable, patterns = transit.timetable, transit.timetable.patterns
        for step in part.trail.steps:
            if isinstance(step, Change):
                ends = (timetable.stops[step.from_stop], timetable.stops[step.to_stop])
                walk_ms = self._foot_ms(timetable, step)
                self._add("walk", (ends[0].stop_id, ends[1].stop_id), self.at_ms + walk_ms)
                continue
            first = int(patterns.stop_first[step.pattern])
            board = timetable.stops[int(patterns.stops[first + step.board])].stop_id
            alight = timetable.stops[int(patterns.stops[first + step.alight])].stop_id
            times = int(patterns.time_first[step.trip])
            line = timetable.lines[int(patterns.line[step.pattern])]
            self._add("wait", (board, board), int(patterns.depart_at_ms[times + step.board]))
            self._add(
                line.mode, (board, alight), int(patterns.arrive_at_ms[times + step.alight]),
                price_tiyn=line.price_tiyn * self._query.party, ride=step,
            )  # fmt: skip

    def _foot_ms(self, timetable: Timetable, step: Change) -> int:
        """Return how long one walks on a footpath, as the search counts it."""
        paths = timetable.footpaths
        for path in range(int(paths.first[step.from_stop]), int(paths.first[step.from_stop + 1])):
            duration_ms = int(paths.duration_ms[path])
            is_it = duration_ms == step.arrive_at_ms - step.depart_at_ms
            if int(paths.to[path]) == step.to_stop and is_it:
                return min(duration_ms, self._network.walk_ms(float(paths.walk_m[path])))
        raise InvariantError(f"footpath of {step} is not in the timetable")

    def fly(self, part: AirPart) -> None:
        """Tell a flight, with the way through the vertiport before it."""
        departure = part.departure
        origin, destination = part.origin.spot_id, part.destination.spot_id
        self._add("process", (origin, origin), self.at_ms + self._network.process_ms)
        self._add("wait", (origin, origin), departure.off_block_at_ms)
        self._add(
            "air", (origin, destination), departure.on_block_at_ms,
            price_tiyn=departure.fare_tiyn,
        )  # fmt: skip
        self._landed_ms = self.at_ms


def _name(spot: Spot) -> str | None:
    return spot.spot_id if spot.kind != "door" else None
