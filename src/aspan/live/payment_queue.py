"""What is owed to or by the provider, in the order in which it is done, and when it is tried again.

Pure bookkeeping on wall seconds told from outside; the thread that uses it is in
`payment_worker.py`. Nothing here is kept: the tasks are in the state, and a new queue is filled
from it.
"""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Final, Protocol

import msgspec

from aspan.live.payment_http import find_back_off_s

TASKS_MAX: Final = 1_000
"""Most tasks known at once; the rest wait in the state until some of these are done."""

AT_ONCE_MAX: Final = 16
"""Tasks under way at once."""

CAPTURES_AT_ONCE_MAX: Final = 2
"""Captures under way at once: they are never urgent, and each costs the service a command."""

CAPTURES_PER_S_MAX: Final = 100.0
"""Captures begun a second, at most. Assumed: a fifth of the bookings that a service must take, so
that what was sold in a minute is captured within five."""

REPORT_SHARE: Final = 4.0
"""A capture waits this many times as long as the service last took for a report: when it is busy
with bookings, captures yield."""

RETRY_S: Final = 1.0
"""First pause of a task nobody could say anything about; each is twice the one before."""

RETRY_S_MAX: Final = 60.0

AWAITED_S_MAX: Final = 15.0
"""Longest pause between two looks at a payment whose payer is on the provider's page."""

ALERT_S: Final = 600.0
"""Age at which a person is told of a task that will not be done. Assumed: ten minutes."""

_KINDS: Final = ("authorise", "refund", "void", "awaited", "capture")
"""Somebody waits for an authorisation; a refund is somebody's money; who is on the provider's page
is not done there; a capture is ours."""


class Task(Protocol):
    """Something owed to or by the provider; `operations.payments.PaymentTask`, or alike."""

    @property
    def key(self) -> str:
        """Idempotency key to ask for it with."""
        ...

    @property
    def payment_id(self) -> str:
        """Which payment it is of."""
        ...

    @property
    def kind(self) -> str:
        """What is to be done: authorise, capture, void or refund."""
        ...

    @property
    def amount_tiyn(self) -> int:
        """How much."""
        ...

    @property
    def method(self) -> str:
        """How the payer pays."""
        ...


class Waiting(msgspec.Struct, kw_only=True):
    """A task and how it goes with it.

    Parameters
    ----------
    since_s
        When it was first seen here, or when its payer was last known to be on the provider's page.
    reported_round
        Listing in which it may last appear, since it has been reported. Not reported if None.
    """

    task: Task
    since_s: float
    next_s: float
    tries: int = 0
    is_under_way: bool = False
    is_awaited: bool = False
    is_told: bool = False
    why: str = ""
    reported_round: int | None = None


class PaymentQueue:
    """The tasks, which of them is next, and which a person must hear of."""

    def __init__(
        self,
        *,
        seed: int = 1,
        tasks_max: int = TASKS_MAX,
        at_once_max: int = AT_ONCE_MAX,
        captures_per_s_max: float = CAPTURES_PER_S_MAX,
        alert_s: float = ALERT_S,
    ) -> None:
        self.beyond = 0
        self.round = 0
        self._seed = seed
        self._tasks_max = tasks_max
        self._at_once_max = at_once_max
        self._capture_pace_s = 1.0 / captures_per_s_max
        self._alert_s = alert_s
        self._known: dict[str, Waiting] = {}
        self._heaps: dict[str, list[tuple[float, str]]] = {kind: [] for kind in _KINDS}
        self._busy: set[str] = set()
        self._captures = 0
        self._next_capture_s = 0.0
        self._report_s = 0.0

    def __len__(self) -> int:
        """Return the number of tasks known."""
        return len(self._known)

    def take_list(self, tasks: Iterable[Task], *, now_s: float) -> None:
        """Take in what the state says is owed now; what it no longer says is done with."""
        self.round += 1
        listed = {task.key: task for task in tasks}
        for key, waiting in list(self._known.items()):
            if key not in listed:
                if not waiting.is_under_way:
                    del self._known[key]
            elif not waiting.is_under_way:
                waiting.task = listed[key]  # the amount may have changed since
                if waiting.reported_round is not None and self.round > waiting.reported_round:
                    waiting.reported_round = None
                    self._put_off(waiting, "the service did not take the report", now_s=now_s)
        new = [task for key, task in listed.items() if key not in self._known]
        new.sort(key=lambda task: _KINDS.index(task.kind))
        room = max(0, self._tasks_max - len(self._known))
        self.beyond = max(0, len(new) - room)
        for task in new[:room]:
            self._known[task.key] = waiting = Waiting(task=task, since_s=now_s, next_s=now_s)
            self._set_next(waiting, now_s)

    def hurry(self, payment_id: str, *, now_s: float) -> None:
        """Try what concerns a payment at once: something seems to have changed about it."""
        for waiting in self._known.values():
            if waiting.task.payment_id == payment_id and waiting.next_s > now_s:
                waiting.is_awaited = False
                self._set_next(waiting, now_s)

    def begin_next(self, *, now_s: float) -> Task | None:
        """Return the task to do now, which is under way from now on; None if there is none."""
        if len(self._busy) >= self._at_once_max:
            return None
        for kind in _KINDS:
            if kind == "capture" and not self._may_capture(now_s):
                continue
            waiting = self._pop_due(kind, now_s)
            if waiting is None:
                continue
            waiting.is_under_way = True
            self._busy.add(waiting.task.payment_id)
            if kind == "capture":
                self._captures += 1
                pause_s = max(self._capture_pace_s, REPORT_SHARE * self._report_s)
                self._next_capture_s = now_s + pause_s
            return waiting.task
        return None

    def _pop_due(self, kind: str, now_s: float) -> Waiting | None:
        """Return the first task of a kind that is due and whose payment is free."""
        heap, busy = self._heaps[kind], []
        found = None
        while heap and heap[0][0] <= now_s and found is None:
            next_s, key = heappop(heap)
            waiting = self._known.get(key)
            if waiting is None or waiting.next_s != next_s or waiting.is_under_way:
                continue  # an entry of before; the present one stands elsewhere
            if waiting.reported_round is not None:
                continue
            if waiting.task.payment_id in self._busy:
                busy.append((next_s, key))
            else:
                found = waiting
        for entry in busy:
            heappush(heap, entry)
        return found

    def _may_capture(self, now_s: float) -> bool:
        return self._captures < CAPTURES_AT_ONCE_MAX and now_s >= self._next_capture_s

    def find_next_s(self) -> float | None:
        """Return when a task falls due next; None if none is waiting for its time."""
        times = [heap[0][0] for kind, heap in self._heaps.items() if heap and kind != "capture"]
        captures = self._heaps["capture"]
        if captures and self._captures < CAPTURES_AT_ONCE_MAX:
            times.append(max(captures[0][0], self._next_capture_s))
        return min(times, default=None)

    def _set_next(self, waiting: Waiting, next_s: float) -> None:
        waiting.next_s = next_s
        kind = "awaited" if waiting.is_awaited else waiting.task.kind
        heappush(self._heaps[kind], (next_s, waiting.task.key))

    def end_reported(self, key: str, *, took_s: float) -> None:
        """Note that a task was done and the service has it on disk, and how long that took."""
        self._report_s = took_s
        waiting = self._end(key)
        if waiting is not None:
            waiting.reported_round = self.round + 1
            waiting.is_awaited = False

    def end_awaited(self, key: str, *, now_s: float) -> None:
        """Note that the payer is on the provider's page; look again in a while."""
        waiting = self._end(key)
        if waiting is not None:
            waiting.is_awaited = True
            waiting.since_s = now_s
            self._put_off(waiting, "", now_s=now_s, most_s=AWAITED_S_MAX)

    def end_open(self, key: str, why: str, *, now_s: float) -> None:
        """Note that nobody knows what became of a task; it is tried again with the same key."""
        waiting = self._end(key)
        if waiting is not None:
            waiting.is_awaited = False
            self._put_off(waiting, why, now_s=now_s)

    def _end(self, key: str) -> Waiting | None:
        waiting = self._known.get(key)
        if waiting is None or not waiting.is_under_way:
            return None
        waiting.is_under_way = False
        self._busy.discard(waiting.task.payment_id)
        if waiting.task.kind == "capture":
            self._captures -= 1
        return waiting

    def _put_off(
        self, waiting: Waiting, why: str, *, now_s: float, most_s: float = RETRY_S_MAX
    ) -> None:
        waiting.why = why
        waiting.tries += 1
        pause_s = find_back_off_s(
            self._seed, waiting.task.key, waiting.tries, first_s=RETRY_S, most_s=most_s
        )
        self._set_next(waiting, now_s + pause_s)

    def list_stuck(self, *, now_s: float) -> list[Waiting]:
        """Return, once each, the tasks that are too old for nobody to look at them."""
        stuck = [
            waiting
            for waiting in self._known.values()
            if not waiting.is_told
            and not waiting.is_awaited
            and waiting.why
            and now_s - waiting.since_s >= self._alert_s
        ]
        for waiting in stuck:
            waiting.is_told = True
        return sorted(stuck, key=lambda waiting: waiting.task.key)

    def mark_told(self, key: str) -> bool:
        """Note that a person is told of a task; False if one has been already."""
        waiting = self._known.get(key)
        if waiting is None or waiting.is_told:
            return False
        waiting.is_told = True
        return True
