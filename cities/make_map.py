"""Make the background of the page's map: relief, terrain, water, roads, districts, places.

A development script, run once; its results are committed under `cities/CITY/map/`.

    python cities/make_map.py --data DIR --out cities/alatau/map [--only terrain]

`DIR` holds the collected sources by the names used below. Needs numpy, pillow, shapely, tifffile
and osmium (for the waterways of 2012 alone); none of them is needed to run Aspan.
"""

import argparse
import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import tifffile
from numpy.typing import NDArray
from PIL import Image
from shapely.geometry import LineString, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, unary_union

Grid = NDArray[np.float64]

VOID = -32768
RESERVOIR_AMSL_M = 475  # SRTM flattens large water: the cells of the Kapchagay reservoir
EARTH_RADIUS_M = 6_371_008.8
DEGREES_PER_M = 1 / 111_195
EDGE_FADE = 0.07  # of the width and height, so that the picture has no hard border
SUN_FROM_DEG, SUN_ABOVE_DEG = 315.0, 42.0  # the cartographer's north-west light
WEBP_QUALITY = 90
TILE_PX = 512
TILE_ZOOMS = range(6, 10)  # a pixel of the last is 111 m here: the surface's own cell is about 90 m
TERRARIUM_ZERO_M = 32_768  # heights are stored above this depth: red * 256 + green + blue / 256

# heights [m AMSL] and colours (r, g, b), from the plain to the ice
TINTS: dict[str, list[tuple[float, tuple[int, int, int]]]] = {
    "light": [
        (470, (233, 238, 236)),
        (700, (238, 240, 236)),
        (1200, (234, 235, 227)),
        (2200, (226, 226, 219)),
        (3300, (236, 237, 237)),
        (4500, (252, 253, 254)),
    ],
    "dark": [
        (470, (15, 25, 42)),
        (700, (17, 28, 46)),
        (1200, (22, 34, 53)),
        (2200, (29, 42, 62)),
        (3300, (41, 55, 76)),
        (4500, (66, 82, 105)),
    ],
}
SHADE_STRENGTH = {"light": 0.52, "dark": 0.85}

PLACES: dict[str, tuple[str, str, str]] = {
    "Almaty": ("Алматы", "Алматы", "Almaty"),
    "Talghar": ("Талғар", "Талгар", "Talgar"),
    "Konayev": ("Қонаев", "Конаев", "Konaev"),
    "Esik": ("Есік", "Есик", "Esik"),
    "Burunday": ("Боралдай", "Боралдай", "Boralday"),
    "Otegen Batyra": ("Өтеген батыр", "Отеген батыр", "Otegen Batyr"),
    "Jıbek joly": ("Жібек жолы", "Жибек жолы", "Zhibek Zholy"),
    "Turgen": ("Түрген", "Турген", "Turgen"),
}
"""Places of the map by their GeoNames name, in Kazakh, Russian and English."""

DISTRICTS: dict[str, tuple[str, str, str]] = {
    "alatau": ("Алатау ауданы", "Алатауский район", "Alatau district"),
    "almaly": ("Алмалы ауданы", "Алмалинский район", "Almaly district"),
    "auezov": ("Әуезов ауданы", "Ауэзовский район", "Auezov district"),
    "bostandyk": ("Бостандық ауданы", "Бостандыкский район", "Bostandyk district"),
    "medeu": ("Медеу ауданы", "Медеуский район", "Medeu district"),
    "nauryzbay": ("Наурызбай ауданы", "Наурызбайский район", "Nauryzbay district"),
    "turksib": ("Түрксіб ауданы", "Турксибский район", "Turksib district"),
    "zhetysu": ("Жетісу ауданы", "Жетысуский район", "Zhetysu district"),
}


def read_heights(path: Path) -> tuple[Grid, float, float, float]:
    """Return heights (row 0 north, no voids), west edge, north edge and cell size [deg]."""
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages.first
        heights = page.asarray().astype(np.float64)
        step = float(page.tags[33550].value[0])
        tie = page.tags[33922].value
    return fill_voids(heights), float(tie[3]), float(tie[4]), step


def fill_voids(heights: Grid) -> Grid:
    """Return the grid with voids filled inwards, ring by ring, by the mean of known neighbours."""
    filled = np.where(heights == VOID, np.nan, heights)
    while np.isnan(filled).any():
        padded = np.pad(filled, 1, constant_values=np.nan)
        shifts = [
            padded[1 + dy : padded.shape[0] - 1 + dy, 1 + dx : padded.shape[1] - 1 + dx]
            for dy in (-1, 0, 1)
            for dx in (-1, 0, 1)
            if dx or dy
        ]
        stack = np.stack(shifts)
        known = (~np.isnan(stack)).sum(axis=0)
        total = np.nansum(stack, axis=0)
        ring = np.isnan(filled) & (known > 0)
        filled[ring] = total[ring] / known[ring]
    return filled


def to_mercator_rows(grid: Grid, north_deg: float, step_deg: float) -> Grid:
    """Return the grid with its rows spaced evenly in Web Mercator, as the map draws pictures."""
    south_deg = north_deg - grid.shape[0] * step_deg

    def y(lat: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))

    rows = round(grid.shape[0] / math.cos(math.radians((north_deg + south_deg) / 2)))
    ys = np.linspace(y(north_deg), y(south_deg), rows + 1)
    middle = (ys[:-1] + ys[1:]) / 2
    lats = np.degrees(2 * np.arctan(np.exp(middle)) - math.pi / 2)
    at = np.clip((north_deg - lats) / step_deg - 0.5, 0, grid.shape[0] - 1.001)
    low = at.astype(int)
    part = (at - low)[:, None]
    return np.asarray(grid[low] * (1 - part) + grid[low + 1] * part)


def shade(heights: Grid, cell_m: float) -> Grid:
    """Return Lambert shading in [0, 1] of slopes under the north-west light."""
    dy, dx = np.gradient(heights, cell_m)
    azimuth, above = math.radians(SUN_FROM_DEG), math.radians(SUN_ABOVE_DEG)
    # rows run south, so northward slope is -dy
    light = (
        math.sin(above) - (dx * math.sin(azimuth) - dy * math.cos(azimuth)) * math.cos(above)
    ) / np.sqrt(1 + dx**2 + dy**2)
    return np.asarray(np.clip(light, 0, 1))


def paint(heights: Grid, cell_m: float, theme: str) -> Image.Image:
    """Return the relief of one theme with faded edges."""
    levels = [level for level, _ in TINTS[theme]]
    colour = np.stack(
        [np.interp(heights, levels, [tint[c] for _, tint in TINTS[theme]]) for c in range(3)],
        axis=-1,
    )
    flat = math.sin(math.radians(SUN_ABOVE_DEG))
    relative = shade(heights, cell_m) / flat - 1
    factor = 1 + SHADE_STRENGTH[theme] * np.clip(relative, -0.75, 0.45)
    rgb = np.clip(colour * factor[..., None], 0, 255)
    rows, columns = heights.shape
    alpha = np.minimum.outer(edge(rows), edge(columns)) * 255
    return Image.fromarray(np.dstack([rgb, alpha]).round().astype(np.uint8), "RGBA")


def edge(length: int) -> Grid:
    """Return a ramp 0..1..0 along one side."""
    at = (np.arange(length) + 0.5) / length
    ramp = np.clip(np.minimum(at, 1 - at) / EDGE_FADE, 0, 1)
    return np.asarray(ramp * ramp * (3 - 2 * ramp))


def reservoir(heights: Grid, west: float, north: float, step: float) -> BaseGeometry:
    """Return the water that the radar's editors flattened, as runs of equal cells put together."""
    boxes = []
    for row, line in enumerate(heights == RESERVOIR_AMSL_M):
        starts = np.flatnonzero(line & ~np.r_[False, line[:-1]])
        ends = np.flatnonzero(line & ~np.r_[line[1:], False]) + 1
        boxes += [
            shapely.box(
                west + a * step, north - (row + 1) * step, west + b * step, north - row * step
            )
            for a, b in zip(starts, ends, strict=True)
        ]
    water = unary_union(boxes).buffer(step * 0.6).buffer(-step * 0.6)
    parts = [p for p in getattr(water, "geoms", [water]) if p.area > 4e-4]
    kept = [Polygon(p.exterior, [h for h in p.interiors if Polygon(h).area > 1e-5]) for p in parts]
    return unary_union(kept).simplify(step * 0.8)


def feature(geometry: BaseGeometry, **properties: object) -> dict[str, Any]:
    """Return a GeoJSON feature, coordinates to 5 decimals (about 1 m)."""
    rounded = shapely.set_precision(geometry, 1e-5)
    return {"type": "Feature", "properties": properties, "geometry": mapping(rounded)}


def write(path: Path, features: list[dict[str, Any]], credit: str) -> None:
    """Write a collection on one line with its credit."""
    text = json.dumps(
        {"type": "FeatureCollection", "credit": credit, "features": features},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    path.write_text(text + "\n", encoding="utf-8")


def read_features(path: Path) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file."""
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def make_relief(data: Path, out: Path) -> BaseGeometry:
    """Write both pictures and their corners; return the reservoir."""
    heights, west, north, step = read_heights(data / "terrain-srtm3" / "almaty_srtm3.tif")
    rows, columns = heights.shape
    south, east = north - rows * step, west + columns * step
    flat = to_mercator_rows(heights, north, step)
    cell_m = step * math.cos(math.radians((north + south) / 2)) / DEGREES_PER_M
    for theme in TINTS:
        picture = paint(flat, cell_m, theme)
        picture.save(out / f"relief_{theme}.webp", quality=WEBP_QUALITY, method=6)
    corners = [[west, north], [east, north], [east, south], [west, south]]
    text = json.dumps({"corners": [[round(v, 6) for v in c] for c in corners]})
    (out / "relief.json").write_text(text + "\n", encoding="utf-8")
    return reservoir(heights, west, north, step)


def sample(heights: Grid, rows: Grid, columns: Grid) -> Grid:
    """Return heights at fractional rows and columns, bilinear; outside, those of the edge."""
    row = np.clip(rows, 0, heights.shape[0] - 1.001)
    column = np.clip(columns, 0, heights.shape[1] - 1.001)
    r, c = row.astype(int), column.astype(int)
    v, u = row - r, column - c
    upper = heights[r, c] * (1 - u) + heights[r, c + 1] * u
    lower = heights[r + 1, c] * (1 - u) + heights[r + 1, c + 1] * u
    return np.asarray(upper * (1 - v) + lower * v)


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Return the Web Mercator tile a place lies in."""
    n = 2**zoom
    y = 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
    return int((lon / 360 + 0.5) * n), int(y * n)


def make_terrain(data: Path, out: Path) -> None:
    """Write the surface as Web Mercator tiles, whole metres in the terrarium encoding, lossless.

    Where the pictures fade at their edges, the surface is let down to its lowest height, so that
    no wall stands at the end of the data.

    Encoding: Mapzen, *Terrain Tiles: Formats* (tilezen/joerd, docs/formats.md).
    """
    heights, west, north, step = read_heights(data / "terrain-srtm3" / "almaty_srtm3.tif")
    south, east = north - heights.shape[0] * step, west + heights.shape[1] * step
    low = heights.min()
    heights = low + (heights - low) * np.minimum.outer(
        edge(heights.shape[0]), edge(heights.shape[1])
    )
    folder = out / "terrain"
    for zoom in TILE_ZOOMS:
        (x_min, y_min), (x_max, y_max) = tile_of(west, north, zoom), tile_of(east, south, zoom)
        size = 2**zoom * TILE_PX
        for x in range(x_min, x_max + 1):
            lons = ((x * TILE_PX + np.arange(TILE_PX) + 0.5) / size - 0.5) * 360
            for y in range(y_min, y_max + 1):
                mercator = math.pi * (1 - 2 * (y * TILE_PX + np.arange(TILE_PX) + 0.5) / size)
                lats = np.degrees(2 * np.arctan(np.exp(mercator)) - math.pi / 2)
                rows, columns = np.meshgrid(
                    (north - lats) / step - 0.5, (lons - west) / step - 0.5, indexing="ij"
                )
                tile = np.rint(sample(heights, rows, columns)).astype(int) + TERRARIUM_ZERO_M
                rgb = np.dstack([tile >> 8, tile & 255, np.zeros_like(tile)]).astype(np.uint8)
                path = folder / str(zoom) / str(x) / f"{y}.webp"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(rgb, "RGB").save(path, lossless=True, quality=100, method=6)
    facts = {
        "bounds": [round(v, 6) for v in (west, south, east, north)],
        "minzoom": TILE_ZOOMS[0],
        "maxzoom": TILE_ZOOMS[-1],
        "tile_size": TILE_PX,
    }
    (out / "terrain.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")


def make_water(data: Path, out: Path, lake: BaseGeometry) -> None:
    """Write the reservoir and the river Ile, public domain.

    The reservoir's shore is SRTM's inside the relief; beyond it, Natural Earth's coarser one.
    """
    inside = shapely.box(*lake.bounds)
    for coarse in read_features(data / "naturalearth" / "ne_10m_lakes.geojson"):
        if coarse["properties"]["name"] == "Kapchagay Reservoir":
            lake = join_shores(lake, shape(coarse["geometry"]).difference(inside))
    features = [feature(lake, kind="lake")]
    for river in read_features(data / "naturalearth" / "ne_10m_rivers_lake_centerlines.geojson"):
        if river["properties"].get("featurecla") == "River":
            features.append(feature(shape(river["geometry"]), kind="river"))
    write(out / "water.geojson", features, "NASA/USGS SRTM; Natural Earth")


def join_shores(fine: BaseGeometry, coarse: BaseGeometry) -> BaseGeometry:
    """Return both waters as one, the step between their shores rounded off at the seam."""
    both = unary_union([fine, coarse])
    rounded = both.buffer(0.03).buffer(-0.06).buffer(0.03)
    west, south, east, north = fine.bounds
    kept = shapely.box(west, south, east - 0.04, north)
    return unary_union([fine.intersection(kept), rounded.difference(kept)])


def make_waterways(data: Path, out: Path) -> None:
    """Write rivers, canals and small lakes of the 2012 extract (CC BY-SA 2.0), kept apart."""
    import osmium  # only to make the map again

    features = []
    source = data / "osm-almaty-2012" / "almaty_2012-03-13.osm.pbf"
    for thing in osmium.FileProcessor(str(source)).with_locations():
        if not isinstance(thing, osmium.osm.Way):
            continue
        points = [(n.lon, n.lat) for n in thing.nodes if n.location.valid()]
        waterway, natural = thing.tags.get("waterway"), thing.tags.get("natural")
        if waterway in ("river", "canal") and len(points) > 1:
            features.append(feature(LineString(points).simplify(10 * DEGREES_PER_M), kind=waterway))
        elif (natural == "water" or waterway == "riverbank") and len(points) > 3:
            area = Polygon(points).buffer(0).simplify(10 * DEGREES_PER_M)
            if area.area > 2e-6:
                features.append(feature(area, kind="lake"))
    write(out / "waterways_2012.geojson", features, "© OpenStreetMap contributors, CC BY-SA 2.0")


def make_roads(data: Path, out: Path) -> None:
    """Write the major roads of 2026 (ODbL), merged and simplified by class."""
    by_class: dict[str, list[BaseGeometry]] = {}
    for road in read_features(data / "osm-almaty-roads-2026" / "major_roads.geojson"):
        by_class.setdefault(road["properties"]["highway"], []).append(shape(road["geometry"]))
    features = []
    for name in sorted(by_class):
        lines = linemerge(list(shapely.get_parts(unary_union(by_class[name]))))
        features.append(feature(lines.simplify(9 * DEGREES_PER_M), kind=name))
    write(out / "roads.geojson", features, "© OpenStreetMap contributors, ODbL 1.0")


def make_districts(data: Path, out: Path) -> None:
    """Write the district outlines and the city's boundary (ODbL)."""
    features = []
    for district in read_features(data / "districts" / "almaty_districts.geojson"):
        kk, ru, en = DISTRICTS[district["properties"]["slug"]]
        geometry = shape(district["geometry"]).simplify(15 * DEGREES_PER_M)
        features.append(feature(geometry, kind="district", kk=kk, ru=ru, en=en))
    for boundary in read_features(data / "districts" / "almaty_city_boundary.geojson"):
        geometry = shape(boundary["geometry"]).simplify(25 * DEGREES_PER_M)
        features.append(feature(geometry, kind="city"))
    write(out / "districts.geojson", features, "© OpenStreetMap contributors, ODbL 1.0")


def make_places(data: Path, out: Path) -> None:
    """Write the towns (GeoNames, CC BY 4.0) with their names in three languages."""
    features = []
    with (data / "places" / "geonames_places.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["name"] in PLACES:
                kk, ru, en = PLACES[row["name"]]
                point = shapely.Point(float(row["lon"]), float(row["lat"]))
                people = int(row["population"])
                features.append(feature(point, kk=kk, ru=ru, en=en, population=people))
    write(out / "places.geojson", features, "GeoNames, CC BY 4.0")


def main() -> None:
    """Read the arguments and make every file."""
    parser = argparse.ArgumentParser(description="Make the background of the page's map.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the sources")
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    parser.add_argument("--only", choices=("terrain",), help="make this part alone")
    arguments = parser.parse_args()
    data, out = arguments.data, arguments.out
    out.mkdir(parents=True, exist_ok=True)
    make_terrain(data, out)
    if arguments.only == "terrain":
        return
    make_water(data, out, make_relief(data, out))
    make_waterways(data, out)
    make_roads(data, out)
    make_districts(data, out)
    make_places(data, out)


if __name__ == "__main__":
    main()
