"""Door tables of a city: by great circle, from the file of the city, or found over its streets.

A search of all streets from each door and in each kind of hour takes long, so its answer is kept in
a file (`world/readers/door_file.py`). It counts only for the streets, zones, vertiports and
stations it was made for: else the ways are found anew, with the same numbers, and that is said.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.compose.city_base import CityBase
from aspan.journeys.door_tables import Progress, tabulate_streets
from aspan.world.city import City
from aspan.world.doors import DoorTables, Point, list_site_points, tabulate_crow, walk_limit_m
from aspan.world.readers import list_cities
from aspan.world.readers.door_file import (
    FILE_NAME,
    DoorFile,
    describe_zone,
    save_door_file,
    stamp_streets,
)


def find_door_tables(city: City, base: CityBase | None = None) -> DoorTables:
    """Return the tables of a city; a line on standard error if they must be found over streets.

    Parameters
    ----------
    base
        What the city shares with others that have some of the same sites; its own if None.
    """
    base = CityBase(city) if base is None else base
    if city.streets is None:
        stations, is_stop_anywhere = base.stations
        return tabulate_crow(city, stations, is_stop_anywhere=is_stop_anywhere)
    kept = read_kept_tables(city, base)
    if kept is not None:
        return kept
    folder = Path(city.folder)
    is_known = folder.name in list_cities() and folder.parent.name == "cities"
    name = folder.name if is_known else city.folder
    sys.stderr.write(
        f"ways between the doors of {city.city_id} are found over its streets, which takes a while:"
        f" {FILE_NAME} is missing or of other streets, zones, sites or feeds;"
        f" `aspan city doors {name} --write` makes it\n"
    )
    found = _cut(base.found_doors, city, base)
    if found is not None:
        return found
    stations, is_stop_anywhere = base.stations
    return tabulate_streets(city, stations, is_stop_anywhere=is_stop_anywhere)


def list_stations(city: City) -> tuple[tuple[Point, ...], bool]:
    """Return where metro and rail stop, and whether anything by timetable stops elsewhere."""
    return CityBase(city).stations


def read_kept_tables(city: City, base: CityBase | None = None) -> DoorTables | None:
    """Return the tables of the city's file; None if it is missing or was made for another city."""
    base = CityBase(city) if base is None else base
    return None if base.stored_doors is None else _cut(base.stored_doors, city, base)


def _cut(stored: DoorFile, city: City, base: CityBase) -> DoorTables | None:
    """Return the rows of a city's zones, sites and stations; None if one is not there."""
    tables, (stations, is_stop_anywhere) = stored.tables, base.stations
    zones = _find_rows([describe_zone(zone) for zone in city.demand.zones], stored.zones)
    points = list(zip(tables.lon_deg.tolist(), tables.lat_deg.tolist(), strict=True))
    sites_end = tables.doors + tables.sites
    sites = _find_rows(list_site_points(city), points[tables.doors : sites_end])
    stops = _find_rows(stations, points[sites_end:])
    if zones is None or sites is None or stops is None:
        return None
    if tables.walk_m_max != walk_limit_m(city.demand):
        return None
    first = tables.door_first
    doors = [np.arange(first[zone], first[zone + 1]) for zone in zones]
    rows = np.concatenate([*doors, tables.doors + sites, sites_end + stops])
    is_whole = len(rows) == len(points) and bool((rows == np.arange(len(rows))).all())
    return msgspec.structs.replace(
        tables,
        lon_deg=tables.lon_deg[rows],
        lat_deg=tables.lat_deg[rows],
        door_first=np.cumsum([0, *map(len, doors)]),
        sites=len(sites),
        ride_ms=tables.ride_ms if is_whole else tables.ride_ms[:, rows][:, :, rows],
        road_m=tables.road_m if is_whole else tables.road_m[:, rows][:, :, rows],
        walk_m=tables.walk_m if is_whole else tables.walk_m[np.ix_(rows, rows)],
        is_stop_anywhere=is_stop_anywhere,
    )


def _find_rows(wanted: Sequence[object], known: Sequence[object]) -> NDArray[np.int64] | None:
    """Return the number of each wanted thing among those known; None if one is not there."""
    numbers = {thing: number for number, thing in enumerate(known)}
    found = [numbers.get(thing, -1) for thing in wanted]
    return None if -1 in found else np.array(found, dtype=np.int64)


def write_door_file(city: City, *, progress: Progress | None = None) -> Path:
    """Find the ways of a city over its streets, keep them in its file, and return its path.

    Parameters
    ----------
    city
        In its last phase: a file serves every phase whose zones and vertiports it has.
    """
    stations, _ = list_stations(city)
    path = Path(city.folder) / FILE_NAME
    made = DoorFile(
        stamp=stamp_streets(city),
        credit="; ".join(() if city.streets is None else city.streets.origins),
        zones=tuple(describe_zone(zone) for zone in city.demand.zones),
        tables=tabulate_streets(city, stations, progress=progress),
    )
    save_door_file(path, made)
    return path
