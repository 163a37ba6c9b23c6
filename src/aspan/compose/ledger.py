"""The ledger of a service, folded from its log, and what it must agree with.

Facts are taken from the events alone, one by one; what they must come to is asked of the folded
records of bookings and payments. Two roads to the same sums: where they differ, one is wrong.

A booking of the twin's travellers has no payment: it is paid, and paid back, at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from aspan.booking.ledger import Entry, Fact, TrialBalance, balance, list_entries
from aspan.operations import events as ev
from aspan.operations import sales_events as sale
from aspan.operations.lifecycles import BookingStatus, PaymentState
from aspan.operations.records import BookingRecord, PaymentRecord
from aspan.operations.state import State
from aspan.primitives.ids import BookingId, PaymentId
from aspan.primitives.instants import ms_to_local
from aspan.world.city import City

_S = BookingStatus
EARNED = (_S.FLOWN, _S.SETTLED, _S.NO_SHOW)
PREPAID = (_S.CONFIRMED, _S.CHECKED_IN, _S.BOARDED)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """An account that does not hold what bookings or payments say [tiyn]."""

    account: str
    ledger_tiyn: int
    records_tiyn: int


class _Sold(msgspec.Struct, kw_only=True, gc=False):
    """A booking as the ledger follows it."""

    fare_tiyn: int
    vat_rate: float | None
    payment_id: PaymentId
    left_tiyn: int
    is_earned: bool = False


class LedgerFold:
    """Makes facts of the events of a log, in their order."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._sold: dict[BookingId, _Sold] = {}
        self._pays_for: dict[PaymentId, BookingId] = {}
        self._open_tiyn: dict[PaymentId, int] = {}
        """What the provider owes us of a payment that is bound and not captured."""

    def list_facts(self, event: ev.Event) -> Iterator[Fact]:
        """Yield what an event did to money; nothing for most."""
        match event:
            case ev.BookingConfirmed():
                yield from self._sell(event)
            case ev.BookingFlown() | ev.BookingNoShow():
                yield from self._earn(event.booking_id, event.at_ms)
            case sale.BookingWithdrawn() | sale.BookingReplaced():
                yield from self._give_up(event)
            case ev.BookingCancelled() | ev.BookingRefunded() | sale.BoardingRefused():
                yield from self._give_back(event.booking_id, event.at_ms, event.refund_tiyn)
            case sale.RideProvided():
                yield from self._give_back(event.booking_id, event.at_ms, event.refund_tiyn)
                yield self._fact("driven", event.booking_id, event.at_ms, event.cost_tiyn)
            case sale.DelayRefunded():
                yield from self._give_back(event.booking_id, event.at_ms, event.refund_tiyn)
            case sale.PaymentCaptured() | sale.PaymentVoided():
                yield from self._collect(event)
            case sale.PaymentRefunded():
                owner = self._pays_for.get(event.payment_id, BookingId(""))
                yield self._fact("repaid", owner, event.at_ms, event.amount_tiyn)

    def _fact(self, kind: Any, owner: str, at_ms: int, tiyn: int, **more: Any) -> Fact:  # noqa: ANN401
        return Fact(kind=kind, owner=owner, at_ms=at_ms, amount_tiyn=tiyn, **more)

    def _sell(self, event: ev.BookingConfirmed) -> Iterator[Fact]:
        fare_tiyn = event.fare_tiyn
        self._sold[event.booking_id] = _Sold(
            fare_tiyn=fare_tiyn,
            vat_rate=self._find_rate(event.off_block_at_ms),
            payment_id=event.payment_id,
            left_tiyn=fare_tiyn,
        )
        yield self._fact("sold", event.booking_id, event.at_ms, fare_tiyn)
        if event.payment_id:
            self._pays_for[event.payment_id] = event.booking_id
            self._open_tiyn[event.payment_id] = fare_tiyn
        else:
            yield self._fact("captured", event.booking_id, event.at_ms, fare_tiyn)

    def _find_rate(self, at_ms: int) -> float | None:
        tariff = self._city.rules.tariff
        if tariff is None:
            return None
        return tariff.find_vat_rate(ms_to_local(at_ms, self._city.time_zone).date().isoformat())

    def _earn(self, booking_id: BookingId, at_ms: int) -> Iterator[Fact]:
        sold = self._sold[booking_id]
        sold.is_earned = True
        yield self._fact("earned", booking_id, at_ms, sold.left_tiyn, vat_rate=sold.vat_rate)

    def _give_up(self, event: sale.BookingWithdrawn | sale.BookingReplaced) -> Iterator[Fact]:
        sold = self._sold.get(event.booking_id)
        if sold is None:
            return
        yield from self._give_back(event.booking_id, event.at_ms, event.refund_tiyn)
        yield self._fact(
            "fee_kept", event.booking_id, event.at_ms, event.fee_tiyn, vat_rate=sold.vat_rate
        )
        sold.left_tiyn -= event.fee_tiyn

    def _give_back(self, booking_id: BookingId, at_ms: int, refund_tiyn: int) -> Iterator[Fact]:
        sold = self._sold.get(booking_id)
        if sold is None:
            return
        sold.left_tiyn -= refund_tiyn
        yield self._fact(
            "given_back", booking_id, at_ms, refund_tiyn,
            vat_rate=sold.vat_rate, is_after=sold.is_earned,
        )  # fmt: skip
        if not sold.payment_id:
            yield self._fact("repaid", booking_id, at_ms, refund_tiyn)

    def _collect(self, event: sale.PaymentCaptured | sale.PaymentVoided) -> Iterator[Fact]:
        """Close what the provider owes: paid, or let go of as far as it was given back."""
        open_tiyn = self._open_tiyn.pop(event.payment_id, 0)
        owner = self._pays_for.get(event.payment_id, BookingId(""))
        paid_tiyn = event.amount_tiyn if isinstance(event, sale.PaymentCaptured) else 0
        yield self._fact("captured", owner, event.at_ms, paid_tiyn)
        yield self._fact("released", owner, event.at_ms, open_tiyn - paid_tiyn)


def fold_entries(city: City, events: Iterable[ev.Event]) -> Iterator[Entry]:
    """Yield the entries of a log, in its order."""
    fold = LedgerFold(city)
    return list_entries(fact for event in events for fact in fold.list_facts(event))


def fold_balance(city: City, events: Iterable[ev.Event]) -> TrialBalance:
    """Return the trial balance of a log."""
    return balance(fold_entries(city, events))


def list_differences(trial: TrialBalance, state: State) -> list[Difference]:
    """Return the accounts that do not hold what the folded bookings and payments say."""
    told = _sum_records(state)
    return [
        Difference(account=name, ledger_tiyn=trial.balances_tiyn[name], records_tiyn=tiyn)
        for name, tiyn in told.items()
        if trial.balances_tiyn[name] != tiyn
    ]


def _sum_records(state: State) -> Counter[str]:
    """Return what accounts should hold, from the records of bookings and payments."""
    told: Counter[str] = Counter(
        {"provider_cash": 0, "provider_receivable": 0, "refunds_payable": 0, "prepaid_fares": 0}
    )
    for payment in state.payments.values():
        _add_payment(told, payment, state.bookings.get(payment.booking_id))
    for booking in state.bookings.values():
        _add_booking(told, booking)
    return told


def _add_payment(told: Counter[str], payment: PaymentRecord, booking: BookingRecord | None) -> None:
    told["provider_cash"] += payment.captured_tiyn - payment.refunded_tiyn
    if payment.state is PaymentState.CAPTURED:
        owed_tiyn = payment.captured_tiyn - payment.refunded_tiyn - payment.kept_tiyn
        told["refunds_payable"] -= owed_tiyn
    elif payment.state is PaymentState.AUTHORISED and booking is not None:
        told["provider_receivable"] += booking.fare_tiyn
        told["refunds_payable"] -= booking.fare_tiyn - payment.kept_tiyn


def _add_booking(told: Counter[str], booking: BookingRecord) -> None:
    is_paid_elsewhere = not booking.payment_id
    if booking.status in PREPAID:
        told["prepaid_fares"] -= booking.fare_tiyn
    if is_paid_elsewhere and booking.status in (*PREPAID, *EARNED):
        back_tiyn = sum(note.refund_tiyn for note in booking.care if note.kind == "delay")
        told["provider_cash"] += booking.fare_tiyn - back_tiyn
