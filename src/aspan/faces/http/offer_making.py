"""Offers as they are handed out: the token and the fare of an itinerary, or of a departure."""

from typing import Final

import msgspec

from aspan.faces.http.offer_token import Offer, Signer, sign_offer
from aspan.journeys.itinerary import Itinerary
from aspan.operations.acceptance import Booker, accept
from aspan.operations.bookings import DepartureOffer
from aspan.primitives.ids import BookingId, TripId
from aspan.world.reliability import Reliability
from aspan.world.timetable import Timetable
from aspan.world.vertiport import Vertiport

_NOBODY: Final = BookingId("")
_NO_TRIP: Final = TripId("")


class OfferMaker(msgspec.Struct, frozen=True, kw_only=True):
    """Signs offers of one city."""

    signer: Signer
    reliability: Reliability | None

    def sign_itinerary(
        self,
        itinerary: Itinerary,
        *,
        doors: tuple[tuple[float, float], tuple[float, float]],
        seats: int,
        payload_kg: float,
        chance: float | None,
        timetable: Timetable | None,
        valid_until_ms: int,
    ) -> str:
        """Return the token of an itinerary with a flight.

        Parameters
        ----------
        doors
            Where the party starts and ends, longitude and latitude [deg].
        """
        booker = Booker(
            booking_id=_NOBODY,
            trip_id=_NO_TRIP,
            party=seats,
            payload_kg=payload_kg,
            origin=doors[0],
            destination=doors[1],
        )
        wish = accept(itinerary, booker, reliability=self.reliability, timetable=timetable)
        departure = itinerary.departure
        offer = Offer(
            valid_until_ms=valid_until_ms,
            origin=wish.origin,
            destination=wish.destination,
            ready_at_ms=wish.ready_at_ms,
            off_block_at_ms=wish.ready_at_ms if departure is None else departure.off_block_at_ms,
            seats=seats,
            payload_kg=payload_kg,
            fare_tiyn=0 if departure is None else departure.fare_tiyn,
            origin_lon_deg=wish.origin_lon_deg,
            origin_lat_deg=wish.origin_lat_deg,
            destination_lon_deg=wish.destination_lon_deg,
            destination_lat_deg=wish.destination_lat_deg,
            egress_ms=wish.egress_ms,
            cushion_ms=wish.cushion_ms,
            access=wish.access,
            egress=wish.egress,
            chance=chance,
        )
        return sign_offer(offer, self.signer)

    def sign_departure(
        self,
        offer: DepartureOffer,
        sites: tuple[Vertiport, Vertiport],
        *,
        seats: int,
        payload_kg: float,
        valid_until_ms: int,
    ) -> str:
        """Return the token of seats from site to site."""
        start, end = sites
        return sign_offer(
            Offer(
                valid_until_ms=valid_until_ms,
                origin=offer.origin,
                destination=offer.destination,
                ready_at_ms=offer.off_block_at_ms,
                off_block_at_ms=offer.off_block_at_ms,
                seats=seats,
                payload_kg=payload_kg,
                fare_tiyn=offer.fare_tiyn,
                origin_lon_deg=start.lon_deg,
                origin_lat_deg=start.lat_deg,
                destination_lon_deg=end.lon_deg,
                destination_lat_deg=end.lat_deg,
                egress_ms=0,
                cushion_ms=0,
                access=(),
                egress=(),
                chance=None,
            ),
            self.signer,
        )
