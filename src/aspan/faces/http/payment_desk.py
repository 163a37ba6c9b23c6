"""The desk of payments: asks for one, waits a little for the provider, tells how it stands.

Who talks to the provider works apart (`live/payment_worker.py`); here the payment is put on the
log, and the state is looked at until there is news or the patience of a page is over.
"""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final, TypeVar

import msgspec

from aspan.booking.ids import derive_id, digest_of
from aspan.faces.http.callers import Caller, Callers, unauthorized
from aspan.faces.http.fare_page import CURRENCY
from aspan.faces.http.open_things import OpenThings
from aspan.faces.http.partners import OWN_SELLER
from aspan.faces.http.problem import Problem
from aspan.faces.http.sales_desk import check_key
from aspan.faces.http.sales_view import PaymentView, SalesView
from aspan.faces.http.sales_words import say
from aspan.faces.http.wire_sales import PaymentPage, PaymentRequest
from aspan.operations.engine import Engine
from aspan.operations.fold_payments import is_page
from aspan.operations.lifecycles import PaymentState
from aspan.operations.sales import RequestPayment
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PaymentId

T = TypeVar("T")

WAIT_S: Final = 3.0
"""Wall time that whoever pays waits for the provider before being told to ask again."""

LOOK_S: Final = 0.02
LOOK_S_MAX: Final = 0.4
"""First pause between two looks, and the longest; each is twice the one before."""

WAITING_MAX: Final = 256
"""Requests that wait at once; one more is answered as it stands."""


ADDRESS_PAGES_MAX: Final = 20
"""Payers on the provider's page at once, of one address. Assumed, as that of holds."""

LATER_S: Final = 60
"""When to come again to a seller with too many payers there."""

PAGE_S: Final = 1_800.0
"""So long a payer counts as being there who tells us nothing (`docs/payment-protocol.md`)."""


class PaymentFacts(msgspec.Struct, frozen=True, gc=False):
    """A payment as the state has it."""

    payment_id: str
    seller: str
    state: str
    amount_tiyn: int
    captured_tiyn: int
    refunded_tiyn: int
    booking_id: str
    reason: str


class PaymentDesk:
    """Asks for payments and tells of them.

    Parameters
    ----------
    payments
        Who talks to the provider; None: nobody does.
    make_method
        Returns the method of a payer who is sent to the provider's page and back to an address.
    """

    def __init__(
        self,
        view: SalesView,
        *,
        callers: Callers,
        payments: PaymentView | None,
        make_method: Callable[[str], str] | None = None,
    ) -> None:
        self._view = view
        self._callers = callers
        self._payments = payments
        self._make_method = make_method
        self._waiting = 0
        self._open = OpenThings("too_many_payments")

    async def request(
        self, caller: Caller, key: str, asked: PaymentRequest, *, body: bytes, lang: str
    ) -> tuple[PaymentPage, bool]:
        """Ask for a payment; return it, and whether it was asked for before."""
        caller.need("payments")
        if asked.currency != CURRENCY:
            raise Problem("foreign_currency", field="currency")
        payment_id = derive_id("P", caller.seller, check_key(key))
        method = self._find_method(asked)
        if caller.scopes is None and is_page(method):
            now_s = monotonic()
            self._open.begin(
                caller.who,
                payment_id,
                most=ADDRESS_PAGES_MAX,
                now_s=now_s,
                until_s=now_s + PAGE_S,
            )
        command = RequestPayment(
            payment_id=PaymentId(payment_id),
            seller=caller.seller,
            amount_tiyn=asked.amount_tiyn,
            method=method,
            digest=digest_of(body),
        )
        try:
            facts, is_repeated = await self._view.take(
                f"book/payment/{payment_id}",
                command,
                lambda engine, events: (_read(engine, payment_id), not events),
            )
        except InvalidInput as error:
            if error.field == "idempotency_key":
                raise Problem("idempotency_key_reused", field="Idempotency-Key") from None
            self._open.end(payment_id)  # nothing was asked for
            if error.field == "open_pages":
                raise Problem(
                    "too_many_payments",
                    headers={"Retry-After": str(LATER_S)},
                    seconds=LATER_S,
                ) from None
            raise
        if facts.state == PaymentState.REQUESTED.value:
            facts = await self._wait(facts)
        return self._tell(facts, lang), is_repeated

    async def find(self, caller: Caller, payment_id: str, *, lang: str) -> PaymentPage:
        """Return a payment of whoever asks."""
        caller.need("payments")
        if caller.scopes is None and not caller.named:
            raise unauthorized("unauthorized")
        facts = await self._view.ask(lambda engine: _find(engine, payment_id))
        if facts is None or not caller.owns(payment_id, facts.seller):
            raise Problem("unknown_payment")
        return self._tell(facts, lang)

    def _find_method(self, asked: PaymentRequest) -> str:
        if asked.method or not asked.return_url or self._make_method is None:
            return asked.method
        return self._make_method(asked.return_url)

    async def _wait(self, facts: PaymentFacts) -> PaymentFacts:
        """Return a payment when the provider has said something, or when it takes too long."""
        payments, payment_id = self._payments, facts.payment_id
        if payments is None or self._waiting >= WAITING_MAX:
            return facts
        payments.nudge(payment_id)
        until_s, pause_s = monotonic() + WAIT_S, LOOK_S
        self._waiting += 1
        try:
            while facts.state == PaymentState.REQUESTED.value and monotonic() < until_s:
                if payments.find_redirect(payment_id):
                    break
                await asyncio.sleep(pause_s)
                pause_s = min(2.0 * pause_s, LOOK_S_MAX)
                facts = await self._view.ask(lambda engine: _read(engine, payment_id))
        finally:
            self._waiting -= 1
        return facts

    def _tell(self, facts: PaymentFacts, lang: str) -> PaymentPage:
        redirect = None
        if facts.state != PaymentState.REQUESTED.value:
            self._open.end(facts.payment_id)
        if self._payments is not None and facts.state == PaymentState.REQUESTED.value:
            redirect = self._payments.find_redirect(facts.payment_id) or None
        is_own = facts.seller == OWN_SELLER
        return PaymentPage(
            payment_id=facts.payment_id,
            state=facts.state,
            amount_tiyn=facts.amount_tiyn,
            currency=CURRENCY,
            captured_tiyn=facts.captured_tiyn,
            refunded_tiyn=facts.refunded_tiyn,
            booking_id=facts.booking_id or None,
            reason=facts.reason,
            text=say(lang, f"payment.{facts.state}"),
            redirect_url=redirect,
            access_token=self._callers.make_capability(facts.payment_id) if is_own else None,
        )


def _read(engine: Engine, payment_id: str) -> PaymentFacts:
    record = engine.state.payments[PaymentId(payment_id)]
    is_repaid = record.captured_tiyn > 0 and record.refunded_tiyn == record.captured_tiyn
    return PaymentFacts(
        payment_id,
        record.seller,
        "refunded" if is_repaid else record.state.value,
        record.amount_tiyn,
        record.captured_tiyn,
        record.refunded_tiyn,
        record.booking_id,
        record.reason,
    )


def _find(engine: Engine, payment_id: str) -> PaymentFacts | None:
    return _read(engine, payment_id) if PaymentId(payment_id) in engine.state.payments else None
