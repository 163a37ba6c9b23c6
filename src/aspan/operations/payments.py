"""Payments: asked for, reported, and what is owed to or by the provider now; decides, calls nobody.

Whoever talks to the provider looks at `list_payment_tasks`, does each under its own key, and tells
the outcome by `ReportPayment`. A report that was told before, or that meanwhile fits no more,
changes nothing.
"""

import msgspec

from aspan.operations import events as ev
from aspan.operations import sales as cmd
from aspan.operations import sales_events as sale
from aspan.operations.fold_payments import is_page, is_paid
from aspan.operations.lifecycles import BookingStatus, PaymentState
from aspan.operations.records import PaymentRecord, PaymentTaskKind
from aspan.operations.state import State
from aspan.operations.turn import Turn
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, PaymentId

OPEN_PAGES_MAX = 200
"""Payers on the provider's page at once, of one seller. Assumed: 4,000 an hour, three minutes
each."""

OPEN_PAGES_ALL_MAX = 330
"""Payers on the provider's page at once, of all sellers: no more than are asked about at once."""

AMOUNT_TIYN_MAX = 100_000_000_00
"""Most that one payment is asked for: 100 million tenge; more is a typing error. Assumed."""


class PaymentTask(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something to be done with the provider.

    Parameters
    ----------
    key
        Its idempotency key: the same until its outcome is on the log.
    """

    key: str
    payment_id: PaymentId
    kind: PaymentTaskKind
    amount_tiyn: int
    method: str
    provider_ref: str


def list_payment_tasks(state: State, limit: int = 1_000) -> tuple[PaymentTask, ...]:
    """Return what is to be done with the provider now, at most `limit`, each kind oldest first.

    Money on its way back, payments by a token and payers on the provider's page have a third each
    before any of them has more: none keeps another waiting. Captures come after, and last of all
    requests that were given up: nobody waits for them.
    """
    back: list[PaymentRecord] = []
    asked: list[PaymentRecord] = []
    last: list[PaymentRecord] = []
    given_up: list[PaymentRecord] = []
    for payment in state.payment_tasks.values():
        match payment.task:
            case "refund" | "void":
                back.append(payment)
            case "capture":
                last.append(payment)
            case _ if payment.is_due:
                given_up.append(payment)
            case _ if payment.payment_id not in state.open_pages:
                asked.append(payment)
    third, pages = max(1, limit // 3), list(state.open_pages.values())
    waiting = (back, asked, pages)
    found = [payment for kind in waiting for payment in kind[:third]]
    found += [payment for kind in waiting for payment in kind[third:]]
    return tuple(_tell(payment) for payment in [*found, *last, *given_up][:limit])


def _tell(payment: PaymentRecord) -> PaymentTask:
    amount_tiyn = payment.amount_tiyn
    number = ""
    if payment.task == "capture":
        amount_tiyn = payment.kept_tiyn
    elif payment.task == "refund":
        amount_tiyn = payment.captured_tiyn - payment.refunded_tiyn - payment.kept_tiyn
        number = f"/{payment.refunds + 1}"
    return PaymentTask(
        key=f"{payment.payment_id}/{payment.task}{number}",
        payment_id=payment.payment_id,
        kind=payment.task,
        amount_tiyn=amount_tiyn,
        method=payment.method,
        provider_ref=payment.provider_ref,
    )


def request(turn: Turn, command: cmd.RequestPayment) -> None:
    """Put a payment on the log, to be authorised; nothing happens if it is there already."""
    known = turn.state.payments.get(command.payment_id)
    if known is not None:
        if known.digest != command.digest:
            raise InvalidInput("idempotency_key", command.payment_id, "a new key for another body")
        return
    if not 0 < command.amount_tiyn <= AMOUNT_TIYN_MAX:
        raise InvalidInput("amount_tiyn", command.amount_tiyn, f"1 to {AMOUNT_TIYN_MAX}")
    if is_page(command.method):
        _check_open_pages(turn.state, command.seller)
    turn.tell(
        sale.PaymentRequested(
            at_ms=turn.at_ms,
            payment_id=command.payment_id,
            seller=command.seller,
            amount_tiyn=command.amount_tiyn,
            method=command.method,
            digest=command.digest,
        )
    )


def _check_open_pages(state: State, seller: str) -> None:
    """Refuse one payer too many on the provider's page; nothing is on the log then."""
    pages = state.open_pages
    of_seller = sum(1 for payment in pages.values() if payment.seller == seller)
    if of_seller >= OPEN_PAGES_MAX or len(pages) >= OPEN_PAGES_ALL_MAX:
        expected = f"below {OPEN_PAGES_MAX} of a seller, {OPEN_PAGES_ALL_MAX} of all"
        raise InvalidInput("open_pages", of_seller, expected)


def report(turn: Turn, command: cmd.ReportPayment) -> None:
    """Take what the provider did, if it is news and fits."""
    payment = turn.state.payments.get(command.payment_id)
    if payment is None:
        raise InvalidInput("payment_id", command.payment_id, "a payment of this service")
    event = _read_report(payment, command, turn.at_ms)
    if event is None:
        return
    turn.tell(event)
    settle(turn, payment.booking_id)


def _read_report(payment: PaymentRecord, command: cmd.ReportPayment, at_ms: int) -> ev.Event | None:
    """Return what a report means; None if it is told once more, or too late to mean anything."""
    pid, state, amount_tiyn = payment.payment_id, payment.state, command.amount_tiyn
    match command.state:
        case "authorised" if state is PaymentState.REQUESTED:
            _expect(payment, amount_tiyn, payment.amount_tiyn, payment.amount_tiyn)
            return sale.PaymentAuthorised(
                at_ms=at_ms,
                payment_id=pid,
                amount_tiyn=amount_tiyn,
                provider_ref=command.provider_ref,
            )
        case "declined" if state is PaymentState.REQUESTED:
            return sale.PaymentDeclined(at_ms=at_ms, payment_id=pid, reason=command.reason)
        case "captured" if state is PaymentState.AUTHORISED:
            _expect(payment, amount_tiyn, 1, payment.amount_tiyn)
            return sale.PaymentCaptured(at_ms=at_ms, payment_id=pid, amount_tiyn=amount_tiyn)
        case "voided" if state is PaymentState.AUTHORISED:
            return sale.PaymentVoided(at_ms=at_ms, payment_id=pid)
        case "refunded" if state is PaymentState.CAPTURED:
            if command.key != f"{pid}/refund/{payment.refunds + 1}":
                return None
            _expect(payment, amount_tiyn, 1, payment.captured_tiyn - payment.refunded_tiyn)
            return sale.PaymentRefunded(
                at_ms=at_ms, payment_id=pid, amount_tiyn=amount_tiyn, number=payment.refunds + 1
            )
        case _:
            return None


def _expect(payment: PaymentRecord, amount_tiyn: int, least_tiyn: int, most_tiyn: int) -> None:
    if not least_tiyn <= amount_tiyn <= most_tiyn:
        name = f"payment {payment.payment_id}, amount_tiyn"
        raise InvalidInput(name, amount_tiyn, f"{least_tiyn} to {most_tiyn}")


def settle(turn: Turn, booking_id: BookingId) -> None:
    """Tell that a flown booking is settled, once the provider has paid what it owes."""
    booking = turn.state.bookings.get(booking_id)
    if booking is None or booking.status is not BookingStatus.FLOWN:
        return
    if is_paid(turn.state, booking):
        turn.tell(sale.BookingSettled(at_ms=turn.at_ms, booking_id=booking_id))


def payment_due(turn: Turn, payment_id: PaymentId) -> None:
    """Say that the time to capture a payment, or to let go of it, has come.

    A payer who never came back from the provider's page is given up: no booking can take that
    payment any more, and if the provider says after all that it is authorised, it is voided.
    """
    open_now = (PaymentState.REQUESTED, PaymentState.AUTHORISED)
    payment = turn.state.payments.get(payment_id)
    if payment is None or payment.state not in open_now or payment.is_due:
        return
    turn.tell(
        sale.PaymentDue(
            at_ms=turn.at_ms,
            payment_id=payment_id,
            kind="capture" if payment.booking_id else "void",
        )
    )
