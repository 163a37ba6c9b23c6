"""The money of a programme: mean days of its stages become an account, with its interval.

The interval of a sum of money comes from the days that were flown. Each figure of a mean day of
each stage moves the sum by so much (a difference of the account, which is nearly a straight line
in them but for its whole pilots and packs); with these slopes every flown day has a value, and the
mean of these is estimated as any other is. All stages fly the same days, so what they share is
counted once (the delta method, common random numbers kept).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from aspan.studies.answer_parts import Figure
from aspan.studies.day_figures import DayFigures
from aspan.studies.estimates import Estimate, estimate_mean
from aspan.studies.finance import Totals, account, list_years, total
from aspan.studies.flown import Flown, tell_estimate
from aspan.studies.money import Account, Case, DayMeans
from aspan.studies.plan import Programme
from aspan.studies.surrogate.figures import SurrogateFigures
from aspan.world.costs import Costs

STEP: Final = 0.25
"""Share by which a figure is moved to both sides to find a slope.

Pilots are whole persons, packs and simulators whole things: within a hundredth a sum often stays
as it is, or leaps by all that one of them costs. Over half the figure's size there are enough leaps
to see the trend; a sum that is a ratio of two figures bends little enough there (its slope is a
fifteenth too steep, so that its interval is rather too wide).
"""

Outputs = Mapping[str, float]

NPC: Final = "net_present_cost_tiyn"
CAPITAL: Final = "capital_tiyn"
OPERATIONS: Final = "operations_per_year_tiyn"
FARES: Final = "fares_per_year_tiyn"
DEFICIT: Final = "deficit_per_year_tiyn"
SUBSIDY: Final = "subsidy_per_passenger_tiyn"
COST_PER_MINUTE: Final = "cost_per_minute_tiyn"
BREAK_EVEN: Final = "break_even_fare_tiyn"
FARE: Final = "fare_tiyn"


def mean_day(flown: Flown) -> DayMeans:
    """Return the mean day of flown days, as the money counts it."""
    values = {name: flown.mean_of(name) for name in DayMeans.__struct_fields__}
    return DayMeans(**values)


def mean_day_of(figures: SurrogateFigures) -> DayMeans:
    """Return the mean day of a surrogate; it pays nothing back and cares for nobody."""
    told = {
        name: float(getattr(figures, name, 0.0))
        for name in DayMeans.__struct_fields__
        if name not in ("refunds_tiyn", "care_tiyn")
    }
    return DayMeans(refunds_tiyn=0.0, care_tiyn=0.0, **told)


def make_case(
    programme: Programme, means: Sequence[DayMeans], costs: Costs, deliveries: Sequence[int]
) -> Case:
    """Return the case of a programme; plans bind its fleet, and the deliveries."""
    return Case(programme=programme, means=tuple(means), costs=costs, deliveries=tuple(deliveries))


def read_outputs(kept: Account, totals: Totals | None = None) -> dict[str, float]:
    """Return the sums of an account that an answer tells; those that are none are left out.

    Yearly ones are of a mean year of the last stage.
    """
    totals = total(kept) if totals is None else totals
    last = kept.case.programme.stages[-1].first_year
    years = [year for year in list_years(kept) if year.year >= last]
    found: dict[str, float | None] = {
        NPC: totals.net_present_cost_tiyn,
        CAPITAL: totals.capital_tiyn,
        OPERATIONS: sum(year.operations_tiyn for year in years) / len(years),
        FARES: sum(year.fares_tiyn for year in years) / len(years),
        DEFICIT: sum(year.deficit_tiyn for year in years) / len(years),
        SUBSIDY: totals.subsidy_per_passenger_tiyn,
        COST_PER_MINUTE: totals.cost_per_minute_tiyn,
        BREAK_EVEN: totals.break_even_fare_tiyn,
        FARE: totals.mean_fare_tiyn,
    }
    return {name: float(value) for name, value in found.items() if value is not None}


class ProgrammeMoney:
    """The account of a programme from flown days, and its figures with their intervals.

    Parameters
    ----------
    stages
        Flown days of each stage, in order; the same days in all.
    """

    def __init__(
        self, programme: Programme, stages: Sequence[Flown], costs: Costs, deliveries: Sequence[int]
    ) -> None:
        self.stages = tuple(stages)
        means = tuple(mean_day(flown) for flown in stages)
        self.case = make_case(programme, means, costs, deliveries)
        self.account = account(self.case)
        self.totals = total(self.account)
        self.outputs = read_outputs(self.account, self.totals)
        self._slopes = [self._find_slopes(number) for number in range(len(means))]

    def figure(self, name: str, unit: str = "tiyn") -> Figure | None:
        """Return a sum with its interval; None where the account has none."""
        if name not in self.outputs:
            return None
        return tell_estimate(self._estimate(name), unit)

    def _estimate(self, name: str) -> Estimate:
        """Return the sum within the interval that the flown days leave."""
        value = self.outputs[name]
        days = self.stages[-1].days
        if len(days) < 2:
            return Estimate(mean=value, low=float("-inf"), high=float("inf"), days=len(days))
        others = [{(d.date, d.seed): d for d in flown.days} for flown in self.stages[:-1]]
        values = []
        for day in days:
            worth = self._worth(len(self.stages) - 1, name, day)
            for number, known in enumerate(others):
                twin = known.get((day.date, day.seed))
                worth += self._worth(number, name, twin) if twin is not None else 0.0
            values.append((day.month, worth))
        spread = estimate_mean(values, months=self.stages[-1].months)
        return Estimate(
            mean=value,
            low=value + spread.low - spread.mean,
            high=value + spread.high - spread.mean,
            days=spread.days,
            std_error=spread.std_error,
            note=spread.note,
        )

    def _worth(self, stage: int, name: str, day: DayFigures) -> float:
        """Return by how much a day moves a sum, through all figures of a mean day."""
        return sum(
            slope * float(getattr(day, field) or 0.0)
            for field, slope in self._slopes[stage].get(name, {}).items()
        )

    def _find_slopes(self, stage: int) -> dict[str, dict[str, float]]:
        """Return by sum and figure how a stage's mean day moves it."""
        found: dict[str, dict[str, float]] = {name: {} for name in self.outputs}
        for field in DayMeans.__struct_fields__:
            value = getattr(self.case.means[stage], field)
            step = STEP * abs(value)
            if step == 0.0:
                continue
            less, more = (
                read_outputs(account(self._moved(stage, field, moved)))
                for moved in (value - step, value + step)
            )
            for name in self.outputs:
                if name in less and name in more and less[name] != more[name]:
                    found[name][field] = (more[name] - less[name]) / (2.0 * step)
        return found

    def _moved(self, stage: int, field: str, value: float) -> Case:
        """Return the case with one figure of one stage changed."""
        means = list(self.case.means)
        means[stage] = msgspec.structs.replace(means[stage], **{field: value})
        return msgspec.structs.replace(self.case, means=tuple(means))
