"""The answer of a study: all that its report shows, as plain numbers, ids and codes.

`conduct` writes it as `answer.json`; `faces.report.study_page` and the command line word it. It
says nothing in prose of its own: what people read is made of codes, in three languages. Money is
integer tiyn. A figure is a `Figure`: a value, the interval it lies in, and how it was come by.
What is told by site, place and part of the answer is in `answer_parts.py`.
"""

import msgspec

from aspan.primitives.ids import VertiportId
from aspan.studies.answer_parts import (
    AircraftAlone,
    Assumption,
    Availability,
    Comparison,
    District,
    Figure,
    Finance,
    FrontPoint,
    Knowing,
    OutputSpread,
    PairService,
    PlanCompared,
    Risk,
    SegmentService,
    Sensitivity,
    SiteAnswer,
    SobolIndex,
    YearAnswer,
)
from aspan.studies.plan import Programme
from aspan.studies.study import Study
from aspan.world.vertiport import Names

ANSWER_VERSION = 1
"""Version of `answer.json`; another is refused by `compare`, `audit` and the report."""


class FirstPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a minister reads: how many, where, for whom, at what fare and deficit, how sure.

    Parameters
    ----------
    verdict
        Code of the sentence on top: `pays_its_way` (fares cover operations and capital),
        `covers_operations` (operations only), `needs_subsidy`, `nothing_flies`.
    from_year
        First of passenger service.
    fleet
        Aircraft of the network when built; `fleet_first` in its first year.
    site_ids
        Of the network when built, those that move most passengers first.
    top_district_ids, top_segment_ids
        Whom it serves most, by passengers.
    passengers_per_day, minutes_saved_per_day, minutes_saved_per_passenger
        Of the network when built; mean over a year.
    fare_tiyn, fare_low_tiyn, fare_high_tiyn
        Of a seat as flown: mean, cheapest and dearest pair.
    car_fare_tiyn
        Of a car taxi over the same trips, mean.
    budget_tiyn, budget_used_tiyn
        As the study's budget counts it; `used` is at most the budget.
    capital_tiyn
        Built and bought over the horizon, not discounted.
    deficit_per_year_tiyn
        Operations less fares, of a mean year of the last stage; negative: a surplus.
    subsidy_per_passenger_tiyn
        Net present cost over passengers.
    days_lost_per_year
        Days on which weather keeps the busiest site shut for half its hours of service or more.
    confidence
        That the chosen plan is the best of those compared, or within `indifference` of it.
    is_told_apart
        Whether that confidence reaches the one the study asks for.
    alone
        What the budget would carry if all of it bought aircraft.
    """

    verdict: str
    from_year: int
    fleet: int
    fleet_first: int
    site_ids: tuple[VertiportId, ...]
    top_district_ids: tuple[str, ...]
    top_segment_ids: tuple[str, ...]
    passengers_per_day: Figure
    minutes_saved_per_day: Figure
    minutes_saved_per_passenger: Figure
    fare_tiyn: Figure
    fare_low_tiyn: int
    fare_high_tiyn: int
    car_fare_tiyn: Figure | None
    budget_tiyn: int
    budget_used_tiyn: Figure
    capital_tiyn: Figure
    deficit_per_year_tiyn: Figure
    net_present_cost_tiyn: Figure
    break_even_fare_tiyn: Figure | None
    subsidy_per_passenger_tiyn: Figure | None
    days_lost_per_year: Figure
    confidence: float
    is_told_apart: bool
    indifference: float
    alone: AircraftAlone


class DayCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How much simulation stands behind the answer, counted in days flown.

    Parameters
    ----------
    simulated
        All of them; `by_step` of what: ranking, final, alone, variants.
    skipped
        Taken from days that another step had flown.
    sorties
        Flown on all of them.
    """

    simulated: int
    by_step: dict[str, int]
    skipped: int
    sorties: int
    weather_from_date: str
    weather_until_date: str
    months: tuple[int, ...]


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """How the answer was come by.

    Parameters
    ----------
    plans_weighed
        By the surrogate.
    sites_searched
        Subsets of the candidates the site choice stands for; `sites_proven`: proven optimal on its
        model.
    surrogate_spearman
        Rank correlation of the surrogate with the simulation over the plans compared; None if
        fewer than three were.
    coverage_notes
        Names of figures of a day whose 95 % interval held the truth in less than 92 % of trials.
    seldom_notes
        Names of those seen on so few days that their interval may be too narrow.
    """

    plans_weighed: int
    sites_searched: int
    sites_proven: bool
    surrogate_spearman: float | None
    ranking_stages: int
    confidence_asked: float
    sobol_samples: int
    coverage_notes: tuple[str, ...] = ()
    seldom_notes: tuple[str, ...] = ()


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer was made from; two answers of the same provenance are equal byte for byte.

    Parameters
    ----------
    costs_sha256
        Of `costs.toml`, which is not in the city's hash.
    logs_sha256
        SHA-256 over the log hashes of all days, in order of their keys.
    seeds
        By use: days, sampling, search.
    """

    code_version: str
    city_id: str
    city_sha256: str
    study_hash: str
    logs_sha256: str
    seeds: dict[str, int]
    costs_sha256: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a study found.

    Parameters
    ----------
    study
        As asked, the budget of the command line within.
    city_names
        For the title; `credits` whose data the pages show.
    programme
        Chosen, or of the first variant in a comparison.
    plans
        All that were simulated, the chosen first.
    comparisons
        Of the variants with the first one; empty in a plain search.
    spreads
        Of the outputs that were sampled: how far all unknowns together may move them.
    """

    version: int
    study: Study
    city_names: Names
    credits: tuple[str, ...]
    programme: Programme
    first_page: FirstPage
    years: tuple[YearAnswer, ...]
    sites: tuple[SiteAnswer, ...]
    districts: tuple[District, ...]
    pairs: tuple[PairService, ...]
    segments: tuple[SegmentService, ...]
    finance: Finance
    availability: tuple[Availability, ...]
    risks: tuple[Risk, ...]
    sensitivities: tuple[Sensitivity, ...]
    sobol: tuple[SobolIndex, ...]
    knowing: tuple[Knowing, ...]
    front: tuple[FrontPoint, ...]
    plans: tuple[PlanCompared, ...]
    comparisons: tuple[Comparison, ...]
    assumptions: tuple[Assumption, ...]
    days: DayCounts
    method: Method
    provenance: Provenance
    spreads: tuple[OutputSpread, ...] = ()
