"""How events about bookings are folded."""

from collections.abc import Callable
from typing import Any

from aspan.operations import events as ev
from aspan.operations.lifecycles import (
    ENDED_BOOKING_STATUSES,
    BookingStatus,
    next_booking_status,
)
from aspan.operations.records import BookingRecord
from aspan.operations.state import State
from aspan.primitives.errors import ensure
from aspan.primitives.ids import BookingId, SortieId


def _on_confirmed(state: State, event: ev.BookingConfirmed) -> None:
    booking = BookingRecord(
        booking_id=event.booking_id,
        sortie_id=event.sortie_id,
        party=event.party,
        payload_kg=event.payload_kg,
        fare_tiyn=event.fare_tiyn,
        status=BookingStatus.CONFIRMED,
        egress_ms=event.egress_ms,
        cushion_ms=event.cushion_ms,
    )
    state.bookings[event.booking_id] = booking
    state.live_bookings[event.booking_id] = booking
    _join(state, booking, event.at_ms)


def _join(state: State, booking: BookingRecord, at_ms: int) -> None:
    """Give a booking its seats on the sortie it names, and see that the sortie gets going."""
    sortie = state.sorties[booking.sortie_id]
    sortie.bookings.append(booking.booking_id)
    sortie.seats_taken += booking.party
    sortie.payload_kg += booking.payload_kg
    plan = sortie.assignment
    if plan is None:
        state.set_timer(
            max(at_ms, sortie.wanted_off_block_ms - state.index.assign_ahead_ms),
            "assign",
            sortie.sortie_id,
        )
    elif not sortie.is_boarding:
        call_ms = max(at_ms, plan.off_block_at_ms - state.index.boarding_ms)
        state.set_timer(call_ms, "board", sortie.sortie_id)


def _on_refused(state: State, event: ev.BookingRefused) -> None:
    ensure(event.booking_id not in state.bookings, f"booking {event.booking_id} exists already")
    state.bookings[event.booking_id] = BookingRecord(
        booking_id=event.booking_id,
        sortie_id=SortieId(""),
        party=event.party,
        payload_kg=event.payload_kg,
        fare_tiyn=0,
        status=BookingStatus.REFUSED,
    )


def _move(state: State, booking_id: BookingId, event: ev.Event) -> BookingRecord:
    booking = state.bookings[booking_id]
    booking.status = next_booking_status(booking_id, booking.status, type(event))
    if booking.status in ENDED_BOOKING_STATUSES:
        del state.live_bookings[booking_id]
    return booking


def _leave_sortie(state: State, booking: BookingRecord) -> None:
    sortie = state.sorties[booking.sortie_id]
    sortie.seats_taken -= booking.party
    sortie.payload_kg -= booking.payload_kg
    sortie.bookings.remove(booking.booking_id)


def _on_checked_in(state: State, event: ev.BookingCheckedIn) -> None:
    _move(state, event.booking_id, event)


def _on_boarded(state: State, event: ev.BookingBoarded) -> None:
    _move(state, event.booking_id, event)


def _on_no_show(state: State, event: ev.BookingNoShow) -> None:
    _leave_sortie(state, _move(state, event.booking_id, event))


def _on_flown(state: State, event: ev.BookingFlown) -> None:
    _move(state, event.booking_id, event)


def _on_refunded(state: State, event: ev.BookingRefunded) -> None:
    _move(state, event.booking_id, event)


def _on_rebooked(state: State, event: ev.BookingRebooked) -> None:
    booking = _move(state, event.booking_id, event)
    _leave_sortie(state, booking)
    booking.sortie_id = event.sortie_id
    _join(state, booking, event.at_ms)


def _on_cancelled(state: State, event: ev.BookingCancelled) -> None:
    _leave_sortie(state, _move(state, event.booking_id, event))


BOOKING_FOLDS: dict[type[ev.Event], Callable[[State, Any], None]] = {
    ev.BookingConfirmed: _on_confirmed,
    ev.BookingRefused: _on_refused,
    ev.BookingCheckedIn: _on_checked_in,
    ev.BookingBoarded: _on_boarded,
    ev.BookingNoShow: _on_no_show,
    ev.BookingFlown: _on_flown,
    ev.BookingCancelled: _on_cancelled,
    ev.BookingRebooked: _on_rebooked,
    ev.BookingRefunded: _on_refunded,
}
