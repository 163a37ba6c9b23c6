"""Ways: the legs of an itinerary on the ground, as the law of `world/reliability.py` sees them."""

import msgspec
import numpy as np

from aspan.journeys.itinerary import Itinerary, Leg
from aspan.journeys.raptor import Ride
from aspan.world.reliability import WayKind, WayLeg
from aspan.world.timetable import Timetable


class Ways(msgspec.Struct, frozen=True):
    """The way to the vertiport and the way on from the other; all of it access without a flight."""

    access: tuple[WayLeg, ...]
    egress: tuple[WayLeg, ...]


def tell_ways(itinerary: Itinerary, timetable: Timetable | None = None) -> Ways:
    """Return the ways of an itinerary before and after its flight.

    What happens at the first vertiport is left out: the process and the wait after it.

    Parameters
    ----------
    timetable
        In whose numbers the rides are; who misses one has lost the way if None.
    """
    legs = itinerary.legs
    modes = [leg.mode for leg in legs]
    flight = modes.index("air") if "air" in modes else len(legs)
    until = modes.index("process") if "process" in modes[:flight] else flight
    before, after = (
        tuple(tell_way_leg(legs, number, timetable) for number in numbers)
        for numbers in (range(until), range(flight + 1, len(legs)))
    )
    return Ways(before, after)


def tell_way_leg(legs: tuple[Leg, ...], number: int, timetable: Timetable | None) -> WayLeg:
    """Return one leg of an itinerary; a flight and the process before it are no legs of a way."""
    leg = legs[number]
    again_ms = 0
    if leg.ride is not None and timetable is not None:
        again_ms = find_again_ms(timetable, leg.ride)
    return WayLeg(_kind_of(legs, number), leg.duration_ms, again_ms)


def _kind_of(legs: tuple[Leg, ...], number: int) -> WayKind:
    leg = legs[number]
    if leg.ride is not None:
        return "timed"
    if leg.mode == "walk":
        return "walk"
    if leg.mode == "leave":
        return "leave"
    if leg.mode != "wait":
        return "ride"
    following = legs[number + 1] if number + 1 < len(legs) else None
    is_called = following is not None and (following.mode == "car" or following.is_estimate)
    return "pick_up" if is_called else "wait"


def find_again_ms(timetable: Timetable, ride: Ride) -> int:
    """Return how much later the next trip of the line leaves for the same stop; 0 if none.

    Trips of all patterns of the line count that may be boarded at the one stop and left at the
    other after it.
    """
    patterns = timetable.patterns
    first = int(patterns.stop_first[ride.pattern])
    board, alight = (int(patterns.stops[first + at]) for at in (ride.board, ride.alight))
    leaves_ms = int(patterns.depart_at_ms[patterns.time_first[ride.trip] + ride.board])
    line = int(patterns.line[ride.pattern])
    later = []
    for pattern in np.flatnonzero(patterns.line == line).tolist():
        place = _find_board(timetable, pattern, board, alight)
        if place is None:
            continue
        trips = slice(int(patterns.trip_first[pattern]), int(patterns.trip_first[pattern + 1]))
        leave_ms = patterns.depart_at_ms[patterns.time_first[trips] + place]
        after = leave_ms[leave_ms > leaves_ms]
        if len(after):
            later.append(int(after.min()) - leaves_ms)
    return min(later, default=0)


def _find_board(timetable: Timetable, pattern: int, board: int, alight: int) -> int | None:
    """Return where in a pattern one boards to come from stop to stop; None if one cannot."""
    patterns = timetable.patterns
    first, end = int(patterns.stop_first[pattern]), int(patterns.stop_first[pattern + 1])
    stops = patterns.stops[first:end]
    may_board, may_alight = patterns.can_board[first:end], patterns.can_alight[first:end]
    for place in np.flatnonzero((stops == board) & (may_board > 0)).tolist():
        if np.any((stops[place + 1 :] == alight) & (may_alight[place + 1 :] > 0)):
            return int(place)
    return None
