"""Seating: what the parties of a sortie take of its time at the stand."""

from aspan.booking.party import extra_boarding_ms
from aspan.operations.records import SortieRecord
from aspan.operations.state import State


def boarding_ms(state: State, sortie: SortieRecord) -> int:
    """Return how long before off-block boarding begins; longer for who is helped aboard."""
    extra_ms = 0
    for booking_id in sortie.bookings:
        held = state.bookings[booking_id].held
        if held is not None:
            extra_ms += extra_boarding_ms(held.travellers)
    return state.index.boarding_ms + extra_ms
