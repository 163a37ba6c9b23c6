"""Answers of studies made up by code, for tests of the page that shows them.

No day was flown for any number here. They have the size that days of Alatau have, so that what a
page does with them is what it will do with a real answer; nothing else may be read from them.
"""

from math import exp, sin
from typing import Final

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
    Availability,
    Basis,
    Comparison,
    District,
    FareLoad,
    Figure,
    Finance,
    FrontPoint,
    Knowing,
    MoneyLine,
    PairService,
    PlanCompared,
    Risk,
    SegmentService,
    Sensitivity,
    SiteAnswer,
    SobolIndex,
    YearAnswer,
)
from aspan.studies.plan import Plan, Programme, SiteDesign, Stage
from aspan.studies.setting import Setting
from aspan.studies.study import Budget, Study, Variant
from aspan.world.vertiport import Names

MILLION_USD: Final = 50_000_000_000
"""A million dollars in tiyn, at 500 KZT/USD."""

SITES: Final = (
    ("AIRPORT", "Алматы әуежайы", "Аэропорт Алматы", "Almaty Airport", 77.0078, 43.3478, 675),
    ("ALATAU", "Алатау қаласы", "Город Алатау", "Alatau City", 77.1092, 43.6767, 518),
    ("BORALDAY", "Боралдай", "Боралдай", "Boralday", 76.9, 43.352, 690),
    ("CENTRE", "Республика алаңы", "Площадь Республики", "Republic Square", 76.9453, 43.2389, 879),
    ("GATE", "«Қақпа» ауданы", "Район «Ворота»", "Gate District", 77.0193, 43.4192, 639),
    ("GOLDEN", "«Алтын» ауданы", "Район «Золотой»", "Golden District", 77.045, 43.551, 570),
    ("KONAEV", "Қонаев", "Конаев", "Konaev", 77.0615, 43.8552, 495),
    ("MEDEU", "Медеу", "Медеу", "Medeu", 77.054, 43.16, 1690),
    ("SHYMBULAK", "Шымбұлақ", "Шымбулак", "Shymbulak", 77.0795, 43.1295, 2210),
)

ZONES: Final = (
    ("ALMALY", "Алмалы ауданы", "Алмалинский район", "Almaly District", 243_800, 3.1),
    ("AUEZOV", "Әуезов ауданы", "Ауэзовский район", "Auezov District", 388_800, 2.2),
    ("BOSTANDYK", "Бостандық ауданы", "Бостандыкский район", "Bostandyk District", 393_300, 6.6),
    ("MEDEU_D", "Медеу ауданы", "Медеуский район", "Medeu District", 262_900, 5.9),
    ("TURKSIB", "Түрксіб ауданы", "Турксибский район", "Turksib District", 289_900, 0.4),
    ("ALATAU_C", "Алатау қаласы", "Город Алатау", "Alatau City", 52_000, 7.2),
    ("AIRPORT_Z", "Алматы әуежайы", "Аэропорт Алматы", "Almaty Airport", 0, 11.3),
    ("KONAEV_Z", "Қонаев", "Конаев", "Konaev", 42_167, 3.8),
    ("TALGAR", "Талғар", "Талгар", "Talgar", 42_194, 0.0),
)

CHOSEN: Final = ("AIRPORT", "ALATAU", "CENTRE", "KONAEV", "MEDEU")

FLEETS: Final = (2, 4, *(6,) * 8)

_PAIRS: Final = (
    ("AIRPORT", "ALATAU", 37_600.0, 6.1), ("ALATAU", "AIRPORT", 37_600.0, 5.8),
    ("CENTRE", "ALATAU", 52_000.0, 5.0), ("ALATAU", "CENTRE", 52_000.0, 4.7),
    ("AIRPORT", "KONAEV", 58_900.0, 4.4), ("KONAEV", "AIRPORT", 58_900.0, 4.1),
    ("AIRPORT", "MEDEU", 22_000.0, 5.5), ("MEDEU", "AIRPORT", 22_000.0, 4.9),
)  # fmt: skip


def names(kk: str, ru: str, en: str) -> Names:
    """Return one name in three languages."""
    return Names(kk=kk, ru=ru, en=en)


def told(
    value: float,
    share: float = 0.12,
    unit: str = "1",
    basis: Basis = "simulated",
    *,
    days: int = 96,
    note: str = "",
) -> Figure:
    """Return a figure with an interval of that share about it."""
    wide = abs(value) * share
    return Figure(
        value=value, low=value - wide, high=value + wide, unit=unit, basis=basis, note=note,
        days=days if basis == "simulated" else 0,
    )  # fmt: skip


def make_plan(fleet: int, site_ids: tuple[str, ...] = CHOSEN, fare_factor: float = 0.8) -> Plan:
    """Return a plan on some of the sites."""
    sites = tuple(
        SiteDesign(
            vertiport_id=VertiportId(site_id), fatos=1, stands=3 if site_id == "AIRPORT" else 2,
            chargers=2, charger_kw=300.0, site_power_kw=1500.0,
        )
        for site_id in sorted(site_ids)
    )  # fmt: skip
    return Plan(sites=sites, fleet=fleet, pilots=3 * fleet, fare_factor=fare_factor)


def make_years() -> tuple[YearAnswer, ...]:
    """Return ten years: two that ramp up, eight of the network when built."""
    years = []
    for index, fleet in enumerate(FLEETS):
        stage = min(index, 2)
        open_ids = CHOSEN if stage else ("AIRPORT", "ALATAU", "CENTRE")
        before = () if index == 0 else (CHOSEN if index > 1 else ("AIRPORT", "ALATAU", "CENTRE"))
        a_day = (12.0, 27.0, 40.5)[stage] * (1.01 ** max(0, index - 2))
        capital = round((29.0, 21.5, 14.5, 0, 0, 0, 0, 6.5, 0, 0)[index] * MILLION_USD)
        operations = round((6.1, 8.4, 10.7)[stage] * MILLION_USD)
        fares = round(a_day * 365 * 37_500 * 100 / 1.16)
        years.append(
            YearAnswer(
                year=2029 + index, stage=stage,
                site_ids=tuple(VertiportId(s) for s in open_ids),
                new_site_ids=tuple(VertiportId(s) for s in open_ids if s not in before),
                fleet=fleet, delivered=fleet - (FLEETS[index - 1] if index else 0),
                pilots=3 * fleet, stands=11, chargers=10, fare_factor=0.8,
                passengers=told(a_day * 365), minutes_saved=told(a_day * 365 * 31, unit="min"),
                sorties=told(a_day * 365 / 1.7), load_factor=0.43,
                energy_kwh=told(a_day * 365 / 1.7 * 44, unit="kWh"),
                capital_tiyn=capital, operations_tiyn=operations, fares_tiyn=fares,
                vat_tiyn=round(fares * 0.16), deficit_tiyn=capital + operations - fares,
            )
        )  # fmt: skip
    return tuple(years)


def make_site(row: tuple[str, str, str, str, float, float, int]) -> SiteAnswer:
    """Return a site, chosen or with the reason why not."""
    site_id, kk, ru, en, lon_deg, lat_deg, height = row
    is_chosen = site_id in CHOSEN
    size = {"AIRPORT": 15.4, "ALATAU": 10.8, "CENTRE": 9.7, "KONAEV": 4.3, "MEDEU": 5.2}
    reasons = {"SHYMBULAK": "not_serviceable", "GOLDEN": "saves_too_little"}
    peak_kw = 120.0 + 34.0 * size.get(site_id, 0.0)
    return SiteAnswer(
        vertiport_id=VertiportId(site_id), names=names(kk, ru, en), lon_deg=lon_deg,
        lat_deg=lat_deg, elevation_amsl_m=float(height),
        is_position_published=site_id in ("ALATAU", "CENTRE", "KONAEV"),
        first_year=(2029 if site_id in ("AIRPORT", "ALATAU", "CENTRE") else 2030)
        if is_chosen else None,
        reason="" if is_chosen else reasons.get(site_id, "costs_too_much"),
        design=make_plan(6).find_site(site_id),
        passengers_per_day=told(2 * size[site_id]) if is_chosen else None,
        movements_per_day=told(1.3 * size[site_id]) if is_chosen else None,
        hours_open=told(0.97 if site_id == "MEDEU" else 0.87, 0.03) if is_chosen else None,
        grid_kwh_per_day=told(29.0 * size[site_id], unit="kWh") if is_chosen else None,
        peak_kw=told(peak_kw, 0.2, "kW") if is_chosen else None,
        site_power_limit_kw=3000.0 if site_id in ("AIRPORT", "ALATAU") else 1500.0,
        people_above_day_limit=told(0.0, 0.0) if is_chosen else None,
        capital_tiyn=round(5.2 * MILLION_USD) if is_chosen else 0,
        hour_peak_kw=tuple(
            peak_kw * (0.4 + 0.6 * abs(sin(hour))) if 6 < hour < 22 else 0.0 for hour in range(24)
        ) if is_chosen else (),
    )  # fmt: skip


def make_districts() -> tuple[District, ...]:
    """Return the zones with their service, one of them with none."""
    whole = sum(row[5] for row in ZONES)
    return tuple(
        District(
            zone_id=zone_id, names=names(kk, ru, en), lon_deg=76.9, lat_deg=43.25,
            population=float(people), passengers_per_day=told(flown), share=flown / whole,
            passengers_per_1000_residents_year=flown * 365_000 / people if people else 0.0,
            nearest_site_id=VertiportId("CENTRE") if flown else None,
            access_min=14.0 if flown else None,
        )
        for zone_id, kk, ru, en, people, flown in ZONES
    )  # fmt: skip


def make_lines() -> tuple[MoneyLine, ...]:
    """Return money by kind and year; the years add up to those of `make_years`."""
    years = make_years()
    parts = (
        ("capital", "aircraft", 0.62), ("capital", "spares", 0.07), ("capital", "training", 0.03),
        ("capital", "vertiports", 0.21), ("capital", "chargers", 0.07),
        ("operations", "pilots", 0.24), ("operations", "maintenance", 0.31),
        ("operations", "batteries", 0.08), ("operations", "energy", 0.01),
        ("operations", "staff", 0.22), ("operations", "overhead", 0.14),
        ("income", "fares", -1.0), ("tax", "vat", 1.0),
    )  # fmt: skip
    whole = {
        "capital": [y.capital_tiyn for y in years],
        "operations": [y.operations_tiyn for y in years],
        "income": [y.fares_tiyn for y in years],
        "tax": [y.vat_tiyn for y in years],
    }
    lines = []
    for group, kind, share in parts:
        amounts = tuple(round(total * share) for total in whole[group])
        present = round(sum(a * 1.1**-i for i, a in enumerate(amounts)))
        lines.append(
            MoneyLine(
                group=group, kind=kind, amounts_tiyn=amounts, present_tiyn=present,
                present_low_tiyn=round(present * (0.7 if present > 0 else 1.2)),
                present_high_tiyn=round(present * (1.5 if present > 0 else 0.8)),
                quantity_path=f"costs.{kind}", source="facts 3.6: 3 to 5 M USD, not public",
                mark="assumed",
            )
        )  # fmt: skip
    return tuple(lines)


def make_finance() -> Finance:
    """Return the money of the programme."""
    fares = tuple(
        FareLoad(
            fare_factor=factor, fare_tiyn=round(46_900 * factor) * 100,
            passengers_per_day=told(118 * exp(-1.35 * factor), basis="surrogate"),
            income_per_year_tiyn=told(118 * exp(-1.35 * factor) * 365 * 46_900 * 100 * factor,
                                      unit="tiyn", basis="surrogate"),
            deficit_per_year_tiyn=told((9.9 - 0.4 * factor) * MILLION_USD, unit="tiyn",
                                       basis="surrogate"),
        )
        for factor in (0.4, 0.6, 0.8, 1.0, 1.25)
    )  # fmt: skip
    return Finance(
        price_year=2026,
        kzt_per_usd=Figure(value=500.0, low=450.0, high=560.0, unit="KZT/USD", basis="stated"),
        discount_rate=Figure(value=0.08, low=0.05, high=0.12, unit="1", basis="stated"),
        lines=make_lines(),
        net_present_cost_tiyn=told(119.0 * MILLION_USD, 0.3, "tiyn", "sampled"),
        capital_tiyn=told(71.5 * MILLION_USD, 0.3, "tiyn", "sampled"),
        operations_per_year_tiyn=told(10.7 * MILLION_USD, 0.3, "tiyn", "sampled"),
        fares_per_year_tiyn=told(0.96 * MILLION_USD, 0.3, "tiyn", "sampled"),
        deficit_per_year_tiyn=told(9.74 * MILLION_USD, 0.3, "tiyn", "sampled"),
        break_even_fare_tiyn=told(41_800_000.0, 0.4, "tiyn", "sampled"),
        subsidy_per_passenger_tiyn=told(38_050_000.0, 0.4, "tiyn", "sampled"),
        cost_per_minute_tiyn=told(1_230_000.0, 0.4, "tiyn", "sampled"),
        fare_load=fares,
    )


def make_availability(place_id: str, worst: float, days_lost: float) -> Availability:
    """Return availability by month and hour: winter mornings are worst."""
    share = tuple(
        tuple(
            max(0.0, min(1.0, 0.985 - worst * exp(-((hour - 8) ** 2) / 18)
                         * max(0.0, 1 - min(month, 12 - month) / 3.5)))
            if 6 <= hour < 21 else 0.0
            for hour in range(24)
        )
        for month in range(12)
    )  # fmt: skip
    return Availability(
        place_id=place_id,
        share=share,
        years=tuple(range(2020, 2026)),
        is_modelled=True,
        days_lost_per_year=days_lost,
    )


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
            output="net_present_cost_tiyn", factor="costs.aircraft", unit="USD",
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
                decision_changes_share=0.11, card="cruise_power"),
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
            names=names("Бюджет не береді?", "Что даёт бюджет?", "What the budget buys"),
            question=names("300 млн доллар не береді?", "Что дадут 300 млн долларов?",
                           "What does 300 million dollars buy?"),
            budget=Budget(usd=300e6),
        ),
        city_names=names("Алатау–Алматы", "Алатау–Алматы", "Alatau–Almaty"),
        credits=("© OpenStreetMap contributors", "NASA SRTM"),
        programme=Programme(stages=stages), first_page=make_first_page(), years=make_years(),
        sites=tuple(make_site(row) for row in SITES), districts=make_districts(),
        pairs=tuple(
            PairService(
                origin=VertiportId(a), destination=VertiportId(b), distance_m=metres,
                block_ms=round(240_000 + metres * 14), passengers_per_day=told(flown),
                fare_tiyn=round(0.8 * max(30_000, 25_000 + metres / 2)) * 100,
                headway_s=1800 if "ALATAU" in (a, b) else None,
            )
            for a, b, metres, flown in _PAIRS
        ),
        segments=tuple(
            SegmentService(segment_id=name, passengers_per_day=told(share * 40.5), share=share)
            for name, share in (("visitor", 0.58), ("business", 0.35), ("resident", 0.07))
        ),
        finance=make_finance(),
        availability=(
            make_availability("network", 0.38, 38.0), make_availability("MEDEU", 0.06, 6.0),
            make_availability("AIRPORT", 0.45, 46.0),
        ),
        risks=(
            Risk(code="demand", severity="high", figure=told(40.5, 0.8)),
            Risk(code="approval", severity="high"),
            Risk(code="price_not_public", severity="medium"),
            Risk(code="fog", severity="medium", subject="AIRPORT", figure=told(46.0, unit="day")),
            Risk(code="site_not_published", severity="medium", subject="MEDEU"),
            Risk(code="grid", severity="low", subject="CENTRE", figure=told(450.0, unit="kW")),
        ),
        sensitivities=bars, sobol=indices, knowing=knowing, front=make_front(),
        plans=make_plans(), comparisons=(),
        assumptions=(
            Assumption(path="costs.aircraft", value=4e6, unit="USD", low=2.5e6, high=6e6,
                       source="facts 3.6: sale price not public", mark="assumed"),
            Assumption(path="reserve.final_reserve_s", value=1200, unit="s", low=1200, high=1800,
                       source="facts 4.3: 14 CFR 135.209(b)", mark="found"),
            Assumption(path="study.first_year", value=2029, unit="1", low=2029, high=2032,
                       source="facts 9.11: an aggregator's report", mark="recalled"),
        ),
        days=DayCounts(
            simulated=1124, by_step={"ranking": 648, "final": 288, "alone": 96, "variants": 92},
            skipped=96, sorties=31_400, weather_from_date="2020-01-01",
            weather_until_date="2025-12-31", months=tuple(range(1, 13)),
        ),
        method=Method(
            plans_weighed=4_120, sites_searched=502, sites_proven=True, surrogate_spearman=0.93,
            ranking_stages=4, confidence_asked=0.95, sobol_samples=1024,
            coverage_notes=("bookings_cancelled",),
        ),
        provenance=Provenance(
            code_version="0.0+test", city_id="alatau", city_sha256="a" * 64,
            study_hash="b" * 12, logs_sha256="c" * 64,
            seeds={"days": 1, "sampling": 1, "search": 1},
        ),
    )  # fmt: skip


def make_comparison_answer() -> Answer:
    """Return the answer of a comparison: the same days with 20 and with 30 min of reserve."""
    plan = make_plan(6)
    variants = (
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
