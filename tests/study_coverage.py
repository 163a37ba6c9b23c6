"""Coverage of the intervals of studies: how often the interval of a sample holds the long-run mean.

All days of a plan are its long run. Samples are drawn from them at random, so many of each month
without putting back, and each gives an interval as `estimates` makes it for the figure.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from aspan.studies.day_figures import DayFigures
from aspan.studies.estimates import MONTHS, Floats, estimate_figure, make_strata

FIGURES = (
    "passengers_flown",
    "minutes_saved",
    "revenue_tiyn",
    "energy_kwh",
    "sorties_flown",
    "sorties_empty",
    "sorties_cancelled",
    "sorties_cancelled_weather",
    "sorties_diverted",
    "bookings_cancelled",
    "refunds_tiyn",
    "care_tiyn",
)


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How often the interval of a figure held its long-run mean.

    Parameters
    ----------
    below, above
        Share of samples whose whole interval lies below the mean, and above it.
    width
        Median width of the interval over the mean.
    """

    name: str
    mean: float
    held: float
    below: float
    above: float
    width: float

    def format(self) -> str:
        """Return a line of a table."""
        return (
            f"{self.name:<26}{self.mean:>14.2f}{100 * self.held:>8.1f} %"
            f"{100 * self.below:>8.1f} %{100 * self.above:>8.1f} %{100 * self.width:>8.1f} %"
        )


HEAD = f"{'figure':<26}{'mean day':>14}{'held':>10}{'too low':>10}{'too high':>10}{'width':>10}"


def measure_coverage(
    days: Sequence[DayFigures], names: Sequence[str], *, draws: int, per_month: int = 8
) -> list[Coverage]:
    """Return the coverage of figures over `draws` random samples of days."""
    months = {month: [day for day in days if day.month == month] for month in MONTHS}
    table = {
        name: {
            month: np.array([float(getattr(day, name)) for day in months[month]])
            for month in MONTHS
        }
        for name in names
    }
    dice = np.random.default_rng(20_260_101)
    samples = [
        {month: dice.permutation(len(months[month]))[:per_month] for month in MONTHS}
        for _ in range(draws)
    ]
    return [_measure(name, table[name], samples) for name in names]


def _measure(
    name: str, by_month: Mapping[int, Floats], samples: Sequence[Mapping[int, "np.ndarray"]]
) -> Coverage:
    mean = make_strata(by_month).mean
    found = [
        estimate_figure(
            name, ((m, v) for m, chosen in sample.items() for v in by_month[m][chosen].tolist())
        )
        for sample in samples
    ]
    lows, highs = (np.array([getattr(e, end) for e in found]) for end in ("low", "high"))
    return Coverage(
        name=name,
        mean=mean,
        held=float(np.mean((lows <= mean) & (mean <= highs))),
        below=float(np.mean(highs < mean)),
        above=float(np.mean(lows > mean)),
        width=float(np.median(highs - lows)) / abs(mean) if mean else 0.0,
    )
