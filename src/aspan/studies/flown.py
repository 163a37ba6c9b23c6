"""Flown days of one plan in one setting, asked for means: of a figure, a site, a pair, a zone.

Every mean is stratified by month (`estimates`), so days are in any number a month, and a `Figure`
carries its interval. Sums over sites or zones are made day by day, so that their interval is right.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite

from aspan.studies.answer_parts import Figure
from aspan.studies.day_figures import DayFigures
from aspan.studies.estimates import (
    CONFIDENCE,
    COVERS_SELDOM,
    SEEN_SELDOM,
    Estimate,
    estimate_figure,
    estimate_mean,
    estimate_skewed,
    group_by_month,
    make_strata,
)

FEW_DAYS = "few_days"
"""Note of a figure from so few days that its interval may be too narrow or is none at all."""

GAPS = "months_missing"
"""Note of a figure that speaks of some of the months asked for only."""

COVERAGE = "coverage_low"
"""Note of a figure whose interval was measured to hold the truth too seldom."""

SELDOM = "seen_seldom"
"""Note of a figure that is seen on so few days that its interval may be too narrow."""

DAYS_MIN = 24
"""Below two days a month the spread within months is hardly known."""


def tell_estimate(found: Estimate, unit: str, *, note: str = "") -> Figure:
    """Return an estimate from flown days as people are told it."""
    told = note
    if not told and found.days < DAYS_MIN:
        told = FEW_DAYS
    if not told and COVERS_SELDOM in found.note:
        told = COVERAGE
    if not told and SEEN_SELDOM in found.note:
        told = SELDOM
    if not told and "no day" in found.note:
        told = GAPS
    bounds = (
        (found.low, found.high) if isfinite(found.low) and isfinite(found.high) else (None,) * 2
    )
    return Figure(
        value=found.mean,
        unit=unit,
        basis="simulated",
        low=bounds[0],
        high=bounds[1],
        days=found.days,
        note=told,
    )


class Flown:
    """The flown days of one plan in one setting.

    Parameters
    ----------
    days
        In any order; they are sorted by date and seed.
    months
        Months that a mean is of; all twelve if empty.
    """

    def __init__(self, days: Iterable[DayFigures], months: Sequence[int] = ()) -> None:
        self.days = tuple(sorted(days, key=lambda day: (day.date, day.seed, day.key)))
        self.months = tuple(months)

    def values(self, of: Callable[[DayFigures], float]) -> list[tuple[int, float]]:
        """Return month and value of every day."""
        return [(day.month, float(of(day))) for day in self.days]

    def estimate(self, of: Callable[[DayFigures], float]) -> Estimate:
        """Return the mean day of a value; with a single day, that day without an interval."""
        values = self.values(of)
        if len(values) >= 2:
            return estimate_mean(values, months=self.months, confidence=CONFIDENCE)
        mean = values[0][1] if values else 0.0
        return Estimate(mean=mean, low=float("-inf"), high=float("inf"), days=len(values))

    def figure(self, of: Callable[[DayFigures], float], unit: str) -> Figure:
        """Return the mean day of a value as people are told it."""
        return tell_estimate(self.estimate(of), unit)

    def figure_of(self, name: str, unit: str) -> Figure:
        """Return the mean day of a field, by the interval that fits it."""
        values = self.values(lambda day: getattr(day, name) or 0.0)
        if len(values) < 2:
            return self.figure(lambda day: getattr(day, name) or 0.0, unit)
        return tell_estimate(estimate_figure(name, values, months=self.months), unit)

    def mean(self, of: Callable[[DayFigures], float]) -> float:
        """Return the mean day of a value alone."""
        values = self.values(of)
        if len(values) < 2:
            return values[0][1] if values else 0.0
        return make_strata(group_by_month(values, self.months)).mean

    def mean_of(self, name: str) -> float:
        """Return the mean day of a field."""
        return self.mean(lambda day: getattr(day, name) or 0.0)

    def keys_of(self, name: str) -> tuple[str, ...]:
        """Return all keys that a field by key has on any day, sorted."""
        return tuple(sorted({key for day in self.days for key in getattr(day, name)}))

    def means_by(self, name: str) -> dict[str, float]:
        """Return the mean day of a field by key."""
        return {
            key: self.mean(lambda day, key=key: getattr(day, name).get(key, 0.0))  # type: ignore[misc]
            for key in self.keys_of(name)
        }

    def figures_by(self, name: str, unit: str) -> dict[str, Figure]:
        """Return the mean day of a field by key, as people are told it."""
        return {
            key: self.figure(lambda day, key=key: getattr(day, name).get(key, 0.0), unit)  # type: ignore[misc]
            for key in self.keys_of(name)
        }

    def greatest_by(self, name: str) -> dict[str, float]:
        """Return the greatest value of a field by key on any day."""
        return {
            key: max(getattr(day, name).get(key, 0.0) for day in self.days)
            for key in self.keys_of(name)
        }

    def ratio(
        self, of: Callable[[DayFigures], float], over: Callable[[DayFigures], float]
    ) -> float:
        """Return the mean of one value over the mean of another; 0 where that is none."""
        below = self.mean(over)
        return self.mean(of) / below if below else 0.0

    def figure_ratio(
        self, of: Callable[[DayFigures], float], over: Callable[[DayFigures], float], unit: str
    ) -> Figure:
        """Return a ratio of means with the interval of its linear part (the delta method)."""
        ratio, below = self.ratio(of, over), self.mean(over)
        if below == 0.0:
            return Figure(value=0.0, unit=unit, basis="simulated", days=len(self.days))
        spread = self.estimate(lambda day: (of(day) - ratio * over(day)) / below)
        low, high = ratio + spread.low - spread.mean, ratio + spread.high - spread.mean
        shifted = Estimate(mean=ratio, low=low, high=high, days=spread.days, note=spread.note)
        return tell_estimate(shifted, unit)

    def figure_rare(
        self, of: Callable[[DayFigures], float], over: Callable[[DayFigures], float], unit: str
    ) -> Figure:
        """Return a ratio whose upper part is 0 on most days, by the interval of such figures."""
        below = self.mean(over)
        if below == 0.0 or len(self.days) < 2:
            return self.figure_ratio(of, over, unit)
        found = estimate_skewed(self.values(of), months=self.months)
        return tell_estimate(found.scaled(1.0 / below), unit)


def scale_figure(figure: Figure, factor: float, unit: str) -> Figure:
    """Return a figure times a number, in another unit."""
    low, high = figure.low, figure.high
    if low is not None and high is not None:
        low, high = sorted((low * factor, high * factor))
    return Figure(
        value=figure.value * factor,
        unit=unit,
        basis=figure.basis,
        low=low,
        high=high,
        days=figure.days,
        note=figure.note,
    )


def split_pair(pair: str) -> tuple[str, str]:
    """Return origin and destination of a key of `passengers_by_pair`."""
    origin, _, destination = pair.partition(">")
    return origin, destination


def sum_by_site(by_pair: Mapping[str, float], site_id: str) -> float:
    """Return how many of a day's passengers took off or landed at a site."""
    return sum(count for pair, count in by_pair.items() if site_id in split_pair(pair))
