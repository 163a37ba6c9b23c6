"""The search door to door against a search that tries everything, at length."""

import pytest

from aspan.world.readers import load_city
from property.journey_worlds import draw_world
from property.test_journey_laws import check_world


@pytest.mark.long
@pytest.mark.parametrize("is_arrive_by", [False, True])
def test_300_pareto_sets_with_flights(is_arrive_by: bool) -> None:
    """In 300 small random cities every label of the search agrees, either way of time."""
    city = load_city("tiny")
    found = [check_world(draw_world(city, n, is_arrive_by=is_arrive_by)) for n in range(1000, 1300)]
    assert sum(labels for labels, _ in found) > 500
    assert sum(flown for _, flown in found) > 40
