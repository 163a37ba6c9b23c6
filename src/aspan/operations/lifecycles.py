"""Lifecycles as tables: which event moves what from which phase to which.

The fold looks every move up here; a move that is not in the table is a broken invariant.
"""

from enum import StrEnum

from aspan.operations.events import (
    BookingBoarded,
    BookingCancelled,
    BookingCheckedIn,
    BookingFlown,
    BookingNoShow,
    BookingRebooked,
    BookingRefunded,
    Event,
    SortieAssigned,
    SortieCancelled,
    SortieHeld,
    SortieLiftedOff,
    SortieOffBlock,
    SortieOnBlock,
    SortieReleased,
    SortieTouchedDown,
    SortieUnassigned,
)
from aspan.primitives.errors import InvariantError


class SortiePhase(StrEnum):
    """Where a sortie stands between being wanted and being over."""

    SCHEDULED = "scheduled"
    ASSIGNED = "assigned"
    HELD = "held"
    RELEASED = "released"
    TAXIING_OUT = "taxiing_out"
    AIRBORNE = "airborne"
    TAXIING_IN = "taxiing_in"
    ON_BLOCK = "on_block"
    CANCELLED = "cancelled"


class BookingStatus(StrEnum):
    """Where a booking stands; names as in the bookings table."""

    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    BOARDED = "boarded"
    FLOWN = "flown"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    NO_SHOW = "no_show"
    REFUNDED = "refunded"


_S = SortiePhase
SORTIE_LIFECYCLE: dict[SortiePhase, dict[type[Event], SortiePhase]] = {
    _S.SCHEDULED: {
        SortieAssigned: _S.ASSIGNED,
        SortieHeld: _S.SCHEDULED,
        SortieCancelled: _S.CANCELLED,
    },
    _S.ASSIGNED: {
        SortieReleased: _S.RELEASED,
        SortieHeld: _S.HELD,
        SortieUnassigned: _S.SCHEDULED,
        SortieCancelled: _S.CANCELLED,
    },
    _S.HELD: {
        SortieAssigned: _S.ASSIGNED,
        SortieHeld: _S.HELD,
        SortieUnassigned: _S.SCHEDULED,
        SortieCancelled: _S.CANCELLED,
    },
    _S.RELEASED: {SortieOffBlock: _S.TAXIING_OUT},
    _S.TAXIING_OUT: {SortieLiftedOff: _S.AIRBORNE},
    _S.AIRBORNE: {SortieTouchedDown: _S.TAXIING_IN},
    _S.TAXIING_IN: {SortieOnBlock: _S.ON_BLOCK},
    _S.ON_BLOCK: {},
    _S.CANCELLED: {},
}
"""Sortie: wanted, assigned, released, flown; held and cancelled only before release."""

_B = BookingStatus
BOOKING_LIFECYCLE: dict[BookingStatus, dict[type[Event], BookingStatus]] = {
    _B.CONFIRMED: {
        BookingCheckedIn: _B.CHECKED_IN,
        BookingRebooked: _B.CONFIRMED,
        BookingNoShow: _B.NO_SHOW,
        BookingCancelled: _B.CANCELLED,
    },
    _B.CHECKED_IN: {
        BookingBoarded: _B.BOARDED,
        BookingRebooked: _B.CHECKED_IN,
        BookingCancelled: _B.CANCELLED,
    },
    _B.BOARDED: {
        BookingFlown: _B.FLOWN,
        BookingRefunded: _B.REFUNDED,
        BookingCancelled: _B.CANCELLED,
    },
    _B.FLOWN: {},
    _B.CANCELLED: {},
    _B.REFUSED: {},
    _B.NO_SHOW: {},
    _B.REFUNDED: {},
}
"""Booking: confirmed, checked in, boarded, flown; cancelled at any time before release."""

ENDED_SORTIE_PHASES = frozenset({_S.ON_BLOCK, _S.CANCELLED})
FLYING_SORTIE_PHASES = frozenset({_S.RELEASED, _S.TAXIING_OUT, _S.AIRBORNE, _S.TAXIING_IN})
ENDED_BOOKING_STATUSES = frozenset({_B.FLOWN, _B.CANCELLED, _B.REFUSED, _B.NO_SHOW, _B.REFUNDED})


def next_sortie_phase(sortie_id: str, phase: SortiePhase, event: type[Event]) -> SortiePhase:
    """Return the phase after `event`; `InvariantError` if the table has no such move."""
    following = SORTIE_LIFECYCLE[phase].get(event)
    if following is None:
        raise InvariantError(f"sortie {sortie_id}: {event.__name__} while {phase}")
    return following


def next_booking_status(
    booking_id: str, status: BookingStatus, event: type[Event]
) -> BookingStatus:
    """Return the status after `event`; `InvariantError` if the table has no such move."""
    following = BOOKING_LIFECYCLE[status].get(event)
    if following is None:
        raise InvariantError(f"booking {booking_id}: {event.__name__} while {status}")
    return following
