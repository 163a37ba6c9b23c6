"""The service: a loop in a thread of its own, and a way for others to look at it and to command it.

Only that thread touches engine, outside and log. Whoever wants to look hands it a question; it is
answered between two steps, after all that it could show is on disk. Nothing that is not on disk
is ever shown. Whoever commands hands it an order; it is carried out between two instants, stamped
with the clock's, and acknowledged when its events are on disk.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from math import inf
from threading import Event, Thread
from typing import TypeVar

import msgspec

from aspan.live.sqlite_log import SqliteLog
from aspan.live.wall_clock import WallClock
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.commands import Command, TakeAction
from aspan.operations.loop import Loop
from aspan.operations.records import ActionRecord
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_DAY, MS_PER_H

T = TypeVar("T")

FOREVER_MS = 1 << 53
"""An instant no service reaches."""

ANSWER_S_MAX = 5.0
"""Wall time a question waits; the longest step there is, the opening of a day, takes far less."""

QUESTIONS_MAX = 64
"""Most questions waiting at once, and most orders."""


class NotAnswered(RuntimeError):
    """The service has ended or has no time; the message says if nothing was done."""


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
        self._orders: deque[tuple[Future[object], Callable[[int], object]]] = deque()
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
        for waiting in (self._questions, self._orders):
            while waiting:
                waiting.popleft()[0].cancel()
        if self.ended is not None:
            self.ended()

    def _between(self) -> None:
        """Between two steps: carry out orders, keep, answer, tidy."""
        self._take_orders()
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

    def _take_orders(self) -> None:
        """Carry out what was ordered, unless an instant is only half worked off."""
        loop, state = self._loop, self._loop.engine.state
        while self._orders:
            next_ms = loop.find_next_ms()
            if next_ms is not None and next_ms <= state.now_ms:
                return
            at_ms = (
                self.clock.now_ms() if next_ms is None else min(self.clock.now_ms(), next_ms - 1)
            )
            answer, order = self._orders.popleft()
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                done = order(max(state.now_ms, at_ms))
                self.log.sync()
            except InvalidInput as error:
                answer.set_exception(error)
            except BaseException as error:
                answer.set_exception(error)
                raise
            else:
                answer.set_result(done)
                self.clock.interrupt()

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
        if not self._running.is_set() or len(self._orders) >= QUESTIONS_MAX:
            raise NotAnswered("the service takes no commands now")
        self._orders.append((answer, order))
        self.clock.nudge()
        try:
            return answer.result(ANSWER_S_MAX)  # type: ignore[return-value]  # it is the order's
        except CancelledError:
            raise NotAnswered("the service has ended") from None
        except TimeoutError:
            is_late = answer.cancel()
            done = "nothing was done" if is_late else "it is being done: ask again"
            raise NotAnswered(f"no answer within {ANSWER_S_MAX:g} s; {done}") from None

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
