"""Lanes over the ground: geometry, profile, crossings, and what cannot be laid."""

from itertools import pairwise
from math import hypot

import msgspec
import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from aspan.airspace.lanes import Lane, LaneNetwork, build_lane_network
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City
from aspan.world.geodesy import Projection
from aspan.world.lanes import CrossingNode, RunwayAxis
from aspan.world.readers import load_city
from unit.airspace.cities import crossroads, draw_city, flat, link, place, ridge, rolling

PAIR = {"A": (-12.0, 0.0), "B": (12.0, 0.0)}


def lay(city: City) -> LaneNetwork:
    """Return the network of a city."""
    return build_lane_network(city)


def outside(lane: Lane, city: City) -> BaseGeometry:
    """Return the part of a lane in plan that is outside the cylinders of its ends."""
    line: BaseGeometry = shapely.LineString(list(zip(lane.x_m, lane.y_m, strict=True)))
    for vertiport_id in (lane.origin, lane.destination):
        v = city.get_vertiport(vertiport_id)
        line = line.difference(shapely.Point(v.x_m, v.y_m).buffer(v.protected_radius_m))
    return line


def lowest_flown_m(lane: Lane, city: City) -> float:
    """Return the least height over ground inside the windows, outside the cylinders."""
    rules = city.rules.separation
    s = np.arange(1000.0, lane.distance_m - 1000.0, 25.0)
    x, y = np.interp(s, lane.s_m, lane.x_m), np.interp(s, lane.s_m, lane.y_m)
    height = np.interp(s, lane.s_m, lane.altitude_amsl_m) - rules.conformance_vertical_m
    ux, uy = np.gradient(x), np.gradient(y)
    length = np.hypot(ux, uy)
    least = np.inf
    for aside in np.linspace(-1.0, 1.0, 7) * rules.conformance_lateral_m:
        lon, lat = projection_of(city).all_to_lonlat(
            x + aside * uy / length, y - aside * ux / length
        )
        least = min(least, float((height - city.terrain.elevations_amsl_m(lon, lat)).min()))
    return least


def projection_of(city: City) -> Projection:
    """Return the projection of a city."""
    return Projection(city.utm_epsg)


def test_lane_runs_from_pad_to_pad() -> None:
    """A lane begins and ends on the pads' reference points, at their elevation."""
    city = crossroads()
    for lane in lay(city).lanes:
        for k, vertiport_id in ((0, lane.origin), (-1, lane.destination)):
            v = city.get_vertiport(vertiport_id)
            assert (lane.x_m[k], lane.y_m[k]) == pytest.approx((v.x_m, v.y_m), abs=0.01)
            assert lane.altitude_amsl_m[k] == v.elevation_amsl_m


def test_opposite_lanes_are_twice_the_offset_apart() -> None:
    """Opposite lanes stay 1,000 m apart wherever both run outside the cylinders."""
    city = draw_city(PAIR, [link("A", "B"), link("B", "A", 1)])
    network = lay(city)
    ways = [outside(lane, city) for lane in network.lanes]
    assert ways[0].distance(ways[1]) == pytest.approx(1000.0, abs=15.0)


def test_opposite_lanes_along_a_bend_are_apart() -> None:
    """A bend keeps opposite lanes apart as a straight lane does."""
    bend = ((-4.0, 3.0), (4.0, 3.0))
    city = draw_city(PAIR, [link("A", "B", via=bend), link("B", "A", 1, via=bend[::-1])])
    ways = [outside(lane, city) for lane in lay(city).lanes]
    assert ways[0].distance(ways[1]) > 985.0


def test_lane_keeps_to_the_right() -> None:
    """An eastbound lane lies south of the straight line."""
    city = draw_city(PAIR, [link("A", "B")])
    lane = lay(city).lanes[0]
    middle = len(lane.y_m) // 2
    line_y_m = (lane.y_m[0] + lane.y_m[-1]) / 2.0
    assert line_y_m - lane.y_m[middle] == pytest.approx(500.0, abs=15.0)


def test_flown_height_keeps_the_clearance() -> None:
    """At the lower and outer edge of the windows the ground is 150 m below, rolling or not."""
    city = crossroads()
    for lane in lay(city).lanes:
        assert lowest_flown_m(lane, city) >= city.rules.separation.ground_clearance_m


def test_clearance_over_a_ridge() -> None:
    """A ridge of 500 m under the lane is climbed over, not flown through."""
    city = draw_city(PAIR, [link("A", "B")], height=ridge(500.0, 2.0))
    lane = lay(city).lanes[0]
    assert max(lane.altitude_amsl_m) > 1080.0 + 210.0
    assert lowest_flown_m(lane, city) >= 150.0


def test_cruise_gradients_are_within_the_aircraft() -> None:
    """No cruise piece climbs or descends more steeply than the type can."""
    city = crossroads()
    for lane in lay(city).lanes:
        for k in range(lane.cruise_first, lane.cruise_last):
            rise = lane.altitude_amsl_m[k + 1] - lane.altitude_amsl_m[k]
            run = lane.s_m[k + 1] - lane.s_m[k]
            assert rise <= city.aircraft_type.climb_gradient_max * run + 1e-6
            assert -rise <= city.aircraft_type.descent_gradient_max * run + 1e-6


def test_level_cruise_is_in_its_layer() -> None:
    """Over level ground the middle of a lane is at its layer's height."""
    city = draw_city(PAIR, [link("A", "B"), link("B", "A", 1)])
    heights = [lane.altitude_amsl_m[len(lane.s_m) // 2] - 600.0 for lane in lay(city).lanes]
    assert heights == pytest.approx([400.0, 700.0])


def test_climb_less_descent_is_the_difference_of_the_pads() -> None:
    """Sums of ups and downs differ by the pads' difference in height."""
    city = crossroads()
    for lane in lay(city).lanes:
        difference = lane.altitude_amsl_m[-1] - lane.altitude_amsl_m[0]
        assert lane.climb_m - lane.descent_m == pytest.approx(difference)


def test_legs_sum_to_the_distance_and_point_true() -> None:
    """Legs add up; a lane due east by the grid points about 91 degrees true at 77 E."""
    city = draw_city(PAIR, [link("A", "B")])
    lane = lay(city).lanes[0]
    assert sum(length for length, _ in lane.legs) == pytest.approx(lane.distance_m)
    convergence_deg = 2.0 * np.sin(np.radians(43.4))
    assert lane.legs[1][1] == pytest.approx(90.0 + convergence_deg, abs=0.15)


def test_vertices_are_less_than_30_s_apart_at_the_least_speed() -> None:
    """At half the cruise speed no two vertices are 30 s apart."""
    city = crossroads()
    slowest = city.aircraft_type.cruise_speed_mps * city.aircraft_type.ground_speed_fraction_min
    for lane in lay(city).lanes:
        assert max(b - a for a, b in pairwise(lane.s_m)) < 30.0 * slowest


def test_cells_cover_the_lane_and_never_begin_at_a_corner() -> None:
    """Cells follow one another from the first vertex to the last; ends are protected."""
    for lane in lay(crossroads()).lanes:
        assert lane.cells[0].first == 0
        assert lane.cells[-1].last == len(lane.s_m) - 1
        assert all(a.last == b.first for a, b in pairwise(lane.cells))
        assert lane.cells[0].protected_by == lane.origin
        assert lane.cells[-1].protected_by == lane.destination
        en_route = lane.cells[1:-1]
        assert all(cell.protected_by is None for cell in en_route)
        assert not {cell.first for cell in en_route[1:]} & set(lane.corners)


def test_protected_ends_stay_inside_the_cylinder() -> None:
    """Aircraft at the edge of their windows in an end cell are inside the cylinder."""
    city = crossroads()
    rules = city.rules.separation
    for lane in lay(city).lanes:
        for cell in (lane.cells[0], lane.cells[-1]):
            v = city.get_vertiport(cell.protected_by or "")
            for k in range(cell.first, cell.last + 1):
                away = hypot(lane.x_m[k] - v.x_m, lane.y_m[k] - v.y_m)
                assert hypot(away, rules.conformance_lateral_m) <= v.protected_radius_m + 0.01
            top = cell.upper_amsl_m + rules.conformance_vertical_m
            assert top <= v.elevation_amsl_m + v.protected_height_m


def test_a_lane_through_a_mountain_is_refused() -> None:
    """A ridge no gradient clears is refused with lane, place and heights."""
    city = draw_city(PAIR, [link("A", "B")], height=ridge(2200.0, 8.0))
    with pytest.raises(InvalidInput, match=r"lane A-B: clearance over .* km along"):
        lay(city)


def test_a_lane_above_the_altitude_of_oxygen_is_refused() -> None:
    """A far, high ridge that gradients would allow is above the highest altitude allowed."""
    sites = {"A": (-32.0, 0.0), "B": (32.0, 0.0)}
    city = draw_city(sites, [link("A", "B")], height=ridge(2600.0, 12.0))
    with pytest.raises(InvalidInput, match="at most 3048 m"):
        lay(city)


def test_a_fixed_altitude_in_the_ground_is_refused() -> None:
    """A fixed altitude is checked against the ground below it."""
    ground = ridge(400.0, 3.0)
    city = draw_city(PAIR, [link("A", "B", altitude_amsl_m=1100.0)], height=ground)
    with pytest.raises(InvalidInput, match=r"altitude_amsl_m at .* at least 1[0-9]{3} m"):
        lay(city)
    fine = draw_city(PAIR, [link("A", "B", altitude_amsl_m=1300.0)], height=ground)
    lane = lay(fine).lanes[0]
    assert lane.altitude_amsl_m[len(lane.s_m) // 2] == pytest.approx(1300.0)


def test_a_lane_off_the_terrain_is_refused() -> None:
    """A lane past the edge of the terrain is refused by name."""
    city = draw_city(PAIR, [link("A", "B", via=((-6.0, 60.0), (6.0, 60.0)))])
    with pytest.raises(InvalidInput, match="lane A-B: position"):
        lay(city)


def test_sites_too_near_for_a_lane_are_refused() -> None:
    """Two pads whose cylinders leave no room are refused."""
    with pytest.raises(InvalidInput, match="lane A-B: piece 1"):
        lay(draw_city({"A": (0.0, 0.0), "B": (1.2, 0.0)}, [link("A", "B")]))


def test_a_sharp_turn_is_refused() -> None:
    """A lane that nearly turns back is refused."""
    with pytest.raises(InvalidInput, match="at most 120 degrees"):
        lay(draw_city(PAIR, [link("A", "B", via=((6.0, 0.0), (-6.0, 1.0)))]))


def test_an_unknown_layer_or_node_is_refused() -> None:
    """A layer or a node the city does not have is refused."""
    with pytest.raises(InvalidInput, match="lane A-B: layer"):
        lay(draw_city(PAIR, [link("A", "B", layer=2)]))
    with pytest.raises(InvalidInput, match="lane A-B: node_ids"):
        lay(draw_city(PAIR, [link("A", "B", node_ids=("X",))]))


def runway() -> RunwayAxis:
    """Return a runway along the meridian of 77 E, 4 km long, its axis 6 km longer both ways."""
    (flon, flat_), (slon, slat) = place(0.0, -2.0), place(0.0, 2.0)
    return RunwayAxis(
        runway_id="18/36",
        first_lon_deg=flon,
        first_lat_deg=flat_,
        second_lon_deg=slon,
        second_lat_deg=slat,
        elevation_amsl_m=600.0,
        extent_m=6000.0,
    )


def node(east_km: float, north_km: float) -> CrossingNode:
    """Return a node that is crossed at 1,250 m or higher."""
    lon, lat = place(east_km, north_km)
    return CrossingNode(node_id="X", lon_deg=lon, lat_deg=lat, altitude_amsl_m_min=1250.0)


def test_a_runway_axis_is_crossed_at_nodes_only() -> None:
    """The straight lane over the runway is refused; by its node it is laid, high enough."""
    city = draw_city(PAIR, [link("A", "B")], runways=(runway(),))
    with pytest.raises(InvalidInput, match="crossing of runway axis 18/36"):
        lay(city)
    spec = link("A", "B", node_ids=("X",))
    city = draw_city(PAIR, [spec], runways=(runway(),), nodes=(node(0.0, 5.0),))
    lane = lay(city).lanes[0]
    at = int(np.argmin([abs(x - projection_of(city).to_xy(77.0, 43.4)[0]) for x in lane.x_m]))
    assert lane.altitude_amsl_m[at] >= 1250.0 + city.rules.separation.conformance_vertical_m


def test_a_node_far_from_the_crossing_does_not_mark_it() -> None:
    """A crossing more than a kilometre from the lane's node is refused."""
    spec = link("A", "B", via=((-3.0, 0.0), (3.0, 0.0)), node_ids=("X",))
    city = draw_city(PAIR, [spec], runways=(runway(),), nodes=(node(6.0, 0.0),))
    with pytest.raises(InvalidInput, match="crossing of runway axis"):
        lay(city)


def test_the_axis_ends_at_its_extent() -> None:
    """A lane that passes the axis beyond its extent needs no node."""
    via = ((-3.0, 9.5), (3.0, 9.5))
    city = draw_city(PAIR, [link("A", "B", via=via)], runways=(runway(),))
    assert len(lay(city).lanes) == 1


def test_lanes_are_found_by_pair_and_listed_by_id() -> None:
    """`find_lane` answers None, `get_lane` refuses, lists are sorted."""
    network = lay(crossroads())
    assert network.get_lane("E", "S").lane_id == "E-S"
    assert network.find_lane("E", "E") is None
    with pytest.raises(InvalidInput, match="E to E"):
        network.get_lane("E", "E")
    ids = [lane.lane_id for lane in network.list_lanes(origin="N")]
    assert ids == ["N-E", "N-M", "N-S", "N-W"]


def test_a_narrow_cylinder_is_refused() -> None:
    """A cylinder without room for the transition is refused by its vertiport."""
    city = draw_city(PAIR, [link("A", "B")], height=flat)
    sites = [msgspec.structs.replace(v, protected_radius_m=800.0) for v in city.vertiports]
    with pytest.raises(InvalidInput, match="vertiport A: protected_radius_m"):
        lay(msgspec.structs.replace(city, vertiports=tuple(sites)))


@pytest.mark.parametrize("name", ["tiny", "alatau"])
def test_our_cities_are_laid(name: str) -> None:
    """Every lane of a shipped city is laid; what is flown on it keeps the clearance."""
    city = load_city(name)
    network = lay(city)
    assert [lane.lane_id for lane in network.lanes] == sorted(s.lane_id for s in city.lanes.lanes)
    lowest = {lane.lane_id: lowest_flown_m(lane, city) for lane in network.lanes}
    assert {name: low for name, low in lowest.items() if low < 150.0} == {}


def test_rolling_ground_is_followed() -> None:
    """Ground that rises to the south lifts the lane with it."""
    sites = {"A": (0.0, 12.0), "B": (0.0, -12.0)}
    lane = lay(draw_city(sites, [link("A", "B")], height=rolling)).lanes[0]
    quarter, three = len(lane.s_m) // 3, 2 * len(lane.s_m) // 3
    assert lane.altitude_amsl_m[three] - lane.altitude_amsl_m[quarter] > 80.0
