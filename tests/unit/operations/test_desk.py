"""The desk: actions are taken once, refused with words, and do what their preview said."""

import pytest

from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.commands import TakeAction
from aspan.operations.desk import preview
from aspan.operations.lifecycles import BookingStatus, SortiePhase
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, FatoId, SortieId, VertiportId
from aspan.primitives.units import MS_PER_MIN
from stories.story import Day
from unit.operations.scenes import A1, FIRST, ONE_SORTIE, PAIR, before_release, first_sortie

HARBOUR, AIRPORT = VertiportId("Harbour"), VertiportId("Airport")
TWO_PADS = ONE_SORTIE.replace("Airport: 1 fato", "Airport: 2 fatos")
LATER = f"{PAIR}  A2 at Harbour\n 08:00 trip Harbour -> Airport, 2 passengers"


def _take(day: Day, action: act.AnyAction, key: str = "key-0001") -> list[ev.Event]:
    command = TakeAction(key=key, who="Aigerim", why="drill", action=action)
    return day.loop.take(f"action/{key}", command, at_ms=day.state.now_ms)


def _fato(day: Day, site_id: VertiportId) -> FatoId:
    return min(day.state.sites[site_id].fatos)


def test_an_action_is_on_the_log_with_who_and_why() -> None:
    """What was ordered is an event that names who ordered it, why, and the key."""
    day = before_release()
    (event,) = _take(day, act.HoldDepartures(vertiport_id=HARBOUR))
    assert isinstance(event, ev.ActionTaken)
    assert (event.who, event.why, event.key) == ("Aigerim", "drill", "key-0001")
    record = day.state.actions["key-0001"]
    assert (record.seq, record.reason) == (day.state.events, "")


def test_a_key_is_taken_once() -> None:
    """The same order again does nothing; its key for another order is bad input."""
    day = before_release()
    action = act.HoldDepartures(vertiport_id=HARBOUR)
    _take(day, action)
    assert _take(day, action) == []
    with pytest.raises(InvalidInput, match="key"):
        _take(day, act.ReleaseDepartures(vertiport_id=HARBOUR))


def test_held_departures_wait_and_go_when_released() -> None:
    """A sortie whose site is held is held with that reason, and looks again at once after."""
    day = before_release(until="07:59")
    touched = preview(day.engine.planner, act.HoldDepartures(vertiport_id=None), day.state.now_ms)
    assert [(s.sortie_id, s.effect, s.passengers) for s in touched.sorties] == [(FIRST, "waits", 2)]
    _take(day, act.HoldDepartures(vertiport_id=None))
    day.run("08:10")
    sortie, _ = first_sortie(day)
    assert (sortie.phase, sortie.hold_reason) == (SortiePhase.HELD, "departures_held")
    _take(day, act.ReleaseDepartures(vertiport_id=None), key="key-0002")
    day.run("08:16")
    assert sortie.phase in {SortiePhase.TAXIING_OUT, SortiePhase.AIRBORNE}


def test_a_sortie_held_too_long_is_cancelled_and_its_parties_are_driven() -> None:
    """Past the longest delay the sortie is cancelled; its passengers get a taxi and their money."""
    day = before_release()
    _take(day, act.HoldDepartures(vertiport_id=HARBOUR))
    day.run("09:30")
    assert day.state.sorties[FIRST].phase is SortiePhase.CANCELLED
    assert {b.status for b in day.state.bookings.values()} == {BookingStatus.REFUNDED}
    assert {n.kind for b in day.state.bookings.values() for n in b.care} == {"ground"}


def test_closing_the_only_fato_holds_until_it_opens() -> None:
    """Without another FATO a sortie waits; the site takes no new plans until the FATO opens."""
    day = before_release(until="07:59")
    fato_id = _fato(day, AIRPORT)
    closing = act.CloseFato(vertiport_id=AIRPORT, fato_id=fato_id)
    touched = preview(day.engine.planner, closing, day.state.now_ms)
    assert [s.effect for s in touched.sorties] == ["waits"]
    _take(day, closing)
    day.run("08:10")
    sortie, _ = first_sortie(day)
    assert (sortie.phase, sortie.hold_reason) == (SortiePhase.HELD, "fato_closed")
    _take(day, act.OpenFato(vertiport_id=AIRPORT, fato_id=fato_id), key="key-0002")
    day.run("08:40")
    assert sortie.phase is SortiePhase.ON_BLOCK


def test_a_planned_sortie_moves_to_another_fato() -> None:
    """Where another FATO is open the sortie is planned onto it and still flies."""
    day = before_release(TWO_PADS, until="07:59")
    fato_id = day.state.sorties[FIRST].landing_fato_id
    assert fato_id is not None
    closing = act.CloseFato(vertiport_id=AIRPORT, fato_id=fato_id)
    touched = preview(day.engine.planner, closing, day.state.now_ms)
    assert [s.effect for s in touched.sorties] == ["other_fato"]
    _take(day, closing)
    day.run("08:30")
    sortie, _ = first_sortie(day)
    assert sortie.phase is SortiePhase.ON_BLOCK


def test_an_airborne_sortie_lands_on_another_fato() -> None:
    """One on its way is moved to the other FATO at the instant it had."""
    day = before_release(TWO_PADS, until="08:04")
    sortie, _ = first_sortie(day)
    fato_id, touchdown_ms = sortie.landing_fato_id, sortie.touchdown_ms
    assert [sortie.phase] == [SortiePhase.AIRBORNE]
    assert fato_id is not None
    events = _take(day, act.CloseFato(vertiport_id=AIRPORT, fato_id=fato_id))
    (moved,) = [e for e in events if isinstance(e, ev.LandingMoved)]
    assert moved.destination_fato_id != fato_id
    assert sortie.touchdown_ms == touchdown_ms
    day.run("08:30")
    assert sortie.phase is SortiePhase.ON_BLOCK


def test_a_cancelled_sorties_passengers_get_the_next_one() -> None:
    """Passengers of a sortie the desk cancels get the next one of their pair; none is made."""
    day = before_release(f"{LATER}  08:20 trip Harbour -> Airport, 1 passenger", until="07:58")
    other = next(s for s in day.state.sorties if s != FIRST)
    for booking in day.state.bookings.values():
        booking.cushion_ms = 3 * MS_PER_MIN
    events = _take(day, act.CancelSortie(sortie_id=FIRST))
    (moved,) = [e for e in events if isinstance(e, ev.BookingRebooked)]
    assert moved.sortie_id == other
    plan = day.state.sorties[other].assignment
    assert plan is not None
    assert moved.promised_arrival_at_ms == plan.on_block_at_ms + 3 * MS_PER_MIN
    assert not [e for e in events if isinstance(e, ev.SortieScheduled)]
    assert day.state.sorties[FIRST].phase is SortiePhase.CANCELLED
    day.run("09:05")
    assert {b.status for b in day.state.bookings.values()} == {BookingStatus.FLOWN}


def test_without_another_sortie_a_party_is_refunded() -> None:
    """To cancel is to cancel: with no seat on another sortie the money goes back."""
    day = before_release(LATER, until="07:58")
    _take(day, act.CancelSortie(sortie_id=FIRST))
    assert {b.status for b in day.state.bookings.values()} == {BookingStatus.REFUNDED}
    assert {n.kind for b in day.state.bookings.values() for n in b.care} == {"ground"}
    assert not day.state.live_sorties


def test_a_held_sortie_stays_listed_until_it_may_go() -> None:
    """Through a long hold the sortie keeps its reason, so that its release shows who may go."""
    day = before_release(until="07:59")
    _take(day, act.HoldDepartures(vertiport_id=HARBOUR))
    release = act.ReleaseDepartures(vertiport_id=HARBOUR)
    for minute in range(4, 40, 3):
        day.run(f"08:{minute:02d}")
        touched = preview(day.engine.planner, release, day.state.now_ms)
        assert [(s.sortie_id, s.passengers) for s in touched.sorties] == [(FIRST, 2)]


def test_what_is_released_or_over_is_not_cancelled() -> None:
    """A sortie in the air or on block cannot be cancelled; the refusal says which."""
    day = before_release(until="08:04")
    (refused,) = _take(day, act.CancelSortie(sortie_id=FIRST))
    assert isinstance(refused, ev.ActionRefused)
    assert (refused.reason, refused.detail) == ("sortie_released", f"{FIRST} airborne")
    day.run("08:30")
    (refused,) = _take(day, act.CancelSortie(sortie_id=FIRST), key="key-0002")
    assert isinstance(refused, ev.ActionRefused)
    assert refused.reason == "sortie_ended"


def test_a_grounded_aircraft_hands_its_sortie_over() -> None:
    """What a grounded aircraft was to fly is flown by another; it flies again when returned."""
    day = before_release(LATER, until="07:58")
    aircraft_id = day.state.sorties[FIRST].aircraft_id
    assert aircraft_id is not None
    grounding = act.GroundAircraft(aircraft_id=aircraft_id)
    touched = preview(day.engine.planner, grounding, day.state.now_ms)
    assert [(s.sortie_id, s.effect) for s in touched.sorties] == [(FIRST, "reassigned")]
    _take(day, grounding)
    day.run("08:45")
    assert day.state.sorties[FIRST].phase is SortiePhase.ON_BLOCK
    assert day.state.aircraft[aircraft_id].vertiport_id == HARBOUR
    (refused,) = _take(day, grounding, key="key-0002")
    assert isinstance(refused, ev.ActionRefused)
    assert refused.reason == "grounded_already"
    _take(day, act.ReturnAircraft(aircraft_id=aircraft_id), key="key-0003")
    assert day.state.aircraft[aircraft_id].grounded == ""


def test_two_desks_on_one_aircraft() -> None:
    """The second desk is told to what the aircraft is committed already."""
    day = before_release(f"{PAIR}  08:30 trip Harbour -> Airport, 1 passenger", until="07:40")
    sending = act.SendEmpty(aircraft_id=A1, destination=AIRPORT)
    taken = _take(day, sending)
    assert isinstance(taken[0], ev.ActionTaken)
    (empty,) = [e for e in taken if isinstance(e, ev.SortieScheduled)]
    (refused,) = _take(day, sending, key="key-0002")
    assert isinstance(refused, ev.ActionRefused)
    assert refused.reason == "aircraft_committed"
    assert empty.sortie_id in refused.detail


@pytest.mark.parametrize(
    ("action", "field"),
    [
        (act.CloseFato(vertiport_id=VertiportId("Moon"), fato_id=FatoId("x")), "vertiport_id"),
        (act.CloseFato(vertiport_id=HARBOUR, fato_id=FatoId("x")), "fato_id"),
        (act.HoldDepartures(vertiport_id=VertiportId("Moon")), "vertiport_id"),
        (act.CancelSortie(sortie_id=SortieId("S99999")), "sortie_id"),
        (act.GroundAircraft(aircraft_id=AircraftId("Z9")), "aircraft_id"),
        (act.SendEmpty(aircraft_id=A1, destination=VertiportId("Moon")), "destination"),
        (act.SetPace(speed=0.0), "speed"),
        (act.SetPace(speed=float("nan")), "speed"),
    ],
)
def test_what_does_not_exist_is_bad_input(action: act.AnyAction, field: str) -> None:
    """An unknown id or an impossible number changes nothing and names the field."""
    day = before_release()
    events = day.state.events
    with pytest.raises(InvalidInput) as caught:
        _take(day, action)
    assert caught.value.field == field
    assert day.state.events == events


def test_a_preview_changes_nothing() -> None:
    """Looking at consequences tells no event."""
    day = before_release()
    before = day.state.events
    for action in (
        act.HoldDepartures(vertiport_id=None),
        act.CancelSortie(sortie_id=FIRST),
        act.GroundAircraft(aircraft_id=A1),
        act.SendEmpty(aircraft_id=A1, destination=AIRPORT),
        act.Pause(),
        act.Resume(),
    ):
        shown = preview(day.engine.planner, action, day.state.now_ms)
        assert shown.is_possible == (not shown.reason)
    assert day.state.events == before


def test_pace_and_pause_are_remembered() -> None:
    """The clock's orders stand in the state, for a service that starts again."""
    day = before_release()
    _take(day, act.Pause())
    assert day.state.is_paused
    (refused,) = _take(day, act.Pause(), key="key-0002")
    assert isinstance(refused, ev.ActionRefused)
    _take(day, act.Resume(), key="key-0003")
    _take(day, act.SetPace(speed=60.0), key="key-0004")
    assert (day.state.is_paused, day.state.pace) == (False, 60.0)
