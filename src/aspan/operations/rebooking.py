"""Rebooking: parties of a sortie that the desk cancels get the next departure of their pair.

Only one that is planned already: who cancels a sortie does not want another made in its place. Who
finds no seat within the longest delay is refunded when the sortie is cancelled.
"""

from aspan.operations import events as ev
from aspan.operations.bookings import OPEN_PHASES, off_block_of
from aspan.operations.legs import LegRefused
from aspan.operations.records import BookingRecord, SortieRecord
from aspan.operations.state import State
from aspan.operations.turn import Turn
from aspan.primitives.ids import SortieId


def rebook(turn: Turn, sortie: SortieRecord, reason: str, *, ready_ms: int) -> None:
    """Move every party of a sortie that can be moved to another sortie, and tell it.

    Parameters
    ----------
    ready_ms
        No party leaves before; when the sortie itself was to leave.
    """
    state = turn.state
    latest_ms = ready_ms + state.index.rules.service.delay_ms_max
    for booking_id in list(sortie.bookings):
        booking = state.bookings[booking_id]
        other_id = find_seats(state, sortie, booking, ready_ms, latest_ms)
        if other_id is None:
            continue
        other = state.sorties[other_id]
        off_ms, block_ms = off_block_of(other), _find_block_ms(turn, other)
        if block_ms is None:
            continue
        moved = ev.BookingRebooked(
            at_ms=turn.at_ms,
            booking_id=booking_id,
            sortie_id=other_id,
            reason=reason,
            off_block_at_ms=off_ms,
            promised_arrival_at_ms=off_ms + block_ms + booking.egress_ms + booking.cushion_ms,
        )
        turn.tell(moved)


def find_seats(
    state: State, sortie: SortieRecord, booking: BookingRecord, ready_ms: int, latest_ms: int
) -> SortieId | None:
    """Return the first other sortie of the pair that leaves in time and takes the party."""
    seats = state.index.city.aircraft_type.seats
    for other in state.live_sorties.list_pair(
        sortie.origin, sortie.destination, from_ms=ready_ms, until_ms=latest_ms
    ):
        if (
            other is not sortie
            and other.phase in OPEN_PHASES
            and other.service != "empty"
            and not other.is_boarding
            and other.seats_taken + booking.party <= seats
            and other.payload_kg + booking.payload_kg <= other.payload_kg_max
        ):
            return other.sortie_id
    return None


def _find_block_ms(turn: Turn, sortie: SortieRecord) -> int | None:
    """Return the block time planned, or else expected; None if the pair cannot be flown now."""
    plan = sortie.assignment
    if plan is not None:
        return plan.on_block_at_ms - plan.off_block_at_ms
    leg = turn.planner.legs.estimate(turn.state, sortie.origin, sortie.destination)
    return None if isinstance(leg, LegRefused) else leg.block_ms
