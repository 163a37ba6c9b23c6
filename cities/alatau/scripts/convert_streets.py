"""Convert the streets of OpenStreetMap to two small files, one for each licence.

    python cities/alatau/scripts/convert_streets.py --data DIR cities/alatau

`DIR` holds the public data named in `SOURCES.md`. The extract of 2012 (CC BY-SA 2.0) is converted
as `aspan city streets` converts any extract. Of the main roads of 2026 (ODbL 1.0) class and line
are kept; that file has no one-way roads, so each carriageway is taken as driven both ways, and as a
supplement: its roads count only where 2012 has no main road beside them. The two are joined in
memory alone. The hand-drawn `streets_drawn.geojson` is not made here.
"""

import argparse
import json
from pathlib import Path

from aspan.world.readers.osm_streets import convert_osm
from aspan.world.readers.street_files import parse_geojson, save_ways

CREDIT = "© OpenStreetMap contributors"


def convert_2012(data: Path, folder: Path) -> None:
    """Write the streets of the extract of 2012."""
    path = data / "osm-almaty-2012" / "almaty_2012-03-13.osm.pbf"
    ways = convert_osm(path, credit=f"{CREDIT}, 2012-03-13, CC BY-SA 2.0")
    save_ways(folder / "streets_osm_2012.npz", ways)


def convert_2026(data: Path, folder: Path) -> None:
    """Write the main roads of 2026, without names."""
    path = data / "osm-almaty-roads-2026" / "major_roads.geojson"
    roads = json.loads(path.read_text(encoding="utf-8"))["features"]
    features = [
        {
            "type": "Feature",
            "properties": {"highway": road["properties"]["highway"], "oneway": "no"},
            "geometry": road["geometry"],
        }
        for road in roads
    ]
    whole = {
        "type": "FeatureCollection", "credit": f"{CREDIT}, 2026-02", "licence": "ODbL 1.0",
        "supplement": True, "features": features,
    }  # fmt: skip
    save_ways(folder / "streets_osm_2026.npz", parse_geojson(whole, label=path.name))


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description="Convert the streets of OpenStreetMap.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    convert_2012(asked.data, asked.folder)
    convert_2026(asked.data, asked.folder)


if __name__ == "__main__":
    main()
