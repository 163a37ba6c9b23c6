"""The fold: each event changes what it says, and gives back what was held."""

import pytest

from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.event_types import AnyEvent
from aspan.operations.fold import FOLDS, apply
from aspan.operations.lifecycles import SortiePhase
from aspan.primitives.errors import InvariantError
from aspan.primitives.ids import BookingId, SortieId, TripId, VertiportId
from stories.story import Day, instant
from unit.operations.scenes import AT_8, FIRST, ONE_SORTIE, before_release, first_sortie

HARBOUR, AIRPORT = VertiportId("Harbour"), VertiportId("Airport")


def held_slots(day: Day) -> int:
    """Return the FATO slots held in all."""
    return sum(len(c) for s in day.state.sites.values() for c in s.fatos.values())


def test_every_event_is_folded() -> None:
    """Each type of event that a log may hold has a fold, and no other has."""
    assert FOLDS.keys() == set(AnyEvent.__args__)


def test_a_plan_holds_slots_and_cells_and_gives_them_back() -> None:
    """Held, unassigned or cancelled, a sortie leaves nothing behind in the sky or on a FATO."""
    gone = (
        ev.SortieHeld(at_ms=AT_8, sortie_id=FIRST, reason="test", retry_at_ms=AT_8 + 1),
        ev.SortieUnassigned(at_ms=AT_8, sortie_id=FIRST, reason="test", retry_at_ms=AT_8 + 1),
        ev.SortieCancelled(at_ms=AT_8, sortie_id=FIRST, cause="test"),
    )
    for event in gone:
        day = before_release()
        assert held_slots(day) == 2
        assert day.state.reservations.find_held(FIRST) is not None
        assert FIRST in day.state.sites[AIRPORT].inbound
        apply(day.state, event)
        assert held_slots(day) == 0
        assert day.state.reservations.find_held(FIRST) is None
        assert FIRST not in day.state.sites[AIRPORT].inbound
        assert day.state.sorties[FIRST].assignment is None


def test_a_held_sortie_keeps_its_aircraft_and_an_unassigned_one_loses_it() -> None:
    """Held: still in the chain. Unassigned: out of it, scheduled again, with a timer."""
    held, freed = before_release(), before_release()
    apply(held.state, ev.SortieHeld(at_ms=AT_8, sortie_id=FIRST, reason="x", retry_at_ms=AT_8 + 9))
    assert first_sortie(held)[1].chain == [FIRST]
    assert held.state.sorties[FIRST].phase is SortiePhase.HELD
    apply(
        freed.state,
        ev.SortieUnassigned(at_ms=AT_8, sortie_id=FIRST, reason="x", retry_at_ms=AT_8 + 9),
    )
    assert first_sortie(freed)[1].chain == []
    assert freed.state.sorties[FIRST].phase is SortiePhase.SCHEDULED
    for day in (held, freed):
        assert day.state.due["assign", FIRST] == AT_8 + 9
        assert ("release", FIRST) not in day.state.due


def test_a_release_holds_stand_and_claim_until_they_are_used() -> None:
    """The stand is promised until on-block, the contingency place claimed until touchdown."""
    day = before_release(until="08:01")
    release = day.state.sorties[FIRST].release
    assert release is not None
    claims = day.state.sites[release.alternate_id].claims
    assert day.state.sites[AIRPORT].holds == {release.stand_id: FIRST}
    assert claims[AIRPORT] == 1
    day.run("08:20")
    assert day.state.sites[AIRPORT].holds == {}
    assert day.state.sites[AIRPORT].occupants == {release.stand_id: "A1"}
    assert claims[AIRPORT] == 0


def test_in_flight_an_aircraft_is_nowhere_and_its_stand_is_free() -> None:
    """Off-block empties the stand; on-block fills another and ends the chain."""
    day = before_release(until="08:05")
    _, aircraft = first_sortie(day)
    assert (aircraft.vertiport_id, aircraft.stand_id, aircraft.sortie_id) == (None, None, FIRST)
    assert day.state.sites[HARBOUR].occupants == {}
    day.run("08:20")
    assert (aircraft.vertiport_id, aircraft.sortie_id, aircraft.chain) == (AIRPORT, None, [])
    assert FIRST not in day.state.live_sorties


def test_a_flight_counts_for_its_pilot() -> None:
    """Sector and flight time are those from release to on-block."""
    day = before_release(until="08:20")
    pilot = first_sortie(day)[1].pilot
    assert pilot is not None
    assert pilot.sectors == 1
    assert pilot.flight_ms == pytest.approx(9 * 60_000, abs=2)
    assert pilot.last_on_block_ms == first_sortie(day)[1].since_ms


def test_a_no_show_gives_its_seats_back() -> None:
    """Who does not come takes no seat and no payload, and is no longer on the sortie."""
    day = before_release(f"{ONE_SORTIE}, absent  08:00 trip Harbour -> Airport, 1 passenger")
    sortie, _ = first_sortie(day)
    assert sortie.seats_taken == 3
    day.run("08:01")
    assert (sortie.seats_taken, sortie.payload_kg, len(sortie.bookings)) == (1, 85.0, 1)


def test_an_unknown_move_is_a_broken_invariant() -> None:
    """A sortie does not land that never lifted off."""
    day = before_release()
    landed = ev.SortieTouchedDown(
        at_ms=AT_8, sortie_id=FIRST, soc=0.5, fato_from_ms=AT_8, fato_until_ms=AT_8 + 1
    )
    with pytest.raises(InvariantError, match="SortieTouchedDown while assigned"):
        apply(day.state, landed)


def test_a_broken_invariant_stops_the_loop_and_is_told() -> None:
    """The error goes on to the caller, the log keeps what it had, and somebody is alerted."""
    day = before_release()
    before = len(day.log)
    first_sortie(day)[1].soc = 1.5
    off = cmd.ReportOffBlock(sortie_id=FIRST, soc=1.5, pack_temperature_k=298.15)
    day.outside.push(instant("08:00"), off)
    with pytest.raises(InvariantError):
        day.run("08:30")
    assert len(day.log) == before
    assert len(day.alerts.messages) == 1
    assert "broken invariant, service stopped" in day.alerts.messages[0]


def test_an_aircraft_that_was_released_is_not_charged_again() -> None:
    """A plan made between release and off-block starts no session on the stand it leaves."""
    at_ms = instant("08:05")
    day = before_release(ONE_SORTIE.replace("08:00", "08:05"), until="08:05")
    day.engine.handle(cmd.Wake(), at_ms=at_ms)
    sortie, aircraft = first_sortie(day)
    assert sortie.phase is SortiePhase.RELEASED
    aircraft.soc = 0.62
    command = cmd.RequestBooking(
        booking_id=BookingId("B9"), trip_id=TripId("T9"), origin=AIRPORT, destination=HARBOUR,
        ready_at_ms=at_ms + 900_000, party=1, payload_kg=85.0, egress_ms=0, origin_lon_deg=77.0,
        origin_lat_deg=43.5, destination_lon_deg=77.1, destination_lat_deg=43.5,
    )  # fmt: skip
    told = day.engine.handle(command, at_ms=at_ms + 1000)
    assert isinstance(told[-1], ev.BookingConfirmed)
    assert aircraft.chain == [FIRST, SortieId("S00002")]
    assert aircraft.charge is None
