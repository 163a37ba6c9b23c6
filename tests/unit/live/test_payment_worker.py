"""The worker does what the state owes, reports what the books say, and survives what goes wrong."""

from collections.abc import Callable, Iterator
from threading import Condition

import pytest

from aspan.live.payment_queue import PaymentQueue
from aspan.live.payment_worker import PaymentWorker, read_truth
from aspan.operations.payments import PaymentTask
from aspan.operations.ports import PaymentFound
from aspan.operations.records import PaymentTaskKind
from aspan.operations.sales import ReportPayment
from aspan.primitives.ids import PaymentId
from aspan.twin.clock import AlertList
from aspan.twin.payments import MemoryProvider

NEWS_S = 20.0


def _task(
    name: str, kind: PaymentTaskKind, amount_tiyn: int = 100, *, key: str = "", method: str = ""
) -> PaymentTask:
    return PaymentTask(
        key=key or f"{name}/{kind}",
        payment_id=PaymentId(name),
        kind=kind,
        amount_tiyn=amount_tiyn,
        method=method or "tok_ok",
        provider_ref="",
    )


class Owed:
    """A state in small: what is owed, struck out as it is reported."""

    def __init__(self) -> None:
        self.tasks: dict[str, PaymentTask] = {}
        self.reports: list[tuple[str, ReportPayment]] = []
        self.refusals = 0
        self._news = Condition()

    def owe(self, *tasks: PaymentTask) -> None:
        """Add tasks."""
        self.tasks |= {task.key: task for task in tasks}

    def list_tasks(self) -> list[PaymentTask]:
        """Return what is owed."""
        return list(self.tasks.values())

    def report(self, cause: str, command: ReportPayment) -> None:
        """Take a report, or have no time for the first few."""
        with self._news:
            if self.refusals:
                self.refusals -= 1
                raise RuntimeError("no time")
            self.reports.append((cause, command))
            for key in [k for k, t in self.tasks.items() if t.payment_id == command.payment_id]:
                del self.tasks[key]
            self._news.notify_all()

    def await_reports(self, count: int) -> list[str]:
        """Return the causes once there are so many."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.reports) >= count, NEWS_S)
            return sorted(cause for cause, _ in self.reports)


class Desk:
    """A worker over a provider in memory and a small state."""

    def __init__(self) -> None:
        self.owed = Owed()
        self.provider = MemoryProvider()
        self.alerts = AlertList()
        self.worker = PaymentWorker(
            self.provider,
            list_tasks=self.owed.list_tasks,
            report=self.owed.report,
            notices=self.alerts,
            queue=PaymentQueue(captures_per_s_max=1e6),
        )

    def await_that(self, holds: Callable[[], bool]) -> bool:
        """Return whether something comes to hold, looked at again and again."""
        waiting = Condition()
        with waiting:
            for _ in range(int(NEWS_S / 0.01)):
                if holds():
                    return True
                waiting.wait(0.01)
        return False


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Return one that has not begun."""
    desk = Desk()
    yield desk
    desk.worker.stop(5.0)


def test_everything_owed_is_done_and_reported(desk: Desk) -> None:
    """Forty payments are authorised or declined, each told once under a cause of its own."""
    methods = ("tok_ok", "tok_declined")
    desk.owed.owe(*(_task(f"P{n}", "authorise", method=methods[n % 2]) for n in range(40)))
    desk.worker.start()
    causes = desk.owed.await_reports(40)
    states = [cause.rsplit("/", 1)[1] for cause in causes]
    assert (states.count("authorised"), states.count("declined")) == (20, 20)
    assert len(set(causes)) == 40
    assert all(cause.startswith("pay/P") for cause in causes)
    reasons = {c.reason for _, c in desk.owed.reports if c.state == "declined"}
    assert reasons == {"declined"}
    assert desk.alerts.messages == []


def test_a_report_without_time_is_made_again(desk: Desk) -> None:
    """A service that takes no report gets it later; the provider did the thing once."""
    desk.owed.refusals = 1
    desk.owed.owe(_task("P", "authorise"))
    desk.worker.start()
    assert desk.owed.await_reports(1) == ["pay/P/authorise/authorised"]
    assert len(list(desk.provider.books.list_lines())) == 1


def test_a_payer_is_sent_to_the_page_until_paid(desk: Desk) -> None:
    """The page is known while the payer is on it; a call after paying brings the report."""
    desk.owed.owe(_task("P", "authorise", method="checkout:http://127.0.0.1/"))
    desk.worker.start()
    assert desk.await_that(lambda: desk.worker.find_redirect("P") != "")
    assert desk.owed.reports == []
    desk.provider.decide("P", pays=True)
    desk.worker.nudge("P")
    desk.owed.await_reports(1)
    assert desk.await_that(lambda: desk.worker.find_redirect("P") == "")


def test_what_a_crash_left_unreported_is_reported_as_it_was_done(desk: Desk) -> None:
    """Captured before a crash, cancelled after: the void's answer is the capture that was done."""
    provider = desk.provider
    for name in ("PV", "PR"):
        provider.authorise(
            key=f"{name}/authorise", payment_id=name, amount_tiyn=100, method="tok_ok"
        )
        provider.capture(key=f"{name}/capture", payment_id=name, amount_tiyn=90)
    provider.refund(key="PR/refund/1", payment_id="PR", amount_tiyn=30)
    desk.owed.owe(_task("PV", "void"), _task("PR", "refund", 50, key="PR/refund/1"))
    desk.worker.start()
    causes = desk.owed.await_reports(2)
    assert causes == ["pay/PR/refund/1/refunded", "pay/PV/capture/captured"]
    assert sorted(command.amount_tiyn for _, command in desk.owed.reports) == [30, 90]
    assert len(desk.alerts.messages) == 2


def test_a_decline_of_what_is_owed_is_told_to_a_person(desk: Desk) -> None:
    """A refund that the provider will not make stays owed, and somebody hears of it once."""
    desk.provider.authorise(key="P/authorise", payment_id="P", amount_tiyn=100, method="tok_ok")
    desk.owed.owe(_task("P", "refund", 10))
    desk.worker.start()
    assert desk.await_that(lambda: len(desk.alerts.messages) == 1)
    assert "is_authorised" in desk.alerts.messages[0]
    assert "10 tiyn" in desk.alerts.messages[0]
    assert desk.owed.reports == []


def test_a_service_that_cannot_say_what_is_owed_ends_nothing(desk: Desk) -> None:
    """A look that fails is told, and the next one finds what is owed."""
    looks = iter([RuntimeError("broken")])

    def list_tasks() -> list[PaymentTask] | None:
        for error in looks:
            raise error
        return desk.owed.list_tasks()

    desk.worker._list_tasks = list_tasks
    desk.owed.owe(_task("P", "authorise"))
    desk.worker.start()
    desk.owed.await_reports(1)
    assert desk.alerts.messages == ["payments: the service cannot say what is owed: broken"]


def test_an_authorisation_is_never_read_otherwise() -> None:
    """Books with another amount of an authorisation are no truth to report."""
    provider = MemoryProvider()
    provider.authorise(key="P/authorise", payment_id="P", amount_tiyn=5, method="tok_ok")
    found = provider.find("P")
    assert isinstance(found, PaymentFound)
    assert read_truth(_task("P", "authorise", 7), found) is None
    assert read_truth(_task("P", "refund", 7), found) is None
