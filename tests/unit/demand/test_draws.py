"""Columns of chance agree with their plain twins."""

from statistics import NormalDist

import numpy as np
import pytest

from aspan.demand.draws import child_keys, draws_at, normal_quantiles, poisson_counts
from aspan.primitives.dice import draw_at


def test_columns_of_draws_equal_the_plain_dice() -> None:
    """Every element is bit for bit the draw of its key and index."""
    keys = np.array([0, 5, 2**64 - 1, 0x9E3779B97F4A7C15], dtype=np.uint64)
    indices = np.array([0, 7, 15, 123_456_789])
    plain = [draw_at(int(key), int(index)) for key, index in zip(keys, indices, strict=True)]
    assert draws_at(keys, indices).tolist() == plain


def test_children_of_one_stream_differ() -> None:
    """A thousand hours of one pair have a thousand streams."""
    children = child_keys(np.full(1000, 42, dtype=np.uint64), np.arange(1000))
    assert len(set(children.tolist())) == 1000


@pytest.mark.parametrize("mean", [0.05, 3.0, 40.0, 499.0])
def test_counts_have_the_mean_and_variance_of_poisson(mean: float) -> None:
    """Mean and variance equal the rate within five standard errors."""
    size = 40_000
    uniforms = draws_at(np.full(size, 9, dtype=np.uint64), np.arange(size))
    counts = poisson_counts(np.full(size, mean), uniforms)
    assert counts.mean() == pytest.approx(mean, abs=5 * (mean / size) ** 0.5)
    assert counts.var() == pytest.approx(mean, rel=0.06, abs=0.01)


def test_a_mean_beyond_the_exact_range_is_rounded_by_its_draw() -> None:
    """Above the limit a count is the mean rounded up or down, and right on average."""
    counts = poisson_counts(np.full(4, 700.25), np.array([0.0, 0.5, 0.74, 0.76]))
    assert counts.tolist() == [700, 700, 700, 701]


def test_normal_quantiles_agree_with_the_standard_library() -> None:
    """Both tails and the middle are within 1e-6."""
    at = np.array([1e-12, 1e-4, 0.07, 0.076, 0.3, 0.5, 0.8, 0.93, 0.999, 1 - 1e-9])
    expected = [NormalDist().inv_cdf(float(one)) for one in at]
    assert normal_quantiles(at) == pytest.approx(expected, abs=1e-6)
