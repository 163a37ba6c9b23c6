"""The latest telemetry of a run, kept in memory for strip charts: a bounded window of rows.

What is recorded goes to disk by its own way (`evidence.telemetry`); this is only what a page that
follows a run is shown, thinned to `RATE_HZ_MAX` rows a second.
"""

from collections.abc import Mapping, Sequence
from math import isnan
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


_NAMES: Final = tuple(CHANNEL_BY_NAME)
_PLACE: Final = {name: place for place, name in enumerate(_NAMES)}
_ROWS_FIRST: Final = 1_024


class RunSeries:
    """Rows of one run for its charts. Any thread may add or look."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at_ms = np.zeros(_ROWS_FIRST, dtype=np.int64)
        self._values = np.full((len(_NAMES), _ROWS_FIRST), np.nan, dtype=np.float32)
        self._count = 0
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
            kept = self._thin(at_ms)[-ROWS_MAX:]
            self._make_room(len(kept))
            new = slice(self._count, self._count + len(kept))
            self._at_ms[new] = at_ms[kept]
            for name, place in _PLACE.items():
                came = rows.get(name)
                self._values[place, new] = np.nan if came is None else np.asarray(came)[kept]
            self._count += len(kept)

    def _make_room(self, more: int) -> None:
        """Let `more` rows fit: twice as many as there are, the oldest gone beyond `ROWS_MAX`."""
        if self._count + more <= len(self._at_ms):
            return
        stays = slice(max(0, self._count + more - ROWS_MAX), self._count)
        at_ms, values = self._at_ms[stays], self._values[:, stays]
        self._count = len(at_ms)
        size = min(2 * ROWS_MAX, 2 * (self._count + more))
        self._at_ms = np.zeros(size, dtype=np.int64)
        self._values = np.full((len(_NAMES), size), np.nan, dtype=np.float32)
        self._at_ms[: self._count] = at_ms
        self._values[:, : self._count] = values

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
            known = self._at_ms[: self._count]
            first = int(np.searchsorted(known, after_ms, side="right"))
            step = max(1, -(-(self._count - first) // ANSWER_ROWS_MAX))
            shown = slice(first, self._count, step)
            at_ms = tuple(self._at_ms[shown].tolist())
            columns = {name: self._values[_PLACE[name], shown].tolist() for name in channels}
        return at_ms, {
            name: tuple(None if isnan(value) else round(value, 6) for value in column)
            for name, column in columns.items()
        }


def check_channels(channels: Sequence[str]) -> None:
    """Refuse names that are no channel."""
    for name in channels:
        if name not in CHANNEL_BY_NAME:
            raise InvalidInput("channels", name, "names of channels, joined by commas")
