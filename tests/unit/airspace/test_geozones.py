"""Geozones along lanes: where a lane enters, when it is closed, and that touching counts."""

from typing import Any

import msgspec
import pytest

from aspan.airspace.geozones import enters_reserved, find_closed, lane_crossings, list_sites_inside
from aspan.airspace.lanes import LaneNetwork, build_lane_network
from aspan.airspace.trajectory import Trajectory, plan_trajectory
from aspan.primitives.ids import GeozoneId
from aspan.world.geozones import Applicability, Geozone, GeozonePart
from aspan.world.vertiport import Names
from unit.airspace.cities import draw_city, link, place, projection

T0 = 1_744_700_000_000
LATERAL_M, VERTICAL_M, WINDOW_MS = 150.0, 60.0, 30_000


@pytest.fixture(scope="module")
def network() -> LaneNetwork:
    """Return one lane of 20 km to the east and its opposite, over level ground at 600 m."""
    city = draw_city({"W": (-10.0, 0.0), "E": (10.0, 0.0)}, [link("W", "E"), link("E", "W", 1)])
    return build_lane_network(city)


def square(
    west_km: float, south_km: float, east_km: float, north_km: float, low_m: float = 0.0,
    high_m: float = 5000.0, *periods: Applicability, **fields: Any,  # noqa: ANN401
) -> Geozone:  # fmt: skip
    """Return a rectangle in kilometres about (77 E, 43.4 N), closed unless told otherwise."""
    corners = [
        (west_km, south_km), (east_km, south_km), (east_km, north_km), (west_km, north_km),
        (west_km, south_km),
    ]  # fmt: skip
    part = GeozonePart(
        rings=(tuple(place(x, y) for x, y in corners),), lower_amsl_m=low_m, upper_amsl_m=high_m
    )
    zone = Geozone(
        zone_id=GeozoneId("Z"),
        names=Names(kk="Z", ru="Z", en="Z"),
        restriction="prohibited",
        parts=(part,),
        applicability=periods,
    )
    return msgspec.structs.replace(zone, **fields)


def enters(network: LaneNetwork, zone: Geozone, lane_id: str = "W-E") -> bool:
    """Say whether the lane enters the zone."""
    return lane_id in lane_crossings(network, [zone])


def trajectory(network: LaneNetwork) -> Trajectory:
    """Return the times over the eastbound lane in still air."""
    kind = draw_city({}, []).aircraft_type
    planned = plan_trajectory(network.get("W-E"), kind, wind_mps=0.0, wind_from_deg=0.0)
    assert isinstance(planned, Trajectory)
    return planned


def aside_km(network: LaneNetwork) -> float:
    """Return how far south of the middle line the eastbound lane cruises [km]."""
    lane = network.get("W-E")
    y0 = projection().to_xy(77.0, 43.4)[1]
    middle = min(range(len(lane.x_m)), key=lambda k: abs(lane.s_m[k] - lane.distance_m / 2.0))
    return (lane.y_m[middle] - y0) / 1000.0


def test_a_zone_across_the_lane_is_entered_at_its_pieces(network: LaneNetwork) -> None:
    """The stretch begins before the western border and ends beyond the eastern one."""
    (crossing,) = lane_crossings(network, [square(-1, -3, 2, 3)])[network.get("W-E").lane_id]
    lane = network.get("W-E")
    x0 = projection().to_xy(77.0, 43.4)[0]
    first, last = lane.x_m[crossing.first_vertex] - x0, lane.x_m[crossing.last_vertex] - x0
    inner = lane.x_m[crossing.first_vertex + 1] - x0
    assert first <= -1000 - LATERAL_M <= inner
    assert last >= 2000 + LATERAL_M


@pytest.mark.parametrize(("gap_m", "is_entered"), [(149.0, True), (152.5, False), (-5.0, True)])
def test_the_lateral_window_decides(network: LaneNetwork, gap_m: float, is_entered: bool) -> None:
    """A border 149 m beside the lane is met, one 152.5 m away is not."""
    north_km = aside_km(network) - gap_m / 1000.0
    assert enters(network, square(-2, north_km - 5, 2, north_km)) is is_entered


def test_touching_counts_in_height(network: LaneNetwork) -> None:
    """Limits that just meet the vertical window are entered, a metre further they are not."""
    lane = network.get("W-E")
    cruise_m = max(lane.altitude_amsl_m)
    touching, clear = cruise_m + VERTICAL_M, cruise_m + VERTICAL_M + 1.0
    assert enters(network, square(-2, -3, 2, 3, touching, 5000.0))
    assert not enters(network, square(-2, -3, 2, 3, clear, 5000.0))
    lowest_m = min(lane.altitude_amsl_m[lane.cruise_first : lane.cruise_last + 1])
    under = square(-2, -3, 2, 3, 0.0, lowest_m - VERTICAL_M - 1.0)
    assert not enters(network, under)


def test_a_climb_is_followed_through_the_limits(network: LaneNetwork) -> None:
    """Over the pad only what is flown low is met; the same zone higher up is not."""
    low = square(-10.2, -0.2, -9.8, 0.2, 0.0, 640.0)
    high = square(-10.1, -0.1, -9.9, 0.1, 3000.0, 4000.0)
    assert enters(network, low)
    assert not enters(network, high)


def test_a_zone_over_a_vertiport_is_entered_by_every_lane_of_it(network: LaneNetwork) -> None:
    """It loads like any other; both lanes meet it, and the site is named as lying under it."""
    zone = square(-10.5, -0.5, -9.5, 0.5)
    assert set(lane_crossings(network, [zone])) == {"W-E", "E-W"}
    west, east = place(-10.0, 0.0), place(10.0, 0.0)
    sites = [("W", *west, 900.0), ("E", *east, 900.0)]
    assert list_sites_inside(sites, zone) == ["W"]
    above = square(-10.5, -0.5, -9.5, 0.5, 901.0)
    assert list_sites_inside(sites, above) == []


def test_a_zone_without_restriction_is_passed_over(network: LaneNetwork) -> None:
    """It never closes, so no lane needs to know it; one with leave may close later, and stays."""
    assert not enters(network, square(-1, -3, 2, 3, restriction="none"))
    assert enters(network, square(-1, -3, 2, 3, restriction="required_authorisation"))


def test_find_closed_asks_only_for_the_time_inside(network: LaneNetwork) -> None:
    """Closed for ten minutes: refused while the stretch, with its window, meets them."""
    flown = trajectory(network)
    zone = square(-1, -3, 1, 3, 0.0, 5000.0,
                  Applicability(from_at_ms=T0, until_at_ms=T0 + 600_000))  # fmt: skip
    crossings = lane_crossings(network, [zone])[flown.lane.lane_id]
    first = flown.offsets_ms[crossings[0].first_vertex]
    last = flown.offsets_ms[crossings[0].last_vertex]
    earliest_after = T0 + 600_000 - first + WINDOW_MS
    latest_before = T0 - last - WINDOW_MS - 1
    assert find_closed(crossings, flown.offsets_ms, earliest_after, {}) is None
    assert find_closed(crossings, flown.offsets_ms, earliest_after - 1, {}) == "Z"
    assert find_closed(crossings, flown.offsets_ms, latest_before, {}) is None
    assert find_closed(crossings, flown.offsets_ms, latest_before + 1, {}) == "Z"


def test_leave_opens_and_its_loss_closes(network: LaneNetwork) -> None:
    """A zone that asks for leave is open with it and closed without, at any time."""
    flown = trajectory(network)
    for is_authorised, expected in ((True, None), (False, "Z")):
        zone = square(-1, -3, 1, 3, restriction="conditional", is_authorised=is_authorised)
        crossings = lane_crossings(network, [zone])[flown.lane.lane_id]
        assert find_closed(crossings, flown.offsets_ms, T0, {}) == expected


def test_a_reservation_closes_a_zone_that_is_open_to_us(network: LaneNetwork) -> None:
    """Kept for others it is closed while the aircraft, with its window, could be inside."""
    flown = trajectory(network)
    zone = square(-1, -3, 1, 3, restriction="conditional")
    crossings = lane_crossings(network, [zone])[flown.lane.lane_id]
    first = flown.offsets_ms[crossings[0].first_vertex]
    last = flown.offsets_ms[crossings[0].last_vertex]
    kept = {zone.zone_id: [(T0, T0 + 600_000)]}
    for lift_off_ms, is_met in (
        (T0 + 600_000 - first + WINDOW_MS, False),
        (T0 + 600_000 - first + WINDOW_MS - 1, True),
        (T0 - last - WINDOW_MS - 1, False),
        (T0 - last - WINDOW_MS, True),
    ):
        found = find_closed(crossings, flown.offsets_ms, lift_off_ms, kept)
        assert found == (zone.zone_id if is_met else None)
        assert enters_reserved(crossings, flown.offsets_ms, lift_off_ms, kept) == is_met


def test_the_first_closed_zone_on_the_way_is_named(network: LaneNetwork) -> None:
    """Of two closed zones the one flown into first is the answer, whatever their ids."""
    zones = [
        square(3, -3, 4, 3, zone_id=GeozoneId("A")),
        square(-4, -3, -3, 3, zone_id=GeozoneId("B")),
    ]
    flown = trajectory(network)
    crossings = lane_crossings(network, zones)[flown.lane.lane_id]
    assert [c.zone_id for c in crossings] == ["B", "A"]
    assert find_closed(crossings, flown.offsets_ms, T0, {}) == "B"


def test_positions_inside_a_zone_lie_on_its_stretch(network: LaneNetwork) -> None:
    """Sampled every second, a position within zone and window is always between the vertices."""
    flown = trajectory(network)
    x0, y0 = projection().to_xy(77.0, 43.4)
    for west, south, east, north, low, high in (
        (-9.0, -2.0, -7.0, 0.2, 700.0, 900.0), (-3.0, -0.4, 5.0, 1.0, 500.0, 2000.0),
        (6.0, -3.0, 9.5, 3.0, 650.0, 880.0), (-10.0, -0.6, 10.0, -0.4, 980.0, 1100.0),
    ):  # fmt: skip
        zone = square(west, south, east, north, low, high)
        found = lane_crossings(network, [zone]).get(flown.lane.lane_id, ())
        spans = [(flown.offsets_ms[c.first_vertex], flown.offsets_ms[c.last_vertex]) for c in found]
        hits = 0
        for at in range(0, flown.duration_ms, 1000):
            x, y, z = flown.position_m(at)
            dx = max(1000 * west - (x - x0), 0.0, (x - x0) - 1000 * east)
            dy = max(1000 * south - (y - y0), 0.0, (y - y0) - 1000 * north)
            is_near = (dx * dx + dy * dy) ** 0.5 <= LATERAL_M - 3.0
            if is_near and low - VERTICAL_M <= z <= high + VERTICAL_M:
                hits += 1
                assert any(a <= at <= b for a, b in spans)
        assert hits > 0
