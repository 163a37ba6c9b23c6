"""How events about payments are folded, and what is to be done with each payment now.

A payment's `task` follows from its state alone, so it is right again after any restart: who works
on the tasks repeats them until their outcome is on the log.
"""

from collections.abc import Callable
from typing import Any

from aspan.operations import events as ev
from aspan.operations import sales_events as sale
from aspan.operations.lifecycles import PaymentState, next_payment_state
from aspan.operations.ports import CHECKOUT
from aspan.operations.records import BookingRecord, PaymentRecord, PaymentTaskKind
from aspan.operations.state import State
from aspan.primitives.errors import ensure
from aspan.primitives.ids import PaymentId
from aspan.primitives.units import MS_PER_MIN

CAPTURE_AFTER_MS = 10 * MS_PER_MIN
"""A booking is captured this long after it was confirmed, where the city states no tariff."""

UNBOUND_VOID_MS = 30 * MS_PER_MIN
"""A payment no booking has taken is let go of after this, where the city states no tariff."""

GIVE_UP_MS = 60 * MS_PER_MIN
"""A payer who has not come back from the provider's page is given up after this. Assumed: twice as
long as the page is open (`docs/payment-protocol.md`)."""


def is_page(method: str) -> bool:
    """Say whether a payer must go to the provider's page."""
    return method.startswith(CHECKOUT)


def take_payment(state: State, booking: BookingRecord) -> None:
    """Let a booking that was just confirmed have its payment; captured soon, or at off-block."""
    payment = state.payments[booking.payment_id]
    ensure(not payment.booking_id, f"payment {payment.payment_id} was taken already")
    payment.booking_id = booking.booking_id
    payment.kept_tiyn = booking.fare_tiyn
    sortie, tariff = state.sorties[booking.sortie_id], state.index.rules.tariff
    after_ms = CAPTURE_AFTER_MS if tariff is None else tariff.capture_after_ms
    plan = sortie.assignment
    off_ms = sortie.wanted_off_block_ms if plan is None else plan.off_block_at_ms
    due_ms = min(booking.confirmed_at_ms + after_ms, max(off_ms, booking.confirmed_at_ms))
    state.set_timer(due_ms, "payment", payment.payment_id)
    _set_task(state, payment)


def owe_less(state: State, booking: BookingRecord, refund_tiyn: int) -> None:
    """Note that a booking owes so much less; nothing happens to one paid elsewhere."""
    payment = state.payments.get(booking.payment_id)
    if payment is not None and refund_tiyn:
        payment.kept_tiyn -= refund_tiyn
        ensure(payment.kept_tiyn >= 0, f"payment {payment.payment_id}: more back than was paid")
        _set_task(state, payment)


def is_paid(state: State, booking: BookingRecord) -> bool:
    """Say whether the provider has paid what a booking owes, no more and no less."""
    payment = state.payments.get(booking.payment_id)
    if payment is None or payment.state is not PaymentState.CAPTURED:
        return False
    return payment.captured_tiyn - payment.refunded_tiyn == payment.kept_tiyn


def _find_task(payment: PaymentRecord) -> PaymentTaskKind:
    match payment.state:
        case PaymentState.REQUESTED:
            return "authorise"
        case PaymentState.AUTHORISED:
            is_over = bool(payment.booking_id) and payment.kept_tiyn == 0
            if is_over or (payment.is_due and not payment.booking_id):
                return "void"
            return "capture" if payment.is_due else ""
        case PaymentState.CAPTURED:
            owed_tiyn = payment.captured_tiyn - payment.refunded_tiyn - payment.kept_tiyn
            return "refund" if owed_tiyn > 0 else ""
        case _:
            return ""


def _set_task(state: State, payment: PaymentRecord) -> None:
    payment.task = _find_task(payment)
    if payment.task:
        state.payment_tasks[payment.payment_id] = payment
    else:
        state.payment_tasks.pop(payment.payment_id, None)
    if payment.task == "authorise" and is_page(payment.method) and not payment.is_due:
        state.open_pages[payment.payment_id] = payment
    else:
        state.open_pages.pop(payment.payment_id, None)


def _move(state: State, payment_id: PaymentId, event: ev.Event) -> PaymentRecord:
    payment = state.payments[payment_id]
    payment.state = next_payment_state(payment_id, payment.state, type(event))
    return payment


def _on_requested(state: State, event: sale.PaymentRequested) -> None:
    ensure(event.payment_id not in state.payments, f"payment {event.payment_id} exists already")
    payment = PaymentRecord(
        payment_id=event.payment_id,
        seller=event.seller,
        amount_tiyn=event.amount_tiyn,
        method=event.method,
        digest=event.digest,
    )
    state.payments[event.payment_id] = payment
    if is_page(event.method):
        state.set_timer(event.at_ms + GIVE_UP_MS, "payment", event.payment_id)
    _set_task(state, payment)


def _on_authorised(state: State, event: sale.PaymentAuthorised) -> None:
    payment = _move(state, event.payment_id, event)
    payment.provider_ref = event.provider_ref
    tariff = state.index.rules.tariff
    after_ms = UNBOUND_VOID_MS if tariff is None else tariff.unbound_void_ms
    state.set_timer(event.at_ms + after_ms, "payment", event.payment_id)
    _set_task(state, payment)


def _on_declined(state: State, event: sale.PaymentDeclined) -> None:
    payment = _move(state, event.payment_id, event)
    payment.reason = event.reason
    state.clear_timer("payment", event.payment_id)
    _set_task(state, payment)


def _on_due(state: State, event: sale.PaymentDue) -> None:
    payment = state.payments[event.payment_id]
    payment.is_due = True
    _set_task(state, payment)


def _on_captured(state: State, event: sale.PaymentCaptured) -> None:
    payment = _move(state, event.payment_id, event)
    payment.captured_tiyn = event.amount_tiyn
    _set_task(state, payment)


def _on_voided(state: State, event: sale.PaymentVoided) -> None:
    payment = _move(state, event.payment_id, event)
    state.clear_timer("payment", event.payment_id)
    _set_task(state, payment)


def _on_refunded(state: State, event: sale.PaymentRefunded) -> None:
    payment = _move(state, event.payment_id, event)
    payment.refunded_tiyn += event.amount_tiyn
    payment.refunds = event.number
    _set_task(state, payment)


PAYMENT_FOLDS: dict[type[ev.Event], Callable[[State, Any], None]] = {
    sale.PaymentRequested: _on_requested,
    sale.PaymentAuthorised: _on_authorised,
    sale.PaymentDeclined: _on_declined,
    sale.PaymentDue: _on_due,
    sale.PaymentCaptured: _on_captured,
    sale.PaymentVoided: _on_voided,
    sale.PaymentRefunded: _on_refunded,
}
