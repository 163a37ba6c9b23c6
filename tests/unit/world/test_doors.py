"""Doors of a zone: spread as its people are, the same always, each zone in its own way."""

from itertools import islice

import numpy as np
import pytest

from aspan.world.car import ride_ms
from aspan.world.city import City
from aspan.world.doors import (
    DOORS_A_ZONE,
    POINTS_TRIED_MAX,
    DoorTables,
    Floats,
    spread_points,
    tabulate_crow,
)
from aspan.world.geodesy import great_circle_m, great_circles_m
from aspan.world.readers import load_city
from aspan.world.zones import Zone


@pytest.fixture(scope="module")
def city() -> City:
    """Return the tiny city."""
    return load_city("tiny")


@pytest.fixture(scope="module")
def tables(city: City) -> DoorTables:
    """Return its tables."""
    return tabulate_crow(city)


def away_m(zone: Zone, points: list[tuple[float, float]]) -> list[float]:
    """Return how far points are from the point of a zone."""
    return [great_circle_m(zone.lon_deg, zone.lat_deg, *point) for point in points]


@pytest.mark.parametrize("count", [DOORS_A_ZONE, 128])
def test_doors_lie_by_the_spread_of_their_zone(city: City, count: int) -> None:
    """Mean square distance is that of the spread on two axes, and no door is beyond twice it."""
    for zone in city.demand.zones:
        spreads = np.array(away_m(zone, list(islice(spread_points(zone), count)))) / zone.spread_m
        assert spreads.max() <= 2.0 * 1.001
        assert np.mean(spreads**2) == pytest.approx(2.0, rel=0.13 if count == 16 else 0.02)


def test_every_ring_of_equal_area_has_one_door(city: City) -> None:
    """Of sixteen rings none is left out."""
    for zone in city.demand.zones:
        doors = list(islice(spread_points(zone), DOORS_A_ZONE))
        shares = (np.array(away_m(zone, doors)) / (2.0 * zone.spread_m)) ** 2
        assert sorted((shares * DOORS_A_ZONE).astype(int)) == list(range(DOORS_A_ZONE))


def test_doors_look_in_all_directions(city: City) -> None:
    """Their mean lies within a quarter of the spread of the zone's point."""
    for zone in city.demand.zones:
        doors = np.array(list(islice(spread_points(zone), DOORS_A_ZONE)))
        (apart_m,) = away_m(zone, [tuple(doors.mean(axis=0))])
        assert apart_m < 0.25 * zone.spread_m


def test_points_end(city: City) -> None:
    """The search for doors near a street has a limit, and no point comes twice."""
    points = list(spread_points(city.demand.zones[0]))
    assert len(points) == POINTS_TRIED_MAX
    assert len(set(points)) == len(points)


def test_ways_by_circle_are_those_of_the_car_model(city: City, tables: DoorTables) -> None:
    """Rides and roads between points equal the formulas at every hour; walks end at their limit."""
    car = city.demand.car
    for hour, speed_mps in enumerate(car.speed_mps_by_hour):
        kind = tables.kind_of_hour[hour]
        for first, last in ((0, 20), (5, tables.doors), (tables.doors + 1, 3)):
            crow_m = great_circle_m(
                *(float(column[row]) for row in (first, last) for column in _columns(tables))
            )
            assert tables.ride_ms[kind, first, last] == ride_ms(car, crow_m, speed_mps)
            assert tables.road_m[kind, first, last] == pytest.approx(crow_m * car.detour)
    near = np.isfinite(tables.walk_m)
    assert (tables.walk_m[near] <= tables.walk_m_max).all()
    assert near.any()
    assert not near.all()
    crows_m = great_circles_m(
        tables.lon_deg[:, None], tables.lat_deg[:, None], tables.lon_deg, tables.lat_deg
    )
    assert (near == (crows_m * car.detour <= tables.walk_m_max)).all()


def _columns(tables: DoorTables) -> tuple[Floats, Floats]:
    return tables.lon_deg, tables.lat_deg
