"""Laws of the search door to door: equal to a search that tries everything, and it adds up."""

import pytest

from aspan.journeys.legs import tell_itinerary
from aspan.journeys.search import search
from aspan.world.city import City
from aspan.world.readers import load_city
from property.event_search import pareto
from property.journey_worlds import World, draw_world, try_everything


@pytest.fixture(scope="session")
def city() -> City:
    """Return the tiny city, whose rules and vertiports the worlds borrow."""
    return load_city("tiny")


def check_world(world: World) -> tuple[int, int]:
    """Hold a search to trying everything; return how many labels it found, and how many flew."""
    answer = search(world.network, world.transit, world.query, world.flights)
    assert answer.cuts == 0
    assert pareto([criteria for criteria, _ in answer.labels]) == try_everything(world)
    for label in answer.labels:
        told = tell_itinerary(world.network, world.transit, world.query, label)
        in_time = told.arrive_at_ms == label[0][0]
        if world.query.is_arrive_by:
            in_time = told.depart_at_ms == -label[0][0] and told.arrive_at_ms <= world.query.at_ms
        assert in_time
        assert told.depart_at_ms >= world.query.at_ms or world.query.is_arrive_by
    flown = sum(any(type(p).__name__ == "AirPart" for p in parts) for _, parts in answer.labels)
    return len(answer.labels), flown


@pytest.mark.parametrize("is_arrive_by", [False, True])
def test_pareto_sets_are_those_of_trying_everything(city: City, is_arrive_by: bool) -> None:
    """In small random cities every label of the search agrees, with flights and without."""
    found = [check_world(draw_world(city, n, is_arrive_by=is_arrive_by)) for n in range(25)]
    assert sum(labels for labels, _ in found) > 40
    assert sum(flown for _, flown in found) > 5
