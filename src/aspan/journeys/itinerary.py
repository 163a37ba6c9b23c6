"""Itineraries: answers to a wish, door to door, leg by leg."""

from typing import Literal

import msgspec

from aspan.journeys.availability import AirDeparture
from aspan.primitives.ids import VertiportId

LegMode = Literal["wait", "car", "walk", "process", "air", "leave"]
"""Waiting for a car or a departure; check-in to boarding; from on-block to the vertiport's door."""

IN_VEHICLE: tuple[LegMode, ...] = ("car", "air")


class Leg(msgspec.Struct, frozen=True):
    """One element of an itinerary, `[depart_at_ms, arrive_at_ms)`.

    Parameters
    ----------
    origin, destination
        Vertiports; None for a door.
    price_tiyn
        For the whole party.
    """

    mode: LegMode
    origin: VertiportId | None
    destination: VertiportId | None
    depart_at_ms: int
    arrive_at_ms: int
    price_tiyn: int = 0


class Itinerary(msgspec.Struct, frozen=True, kw_only=True):
    """Legs that follow one another without a gap, with their sums.

    Parameters
    ----------
    price_tiyn
        For the whole party, cars included.
    transfers
        Changes between vehicles.
    departure
        What to book; None without flight.
    """

    mode: Literal["car", "air"]
    legs: tuple[Leg, ...]
    depart_at_ms: int
    arrive_at_ms: int
    price_tiyn: int
    in_vehicle_ms: int
    out_of_vehicle_ms: int
    transfers: int
    origin: VertiportId | None = None
    destination: VertiportId | None = None
    departure: AirDeparture | None = None


def join_legs(legs: tuple[Leg, ...], departure: AirDeparture | None = None) -> Itinerary:
    """Return the itinerary of consecutive legs, empty ones left out.

    Parameters
    ----------
    departure
        Of the leg by air, if there is one.
    """
    riding_ms = waiting_ms = price_tiyn = vehicles = 0
    origin = destination = None
    for leg in legs:
        duration_ms = leg.arrive_at_ms - leg.depart_at_ms
        price_tiyn += leg.price_tiyn
        if leg.mode in IN_VEHICLE:
            riding_ms += duration_ms
            vehicles += 1
            if leg.mode == "air":
                origin, destination = leg.origin, leg.destination
        else:
            waiting_ms += duration_ms
    return Itinerary(
        mode="car" if departure is None else "air",
        legs=tuple(leg for leg in legs if leg.arrive_at_ms > leg.depart_at_ms),
        depart_at_ms=legs[0].depart_at_ms,
        arrive_at_ms=legs[-1].arrive_at_ms,
        price_tiyn=price_tiyn,
        in_vehicle_ms=riding_ms,
        out_of_vehicle_ms=waiting_ms,
        transfers=max(0, vehicles - 1),
        origin=origin,
        destination=destination,
        departure=departure,
    )
