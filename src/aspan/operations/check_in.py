"""Check-in: until when, and what a gate may know of the parties of a sortie."""

from aspan.operations.bookings import off_block_of
from aspan.operations.lifecycles import FLYING_SORTIE_PHASES, BookingStatus
from aspan.operations.records import BookingRecord, SortieRecord
from aspan.operations.state import State
from aspan.primitives.ids import VertiportId

TAKEN_STATUSES = frozenset(
    {
        BookingStatus.BOARDED,
        BookingStatus.FLOWN,
        BookingStatus.SETTLED,
        BookingStatus.REFUNDED,
    }
)
"""Whoever stands so has shown a ticket: it is good no more."""


def find_check_in_close_ms(state: State, sortie: SortieRecord) -> int:
    """Return until when parties of a sortie can check in."""
    return off_block_of(sortie) - state.index.check_in_closes_ms


def is_taken(booking: BookingRecord) -> bool:
    """Say whether the ticket of a booking's plan was taken; of an older plan it does not count."""
    if booking.status is BookingStatus.CHECKED_IN:
        return booking.checked_in_serial == booking.serial
    return booking.status in TAKEN_STATUSES


def is_to_check_in_anew(booking: BookingRecord) -> bool:
    """Say whether a party was checked in for another sortie than the one it was moved to since."""
    return booking.status is BookingStatus.CHECKED_IN and not is_taken(booking)


def find_check_in_fault(state: State, booking: BookingRecord, at_ms: int) -> str:
    """Return why a party cannot check in at an instant; empty if it can."""
    if booking.status is not BookingStatus.CONFIRMED and not is_to_check_in_anew(booking):
        return f"booking_{booking.status.value}"
    sortie = state.sorties[booking.sortie_id]
    if sortie.phase in FLYING_SORTIE_PHASES:
        return "departed"
    return "check_in_closed" if at_ms > find_check_in_close_ms(state, sortie) else ""


def list_departures(state: State, site_id: VertiportId, *, until_ms: int) -> list[SortieRecord]:
    """Return the sorties with or for passengers that have yet to leave a site, earliest first."""
    found = [
        sortie
        for sortie in state.live_sorties.values()
        if sortie.origin == site_id
        and sortie.service != "empty"
        and sortie.phase not in FLYING_SORTIE_PHASES
        and off_block_of(sortie) <= until_ms
    ]
    return sorted(found, key=lambda sortie: (off_block_of(sortie), sortie.sortie_id))
