"""Running: operations, fares and their tax, in each year of service.

What a mean day comes to is multiplied by the days of service of a year. Pilots are as many as the
plan employs, or as duty needs if that is more.
"""

from collections.abc import Iterator

from aspan.primitives.units import MS_PER_H, TIYN_PER_TENGE
from aspan.studies.exact import UNITS, multiply, round_ratio, to_units, usd_to_tiyn
from aspan.studies.money import Case, DayMeans, Line, make_line
from aspan.studies.money_capital import Asset
from aspan.world.costs import Costs

MONTHS_PER_YEAR = 12

OVERHEAD_ON = (
    "pilots", "pilot_checks", "ground_staff", "upkeep", "maintenance", "insurance", "energy",
    "navigation",
)  # fmt: skip
"""Operations on which overhead is reckoned: not on sale and care, which move with fares, nor on
the head office, which is overhead itself."""


def count_pilots(case: Case) -> dict[int, int]:
    """Return pilots employed, by year of service: as planned, or as duty needs if that is more."""
    crew, terms = case.costs.crew, case.costs.terms
    days = to_units(crew.duty_days_per_pilot_year, "crew.duty_days_per_pilot_year")
    employed = {}
    for year in case.years:
        index = case.stage_index(year)
        on_duty = to_units(case.means[index].pilots_on_duty, "pilots_on_duty")
        needed = -(-on_duty * terms.service_days_per_year // days)
        employed[year] = max(case.programme.stages[index].plan.pilots, needed)
    return employed


def count_ground_staff(case: Case, year: int) -> int:
    """Return persons employed at the sites of a year."""
    plan = case.programme.get_stage(year).plan
    costs = case.costs
    posts = sum(
        costs.get_site_type(costs.get_site(site.vertiport_id).type).posts for site in plan.sites
    )
    per_post = to_units(costs.ground.staff_per_post, "ground.staff_per_post")
    return -(-posts * per_post // UNITS)


def list_running(case: Case, pilots: dict[int, int], built: list[Asset]) -> list[Line]:
    """Return every line of operations, income and tax; lines of 0 are left out."""
    lines: list[Line] = []
    for year in case.years:
        means = case.means[case.stage_index(year)]
        operations = {
            **_pay_people(case, year, pilots[year]),
            **_pay_upkeep(case, year, built),
            **_pay_use(case.costs, means),
        }
        share = to_units(case.costs.service.overhead_share, "service.overhead_share")
        base_tiyn = sum(operations[kind] for kind in OVERHEAD_ON)
        operations["overhead"] = round_ratio(base_tiyn * share, UNITS)
        taken_in = _take_in(case.costs, means, year)
        lines += [
            make_line(year, kind, amount)
            for kind, amount in (operations | taken_in).items()
            if amount != 0
        ]
    return lines


def _pay_people(case: Case, year: int, pilots: int) -> dict[str, int]:
    """Return what pilots and ground staff are paid in a year, and pilots' checks."""
    crew, ground = case.costs.crew, case.costs.ground
    rate = to_units(case.costs.terms.kzt_per_usd, "terms.kzt_per_usd")
    wage = (
        to_units(MONTHS_PER_YEAR * TIYN_PER_TENGE, "months"),
        to_units(crew.wage_month_kzt, "crew.wage_month_kzt"),
        UNITS + to_units(crew.employer_share, "crew.employer_share"),
    )
    pilot = to_units(crew.pilot_wage_factor, "crew.pilot_wage_factor")
    staff = to_units(ground.staff_wage_factor, "ground.staff_wage_factor")
    checks = to_units(crew.recurrent_year_usd, "crew.recurrent_year_usd")
    persons = count_ground_staff(case, year)
    return {
        "pilots": multiply(*wage, pilot, pilots * UNITS),
        "pilot_checks": usd_to_tiyn(rate, checks, pilots * UNITS),
        "ground_staff": multiply(*wage, staff, persons * UNITS),
    }


def _pay_upkeep(case: Case, year: int, built: list[Asset]) -> dict[str, int]:
    """Return upkeep of what is built, maintenance and insurance of the fleet."""
    costs, aircraft = case.costs, case.costs.aircraft
    means = case.means[case.stage_index(year)]
    rate = to_units(costs.terms.kzt_per_usd, "terms.kzt_per_usd")
    in_service = sum(a.amount_tiyn for a in built if a.from_year <= year)
    upkeep = to_units(costs.ground.upkeep_share, "ground.upkeep_share")
    fleet = case.fleet_in(year) * UNITS
    by_hour = to_units(aircraft.maintenance_per_flight_h_usd, "aircraft.maintenance_per_flight_h")
    by_year = to_units(aircraft.maintenance_per_aircraft_year_usd, "aircraft.maintenance_per_year")
    hours = round_ratio(
        costs.terms.service_days_per_year * to_units(means.flight_ms, "flight_ms"), MS_PER_H
    )
    price = to_units(aircraft.price_usd, "aircraft.price_usd")
    insured = to_units(aircraft.insurance_share, "aircraft.insurance_share")
    return {
        "upkeep": round_ratio(in_service * upkeep, UNITS),
        "maintenance": usd_to_tiyn(rate, by_hour, hours) + usd_to_tiyn(rate, by_year, fleet),
        "insurance": usd_to_tiyn(rate, price, insured, fleet),
    }


def _pay_use(costs: Costs, means: DayMeans) -> dict[str, int]:
    """Return what follows from sorties and bookings, and the head office."""
    service, days = costs.service, costs.terms.service_days_per_year
    rate = to_units(costs.terms.kzt_per_usd, "terms.kzt_per_usd")
    energy = to_units(service.energy_per_kwh_tiyn, "service.energy_per_kwh_tiyn")
    sortie = to_units(service.navigation_per_sortie_usd, "service.navigation_per_sortie_usd")
    sales = to_units(service.sales_share, "service.sales_share")
    office = to_units(service.head_office_year_usd, "service.head_office_year_usd")
    return {
        "energy": multiply(energy, days * to_units(means.grid_kwh, "grid_kwh")),
        "navigation": usd_to_tiyn(
            rate, sortie, days * to_units(means.sorties_flown, "sorties_flown")
        ),
        "care": multiply(days * to_units(means.care_tiyn, "care_tiyn")),
        "sales": multiply(sales, days * to_units(means.revenue_tiyn, "revenue_tiyn")),
        "head_office": usd_to_tiyn(rate, office),
    }


def _take_in(costs: Costs, means: DayMeans, year: int) -> dict[str, int]:
    """Return fares as taken in, what is paid back of them, and the tax in what is left."""
    days = costs.terms.service_days_per_year
    vat = to_units(costs.find_vat_rate(year), "vat")
    fares_tiyn = multiply(days * to_units(means.revenue_tiyn, "revenue_tiyn"))
    refunds_tiyn = multiply(days * to_units(means.refunds_tiyn, "refunds_tiyn"))
    tax_tiyn = round_ratio((fares_tiyn - refunds_tiyn) * vat, UNITS + vat)
    return {"fares": -fares_tiyn, "refunds": refunds_tiyn, "vat": tax_tiyn}


def list_year_units(case: Case, year: int) -> Iterator[int]:
    """Yield passengers, minutes saved and sorties of a year of service, in millionths."""
    means = case.means[case.stage_index(year)]
    days = case.costs.terms.service_days_per_year
    yield days * to_units(means.passengers_flown, "passengers_flown")
    yield days * to_units(means.minutes_saved, "minutes_saved", low=float("-inf"))
    yield days * to_units(means.sorties_flown, "sorties_flown")
