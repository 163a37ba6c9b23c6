"""Sobol indices against functions whose indices are known."""

from math import pi

import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.estimates import Floats
from aspan.studies.sobol import make_design, sobol_indices

A, B = 7.0, 0.1


def _ishigami(unit: Floats) -> Floats:
    """Return the function of T. Ishigami and T. Homma (1990) over the unit cube."""
    x = pi * (2.0 * unit - 1.0)
    first: Floats = np.sin(x[:, 0])
    return first + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * first


def _known() -> tuple[list[float], list[float]]:
    """Return its first and total indices (Saltelli et al., Global Sensitivity Analysis, 2008)."""
    ones = 0.5 * (1.0 + B * pi**4 / 5.0) ** 2
    twos = A**2 / 8.0
    both = 8.0 * B**2 * pi**8 / 225.0
    whole = ones + twos + both
    return [ones / whole, twos / whole, 0.0], [(ones + both) / whole, twos / whole, both / whole]


def test_ishigami() -> None:
    """First and total indices of the Ishigami function come out within 0.01."""
    design = make_design(3, 4096, seed=1)
    found = sobol_indices(design, _ishigami(design.rows))
    first, total = _known()
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=1e-4)
    assert [index.first for index in found] == pytest.approx(first, abs=0.01)
    assert [index.total for index in found] == pytest.approx(total, abs=0.01)


def test_intervals_hold() -> None:
    """The 95 % intervals of 128 points hold the known indices in nine of ten designs or more."""
    first, total = _known()
    held = 0
    for seed in range(40):
        design = make_design(3, 128, seed=seed)
        for number, index in enumerate(sobol_indices(design, _ishigami(design.rows))):
            held += index.first_low <= first[number] <= index.first_high
            held += index.total_low <= total[number] <= index.total_high
    assert 0.90 <= held / (40 * 6) <= 0.99


def test_sum_of_unknowns() -> None:
    """Of a weighted sum each unknown explains its squared weight, alone and in all."""
    weights = np.array([3.0, 2.0, 1.0, 0.0])
    design = make_design(4, 1024, seed=2)
    found = sobol_indices(design, 1e6 + design.rows @ weights)
    shares = (weights**2 / (weights**2).sum()).tolist()
    assert [index.first for index in found] == pytest.approx(shares, abs=0.01)
    assert [index.total for index in found] == pytest.approx(shares, abs=0.01)
    assert found[3].total == 0.0


def test_output_that_never_changes() -> None:
    """Nothing explains the variance of a constant."""
    design = make_design(2, 16, seed=1)
    found = sobol_indices(design, np.full(len(design.rows), 1e9))
    assert {(index.first, index.total) for index in found} == {(0.0, 0.0)}


def test_same_seed_same_points() -> None:
    """A design is a function of its seed, in the unit cube."""
    one, again, other = (make_design(3, 64, seed=seed).rows for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert one.min() >= 0.0
    assert one.max() < 1.0


@pytest.mark.parametrize("points", [0, 8, 100, 1 << 17])
def test_points_are_a_power_of_two(points: int) -> None:
    """Anything but a power of two within bounds is refused."""
    with pytest.raises(InvalidInput, match="samples"):
        make_design(2, points, seed=1)
