"""Laws of ways through streets, on random towns: the kernel answers as its plain twin."""

from functools import cache
from typing import Any

import msgspec
import numpy as np
import pytest

from aspan.journeys.road_index import Anchor, RoadIndex
from aspan.journeys.road_lines import route
from aspan.journeys.roads import drive, drive_from_places, prepare_roads, snap, walk
from aspan.primitives.dice import draw
from aspan.world.city import City
from aspan.world.geodesy import Projection
from aspan.world.readers import load_city
from aspan.world.readers.street_files import parse_geojson
from aspan.world.readers.streets import join_streets
from aspan.world.streets import ROAD_CLASSES, StreetModel

SEEDS = range(12)
SIDE = 7
STEP_M = 300.0
CORNER = (660_000.0, 4_790_000.0)
HOURS = (3, 8)


def pick(seed: int, *name: str | int, among: tuple[str, ...]) -> str:
    """Return one of several, by the dice."""
    return among[int(draw(seed, *name) * len(among))]


@cache
def town(seed: int) -> City:
    """Return a town of crooked blocks: streets of all classes, some one-way, some missing."""
    city = load_city("tiny")
    projection = Projection(city.utm_epsg)

    def corner(i: int, j: int) -> list[float]:
        x_m = CORNER[0] + (i + 0.6 * draw(seed, "x", i, j)) * STEP_M
        y_m = CORNER[1] + (j + 0.6 * draw(seed, "y", i, j)) * STEP_M
        return list(projection.to_lonlat(x_m, y_m))

    lines: list[dict[str, Any]] = []
    for i in range(SIDE):
        for j in range(SIDE):
            for k, (di, dj) in enumerate(((1, 0), (0, 1))):
                if max(i + di, j + dj) >= SIDE or draw(seed, "gap", i, j, k) < 0.12:
                    continue
                words = ("primary", "tertiary", "residential", "service", "footway", "motorway")
                tags = {
                    "highway": pick(seed, "class", i, j, k, among=words),
                    "oneway": pick(seed, "way", i, j, k, among=("no", "no", "yes", "-1")),
                }
                ends = [corner(i, j), corner(i + di, j + dj)]
                lines.append(
                    {"properties": tags, "geometry": {"type": "LineString", "coordinates": ends}}
                )
    graph = join_streets([parse_geojson({"features": lines}, label="town")], projection)
    slow = tuple(0.4 + 0.6 * draw(seed, "factor", road) for road in ROAD_CLASSES)
    rows = tuple((1.0,) * 8 + (factor,) + (1.0,) * 15 for factor in slow)
    model = StreetModel(
        speed_mps=(25.0, 20.0, 13.0, 12.0, 10.0, 7.0, 5.0, 1.3), hour_factor=rows,
        walk_speed_mps=1.3, walk_m_max=800.0, snap_m_max=400.0, crossing_s=9.0,
    )  # fmt: skip
    return msgspec.structs.replace(city, streets=graph, street_model=model)


def points(seed: int, count: int) -> list[tuple[float, float]]:
    """Return doors in and about the town."""
    projection = Projection(32643)
    span = SIDE * STEP_M
    return [
        projection.to_lonlat(
            CORNER[0] + span * (1.2 * draw(seed, "px", n) - 0.1),
            CORNER[1] + span * (1.2 * draw(seed, "py", n) - 0.1),
        )
        for n in range(count)
    ]


def anchors(index: RoadIndex, seed: int, count: int) -> list[Anchor]:
    """Return the anchors of doors that a street is near to."""
    found = [snap(index, *point) for point in points(seed, count)]
    return [anchor for anchor in found if anchor is not None]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_kernel_answers_as_the_plain_twin(seed: int) -> None:
    """Tables, anchors, ways by car and on foot are equal, cost for cost."""
    city, places = town(seed), points(seed + 100, 5)
    fast, plain = prepare_roads(city, places), prepare_roads(city, places, is_plain=True)
    assert (fast.from_places == plain.from_places).all()
    assert (fast.to_places == plain.to_places).all()
    assert (fast.walk_places_mm == plain.walk_places_mm).all()
    doors = anchors(plain, seed, 12)
    for ours, theirs in zip(anchors(fast, seed, 12), doors, strict=True):
        assert ours.drive_away_m == pytest.approx(theirs.drive_away_m, abs=1e-6)
        assert ours.walk_away_m == pytest.approx(theirs.walk_away_m, abs=1e-6)
    for start in doors:
        for goal in doors:
            for hour in HOURS:
                assert drive(fast, start, goal, hour) == drive(plain, start, goal, hour)
            for limit_m in (300.0, 5_000.0):
                assert walk(fast, start, goal, limit_m) == walk(plain, start, goal, limit_m)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_way_over_a_third_door_is_never_shorter(seed: int) -> None:
    """Durations obey the triangle inequality but for the doors' own paths, driven twice then."""
    index = prepare_roads(town(seed), [])
    doors = [door for door in anchors(index, seed, 7) if door.drive_edge >= 0]
    for a in doors:
        for b in doors:
            for c in doors:
                ways = [drive(index, *pair, 8) for pair in ((a, b), (b, c), (a, c))]
                first, second, whole = (way.duration_ms if way else None for way in ways)
                if first is not None and second is not None:
                    assert whole is not None
                    assert whole <= first + second + 3


@pytest.mark.parametrize("seed", SEEDS)
def test_walks_are_as_long_both_ways_and_ways_by_car_slower_in_the_peak(seed: int) -> None:
    """On foot there and back are equal; where factors fall, no way gets faster."""
    index = prepare_roads(town(seed), [])
    doors = anchors(index, seed, 8)
    for a in doors:
        for b in doors:
            there, back = walk(index, a, b, 9e9), walk(index, b, a, 9e9)
            assert (there is None) == (back is None)
            if there is not None:
                assert there == pytest.approx(back, abs=0.01)
            quiet, busy = drive(index, a, b, 3), drive(index, a, b, 8)
            assert (quiet is None) == (busy is None)
            if quiet is not None and busy is not None:
                assert busy.duration_ms >= quiet.duration_ms


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_and_tables_tell_the_way_the_search_found(seed: int) -> None:
    """The line of a way is as long as the way; the table of a place says the same as the search."""
    places = points(seed + 100, 3)
    index = prepare_roads(town(seed), places)
    projection = index.projection
    for goal in anchors(index, seed, 8):
        for number, place in enumerate(index.places):
            if place is None:
                continue
            found = drive(index, place, goal, 8)
            assert drive_from_places(index, goal, 8)[number] == found
            line = route(index, place, goal, 8, "drive")
            assert bool(line) is (found is not None)
            if found is not None:
                bends = np.array([projection.to_xy(*point) for point in line])
                length_m = float(np.hypot(*np.diff(bends, axis=0).T).sum())
                assert length_m == pytest.approx(found.distance_m, abs=0.1)
