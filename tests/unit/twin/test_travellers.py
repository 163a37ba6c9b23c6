"""Travellers: who asks for a seat, who comes, and when."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
import pytest

from aspan.demand.sampling import prepare_demand
from aspan.journeys.availability import AirAsk, AirDeparture
from aspan.journeys.direct import DirectTrips, prepare_journeys
from aspan.operations.events import BookingConfirmed
from aspan.primitives.ids import BookingId, VertiportId
from aspan.primitives.units import MS_PER_MIN
from aspan.twin.travellers import ARRIVAL_SCATTER_MS, Travellers
from aspan.world.doors import tabulate_crow
from aspan.world.readers import load_city
from unit.operations.test_acceptance import confirmed

CITY = load_city("tiny")
IDS = sorted(v.vertiport_id for v in CITY.vertiports)
BLOCK_MS = {(a, b): 7 * MS_PER_MIN for a in IDS for b in IDS if a != b}
DAY = date(2025, 4, 15)


class Sky:
    """Availability of a sky that offers every pair at a price, or nothing."""

    def __init__(self, fare_tiyn: int | None) -> None:
        self.fare_tiyn = fare_tiyn
        self.asked: list[tuple[VertiportId, VertiportId]] = []

    def list_departures(
        self,
        origin: VertiportId,
        destination: VertiportId,
        ready_at_ms: int,
        party: int,
        payload_kg: float,
    ) -> tuple[AirDeparture, ...]:
        """Return one departure at once, if there is a price."""
        self.asked.append((origin, destination))
        assert party >= 1
        assert payload_kg > 0.0
        if self.fare_tiyn is None:
            return ()
        departure = AirDeparture(
            off_block_at_ms=ready_at_ms,
            on_block_at_ms=ready_at_ms + BLOCK_MS[origin, destination],
            fare_tiyn=self.fare_tiyn * party,
            sortie_id=None,
        )
        return (departure,)

    def list_answers(self, asks: Iterable[AirAsk]) -> Iterator[tuple[AirDeparture, ...]]:
        """Refuse: in a city without streets nobody asks for a batch."""
        raise AssertionError(list(asks))


def travellers(seed: int = 1, **future: int) -> Travellers:
    """Return the tiny city's travellers, five times as many as there are."""
    finder = DirectTrips(prepare_journeys(CITY, BLOCK_MS))
    demand = prepare_demand(CITY, BLOCK_MS, tabulate_crow(CITY))
    return Travellers(demand, finder, seed, 5.0, **future)


def test_a_party_that_is_offered_nothing_goes_by_car() -> None:
    """Without a departure nobody asks for a booking, and the trip is noted."""
    people = travellers()
    wishes = people.list_wishes(DAY)
    assert all(people.decide(wish, Sky(None)) is None for wish in wishes)
    trips = people.list_trips()
    assert [trip.wish for trip in trips] == list(people.wishes) == wishes
    assert {t.chosen_mode for t in trips} == {"car"}
    assert not any(t.has_air_offer for t in trips)
    assert all(t.air_ms is None and t.transit_ms is None for t in trips)


def test_cheap_seats_are_asked_for_and_dear_ones_not() -> None:
    """The lower the fare the more parties fly; at a million tenge nobody does."""
    booked = []
    for fare_kzt in (100, 80_000, 1_000_000):
        people = travellers()
        asked = [people.decide(w, Sky(100 * fare_kzt)) for w in people.list_wishes(DAY)]
        booked.append(sum(command is not None for command in asked))
    assert booked[0] > booked[1] > booked[2] == 0


def test_a_booking_says_what_the_wish_and_the_itinerary_say() -> None:
    """Party, mass and doors are the wish's; the party boards after access and process."""
    people, sky = travellers(), Sky(100)
    for wish in people.list_wishes(DAY):
        command = people.decide(wish, sky)
        if command is None:
            continue
        assert (command.party, command.payload_kg) == (wish.party, wish.payload_kg)
        assert command.trip_id == wish.trip_id
        assert (command.origin, command.destination) in sky.asked
        assert command.ready_at_ms >= wish.wanted_at_ms + CITY.rules.service.process_ms
        assert command.egress_ms > 0
        assert command.origin_lon_deg == wish.origin_lon_deg


def test_who_cannot_save_time_never_looks_at_the_sky() -> None:
    """A wish that could not be faster by air asks for nothing."""
    people, sky = travellers(), Sky(100)
    for wish in people.list_wishes(DAY):
        if not wish.might_fly:
            assert people.decide(wish, sky) is None
    assert sky.asked == []


def booked(number: int) -> BookingConfirmed:
    """Return one of many bookings, none of which tells its way."""
    return msgspec.structs.replace(
        confirmed(), booking_id=BookingId(f"B{number}"), off_block_at_ms=600 * MS_PER_MIN
    )


def test_most_come_in_time_and_a_few_never() -> None:
    """No-shows are as frequent as the city says; others come within the scatter."""
    people, service = travellers(), CITY.rules.service
    desks = [people.find_desk_ms(booked(n)) for n in range(3000)]
    come = [at_ms for at_ms in desks if at_ms is not None]
    assert 1.0 - len(come) / len(desks) == pytest.approx(service.no_show, abs=0.016)
    meant_ms = 600 * MS_PER_MIN - service.process_ms
    assert all(abs(at_ms - meant_ms) <= ARRIVAL_SCATTER_MS for at_ms in come)
    assert max(come) - min(come) > ARRIVAL_SCATTER_MS


def test_a_party_keeps_its_luck() -> None:
    """Whether a party comes depends on seed and booking alone."""
    numbers = range(200)
    first, again = (
        [people.find_desk_ms(booked(n)) for n in order]
        for people, order in ((travellers(), numbers), (travellers(), reversed(numbers)))
    )
    assert first == list(reversed(again))
    others = travellers(seed=2)
    assert first != [others.find_desk_ms(booked(n)) for n in numbers]


def test_another_future_changes_only_later_wishes() -> None:
    """Wishes before the instant are the same."""
    wishes = travellers().list_wishes(DAY)
    noon_ms = wishes[len(wishes) // 2].wanted_at_ms
    other = travellers(future_seed=9, future_from_ms=noon_ms).list_wishes(DAY)
    assert [w for w in other if w.wanted_at_ms < noon_ms] == [
        w for w in wishes if w.wanted_at_ms < noon_ms
    ]
    assert other != wishes
