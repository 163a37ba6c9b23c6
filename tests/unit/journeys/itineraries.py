"""Itineraries made by hand for the tests of what is told of them."""

from aspan.journeys.itinerary import Itinerary, Leg, LegMode, join_legs
from aspan.journeys.raptor import Ride
from aspan.primitives.units import MS_PER_MIN

AT_MS = 1_744_430_400_000
"""12 April 2025, 09:00 in Almaty."""


def make(*legs: tuple[LegMode, float], price_tiyn: int = 0, metres: float = 0.0) -> Itinerary:
    """Return legs of so many minutes that follow one another; the whole price is the first's."""
    at_ms, made = AT_MS, []
    for number, (mode, minutes) in enumerate(legs):
        until_ms = at_ms + round(minutes * MS_PER_MIN)
        made.append(
            Leg(
                mode,
                None,
                None,
                at_ms,
                until_ms,
                price_tiyn=price_tiyn if number == 0 else 0,
                distance_m=metres if mode in ("car", "bus") else 0.0,
                ride=Ride(0, 0, 0, 1) if mode == "metro" else None,
                is_estimate=mode == "bus",
            )
        )
        at_ms = until_ms
    return join_legs(tuple(made))
