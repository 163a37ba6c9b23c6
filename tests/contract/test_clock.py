"""What every clock keeps of its promise: the one that leaps and the one that sleeps."""

from math import inf

import pytest

from aspan.live.wall_clock import WallClock
from aspan.operations.ports import Clock
from aspan.twin.clock import LeapingClock
from contract.logs import START_MS


class ClockContract:
    """The port `Clock`; a subclass says which form is tried."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Return a clock at `START_MS`."""
        raise NotImplementedError

    def test_starts_where_it_is_told(self, clock: Clock) -> None:
        """A clock nobody has waited on shows the instant it was made with."""
        assert clock.now_ms() == START_MS

    def test_waits_until_the_instant_and_not_beyond(self, clock: Clock) -> None:
        """After a wait the clock shows exactly the instant waited for, however late it came."""
        assert clock.wait_until(START_MS + 1500)
        assert clock.now_ms() == START_MS + 1500

    def test_an_instant_already_past_is_no_wait(self, clock: Clock) -> None:
        """Waiting for an instant that has passed succeeds at once and turns nothing back."""
        clock.wait_until(START_MS + 2000)
        assert clock.wait_until(START_MS + 1000)
        assert clock.now_ms() == START_MS + 2000


class TestLeapingClock(ClockContract):
    """The twin's clock."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Return a clock that leaps."""
        return LeapingClock(START_MS)


class TestWallClock(ClockContract):
    """The wall's clock, a hundred thousand times as fast."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Return a clock that sleeps 10 microseconds a second."""
        return WallClock(START_MS, speed=100_000.0)


class TestWallClockAtFullSpeed(ClockContract):
    """The wall's clock, as fast as it can."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Return a clock that leaps."""
        return WallClock(START_MS, speed=inf)
