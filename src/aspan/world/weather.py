"""Weather as it is told: an observation at a place and hour, and a forecast of one.

The same type carries truth (in the twin), reports and forecasts; what it is, the holder says.
"""

from typing import Literal

import msgspec

from aspan.primitives.ids import PlaceId

PresentWeather = Literal["", "FG", "BR", "RA", "SN", "TS", "FZRA", "FZFG"]
"""METAR group of present weather, the one most restrictive for flight; empty if none."""

CEILING_UNLIMITED_M = 9000.0
"""Ceiling written when there is none below this height."""


class Weather(msgspec.Struct, frozen=True, kw_only=True):
    """Weather at one place and instant; piecewise constant over the hour from `at_ms`.

    Parameters
    ----------
    at_ms
        Start of the hour it holds for.
    wind_from_deg
        Direction the wind comes from, true, [0, 360).
    relative_humidity
        In [0, 1].
    ceiling_agl_m
        Above the place's ground; `CEILING_UNLIMITED_M` if none.
    is_modelled
        False only where a measured hour stands behind it.
    """

    place_id: PlaceId
    at_ms: int
    temperature_k: float
    pressure_pa: float
    wind_mps: float
    wind_from_deg: float
    gust_mps: float
    relative_humidity: float
    visibility_m: float
    ceiling_agl_m: float
    precipitation_mm_h: float
    present_weather: PresentWeather
    is_modelled: bool


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """A forecast for one place: what is expected in the hour from `expected.at_ms`.

    Parameters
    ----------
    issued_at_ms
        It rests on nothing observed later than this.
    probability_below_minima
        That visibility or ceiling will be below the city's minima, in [0, 1].
    temperature_error_k, wind_error_mps
        Stated standard error of the expected values.
    """

    issued_at_ms: int
    expected: Weather
    probability_below_minima: float
    temperature_error_k: float
    wind_error_mps: float


class DailyWeather(msgspec.Struct, frozen=True, kw_only=True):
    """One day of reanalysis at the city's reference point."""

    date: str
    temperature_mean_k: float
    temperature_min_k: float
    temperature_max_k: float
    relative_humidity: float
    wind_mps_max: float
    precipitation_mm: float
    wmo_code: int
