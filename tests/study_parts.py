"""Parts of answers of studies made up by code: places, years, money, weather.

No day was flown for any number here; see `study_answers.py`, which puts them together.
"""

from math import exp, sin
from typing import Final, Literal

from aspan.primitives.ids import VertiportId
from aspan.studies.answer_parts import (
    Availability,
    Basis,
    District,
    FareLoad,
    Figure,
    Finance,
    MoneyLine,
    PairService,
    PayingFare,
    SiteAnswer,
    YearAnswer,
)
from aspan.studies.plan import Plan, SiteDesign
from aspan.world.vertiport import Names

Group = Literal["capital", "operations", "income", "tax"]

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
        fares = round(a_day * 365 * 37_500 * 100)
        vat = round(fares * 0.16 / 1.16)
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
                vat_tiyn=vat, deficit_tiyn=capital + operations - fares + vat,
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
    parts: tuple[tuple[Group, str, float], ...] = (
        ("capital", "aircraft", 0.62), ("capital", "spares", 0.07), ("capital", "training", 0.03),
        ("capital", "sites", 0.21), ("capital", "chargers", 0.07),
        ("operations", "pilots", 0.24), ("operations", "maintenance", 0.31),
        ("operations", "batteries", 0.08), ("operations", "energy", 0.01),
        ("operations", "ground_staff", 0.22), ("operations", "overhead", 0.14),
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
        net_present_cost_tiyn=told(119.0 * MILLION_USD, 0.02, "tiyn"),
        capital_tiyn=told(71.5 * MILLION_USD, 0.02, "tiyn"),
        operations_per_year_tiyn=told(10.7 * MILLION_USD, 0.02, "tiyn"),
        fares_per_year_tiyn=told(0.96 * MILLION_USD, 0.02, "tiyn"),
        deficit_per_year_tiyn=told(9.74 * MILLION_USD, 0.02, "tiyn"),
        break_even_fare_tiyn=told(41_800_000.0, 0.4, "tiyn", "sampled"),
        subsidy_per_passenger_tiyn=told(38_050_000.0, 0.4, "tiyn", "sampled"),
        cost_per_minute_tiyn=told(1_230_000.0, 0.4, "tiyn", "sampled"),
        fare_load=fares,
        paying_fare=PayingFare(
            fare_tiyn=None, low_tiyn=760_000, high_tiyn=12_400_000, asked=11,
            least_fare_tiyn=4_900_000, least_cost_tiyn=round(112.0 * MILLION_USD),
            least_passengers_per_day=9.4,
        ),
    )  # fmt: skip


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


def make_pairs() -> tuple[PairService, ...]:
    """Return the pairs that fly, both ways of each."""
    return tuple(
        PairService(
            origin=VertiportId(a), destination=VertiportId(b), distance_m=metres,
            block_ms=round(240_000 + metres * 14), passengers_per_day=told(flown),
            fare_tiyn=round(0.8 * max(30_000, 25_000 + metres / 2)) * 100,
            headway_s=1800 if "ALATAU" in (a, b) else None,
        )
        for a, b, metres, flown in _PAIRS
    )  # fmt: skip
