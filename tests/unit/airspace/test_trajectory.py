"""Trajectories: times over a lane in the wind, positions, and what a log needs."""

import pytest

from aspan.airspace.lanes import PHASES, Lane, build_lane_network
from aspan.airspace.trajectory import Trajectory, plan_trajectory, trajectory_from_offsets
from aspan.physics.wind import WindRefused
from aspan.primitives.errors import InvalidInput
from unit.airspace.cities import crossroads

NETWORK = build_lane_network(crossroads())
TYPE = crossroads().aircraft_type


def plan(lane: Lane, wind_mps: float = 0.0, wind_from_deg: float = 0.0) -> Trajectory:
    """Return the plan in a wind that allows one."""
    planned = plan_trajectory(lane, TYPE, wind_mps=wind_mps, wind_from_deg=wind_from_deg)
    assert isinstance(planned, Trajectory)
    return planned


def test_still_air_takes_hover_transition_and_distance() -> None:
    """In still air the time is that of hover, transitions and the rest at cruise speed."""
    for lane in NETWORK.lanes:
        cruise_m = lane.s_m[lane.cruise_last] - lane.s_m[lane.cruise_first]
        expected_s = 30.0 + 25.0 + cruise_m / TYPE.cruise_speed_mps + 25.0 + 45.0
        assert plan(lane).duration_ms == pytest.approx(expected_s * 1000.0, abs=1.0)


def test_a_head_wind_costs_more_than_a_tail_wind_gives() -> None:
    """There and back in wind takes longer than in still air."""
    lane = NETWORK.get_lane("N", "M")
    course = max(lane.legs)[1]
    against, along = plan(lane, 12.0, course), plan(lane, 12.0, course + 180.0)
    assert against.duration_ms > plan(lane).duration_ms > along.duration_ms
    assert against.duration_ms + along.duration_ms > 2 * plan(lane).duration_ms


def test_wind_leaves_hover_and_transition_alone() -> None:
    """Only cruise depends on the wind."""
    lane = NETWORK.get_lane("N", "M")
    calm, windy = plan(lane), plan(lane, 10.0, 200.0)
    assert calm.offsets_ms[: lane.cruise_first + 1] == windy.offsets_ms[: lane.cruise_first + 1]
    assert calm.duration_ms - calm.offsets_ms[lane.cruise_last] == (
        windy.duration_ms - windy.offsets_ms[lane.cruise_last]
    )


def test_a_storm_is_refused_with_the_numbers() -> None:
    """A head wind of more than half the airspeed is refused, naming both speeds."""
    lane = NETWORK.get_lane("N", "M")
    refused = plan_trajectory(lane, TYPE, wind_mps=40.0, wind_from_deg=max(lane.legs)[1])
    assert isinstance(refused, WindRefused)
    assert refused.ground_speed_mps < refused.ground_speed_mps_min == 36.0


def test_phases_follow_one_another() -> None:
    """Phases come in the order of flight and each is named where it holds."""
    lane = NETWORK.get_lane("W", "E")
    trajectory = plan(lane)
    assert list(dict.fromkeys(lane.phases)) == list(PHASES)
    middle = trajectory.duration_ms // 2
    told = [trajectory.phase(t) for t in (0, 29_999, 30_000, 54_999, 55_000, middle)]
    assert told == [PHASES[0], PHASES[0], PHASES[1], PHASES[1], PHASES[2], PHASES[2]]
    assert trajectory.phase(trajectory.duration_ms) == PHASES[4]


def test_transition_speeds_up_in_even_steps() -> None:
    """The steps of the transition have 0.1, 0.3, 0.5, 0.7 and 0.9 of the cruise speed."""
    trajectory = plan(NETWORK.get_lane("W", "E"))
    speeds = [trajectory.ground_speed_mps(k) / TYPE.cruise_speed_mps for k in range(1, 6)]
    assert speeds == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9], abs=1e-3)


def test_positions_meet_the_vertices_and_hold_beyond_the_ends() -> None:
    """At each vertex's instant the aircraft is there; before and after it stands on the pads."""
    lane = NETWORK.get_lane("W", "E")
    trajectory = plan(lane, 7.0, 30.0)
    for k, offset_ms in enumerate(trajectory.offsets_ms):
        x, y, height = trajectory.position_m(offset_ms)
        assert (x, y) == pytest.approx((lane.x_m[k], lane.y_m[k]))
        assert height == pytest.approx(lane.altitude_amsl_m[k])
    assert trajectory.position_m(-5000) == trajectory.position_m(0)
    end = trajectory.position_deg(trajectory.duration_ms + 9000)
    assert end == (lane.lon_deg[-1], lane.lat_deg[-1], lane.altitude_amsl_m[-1])


def test_a_log_needs_only_lane_and_offsets() -> None:
    """A trajectory rebuilt from its offsets is at the same places at the same times."""
    planned = plan(NETWORK.get_lane("E", "S"), 9.0, 300.0)
    rebuilt = trajectory_from_offsets(NETWORK.get("E-S"), list(planned.offsets_ms))
    assert rebuilt.offsets_ms == planned.offsets_ms
    assert rebuilt.position_m(123_456) == planned.position_m(123_456)
    assert rebuilt.passages_ms() == planned.passages_ms()


@pytest.mark.parametrize("spoil", ["short", "late start", "backwards"])
def test_offsets_that_fit_no_lane_are_refused(spoil: str) -> None:
    """Too few offsets, a first that is not 0, and time that runs back are bad input."""
    lane = NETWORK.get("E-S")
    offsets = list(plan(lane).offsets_ms)
    if spoil == "short":
        offsets.pop()
    elif spoil == "late start":
        offsets[0] = 1
    else:
        offsets[5], offsets[6] = offsets[6], offsets[5]
    with pytest.raises(InvalidInput, match="lane E-S"):
        trajectory_from_offsets(lane, offsets)
