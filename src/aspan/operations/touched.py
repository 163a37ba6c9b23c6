"""What an action of the desk would touch, sortie by sortie, as things stand."""

from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.actions import FATO_CLOSED, HELD_BY_DESK, TouchedSortie
from aspan.operations.bookings import off_block_of
from aspan.operations.diversion import find_outcome, list_landing
from aspan.operations.fatos import find_other_fato
from aspan.operations.fold_desk import list_waiting
from aspan.operations.lifecycles import FLYING_SORTIE_PHASES, SortiePhase
from aspan.operations.planning import LEAD_MS, Planner, next_sortie_id
from aspan.operations.records import SortieRecord
from aspan.operations.state import State
from aspan.operations.turn import Turn
from aspan.primitives.ids import AircraftId, FatoId, SortieId, VertiportId

WAITING_PHASES = (SortiePhase.SCHEDULED, SortiePhase.ASSIGNED, SortiePhase.HELD)
LEAVING_PHASES = (SortiePhase.RELEASED, SortiePhase.TAXIING_OUT)

OUTCOMES: dict[type[ev.Event] | type[None], str] = {
    ev.SortieDiverted: "diverted",
    ev.EmergencyDeclared: "emergency",
    type(None): "flies_on",
}
"""What is said of a sortie whose landing place closes, by what would follow."""


def list_touched(planner: Planner, action: act.AnyAction, at_ms: int) -> tuple[TouchedSortie, ...]:
    """Return the sorties an action would touch and how, by id; empty for the clock's."""
    state = planner.state
    found: list[tuple[SortieRecord, str]] = []
    match action:
        case act.CloseFato():
            found = _closing(planner, action.vertiport_id, action.fato_id, at_ms)
        case act.OpenFato():
            found = [(s, "released") for s in list_waiting(state, FATO_CLOSED, action.vertiport_id)]
        case act.HoldDepartures():
            found = _holding(state, action.vertiport_id, at_ms)
        case act.ReleaseDepartures():
            waiting = list_waiting(state, HELD_BY_DESK, action.vertiport_id)
            found = [(s, "released") for s in waiting]
        case act.CancelSortie():
            found = _cancelling(state, action.sortie_id)
        case act.GroundAircraft():
            found = _grounding(state, action.aircraft_id)
        case act.SendEmpty():
            return (_sending(planner, action, at_ms),)
        case _:
            pass
    found.sort(key=lambda pair: pair[0].sortie_id)
    return tuple(_describe(sortie, effect) for sortie, effect in found)


def _describe(sortie: SortieRecord, effect: str) -> TouchedSortie:
    return TouchedSortie(
        sortie_id=sortie.sortie_id,
        aircraft_id=sortie.aircraft_id,
        origin=sortie.origin,
        destination=sortie.destination,
        off_block_at_ms=off_block_of(sortie),
        passengers=sortie.seats_taken,
        bookings=len(sortie.bookings),
        effect=effect,
    )


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


def _closing(
    planner: Planner, site_id: VertiportId, fato_id: FatoId, at_ms: int
) -> list[tuple[SortieRecord, str]]:
    state = planner.state
    site = state.sites[site_id]
    is_last = all(f == fato_id or f in site.closed_fatos for f in site.fatos)
    found = {
        sortie.sortie_id: (sortie, "waits" if is_last else "other_fato")
        for sortie in list_on_fato(state, site_id, fato_id)
    }
    for sortie in state.live_sorties.values():
        plan = sortie.assignment
        if sortie.origin != site_id or sortie.phase not in LEAVING_PHASES or plan is None:
            continue
        if plan.origin_fato_id == fato_id:
            found[sortie.sortie_id] = (sortie, "flies_on")
    turn = Turn(state, planner, at_ms)
    for sortie in list_landing(state, site_id, fato_id):
        other = find_other_fato(state, site_id, fato_id=fato_id, touchdown_ms=sortie.touchdown_ms)
        if other is not None:
            found[sortie.sortie_id] = (sortie, "other_fato")
            continue
        outcome = find_outcome(turn, sortie, FATO_CLOSED)
        found[sortie.sortie_id] = (sortie, OUTCOMES[type(outcome)])
        if isinstance(outcome, ev.SortieDiverted) and sortie.aircraft_id is not None:
            chain = state.aircraft[sortie.aircraft_id].chain
            found.update((s.sortie_id, (s, effect)) for s, effect in _freed(state, chain))
    return list(found.values())


def _holding(
    state: State, site_id: VertiportId | None, at_ms: int
) -> list[tuple[SortieRecord, str]]:
    until_ms = at_ms + state.index.rules.service.delay_ms_max
    found = []
    for sortie in state.live_sorties.values():
        if site_id not in (None, sortie.origin):
            continue
        if sortie.phase in LEAVING_PHASES:
            found.append((sortie, "flies_on"))
        elif sortie.phase in WAITING_PHASES and off_block_of(sortie) < until_ms:
            is_wanted = bool(sortie.bookings) or sortie.aircraft_id is not None
            if is_wanted:
                found.append((sortie, "waits"))
    return found


def _cancelling(state: State, sortie_id: SortieId) -> list[tuple[SortieRecord, str]]:
    sortie = state.sorties[sortie_id]
    found = [(sortie, "cancelled")]
    if sortie.aircraft_id is not None:
        chain = state.aircraft[sortie.aircraft_id].chain
        place = chain.index(sortie_id)
        found += _freed(state, chain[place + 1 :])
        before = state.sorties[chain[place - 1]] if place else None
        if (
            before is not None
            and before.service == "empty"
            and before.destination == sortie.origin
            and before.phase in WAITING_PHASES
        ):
            found.append((before, "cancelled"))
    return found


def _grounding(state: State, aircraft_id: AircraftId) -> list[tuple[SortieRecord, str]]:
    chain = state.aircraft[aircraft_id].chain
    flying = [s for s in chain if state.sorties[s].phase in FLYING_SORTIE_PHASES]
    return [(state.sorties[s], "flies_on") for s in flying] + _freed(state, chain)


def _freed(state: State, chain: list[SortieId]) -> list[tuple[SortieRecord, str]]:
    """Return what becomes of sorties whose aircraft does not fly them."""
    return [
        (state.sorties[s], "cancelled" if state.sorties[s].service == "empty" else "reassigned")
        for s in chain
        if state.sorties[s].phase in WAITING_PHASES
    ]


def _sending(planner: Planner, action: act.SendEmpty, at_ms: int) -> TouchedSortie:
    origin = planner.state.aircraft[action.aircraft_id].vertiport_id
    return TouchedSortie(
        sortie_id=next_sortie_id(planner.state),
        aircraft_id=action.aircraft_id,
        origin=origin or action.destination,
        destination=action.destination,
        off_block_at_ms=at_ms + LEAD_MS,
        passengers=0,
        bookings=0,
        effect="new",
    )
