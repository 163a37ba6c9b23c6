"""Offers as they are handed out: the token and the fare of an itinerary, or of a departure."""

from typing import Final

from aspan.faces.http.fare_page import tell_fare
from aspan.faces.http.offer_token import Offer, Signer, sign_offer
from aspan.faces.http.wire_sales import Fare
from aspan.journeys.itinerary import Itinerary
from aspan.operations.acceptance import Booker, accept
from aspan.operations.bookings import DepartureOffer
from aspan.operations.prices import PriceList
from aspan.primitives.ids import BookingId, TripId, VertiportId
from aspan.world.city import City
from aspan.world.timetable import Timetable
from aspan.world.vertiport import Vertiport

_NOBODY: Final = BookingId("")
_NO_TRIP: Final = TripId("")


class OfferMaker:
    """Signs offers of one city, and tells their fares."""

    def __init__(self, city: City, signer: Signer) -> None:
        self.city = city
        self._signer = signer
        self._prices = PriceList(city)

    def tell_fare(
        self,
        pair: tuple[VertiportId, VertiportId],
        fare_tiyn: int,
        off_ms: int,
        seats: int,
        lang: str,
    ) -> Fare:
        """Return the fare of seats on a departure with the lines that make it up."""
        lines: tuple[tuple[str, int], ...] = ()
        for taken in range(self.city.aircraft_type.seats - seats + 1):
            price = self._prices.price(pair, off_ms, party_seats=seats, taken=taken)
            if price.fare_tiyn == fare_tiyn:
                lines = price.lines
                break
        return tell_fare(self.city, fare_tiyn, lines, off_block_ms=off_ms, lang=lang)

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
        wish = accept(itinerary, booker, reliability=self.city.reliability, timetable=timetable)
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
        return sign_offer(offer, self._signer)

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
            self._signer,
        )
