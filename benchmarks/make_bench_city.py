"""Make `cities/bench`: n vertiports drawn on the real terrain of Alatau, to measure scale.

    python benchmarks/make_bench_city.py [--sites 20] [--out cities/bench]

The same arguments give the same bytes. Rules, aircraft type and weather are those of Alatau, whose
files must be there; sites, lanes, fleet, fares and travellers are drawn, and say so in each row.
Sites stand on a jittered grid on the plain; lanes link neighbours, so that legs are short; every
site has room for far more aircraft than it is given at the start.
"""

import argparse
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, radians, sqrt
from pathlib import Path

from aspan.primitives.dice import draw_between
from aspan.world.geodesy import great_circle_m
from aspan.world.readers.terrain import read_terrain
from aspan.world.terrain import Terrain

SEED = 2026
DRAWN = "Drawn for benchmarks; no such place"
WEST_DEG, SOUTH_DEG = 76.64, 43.40
EAST_STEP_DEG, NORTH_STEP_DEG = 0.205, 0.160
JITTER_DEG = 0.012
COLUMNS_MAX = 5
"""Columns of sites that the terrain has room for."""
LANE_M_MAX = 31_000.0
FATOS, STANDS, POOL, HOMED = 4, 28, 2, 20
FATO_STEP_M = 80.0
POPULATION = 150_000
M_PER_DEG = 111_200.0
ALATAU = Path(__file__).resolve().parents[1] / "cities" / "alatau"
COPIED = ("aircraft.toml", "weather.toml", "weather_daily.csv")

FARES = {"base_tiyn": 300_000, "per_km_tiyn": 15_000, "minimum_tiyn": 300_000}


@dataclass(frozen=True)
class Site:
    """One vertiport of the bench city."""

    name: str
    lon_deg: float
    lat_deg: float
    elevation_amsl_m: int


def stated(value: float, unit: str, mark: str = "assumed", source: str = DRAWN) -> str:
    """Return a number as the files write it."""
    return (
        f'{{ value = {value!r}, unit = "{unit}", low = {value!r}, high = {value!r}, '
        f'source = "{source}", mark = "{mark}" }}'
    )


def column(values: list[float], unit: str) -> str:
    """Return a column of numbers as the files write it."""
    return (
        f'{{ values = {values!r}, unit = "{unit}", low = {min(values)!r}, high = {max(values)!r}, '
        f'source = "{DRAWN}", mark = "assumed" }}'
    )


def names(name: str) -> str:
    """Return one name for all three languages."""
    return f'names = {{ kk = "{name}", ru = "{name}", en = "{name}" }}'


def place(lon_deg: float, lat_deg: float) -> list[str]:
    """Return the two lines of a position."""
    return [
        f"lon_deg = {stated(round(lon_deg, 6), 'deg')}",
        f"lat_deg = {stated(round(lat_deg, 6), 'deg')}",
    ]


def draw_sites(count: int, terrain: Terrain) -> list[Site]:
    """Return `count` sites on a jittered grid, four wide to three high or as wide as may be."""
    columns = min(COLUMNS_MAX, ceil(sqrt(count * 4 / 3)))
    sites = []
    for k in range(count):
        name = f"B{k + 1:02d}"
        row, col = divmod(k, columns)
        east = draw_between(-JITTER_DEG, JITTER_DEG, SEED, "site", name, "east")
        north = draw_between(-JITTER_DEG, JITTER_DEG, SEED, "site", name, "north")
        lon = round(WEST_DEG + col * EAST_STEP_DEG + east, 6)
        lat = round(SOUTH_DEG + row * NORTH_STEP_DEG + north, 6)
        sites.append(Site(name, lon, lat, round(terrain.elevation_amsl_m(lon, lat))))
    return sites


def write_vertiports(sites: list[Site]) -> str:
    """Return `vertiports.toml`."""
    lines = ["# Sites drawn for benchmarks by benchmarks/make_bench_city.py.", ""]
    for site in sites:
        lines += [
            f"[vertiports.{site.name}]",
            names(site.name),
            "phase = 1",
            "is_crew_base = true",
            "is_position_published = false",
            f'position_source = "{DRAWN}"',
            *place(site.lon_deg, site.lat_deg),
            "elevation_amsl_m = "
            + stated(site.elevation_amsl_m, "m", "derived", "Terrain at the reference point"),
            f"site_power_limit_kw = {stated(6000, 'kW')}",
            f"contingency_places = {stated(POOL, '1')}",
            f"protected_radius_m = {stated(1000, 'm')}",
            f"protected_height_m = {stated(300, 'm')}",
            "",
        ]
    for site in sites:
        m_per_lon_deg = M_PER_DEG * cos(radians(site.lat_deg))
        for k in range(FATOS):
            east_m = (k - (FATOS - 1) / 2) * FATO_STEP_M
            lines += [
                f"[fatos.{site.name}-F{k + 1}]",
                f'vertiport_id = "{site.name}"',
                f'tlof_id = "{site.name}-T{k + 1}"',
                *place(site.lon_deg + east_m / m_per_lon_deg, site.lat_deg),
                "",
            ]
    lines.append("[stands]")
    for site in sites:
        for k in range(1, STANDS + POOL + 1):
            pool = ", is_contingency = true" if k > STANDS else ""
            lines.append(f'{site.name}-S{k:02d} = {{ vertiport_id = "{site.name}"{pool} }}')
    for site in sites:
        for k in range(1, STANDS + 1):
            pool = f', "{site.name}-S{STANDS + k:02d}"' if k <= POOL else ""
            lines += [
                "",
                f"[chargers.{site.name}-C{k:02d}]",
                f'vertiport_id = "{site.name}"',
                f"power_kw = {stated(300, 'kW')}",
                f'stand_ids = ["{site.name}-S{k:02d}"{pool}]',
            ]
    return "\n".join(lines) + "\n"


def write_fleet(sites: list[Site]) -> str:
    """Return `fleet.toml`: a fleet of any size is spread evenly over the sites."""
    lines = ["# Airframes drawn for benchmarks.", ""]
    for k in range(HOMED * len(sites)):
        name = f"AS{k + 1:03d}"
        soh = round(draw_between(0.88, 1.0, SEED, "soh", name), 3)
        soc = round(draw_between(0.85, 0.95, SEED, "soc", name), 3)
        lines += [
            f"[airframes.{name}]",
            'type_id = "JOBY-S4"',
            f'home_vertiport_id = "{sites[k % len(sites)].name}"',
            f"soh = {stated(soh, '1')}",
            f"initial_soc = {stated(soc, '1')}",
            "",
        ]
    return "\n".join(lines)


def write_lanes(sites: list[Site]) -> str:
    """Return `lanes.toml`: both directions between sites near each other, in two layers."""
    alatau = (ALATAU / "lanes.toml").read_text(encoding="utf-8")
    rules = alatau[alatau.index("[lane_rules]") : alatau.index("# Points lanes pass")]
    lines = ["# Lanes between neighbours; the rules are those of Alatau.", "", rules]
    for origin in sites:
        for destination in sites:
            apart_m = great_circle_m(
                origin.lon_deg, origin.lat_deg, destination.lon_deg, destination.lat_deg
            )
            if origin is destination or apart_m > LANE_M_MAX:
                continue
            lines += [
                f"[lanes.{origin.name}-{destination.name}]",
                f'origin = "{origin.name}"',
                f'destination = "{destination.name}"',
                f"layer = {int(origin.name > destination.name)}",
                "is_landable_everywhere = true",
                "",
            ]
    return "\n".join(lines)


def write_city(sites: list[Site]) -> str:
    """Return `city.toml`: the rules of Alatau with cheap fares, a short timetable, one approval."""
    alatau = (ALATAU / "city.toml").read_text(encoding="utf-8")
    rules = alatau[
        alatau.index("# Minima between flown") : alatau.index("\n# The operator's three")
    ]
    lines = []
    for line in rules.splitlines():
        key = line.split(" = ")[0]
        unit = "tiyn/km" if "per_km" in key else "tiyn"
        lines.append(f"{key} = {stated(FARES[key], unit)}" if key in FARES else line)
    head = [
        "# A city for benchmarks, made by benchmarks/make_bench_city.py; not to be edited by hand.",
        "",
        'city_id = "bench"',
        names("Bench"),
        'time_zone = "Asia/Almaty"',
        "utm_epsg = 32643",
        'fair_weather_date = "2025-04-12"',
        'terrain = "../alatau/terrain.npz"',
        'credits = ["Open-Meteo / Copernicus ERA5", "NASA SRTM"]',
        "",
    ]
    timetable = []
    for origin, destination in list(pairwise(sites))[:1]:
        for first, second in ((origin, destination), (destination, origin)):
            timetable += [
                "",
                "[[service.timetable]]",
                f'origin = "{first.name}"',
                f'destination = "{second.name}"',
                f"headway_s = {stated(1800, 's')}",
                'first_local = "07:00"',
                'last_local = "20:00"',
            ]
    approval = [
        "",
        "[[approvals]]",
        'kind = "passenger"',
        'from_date = "2020-01-01"',
        'until_date = "2036-01-01"',
        "is_assumed = true",
    ]
    return "\n".join([*head, *lines, *timetable, *approval]) + "\n"


def write_demand(sites: list[Site]) -> str:
    """Return `demand.toml`: a town about each site, travellers who would rather fly than drive."""
    alatau = (ALATAU / "demand.toml").read_text(encoding="utf-8")
    car = alatau[alatau.index("[demand]") : alatau.index("# Zones.")]
    hours = [0.0] * 7 + [1 / 14] * 14 + [0.0] * 3
    hours[20] = round(1.0 - sum(round(h, 6) for h in hours[:20]), 6)
    lines = ["# Towns and travellers drawn for benchmarks; the car is that of Alatau.", "", car]
    for site in sites:
        lines += [
            f"[zones.Z{site.name}]",
            names(site.name),
            *place(site.lon_deg, site.lat_deg),
            f"spread_m = {stated(1500, 'm')}",
            f"population = {stated(POPULATION, '1')}",
            f"attraction = {stated(POPULATION, '1')}",
            f"airport_passengers_per_day = {stated(0, '1/d')}",
            "",
        ]
    lines += [
        "[segments.flyer]",
        f"trips_per_resident_day = {stated(0.04, '1/d')}",
        f"airport_share = {stated(1.0, '1')}",
        f"value_of_time_median_kzt_h = {stated(30_000, 'KZT/h')}",
        f"value_of_time_sigma = {stated(0.5, '1')}",
        f"out_of_vehicle_weight = {stated(1.5, '1')}",
        f"air_constant = {stated(0.0, '1')}",
        f"logit_scale_kzt = {stated(2000, 'KZT')}",
        f"party_shares = {column([0.55, 0.3, 0.1, 0.05], '1')}",
        f"hourly_shares = {column([round(h, 6) for h in hours], '1')}",
    ]
    return "\n".join(lines) + "\n"


def write_sources() -> str:
    """Return `SOURCES.md`."""
    return """# Where the files of `bench` come from

Made by `benchmarks/make_bench_city.py`; a city to measure scale on, no claim about any place.

| file | origin | licence |
|---|---|---|
| `city.toml` | rules of Alatau, fares and timetable drawn | Apache-2.0 |
| `vertiports.toml`, `fleet.toml`, `demand.toml` | drawn; the car taxi is that of Alatau | Apache-2.0 |
| `lanes.toml` | drawn; rules of Alatau | Apache-2.0 |
| `aircraft.toml`, `weather.toml` | copied from `../alatau`, see its `SOURCES.md` | Apache-2.0 |
| `weather_daily.csv` | copied from `../alatau`: Open-Meteo, ERA5 | CC BY 4.0, credit Open-Meteo and Copernicus / ECMWF |
| `../alatau/terrain.npz` | read where it is, not copied | public domain (SRTM) |
"""  # noqa: E501


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description="Make the city for benchmarks.")
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--out", type=Path, default=ALATAU.parent / "bench")
    arguments = parser.parse_args()
    terrain = read_terrain(ALATAU / "terrain.npz", label="alatau/terrain.npz")
    sites = draw_sites(arguments.sites, terrain)
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    texts = {
        "city.toml": write_city(sites),
        "vertiports.toml": write_vertiports(sites),
        "fleet.toml": write_fleet(sites),
        "lanes.toml": write_lanes(sites),
        "demand.toml": write_demand(sites),
        "SOURCES.md": write_sources(),
    }
    for name, text in texts.items():
        (out / name).write_text(text.rstrip() + "\n", encoding="utf-8")
    for name in COPIED:
        (out / name).write_bytes((ALATAU / name).read_bytes())


if __name__ == "__main__":
    main()
