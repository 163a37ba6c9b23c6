"""The worker of payments: does with the provider what the state says is owed, and reports it.

The tasks are a look at the state, their keys are made from what they name. Killed at any moment it
begins again from the state and asks for the same things with the same keys, so nothing is done
twice. It never decides what is owed; it reports what the provider's books say was done, also when
that is not what was asked last (a booking may have changed since an order that a crash left
unreported), and the engine settles the rest.

A webhook only makes it look at once. Not seen: what a provider does of its own accord, such as a
charge-back; a person sees it in the provider's statement.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Thread
from time import monotonic
from typing import Final

import msgspec

from aspan.live.payment_queue import AT_ONCE_MAX, PaymentQueue, Task
from aspan.operations.ports import (
    Notices,
    PaymentAnswer,
    PaymentAwaited,
    PaymentDeclined,
    PaymentDone,
    PaymentFound,
    PaymentProvider,
    PaymentUnknown,
)
from aspan.operations.sales import PaymentReport, ReportPayment
from aspan.primitives.ids import PaymentId

LOOK_S: Final = 0.5
"""Pause between two looks at the state when nobody calls."""

LOOK_S_MIN: Final = 0.05
"""Shortest pause between two looks, however often somebody calls: each costs the service time."""

_NAP_S_MIN: Final = 0.005
"""Shortest sleep of the thread; captures may fall due every hundredth of a second."""

_REPORTS: Final[dict[str, PaymentReport]] = {
    "authorise": "authorised",
    "capture": "captured",
    "void": "voided",
    "refund": "refunded",
}


class PaymentWorker:
    """A thread that looks for tasks, and a few that do them.

    Parameters
    ----------
    list_tasks
        Returns what is owed now; None if the service has no time to say.
    report
        Has a command handled under a cause; returns when its events are on disk. What it raises
        is told and tried again.
    """

    def __init__(
        self,
        provider: PaymentProvider,
        *,
        list_tasks: Callable[[], Sequence[Task] | None],
        report: Callable[[str, ReportPayment], object],
        notices: Notices,
        queue: PaymentQueue | None = None,
        now_s: Callable[[], float] = monotonic,
    ) -> None:
        self._provider = provider
        self._list_tasks = list_tasks
        self._report = report
        self._notices = notices
        self._queue = PaymentQueue() if queue is None else queue
        self._now_s = now_s
        self._changed = Condition()
        self._must_look = True
        self._is_stopped = False
        self._is_beyond_told = False
        self._redirects: dict[str, str] = {}
        self._pool = ThreadPoolExecutor(AT_ONCE_MAX, thread_name_prefix="payment")
        self._thread = Thread(target=self._run, name="payments", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, wait_s: float = 0.0) -> None:
        """Begin nothing more; wait so long for what is under way."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(wait_s)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def nudge(self, payment_id: str = "") -> None:
        """Look at the state now, and try what concerns this payment at once."""
        with self._changed:
            self._must_look = True
            if payment_id:
                self._queue.hurry(payment_id, now_s=self._now_s())
            self._changed.notify_all()

    def find_redirect(self, payment_id: str) -> str:
        """Return the page of the provider to which a payer must go; empty if to none now."""
        with self._changed:
            return self._redirects.get(payment_id, "")

    def _run(self) -> None:
        looked_s = self._now_s() - LOOK_S
        while not self._is_ended():
            now_s = self._now_s()
            if now_s - looked_s >= (LOOK_S_MIN if self._must_look else LOOK_S):
                looked_s = now_s
                self._look()
            self._begin_all()
            with self._changed:
                if self._is_ended():
                    return
                now_s = self._now_s()
                look_s = looked_s + (LOOK_S_MIN if self._must_look else LOOK_S)
                next_s = self._queue.find_next_s()
                until_s = look_s if next_s is None else min(look_s, next_s)
                # What is due and not begun waits for one under way, which wakes us when it ends.
                self._changed.wait(max(until_s - now_s, _NAP_S_MIN))

    def _is_ended(self) -> bool:
        return self._is_stopped

    def _look(self) -> None:
        """Ask the state what is owed, and tell a person what has been owed for too long."""
        with self._changed:
            self._must_look = False
        try:
            tasks = self._list_tasks()
        except Exception as error:  # the service's own troubles are not ours to end on
            self._notices.alert(f"payments: the service cannot say what is owed: {error}")
            return
        if tasks is None:
            return
        with self._changed:
            now_s = self._now_s()
            self._queue.take_list(tasks, now_s=now_s)
            stuck = self._queue.list_stuck(now_s=now_s)
            beyond = self._queue.beyond
            owed = {task.payment_id for task in tasks}
            self._redirects = {k: url for k, url in self._redirects.items() if k in owed}
        for waiting in stuck:
            age_s = now_s - waiting.since_s
            self._alert(waiting.task, f"not done for {age_s:.0f} s: {waiting.why}")
        if beyond and not self._is_beyond_told:
            self._notices.alert("payments: more tasks wait than can be worked on at once")
        self._is_beyond_told = beyond > 0

    def _begin_all(self) -> None:
        while True:
            with self._changed:
                task = None if self._is_stopped else self._queue.begin_next(now_s=self._now_s())
                if task is None:
                    return
                self._pool.submit(self._do, task)

    def _do(self, task: Task) -> None:
        """Do one task and report it; nothing that goes wrong here ends anything else."""
        try:
            self._take_answer(task, self._ask(task))
        except Exception as error:
            self._end_open(task, f"{type(error).__name__}: {error}")
        with self._changed:
            self._changed.notify_all()

    def _ask(self, task: Task) -> PaymentAnswer:
        provider, amount_tiyn = self._provider, task.amount_tiyn
        key, payment_id = task.key, task.payment_id
        match task.kind:
            case "authorise":
                return provider.authorise(
                    key=key, payment_id=payment_id, amount_tiyn=amount_tiyn, method=task.method
                )
            case "capture":
                return provider.capture(key=key, payment_id=payment_id, amount_tiyn=amount_tiyn)
            case "void":
                return provider.void(key=key, payment_id=payment_id, amount_tiyn=amount_tiyn)
            case _:
                return provider.refund(key=key, payment_id=payment_id, amount_tiyn=amount_tiyn)

    def _take_answer(self, task: Task, answer: PaymentAnswer) -> None:
        match answer:
            case PaymentDone(provider_ref=ref, amount_tiyn=amount_tiyn):
                done = _Truth(_REPORTS[task.kind], amount_tiyn, ref, task.key)
                self._tell_service(task, done)
            case PaymentAwaited(redirect_url=url):
                with self._changed:
                    self._queue.end_awaited(task.key, now_s=self._now_s())
                    self._redirects[task.payment_id] = url
            case PaymentDeclined(reason=reason, provider_ref=ref) if task.kind == "authorise":
                done = _Truth("declined", task.amount_tiyn, ref, task.key, reason)
                self._tell_service(task, done)
            case PaymentDeclined(reason=why):
                self._take_otherwise(task, f"the provider declines: {why}")
            case PaymentUnknown(why=why, is_mismatch=True):
                self._take_otherwise(task, why)
            case PaymentUnknown(why=why):
                self._end_open(task, why)

    def _take_otherwise(self, task: Task, why: str) -> None:
        """Report what the books say was done instead; a person is told either way."""
        with self._changed:
            is_news = self._queue.mark_told(task.key)
        if is_news:
            self._alert(task, why)
        found = self._provider.find(task.payment_id)
        truth = read_truth(task, found) if isinstance(found, PaymentFound) else None
        if truth is None:
            self._end_open(task, why)
        else:
            self._tell_service(task, truth)

    def _tell_service(self, task: Task, truth: "_Truth") -> None:
        began_s = self._now_s()
        command = ReportPayment(
            payment_id=PaymentId(task.payment_id),
            state=truth.state,
            amount_tiyn=truth.amount_tiyn,
            key=truth.key,
            provider_ref=truth.provider_ref,
            reason=truth.reason,
        )
        self._report(f"pay/{truth.key}/{truth.state}", command)
        with self._changed:
            self._queue.end_reported(task.key, took_s=self._now_s() - began_s)
            self._redirects.pop(task.payment_id, None)
            self._must_look = True  # what was done may be followed by something else

    def _end_open(self, task: Task, why: str) -> None:
        with self._changed:
            self._queue.end_open(task.key, why, now_s=self._now_s())

    def _alert(self, task: Task, why: str) -> None:
        what = f"{task.kind} of {task.amount_tiyn} tiyn, {task.key}"
        self._notices.alert(f"payment {task.payment_id}: {what}: {why}")


class _Truth(msgspec.Struct, frozen=True):
    """What was done with a payment, as the provider's books have it."""

    state: PaymentReport
    amount_tiyn: int
    provider_ref: str
    key: str
    reason: str = ""


def read_truth(task: Task, found: PaymentFound) -> _Truth | None:
    """Return what was done with a payment though it is not what was asked; None if nothing was.

    An order may have been done and never reported, and the booking changed meanwhile: then the
    same key asks for another amount, or a void is asked for where a capture was done. An
    authorisation is never taken so: its amount does not change.
    """
    if task.kind == "authorise" or found.payment_id != task.payment_id:
        return None
    for each in found.operations:
        is_asked = each.key == task.key and each.kind == task.kind
        is_before = each.kind != task.kind and {each.kind, task.kind} == {"capture", "void"}
        if each.state == "done" and (is_asked or is_before):
            return _Truth(_REPORTS[each.kind], each.amount_tiyn, found.provider_ref, each.key)
    return None
