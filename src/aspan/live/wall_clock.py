"""The wall clock: the service's time as a multiple of the wall's, asleep until something is due."""

from math import inf
from threading import Condition
from time import monotonic
from typing import TYPE_CHECKING

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

LAG_S_MAX = 2.0
"""Wall time the clock may be behind before it stops catching up: the machine slept, or is slow."""

NAP_S_MAX = 3600.0
"""Longest single sleep; longer ones are made of several."""


class WallClock:
    """The live form of `Clock`. One thread waits on it; any may look at it, pause or stop it.

    It never shows an instant beyond the one waited for: what the service has not worked off has
    not happened yet.

    Parameters
    ----------
    at_ms
        Instant it starts from, at once.
    speed
        Service time over wall time, above 0; infinite to leap.

    Attributes
    ----------
    between
        Called by the waiting thread before each wait and whenever `nudge` wakes it.
    instants
        How many instants were waited for and reached.
    """

    def __init__(self, at_ms: int, *, speed: float = 1.0) -> None:
        if not speed > 0.0:
            raise InvalidInput("--speed", speed, "a factor above 0, or max")
        self.speed = speed
        self.between: Callable[[], None] | None = None
        self.instants = 0
        self._changed = Condition()
        self._anchor_ms = at_ms
        self._anchor_s = monotonic()
        self._limit_ms = at_ms
        self._is_paused = False
        self._is_stopped = False
        self._is_nudged = False
        self._is_interrupted = False

    @property
    def is_stopped(self) -> bool:
        """Whether the waiting has ended for good."""
        return self._is_stopped

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still."""
        return self._is_paused

    def now_ms(self) -> int:
        """Return the service's present instant."""
        with self._changed:
            return min(self._reached_ms(), self._limit_ms)

    def _reached_ms(self) -> int:
        if self._is_paused:
            return self._anchor_ms
        if self.speed == inf:
            return self._limit_ms
        passed_s = monotonic() - self._anchor_s
        return self._anchor_ms + int(passed_s * self.speed * MS_PER_S)

    def wait_until(self, at_ms: int) -> bool:
        """Sleep until an instant, or leap there; False once interrupted, or stopped for good."""
        while True:
            with self._changed:
                self._is_nudged = False
            if self.between is not None:
                self.between()
            with self._changed:
                while not self._is_nudged:
                    if self._is_stopped or self._is_interrupted:
                        self._is_interrupted = False
                        return False
                    self._limit_ms = max(self._limit_ms, at_ms)
                    left_s = self._left_s(at_ms)
                    if left_s <= 0.0:
                        self._slip(at_ms)
                        self.instants += 1
                        return True
                    self._changed.wait(min(left_s, NAP_S_MAX))

    def is_due(self, at_ms: int) -> bool:
        """Say whether the wall has reached an instant, even if the service has yet to."""
        with self._changed:
            return self._left_s(at_ms) <= 0.0

    def _left_s(self, at_ms: int) -> float:
        """Return the wall time until an instant; at most 0 when it is reached."""
        if self._is_paused:
            return NAP_S_MAX
        if self.speed == inf:
            return 0.0
        passed_s = monotonic() - self._anchor_s
        return (at_ms - self._anchor_ms) / (self.speed * MS_PER_S) - passed_s

    def _slip(self, at_ms: int) -> None:
        """Go on from an instant reached much too late, rather than rush after the wall."""
        if self.speed < inf and self._left_s(at_ms) < -LAG_S_MAX:
            self._anchor_ms, self._anchor_s = at_ms, monotonic()

    def set_speed(self, speed: float) -> None:
        """Go on from the present instant at another speed."""
        if not speed > 0.0:
            raise InvalidInput("--speed", speed, "a factor above 0, or max")
        with self._changed:
            self._anchor_ms = min(self._reached_ms(), self._limit_ms)
            self._anchor_s = monotonic()
            self.speed = speed
            self._changed.notify_all()

    def pause(self) -> None:
        """Stand still at the present instant."""
        with self._changed:
            self._anchor_ms = min(self._reached_ms(), self._limit_ms)
            self._is_paused = True
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on from where the clock stands."""
        with self._changed:
            if self._is_paused:
                self._is_paused = False
                self._anchor_s = monotonic()
                self._changed.notify_all()

    def nudge(self) -> None:
        """Make the waiting thread call `between` now."""
        with self._changed:
            self._is_nudged = True
            self._changed.notify_all()

    def interrupt(self) -> None:
        """Let the waiting thread look anew at what it waits for."""
        with self._changed:
            self._is_interrupted = True
            self._changed.notify_all()

    def stop(self) -> None:
        """End the waiting, for good."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()
