"""Travellers: parties who wish to travel, look at what is offered, choose, and come, or do not.

They meet the service as people do: they ask for availability, then send a booking command. The
choice is demand's logit; the itineraries are those of journeys.
"""

from datetime import date

import msgspec

from aspan.demand.choice import Alternative, choose, plan_choice
from aspan.demand.sampling import DemandIndex
from aspan.demand.wishes import Wish, list_wishes
from aspan.journeys.availability import AirAvailability
from aspan.journeys.direct import JourneyIndex, offer_itineraries
from aspan.journeys.itinerary import Itinerary
from aspan.operations.acceptance import Booker, accept
from aspan.operations.commands import RequestBooking
from aspan.primitives.dice import draw, draw_between
from aspan.primitives.ids import BookingId
from aspan.primitives.units import MS_PER_MIN

ARRIVAL_SCATTER_MS = 3 * MS_PER_MIN
"""Parties reach the vertiport this much earlier or later than they meant to. Assumed."""


class TripRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A wish and what came of it; `air_ms` is None where no air was offered."""

    wish: Wish
    chosen_mode: str
    has_air_offer: bool
    car_ms: int
    air_ms: int | None


class Travellers:
    """The wishes of the days of a run and what becomes of each."""

    def __init__(
        self,
        demand: DemandIndex,
        journeys: JourneyIndex,
        seed: int,
        factor: float,
        *,
        future_seed: int | None = None,
        future_from_ms: int | None = None,
    ) -> None:
        self._demand = demand
        self._journeys = journeys
        self._seed = seed
        self._factor = factor
        self._future_seed = future_seed
        self._future_from_ms = future_from_ms
        self._segments = {s.segment_id: s for s in demand.city.demand.segments}
        self.trips: list[TripRow] = []

    def list_wishes(self, day: date) -> list[Wish]:
        """Return the wishes of a local date, in order of time."""
        return list_wishes(
            self._demand,
            day,
            seed=self._seed,
            factor=self._factor,
            future_seed=self._future_seed,
            future_from_ms=self._future_from_ms,
        )

    def decide(self, wish: Wish, availability: AirAvailability) -> RequestBooking | None:
        """Return the booking a party asks for when its wish comes up; None if it goes by car."""
        if not wish.might_fly:
            self._note(wish, "car", None, has_offer=False)
            return None
        itineraries = offer_itineraries(self._journeys, wish, availability)
        problem = plan_choice(
            self._demand.city.demand,
            self._segments[wish.segment_id],
            wish,
            tuple(_alternative(itinerary) for itinerary in itineraries),
        )
        chosen = itineraries[choose(problem).index]
        fastest = min(
            (i.arrive_at_ms - i.depart_at_ms for i in itineraries if i.mode == "air"), default=None
        )
        self._note(wish, chosen.mode, fastest, has_offer=fastest is not None)
        if chosen.mode != "air":
            return None
        return accept(chosen, _booker(wish), reliability=self._demand.city.reliability)

    def _note(self, wish: Wish, mode: str, air_ms: int | None, *, has_offer: bool) -> None:
        self.trips.append(
            TripRow(
                wish=wish,
                chosen_mode=mode,
                has_air_offer=has_offer,
                car_ms=wish.car_ms,
                air_ms=air_ms,
            )
        )

    def forget(self) -> None:
        """Let go of the trips noted so far; a service that runs for months keeps no table."""
        self.trips.clear()

    def find_desk_ms(self, booking_id: BookingId, off_block_at_ms: int) -> int | None:
        """Return when a booked party is at the desk; None if it never comes (facts 8.5).

        It means to be there one process time before off-block, and is a little off.
        """
        service = self._demand.city.rules.service
        if draw(self._seed, "no-show", booking_id) < service.no_show:
            return None
        scatter = draw_between(
            -ARRIVAL_SCATTER_MS, ARRIVAL_SCATTER_MS, self._seed, "desk", booking_id
        )
        return off_block_at_ms - service.process_ms + round(scatter)


def _alternative(itinerary: Itinerary) -> Alternative:
    return Alternative(
        mode=itinerary.mode,
        price_kzt=itinerary.price_tiyn / 100.0,
        in_vehicle_ms=itinerary.in_vehicle_ms,
        out_of_vehicle_ms=itinerary.out_of_vehicle_ms,
        transfers=itinerary.transfers,
    )


def _booker(wish: Wish) -> Booker:
    return Booker(
        booking_id=BookingId(f"B-{wish.trip_id}"),
        trip_id=wish.trip_id,
        party=wish.party,
        payload_kg=wish.payload_kg,
        origin=(wish.origin_lon_deg, wish.origin_lat_deg),
        destination=(wish.destination_lon_deg, wish.destination_lat_deg),
    )
