"""The ground under a study's map: pale relief, water, the city's outline and main roads.

It is read from the city's own folder where that is at hand, drawn once, and used by the maps of all
languages. A city without such files, or read where its folder is not, has a map of sites alone.
"""

import json
import tomllib
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Point, thin
from aspan.faces.report.map_frame import MapFrame
from aspan.faces.report.study_relief import list_rings
from aspan.primitives.errors import InvalidInput
from aspan.world.readers.folder import find_folder
from aspan.world.readers.terrain import read_terrain

SYMBOL: Final = "study-ground"

LAYERS: Final = (
    ("water.geojson", ("lake", "river"), "ground-water"),
    ("districts.geojson", ("city",), "ground-outline"),
    ("roads.geojson", ("motorway", "trunk"), "ground-road"),
)
"""Files of `map/`, which kinds of them are drawn, and how."""

_LEVEL_SHARES: Final = (0.06, 0.16, 0.3, 0.46, 0.64, 0.82)
"""Height bands as shares of the way from the lowest to the highest ground of the terrain."""

_CELLS_MAX: Final = 130
_NEAREST_PX: Final = 1.6
_AREA_MIN_PX: Final = 4


def draw_ground(city: str, frame: MapFrame) -> Markup | None:
    """Return the ground as a symbol; None where the city's folder is not at hand."""
    try:
        folder = find_folder(city)
    except InvalidInput:
        return None
    drawing = Drawing(frame.width, frame.height, "")
    _draw_relief(drawing, folder, frame)
    for name, kinds, css in LAYERS:
        path = folder / "map" / name
        if path.is_file():
            _draw_layer(drawing, json.loads(path.read_text(encoding="utf-8")), kinds, css, frame)
    return drawing.symbol(SYMBOL)


def _draw_relief(drawing: Drawing, folder: Path, frame: MapFrame) -> None:
    named = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8")).get("terrain", "")
    path = (folder / str(named)).resolve()
    if not named or not path.is_file():
        return
    terrain = read_terrain(path, label=str(named))
    low = float(terrain.heights_amsl_m.min())
    high = float(terrain.heights_amsl_m.max())
    for share in _LEVEL_SHARES:
        rings = list_rings(terrain, frame.bounds, low + share * (high - low), cells_max=_CELLS_MAX)
        drawing.rings((_to_pixels(ring, frame) for ring in rings), "ground-relief")


def _draw_layer(
    drawing: Drawing, layer: dict[str, Any], kinds: tuple[str, ...], css: str, frame: MapFrame
) -> None:
    """Draw the areas and lines of some kinds that lie within the map, at least in part."""
    for feature in layer["features"]:
        if feature["properties"].get("kind") not in kinds:
            continue
        shape = feature["geometry"]
        parts = shape["coordinates"]
        match shape["type"]:
            case "Polygon":
                drawing.rings(_list_lines(parts, frame), css)
            case "MultiPolygon":
                drawing.rings(_list_lines([r for part in parts for r in part], frame), css)
            case "LineString":
                _draw_lines(drawing, [parts], css, frame)
            case "MultiLineString":
                _draw_lines(drawing, parts, css, frame)


def _draw_lines(
    drawing: Drawing, parts: list[list[list[float]]], css: str, frame: MapFrame
) -> None:
    for line in _list_lines(parts, frame):
        drawing.path(line, f"{css} way")


def _list_lines(parts: list[list[list[float]]], frame: MapFrame) -> list[list[Point]]:
    """Return lines in pixels, without those outside the map and those too small to see."""
    west, south, east, north = frame.bounds
    found = []
    for part in parts:
        if not any(west < p[0] < east and south < p[1] < north for p in part):
            continue
        line = _to_pixels([(p[0], p[1]) for p in part], frame)
        xs, ys = [p[0] for p in line], [p[1] for p in line]
        if max(max(xs) - min(xs), max(ys) - min(ys)) >= _AREA_MIN_PX:
            found.append(line)
    return found


def _to_pixels(places: list[Point], frame: MapFrame) -> list[Point]:
    """Return places in pixels, kept within a canvas' width of the map, near ones left out."""
    wide, high = frame.width, frame.height
    points = [frame(*place) for place in places]
    kept = [(min(max(x, -8.0), wide + 8.0), min(max(y, -8.0), high + 8.0)) for x, y in points]
    return thin(kept, _NEAREST_PX)
