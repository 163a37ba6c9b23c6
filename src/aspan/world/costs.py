"""Costs: what a network costs to build, to buy and to run, every number with range and source.

Prices are real prices of `price_year`, without value added tax where the file does not say
otherwise. Numbers of the city that money needs too (energy, tax, battery) are taken along, so that
one value holds every input of an account. Amounts in US dollars become tenge at `kzt_per_usd`.
"""

import math
from typing import TypeVar

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.world.quantity import Quantity
from aspan.world.readers.units import domain_of
from aspan.world.tariff import VatRate, find_vat_rate

S = TypeVar("S", bound=msgspec.Struct)

VAT_RATE = "vat_rate"

MID_YEAR = "07-01"
"""The tax of a whole year is the one in force on this day of it."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Money itself.

    Parameters
    ----------
    discount_rate
        Real, a year: what money of the next year is worth less.
    service_days_per_year
        Days of service a simulated day stands for; days of fog are among the simulated ones.
    """

    kzt_per_usd: float
    discount_rate: float
    service_days_per_year: int


class AircraftCosts(msgspec.Struct, frozen=True, kw_only=True):
    """Buying aircraft, keeping them airworthy and insured.

    Parameters
    ----------
    price_usd
        With its first battery.
    advance_share
        Of the price, paid in the year before delivery; the rest on delivery.
    spares_share
        First stock of spares, on the price of each aircraft delivered.
    lifetime_years
        Bought again after it; the straight line of the residual ends there.
    residual_share
        Of the straight-line value at the end of the horizon, what can be realised.
    insurance_share
        Hull and liability, of the price, a year.
    maintenance_per_flight_h_usd
        Lift-off to touchdown; the battery not counted.
    maintenance_per_aircraft_year_usd
        By the calendar, flown or not.
    """

    price_usd: float
    advance_share: float
    spares_share: float
    lifetime_years: int
    residual_share: float
    insurance_share: float
    maintenance_per_flight_h_usd: float
    maintenance_per_aircraft_year_usd: float


class BatteryCosts(msgspec.Struct, frozen=True, kw_only=True):
    """Replacing batteries by use: a pack is retired when its health has fallen to `retire_soh`.

    Parameters
    ----------
    full_cycles
        Energies of a new pack drawn from it until a fifth of its capacity is lost (facts B.10).
    calendar_fade_per_year
        Of the capacity, lost by age alone.
    residual_share
        Of the value of the life left in packs at the end of the horizon, what can be realised.
    gross_kwh, retire_soh
        Of the aircraft type: energy of a new pack, and the health at which it is retired.
    """

    price_per_kwh_usd: float
    full_cycles: float
    calendar_fade_per_year: float
    residual_share: float
    gross_kwh: float
    retire_soh: float


class CrewCosts(msgspec.Struct, frozen=True, kw_only=True):
    """Pilots: their number follows from the plan and from duty, their pay from the mean wage.

    Parameters
    ----------
    wage_month_kzt
        Mean gross wage; ground staff are paid by it too.
    pilot_wage_factor
        Times the mean wage.
    employer_share
        Taxes and contributions of the employer, on the gross wage.
    duty_days_per_pilot_year
        Days a year on which a pilot can be on duty.
    training_usd
        Type rating of one pilot, when hired.
    recurrent_year_usd
        Checks and training of one pilot, each year.
    simulator_usd, pilots_per_simulator
        Price of a simulator, and how many pilots one serves.
    """

    wage_month_kzt: float
    pilot_wage_factor: float
    employer_share: float
    duty_days_per_pilot_year: float
    training_usd: float
    recurrent_year_usd: float
    simulator_usd: float
    pilots_per_simulator: int


class SiteType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of site: city vertiport, basic site, vertistop.

    Parameters
    ----------
    build_usd
        With so many `fatos` and `stands`, contingency places counted; chargers and grid are not.
    posts
        Places of work that are manned whenever the service is open.
    """

    site_type_id: str
    build_usd: float
    fatos: int
    stands: int
    posts: int


class SiteOfType(msgspec.Struct, frozen=True, kw_only=True):
    """Which type a site of the city is, and the contingency places that the city keeps there."""

    vertiport_id: VertiportId
    type: str
    contingency_places: int
    type_source: str
    type_mark: str


class GroundCosts(msgspec.Struct, frozen=True, kw_only=True):
    """Building and keeping sites.

    Parameters
    ----------
    fato_usd, stand_usd
        One more than the type of the site has.
    reserve_share
        For what is not foreseen, on what is built, chargers and grid included.
    build_lead_years
        Paid so many years before the site opens.
    lifetime_years
        Of what is built.
    residual_share
        Of the straight-line value at the end of the horizon of sites, chargers and grid.
    upkeep_share
        Of what was built, chargers and grid included, a year.
    staff_per_post
        Persons employed for one post.
    staff_wage_factor
        Times the mean wage.
    """

    fato_usd: float
    stand_usd: float
    reserve_share: float
    build_lead_years: int
    lifetime_years: int
    residual_share: float
    upkeep_share: float
    staff_per_post: float
    staff_wage_factor: float


class ChargingCosts(msgspec.Struct, frozen=True, kw_only=True):
    """Chargers and the connection to the grid, by power.

    Parameters
    ----------
    charger_per_kw_usd
        Of DC power.
    grid_per_kw_usd
        Of the site's power limit at the meter.
    """

    charger_per_kw_usd: float
    charger_lifetime_years: int
    grid_per_kw_usd: float
    grid_lifetime_years: int


class ServiceCosts(msgspec.Struct, frozen=True, kw_only=True):
    """What the service costs beside aircraft, crews and sites.

    Parameters
    ----------
    energy_per_kwh_tiyn
        At the grid meter, as the city states it.
    navigation_per_sortie_usd
        Landing and air navigation.
    sales_share
        Of fares charged, for payment and sale.
    head_office_year_usd
        Management, safety, booking system, whatever is flown.
    overhead_share
        On all other operations.
    start_up_usd
        Once: certificate of the operator, acceptance of the type, preparation.
    """

    energy_per_kwh_tiyn: float
    navigation_per_sortie_usd: float
    sales_share: float
    head_office_year_usd: float
    overhead_share: float
    start_up_usd: float


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """Every input of an account but what is flown.

    Parameters
    ----------
    site_types, sites
        Sorted by id.
    vat
        Of fares, in order of date; none if the city states none.
    quantities
        Every input by path (`aircraft.price_usd`), with range, source and mark.
    file_sha256
        Of `costs.toml`.
    """

    price_year: int
    terms: Terms
    aircraft: AircraftCosts
    battery: BatteryCosts
    crew: CrewCosts
    ground: GroundCosts
    charging: ChargingCosts
    service: ServiceCosts
    site_types: tuple[SiteType, ...]
    sites: tuple[SiteOfType, ...]
    vat: tuple[VatRate, ...]
    quantities: dict[str, Quantity]
    file_sha256: str = ""

    def find_vat_rate(self, year: int) -> float:
        """Return the tax on fares in the middle of a year; 0 where the city states none."""
        return find_vat_rate(self.vat, f"{year}-{MID_YEAR}") if self.vat else 0.0

    def get_site(self, vertiport_id: str) -> SiteOfType:
        """Return which type a site is; `InvalidInput` naming the known ones if there is none."""
        for site in self.sites:
            if site.vertiport_id == vertiport_id:
                return site
        known = ", ".join(site.vertiport_id for site in self.sites)
        raise InvalidInput("costs: site", vertiport_id, f"one of {known}")

    def get_site_type(self, site_type_id: str) -> SiteType:
        """Return a kind of site; `InvalidInput` naming the known ones if there is none."""
        for kind in self.site_types:
            if kind.site_type_id == site_type_id:
                return kind
        known = ", ".join(kind.site_type_id for kind in self.site_types)
        raise InvalidInput("costs: site type", site_type_id, f"one of {known}")


_SECTIONS = ("terms", "aircraft", "battery", "crew", "ground", "charging", "service")


def list_paths(costs: Costs) -> tuple[str, ...]:
    """Return the path of every input, `aircraft.price_usd`, in the order of the file."""
    plain = [
        f"{section}.{name}"
        for section in _SECTIONS
        for name in type(getattr(costs, section)).__struct_fields__
    ]
    kinds = [
        f"site_types.{kind.site_type_id}.{name}"
        for kind in costs.site_types
        for name in SiteType.__struct_fields__
        if name != "site_type_id"
    ]
    return (*plain, *kinds, *(f"vat.{rate.from_date}" for rate in costs.vat))


def get_input(costs: Costs, path: str) -> float:
    """Return an input by its path; `InvalidInput` if there is none."""
    section, _, name = path.partition(".")
    found: float | None = None
    if section == "vat":
        found = next((rate.vat_rate for rate in costs.vat if rate.from_date == name), None)
    elif section == "site_types":
        kind_id, _, name = name.rpartition(".")
        kinds = (kind for kind in costs.site_types if kind.site_type_id == kind_id)
        kind = next(kinds, None)
        found = None if name == "site_type_id" else getattr(kind, name, None)
    elif section in _SECTIONS:
        found = getattr(getattr(costs, section), name, None)
    if not isinstance(found, int | float):
        raise InvalidInput("costs: input", path, "the path of an input, such as aircraft.price_usd")
    return float(found)


def replace_input(costs: Costs, path: str, value: float) -> Costs:
    """Return the costs with one input changed; whole numbers are rounded half to even.

    Sampled unknowns go through here; the value may lie outside the stated range.
    """
    before = get_input(costs, path)
    section, _, name = path.partition(".")
    low, high, is_positive = domain_of(VAT_RATE if section == "vat" else name.rpartition(".")[2])
    if not (math.isfinite(value) and low <= value <= high) or (is_positive and value == 0.0):
        raise InvalidInput(f"costs: {path}", value, f"a number the file could state, as {before:g}")
    if section == "vat":
        rates = tuple(
            msgspec.structs.replace(rate, vat_rate=value) if rate.from_date == name else rate
            for rate in costs.vat
        )
        return msgspec.structs.replace(costs, vat=rates)
    if section == "site_types":
        kind_id, _, name = name.rpartition(".")
        kinds = tuple(
            _replace(kind, name, value) if kind.site_type_id == kind_id else kind
            for kind in costs.site_types
        )
        return msgspec.structs.replace(costs, site_types=kinds)
    return msgspec.structs.replace(
        costs, **{section: _replace(getattr(costs, section), name, value)}
    )


def _replace(struct: S, name: str, value: float) -> S:
    """Return a struct with one number changed, whole where it must be."""
    whole = type(getattr(struct, name)) is int
    return msgspec.structs.replace(struct, **{name: round(value) if whole else value})
