"""Paired days: one figure of several plans over the same days, and what differs between them.

All pairs at once: from the covariance of the plans within each month come the variance of every
difference and its degrees of freedom, as `estimates` has them for one.
"""

from collections.abc import Mapping, Sequence
from math import inf

import numpy as np
from scipy.special import chdtri, ndtri, stdtr, stdtrit
from scipy.stats import qmc

from aspan.studies.choose_days import FlownDay
from aspan.studies.estimates import (
    Estimate,
    Floats,
    estimate_mean,
    group_by_month,
    make_strata,
)

_POINTS = 4096
"""Of the scrambled Sobol sequence behind a chance: its error is below 0.01."""

_DEGREES_MAX = 1e9
"""Above this Student's distribution is the normal one."""


class Panel:
    """One figure of several plans over the same days.

    Parameters
    ----------
    values
        By plan and day.
    months
        Of the days, from 1.
    """

    def __init__(self, names: Sequence[str], values: Floats, months: Sequence[int]) -> None:
        self.names = tuple(names)
        self.days = len(months)
        self._values = values
        self._months = tuple(months)
        strata = make_strata(group_by_month((month, 0.0) for month in months))
        column = np.array(months)
        samples = [values[:, column == month] for month in strata.months]
        weights = np.array(strata.weights)
        self._counts = np.array(strata.counts)
        self.means: Floats = sum(
            (w * s.mean(axis=1) for w, s in zip(weights, samples, strict=True)),
            start=np.zeros(len(names)),
        )
        parts = weights**2 / self._counts
        self._parts = parts[:, None, None] * _covariances(samples)

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        values: Mapping[str, Mapping[FlownDay, float]],
        days: Sequence[FlownDay],
    ) -> "Panel":
        """Return the panel of plans that have all of `days`."""
        rows = [[values[name][day] for day in days] for name in names]
        return cls(names, np.array(rows, dtype=np.float64), [day.day.month for day in days])

    def upper(self, probability: float) -> Floats:
        """Return the bound that the row's plan less the column's is below with a probability."""
        own = np.diagonal(self._parts, axis1=1, axis2=2)
        parts = np.maximum(own[:, :, None] + own[:, None, :] - 2.0 * self._parts, 0.0)
        variance = parts.sum(axis=0)
        spread = (parts**2 / np.maximum(1, self._counts - 1)[:, None, None]).sum(axis=0)
        degrees = np.divide(
            variance**2, spread, out=np.full_like(spread, _DEGREES_MAX), where=spread > 0.0
        )
        reach = stdtrit(np.minimum(degrees, _DEGREES_MAX), probability) * np.sqrt(variance)
        bounds: Floats = self.means[:, None] - self.means[None, :] + reach
        return bounds

    def estimate(self, name: str, confidence: float) -> Estimate:
        """Return the mean of a plan."""
        own = self._values[self.names.index(name)]
        return estimate_mean(zip(self._months, own.tolist(), strict=True), confidence=confidence)

    def difference(self, one: str, other: str, confidence: float) -> Estimate:
        """Return the mean of one plan less another, from the differences of their days."""
        apart = self._values[self.names.index(one)] - self._values[self.names.index(other)]
        return estimate_mean(zip(self._months, apart.tolist(), strict=True), confidence=confidence)

    def chance_none_above(self, rivals: Sequence[str], choice: str, margin: float) -> float:
        """Return the probability that no rival is above the choice by more than `margin`.

        A posteriori: the differences of their means are taken as jointly Student's about what was
        found, with the least of their degrees of freedom. For several rivals the probability is
        the share of points of a scrambled Sobol sequence.
        """
        if not rivals:
            return 1.0
        found = [self.difference(name, choice, 0.95) for name in rivals]
        degrees = min(one.degrees or inf for one in found)
        degrees = min(degrees, _DEGREES_MAX)
        if len(rivals) == 1:
            short = margin - found[0].mean
            if found[0].std_error == 0.0:
                return 1.0 if short >= 0.0 else 0.0
            return float(stdtr(degrees, short / found[0].std_error))
        rows, here = [self.names.index(name) for name in rivals], self.names.index(choice)
        total = self._parts.sum(axis=0)
        crossed = total[rows, here]
        covariance = total[np.ix_(rows, rows)] - crossed[:, None] - crossed[None, :]
        covariance += total[here, here]
        lengths, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(lengths, 0.0))
        points = qmc.Sobol(len(rivals) + 1, rng=0).random(_POINTS)
        points = np.clip(points, 1e-12, 1.0 - 1e-12)
        stretch = np.sqrt(degrees / chdtri(degrees, points[:, -1]))
        drawn = (ndtri(points[:, :-1]) @ root.T) * stretch[:, None]
        means = np.array([one.mean for one in found])
        return float(np.mean(np.all(means + drawn <= margin, axis=1)))


def _covariances(samples: Sequence[Floats]) -> Floats:
    """Return the covariance of the plans within each month.

    A month with a single day takes the mean one of the others, as `make_strata` has it.
    """
    own = [np.atleast_2d(np.cov(sample)) for sample in samples if sample.shape[1] > 1]
    lent = np.mean(own, axis=0) if own else np.atleast_2d(np.cov(np.concatenate(samples, axis=1)))
    return np.stack([np.atleast_2d(np.cov(s)) if s.shape[1] > 1 else lent for s in samples])
