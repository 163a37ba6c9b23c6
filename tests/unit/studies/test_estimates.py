"""Estimates: month-stratified means, their intervals and paired differences."""

from math import inf, log, sqrt

import numpy as np
import pytest
from scipy.special import stdtrit

from aspan.primitives.errors import InvalidInput
from aspan.studies.estimates import (
    MONTH_DAYS,
    MONTHS,
    SEEN_SELDOM,
    estimate_figure,
    estimate_mean,
    estimate_skewed,
    group_by_month,
    make_strata,
)


def test_months_weigh_their_days() -> None:
    """A year of 31-day months at 1 and shorter ones at 0 has the share of the long ones."""
    long_months = {1, 3, 5, 7, 8, 10, 12}
    rows = [(month, float(month in long_months)) for month in MONTHS for _ in range(2)]
    assert estimate_mean(rows).mean == pytest.approx(7 * 31 / 365.25)
    assert sum(MONTH_DAYS.values()) == 365.25


def test_two_months_by_hand() -> None:
    """Mean, standard error, degrees and interval of two strata agree with the formulas by hand."""
    rows = [(1, 1.0), (1, 3.0), (2, 4.0), (2, 6.0), (2, 11.0)]
    found = estimate_mean(rows, months=(1, 2))
    share = 31.0 / 59.25
    parts = [share**2 * 2.0 / 2, (1 - share) ** 2 * 13.0 / 3]
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / 1 + parts[1] ** 2 / 2)
    assert found.mean == pytest.approx(share * 2.0 + (1 - share) * 7.0)
    assert found.std_error == pytest.approx(sqrt(sum(parts)))
    assert found.degrees == pytest.approx(degrees)
    assert found.high - found.mean == pytest.approx(stdtrit(degrees, 0.975) * sqrt(sum(parts)))
    assert found.days == 5
    assert found.note == ""


def test_interval_of_normal_days_holds() -> None:
    """The interval of eight days a month holds the truth in about 95 % of samples."""
    dice = np.random.default_rng(3)
    truth = {month: 30.0 + 5.0 * month for month in MONTHS}
    mean = sum(MONTH_DAYS[m] * truth[m] for m in MONTHS) / 365.25
    held = 0
    for _ in range(500):
        rows = [(m, v) for m in MONTHS for v in dice.normal(truth[m], 3.0 * m, 8).tolist()]
        found = estimate_mean(rows)
        held += found.low <= mean <= found.high
    assert 460 <= held <= 490


def test_days_without_spread_have_no_reach() -> None:
    """Days that are all alike give an interval of a point."""
    found = estimate_mean([(month, 4.0) for month in MONTHS for _ in range(3)])
    assert [found.low, found.mean, found.high] == pytest.approx([4.0, 4.0, 4.0])
    assert make_strata(group_by_month([(1, 4.0), (1, 4.0)])).degrees == inf


def test_missing_and_single_days_are_told() -> None:
    """Months without a day, and months with one, are named in the note."""
    found = estimate_mean([(1, 2.0), (1, 4.0), (2, 9.0)], months=(1, 2, 3))
    assert (
        found.note == "no day of months 3; a month with a single day takes the spread of the others"
    )
    assert found.days == 3
    lone = make_strata(group_by_month([(1, 2.0), (1, 4.0), (2, 9.0)]))
    assert lone.variances == (2.0, 2.0)


def test_one_day_is_refused() -> None:
    """One day has no spread to tell of."""
    with pytest.raises(InvalidInput, match="two days"):
        estimate_mean([(1, 2.0)])


def test_scaling_turns_the_interval_round() -> None:
    """Times a negative number low and high change places."""
    found = estimate_mean([(1, 2.0), (1, 4.0)], months=(1,)).scaled(-2.0)
    assert found.mean == -6.0
    assert found.low < found.mean < found.high


def test_skewed_figures_have_their_own_interval() -> None:
    """Cancellations are held in 92 % or more, where Student holds fewer; never below 0."""
    dice = np.random.default_rng(7)
    fog = np.array([0.42, 0.36, 0.2, 0.05, 0.02, 0.01, 0.0, 0.01, 0.03, 0.09, 0.3, 0.41])
    mean = sum(MONTH_DAYS[m] * (fog[m - 1] * 6.0 + 0.075) for m in MONTHS) / 365.25
    held = {"skewed": 0, "student": 0}
    for _ in range(400):
        foggy = dice.random((12, 8)) < fog[:, None]
        bad = foggy * dice.negative_binomial(1.2, 1.2 / 7.2, (12, 8))
        usual = (dice.random((12, 8)) < 0.05) * dice.integers(1, 3, (12, 8))
        rows = [(m, float(v)) for m in MONTHS for v in (bad + usual)[m - 1]]
        found, plain = estimate_figure("sorties_cancelled", rows), estimate_mean(rows)
        assert 0.0 <= found.low <= found.mean <= found.high
        held["skewed"] += found.low <= mean <= found.high
        held["student"] += plain.low <= mean <= plain.high
    assert held["skewed"] >= 0.92 * 400
    assert held["student"] < held["skewed"]


def test_what_was_never_seen_may_still_be() -> None:
    """No diversion in 96 days leaves room for one in 26 days or so, and the note says why."""
    found = estimate_skewed([(month, 0.0) for month in MONTHS for _ in range(8)])
    assert (found.mean, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(-log(0.025) * 31.0 / 365.25 / 8.0)
    assert 25.0 < 1.0 / found.high < 27.0
    assert found.note == SEEN_SELDOM
    seen = estimate_skewed([(month, float(day)) for month in MONTHS for day in range(3)])
    assert seen.note == ""


def test_other_figures_have_students_interval() -> None:
    """Passengers flown are no skewed figure; a negative value is refused where one is."""
    rows = [(month, float(month + day)) for month in MONTHS for day in range(3)]
    assert estimate_figure("passengers_flown", rows) == estimate_mean(rows)
    with pytest.raises(InvalidInput, match="skewed"):
        estimate_skewed([(1, -1.0), (1, 2.0)], months=(1,))
