"""Ways: kinds of legs, and when the next metro comes for who misses one."""

from datetime import date

import pytest

from aspan.compose.trip_network import TripNetwork
from aspan.compose.trips import TripDesk, TripRequest
from aspan.journeys.ways import find_again_ms, tell_ways
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H
from shipped import read_shipped
from unit.compose.test_trips import MOMYSHULY, SQUARE
from unit.journeys.itineraries import make


def test_kinds_follow_from_what_comes_next() -> None:
    """A wait is for a car or an estimated bus, or slack; what is at the vertiport is no way."""
    made = make(
        ("walk", 2), ("wait", 5), ("bus", 9), ("walk", 1), ("wait", 3), ("metro", 7),
        ("process", 10), ("wait", 4), ("air", 8), ("leave", 2), ("wait", 4), ("car", 6),
    )  # fmt: skip
    ways = tell_ways(made)
    assert [leg.kind for leg in ways.access] == [
        "walk", "pick_up", "ride", "walk", "wait", "timed"
    ]  # fmt: skip
    assert [leg.kind for leg in ways.egress] == ["leave", "pick_up", "ride"]


def test_without_a_flight_all_is_access() -> None:
    """A way on the ground has no egress."""
    ways = tell_ways(make(("wait", 5), ("car", 20)))
    assert [leg.kind for leg in ways.access] == ["pick_up", "ride"]
    assert ways.egress == ()


@pytest.mark.parametrize("hour", [7.0, 12.0, 21.0])
def test_the_next_metro_is_the_next_row_of_the_timetable(hour: float) -> None:
    """Between one ride and the next of its line nothing leaves its platform for its end."""
    city = read_shipped("alatau")
    at_ms = local_midnight_ms(date(2026, 9, 4), city.time_zone) + round(hour * MS_PER_H)
    request = TripRequest(origin=SQUARE, destination=MOMYSHULY, at_ms=at_ms)
    answer = TripDesk(TripNetwork(city, {})).find(request, None, flight_kwh=lambda *_: 0.0)
    timetable = answer.timetable
    assert timetable is not None
    rides = [leg for one in answer.options for leg in one.itinerary.legs if leg.ride is not None]
    assert rides
    leg = rides[0]
    assert leg.ride is not None
    again_ms = find_again_ms(timetable, leg.ride)
    patterns, leaves = timetable.patterns, []
    names = [stop.stop_id for stop in timetable.stops]
    for pattern in range(len(patterns.line)):
        first, end = int(patterns.stop_first[pattern]), int(patterns.stop_first[pattern + 1])
        stops = [names[stop] for stop in patterns.stops[first:end]]
        if leg.origin not in stops or leg.destination not in stops:
            continue
        board, alight = stops.index(str(leg.origin)), stops.index(str(leg.destination))
        trips = range(int(patterns.trip_first[pattern]), int(patterns.trip_first[pattern + 1]))
        if board < alight:
            leaves += [int(patterns.depart_at_ms[patterns.time_first[t] + board]) for t in trips]
    assert again_ms == min(at for at in leaves if at > leg.depart_at_ms) - leg.depart_at_ms
    assert 0 < again_ms < MS_PER_H
