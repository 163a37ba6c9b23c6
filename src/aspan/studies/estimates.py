"""Estimates: what a mean day of the year comes to, from a sample of its days, and how sure that is.

Theory of operation. Days are drawn month by month, so a year is twelve strata: its mean is the sum
of month means, each weighed by the month's share of the year's days, and its variance the sum of
theirs (Cochran 1977, ch. 5). The interval is Student's, with Satterthwaite's degrees of freedom
[2]_. Two plans are flown on the same days with the same luck, so what differs between them is
estimated from the differences of their days, which vary far less than the days themselves.

Counts that are mostly 0 with a few bad days (cancellations, diversions) are skewed: Student's
interval ends too low for them, and reaches below 0. Theirs is that of Fay and Feuer [3]_, a gamma
distribution with the mean and the variance found, its upper end as if one such day more had been
seen; it is never below 0, and says something where nothing was seen. On 1,500 samples of eight days
a month, made with the fog days of Alatau, it held the truth in 93 to 97 %, whether bad days were
one in six or one in two hundred; Student's held 91 to 39 %, bootstrap-t 96 to 27 %, Johnson's
modified t 95 to 42 %, and an interval laid out in logarithms as much as this one, but up
to two thirds wider. What is seen on a handful of days hangs on them; its note says so.

Where a month has a single day it lends itself the spread of the others; where it has none, the
estimate speaks of the other months and its note says so. No correction is made for the record
being finite: the years to come are meant, not those of the record.

References
----------
.. [1] W. G. Cochran, *Sampling Techniques*, 3rd ed., 1977, sections 5.3 to 5.6, 5A.12.
.. [2] F. E. Satterthwaite, *An approximate distribution of estimates of variance components*,
   Biometrics Bulletin 2, 1946.
.. [3] M. P. Fay, E. J. Feuer, *Confidence intervals for directly standardized rates: a method based
   on the gamma distribution*, Statistics in Medicine 16, 1997.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from math import inf, sqrt
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, stdtrit

from aspan.primitives.errors import InvalidInput

CONFIDENCE: Final = 0.95
MONTHS: Final = tuple(range(1, 13))
DAYS_PER_YEAR: Final = 365.25
"""Of the Julian year: what a mean day is multiplied by to give a year."""

SKEWED: Final = frozenset(
    {
        "bookings_cancelled",
        "care_tiyn",
        "refunds_tiyn",
        "sorties_cancelled",
        "sorties_cancelled_weather",
        "sorties_diverted",
    }
)
"""Figures of a day that are 0 on most days and large on a few; none is ever negative."""

SEEN_DAYS_MIN: Final = 10
"""Below so many days that are not 0 the interval of a skewed figure may miss the truth."""

COVERAGE_LOW: Final[frozenset[str]] = frozenset()
"""Figures whose 95 % interval from eight days a month held the long-run mean in less than 92 % of
samples, as `tests/long/test_study_intervals.py` measures it."""

COVERS_SELDOM: Final = "in trials the interval held the truth in less than 92 % of samples"
"""Note of a figure of `COVERAGE_LOW`."""

SEEN_SELDOM: Final = "seen on few days: the interval may be too narrow"

_COMMON_YEAR = 2025
MONTH_DAYS: Final = {month: float(monthrange(_COMMON_YEAR, month)[1]) for month in MONTHS} | {
    2: 28.25
}
"""Days of a mean month, February with its quarter of a leap day."""

Floats = NDArray[np.float64]


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A mean with the interval that holds it at `confidence`.

    Parameters
    ----------
    mean
        Of a day, over the months asked for.
    low, high
        Ends of the interval.
    days
        Days the sample has.
    std_error
        Standard error of the mean.
    degrees
        Degrees of freedom of the interval; 0 where it does not come from Student's distribution.
    note
        What the reader must know of it; nothing if empty.
    """

    mean: float
    low: float
    high: float
    days: int
    std_error: float = 0.0
    degrees: float = 0.0
    confidence: float = CONFIDENCE
    note: str = ""

    def scaled(self, factor: float) -> "Estimate":
        """Return the estimate times a number: of a year by `DAYS_PER_YEAR`, in another unit."""
        low, high = sorted((self.low * factor, self.high * factor))
        return msgspec.structs.replace(
            self,
            mean=self.mean * factor,
            low=low,
            high=high,
            std_error=self.std_error * abs(factor),
        )

    @property
    def is_apart_from_zero(self) -> bool:
        """Say whether the interval leaves 0 out."""
        return self.low > 0.0 or self.high < 0.0


class Strata(msgspec.Struct, frozen=True, kw_only=True):
    """A sample in its months, with all that its mean and its spread need.

    Parameters
    ----------
    months
        Those that have a day, in order.
    weights
        Share of each in the year asked for; they sum to 1.
    counts, means, variances
        Days, mean and variance of a day, by month.
    missing
        Months asked for that have no day.
    """

    months: tuple[int, ...]
    weights: tuple[float, ...]
    counts: tuple[int, ...]
    means: tuple[float, ...]
    variances: tuple[float, ...]
    missing: tuple[int, ...]

    @property
    def mean(self) -> float:
        """Mean day over the months."""
        return sum(w * m for w, m in zip(self.weights, self.means, strict=True))

    @property
    def parts(self) -> tuple[float, ...]:
        """What each month adds to the variance of the mean."""
        return tuple(
            w * w * v / n for w, v, n in zip(self.weights, self.variances, self.counts, strict=True)
        )

    @property
    def variance(self) -> float:
        """Variance of the mean."""
        return sum(self.parts)

    @property
    def degrees(self) -> float:
        """Satterthwaite's degrees of freedom of `variance`; infinite if nothing varies."""
        spread = sum(
            part * part / max(1, n - 1) for part, n in zip(self.parts, self.counts, strict=True)
        )
        return self.variance**2 / spread if spread > 0.0 else inf


def group_by_month(
    values: Iterable[tuple[int, float]], months: Sequence[int] = ()
) -> dict[int, Floats]:
    """Return the values of each month asked for, in order; all twelve if none is named."""
    asked = tuple(months) or MONTHS
    grouped: dict[int, list[float]] = {month: [] for month in asked}
    for month, value in values:
        if month in grouped:
            grouped[month].append(float(value))
    return {month: np.array(found, dtype=np.float64) for month, found in grouped.items()}


def make_strata(grouped: Mapping[int, Floats]) -> Strata:
    """Return the strata of values by month; `InvalidInput` for fewer than two days."""
    months = tuple(month for month in sorted(grouped) if len(grouped[month]))
    days = sum(len(grouped[month]) for month in months)
    if days < 2:
        raise InvalidInput("days", days, "at least two days: one alone tells nothing of its spread")
    year = sum(MONTH_DAYS[month] for month in months)
    return Strata(
        months=months,
        weights=tuple(MONTH_DAYS[month] / year for month in months),
        counts=tuple(len(grouped[month]) for month in months),
        means=tuple(float(grouped[month].mean()) for month in months),
        variances=_variances([grouped[month] for month in months]),
        missing=tuple(month for month in sorted(grouped) if not len(grouped[month])),
    )


def _variances(samples: Sequence[Floats]) -> tuple[float, ...]:
    """Return the variance of each sample; a single day takes the mean one of the others.

    If every month has a single day, all of them are taken as one stratum (Cochran 1977, 5A.12),
    which overstates the spread by that between months.
    """
    own = [float(sample.var(ddof=1)) for sample in samples if len(sample) > 1]
    lent = float(np.mean(own)) if own else float(np.concatenate(samples).var(ddof=1))
    return tuple(float(s.var(ddof=1)) if len(s) > 1 else lent for s in samples)


def estimate_mean(
    values: Iterable[tuple[int, float]],
    *,
    months: Sequence[int] = (),
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return the mean day with its interval.

    Parameters
    ----------
    values
        Month, from 1, and value of each day.
    months
        Those that the mean is of; all twelve if empty.
    """
    return student_interval(make_strata(group_by_month(values, months)), confidence=confidence)


def estimate_figure(
    name: str,
    values: Iterable[tuple[int, float]],
    *,
    months: Sequence[int] = (),
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return the mean day of a figure by the interval that fits it, as `SKEWED` tells."""
    make = estimate_skewed if name in SKEWED else estimate_mean
    found = make(values, months=months, confidence=confidence)
    if name not in COVERAGE_LOW:
        return found
    note = "; ".join(filter(None, (found.note, COVERS_SELDOM)))
    return msgspec.structs.replace(found, note=note)


def estimate_skewed(
    values: Iterable[tuple[int, float]],
    *,
    months: Sequence[int] = (),
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return the mean day of a figure that is never negative, with an interval above 0.

    If it was 0 on every day, a bad day is taken as 1: right for counts, nothing for money.
    """
    grouped = group_by_month(values, months)
    if any((sample < 0.0).any() for sample in grouped.values()):
        raise InvalidInput("skewed figure", "below 0", "figures that are never negative")
    strata = make_strata(grouped)
    found = np.concatenate([sample[sample > 0.0] for sample in grouped.values()])
    typical = float(found.mean()) if len(found) else 1.0
    weights = zip(strata.weights, strata.counts, strict=True)
    more = typical * max(weight / count for weight, count in weights)
    tail = 0.5 - 0.5 * confidence
    told = [tell_gaps(strata)] if tell_gaps(strata) else []
    told += [SEEN_SELDOM] if len(found) < SEEN_DAYS_MIN else []
    return Estimate(
        mean=strata.mean,
        low=_gamma_quantile(strata.mean, strata.variance, tail),
        high=_gamma_quantile(strata.mean + more, strata.variance + more * more, 1.0 - tail),
        days=sum(strata.counts),
        std_error=sqrt(strata.variance),
        confidence=confidence,
        note="; ".join(told),
    )


def _gamma_quantile(mean: float, variance: float, probability: float) -> float:
    """Return a quantile of the gamma distribution; the mean itself where nothing varies."""
    if mean <= 0.0 or variance <= 1e-12 * mean * mean:
        return mean
    return float(variance / mean * gammaincinv(mean * mean / variance, probability))


def student_interval(strata: Strata, *, confidence: float = CONFIDENCE) -> Estimate:
    """Return the mean of strata within Student's interval."""
    std_error, degrees = sqrt(strata.variance), strata.degrees
    reach = t_quantile(0.5 + 0.5 * confidence, degrees) * std_error
    return Estimate(
        mean=strata.mean,
        low=strata.mean - reach,
        high=strata.mean + reach,
        days=sum(strata.counts),
        std_error=std_error,
        degrees=0.0 if degrees == inf else degrees,
        confidence=confidence,
        note=tell_gaps(strata),
    )


def t_quantile(probability: float, degrees: float) -> float:
    """Return the quantile of Student's distribution; the normal one if `degrees` is infinite."""
    return float(stdtrit(min(degrees, 1e9), probability))


def tell_gaps(strata: Strata) -> str:
    """Return what the sample lacks, in a sentence; nothing if it lacks nothing."""
    told = []
    if strata.missing:
        told.append(f"no day of months {', '.join(map(str, strata.missing))}")
    if 1 in strata.counts:
        told.append("a month with a single day takes the spread of the others")
    return "; ".join(told)
