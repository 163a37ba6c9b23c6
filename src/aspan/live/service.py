"""The service: a loop in a thread of its own, and a way for others to look at what it holds.

Only that thread touches engine, outside and log. Whoever wants to look hands it a question; it is
answered between two steps, after all that it could show is on disk. Nothing that is not on disk
is ever shown.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from math import inf
from threading import Event, Thread
from typing import TypeVar

from aspan.live.sqlite_log import SqliteLog
from aspan.live.wall_clock import WallClock
from aspan.operations.loop import Loop
from aspan.primitives.units import MS_PER_DAY, MS_PER_H

T = TypeVar("T")

FOREVER_MS = 1 << 53
"""An instant no service reaches."""

ANSWER_S_MAX = 5.0
"""Wall time a question waits; the longest step there is, the opening of a day, takes far less."""

QUESTIONS_MAX = 64
"""Most questions waiting at once."""


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
        self._thread = Thread(target=self._run, name="engine", daemon=True)
        self._running = Event()
        clock.between = self._between

    def start(self) -> None:
        """Leap to where the clock's pace begins, then go on in a thread.

        What is due at the very first instant is done before: whoever looks sees an opened service,
        never one that is about to open.
        """
        first_ms = max(self.clock.now_ms() + 1, self._leap_ms)
        pace = self.clock.speed
        self.clock.set_speed(inf)
        self._loop.run(min(first_ms, self._until_ms))
        self.clock.set_speed(pace)
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
            self._loop.run(self._until_ms)
        except BaseException as error:
            self.failure = error
        self._running.clear()
        while self._questions:
            self._questions.popleft()[0].cancel()
        if self.ended is not None:
            self.ended()

    def _between(self) -> None:
        """Between two steps: keep, answer, tidy."""
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
