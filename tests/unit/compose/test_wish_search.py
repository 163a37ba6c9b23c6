"""What travellers of a city with streets find: the search door to door, asked for less."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
import pytest

from aspan.compose.door_tables import find_door_tables
from aspan.compose.prepared import BEST_CASE
from aspan.compose.serviceability import list_serviceable
from aspan.compose.trip_network import OwnDays, TripNetwork
from aspan.compose.wish_search import SearchedTrips, wish_query
from aspan.demand.choice import choose, plan_choice
from aspan.demand.sampling import DemandIndex, prepare_demand
from aspan.demand.wishes import Wish, list_wishes
from aspan.journeys.availability import AirAsk, AirDeparture
from aspan.journeys.itinerary import Itinerary
from aspan.journeys.legs import tell_itinerary
from aspan.journeys.search import search
from aspan.operations.city_index import CityIndex
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_MIN
from aspan.twin.travellers import Travellers, tell_alternative
from aspan.world.city import City
from aspan.world.fare import seat_fare_tiyn
from aspan.world.geodesy import great_circle_m
from shipped import read_shipped

DAY = date(2025, 4, 15)
BlockTimes = dict[tuple[VertiportId, VertiportId], int]


class Sky:
    """A service that flies every pair after a wait of its own, and counts what it is asked."""

    def __init__(self, city: City, block_ms: BlockTimes) -> None:
        self.city, self.block_ms = city, block_ms
        self.asked = 0

    def list_departures(
        self,
        origin: VertiportId,
        destination: VertiportId,
        ready_at_ms: int,
        party: int,
        payload_kg: float,
    ) -> tuple[AirDeparture, ...]:
        """Return one departure; nothing where the pair is not flown."""
        assert payload_kg > 0.0
        if (origin, destination) not in self.block_ms:
            return ()
        start, end = self.city.get_vertiport(origin), self.city.get_vertiport(destination)
        length_m = great_circle_m(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg)
        fare_tiyn = party * seat_fare_tiyn(self.city.rules.fares, length_m)
        off_ms = ready_at_ms + (len(origin) + len(destination)) % 7 * MS_PER_MIN
        return (AirDeparture(off_ms, off_ms + self.block_ms[origin, destination], fare_tiyn),)

    def list_answers(self, asks: Iterable[AirAsk]) -> Iterator[tuple[AirDeparture, ...]]:
        """Yield the same departures."""
        for ask in asks:
            self.asked += 1
            assert ask.ready_at_ms is not None
            yield self.list_departures(
                ask.origin, ask.destination, ask.ready_at_ms, ask.party, ask.payload_kg
            )


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Alatau with all that its travellers need."""

    city: City
    block_ms: BlockTimes
    network: TripNetwork
    finder: SearchedTrips
    demand: DemandIndex
    wishes: list[Wish]


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Return a day's wishes, those who might fly first."""
    city = read_shipped("alatau")
    served = list_serviceable(CityIndex(city)).block_ms
    block_ms = {pair: int(ms * BEST_CASE) for pair, ms in served.items()}
    network = TripNetwork(city, block_ms)
    demand = prepare_demand(city, block_ms, find_door_tables(city))
    drawn = list_wishes(demand, DAY, seed=3, factor=3.0)
    flying = [wish for wish in drawn if wish.might_fly]
    others = [wish for wish in drawn if not wish.might_fly]
    return Scene(
        city=city,
        block_ms=block_ms,
        network=network,
        finder=SearchedTrips(network),
        demand=demand,
        wishes=[*flying[:60], *others[:120]],
    )


def weigh(scene: Scene, wish: Wish, itineraries: tuple[Itinerary, ...]) -> tuple[float, Itinerary]:
    """Return the greatest utility [KZT] and what has it."""
    segment = next(s for s in scene.city.demand.segments if s.segment_id == wish.segment_id)
    ways = tuple(tell_alternative(one) for one in itineraries)
    chosen = choose(plan_choice(scene.city.demand, segment, wish, ways))
    return max(chosen.utilities_kzt), itineraries[chosen.index]


def test_asking_less_leaves_the_choice_as_it_is(scene: Scene) -> None:
    """Each party chooses as well as from every flight there is, and asks for a part of them."""
    few, every = Sky(scene.city, scene.block_ms), Sky(scene.city, scene.block_ms)
    days, flown = OwnDays(scene.network), 0
    network = scene.network.get_network()
    for wish in scene.wishes:
        query = wish_query(scene.city, wish, by_air=True)
        transit = days.find(wish.wanted_at_ms)
        labels = search(network, transit, query, every).labels
        told = tuple(tell_itinerary(network, transit, query, label) for label in labels)
        found = scene.finder.find_itineraries(wish, few).itineraries
        best_kzt, chosen = weigh(scene, wish, found)
        assert best_kzt >= weigh(scene, wish, told)[0] - 1e-6, wish.trip_id
        flown += chosen.mode == "air"
    assert flown > 5
    assert 0 < few.asked < every.asked / 4


def test_ways_on_the_ground_are_those_of_the_search(scene: Scene) -> None:
    """Without a service nothing flies; some ways are on foot or by bus, some rides by metro."""
    modes: set[str] = set()
    for wish in scene.wishes:
        found = scene.finder.find_itineraries(wish, None)
        assert found.itineraries
        modes |= {leg.mode for one in found.itineraries for leg in one.legs}
        assert all(found.timetable for one in found.itineraries for leg in one.legs if leg.ride)
    assert {"walk", "car", "bus", "metro"} <= modes
    assert "air" not in modes


def test_no_way_leads_to_a_door_off_every_street(scene: Scene) -> None:
    """In the middle of nowhere nothing is found and nobody asked; no wish begins there."""
    sky = Sky(scene.city, scene.block_ms)
    lost = msgspec.structs.replace(scene.wishes[0], origin_lon_deg=77.45, origin_lat_deg=43.95)
    assert scene.finder.find_itineraries(lost, sky).itineraries == ()
    assert sky.asked == 0
    assert all(scene.finder.find_itineraries(wish, None).itineraries for wish in scene.wishes)


def test_trips_tell_what_was_found_for_all(scene: Scene) -> None:
    """Who could not fly is told by the same search when the trips are listed, and asks nobody."""
    people = Travellers(scene.demand, scene.finder, 3, 3.0)
    sky = Sky(scene.city, scene.block_ms)
    bookings = [people.decide(wish, sky) for wish in scene.wishes]
    asked = sky.asked
    trips = people.list_trips()
    assert sky.asked == asked
    assert [trip.wish for trip in trips] == scene.wishes
    for trip, booking in zip(trips, bookings, strict=True):
        assert (trip.chosen_mode == "air") == (booking is not None)
        assert trip.has_air_offer == (trip.air_ms is not None)
        assert trip.transit_ms is None or trip.transit_ms > 0
        assert trip.wish.might_fly or not trip.has_air_offer
        assert trip.chosen_mode != "transit" or trip.transit_ms is not None
    assert {"car", "transit", "air"} <= {trip.chosen_mode for trip in trips}
    assert people.list_trips() == trips


def test_two_who_search_share_streets_and_no_memory(scene: Scene) -> None:
    """Two threads' days have one timetable and index, and a memory of the search each."""
    at_ms = scene.wishes[0].wanted_at_ms
    first, second = OwnDays(scene.network).find(at_ms), OwnDays(scene.network).find(at_ms)
    assert first is not None
    assert second is not None
    assert first.index is second.index
    assert first.timetable is second.timetable
    assert first.workspace is not second.workspace
    assert scene.network.get_network() is scene.network.get_network()
