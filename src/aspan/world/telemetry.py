"""Channels of test telemetry: what a recorder tells of an aircraft under test, in which unit.

One row of telemetry is one instant. `at_ms` (UTC) and `sequence` (from 0, one more each row) come
first; every channel is a number, absent where the sensor said nothing. The twin's recorder writes
these names; an aircraft's own file may have fewer or more, and units of its own (`unit_scale`).
Shaft power of a unit is torque times speed; electrical power of the aircraft is the sum over packs
of voltage times current, positive when they give.

Facts 1.6 and 1.7 number the units and packs, facts 5.c asks for 10 Hz and sequence numbers.
"""

from typing import Final

import msgspec

UNITS: Final = 6
"""Electric propulsion units (facts 1.6)."""

PACKS: Final = 4
"""Battery packs (facts 1.7)."""

MICROPHONES: Final = 3
"""Of the test site's own noise recorder."""

EVENT_MARK: Final = "event_mark"
"""Which segment of its card is being held, counted from 1; 0 between. Pressed by the crew."""

RATE_HZ_MIN: Final = 10.0
"""Least rate of telemetry that safety rests on (facts 5.c)."""


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a row of telemetry.

    Parameters
    ----------
    name
        With its unit as suffix, as everywhere.
    unit
        In words of the trade, for tables and axes.
    low, high
        Outside them no sensor of this kind is working: the value is kept and flagged.
    noise
        Standard deviation of one reading of the default sensor, in `unit`. Assumed: of instruments
        usual in flight test; a recorder's calibration replaces it.
    step_max
        More between two readings in a second than any aircraft of this kind can do: a jump.
    """

    name: str
    unit: str
    low: float
    high: float
    noise: float
    step_max: float


def _channel(name: str, unit: str, span: tuple[float, float], noise: float, step: float) -> Channel:
    low, high = span
    return Channel(name=name, unit=unit, low=low, high=high, noise=noise, step_max=step)


_AIRCRAFT: Final = (
    _channel("lon_deg", "deg", (-180.0, 180.0), 1e-5, 0.005),
    _channel("lat_deg", "deg", (-90.0, 90.0), 1e-5, 0.005),
    _channel("altitude_amsl_m", "m", (-500.0, 6_000.0), 1.0, 100.0),
    _channel("height_agl_m", "m", (-20.0, 5_000.0), 0.5, 100.0),
    _channel("roll_deg", "deg", (-180.0, 180.0), 0.3, 120.0),
    _channel("pitch_deg", "deg", (-90.0, 90.0), 0.3, 90.0),
    _channel("heading_deg", "deg", (0.0, 360.0), 0.5, 360.0),
    _channel("tilt_deg", "deg", (-10.0, 110.0), 0.3, 60.0),
    _channel("airspeed_mps", "m/s", (-20.0, 150.0), 0.5, 40.0),
    _channel("ground_speed_mps", "m/s", (0.0, 200.0), 0.2, 40.0),
    _channel("vertical_speed_mps", "m/s", (-60.0, 60.0), 0.2, 40.0),
    _channel("air_temperature_k", "K", (200.0, 340.0), 0.3, 20.0),
    _channel("pressure_pa", "Pa", (40_000.0, 110_000.0), 20.0, 2_000.0),
)

_Part = tuple[str, str, tuple[float, float], float, float]

_UNIT: Final[tuple[_Part, ...]] = (
    ("torque_nm", "N m", (-500.0, 4_000.0), 8.0, 6_000.0),
    ("speed_rad_per_s", "rad/s", (-10.0, 400.0), 0.2, 400.0),
    ("electrical_kw", "kW", (-50.0, 400.0), 1.0, 600.0),
)

_PACK: Final[tuple[_Part, ...]] = (
    ("voltage_v", "V", (0.0, 1_000.0), 0.8, 400.0),
    ("current_a", "A", (-1_500.0, 1_500.0), 1.5, 2_500.0),
    ("temperature_k", "K", (220.0, 420.0), 0.3, 20.0),
    ("soc", "1", (-0.05, 1.05), 0.002, 0.1),
    ("cell_spread_v", "V", (-0.02, 2.0), 0.002, 0.5),
)


def _numbered(part: str, count: int, kinds: tuple[_Part, ...]) -> tuple[Channel, ...]:
    return tuple(
        _channel(f"{part}{n}_{name}", unit, span, noise, step)
        for n in range(1, count + 1)
        for name, unit, span, noise, step in kinds
    )


CHANNELS: Final = (
    *_AIRCRAFT,
    *_numbered("unit", UNITS, _UNIT),
    *_numbered("pack", PACKS, _PACK),
    *_numbered("mic", MICROPHONES, (("dba", "dBA", (0.0, 150.0), 0.7, 60.0),)),
    _channel("charger_kw", "kW", (-20.0, 1_000.0), 1.0, 1_000.0),
    _channel(EVENT_MARK, "1", (0.0, 1_000.0), 0.0, 1e6),
)
"""Every channel of the twin's recorder, in the order of its columns."""

CHANNEL_BY_NAME: Final = {channel.name: channel for channel in CHANNELS}
"""The same, by name."""
