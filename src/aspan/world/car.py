"""The car taxi: how far, how long and for how much, between two points at an hour of the day.

The road is taken as the great circle times a detour factor (`ride_…`), or its metres are given as
streets have them (`road_…`). Its first `city_trip_m_max` are driven at the speed of the hour in
which the ride is asked for and cost the city rate; what is beyond is driven at
`out_of_town_speed_mps` (at the speed of the hour if the city states none) and costs the out-of-town
rate. The flag-fall covers the first `base_distance_m` and `base_s` (facts 3.21, cited tariff of
Yandex Go, Almaty; the examples of facts 3.22 are reproduced by the tests).

Every formula stands twice, for one ride in plain numbers (quick) and for columns of rides; both
round to whole milliseconds and whole tiyn, and the tests hold them together.

Not modelled: tolls, surge, a road that is closed, a change of speed during the ride.
"""

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import M_PER_KM, MS_PER_MIN, MS_PER_S, TIYN_PER_TENGE
from aspan.world.zones import CarModel

HOURS_A_DAY = 24


def check_car_model(car: CarModel) -> None:
    """Raise `InvalidInput` unless every number of the model can be used."""
    if len(car.speed_mps_by_hour) != HOURS_A_DAY:
        raise InvalidInput("car.speed_mps_by_hour", len(car.speed_mps_by_hour), "24 speeds")
    for hour, speed_mps in enumerate(car.speed_mps_by_hour):
        if not speed_mps > 0.0:
            raise InvalidInput(f"car.speed_mps_by_hour[{hour}]", speed_mps, "more than 0 m/s")
    if car.out_of_town_speed_mps is not None and not car.out_of_town_speed_mps > 0.0:
        raise InvalidInput(
            "car.out_of_town_speed_mps", car.out_of_town_speed_mps, "more than 0 m/s"
        )
    if not car.detour >= 1.0:
        raise InvalidInput("car.detour", car.detour, "1 or more")


def ride_ms(car: CarModel, distance_m: float, speed_mps: float) -> int:
    """Return how long a ride takes [ms], the pick-up not counted.

    Parameters
    ----------
    distance_m
        Great circle between the ends.
    speed_mps
        Of the hour in which the ride is asked for, from `car.speed_mps_by_hour`.
    """
    road_m = distance_m * car.detour
    city_m = min(road_m, car.city_trip_m_max)
    beyond_mps = car.out_of_town_speed_mps or speed_mps
    return round((city_m / speed_mps + (road_m - city_m) / beyond_mps) * MS_PER_S)


def rides_ms(
    car: CarModel, distance_m: NDArray[np.float64], speed_mps: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `ride_ms` for columns, as whole numbers in floats; shapes broadcast."""
    road_m = distance_m * car.detour
    city_m = np.minimum(road_m, car.city_trip_m_max)
    beyond_mps = car.out_of_town_speed_mps or speed_mps
    durations: NDArray[np.float64] = np.rint(
        (city_m / speed_mps + (road_m - city_m) / beyond_mps) * MS_PER_S
    )
    return durations


def ride_price_tiyn(car: CarModel, distance_m: float, duration_ms: float) -> int:
    """Return the price of a ride of `duration_ms` over the great circle `distance_m` [tiyn]."""
    return road_price_tiyn(car, distance_m * car.detour, duration_ms)


def road_price_tiyn(car: CarModel, road_m: float, duration_ms: float) -> int:
    """Return the price of a ride of `duration_ms` over `road_m` of road [tiyn]."""
    city_m = min(road_m, car.city_trip_m_max)
    price_kzt = (
        car.base_kzt
        + car.per_km_kzt * max(0.0, city_m - car.base_distance_m) / M_PER_KM
        + car.out_of_town_per_km_kzt * (road_m - city_m) / M_PER_KM
        + car.per_min_kzt * max(0.0, duration_ms - car.base_s * MS_PER_S) / MS_PER_MIN
    )
    return round(price_kzt * TIYN_PER_TENGE)


def ride_prices_tiyn(
    car: CarModel, distance_m: NDArray[np.float64], duration_ms: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `ride_price_tiyn` for columns, as whole numbers in floats; shapes broadcast."""
    return road_prices_tiyn(car, distance_m * car.detour, duration_ms)


def road_prices_tiyn(
    car: CarModel, road_m: NDArray[np.float64], duration_ms: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `road_price_tiyn` for columns, as whole numbers in floats; shapes broadcast."""
    city_m = np.minimum(road_m, car.city_trip_m_max)
    price_kzt = (
        car.base_kzt
        + car.per_km_kzt * np.maximum(0.0, city_m - car.base_distance_m) / M_PER_KM
        + car.out_of_town_per_km_kzt * (road_m - city_m) / M_PER_KM
        + car.per_min_kzt * np.maximum(0.0, duration_ms - car.base_s * MS_PER_S) / MS_PER_MIN
    )
    prices: NDArray[np.float64] = np.rint(price_kzt * TIYN_PER_TENGE)
    return prices
