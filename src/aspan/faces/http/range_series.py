"""The latest telemetry of a run, kept in memory for strip charts: a bounded window of rows.

What is recorded goes to disk by its own way (`evidence.telemetry`); this is only what a page that
follows a run is shown, thinned to `RATE_HZ_MAX` rows a second.
"""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S
from aspan.world.telemetry import CHANNEL_BY_NAME

Rows = Mapping[str, NDArray[Any]]

RATE_HZ_MAX: Final = 5
"""Rows a second that a strip chart is given."""

ROWS_MAX: Final = 3 * 3_600 * RATE_HZ_MAX
"""Three hours; the longest card takes less than one."""

ANSWER_ROWS_MAX: Final = 4_000
"""In one answer; a chart has fewer points across."""


class RunSeries:
    """Rows of one run for its charts. Any thread may add or look."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at_ms = np.empty(0, dtype=np.int64)
        self._columns: dict[str, NDArray[np.float32]] = {}
        self._last_kept_ms = 0
        self.rows = 0
        self.last_at_ms: int | None = None

    def add(self, rows: Rows) -> None:
        """Take rows in order; what is too dense, or too old, is let go of."""
        at_ms = rows["at_ms"]
        if len(at_ms) == 0:
            return
        with self._lock:
            self.rows += len(at_ms)
            self.last_at_ms = int(at_ms[-1])
            kept = self._thin(at_ms)
            if not kept:
                return
            self._at_ms = np.concatenate([self._at_ms, at_ms[kept].astype(np.int64)])[-ROWS_MAX:]
            for name in CHANNEL_BY_NAME:
                came = rows.get(name)
                new = (
                    np.full(len(kept), np.nan, dtype=np.float32)
                    if came is None
                    else np.asarray(came)[kept].astype(np.float32)
                )
                before = self._columns.get(name, np.empty(0, dtype=np.float32))
                self._columns[name] = np.concatenate([before, new])[-ROWS_MAX:]

    def _thin(self, at_ms: NDArray[Any]) -> list[int]:
        """Return which rows are far enough from the last one that was kept."""
        step_ms = MS_PER_S // RATE_HZ_MAX
        kept = []
        for place, instant in enumerate(at_ms.tolist()):
            if instant - self._last_kept_ms >= step_ms:
                self._last_kept_ms = instant
                kept.append(place)
        return kept

    def look(
        self, channels: Sequence[str], after_ms: int
    ) -> tuple[tuple[int, ...], dict[str, tuple[float | None, ...]]]:
        """Return instants and columns of the rows after an instant, the oldest thinned away."""
        check_channels(channels)
        with self._lock:
            first = int(np.searchsorted(self._at_ms, after_ms, side="right"))
            step = max(1, -(-(len(self._at_ms) - first) // ANSWER_ROWS_MAX))
            at_ms = tuple(self._at_ms[first::step].tolist())
            return at_ms, {
                name: tuple(
                    None if np.isnan(value) else round(float(value), 6)
                    for value in self._columns[name][first::step]
                )
                if name in self._columns
                else (None,) * len(at_ms)
                for name in channels
            }


def check_channels(channels: Sequence[str]) -> None:
    """Refuse names that are no channel."""
    for name in channels:
        if name not in CHANNEL_BY_NAME:
            raise InvalidInput("channels", name, "names of channels, joined by commas")
