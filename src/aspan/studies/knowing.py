"""The value of knowing: what it is worth to know an unknown before deciding.

Theory of operation. Of several decisions (plans) the one with the greatest mean benefit is taken
now. Who knew the true value of one factor would take the one that is best there; the mean gain is
its expected value of partial perfect information [1]_. The benefit of each decision as a function
of one factor is its regression on that factor over all sampled cases [2]_: piecewise between the
quantiles of the factor, or the mean at each value where only some can be. A regression that chases
chance would promise a gain where there is none, so the choice is made by what one part of the cases
says and counted on the other (cross-fitting); what is left of chance may fall below 0 and is told
as 0. The value of knowing everything bounds all of them.

References
----------
.. [1] J. E. Oakley, *Decision-theoretic sensitivity analysis for complex computer models*,
   Technometrics 51, 2009.
.. [2] M. Strong, J. E. Oakley, A. Brennan, *Estimating multiparameter partial expected value of
   perfect information from a probabilistic sensitivity analysis sample: a nonparametric regression
   approach*, Medical Decision Making 34, 2014.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput
from aspan.studies.estimates import Floats
from aspan.studies.factors import Factor
from aspan.studies.sobol import BLOCKS, jackknife

KNOTS: Final = 6
"""Pieces of the regression on one factor: fine enough for a decision that turns once or twice."""

_FOLDS = 4


class KnowingOne(msgspec.Struct, frozen=True, kw_only=True):
    """What it is worth to know one factor, or all of them.

    Parameters
    ----------
    factor
        Name; `everything` for all.
    value, low, high
        In the unit of the benefits, never below 0, with its 95 % interval.
    changes
        Share of cases in which another decision would be taken.
    card
        Scenario of the test site that measures it; empty where none does.
    """

    factor: str
    value: float
    low: float
    high: float
    changes: float
    card: str


def value_of_knowing(
    factors: Sequence[Factor], values: Floats, benefits: Mapping[str, Floats]
) -> tuple[KnowingOne, ...]:
    """Return what each factor is worth knowing, the dearest first, and everything before them.

    Parameters
    ----------
    values
        Sampled cases, a row each, a column a factor: those of `Design.base`, as `Sampled.values`.
    benefits
        By decision: of every case, greater is better. All in one unit.
    """
    names = sorted(benefits)
    cases = len(values)
    if not names or any(len(benefits[name]) != cases for name in names):
        raise InvalidInput("knowing: benefits", names, f"of each decision {cases} numbers")
    if cases < 2 * BLOCKS * _FOLDS:
        raise InvalidInput("knowing: cases", cases, f"{2 * BLOCKS * _FOLDS} or more")
    table = np.stack([np.asarray(benefits[name], dtype=np.float64) for name in names])
    now = int(np.argmax(table.mean(axis=1)))
    known = table.argmax(axis=0)
    everything = _gain("everything", table, known, now, card="")
    each = []
    for number, factor in enumerate(factors):
        chosen = _choose(values[:, number], table, is_stepped=bool(factor.levels))
        each.append(_gain(factor.name, table, chosen, now, card=factor.card))
    each.sort(key=lambda one: (-one.value, one.factor))
    return (everything, *each)


def name_first_measured(found: Sequence[KnowingOne]) -> KnowingOne | None:
    """Return the factor the test site should measure first; None if no decision hangs on any.

    Only factors that a card measures, and whose value is told apart from 0.
    """
    able = [one for one in found if one.card and one.low > 0.0]
    return max(able, key=lambda one: (one.value, one.factor), default=None)


def _gain(
    name: str, table: Floats, chosen: NDArray[np.int64], now: int, *, card: str
) -> KnowingOne:
    """Return the mean gain of choosing as told over the choice of now, with its interval."""
    cases = np.arange(table.shape[1])
    gains = table[chosen, cases] - table[now]
    block = _blocks(len(cases))
    sums = np.bincount(block, gains, BLOCKS)
    counts = np.bincount(block, minlength=BLOCKS)
    value, low, high = jackknife(BLOCKS, lambda kept: float(sums[kept].sum() / counts[kept].sum()))
    return KnowingOne(
        factor=name,
        value=max(0.0, value),
        low=max(0.0, low),
        high=max(0.0, high),
        changes=float(np.mean(chosen != now)),
        card=card,
    )


def _blocks(cases: int) -> NDArray[np.int64]:
    """Return the block of the design that each case is of; a block has a part in both its sets.

    Folds are made of whole blocks: points of one scrambling are no independent cases.
    """
    blocks: NDArray[np.int64] = np.arange(cases) * (2 * BLOCKS) // cases % BLOCKS
    return blocks


def _choose(column: Floats, table: Floats, *, is_stepped: bool) -> NDArray[np.int64]:
    """Return by case the decision that is best on the mean of the other folds' cases like it."""
    basis = _basis(column, is_stepped=is_stepped)
    fold = _blocks(len(column)) % _FOLDS
    chosen = np.zeros(len(column), dtype=np.int64)
    for out in range(_FOLDS):
        inside = fold != out
        weights, *_ = np.linalg.lstsq(basis[inside], table[:, inside].T, rcond=None)
        chosen[~inside] = (basis[~inside] @ weights).argmax(axis=1)
    return chosen


def _basis(column: Floats, *, is_stepped: bool) -> Floats:
    """Return hat functions between quantiles of a factor, or one column for each of its values."""
    if is_stepped:
        steps: Floats = (column[:, None] == np.unique(column)[None, :]).astype(np.float64)
        return steps
    knots = np.unique(np.quantile(column, np.linspace(0.0, 1.0, KNOTS + 1)))
    if len(knots) < 2:
        return np.ones((len(column), 1))
    hats = [np.interp(column, knots, row) for row in np.eye(len(knots))]
    return np.stack(hats, axis=1)
