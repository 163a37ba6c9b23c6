"""The standard atmosphere against published figures and facts 2.3."""

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import celsius_to_kelvin
from aspan.world.atmosphere import (
    STANDARD_DENSITY_KG_M3,
    air_density_kg_m3,
    density_altitude_m,
    pressure_altitude_m,
    pressure_at_height_pa,
    standard_pressure_pa,
)


@pytest.mark.parametrize(
    ("height_m", "pressure_pa"), [(0, 101_325), (1000, 89_875), (3000, 70_109), (5000, 54_020)]
)
def test_pressure_is_that_of_the_published_standard_atmosphere(
    height_m: float, pressure_pa: float
) -> None:
    """Geopotential pressure of ICAO Doc 7488 table 1, to its last digit."""
    assert standard_pressure_pa(height_m) == pytest.approx(pressure_pa, abs=1.0)


@pytest.mark.parametrize(
    ("height_m", "temperature_c", "density", "altitude_m"),
    [
        (0, 15, 1.225, 0),
        (700, 15, 1.127, 863),
        (700, 38, 1.043, 1640),
        (900, 36, 1.025, 1817),
        (1690, 30, 0.949, 2578),
        (700, -15, 1.258, -275),
    ],
)
def test_density_and_density_altitude_are_those_of_facts_2_3(
    height_m: float, temperature_c: float, density: float, altitude_m: float
) -> None:
    """Density to its third decimal and density altitude to its metre, all rows of facts 2.3."""
    found = air_density_kg_m3(standard_pressure_pa(height_m), celsius_to_kelvin(temperature_c))
    assert found == pytest.approx(density, abs=5.1e-4)
    assert density_altitude_m(found) == pytest.approx(altitude_m, abs=0.6)


def test_pressure_altitude_undoes_the_pressure() -> None:
    """The height that has a pressure is the height the pressure came from."""
    for height_m in (-100.0, 0.0, 681.0, 4000.0):
        back_m = pressure_altitude_m(standard_pressure_pa(height_m))
        assert back_m == pytest.approx(height_m, abs=1e-6)


def test_pressure_moves_with_height_from_what_was_reported() -> None:
    """There and back gives the report again; 8.4 m near sea level weigh one hectopascal."""
    up = pressure_at_height_pa(94_000.0, from_amsl_m=681.0, to_amsl_m=1690.0)
    assert up < 94_000.0
    down = pressure_at_height_pa(up, from_amsl_m=1690.0, to_amsl_m=681.0)
    assert down == pytest.approx(94_000.0, abs=1e-6)
    lower = pressure_at_height_pa(101_325.0, from_amsl_m=0.0, to_amsl_m=8.4)
    assert lower == pytest.approx(101_225.0, abs=2.0)


def test_density_falls_with_heat_and_the_standard_is_at_sea_level() -> None:
    """Hot air is thinner in proportion to absolute temperature."""
    assert density_altitude_m(STANDARD_DENSITY_KG_M3) == pytest.approx(0.0, abs=1e-9)
    ratio = air_density_kg_m3(1e5, 300.0) / air_density_kg_m3(1e5, 250.0)
    assert ratio == pytest.approx(250.0 / 300.0)


@pytest.mark.parametrize("height_m", [11_001.0, float("nan")])
def test_heights_above_the_troposphere_are_refused(height_m: float) -> None:
    """The closed form holds below 11 km; beyond, the edge says no."""
    with pytest.raises(InvalidInput, match="elevation_amsl_m"):
        standard_pressure_pa(height_m)
