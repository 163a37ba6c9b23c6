"""Street files: an archive and a drawing say the same; what is wrong is named in one line."""

import gzip
import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.geodesy import Projection
from aspan.world.readers import load_city
from aspan.world.readers.osm_streets import convert_osm, judge_way
from aspan.world.readers.street_files import parse_geojson, read_ways, save_ways
from aspan.world.readers.streets import check_near
from aspan.world.streets import ROAD_CLASSES, StreetWays

ALATAU = Path(__file__).parents[3] / "cities" / "alatau"


def line(*points: tuple[float, float], **tags: str) -> dict[str, Any]:
    """Return a line of GeoJSON."""
    return {
        "type": "Feature",
        "properties": {"highway": "residential", **tags},
        "geometry": {"type": "LineString", "coordinates": [list(p) for p in points]},
    }


def drawing(*lines: dict[str, Any], **members: object) -> dict[str, Any]:
    """Return a collection of lines."""
    return {"type": "FeatureCollection", "features": list(lines), **members}


CROSS = drawing(
    line((76.90, 43.24), (76.91, 43.24), (76.92, 43.24)),
    line((76.91, 43.23), (76.91, 43.24), highway="primary", oneway="-1"),
    credit="Drawn", licence="Apache-2.0",
)  # fmt: skip


def write(path: Path, document: object) -> Path:
    """Return the path of a document written as JSON, gzipped where the name says so."""
    data = json.dumps(document).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def test_a_drawing_is_read_plain_gzipped_and_as_the_archive_made_of_it(tmp_path: Path) -> None:
    """The three forms of a file hold the same streets, and lines meet at their common point."""
    plain = read_ways(write(tmp_path / "a.geojson", CROSS), label="a")
    zipped = read_ways(write(tmp_path / "a.geojson.gz", CROSS), label="a")
    save_ways(tmp_path / "a.npz", plain)
    archive = read_ways(tmp_path / "a.npz", label="a")
    for ways in (zipped, archive):
        for name in ("lon_deg", "lat_deg", "way_first", "way_nodes", "road_class", "oneway"):
            assert (getattr(ways, name) == getattr(plain, name)).all(), name
        assert (ways.credit, ways.is_supplement) == ("Drawn, Apache-2.0", False)
    assert len(plain.lon_deg) == 4
    assert plain.way_nodes.tolist() == [0, 1, 2, 1, 3]  # the second way, drawn against its order


def test_the_same_streets_are_written_as_the_same_bytes(tmp_path: Path) -> None:
    """An archive carries no clock, so a file converted again has the hash it had."""
    ways = parse_geojson(CROSS, label="a")
    save_ways(tmp_path / "a.npz", ways)
    save_ways(tmp_path / "b.npz", ways)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "motorway"}, ("motorway", 1, True, False)),
        ({"highway": "motorway_link", "oneway": "no"}, ("motorway", 0, True, False)),
        ({"highway": "primary_link", "oneway": "-1"}, ("primary", -1, True, True)),
        ({"highway": "residential", "junction": "roundabout"}, ("residential", 1, True, True)),
        ({"highway": "service", "access": "private"}, None),
        ({"highway": "service", "access": "private", "foot": "yes"}, ("service", 0, False, True)),
        ({"highway": "tertiary", "foot": "no"}, ("tertiary", 0, True, False)),
        ({"highway": "residential", "motor_vehicle": "no"}, ("residential", 0, False, True)),
        ({"highway": "footway"}, ("path", 0, False, True)),
        ({"highway": "pedestrian", "area": "yes"}, None),
        ({"highway": "proposed"}, None),
        ({"building": "yes"}, None),
    ],
)
def test_tags_say_who_may_go_where(
    tags: dict[str, str], expected: tuple[str, int, bool, bool] | None
) -> None:
    """Class, direction, cars and walkers follow the tags as OSM's wiki defines them."""
    way = judge_way(tags)
    found = way and (ROAD_CLASSES[way.road_class], way.oneway, way.may_drive, way.may_walk)
    assert found == expected


BAD = {
    "no lines": (drawing(), "1 way or more"),
    "not a collection": ([1], "FeatureCollection"),
    "another system": (drawing(crs={"name": "EPSG::32643"}), "WGS 84"),
    "a point": ({"features": [{"geometry": {"type": "Point"}, "properties": {}}]}, "LineString"),
    "one point": (drawing(line((76.9, 43.2))), "2 points or more"),
    "NaN": (drawing(line((76.9, float("nan")), (76.9, 43.3))), "degrees"),
    "metres": (drawing(line((654321.0, 4789000.0), (654400.0, 4789000.0))), "degrees"),
    "words": (drawing(line(("a", "b"), (76.9, 43.3))), "lon, lat"),  # type: ignore[arg-type]
    "no street": (drawing(line((76.9, 43.2), (76.9, 43.3), highway="river")), "OSM's words"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_spoilt_drawing_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    """What is wrong is said with the file and, where it can be, the line of it."""
    document, expected = BAD[name]
    with pytest.raises(InvalidInput) as caught:
        read_ways(write(tmp_path / "x.geojson", document), label="city/x.geojson")
    assert "city/x.geojson" in str(caught.value)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def spoil(name: str, change: Any) -> dict[str, Any]:  # noqa: ANN401  a function of an array
    """Return the arrays of the cross with one of them changed."""
    ways = parse_geojson(CROSS, label="a")
    arrays = {
        "lon_e7": (ways.lon_deg * 1e7).astype(np.int32),
        "lat_e7": (ways.lat_deg * 1e7).astype(np.int32),
        "credit": np.array("x"), "is_supplement": np.array(False),
        **{key: getattr(ways, key) for key in ("way_first", "way_nodes", "road_class", "oneway",
           "may_drive", "may_walk", "layer", "osm_way_id")},
    }  # fmt: skip
    arrays[name] = change(arrays[name])
    return arrays


DAMAGED = {
    "edge to nowhere": ("way_nodes", lambda a: a + 1, "a node from 0 to 3"),
    "node below 0": ("way_nodes", lambda a: a - 1, "a node from 0 to 3"),
    "runs out of order": ("way_first", lambda a: a[::-1].copy(), "broken runs"),
    "a short column": ("oneway", lambda a: a[:1], "2 values"),
    "an unknown class": ("road_class", lambda a: a + 200, "a class from 0 to 7"),
    "degrees of floats": ("lon_e7", lambda a: a / 1e7, "a column of int32"),
    "fewer latitudes": ("lat_e7", lambda a: a[:1], "4 longitudes, 1 latitudes"),
    "empty": ("way_first", lambda a: a[:1], "1 way or more"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_archive_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    """Arrays that do not fit each other are named."""
    array, change, expected = DAMAGED[name]
    np.savez_compressed(tmp_path / "x.npz", **spoil(array, change))
    with pytest.raises(InvalidInput) as caught:
        read_ways(tmp_path / "x.npz", label="x")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_that_are_no_street_files_are_refused(tmp_path: Path) -> None:
    """A missing file, a broken archive, a broken text and an extract itself are each one line."""
    with pytest.raises(InvalidInput, match="it is missing"):
        read_ways(tmp_path / "x.npz", label="x")
    (tmp_path / "x.npz").write_bytes((ALATAU / "streets_osm_2026.npz").read_bytes()[:5000])
    with pytest.raises(InvalidInput, match="a NumPy"):
        read_ways(tmp_path / "x.npz", label="x")
    np.savez(tmp_path / "y.npz", a=np.zeros(3))
    with pytest.raises(InvalidInput, match="the arrays lon_e7"):
        read_ways(tmp_path / "y.npz", label="y")
    (tmp_path / "x.geojson").write_text('{"features":\n[1,', encoding="utf-8")
    with pytest.raises(InvalidInput, match="x: line 2"):
        read_ways(tmp_path / "x.geojson", label="x")
    (tmp_path / "x.geojson.gz").write_bytes(b"\x1f\x8b\x08broken")
    with pytest.raises(InvalidInput, match="can be read"):
        read_ways(tmp_path / "x.geojson.gz", label="x")
    (tmp_path / "x.osm.pbf").write_bytes(b"x")
    with pytest.raises(InvalidInput, match="aspan city streets"):
        read_ways(tmp_path / "x.osm.pbf", label="x")


def test_axes_exchanged_and_another_city_are_refused() -> None:
    """Streets with latitude first lie elsewhere, and are refused with the place they would lie."""
    city = load_city("tiny")
    ways = parse_geojson(drawing(line((43.24, 76.90), (43.25, 76.90))), label="a")
    with pytest.raises(InvalidInput, match=r"43\.2400, 76\.9000.*longitude, latitude within"):
        check_near(ways, Projection(city.utm_epsg), city.vertiports, label="a")
    whole = parse_geojson(
        drawing(line((77.2, 43.5), (77.3, 43.5)), line((71.4, 51.1), (71.5, 51.1))), label="a"
    )
    with pytest.raises(
        InvalidInput, match=r"71\.4.*: cut the extract .*-b 76\.7,43\.2,77\.5,43\.9"
    ):
        check_near(whole, Projection(city.utm_epsg), city.vertiports, label="a")


EXTRACT = """<osm version="0.6">
<node id="1" lon="76.90" lat="43.24"/><node id="2" lon="76.91" lat="43.24"/>
<node id="3" lon="76.91" lat="43.25"/>
<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="secondary"/></way>
<way id="8"><nd ref="2"/><nd ref="3"/><nd ref="99"/><tag k="highway" v="footway"/></way>
<way id="9"><nd ref="2"/><nd ref="3"/><tag k="building" v="yes"/></way>
</osm>"""


def test_an_extract_is_converted(tmp_path: Path) -> None:
    """Streets are kept with their way ids, a point the extract lacks is left out."""
    pytest.importorskip("osmium")
    path = tmp_path / "x.osm"
    path.write_text(EXTRACT, encoding="utf-8")
    ways: StreetWays = convert_osm(path, credit="c")
    assert ways.osm_way_id.tolist() == [7, 8]
    assert ways.way_nodes.tolist() == [0, 1, 1, 2]
    assert ways.may_drive.tolist() == [1, 0]


def test_an_extract_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """A missing, a broken and a streetless extract are refused, naming the file."""
    pytest.importorskip("osmium")
    with pytest.raises(InvalidInput, match="it is missing"):
        convert_osm(tmp_path / "x.osm.pbf")
    (tmp_path / "x.osm.pbf").write_bytes(b"not an extract at all")
    with pytest.raises(InvalidInput, match="an OpenStreetMap file"):
        convert_osm(tmp_path / "x.osm.pbf")
    (tmp_path / "x.osm").write_text('<osm version="0.6"></osm>', encoding="utf-8")
    with pytest.raises(InvalidInput, match="an extract with streets"):
        convert_osm(tmp_path / "x.osm")
    wrong = EXTRACT.replace('lon="76.90"', 'lon="nan"', 1)
    (tmp_path / "x.osm").write_text(wrong, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"x.osm: .*nan.*an OpenStreetMap file"):
        convert_osm(tmp_path / "x.osm")


def test_streets_are_replaced_only_by_whole_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full in the middle leaves the streets that were there, and no rest."""
    path = tmp_path / "streets.npz"
    ways = parse_geojson(drawing(line((76.90, 43.24), (76.91, 43.24))), label="a")
    save_ways(path, ways)
    before = path.read_bytes()

    def fill(file: BinaryIO, **_: object) -> None:
        file.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", fill)
    with pytest.raises(OSError, match="No space left"):
        save_ways(path, ways)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_without_osmium_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lacks osmium is told what to install."""
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(InvalidInput, match="the extra `streets`"):
        convert_osm(tmp_path / "x.osm.pbf")
