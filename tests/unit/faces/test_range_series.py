"""The latest rows of a run for its charts: thinned, bounded, and all there is in between."""

import numpy as np
import pytest

from aspan.faces.http.range_series import (
    ANSWER_ROWS_MAX,
    RATE_HZ_MAX,
    ROWS_MAX,
    RunSeries,
)
from aspan.primitives.errors import InvalidInput

STEP_MS = 1_000 // RATE_HZ_MAX


def rows(first: int, count: int, step_ms: int = STEP_MS) -> dict[str, np.ndarray]:
    """Return rows a step apart, with their number as the height."""
    number = np.arange(first, first + count)
    return {"at_ms": 1_000 + number * step_ms, "height_agl_m": number.astype(np.float64)}


def test_dense_rows_are_thinned_and_counted() -> None:
    """Fifty rows a second are shown as five; a silent channel is told as nothing."""
    series = RunSeries()
    series.add(rows(0, 500, step_ms=20))
    at_ms, columns = series.look(("height_agl_m", "roll_deg"), 0)
    assert series.rows == 500
    assert np.diff(at_ms).tolist() == [STEP_MS] * (len(at_ms) - 1)
    assert columns["height_agl_m"][:3] == (0.0, 10.0, 20.0)
    assert set(columns["roll_deg"]) == {None}


def test_a_look_goes_on_where_the_last_ended() -> None:
    """Rows after an instant, that instant left out; whatever the batches were."""
    series = RunSeries()
    for first in range(0, 3_000, 7):
        series.add(rows(first, 7))
    at_ms, columns = series.look(("height_agl_m",), 1_000 + 2_990 * STEP_MS)
    assert at_ms[0] == 1_000 + 2_991 * STEP_MS
    assert columns["height_agl_m"][0] == 2_991.0


def test_the_oldest_rows_make_room() -> None:
    """A run longer than is kept shows its end, as many points as a chart takes."""
    series = RunSeries()
    for first in range(0, ROWS_MAX + 30_000, 10_000):
        series.add(rows(first, 10_000))
    last = series.last_at_ms
    at_ms, columns = series.look(("height_agl_m",), 0)
    assert last is not None
    assert len(at_ms) <= ANSWER_ROWS_MAX
    assert at_ms[0] > 1_000
    assert [1_000 + round(v or 0) * STEP_MS for v in columns["height_agl_m"]] == list(at_ms)


def test_what_is_no_channel_is_refused() -> None:
    """Named, before anything is looked up."""
    with pytest.raises(InvalidInput, match="nothing"):
        RunSeries().look(("nothing",), 0)
