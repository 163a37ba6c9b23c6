"""Noise levels against facts 1.26 to 1.31."""

from math import inf

import pytest

from aspan.physics.noise import (
    cruise_level_dba,
    distance_for_level_m,
    hourly_level_dba,
    level_at_distance_dba,
    terminal_level_dba,
)
from aspan.world.aircraft import AircraftType


def test_level_vector(aircraft: AircraftType) -> None:
    """65 dBA at 100 m are 51.0 dBA at 500 m (facts 2.6)."""
    assert terminal_level_dba(aircraft, distance_m=500) == pytest.approx(51.0, abs=0.05)
    assert level_at_distance_dba(65, reference_m=100, distance_m=100) == 65


def test_cruise_has_its_own_source_level(aircraft: AircraftType) -> None:
    """45.2 dBA at 500 m, which is 59 at 100 m and not the terminal 65 (facts 1.26)."""
    assert cruise_level_dba(aircraft, distance_m=500) == 45.2
    assert cruise_level_dba(aircraft, distance_m=100) == pytest.approx(59, abs=0.5)


@pytest.mark.parametrize(
    ("movements_per_h", "at_100_m", "for_55", "for_45"), [(20, 59, 158, 500), (10, 56, 112, 355)]
)
def test_hourly_level_of_a_pad(
    aircraft: AircraftType, movements_per_h: float, at_100_m: float, for_55: float, for_45: float
) -> None:
    """Levels and distances of facts 1.30 and 1.31."""
    hourly = hourly_level_dba(
        terminal_level_dba(aircraft, distance_m=100),
        movements_per_h=movements_per_h,
        movement_s=45,
    )
    assert hourly == pytest.approx(at_100_m, abs=0.5)
    found_55 = distance_for_level_m(hourly, reference_m=100, wanted_dba=55)
    found_45 = distance_for_level_m(hourly, reference_m=100, wanted_dba=45)
    assert found_55 == pytest.approx(for_55, abs=0.6)
    assert found_45 == pytest.approx(for_45, rel=0.005)


def test_an_hour_without_movements_is_silent() -> None:
    """No movement adds no level."""
    assert hourly_level_dba(65, movements_per_h=0, movement_s=45) == -inf
