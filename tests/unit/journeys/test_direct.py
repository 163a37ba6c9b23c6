"""Door-to-door journeys: legs join, waits are bounded, and the best case is never beaten."""

from collections.abc import Mapping
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.demand.choice import Alternative, choose, plan_choice
from aspan.demand.sampling import prepare_demand
from aspan.demand.wishes import Wish, list_wishes
from aspan.journeys.availability import AirDeparture
from aspan.journeys.direct import (
    JourneyIndex,
    _list_nearest,
    _unit,
    offer_itineraries,
    prepare_journeys,
)
from aspan.journeys.itinerary import Itinerary
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import TIYN_PER_TENGE
from aspan.world.access import NEAREST_VERTIPORTS
from aspan.world.city import City
from aspan.world.doors import tabulate_crow
from aspan.world.fare import pair_distance_m, seat_bounds_tiyn
from aspan.world.geodesy import great_circle_m

BlockTimes = Mapping[tuple[VertiportId, VertiportId], int]
DAY = date(2025, 4, 15)
DEG_200_M = 200.0 / 111_200.0


class Service:
    """An air service that always has a departure after the waits it is told."""

    def __init__(self, city: City, block_ms: BlockTimes, *waits_ms: int) -> None:
        self.city, self.block_ms, self.waits_ms = city, block_ms, waits_ms
        self.asked: list[tuple[VertiportId, VertiportId]] = []

    def list_departures(
        self,
        origin: VertiportId,
        destination: VertiportId,
        ready_at_ms: int,
        party: int,
        payload_kg: float,
    ) -> tuple[AirDeparture, ...]:
        """Return one departure for each wait, at the least fare of the city."""
        assert payload_kg > 0
        self.asked.append((origin, destination))
        start, end = self.city.get_vertiport(origin), self.city.get_vertiport(destination)
        seats = self.city.aircraft_type.seats
        least, _ = seat_bounds_tiyn(self.city.rules, seats, pair_distance_m(start, end))
        fare_tiyn = party * least
        block_ms = self.block_ms[origin, destination]
        return tuple(
            AirDeparture(ready_at_ms + wait_ms, ready_at_ms + wait_ms + block_ms, fare_tiyn)
            for wait_ms in self.waits_ms
        )


@pytest.fixture(scope="module")
def journeys(city: City, block_ms: BlockTimes) -> JourneyIndex:
    """Return the tiny city's index."""
    return prepare_journeys(city, block_ms)


@pytest.fixture(scope="module")
def wishes(city: City, block_ms: BlockTimes) -> list[Wish]:
    """Return a day's wishes, half of them of those who might fly."""
    drawn = list_wishes(
        prepare_demand(city, block_ms, tabulate_crow(city)), DAY, seed=4, factor=20.0
    )
    flying = [wish for wish in drawn if wish.might_fly]
    return flying + [wish for wish in drawn if not wish.might_fly][: len(flying)]


def weigh(city: City, wish: Wish, offers: tuple[Itinerary, ...]) -> tuple[float, ...]:
    """Return the utility of every offer to the wish's party."""
    segment = next(one for one in city.demand.segments if one.segment_id == wish.segment_id)
    ways = tuple(
        Alternative(
            offer.mode,
            offer.price_tiyn / TIYN_PER_TENGE,
            offer.in_vehicle_ms,
            offer.out_of_vehicle_ms,
            offer.transfers,
        )
        for offer in offers
    )
    return choose(plan_choice(city.demand, segment, wish, ways)).utilities_kzt


def test_legs_follow_one_another_and_add_up(
    city: City, block_ms: BlockTimes, journeys: JourneyIndex, wishes: list[Wish]
) -> None:
    """Every itinerary is one unbroken line whose sums are those of its legs."""
    service = Service(city, block_ms, 0, 300_000)
    for wish in wishes:
        for offer in offer_itineraries(journeys, wish, service):
            assert offer.legs[0].depart_at_ms == wish.wanted_at_ms == offer.depart_at_ms
            for leg, following in zip(offer.legs, offer.legs[1:], strict=False):
                assert leg.arrive_at_ms == following.depart_at_ms
            assert offer.legs[-1].arrive_at_ms == offer.arrive_at_ms
            total_ms = offer.arrive_at_ms - offer.depart_at_ms
            assert offer.in_vehicle_ms + offer.out_of_vehicle_ms == total_ms
            assert sum(leg.price_tiyn for leg in offer.legs) == offer.price_tiyn
            if offer.departure is not None:
                (air,) = [leg for leg in offer.legs if leg.mode == "air"]
                assert (air.origin, air.destination) == (offer.origin, offer.destination)
                assert air.depart_at_ms == offer.departure.off_block_at_ms
                ready_at_ms = wish.wanted_at_ms + city.rules.service.process_ms
                assert air.depart_at_ms >= ready_at_ms


def test_every_wish_for_which_air_saves_time_is_offered_air(
    city: City, block_ms: BlockTimes, journeys: JourneyIndex, wishes: list[Wish]
) -> None:
    """Demand and journeys agree on who is worth an offer, and on the time by car."""
    for wish in wishes:
        offers = offer_itineraries(journeys, wish, Service(city, block_ms, 0))
        assert offers[0].mode == "car"
        assert offers[0].arrive_at_ms - wish.wanted_at_ms == pytest.approx(wish.car_ms, abs=2)
        assert "air" in {offer.mode for offer in offers}
        quickest_ms = min(offer.arrive_at_ms for offer in offers[1:]) - wish.wanted_at_ms
        assert quickest_ms >= wish.best_air_ms - 2


def test_whoever_might_fly_flies_without_a_wait_and_no_one_else(
    city: City, block_ms: BlockTimes, journeys: JourneyIndex, wishes: list[Wish]
) -> None:
    """The best case of demand is the offer of no wait: 98 % of those marked, none of the others.

    The rest are those whose last road grows quicker within the longest wait, which the best case
    counts in advance.
    """
    flown = 0
    for wish in wishes:
        offers = offer_itineraries(journeys, wish, Service(city, block_ms, 0))
        utilities = weigh(city, wish, offers)
        flies = max(utilities[1:]) > utilities[0]
        assert wish.might_fly or not flies
        flown += flies
    marked = sum(wish.might_fly for wish in wishes)
    assert marked > 100
    assert 0.95 * marked <= flown <= marked


def test_no_wait_beats_the_best_case(
    city: City, block_ms: BlockTimes, journeys: JourneyIndex, wishes: list[Wish]
) -> None:
    """Who would not fly in the best case does not fly after any wait, across hours too."""
    waits_ms = tuple(range(0, city.rules.service.wait_ms_max + 1, 60_000))
    for wish in wishes:
        if not wish.might_fly:
            offers = offer_itineraries(journeys, wish, Service(city, block_ms, *waits_ms))
            utilities = weigh(city, wish, offers)
            assert max(utilities[1:]) <= utilities[0]


def test_a_wait_longer_than_the_service_allows_is_not_offered(
    city: City, block_ms: BlockTimes, journeys: JourneyIndex, wishes: list[Wish]
) -> None:
    """The longest wait is offered and one millisecond more is not, nor is the past."""
    longest_ms = city.rules.service.wait_ms_max
    service = Service(city, block_ms, -1, longest_ms, longest_ms + 1)
    offers = offer_itineraries(journeys, wishes[0], service)
    waits = {
        leg.arrive_at_ms - leg.depart_at_ms
        for offer in offers[1:]
        for leg in offer.legs
        if leg.mode == "wait" and leg.origin == offer.origin
    }
    assert waits == {longest_ms}


def test_only_serviceable_pairs_are_asked_for(
    city: City, block_ms: BlockTimes, wishes: list[Wish]
) -> None:
    """Pairs without a block time are never asked of the service."""
    pair = next(iter(block_ms))
    journeys = prepare_journeys(city, {pair: block_ms[pair]})
    service = Service(city, block_ms, 0)
    for wish in wishes:
        offer_itineraries(journeys, wish, service)
    assert set(service.asked) == {pair}


def test_a_door_by_the_vertiport_is_walked_to(
    city: City, block_ms: BlockTimes, journeys: JourneyIndex, wishes: list[Wish]
) -> None:
    """From a door 200 m away the party walks, pays no car and changes once only."""
    far = [wish for wish in wishes if wish.might_fly]
    sites = {site.vertiport_id.upper(): site for site in city.vertiports}
    seen = False
    for moved in far:
        site = sites[moved.trip_id.split("-")[2].upper()]
        wish = msgspec.structs.replace(
            moved, origin_lon_deg=site.lon_deg, origin_lat_deg=site.lat_deg + DEG_200_M
        )
        offers = offer_itineraries(journeys, wish, Service(city, block_ms, 0))[1:]
        for offer in offers:
            if offer.legs[0].mode == "walk":
                seen = True
                assert offer.legs[0].price_tiyn == 0
                assert offer.transfers == (1 if offer.legs[-1].mode == "car" else 0)
            elif offer.legs[-1].mode == "car":
                assert offer.transfers == 2
    assert seen


@given(
    sites=st.lists(
        st.tuples(st.floats(76.5, 77.6), st.floats(43.0, 44.0)), min_size=1, max_size=15
    ),
    door=st.tuples(st.floats(76.5, 77.6), st.floats(43.0, 44.0)),
    twin=st.integers(0, 14),
)
def test_the_nearest_sites_are_those_of_a_search_through_all(
    journeys: JourneyIndex,
    sites: list[tuple[float, float]],
    door: tuple[float, float],
    twin: int,
) -> None:
    """Measuring few sites finds the nearest of all, in order, also where several are as far."""
    if len(sites) > 1:
        sites[0] = sites[twin % len(sites)]
    numbered = [(n, VertiportId(f"V{n:02d}"), *place) for n, place in enumerate(sites)]
    many = msgspec.structs.replace(
        journeys,
        sites=tuple(numbered),
        units=tuple(_unit(lon_deg, lat_deg) for lon_deg, lat_deg in sites),
    )
    every = sorted((great_circle_m(*door, lon, lat), n, name) for n, name, lon, lat in numbered)
    assert _list_nearest(many, *door) == every[:NEAREST_VERTIPORTS]


@pytest.mark.parametrize("step_deg", [0.0, 1e-9, 1e-6, 1e-4])
def test_sites_as_near_as_rounding_are_not_mistaken(
    journeys: JourneyIndex, step_deg: float
) -> None:
    """Sites within millimetres of one another are ordered by what is measured, then by number."""
    sites = [(76.9 + k * step_deg, 43.3) for k in (3, 1, 2, 0, 4)]
    numbered = [(n, VertiportId(f"V{n}"), *place) for n, place in enumerate(sites)]
    many = msgspec.structs.replace(
        journeys,
        sites=tuple(numbered),
        units=tuple(_unit(lon_deg, lat_deg) for lon_deg, lat_deg in sites),
    )
    for door in ((76.9, 43.3), (76.9 + 1.5 * step_deg, 43.3), (77.4, 43.8)):
        every = sorted((great_circle_m(*door, lon, lat), n, name) for n, name, lon, lat in numbered)
        assert _list_nearest(many, *door) == every[:NEAREST_VERTIPORTS]
