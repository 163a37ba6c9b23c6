"""Places from a city's tables, its vertiports, zones and stops: everything that can be searched.

A table is CSV in UTF-8 with the columns of `COLUMNS`; `also` holds names parted by `|`, `derived`
languages parted by spaces. One file for each licence; they are joined in memory alone.
"""

import csv
from collections.abc import Iterable, Iterator
from math import isfinite
from pathlib import Path
from typing import Final

from aspan.primitives.errors import InvalidInput
from aspan.world.city import City
from aspan.world.feed import STATION, STOP, Feed
from aspan.world.geodesy import great_circle_m
from aspan.world.places import LANGUAGES, PLACE_KINDS, Place
from aspan.world.vertiport import Names

COLUMNS: Final = (
    "id", "kind", "name_kk", "name_ru", "name_en", "also", "derived", "lon", "lat", "weight",
    "source",
)  # fmt: skip
PLACES_MAX = 50_000
"""Rows in one table. Assumed: ten times the named spots of a city of two million people."""
NAME_CHARACTERS_MAX = 200
SAME_M = 1_500.0
"""Assumed: one name twice within this distance is one place."""
STATION_WEIGHT, STOP_WEIGHT, VERTIPORT_WEIGHT, ZONE_WEIGHT = 0.6, 0.3, 0.7, 0.6
STOPS_MARK = 100
"""Assumed: a feed with no more stops than this is a metro or railway, whose every stop is known."""


def load_places(city: City, feeds: Iterable[Feed] = ()) -> tuple[Place, ...]:
    """Return every place of a city, sorted by id, none of them twice.

    A table's row stands before a vertiport, that before a zone and a stop of the same name nearby.
    """
    folder = Path(city.folder)
    tables = (
        place
        for name in city.place_files
        for place in read_places(folder / name, label=f"{folder.name}/{name}")
    )
    kept: list[Place] = []
    known: dict[str, list[Place]] = {}
    ids: set[str] = set()
    for place in (*tables, *_places_of(city), *_stops_of(feeds)):
        names = {name.casefold() for name in _names_of(place)}
        near = (other for name in sorted(names) for other in known.get(name, ()))
        if any(_distance_m(place, other) < SAME_M for other in near):
            continue
        if place.place_id in ids:
            raise InvalidInput(f"{folder.name}: places", place.place_id, "ids that differ")
        ids.add(place.place_id)
        kept.append(place)
        for name in names:
            known.setdefault(name, []).append(place)
    return tuple(sorted(kept, key=lambda place: place.place_id))


def read_places(path: Path, *, label: str) -> tuple[Place, ...]:
    """Return the rows of one table; `InvalidInput` naming file, line and column if one is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return tuple(_read_rows(stream, label))
    except UnicodeDecodeError as error:
        bad = f"byte 0x{error.object[error.start]:02X} at {error.start}"
        raise InvalidInput(label, bad, "text in UTF-8") from None
    except csv.Error as error:
        raise InvalidInput(label, str(error), "a table of comma-separated values") from None
    except OSError as error:
        raise InvalidInput(label, error.strerror, "a file that can be read") from None


def _read_rows(stream: Iterable[str], label: str) -> Iterator[Place]:
    rows = csv.DictReader(stream, strict=True)
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise InvalidInput(f"{label}: line 1", ",".join(rows.fieldnames or ()), _expect(missing))
    seen: set[str] = set()
    for row in rows:
        where = f"{label}: line {rows.line_num}"
        if None in row or None in row.values():
            raise InvalidInput(where, "a row", f"as many cells as the header, {len(COLUMNS)}")
        place = _read_row(row, where)
        if place.place_id in seen:
            raise InvalidInput(f"{where}, id", place.place_id, "ids that differ")
        seen.add(place.place_id)
        if len(seen) > PLACES_MAX:
            raise InvalidInput(where, f"more than {PLACES_MAX} rows", f"at most {PLACES_MAX}")
        yield place


def _expect(missing: list[str]) -> str:
    return f"a header with the columns {', '.join(missing)}"


def _read_row(row: dict[str, str], where: str) -> Place:
    cells = {column: row[column].strip() for column in COLUMNS}
    for column in ("id", "name_kk", "name_ru", "name_en", "source"):
        if not cells[column] or len(cells[column]) > NAME_CHARACTERS_MAX:
            expected = f"a text of at most {NAME_CHARACTERS_MAX} characters"
            raise InvalidInput(f"{where}, {column}", cells[column][:60], expected)
    if cells["kind"] not in PLACE_KINDS:
        raise InvalidInput(f"{where}, kind", cells["kind"], f"one of {', '.join(PLACE_KINDS)}")
    derived = tuple(cells["derived"].split())
    if not set(derived) <= set(LANGUAGES):
        raise InvalidInput(f"{where}, derived", cells["derived"], "languages among kk ru en")
    return Place(
        place_id=cells["id"],
        kind=cells["kind"],
        names=Names(kk=cells["name_kk"], ru=cells["name_ru"], en=cells["name_en"]),
        lon_deg=_number(cells, "lon", where, -180.0, 180.0),
        lat_deg=_number(cells, "lat", where, -90.0, 90.0),
        weight=_number(cells, "weight", where, 0.0, 1.0),
        source=cells["source"],
        also=tuple(name.strip() for name in cells["also"].split("|") if name.strip()),
        derived=derived,
    )


def _number(cells: dict[str, str], column: str, where: str, low: float, high: float) -> float:
    try:
        value = float(cells[column])
    except ValueError:
        value = float("nan")
    if not (isfinite(value) and low <= value <= high):
        expected = f"a number from {low:g} to {high:g}"
        raise InvalidInput(f"{where}, {column}", cells[column][:60], expected)
    return value


def _places_of(city: City) -> Iterator[Place]:
    """Yield the vertiports and the zones of demand; an airport's zone is the airport."""
    for site in city.vertiports:
        yield Place(
            place_id=f"vertiport:{site.vertiport_id}",
            kind="vertiport",
            names=site.names,
            lon_deg=site.lon_deg,
            lat_deg=site.lat_deg,
            weight=VERTIPORT_WEIGHT,
            source=site.position_source,
        )
    for zone in city.demand.zones:
        yield Place(
            place_id=f"zone:{zone.zone_id}",
            kind="airport" if zone.airport_passengers_per_day > 0 else "district",
            names=zone.names,
            lon_deg=zone.lon_deg,
            lat_deg=zone.lat_deg,
            weight=ZONE_WEIGHT,
            source="demand.toml, the middle of a zone",
        )


def _stops_of(feeds: Iterable[Feed]) -> Iterator[Place]:
    """Yield stations and the stops that belong to none."""
    for feed in feeds:
        named = [s for s in feed.stops if s.kind in (STOP, STATION) and not s.parent_id]
        for stop in named:
            if not all(getattr(stop.names, language) for language in LANGUAGES):
                continue  # a stop without a name cannot be searched
            is_known = stop.kind == STATION or len(named) <= STOPS_MARK
            yield Place(
                place_id=f"stop:{feed.feed_id}:{stop.stop_id}",
                kind="station",
                names=stop.names,
                lon_deg=stop.lon_deg,
                lat_deg=stop.lat_deg,
                weight=STATION_WEIGHT if is_known else STOP_WEIGHT,
                source=f"the feed {feed.feed_id}",
            )


def _names_of(place: Place) -> tuple[str, str, str]:
    return (place.names.kk, place.names.ru, place.names.en)


def _distance_m(one: Place, other: Place) -> float:
    return great_circle_m(one.lon_deg, one.lat_deg, other.lon_deg, other.lat_deg)
