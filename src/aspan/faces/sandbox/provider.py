"""The sandbox as a provider: its books, kept on disk, and what it says of them, true or not."""

from collections.abc import Callable
from typing import Any, cast

import msgspec

from aspan.faces.sandbox.journal import Journal
from aspan.faces.sandbox.mischief import Fate, Mischief
from aspan.live.payment_wire import OperationBody, OrderBody, PaymentBody
from aspan.operations.ports import CHECKOUT, PaymentFound, PaymentKind
from aspan.primitives.errors import ensure
from aspan.twin.payments import SLOW_METHOD, KeyReused, Line, ProviderBooks


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered, after how long; None for the body: the line goes dead."""

    status: int = 200
    body: bytes | None = b""
    slow_s: float = 0.0


class SandboxProvider:
    """Answers orders and look-ups by its books, as its mischief would have it.

    Parameters
    ----------
    tell
        Has a webhook sent about a payment: its id, and whether twice.
    settle_later
        Called with a payment that a slow bank is thinking about.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        salt: str,
        checkout_url: str,
        mischief: Mischief,
        now_ms: Callable[[], int],
        tell: Callable[[str, str, bool], None],
        settle_later: Callable[[str], None],
    ) -> None:
        self.mischief = mischief
        self.books = ProviderBooks(salt=salt, checkout_url=checkout_url)
        for line in journal.read():
            self.books.apply(line)
        self.books.keep = journal.keep
        self._now_ms = now_ms
        self._tell = tell
        self._settle_later = settle_later
        self._asks: dict[str, int] = {}
        self._told: dict[str, int] = {}
        self._encode = msgspec.json.Encoder().encode

    def order(self, kind: PaymentKind, key: str, payment_id: str, order: OrderBody) -> Reply:
        """Do what is asked, at most once, and answer."""
        method = f"{CHECKOUT}{order.return_url}" if order.return_url else order.method
        asked = Line(
            at_ms=self._now_ms(),
            key=key,
            payment_id=payment_id,
            kind=kind,
            amount_tiyn=order.amount_tiyn,
            currency=order.currency,
            method=method,
            state="done",
        )
        is_more = kind != "authorise"
        fate = self._meet(key, is_order=True, moves_money=is_more)
        if fate.fails:
            return Reply(status=503, body=b'{"code":"busy"}', slow_s=fate.slow_s)
        if fate.lost == "before":
            return Reply(body=None, slow_s=fate.slow_s)
        self._settle_due(payment_id)
        if is_more and not isinstance(self.books.find(payment_id), PaymentFound):
            return Reply(status=404, body=b'{"code":"unknown_payment"}', slow_s=fate.slow_s)
        if fate.lie == "claimed" and self.books.find_line(key) is None:
            return Reply(body=self._claim(asked), slow_s=fate.slow_s)
        is_known = self.books.find_line(key) is not None
        declines = kind == "authorise" and self.mischief.declines(key)
        line = self.books.order(asked, declines="declined" if declines else "")
        if isinstance(line, KeyReused):
            return Reply(status=409, body=b'{"code":"key_reused"}', slow_s=fate.slow_s)
        if not is_known:
            if line.state == "awaiting" and line.method == SLOW_METHOD:
                self._settle_later(payment_id)
            if fate.hides or fate.doubles:
                self.tell(payment_id, is_doubled=fate.doubles)
        if fate.lost == "after":
            return Reply(body=None, slow_s=fate.slow_s)
        body = lie_about(self._tell_books(payment_id), key, fate.lie)
        return Reply(status=200 if is_known else 201, body=self._encode(body), slow_s=fate.slow_s)

    def find(self, payment_id: str) -> Reply:
        """Answer a look-up: late or not at all, never untrue."""
        fate = self._meet(f"GET {payment_id}", is_order=False, moves_money=False)
        if fate.fails:
            return Reply(status=503, body=b'{"code":"busy"}', slow_s=fate.slow_s)
        if fate.lost:
            return Reply(body=None, slow_s=fate.slow_s)
        self._settle_due(payment_id)
        found = self.books.find(payment_id)
        if not isinstance(found, PaymentFound):
            return Reply(status=404, body=b'{"code":"unknown_payment"}', slow_s=fate.slow_s)
        return Reply(body=self._encode(_tell_body(found)), slow_s=fate.slow_s)

    def decide(self, provider_ref: str, *, pays: bool) -> None:
        """Take what a payer said on the page; nothing happens if there is nothing to say."""
        payment_id = self.books.find_id(provider_ref)
        if payment_id is None:
            return
        self._settle_due(payment_id)
        if self.books.decide(payment_id, pays=pays, at_ms=self._now_ms()) is not None:
            self.tell(payment_id, is_doubled=self._doubles(payment_id))

    def settle(self, payment_id: str) -> None:
        """Write down that a slow bank has agreed, if its time has come."""
        self._settle_due(payment_id)

    def list_slow(self) -> list[str]:
        """Return the payments that a slow bank is still thinking about."""
        lines = self.books.list_lines()
        return [each.payment_id for each in lines if self._is_slow(each)]

    def _is_slow(self, line: Line) -> bool:
        return line.state == "awaiting" and line.method == SLOW_METHOD

    def tell(self, payment_id: str, *, is_doubled: bool = False) -> None:
        """Have a webhook sent; its name tells how many there were of the payment."""
        self._told[payment_id] = number = self._told.get(payment_id, 0) + 1
        webhook_id = f"{self.books.name_ref(payment_id)}-{self._now_ms()}-{number}"
        self._tell(webhook_id, payment_id, is_doubled)

    def list_books(self) -> dict[str, Any]:
        """Return every operation as it stands, and what they come to."""
        operations, totals = [], {"authorise": 0, "capture": 0, "void": 0, "refund": 0}
        for line in self.books.list_lines():
            if line.state == "done":
                totals[line.kind] += line.amount_tiyn
            plain = msgspec.to_builtins(line)
            operations.append({"reference": plain.pop("payment_id"), **plain})
        named = {"authorised": "authorise", "captured": "capture", "voided": "void"}
        sums = {f"{name}_tiyn": totals[kind] for name, kind in named.items()}
        return {"operations": operations, **sums, "refunded_tiyn": totals["refund"]}

    def _doubles(self, payment_id: str) -> bool:
        fate = self.mischief.choose_fate(f"page {payment_id}", 1, is_order=True, moves_money=False)
        return fate.doubles

    def _meet(self, what: str, *, is_order: bool, moves_money: bool) -> Fate:
        self._asks[what] = attempt = self._asks.get(what, 0) + 1
        return self.mischief.choose_fate(what, attempt, is_order=is_order, moves_money=moves_money)

    def _settle_due(self, payment_id: str) -> None:
        if self.books.settle_due(payment_id, at_ms=self._now_ms()) is not None:
            self.tell(payment_id, is_doubled=self._doubles(payment_id))

    def _tell_books(self, payment_id: str) -> PaymentBody:
        found = self.books.find(payment_id)
        ensure(isinstance(found, PaymentFound), f"payment {payment_id} is not in the books")
        return _tell_body(cast("PaymentFound", found))

    def _claim(self, asked: Line) -> bytes:
        """Return the answer that a thing was done which was not."""
        body = self._tell_books(asked.payment_id)
        claimed = OperationBody(
            key=asked.key, kind=asked.kind, state="done", amount_tiyn=asked.amount_tiyn
        )
        changes: dict[str, Any] = {"operations": (*body.operations, claimed)}
        match asked.kind:
            case "capture":
                changes |= {"state": "captured", "captured_tiyn": asked.amount_tiyn}
            case "void":
                changes |= {"state": "voided"}
            case _:
                changes |= {"refunded_tiyn": body.refunded_tiyn + asked.amount_tiyn}
        return self._encode(msgspec.structs.replace(body, **changes))


def lie_about(body: PaymentBody, key: str, lie: str) -> PaymentBody:
    """Return an answer made untrue about the operation with this key."""
    if not lie or lie == "claimed":
        return body
    if lie == "currency":
        return msgspec.structs.replace(body, currency="USD")
    if lie == "reference":
        return msgspec.structs.replace(body, reference=f"{body.reference}X")
    operations = []
    for each in body.operations:
        if each.key != key:
            operations.append(each)
        elif lie == "denied":
            operations.append(msgspec.structs.replace(each, state="declined", reason="declined"))
        else:
            operations.append(msgspec.structs.replace(each, amount_tiyn=each.amount_tiyn + 100))
    return msgspec.structs.replace(body, operations=tuple(operations))


def _tell_body(found: PaymentFound) -> PaymentBody:
    return PaymentBody(
        reference=found.payment_id,
        provider_ref=found.provider_ref,
        currency=found.currency,
        state=found.state,
        authorised_tiyn=found.authorised_tiyn,
        captured_tiyn=found.captured_tiyn,
        refunded_tiyn=found.refunded_tiyn,
        operations=tuple(
            OperationBody(
                key=each.key,
                kind=each.kind,
                state=each.state,
                amount_tiyn=each.amount_tiyn,
                reason=each.reason,
            )
            for each in found.operations
        ),
        redirect_url=found.redirect_url,
    )
