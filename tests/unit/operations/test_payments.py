"""Payments: what is listed to be done, and how payers end who never come back."""

import pytest

from aspan.operations import sales as cmd
from aspan.operations import sales_events as sale
from aspan.operations.fold_payments import GIVE_UP_MS
from aspan.operations.lifecycles import PaymentState
from aspan.operations.payments import (
    OPEN_PAGES_ALL_MAX,
    OPEN_PAGES_MAX,
    list_payment_tasks,
)
from aspan.operations.ports import CHECKOUT
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PaymentId
from stories.story import Day
from unit.operations.sales_scenes import B1, FARE_MAX, P1, authorise, buy, open_day, take

PAGE = f"{CHECKOUT}http://127.0.0.1/"


def _ask(day: Day, name: str, *, seller: str = "shop", method: str = PAGE) -> PaymentId:
    payment_id = PaymentId(name)
    take(
        day,
        cmd.RequestPayment(
            payment_id=payment_id, seller=seller, amount_tiyn=FARE_MAX, method=method
        ),
    )
    return payment_id


def _fill(day: Day, *, seller: str, number: int) -> None:
    for n in range(number):
        _ask(day, f"{seller}-{n}", seller=seller)


def test_payers_who_never_come_back_keep_nothing_waiting() -> None:
    """With as many of them as may be, a void and another's authorisation are still listed."""
    day = open_day()
    _fill(day, seller="shop", number=OPEN_PAGES_MAX)
    _fill(day, seller="other", number=OPEN_PAGES_ALL_MAX - OPEN_PAGES_MAX)
    for n in range(400):
        _ask(day, f"T{n}", method="tok_ok")
    buy(day)
    take(day, cmd.WithdrawBooking(booking_id=B1))
    tasks = list_payment_tasks(day.state)
    assert tasks[0].key == "P1/void"
    assert {task.payment_id for task in tasks} == set(day.state.payment_tasks)
    small = list_payment_tasks(day.state, 9)
    first = ["P1", "T0", "T1", "T2", "shop-0", "shop-1", "shop-2", "T3", "T4"]
    assert [task.payment_id for task in small] == first


def test_only_so_many_payers_are_on_the_providers_page_at_once() -> None:
    """One more is refused, and not on the log; one by a token is not, nor another seller's."""
    day = open_day()
    _fill(day, seller="shop", number=OPEN_PAGES_MAX)
    with pytest.raises(InvalidInput, match="open_pages"):
        _ask(day, "shop-more")
    assert PaymentId("shop-more") not in day.state.payments
    authorise(day)
    _fill(day, seller="other", number=OPEN_PAGES_ALL_MAX - OPEN_PAGES_MAX)
    with pytest.raises(InvalidInput, match="open_pages"):
        _ask(day, "third-0", seller="third")
    declined = cmd.ReportPayment(
        payment_id=PaymentId("shop-7"),
        state="declined",
        amount_tiyn=FARE_MAX,
        key="shop-7/authorise",
    )
    take(day, declined)
    _ask(day, "third-0", seller="third")


def test_a_payer_who_never_comes_back_is_given_up() -> None:
    """After an hour the place is free; authorised after all, the payment is voided, never used."""
    day = open_day()
    asked_ms = day.state.now_ms
    _ask(day, "P1")
    day.run("08:30")
    assert day.state.open_pages
    day.run("08:40")
    assert day.state.now_ms > asked_ms + GIVE_UP_MS
    assert not day.state.open_pages
    (due,) = [e for e in day.log.events if isinstance(e, sale.PaymentDue)]
    assert (due.payment_id, due.kind) == (P1, "void")
    assert [task.key for task in list_payment_tasks(day.state)] == ["P1/authorise"]
    report = cmd.ReportPayment(
        payment_id=P1, state="authorised", amount_tiyn=FARE_MAX, key="P1/authorise"
    )
    take(day, report)
    assert [task.key for task in list_payment_tasks(day.state)] == ["P1/void"]
    voided = cmd.ReportPayment(payment_id=P1, state="voided", amount_tiyn=FARE_MAX, key="P1/void")
    take(day, voided)
    assert day.state.payments[P1].state is PaymentState.VOIDED


def test_a_payer_who_declines_leaves_no_timer() -> None:
    """Who says no on the page is not given up an hour later."""
    day = open_day()
    _ask(day, "P1")
    take(
        day,
        cmd.ReportPayment(
            payment_id=P1, state="declined", amount_tiyn=FARE_MAX, key="P1/authorise"
        ),
    )
    day.run("09:00")
    assert not [e for e in day.log.events if isinstance(e, sale.PaymentDue)]
