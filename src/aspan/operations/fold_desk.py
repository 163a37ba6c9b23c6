"""How events of the desk are folded."""

from collections.abc import Callable, Iterator
from typing import Any

from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.actions import FATO_CLOSED, HELD_BY_DESK
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.records import ActionRecord, SiteRecord, SortieRecord
from aspan.operations.state import State
from aspan.operations.zones import find_reservation, free_zones, keep_zones
from aspan.primitives.errors import ensure
from aspan.primitives.ids import VertiportId


def _on_taken(state: State, event: ev.ActionTaken) -> None:
    _note(state, event)
    _do(state, event)


def _on_refused(state: State, event: ev.ActionRefused) -> None:
    _note(state, event, reason=event.reason, detail=event.detail)


def _note(
    state: State, event: ev.ActionTaken | ev.ActionRefused, reason: str = "", detail: str = ""
) -> None:
    """Remember an action by its key; a key is used once."""
    ensure(event.key not in state.actions, f"action {event.key} was taken already")
    state.actions[event.key] = ActionRecord(
        seq=state.events,
        at_ms=event.at_ms,
        key=event.key,
        who=event.who,
        why=event.why,
        action=event.action,
        reason=reason,
        detail=detail,
    )


def _do(state: State, event: ev.ActionTaken) -> None:
    action = event.action
    match action:
        case act.CloseFato():
            state.sites[action.vertiport_id].closed_fatos[action.fato_id] = state.events
        case act.OpenFato():
            del state.sites[action.vertiport_id].closed_fatos[action.fato_id]
            for sortie in list_waiting(state, FATO_CLOSED, action.vertiport_id):
                state.set_timer(event.at_ms, "assign", sortie.sortie_id)
        case act.HoldDepartures():
            for site in list_sites(state, action.vertiport_id):
                site.is_held = True
        case act.ReleaseDepartures():
            for site in list_sites(state, action.vertiport_id):
                site.is_held = False
            for sortie in list_waiting(state, HELD_BY_DESK, action.vertiport_id):
                state.set_timer(event.at_ms, "assign", sortie.sortie_id)
        case act.GroundAircraft():
            state.aircraft[action.aircraft_id].grounded = event.why
            state.flyable = sum(not a.grounded for a in state.aircraft.values())
            state.set_tail(state.aircraft[action.aircraft_id])
        case act.ReturnAircraft():
            state.aircraft[action.aircraft_id].grounded = ""
            state.flyable = sum(not a.grounded for a in state.aircraft.values())
            state.set_tail(state.aircraft[action.aircraft_id])
        case act.ReserveZones():
            keep_zones(state, action)
        case act.FreeZones():
            reserved = find_reservation(state, action.reservation)
            ensure(reserved is not None, f"nothing was reserved under {action.reservation}")
            if reserved is not None:
                free_zones(state, reserved)
        case act.SetPace():
            state.pace = action.speed
        case act.Pause():
            state.is_paused = True
        case act.Resume():
            state.is_paused = False
        case act.CancelSortie() | act.SendEmpty() | act.CareForParty():
            pass  # told by the events that follow


def list_sites(state: State, site_id: VertiportId | None) -> Iterator[SiteRecord]:
    """Yield the sites an action is about, by id: one, or all if None."""
    for known_id in state.index.site_ids:
        if site_id in (None, known_id):
            yield state.sites[known_id]


def list_waiting(state: State, reason: str, site_id: VertiportId | None) -> list[SortieRecord]:
    """Return the sorties that wait for the desk at a site, or anywhere; they look again at once."""
    return [
        sortie
        for sortie in state.live_sorties.values()
        if sortie.hold_reason == reason
        and sortie.phase in (SortiePhase.HELD, SortiePhase.SCHEDULED)
        and site_id in (None, sortie.origin, sortie.destination)
    ]


def _on_landing_moved(state: State, event: ev.LandingMoved) -> None:
    sortie = state.sorties[event.sortie_id]
    fatos = state.sites[sortie.destination].fatos
    ensure(sortie.landing_fato_id is not None, f"{event.sortie_id} holds no FATO to land on")
    if sortie.landing_fato_id is not None:
        fatos[sortie.landing_fato_id].release(event.sortie_id)
    slot = state.index.slot(state.index.arrival_use(sortie.touchdown_ms))
    fatos[event.destination_fato_id].reserve(event.sortie_id, *slot)
    sortie.landing_fato_id = event.destination_fato_id


DESK_FOLDS: dict[type[ev.Event], Callable[[State, Any], None]] = {
    ev.ActionTaken: _on_taken,
    ev.ActionRefused: _on_refused,
    ev.LandingMoved: _on_landing_moved,
}
"""How events of the desk are folded, by their type."""
