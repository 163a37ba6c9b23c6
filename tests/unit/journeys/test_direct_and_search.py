"""The direct search is the search door to door in its simplest form, where there are no streets."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec
import pytest

from aspan.demand.sampling import prepare_demand
from aspan.demand.wishes import Wish, list_wishes
from aspan.journeys.availability import AirAsk, AirDeparture
from aspan.journeys.criteria import Criteria, is_no_worse
from aspan.journeys.direct import offer_itineraries, prepare_journeys
from aspan.journeys.frame import JourneyQuery
from aspan.journeys.ground import Spot
from aspan.journeys.itinerary import Itinerary
from aspan.journeys.legs import tell_itinerary
from aspan.journeys.network import JourneyNetwork, prepare_network
from aspan.journeys.search import search
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.world.city import City
from aspan.world.doors import tabulate_crow
from aspan.world.fare import seat_fare_tiyn
from aspan.world.geodesy import great_circle_m

BlockTimes = Mapping[tuple[VertiportId, VertiportId], int]
DAY = date(2025, 4, 15)


class Service:
    """An air service that always has a departure after one wait, whichever way it is asked."""

    def __init__(self, city: City, block_ms: BlockTimes, wait_ms: int) -> None:
        self.city, self.block_ms, self.wait_ms = city, block_ms, wait_ms

    def list_departures(
        self,
        origin: VertiportId,
        destination: VertiportId,
        ready_at_ms: int,
        party: int,
        payload_kg: float,
    ) -> tuple[AirDeparture, ...]:
        """Return the departure, at the fare of the city."""
        assert payload_kg > 0
        start, end = self.city.get_vertiport(origin), self.city.get_vertiport(destination)
        length_m = great_circle_m(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg)
        fare_tiyn = party * seat_fare_tiyn(self.city.rules.fares, length_m)
        off_ms = ready_at_ms + self.wait_ms
        return (AirDeparture(off_ms, off_ms + self.block_ms[origin, destination], fare_tiyn),)

    def list_answers(self, asks: Iterable[AirAsk]) -> Iterator[tuple[AirDeparture, ...]]:
        """Yield the same departures."""
        for ask in asks:
            assert ask.ready_at_ms is not None
            yield self.list_departures(
                ask.origin, ask.destination, ask.ready_at_ms, ask.party, ask.payload_kg
            )


@pytest.fixture(scope="module")
def wishes(city: City, block_ms: BlockTimes) -> list[Wish]:
    """Return a day's wishes of those who might fly, and some others."""
    index = prepare_demand(city, block_ms, tabulate_crow(city))
    drawn = list_wishes(index, DAY, seed=4, factor=10.0)
    flying = [wish for wish in drawn if wish.might_fly]
    return flying[:150] + [wish for wish in drawn if not wish.might_fly][:50]


def search_all(
    network: JourneyNetwork, wish: Wish, service: Service
) -> list[tuple[Criteria, Itinerary]]:
    """Return what the search finds for a wish."""
    query = JourneyQuery(
        origin=Spot("door", -1, wish.origin_lon_deg, wish.origin_lat_deg),
        destination=Spot("door", -1, wish.destination_lon_deg, wish.destination_lat_deg),
        at_ms=wish.wanted_at_ms,
        party=wish.party,
        payload_kg=wish.payload_kg,
        walk_m_max=2.0 * network.city.demand.walk_m_max,
        latest_ms=wish.wanted_at_ms + 8 * MS_PER_H,
        is_whole=True,
    )
    answer = search(network, None, query, service)
    return [(label[0], tell_itinerary(network, None, query, label)) for label in answer.labels]


def tell_legs(itinerary: Itinerary) -> list[tuple[object, ...]]:
    """Return modes, places, times and prices of the legs."""
    return [
        (leg.mode, leg.origin, leg.destination, leg.depart_at_ms, leg.arrive_at_ms, leg.price_tiyn)
        for leg in itinerary.legs
    ]


def criteria_of(itinerary: Itinerary) -> Criteria:
    """Return what an itinerary is compared by; it has a vehicle."""
    return (
        itinerary.arrive_at_ms,
        itinerary.price_tiyn,
        itinerary.transfers + 1,
        itinerary.walk_ms,
    )


@pytest.mark.parametrize("wait_ms", [0, 420_000])
def test_what_flies_directly_is_found_by_the_search_or_beaten(
    city: City, block_ms: BlockTimes, wishes: list[Wish], wait_ms: int
) -> None:
    """Each direct flight is among those found, leg by leg at its times and prices, or is beaten.

    So is the car. Whatever beats a flight is itself among what was found.
    """
    journeys, network = prepare_journeys(city, block_ms), prepare_network(city, block_ms)
    service = Service(city, block_ms, wait_ms)
    same = 0
    for wish in wishes:
        found = search_all(network, wish, service)
        for offer in offer_itineraries(journeys, wish, service):
            told = tell_legs(offer)
            if any(tell_legs(itinerary) == told for _, itinerary in found):
                same += offer.mode == "air"
            else:
                assert any(is_no_worse(criteria, criteria_of(offer)) for criteria, _ in found)
    assert same > len(wishes) // 4


def test_the_car_all_the_way_is_the_same(
    city: City, block_ms: BlockTimes, wishes: list[Wish]
) -> None:
    """Both searches drive as long and as dear from door to door."""
    journeys, network = prepare_journeys(city, block_ms), prepare_network(city, block_ms)
    service = Service(city, block_ms, 0)
    for wish in wishes:
        by_car = offer_itineraries(journeys, wish, service)[0]
        cars = [i for _, i in search_all(network, wish, service) if i.mode == "car"]
        assert [tell_legs(car) for car in cars] == [tell_legs(by_car)]


def test_a_place_of_another_mind_is_told_apart(
    city: City, block_ms: BlockTimes, wishes: list[Wish]
) -> None:
    """With another process time the two searches no longer agree: the comparison can fail."""
    journeys, network = prepare_journeys(city, block_ms), prepare_network(city, block_ms)
    slow = msgspec.structs.replace(network, process_ms=network.process_ms + 60_000)
    service = Service(city, block_ms, 0)
    flown = [
        (offer, search_all(slow, wish, service))
        for wish in wishes[:40]
        for offer in offer_itineraries(journeys, wish, service)[1:]
    ]
    assert flown
    assert not any(
        tell_legs(offer) == tell_legs(itinerary) for offer, found in flown for _, itinerary in found
    )
