"""A provider of payments in memory: the rules by which its books are kept, and the twin's form.

The books are a fold of lines. A line is an operation with what became of it, or, later, what a
payer said on the provider's page; the same lines give the same books. The sandbox keeps the lines
on disk and speaks the protocol over HTTP; both forms answer by these rules and no others.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Literal

import msgspec

from aspan.operations.ports import (
    CHECKOUT,
    CURRENCY,
    PaymentAbsent,
    PaymentAnswer,
    PaymentAwaited,
    PaymentDeclined,
    PaymentDone,
    PaymentFound,
    PaymentKind,
    PaymentOperation,
    PaymentUnknown,
)
from aspan.primitives.dice import draw
from aspan.primitives.units import MS_PER_MIN

CHECKOUT_MS_MAX = 30 * MS_PER_MIN
"""How long a payer may take on the provider's page. Assumed: as long as we keep an authorisation
that pays for nothing."""

METHODS = {
    "tok_ok": "",
    "tok_slow": "",
    "tok_declined": "declined",
    "tok_insufficient": "insufficient_funds",
}
"""Test methods, each with the reason for which it is declined."""

SLOW_METHOD = "tok_slow"

SLOW_METHOD_MS = 4_000
"""How long the bank behind `tok_slow` thinks: longer than a page waits for a payment."""


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line of the books.

    Parameters
    ----------
    state
        `awaiting` stands until a later line with the same key says `done` or `declined`.
    """

    at_ms: int
    key: str
    payment_id: str
    kind: PaymentKind
    amount_tiyn: int
    state: Literal["done", "declined", "awaiting"]
    currency: str = CURRENCY
    method: str = ""
    reason: str = ""

    def is_same_order(self, other: "Line") -> bool:
        """Say whether two lines were asked for with the same words."""
        return (self.payment_id, self.kind, self.amount_tiyn, self.currency, self.method) == (
            (other.payment_id, other.kind, other.amount_tiyn, other.currency, other.method)
        )


class KeyReused(msgspec.Struct, frozen=True):
    """A key was sent again with other words."""


class _Account(msgspec.Struct, kw_only=True):
    """What the books say of one payment."""

    lines: dict[str, Line]
    authorised_tiyn: int = 0
    captured_tiyn: int = 0
    refunded_tiyn: int = 0
    state: Literal["awaiting", "authorised", "declined", "captured", "voided"] = "declined"


class ProviderBooks:
    """The books of a provider.

    Parameters
    ----------
    salt
        Makes the provider's references hard to guess; they open its page.
    keep
        Told every line before it counts.
    checkout_url
        Where its page is, the reference of a payment to follow.
    """

    def __init__(
        self,
        *,
        salt: str = "",
        keep: Callable[[Line], None] | None = None,
        checkout_url: str = "memory:checkout/",
    ) -> None:
        self.checkout_url = checkout_url
        self._salt = salt
        self.keep = keep
        self._accounts: dict[str, _Account] = {}
        self._lines: dict[str, Line] = {}
        self._ids: dict[str, str] = {}

    def order(self, asked: Line, *, declines: str = "") -> Line | KeyReused:
        """Judge what is asked unless its key is known; return what stands in the books.

        Parameters
        ----------
        asked
            Its `state` and `reason` are not looked at.
        declines
            Reason for which a thing that could be done is declined all the same.
        """
        known = self._lines.get(asked.key)
        if known is not None:
            return known if known.is_same_order(asked) else KeyReused()
        reason = self._judge(asked) or declines
        state: Literal["done", "declined", "awaiting"] = "declined" if reason else "done"
        if state == "done" and (asked.method == SLOW_METHOD or asked.method.startswith(CHECKOUT)):
            state = "awaiting"
        return self._write(msgspec.structs.replace(asked, state=state, reason=reason))

    def decide(self, payment_id: str, *, pays: bool, at_ms: int) -> Line | None:
        """Write down what the payer said on the provider's page; None if nobody asked, or late."""
        line = self.find_awaiting(payment_id)
        if line is None or line.method == SLOW_METHOD or at_ms >= line.at_ms + CHECKOUT_MS_MAX:
            return None
        return self._settle(line, reason="" if pays else "payer_declined", at_ms=at_ms)

    def settle_due(self, payment_id: str, *, at_ms: int) -> Line | None:
        """Write down what time alone has decided; None if nothing.

        A slow bank has agreed, or a payer has let the time for it pass.
        """
        line = self.find_awaiting(payment_id)
        if line is None:
            return None
        is_slow = line.method == SLOW_METHOD
        if at_ms < line.at_ms + (SLOW_METHOD_MS if is_slow else CHECKOUT_MS_MAX):
            return None
        return self._settle(line, reason="" if is_slow else "checkout_expired", at_ms=at_ms)

    def find_awaiting(self, payment_id: str) -> Line | None:
        """Return the line of a payment that waits for somebody; None if none does."""
        account = self._accounts.get(payment_id)
        lines = () if account is None else account.lines.values()
        return next((line for line in lines if line.state == "awaiting"), None)

    def _settle(self, line: Line, *, reason: str, at_ms: int) -> Line:
        state: Literal["done", "declined"] = "declined" if reason else "done"
        return self._write(msgspec.structs.replace(line, state=state, reason=reason, at_ms=at_ms))

    def _write(self, line: Line) -> Line:
        if self.keep is not None:
            self.keep(line)
        self.apply(line)
        return line

    def _judge(self, asked: Line) -> str:
        """Return why a thing cannot be done; empty if it can."""
        if asked.currency != CURRENCY:
            return "foreign_currency"
        if asked.amount_tiyn <= 0:
            return "amount"
        account = self._accounts.get(asked.payment_id)
        if asked.kind == "authorise":
            if account is not None:
                return "reference_taken"
            if asked.method.startswith(CHECKOUT):
                return ""
            return METHODS.get(asked.method, "unknown_method")
        if account is None:
            return "unknown_payment"
        match asked.kind, account.state:
            case ("capture", "authorised"):
                return "" if asked.amount_tiyn <= account.authorised_tiyn else "above_authorised"
            case ("void", "authorised"):
                return "" if asked.amount_tiyn == account.authorised_tiyn else "amount"
            case ("refund", "captured"):
                left_tiyn = account.captured_tiyn - account.refunded_tiyn
                return "" if asked.amount_tiyn <= left_tiyn else "above_captured"
            case (_, state):
                return f"is_{state}"

    def apply(self, line: Line) -> None:
        """Count a line in; it decides nothing."""
        account = self._accounts.get(line.payment_id)
        is_first = account is None
        if account is None:
            if line.kind != "authorise":
                self._lines[line.key] = line  # of a payment that there is not: only remembered
                return
            account = self._accounts[line.payment_id] = _Account(lines={})
            self._ids[self.name_ref(line.payment_id)] = line.payment_id
        self._lines[line.key] = account.lines[line.key] = line
        match line.kind, line.state:
            case ("authorise", "awaiting"):
                account.state = "awaiting"
            case ("authorise", "done"):
                account.state, account.authorised_tiyn = "authorised", line.amount_tiyn
            case ("authorise", "declined") if is_first or account.state == "awaiting":
                account.state = "declined"
            case ("capture", "done"):
                account.state, account.captured_tiyn = "captured", line.amount_tiyn
            case ("void", "done"):
                account.state = "voided"
            case ("refund", "done"):
                account.refunded_tiyn += line.amount_tiyn
            case _:
                pass

    def name_ref(self, payment_id: str) -> str:
        """Return the provider's own name of a payment."""
        return f"sb{sha256(f'{self._salt}/{payment_id}'.encode()).hexdigest()[:24]}"

    def find_page(self, payment_id: str) -> str:
        """Return the address to which the payer must go now; empty if to none."""
        line = self.find_awaiting(payment_id)
        if line is None or line.method == SLOW_METHOD:
            return ""
        return f"{self.checkout_url}{self.name_ref(payment_id)}"

    def find_id(self, provider_ref: str) -> str | None:
        """Return which payment has a reference; None if none has."""
        return self._ids.get(provider_ref)

    def find_line(self, key: str) -> Line | None:
        """Return what a key was used for; None if for nothing."""
        return self._lines.get(key)

    def find(self, payment_id: str) -> PaymentFound | PaymentAbsent:
        """Return what the books say of a payment."""
        account = self._accounts.get(payment_id)
        if account is None:
            return PaymentAbsent()
        ref = self.name_ref(payment_id)
        return PaymentFound(
            payment_id=payment_id,
            provider_ref=ref,
            currency=CURRENCY,
            state=account.state,
            authorised_tiyn=account.authorised_tiyn,
            captured_tiyn=account.captured_tiyn,
            refunded_tiyn=account.refunded_tiyn,
            operations=tuple(
                PaymentOperation(
                    key=line.key,
                    kind=line.kind,
                    state=line.state,
                    amount_tiyn=line.amount_tiyn,
                    reason=line.reason,
                )
                for line in account.lines.values()
            ),
            redirect_url=self.find_page(payment_id),
        )

    def list_lines(self) -> Iterable[Line]:
        """Return the operations as they stand, in the order in which they were first asked for."""
        return self._lines.values()


class MemoryProvider:
    """The twin's form of `PaymentProvider`.

    Parameters
    ----------
    now_ms
        The instant that lines are stamped with.
    seed, lost_share, decline_share
        Keyed dice: of each ask, whether its answer is lost though the thing was done; of each
        authorisation, whether it is declined.
    """

    def __init__(
        self,
        *,
        now_ms: Callable[[], int] = lambda: 0,
        seed: int = 1,
        lost_share: float = 0.0,
        decline_share: float = 0.0,
    ) -> None:
        self.books = ProviderBooks()
        self._now_ms = now_ms
        self._seed = seed
        self._lost_share = lost_share
        self._decline_share = decline_share
        self._asks: dict[str, int] = {}

    def authorise(
        self, *, key: str, payment_id: str, amount_tiyn: int, method: str
    ) -> PaymentAnswer:
        """Set an amount aside with the payer."""
        return self._order(key, payment_id, "authorise", amount_tiyn, method)

    def capture(self, *, key: str, payment_id: str, amount_tiyn: int) -> PaymentAnswer:
        """Take at most what was authorised, once."""
        return self._order(key, payment_id, "capture", amount_tiyn)

    def void(self, *, key: str, payment_id: str, amount_tiyn: int) -> PaymentAnswer:
        """Give back an authorisation that nothing was taken of."""
        return self._order(key, payment_id, "void", amount_tiyn)

    def refund(self, *, key: str, payment_id: str, amount_tiyn: int) -> PaymentAnswer:
        """Pay back of what was taken."""
        return self._order(key, payment_id, "refund", amount_tiyn)

    def find(self, payment_id: str) -> PaymentFound | PaymentAbsent | PaymentUnknown:
        """Return what the books say of a payment."""
        self.books.settle_due(payment_id, at_ms=self._now_ms())
        return self.books.find(payment_id)

    def decide(self, payment_id: str, *, pays: bool) -> bool:
        """Pay or decline as a payer on the provider's page; False if there is nothing to decide."""
        return self.books.decide(payment_id, pays=pays, at_ms=self._now_ms()) is not None

    def _order(
        self, key: str, payment_id: str, kind: PaymentKind, amount_tiyn: int, method: str = ""
    ) -> PaymentAnswer:
        self.books.settle_due(payment_id, at_ms=self._now_ms())
        asked = Line(
            at_ms=self._now_ms(),
            key=key,
            payment_id=payment_id,
            kind=kind,
            amount_tiyn=amount_tiyn,
            state="done",
            method=method,
        )
        is_declined = kind == "authorise" and (
            draw(self._seed, "payment declined", key) < self._decline_share
        )
        line = self.books.order(asked, declines="declined" if is_declined else "")
        self._asks[key] = ask = self._asks.get(key, 0) + 1
        if isinstance(line, KeyReused):
            return PaymentUnknown(why="key_reused", is_mismatch=True)
        if draw(self._seed, "payment lost", key, ask) < self._lost_share:
            return PaymentUnknown(why="no_answer")
        ref = self.books.name_ref(payment_id)
        match line.state:
            case "done":
                return PaymentDone(provider_ref=ref, amount_tiyn=line.amount_tiyn)
            case "awaiting":
                page = self.books.find_page(payment_id)
                return PaymentAwaited(provider_ref=ref, redirect_url=page)
            case _:
                return PaymentDeclined(reason=line.reason, provider_ref=ref)
