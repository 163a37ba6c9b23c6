"""A run as judges see it: segments by their marks, means with honest intervals."""

import numpy as np
import pytest

from aspan.evidence.card_parts import hover
from aspan.evidence.run_data import list_marked, smooth, student_95


def test_marks_hold_a_segment_together() -> None:
    """A lost or wrong reading in the middle does not cut a segment; one not flown is not there."""
    profile = (hover("a", 1.0, 1.0), hover("b", 1.0, 1.0), hover("c", 1.0, 1.0))
    marks = np.array([0.0, 1.0, np.nan, 1.0, 0.0, 2.0, 9.0, 2.0, 0.0])
    assert list_marked(profile, marks) == {"a": slice(1, 4), "b": slice(5, 8)}


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(3, 3.182), (5, 2.571), (9, 2.262), (30, 2.042), (1000, 1.962)]
)
def test_student_is_that_of_the_tables(freedom: int, quantile: float) -> None:
    """Quantiles agree with published tables within 1 %."""
    assert student_95(freedom) == pytest.approx(quantile, rel=0.01)


def test_running_means_leave_silence_out() -> None:
    """A silent reading takes no part in a mean; a window of silence has none."""
    values = np.array([1.0, np.nan, 3.0, np.nan, np.nan])
    assert smooth(values, 2).tolist()[:3] == [1.0, 3.0, 3.0]
    assert np.isnan(smooth(values, 2)[3])
