"""Fares: what a party pays for a departure, line by line, and what part of it is tax.

A seat costs what `world.fare` says: flat by distance, then moved by the hour, by demand and by the
discount for joining others; a party pays that for each seat. Every line is a whole number of tiyn
and they add up to the fare. Tax is part of every fare, not added to it.

Guarantees, each held by a test: the fare rises with distance, with the factor of the hour and with
the seats others have taken, once there are any; it lies within `seat_bounds_tiyn`.
"""

from typing import Literal

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.world.fare import move_fare
from aspan.world.rules import Fares
from aspan.world.tariff import FACTOR_UNITS, Tariff, to_units

LineName = Literal["base", "distance", "time_of_day", "demand", "pooling", "shown"]
"""Lines of a fare. `distance` holds what the minimum fare adds too; `shown` takes off what the fare
has risen by since it was shown."""

FareLines = tuple[tuple[str, int], ...]
"""Names and amounts [tiyn] of the lines of a fare."""


class FareProblem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Seats on a departure, as their price sees them.

    Parameters
    ----------
    distance_m
        Great circle between the vertiports.
    local_hour, local_date
        Of the planned off-block; the date as YYYY-MM-DD.
    party_seats
        That are asked for.
    seats, taken
        Of the departure; `taken` by others.
    """

    fares: Fares
    tariff: Tariff | None
    distance_m: float
    local_hour: int
    local_date: str
    party_seats: int
    seats: int
    taken: int

    def __post_init__(self) -> None:
        """Refuse seats that are not there."""
        if not 1 <= self.party_seats <= self.seats:
            raise InvalidInput("fare: party_seats", self.party_seats, f"1 to {self.seats}")
        if not 0 <= self.taken <= self.seats - self.party_seats:
            free = self.seats - self.party_seats
            raise InvalidInput("fare: taken", self.taken, f"0 to {free}")


class Fare(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a party pays: lines that add up to the fare, and the tax within it [tiyn].

    Parameters
    ----------
    vat_rate
        Over the price before tax; None where the city states no tax.
    """

    lines: FareLines
    fare_tiyn: int
    tax_tiyn: int
    vat_rate: float | None


def price_seats(problem: FareProblem) -> Fare:
    """Return what a party pays for its seats on a departure."""
    steps = move_fare(
        problem.fares,
        problem.tariff,
        problem.distance_m,
        hour=problem.local_hour,
        taken=problem.taken,
        seats=problem.seats,
    )
    each = (
        ("base", steps.base_tiyn),
        ("distance", steps.flat_tiyn - steps.base_tiyn),
        ("time_of_day", steps.of_hour_tiyn - steps.flat_tiyn),
        ("demand", steps.of_demand_tiyn - steps.of_hour_tiyn),
        ("pooling", steps.seat_tiyn - steps.of_demand_tiyn),
    )
    fare_tiyn = steps.seat_tiyn * problem.party_seats
    rate = None if problem.tariff is None else problem.tariff.find_vat_rate(problem.local_date)
    return Fare(
        lines=tuple((name, tiyn * problem.party_seats) for name, tiyn in each if tiyn),
        fare_tiyn=fare_tiyn,
        tax_tiyn=tax_within(fare_tiyn, rate),
        vat_rate=rate,
    )


def cap_fare(fare: Fare, most_tiyn: int | None) -> Fare:
    """Return a fare of at most what was shown; None caps nothing."""
    if most_tiyn is None or fare.fare_tiyn <= most_tiyn:
        return fare
    return Fare(
        lines=(*fare.lines, ("shown", most_tiyn - fare.fare_tiyn)),
        fare_tiyn=most_tiyn,
        tax_tiyn=tax_within(most_tiyn, fare.vat_rate),
        vat_rate=fare.vat_rate,
    )


def tax_within(amount_tiyn: int, vat_rate: float | None) -> int:
    """Return the tax that an amount holds, to the nearest tiyn, half up; none without a rate."""
    if vat_rate is None:
        return 0
    units = to_units(vat_rate)
    whole = FACTOR_UNITS + units
    return (2 * amount_tiyn * units + whole) // (2 * whole)
