"""Sobol indices: what part of an output's variance each unknown explains, alone and in all.

Theory of operation. Two sets A and B of points of a scrambled Sobol sequence in 2k dimensions, and
for each unknown i the set A with its column i taken from B: n (k + 2) runs [1]_. The first-order
index comes from B and AB_i by Saltelli's estimator, the total one from A and AB_i by Jansen's, both
about the mean of A and B. The design is made of blocks, each scrambled by itself, so the blocks are
independent and unbiased: their jackknife gives an interval, which a bootstrap of points that avoid
each other would not.

References
----------
.. [1] A. Saltelli et al., *Variance based sensitivity analysis of model output: design and
   estimator for the total sensitivity index*, Computer Physics Communications 181, 2010.
.. [2] A. B. Owen, *Scrambled net variance for integrals of smooth functions*, Annals of Statistics
   25, 1997.
.. [3] B. Efron, C. Stein, *The jackknife estimate of variance*, Annals of Statistics 9, 1981.
"""

from collections.abc import Callable
from math import sqrt
from typing import Final

import msgspec
import numpy as np
from scipy.stats import qmc

from aspan.primitives.dice import stream_key
from aspan.primitives.errors import InvalidInput
from aspan.studies.estimates import CONFIDENCE, Floats, t_quantile

BLOCKS: Final = 8
"""Independent scramblings of a design: enough degrees of freedom, few enough to fill the space."""

POINTS_MAX: Final = 1 << 16
_FACTORS_MAX = 200


class Design(msgspec.Struct, frozen=True, kw_only=True):
    """The points of an analysis, in the unit cube, block by block.

    Parameters
    ----------
    first, second
        The sets A and B, one row a point, one column an unknown.
    """

    first: Floats
    second: Floats

    @property
    def factors(self) -> int:
        """Number of unknowns."""
        return int(self.first.shape[1])

    @property
    def base(self) -> Floats:
        """A, then B: points that lie evenly over all unknowns, for means, spreads and values."""
        return np.vstack([self.first, self.second])

    def mixed(self, factor: int) -> Floats:
        """Return A with the column of one unknown from B."""
        rows = self.first.copy()
        rows[:, factor] = self.second[:, factor]
        return rows

    @property
    def rows(self) -> Floats:
        """All points to run: A, B, and A with each column of B in turn."""
        return np.vstack([self.base, *(self.mixed(i) for i in range(self.factors))])


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of variance of one unknown, each with its 95 % interval.

    Parameters
    ----------
    first
        What it explains alone.
    total
        What it explains with all it works together with; 0 if nothing hangs on it.
    """

    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


def make_design(factors: int, points: int, seed: int) -> Design:
    """Return a design of `points` points in each set.

    Parameters
    ----------
    points
        A power of two, at least 16: eight blocks of a power of two.
    """
    if not 1 <= factors <= _FACTORS_MAX:
        raise InvalidInput("sampling: factors", factors, f"1 to {_FACTORS_MAX} unknowns")
    if not 2 * BLOCKS <= points <= POINTS_MAX or points & (points - 1):
        expected = f"a power of two from {2 * BLOCKS} to {POINTS_MAX}"
        raise InvalidInput("sampling: samples", points, expected)
    blocks = []
    for block in range(BLOCKS):
        rng = np.random.default_rng(stream_key(seed, "study", "sobol", factors, block))
        blocks.append(qmc.Sobol(2 * factors, scramble=True, rng=rng).random(points // BLOCKS))
    both = np.vstack(blocks)
    return Design(first=both[:, :factors], second=both[:, factors:])


def sobol_indices(design: Design, outputs: Floats) -> tuple[Index, ...]:
    """Return the indices of each unknown from the outputs of `design.rows`, in that order."""
    n, k = design.first.shape
    if outputs.shape != (n * (k + 2),):
        raise InvalidInput("sampling: outputs", outputs.shape, f"{n * (k + 2)} numbers")
    mean = outputs[: 2 * n].mean()
    centred = (outputs - mean).reshape(k + 2, n)
    first, second, mixed = centred[0], centred[1], centred[2:]
    spread = 0.5 * (first**2 + second**2)
    alone = second * (mixed - first)
    whole = 0.5 * (first - mixed) ** 2
    if float(spread.mean()) <= 1e-24 * max(1.0, float(mean * mean)):
        return tuple(_index((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)) for _ in range(k))
    return tuple(_index(_share(alone[i], spread), _share(whole[i], spread)) for i in range(k))


def jackknife(blocks: int, estimate: Callable[[list[int]], float]) -> tuple[float, float, float]:
    """Return an estimate over all blocks and its 95 % interval from leaving out each in turn."""
    every = list(range(blocks))
    whole = estimate(every)
    left_out = np.array([estimate(every[:b] + every[b + 1 :]) for b in every])
    variance = (blocks - 1) / blocks * float(((left_out - left_out.mean()) ** 2).sum())
    reach = t_quantile(0.5 + 0.5 * CONFIDENCE, blocks - 1) * sqrt(variance)
    return whole, whole - reach, whole + reach


def _share(part: Floats, spread: Floats) -> tuple[float, float, float]:
    """Return the mean of a part over the mean spread, with its interval."""
    parts = part.reshape(BLOCKS, -1).mean(axis=1)
    spreads = spread.reshape(BLOCKS, -1).mean(axis=1)
    return jackknife(BLOCKS, lambda kept: float(parts[kept].sum() / spreads[kept].sum()))


def _index(first: tuple[float, float, float], total: tuple[float, float, float]) -> Index:
    return Index(
        first=first[0],
        first_low=first[1],
        first_high=first[2],
        total=total[0],
        total_low=total[1],
        total_high=total[2],
    )
