"""Ground: walks, cars and the bus that is known only in the mean, with its hours and limits."""

import msgspec
import pytest

from aspan.journeys.ground import CrowRoads, Ground, Spot, Way, list_ways
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from aspan.world.city import City
from aspan.world.geodesy import great_circle_m
from aspan.world.transit import BusEstimate

BUS = BusEstimate(
    headway_s=600.0, speed_mps=5.0, line_m=20_000.0, walk_m=350.0, from_local="06:00",
    until_local="23:00", fare_tiyn=12_000,
)  # fmt: skip
HERE = Spot("door", -1, 76.90, 43.25)


@pytest.fixture(scope="module")
def ground(city: City) -> Ground:
    """Return the ground of the tiny city, with buses."""
    return Ground(roads=CrowRoads(city.demand), demand=city.demand, walk_speed_mps=1.3, bus=BUS)


def away(ground: Ground, road_m: float) -> Spot:
    """Return a door so many metres of road to the east."""
    metres_a_degree = great_circle_m(76.90, 43.25, 77.90, 43.25)
    return Spot("door", -1, 76.90 + road_m / ground.demand.car.detour / metres_a_degree, 43.25)


def ask(ground: Ground, road_m: float, *, hour: int = 10, walk_m_max: float = 800.0) -> list[Way]:
    """Return the ways over so many metres of road for two."""
    end = away(ground, road_m)
    return list(list_ways(ground, HERE, end, hour=hour, party=2, walk_m_max=walk_m_max))


def test_a_bus_is_walk_half_a_headway_and_ride(ground: Ground) -> None:
    """10 km of road: 700 m on foot, five minutes of waiting, 9.3 km at 5 m/s, two fares."""
    bus = next(way for way in ask(ground, 10_000.0) if way.mode == "bus")
    assert bus.walk_ms == pytest.approx(700.0 / 1.3 * MS_PER_S, abs=2)
    assert bus.wait_ms == 5 * MS_PER_MIN
    assert bus.ride_ms == pytest.approx(9_300.0 / 5.0 * MS_PER_S, rel=1e-3)
    assert bus.price_tiyn == 24_000
    assert bus.boardings == 1


@pytest.mark.parametrize(
    ("hour", "runs"), [(5, False), (6, True), (22, True), (23, False), (0, False)]
)
def test_buses_keep_their_hours(ground: Ground, hour: int, runs: bool) -> None:
    """From 06:00, and no more from 23:00 on."""
    assert ("bus" in {way.mode for way in ask(ground, 10_000.0, hour=hour)}) is runs


@pytest.mark.parametrize(
    ("road_m", "runs"), [(650.0, False), (800.0, True), (20_600.0, True), (20_800.0, False)]
)
def test_no_bus_is_longer_than_a_line_or_shorter_than_its_walks(
    ground: Ground, road_m: float, runs: bool
) -> None:
    """Between the two walks of 350 m a ride of at most the mean line is left."""
    assert ("bus" in {way.mode for way in ask(ground, road_m)}) is runs


def test_who_walks_less_takes_no_bus(ground: Ground) -> None:
    """A limit below the two walks leaves the car alone; without an estimate there is no bus."""
    assert {way.mode for way in ask(ground, 10_000.0, walk_m_max=600.0)} == {"car"}
    none = msgspec.structs.replace(ground, bus=None)
    assert {way.mode for way in ask(none, 10_000.0)} == {"car"}


def test_a_walk_is_offered_up_to_its_limit(ground: Ground) -> None:
    """780 m take ten minutes at 1.3 m/s; 820 m are too far."""
    walk = next(way for way in ask(ground, 780.0) if way.mode == "walk")
    assert walk.walk_ms == pytest.approx(10 * MS_PER_MIN, rel=2e-3)
    assert walk.price_tiyn == 0
    assert "walk" not in {way.mode for way in ask(ground, 820.0)}
