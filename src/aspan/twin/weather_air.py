"""Temperature, humidity, pressure and wind of a day, by place and hour.

Temperature keeps the real minimum, maximum and (within its shape) mean of the reference point; wind
keeps the real maximum there. Height comes in by the standard lapse above the inversion and by a
weaker or reversed one inside it. All shapes and coefficients without an author are assumed.

Not modelled: foehn and mountain wave, lake breeze, snow cover, heat island.
"""

from math import cos, pi, radians, sin

import numpy as np

from aspan.primitives.dice import draw, draw_normal
from aspan.primitives.units import KELVIN_AT_0_C
from aspan.twin.weather_frame import DayFrame
from aspan.twin.weather_noise import Floats
from aspan.world.atmosphere import STANDARD_PRESSURE_PA, standard_pressure_pa
from aspan.world.weather import DailyWeather

_LAPSE_K_PER_M = 6.5e-3
"""Standard lapse: ICAO Doc 7488, 3rd ed., 1993."""

_INVERSION_K_PER_M = 4.0e-3
"""Assumed: warming with height inside a full inversion, 2 K over the 500 m of facts 9.18."""

_DEW_POINT_LAPSE_K_PER_M = 1.8e-3
"""Dew point falls this much in mixed air: M. K. Yau, R. R. Rogers, *A Short Course in Cloud
Physics*, 3rd ed., 1989, ch. 3."""

_MAGNUS_A = 17.625
_MAGNUS_B_C = 243.04
"""O. A. Alduchov, R. E. Eskridge, *Improved Magnus form approximation of saturation vapor
pressure*, J. Appl. Meteor. 35, 1996."""

_PEAK_AFTER_NOON_H = 2.5
_EVENING_H = 4.0
_NIGHT_SHARE = 0.3
"""Assumed: warmest 2.5 h after solar noon, then cooling by 1/e in 4 h; about 0.3 of the daily range
is left at midnight."""

_TEMPERATURE_NOISE_K = 0.4
_PRESSURE_NOISE_PA = 500.0
_PRESSURE_SEASON_PA = 600.0
"""Assumed: weather systems move pressure by 5 hPa; the winter high and summer low by 6 hPa."""

_PRESSURE_MEMORY_H = 96
_WIND_MEMORY_H = 5


def inversion_strength(frame: DayFrame) -> float:
    """Return how strong this date's inversion can get, in [0, 1]: calm, dry and cold make it."""
    row = frame.row
    calm = min(1.0, max(0.0, (4.2 - row.wind_mps_max) / 2.4))
    dry = min(1.0, max(0.0, 1.0 - row.precipitation_mm))
    cold = min(1.0, max(0.0, (KELVIN_AT_0_C + 10.0 - row.temperature_mean_k) / 12.0))
    return max(calm * dry * (0.3 + 0.7 * cold), frame.fog.strength)


def inversion_by_hour(frame: DayFrame, fog_in_plain: Floats) -> Floats:
    """Return the inversion by hour, in [0, 1]: strong at night, eaten by the sun, kept by fog."""
    day_length_h = frame.sunset_h - frame.sunrise_h
    through = np.clip((frame.middle_h - frame.sunrise_h - 1.0) / day_length_h, 0.0, 1.0)
    sunshine = min(1.0, max(0.2, (frame.noon_deg - 15.0) / 25.0))
    by_sun = 1.0 - np.sin(pi * through) * (0.5 + 0.5 * sunshine)
    strength: Floats = np.maximum(inversion_strength(frame) * by_sun, fog_in_plain)
    return strength


def reference_temperature_k(frame: DayFrame) -> Floats:
    """Return the temperature by hour at the reference point.

    From yesterday's midnight to the minimum at sunrise, by a cosine to the maximum, by an
    exponential into the evening.
    """
    row = frame.row
    range_k = row.temperature_max_k - row.temperature_min_k
    hours = frame.middle_h
    noon_h = 0.5 * (frame.sunrise_h + frame.sunset_h)
    peak_h = noon_h + _PEAK_AFTER_NOON_H
    rising = np.clip((hours - frame.sunrise_h) / (peak_h - frame.sunrise_h), 0.0, 1.0)
    falling = np.exp(-np.maximum(0.0, hours - peak_h) / _EVENING_H)
    night = np.clip(1.0 - hours / frame.sunrise_h, 0.0, 1.0)
    evening = _evening_share(row)
    shape = 0.5 - 0.5 * np.cos(pi * rising)
    shape = np.where(hours > peak_h, evening + (1.0 - evening) * falling, shape)
    last_k = _midnight_k(frame.row_before)
    last_k = min(max(last_k, row.temperature_min_k), row.temperature_max_k)
    made: Floats = row.temperature_min_k + range_k * shape
    return np.where(
        hours < frame.sunrise_h,
        row.temperature_min_k + (last_k - row.temperature_min_k) * night,
        made,
    )


def _evening_share(row: DailyWeather) -> float:
    """Return the share of the range the evening tends to, so that the day's mean is kept.

    With equal parts of night, rise and evening the mean is linear in it; clipped where the real day
    had another shape.
    """
    range_k = row.temperature_max_k - row.temperature_min_k
    if range_k <= 0.0:
        return _NIGHT_SHARE
    mean_share = (row.temperature_mean_k - row.temperature_min_k) / range_k
    return min(0.7, max(0.0, (mean_share - 0.38) / 0.21))


def _midnight_k(row: DailyWeather) -> float:
    """Return the temperature at the end of a day."""
    share = _evening_share(row)
    left = share + (1.0 - share) * 0.1
    return row.temperature_min_k + left * (row.temperature_max_k - row.temperature_min_k)


def place_temperature_k(
    frame: DayFrame,
    *,
    elevation_amsl_m: Floats,
    reference_elevation_m: float,
    inversion: Floats,
) -> Floats:
    """Return the temperature by place and hour."""
    top_m = frame.fog.top_amsl_m
    below_m = np.minimum(elevation_amsl_m, top_m) - min(reference_elevation_m, top_m)
    above_m = np.maximum(elevation_amsl_m, top_m) - max(reference_elevation_m, top_m)
    lapse = _LAPSE_K_PER_M * (1.0 - inversion) - _INVERSION_K_PER_M * inversion
    temperature_k = reference_temperature_k(frame)[None, :] - below_m[:, None] * lapse[None, :]
    temperature_k -= (above_m * _LAPSE_K_PER_M)[:, None]
    temperature_k += _TEMPERATURE_NOISE_K * frame.place_noise("place temperature", 6)
    made: Floats = temperature_k
    return made


def dew_point_k(temperature_k: float, relative_humidity: float) -> float:
    """Return the dew point of air at this humidity in (0, 1] (Alduchov and Eskridge 1996)."""
    temperature_c = temperature_k - KELVIN_AT_0_C
    gamma = float(np.log(max(relative_humidity, 0.01)))
    gamma += _MAGNUS_A * temperature_c / (_MAGNUS_B_C + temperature_c)
    return KELVIN_AT_0_C + _MAGNUS_B_C * gamma / (_MAGNUS_A - gamma)


def place_relative_humidity(
    frame: DayFrame,
    temperature_k: Floats,
    *,
    elevation_amsl_m: Floats,
    reference_elevation_m: float,
) -> Floats:
    """Return relative humidity by place and hour, from a dew point that keeps through the day."""
    row = frame.row
    dew_k = dew_point_k(row.temperature_mean_k, row.relative_humidity)
    dew_c = (
        dew_k
        - KELVIN_AT_0_C
        - _DEW_POINT_LAPSE_K_PER_M * (elevation_amsl_m - reference_elevation_m)
    )
    air_c = temperature_k - KELVIN_AT_0_C
    wet = (_MAGNUS_A * dew_c / (_MAGNUS_B_C + dew_c))[:, None]
    dry = _MAGNUS_A * air_c / (_MAGNUS_B_C + air_c)
    humidity: Floats = np.clip(np.exp(wet - dry), 0.05, 1.0)
    return humidity


def place_pressure_pa(frame: DayFrame, elevation_amsl_m: Floats) -> Floats:
    """Return pressure by place and hour: standard at that height, moved by slow systems."""
    standard = np.array([standard_pressure_pa(float(z)) for z in elevation_amsl_m])
    season = cos(2.0 * pi * (frame.day.timetuple().tm_yday - 15) / 365.25)
    moved = _PRESSURE_NOISE_PA * frame.city_noise("pressure", _PRESSURE_MEMORY_H)
    factor = 1.0 + (moved + _PRESSURE_SEASON_PA * season) / STANDARD_PRESSURE_PA
    pressure: Floats = standard[:, None] * factor[None, :]
    return pressure


def place_wind(
    frame: DayFrame,
    *,
    elevation_amsl_m: Floats,
    valley_wind_mps: float,
    valley_axis_deg: float,
) -> tuple[Floats, Floats]:
    """Return wind speed [m/s] and direction it comes from [deg] by place and hour.

    A valley wind (facts 9.20) and a synoptic wind of one direction a day are added as vectors; the
    synoptic one is scaled so that the greatest hourly wind at the reference point is the real one.
    """
    valley = _valley_by_hour(frame) * valley_wind_mps
    axis_rad = radians(valley_axis_deg)
    valley_x, valley_y = -valley * sin(axis_rad), -valley * cos(axis_rad)
    from_deg = _synoptic_from_deg(frame) + 15.0 * frame.city_noise("turn", 24)
    gusty = np.maximum(0.2, 1.0 + 0.3 * frame.city_noise("wind", _WIND_MEMORY_H))
    unit_x = -gusty * np.sin(np.radians(from_deg))
    unit_y = -gusty * np.cos(np.radians(from_deg))
    calm, scale = _fit_to_maximum(valley_x, valley_y, unit_x, unit_y, frame.row.wind_mps_max)
    share = 0.8 + 0.5 * np.clip((elevation_amsl_m - 500.0) / 1200.0, 0.0, 1.0)
    wind_x = calm * valley_x * share[:, None] + scale * unit_x
    wind_y = calm * valley_y * share[:, None] + scale * unit_y
    speed = np.hypot(wind_x, wind_y) * (1.0 + 0.1 * frame.place_noise("place wind", 4))
    direction = np.degrees(np.arctan2(-wind_x, -wind_y)) % 360.0
    return np.maximum(speed, 0.2), np.where(direction >= 360.0, 0.0, direction)


def _valley_by_hour(frame: DayFrame) -> Floats:
    """Return the valley wind in [-1, 1] by hour: positive from the mountain, negative by day."""
    day = (frame.middle_h - frame.sunrise_h - 1.5) / (frame.sunset_h - frame.sunrise_h - 1.0)
    by_day = np.sin(pi * np.clip(day, 0.0, 1.0))
    shape = np.where((day > 0.0) & (day < 1.0), -by_day, 0.6)
    sunshine = 0.4 + 0.6 * min(1.0, max(0.0, (frame.noon_deg - 25.0) / 40.0))
    fair = 0.4 if frame.row.precipitation_mm > 1.0 else 1.0
    blowing: Floats = shape * (sunshine * fair * (1.0 - 0.7 * frame.fog.strength))
    return blowing


def _synoptic_from_deg(frame: DayFrame) -> float:
    """Return the direction of the day's synoptic wind; assumed: fronts come from west, +-60 deg."""
    number = frame.day.toordinal()
    if frame.row.precipitation_mm > 0.5:
        return 270.0 + 60.0 * draw_normal(frame.seed, "weather", "front from", number)
    return 360.0 * draw(frame.seed, "weather", "wind from", number)


def _fit_to_maximum(
    valley_x: Floats, valley_y: Floats, unit_x: Floats, unit_y: Floats, greatest_mps: float
) -> tuple[float, float]:
    """Return factors of valley and synoptic wind that make the greatest hourly sum the real one."""
    strongest = float(np.hypot(valley_x, valley_y).max())
    calm = min(1.0, 0.8 * greatest_mps / strongest) if strongest > 0.0 else 1.0
    along = calm * (valley_x * unit_x + valley_y * unit_y)
    square = unit_x * unit_x + unit_y * unit_y
    rest = greatest_mps**2 - calm**2 * (valley_x * valley_x + valley_y * valley_y)
    scale = (np.sqrt(along * along + square * rest) - along) / square
    return calm, float(scale.min())
