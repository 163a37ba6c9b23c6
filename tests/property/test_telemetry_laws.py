"""Laws of telemetry: however rows arrive, each is kept once, and what is clean is true."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aspan.evidence.telemetry.course import Course
from aspan.evidence.telemetry.doubts import is_clean
from aspan.evidence.telemetry.flags import Doubt, bit
from aspan.evidence.telemetry.keeping import load_run
from aspan.evidence.telemetry.order import Sorter
from aspan.evidence.telemetry.rows import Rows, slice_rows, take_rows
from unit.evidence.telemetry_rows import CHANNELS, keep, make_layout, make_steady

STEADY = make_steady(60)

arrivals = st.lists(st.integers(0, 59), min_size=1, max_size=80)
"""Rows in any order: lost, doubled, shuffled near and far."""

cuts = st.lists(st.integers(1, 30), min_size=1, max_size=20)
"""Sizes of batches, over and over."""


def cut(rows: Rows, sizes: list[int]) -> list[Rows]:
    """Return rows in batches of these sizes."""
    parts: list[Rows] = []
    start = 0
    while start < len(rows):
        stop = min(start + sizes[len(parts) % len(sizes)], len(rows))
        parts.append(slice_rows(rows, start, stop))
        start = stop
    return parts


@settings(max_examples=150, deadline=None)
@given(arrivals, cuts, st.integers(0, 12))
def test_sorting_keeps_every_row_and_heeds_no_batch(
    order: list[int], sizes: list[int], window: int
) -> None:
    """What is given on is what came, in one order whatever the batches; rows not late rise."""
    rows = take_rows(STEADY, np.array(order, np.int64))
    given_on: list[list[int]] = []
    for parts in ([rows], cut(rows, sizes)):
        sorter = Sorter(window, len(CHANNELS))
        out = [sorter.feed(part) for part in parts] + [sorter.finish()]
        flags = np.concatenate([o.flags for o in out])
        sequence = np.concatenate([o.sequence for o in out])
        given_on.append([*sequence.tolist(), *flags.tolist()])
        rising = sequence[flags & bit(Doubt.LATE | Doubt.NO_SEQUENCE) == 0]
        assert (np.diff(rising) > 0).all()
    assert given_on[0] == given_on[1]
    assert Counter(given_on[0][: len(order)]) == Counter(order)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arrivals, cuts)
def test_what_is_clean_is_true(order: list[int], sizes: list[int]) -> None:
    """Each row is kept; clean rows are in order, once each, with the values that were sent."""
    rows = take_rows(STEADY, np.array(order, np.int64))
    with TemporaryDirectory() as name:
        folder = Path(name)
        whole = keep(folder / "whole", rows)
        (folder / "cut").mkdir()
        course = Course(folder / "cut", "RUN-1", make_layout())
        for part in cut(rows, sizes):
            course.feed(part)
        course.finish()
        assert course.write_manifest(is_complete=True) == whole
        frame = load_run(folder / "whole")
    assert Counter(frame["sequence"].to_list()) == Counter(order)
    clean = frame.filter(is_clean(frame, CHANNELS, whole))
    kept = clean["sequence"].to_list()
    assert kept == sorted(set(kept))
    assert whole.rows == len(order)
    for channel, values in zip(CHANNELS, STEADY.values, strict=True):
        assert np.allclose(clean[channel].to_numpy(), values[kept], rtol=1e-6)
