"""The ledger of a day of sales: what stands where after each step, and two roads to the same."""

import msgspec

from aspan.booking.ledger import TrialBalance
from aspan.compose.ledger import fold_balance, list_differences
from aspan.operations import sales as cmd
from aspan.operations.commands import Command
from aspan.operations.events import Event
from aspan.operations.payments import list_payment_tasks
from stories.story import Day
from unit.operations.sales_scenes import B1, B2, P2, buy, hold, open_day, take


class Books:
    """A day whose events are kept in order, those of commands sent past its loop too."""

    def __init__(self) -> None:
        self.day = open_day()
        self.events: list[Event] = list(self.day.log.events)
        handle = self.day.engine.handle

        def keep(command: Command, *, at_ms: int) -> list[Event]:
            events = handle(command, at_ms=at_ms)
            self.events += events
            return events

        self.day.engine.handle = keep  # type: ignore[method-assign]


def look(books: Books) -> dict[str, int]:
    """Return what stands on the accounts, which must balance and agree with the records."""
    day = books.day
    trial = fold_balance(day.state.index.city, books.events)
    assert trial.is_balanced
    assert list_differences(trial, day.state) == []
    return trial.balances_tiyn


def work(day: Day) -> None:
    """Do for the provider all that is to be done, until nothing is."""
    told = {"capture": "captured", "void": "voided", "refund": "refunded"}
    while tasks := list_payment_tasks(day.state):
        for task in tasks:
            report = cmd.ReportPayment(
                payment_id=task.payment_id,
                state=told[task.kind],  # type: ignore[arg-type]
                amount_tiyn=task.amount_tiyn,
                key=task.key,
            )
            take(day, report)


def test_a_fare_is_owed_then_paid_then_earned() -> None:
    """Receivable at the confirmation, cash at the capture, revenue and tax when flown."""
    books = Books()
    day, before = books.day, look(books)
    buy(day)
    fare_tiyn = day.state.bookings[B1].fare_tiyn
    bought = look(books)
    assert bought["provider_receivable"] == fare_tiyn
    assert bought["prepaid_fares"] == before["prepaid_fares"] - fare_tiyn
    day.run("08:51")
    work(day)
    paid = look(books)
    assert paid["provider_receivable"] == 0
    assert paid["provider_cash"] - before["provider_cash"] == fare_tiyn
    day.run("10:00")
    flown = look(books)
    assert flown["prepaid_fares"] == 0
    assert flown["fare_revenue"] < 0


def test_who_gives_up_before_the_capture_is_let_go_of() -> None:
    """The provider owes nothing any more, and nobody owes the party."""
    books = Books()
    day, before = books.day, look(books)
    buy(day)
    take(day, cmd.WithdrawBooking(booking_id=B1))
    given_up = look(books)
    assert given_up["refunds_payable"] == -day.state.bookings[B1].fare_tiyn
    work(day)
    assert look(books) == before


def test_a_change_moves_one_fare_back_and_takes_another() -> None:
    """Both bookings stand in the accounts, and everything comes out even in the end."""
    books = Books()
    day = books.day
    buy(day)
    day.run("07:45")
    buy(day, B2, P2, at="11:00", replaces=B1)
    look(books)
    day.run("07:59")
    work(day)
    changed = look(books)
    assert changed["provider_receivable"] == 0
    assert changed["refunds_payable"] == 0


def test_a_hold_moves_no_money() -> None:
    """Nothing is entered until it is confirmed."""
    books = Books()
    day, before = books.day, look(books)
    take(day, hold())
    assert look(books) == before


def test_a_difference_is_told() -> None:
    """Where the ledger holds something else than the records say, both figures are named."""
    books = Books()
    day = books.day
    trial = fold_balance(day.state.index.city, books.events)
    wrong = {**trial.balances_tiyn, "provider_cash": trial.balances_tiyn["provider_cash"] + 1}
    told = list_differences(msgspec.structs.replace(trial, balances_tiyn=wrong), day.state)
    assert [one.account for one in told] == ["provider_cash"]
    assert told[0].ledger_tiyn == told[0].records_tiyn + 1
    assert not TrialBalance(entries=1, balances_tiyn=wrong).is_balanced
