"""The car taxi: cited fares come out, columns equal single rides."""

import numpy as np
import pytest

from aspan.world.access import plan_access
from aspan.world.car import ride_ms, ride_price_tiyn, ride_prices_tiyn, rides_ms
from aspan.world.city import City
from aspan.world.fare import seat_fare_tiyn
from aspan.world.geodesy import great_circle_m, great_circles_m
from aspan.world.readers import load_city


@pytest.fixture(scope="module")
def city() -> City:
    """Return the tiny city, whose car is that of Alatau."""
    return load_city("tiny")


@pytest.mark.parametrize(
    ("road_km", "minutes", "fare_kzt", "tolerance_kzt"),
    [(18.0, 35.0, 2_500, 20), (30.0, 55.0, 3_900, 40)],
)
def test_fares_in_town_are_those_of_the_tariff(
    city: City, road_km: float, minutes: float, fare_kzt: float, tolerance_kzt: float
) -> None:
    """Airport to centre and to Medeu cost what facts 3.22 derives from the cited tariff."""
    car = city.demand.car
    price_tiyn = ride_price_tiyn(car, road_km * 1000.0 / car.detour, minutes * 60_000)
    assert price_tiyn / 100 == pytest.approx(fare_kzt, abs=tolerance_kzt)


def test_a_long_ride_costs_between_the_town_rate_and_the_rate_outside(city: City) -> None:
    """Centre to Konaev lies between 8,200 and 13,500 KZT (facts 3.22)."""
    price_tiyn = ride_price_tiyn(city.demand.car, 78_000 / city.demand.car.detour, 95 * 60_000)
    assert 8_200 < price_tiyn / 100 < 13_500


def test_columns_of_rides_equal_single_rides(city: City) -> None:
    """Distance, duration and price agree one by one, in and out of town."""
    car = city.demand.car
    lon, lat = np.linspace(76.8, 77.9, 40), np.linspace(43.2, 43.9, 40)
    speed = np.linspace(6.0, 14.0, 40)
    apart_m = great_circles_m(lon, lat, np.full(40, 76.95), np.full(40, 43.24))
    durations = rides_ms(car, apart_m, speed)
    prices = ride_prices_tiyn(car, apart_m, durations)
    for row in range(40):
        one_m = great_circle_m(float(lon[row]), float(lat[row]), 76.95, 43.24)
        assert apart_m[row] == pytest.approx(one_m, abs=1e-6)
        one_ms = ride_ms(car, float(apart_m[row]), float(speed[row]))
        assert durations[row] == one_ms
        assert prices[row] == ride_price_tiyn(car, float(apart_m[row]), one_ms)


def test_great_circles_agree_with_the_published_table() -> None:
    """Airport to centre is 15.3 km and centre to Konaev 72.5 km (facts 9)."""
    to_centre_m = great_circle_m(77.045, 43.355, 76.946, 43.238)
    assert to_centre_m == pytest.approx(15_300, abs=100)
    to_konaev_m = great_circle_m(76.946, 43.238, 77.064, 43.884)
    assert to_konaev_m == pytest.approx(72_500, abs=100)


def test_a_near_vertiport_is_walked_to_and_a_far_one_driven_to(city: City) -> None:
    """Up to the limit by road one walks, free of charge; beyond it one rides and pays."""
    demand = city.demand
    limit_m = demand.walk_m_max / demand.car.detour
    walked = plan_access(demand, limit_m * 0.999, 10.0)
    driven = plan_access(demand, limit_m * 1.001, 10.0)
    assert (walked.is_walk, walked.price_tiyn) == (True, 0)
    assert walked.duration_ms == pytest.approx(
        demand.walk_m_max / demand.walk_speed_mps * 999, abs=2
    )
    assert not driven.is_walk
    assert driven.price_tiyn >= demand.car.base_kzt * 100


def test_a_seat_costs_base_and_distance_but_never_below_the_minimum(city: City) -> None:
    """The fare is the greater of the minimum and base plus rate times great circle."""
    fares = city.rules.fares
    assert seat_fare_tiyn(fares, 0.0) == max(fares.minimum_tiyn, fares.base_tiyn)
    assert seat_fare_tiyn(fares, 50_000.0) == fares.base_tiyn + 50 * fares.per_km_tiyn
