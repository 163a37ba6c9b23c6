"""The street graph: files meet at their ends, doubles go, and what is cut off is left out."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.primitives.errors import InvalidInput
from aspan.world.geodesy import Projection
from aspan.world.readers import streets
from aspan.world.readers.street_files import parse_geojson
from aspan.world.readers.streets import find_strong, join_streets
from aspan.world.streets import StreetGraph

PROJECTION = Projection(32643)
EAST_M, NORTH_M = 660_000.0, 4_790_000.0


def street(*points: tuple[float, float], **tags: str) -> dict[str, Any]:
    """Return a street drawn in metres from a corner of the city."""
    coordinates = [list(PROJECTION.to_lonlat(EAST_M + x, NORTH_M + y)) for x, y in points]
    return {
        "properties": {"highway": "residential", **tags},
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }


def town(*files: list[dict[str, Any]], supplement: bool = False) -> StreetGraph:
    """Return the graph of files of streets, the last perhaps a supplement."""
    ways = [
        parse_geojson(
            {"features": file, "supplement": supplement and i == len(files) - 1 > 0}, label="x"
        )
        for i, file in enumerate(files)
    ]
    return join_streets(ways, PROJECTION)


def street_m(graph: StreetGraph) -> float:
    """Return the metres of all streets, each once."""
    _, one = np.unique(graph.street, return_index=True)
    return float(graph.length_m[one].sum())


BLOCK = [street((0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0))]


def test_ways_are_cut_where_they_meet() -> None:
    """A street that ends at the middle point of another makes a junction of it, bends do not."""
    graph = town([street((0, 0), (500, 0), (900, 300)), street((500, 0), (500, 400))])
    assert len(graph.x_m) == 4
    assert len(graph.head) == 6
    assert street_m(graph) == pytest.approx(1400.0, rel=1e-4)


def test_a_ring_keeps_its_length() -> None:
    """A closed street is cut in two, not lost."""
    assert street_m(town(BLOCK)) == pytest.approx(4000.0, rel=1e-4)


def test_a_oneway_street_is_driven_one_way_and_walked_both() -> None:
    """A one-way link of a ring has one edge for cars and two for walkers."""
    graph = town([*BLOCK, street((0, 0), (1000, 1000), oneway="yes")])
    diagonal = np.isclose(graph.length_m, 1414.2, rtol=1e-3)
    assert graph.may_drive[diagonal].sum() == 1
    assert graph.may_walk[diagonal].sum() == 2


def test_a_dead_end_against_the_traffic_is_left_out_and_told() -> None:
    """A street one cannot come back from is no street for cars, but may be walked."""
    graph = town([*BLOCK, street((0, 0), (-1000, 0), oneway="yes")])
    assert graph.drive_lost == pytest.approx(0.2, abs=1e-3)
    assert graph.walk_lost == 0.0
    assert graph.may_drive.sum() == 4


def test_an_island_is_left_out() -> None:
    """Streets nobody can reach are not in the graph."""
    graph = town([*BLOCK, street((5000, 0), (6000, 0))])
    assert graph.drive_lost == graph.walk_lost == pytest.approx(0.2, abs=1e-3)
    assert graph.x_m.max() < EAST_M + 2000


def test_a_later_file_meets_a_junction_and_the_middle_of_a_street() -> None:
    """Ends within 30 m snap to the junction, else cut the street; farther they do not meet."""
    for gap_m, joins in ((20.0, True), (40.0, False)):
        graph = town(
            BLOCK, [street((1000 + gap_m, 0), (2000, 0), (2000, 400), (1000 + gap_m, 400))]
        )
        added = street_m(graph) - 4000.0
        assert (added > 1000.0) is joins
        assert graph.origin.max() == int(joins)


def test_lines_that_only_cross_do_not_meet() -> None:
    """A drawn road over the block is joined at its ends alone."""
    over = [street((500, 0), (500, 1000)), street((0, 500), (1000, 500))]
    graph = town(BLOCK, over)
    assert (np.hypot(graph.x_m - EAST_M - 500, graph.y_m - NORTH_M - 500) > 100).all()
    assert street_m(graph) == pytest.approx(6000.0, rel=1e-3)


def test_a_supplement_adds_what_is_new_and_no_doubles() -> None:
    """A main road beside one that is there is dropped, one that is not is kept."""
    main = [street((0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0), highway="primary")]
    double = street((0, 10), (990, 10), highway="primary")
    fresh = street((1000, 500), (2000, 500), (2000, 0), (1000, 0), highway="motorway", oneway="no")
    graph = town(main, [double, fresh], supplement=True)
    assert street_m(graph) == pytest.approx(6500.0, rel=1e-3)
    both = town(main, [double, fresh])
    assert street_m(both) > 7400.0


def test_a_region_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """More pieces of street than can be searched are one line that says what to do."""
    monkeypatch.setattr(streets, "PIECES_MAX", 1)
    with pytest.raises(InvalidInput, match=r"2 pieces.*cut the extract to the city"):
        town(BLOCK)


def test_lengths_are_those_of_the_lines() -> None:
    """An edge is as long as its bends, in both directions, and never shorter than the straight."""
    graph = town([street((0, 0), (300, 400), (600, 0)), *BLOCK])
    tail = np.repeat(np.arange(len(graph.x_m)), np.diff(graph.first))
    straight = np.hypot(
        graph.x_m[graph.head] - graph.x_m[tail], graph.y_m[graph.head] - graph.y_m[tail]
    )
    assert (graph.length_m >= straight - 1e-6).all()
    assert np.isclose(graph.length_m, 1000.0, rtol=1e-3).sum() >= 2


@given(
    st.integers(1, 8).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)))
        )
    )
)
def test_the_strong_part_is_the_greatest_in_which_all_reach_all(
    drawn: tuple[int, list[tuple[int, int]]],
) -> None:
    """Tarjan's walk finds a part as great as the closure of the relation shows, and a true one."""
    count, pairs = drawn
    arcs = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    reach = np.eye(count, dtype=bool)
    for tail, head in pairs:
        reach[tail, head] = True
    for middle in range(count):
        reach |= reach[:, [middle]] & reach[[middle], :]
    mutual = reach & reach.T
    found = find_strong(count, arcs)
    assert found.sum() == mutual.sum(axis=1).max()
    assert mutual[np.ix_(found, found)].all()
