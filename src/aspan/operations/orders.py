"""Orders: what follows from an action of the desk that is on the log, event by event."""

from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations import flow
from aspan.operations.actions import FATO_CLOSED
from aspan.operations.care import give
from aspan.operations.diversion import clear_fato
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.records import SortieRecord
from aspan.operations.state import State
from aspan.operations.turn import Turn
from aspan.primitives.ids import FatoId, VertiportId
from aspan.primitives.units import MS_PER_MIN

CANCELLED_BY_DESK = "desk"
"""Cause of a cancellation that the desk ordered."""

FOLLOWED_UP = (
    act.CloseFato,
    act.CancelSortie,
    act.GroundAircraft,
    act.SendEmpty,
    act.CareForParty,
)
"""Actions after which events follow at once; of the others the fold is all there is."""


def carry_out(turn: Turn, action: act.AnyAction) -> None:
    """Do what follows from an action that is on the log."""
    state = turn.state
    match action:
        case act.CloseFato():
            for sortie in list_on_fato(state, action.vertiport_id, action.fato_id):
                held = ev.SortieHeld(
                    at_ms=turn.at_ms,
                    sortie_id=sortie.sortie_id,
                    reason=FATO_CLOSED,
                    retry_at_ms=turn.at_ms + MS_PER_MIN,
                )
                turn.tell(held)
            clear_fato(turn, action.vertiport_id, action.fato_id)
        case act.CancelSortie():
            flow.cancel(turn, state.sorties[action.sortie_id], CANCELLED_BY_DESK)
        case act.GroundAircraft():
            chain = state.aircraft[action.aircraft_id].chain
            flow.free_later(turn, list(chain), "grounded")
        case act.SendEmpty():
            origin = state.aircraft[action.aircraft_id].vertiport_id
            if origin is not None:
                flow.send_empty(turn, action.aircraft_id, origin, action.destination)
        case act.CareForParty():
            booking = state.bookings[action.booking_id]
            give(turn, booking, action.remedy, action.sortie_id)
        case _:
            pass  # the fold of the action is all there is to it


def list_on_fato(state: State, site_id: VertiportId, fato_id: FatoId) -> list[SortieRecord]:
    """Return the sorties planned, and not released, to use a FATO at either end, by id."""
    found = []
    for sortie_id in sorted(state.live_sorties):
        sortie = state.live_sorties[sortie_id]
        plan = sortie.assignment
        if plan is None or sortie.phase is not SortiePhase.ASSIGNED:
            continue
        is_off = sortie.origin == site_id and plan.origin_fato_id == fato_id
        is_on = sortie.destination == site_id and sortie.landing_fato_id == fato_id
        if is_off or is_on:
            found.append(sortie)
    return found
