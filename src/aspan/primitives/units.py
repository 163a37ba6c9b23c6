"""Unit conversions and physical constants; a bare 3600 or 1.852 elsewhere is a fault."""

from math import pi
from typing import Final

MS_PER_S: Final = 1000
S_PER_MIN: Final = 60
S_PER_H: Final = 3600
MS_PER_MIN: Final = 60_000
MS_PER_H: Final = 3_600_000
MS_PER_DAY: Final = 86_400_000
W_PER_KW: Final = 1000.0
J_PER_KWH: Final = 3.6e6
KELVIN_AT_0_C: Final = 273.15
PA_PER_HPA: Final = 100.0
M_PER_KM: Final = 1000.0
MPS_PER_KMH: Final = 1000.0 / 3600.0
MPS_PER_KT: Final = 1852.0 / 3600.0
M_PER_FT: Final = 0.3048
DEG_PER_RAD: Final = 180.0 / pi
RAD_PER_S_PER_RPM: Final = pi / 30.0
PA_PER_INHG: Final = 3386.389
N_M_PER_LBF_FT: Final = 1.3558179483314004
TIYN_PER_TENGE: Final = 100

STANDARD_GRAVITY_MPS2: Final = 9.80665
"""Standard acceleration of gravity [m/s2]: CGPM 1901."""


def celsius_to_kelvin(temperature_c: float) -> float:
    """Return a temperature in kelvin."""
    return temperature_c + KELVIN_AT_0_C


def kelvin_to_celsius(temperature_k: float) -> float:
    """Return a temperature in degrees Celsius."""
    return temperature_k - KELVIN_AT_0_C


def seconds_to_ms(duration_s: float) -> int:
    """Return a duration as whole milliseconds, rounded half to even."""
    return round(duration_s * MS_PER_S)


def tenge_to_tiyn(amount_kzt: float) -> int:
    """Return an amount of tenge as whole tiyn, rounded half to even."""
    return round(amount_kzt * TIYN_PER_TENGE)
