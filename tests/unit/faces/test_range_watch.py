"""The watch over runs beside a service: what silences a link, and what must not end the watch."""

import numpy as np

from aspan.compose.service import AlertLine
from aspan.evidence.card import Limit
from aspan.evidence.limit_watch import LimitWatch
from aspan.faces.http.range_feeds import WatchedSeries
from aspan.faces.http.range_series import RunSeries
from aspan.faces.http.range_site import Chores

LINK = Limit(limit_id="link", channel="link", high=5.0)
HOUR_MS = 3_600_000


def test_a_link_is_lost_whatever_the_recorders_clock_says() -> None:
    """An hour ahead or behind, a recorder that falls silent is told after five seconds."""
    for ahead_ms in (HOUR_MS, -HOUR_MS, 0):
        now_ms = 10 * HOUR_MS
        watch = WatchedSeries(LimitWatch([LINK]), RunSeries(), lambda: 10 * HOUR_MS)
        at_ms = now_ms + ahead_ms + 100 * np.arange(20)
        assert watch.feed({"at_ms": at_ms, "sequence": np.arange(20)}) == []
        assert watch.tick(now_ms + 4_900) == []
        told = watch.tick(now_ms + 5_000)
        assert [(b.limit_id, b.at_ms) for b in told] == [("link", int(at_ms[-1]) + 5_000)]


def test_a_link_that_never_spoke_is_lost_from_the_begin_on() -> None:
    """Before the first row the silence counts from when the run began."""
    watch = WatchedSeries(LimitWatch([LINK], begun_at_ms=1_000), RunSeries(), lambda: 1_000)
    assert watch.tick(5_900) == []
    assert [b.limit_id for b in watch.tick(6_000)] == ["link"]


def test_a_chore_that_fails_ends_no_other_and_is_told_once() -> None:
    """Bad weather, or a fault nobody thought of, leaves the next chore and the next time alone."""
    line, done = AlertLine(), []
    chores = Chores(line)

    def fail() -> None:
        raise KeyError("no such site")

    for _ in range(3):
        chores.do(fail)
        chores.do(lambda: done.append(1))
    assert len(done) == 3
    assert [message for message in line.messages if "no such site" in message] == line.messages
    assert len(line.messages) == 1
