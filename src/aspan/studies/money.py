"""The account of a programme: every line of money, by year, in whole tiyn.

`account` turns a programme, what its stages flew on a mean day, and the costs of the city into
lines; `finance.py` adds them up. What is paid is positive, what is taken in negative. Prices are
real, of the price year. Formulas with their sources are in `docs/study-money.md`.

Years run from the first payment before service to the last year of service. The flown figures of a
stage hold in each of its years, also in those in which deliveries still bound the fleet.
"""

from typing import Final, Literal

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.studies.exact import AMOUNT_MAX, to_units
from aspan.studies.plan import Programme
from aspan.world.costs import Costs

Group = Literal["capital", "operations", "income", "tax"]

CAPITAL: Final = (
    "start_up", "aircraft", "spares", "simulators", "training", "sites", "chargers", "grid",
    "reserve", "batteries", "residual",
)  # fmt: skip
OPERATIONS: Final = (
    "pilots", "pilot_checks", "ground_staff", "upkeep", "maintenance", "insurance", "energy",
    "navigation", "care", "sales", "head_office", "overhead",
)  # fmt: skip
INCOME: Final = ("fares", "refunds")
TAX: Final = ("vat",)

GROUP_OF: Final[dict[str, Group]] = {
    **dict.fromkeys(CAPITAL, "capital"),
    **dict.fromkeys(OPERATIONS, "operations"),
    **dict.fromkeys(INCOME, "income"),
    **dict.fromkeys(TAX, "tax"),
}
"""Group of each kind of line."""

FARE_KINDS: Final = ("fares", "refunds", "vat", "sales")
"""Lines that move with the fare while nobody stays away."""

BUDGET_USD_MAX: Final = 1e11
"""Greatest budget; a hundred billion dollars, three hundred memoranda, is a typing error."""


class DayMeans(msgspec.Struct, frozen=True, kw_only=True):
    """What a mean day of service comes to; names and meanings are those of `DayFigures`.

    Parameters
    ----------
    revenue_tiyn, refunds_tiyn
        Fares charged, with tax; of them paid back.
    care_tiyn
        Rides on the ground and the like, at our cost.
    energy_kwh, grid_kwh
        Taken from the batteries; drawn at the grid meter.
    pilots_on_duty
        Who begins a duty.
    """

    passengers_flown: float
    minutes_saved: float
    revenue_tiyn: float
    refunds_tiyn: float
    care_tiyn: float
    energy_kwh: float
    grid_kwh: float
    sorties_flown: float
    flight_ms: float
    pilots_on_duty: float

    def __post_init__(self) -> None:
        """Refuse what no day can come to."""
        for name in self.__struct_fields__:
            low = -AMOUNT_MAX if name == "minutes_saved" else 0.0
            to_units(getattr(self, name), f"day means: {name}", low=low)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Money of one kind in one year.

    Parameters
    ----------
    subject
        Site of what is built there, asset of a residual; empty otherwise.
    amount_tiyn
        Positive: paid. Negative: taken in.
    """

    year: int
    group: Group
    kind: str
    subject: str
    amount_tiyn: int


class YearFlow(msgspec.Struct, frozen=True, kw_only=True):
    """What is not money in one year.

    Parameters
    ----------
    stage
        From 0; None in the years before service.
    fleet, delivered
        Aircraft in service, and those that came new to the fleet or in place of one too old.
    pilots
        Employed.
    passengers_units, minutes_units, sorties_units
        Of the whole year, in millionths.
    """

    year: int
    stage: int | None
    fleet: int
    delivered: int
    pilots: int
    passengers_units: int
    minutes_units: int
    sorties_units: int


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that an account is made of.

    Parameters
    ----------
    means
        One a stage of the programme.
    deliveries
        Aircraft that can have been delivered by each year of service, the last for all later ones;
        the plans alone say if empty.
    """

    programme: Programme
    means: tuple[DayMeans, ...]
    costs: Costs
    deliveries: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse figures that are not one a stage, and deliveries that go back."""
        stages = len(self.programme.stages)
        if len(self.means) != stages:
            raise InvalidInput("account: means", len(self.means), f"{stages}, one a stage")
        if list(self.deliveries) != sorted(self.deliveries) or min(self.deliveries, default=0) < 0:
            raise InvalidInput("account: deliveries", list(self.deliveries), "numbers that rise")

    @property
    def years(self) -> range:
        """Years of service."""
        return range(self.programme.first_year, self.end_year + 1)

    @property
    def start_year(self) -> int:
        """First year in which anything is paid: advances and building come before service."""
        return self.programme.first_year - max(1, self.costs.ground.build_lead_years)

    @property
    def end_year(self) -> int:
        """Last year of service and of the account."""
        return self.programme.stages[-1].until_year - 1

    def stage_index(self, year: int) -> int:
        """Return the number of the stage of a year of service, from 0."""
        for index, stage in enumerate(self.programme.stages):
            if stage.first_year <= year < stage.until_year:
                return index
        raise InvalidInput("year", year, f"{self.programme.first_year} to {self.end_year}")

    def fleet_in(self, year: int) -> int:
        """Return aircraft in service in a year; 0 before service."""
        if year < self.programme.first_year:
            return 0
        planned = self.programme.stages[self.stage_index(year)].plan.fleet
        if not self.deliveries:
            return planned
        last = len(self.deliveries) - 1
        return min(planned, self.deliveries[min(year - self.programme.first_year, last)])


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a programme, sorted by year and kind, none of them 0.

    Parameters
    ----------
    years
        Every calendar year of the account, those before service included.
    """

    case: Case
    years: tuple[int, ...]
    lines: tuple[Line, ...]
    flows: tuple[YearFlow, ...]

    def sum_tiyn(
        self, *, year: int | None = None, group: str | None = None, kinds: tuple[str, ...] = ()
    ) -> int:
        """Return the sum of the lines of a year, a group and kinds; of all where not said."""
        return sum(
            line.amount_tiyn
            for line in self.lines
            if (year is None or line.year == year)
            and (group is None or line.group == group)
            and (not kinds or line.kind in kinds)
        )

    def list_amounts_tiyn(self, kind: str) -> tuple[int, ...]:
        """Return the amounts of one kind, one a year of the account."""
        return tuple(self.sum_tiyn(year=year, kinds=(kind,)) for year in self.years)


def make_line(year: int, kind: str, amount_tiyn: int, subject: str = "") -> Line:
    """Return a line; its group follows from its kind."""
    return Line(
        year=year, group=GROUP_OF[kind], kind=kind, subject=subject, amount_tiyn=amount_tiyn
    )


def check_budget_usd(usd: float) -> float:
    """Return a budget; `InvalidInput` if it is nothing, no number or beyond all reason."""
    if not 0.0 < usd <= BUDGET_USD_MAX:
        expected = f"US dollars, more than 0 and at most {BUDGET_USD_MAX:g}"
        raise InvalidInput("budget", usd, expected)
    return usd
