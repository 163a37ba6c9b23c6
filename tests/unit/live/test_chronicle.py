"""The chronicle: stays, sorties, holds and orders as events tell them, and what it lets go of."""

from aspan.live.chronicle import KEPT_MS, Chronicle
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.primitives.ids import (
    AircraftId,
    AircraftTypeId,
    BookingId,
    ChargerId,
    FatoId,
    LaneId,
    PilotId,
    SortieId,
    StandId,
    TripId,
    VertiportId,
)
from aspan.primitives.units import MS_PER_DAY, MS_PER_H

A, B, C = VertiportId("A"), VertiportId("B"), VertiportId("C")
CHARGER = ChargerId("A-C1")
CRAFT, SORTIE = AircraftId("AS01"), SortieId("S1")


def _tell(chronicle: Chronicle, *events: ev.Event) -> None:
    for event in events:
        chronicle.apply(chronicle.seq + 1, event)


def _registered() -> ev.Event:
    return ev.AircraftRegistered(
        at_ms=0,
        aircraft_id=CRAFT,
        type_id=AircraftTypeId("T"),
        soh=0.97,
        soc=0.9,
        pack_temperature_k=293.0,
        vertiport_id=A,
        stand_id=StandId("A1"),
    )


def _sortie(at_ms: int) -> list[ev.Event]:
    """Return a sortie from A that was to go to B and is diverted to C."""
    return [*_leave(at_ms), *_divert(at_ms)]


def _leave(at_ms: int) -> list[ev.Event]:
    return [
        ev.SortieScheduled(
            at_ms=at_ms,
            sortie_id=SORTIE,
            origin=A,
            destination=B,
            service="timetable",
            off_block_at_ms=at_ms + 60_000,
            assign_at_ms=at_ms,
        ),
        ev.SortieAssigned(
            at_ms=at_ms,
            sortie_id=SORTIE,
            aircraft_id=CRAFT,
            pilot_id=PilotId("P"),
            lane_id=LaneId("A-B"),
            origin_fato_id=FatoId("AF"),
            destination_fato_id=FatoId("BF"),
            off_block_at_ms=at_ms + 60_000,
            lift_off_at_ms=at_ms + 120_000,
            touchdown_at_ms=at_ms + 600_000,
            on_block_at_ms=at_ms + 660_000,
            version=1,
            payload_kg_max=400.0,
            vertex_offsets_ms=(0, 480_000),
        ),
        ev.SortieReleased(
            at_ms=at_ms + 59_000,
            sortie_id=SORTIE,
            pilot_id=PilotId("P"),
            stand_id=StandId("B1"),
            alternate_id=C,
            passengers=2,
            payload_kg=170.0,
            mass_kg=2100.0,
            soc=0.9,
            predicted_energy_kwh=30.0,
            final_reserve_kwh=20.0,
            required_kwh=60.0,
            reserve_rule="final_reserve",
            approval="passenger",
        ),
        ev.SortieOffBlock(
            at_ms=at_ms + 60_000, sortie_id=SORTIE, soc=0.9, pack_temperature_k=295.0
        ),
        ev.SortieLiftedOff(
            at_ms=at_ms + 120_000, sortie_id=SORTIE, soc=0.89, fato_from_ms=0, fato_until_ms=1
        ),
    ]


def _divert(at_ms: int) -> list[ev.Event]:
    return [
        ev.SortieDiverted(
            at_ms=at_ms + 300_000,
            sortie_id=SORTIE,
            cause="site_closed",
            destination=C,
            lane_id=LaneId("B-C"),
            destination_fato_id=FatoId("CF"),
            stand_id=StandId("C1"),
            virtual_lift_off_at_ms=at_ms,
            touchdown_at_ms=at_ms + 700_000,
            on_block_at_ms=at_ms + 760_000,
            version=2,
            vertex_offsets_ms=(0, 1),
        ),
        ev.SortieTouchedDown(
            at_ms=at_ms + 700_000, sortie_id=SORTIE, soc=0.6, fato_from_ms=0, fato_until_ms=1
        ),
        ev.SortieOnBlock(
            at_ms=at_ms + 760_000,
            sortie_id=SORTIE,
            stand_id=StandId("C1"),
            soc=0.59,
            pack_temperature_k=300.0,
            energy_kwh=45.0,
        ),
    ]


def test_a_diverted_sortie_is_told_from_stand_to_stand() -> None:
    """It leaves one stand for another; the stand it was to have is free when it is diverted."""
    chronicle = Chronicle()
    _tell(chronicle, _registered(), *_sortie(1000))
    story = chronicle.sorties[SORTIE]
    assert (story.destination, story.planned_destination) == (C, B)
    assert (story.destination_fato_id, story.cause) == ("CF", "site_closed")
    first, second = chronicle.stays[CRAFT]
    assert (first.stand_id, first.until_ms) == ("A1", 61_000)
    assert (second.stand_id, second.from_ms, second.until_ms) == ("C1", 761_000, None)
    holds = [(h.stand_id, h.from_ms, h.until_ms) for h in chronicle.holds[SORTIE]]
    assert holds == [("B1", 60_000, 301_000), ("C1", 301_000, 761_000)]
    assert story.numbers == list(range(2, 10))


def test_a_rebooked_party_keeps_its_standing() -> None:
    """Who was checked in still is, on the other sortie; both sorties tell of the move."""
    chronicle = Chronicle()
    scheduled = [
        ev.SortieScheduled(
            at_ms=1,
            sortie_id=SortieId(name),
            origin=A,
            destination=B,
            service="timetable",
            off_block_at_ms=60_000,
            assign_at_ms=1,
        )
        for name in ("S1", "S2")
    ]
    booking = BookingId("K1")
    confirmed = ev.BookingConfirmed(
        at_ms=2,
        booking_id=booking,
        trip_id=TripId("T1"),
        party=2,
        payload_kg=180.0,
        origin_lon_deg=77.0,
        origin_lat_deg=43.2,
        destination_lon_deg=77.1,
        destination_lat_deg=43.3,
        sortie_id=SORTIE,
        fare_tiyn=9_000_000,
        off_block_at_ms=60_000,
        promised_arrival_at_ms=700_000,
        ready_at_ms=30_000,
        egress_ms=0,
    )
    checked_in = ev.BookingCheckedIn(at_ms=3, booking_id=booking)
    moved = ev.BookingRebooked(
        at_ms=4,
        booking_id=booking,
        sortie_id=SortieId("S2"),
        reason="desk",
        off_block_at_ms=90_000,
        promised_arrival_at_ms=800_000,
    )
    _tell(chronicle, *scheduled, confirmed, checked_in, moved)
    story = chronicle.bookings[booking]
    assert (story.status, story.sortie_id) == ("checked_in", "S2")
    assert story.promised_arrival_ms == 800_000
    assert [chronicle.sorties[s].numbers for s in (SORTIE, SortieId("S2"))] == [
        [1, 3, 4, 5],
        [2, 5],
    ]


def test_a_power_share_reaches_only_who_is_fed() -> None:
    """A new share is a step of the session that its charger feeds."""
    chronicle = Chronicle()
    started = ev.ChargeStarted(
        at_ms=10,
        aircraft_id=CRAFT,
        vertiport_id=A,
        charger_id=CHARGER,
        stand_id=StandId("A1"),
        soc=0.5,
        soc_target=0.9,
        power_kw=300.0,
    )
    shared = ev.ChargingReallocated(
        at_ms=20,
        vertiport_id=A,
        allocations=((CHARGER, 150.0, 0.55), (ChargerId("A-C2"), 150.0, 0.2)),
    )
    _tell(chronicle, _registered(), started, shared)
    (session,) = chronicle.sessions[CRAFT]
    assert session.steps == [(10, 0.5, 300.0), (20, 0.55, 150.0)]
    assert session.until_ms is None


def test_grounding_is_told_with_its_words_and_refusals_are_kept() -> None:
    """From the order to the return the aircraft is grounded; a refused order grounds nobody."""
    chronicle = Chronicle()
    ground, back = act.GroundAircraft(aircraft_id=CRAFT), act.ReturnAircraft(aircraft_id=CRAFT)
    said = {"who": "Aigul", "why": "a noise in motor 3"}
    _tell(
        chronicle,
        ev.ActionTaken(at_ms=5, key="key-1", action=ground, **said),
        ev.ActionRefused(
            at_ms=6, key="key-2", action=ground, reason="grounded_already", detail="", **said
        ),
        ev.ActionTaken(at_ms=9, key="key-3", action=back, **said),
    )
    (grounding,) = chronicle.groundings[CRAFT]
    assert (grounding.from_ms, grounding.until_ms) == (5, 9)
    assert grounding.why == "a noise in motor 3"
    assert [a.seq for a in chronicle.actions] == [1, 2, 3]


def test_what_is_long_over_is_let_go() -> None:
    """A month later the sortie is gone; where the aircraft stands is not."""
    chronicle = Chronicle()
    opened_ms = KEPT_MS + MS_PER_DAY
    opened = ev.DayOpened(
        at_ms=opened_ms,
        date="2025-06-01",
        service_from_ms=0,
        service_until_ms=MS_PER_H,
        expected_rates=(),
    )
    _tell(chronicle, _registered(), *_sortie(1000))
    assert SORTIE in chronicle.sorties
    _tell(chronicle, opened)
    assert SORTIE not in chronicle.sorties
    assert SORTIE not in chronicle.holds
    assert [s.stand_id for s in chronicle.stays[CRAFT]] == ["C1"]
    assert chronicle.from_ms == MS_PER_DAY
