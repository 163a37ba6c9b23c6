"""From what a buyer asks for to the command that holds it."""

import msgspec

from aspan.booking.party import Traveller
from aspan.faces.http.fare_page import CURRENCY
from aspan.faces.http.offer_token import Offer, Signer, read_offer
from aspan.faces.http.party_reading import check_seats
from aspan.faces.http.problem import Problem
from aspan.faces.http.wire_sales import DepartureAsked
from aspan.operations.sales import HoldSeats
from aspan.operations.sales_events import BookingHeld
from aspan.primitives.ids import BookingId, TripId
from aspan.world.city import City
from aspan.world.vertiport import Vertiport


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who buys, for whom, and under which name of the request.

    Parameters
    ----------
    replaces
        How the booking was held that is to be changed; None if none is.
    """

    booking_id: BookingId
    seller: str
    travellers: tuple[Traveller, ...]
    digest: str
    person_id: str = ""
    replaces: BookingHeld | None = None


class HoldMaker:
    """Makes the command that holds what a buyer asks for."""

    def __init__(self, city: City, signer: Signer) -> None:
        self._signer = signer
        self._sites = {str(site.vertiport_id): site for site in city.vertiports}

    def make(
        self,
        buyer: Buyer,
        offer: str | None,
        departure: DepartureAsked | None,
        currency: str,
        *,
        now_ms: int,
    ) -> HoldSeats:
        """Return the command; a `Problem` if what is asked for makes no sense."""
        if currency != CURRENCY:
            raise Problem("foreign_currency", field="currency")
        match offer, departure:
            case str(), None:
                return _take_offer(buyer, read_offer(offer, self._signer, now_ms=now_ms))
            case None, DepartureAsked():
                return self._take_departure(buyer, departure, now_ms)
            case _:
                raise Problem("one_of_two", field="offer")

    def _take_departure(self, buyer: Buyer, asked: DepartureAsked, now_ms: int) -> HoldSeats:
        """Return the command for seats from site to site.

        Whoever tells no doors begins and ends at the vertiports; a change keeps those of before.
        """
        origin = self._find_site("origin", asked.origin)
        destination = self._find_site("destination", asked.destination)
        old = buyer.replaces
        return HoldSeats(
            booking_id=buyer.booking_id,
            trip_id=_trip_of(buyer.booking_id),
            origin=origin.vertiport_id,
            destination=destination.vertiport_id,
            ready_at_ms=max(asked.ready_at_ms, now_ms),
            travellers=buyer.travellers,
            seller=buyer.seller,
            origin_lon_deg=origin.lon_deg if old is None else old.origin_lon_deg,
            origin_lat_deg=origin.lat_deg if old is None else old.origin_lat_deg,
            destination_lon_deg=destination.lon_deg if old is None else old.destination_lon_deg,
            destination_lat_deg=destination.lat_deg if old is None else old.destination_lat_deg,
            fare_tiyn=asked.fare_tiyn,
            person_id=buyer.person_id,
            digest=buyer.digest,
            replaces=BookingId("") if old is None else old.booking_id,
        )

    def _find_site(self, field: str, site_id: str) -> Vertiport:
        site = self._sites.get(site_id)
        if site is None:
            raise Problem("unknown_vertiport", field=f"departure.{field}")
        return site


def _take_offer(buyer: Buyer, offer: Offer) -> HoldSeats:
    """Return the command for what was offered, at the fare that was shown."""
    check_seats(buyer.travellers, offer.seats)
    return HoldSeats(
        booking_id=buyer.booking_id,
        trip_id=_trip_of(buyer.booking_id),
        origin=offer.origin,
        destination=offer.destination,
        ready_at_ms=offer.ready_at_ms,
        travellers=buyer.travellers,
        seller=buyer.seller,
        origin_lon_deg=offer.origin_lon_deg,
        origin_lat_deg=offer.origin_lat_deg,
        destination_lon_deg=offer.destination_lon_deg,
        destination_lat_deg=offer.destination_lat_deg,
        egress_ms=offer.egress_ms,
        cushion_ms=offer.cushion_ms,
        access=offer.access,
        egress=offer.egress,
        fare_tiyn=offer.fare_tiyn,
        off_block_at_ms=offer.off_block_at_ms,
        is_fare_promised=True,
        chance=offer.chance,
        person_id=buyer.person_id,
        digest=buyer.digest,
        replaces=BookingId("") if buyer.replaces is None else buyer.replaces.booking_id,
    )


def _trip_of(booking_id: BookingId) -> TripId:
    """Return the trip of a booking that was not wished for before it was bought."""
    return TripId(f"T{booking_id[1:]}")
