"""`aspan city streets`, `matrix` and `doors`: extracts come in, tables go out, errors in a line."""

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from aspan.faces.cli.main import execute
from aspan.world.readers import load_city

ROOT = Path(__file__).parents[3]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Return a copy of the tiny city with a ring of streets through its vertiports."""
    folder = Path(shutil.copytree(ROOT / "cities" / "tiny", tmp_path / "town"))
    sites = load_city("tiny").vertiports
    ring = [[site.lon_deg, site.lat_deg] for site in (*sites, sites[0])]
    line = {
        "type": "Feature",
        "properties": {"highway": "primary"},
        "geometry": {"type": "LineString", "coordinates": ring},
    }
    document = {"type": "FeatureCollection", "credit": "Drawn", "features": [line]}
    (folder / "ring.geojson").write_text(json.dumps(document), encoding="utf-8")
    shutil.copy(ROOT / "cities" / "alatau" / "streets.toml", folder)
    head = folder / "city.toml"
    text = head.read_text(encoding="utf-8")
    head.write_text(text.replace("terrain =", 'streets = ["ring.geojson"]\nterrain =', 1))
    return folder


def test_the_matrix_is_written_and_told(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All pairs of places have a row in each kind of hour, with units in the names."""
    out = tmp_path / "out"
    assert execute(["city", "matrix", str(town), "--out", str(out), "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    car = pl.read_parquet(out / "car_matrix.parquet")
    assert set(car.columns) == {
        "origin_id", "destination_id", "hour", "duration_ms", "road_m", "taxi_price_tiyn",
    }  # fmt: skip
    assert len(car) == answer["car_pairs"] * len(answer["hours"])
    assert answer["car_pairs"] >= len(load_city("tiny").vertiports)
    assert (car["duration_ms"] > 0).all()
    hours = pl.read_parquet(out / "hours.parquet")
    assert sorted(hours["hour"]) == list(range(24))
    assert set(hours["matrix_hour"]) == set(car["hour"])
    assert len(pl.read_parquet(out / "places.parquet")) == answer["places"]
    walks = pl.read_parquet(out / "walk_matrix.parquet")
    assert len(walks) == answer["walk_pairs"]
    assert execute(["city", "matrix", str(town), "--hour", "8"]) == 0
    assert "at 08:00" in capsys.readouterr().out


def test_check_says_what_the_streets_are(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page names files and what is left out; a city without streets says so."""
    execute(["city", "check", str(town), "--all"])
    assert "Drawn" in (told := capsys.readouterr().out)
    assert "0.0% of what may be driven" in told
    execute(["city", "check", "tiny", "--all"])
    assert "city.toml names no street files" in capsys.readouterr().out


def test_doors_are_counted_and_their_ways_kept(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not kept at first, then written, then found to fit; a city without streets keeps none."""
    assert execute(["city", "doors", str(town), "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert answer["has_streets"]
    assert not answer["is_kept"]
    assert execute(["city", "check", str(town)]) == 0
    assert "found at each start" in capsys.readouterr().out
    assert set(answer["zones"].values()) <= set(range(1, 17))
    assert execute(["city", "doors", str(town), "--write"]) == 0
    assert "Written to" in capsys.readouterr().out
    assert execute(["city", "check", str(town), "--all"]) == 0
    assert "the ways between them kept" in " ".join(capsys.readouterr().out.split())
    assert execute(["city", "doors", str(town)]) == 0
    told = capsys.readouterr()
    assert "are kept and fit" in told.out
    assert told.err == ""
    assert execute(["city", "doors", "tiny"]) == 0
    assert "great circles" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["matrix", "tiny"], "names street files"),
        (["doors", "tiny", "--write"], "names street files"),
        (["matrix", "TOWN", "--hour", "24"], "hour"),
        (["streets", "TOWN", "--pbf", "nowhere.osm.pbf"], "it is missing"),
        (["streets", "TOWN", "--pbf", "x.osm", "--out", "x.txt"], "ends in .npz"),
    ],
)
def test_bad_input_is_one_line(
    town: Path, arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be done is one line and exit status 2."""
    pytest.importorskip("osmium")
    words = [str(town) if word == "TOWN" else word for word in arguments]
    assert execute(["city", *words]) == 2
    told = capsys.readouterr().err
    assert expected in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ('["../alatau/streets_osm_2012.npz"]', "in the city's folder"),
        ('["gone.npz"]', "it is missing"),
        ("[]", "1 to 50 names"),
        ('["city.toml"]', "ends in .npz"),
    ],
)
def test_names_of_street_files_are_checked(
    town: Path, names: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file outside the folder, none at all and one of another kind are refused by name."""
    head = town / "city.toml"
    text = head.read_text(encoding="utf-8")
    head.write_text(text.replace('["ring.geojson"]', names), encoding="utf-8")
    assert execute(["city", "check", str(town)]) == 2
    told = capsys.readouterr().err
    assert expected in told
    assert told.count("\n") == 1


def test_an_extract_becomes_a_file_the_city_loads(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A converted extract is written into the folder, named, and loads."""
    pytest.importorskip("osmium")
    first, second = load_city("tiny").vertiports[:2]
    (town / "area.osm").write_text(
        f'<osm version="0.6"><node id="1" lon="{first.lon_deg}" lat="{first.lat_deg}"/>'
        f'<node id="2" lon="{second.lon_deg}" lat="{second.lat_deg}"/>'
        '<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>',
        encoding="utf-8",
    )
    assert execute(["city", "streets", str(town), "--pbf", str(town / "area.osm")]) == 0
    assert 'streets = [..., "streets_area.npz"]' in capsys.readouterr().out
    head = town / "city.toml"
    text = head.read_text(encoding="utf-8")
    head.write_text(text.replace("ring.geojson", "streets_area.npz"), encoding="utf-8")
    loaded = load_city(str(town))
    assert loaded.streets is not None
    assert len(loaded.streets.head) == 2
    assert loaded.streets.origins == ("© OpenStreetMap contributors, ODbL 1.0",)
