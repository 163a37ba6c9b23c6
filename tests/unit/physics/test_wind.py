"""The wind triangle and its refusals (facts 2.2 item 6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.physics.wind import (
    WindRefused,
    airspeed_for_ground_speed_mps,
    ground_speed_mps,
    is_no_course_refused,
    wind_along_mps,
)


def fly(course_deg: float, wind_mps: float, wind_from_deg: float) -> float | WindRefused:
    """Return the ground speed of an aircraft at 72 m/s."""
    return ground_speed_mps(
        airspeed_mps=72.0,
        course_deg=course_deg,
        wind_mps=wind_mps,
        wind_from_deg=wind_from_deg,
        fraction_min=0.5,
    )


@pytest.mark.parametrize(
    ("wind_from_deg", "expected_mps"),
    [(90.0, 62.0), (270.0, 82.0), (0.0, (72.0**2 - 10.0**2) ** 0.5), (180.0, 71.302)],
)
def test_ground_speed_on_an_eastern_course(wind_from_deg: float, expected_mps: float) -> None:
    """Head wind takes, tail wind gives, cross wind takes what crabbing costs."""
    assert fly(90.0, 10.0, wind_from_deg) == pytest.approx(expected_mps, abs=1e-3)


def test_still_air_changes_nothing() -> None:
    """Without wind the ground speed is the airspeed, exactly."""
    assert fly(123.0, 0.0, 77.0) == 72.0


def test_refusal_on_both_sides_of_its_bound() -> None:
    """Half the airspeed is enough; a hair less is refused, and the refusal names both numbers."""
    assert fly(0.0, 36.0, 0.0) == pytest.approx(36.0)
    refused = fly(0.0, 36.1, 0.0)
    assert isinstance(refused, WindRefused)
    assert refused.ground_speed_mps == pytest.approx(35.9)
    assert refused.ground_speed_mps_min == 36.0
    assert "35.9 m/s" in refused.reason


def test_cross_wind_beyond_the_airspeed_is_refused() -> None:
    """A course that cannot be held has ground speed 0 in its refusal."""
    refused = fly(0.0, 80.0, 90.0)
    assert isinstance(refused, WindRefused)
    assert refused.ground_speed_mps == 0.0


def test_wind_along_the_course_has_the_sign_of_a_tail_wind() -> None:
    """Wind from behind is positive."""
    assert wind_along_mps(course_deg=10, wind_mps=5, wind_from_deg=190) == pytest.approx(5)
    assert wind_along_mps(course_deg=10, wind_mps=5, wind_from_deg=10) == pytest.approx(-5)


@given(
    course_deg=st.floats(0, 360),
    wind_mps=st.floats(0, 30),
    wind_from_deg=st.floats(0, 360),
)
def test_airspeed_is_the_inverse_of_ground_speed(
    course_deg: float, wind_mps: float, wind_from_deg: float
) -> None:
    """The airspeed that makes a ground speed good is the one that made it."""
    speed = fly(course_deg, wind_mps, wind_from_deg)
    assert not isinstance(speed, WindRefused)
    back = airspeed_for_ground_speed_mps(
        ground_speed_mps=speed,
        course_deg=course_deg,
        wind_mps=wind_mps,
        wind_from_deg=wind_from_deg,
    )
    assert back == pytest.approx(72.0, rel=1e-9)


@given(st.floats(0.0, 80.0), st.floats(0.0, 360.0), st.floats(0.0, 360.0))
def test_a_wind_weak_enough_refuses_no_course(
    wind_mps: float, wind_from_deg: float, course_deg: float
) -> None:
    """Where head-on would be flown, every course is."""
    if is_no_course_refused(airspeed_mps=72.0, wind_mps=wind_mps, fraction_min=0.5):
        assert isinstance(fly(course_deg, wind_mps, wind_from_deg), float)


@pytest.mark.parametrize(("wind_mps", "expected"), [(0.0, True), (35.9, True), (36.1, False)])
def test_weak_enough_is_what_leaves_the_least_head_on(wind_mps: float, expected: bool) -> None:
    """Half of 72 m/s must be left."""
    told = is_no_course_refused(airspeed_mps=72.0, wind_mps=wind_mps, fraction_min=0.5)
    assert told is expected
