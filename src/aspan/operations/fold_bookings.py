"""How events about bookings are folded."""

from collections.abc import Callable
from typing import Any

from aspan.operations import events as ev
from aspan.operations.fold_payments import owe_less, take_payment
from aspan.operations.lifecycles import (
    ENDED_BOOKING_STATUSES,
    ENDED_SORTIE_PHASES,
    BookingStatus,
    next_booking_status,
)
from aspan.operations.records import BookingRecord
from aspan.operations.sales_events import (
    BoardingRefused,
    BookingHeld,
    BookingReplaced,
    BookingSettled,
    BookingWithdrawn,
    HoldExpired,
    PartyWeighed,
    RideProvided,
)
from aspan.operations.seating import boarding_ms
from aspan.operations.state import State
from aspan.primitives.errors import ensure
from aspan.primitives.ids import BookingId, SortieId


def _on_held(state: State, event: BookingHeld) -> None:
    ensure(event.booking_id not in state.bookings, f"booking {event.booking_id} exists already")
    _enter(state, event, BookingStatus.HELD)
    state.set_timer(event.expires_at_ms, "hold", event.booking_id)


def _on_confirmed(state: State, event: ev.BookingConfirmed) -> None:
    if event.booking_id not in state.bookings:
        _enter(state, event, BookingStatus.CONFIRMED)
    else:
        move_booking(state, event.booking_id, event)
        state.clear_timer("hold", event.booking_id)
    booking = state.bookings[event.booking_id]
    booking.confirmed_at_ms = event.at_ms
    booking.fare_tiyn = event.fare_tiyn
    if event.payment_id:
        booking.payment_id = event.payment_id
        take_payment(state, booking)


def _enter(state: State, event: BookingHeld | ev.BookingConfirmed, status: BookingStatus) -> None:
    """Take a party in, with its seats on a sortie."""
    booking = BookingRecord(
        booking_id=event.booking_id,
        sortie_id=event.sortie_id,
        party=event.party,
        payload_kg=event.payload_kg,
        fare_tiyn=event.fare_tiyn,
        status=status,
        asked=event,
        egress_ms=event.egress_ms,
        cushion_ms=event.cushion_ms,
        promised_arrival_at_ms=event.promised_arrival_at_ms,
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
        call_ms = max(at_ms, plan.off_block_at_ms - boarding_ms(state, sortie))
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
        asked=event,
    )


def move_booking(state: State, booking_id: BookingId, event: ev.Event) -> BookingRecord:
    """Move a booking as its lifecycle says; what has ended is no longer among the live ones."""
    booking = state.bookings[booking_id]
    booking.status = next_booking_status(booking_id, booking.status, type(event))
    if booking.status in ENDED_BOOKING_STATUSES:
        state.live_bookings.pop(booking_id, None)
    return booking


def leave_sortie(state: State, booking: BookingRecord) -> None:
    """Give the seats of a booking back."""
    sortie = state.sorties[booking.sortie_id]
    sortie.bookings.remove(booking.booking_id)
    sortie.seats_taken -= booking.party
    sortie.payload_kg -= booking.payload_kg
    if not sortie.bookings:
        sortie.payload_kg = 0.0


def _on_moved(state: State, event: Any) -> None:  # noqa: ANN401  one of several events
    move_booking(state, event.booking_id, event)


def _on_checked_in(state: State, event: ev.BookingCheckedIn) -> None:
    booking = move_booking(state, event.booking_id, event)
    booking.checked_in_by = event.by
    booking.checked_in_serial = booking.serial


def _on_no_show(state: State, event: ev.BookingNoShow) -> None:
    leave_sortie(state, move_booking(state, event.booking_id, event))


def _on_set_down(state: State, event: ev.BookingRefunded) -> None:
    booking = move_booking(state, event.booking_id, event)
    owe_less(state, booking, event.refund_tiyn)


def _on_rebooked(state: State, event: ev.BookingRebooked) -> None:
    booking = move_booking(state, event.booking_id, event)
    leave_sortie(state, booking)
    booking.sortie_id = event.sortie_id
    booking.promised_arrival_at_ms = event.promised_arrival_at_ms
    booking.serial += 1
    _join(state, booking, event.at_ms)


def _on_given_up(state: State, event: Any) -> None:  # noqa: ANN401  one of several events
    """Fold the end of a booking before its sortie leaves, with what is paid back."""
    booking = move_booking(state, event.booking_id, event)
    leave_sortie(state, booking)
    state.clear_timer("hold", booking.booking_id)
    owe_less(state, booking, event.refund_tiyn)


def _on_replaced(state: State, event: BookingReplaced) -> None:
    _on_given_up(state, event)
    state.bookings[event.booking_id].replaced_by = event.by
    state.bookings[event.by].least_fee_tiyn = event.least_fee_tiyn


def _on_driven(state: State, event: RideProvided) -> None:
    was_aboard = state.bookings[event.booking_id].status is BookingStatus.BOARDED
    booking = move_booking(state, event.booking_id, event)
    if not was_aboard or state.sorties[booking.sortie_id].phase not in ENDED_SORTIE_PHASES:
        leave_sortie(state, booking)
    owe_less(state, booking, event.refund_tiyn)
    state.rides = {b: leaves_ms for b, leaves_ms in state.rides.items() if leaves_ms > event.at_ms}
    state.rides[booking.booking_id] = event.leaves_at_ms


def _on_expired(state: State, event: HoldExpired) -> None:
    leave_sortie(state, move_booking(state, event.booking_id, event))


def _on_weighed(state: State, event: PartyWeighed) -> None:
    booking = state.bookings[event.booking_id]
    sortie = state.sorties[booking.sortie_id]
    sortie.payload_kg += event.payload_kg - booking.payload_kg
    booking.payload_kg = event.payload_kg


BOOKING_FOLDS: dict[type[ev.Event], Callable[[State, Any], None]] = {
    BookingHeld: _on_held,
    ev.BookingConfirmed: _on_confirmed,
    ev.BookingRefused: _on_refused,
    ev.BookingCheckedIn: _on_checked_in,
    ev.BookingBoarded: _on_moved,
    ev.BookingNoShow: _on_no_show,
    ev.BookingFlown: _on_moved,
    BookingSettled: _on_moved,
    ev.BookingCancelled: _on_given_up,
    BookingWithdrawn: _on_given_up,
    BookingReplaced: _on_replaced,
    BoardingRefused: _on_given_up,
    RideProvided: _on_driven,
    HoldExpired: _on_expired,
    PartyWeighed: _on_weighed,
    ev.BookingRebooked: _on_rebooked,
    ev.BookingRefunded: _on_set_down,
}
