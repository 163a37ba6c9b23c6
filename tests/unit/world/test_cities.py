"""The cities that are shipped: complete, stated, and what facts and law ask of Alatau."""

import importlib.util
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest

from aspan.world.aircraft import AircraftType
from aspan.world.city import City
from aspan.world.geodesy import Projection, distance_to_line_m, great_circle_m
from aspan.world.readers import load_city
from aspan.world.rules import Rules

ROOT = Path(__file__).parents[3]
NAMES = ("alatau", "bench", "tiny")


@pytest.fixture(scope="module")
def alatau() -> City:
    """Return Alatau-Almaty."""
    return load_city("alatau")


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_city_is_complete(name: str) -> None:
    """Sites have FATOs, stands and chargers; stands for the fleet and more; days; lanes back."""
    city = load_city(name)
    for site in city.vertiports:
        assert site.fatos
        assert site.planned_stands
        assert site.contingency_places >= 1
        assert {s for c in site.chargers for s in c.stand_ids} <= {s.stand_id for s in site.stands}
    parking = sum(len(site.planned_stands) for site in city.vertiports)
    assert len(city.airframes) < parking
    for site in city.vertiports:
        homed = sum(a.home_vertiport_id == site.vertiport_id for a in city.airframes)
        assert homed <= len(site.planned_stands)
    pairs = {(lane.origin, lane.destination) for lane in city.lanes.lanes}
    assert pairs == {(b, a) for a, b in pairs}
    by_pair = {
        (lane.origin, lane.destination): lane.layer for lane in city.lanes.lanes if lane.choice == 1
    }
    assert all(by_pair[a, b] != by_pair[b, a] for a, b in pairs)
    assert any(day.date == city.fair_weather_date.isoformat() for day in city.weather.days)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_and_every_number_of_the_type_is_stated(name: str) -> None:
    """No rule and no number of the aircraft is left to a default: each has a source and a mark."""
    city = load_city(name)
    kinds = {"aircraft_type": AircraftType} | {
        field.name: field.type for field in msgspec.structs.fields(Rules) if field.required
    }
    for part, kind in kinds.items():
        for field in msgspec.structs.fields(kind):
            if field.type in (float, int):
                assert f"{part}.{field.name}" in city.quantities


def test_alatau_has_the_sites_that_are_asked_for(alatau: City) -> None:
    """The operator's published ends, Medeu and the Gate district, in three languages."""
    assert [v.vertiport_id for v in alatau.vertiports] == [
        "AIRPORT", "ALATAU", "CENTRE", "GATE", "KONAEV", "MEDEU",
    ]  # fmt: skip
    published = {v.vertiport_id for v in alatau.vertiports if v.is_position_published}
    assert published == {"ALATAU", "CENTRE", "KONAEV"}
    for site in alatau.vertiports:
        assert len({site.names.kk, site.names.ru, site.names.en}) >= 2
    first = [lane for lane in alatau.lanes.lanes if lane.choice == 1]
    assert len(first) == 30
    pairs = {(lane.origin, lane.destination) for lane in alatau.lanes.lanes if lane.choice == 2}
    assert pairs == {(lane.origin, lane.destination) for lane in first}
    assert len(alatau.airframes) == 30
    assert sum(len(v.planned_stands) for v in alatau.vertiports) >= 40
    assert 0.80 <= min(a.soh for a in alatau.airframes) < 0.85


@pytest.fixture(scope="module")
def second() -> City:
    """Return Alatau-Almaty in its second phase."""
    return load_city("alatau", phase=2)


def test_the_second_phase_parks_60_with_a_stand_free_at_each_site(second: City) -> None:
    """Three more sites, 60 aircraft, room for each and one planned stand free everywhere (3.7)."""
    assert {v.vertiport_id for v in second.vertiports} >= {"GOLDEN", "BORALDAY", "SHYMBULAK"}
    assert len(second.vertiports) == 9
    assert len(second.airframes) == 60
    assert sum(len(v.planned_stands) - 1 for v in second.vertiports) >= 60
    for site in second.vertiports:
        assert len(site.planned_stands) >= 2
        assert site.contingency_places >= 1
        homed = sum(a.home_vertiport_id == site.vertiport_id for a in second.airframes)
        assert homed < len(site.planned_stands)
        path = f"vertiports.{site.vertiport_id}"
        assert second.quantities[f"{path}.site_power_limit_kw"].mark == "assumed"


def test_the_first_phase_has_nothing_of_the_second(alatau: City, second: City) -> None:
    """Sites of phase 1 have their own stands and chargers; zones and airframes stay out."""
    later = {v.vertiport_id: v for v in second.vertiports}
    for site in alatau.vertiports:
        assert site.phase == 1
        assert {s.phase for s in site.stands} == {1}
        assert {c.phase for c in site.chargers} == {1}
        assert set(site.stands) <= set(later[site.vertiport_id].stands)
    assert len(second.demand.zones) == len(alatau.demand.zones) + 2
    assert {a.phase for a in alatau.airframes} == {1}


def test_every_pair_is_linked_or_its_reason_is_stated(second: City) -> None:
    """All ordered pairs have two lanes or more, but Medeu and Shymbulak, which say why not."""
    ids = [v.vertiport_id for v in second.vertiports]
    pairs = {(a, b) for a in ids for b in ids if a != b}
    unlinked = {(pair.origin, pair.destination) for pair in second.lanes.unlinked}
    assert unlinked == {("MEDEU", "SHYMBULAK"), ("SHYMBULAK", "MEDEU")}
    assert all(len(pair.reason) > 20 for pair in second.lanes.unlinked)
    choices: dict[tuple[str, str], set[int]] = {}
    for lane in second.lanes.lanes:
        choices.setdefault((lane.origin, lane.destination), set()).add(lane.choice)
    assert set(choices) == pairs - unlinked
    assert all({1, 2} <= found for found in choices.values())


def test_boralday_keeps_clear_of_its_runway(second: City) -> None:
    """The pad is 762 m or more from the aerodrome's centreline (4.35), and east of it."""
    projection = Projection(second.utm_epsg)
    site = second.get_vertiport("BORALDAY")
    (runway,) = (r for r in second.lanes.runways if r.runway_id == "UAAR-02-20")
    ends = (
        projection.to_xy(runway.first_lon_deg, runway.first_lat_deg),
        projection.to_xy(runway.second_lon_deg, runway.second_lat_deg),
    )
    assert distance_to_line_m(site.x_m, site.y_m, *ends) >= 762
    assert np.hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]) == pytest.approx(1460, abs=5)


def test_osm_of_2012_and_of_2026_stay_in_files_of_their_own() -> None:
    """Each file of lines states its licence; no point of one stands in the other or in lanes."""
    folder = ROOT / "cities" / "alatau"
    texts = {y: (folder / f"lines_osm_{y}.geojson").read_text() for y in (2012, 2026)}
    assert "CC BY-SA 2.0" in texts[2012]
    assert "ODbL 1.0" in texts[2026]
    points = {
        year: {
            tuple(point)
            for feature in json.loads(text)["features"]
            for point in feature["geometry"]["coordinates"]
        }
        for year, text in texts.items()
    }
    assert not points[2012] & points[2026]
    lanes = (folder / "lanes.toml").read_text(encoding="utf-8")
    assert not [p for found in points.values() for p in found if f"value = {p[0]}," in lanes]


def test_the_airport_pad_is_far_enough_from_both_runways(alatau: City) -> None:
    """Every FATO is 762 m or more from both centrelines (4.35); the published point is not."""
    projection = Projection(alatau.utm_epsg)
    site = alatau.get_vertiport("AIRPORT")
    assert site.published_lon_deg is not None
    assert site.published_lat_deg is not None
    expected = {"05L-23R": 257, "05R-23L": 51}
    runways = {r.runway_id: r for r in alatau.lanes.runways}
    for runway in (runways[name] for name in expected):
        ends = (
            projection.to_xy(runway.first_lon_deg, runway.first_lat_deg),
            projection.to_xy(runway.second_lon_deg, runway.second_lat_deg),
        )
        for fato in site.fatos:
            x_m, y_m = projection.to_xy(fato.lon_deg, fato.lat_deg)
            assert distance_to_line_m(x_m, y_m, *ends) >= 762
        point = projection.to_xy(site.published_lon_deg, site.published_lat_deg)
        assert distance_to_line_m(*point, *ends) == pytest.approx(expected[runway.runway_id], abs=2)
    terminal_m = great_circle_m(site.lon_deg, site.lat_deg, 77.0119294, 43.3466889)
    assert terminal_m < 500


def test_crossing_nodes_keep_150_m_above_the_approach_paths(alatau: City) -> None:
    """A node outside a threshold is 150 m above a 3 degree path to it, and 4 to 6 km out (4.36)."""
    projection = Projection(alatau.utm_epsg)
    nodes = {node.node_id: node for node in alatau.lanes.nodes}
    assert set(nodes) == {"SW", "MID", "NE"}
    for node_id, at_first in (("SW", True), ("NE", False)):
        node = nodes[node_id]
        for runway in (r for r in alatau.lanes.runways if r.runway_id.startswith("05")):
            near = (runway.first_lon_deg, runway.first_lat_deg)
            far = (runway.second_lon_deg, runway.second_lat_deg)
            lon, lat = near if at_first else far
            out_m = great_circle_m(node.lon_deg, node.lat_deg, lon, lat)
            assert 4000 <= out_m <= 6000
            path_m = runway.elevation_amsl_m + out_m * np.tan(np.radians(3.0))
            assert node.altitude_amsl_m_min >= path_m + 150
            x, y = projection.to_xy(node.lon_deg, node.lat_deg)
            ends = (projection.to_xy(*near), projection.to_xy(*far))
            assert distance_to_line_m(x, y, *ends) < 300


def test_only_lanes_between_north_and_south_use_nodes(alatau: City) -> None:
    """The runway axes cut the network in two; who crosses names a node, nobody else does."""
    south = {"CENTRE", "MEDEU"}
    for lane in alatau.lanes.lanes:
        crosses = (lane.origin in south) != (lane.destination in south)
        assert len(lane.node_ids) == int(crosses)
        assert lane.is_landable_everywhere == (not {lane.origin, lane.destination} & south)


def test_the_districts_sum_to_the_official_population(alatau: City) -> None:
    """The eight districts hold the official 2,351,424 persons of 2026-02-01."""
    districts = {
        "ALMALY", "ALATAU_DISTRICT", "AUEZOV", "BOSTANDYK", "MEDEU_DISTRICT", "NAURYZBAY",
        "TURKSIB", "ZHETYSU",
    }  # fmt: skip
    zones = {str(zone.zone_id): zone for zone in alatau.demand.zones}
    assert sum(zones[name].population for name in districts) == 2_351_424
    airport = zones["AIRPORT_TERMINAL"].airport_passengers_per_day
    assert airport == pytest.approx(11_400_000 / 365, rel=0.01)


def test_elevations_are_those_of_the_terrain(alatau: City) -> None:
    """Sites stand on the terrain to the metre; known places have their known heights."""
    for site in alatau.vertiports:
        ground_m = alatau.terrain.elevation_amsl_m(site.lon_deg, site.lat_deg)
        assert site.elevation_amsl_m == pytest.approx(ground_m, abs=1)
    for lon, lat, height_m in ((77.0405, 43.3521, 682), (76.8837, 43.3526, 714)):
        assert alatau.terrain.elevation_amsl_m(lon, lat) == pytest.approx(height_m, abs=15)
    assert alatau.terrain.heights_amsl_m.min() > 400


def test_a_typical_seat_costs_what_the_facts_say(alatau: City) -> None:
    """A seat over 30 to 50 km lies in the break-even range of facts 3.20, 35 to 65 k KZT."""
    fares = alatau.rules.fares
    for km in (30, 40, 50):
        kzt = (fares.base_tiyn + fares.per_km_tiyn * km) / 100
        assert 35_000 <= kzt <= 65_000


def test_fog_days_of_a_year_are_those_of_the_airport(alatau: City) -> None:
    """The monthly chances sum to 50 to 70 fog days a year, most in November to March (9.18)."""
    chances = alatau.weather.fog.fog_day_chance
    first = date(2025, 1, 1).toordinal()
    lengths = [(date(2025 + m // 12, m % 12 + 1, 1).toordinal() - first) for m in range(13)]
    days = [c * (lengths[m + 1] - lengths[m]) for m, c in enumerate(chances)]
    assert 50 <= sum(days) <= 70
    assert sum(days[m] for m in (10, 11, 0, 1, 2)) > 0.8 * sum(days)


@pytest.mark.parametrize("name", NAMES)
def test_sources_name_every_file(name: str) -> None:
    """The nearest SOURCES.md names each file of the city, or the folder of tiles it lies in."""
    folder = ROOT / "cities" / name
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == "SOURCES.md" or "__pycache__" in path.parts:
            continue
        near = next(p for p in path.parents if (p / "SOURCES.md").is_file())
        listed = path.relative_to(near).as_posix()
        folders = [f"`{p.as_posix()}/`" for p in path.relative_to(near).parents]
        text = (near / "SOURCES.md").read_text(encoding="utf-8")
        assert any(name in text for name in (f"`{listed}`", *folders)), path


def test_the_two_openstreetmap_licences_are_both_named() -> None:
    """Alatau's sources keep the extracts of 2012 and 2026 apart, each with its own licence."""
    text = (ROOT / "cities" / "alatau" / "SOURCES.md").read_text(encoding="utf-8")
    for word in ("CC BY-SA 2.0", "ODbL 1.0", "OpenStreetMap contributors", "CC BY 4.0"):
        assert word in text


def test_the_bench_city_is_what_its_generator_makes(tmp_path: Path) -> None:
    """The generator gives the committed bytes again, with room for 400 aircraft and 80 FATOs."""
    subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "make_bench_city.py", "--out", tmp_path], check=True
    )
    committed = ROOT / "cities" / "bench"
    names = sorted(path.name for path in committed.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert (tmp_path / name).read_bytes() == (committed / name).read_bytes(), name
    city = load_city("bench")
    assert len(city.vertiports) == 20
    assert sum(len(site.fatos) for site in city.vertiports) >= 80
    assert sum(len(site.planned_stands) for site in city.vertiports) >= 400
    assert len(city.airframes) == 400


def test_voids_of_the_terrain_are_filled_between_their_neighbours() -> None:
    """A hole in an even slope is filled with the slope; what was measured stays."""
    pytest.importorskip("tifffile")
    path = ROOT / "cities" / "alatau" / "scripts" / "convert_terrain.py"
    spec = importlib.util.spec_from_file_location("convert_terrain", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    slope = np.add.outer(np.arange(12) * 10, np.arange(15) * 20).astype(np.int16)
    holed = slope.copy()
    holed[4:8, 5:9] = script.VOID
    filled = script.fill_voids(holed)
    assert np.abs(filled.astype(int) - slope).max() <= 1
    assert np.array_equal(filled[holed != script.VOID], slope[holed != script.VOID])
