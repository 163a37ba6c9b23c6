"""The live form of `PaymentProvider`: orders over HTTP to a provider that may be slow, or lie.

An order is sent with its key until there is an answer one can act on, a few times, with growing
pauses. Money moves only by the provider's books: what a `capture`, a `void` or a `refund` answered,
and whatever was declined, missing or not as asked, is looked up by `GET` and counts only as it
stands there. One thing is taken at its word: an authorisation that answers as asked, because it
moves no money and the capture that does is looked up.

Where this stops: a provider whose books themselves lie is believed; a person compares statements.
"""

from collections.abc import Callable
from threading import Event
from typing import Final
from urllib.parse import quote

import msgspec

from aspan.live.payment_line import Answer, NoAnswer, ProviderLine
from aspan.live.payment_wire import OrderBody, PaymentBody
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

ATTEMPTS_MAX: Final = 4
"""Times one order is sent before the answer is that nobody knows."""

TIMEOUT_S: Final = 2.5
"""Wall time one request may take, all in all. Assumed: a page waits three seconds for a payment."""

BACK_OFF_S: Final = 0.1
"""First pause; each is twice the one before."""

BACK_OFF_S_MAX: Final = 5.0

_CLEAR_REFUSALS: Final = frozenset({400, 401, 403, 404, 422})
"""What a provider answers that will not change by asking again."""


def find_back_off_s(
    seed: int,
    key: str,
    attempt: int,
    *,
    first_s: float = BACK_OFF_S,
    most_s: float = BACK_OFF_S_MAX,
) -> float:
    """Return the pause after an attempt, from 1: doubled each time, bounded, and scattered.

    The upper half is drawn, keyed by what is asked, so that callers that failed together do not
    come back together (M. Brooker, *Exponential backoff and jitter*, 2015, "equal jitter").
    """
    whole_s = min(most_s, first_s * 2.0 ** min(attempt - 1, 30))
    return whole_s * (0.5 + 0.5 * draw(seed, "payment back-off", key, attempt))


_PAGES: Final = ("http://", "https://")


class _Refused(Exception):
    """The provider says that the request itself is wrong."""


class HttpPaymentProvider:
    """Speaks the protocol with one provider; any thread may call, several at once.

    Parameters
    ----------
    request_key
        What we show as ourselves.
    wait
        Pauses for so many seconds; returns early, True, if the service ends.
    """

    def __init__(
        self,
        base_url: str,
        request_key: str,
        *,
        seed: int = 1,
        attempts_max: int = ATTEMPTS_MAX,
        timeout_s: float = TIMEOUT_S,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._seed = seed
        self._attempts_max = attempts_max
        self._ended = Event()
        self._wait = self._ended.wait if wait is None else wait
        headers = {"Authorization": f"Bearer {request_key}", "Accept": "application/json"}
        self._line = ProviderLine(base_url, headers, timeout_s=timeout_s)

    def close(self) -> None:
        """Wait no longer, and let go of the connections."""
        self._ended.set()
        self._line.close()

    def authorise(
        self, *, key: str, payment_id: str, amount_tiyn: int, method: str
    ) -> PaymentAnswer:
        """Set an amount aside with the payer."""
        is_checkout = method.startswith(CHECKOUT)
        body = OrderBody(
            amount_tiyn=amount_tiyn,
            reference=payment_id,
            method="" if is_checkout else method,
            return_url=method.removeprefix(CHECKOUT) if is_checkout else "",
        )
        return self._order("authorise", key, payment_id, body)

    def capture(self, *, key: str, payment_id: str, amount_tiyn: int) -> PaymentAnswer:
        """Take at most what was authorised, once."""
        return self._order("capture", key, payment_id, OrderBody(amount_tiyn=amount_tiyn))

    def void(self, *, key: str, payment_id: str, amount_tiyn: int) -> PaymentAnswer:
        """Give back an authorisation that nothing was taken of."""
        return self._order("void", key, payment_id, OrderBody(amount_tiyn=amount_tiyn))

    def refund(self, *, key: str, payment_id: str, amount_tiyn: int) -> PaymentAnswer:
        """Pay back of what was taken."""
        return self._order("refund", key, payment_id, OrderBody(amount_tiyn=amount_tiyn))

    def find(self, payment_id: str) -> PaymentFound | PaymentAbsent | PaymentUnknown:
        """Return what the provider's books say of a payment."""
        why = ""
        for attempt in range(1, self._attempts_max + 1):
            try:
                return self._look_up(payment_id)
            except _Refused as error:
                return PaymentUnknown(why=str(error), is_mismatch=True)
            except NoAnswer as error:
                why = str(error)
                if attempt < self._attempts_max and self._pause(payment_id, attempt, error.wait_s):
                    break
        return PaymentUnknown(why=why)

    def _order(
        self, kind: PaymentKind, key: str, payment_id: str, body: OrderBody
    ) -> PaymentAnswer:
        path = _path_of("" if kind == "authorise" else payment_id, kind)
        asked = _Asked(
            kind=kind,
            key=key,
            payment_id=payment_id,
            amount_tiyn=body.amount_tiyn,
            is_token=bool(body.method),
        )
        last = PaymentUnknown(why="no_answer")
        for attempt in range(1, self._attempts_max + 1):
            wait_s, refusal = 0.0, ""
            try:
                answer = asked.judge(self._post(path, key, body))
                if asked.is_final(answer):
                    return answer
            except _Refused as error:
                refusal = str(error)
            except NoAnswer as error:
                wait_s = error.wait_s
            try:
                found = asked.judge(self._look_up(payment_id))
            except (NoAnswer, _Refused) as error:
                found = PaymentUnknown(why=str(error))
            if not isinstance(found, PaymentUnknown) or found.is_mismatch:
                return found
            if refusal:
                return PaymentUnknown(why=refusal, is_mismatch=True)
            last = found
            if attempt < self._attempts_max and self._pause(key, attempt, wait_s):
                break
        return last

    def _pause(self, key: str, attempt: int, wait_s: float) -> bool:
        pause_s = find_back_off_s(self._seed, key, attempt)
        return self._wait(max(pause_s, min(wait_s, BACK_OFF_S_MAX)))

    def _post(self, path: str, key: str, body: OrderBody) -> PaymentFound:
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        answer = self._line.send("POST", path, msgspec.json.encode(body), headers)
        if answer.status == 409:
            raise _Refused(_say(answer))
        return _read(_check(answer))

    def _look_up(self, payment_id: str) -> PaymentFound | PaymentAbsent:
        answer = self._line.send("GET", _path_of(payment_id), None, {})
        if answer.status == 404:
            return PaymentAbsent()
        found = _read(_check(answer))
        if found.payment_id != payment_id:
            raise NoAnswer(f"provider answered about {found.payment_id!r:.60}")
        return found


def _say(answer: Answer) -> str:
    return f"provider answered {answer.status} {answer.data[:200].decode(errors='replace')}"


def _check(answer: Answer) -> bytes:
    """Return the body of an answer that tells of a payment."""
    if answer.status in _CLEAR_REFUSALS:
        raise _Refused(_say(answer))
    if answer.status not in (200, 201):
        wait_s = float(answer.retry_after) if answer.retry_after.isdecimal() else 0.0
        raise NoAnswer(f"provider answered {answer.status}", wait_s)
    return answer.data


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An order, to hold answers against."""

    kind: PaymentKind
    key: str
    payment_id: str
    amount_tiyn: int
    is_token: bool

    def is_final(self, answer: PaymentAnswer) -> bool:
        """Say whether an answer to the order itself needs no look-up."""
        return isinstance(answer, PaymentAwaited) or (
            self.kind == "authorise" and self.is_token and isinstance(answer, PaymentDone)
        )

    def judge(self, found: PaymentFound | PaymentAbsent) -> PaymentAnswer:
        """Return what books say of the order; unknown if nothing, a mismatch if something else."""
        if isinstance(found, PaymentAbsent):
            return PaymentUnknown(why="not_in_books")
        if found.payment_id != self.payment_id:
            return self._differs(f"about {found.payment_id!r:.60}")
        if found.currency != CURRENCY:
            return self._differs(f"in {found.currency!r:.60}")
        done = next((each for each in found.operations if each.key == self.key), None)
        if done is None:
            return PaymentUnknown(why="not_in_books")
        if done.kind != self.kind:
            return self._differs(f"a {done.kind}")
        if done.state == "declined":
            return PaymentDeclined(reason=done.reason[:60], provider_ref=found.provider_ref)
        if done.amount_tiyn != self.amount_tiyn:
            return self._differs(f"of {done.amount_tiyn} tiyn")
        if done.state == "done" and self._is_counted(found):
            return PaymentDone(provider_ref=found.provider_ref, amount_tiyn=done.amount_tiyn)
        is_page = not found.redirect_url or found.redirect_url.startswith(_PAGES)
        if done.state == "awaiting" and is_page:
            return PaymentAwaited(provider_ref=found.provider_ref, redirect_url=found.redirect_url)
        return self._differs(f"{done.state}, and the payment {found.state}")

    def _is_counted(self, found: PaymentFound) -> bool:
        """Say whether the totals of a payment hold what the operation says."""
        match self.kind:
            case "authorise":
                return found.authorised_tiyn == self.amount_tiyn
            case "capture":
                return found.captured_tiyn == self.amount_tiyn
            case "void":
                return found.state == "voided" and found.captured_tiyn == 0
            case _:
                refunds = [
                    each.amount_tiyn
                    for each in found.operations
                    if each.kind == "refund" and each.state == "done"
                ]
                return found.refunded_tiyn == sum(refunds) <= found.captured_tiyn

    def _differs(self, what: str) -> PaymentUnknown:
        asked = f"{self.kind} of {self.amount_tiyn} tiyn for {self.payment_id}"
        return PaymentUnknown(why=f"asked {asked}, the provider has {what}", is_mismatch=True)


def _path_of(payment_id: str, kind: str = "") -> str:
    """Return the path of a payment, of an order about it, or of all payments if it has no name."""
    if not payment_id:
        return "/v1/payments"
    path = f"/v1/payments/{quote(payment_id, safe='')}"
    return f"{path}/{kind}" if kind else path


def _read(data: bytes) -> PaymentFound:
    """Return a payment as an answer tells it."""
    try:
        body = msgspec.json.decode(data, type=PaymentBody)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NoAnswer(f"provider's answer cannot be read: {error}") from None
    operations = tuple(
        PaymentOperation(
            key=each.key,
            kind=each.kind,
            state=each.state,
            amount_tiyn=each.amount_tiyn,
            reason=each.reason,
        )
        for each in body.operations
    )
    return PaymentFound(
        payment_id=body.reference,
        provider_ref=body.provider_ref,
        currency=body.currency,
        state=body.state,
        authorised_tiyn=body.authorised_tiyn,
        captured_tiyn=body.captured_tiyn,
        refunded_tiyn=body.refunded_tiyn,
        operations=operations,
        redirect_url=body.redirect_url,
    )
