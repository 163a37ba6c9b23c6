"""Noise levels against facts 1.26 to 1.31."""

from math import inf, log10, pi

import numpy as np
import pytest

from aspan.physics.noise import (
    cruise_level_dba,
    distance_for_level_m,
    hourly_level_dba,
    level_at_distance_dba,
    pass_exposure_dba,
    sum_levels_dba,
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


def test_a_pass_along_an_endless_line_is_the_line_source() -> None:
    """L0 - 20 log(d/r0) + 10 log(pi d/V): 58.6 dBA for 45.2 dBA at 500 m, 72 m/s, 500 m away."""
    exposure = pass_exposure_dba(45.2, distance_m=500, speed_mps=72)
    assert exposure == pytest.approx(45.2 + 10 * log10(pi * 500 / 72))
    assert exposure == pytest.approx(58.6, abs=0.05)


def test_twice_the_distance_of_a_pass_is_3_dba_less() -> None:
    """A passing source falls off as a line: 20 log of the level, given back 10 log by the time."""
    near = pass_exposure_dba(level_at_distance_dba(45.2, reference_m=500, distance_m=300),
                             distance_m=300, speed_mps=72)  # fmt: skip
    far = pass_exposure_dba(level_at_distance_dba(45.2, reference_m=500, distance_m=600),
                            distance_m=600, speed_mps=72)  # fmt: skip
    assert near - far == pytest.approx(10 * log10(2))


@pytest.mark.parametrize(("before_m", "after_m"), [(800.0, 300.0), (-200.0, 900.0), (50.0, 50.0)])
def test_a_pass_along_a_piece_is_the_integral_over_time(before_m: float, after_m: float) -> None:
    """The closed form agrees with the sum of 10^(L/10) over small steps of the way."""
    along_m = np.linspace(-before_m, after_m, 200_001)
    distance_m = np.hypot(along_m, 150.0)
    energy = 10.0 ** ((level_at_distance_dba(45.2, reference_m=500, distance_m=150)
                       - 20.0 * np.log10(distance_m / 150.0)) / 10.0)  # fmt: skip
    summed = 10 * log10(np.trapezoid(energy, along_m / 60.0))
    level = level_at_distance_dba(45.2, reference_m=500, distance_m=150)
    exposure = pass_exposure_dba(
        level, distance_m=150, speed_mps=60, before_m=before_m, after_m=after_m
    )
    assert exposure == pytest.approx(summed, abs=1e-6)


def test_two_equal_sources_are_3_dba_louder() -> None:
    """Energies add up: 55 and 55 dBA are 58.01; nothing together is silence."""
    assert sum_levels_dba([55, 55]) == pytest.approx(58.0103, abs=1e-4)
    assert sum_levels_dba([]) == -inf
    assert sum_levels_dba([-inf, 40]) == pytest.approx(40)


def test_sums_of_levels_commute() -> None:
    """The order of sources and how they are grouped do not matter."""
    levels = [31.0, 55.2, 44.4, 55.2, 12.0]
    whole = sum_levels_dba(levels)
    assert sum_levels_dba(reversed(levels)) == whole
    parts = [sum_levels_dba(levels[:2]), sum_levels_dba(levels[2:])]
    assert sum_levels_dba(parts) == pytest.approx(whole)
