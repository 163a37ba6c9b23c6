"""A study: the question as its file asks it, `study_file.read_study` reads it.

A study either **searches** (what does the budget buy?) or **compares** variants on the same days
(20 or 30 min reserve?). Both end in one `Answer`. Nothing here knows a city's numbers: candidate
sites are ids, everything else has a default that holds for any city.
"""

from typing import Literal

import msgspec

from aspan.primitives.ids import VertiportId
from aspan.studies.plan import short_hash
from aspan.studies.setting import Setting
from aspan.world.vertiport import Names

STUDY_VERSION = 1
"""Version of the study file this code reads."""

Objective = Literal[
    "minutes_saved", "passengers", "cost_per_minute", "deficit", "fairness", "noise"
]
"""What is best: most minutes, most passengers, least cost a minute, least deficit, most evenly
spread over districts, least people above the noise limit."""

BudgetCovers = Literal["all", "capital"]


class Budget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be spent.

    Parameters
    ----------
    usd
        At the price year of the costs; None until the command line tells it.
    covers
        `all`: capital and operations less fares, net present over the horizon; `capital`: what is
        built and bought.
    """

    usd: float | None = None
    covers: BudgetCovers = "all"


class StudyPhase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run of years in which the network stays as it is, and what bounds it there.

    Parameters
    ----------
    aircraft_max
        Most aircraft in service; the delivery ramp alone bounds them if None.
    site_ids
        Sites that may be open by then; all candidates if empty.
    """

    first_year: int
    years: int
    aircraft_max: int | None = None
    site_ids: tuple[VertiportId, ...] = ()


class Horizon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Years that are counted, and how fast aircraft come.

    Parameters
    ----------
    first_year
        Of passenger service. Facts 9.11 report commercial trials from early 2029, by an aggregator.
    deliveries
        Aircraft that can have been delivered by each year, the last for all later ones.
        Assumed: facts 3.7a.
    phases
        In order of years, without a gap, over the whole horizon.
    """

    first_year: int = 2029
    years: int = 10
    deliveries: tuple[int, ...] = (2, 6, 15, 30, 45, 60)
    phases: tuple[StudyPhase, ...] = (
        StudyPhase(first_year=2029, years=1),
        StudyPhase(first_year=2030, years=1),
        StudyPhase(first_year=2031, years=8),
    )

    def aircraft_max(self, year: int) -> int:
        """Return how many aircraft can have been delivered by a year."""
        index = min(max(0, year - self.first_year), len(self.deliveries) - 1)
        return self.deliveries[index]


class Vary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the search may change.

    Parameters
    ----------
    site_ids
        Candidates; all sites of the city, later phases included, if empty.
    required_site_ids
        In every plan.
    fleet_min, fleet_max
        Aircraft of the network when built.
    fare_factors
        Times the fare of the city.
    charger_kw
        Powers of a charger that may be bought.
    headways_s
        Of a timetable on every pair; None leaves the city's own pattern.
    sites_max
        Most sites of a plan.
    """

    site_ids: tuple[VertiportId, ...] = ()
    required_site_ids: tuple[VertiportId, ...] = ()
    fleet_min: int = 2
    fleet_max: int = 60
    fare_factors: tuple[float, ...] = (0.6, 0.8, 1.0, 1.25)
    charger_kw: tuple[float, ...] = (300.0,)
    headways_s: tuple[int | None, ...] = (None,)
    sites_max: int = 12


class Constraints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a plan must keep; None leaves it free.

    Parameters
    ----------
    deficit_usd_max
        Greatest operating deficit of a year.
    people_above_limit_max
        Most people above the noise limit of the day, on any day that is flown: a plan with more
        cannot win. The network when built is held to it.
    fare_tiyn_max
        Dearest seat.
    """

    deficit_usd_max: float | None = None
    people_above_limit_max: int | None = None
    fare_tiyn_max: int | None = None


class Days(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which days are flown; every plan flies the same ones with the same luck.

    Parameters
    ----------
    per_month
        Of every calendar month, for each stage of the programme that is chosen.
    ranking_per_month_first, ranking_per_month_max
        Of each plan that is compared: at first, and at most.
    other_per_month
        Of what is flown beside: aircraft alone, other fares.
    from_date, until_date
        Half-open range of dates of the weather record, YYYY-MM-DD.
    """

    per_month: int = 8
    ranking_per_month_first: int = 2
    ranking_per_month_max: int = 8
    other_per_month: int = 2
    from_date: str = "2020-01-01"
    until_date: str = "2026-01-01"
    seed: int = 1


class Ranking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the best plan is told apart.

    Parameters
    ----------
    plans
        Most plans the surrogate hands to the simulation.
    confidence
        With which the best is the best, in (0, 1).
    indifference
        Plans within this share of the best are as good; the cheapest of them is chosen.
    """

    plans: int = 8
    confidence: float = 0.95
    indifference: float = 0.02


class Sampling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the uncertainty is sampled.

    Parameters
    ----------
    samples
        Points of the scrambled Sobol sequence, a power of two.
    factors
        Names of what is uncertain; all that the city and the costs state with a range if empty.
    """

    samples: int = 256
    factors: tuple[str, ...] = ()
    seed: int = 1


class PlanEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan told by what it changes of another; what is None is left as it is there.

    Parameters
    ----------
    of
        `own`: the network of the city's files in `phase`; `found`: what the search of the study
        finds.
    phase
        Of the network; the last one if None.
    site_ids
        Kept, or added as the city's files have them; all if empty.
    fleet
        Stands and chargers are added evenly where the sites are too small for it.
    pairs
        Offered, each in both directions.
    """

    of: Literal["own", "found"] = "own"
    phase: int | None = None
    site_ids: tuple[VertiportId, ...] = ()
    fleet: int | None = None
    pilots: int | None = None
    fare_factor: float | None = None
    charger_kw: float | None = None
    pairs: tuple[tuple[VertiportId, VertiportId], ...] | None = None
    headway_s: int | None = None


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One of the cases a study compares on the same days; the first is what others are held to."""

    variant_id: str
    names: Names
    edit: PlanEdit = PlanEdit()
    setting: Setting = Setting()


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """A question with everything that decides its answer, beside the city's files.

    Parameters
    ----------
    names
        What it is called.
    question
        In a sentence, as people ask it.
    is_search
        Whether plans are searched; else the variants alone are compared.
    variants
        Of a comparison; empty in a plain search.
    setting
        In which the plans of a search are flown.
    """

    study_id: str
    names: Names
    question: Names
    city_id: str = ""
    is_search: bool = True
    budget: Budget = Budget()
    horizon: Horizon = Horizon()
    vary: Vary = Vary()
    objective: Objective = "minutes_saved"
    constraints: Constraints = Constraints()
    setting: Setting = Setting()
    days: Days = Days()
    ranking: Ranking = Ranking()
    sampling: Sampling = Sampling()
    variants: tuple[Variant, ...] = ()

    @property
    def study_hash(self) -> str:
        """Hash of all that decides the answer; a folder of another one is refused."""
        return short_hash(self)
