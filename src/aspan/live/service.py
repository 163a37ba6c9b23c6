"""The service: a loop in a thread of its own, and a way for others to look at it and to command it.

Only that thread touches engine, outside and log. Whoever wants to look hands it a question; it is
answered between two steps, after all that it could show is on disk. Nothing that is not on disk
is ever shown. Whoever commands hands it an order; it is carried out between two instants, stamped
with the clock's, and acknowledged when its events are on disk. Orders that wait together share
one commit (`orders.py`); after each such batch what is due has its turn.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from math import inf
from threading import Event, Thread
from time import monotonic
from typing import TypeVar

import msgspec

from aspan.live.orders import (
    ANSWER_S_MAX,
    BATCH_ORDERS_MAX,
    BATCH_S_MAX,
    Done,
    NotAnswered,
    Order,
    Orders,
    Outcome,
    answer_all,
    carry_out,
    look,
    settle,
    wait_for,
)
from aspan.live.sqlite_log import SqliteLog
from aspan.live.wall_clock import WallClock
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.commands import Command, TakeAction
from aspan.operations.engine import Engine
from aspan.operations.loop import Loop
from aspan.operations.records import ActionRecord
from aspan.primitives.units import MS_PER_DAY, MS_PER_H

T = TypeVar("T")

FOREVER_MS = 1 << 53
"""An instant no service reaches."""

QUESTIONS_MAX = 64
"""Most questions waiting at once."""

Read = Callable[[Engine, list[ev.Event]], T]
"""Looks at the engine right after a command, given the command's events; changes nothing."""

__all__ = ["FOREVER_MS", "Answer", "NotAnswered", "Read", "Service"]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an action; `is_repeated` if its key had been used for it before."""

    record: ActionRecord
    is_repeated: bool


class Service:
    """Runs a loop on a wall clock until an instant, until stopped, or until it breaks.

    Parameters
    ----------
    until_ms
        Where it ends by itself. Never if None.
    leap_ms
        Up to where it goes as fast as it can, whatever the clock's speed.
    tidy
        Called once a service hour with the instant a day before: what is older may be forgotten.
    ended
        Called in the service's thread when it has ended, for whatever reason.

    Attributes
    ----------
    failure
        What ended it, if it was not asked to end.
    """

    def __init__(
        self,
        loop: Loop,
        clock: WallClock,
        log: SqliteLog,
        *,
        until_ms: int | None = None,
        leap_ms: int = 0,
        tidy: Callable[[int], None] | None = None,
        ended: Callable[[], None] | None = None,
    ) -> None:
        self.clock = clock
        self.log = log
        self.ended = ended
        self.failure: BaseException | None = None
        self._loop = loop
        self._until_ms = FOREVER_MS if until_ms is None else until_ms
        self._leap_ms = leap_ms
        self._tidy = tidy
        self._tidied_ms = clock.now_ms()
        self._questions: deque[tuple[Future[object], Callable[[], object]]] = deque()
        self._orders = Orders()
        self._served_at = -1
        self._thread = Thread(target=self._run, name="engine", daemon=True)
        self._running = Event()
        clock.between = self._between

    def start(self) -> None:
        """Leap to where the clock's pace begins, then go on in a thread.

        A speed that the desk has ordered holds on, whatever the clock was begun with.
        What is due at the very first instant is done before: whoever looks sees an opened service,
        never one that is about to open.
        """
        first_ms = max(self.clock.now_ms() + 1, self._leap_ms)
        pace = self.clock.speed
        self.clock.set_speed(inf)
        self._loop.run(min(first_ms, self._until_ms))
        ordered = self._loop.engine.state.pace
        self.clock.set_speed(pace if ordered is None else ordered)
        if self._loop.engine.state.is_paused:
            self.clock.pause()
        self._running.set()
        self._thread.start()

    def stop(self, wait_s: float | None = None) -> None:
        """End after the step at hand, with everything on disk; return when it has."""
        self.clock.stop()
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def wait(self) -> None:
        """Return when it has ended by itself."""
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._loop.run(self._until_ms) and not self.clock.is_stopped:
                pass  # an order changed what is due next
        except BaseException as error:
            self.failure = error
        self._running.clear()
        while self._questions:
            self._questions.popleft()[0].cancel()
        self._orders.drop()
        if self.ended is not None:
            self.ended()

    def _between(self) -> None:
        """Between two steps: carry out orders, keep, answer, tidy."""
        self._serve_orders()
        if self.clock.speed < inf or self._questions:
            self.log.sync()
        while self._questions:
            answer, question = self._questions.popleft()
            try:
                answer.set_result(question())
            except BaseException as error:
                answer.set_exception(error)
        at_ms = self.clock.now_ms()
        if self._tidy is not None and at_ms - self._tidied_ms >= MS_PER_H:
            self._tidied_ms = at_ms
            self._tidy(at_ms - MS_PER_DAY)

    def find_answer(self, question: Callable[[], T]) -> T | None:
        """Return what a question finds between two steps; None if there is no time to answer it.

        Before the service has begun and once it has ended it is answered at once: nothing moves.
        """
        if not self._running.is_set():
            return question()
        if len(self._questions) >= QUESTIONS_MAX:
            return None
        answer: Future[object] = Future()
        self._questions.append((answer, question))
        self.clock.nudge()
        if not self._running.is_set():
            return question()
        try:
            return answer.result(ANSWER_S_MAX)  # type: ignore[return-value]  # it is the question's
        except (TimeoutError, CancelledError):
            return None

    def _serve_orders(self) -> None:
        """Carry out a batch of what was ordered, keep it, and tell whoever waits for it.

        If an order breaks the engine, what was done before it is kept and answered all the same.
        """
        if not self._orders or self._is_step_owed():
            return
        batch: list[tuple[Order, Outcome]] = []
        try:
            self._take_orders(batch)
        finally:
            try:
                self.log.sync()
            except BaseException as error:
                batch = [(order, Outcome(fault=error)) for order, _ in batch]
                raise
            finally:
                answer_all(batch)
        self._served_at = self.clock.instants
        self.clock.interrupt()

    def _is_step_owed(self) -> bool:
        """Say whether something is due that has had no turn since the last batch."""
        next_ms = self._loop.find_next_ms()
        has_waited = self.clock.instants == self._served_at
        return has_waited and next_ms is not None and self.clock.is_due(next_ms)

    def _take_orders(self, batch: list[tuple[Order, Outcome]]) -> None:
        """Carry out what was ordered, up to the limits of a batch; note what came of it.

        An instant that is only half worked off is worked off before the next order.
        """
        loop, state = self._loop, self._loop.engine.state
        until_s = monotonic() + BATCH_S_MAX
        while self._orders and len(batch) < BATCH_ORDERS_MAX and monotonic() < until_s:
            next_ms = loop.find_next_ms()
            if next_ms is not None and next_ms <= state.now_ms:
                loop.step(next_ms)
                continue
            order = self._orders.take()
            if order is None:
                return
            now_ms = self.clock.now_ms()
            at_ms = now_ms if next_ms is None else min(now_ms, next_ms - 1)
            try:
                outcome = carry_out(order, max(state.now_ms, at_ms))
            except BaseException as error:
                batch.append((order, Outcome(fault=error)))
                raise
            if outcome is not None:
                batch.append((order, outcome))

    def _take(self, cause: str, command: Command, at_ms: int) -> list[ev.Event]:
        """Handle a command, and do with the clock what it orders."""
        events = self._loop.take(cause, command, at_ms=at_ms)
        for event in events:
            match event:
                case ev.ActionTaken(action=act.SetPace(speed=speed)):
                    self.clock.set_speed(speed)
                case ev.ActionTaken(action=act.Pause()):
                    self.clock.pause()
                case ev.ActionTaken(action=act.Resume()):
                    self.clock.resume()
                case _:
                    pass
        return events

    def _order(self, order: Callable[[int], T]) -> T:
        answer: Future[object] = Future()
        self._add(
            lambda at_ms: Outcome(order(at_ms)),
            settle,
            answer,
            answer.set_running_or_notify_cancel,
        )
        return wait_for(answer)  # type: ignore[return-value]  # it is the order's

    def _add(
        self,
        run: Callable[[int], Outcome],
        done: Done,
        mark: object,
        begin: Callable[[], bool],
    ) -> None:
        if not self._running.is_set():
            raise NotAnswered("the service takes no commands now")
        self._orders.add(run, done, mark, begin)
        self.clock.nudge()
        if not self._running.is_set():
            self._orders.drop()

    def submit(self, cause: str, command: Command) -> list[ev.Event]:
        """Have a command handled now; return its events, which are on disk.

        From any thread. `InvalidInput` as the engine raises it, `NotAnswered` if it has no time.

        Parameters
        ----------
        cause
            Key under which the log names it, unique in the service.
        """
        return self._order(lambda at_ms: self._take(cause, command, at_ms))

    def take_action(self, command: TakeAction) -> Answer:
        """Have an action of the desk taken or refused, once for its key; it is on disk then."""
        state = self._loop.engine.state

        def order(at_ms: int) -> Answer:
            is_repeated = command.key in state.actions
            self._take(f"action/{command.key}", command, at_ms)
            return Answer(record=state.actions[command.key], is_repeated=is_repeated)

        return self._order(order)

    def submit_soon(
        self,
        cause: str,
        command: Command,
        done: Done,
        mark: object,
        *,
        read: Read[object] | None = None,
        begin: Callable[[], bool] = lambda: True,
    ) -> None:
        """Have a command handled, and return at once; `done` is told when its events are on disk.

        From any thread. `NotAnswered` if too many orders wait, or the service has ended.

        Parameters
        ----------
        done, mark
            `done` is called in the service's thread, once a batch, with the mark and the outcome
            of each order that named it. It must be quick, and must not raise.
        read
            What the outcome shows of the state right after the command. Its events if None.
        begin
            Asked, in the service's thread, whether the order is still wanted.
        """

        def run(at_ms: int) -> Outcome:
            events = self._take(cause, command, at_ms)
            return Outcome(events) if read is None else look(lambda: read(engine, events))

        engine = self._loop.engine
        self._add(run, done, mark, begin)

    def ask_soon(
        self, question: Callable[[], object], done: Done, mark: object, *, begin: Callable[[], bool]
    ) -> None:
        """Have a question answered in its turn among the orders; return at once.

        What it shows is on disk when `done` is told. Parameters as for `submit_soon`.
        """
        self._add(lambda _: look(question), done, mark, begin)
