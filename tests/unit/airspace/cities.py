"""Cities for airspace tests: the tiny one, with ground, sites and lanes drawn here."""

from collections.abc import Callable
from functools import cache

import msgspec
import numpy as np

from aspan.primitives.ids import LaneId, VertiportId
from aspan.world.city import City
from aspan.world.geodesy import Projection
from aspan.world.lanes import CrossingNode, LanePlan, LaneSpec, RunwayAxis
from aspan.world.readers import load_city
from aspan.world.terrain import Terrain

WEST_DEG, SOUTH_DEG, STEP_DEG = 76.5, 43.0, 0.001
COLUMNS, ROWS = 1100, 900
Height = Callable[[np.ndarray, np.ndarray], np.ndarray]


@cache
def tiny() -> City:
    """Return the city that every other is drawn from."""
    return load_city("tiny")


@cache
def projection() -> Projection:
    """Return the projection of every city here."""
    return Projection(tiny().utm_epsg)


@cache
def _grid_m() -> tuple[np.ndarray, np.ndarray]:
    """Return kilometres east and north of (77 E, 43.4 N) of the cells of the terrain."""
    lon, lat = np.meshgrid(
        WEST_DEG + STEP_DEG * np.arange(COLUMNS), SOUTH_DEG + STEP_DEG * np.arange(ROWS)
    )
    x, y = projection().all_to_xy(lon, lat)
    x0, y0 = projection().to_xy(77.0, 43.4)
    return (x - x0) / 1000.0, (y - y0) / 1000.0


def flat(east_km: np.ndarray, north_km: np.ndarray) -> np.ndarray:
    """Return level ground at 600 m."""
    return np.full(east_km.shape, 600.0) + 0.0 * north_km


def rolling(east_km: np.ndarray, north_km: np.ndarray) -> np.ndarray:
    """Return ground that rises to the south by 2 % with hills of 60 m."""
    hills = 60.0 * np.sin(east_km / 1.7) * np.cos(north_km / 2.3)
    return 800.0 - 20.0 * north_km + hills


def ridge(height_m: float, half_width_km: float) -> Height:
    """Return level ground with a ridge along the meridian of 77 E."""

    def ground(east_km: np.ndarray, north_km: np.ndarray) -> np.ndarray:
        rise = np.clip(1.0 - np.abs(east_km) / half_width_km, 0.0, 1.0)
        return np.asarray(600.0 + height_m * rise + 0.0 * north_km)

    return ground


def place(east_km: float, north_km: float) -> tuple[float, float]:
    """Return longitude and latitude of a point east and north of (77 E, 43.4 N)."""
    x0, y0 = projection().to_xy(77.0, 43.4)
    return projection().to_lonlat(x0 + 1000.0 * east_km, y0 + 1000.0 * north_km)


def draw_city(
    sites: dict[str, tuple[float, float]],
    lanes: list[LaneSpec],
    *,
    height: Height = flat,
    nodes: tuple[CrossingNode, ...] = (),
    runways: tuple[RunwayAxis, ...] = (),
) -> City:
    """Return a city with sites at kilometres east and north of (77 E, 43.4 N)."""
    base = tiny()
    terrain = Terrain(
        height(*_grid_m()).astype(np.int16),
        west_deg=WEST_DEG,
        south_deg=SOUTH_DEG,
        step_deg=STEP_DEG,
    )
    vertiports = []
    for name, (east_km, north_km) in sites.items():
        lon, lat = place(east_km, north_km)
        x, y = projection().to_xy(lon, lat)
        vertiports.append(
            msgspec.structs.replace(
                base.vertiports[0],
                vertiport_id=VertiportId(name),
                lon_deg=lon,
                lat_deg=lat,
                x_m=x,
                y_m=y,
                elevation_amsl_m=terrain.elevation_amsl_m(lon, lat),
            )
        )
    return msgspec.structs.replace(
        base,
        vertiports=tuple(vertiports),
        terrain=terrain,
        lanes=LanePlan(rules=base.lanes.rules, nodes=nodes, runways=runways, lanes=tuple(lanes)),
    )


def link(
    origin: str,
    destination: str,
    layer: int = 0,
    via: tuple[tuple[float, float], ...] = (),
    node_ids: tuple[str, ...] = (),
    altitude_amsl_m: float | None = None,
) -> LaneSpec:
    """Return a lane between two sites, via points in kilometres."""
    return LaneSpec(
        lane_id=LaneId(f"{origin}-{destination}"),
        origin=VertiportId(origin),
        destination=VertiportId(destination),
        layer=layer,
        via=tuple(place(*point) for point in via),
        node_ids=node_ids,
        altitude_amsl_m=altitude_amsl_m,
    )


@cache
def crossroads() -> City:
    """Return five sites on rolling ground: lanes that cross, merge, oppose and pass overhead."""
    sites = {"N": (0.0, 14.0), "S": (0.0, -14.0), "E": (15.0, 1.0), "W": (-15.0, -1.0)}
    sites["M"] = (0.6, -6.0)
    lanes = [link(a, b, layer=int(a > b)) for a in sorted(sites) for b in sorted(sites) if a != b]
    merge = {"E-S": ((4.0, -4.0), (2.5, -9.0)), "N-S": ((2.5, 2.0), (2.5, -9.0))}
    lanes = [
        link(s.origin, s.destination, s.layer, merge[s.lane_id]) if s.lane_id in merge else s
        for s in lanes
    ]
    return draw_city(sites, lanes, height=rolling)


@cache
def dozen() -> City:
    """Return twelve sites with a lane for each ordered pair, 132 lanes."""
    sites = {
        f"V{3 * i + j:02d}": (-30.0 + 19.0 * i + 4.0 * (j % 2), -20.0 + 17.0 * j + 3.0 * (i % 2))
        for i in range(4)
        for j in range(3)
    }
    lanes = [link(a, b, layer=int(a > b)) for a in sites for b in sites if a != b]
    return draw_city(sites, lanes, height=rolling)
