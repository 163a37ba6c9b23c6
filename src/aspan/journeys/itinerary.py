"""Itineraries: answers to a wish, door to door, leg by leg."""

from typing import Literal

import msgspec

from aspan.journeys.availability import AirDeparture
from aspan.journeys.raptor import Ride
from aspan.primitives.ids import VertiportId
from aspan.world.timetable import Timetable, VehicleMode

LegMode = Literal["wait", "walk", "car", "process", "leave"] | VehicleMode
"""Waiting for a car or a departure; check-in to boarding; from on-block to the vertiport's door."""

Mode = Literal["walk", "car", "transit", "air"]
"""What an itinerary is called: by its flight if it has one, then by timetable, then by car."""

OUT_OF_VEHICLE: tuple[LegMode, ...] = ("wait", "walk", "process", "leave")


class Leg(msgspec.Struct, frozen=True):
    """One element of an itinerary, `[depart_at_ms, arrive_at_ms)`.

    Parameters
    ----------
    origin, destination
        Vertiports or stops; None for a door.
    price_tiyn
        For the whole party.
    distance_m
        Along the road; 0 where nobody moves, or by timetable and air.
    ride
        By timetable, in the numbers of the day's timetable; None otherwise.
    is_estimate
        A bus known only in the mean.
    """

    mode: LegMode
    origin: str | None
    destination: str | None
    depart_at_ms: int
    arrive_at_ms: int
    price_tiyn: int = 0
    distance_m: float = 0.0
    ride: Ride | None = None
    is_estimate: bool = False

    @property
    def duration_ms(self) -> int:
        """From its beginning to its end."""
        return self.arrive_at_ms - self.depart_at_ms


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

    mode: Mode
    legs: tuple[Leg, ...]
    depart_at_ms: int
    arrive_at_ms: int
    price_tiyn: int
    in_vehicle_ms: int
    out_of_vehicle_ms: int
    walk_ms: int
    transfers: int
    origin: VertiportId | None = None
    destination: VertiportId | None = None
    departure: AirDeparture | None = None

    @property
    def duration_ms(self) -> int:
        """From door to door."""
        return self.arrive_at_ms - self.depart_at_ms

    @property
    def is_flown(self) -> bool:
        """Say whether a flight is part of it."""
        return self.mode == "air"


class WaySums(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a way adds up to, without its legs: the numbers of `Itinerary` that it is weighed by."""

    price_tiyn: int
    in_vehicle_ms: int
    out_of_vehicle_ms: int
    transfers: int
    is_flown: bool


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found for one party.

    Parameters
    ----------
    timetable
        In whose numbers the rides are; None if nothing is ridden.
    """

    itineraries: tuple[Itinerary, ...]
    timetable: Timetable | None = None


def join_legs(legs: tuple[Leg, ...], departure: AirDeparture | None = None) -> Itinerary:
    """Return the itinerary of consecutive legs, empty ones left out.

    Parameters
    ----------
    departure
        Of the leg by air, if there is one.
    """
    riding_ms = waiting_ms = walk_ms = price_tiyn = vehicles = 0
    origin = destination = None
    modes = set()
    for leg in legs:
        price_tiyn += leg.price_tiyn
        if leg.mode in OUT_OF_VEHICLE:
            waiting_ms += leg.duration_ms
            walk_ms += leg.duration_ms if leg.mode == "walk" else 0
            continue
        riding_ms += leg.duration_ms
        vehicles += 1
        modes.add(leg.mode)
        if leg.mode == "air":
            origin, destination = leg.origin, leg.destination
    return Itinerary(
        mode=_name(modes),
        legs=tuple(leg for leg in legs if leg.arrive_at_ms > leg.depart_at_ms),
        depart_at_ms=legs[0].depart_at_ms,
        arrive_at_ms=legs[-1].arrive_at_ms,
        price_tiyn=price_tiyn,
        in_vehicle_ms=riding_ms,
        out_of_vehicle_ms=waiting_ms,
        walk_ms=walk_ms,
        transfers=max(0, vehicles - 1),
        origin=None if origin is None else VertiportId(origin),
        destination=None if destination is None else VertiportId(destination),
        departure=departure,
    )


def _name(modes: set[LegMode]) -> Mode:
    """Return what an itinerary with these vehicles is called."""
    if "air" in modes:
        return "air"
    if modes - {"car"}:
        return "transit"
    return "car" if modes else "walk"
