"""The seat fare: flat by distance, and moved by the tariff of the city; whole numbers throughout.

Flat is base plus a rate per kilometre of great circle, never below the minimum. A tariff moves it
step by step, by the hour, by demand, and down for who joins others; after each step it is rounded
down to a whole tenge. So a fare rises with every factor, and its bounds are those of the factors.
"""

import msgspec

from aspan.primitives.units import M_PER_KM, TIYN_PER_TENGE
from aspan.world.geodesy import great_circle_m
from aspan.world.rules import Fares, Rules
from aspan.world.tariff import FACTOR_UNITS, Tariff, to_units
from aspan.world.vertiport import Vertiport


class FareSteps(msgspec.Struct, frozen=True, gc=False):
    """The fare of a seat as it comes about [tiyn], each with all that stands before it."""

    base_tiyn: int
    flat_tiyn: int
    of_hour_tiyn: int
    of_demand_tiyn: int
    seat_tiyn: int


def seat_fare_tiyn(fares: Fares, distance_m: float) -> int:
    """Return the flat fare of one seat over the great circle `distance_m` [tiyn]."""
    fare_tiyn = round(fares.base_tiyn + fares.per_km_tiyn * distance_m / M_PER_KM)
    return max(fares.minimum_tiyn, fare_tiyn)


def pair_fare_tiyn(fares: Fares, origin: Vertiport, destination: Vertiport) -> int:
    """Return the flat fare of one seat from a vertiport to another [tiyn]."""
    return seat_fare_tiyn(fares, pair_distance_m(origin, destination))


def pair_distance_m(origin: Vertiport, destination: Vertiport) -> float:
    """Return the great circle that the fare from a vertiport to another goes by [m]."""
    return great_circle_m(origin.lon_deg, origin.lat_deg, destination.lon_deg, destination.lat_deg)


def demand_units(tariff: Tariff, *, taken: int, seats: int) -> int:
    """Return the demand factor in thousandths, of a departure on which others have `taken` seats.

    It rises evenly from the low bound, with nobody aboard, to the high one, of the last seat.
    """
    low, high = to_units(tariff.demand_factor_low), to_units(tariff.demand_factor_high)
    return low + (high - low) * min(taken, seats - 1) // max(1, seats - 1)


def move_fare(
    fares: Fares, tariff: Tariff | None, distance_m: float, *, hour: int, taken: int, seats: int
) -> FareSteps:
    """Return the fare of a seat sold when others have `taken` of the `seats` of a departure.

    Parameters
    ----------
    hour
        Local, of the planned off-block.
    """
    flat_tiyn = seat_fare_tiyn(fares, distance_m)
    if tariff is None:
        return FareSteps(fares.base_tiyn, flat_tiyn, flat_tiyn, flat_tiyn, flat_tiyn)
    flat_tiyn = _scale(flat_tiyn, FACTOR_UNITS)
    of_hour_tiyn = _scale(flat_tiyn, to_units(tariff.hour_factor_by_hour[hour]))
    of_demand_tiyn = _scale(of_hour_tiyn, demand_units(tariff, taken=taken, seats=seats))
    discount = to_units(tariff.pooling_discount) if taken else 0
    return FareSteps(
        _scale(fares.base_tiyn, FACTOR_UNITS),
        flat_tiyn,
        of_hour_tiyn,
        of_demand_tiyn,
        _scale(of_demand_tiyn, FACTOR_UNITS - discount),
    )


def seat_bounds_tiyn(rules: Rules, seats: int, distance_m: float) -> tuple[int, int]:
    """Return the least and the most that a seat over a distance can ever cost [tiyn].

    Parameters
    ----------
    seats
        Of the aircraft.
    """
    tariff = rules.tariff
    if tariff is None:
        flat_tiyn = seat_fare_tiyn(rules.fares, distance_m)
        return flat_tiyn, flat_tiyn
    factors = tariff.hour_factor_by_hour
    hours = {factors.index(min(factors)), factors.index(max(factors))}
    fares = [
        move_fare(rules.fares, tariff, distance_m, hour=hour, taken=taken, seats=seats).seat_tiyn
        for hour in sorted(hours)
        for taken in range(seats)
    ]
    return min(fares), max(fares)


def _scale(amount_tiyn: int, units: int) -> int:
    """Return so many thousandths of an amount, rounded down to a whole tenge [tiyn]."""
    return amount_tiyn * units // (FACTOR_UNITS * TIYN_PER_TENGE) * TIYN_PER_TENGE
