"""The first page of an answer and its risks: from all that is known, what must be told at once."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from aspan.operations.city_index import CityIndex
from aspan.primitives.ids import VertiportId
from aspan.studies.answer import FirstPage
from aspan.studies.answer_parts import (
    AircraftAlone,
    Availability,
    District,
    Figure,
    Finance,
    PairService,
    Risk,
    SegmentService,
    SiteAnswer,
    YearAnswer,
)
from aspan.studies.flown import Flown
from aspan.studies.plan import Programme
from aspan.studies.study import Study
from aspan.world.car import ride_ms, ride_price_tiyn
from aspan.world.city import City

TOP_DISTRICTS: Final = 5
TOP_SEGMENTS: Final = 3
NOON_H: Final = 12

_LOST_HIGH, _LOST_MEDIUM = 40.0, 15.0
"""Days lost a year above which fog is a high and a medium risk. Assumed: a tenth of the year, and
twice as many days as an airport is shut."""

_CANCELLED_HIGH, _CANCELLED_MEDIUM = 0.05, 0.02
_DIVERTED_HIGH, _DIVERTED_MEDIUM = 0.02, 0.005
_GRID_HIGH, _GRID_MEDIUM = 0.95, 0.75
"""Shares above which cancellations, diversions and the load of a connection are risks. Assumed:
airlines cancel one or two of a hundred, and a grid company asks for a quarter to spare."""

Severity = Literal["low", "medium", "high"]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the first page and the risks are made of."""

    study: Study
    base: City
    index: CityIndex
    programme: Programme
    flown: Flown
    years: tuple[YearAnswer, ...]
    sites: tuple[SiteAnswer, ...]
    districts: tuple[District, ...]
    pairs: tuple[PairService, ...]
    segments: tuple[SegmentService, ...]
    finance: Finance
    availability: tuple[Availability, ...]
    alone: AircraftAlone
    budget_tiyn: int
    confidence: float
    is_told_apart: bool


def make_first_page(known: Known) -> FirstPage:
    """Return the first page."""
    flown, finance, programme = known.flown, known.finance, known.programme
    chosen = [site for site in known.sites if site.design is not None]
    fares = [pair.fare_tiyn for pair in known.pairs]
    used = (
        finance.capital_tiyn
        if known.study.budget.covers == "capital"
        else finance.net_present_cost_tiyn
    )
    return FirstPage(
        verdict=_judge(finance, flown),
        from_year=programme.first_year,
        fleet=max((year.fleet for year in known.years), default=programme.final_plan.fleet),
        fleet_first=known.years[0].fleet if known.years else programme.stages[0].plan.fleet,
        site_ids=tuple(site.vertiport_id for site in chosen),
        top_district_ids=tuple(
            d.zone_id for d in known.districts[:TOP_DISTRICTS] if d.passengers_per_day.value > 0.0
        ),
        top_segment_ids=tuple(s.segment_id for s in known.segments[:TOP_SEGMENTS]),
        passengers_per_day=flown.figure(lambda day: float(day.passengers_flown), "1"),
        minutes_saved_per_day=flown.figure(lambda day: day.minutes_saved, "min"),
        minutes_saved_per_passenger=flown.figure_ratio(
            lambda day: day.minutes_saved, lambda day: float(day.passengers_flown), "min"
        ),
        fare_tiyn=flown.figure_ratio(
            lambda day: float(day.revenue_tiyn), lambda day: float(day.passengers_flown), "tiyn"
        ),
        fare_low_tiyn=min(fares, default=0),
        fare_high_tiyn=max(fares, default=0),
        car_fare_tiyn=_car_fare(known),
        budget_tiyn=known.budget_tiyn,
        budget_used_tiyn=used,
        capital_tiyn=finance.capital_tiyn,
        deficit_per_year_tiyn=finance.deficit_per_year_tiyn,
        net_present_cost_tiyn=finance.net_present_cost_tiyn,
        break_even_fare_tiyn=finance.break_even_fare_tiyn,
        subsidy_per_passenger_tiyn=finance.subsidy_per_passenger_tiyn,
        days_lost_per_year=_days_lost(known, chosen),
        confidence=known.confidence,
        is_told_apart=known.is_told_apart,
        indifference=known.study.ranking.indifference,
        alone=known.alone,
    )


def _judge(finance: Finance, flown: Flown) -> str:
    """Return the code of the sentence on top."""
    if flown.mean_of("passengers_flown") <= 0.0:
        return "nothing_flies"
    if finance.net_present_cost_tiyn.value <= 0.0:
        return "pays_its_way"
    return "covers_operations" if finance.deficit_per_year_tiyn.value <= 0.0 else "needs_subsidy"


def _car_fare(known: Known) -> Figure | None:
    """Return the price of a car taxi at noon over the pairs flown, by passengers; None of none."""
    car = known.base.demand.car
    total = paid = 0.0
    for pair in known.pairs:
        persons = pair.passengers_per_day.value
        duration_ms = ride_ms(car, pair.distance_m, car.speed_mps_by_hour[NOON_H])
        total += persons
        paid += persons * ride_price_tiyn(car, pair.distance_m, duration_ms)
    if total <= 0.0:
        return None
    return Figure(value=paid / total, unit="tiyn", basis="computed")


def _days_lost(known: Known, chosen: Sequence[SiteAnswer]) -> Figure:
    """Return the days a year on which the busiest site is shut for half its hours or more."""
    busiest = chosen[0].vertiport_id if chosen else VertiportId("")
    for place in known.availability:
        if place.place_id == busiest:
            return Figure(value=place.days_lost_per_year, unit="day", basis="computed")
    return Figure(value=0.0, unit="day", basis="computed")


def list_risks(known: Known, page: FirstPage) -> tuple[Risk, ...]:
    """Return what could undo the answer, the gravest first."""
    flown, sorties = known.flown, lambda day: float(day.sorties_flown + day.sorties_cancelled)
    cancelled = flown.figure_rare(lambda day: float(day.sorties_cancelled), sorties, "1")
    diverted = flown.figure_rare(lambda day: float(day.sorties_diverted), sorties, "1")
    lost = page.days_lost_per_year
    found = [
        Risk(code="fog", severity=_grade(lost.value, _LOST_MEDIUM, _LOST_HIGH), figure=lost),
        Risk(
            code="cancellations",
            severity=_grade(cancelled.value, _CANCELLED_MEDIUM, _CANCELLED_HIGH),
            figure=cancelled,
        ),
        Risk(
            code="diversions",
            severity=_grade(diverted.value, _DIVERTED_MEDIUM, _DIVERTED_HIGH),
            figure=diverted,
        ),
        Risk(code="approval", severity="high"),
        Risk(code="price_not_public", severity="high"),
        Risk(code="demand", severity="high", figure=page.passengers_per_day),
        Risk(code="delivery", severity="medium"),
        Risk(code="battery", severity="medium"),
    ]
    for site in known.sites:
        if site.design is None:
            continue
        if not site.is_position_published:
            found.append(
                Risk(code="site_not_published", severity="medium", subject=site.vertiport_id)
            )
        if site.peak_kw is not None:
            load = site.peak_kw.value / site.site_power_limit_kw
            found.append(
                Risk(
                    code="grid",
                    severity=_grade(load, _GRID_MEDIUM, _GRID_HIGH),
                    subject=site.vertiport_id,
                    figure=Figure(value=load, unit="1", basis="simulated", days=site.peak_kw.days),
                )
            )
    people = flown.figure(lambda day: float(day.people_above_day_limit or 0), "1")
    found.append(Risk(code="noise", severity=_grade(people.value, 1.0, 1000.0), figure=people))
    order = {"high": 0, "medium": 1, "low": 2}
    return tuple(sorted(found, key=lambda risk: (order[risk.severity], risk.code, risk.subject)))


def _grade(value: float, medium: float, high: float) -> Severity:
    """Return how grave a value is."""
    if value >= high:
        return "high"
    return "medium" if value >= medium else "low"
