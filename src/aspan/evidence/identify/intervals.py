"""Intervals: 95 % by Student's t, of means over runs and of straight fits through run points.

The scatter between runs holds everything that differs from run to run: offsets of instruments,
turbulence, noise. What all runs of a campaign share (a calibration) does not show in it; it is
stated by whoever calibrated, as a standard uncertainty, and added in quadrature [1].

References
----------
.. [1] JCGM 100:2008, *Guide to the expression of uncertainty in measurement*, 5.1 and annex G.
.. [2] G. A. F. Seber, A. J. Lee, *Linear Regression Analysis*, 2nd ed., 2003, ch. 3 and 5.
"""

from math import hypot, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_UPPER: Final = 0.975
NORMAL_95: Final = 1.959964
"""Half width of a 95 % interval, in standard uncertainties that are known."""


class Fitted(NamedTuple):
    """A number with what is known of its error; `dof` are degrees of freedom of `error`."""

    value: float
    error: float
    dof: int

    def half(self, systematic: float = 0.0) -> float:
        """Return half the width of the 95 % interval, common uncertainty included.

        The freedom of both together is that of Welch and Satterthwaite ([1], G.4), the common part
        taken as known.
        """
        if self.error <= 0.0:
            return NORMAL_95 * systematic
        both = hypot(self.error, systematic)
        return student(self.dof * (both / self.error) ** 4) * both


def student(dof: float) -> float:
    """Return how many standard errors a two-sided 95 % interval reaches to each side."""
    from scipy.special import stdtrit

    return float(stdtrit(dof, _UPPER))


def mean_over_runs(values: Floats) -> Fitted:
    """Return the mean of one value a run; at least two runs."""
    count = len(values)
    return Fitted(float(values.mean()), float(values.std(ddof=1)) / sqrt(count), count - 1)


class LineFit(NamedTuple):
    """Coefficients of a linear fit with their covariance."""

    values: Floats
    covariance: Floats
    dof: int

    def one(self, index: int) -> Fitted:
        """Return one coefficient."""
        return Fitted(float(self.values[index]), sqrt(self.covariance[index, index]), self.dof)

    def combine(self, value: float, gradient: Floats) -> Fitted:
        """Return a function of the coefficients, by its value and gradient (delta method)."""
        error = sqrt(max(float(gradient @ self.covariance @ gradient), 0.0))
        return Fitted(value, error, self.dof)


def fit_linear(design: Floats, wanted: Floats) -> LineFit:
    """Return the least-squares fit of `wanted` by the columns of `design`; one row a run point."""
    count, unknown = design.shape
    inverse = np.linalg.pinv(design.T @ design)
    values = inverse @ design.T @ wanted
    rest = wanted - design @ values
    dof = count - unknown
    variance = float(rest @ rest) / dof if dof > 0 else float("nan")
    return LineFit(values, np.asarray(inverse * variance), dof)


def hats(x: Floats, knots: Floats) -> Floats:
    """Return the hat functions of knots at `x` [point, knot], straight on beyond the ends.

    A function straight between knots is the sum of its values there times these.
    """
    inner = np.clip(np.searchsorted(knots, x) - 1, 0, len(knots) - 2)
    share = (x - knots[inner]) / (knots[inner + 1] - knots[inner])
    design = np.zeros((len(x), len(knots)))
    at = np.arange(len(x))
    design[at, inner] = 1.0 - share
    design[at, inner + 1] = share
    return design
