"""The wall clock: stopping, pausing, nudging."""

from math import inf
from threading import Event, Thread

import pytest

from aspan.live.wall_clock import WallClock
from aspan.primitives.errors import InvalidInput


def test_stop_ends_a_wait() -> None:
    """A thread asleep for a year comes back with False when the clock is stopped."""
    clock = WallClock(0, speed=1.0)
    asleep, answers = Event(), list[bool]()
    clock.between = asleep.set
    thread = Thread(target=lambda: answers.append(clock.wait_until(31_536_000_000)))
    thread.start()
    assert asleep.wait(10)
    clock.stop()
    thread.join(10)
    assert answers == [False]
    assert not clock.wait_until(0)


def test_nudge_calls_between_during_a_wait() -> None:
    """A nudge makes the sleeping thread call `between` again, and sleep on."""
    clock = WallClock(0, speed=1.0)
    first, second = Event(), Event()
    clock.between = lambda: second.set() if first.is_set() else first.set()
    thread = Thread(target=clock.wait_until, args=(31_536_000_000,))
    thread.start()
    assert first.wait(10)
    clock.nudge()
    assert second.wait(10)
    assert thread.is_alive()
    clock.stop()
    thread.join(10)


def test_a_paused_clock_stands_still() -> None:
    """While paused the instant does not move; resumed, the wait comes to its end."""
    clock = WallClock(0, speed=1e9)
    clock.pause()
    asleep, done = Event(), Event()
    clock.between = asleep.set
    thread = Thread(target=lambda: done.set() if clock.wait_until(1000) else None)
    thread.start()
    assert asleep.wait(10)
    assert clock.is_paused
    assert clock.now_ms() == 0
    assert not done.is_set()
    clock.resume()
    assert done.wait(10)
    thread.join(10)
    assert clock.now_ms() == 1000


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_a_speed_that_goes_nowhere_is_refused(speed: float) -> None:
    """A speed of nothing, backwards or no number is bad input that names the option."""
    with pytest.raises(InvalidInput, match="--speed"):
        WallClock(0, speed=speed)


def test_full_speed_never_sleeps() -> None:
    """With an infinite speed a year passes at once."""
    clock = WallClock(0, speed=inf)
    assert clock.wait_until(31_536_000_000)
    assert clock.now_ms() == 31_536_000_000
