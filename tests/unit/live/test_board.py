"""The board: today's lines and sums."""

import msgspec

from aspan.live.board import Board
from aspan.live.punctuality import ON_TIME_MS, judge_sortie, share_on_time
from aspan.operations import events as ev
from aspan.physics.battery import available_kwh
from aspan.primitives.ids import (
    AircraftId,
    AircraftTypeId,
    BookingId,
    PilotId,
    SortieId,
    StandId,
    TripId,
    VertiportId,
)
from aspan.world.readers import load_city

KIND = load_city("tiny").aircraft_type
A, B = VertiportId("A"), VertiportId("B")


def _day(at_ms: int, from_ms: int = 0) -> ev.Event:
    return ev.DayOpened(
        at_ms=at_ms,
        date="2025-04-12",
        service_from_ms=from_ms,
        service_until_ms=10**9,
        expected_rates=(),
    )


def _flight(number: int, *, late_ms: int, soc: float) -> list[ev.Event]:
    """Return one sortie wanted at 1000 and off-block `late_ms` after."""
    sortie_id = SortieId(f"S{number}")
    off_ms = 1000 + late_ms
    return [
        ev.SortieScheduled(
            at_ms=0, sortie_id=sortie_id, origin=A, destination=B, service="timetable",
            off_block_at_ms=1000, assign_at_ms=500,
        ),
        ev.SortieReleased(
            at_ms=off_ms, sortie_id=sortie_id, pilot_id=PilotId("P"), stand_id=StandId("B1"),
            alternate_id=A, passengers=2, payload_kg=180.0, mass_kg=2300.0, soc=0.9,
            predicted_energy_kwh=15.0, final_reserve_kwh=20.0, required_kwh=36.0,
            reserve_rule="20 min", approval="passenger",
        ),
        ev.SortieOffBlock(at_ms=off_ms, sortie_id=sortie_id, soc=0.9, pack_temperature_k=300.0),
        ev.SortieLiftedOff(
            at_ms=off_ms + 90, sortie_id=sortie_id, soc=0.89, fato_from_ms=0, fato_until_ms=1
        ),
        ev.SortieTouchedDown(
            at_ms=off_ms + 900, sortie_id=sortie_id, soc=soc, fato_from_ms=0, fato_until_ms=1
        ),
        ev.SortieOnBlock(
            at_ms=off_ms + 990, sortie_id=sortie_id, stand_id=StandId("B1"), soc=soc,
            pack_temperature_k=301.0, energy_kwh=14.5,
        ),
    ]  # fmt: skip


def _fold(events: list[ev.Event]) -> Board:
    board = Board(KIND)
    for seq, event in enumerate(events, start=1):
        board.apply(seq, event)
    return board


def test_on_time_ends_at_the_limit() -> None:
    """One millisecond before the limit is on time, the limit itself is late."""
    flights = [
        *_flight(1, late_ms=ON_TIME_MS - 1, soc=0.6),
        *_flight(2, late_ms=ON_TIME_MS, soc=0.5),
    ]
    board = _fold([_day(0), *sorted(flights, key=lambda e: e.at_ms)])
    assert board.on_time_share(10**6) == 0.5
    assert (board.flown, board.energy_kwh, board.seq) == (2, 29.0, 13)


def test_one_that_waits_past_its_time_is_late() -> None:
    """Waiting counts against punctuality from the limit on; what is cancelled is not judged."""
    flown, waiting = _flight(1, late_ms=0, soc=0.6), _flight(2, late_ms=0, soc=0.6)[:1]
    gone = _flight(3, late_ms=0, soc=0.6)[:1]
    called_off = ev.SortieCancelled(at_ms=2000, sortie_id=SortieId("S3"), cause="unbooked")
    board = _fold([_day(0), *flown, *waiting, *gone, called_off])
    assert board.on_time_share(1000 + ON_TIME_MS - 1) == 1.0
    assert board.on_time_share(1000 + ON_TIME_MS) == 0.5


def test_one_that_was_late_stays_late_once_it_left() -> None:
    """A verdict by waiting is not taken back by leaving; one still on its stand has none yet."""
    late_ms = ON_TIME_MS + 1
    assert judge_sortie(0, None, is_cancelled=False, now_ms=late_ms) is False
    assert judge_sortie(0, late_ms, is_cancelled=False, now_ms=late_ms) is False
    assert judge_sortie(0, None, is_cancelled=False, now_ms=ON_TIME_MS - 1) is None
    assert judge_sortie(0, None, is_cancelled=True, now_ms=late_ms) is None
    assert share_on_time([None, None]) is None


def test_least_margin_is_that_of_the_emptiest_landing() -> None:
    """The least energy above reserve is available energy at touchdown less the final reserve."""
    board = _fold([_day(0), *_flight(1, late_ms=0, soc=0.6), *_flight(2, late_ms=0, soc=0.5)])
    expected = available_kwh(KIND, soc=0.5, soh=1.0, pack_k=300.0) - 20.0
    assert board.min_above_reserve_kwh == expected


def _booked(number: int, *, party: int, sortie: int) -> ev.Event:
    return ev.BookingConfirmed(
        at_ms=0, booking_id=BookingId(f"B{number}"), trip_id=TripId(f"T{number}"), party=party,
        payload_kg=90.0, origin_lon_deg=0.0, origin_lat_deg=0.0, destination_lon_deg=0.0,
        destination_lat_deg=0.0, sortie_id=SortieId(f"S{sortie}"), fare_tiyn=1, off_block_at_ms=0,
        promised_arrival_at_ms=1, ready_at_ms=0, egress_ms=0,
    )  # fmt: skip


def test_people_who_do_not_come_are_told_of_the_sortie_they_are_booked_on_last() -> None:
    """A party that was moved is missed where it was moved to; a cancelled one is missed nowhere."""
    two = [*_flight(1, late_ms=0, soc=0.6)[:1], *_flight(2, late_ms=0, soc=0.6)[:1]]
    moved = ev.BookingRebooked(
        at_ms=1, booking_id=BookingId("B1"), sortie_id=SortieId("S2"), reason="desk",
        off_block_at_ms=1000, promised_arrival_at_ms=2000,
    )  # fmt: skip
    given_up = ev.BookingCancelled(
        at_ms=1, booking_id=BookingId("B2"), reason="desk", refund_tiyn=1
    )
    missed = [ev.BookingNoShow(at_ms=2, booking_id=BookingId(b)) for b in ("B1", "B3")]
    booked = [_booked(n, party=n, sortie=1) for n in (1, 2, 3)]
    board = _fold([*two, *booked, moved, given_up, *missed])
    assert {s: line.no_shows for s, line in board.lines.items()} == {"S1": 3, "S2": 1}


def test_flights_without_passengers_are_counted_among_those_flown() -> None:
    """Of two flown, one carried two people and one nobody."""
    events = _flight(1, late_ms=0, soc=0.6) + _flight(2, late_ms=0, soc=0.6)
    empty = [
        msgspec.structs.replace(e, passengers=0)
        if isinstance(e, ev.SortieReleased) and e.sortie_id == "S2"
        else e
        for e in events
    ]
    board = _fold(empty)
    assert (board.flown, board.empty) == (2, 1)


def test_a_new_day_forgets_what_is_over() -> None:
    """When a day opens sums begin anew; only sorties not over yet stay on the board."""
    flown, waiting = _flight(1, late_ms=0, soc=0.6), _flight(2, late_ms=0, soc=0.6)[:3]
    board = _fold([_day(0), *flown, *waiting, _day(10_000, 10_000)])
    assert list(board.lines) == ["S2"]
    assert (board.flown, board.energy_kwh, board.on_time_share(11_000)) == (0, 0.0, None)
    assert board.min_above_reserve_kwh is None


def test_cancelled_counts_those_somebody_waited_for() -> None:
    """A departure nobody booked is not counted as cancelled; one cancelled by weather is."""
    events: list[ev.Event] = [_day(0)]
    for number, cause in enumerate(("unbooked", "weather_visibility")):
        events.append(_flight(number, late_ms=0, soc=0.6)[0])
        events.append(ev.SortieCancelled(at_ms=1, sortie_id=SortieId(f"S{number}"), cause=cause))
    board = _fold(events)
    assert board.cancelled == 1
    assert all(line.is_cancelled for line in board.lines.values())


def test_health_of_the_pack_counts() -> None:
    """The margin is worked out with the health the aircraft was registered with."""
    registered = ev.AircraftRegistered(
        at_ms=0, aircraft_id=AircraftId("X1"), type_id=AircraftTypeId("t"), soh=0.8, soc=0.9,
        pack_temperature_k=300.0, vertiport_id=A, stand_id=StandId("A1"),
    )  # fmt: skip
    board = _fold([_day(0), registered, *_flight(1, late_ms=0, soc=0.6)[:1]])
    board.lines[SortieId("S1")].aircraft_id = AircraftId("X1")
    for event in _flight(1, late_ms=0, soc=0.6)[1:]:
        board.apply(board.seq + 1, event)
    expected = available_kwh(KIND, soc=0.6, soh=0.8, pack_k=300.0) - 20.0
    assert board.min_above_reserve_kwh == expected


def test_what_is_sold_ahead_comes_onto_the_board_on_its_day() -> None:
    """A sortie of a coming day is aside until its day opens or it gets an aircraft, or is gone."""
    board = Board(KIND)
    day = msgspec.structs.replace(_day(0), service_until_ms=900)
    ahead = [_flight(n, late_ms=0, soc=0.5)[0] for n in (1, 2, 3)]
    gone = ev.SortieCancelled(at_ms=2, sortie_id=SortieId("S2"), cause="unbooked")
    for seq, event in enumerate([day, *ahead, gone], start=1):
        board.apply(seq, event)
    assert not board.lines
    assert board.cancelled == 0
    board.apply(9, _day(950))
    assert sorted(board.lines) == ["S1", "S3"]
