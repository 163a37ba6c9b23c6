"""Precipitation, thunderstorm, fog, visibility and ceiling of a day, by place and hour.

The real day says how much fell and of what kind; when, in which hours, how far one sees and how low
the cloud hangs are modelled. Coefficients without an author are assumed, and were chosen so that
day-VFR availability meets facts 9.19.
"""

from math import exp, log, sqrt

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.primitives.dice import draw
from aspan.primitives.units import KELVIN_AT_0_C
from aspan.twin.weather_frame import DayFrame
from aspan.twin.weather_noise import Floats
from aspan.world.weather import CEILING_UNLIMITED_M, PresentWeather

Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

PRESENT: tuple[PresentWeather, ...] = ("", "BR", "RA", "SN", "FG", "FZFG", "FZRA", "TS")
"""Present weather by code; where two apply the later is told."""

_BR, _RA, _SN, _FG, _FZFG, _FZRA, _TS = range(1, 8)

_TRACE_MM = 0.1
_SNOW_BELOW_K = KELVIN_AT_0_C + 1.2
"""Snow and rain are equally likely at about 1.2 degC: K. S. Jennings et al., *Spatial variation of
the rain-snow temperature threshold*, Nature Communications 9, 2018."""

_SNOW_VISIBILITY_M = 1300.0
"""Visibility times snowfall [m mm/h]: R. Rasmussen et al., *The estimation of snowfall rate using
visibility*, J. Appl. Meteor. 38, 1999 (dry snow by day; scatter of a factor 2)."""

_RAIN_VISIBILITY_M = 11_600.0
_RAIN_EXPONENT = -0.63
"""Visibility in 1 mm/h of rain, and its power of the rate: D. Atlas, *Optical extinction by
rainfall*, J. Meteor. 10, 1953."""

_CLEAR_VISIBILITY_M = 18_000.0
_FOG_VISIBILITY_M = 260.0
_FOG_SPREAD = 0.55
"""Fog of 30 to 1,000 m about this median (facts 9.17)."""

_MIST_H = 1.0
_MIST_DEPTH_M = 40.0
_OROGRAPHIC_CEILING = 0.3
_OROGRAPHIC_RAIN = 0.35e-3
_STORM_CHANCE = 0.35
_STORM_MONTHS = (4, 9)
_OVERCAST_CODE = 3
_PARTLY_CODE = 2
_SNOW_CODES = frozenset({71, 73, 75, 77, 85, 86})


class Sky(msgspec.Struct, frozen=True, kw_only=True):
    """What falls and what hides the view, by place and hour."""

    precipitation_mm_h: Floats
    visibility_m: Floats
    ceiling_agl_m: Floats
    present: Codes


def fog_in_plain(frame: DayFrame) -> Floats:
    """Return 1 in hours with fog in the plain and 0 in the others."""
    fog = frame.fog
    hours = frame.middle_h
    foggy = ((hours >= fog.onset_h) & (hours < fog.clear_h)) | (hours >= fog.evening_h)
    return foggy.astype(np.float64) if fog.strength > 0.0 else np.zeros(len(hours))


def city_precipitation_mm_h(frame: DayFrame) -> Floats:
    """Return precipitation by hour at the reference point; the hours sum to the day's amount."""
    amount_mm = frame.row.precipitation_mm
    count = frame.hour_count
    fallen = np.zeros(count)
    if amount_mm < _TRACE_MM:
        return fallen
    wet_hours = min(count, max(1, round(1.0 + 2.2 * sqrt(amount_mm))))
    chance = frame.city_noise("rain", 7)
    if _is_storm_season(frame):
        chance = chance + 0.8 * np.exp(-(((frame.middle_h - 17.0) / 4.0) ** 2))
    hours = np.argsort(-chance, kind="stable")[:wet_hours]
    weights = np.exp(0.7 * frame.city_noise("rain amount", 3)[hours])
    fallen[hours] = amount_mm * weights / weights.sum()
    return fallen


def storm_hours(frame: DayFrame, precipitation_mm_h: Floats) -> Flags:
    """Return hours with thunder: up to three of the wettest afternoon hours of some summer days."""
    stormy = np.zeros(frame.hour_count, dtype=np.bool_)
    if not _is_storm_season(frame) or frame.row.precipitation_mm < 1.0:
        return stormy
    if draw(frame.seed, "weather", "storm", frame.day.toordinal()) >= _STORM_CHANCE:
        return stormy
    afternoon = (frame.middle_h >= 12.0) & (frame.middle_h < 22.0) & (precipitation_mm_h > 0.0)
    heaviest = np.argsort(-precipitation_mm_h * afternoon, kind="stable")[:3]
    stormy[heaviest] = True
    return stormy & afternoon


def make_sky(
    frame: DayFrame,
    *,
    elevation_amsl_m: Floats,
    reference_elevation_m: float,
    temperature_k: Floats,
    inversion: Floats,
) -> Sky:
    """Return the sky of a day over all places."""
    height_m = elevation_amsl_m - reference_elevation_m
    orographic = np.clip(1.0 + _OROGRAPHIC_RAIN * height_m, 0.6, 1.8)
    city_mm_h = city_precipitation_mm_h(frame)
    fallen = orographic[:, None] * city_mm_h[None, :]
    wet = fallen > 0.0
    present = _precipitation_codes(frame, wet, temperature_k, storm_hours(frame, city_mm_h))
    foggy, misty = _fog_and_mist(frame, elevation_amsl_m)
    seen = _visibility_in_air_m(frame, fallen, present, inversion)
    hidden = np.exp(log(_FOG_VISIBILITY_M) + _FOG_SPREAD * frame.place_noise("visibility", 3))
    seen = np.where(misty, np.minimum(seen, 1200.0 + 2.5 * hidden), seen)
    seen = np.where(foggy, np.clip(hidden, 30.0, 950.0), seen)
    ceiling = _cloud_base_agl_m(frame, fallen, present, height_m)
    ceiling = np.where(misty, np.minimum(ceiling, 240.0), ceiling)
    ceiling = np.where(foggy, np.clip(0.15 * hidden, 30.0, 90.0), ceiling)
    freezing = temperature_k < KELVIN_AT_0_C
    fog_codes = np.where(freezing, _FZFG, _FG).astype(np.int8)
    present = np.where(misty & (present == 0), np.int8(_BR), present)
    present = np.where(foggy & (present != _TS), fog_codes, present)
    return Sky(precipitation_mm_h=fallen, visibility_m=seen, ceiling_agl_m=ceiling, present=present)


def _is_storm_season(frame: DayFrame) -> bool:
    return _STORM_MONTHS[0] <= frame.day.month <= _STORM_MONTHS[1]


def _precipitation_codes(
    frame: DayFrame, wet: Flags, temperature_k: Floats, stormy: Flags
) -> Codes:
    """Return what falls by place and hour; rain into cold air freezes when the row says rain."""
    snowing = temperature_k < _SNOW_BELOW_K
    cold_kind = _SN
    is_rain_day = frame.row.wmo_code not in _SNOW_CODES
    if is_rain_day and draw(frame.seed, "weather", "freezing", frame.day.toordinal()) < 0.3:
        freezing = temperature_k < KELVIN_AT_0_C
        kinds = np.where(snowing, np.where(freezing, _FZRA, _SN), _RA)
    else:
        kinds = np.where(snowing, cold_kind, _RA)
    kinds = np.where(stormy[None, :], _TS, kinds)
    codes: Codes = np.where(wet, kinds, 0).astype(np.int8)
    return codes


def _fog_and_mist(frame: DayFrame, elevation_amsl_m: Floats) -> tuple[Flags, Flags]:
    """Return places and hours in fog, and those in the mist at its edges in time and height."""
    fog = frame.fog
    shape = (len(elevation_amsl_m), frame.hour_count)
    if fog.strength <= 0.0:
        return np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    hours = frame.middle_h
    depth_m = fog.top_amsl_m - elevation_amsl_m
    inside = fog_in_plain(frame).astype(np.bool_)
    near = (hours >= fog.onset_h - _MIST_H) & (hours < fog.clear_h + _MIST_H)
    near |= hours >= fog.evening_h - _MIST_H
    deep = depth_m >= _MIST_DEPTH_M
    shallow = (depth_m >= -_MIST_DEPTH_M) & ~deep
    foggy = deep[:, None] & inside[None, :]
    misty = (deep[:, None] & near[None, :] & ~foggy) | (shallow[:, None] & inside[None, :])
    return foggy, misty


def _visibility_in_air_m(
    frame: DayFrame, fallen_mm_h: Floats, present: Codes, inversion: Floats
) -> Floats:
    """Return visibility through haze and precipitation, without fog."""
    noise = frame.place_noise("visibility", 3)
    haze = 1.0 - 0.4 * inversion[None, :]
    clear_m = _CLEAR_VISIBILITY_M * haze * np.exp(0.12 * noise)
    rate = np.maximum(fallen_mm_h, 0.02)
    snow_m = _SNOW_VISIBILITY_M / rate * np.exp(0.35 * noise)
    rain_m = _RAIN_VISIBILITY_M * rate**_RAIN_EXPONENT * np.exp(0.15 * noise)
    seen = np.where(present == _SN, np.minimum(clear_m, snow_m), clear_m)
    raining = (present == _RA) | (present == _FZRA) | (present == _TS)
    made: Floats = np.where(raining, np.minimum(clear_m, rain_m), seen)
    return np.maximum(made, 150.0)


def _cloud_base_agl_m(
    frame: DayFrame, fallen_mm_h: Floats, present: Codes, height_m: Floats
) -> Floats:
    """Return the ceiling above each place: by precipitation, else by the day's cloud."""
    noise = frame.place_noise("ceiling", 5) * 0.4 + 0.9 * frame.city_noise("cloud", 8)[None, :]
    code = frame.row.wmo_code
    warm = min(1.0, max(0.0, (frame.row.temperature_mean_k - KELVIN_AT_0_C) / 15.0))
    cloudy_m = (1900.0 + 1300.0 * warm) * np.exp(0.3 * noise)
    if code < _PARTLY_CODE:
        dry_m = np.full_like(cloudy_m, CEILING_UNLIMITED_M)
    elif code == _PARTLY_CODE:
        dry_m = np.where(noise < -1.0, 1.3 * cloudy_m, CEILING_UNLIMITED_M)
    else:
        dry_m = np.where(noise < 0.5, cloudy_m, CEILING_UNLIMITED_M)
    thick = np.sqrt(fallen_mm_h)
    snow_m = 1250.0 * np.exp(0.35 * noise) - 280.0 * thick
    rain_m = (1500.0 + 500.0 * warm) * np.exp(0.3 * noise) - 180.0 * thick
    base_m = np.where(present == _SN, snow_m, np.where(present > 0, rain_m, dry_m))
    lowered = base_m - _OROGRAPHIC_CEILING * np.maximum(height_m, 0.0)[:, None]
    base_m = np.where(base_m < CEILING_UNLIMITED_M, lowered, base_m)
    made: Floats = np.clip(base_m, 60.0, CEILING_UNLIMITED_M)
    return made


def storm_gust_mps(strength: float) -> float:
    """Return the gust a thunderstorm adds; assumed 6 to 12 m/s (facts 9.20)."""
    return 6.0 + 6.0 * (1.0 - exp(-max(0.0, strength)))
