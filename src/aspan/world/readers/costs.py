"""The costs from `costs.toml`, with what money needs of the other files; read apart from the city.

A city flies without it; only what counts money asks for it. The format is in `docs/city-files.md`.
"""

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, get_args

from aspan.primitives.ids import VertiportId
from aspan.world.city import City
from aspan.world.costs import (
    AircraftCosts,
    BatteryCosts,
    ChargingCosts,
    Costs,
    CrewCosts,
    GroundCosts,
    ServiceCosts,
    SiteOfType,
    SiteType,
    Terms,
)
from aspan.world.quantity import Mark
from aspan.world.readers.folder import COSTS_NAME
from aspan.world.readers.tables import Table, read_toml

if TYPE_CHECKING:
    from aspan.world.quantity import Quantity
    from aspan.world.tariff import VatRate

PRICE_YEAR_MIN, PRICE_YEAR_MAX = 2000, 2100
DAYS_PER_YEAR_MAX = 366
YEARS_MAX = 100
"""Longest lifetime and lead; a bound for typing errors."""

S = TypeVar("S")
_ENERGY: Final = "energy_per_kwh_tiyn"


def find_costs(city: City) -> Costs | None:
    """Return what a network of the city costs; None if the city states nothing."""
    return load_costs(city) if (Path(city.folder) / COSTS_NAME).is_file() else None


def load_costs(city: City) -> Costs:
    """Return what a network of the city costs; `InvalidInput` naming file, path and value.

    Load the city with its last phase: every site of it must have a type.
    """
    path = Path(city.folder) / COSTS_NAME
    stated: dict[str, Quantity] = {}
    file = read_toml(path, city=path.parent.name, quantities=stated)
    kinds = _read_site_types(file)
    found = Costs(
        price_year=file.index("price_year", low=PRICE_YEAR_MIN, high=PRICE_YEAR_MAX),
        terms=_read_terms(file.table("terms")),
        aircraft=_read_aircraft(file.table("aircraft")),
        battery=file.table("battery").fill(
            BatteryCosts,
            gross_kwh=city.aircraft_type.gross_kwh,
            retire_soh=city.aircraft_type.retire_soh,
        ),
        crew=file.table("crew").fill(CrewCosts),
        ground=_read_ground(file.table("ground")),
        charging=_read_charging(file.table("charging")),
        service=_read_service(file, city),
        site_types=kinds,
        sites=_read_sites(file, city, kinds),
        vat=_list_rates(city),
        quantities={},
        file_sha256=sha256(path.read_bytes()).hexdigest(),
    )
    file.close()
    found.quantities.update(_join(stated, city))
    return found


def _join(stated: "dict[str, Quantity]", city: City) -> "dict[str, Quantity]":
    """Return the stated inputs with those of the city's other files under their path here."""
    joined = dict(stated)
    taken = {
        "battery.gross_kwh": "aircraft_type.gross_kwh",
        "battery.retire_soh": "aircraft_type.retire_soh",
        f"service.{_ENERGY}": f"costs.{_ENERGY}",
    }
    for i, rate in enumerate(_list_rates(city)):
        taken[f"vat.{rate.from_date}"] = f"tariff.vat[{i}].vat_rate"
    for ours, theirs in taken.items():
        if theirs in city.quantities and ours not in joined:
            joined[ours] = city.quantities[theirs]
    return joined


def _list_rates(city: City) -> "tuple[VatRate, ...]":
    tariff = city.rules.tariff
    return () if tariff is None else tariff.vat


def _read_terms(table: Table) -> Terms:
    terms = table.fill(Terms)
    if terms.service_days_per_year > DAYS_PER_YEAR_MAX:
        raise table.refuse("service_days_per_year", terms.service_days_per_year, "at most 366")
    return terms


def _read_aircraft(table: Table) -> AircraftCosts:
    return _check_years(table, table.fill(AircraftCosts), ("lifetime_years",))


def _read_ground(table: Table) -> GroundCosts:
    ground = table.fill(GroundCosts)
    return _check_years(table, ground, ("build_lead_years", "lifetime_years"))


def _read_charging(table: Table) -> ChargingCosts:
    charging = table.fill(ChargingCosts)
    return _check_years(table, charging, ("charger_lifetime_years", "grid_lifetime_years"))


def _check_years(table: Table, read: S, names: tuple[str, ...]) -> S:
    """Refuse a number of years that is a typing error."""
    for name in names:
        if getattr(read, name) > YEARS_MAX:
            raise table.refuse(name, getattr(read, name), f"at most {YEARS_MAX} years")
    return read


def _read_service(file: Table, city: City) -> ServiceCosts:
    """Return the rest; energy is the city's own, stated here only if `city.toml` has no price."""
    table = file.table("service")
    costs = city.rules.costs
    if costs is None:
        return table.fill(ServiceCosts)
    if table.has(_ENERGY):
        raise table.refuse(_ENERGY, "stated twice", "[costs] of city.toml, and not here")
    return table.fill(ServiceCosts, energy_per_kwh_tiyn=costs.energy_per_kwh_tiyn)


def _read_site_types(file: Table) -> tuple[SiteType, ...]:
    kinds = tuple(
        table.fill(SiteType, site_type_id=name) for name, table in file.tables("site_types")
    )
    if not kinds:
        raise file.refuse("site_types", {}, "at least one type of site")
    return kinds


def _read_sites(file: Table, city: City, kinds: tuple[SiteType, ...]) -> tuple[SiteOfType, ...]:
    """Return the type of every site of the city at hand, sorted by id; others are passed over."""
    contingency = {site.vertiport_id: site.contingency_places for site in city.vertiports}
    rows = list(file.tables("sites"))
    for name, table in rows:
        if name not in contingency:
            for key in ("type", "type_source", "type_mark"):
                table.text(key)
    among = tuple(kind.site_type_id for kind in kinds)
    sites = tuple(
        SiteOfType(
            vertiport_id=VertiportId(name),
            type=table.text("type", among=among),
            contingency_places=contingency[VertiportId(name)],
            type_source=table.text("type_source"),
            type_mark=table.text("type_mark", among=get_args(Mark)),
        )
        for name, table in rows
        if name in contingency
    )
    known = {site.vertiport_id for site in sites}
    for vertiport_id in sorted(contingency):
        if vertiport_id not in known:
            raise file.refuse(f"sites.{vertiport_id}", None, "the type of every site of the city")
    return sites
