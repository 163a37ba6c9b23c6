"""Conformance: a report against its plan."""

import pytest

from aspan.airspace.conformance import Conformance, Deviation, check_conformance
from aspan.airspace.lanes import build_lane_network
from aspan.airspace.trajectory import Trajectory, plan_trajectory
from unit.airspace.cities import crossroads

CITY = crossroads()
LANE = build_lane_network(CITY).get_lane("W", "E")
T0 = 1_776_000_000_000


def report(
    offset_ms: int, *, late_ms: int = 0, aside_m: float = 0.0, above_m: float = 0.0
) -> Conformance:
    """Hold against the plan a report of an aircraft late, aside and above by so much."""
    trajectory = plan_trajectory(LANE, CITY.aircraft_type, wind_mps=5.0, wind_from_deg=10.0)
    assert isinstance(trajectory, Trajectory)
    x, y, height = trajectory.position_m(offset_ms)
    return check_conformance(
        trajectory,
        CITY.rules.separation,
        lift_off_at_ms=T0,
        at_ms=T0 + offset_ms + late_ms,
        x_m=x,
        y_m=y - aside_m,
        altitude_amsl_m=height + above_m,
    )


def test_on_plan_conforms() -> None:
    """On plan nothing deviates, from hover to hover."""
    for offset_ms in (0, 15_000, 40_000, 130_000, 250_000, 300_000):
        result = report(offset_ms)
        assert result.is_inside
        assert result.lateral_m == pytest.approx(0.0, abs=0.1)
        assert result.late_ms == pytest.approx(0, abs=5)


@pytest.mark.parametrize(
    ("late_ms", "aside_m", "above_m", "expected"),
    [
        (29_900, 0.0, 0.0, ()),
        (30_100, 0.0, 0.0, (Deviation.LATE,)),
        (-29_900, 0.0, 0.0, ()),
        (-30_100, 0.0, 0.0, (Deviation.EARLY,)),
        (0, 148.0, 0.0, ()),
        (0, 153.0, 0.0, (Deviation.LATERAL,)),
        (0, 0.0, 58.0, ()),
        (0, 0.0, -62.0, (Deviation.VERTICAL,)),
        (31_000, 160.0, 70.0, (Deviation.LATERAL, Deviation.VERTICAL, Deviation.LATE)),
    ],
)
def test_each_window_has_two_sides(
    late_ms: int, aside_m: float, above_m: float, expected: tuple[Deviation, ...]
) -> None:
    """Just inside each window conforms, just outside is named."""
    result = report(200_000, late_ms=late_ms, aside_m=aside_m, above_m=above_m)
    assert result.deviations == expected


def test_a_late_lift_off_is_late_and_an_early_report_is_not() -> None:
    """On the pad nobody is early before lift-off; after it he is late."""
    assert report(0, late_ms=-600_000).is_inside
    assert report(0, late_ms=31_000).deviations == (Deviation.LATE,)


def test_an_arrival_on_the_pad_is_early_but_never_late() -> None:
    """Standing on the pad after touchdown is no deviation; being there too soon is."""
    assert report(10**9, late_ms=0).is_inside
    trajectory = plan_trajectory(LANE, CITY.aircraft_type, wind_mps=5.0, wind_from_deg=10.0)
    assert isinstance(trajectory, Trajectory)
    early = report(trajectory.duration_ms, late_ms=-31_000)
    assert early.deviations == (Deviation.EARLY,)


def test_hover_is_told_by_its_height() -> None:
    """Half-way up the hover climb is half of its time, though nothing moved over ground."""
    assert report(15_000, late_ms=4_000).late_ms == pytest.approx(4_000, abs=50)
