"""Streets from an OpenStreetMap extract, `.osm.pbf` or `.osm`: what may be driven, what walked.

Read once, by `cities/…/scripts/convert_streets.py` or `aspan city streets`, and kept as a small
`.npz` (`street_files.py`); osmium is needed for that alone and is imported when it is asked for.

Not read: turn restrictions, speed limits, opening hours, surface, gates.

References
----------
.. [1] OpenStreetMap Wiki, *Key:highway*, *Key:oneway*, *Key:access*, 2026.
"""

from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from aspan.primitives.errors import InvalidInput
from aspan.world.streets import ROAD_CLASSES, StreetWays

ODBL_CREDIT: Final = "© OpenStreetMap contributors, ODbL 1.0"
"""Of data since 2012-09-12; before it, CC BY-SA 2.0."""

_CLASS_OF: Final = {
    "motorway": "motorway", "trunk": "trunk", "primary": "primary", "secondary": "secondary",
    "tertiary": "tertiary", "unclassified": "residential", "residential": "residential",
    "road": "residential", "living_street": "service", "service": "service",
    "unsurfaced": "service", "track": "path", "pedestrian": "path", "footway": "path",
    "path": "path", "steps": "path", "cycleway": "path", "crossing": "path",
}  # fmt: skip
"""Class by `highway`, links aside; other values (proposed, construction, raceway) are no street."""

_BARRED = ("no", "private")
_LAYER_MAX = 5


class Way(NamedTuple):
    """What the tags of one way say of it."""

    road_class: int
    oneway: int
    """1 in the way's order, -1 against it, 0 both."""
    may_drive: bool
    may_walk: bool
    layer: int


def judge_way(tags: Mapping[str, str]) -> Way | None:
    """Return what the tags of a way say, after [1]_; None if it is no street."""
    highway = tags.get("highway", "")
    name = _CLASS_OF.get(highway.removesuffix("_link"))
    if name is None or tags.get("area") == "yes":
        return None
    access = tags.get("access", "")
    drive = next(
        (tags[key] for key in ("motorcar", "motor_vehicle", "vehicle") if key in tags), access
    )
    foot = tags.get("foot", "")
    may_drive = name != "path" and drive not in _BARRED
    may_walk = foot not in _BARRED and (
        bool(foot) or (name != "motorway" and access not in _BARRED)
    )
    if not (may_drive or may_walk):
        return None
    is_round = tags.get("junction") == "roundabout"
    written = tags.get("oneway", "yes" if is_round or highway.startswith("motorway") else "no")
    oneway = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}.get(written, 0)
    return Way(ROAD_CLASSES.index(name), oneway, may_drive, may_walk, _read_layer(tags))


def _read_layer(tags: Mapping[str, str]) -> int:
    """Return the layer a way lies in, from -5 to 5; 0 if it says nothing usable."""
    try:
        layer = int(tags.get("layer", "0"))
    except ValueError:
        return 0
    return max(-_LAYER_MAX, min(_LAYER_MAX, layer))


class _Rows:
    """Ways gathered while a file is read."""

    def __init__(self) -> None:
        self.lon_deg, self.lat_deg = array("d"), array("d")
        self.numbers: dict[int, int] = {}
        self.first, self.nodes = array("i", [0]), array("i")
        self.ways: list[tuple[int, int, bool, bool, int, int]] = []

    def add(self, way_id: int, way: Way, points: list[tuple[int, float, float]]) -> None:
        """Add a way through `points` (node id, longitude, latitude); against its order if -1."""
        if way.oneway < 0:
            points = points[::-1]
        for node_id, lon, lat in points:
            if node_id not in self.numbers:
                self.numbers[node_id] = len(self.lon_deg)
                self.lon_deg.append(lon)
                self.lat_deg.append(lat)
            self.nodes.append(self.numbers[node_id])
        self.first.append(len(self.nodes))
        self.ways.append(
            (way.road_class, abs(way.oneway), way.may_drive, way.may_walk, way.layer, way_id)
        )

    def freeze(self, credit: str) -> StreetWays:
        """Return what was gathered."""
        columns = [np.array(column) for column in zip(*self.ways, strict=True)]
        kinds = (np.uint8, np.uint8, np.uint8, np.uint8, np.int8, np.int64)
        road, oneway, drive, walk, layer, ids = (
            column.astype(kind) for column, kind in zip(columns, kinds, strict=True)
        )
        return StreetWays(
            lon_deg=np.array(self.lon_deg),
            lat_deg=np.array(self.lat_deg),
            way_first=np.array(self.first, dtype=np.int32),
            way_nodes=np.array(self.nodes, dtype=np.int32),
            road_class=road,
            oneway=oneway,
            may_drive=drive,
            may_walk=walk,
            layer=layer,
            osm_way_id=ids,
            credit=credit,
        )


def convert_osm(path: Path, *, credit: str = ODBL_CREDIT) -> StreetWays:
    """Return the streets of an OpenStreetMap file.

    Parameters
    ----------
    credit
        Name and licence of the extract.

    Raises
    ------
    InvalidInput
        If osmium is not installed, the file cannot be read, or it has no street.
    """
    osmium = _import_osmium()
    if not path.is_file():
        raise InvalidInput(str(path), None, "an OpenStreetMap file (it is missing)")
    rows = _Rows()
    try:
        for found in osmium.FileProcessor(str(path)).with_locations():
            if not found.is_way() or "highway" not in found.tags:
                continue
            way = judge_way({tag.k: tag.v for tag in found.tags})
            points = [(n.ref, n.lon, n.lat) for n in found.nodes if n.location.valid()]
            if way is not None and len(points) > 1:
                rows.add(found.id, way, points)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        found_text = str(error).splitlines()[0] if str(error) else "an unreadable file"
        raise InvalidInput(str(path), found_text, "an OpenStreetMap file, .osm.pbf") from None
    if not rows.ways:
        raise InvalidInput(str(path), "no way with a highway tag", "an extract with streets")
    return rows.freeze(credit)


def _import_osmium() -> Any:  # noqa: ANN401  a module without types
    """Return osmium; one clear line if it is not installed."""
    try:
        import osmium
    except ImportError:
        raise InvalidInput(
            "osmium", "not installed", "the extra `streets`: pip install 'aspan[streets]'"
        ) from None
    return osmium
