"""A whole city from its folder: read every file, check what they say of each other, freeze."""

from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import CityId, VertiportId
from aspan.primitives.instants import parse_date
from aspan.world.city import City
from aspan.world.geodesy import Projection
from aspan.world.lanes import LanePlan, find_self_crossing
from aspan.world.readers.demand import read_demand
from aspan.world.readers.fleet import read_aircraft_type, read_airframes
from aspan.world.readers.folder import find_folder, hash_files
from aspan.world.readers.geozones import FILE_NAME, read_geozones
from aspan.world.readers.lanes import read_lanes
from aspan.world.readers.operator import read_operator
from aspan.world.readers.place_files import read_place_files
from aspan.world.readers.reliability import read_emissions, read_reliability
from aspan.world.readers.rules import read_approvals, read_rules
from aspan.world.readers.streets import read_street_model, read_streets
from aspan.world.readers.tables import Table, read_toml
from aspan.world.readers.terrain import read_terrain
from aspan.world.readers.transit import read_transit
from aspan.world.readers.vertiports import read_names, read_vertiports
from aspan.world.readers.weather import read_days, read_weather
from aspan.world.rules import Rules
from aspan.world.terrain import Terrain
from aspan.world.vertiport import Vertiport
from aspan.world.zones import DemandModel

if TYPE_CHECKING:
    from aspan.world.quantity import Quantity

_FILES = ("city", "vertiports", "aircraft", "fleet", "lanes", "demand", "weather")
_EPSG_MIN, _EPSG_MAX = 32601, 32760
_EPSG_BETWEEN = range(32661, 32701)
"""Codes between the northern and the southern zones, which are no UTM zones."""
ELEVATION_TOLERANCE_M = 40.0
"""Assumed: a site stands at most so far from the radar terrain; more is a typing error."""


def load_city(city: str, *, phase: int = 1) -> City:
    """Return the city called `city`: the name of a folder in `cities/`, or a path to one.

    Parameters
    ----------
    phase
        Of the network: vertiports of later phases, their lanes, routes and airframes are left out,
        and so are FATOs, stands and chargers that a site gets later.
    """
    folder = find_folder(city)
    quantities: dict[str, Quantity] = {}
    files = _read_files(folder, quantities)
    head = files["city"]
    projection = Projection(_read_epsg(head))
    terrain_name = head.text("terrain")
    terrain = read_terrain(folder / terrain_name, label=f"{folder.name}/{terrain_name}")
    every = read_vertiports(files["vertiports"], projection)
    open_now = _open_in_phase(every, phase)
    ids = tuple(str(vertiport.vertiport_id) for vertiport in every)
    aircraft_type = read_aircraft_type(files["aircraft"])
    airframes = read_airframes(files["fleet"], aircraft_type.type_id, every)
    aircraft_ids = tuple(str(airframe.aircraft_id) for airframe in airframes)
    days = read_days(folder / "weather_daily.csv", label=f"{folder.name}/weather_daily.csv")
    known = {vertiport.vertiport_id for vertiport in open_now}
    plan = read_lanes(files["lanes"], ids, folder)
    loaded = City(
        city_id=CityId(head.text("city_id")),
        names=read_names(head),
        time_zone=_read_zone(head),
        utm_epsg=_read_epsg(head),
        phase=phase,
        vertiports=open_now,
        aircraft_type=aircraft_type,
        airframes=tuple(a for a in airframes if a.home_vertiport_id in known and a.phase <= phase),
        approvals=tuple(
            approval
            for approval in read_approvals(head, ids, aircraft_ids)
            if approval.vertiport_id is None or approval.vertiport_id in known
        ),
        rules=_routes_within(read_rules(head, ids), known),
        lanes=_lanes_within(_check_lanes(plan, every, projection, files["lanes"]), known),
        demand=_zones_within(read_demand(files["demand"]), phase),
        weather=read_weather(files["weather"], days, folder=folder, vertiports=every),
        terrain=terrain,
        files_sha256=hash_files(folder, _beside(folder, terrain_name)),
        folder=str(folder),
        fair_weather_date=parse_date(
            head.text("fair_weather_date"), field=f"{folder.name}/city.toml: fair_weather_date"
        ),
        quantities=quantities,
        credits=head.texts("credits"),
        operator=read_operator(head),
        transit=read_transit(head, folder, quantities),
        reliability=read_reliability(head),
        emissions=read_emissions(head),
        place_files=read_place_files(head, folder),
        geozones=read_geozones(
            folder / FILE_NAME, city=folder.name, projection=projection, terrain=terrain
        ),
        streets=read_streets(head, folder, projection, every),
        street_model=read_street_model(files["streets"]) if "streets" in files else None,
    )
    for file in files.values():
        file.close()
    _check_places(loaded, folder.name, every, terrain)
    return loaded


def _read_files(folder: Path, quantities: "dict[str, Quantity]") -> dict[str, Table]:
    """Return the TOML files by name; `streets.toml` only if `city.toml` names street files."""
    files = {
        name: read_toml(folder / f"{name}.toml", city=folder.name, quantities=quantities)
        for name in _FILES
    }
    if files["city"].has("streets"):
        files["streets"] = read_toml(
            folder / "streets.toml", city=folder.name, quantities=quantities
        )
    return files


def _read_zone(head: Table) -> str:
    """Return the IANA time zone, which must be known here."""
    name = head.text("time_zone")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
        raise head.refuse("time_zone", name, "an IANA time zone such as Asia/Almaty") from None
    return name


def _read_epsg(head: Table) -> int:
    """Return the EPSG code of the UTM zone (IOGP, *Geomatics Guidance Note 7-1*: WGS 84 / UTM)."""
    epsg = head.index("utm_epsg", low=_EPSG_MIN, high=_EPSG_MAX)
    if epsg in _EPSG_BETWEEN:
        raise head.refuse("utm_epsg", epsg, "32601 to 32660, or 32701 to 32760")
    return epsg


def _beside(folder: Path, terrain_name: str) -> tuple[str, ...]:
    """Return the terrain's name if it lies outside the folder."""
    inside = (folder / terrain_name).resolve().is_relative_to(folder)
    return () if inside else (terrain_name,)


def _open_in_phase(every: tuple[Vertiport, ...], phase: int) -> tuple[Vertiport, ...]:
    """Return the vertiports open in `phase`; refuse a phase the city does not have."""
    last = max((vertiport.phase for vertiport in every), default=1)
    if not 1 <= phase <= last:
        raise InvalidInput("phase", phase, f"a phase from 1 to {last}")
    return tuple(site.cut_to_phase(phase) for site in every if site.phase <= phase)


def _routes_within(rules: Rules, known: set[VertiportId]) -> Rules:
    """Return the rules with only the routes between known vertiports."""
    routes = tuple(
        route
        for route in rules.service.timetable
        if route.origin in known and route.destination in known
    )
    service = msgspec.structs.replace(rules.service, timetable=routes)
    return msgspec.structs.replace(rules, service=service)


def _zones_within(demand: DemandModel, phase: int) -> DemandModel:
    """Return the demand with only the zones that are counted in `phase`."""
    zones = tuple(zone for zone in demand.zones if zone.phase <= phase)
    return msgspec.structs.replace(demand, zones=zones)


def _check_lanes(
    plan: LanePlan, every: tuple[Vertiport, ...], projection: Projection, file: Table
) -> LanePlan:
    """Refuse a lane whose drawn line crosses itself; the laid one is checked in `airspace`."""
    ends = {site.vertiport_id: (site.x_m, site.y_m) for site in every}
    for lane in plan.lanes:
        via = [projection.to_xy(lon, lat) for lon, lat in lane.via]
        met = find_self_crossing([ends[lane.origin], *via, ends[lane.destination]])
        if met is not None:
            lon, lat = projection.to_lonlat(*met)
            where = f"crosses itself at {lon:.5f}, {lat:.5f}"
            raise file.refuse(
                f"lanes.{lane.lane_id}.via", where, "a lane that meets itself nowhere"
            )
    return plan


def _lanes_within(plan: LanePlan, known: set[VertiportId]) -> LanePlan:
    """Return the plan with only the lanes between known vertiports."""
    lanes = tuple(lane for lane in plan.lanes if lane.origin in known and lane.destination in known)
    unlinked = tuple(p for p in plan.unlinked if p.origin in known and p.destination in known)
    return msgspec.structs.replace(plan, lanes=lanes, unlinked=unlinked)


def _check_places(city: City, label: str, every: tuple[Vertiport, ...], terrain: Terrain) -> None:
    """Refuse sites off the terrain, far from its height, or with a FATO outside their cylinder."""
    projection = Projection(city.utm_epsg)
    for site in every:
        path = f"{label}/vertiports.toml: vertiports.{site.vertiport_id}"
        try:
            ground = terrain.elevation_amsl_m(site.lon_deg, site.lat_deg)
        except InvalidInput as error:
            raise InvalidInput(f"{path}.lon_deg", error.value, error.expected) from None
        if abs(ground - site.elevation_amsl_m) > ELEVATION_TOLERANCE_M:
            raise InvalidInput(
                f"{path}.elevation_amsl_m",
                site.elevation_amsl_m,
                f"within {ELEVATION_TOLERANCE_M:g} m of the terrain, {ground:.0f} m",
            )
        for fato in site.fatos:
            x_m, y_m = projection.to_xy(fato.lon_deg, fato.lat_deg)
            away = hypot(x_m - site.x_m, y_m - site.y_m)
            if away > site.protected_radius_m:
                raise InvalidInput(
                    f"{label}/vertiports.toml: fatos.{fato.fato_id}",
                    round(away, 1),
                    f"at most {site.protected_radius_m:g} m from {site.vertiport_id}",
                )
