"""Lifecycles as tables: which event moves what from which phase to which.

The fold looks every move up here; a move that is not in the table is a broken invariant.
"""

from enum import StrEnum

from aspan.operations.events import (
    BookingBoarded,
    BookingCancelled,
    BookingCheckedIn,
    BookingConfirmed,
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
from aspan.operations.sales_events import (
    BoardingRefused,
    BookingReplaced,
    BookingSettled,
    BookingWithdrawn,
    HoldExpired,
    PaymentAuthorised,
    PaymentCaptured,
    PaymentDeclined,
    PaymentRefunded,
    PaymentVoided,
    RideProvided,
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

    HELD = "held"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    BOARDED = "boarded"
    FLOWN = "flown"
    SETTLED = "settled"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    NO_SHOW = "no_show"
    REBOOKED = "rebooked"
    REFUNDED = "refunded"


class PaymentState(StrEnum):
    """Where a payment stands with its provider."""

    REQUESTED = "requested"
    DECLINED = "declined"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"


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
    _B.HELD: {
        BookingConfirmed: _B.CONFIRMED,
        BookingRebooked: _B.HELD,
        BookingWithdrawn: _B.CANCELLED,
        BookingCancelled: _B.CANCELLED,
        HoldExpired: _B.EXPIRED,
    },
    _B.CONFIRMED: {
        BookingCheckedIn: _B.CHECKED_IN,
        BookingRebooked: _B.CONFIRMED,
        BookingReplaced: _B.REBOOKED,
        BookingNoShow: _B.NO_SHOW,
        BookingWithdrawn: _B.CANCELLED,
        BookingCancelled: _B.CANCELLED,
        BoardingRefused: _B.REFUSED,
        RideProvided: _B.REFUNDED,
    },
    _B.CHECKED_IN: {
        BookingCheckedIn: _B.CHECKED_IN,
        BookingBoarded: _B.BOARDED,
        BookingRebooked: _B.CHECKED_IN,
        BookingReplaced: _B.REBOOKED,
        BookingWithdrawn: _B.CANCELLED,
        BookingCancelled: _B.CANCELLED,
        BoardingRefused: _B.REFUSED,
        RideProvided: _B.REFUNDED,
    },
    _B.BOARDED: {
        BookingFlown: _B.FLOWN,
        BookingRebooked: _B.CHECKED_IN,
        BookingRefunded: _B.REFUNDED,
        BookingCancelled: _B.CANCELLED,
        BoardingRefused: _B.REFUSED,
        RideProvided: _B.REFUNDED,
    },
    _B.FLOWN: {BookingSettled: _B.SETTLED},
    _B.SETTLED: {},
    _B.EXPIRED: {},
    _B.CANCELLED: {},
    _B.REFUSED: {},
    _B.NO_SHOW: {},
    _B.REBOOKED: {},
    _B.REFUNDED: {},
}
"""Booking: held, confirmed, checked in, boarded, flown, settled.

Until release it may be cancelled, by us or by its passenger, be replaced by another, or end with a
ride on the ground; afterwards it ends where the sortie does. One boarded whose sortie does not go
leaves the aircraft again, and is checked in for another.
"""

_P = PaymentState
PAYMENT_LIFECYCLE: dict[PaymentState, dict[type[Event], PaymentState]] = {
    _P.REQUESTED: {PaymentAuthorised: _P.AUTHORISED, PaymentDeclined: _P.DECLINED},
    _P.AUTHORISED: {PaymentCaptured: _P.CAPTURED, PaymentVoided: _P.VOIDED},
    _P.CAPTURED: {PaymentRefunded: _P.CAPTURED},
    _P.DECLINED: {},
    _P.VOIDED: {},
}
"""Payment: requested, authorised, captured, paid back in parts; or declined, or let go of."""

ENDED_SORTIE_PHASES = frozenset({_S.ON_BLOCK, _S.CANCELLED})
FLYING_SORTIE_PHASES = frozenset({_S.RELEASED, _S.TAXIING_OUT, _S.AIRBORNE, _S.TAXIING_IN})
OPEN_BOOKING_STATUSES = frozenset({_B.HELD, _B.CONFIRMED, _B.CHECKED_IN})
"""In which a party may still give its booking up."""

TICKET_STATUSES = frozenset({_B.CONFIRMED, _B.CHECKED_IN, _B.BOARDED})
"""In which a party has a ticket."""

ENDED_BOOKING_STATUSES = frozenset(
    {
        _B.FLOWN,
        _B.SETTLED,
        _B.EXPIRED,
        _B.CANCELLED,
        _B.REFUSED,
        _B.NO_SHOW,
        _B.REBOOKED,
        _B.REFUNDED,
    }
)


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


def next_payment_state(payment_id: str, state: PaymentState, event: type[Event]) -> PaymentState:
    """Return the state after `event`; `InvariantError` if the table has no such move."""
    following = PAYMENT_LIFECYCLE[state].get(event)
    if following is None:
        raise InvariantError(f"payment {payment_id}: {event.__name__} while {state}")
    return following
