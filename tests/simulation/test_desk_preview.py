"""What a desk is shown is what follows: each preview against the events of its order."""

import pytest

from aspan.compose.runs import pair
from aspan.compose.table_sorties import energy_above_reserve_kwh
from aspan.compose.tables import fold_run
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.actions import Consequences, TouchedParty
from aspan.operations.bookings import off_block_of
from aspan.operations.commands import TakeAction
from aspan.operations.desk import preview
from aspan.operations.digest import state_digest
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.log import MemoryLog
from aspan.operations.sales_events import RideProvided
from aspan.operations.state import State
from aspan.primitives.dice import draw
from aspan.primitives.ids import SortieId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.twin.clock import AlertList, LeapingClock
from simulation.days import Scenario, open_day, told_lines
from simulation.desk_orders import draw_action

EFFECTS = {
    ev.SortieCancelled: "cancelled",
    ev.SortieUnassigned: "reassigned",
    ev.SortieDiverted: "diverted",
    ev.LandingMoved: "other_fato",
    ev.EmergencyDeclared: "emergency",
}


def _draw(state: State, seed: int, n: int) -> act.AnyAction:
    """Return a closure of a FATO somebody is about to land on, or the opening of one closed."""
    landing = [s for s in state.live_sorties.values() if s.release is not None]
    closed = sorted((s, f) for s, site in state.sites.items() for f in site.closed_fatos)
    chance = draw(seed, "shown", n)
    if closed and (chance < 0.4 or not landing):
        site_id, fato_id = closed[int(chance * 100) % len(closed)]
        return act.OpenFato(vertiport_id=site_id, fato_id=fato_id)
    if not landing:
        return act.HoldDepartures(vertiport_id=None)
    sortie = landing[int(chance * 100) % len(landing)]
    site = state.sites[sortie.destination]
    bound = sortie.landing_fato_id
    is_open = bound is not None and bound not in site.closed_fatos
    chosen = bound if is_open and bound is not None else min(site.fatos)
    return act.CloseFato(vertiport_id=sortie.destination, fato_id=chosen)


@pytest.mark.parametrize("seed", [2, pytest.param(7, marks=pytest.mark.long)])
def test_a_closure_does_to_each_sortie_what_was_shown(seed: int) -> None:
    """Diverted, moved, freed or told as an emergency: as announced; looking changes nothing."""
    run = open_day(Scenario(city="tiny", seed=seed, fleet=8, demand=20.0))
    loop = pair(run, MemoryLog(), clock=LeapingClock(run.start_ms), notices=AlertList())
    state, seen = run.engine.state, set()
    for n in range(150):
        loop.run(run.start_ms + 7 * MS_PER_H + n * 5 * MS_PER_MIN)
        action = _draw(state, seed, n)
        before = state_digest(state)
        shown = preview(run.engine.planner, action, state.now_ms)
        assert state_digest(state) == before
        command = TakeAction(key=f"shown-{n:05d}", who="desk", why="drill", action=action)
        told = loop.take(f"action/{command.key}", command, at_ms=state.now_ms)
        assert shown.is_possible == isinstance(told[0], ev.ActionTaken)
        effects = {s.sortie_id: s.effect for s in shown.sorties}
        for event in told:
            effect = EFFECTS.get(type(event))
            if effect is not None:
                assert effects[event.sortie_id] == effect  # type: ignore[attr-defined]
                seen.add(effect)
    assert {"diverted", "other_fato"} & seen
    assert "emergency" in seen or "reassigned" in seen


ERRS_KWH_MAX = 2.5
"""By how much less may be announced for a diversion than is left: the release expects a little
more to be used than is. Measured: 0.6 to 2.5 kWh, 1.5 to 4 % of what the sortie uses."""

DAYS = (
    Scenario(city="tiny", seed=3, fleet=8, demand=30.0),
    Scenario(city="tiny", seed=5, fleet=4, demand=60.0),
    Scenario(seed=6, fleet=12, demand=30.0),
)


def _draw_any(state: State, seed: int, n: int) -> act.AnyAction:
    """Return an action at random: a third of them end sorties that people are booked on."""
    booked = sorted(
        s.sortie_id
        for s in state.live_sorties.values()
        if s.bookings and s.phase in (SortiePhase.SCHEDULED, SortiePhase.ASSIGNED, SortiePhase.HELD)
    )
    chance = draw(seed, "any", n)
    if chance < 0.33 and booked:
        return act.CancelSortie(sortie_id=booked[int(chance * 300) % len(booked)])
    return draw_action(state, seed, n) if chance < 0.7 else _draw(state, seed, n)


def _expect_outcome(party: TouchedParty, told: list[ev.Event], state: State) -> None:
    """Check one party's announced outcome against the events of the order and the state after."""
    mine = [e for e in told if getattr(e, "booking_id", None) == party.booking_id]
    booking = state.bookings[party.booking_id]
    sortie = state.sorties[party.sortie_id]
    match party.outcome:
        case "rebooked":
            (moved,) = mine
            assert isinstance(moved, ev.BookingRebooked)
            assert moved.sortie_id == party.to_sortie_id == booking.sortie_id
            assert moved.off_block_at_ms == party.off_block_at_ms
            assert moved.promised_arrival_at_ms == party.promised_arrival_at_ms
            assert party.off_block_at_ms == off_block_of(state.sorties[booking.sortie_id])
        case "refunded":
            (cancelled,) = mine
            assert isinstance(cancelled, ev.BookingCancelled)
            assert cancelled.refund_tiyn == party.refund_tiyn == booking.fare_tiyn
        case "driven":
            (ride,) = mine
            assert isinstance(ride, RideProvided)
            assert ride.refund_tiyn == party.refund_tiyn == booking.fare_tiyn
            assert (ride.leaves_at_ms, ride.arrives_at_ms) == (
                party.ride_at_ms,
                party.ride_arrives_at_ms,
            )
            assert ride.cost_tiyn == party.ride_tiyn > 0
        case "set_down":
            assert not mine
            assert party.ride_tiyn > 0
            assert sortie.is_diverted
            assert sortie.destination == party.lands_at
        case "waits" | "keeps":
            assert not mine
            assert booking.sortie_id == party.sortie_id
            assert party.booking_id in sortie.bookings
        case _:
            pytest.fail(party.outcome)


def _expect_all(shown: Consequences, told: list[ev.Event], state: State) -> None:
    """Check that what was shown is what was told, and that nothing else was."""
    for party in shown.parties:
        _expect_outcome(party, told, state)
    ended = ("rebooked", "driven", "refunded")
    announced = {p.booking_id for p in shown.parties if p.outcome in ended}
    cared = (ev.BookingRebooked, ev.BookingCancelled, RideProvided)
    touched = {e.booking_id for e in told if isinstance(e, cared)}
    assert announced == touched
    diverted = {e.sortie_id: e for e in told if isinstance(e, ev.SortieDiverted)}
    assert diverted.keys() == {s.sortie_id for s in shown.sorties if s.effect == "diverted"}
    for sortie in shown.sorties:
        if sortie.effect == "diverted":
            event = diverted[sortie.sortie_id]
            assert (sortie.lands_at, sortie.lands_at_ms) == (
                event.destination,
                event.touchdown_at_ms,
            )
            assert sortie.above_reserve_kwh is not None
    assert shown.passengers == sum(p.party for p in shown.parties)
    assert shown.bookings == len(shown.parties)


@pytest.mark.parametrize(
    "day", [DAYS[0], *(pytest.param(day, marks=pytest.mark.long) for day in DAYS[1:])], ids=str
)
def test_every_party_gets_what_was_shown(day: Scenario) -> None:
    """Rebooked, driven, kept waiting, set down: as announced, and the looking leaves no trace."""
    logs, outcomes = [], set()
    expected: dict[str, float | None] = {}
    for is_shown in (True, False):
        run, log = open_day(day), MemoryLog()
        loop = pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList())
        state = run.engine.state
        for n in range(130):
            loop.run(run.start_ms + 7 * MS_PER_H + n * 6 * MS_PER_MIN)
            action = _draw_any(state, day.seed, n)
            command = TakeAction(key=f"party-{n:05d}", who="desk", why="drill", action=action)
            if is_shown:
                before = state_digest(state)
                shown = preview(run.engine.planner, action, state.now_ms)
                assert state_digest(state) == before
            told = loop.take(f"action/{command.key}", command, at_ms=state.now_ms)
            if is_shown and shown.is_possible:
                _expect_all(shown, told, state)
                outcomes |= {p.outcome for p in shown.parties}
                expected.update((s.sortie_id, s.above_reserve_kwh) for s in shown.sorties)
        loop.run(run.end_ms)
        logs.append(told_lines(log))
    assert logs[0] == logs[1]
    assert outcomes >= {"rebooked", "driven", "waits"}
    folded = fold_run([e for _, e in log.read()], end_ms=run.end_ms, reliability=None)
    for sortie_id, kwh in expected.items():
        line = folded.sorties.by_id[SortieId(sortie_id)]
        measured_kwh = energy_above_reserve_kwh(run.city.aircraft_type, line, folded.soh)
        if kwh is not None and measured_kwh is not None:
            assert 0.0 <= measured_kwh - kwh <= ERRS_KWH_MAX, sortie_id
