"""Files of streets: a NumPy archive made of an extract, or GeoJSON, perhaps gzipped, drawn by hand.

A GeoJSON file holds LineStrings in WGS 84, longitude first, with the property `highway` (OSM's
words) and, where it matters, `oneway`; lines meet where they have a point in common. A member
`supplement: true` of the collection makes its lines count only where nothing runs beside them.
"""

import gzip
import json
import struct
import tokenize
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

import numpy as np

from aspan.primitives.errors import InvalidInput
from aspan.world.readers.osm_streets import judge_way
from aspan.world.streets import ROAD_CLASSES, StreetWays

if TYPE_CHECKING:
    from numpy.typing import NDArray

E7: Final = 1e7
"""Degrees are kept as whole 1e-7 deg, about 1 cm, as OSM itself keeps them."""

POINTS_MAX: Final = 5_000_000
"""Most points of one file; Assumed: a great metropolis with its region. More is a country."""

BYTES_MAX: Final = 400_000_000
"""Most bytes of a GeoJSON file, unpacked."""

UNREADABLE = (
    BadZipFile, zlib.error, struct.error, tokenize.TokenError, SyntaxError, NotImplementedError,
    RuntimeError, MemoryError, ValueError, TypeError, EOFError, OSError,
)  # fmt: skip
"""What a damaged archive of arrays makes its readers raise."""

_ARRAYS: Final = {
    "lon_e7": np.int32, "lat_e7": np.int32, "way_first": np.int32, "way_nodes": np.int32,
    "road_class": np.uint8, "oneway": np.uint8, "may_drive": np.uint8, "may_walk": np.uint8,
    "layer": np.int8, "osm_way_id": np.int64,
}  # fmt: skip
_PER_WAY: Final = ("road_class", "oneway", "may_drive", "may_walk", "layer", "osm_way_id")


def read_ways(path: Path, *, label: str) -> StreetWays:
    """Return the streets of the file at `path`, called `label` in errors."""
    if not path.is_file():
        raise InvalidInput(label, None, "a file of the city (it is missing)")
    if path.name.endswith(".npz"):
        return _check_ways(_read_archive(path, label), label)
    if path.name.endswith((".geojson", ".geojson.gz")):
        return parse_geojson(_load_json(path, label), label=label)
    raise InvalidInput(
        label, path.name,
        "a name that ends in .npz, .geojson or .geojson.gz (see `aspan city streets`)",
    )  # fmt: skip


def save_ways(path: Path, ways: StreetWays) -> None:
    """Write streets as a NumPy archive; the same streets give the same bytes.

    A file that is there is replaced once the new one is whole.
    """
    arrays: dict[str, NDArray[Any]] = {
        "lon_e7": np.rint(ways.lon_deg * E7).astype(np.int32),
        "lat_e7": np.rint(ways.lat_deg * E7).astype(np.int32),
        "is_supplement": np.array(ways.is_supplement),
        "credit": np.array(ways.credit),
    }
    for name in ("way_first", "way_nodes", *_PER_WAY):
        arrays[name] = getattr(ways, name)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _read_archive(path: Path, label: str) -> StreetWays:
    """Return the streets of a NumPy archive."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in _ARRAYS}
            credit, is_supplement = str(archive["credit"]), bool(archive["is_supplement"])
    except KeyError as error:
        names = ", ".join((*_ARRAYS, "credit", "is_supplement"))
        raise InvalidInput(label, str(error), f"the arrays {names}") from None
    except UNREADABLE as error:
        found = "an unreadable file" if "pickle" in str(error) else str(error)
        raise InvalidInput(label, found, "a NumPy .npz file of streets") from None
    for name, kind in _ARRAYS.items():
        if arrays[name].dtype != kind or arrays[name].ndim != 1:
            found = f"{arrays[name].dtype} {arrays[name].shape}"
            raise InvalidInput(f"{label}: {name}", found, f"a column of {np.dtype(kind)}")
    lon_e7, lat_e7 = arrays.pop("lon_e7"), arrays.pop("lat_e7")
    return StreetWays(
        lon_deg=lon_e7 / E7,
        lat_deg=lat_e7 / E7,
        credit=credit,
        is_supplement=is_supplement,
        **arrays,
    )


def parse_geojson(whole: Any, *, label: str) -> StreetWays:  # noqa: ANN401  JSON values
    """Return the streets of a GeoJSON document, called `label` in errors."""
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise InvalidInput(label, type(whole).__name__, "a GeoJSON FeatureCollection")
    _check_crs(whole, label)
    numbers: dict[tuple[float, float], int] = {}
    nodes: list[int] = []
    first = [0]
    rows: list[tuple[int, int, int, int, int]] = []
    for i, feature in enumerate(features):
        where = f"{label}: features[{i}]"
        tags, points = _read_feature(feature, where)
        way = judge_way(tags)
        if way is None:
            raise InvalidInput(
                f"{where}.properties.highway", tags.get("highway"), "a street in OSM's words"
            )
        for point in points[:: -1 if way.oneway < 0 else 1]:
            nodes.append(numbers.setdefault(point, len(numbers)))
        first.append(len(nodes))
        rows.append((way.road_class, abs(way.oneway), way.may_drive, way.may_walk, way.layer))
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    places = np.array(list(numbers), dtype=np.float64).reshape(-1, 2)
    ways = StreetWays(
        lon_deg=places[:, 0].copy(),
        lat_deg=places[:, 1].copy(),
        way_first=np.array(first, dtype=np.int32),
        way_nodes=np.array(nodes, dtype=np.int32),
        road_class=table[:, 0].astype(np.uint8),
        oneway=table[:, 1].astype(np.uint8),
        may_drive=table[:, 2].astype(np.uint8),
        may_walk=table[:, 3].astype(np.uint8),
        layer=table[:, 4].astype(np.int8),
        osm_way_id=np.zeros(len(table), dtype=np.int64),
        is_supplement=whole.get("supplement") is True,
        credit=f"{whole.get('credit', '')}, {whole.get('licence', '')}".strip(", "),
    )
    return _check_ways(ways, label)


def _load_json(path: Path, label: str) -> Any:  # noqa: ANN401  JSON values
    """Return the document in a file, gzipped or not."""
    try:
        opener = gzip.open if path.suffix == ".gz" else Path.open
        with opener(path, "rb") as file:
            data = file.read(BYTES_MAX + 1)
        if len(data) > BYTES_MAX:
            raise InvalidInput(label, f"more than {BYTES_MAX} bytes", "a smaller file: convert it")
        return json.loads(data)
    except (json.JSONDecodeError, RecursionError) as error:
        where = (
            f"{label}: line {error.lineno}" if isinstance(error, json.JSONDecodeError) else label
        )
        raise InvalidInput(where, str(error), "a file in JSON") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InvalidInput(label, str(error), "a GeoJSON file that can be read") from None


def _check_crs(whole: dict[str, Any], label: str) -> None:
    """Refuse a file that says it is not in WGS 84 (the old member `crs`)."""
    crs = whole.get("crs")
    if crs is not None and not any(word in str(crs) for word in ("CRS84", "EPSG::4326")):
        raise InvalidInput(f"{label}: crs", str(crs), "WGS 84, longitude first (RFC 7946)")


def _read_feature(
    feature: Any,  # noqa: ANN401  JSON values
    where: str,
) -> tuple[dict[str, str], list[tuple[float, float]]]:
    """Return the tags and points of one line."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    tags = feature.get("properties") if isinstance(feature, dict) else None
    is_line = isinstance(geometry, dict) and geometry.get("type") == "LineString"
    if not isinstance(geometry, dict) or not is_line or not isinstance(tags, dict):
        raise InvalidInput(where, type(geometry).__name__, "a LineString with properties")
    try:
        points = [(round(float(p[0]), 7), round(float(p[1]), 7)) for p in geometry["coordinates"]]
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        raise InvalidInput(
            f"{where}.geometry", "coordinates that are no numbers", "[lon, lat] in degrees"
        ) from None
    if len(points) < 2:
        raise InvalidInput(f"{where}.geometry", len(points), "2 points or more")
    return {key: str(value) for key, value in tags.items() if value is not None}, points


def _check_ways(ways: StreetWays, label: str) -> StreetWays:
    """Refuse an empty file, points that are none, and ways through nodes that are not there."""
    count = len(ways.way_first) - 1
    if count < 1 or not len(ways.way_nodes):
        raise InvalidInput(label, f"{max(count, 0)} ways", "1 way or more")
    if max(len(ways.lon_deg), len(ways.way_nodes)) > POINTS_MAX:
        raise InvalidInput(label, f"{len(ways.way_nodes)} points", f"at most {POINTS_MAX}")
    _check_points(ways, label)
    for name in _PER_WAY:
        if len(getattr(ways, name)) != count:
            raise InvalidInput(f"{label}: {name}", len(getattr(ways, name)), f"{count} values")
    steps = np.diff(ways.way_first)
    if ways.way_first[0] != 0 or ways.way_first[-1] != len(ways.way_nodes) or steps.min() < 2:
        raise InvalidInput(f"{label}: way_first", "broken runs", "2 nodes or more a way, in order")
    for name, high in (("way_nodes", len(ways.lon_deg) - 1), ("road_class", len(ROAD_CLASSES) - 1)):
        values = getattr(ways, name)
        unknown = values[(values < 0) | (values > high)]
        if len(unknown):
            what = "a node" if name == "way_nodes" else "a class"
            raise InvalidInput(f"{label}: {name}", int(unknown[0]), f"{what} from 0 to {high}")
    return ways


def _check_points(ways: StreetWays, label: str) -> None:
    """Refuse points that lie nowhere on Earth."""
    if len(ways.lat_deg) != len(ways.lon_deg):
        found = f"{len(ways.lon_deg)} longitudes, {len(ways.lat_deg)} latitudes"
        raise InvalidInput(label, found, "as many of each")
    bad = np.flatnonzero(~((np.abs(ways.lon_deg) <= 180.0) & (np.abs(ways.lat_deg) <= 90.0)))
    if len(bad):
        found = f"node {bad[0]}: {ways.lon_deg[bad[0]]:g}, {ways.lat_deg[bad[0]]:g}"
        raise InvalidInput(label, found, "longitude and latitude in degrees (WGS 84)")
