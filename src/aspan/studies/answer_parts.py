"""Parts of an answer: figures with their intervals, years, sites, districts, money, unknowns.

`Answer` in `answer.py` puts them together.
"""

from typing import Literal

import msgspec

from aspan.primitives.ids import VertiportId
from aspan.studies.plan import Plan, SiteDesign
from aspan.studies.setting import Setting
from aspan.world.quantity import Mark
from aspan.world.vertiport import Names

Basis = Literal["simulated", "surrogate", "computed", "sampled", "stated"]
"""Flown days, the surrogate, arithmetic on the others, sampled uncertainty, a file of the city."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A number as people are told it.

    Parameters
    ----------
    low, high
        95 % interval, or the range of the sampled unknowns where `basis` is `sampled`; None where
        nothing is known of it.
    unit
        As in the city's files: `1`, `min`, `tiyn`, `kWh`, `kW`, `day`.
    days
        Simulated ones behind it.
    note
        Code of what people should know of it, `coverage_low`; empty if nothing.
    """

    value: float
    unit: str
    basis: Basis
    low: float | None = None
    high: float | None = None
    days: int = 0
    note: str = ""


class AircraftAlone(msgspec.Struct, frozen=True, kw_only=True):
    """What the whole budget carries if it buys aircraft and nothing but.

    Parameters
    ----------
    passengers_per_day
        With so many aircraft on the sites of the network when built, stands, chargers and power
        made larger in the same measure.
    """

    fleet: int
    passengers_per_day: Figure


class YearAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One calendar year of the programme.

    Parameters
    ----------
    stage
        From 0.
    passengers, minutes_saved, sorties
        Of the whole year.
    load_factor
        Seats flown with passengers over seats flown, in [0, 1].
    deficit_tiyn
        Operations and capital less fares, of the year itself.
    """

    year: int
    stage: int
    site_ids: tuple[VertiportId, ...]
    new_site_ids: tuple[VertiportId, ...]
    fleet: int
    delivered: int
    pilots: int
    stands: int
    chargers: int
    fare_factor: float
    passengers: Figure
    minutes_saved: Figure
    sorties: Figure
    load_factor: float
    energy_kwh: Figure
    capital_tiyn: int
    operations_tiyn: int
    fares_tiyn: int
    vat_tiyn: int
    deficit_tiyn: int


class SiteAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate site, chosen or not.

    Parameters
    ----------
    first_year
        None if it is not chosen; then `reason` is a code: `saves_too_little`, `costs_too_much`,
        `no_grid`, `noise`, `not_serviceable`, `not_a_candidate`.
    design
        When built; None if it is not chosen.
    hours_open
        Share of the hours of service in which its weather allows flying, over the year.
    hour_peak_kw
        By local hour, 24 of them: greatest mean power at the grid meter over the days flown.
    people_above_day_limit
        Where its arrivals and departures alone would pass the limit of the day.
    """

    vertiport_id: VertiportId
    names: Names
    lon_deg: float
    lat_deg: float
    elevation_amsl_m: float
    is_position_published: bool
    first_year: int | None
    reason: str
    design: SiteDesign | None
    passengers_per_day: Figure | None
    movements_per_day: Figure | None
    hours_open: Figure | None
    grid_kwh_per_day: Figure | None
    peak_kw: Figure | None
    site_power_limit_kw: float
    people_above_day_limit: Figure | None
    capital_tiyn: int
    hour_peak_kw: tuple[float, ...] = ()


class District(msgspec.Struct, frozen=True, kw_only=True):
    """Service of one demand zone; a passenger counts half at each end of the trip.

    Parameters
    ----------
    nearest_site_id, access_min
        Of the chosen sites, by street.
    """

    zone_id: str
    names: Names
    lon_deg: float
    lat_deg: float
    population: float
    passengers_per_day: Figure
    share: float
    passengers_per_1000_residents_year: float
    nearest_site_id: VertiportId | None
    access_min: float | None


class PairService(msgspec.Struct, frozen=True, kw_only=True):
    """Service of one ordered pair of sites when the network is built.

    Parameters
    ----------
    headway_s
        None: on demand.
    """

    origin: VertiportId
    destination: VertiportId
    distance_m: float
    block_ms: int
    passengers_per_day: Figure
    fare_tiyn: int
    headway_s: int | None


class SegmentService(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a segment of travellers fly."""

    segment_id: str
    passengers_per_day: Figure
    share: float


class MoneyLine(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of money over the years; positive is paid, negative is taken in.

    Parameters
    ----------
    group
        capital, operations, income or tax.
    kind
        Code: aircraft, spares, vertiports, chargers, grid, pilots, fares, vat …
    amounts_tiyn
        One a year of the horizon, as `money_years.parquet` has it.
    present_tiyn
        Discounted to the price year; `low`, `high` by the range of its unit price.
    quantity_path
        Of the unit price in the city's costs; empty where several make it.
    """

    group: Literal["capital", "operations", "income", "tax"]
    kind: str
    amounts_tiyn: tuple[int, ...]
    present_tiyn: int
    present_low_tiyn: int | None
    present_high_tiyn: int | None
    quantity_path: str
    source: str
    mark: Mark


class FareLoad(msgspec.Struct, frozen=True, kw_only=True):
    """What a fare does: passengers, fares and deficit at one fare factor."""

    fare_factor: float
    fare_tiyn: int
    passengers_per_day: Figure
    income_per_year_tiyn: Figure
    deficit_per_year_tiyn: Figure


class PayingFare(msgspec.Struct, frozen=True, kw_only=True):
    """At which mean fare of a seat, if any, the programme pays for itself, passengers answering.

    How they answer is the surrogate's slope at the level that was flown; the network stays.

    Parameters
    ----------
    fare_tiyn
        On the straight line between two fares asked about; None: at none of them.
    low_tiyn, high_tiyn, asked
        Mean fares asked about, and how many; those at which nobody flies are left out.
    least_fare_tiyn, least_cost_tiyn, least_passengers_per_day
        The fare asked about with the least net present cost, and who still flies at it.
    """

    fare_tiyn: int | None
    low_tiyn: int
    high_tiyn: int
    asked: int
    least_fare_tiyn: int
    least_cost_tiyn: int
    least_passengers_per_day: float


class Finance(msgspec.Struct, frozen=True, kw_only=True):
    """The money of the programme.

    Parameters
    ----------
    kzt_per_usd
        Value, low and high.
    discount_rate
        Real, a year.
    break_even_fare_tiyn
        With as many passengers as fly now; `paying_fare` with those who are left.
    """

    price_year: int
    kzt_per_usd: Figure
    discount_rate: Figure
    lines: tuple[MoneyLine, ...]
    net_present_cost_tiyn: Figure
    capital_tiyn: Figure
    operations_per_year_tiyn: Figure
    fares_per_year_tiyn: Figure
    deficit_per_year_tiyn: Figure
    break_even_fare_tiyn: Figure | None
    subsidy_per_passenger_tiyn: Figure | None
    cost_per_minute_tiyn: Figure | None
    fare_load: tuple[FareLoad, ...]
    paying_fare: PayingFare | None = None


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """Share of days on which weather allows flying at a place, by month and local hour.

    Parameters
    ----------
    place_id
        A vertiport, or `network`: the mean over its sites.
    share
        Twelve months of 24 hours, in [0, 1].
    years
        Calendar years of the record.
    """

    place_id: str
    share: tuple[tuple[float, ...], ...]
    years: tuple[int, ...]
    is_modelled: bool
    days_lost_per_year: float


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could undo the answer.

    Parameters
    ----------
    code
        `fog`, `grid`, `noise`, `diversions`, `cancellations`, `approval`, `delivery`, `demand`,
        `battery`, `reserve`, `site_not_published`, `price_not_public` …
    severity
        low, medium or high, by the figure.
    subject
        Site or factor it is about; empty if about all.
    """

    code: str
    severity: Literal["low", "medium", "high"]
    subject: str = ""
    figure: Figure | None = None


class Sensitivity(msgspec.Struct, frozen=True, kw_only=True):
    """One bar of the tornado: an output with one unknown at both ends of its range.

    Parameters
    ----------
    output
        `passengers_per_day`, `minutes_saved_per_day`, `net_present_cost_tiyn`,
        `deficit_per_year_tiyn`.
    low_input, high_input, base_input
        Of the factor, in `unit`.
    at_low, at_high, base
        Of the output.
    """

    output: str
    factor: str
    unit: str
    low_input: float
    base_input: float
    high_input: float
    at_low: float
    base: float
    at_high: float
    source: str
    mark: Mark


class OutputSpread(msgspec.Struct, frozen=True, kw_only=True):
    """Where an output lies when all that is unknown is drawn together within its ranges.

    Parameters
    ----------
    output
        As of `Sensitivity`.
    low, high
        Between which it lies in 95 % of cases; the luck of days is not in it.
    """

    output: str
    base: float
    median: float
    low: float
    high: float


class SobolIndex(msgspec.Struct, frozen=True, kw_only=True):
    """Share of an output's variance that a factor explains: alone, and with all it meets."""

    output: str
    factor: str
    first: float
    total: float
    first_low: float
    first_high: float
    total_low: float
    total_high: float


class Knowing(msgspec.Struct, frozen=True, kw_only=True):
    """What it is worth to know an unknown before deciding (EVPPI), the dearest first.

    Parameters
    ----------
    value_tiyn
        Net present cost saved in the mean by deciding with it known; 0: no decision hangs on it.
    card
        Kind of test card on the test site that measures it; empty where none does.
    """

    factor: str
    value_tiyn: int
    decision_changes_share: float
    card: str


class FrontPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A plan on the Pareto front, or beside it.

    Parameters
    ----------
    basis
        simulated or surrogate.
    """

    plan_id: str
    fleet: int
    sites: int
    fare_factor: float
    net_present_cost_tiyn: float
    capital_tiyn: float
    passengers_per_day: float
    minutes_saved_per_day: float
    is_on_front: bool
    is_chosen: bool
    basis: Basis


class PlanCompared(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that was simulated beside the others, on the same days.

    Parameters
    ----------
    status
        chosen, indifferent (as good within the study's share), worse, dropped (after few days) or
        infeasible.
    difference
        To the chosen plan in the objective, from paired days, positive: this one is better.
    confidence
        That the chosen one is better, or as good.
    reason
        Code of the constraint that an infeasible one breaks: `noise`.
    """

    plan_id: str
    plan: Plan
    status: str
    days: int
    objective: Figure
    difference: Figure | None
    confidence: float
    passengers_per_day: Figure
    minutes_saved_per_day: Figure
    net_present_cost_tiyn: Figure
    surrogate_objective: float | None
    reason: str = ""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A variant beside the first one, on the same days.

    Parameters
    ----------
    figures
        Means of a day by name (`passengers_flown`, `minutes_saved`, `revenue_tiyn` …), and of
        money by year.
    differences
        To the first variant, from paired days; empty for the first itself.
    """

    variant_id: str
    names: Names
    plan: Plan
    setting: Setting
    days: int
    figures: dict[str, Figure]
    differences: dict[str, Figure]


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """A stated number the answer rests on, or what the study itself assumes.

    Parameters
    ----------
    path
        Of the quantity in the city's files, or `study.…`.
    """

    path: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    mark: Mark
