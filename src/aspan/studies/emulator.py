"""The emulator: a polynomial that stands in for a slow model between cases the model has run.

Legendre polynomials in the factors, each stretched from its range to [-1, 1], up to a total degree,
fitted by least squares [1]_. The degree is the one that predicts best each case from the others
(leave one out, in closed form). `explained` says how well: 1 is perfect; below `EXPLAINED_MIN` it
must not stand in for anything.

References
----------
.. [1] B. Sudret, *Global sensitivity analysis using polynomial chaos expansions*, Reliability
   Engineering and System Safety 93, 2008.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Final

import numpy as np
from numpy.polynomial.legendre import legvander
from scipy.stats import qmc

from aspan.primitives.dice import stream_key
from aspan.primitives.errors import InvalidInput
from aspan.studies.estimates import Floats
from aspan.studies.factors import Factor

EXPLAINED_MIN: Final = 0.95
"""Least share of variance that predictions of left-out cases must explain."""

_DEGREES = (1, 2, 3)
_CASES_PER_TERM = 1.5


class Emulator:
    """Predicts every output of a model from cases it has run.

    Parameters
    ----------
    values
        Of the factors, a row a case.
    outputs
        By name, of those cases.
    """

    def __init__(
        self, factors: Sequence[Factor], values: Floats, outputs: Mapping[str, Floats]
    ) -> None:
        self._low = np.array([factor.low for factor in factors])
        self._span = np.array([factor.high - factor.low for factor in factors])
        self._levels = [2 if len(factor.levels) == 2 else 99 for factor in factors]
        self.names = tuple(sorted(outputs))
        table = np.stack([np.asarray(outputs[name], dtype=np.float64) for name in self.names], 1)
        fits = [fit for degree in _DEGREES for fit in [self._fit(values, table, degree)] if fit]
        if not fits:
            expected = f"{round(_CASES_PER_TERM * (1 + len(factors))) + 1} or more"
            raise InvalidInput("emulator: cases", len(values), expected)
        self._terms, self._weights, self.explained = [], [], {}
        for number, name in enumerate(self.names):
            terms, weights, explained = max(fits, key=lambda fit: float(fit[2][number]))
            self._terms.append(terms)
            self._weights.append(weights[:, number])
            self.explained[name] = float(explained[number])

    def predict(self, values: Floats) -> dict[str, Floats]:
        """Return every output for a table of factor values."""
        powers = self._powers(values, max(_DEGREES))
        return {
            name: _design(powers, terms) @ weights
            for name, terms, weights in zip(self.names, self._terms, self._weights, strict=True)
        }

    @property
    def is_trusted(self) -> bool:
        """Say whether every output is predicted well enough."""
        return min(self.explained.values()) >= EXPLAINED_MIN

    def _fit(
        self, values: Floats, table: Floats, degree: int
    ) -> tuple[list[tuple[int, ...]], Floats, Floats] | None:
        """Return terms, weights and share explained by degree; None if the cases are too few."""
        terms = self._list_terms(degree)
        if len(values) <= _CASES_PER_TERM * len(terms):
            return None
        design = _design(self._powers(values, degree), terms)
        left, lengths, right = np.linalg.svd(design, full_matrices=False)
        kept = lengths > 1e-10 * lengths[0]
        inverse = (right[kept].T / lengths[kept]) @ left[:, kept].T
        weights = inverse @ table
        lever = np.minimum((left[:, kept] ** 2).sum(axis=1), 1.0 - 1e-9)
        missed = (table - design @ weights) / (1.0 - lever)[:, None]
        spread = ((table - table.mean(axis=0)) ** 2).sum(axis=0)
        error = (missed**2).sum(axis=0)
        constant = spread <= 1e-18 * (1.0 + (table**2).sum(axis=0))
        explained = np.where(constant, 1.0, 1.0 - error / np.where(constant, 1.0, spread))
        return terms, weights, explained

    def _powers(self, values: Floats, degree: int) -> Floats:
        """Return Legendre polynomials of each factor: case, factor, degree."""
        stretched = 2.0 * (values - self._low) / self._span - 1.0
        powers: Floats = legvander(stretched, degree)
        return powers

    def _list_terms(self, degree: int) -> list[tuple[int, ...]]:
        """Return products by their degree in each factor; two values make no curve."""
        count = len(self._low)
        terms = []
        for total in range(degree + 1):
            for chosen in combinations_with_replacement(range(count), total):
                term = tuple(chosen.count(factor) for factor in range(count))
                if all(t < level for t, level in zip(term, self._levels, strict=True)):
                    terms.append(term)
        return terms


def list_cases(factors: Sequence[Factor], count: int, seed: int) -> Floats:
    """Return cases that lie evenly over the whole ranges of the factors, for a model to run."""
    if count < 1 or count & (count - 1):
        raise InvalidInput("emulator: cases", count, "a power of two")
    rng = np.random.default_rng(stream_key(seed, "study", "emulator", len(factors)))
    unit = qmc.Sobol(len(factors), scramble=True, rng=rng).random(count)
    columns = []
    for number, factor in enumerate(factors):
        column = factor.low + (factor.high - factor.low) * unit[:, number]
        columns.append(factor.spread_out(unit[:, number]) if factor.levels else column)
    return np.stack(columns, axis=1)


def _design(powers: Floats, terms: Sequence[tuple[int, ...]]) -> Floats:
    """Return the product of each term, a column each."""
    columns = []
    for term in terms:
        column = np.ones(len(powers))
        for factor, degree in enumerate(term):
            if degree:
                column = column * powers[:, factor, degree]
        columns.append(column)
    return np.stack(columns, axis=1)
