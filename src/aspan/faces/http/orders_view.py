"""What the desk forbids now: by whose order, and which sorties it keeps waiting."""

from collections.abc import Callable

from aspan.faces.http.wire_now import Order
from aspan.operations import actions as act
from aspan.operations.actions import FATO_CLOSED, HELD_BY_DESK
from aspan.operations.bookings import off_block_of
from aspan.operations.fatos import list_arrival_fatos, list_departure_fatos
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.records import SortieRecord
from aspan.operations.state import State
from aspan.primitives.ids import AircraftId, FatoId, VertiportId

_WAITING = (SortiePhase.SCHEDULED, SortiePhase.ASSIGNED, SortiePhase.HELD)


def find_hold_order(state: State, site_id: VertiportId) -> Order | None:
    """Return the last order that held the departures of a site."""
    return _find(
        state, lambda a: isinstance(a, act.HoldDepartures) and a.vertiport_id in (None, site_id)
    )


def find_closing_order(state: State, site_id: VertiportId, fato_id: FatoId) -> Order | None:
    """Return the last order that closed a FATO."""
    sought = act.CloseFato(vertiport_id=site_id, fato_id=fato_id)
    return _find(state, lambda a: a == sought)


def find_grounding_order(state: State, aircraft_id: AircraftId) -> Order | None:
    """Return the last order that grounded an aircraft."""
    sought = act.GroundAircraft(aircraft_id=aircraft_id)
    return _find(state, lambda a: a == sought)


def _find(state: State, is_sought: Callable[[act.AnyAction], bool]) -> Order | None:
    for record in reversed(state.actions.values()):
        if not record.reason and is_sought(record.action):
            return Order(who=record.who, why=record.why, at_ms=record.at_ms)
    return None


def find_wait_reason(state: State, sortie: SortieRecord, now_ms: int) -> str:
    """Return why a sortie that has not left waits; empty if nothing is known to keep it.

    What the desk forbids now counts first, for what would leave within the longest delay: the
    engine holds such a sortie only when its off-block comes.
    """
    if sortie.phase not in _WAITING:
        return ""
    is_wanted = bool(sortie.bookings) or sortie.aircraft_id is not None
    if is_wanted and off_block_of(sortie) < now_ms + state.index.rules.service.delay_ms_max:
        if state.sites[sortie.origin].is_held:
            return HELD_BY_DESK
        departures = list_departure_fatos(state, sortie.origin)
        if not (departures and list_arrival_fatos(state, sortie.destination)):
            return FATO_CLOSED
    return sortie.hold_reason
