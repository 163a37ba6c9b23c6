"""Draw the lines that lanes follow, a river and the motorway, one file for each source's licence.

    python cities/alatau/scripts/draw_lines.py --data DIR cities/alatau

`DIR` holds the public data named in `SOURCES.md`. Each line is one chain of ways from south to
north, simplified to what a lane can follow (Douglas and Peucker 1973): lanes fly beside it, not
over each bend. Data of 2012 (CC BY-SA 2.0) and of 2026 (ODbL 1.0) never meet in one file.
"""

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

import shapely
from pyproj import Transformer
from pyproj.enums import TransformDirection
from shapely.ops import linemerge

RIVER_TOLERANCE_M, ROAD_TOLERANCE_M = 700.0, 200.0
"""How far a simplified line may lie from the true one."""

UTM = "EPSG:32643"
CREDIT = "(c) OpenStreetMap contributors"


def chain(
    ways: list[list[list[float]]], south: float, north: float, tolerance_m: float
) -> list[list[float]]:
    """Return the longest chain of ways between two latitudes, simplified, from south to north."""
    band = shapely.box(-180.0, south, 180.0, north)
    merged = linemerge([shapely.LineString(way) for way in ways])
    parts = [
        part
        for line in shapely.get_parts(merged)
        for part in shapely.get_parts(shapely.intersection(line, band))
    ]
    to_m = Transformer.from_crs("EPSG:4326", UTM, always_xy=True)
    lines = [shapely.LineString([to_m.transform(*p) for p in part.coords]) for part in parts]
    longest = max(lines, key=lambda line: line.length)
    points = [
        to_m.transform(x_m, y_m, direction=TransformDirection.INVERSE)
        for x_m, y_m in longest.simplify(tolerance_m).coords
    ]
    if points[0][1] > points[-1][1]:
        points.reverse()
    return [[round(lon, 5), round(lat, 5)] for lon, lat in points]


def feature(name: str, points: list[list[float]], source: str) -> dict[str, Any]:
    """Return one line as GeoJSON."""
    return {
        "type": "Feature",
        "properties": {"name": name, "source": source},
        "geometry": {"type": "LineString", "coordinates": points},
    }


def write(path: Path, licence: str, features: list[dict[str, Any]]) -> None:
    """Write one file with its credit."""
    whole = {
        "type": "FeatureCollection", "credit": CREDIT, "licence": licence, "features": features,
    }  # fmt: skip
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def draw_2012(data: Path, folder: Path) -> list[dict[str, Any]]:
    """Return the river Malaya Almatinka and the road A350 north of the city, as of 2012."""
    water = json.loads((folder / "map" / "waterways_2012.geojson").read_text(encoding="utf-8"))
    rivers = [
        f["geometry"]["coordinates"]
        for f in water["features"]
        if f["properties"]["kind"] == "river" and f["geometry"]["type"] == "LineString"
        and f["geometry"]["coordinates"][-1] == [77.04094, 43.54759]
    ]  # fmt: skip
    with gzip.open(data / "osm-almaty-2012" / "roads.geojson.gz", "rt", encoding="utf-8") as file:
        roads = json.load(file)
    ways = [
        f["geometry"]["coordinates"]
        for f in roads["features"]
        if f["properties"].get("osm_way_id") in (122660405, 122660406)
    ]
    return [
        feature("MALAYA-ALMATINKA", chain(rivers, 43.375, 43.52, RIVER_TOLERANCE_M),
                "map/waterways_2012.geojson, OSM 2012-03-13"),
        feature("A350", chain(ways, 43.42, 43.54, ROAD_TOLERANCE_M),
                "osm-almaty-2012/roads.geojson.gz, ways 122660405 and 122660406, OSM 2012-03-13"),
    ]  # fmt: skip


def draw_2026(data: Path) -> list[dict[str, Any]]:
    """Return the motorway KAZ08 where it leaves the city, as of 2026."""
    path = data / "osm-almaty-roads-2026" / "major_roads.geojson"
    roads = json.loads(path.read_text(encoding="utf-8"))
    ways = [
        f["geometry"]["coordinates"]
        for f in roads["features"]
        if f["properties"].get("ref") == "KAZ08" and f["properties"]["highway"] == "motorway"
        and f["geometry"]["coordinates"][0] != [76.9798417, 43.4074493]
    ]  # fmt: skip
    return [feature("KAZ08", chain(ways, 43.37, 43.41, ROAD_TOLERANCE_M),
                    "osm-almaty-roads-2026/major_roads.geojson, OSM 2026-02")]  # fmt: skip


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description="Draw the lines that lanes follow.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    write(asked.folder / "lines_osm_2012.geojson", "CC BY-SA 2.0",
          draw_2012(asked.data, asked.folder))  # fmt: skip
    write(asked.folder / "lines_osm_2026.geojson", "ODbL 1.0", draw_2026(asked.data))


if __name__ == "__main__":
    main()
