"""Atmosphere: pressure, density and density altitude of the air at a place.

The standard atmosphere of ICAO below 11 km (ICAO Doc 7488, *Manual of the ICAO Standard
Atmosphere*, 3rd ed., 1993), in the closed form and with the constants of facts 2.2 item 1.
Not modelled: humidity (the dampest air of a summer day is about 1 % lighter than dry air).
"""

from math import pow as power
from typing import Final

from aspan.primitives.errors import InvalidInput

STANDARD_PRESSURE_PA: Final = 101_325.0
"""Pressure at mean sea level [Pa]: ICAO Doc 7488."""

STANDARD_TEMPERATURE_K: Final = 288.15
"""Temperature at mean sea level [K]: ICAO Doc 7488."""

GAS_CONSTANT_AIR_J_KG_K: Final = 287.05
"""Specific gas constant of dry air [J/(kg K)]: ICAO Doc 7488, as rounded in facts 2.2."""

STANDARD_DENSITY_KG_M3: Final = STANDARD_PRESSURE_PA / (
    GAS_CONSTANT_AIR_J_KG_K * STANDARD_TEMPERATURE_K
)
"""Density at mean sea level [kg/m3], 1.225."""

_LAPSE_PER_M: Final = 2.25577e-5
"""Temperature lapse over sea-level temperature [1/m]: 6.5 K/km over 288.15 K."""

_PRESSURE_EXPONENT: Final = 5.25588
_TROPOPAUSE_M: Final = 11_000.0


def standard_pressure_pa(elevation_amsl_m: float) -> float:
    """Return the pressure of the standard atmosphere at a height, up to 11 km."""
    if not elevation_amsl_m <= _TROPOPAUSE_M:
        raise InvalidInput("elevation_amsl_m", elevation_amsl_m, "at most 11000 m")
    base = 1.0 - _LAPSE_PER_M * elevation_amsl_m
    return STANDARD_PRESSURE_PA * power(base, _PRESSURE_EXPONENT)


def pressure_altitude_m(pressure_pa: float) -> float:
    """Return the height in the standard atmosphere that has this pressure."""
    share = power(pressure_pa / STANDARD_PRESSURE_PA, 1.0 / _PRESSURE_EXPONENT)
    return (1.0 - share) / _LAPSE_PER_M


def pressure_at_height_pa(pressure_pa: float, *, from_amsl_m: float, to_amsl_m: float) -> float:
    """Return the pressure at a second height, from the pressure reported at a first.

    Assumed: the air between the two has the standard lapse, as altimeters assume it; over 1,000 m
    of air 20 K off standard the error is below 1 %.

    Parameters
    ----------
    pressure_pa
        At `from_amsl_m`; use the QNH with `from_amsl_m=0`.
    """
    return standard_pressure_pa(pressure_altitude_m(pressure_pa) + to_amsl_m - from_amsl_m)


def air_density_kg_m3(pressure_pa: float, temperature_k: float) -> float:
    """Return the density of dry air (facts 2.2 item 1)."""
    return pressure_pa / (GAS_CONSTANT_AIR_J_KG_K * temperature_k)


def density_altitude_m(density_kg_m3: float) -> float:
    """Return the height in the standard atmosphere that has this density."""
    ratio = density_kg_m3 / STANDARD_DENSITY_KG_M3
    return (1.0 - power(ratio, 1.0 / (_PRESSURE_EXPONENT - 1.0))) / _LAPSE_PER_M
