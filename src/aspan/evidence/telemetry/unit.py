"""Units that recorders write in, each with its way into ours."""

from typing import Final

import msgspec

from aspan.primitives.units import (
    DEG_PER_RAD,
    KELVIN_AT_0_C,
    M_PER_FT,
    M_PER_KM,
    MPS_PER_KMH,
    MPS_PER_KT,
    N_M_PER_LBF_FT,
    PA_PER_HPA,
    PA_PER_INHG,
    RAD_PER_S_PER_RPM,
    S_PER_MIN,
    W_PER_KW,
)


class Unit(msgspec.Struct, frozen=True):
    """A unit and what a value in it is in ours: `value * scale + offset`.

    Parameters
    ----------
    ours
        The unit of the channel it measures (`world.telemetry.Channel.unit`).
    """

    name: str
    ours: str
    scale: float
    offset: float = 0.0


_KPA = 1_000.0
_FAHRENHEIT = 5.0 / 9.0

_UNITS: Final = (
    Unit("deg", "deg", 1.0),
    Unit("rad", "deg", DEG_PER_RAD),
    Unit("m", "m", 1.0),
    Unit("ft", "m", M_PER_FT),
    Unit("km", "m", M_PER_KM),
    Unit("m/s", "m/s", 1.0),
    Unit("kt", "m/s", MPS_PER_KT),
    Unit("km/h", "m/s", MPS_PER_KMH),
    Unit("ft/min", "m/s", M_PER_FT / S_PER_MIN),
    Unit("K", "K", 1.0),
    Unit("degC", "K", 1.0, KELVIN_AT_0_C),
    Unit("degF", "K", _FAHRENHEIT, KELVIN_AT_0_C - 32.0 * _FAHRENHEIT),
    Unit("Pa", "Pa", 1.0),
    Unit("hPa", "Pa", PA_PER_HPA),
    Unit("kPa", "Pa", _KPA),
    Unit("inHg", "Pa", PA_PER_INHG),
    Unit("N m", "N m", 1.0),
    Unit("lbf ft", "N m", N_M_PER_LBF_FT),
    Unit("rad/s", "rad/s", 1.0),
    Unit("rpm", "rad/s", RAD_PER_S_PER_RPM),
    Unit("kW", "kW", 1.0),
    Unit("W", "kW", 1.0 / W_PER_KW),
    Unit("V", "V", 1.0),
    Unit("mV", "V", 1e-3),
    Unit("A", "A", 1.0),
    Unit("1", "1", 1.0),
    Unit("%", "1", 0.01),
    Unit("dBA", "dBA", 1.0),
)

UNIT_BY_NAME: Final = {unit.name: unit for unit in _UNITS}
"""Every unit that a layout may state."""


def list_units(ours: str) -> list[Unit]:
    """Return the units in which a channel of our unit may be written, ours first."""
    return [unit for unit in _UNITS if unit.ours == ours]
