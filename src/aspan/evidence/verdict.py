"""Verdict: what a measured value with its uncertainty says about a criterion.

A value passes only when the whole of its 95 % interval lies inside the bounds and fails only when
the whole of it lies outside; between them the runs do not tell, and the verdict says so. That is
simple acceptance and rejection with guard bands [1]; both errors then stay at 2.5 % a side.

A prediction band asks less: whether the trend of the points lies near enough to the model for the
next card to be opened. The band stands for what the model itself may be wrong by; what
the model was computed with (mass, density, wind) has an uncertainty of its own, which is added to
that of the measurement.

References
----------
.. [1] JCGM 106:2012, *The role of measurement uncertainty in conformity assessment*, section 8.
"""

from collections.abc import Sequence
from math import hypot, isfinite
from typing import Literal

import msgspec

from aspan.evidence.card import Bounds, CheckId

Outcome = Literal["pass", "fail", "inconclusive"]
"""Inconclusive: the interval lies across a bound, or nothing was measured."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A value with its 95 % interval; all three are equal where nothing is uncertain."""

    value: float
    low: float
    high: float
    unit: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found for one check of a card.

    Parameters
    ----------
    value, low, high
        Measured, with its 95 % interval, in `unit`; None where the check is yes or no or nothing
        was measured.
    bound
        What was asked of the value; open on both sides where the check is yes or no.
    words
        One sentence for people, with value, interval and bound.
    """

    check_id: CheckId
    outcome: Outcome
    words: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = "1"
    bound: Bounds = Bounds()


def judge(check_id: CheckId, what: str, measured: Measured, bound: Bounds) -> Verdict:
    """Return whether a measured value is inside its bounds, which belong to them.

    Parameters
    ----------
    what
        Name of the value, as it begins a sentence.
    """
    low = -float("inf") if bound.low is None else bound.low
    high = float("inf") if bound.high is None else bound.high
    if not all(isfinite(x) for x in (measured.value, measured.low, measured.high)):
        return missing(check_id, f"{what} was not measured: no usable reading", bound)
    outcome: Outcome = "inconclusive"
    if low <= measured.low and measured.high <= high:
        outcome = "pass"
    elif measured.high < low or measured.low > high:
        outcome = "fail"
    said = {"pass": "inside", "fail": "outside", "inconclusive": "across the edge of"}[outcome]
    return Verdict(
        check_id=check_id,
        outcome=outcome,
        value=measured.value,
        low=measured.low,
        high=measured.high,
        unit=measured.unit,
        bound=bound,
        words=f"{what} is {format_measured(measured)}: {said} {format_bound(bound, measured.unit)}",
    )


def judge_fact(check_id: CheckId, is_so: bool, words: str) -> Verdict:
    """Return a verdict on something that is so or is not, without uncertainty."""
    return Verdict(check_id=check_id, outcome="pass" if is_so else "fail", words=words)


def missing(check_id: CheckId, words: str, bound: Bounds | None = None) -> Verdict:
    """Return that the run does not tell, and why."""
    return Verdict(check_id=check_id, outcome="inconclusive", words=words, bound=bound or Bounds())


def judge_prediction(
    check_id: CheckId,
    what: str,
    points: Sequence[tuple[Measured, Measured]],
    prediction_band: float,
) -> Verdict:
    """Return whether every measured point lies within a share of what the model says of it.

    Parameters
    ----------
    points
        Measured and predicted value of each point; the prediction's interval is that of what it
        was computed with, not of the model, for which the band stands.
    prediction_band
        Of the card: 0.10 allows 10 % either way.
    """
    bound = Bounds(low=-prediction_band, high=prediction_band)
    if not points:
        return missing(check_id, f"{what}: no point was measured", bound)
    verdicts = [
        judge(check_id, f"{what} less its prediction, as a share of it,", _deviation(*pair), bound)
        for pair in points
    ]
    order: tuple[Outcome, ...] = ("fail", "inconclusive", "pass")
    return min(verdicts, key=lambda v: (order.index(v.outcome), -abs(v.value or 0.0)))


def _deviation(measured: Measured, predicted: Measured) -> Measured:
    """Return how far a point lies from its prediction, as a share of it, with both intervals."""
    share = measured.value / predicted.value - 1.0 if predicted.value else float("nan")
    scale = abs(1.0 + share)
    own_low, own_high = (measured.value - measured.low), (measured.high - measured.value)
    pred_low, pred_high = (predicted.value - predicted.low), (predicted.high - predicted.value)
    below = hypot(own_low, scale * pred_high) / abs(predicted.value or 1.0)
    above = hypot(own_high, scale * pred_low) / abs(predicted.value or 1.0)
    return Measured(value=share, low=share - below, high=share + above, unit="1")


def format_measured(measured: Measured) -> str:
    """Return a value with its interval, with digits to match the interval."""
    width = max(measured.high - measured.low, abs(measured.value) * 1e-3, 1e-9)
    digits = max(0, next((d for d in range(9) if 10.0**-d <= width / 10.0), 9))
    value, low, high = (f"{x:.{digits}f}" for x in (measured.value, measured.low, measured.high))
    unit = "" if measured.unit == "1" else f" {measured.unit}"
    return f"{value}{unit}" if low == high else f"{value}{unit} (95 %: {low} to {high})"


def format_bound(bound: Bounds, unit: str) -> str:
    """Return bounds in words."""
    end = "" if unit == "1" else f" {unit}"
    if bound.low is None and bound.high is None:
        return "no bound"
    if bound.low is None:
        return f"at most {bound.high:g}{end}"
    if bound.high is None:
        return f"at least {bound.low:g}{end}"
    return f"{bound.low:g} to {bound.high:g}{end}"
