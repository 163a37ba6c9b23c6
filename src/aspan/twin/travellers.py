"""Travellers: parties who wish to travel, look at what is offered, choose, and come, or do not.

They meet the service as people do: they ask for availability, then send a booking command. The
choice is demand's logit; what they choose from comes from a `TripFinder`. Parties that would not
fly in the best case ask the service for nothing, so what they choose hangs on nothing that flies:
it is found when the trips are listed, and costs a run nothing if they never are.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

import msgspec

from aspan.demand.choice import Alternative, choose, plan_choice
from aspan.demand.sampling import DemandIndex
from aspan.demand.wishes import Wish, list_wishes
from aspan.journeys.availability import AirService
from aspan.journeys.chance import judge_chances
from aspan.journeys.itinerary import Found, Itinerary
from aspan.operations.acceptance import Booker, accept
from aspan.operations.commands import RequestBooking
from aspan.operations.events import BookingConfirmed
from aspan.primitives.dice import draw, draw_between
from aspan.primitives.ids import BookingId
from aspan.primitives.units import MS_PER_MIN, TIYN_PER_TENGE
from aspan.twin.ways import find_desk_ms
from aspan.world.reliability import Reliability

ARRIVAL_SCATTER_MS = 3 * MS_PER_MIN
"""Parties whose way is not told reach the vertiport so much earlier or later than they meant to.
Assumed."""


class TripFinder(Protocol):
    """What travellers choose from."""

    def find_itineraries(self, wish: Wish, service: AirService | None) -> Found:
        """Return ways to travel, none with a flight if there is no service.

        At least one for every wish that demand draws.
        """


class TripRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A wish and what came of it.

    Parameters
    ----------
    transit_ms
        Fastest by timetable or estimated bus, door to door; None if neither was found.
    air_ms
        Fastest by air of what was offered; None where no air was.
    """

    wish: Wish
    chosen_mode: str
    has_air_offer: bool
    car_ms: int
    transit_ms: int | None
    air_ms: int | None


class Travellers:
    """The wishes of the days of a run and what becomes of each."""

    def __init__(
        self,
        demand: DemandIndex,
        finder: TripFinder,
        seed: int,
        factor: float,
        *,
        future_seed: int | None = None,
        future_from_ms: int | None = None,
    ) -> None:
        self._demand = demand
        self._finder = finder
        self._seed = seed
        self._factor = factor
        self._future_seed = future_seed
        self._future_from_ms = future_from_ms
        self._segments = {s.segment_id: s for s in demand.city.demand.segments}
        self._noted: list[TripRow | Wish] = []

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

    def decide(self, wish: Wish, service: AirService) -> RequestBooking | None:
        """Return the booking a party asks for when its wish comes up; None if it does not fly."""
        if not wish.might_fly:
            self._noted.append(wish)
            return None
        found = self._finder.find_itineraries(wish, service)
        chosen = self._choose(wish, found.itineraries)
        self._noted.append(_tell(wish, chosen, found.itineraries))
        if chosen.mode != "air":
            return None
        reliability = self._demand.city.reliability
        return accept(
            chosen,
            _booker(wish),
            reliability=reliability,
            timetable=found.timetable,
            chance=None if reliability is None else self._tell_chance(chosen, found, reliability),
        )

    def _tell_chance(self, chosen: Itinerary, found: Found, reliability: Reliability) -> float:
        """Return the chance of being there as promised that a party is told with its offer."""
        process_ms = self._demand.city.rules.service.process_ms
        chances = judge_chances(
            chosen, reliability, process_ms=process_ms, timetable=found.timetable
        )
        return chances.on_time

    def _choose(self, wish: Wish, itineraries: tuple[Itinerary, ...]) -> Itinerary:
        problem = plan_choice(
            self._demand.city.demand,
            self._segments[wish.segment_id],
            wish,
            tuple(tell_alternative(itinerary) for itinerary in itineraries),
        )
        return itineraries[choose(problem).index]

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """Return the wishes that have come up, as they came."""
        return tuple(one if isinstance(one, Wish) else one.wish for one in self._noted)

    @property
    def offered(self) -> Iterator[TripRow]:
        """Yield the trips of those who might have flown, as they came."""
        return (one for one in self._noted if isinstance(one, TripRow))

    def list_trips(self) -> list[TripRow]:
        """Return every wish that has come up and what came of it, as they came."""
        return [self._look_at_ground(one) if isinstance(one, Wish) else one for one in self._noted]

    def _look_at_ground(self, wish: Wish) -> TripRow:
        found = self._finder.find_itineraries(wish, None)
        return _tell(wish, self._choose(wish, found.itineraries), found.itineraries)

    def forget(self) -> None:
        """Let go of the trips noted so far; a service that runs for months keeps no table."""
        self._noted.clear()

    def find_desk_ms(self, booked: BookingConfirmed) -> int | None:
        """Return when a booked party is at the desk; None if it never comes (facts 8.5).

        Somebody who booked and paid by name comes for certain: the twin draws its own travellers
        only.

        When its way ends, if it told its way and the city says how ways scatter; else it means to
        be there one process time before off-block, and is a little off.
        """
        city, booking_id = self._demand.city, booked.booking_id
        service = city.rules.service
        if not booked.payment_id and is_no_show(self._seed, booking_id, service.no_show):
            return None
        if city.reliability is not None and booked.access:
            return find_desk_ms(
                city.reliability, booked, seed=self._seed, process_ms=service.process_ms
            )
        scatter = draw_between(
            -ARRIVAL_SCATTER_MS, ARRIVAL_SCATTER_MS, self._seed, "desk", booking_id
        )
        return booked.off_block_at_ms - service.process_ms + round(scatter)


def is_no_show(seed: int, booking_id: BookingId, share: float) -> bool:
    """Say whether a party never sets out, as so great a share of all do."""
    return draw(seed, "no-show", booking_id) < share


def tell_alternative(itinerary: Itinerary) -> Alternative:
    """Return an itinerary as a party weighs it."""
    return Alternative(
        mode=itinerary.mode,
        price_kzt=itinerary.price_tiyn / TIYN_PER_TENGE,
        in_vehicle_ms=itinerary.in_vehicle_ms,
        out_of_vehicle_ms=itinerary.out_of_vehicle_ms,
        transfers=itinerary.transfers,
    )


def _tell(wish: Wish, chosen: Itinerary, itineraries: Iterable[Itinerary]) -> TripRow:
    """Return what came of a wish."""
    took_ms: dict[str, int] = {}
    for one in itineraries:
        took_ms[one.mode] = min(one.duration_ms, took_ms.get(one.mode, one.duration_ms))
    return TripRow(
        wish=wish,
        chosen_mode=chosen.mode,
        has_air_offer="air" in took_ms,
        car_ms=wish.car_ms,
        transit_ms=took_ms.get("transit"),
        air_ms=took_ms.get("air"),
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
