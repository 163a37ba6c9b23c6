"""Acceptance: an itinerary that a party takes becomes the booking that makes it good."""

import msgspec

from aspan.journeys.chance import promise_cushion_ms
from aspan.journeys.itinerary import Itinerary
from aspan.journeys.ways import tell_ways
from aspan.operations.commands import RequestBooking
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, TripId
from aspan.world.reliability import Reliability, WayLeg
from aspan.world.timetable import Timetable

CHANCE_DIGITS = 4
"""Decimals of a chance on the log."""


class Booker(msgspec.Struct, frozen=True, kw_only=True):
    """Who books.

    Parameters
    ----------
    origin, destination
        Its doors, longitude and latitude [deg].
    """

    booking_id: BookingId
    trip_id: TripId
    party: int
    payload_kg: float
    origin: tuple[float, float]
    destination: tuple[float, float]


def accept(
    itinerary: Itinerary,
    booker: Booker,
    *,
    reliability: Reliability | None,
    timetable: Timetable | None = None,
    chance: float | None = None,
) -> RequestBooking:
    """Return the booking of an itinerary with a flight.

    The party says it is ready when the offer was asked for, so that it gets what it was offered; if
    it is at the vertiport before that, its way there ends with a wait.

    Parameters
    ----------
    reliability
        Of the city; without it nothing scatters, and the ways are not told.
    timetable
        In whose numbers the rides are.
    chance
        That the promised arrival is kept, as the party was told; None if it was not.

    Raises
    ------
    InvalidInput
        If nothing is flown.
    """
    flight = next((leg for leg in itinerary.legs if leg.mode == "air"), None)
    origin, destination = itinerary.origin, itinerary.destination
    if flight is None or origin is None or destination is None:
        raise InvalidInput("itinerary", itinerary.mode, "one with a flight")
    processed = [leg.arrive_at_ms for leg in itinerary.legs if leg.mode == "process"]
    could_at_ms = processed[0] if processed else flight.depart_at_ms
    asked_at_ms = None if itinerary.departure is None else itinerary.departure.ready_at_ms
    ready_at_ms = could_at_ms if asked_at_ms is None else asked_at_ms
    ways = None if reliability is None else tell_ways(itinerary, timetable)
    spare_ms = ready_at_ms - could_at_ms
    spare = (WayLeg("wait", spare_ms),) if spare_ms > 0 else ()
    return RequestBooking(
        booking_id=booker.booking_id,
        trip_id=booker.trip_id,
        origin=origin,
        destination=destination,
        ready_at_ms=ready_at_ms,
        party=booker.party,
        payload_kg=booker.payload_kg,
        egress_ms=itinerary.arrive_at_ms - flight.arrive_at_ms,
        origin_lon_deg=booker.origin[0],
        origin_lat_deg=booker.origin[1],
        destination_lon_deg=booker.destination[0],
        destination_lat_deg=booker.destination[1],
        cushion_ms=0 if reliability is None else promise_cushion_ms(itinerary, reliability),
        access=() if ways is None else (*ways.access, *spare),
        egress=() if ways is None else ways.egress,
        chance=None if chance is None else round(chance, CHANCE_DIGITS),
    )
