"""Ways between doors: those of the streets, kept while they fit, found anew if they do not."""

import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from aspan.compose.door_tables import (
    find_door_tables,
    list_stations,
    read_kept_tables,
    write_door_file,
)
from aspan.journeys.road_matrix import drive_to_many, tabulate_drives
from aspan.journeys.roads import prepare_roads, snap, tabulate, walk_to_many
from aspan.world.city import City
from aspan.world.doors import DOORS_A_ZONE, DoorTables
from aspan.world.readers import load_city
from aspan.world.readers.door_file import FILE_NAME
from shipped import read_shipped

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the tiny city with one street through its zones and vertiports."""
    folder = tmp_path_factory.mktemp("towns") / "town"
    shutil.copytree(ROOT / "cities" / "tiny", folder)
    tiny = load_city("tiny")
    ends = [(zone.lon_deg, zone.lat_deg) for zone in tiny.demand.zones]
    sites = [(site.lon_deg, site.lat_deg) for site in tiny.vertiports]
    line = {
        "type": "Feature",
        "properties": {"highway": "primary"},
        "geometry": {"type": "LineString", "coordinates": [*ends, *sites, ends[0]]},
    }
    document = {"type": "FeatureCollection", "credit": "Drawn", "features": [line]}
    (folder / "street.geojson").write_text(json.dumps(document), encoding="utf-8")
    shutil.copy(ROOT / "cities" / "alatau" / "streets.toml", folder)
    head = folder / "city.toml"
    text = head.read_text(encoding="utf-8")
    head.write_text(text.replace("terrain =", 'streets = ["street.geojson"]\nterrain =', 1))
    return folder


@pytest.fixture
def town(town_folder: Path, tmp_path: Path) -> City:
    """Return a town of one's own."""
    folder = Path(shutil.copytree(town_folder, tmp_path / "town"))
    return load_city(str(folder))


def are_same(first: DoorTables, second: DoorTables) -> bool:
    """Say whether tables hold the same numbers."""
    return all(
        np.array_equal(getattr(first, name), getattr(second, name))
        for name in first.__struct_fields__
    )


@pytest.mark.parametrize("phase", [1, 2])
def test_the_kept_ways_of_alatau_are_those_of_its_streets(phase: int) -> None:
    """The file fits the city in both phases; from three doors and at two hours all ways agree."""
    city = load_city("alatau", phase=phase)
    kept = read_kept_tables(city)
    assert kept is not None, "aspan city doors alatau --write"
    assert kept.doors == DOORS_A_ZONE * len(city.demand.zones)
    index = prepare_roads(city, [])
    points = list(zip(kept.lon_deg.tolist(), kept.lat_deg.tolist(), strict=True))
    anchors = [snap(index, *point) for point in points]
    for door in (0, kept.doors // 2, kept.doors - 1):
        anchor = anchors[door]
        assert anchor is not None
        for hour in (3, 8):
            found = drive_to_many(index, anchor, tabulate_drives(index, anchors, hour), hour)
            kind = kept.kind_of_hour[hour]
            assert np.array_equal(kept.ride_ms[kind, door], found.duration_ms)
            assert np.array_equal(kept.road_m[kind, door], found.distance_m)
        walks = walk_to_many(index, anchor, tabulate(anchors), kept.walk_m_max)
        assert np.array_equal(kept.walk_m[door], walks)


def test_the_stations_of_alatau_are_those_of_its_metro() -> None:
    """Its one feed is the metro's, so nothing stops elsewhere."""
    stations, is_stop_anywhere = list_stations(read_shipped("alatau"))
    assert len(stations) == 11
    assert not is_stop_anywhere


def test_ways_are_kept_without_a_change(town: City, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the file they are found and that is said; with it the same come from there."""
    found = find_door_tables(town)
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"aspan city doors {town.folder} --write" in told
    path = write_door_file(town)
    assert are_same(find_door_tables(town), found)
    assert capsys.readouterr().err == ""
    once = path.read_bytes()
    write_door_file(town)
    assert path.read_bytes() == once


def test_what_is_kept_does_not_change_the_hash_of_the_city(town: City) -> None:
    """It is made of other files, so whether it is there is no matter of the city."""
    write_door_file(town)
    assert load_city(town.folder).files_sha256 == town.files_sha256


def test_a_zone_off_every_street_keeps_its_own_point_and_has_no_road(town: City) -> None:
    """Nobody drives or walks from there; every other zone has doors that are reached."""
    near = town.demand.zones[0]
    zone = msgspec.structs.replace(near, lat_deg=near.lat_deg + 1.0)
    zones = (zone, *town.demand.zones[1:])
    demand = msgspec.structs.replace(town.demand, zones=zones)
    tables = find_door_tables(msgspec.structs.replace(town, demand=demand))
    assert tables.door_first[:2].tolist() == [0, 1]
    assert (tables.lon_deg[0], tables.lat_deg[0]) == (zone.lon_deg, zone.lat_deg)
    assert (tables.ride_ms[:, 0] < 0).all()
    assert np.isinf(tables.road_m[:, 0]).all()
    assert np.isinf(tables.walk_m[0]).all()
    others = slice(1, tables.doors)
    assert (tables.ride_ms[:, others, others] >= 0).all()


def test_ways_kept_for_another_city_are_not_taken(town: City) -> None:
    """Other streets, speeds, zones, vertiports or walks, or a damaged file: found anew."""
    path = write_door_file(town)
    assert read_kept_tables(town) is not None
    replace = msgspec.structs.replace
    zone, site = town.demand.zones[1], town.vertiports[0]
    moved = replace(zone, lon_deg=zone.lon_deg + 1e-6)
    wider = replace(zone, spread_m=zone.spread_m + 1.0)
    assert town.street_model is not None
    slower = replace(town.street_model, crossing_s=town.street_model.crossing_s + 1.0)
    demand = town.demand
    for other in (
        replace(town, demand=replace(demand, zones=(demand.zones[0], moved))),
        replace(town, demand=replace(demand, zones=(demand.zones[0], wider))),
        replace(town, demand=replace(demand, walk_m_max=demand.walk_m_max + 1.0)),
        replace(town, vertiports=(replace(site, lat_deg=site.lat_deg + 1e-6),)),
        replace(town, street_model=slower),
    ):
        assert read_kept_tables(other) is None
    fewer = replace(town, demand=replace(demand, zones=demand.zones[1:]))
    kept = read_kept_tables(fewer)
    assert kept is not None
    assert are_same(kept, find_door_tables(fewer))
    streets = Path(town.folder) / "street.geojson"
    streets.write_text(streets.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert read_kept_tables(town) is None
    path.write_bytes(path.read_bytes()[:500])
    assert read_kept_tables(load_city(town.folder)) is None
    assert path == Path(town.folder) / FILE_NAME


def test_ways_by_circle_are_never_kept() -> None:
    """A city without streets has its tables from formulas, and no file."""
    tiny = load_city("tiny")
    assert find_door_tables(tiny).doors == DOORS_A_ZONE * len(tiny.demand.zones)
    assert not (Path(tiny.folder) / FILE_NAME).exists()
