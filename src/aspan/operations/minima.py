"""Weather minima at release: may a sortie begin, given what was reported or is expected.

Facts 4.11 (visibility, ceiling, thunderstorm, freezing precipitation), 1.23 (wind), 4.18 (icing).
Every bound is inclusive on the flying side: exactly 5,000 m of visibility is enough.

`check_minima` judges one end of a sortie; `check_thunder` and `check_ice_aloft` judge what another
place on the way tells. Which places those are is in `lane_watch`.

Not judged here: cloud on the way that is too warm for ice, braking on the pad, turbulence, SIGMET.
"""

from collections.abc import Iterable
from enum import Enum

import msgspec

from aspan.primitives.errors import ensure
from aspan.world.rules import WeatherMinima
from aspan.world.weather import PresentWeather, Weather
from aspan.world.weather_archive import STANDARD_LAPSE_K_PER_M

CEILING_OVER_PLANNED_HEIGHT_M = 300.0
"""A ceiling stands at least this far above the planned height (facts 4.11; ICAO Annex 2, 3-1)."""

_FREEZING: frozenset[PresentWeather] = frozenset({"FZRA", "FZFG"})
_PRECIPITATING: frozenset[PresentWeather] = frozenset({"RA", "SN", "TS", "FZRA"})
_FOG: frozenset[PresentWeather] = frozenset({"FG", "FZFG"})


class MinimaReason(Enum):
    """Which minimum is broken; when several are, the first in this order is named."""

    REPORT_TOO_OLD = "report_too_old"
    THUNDERSTORM = "thunderstorm"
    ICING = "icing"
    VISIBILITY = "visibility"
    CEILING = "ceiling"
    WIND = "wind"
    GUST = "gust"
    GUST_SPREAD = "gust_spread"


class MinimaMet(msgspec.Struct, frozen=True, tag=True):
    """The weather allows a release at this place."""


class MinimaBroken(msgspec.Struct, frozen=True, tag=True):
    """The weather refuses a release.

    Parameters
    ----------
    value, bound
        In the unit of the reason: m, m/s, K (icing) or ms (report age); for a thunderstorm one
        where none is allowed.
    """

    reason: MinimaReason
    value: float
    bound: float


MinimaDecision = MinimaMet | MinimaBroken

_MET = MinimaMet()


def ceiling_agl_m_min(minima: WeatherMinima, *, planned_height_agl_m: float) -> float:
    """Return the lowest ceiling that allows a sortie planned at this height above the place."""
    return max(minima.ceiling_agl_m, planned_height_agl_m + CEILING_OVER_PLANNED_HEIGHT_M)


def list_ceilings_agl_m(
    minima: WeatherMinima, *, planned_heights_agl_m: Iterable[float]
) -> tuple[float, ...]:
    """Return the lowest ceiling that a release asks for, by layer of its lane."""
    return tuple(
        ceiling_agl_m_min(minima, planned_height_agl_m=height_m)
        for height_m in planned_heights_agl_m
    )


def is_icing(weather: Weather, minima: WeatherMinima) -> bool:
    """Say whether ice must be expected: cold with visible moisture, or anything freezing."""
    present = weather.present_weather
    if present in _FREEZING:
        return True
    if weather.temperature_k > minima.icing_temperature_k_max:
        return False
    return (
        is_falling(weather) or present in _FOG or weather.visibility_m < minima.icing_visibility_m
    )


def is_falling(weather: Weather) -> bool:
    """Say whether anything falls, by its amount or by its name."""
    return weather.precipitation_mm_h > 0.0 or weather.present_weather in _PRECIPITATING


def is_icing_aloft(weather: Weather, minima: WeatherMinima, *, height_agl_m: float) -> bool:
    """Say whether ice must be expected at a height above a place.

    Anything freezing at the place; or moisture there, precipitation or cloud whose base is not
    above the height, in air at or below the bound. The air up there is taken from the place's
    temperature with the standard lapse (ICAO Doc 7488): colder than it is under an inversion, so
    the error is on the safe side. Tops of cloud and fog are not reported; they count as above.
    """
    if weather.present_weather in _FREEZING:
        return True
    temperature_k = weather.temperature_k - STANDARD_LAPSE_K_PER_M * height_agl_m
    if temperature_k > minima.icing_temperature_k_max:
        return False
    return is_falling(weather) or weather.ceiling_agl_m <= height_agl_m


def check_thunder(weather: Weather) -> MinimaDecision:
    """Return whether a place near a lane reports a thunderstorm (facts 4.11)."""
    if weather.present_weather == "TS":
        return MinimaBroken(MinimaReason.THUNDERSTORM, 1.0, 0.0)
    return _MET


def check_ice_aloft(
    weather: Weather, minima: WeatherMinima, *, height_agl_m: float
) -> MinimaDecision:
    """Return whether a place under a lane lets a sortie pass above it at this height (4.18)."""
    if is_icing_aloft(weather, minima, height_agl_m=height_agl_m):
        temperature_k = weather.temperature_k - STANDARD_LAPSE_K_PER_M * height_agl_m
        return MinimaBroken(MinimaReason.ICING, temperature_k, minima.icing_temperature_k_max)
    return _MET


def check_minima(
    weather: Weather, minima: WeatherMinima, *, planned_height_agl_m: float, at_ms: int
) -> MinimaDecision:
    """Return whether the weather of one place allows a release at `at_ms`.

    Parameters
    ----------
    weather
        A report, or the expected weather of a forecast for the hour that holds `at_ms`.
    planned_height_agl_m
        Greatest height above this place's ground that the sortie is planned to fly near it.
    """
    age_ms = at_ms - weather.at_ms
    ensure(age_ms >= 0, f"weather of {weather.place_id}: from {-age_ms} ms after the release")
    if age_ms > minima.report_age_ms_max:
        bound = float(minima.report_age_ms_max)
        return MinimaBroken(MinimaReason.REPORT_TOO_OLD, float(age_ms), bound)
    if weather.present_weather == "TS":
        return MinimaBroken(MinimaReason.THUNDERSTORM, 1.0, 0.0)
    if is_icing(weather, minima):
        return MinimaBroken(
            MinimaReason.ICING, weather.temperature_k, minima.icing_temperature_k_max
        )
    if weather.visibility_m < minima.visibility_m:
        return MinimaBroken(MinimaReason.VISIBILITY, weather.visibility_m, minima.visibility_m)
    ceiling_m = ceiling_agl_m_min(minima, planned_height_agl_m=planned_height_agl_m)
    if weather.ceiling_agl_m < ceiling_m:
        return MinimaBroken(MinimaReason.CEILING, weather.ceiling_agl_m, ceiling_m)
    aloft = check_ice_aloft(weather, minima, height_agl_m=planned_height_agl_m)
    return aloft if isinstance(aloft, MinimaBroken) else _check_wind(weather, minima)


def _check_wind(weather: Weather, minima: WeatherMinima) -> MinimaDecision:
    """Return whether wind, gust and their difference are within limits."""
    if weather.wind_mps > minima.wind_mps:
        return MinimaBroken(MinimaReason.WIND, weather.wind_mps, minima.wind_mps)
    if weather.gust_mps > minima.gust_mps:
        return MinimaBroken(MinimaReason.GUST, weather.gust_mps, minima.gust_mps)
    spread_mps = weather.gust_mps - weather.wind_mps
    if spread_mps > minima.gust_spread_mps:
        return MinimaBroken(MinimaReason.GUST_SPREAD, spread_mps, minima.gust_spread_mps)
    return _MET
