"""What is owed is done in the right order, at a bounded pace, and never forgotten."""

import msgspec

from aspan.live.payment_queue import (
    ALERT_S,
    CAPTURES_AT_ONCE_MAX,
    REPORT_SHARE,
    RETRY_S,
    RETRY_S_MAX,
    PaymentQueue,
)
from aspan.operations.payments import PaymentTask
from aspan.operations.records import PaymentTaskKind
from aspan.primitives.ids import PaymentId


def _task(name: str, kind: PaymentTaskKind = "authorise", amount_tiyn: int = 100) -> PaymentTask:
    return PaymentTask(
        key=f"{name}/{kind}",
        payment_id=PaymentId(name),
        kind=kind,
        amount_tiyn=amount_tiyn,
        method="tok_ok",
        provider_ref="",
    )


def _begin_all(queue: PaymentQueue, now_s: float) -> list[str]:
    keys = []
    while (task := queue.begin_next(now_s=now_s)) is not None:
        keys.append(task.key)
    return keys


def test_somebody_waiting_goes_first_and_captures_last() -> None:
    """Authorisations, then refunds, then voids, then as many captures as may be under way."""
    queue = PaymentQueue(captures_per_s_max=1e9)
    kinds: tuple[PaymentTaskKind, ...] = ("capture", "void", "refund", "authorise")
    queue.take_list([_task(f"P{n}{k}", k) for k in kinds for n in range(3)], now_s=0.0)
    begun = _begin_all(queue, 1.0)
    order = [key.split("/")[1] for key in begun]
    assert order[:9] == ["authorise"] * 3 + ["refund"] * 3 + ["void"] * 3
    captures = [key for key in begun if key.endswith("capture")]
    assert len(captures) <= CAPTURES_AT_ONCE_MAX


def test_captures_are_paced_and_yield_to_a_busy_service() -> None:
    """Ten a second at most here; after a report of one second the next waits four seconds."""
    queue = PaymentQueue(captures_per_s_max=10.0)
    queue.take_list([_task(f"P{n}", "capture") for n in range(5)], now_s=0.0)
    assert _begin_all(queue, 0.0) == ["P0/capture"]
    assert _begin_all(queue, 0.09) == []
    assert _begin_all(queue, 0.1) == ["P1/capture"]
    queue.end_reported("P0/capture", took_s=1.0)
    queue.end_reported("P1/capture", took_s=1.0)
    assert _begin_all(queue, 0.2) == ["P2/capture"]
    queue.end_reported("P2/capture", took_s=0.001)
    assert _begin_all(queue, 0.2 + REPORT_SHARE * 0.99) == []
    assert queue.find_next_s() == 0.2 + REPORT_SHARE
    assert _begin_all(queue, 0.2 + REPORT_SHARE) == ["P3/capture"]


def test_no_more_is_under_way_or_known_than_allowed() -> None:
    """Both limits are reached; what is beyond comes when there is room again."""
    queue = PaymentQueue(tasks_max=5, at_once_max=2)
    tasks = [_task(f"P{n}") for n in range(7)]
    queue.take_list(tasks, now_s=0.0)
    assert (len(queue), queue.beyond) == (5, 2)
    assert _begin_all(queue, 0.0) == ["P0/authorise", "P1/authorise"]
    queue.end_reported("P0/authorise", took_s=0.0)
    queue.end_reported("P1/authorise", took_s=0.0)
    queue.take_list(tasks[2:], now_s=1.0)
    assert (len(queue), queue.beyond) == (5, 0)


def test_one_payment_has_one_task_under_way() -> None:
    """A second task of a payment waits for the first."""
    queue = PaymentQueue()
    queue.take_list([_task("P", "refund"), _task("P", "void"), _task("Q", "void")], now_s=0.0)
    assert _begin_all(queue, 0.0) == ["P/refund", "Q/void"]
    queue.end_reported("P/refund", took_s=0.0)
    assert _begin_all(queue, 0.0) == ["P/void"]


def test_pauses_double_up_to_a_minute() -> None:
    """A task that nobody can tell of is tried again after growing, bounded pauses, for ever."""
    queue = PaymentQueue()
    queue.take_list([_task("P")], now_s=0.0)
    now_s = 0.0
    for attempt in range(1, 15):
        assert _begin_all(queue, now_s) == ["P/authorise"]
        queue.end_open("P/authorise", "no answer", now_s=now_s)
        next_s = queue.find_next_s()
        assert next_s is not None
        whole_s = min(RETRY_S_MAX, RETRY_S * 2 ** (attempt - 1))
        assert whole_s / 2 <= next_s - now_s < whole_s
        assert _begin_all(queue, next_s - 0.001) == []
        now_s = next_s


def test_a_call_makes_it_try_now() -> None:
    """Whoever calls for a payment has it tried at once, whatever its pause; once."""
    queue = PaymentQueue()
    queue.take_list([_task("P"), _task("Q")], now_s=0.0)
    for key in _begin_all(queue, 0.0):
        queue.end_awaited(key, now_s=0.0)
    queue.hurry("P", now_s=0.1)
    queue.hurry("P", now_s=0.1)
    assert _begin_all(queue, 0.1) == ["P/authorise"]


def test_money_goes_back_before_anybody_looks_at_payers_on_the_page() -> None:
    """However many of them are due for a look, refunds, voids and new payments are begun first."""
    queue = PaymentQueue(at_once_max=3)
    pages = [_task(f"P{n}") for n in range(30)]
    queue.take_list(pages, now_s=0.0)
    for _ in range(10):
        for key in _begin_all(queue, 0.0):
            queue.end_awaited(key, now_s=0.0)
    queue.take_list([*pages, _task("R", "refund"), _task("V", "void"), _task("N")], now_s=100.0)
    assert _begin_all(queue, 100.0) == ["N/authorise", "R/refund", "V/void"]


def test_what_is_reported_is_not_asked_again_by_an_older_list() -> None:
    """A list made before a report is on disk may still show it; the one after that counts."""
    queue = PaymentQueue()
    queue.take_list([_task("P")], now_s=0.0)
    assert _begin_all(queue, 0.0) == ["P/authorise"]
    queue.end_reported("P/authorise", took_s=0.0)
    queue.take_list([_task("P")], now_s=1.0)
    assert _begin_all(queue, 100.0) == []
    queue.take_list([_task("P")], now_s=100.0)
    assert _begin_all(queue, 100.0) == []
    assert _begin_all(queue, 200.0) == ["P/authorise"]
    queue.take_list([], now_s=201.0)
    assert len(queue) == 1
    queue.end_reported("P/authorise", took_s=0.0)
    queue.take_list([], now_s=202.0)
    assert len(queue) == 0


def test_the_amount_of_now_is_asked_for() -> None:
    """A task whose amount has changed in the state is done with the new amount."""
    queue = PaymentQueue()
    task = _task("P", "refund")
    queue.take_list([task], now_s=0.0)
    queue.take_list([msgspec.structs.replace(task, amount_tiyn=7)], now_s=0.0)
    begun = queue.begin_next(now_s=0.0)
    assert begun is not None
    assert begun.amount_tiyn == 7


def test_a_person_hears_of_each_stuck_task_once() -> None:
    """At ten minutes, not before; never of one whose payer is on the provider's page."""
    queue = PaymentQueue()
    queue.take_list([_task("P"), _task("Q")], now_s=0.0)
    _begin_all(queue, 0.0)
    queue.end_open("P/authorise", "no answer", now_s=1.0)
    queue.end_awaited("Q/authorise", now_s=1.0)
    assert queue.list_stuck(now_s=ALERT_S - 0.001) == []
    assert [each.task.key for each in queue.list_stuck(now_s=ALERT_S)] == ["P/authorise"]
    assert queue.list_stuck(now_s=2 * ALERT_S) == []
    assert not queue.mark_told("P/authorise")
    assert queue.mark_told("Q/authorise")
