"""What the page is told once of a city: minima by layer, rows that its sources cite."""

import pytest

from aspan.faces.http.city_facts import describe_city, describe_lanes
from aspan.faces.http.wire_city import CityFacts
from aspan.operations.city_index import CityIndex
from aspan.world.readers import load_city, load_references
from aspan.world.reference import list_cited


@pytest.fixture(scope="module")
def facts() -> CityFacts:
    """Return what is told of the tiny city."""
    city = load_city("tiny")
    lanes = CityIndex(city).network.lanes
    return describe_city(city, describe_lanes(lanes), load_references(), is_twin=True)


def test_a_ceiling_stands_over_each_planned_height(facts: CityFacts) -> None:
    """By layer the ceiling is 300 m over the planned height, never below the company's own."""
    minima = facts.minima
    assert minima.ceilings_agl_m == tuple(
        max(minima.ceiling_agl_m, height_m + 300.0) for height_m in minima.planned_heights_agl_m
    )
    assert {lane.layer for lane in facts.lanes} <= set(range(len(minima.ceilings_agl_m)))


def test_rows_that_sources_cite_are_told(facts: CityFacts) -> None:
    """A source that cites rows has them beside; every row told is cited by one."""
    assert facts.citations["facts 4.11"] == ("4.11",)
    assert facts.references["4.11"].mark == "assumed"
    assert set(facts.references) == {row for rows in facts.citations.values() for row in rows}
    for quantity in facts.quantities.values():
        cited = list_cited(quantity.source, facts.references)
        assert facts.citations.get(quantity.source, ()) == cited
    assert any(path.startswith("noise.") for path in facts.quantities)
