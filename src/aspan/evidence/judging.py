"""Judges: functions of a scenario's code that say of a run whether a check is passed.

A scenario names its judges with `@check`; the loader collects them. `@check("power")` judges the
check `power` of every card of the scenario, `@check("HO2.power")` that of one card alone. Here are
also the questions that most checks ask, so that a judge is a line or two. What a run does not hold
(a segment not flown, a silent channel) is never a pass: the verdict says
that the run does not tell.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from math import sqrt

import msgspec
import numpy as np

from aspan.evidence.card import Bounds, Check, CheckId
from aspan.evidence.run_data import (
    Floats,
    NotRecordedError,
    RunData,
    mean_of,
    rows_per_s,
    shaft_kw,
    smooth,
)
from aspan.evidence.verdict import Measured, Verdict, judge, judge_prediction, missing
from aspan.primitives.units import MS_PER_S, celsius_to_kelvin
from aspan.world.telemetry import CHANNEL_BY_NAME, PACKS, UNITS

JudgeFunction = Callable[[CheckId, RunData], Verdict]
Predict = Callable[[RunData, str], Measured]
"""Of a segment, what the model says, from the air and the speed measured in it."""

SMOOTH_S = 1.0
"""Readings are averaged over this before an extreme is taken: one noisy reading is no event."""

_SHAFT = ("torque_nm", "speed_rad_per_s")
_TORQUE_NM, _SPEED_RAD_PER_S = 900.0, 105.0
"""Of a unit in hover, for the share that noise is of them."""

HELD_SHARE = 0.95
"""Of the time, within which a value must be held. Assumed: gusts may take the rest."""


class Judge(msgspec.Struct, frozen=True):
    """A function and the checks it judges, as `@check` leaves it in its module."""

    names: tuple[str, ...]
    function: JudgeFunction

    def __call__(self, check_id: CheckId, run: RunData) -> Verdict:
        """Return what the function says of a run."""
        return self.function(check_id, run)


def check(*names: str) -> Callable[[JudgeFunction], Judge]:
    """Name the checks that a function judges."""
    return lambda function: Judge(names, function)


def judge_check(asked: Check, judge_function: JudgeFunction, run: RunData) -> Verdict:
    """Return the verdict of one check; what was not recorded is told, not raised."""
    try:
        return judge_function(asked.check_id, run)
    except NotRecordedError as fault:
        return missing(asked.check_id, f"The run does not tell: {fault}")


def predicting(function: JudgeFunction) -> JudgeFunction:
    """Return a judge of a prediction: that a run does not tell is said beside the card's band.

    So it is known of the run that its trend is not, before the next card opens.
    """

    @wraps(function)
    def judge_trend(check_id: CheckId, run: RunData) -> Verdict:
        try:
            return function(check_id, run)
        except NotRecordedError as fault:
            band = run.card.prediction_band
            words = f"The run does not tell: {fault}"
            return missing(check_id, words, Bounds(low=-band, high=band))

    return judge_trend


def within_band(
    check_id: CheckId,
    run: RunData,
    labels: Sequence[str],
    what: str,
    measured: Floats,
    predict: Predict,
    unit: str = "kW",
    *,
    offset: float = 0.0,
) -> Verdict:
    """Judge whether the mean of each segment lies in the prediction band of the card."""
    points = [
        (mean_of(run, measured[run.rows(label)], unit, offset=offset), predict(run, label))
        for label in labels
    ]
    return judge_prediction(check_id, what, points, run.card.prediction_band)


def mean_within(
    check_id: CheckId,
    run: RunData,
    labels: Sequence[str],
    what: str,
    values: Floats,
    unit: str,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Verdict:
    """Judge the mean over segments, in the readings' own scatter."""
    joined = np.concatenate([values[run.rows(label)] for label in labels])
    return judge(check_id, what, mean_of(run, joined, unit), Bounds(low=low, high=high))


def never_outside(
    check_id: CheckId,
    run: RunData,
    channels: Sequence[str],
    what: str,
    *,
    low: float | None = None,
    high: float | None = None,
    labels: Sequence[str] | None = None,
) -> Verdict:
    """Judge the extreme of channels of one kind, over segments or the whole run.

    Of a value bounded on both sides the one that comes nearer to its bound is judged.
    """
    worst: Verdict | None = None
    for channel in channels:
        values = _part(run, channel, labels)
        for bound, pick in ((high, np.nanmax), (low, np.nanmin)):
            if bound is None:
                continue
            value = float(pick(values))
            verdict = judge(
                check_id,
                f"{what} ({'greatest' if bound == high else 'least'}, {channel})",
                _with_noise(run, channel, value),
                Bounds(low=low, high=high),
            )
            if worst is None or _margin(verdict) < _margin(worst):
                worst = verdict
    return worst or missing(check_id, f"{what}: nothing was asked")


def held_within(
    check_id: CheckId,
    run: RunData,
    labels: Sequence[str],
    channel: str,
    what: str,
    *,
    about: float | None,
    tolerance: float,
) -> Verdict:
    """Judge how near a channel is kept to a value, 95 % of the time; to its own mean if None."""
    worst: Measured | None = None
    for label in labels:
        values = _part(run, channel, (label,))
        target = float(np.nanmean(values)) if about is None else about
        off = np.abs(values - target)
        measured = _with_noise(run, channel, float(np.nanquantile(off, HELD_SHARE)))
        if worst is None or measured.value > worst.value:
            worst = measured
    if worst is None:
        return missing(check_id, f"{what}: nothing was asked")
    return judge(check_id, f"{what} is off by", worst, Bounds(high=tolerance))


def reached_within(
    check_id: CheckId,
    run: RunData,
    label: str,
    channel: str,
    what: str,
    *,
    at_least: float,
    within_s: float,
) -> Verdict:
    """Judge how soon in a segment a channel first reaches a value."""
    values = smooth(run.of(label, channel), round(SMOOTH_S * rows_per_s(run)))
    reached = np.flatnonzero(values >= at_least)
    if len(reached) == 0:
        unit = CHANNEL_BY_NAME[channel].unit
        return Verdict(
            check_id=check_id,
            outcome="fail",
            words=f"{what}: {at_least:g} {unit} was never reached",
            bound=Bounds(high=within_s),
            unit="s",
        )
    at_s = float(run.seconds(label)[reached[0]])
    measured = Measured(value=at_s, low=at_s, high=at_s + SMOOTH_S, unit="s")
    return judge(check_id, what, measured, Bounds(high=within_s))


def units_below(check_id: CheckId, run: RunData, shaft_kw_max: float) -> Verdict:
    """Judge the greatest shaft power of any unit."""
    rows = round(SMOOTH_S * rows_per_s(run))
    powers = [smooth(shaft_kw(run, unit), rows) for unit in range(1, UNITS + 1)]
    if not np.isfinite(np.concatenate(powers)).any():
        raise NotRecordedError("torque and speed of the units say nothing")
    worst = max(range(UNITS), key=lambda n: (float(np.nanmax(powers[n], initial=0.0)), -n))
    value = float(np.nanmax(powers[worst]))
    torque, speed = (CHANNEL_BY_NAME[f"unit{worst + 1}_{part}"] for part in _SHAFT)
    share = torque.noise / _TORQUE_NM + speed.noise / _SPEED_RAD_PER_S
    half = 1.96 * share * value / sqrt(max(1.0, float(rows)))
    measured = Measured(value=value, low=value - half, high=value + half, unit="kW")
    what = f"Greatest shaft power, of unit {worst + 1},"
    return judge(check_id, what, measured, Bounds(high=shaft_kw_max))


def packs_below(check_id: CheckId, run: RunData, celsius_max: float) -> Verdict:
    """Judge the greatest temperature of any pack."""
    channels = [f"pack{n}_temperature_k" for n in range(1, PACKS + 1)]
    high = celsius_to_kelvin(celsius_max)
    return never_outside(check_id, run, channels, "Pack temperature", high=high)


def recorded(
    check_id: CheckId, run: RunData, channels: Sequence[str], *, share: float, rate_hz: float
) -> Verdict:
    """Judge whether each channel was there often enough, against a rate of so many a second."""
    at_ms = run.column("at_ms")
    expected = float(at_ms[-1] - at_ms[0]) / MS_PER_S * rate_hz
    counts = {name: int(np.isfinite(run.column(name)).sum()) for name in channels}
    if not counts or expected <= 0.0:
        return missing(check_id, "No row was recorded")
    worst = min(counts, key=lambda name: (counts[name], name))
    value = counts[worst] / expected
    measured = Measured(value=value, low=value, high=value, unit="1")
    what = f"Share of {rate_hz:g} readings a second that are there ({worst})"
    return judge(check_id, what, measured, Bounds(low=share))


def _part(run: RunData, channel: str, labels: Sequence[str] | None) -> Floats:
    """Return a channel averaged over a second, of segments or of the whole run."""
    rows = round(SMOOTH_S * rows_per_s(run))
    parts = [run.column(channel)] if labels is None else [run.of(name, channel) for name in labels]
    values = np.concatenate([smooth(part, rows) for part in parts if len(part)])
    if not np.isfinite(values).any():
        raise NotRecordedError(f"channel {channel} says nothing")
    return values


def _with_noise(run: RunData, channel: str, value: float) -> Measured:
    """Return a value with the interval that a second's readings of its sensor leave."""
    known = CHANNEL_BY_NAME[channel]
    half = 1.96 * known.noise / sqrt(max(1.0, SMOOTH_S * rows_per_s(run)))
    return Measured(value=value, low=value - half, high=value + half, unit=known.unit)


def _margin(verdict: Verdict) -> float:
    """Return how far inside its bounds a verdict's value lies, the less the worse."""
    value = verdict.value if verdict.value is not None else float("-inf")
    low, high = verdict.bound.low, verdict.bound.high
    inside = [high - value] if high is not None else []
    inside += [value - low] if low is not None else []
    return min(inside, default=float("inf"))
