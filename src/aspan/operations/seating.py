"""Seating: what the parties of a sortie take of its time at the stand."""

from aspan.booking.party import extra_boarding_ms
from aspan.operations.records import SortieRecord
from aspan.operations.state import State


def boarding_ms(state: State, sortie: SortieRecord) -> int:
    """Return how long before off-block boarding begins; longer for who is helped aboard."""
    return state.index.boarding_ms + _extra_ms(state, sortie)


def needs_time(state: State, sortie: SortieRecord) -> bool:
    """Say whether somebody is helped aboard, so that the sortie must wait until that is done."""
    return _extra_ms(state, sortie) > 0


def _extra_ms(state: State, sortie: SortieRecord) -> int:
    extra_ms = 0
    for booking_id in sortie.bookings:
        held = state.bookings[booking_id].held
        if held is not None:
            extra_ms += extra_boarding_ms(held.travellers)
    return extra_ms
