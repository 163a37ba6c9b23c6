"""The seat fare: base plus a rate per kilometre of great circle, never below the minimum."""

from aspan.primitives.units import M_PER_KM
from aspan.world.geodesy import great_circle_m
from aspan.world.rules import Fares
from aspan.world.vertiport import Vertiport


def seat_fare_tiyn(fares: Fares, distance_m: float) -> int:
    """Return the fare of one seat over the great circle `distance_m` between vertiports [tiyn]."""
    fare_tiyn = round(fares.base_tiyn + fares.per_km_tiyn * distance_m / M_PER_KM)
    return max(fares.minimum_tiyn, fare_tiyn)


def pair_fare_tiyn(fares: Fares, origin: Vertiport, destination: Vertiport) -> int:
    """Return the fare of one seat from a vertiport to another [tiyn]."""
    distance_m = great_circle_m(
        origin.lon_deg, origin.lat_deg, destination.lon_deg, destination.lat_deg
    )
    return seat_fare_tiyn(fares, distance_m)
