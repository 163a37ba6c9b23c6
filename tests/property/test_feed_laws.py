"""Laws of feeds: written and read back they are the same; spoilt ones are a feed or bad input."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.feed import Feed
from aspan.world.readers.gtfs import check_feed, read_feed
from aspan.world.readers.timetable import build_timetable
from feed_spoiling import RICH, spoil
from feed_texts import write_back, zipped

METRO = Path(__file__).parents[2] / "cities" / "alatau" / "feeds" / "almaty_metro.zip"
KEPT = (
    "feed_id", "time_zone", "agencies", "stops", "routes", "services", "trips", "frequencies",
    "transfers", "pathways", "levels", "info",
)  # fmt: skip


def assert_same(first: Feed, second: Feed) -> None:
    """Compare two feeds in everything but notices."""
    for name in KEPT:
        assert getattr(first, name) == getattr(second, name), name
    for name in first.stop_times.__struct_fields__:
        column = getattr(first.stop_times, name)
        assert np.array_equal(column, getattr(second.stop_times, name)), name


@pytest.mark.parametrize("source", [METRO, zipped(RICH)], ids=["metro", "every file"])
def test_a_feed_written_and_read_back_is_the_same(source: bytes | Path) -> None:
    """All that a feed keeps survives being written as GTFS and read again."""
    feed = read_feed(source)
    assert_same(feed, read_feed(zipped(write_back(feed))))


def test_drawn_feeds_written_and_read_back_are_the_same() -> None:
    """As above, for those of 120 spoilt feeds that are still feeds."""
    count = 0
    for number in range(120):
        try:
            feed = read_feed(spoil(number))
        except InvalidInput:
            continue
        count += 1
        assert_same(feed, read_feed(zipped(write_back(feed))))
    assert count > 20


def look_at(numbers: range) -> int:
    """Read, check and use spoilt feeds; return how many were still feeds."""
    whole = 0
    for number in numbers:
        data = spoil(number)
        problems = check_feed(data)
        try:
            feed = read_feed(data)
        except InvalidInput:
            assert any(problem.is_fatal for problem in problems), number
            continue
        whole += 1
        assert not any(problem.is_fatal for problem in problems), number
        build_timetable([feed], date(2026, 9, 4), "Asia/Almaty", price_defaults={})
    return whole


def test_a_spoilt_feed_is_a_feed_or_bad_input() -> None:
    """Of 200 spoilt feeds none gives another error, and check and read agree on each."""
    assert 20 < look_at(range(200)) < 180
