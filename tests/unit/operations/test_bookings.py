"""Bookings: who shares a sortie, what is promised, and every reason for a refusal."""

from typing import Any

import msgspec
import pytest

from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.bookings import DepartureOffer, SeatWish, find_offer, find_pooled
from aspan.operations.planning import Refused
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, TripId, VertiportId
from aspan.primitives.units import MS_PER_MIN
from stories.story import Day, instant
from unit.operations.scenes import AT_8, FIRST, ONE_SORTIE, PAIR, before_release

HARBOUR, AIRPORT, REFUGE = VertiportId("Harbour"), VertiportId("Airport"), VertiportId("Refuge")
NOW = instant("07:40")
WISH = SeatWish(origin=HARBOUR, destination=AIRPORT, ready_at_ms=AT_8, party=1, payload_kg=85.0)


def pooled(day: Day, **changes: Any) -> bool:  # noqa: ANN401  any of its own parameters
    """Say whether a party of one, ready at eight, would share the first sortie."""
    return find_pooled(day.state, msgspec.structs.replace(WISH, **changes)) is not None


@pytest.mark.parametrize(
    ("changes", "is_shared"),
    [
        ({}, True),
        ({"ready_at_ms": AT_8 + 1}, False),
        ({"ready_at_ms": AT_8 - 10 * MS_PER_MIN}, True),
        ({"ready_at_ms": AT_8 - 10 * MS_PER_MIN - 1}, False),
        ({"party": 2}, True),
        ({"party": 3}, False),
        ({"payload_kg": 193.0}, True),
        ({"payload_kg": 193.5}, False),
    ],
)
def test_who_shares_a_sortie(changes: dict[str, Any], is_shared: bool) -> None:
    """Seats, payload and ten minutes of waiting bound the pool, each to its last step."""
    assert pooled(before_release(until="07:40"), **changes) is is_shared


def test_nobody_joins_a_sortie_that_boards() -> None:
    """Once passengers are called, the next party gets another sortie."""
    day = before_release(until="07:57")
    assert pooled(day)
    day.run("07:59")
    assert day.state.sorties[FIRST].is_boarding
    assert not pooled(day)


def offer(day: Day, **changes: Any) -> DepartureOffer | Refused:  # noqa: ANN401  as above
    """Return what a party of one, ready at nine, would be offered."""
    wish = msgspec.structs.replace(WISH, ready_at_ms=instant("09:00"))
    wish = msgspec.structs.replace(wish, **changes)
    return find_offer(day.engine.planner, wish, now_ms=NOW)


def test_an_offer_states_off_block_and_fare_of_the_party() -> None:
    """A party pays its seats, and is on block a block time after its off-block."""
    day = Day(PAIR).run("07:40")
    one, two = offer(day), offer(day, party=2)
    assert isinstance(one, DepartureOffer)
    assert isinstance(two, DepartureOffer)
    assert two.fare_tiyn == 2 * one.fare_tiyn > 0
    assert one.off_block_at_ms == instant("09:00")
    assert one.on_block_at_ms == pytest.approx(instant("09:09"), abs=2)


def fog(day: Day) -> None:
    """Report fog at the airport."""
    site = day.state.sites[AIRPORT]
    assert site.report is not None
    site.report = msgspec.structs.replace(site.report, visibility_m=500.0)
    day.state.reports += 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"party": 5}, "party_too_large"),
        ({"payload_kg": 363.1}, "party_too_large"),
        ({"destination": HARBOUR}, "no_lane"),
        ({"ready_at_ms": instant("06:29")}, "hours"),
        ({"ready_at_ms": instant("20:00")}, "hours"),
    ],
)
def test_what_is_asked_amiss_is_refused(changes: dict[str, Any], reason: str) -> None:
    """Too many, too heavy, nowhere or out of hours: the reason says which."""
    result = offer(Day(PAIR).run("07:40"), **changes)
    assert isinstance(result, Refused)
    assert result.reason == reason


@pytest.mark.parametrize(
    "reason", ["weather_visibility", "no_weather_report", "energy", "too_late"]
)
def test_what_cannot_be_served_is_refused(reason: str) -> None:
    """Fog, silence, an empty pack without charger, an aircraft that comes too late."""
    day = Day(PAIR).run("07:40")
    aircraft = next(iter(day.state.aircraft.values()))
    if reason == "weather_visibility":
        fog(day)
    elif reason == "no_weather_report":
        day.state.sites[AIRPORT].report = None
    elif reason == "energy":
        aircraft.soh = 0.5
    else:
        aircraft.since_ms = instant("09:30")
    result = offer(day)
    assert isinstance(result, Refused)
    assert result.reason == reason


def request(**changes: Any) -> cmd.RequestBooking:  # noqa: ANN401  as above
    """Return a booking of one, ready at nine."""
    command = cmd.RequestBooking(
        booking_id=BookingId("B9"),
        trip_id=TripId("T9"),
        origin=HARBOUR,
        destination=AIRPORT,
        ready_at_ms=instant("09:00"),
        party=1,
        payload_kg=85.0,
        egress_ms=7 * MS_PER_MIN,
        origin_lon_deg=77.0,
        origin_lat_deg=43.5,
        destination_lon_deg=77.1,
        destination_lat_deg=43.5,
    )
    return msgspec.structs.replace(command, **changes)


def test_a_booking_asked_twice_is_sold_once() -> None:
    """The second command with the same id changes nothing."""
    day = Day(PAIR).run("07:40")
    first = day.engine.handle(request(), at_ms=NOW)
    assert [type(e) for e in first][-1] is ev.BookingConfirmed
    assert day.engine.handle(request(), at_ms=NOW) == []
    assert sum(s.seats_taken for s in day.state.sorties.values()) == 1


@pytest.mark.parametrize("cushion_min", [0, 5])
def test_the_promise_counts_the_way_to_the_door(cushion_min: int) -> None:
    """Arrival is promised for on-block, the party's own way from there, and what it adds."""
    day = Day(PAIR).run("07:40")
    asked = request(cushion_ms=cushion_min * MS_PER_MIN)
    confirmed = day.engine.handle(asked, at_ms=NOW)[-1]
    assert isinstance(confirmed, ev.BookingConfirmed)
    plan = day.state.sorties[confirmed.sortie_id].assignment
    assert plan is not None
    assert confirmed.promised_arrival_at_ms == plan.on_block_at_ms + (7 + cushion_min) * MS_PER_MIN


@pytest.mark.parametrize("changes", [{"party": 0}, {"payload_kg": -1.0}])
def test_a_party_of_nobody_is_bad_input(changes: dict[str, Any]) -> None:
    """A party has at least one person and a mass; nothing changes otherwise."""
    day = Day(PAIR).run("07:40")
    before = day.state.events
    with pytest.raises(InvalidInput, match="a party with mass"):
        day.engine.handle(request(**changes), at_ms=NOW)
    assert day.state.events == before


def test_a_full_sortie_makes_room_for_a_second() -> None:
    """What does not fit the first sortie gets one of its own with the next aircraft."""
    day = Day(f"{ONE_SORTIE}, asked 07:30  A2 at Harbour").run("07:40")
    day.engine.handle(request(party=3, payload_kg=255.0, ready_at_ms=AT_8), at_ms=NOW)
    assert sorted(s.seats_taken for s in day.state.sorties.values()) == [2, 3]
