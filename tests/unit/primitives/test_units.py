"""Units: every conversion against a number somebody else has published."""

from math import isclose, sqrt

import pytest

from aspan.primitives import units


def test_standard_gravity_and_zero_celsius_are_the_defined_values() -> None:
    """Gravity is that of the 3rd CGPM, 1901; 0 °C is 273.15 K (SI Brochure, 9th ed., 2.3.1)."""
    assert units.STANDARD_GRAVITY_MPS2 == 9.80665
    assert units.KELVIN_AT_0_C == 273.15


@pytest.mark.parametrize(
    ("celsius", "kelvin"), [(15.0, 288.15), (-56.5, 216.65), (100.0, 373.15), (-273.15, 0.0)]
)
def test_celsius_and_kelvin(celsius: float, kelvin: float) -> None:
    """Temperatures of ICAO Doc 7488 (sea level, tropopause) convert both ways."""
    assert units.celsius_to_kelvin(celsius) == pytest.approx(kelvin)
    assert units.kelvin_to_celsius(kelvin) == pytest.approx(celsius)


def test_speeds() -> None:
    """A knot is 0.514444 m/s and 100 km/h 27.7778 m/s (NIST SP 811, 2008, appendix B.8)."""
    assert pytest.approx(0.5144444, abs=1e-7) == units.MPS_PER_KT
    assert pytest.approx(27.77778, abs=1e-5) == 100.0 * units.MPS_PER_KMH


def test_sound_at_sea_level_in_knots() -> None:
    """Sound travels 661.5 kt, 340.29 m/s, at sea level (ICAO Doc 7488, 3rd ed.)."""
    sound_mps = sqrt(1.4 * 287.05287 * units.celsius_to_kelvin(15.0))
    assert isclose(sound_mps, 340.29, abs_tol=0.01)
    assert isclose(sound_mps / units.MPS_PER_KT, 661.5, abs_tol=0.1)


def test_of_recorders() -> None:
    """Inches of mercury, pound-force feet and turns a minute are as NIST SP 811, appendix B.8."""
    assert pytest.approx(3386.389, abs=1e-3) == units.PA_PER_INHG
    assert pytest.approx(1.355818, abs=1e-6) == units.N_M_PER_LBF_FT
    assert pytest.approx(0.1047198, abs=1e-7) == units.RAD_PER_S_PER_RPM
    assert pytest.approx(57.29578, abs=1e-5) == units.DEG_PER_RAD


def test_lengths() -> None:
    """10,000 ft are 3,048 m (NIST SP 811: a foot is exactly 0.3048 m); 1 km is 1,000 m."""
    assert pytest.approx(3048.0) == 10_000 * units.M_PER_FT
    assert units.M_PER_KM == 1000.0


def test_pressure_at_sea_level() -> None:
    """1,013.25 hPa are 101,325 Pa (ICAO Doc 7488, 3rd ed.)."""
    assert pytest.approx(101_325.0) == 1013.25 * units.PA_PER_HPA


def test_energy_and_power() -> None:
    """A kilowatt-hour is 3.6 MJ and a kilowatt 1,000 W (NIST SP 811, appendix B.8)."""
    assert units.J_PER_KWH == 3.6e6
    assert units.W_PER_KW * units.S_PER_H == units.J_PER_KWH


def test_times() -> None:
    """A day has 86,400 s (SI Brochure, 9th ed., table 8)."""
    assert units.MS_PER_DAY == 86_400 * units.MS_PER_S
    assert units.MS_PER_H == units.S_PER_H * units.MS_PER_S == 60 * units.MS_PER_MIN
    assert units.MS_PER_MIN == units.S_PER_MIN * units.MS_PER_S


@pytest.mark.parametrize(
    ("duration_s", "duration_ms"), [(0.0, 0), (1.5, 1500), (0.0005, 0), (0.0015, 2), (-2.0, -2000)]
)
def test_seconds_become_whole_milliseconds(duration_s: float, duration_ms: int) -> None:
    """Halves go to the even millisecond (IEEE 754-2019, 4.3.1)."""
    assert units.seconds_to_ms(duration_s) == duration_ms


@pytest.mark.parametrize(("tenge", "tiyn"), [(1.0, 100), (0.015, 2), (45_000.0, 4_500_000)])
def test_a_tenge_has_a_hundred_tiyn(tenge: float, tiyn: int) -> None:
    """The tenge is divided into 100 tiyn (ISO 4217: KZT has two decimals)."""
    assert units.tenge_to_tiyn(tenge) == tiyn
