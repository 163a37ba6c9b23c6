"""Cities drawn for stories: sites on level ground in still standard air, one block time apart.

Two or three sites are corners of a triangle, so that every sortie takes the block time the story
states; of four or more, neighbours do. The corner of a triangle that the story does not name is
Refuge: the second safe site that the reserve policy wants.
"""

from functools import cache
from math import cos, pi, sin

import msgspec
import numpy as np

from aspan.compose.serviceability import standard_weather
from aspan.operations.city_index import CityIndex
from aspan.operations.legs import LegRefused, Legs
from aspan.primitives.ids import AircraftId, ChargerId, FatoId, LaneId, StandId, VertiportId
from aspan.primitives.units import MS_PER_S
from aspan.world.aircraft import Airframe
from aspan.world.city import City
from aspan.world.geodesy import Projection
from aspan.world.lanes import LanePlan, LaneSpec
from aspan.world.readers import load_city
from aspan.world.rules import Rules
from aspan.world.terrain import Terrain
from aspan.world.vertiport import Charger, Fato, Stand, Vertiport

CENTRE_DEG = (77.1, 43.5)
ELEVATION_M = 600
CORNERS_MIN = 3
REFUGE = "Refuge"
ROUNDS = 4


class DrawnSite(msgspec.Struct, frozen=True, kw_only=True):
    """A site as a story draws it; one contingency place is added to its stands."""

    name: str
    fatos: int = 1
    stands: int = 1
    charger_kw: float = 300.0
    site_kw: float = 2000.0
    is_crew_base: bool = True


class DrawnAircraft(msgspec.Struct, frozen=True, kw_only=True):
    """An aircraft as a story draws it, at the next free stand of a site."""

    name: str
    at: str
    soc: float = 0.9
    soh: float = 1.0


class DrawnRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a story may change of the rules; the tiny city's hold if None."""

    block_ms: int
    turnaround_s: float | None = None
    break_ms_min: int | None = None
    break_window_ms: int | None = None


@cache
def base() -> City:
    """Return the city whose rules and aircraft every story has."""
    return load_city("tiny")


def draw_city(
    sites: tuple[DrawnSite, ...], aircraft: tuple[DrawnAircraft, ...], rules: DrawnRules
) -> CityIndex:
    """Return a city on level ground whose sites are exactly one block time apart."""
    corners = sites
    if len(corners) < CORNERS_MIN:
        corners += (DrawnSite(name=REFUGE, is_crew_base=False),)
    wanted_ms, side_m = rules.block_ms, 18_000.0
    for _ in range(ROUNDS):
        index = CityIndex(_lay_out(corners, aircraft, rules, side_m))
        late_ms = wanted_ms - _block_ms(index, corners[0].name, corners[1].name)
        if abs(late_ms) <= 1:
            return index
        side_m += late_ms / MS_PER_S * base().aircraft_type.cruise_speed_mps
    raise AssertionError(f"no city with a block time of {wanted_ms} ms")


def _block_ms(index: CityIndex, first: str, second: str) -> int:
    legs = Legs(index)
    origin, destination = VertiportId(first), VertiportId(second)
    here, there = standard_weather(index, origin), standard_weather(index, destination)
    leg = legs.compute(
        index.lanes[origin, destination], here, there, 0.0, legs.diversions[destination]
    )
    if isinstance(leg, LegRefused):
        raise AssertionError(leg.detail)
    return leg.block_ms


def _lay_out(
    corners: tuple[DrawnSite, ...],
    aircraft: tuple[DrawnAircraft, ...],
    rules: DrawnRules,
    side_m: float,
) -> City:
    projection = Projection(base().utm_epsg)
    x0_m, y0_m = projection.to_xy(*CENTRE_DEG)
    reach_m = side_m / (2.0 * sin(pi / len(corners)))
    vertiports = []
    for n, site in enumerate(corners):
        angle = 2.0 * pi * n / len(corners)
        x_m, y_m = x0_m + reach_m * cos(angle), y0_m + reach_m * sin(angle)
        vertiports.append(_site(site, x_m, y_m, projection))
    names = [site.name for site in corners]
    lanes = tuple(
        LaneSpec(
            lane_id=LaneId(f"{a}-{b}"),
            origin=VertiportId(a),
            destination=VertiportId(b),
            layer=int(a > b),
            is_landable_everywhere=True,
        )
        for a in names
        for b in names
        if a != b
    )
    terrain = Terrain(
        np.full((120, 120), ELEVATION_M, dtype=np.int16),
        west_deg=76.5,
        south_deg=42.9,
        step_deg=0.01,
    )
    city = base()
    return msgspec.structs.replace(
        city,
        vertiports=tuple(vertiports),
        terrain=terrain,
        lanes=LanePlan(rules=city.lanes.rules, nodes=(), runways=(), lanes=lanes),
        airframes=tuple(
            Airframe(
                aircraft_id=AircraftId(a.name),
                type_id=city.aircraft_type.type_id,
                soh=a.soh,
                initial_soc=a.soc,
                home_vertiport_id=VertiportId(a.at),
            )
            for a in aircraft
        ),
        rules=_rules(city, rules),
    )


def _site(site: DrawnSite, x_m: float, y_m: float, projection: Projection) -> Vertiport:
    lon, lat = projection.to_lonlat(x_m, y_m)
    name = site.name
    stands = tuple(Stand(stand_id=StandId(f"{name}-S{n + 1}")) for n in range(site.stands))
    pool = Stand(stand_id=StandId(f"{name}-P1"), is_contingency=True)
    return msgspec.structs.replace(
        base().vertiports[0],
        vertiport_id=VertiportId(name),
        lon_deg=lon,
        lat_deg=lat,
        x_m=x_m,
        y_m=y_m,
        elevation_amsl_m=float(ELEVATION_M),
        fatos=tuple(
            Fato(fato_id=FatoId(f"{name}-F{n + 1}"), tlof_id=f"{name}-T{n + 1}", lon_deg=lon,
                 lat_deg=lat)
            for n in range(site.fatos)
        ),
        stands=(*stands, pool),
        chargers=tuple(
            Charger(
                charger_id=ChargerId(s.stand_id.replace("-S", "-C")),
                power_kw=site.charger_kw,
                stand_ids=(s.stand_id,),
            )
            for s in stands
            if site.charger_kw > 0.0
        ),
        site_power_limit_kw=site.site_kw,
        contingency_places=1,
        is_crew_base=site.is_crew_base,
    )  # fmt: skip


def _rules(city: City, drawn: DrawnRules) -> Rules:
    rules = city.rules
    service = msgspec.structs.replace(rules.service, timetable=())
    movement, duty = rules.movement, rules.pilot_duty
    if drawn.turnaround_s is not None:
        movement = msgspec.structs.replace(movement, turnaround_s=drawn.turnaround_s)
    if drawn.break_ms_min is not None and drawn.break_window_ms is not None:
        duty = msgspec.structs.replace(
            duty, break_ms_min=drawn.break_ms_min, break_window_ms=drawn.break_window_ms
        )
    return msgspec.structs.replace(rules, service=service, movement=movement, pilot_duty=duty)
