"""Flown days asked for means: by month, by site, as ratios, with intervals."""

import pytest

from aspan.studies import estimates
from aspan.studies.flown import COVERAGE, FEW_DAYS, SELDOM, Flown, scale_figure, sum_by_site
from unit.studies.flown_days import make_day


def _year(per_month: int = 2) -> Flown:
    return Flown(
        make_day(month, number, passengers_flown=10 * month + number)
        for month in range(1, 13)
        for number in range(per_month)
    )


def test_a_mean_day_weighs_months_by_their_days() -> None:
    """The mean of days drawn evenly by month is that of a year, within its interval."""
    flown = _year()
    days = [31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    want = sum(n * (10 * (m + 1) + 0.5) for m, n in enumerate(days)) / sum(days)
    figure = flown.figure(lambda day: float(day.passengers_flown), "1")
    assert figure.value == pytest.approx(want)
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < want < figure.high
    assert (figure.days, figure.note) == (24, "")


def test_one_day_has_a_mean_and_no_interval() -> None:
    """A single day is told as it is, without an interval, and with a note."""
    figure = Flown([make_day(6, 0)]).figure(lambda day: float(day.passengers_flown), "1")
    assert (figure.value, figure.low, figure.high, figure.note) == (30.0, None, None, FEW_DAYS)


def test_intervals_that_may_be_too_narrow_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is seen on few days says so, and a figure whose interval failed in trials says that."""
    flown = _year()
    assert flown.figure_of("sorties_diverted", "1").note == SELDOM
    assert flown.figure_of("passengers_flown", "1").note == ""
    monkeypatch.setattr(estimates, "COVERAGE_LOW", frozenset({"passengers_flown"}))
    assert flown.figure_of("passengers_flown", "1").note == COVERAGE
    assert flown.figure_of("minutes_saved", "min").note == ""


def test_no_day_is_no_passenger() -> None:
    """Without any day a mean is 0, and nothing is divided by it."""
    nothing = Flown([])
    assert nothing.mean_of("passengers_flown") == 0.0
    assert nothing.ratio(lambda day: day.minutes_saved, lambda day: day.seat_km) == 0.0


def test_a_key_missing_on_a_day_counts_as_nothing_there() -> None:
    """A pair that nobody flies on half of the days has half of its passengers in the mean."""
    days = [
        make_day(1, 0, passengers_by_pair={"A>B": 8}),
        make_day(1, 1, passengers_by_pair={"B>A": 4}),
    ]
    assert Flown(days, (1,)).means_by("passengers_by_pair") == {"A>B": 4.0, "B>A": 2.0}


def test_a_ratio_of_means_has_the_interval_of_its_days() -> None:
    """A ratio that every day keeps has an interval of no width; others have one about it."""
    same = Flown(make_day(1, n, passenger_km=100.0 + n, seat_km=200.0 + 2 * n) for n in range(6))
    figure = same.figure_ratio(lambda d: d.passenger_km, lambda d: d.seat_km, "1")
    assert figure.value == pytest.approx(0.5)
    assert figure.low == pytest.approx(0.5)
    assert figure.high == pytest.approx(0.5)
    other = Flown(make_day(1, n, passenger_km=100.0 + 10 * (n % 3)) for n in range(6))
    wide = other.figure_ratio(lambda d: d.passenger_km, lambda d: d.seat_km, "1")
    assert wide.low is not None
    assert wide.low < wide.value


def test_a_site_counts_who_took_off_and_who_landed() -> None:
    """Passengers of a site are those of every pair that begins or ends there."""
    by_pair = {"A>B": 3.0, "B>A": 2.0, "B>C": 5.0}
    assert (sum_by_site(by_pair, "A"), sum_by_site(by_pair, "B")) == (5.0, 10.0)
    assert sum_by_site(by_pair, "C") == 5.0


def test_a_figure_scaled_below_zero_keeps_its_ends_in_order() -> None:
    """A figure times a negative number has its lower end below its upper one."""
    figure = scale_figure(_year().figure(lambda day: float(day.passengers_flown), "1"), -2.0, "x")
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < figure.value < figure.high
    assert figure.unit == "x"
