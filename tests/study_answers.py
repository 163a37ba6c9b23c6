"""Answers of studies made up by code, for tests of the page that shows them.

No day was flown for any number here. They have the size that days of Alatau have, so that what a
page does with them is what it will do with a real answer; nothing else may be read from them.
"""

from math import exp
from typing import TYPE_CHECKING

import msgspec

from aspan.primitives.ids import VertiportId
from aspan.studies.answer import (
    ANSWER_VERSION,
    Answer,
    DayCounts,
    FirstPage,
    Method,
    Provenance,
)
from aspan.studies.answer_parts import (
    AircraftAlone,
    Assumption,
    Comparison,
    Figure,
    FrontPoint,
    Knowing,
    OutputSpread,
    PlanCompared,
    Risk,
    SegmentService,
    Sensitivity,
    SobolIndex,
)
from aspan.studies.plan import Programme, Stage
from aspan.studies.setting import Setting
from aspan.studies.study import Budget, Study, Variant
from study_parts import (
    CHOSEN,
    MILLION_USD,
    SITES,
    make_availability,
    make_districts,
    make_finance,
    make_pairs,
    make_plan,
    make_site,
    make_years,
    names,
    told,
)

if TYPE_CHECKING:
    from aspan.world.vertiport import Names


def make_unknowns() -> tuple[tuple[Sensitivity, ...], tuple[SobolIndex, ...], tuple[Knowing, ...]]:
    """Return the tornado, the indices and the value of knowing."""
    rows = (
        ("demand", "1", 0.4, 1.0, 2.5, 18.0, 93.0, 0.61),
        ("value_of_time_factor", "1", 0.7, 1.0, 1.5, 26.0, 66.0, 0.2),
        ("fog_factor", "1", 0.8, 1.0, 1.5, 43.0, 35.0, 0.05),
        ("process_s", "s", 300.0, 600.0, 1200.0, 46.0, 31.0, 0.07),
        ("energy_factor", "1", 0.9, 1.0, 1.2, 40.8, 38.0, 0.02),
        ("reserve_s", "s", 1200.0, 1200.0, 1800.0, 40.5, 37.7, 0.02),
    )
    bars = [
        Sensitivity(
            output="passengers_per_day", factor=name, unit=unit, low_input=low, base_input=base,
            high_input=high, at_low=at_low, base=40.5, at_high=at_high,
            source="facts 8.13", mark="assumed",
        )
        for name, unit, low, base, high, at_low, at_high, _ in rows
    ]  # fmt: skip
    bars.append(
        Sensitivity(
            output="net_present_cost_tiyn", factor="aircraft.price_usd", unit="USD",
            low_input=2.5e6, base_input=4e6, high_input=6e6, at_low=104.0 * MILLION_USD,
            base=119.0 * MILLION_USD, at_high=139.0 * MILLION_USD,
            source="facts 3.6", mark="assumed",
        )
    )  # fmt: skip
    indices = tuple(
        SobolIndex(
            output="passengers_per_day", factor=row[0], first=row[7], total=row[7] + 0.03,
            first_low=max(0.0, row[7] - 0.04), first_high=row[7] + 0.04,
            total_low=row[7], total_high=row[7] + 0.06,
        )
        for row in rows
    )  # fmt: skip
    knowing = (
        Knowing(factor="demand", value_tiyn=round(2.6 * MILLION_USD), decision_changes_share=0.34,
                card=""),
        Knowing(factor="energy_factor", value_tiyn=round(0.7 * MILLION_USD),
                decision_changes_share=0.11, card="level_flight"),
        Knowing(factor="fog_factor", value_tiyn=0, decision_changes_share=0.0, card=""),
    )  # fmt: skip
    return tuple(bars), indices, knowing


def make_front() -> tuple[FrontPoint, ...]:
    """Return plans of many sizes: past a handful of aircraft more money buys next to nothing."""
    points = []
    for index, fleet in enumerate((2, 3, 4, 6, 8, 12, 20, 30, 45, 60)):
        for factor in (0.8, 1.0):
            people = 46.0 * (1.8 - factor) * (1 - exp(-fleet / 2.6))
            points.append(
                FrontPoint(
                    plan_id=f"{index:02d}{round(factor * 100):03d}", fleet=fleet,
                    sites=min(9, 2 + fleet // 2), fare_factor=factor,
                    net_present_cost_tiyn=(60 + 9.5 * fleet) * MILLION_USD,
                    capital_tiyn=(30 + 6.5 * fleet) * MILLION_USD, passengers_per_day=people,
                    minutes_saved_per_day=people * 31, is_on_front=factor == 0.8,
                    is_chosen=fleet == 6 and factor == 0.8,
                    basis="simulated" if fleet < 20 else "surrogate",
                )
            )  # fmt: skip
    return tuple(points)


def make_plans() -> tuple[PlanCompared, ...]:
    """Return the plans that were simulated, the chosen one first."""
    rows = (
        (6, CHOSEN, "chosen", 96, 0.0), (6, (*CHOSEN, "GATE"), "indifferent", 96, 4.0),
        (12, CHOSEN, "indifferent", 96, 9.0), (4, CHOSEN, "worse", 96, -180.0),
        (8, ("AIRPORT", "ALATAU", "CENTRE"), "dropped", 24, -420.0),
    )  # fmt: skip
    return tuple(
        PlanCompared(
            plan_id=make_plan(fleet, ids).plan_id, plan=make_plan(fleet, ids), status=status,
            days=days, objective=told(1255.0 + gap, unit="min", days=days),
            difference=None if status == "chosen" else Figure(
                value=gap, low=gap - 30, high=gap + 30, unit="min", basis="simulated", days=days),
            confidence=0.97 if status == "chosen" else 0.99,
            passengers_per_day=told(40.5 + gap / 31, days=days),
            minutes_saved_per_day=told(1255.0 + gap, unit="min", days=days),
            net_present_cost_tiyn=told((60 + 9.5 * fleet) * MILLION_USD, 0.3, "tiyn", "sampled"),
            surrogate_objective=1301.0 + gap,
        )
        for fleet, ids, status, days, gap in rows
    )  # fmt: skip


def make_first_page() -> FirstPage:
    """Return what stands on the first page."""
    finance = make_finance()
    return FirstPage(
        verdict="needs_subsidy", from_year=2029, fleet=6, fleet_first=2,
        site_ids=tuple(VertiportId(s) for s in ("AIRPORT", "ALATAU", "CENTRE", "MEDEU", "KONAEV")),
        top_district_ids=("AIRPORT_Z", "ALATAU_C", "BOSTANDYK"),
        top_segment_ids=("visitor", "business"),
        passengers_per_day=told(40.5), minutes_saved_per_day=told(1255.0, unit="min"),
        minutes_saved_per_passenger=told(31.0, unit="min"),
        fare_tiyn=told(3_750_000.0, 0.05, "tiyn"), fare_low_tiyn=2_900_000,
        fare_high_tiyn=4_360_000, car_fare_tiyn=told(520_000.0, 0.1, "tiyn", "computed"),
        budget_tiyn=300 * MILLION_USD,
        budget_used_tiyn=told(119.0 * MILLION_USD, 0.3, "tiyn", "sampled"),
        capital_tiyn=finance.capital_tiyn, deficit_per_year_tiyn=finance.deficit_per_year_tiyn,
        net_present_cost_tiyn=finance.net_present_cost_tiyn,
        break_even_fare_tiyn=finance.break_even_fare_tiyn,
        subsidy_per_passenger_tiyn=finance.subsidy_per_passenger_tiyn,
        days_lost_per_year=told(38.0, 0.2, "day", "computed"),
        confidence=0.97, is_told_apart=True, indifference=0.02,
        alone=AircraftAlone(fleet=60, passengers_per_day=told(44.8)),
    )  # fmt: skip


def make_assumptions() -> tuple[Assumption, ...]:
    """Return stated numbers of three marks."""
    return (
        Assumption(path="aircraft.price_usd", value=4e6, unit="USD", low=2.5e6, high=6e6,
                   source="facts 3.6: sale price not public", mark="assumed"),
        Assumption(path="reserve.final_reserve_s", value=1200, unit="s", low=1200, high=1800,
                   source="facts 4.3: 14 CFR 135.209(b)", mark="found"),
        Assumption(path="study.first_year", value=2029, unit="1", low=2029, high=2032,
                   source="facts 9.11: an aggregator's report", mark="recalled"),
    )  # fmt: skip


def make_risks() -> tuple[Risk, ...]:
    """Return risks of every weight."""
    return (
        Risk(code="demand", severity="high", figure=told(40.5, 0.8)),
        Risk(code="approval", severity="high"),
        Risk(code="price_not_public", severity="medium"),
        Risk(code="fog", severity="medium", subject="AIRPORT", figure=told(46.0, unit="day")),
        Risk(code="site_not_published", severity="medium", subject="MEDEU"),
        Risk(code="grid", severity="low", subject="CENTRE", figure=told(0.3)),
        Risk(code="cancellations", severity="low", figure=told(0.018)),
    )  # fmt: skip


def make_answer() -> Answer:
    """Return the answer of a search with everything in it."""
    bars, indices, knowing = make_unknowns()
    final = make_plan(6)
    stages = (
        Stage(first_year=2029, years=1, plan=make_plan(2, ("AIRPORT", "ALATAU", "CENTRE"))),
        Stage(first_year=2030, years=1, plan=make_plan(4)),
        Stage(first_year=2031, years=8, plan=final),
    )
    return Answer(
        version=ANSWER_VERSION,
        study=Study(
            study_id="default", city_id="alatau",
            names=names("Бюджет не береді?", "Что даёт бюджет?", "What does the budget buy?"),
            question=names("300 млн доллар не береді?", "Что дадут 300 млн долларов?",
                           "What does 300 million dollars buy?"),
            budget=Budget(usd=300e6),
        ),
        city_names=names("Алатау–Алматы", "Алатау–Алматы", "Alatau–Almaty"),
        credits=("© OpenStreetMap contributors", "NASA SRTM"),
        programme=Programme(stages=stages), first_page=make_first_page(), years=make_years(),
        sites=tuple(make_site(row) for row in SITES), districts=make_districts(),
        pairs=make_pairs(),
        segments=tuple(
            SegmentService(segment_id=name, passengers_per_day=told(share * 40.5), share=share)
            for name, share in (("visitor", 0.58), ("business", 0.35), ("resident", 0.07))
        ),
        finance=make_finance(),
        availability=(
            make_availability("network", 0.38, 38.0), make_availability("MEDEU", 0.06, 6.0),
            make_availability("AIRPORT", 0.45, 46.0),
        ),
        risks=make_risks(),
        sensitivities=bars, sobol=indices, knowing=knowing, front=make_front(),
        plans=make_plans(), comparisons=(),
        assumptions=make_assumptions(),
        days=DayCounts(
            simulated=1124, by_step={"ranking": 648, "final": 288, "alone": 96, "variants": 92},
            skipped=96, sorties=31_400, weather_from_date="2020-01-01",
            weather_until_date="2026-01-01", months=tuple(range(1, 13)),
        ),
        method=Method(
            plans_weighed=4_120, sites_searched=502, sites_proven=True, surrogate_spearman=0.93,
            ranking_stages=4, confidence_asked=0.95, sobol_samples=1024,
            coverage_notes=("bookings_cancelled",), seldom_notes=("sorties_diverted",),
        ),
        spreads=(
            OutputSpread(output="deficit_per_year_tiyn", base=9.74 * MILLION_USD,
                         median=10.3 * MILLION_USD, low=6.2 * MILLION_USD, high=15.9 * MILLION_USD),
            OutputSpread(output="net_present_cost_tiyn", base=119.0 * MILLION_USD,
                         median=127.0 * MILLION_USD, low=82.0 * MILLION_USD,
                         high=181.0 * MILLION_USD),
            OutputSpread(output="passengers_per_day", base=40.5, median=44.0, low=15.0, high=104.0),
        ),
        provenance=Provenance(
            code_version="0.0+test", city_id="alatau", city_sha256="a" * 64, costs_sha256="d" * 64,
            study_hash="b" * 12, logs_sha256="c" * 64,
            seeds={"days": 1, "sampling": 1, "search": 1},
        ),
    )  # fmt: skip


def make_comparison_answer() -> Answer:
    """Return the answer of a comparison: the same days with 20 and with 30 min of reserve."""
    plan = make_plan(6)
    variants: tuple[tuple[str, Names, Setting, float, dict[str, Figure]], ...] = (
        ("reserve20", names("20 мин", "20 мин", "20 min"), Setting(reserve_s=1200), 40.5, {}),
        ("reserve30", names("30 мин", "30 мин", "30 min"), Setting(reserve_s=1800), 37.6,
         {"passengers_flown": Figure(value=-2.9, low=-3.8, high=-2.0, unit="1", basis="simulated",
                                     days=96)}),
    )  # fmt: skip
    answer = make_answer()
    study = msgspec.structs.replace(
        answer.study, is_search=False, study_id="reserve",
        names=names("20 немесе 30 мин резерв", "Резерв 20 или 30 мин", "Reserve of 20 or 30 min"),
        question=names("30 мин резерв неге тұрады?", "Чего стоит резерв в 30 мин?",
                       "What does a reserve of 30 min cost?"),
        variants=tuple(
            Variant(variant_id=v, names=n, setting=s) for v, n, s, *_ in variants
        ),
    )  # fmt: skip
    return msgspec.structs.replace(
        answer,
        study=study,
        plans=(),
        front=(),
        comparisons=tuple(
            Comparison(
                variant_id=variant_id, names=called, plan=plan, setting=setting, days=96,
                figures={
                    "passengers_flown": told(flown), "minutes_saved": told(flown * 31, unit="min"),
                    "revenue_tiyn": told(flown * 3_750_000, unit="tiyn"),
                },
                differences=found,
            )
            for variant_id, called, setting, flown, found in variants
        ),
    )  # fmt: skip
