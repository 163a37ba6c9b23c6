"""The file of door tables: what a search of all streets found once, for as long as it holds.

`.derived/doors.npz` in the folder of a city with streets, made by `aspan city doors CITY --write`.
It is made from other files of the folder, so the hash of the city leaves it out as it does all that
is hidden. What it was made from stands in it: the streets in its stamp, zones and points row by
row. Rides and roads are whole milliseconds and millimetres; each kind of hour after the first is
told as the difference from the one before, which packs well where the road is the same.
"""

import hashlib
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvariantError
from aspan.world.city import City
from aspan.world.doors import DOORS_A_ZONE, POINTS_TRIED_MAX, DoorTables
from aspan.world.readers.street_files import UNREADABLE
from aspan.world.zones import Zone

FILE_NAME: Final = ".derived/doors.npz"
FORMAT: Final = 1
"""Raised whenever the same streets would give other numbers, or the arrays change."""

MM_PER_M: Final = 1000


class DoorFile(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What the file holds.

    Parameters
    ----------
    stamp
        Of the streets it was made from: `stamp_streets`.
    credit
        Name and licence of each file of streets.
    zones
        What the doors of each zone depend on: `describe_zone`.
    """

    stamp: str
    credit: str
    zones: tuple[str, ...]
    tables: DoorTables


def describe_zone(zone: Zone) -> str:
    """Return what the doors of a zone depend on beside the streets."""
    return f"{zone.zone_id} {zone.lon_deg!r} {zone.lat_deg!r} {zone.spread_m!r}"


def stamp_streets(city: City) -> str:
    """Return a hash of all that ways over streets depend on: files, graph, speeds, constants."""
    graph, model = city.streets, city.street_model
    found = hashlib.sha256(repr((FORMAT, DOORS_A_ZONE, POINTS_TRIED_MAX, model)).encode())
    folder = Path(city.folder)
    head = folder / "city.toml"
    if head.is_file():
        for name in tomllib.loads(head.read_text(encoding="utf-8")).get("streets", ()):
            found.update((folder / name).read_bytes())
    if graph is not None:
        columns = (graph.first, graph.head, graph.road_class, graph.may_drive, graph.may_walk)
        for column in columns:
            found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


def save_door_file(path: Path, made: DoorFile) -> None:
    """Write the file; the same tables give the same bytes."""
    tables = made.tables
    road_mm = np.rint(np.where(tables.ride_ms >= 0, tables.road_m, 0.0) * MM_PER_M)
    if road_mm.max(initial=0.0) >= 2.0**31:
        raise InvariantError(f"road of {road_mm.max()} mm fits the file")
    walks = np.nonzero(np.isfinite(tables.walk_m))
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            credit=np.array(made.credit),
            stamp=np.array(made.stamp),
            zones=np.array(made.zones),
            lon_deg=tables.lon_deg,
            lat_deg=tables.lat_deg,
            door_first=tables.door_first,
            sites=np.array(tables.sites),
            kind_of_hour=tables.kind_of_hour,
            ride_ms=_pack(tables.ride_ms),
            road_mm=_pack(road_mm.astype(np.int32)),
            walk_rows=walks[0].astype(np.int32),
            walk_columns=walks[1].astype(np.int32),
            walk_m=tables.walk_m[walks],
            walk_m_max=np.array(tables.walk_m_max),
        )


def read_door_file(path: Path) -> DoorFile | None:
    """Return the file; None if it is missing or cannot be read, as it can be made anew."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return _read(archive)
    except (KeyError, *UNREADABLE):
        return None


def _read(archive: Any) -> DoorFile:  # noqa: ANN401  NumPy has no public type for it
    ride_ms = _unpack(archive["ride_ms"])
    points = len(archive["lon_deg"])
    walk_m = np.full((points, points), np.inf)
    walk_m[archive["walk_rows"], archive["walk_columns"]] = archive["walk_m"]
    return DoorFile(
        stamp=str(archive["stamp"]),
        credit=str(archive["credit"]),
        zones=tuple(archive["zones"].tolist()),
        tables=DoorTables(
            lon_deg=archive["lon_deg"],
            lat_deg=archive["lat_deg"],
            door_first=archive["door_first"],
            sites=int(archive["sites"]),
            kind_of_hour=archive["kind_of_hour"],
            ride_ms=ride_ms,
            road_m=np.where(ride_ms >= 0, _unpack(archive["road_mm"]) / MM_PER_M, np.inf),
            walk_m=walk_m,
            walk_m_max=float(archive["walk_m_max"]),
        ),
    )


def _pack(values: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return the bytes of differences along the first axis, all first bytes first."""
    steps = np.diff(values, axis=0, prepend=np.zeros_like(values[:1]))
    bytes_of = np.ascontiguousarray(steps.astype("<i4")).view(np.uint8)
    return np.moveaxis(bytes_of.reshape(*values.shape, 4), -1, 0).copy()


def _unpack(packed: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return what was packed."""
    steps = np.ascontiguousarray(np.moveaxis(packed, 0, -1)).view("<i4")[..., 0]
    values: NDArray[np.int32] = np.cumsum(steps, axis=0, dtype=np.int32)
    return values
