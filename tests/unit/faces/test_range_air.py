"""The air of a run that is late, and the clock that orders over HTTP are looked at by."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aspan.compose.service import AlertLine
from aspan.evidence.line_traffic import TrafficGranted, TrafficRefused
from aspan.evidence.site_store import SiteStore
from aspan.faces.http.range_air import AHEAD_MS, MORE_MS, HeldAir
from aspan.faces.http.range_view import site_instant
from aspan.primitives.ids import GeozoneId
from aspan.primitives.units import MS_PER_H
from ranging import FROM_MS, REQUIREMENTS, small_range
from unit.evidence.test_recorded_run import StoredTown

UNTIL_MS = FROM_MS + 2 * MS_PER_H


class Spans:
    """Line traffic that keeps out, or not, and remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, int]] = []
        self.refusal = ""

    def reserve(
        self, zone_ids: tuple[GeozoneId, ...], from_ms: int, until_ms: int, key: str
    ) -> TrafficGranted | TrafficRefused:
        """Keep a span, or refuse it."""
        if self.refusal:
            return TrafficRefused(detail=self.refusal)
        self.kept.append((from_ms, until_ms))
        return TrafficGranted()

    def holds(self, key: str) -> bool:
        """Say yes."""
        return True

    def free(self, key: str) -> None:
        """Do nothing."""


@pytest.fixture
def late(tmp_path: Path) -> Iterator[tuple[StoredTown, Spans]]:
    """Return a town whose run is under way, and the line traffic beside it."""
    town = StoredTown(tmp_path / "small.range")
    town.begin()
    town.store.close()
    traffic = Spans()
    town.store = SiteStore(tmp_path / "small.range", small_range(), REQUIREMENTS, traffic=traffic)
    town.site = town.store.site
    yield town, traffic
    town.store.close()


def test_the_air_of_a_late_run_is_kept_without_a_hole(late: tuple[StoredTown, Spans]) -> None:
    """Minutes before the slot ends more is asked for, again and again, until the run has ended."""
    town, traffic = late
    now, line = [UNTIL_MS - AHEAD_MS - 1], AlertLine()
    air = HeldAir(town.store, now_ms=lambda: now[0], notices=line)
    air.tick()
    assert traffic.kept == []
    for instant in range(now[0] + 1, UNTIL_MS + 25 * 60_000, 30_000):
        now[0] = instant
        air.tick()
    assert traffic.kept[0] == (UNTIL_MS, UNTIL_MS + MORE_MS)
    assert all(a[1] == b[0] for a, b in zip(traffic.kept, traffic.kept[1:], strict=False))
    assert traffic.kept[-1][1] >= now[0]
    assert len(line.messages) == len(traffic.kept)
    town.now_ms = now[0]
    town.end()
    now[0] += MS_PER_H
    kept = list(traffic.kept)
    air.tick()
    assert traffic.kept == kept


def test_people_are_told_where_the_line_comes_through(late: tuple[StoredTown, Spans]) -> None:
    """A refusal is said with its reason."""
    town, traffic = late
    traffic.refusal = "zone_busy S12"
    line = AlertLine()
    HeldAir(town.store, now_ms=lambda: UNTIL_MS, notices=line).tick()
    assert "NOT kept" in line.messages[0]
    assert "zone_busy S12" in line.messages[0]


def test_a_log_of_another_clock_is_no_clock() -> None:
    """A moment ahead is followed; hours ahead are not taken for the time."""
    assert site_instant(1_000, 500) == 1_000
    assert site_instant(1_000, 1_500) == 1_500
    assert site_instant(1_000, MS_PER_H) == 1_000
