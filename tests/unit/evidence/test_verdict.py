"""Verdicts: a criterion against a value with its interval, and the prediction band."""

from math import nan

import pytest

from aspan.evidence.card import Bounds, CheckId
from aspan.evidence.verdict import Measured, judge, judge_fact, judge_prediction

ID = CheckId("HOV-01")


def _kw(value: float, half: float) -> Measured:
    return Measured(value=value, low=value - half, high=value + half, unit="kW")


@pytest.mark.parametrize(
    ("value", "half", "outcome"),
    [
        (580.0, 20.0, "pass"),
        (580.0, 20.001, "inconclusive"),
        (610.0, 9.0, "fail"),
        (610.0, 10.0, "inconclusive"),
        (599.0, 0.0, "pass"),
        (nan, 1.0, "inconclusive"),
    ],
)
def test_only_a_whole_interval_decides(value: float, half: float, outcome: str) -> None:
    """A value passes or fails with its whole interval; the bound itself is inside."""
    verdict = judge(ID, "Hover power", _kw(value, half), Bounds(high=600.0))
    assert verdict.outcome == outcome


def test_words_tell_value_interval_and_bound() -> None:
    """A verdict can be read without the card beside it."""
    verdict = judge(ID, "Hover power", _kw(580.04, 12.3), Bounds(low=500.0, high=600.0))
    assert verdict.words == ("Hover power is 580 kW (95 %: 568 to 592): inside 500 to 600 kW")


def test_a_fact_passes_or_fails() -> None:
    """What has no uncertainty is never inconclusive."""
    assert judge_fact(ID, True, "No limit was reached").outcome == "pass"
    assert judge_fact(ID, False, "The fence was crossed").outcome == "fail"


def test_band_counts_both_uncertainties() -> None:
    """Measured 8 % above a prediction that is itself uncertain by 3 % may leave a band of 10 %."""
    measured, sharp, blurred = _kw(108.0, 1.0), _kw(100.0, 0.0), _kw(100.0, 3.0)
    inside = judge_prediction(ID, "Power", [(measured, sharp)], 0.10)
    assert inside.outcome == "pass"
    assert inside.value == pytest.approx(0.08)
    assert judge_prediction(ID, "Power", [(measured, blurred)], 0.10).outcome == "inconclusive"


def test_the_worst_point_speaks_for_the_trend() -> None:
    """One point outside the band closes it, however many lie inside; none at all tells nothing."""
    good, bad = (_kw(101.0, 1.0), _kw(100.0, 0.0)), (_kw(85.0, 1.0), _kw(100.0, 0.0))
    worst = judge_prediction(ID, "Power", [good, bad, good], 0.10)
    assert worst.outcome == "fail"
    assert worst.value == pytest.approx(-0.15)
    assert judge_prediction(ID, "Power", [], 0.10).outcome == "inconclusive"
