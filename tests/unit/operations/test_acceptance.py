"""Acceptance: the booking says what the itinerary and the booker say, ways included."""

import msgspec
import pytest

from aspan.journeys.availability import AirDeparture
from aspan.journeys.chance import judge_chances
from aspan.journeys.itinerary import Itinerary
from aspan.operations import events as ev
from aspan.operations.acceptance import Booker, accept
from aspan.operations.log import decode_event, encode_event
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, SortieId, TripId, VertiportId
from aspan.primitives.units import MS_PER_MIN
from aspan.world.reliability import WayLeg
from unit.journeys.itineraries import make
from unit.journeys.test_chance import STATED

BOOKER = Booker(
    booking_id=BookingId("B1"),
    trip_id=TripId("T1"),
    party=2,
    payload_kg=180.0,
    origin=(76.9, 43.2),
    destination=(77.0, 43.3),
)


def flown(ready_later_min: int | None = None) -> Itinerary:
    """Return a way with a flight, offered to who is ready so much after it could be."""
    made = make(
        ("wait", 6), ("car", 12), ("process", 10), ("wait", 4), ("air", 9), ("leave", 2), ("car", 8)
    )  # fmt: skip
    ready_ms = made.depart_at_ms + 28 * MS_PER_MIN
    off_ms = ready_ms + 4 * MS_PER_MIN
    later = None if ready_later_min is None else ready_ms + ready_later_min * MS_PER_MIN
    return msgspec.structs.replace(
        made,
        origin=VertiportId("V1"),
        destination=VertiportId("V2"),
        departure=AirDeparture(off_ms, off_ms + 9 * MS_PER_MIN, 100, None, later),
    )


def minutes(legs: tuple[WayLeg, ...]) -> list[tuple[str, int]]:
    """Return kinds and minutes."""
    return [(leg.kind, leg.duration_ms // MS_PER_MIN) for leg in legs]


def test_a_booking_carries_the_ways() -> None:
    """Access ends where the process begins, egress begins on block and takes what is told."""
    made = flown()
    command = accept(made, BOOKER, reliability=STATED)
    assert minutes(command.access) == [("pick_up", 6), ("ride", 12)]
    assert minutes(command.egress) == [("leave", 2), ("ride", 8)]
    assert command.egress_ms == sum(leg.duration_ms for leg in command.egress)
    assert command.ready_at_ms == made.depart_at_ms + 28 * MS_PER_MIN
    assert (command.party, command.origin_lon_deg, command.destination_lat_deg) == (2, 76.9, 43.3)


@pytest.mark.parametrize("later", [0, 3])
def test_who_is_early_waits(later: int) -> None:
    """The party is ready when the offer was asked for; what is left of its way is a wait."""
    made = flown(later)
    command = accept(made, BOOKER, reliability=STATED)
    assert command.ready_at_ms == made.depart_at_ms + (28 + later) * MS_PER_MIN
    assert minutes(command.access)[2:] == ([("wait", later)] if later else [])


def test_a_city_that_states_nothing_tells_no_ways() -> None:
    """Without reliability the ways are empty and nothing is added; nothing else changes."""
    told, plain = (accept(flown(), BOOKER, reliability=r) for r in (STATED, None))
    assert plain == msgspec.structs.replace(told, access=(), egress=(), cushion_ms=0)


def test_a_booking_promises_what_its_offer_did() -> None:
    """Off-block as offered, the block time, the way on and the cushion make the told promise."""
    made = flown()
    command = accept(made, BOOKER, reliability=STATED)
    told = judge_chances(made, STATED, process_ms=10 * MS_PER_MIN)
    on_block_ms = made.depart_at_ms + 41 * MS_PER_MIN
    assert command.cushion_ms >= 5 * MS_PER_MIN
    assert told.promised_at_ms == on_block_ms + command.egress_ms + command.cushion_ms


def test_without_a_flight_there_is_nothing_to_book() -> None:
    """A ride by car is bad input."""
    with pytest.raises(InvalidInput, match="one with a flight"):
        accept(make(("car", 12)), BOOKER, reliability=STATED)


def confirmed(
    access: tuple[WayLeg, ...] = (), egress: tuple[WayLeg, ...] = ()
) -> ev.BookingConfirmed:
    """Return a confirmation with these ways."""
    return ev.BookingConfirmed(
        at_ms=0,
        booking_id=BookingId("B1"),
        trip_id=TripId("T1"),
        party=1,
        payload_kg=85.0,
        origin_lon_deg=77.0,
        origin_lat_deg=43.0,
        destination_lon_deg=77.1,
        destination_lat_deg=43.1,
        sortie_id=SortieId("S1"),
        fare_tiyn=100,
        off_block_at_ms=10,
        promised_arrival_at_ms=30,
        ready_at_ms=5,
        egress_ms=10,
        access=access,
        egress=egress,
    )


def test_a_log_without_ways_is_read_and_written_as_before() -> None:
    """An event without ways names none, so lines of older logs keep their bytes."""
    line = encode_event(confirmed())
    assert b"access" not in line
    assert b'egress"' not in line
    assert b"cushion" not in line
    assert decode_event(line) == confirmed()


def test_ways_come_back_from_the_log() -> None:
    """What is written of a way is read again."""
    event = confirmed(access=(WayLeg("walk", 60_000), WayLeg("timed", 300_000, 240_000)))
    assert decode_event(encode_event(event)) == event
