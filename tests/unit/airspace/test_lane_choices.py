"""Several lanes for one pair, and lanes that cross themselves."""

import msgspec
import pytest

from aspan.airspace.lanes import build_lane_network
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import LaneId
from aspan.world.lanes import LaneSpec, find_self_crossing
from aspan.world.readers import load_city
from shipped import read_shipped
from unit.airspace.cities import draw_city, link


def named(spec: LaneSpec, lane_id: str, choice: int) -> LaneSpec:
    """Return the lane under another id and place among the choices."""
    return msgspec.structs.replace(spec, lane_id=LaneId(lane_id), choice=choice)


def test_the_first_choice_is_the_default_whatever_its_id() -> None:
    """`find_lane`, `get_lane` and `list_lanes` give choice 1, `list_choices` all in order."""
    north = link("W", "E", via=((0.0, 4.0),))
    south = link("W", "E", via=((0.0, -4.0),))
    lanes = [named(north, "A", 3), named(link("W", "E"), "B", 1), named(south, "C", 2)]
    city = draw_city({"W": (-12.0, 0.0), "E": (12.0, 0.0)}, [*lanes, link("E", "W", 1)])
    network = build_lane_network(city)
    assert network.get_lane("W", "E").lane_id == "B"
    assert network.find_lane("W", "E") is network.get("B")
    assert [lane.lane_id for lane in network.list_choices("W", "E")] == ["B", "C", "A"]
    assert [lane.lane_id for lane in network.list_lanes()] == ["B", "E-W"]
    assert [lane.lane_id for lane in network.lanes] == ["A", "B", "C", "E-W"]
    assert [lane.number for lane in network.lanes] == [0, 1, 2, 3]
    assert network.list_choices("W", "X") == ()


def test_alternatives_leave_the_first_choices_as_they_are() -> None:
    """Alatau's first lanes are laid to the same vertices with and without the others."""
    city = read_shipped("alatau")
    first = tuple(lane for lane in city.lanes.lanes if lane.choice == 1)
    alone = build_lane_network(
        msgspec.structs.replace(city, lanes=msgspec.structs.replace(city.lanes, lanes=first))
    )
    whole = build_lane_network(city)
    assert [a.lane_id for a in whole.list_lanes()] == [a.lane_id for a in alone.lanes]
    for a, b in zip(whole.list_lanes(), alone.lanes, strict=True):
        assert (a.x_m, a.y_m, a.altitude_amsl_m) == (b.x_m, b.y_m, b.altitude_amsl_m)


def test_a_second_choice_differs_in_its_way_or_its_layer() -> None:
    """No choice of Alatau's second phase is the first one again."""
    network = build_lane_network(load_city("alatau", phase=2))
    for lane in network.list_lanes():
        ways = {(c.layer, c.node_ids, c.x_m) for c in network.list_choices(*_ends(lane.lane_id))}
        assert len(ways) == len(network.list_choices(*_ends(lane.lane_id))) >= 2


def _ends(lane_id: str) -> tuple[str, str]:
    """Return origin and destination of a first choice by its id."""
    origin, destination = lane_id.split("-")
    return origin, destination


@pytest.mark.parametrize(
    ("points", "met"),
    [([(0, 0), (10, 0), (10, 10), (5, 10), (5, -5)], (5, 0)),
     ([(0, 0), (10, 0), (10, 5), (5, 5)], None),
     ([(0, 0), (10, 0), (10, 5), (5, 5), (5, 0)], (5, 0)),
     ([(0, 0), (10, 0), (12, 3), (8, 0), (2, 0)], (8, 0)),
     ([(0, 0), (10, 0), (10, 5), (0, 0)], (0, 0)),
     ([(0, 0), (1, 0)], None)],
)  # fmt: skip
def test_a_path_that_meets_itself_is_found(
    points: list[tuple[float, float]], met: tuple[float, float] | None
) -> None:
    """Crossing, touching and running over itself count; sharing a corner does not."""
    assert find_self_crossing(points) == met


def test_a_lane_that_crosses_itself_is_refused_when_laid() -> None:
    """One line names the lane and the place."""
    loop = link("W", "E", via=((4.0, 0.0), (4.0, 6.0), (-2.0, 6.0), (-2.0, -6.0)))
    city = draw_city({"W": (-12.0, 0.0), "E": (12.0, -6.0)}, [loop])
    with pytest.raises(InvalidInput, match=r"lane W-E: via: 'crosses itself at 7\d\.\d+, 43\.\d+'"):
        build_lane_network(city)
