"""Forecasts for the engine: what was reported, fading into what is usual at that hour and season.

Theory of operation. A forecast knows reports up to the instant it is issued and the city's
climatology, never the truth of a later hour. Temperature and wind are the usual daily course plus
the reported departure from it, which fades with the lead. Visibility and ceiling are a chance: of
fog (it burns off after sunrise, by month; it forms at night from damp calm air) and of snow, rain
and low cloud (which pass within hours). Every standard error is stated and grows with the lead to
that of climatology; `tests/unit/twin` holds the stated errors against what happens.

The coefficients were fitted to the modelled hours of 2020 to 2025 and are derived from them.
Not modelled: numerical weather prediction, a TAF; a live service would put one in this place.
"""

from collections.abc import Sequence
from datetime import date
from math import atan2, cos, degrees, exp, hypot, pi, radians, sin, sqrt

import msgspec

from aspan.primitives.errors import InvalidInput, ensure
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import local_midnight_ms, ms_to_local
from aspan.primitives.units import KELVIN_AT_0_C, MS_PER_H
from aspan.world.city import City, WeatherModel
from aspan.world.sun import noon_elevation_deg, sun_times
from aspan.world.weather import (
    CEILING_UNLIMITED_M,
    DailyWeather,
    Forecast,
    PresentWeather,
    Weather,
)

_MONTHS = 12
_TEMPERATURE_FADES_H = 60.0
_WIND_FADES_H = 9.0
_TEMPERATURE_ERROR_K = (0.1, 3.5, 8.5)
_WIND_ERROR_MPS = (0.2, 1.35, 4.0)
"""Standard error at once, at long lead, and the lead [h] in which it grows by 1 - 1/e."""

_MEASURED_ERROR = 1.5
"""Errors were fitted to modelled hours; from a measured report they are stated wider. Assumed."""

_USUAL_LAPSE_K_PER_M = 5.0e-3
"""Mean of the standard lapse and of winter mornings without one."""

_SCATTER_MPS = 1.1
"""Usual wind across whatever is expected: it blows even where the mean vector is nought."""

_SHOWER_FADES_H = 3.0
_FOG_KINDS: frozenset[PresentWeather] = frozenset({"FG", "FZFG"})
_EVENING_H = 16.0
_REPORTS_READ = 25
_FOG_VISIBILITY_M = 600.0
_FOG_CEILING_M = 60.0
_CLEAR_VISIBILITY_M = 10_000.0
_CLOCKS_KEPT = 4096


class _Clock(msgspec.Struct, frozen=True, kw_only=True):
    """What is usual in one hour: local clock, sun, temperature and valley wind."""

    ordinal: int
    month: int
    hour_h: float
    sunrise_h: float
    lasting_h: float
    temperature_k: float
    wind_x_mps: float
    wind_y_mps: float


class Forecaster:
    """Makes forecasts for the places of a city, from reports alone."""

    def __init__(self, city: City) -> None:
        self._model = city.weather
        self._minima = city.rules.weather_minima
        self._zone = city.time_zone
        self._elevation_amsl_m = {
            PlaceId(v.vertiport_id): v.elevation_amsl_m for v in city.vertiports
        }
        self._usual_k = _usual_extremes_k(city.weather)
        self._clocks: dict[int, _Clock] = {}

    def forecast(
        self,
        place_id: PlaceId,
        reports: Sequence[Weather],
        *,
        issued_at_ms: int,
        valid_at_ms: int,
    ) -> Forecast:
        """Return what is expected at a place in the hour that holds `valid_at_ms`.

        Parameters
        ----------
        reports
            Reports of that place in order of time, none later than `issued_at_ms`. The last counts;
            whether there was fog earlier on its date is taken from up to 24 before it.
        """
        if valid_at_ms < issued_at_ms:
            raise InvalidInput("valid_at_ms", valid_at_ms, f"{issued_at_ms} (issue) or later")
        if not reports:
            raise InvalidInput("reports", 0, "at least one report of the place")
        last = reports[-1]
        ensure(last.at_ms <= issued_at_ms, f"report of {place_id}: later than the forecast")
        ensure(last.place_id == place_id, f"report of {last.place_id} for {place_id}")
        now = self._clock(last.at_ms // MS_PER_H)
        then = self._clock(valid_at_ms // MS_PER_H)
        lead_h = valid_at_ms // MS_PER_H - last.at_ms // MS_PER_H
        fog = self._fog_chance(last, now, then, lead_h, self._had_fog(reports, now))
        shower = self._shower_chance(last, then, lead_h)
        wider = 1.0 if last.is_modelled else _MEASURED_ERROR
        return Forecast(
            issued_at_ms=issued_at_ms,
            expected=self._expect(last, now, then, lead_h, fog, shower),
            probability_below_minima=round(1.0 - (1.0 - fog) * (1.0 - shower), 3),
            temperature_error_k=round(wider * _error(_TEMPERATURE_ERROR_K, lead_h), 2),
            wind_error_mps=round(wider * _error(_WIND_ERROR_MPS, lead_h), 2),
        )

    def _expect(
        self, last: Weather, now: _Clock, then: _Clock, lead_h: int, fog: float, shower: float
    ) -> Weather:
        """Return the most likely weather of the valid hour."""
        kept = exp(-lead_h / _TEMPERATURE_FADES_H)
        height_m = self._elevation_amsl_m[last.place_id] - self._model.reference_elevation_m
        departure_k = last.temperature_k - now.temperature_k + _USUAL_LAPSE_K_PER_M * height_m
        temperature_k = then.temperature_k - _USUAL_LAPSE_K_PER_M * height_m + kept * departure_k
        wind_mps, wind_from_deg = _expect_wind(last, now, then, lead_h)
        gust_ratio = last.gust_mps / last.wind_mps if last.wind_mps > 1.0 else 0.0
        gusty = exp(-lead_h / _SHOWER_FADES_H)
        gust_factor = self._model.gust_factor
        gust_factor += gusty * max(0.0, gust_ratio - gust_factor)
        falls_on = gusty > 0.5
        present: PresentWeather = ""
        visibility_m, ceiling_m = _CLEAR_VISIBILITY_M, CEILING_UNLIMITED_M
        if fog >= 0.5:
            present = "FZFG" if temperature_k < KELVIN_AT_0_C else "FG"
            visibility_m = min(_FOG_VISIBILITY_M, last.visibility_m)
            ceiling_m = min(_FOG_CEILING_M, last.ceiling_agl_m)
        elif last.present_weather not in _FOG_KINDS and (falls_on or shower >= 0.5):
            present = last.present_weather
            visibility_m, ceiling_m = last.visibility_m, last.ceiling_agl_m
        return Weather(
            place_id=last.place_id,
            at_ms=last.at_ms + lead_h * MS_PER_H,
            temperature_k=round(temperature_k, 1),
            pressure_pa=last.pressure_pa,
            wind_mps=round(wind_mps, 1),
            wind_from_deg=round(wind_from_deg, -1) % 360.0,
            gust_mps=round(gust_factor * wind_mps, 1),
            relative_humidity=last.relative_humidity,
            visibility_m=visibility_m,
            ceiling_agl_m=ceiling_m,
            precipitation_mm_h=last.precipitation_mm_h if falls_on else 0.0,
            present_weather=present,
            is_modelled=last.is_modelled,
        )

    def _had_fog(self, reports: Sequence[Weather], now: _Clock) -> bool:
        """Say whether any of the last reports, on the date of the last one, told of fog."""
        return any(
            report.present_weather in _FOG_KINDS
            and self._clock(report.at_ms // MS_PER_H).ordinal == now.ordinal
            for report in reports[-_REPORTS_READ:]
        )

    def _fog_chance(
        self, last: Weather, now: _Clock, then: _Clock, lead_h: int, had_fog: bool
    ) -> float:
        """Return the chance of fog at the place in the valid hour, in [0, 1]."""
        if self._elevation_amsl_m[last.place_id] >= self._model.fog.top_amsl_m_high:
            return 0.0
        is_fog = last.present_weather in _FOG_KINDS
        share = _fog_share(then)
        usual = self._model.fog.fog_day_chance[then.month - 1] * share
        if lead_h == 0:
            return 1.0 if is_fog else 0.0
        if now.ordinal != then.ordinal:
            if is_fog or had_fog:
                return 0.2 * share + 0.8 * usual
            return _odds_times(usual, _dampness_odds(last, lead_h))
        if is_fog:
            return min(1.0, share / max(_fog_share(now), 1e-6))
        if then.hour_h < _EVENING_H and now.hour_h > now.sunrise_h:
            return 0.0
        if now.sunrise_h < now.hour_h < _EVENING_H:
            return share if had_fog else usual
        day_chance = 1.0 if had_fog else self._model.fog.fog_day_chance[then.month - 1]
        still = max(0.0, share - _fog_share(now)) * day_chance
        still /= max(1.0 - day_chance * _fog_share(now), 1e-6)
        return _odds_times(min(1.0, still), _dampness_odds(last, lead_h))

    def _shower_chance(self, last: Weather, then: _Clock, lead_h: int) -> float:
        """Return the chance of too little visibility or ceiling without fog, in [0, 1]."""
        minima = self._minima
        usual = 0.05 if then.month in (11, 12, 1, 2, 3) else 0.015
        if last.present_weather in _FOG_KINDS:
            return usual
        kept = exp(-lead_h / _SHOWER_FADES_H)
        is_below = (
            last.visibility_m < minima.visibility_m or last.ceiling_agl_m < minima.ceiling_agl_m
        )
        if is_below:
            return usual + (1.0 - usual) * kept
        if last.precipitation_mm_h > 0.0:
            return usual + 0.15 * kept * (1.0 - exp(-lead_h))
        return usual * (1.0 - kept)

    def _clock(self, hour: int) -> _Clock:
        """Return what is usual in the hour of this number since 1970."""
        known = self._clocks.get(hour)
        if known is not None:
            return known
        if len(self._clocks) >= _CLOCKS_KEPT:
            self._clocks.clear()
        start_ms = hour * MS_PER_H
        day = ms_to_local(start_ms, self._zone).date()
        midnight_ms = local_midnight_ms(day, self._zone)
        model = self._model
        sun = sun_times(
            lon_deg=model.reference_lon_deg,
            lat_deg=model.reference_lat_deg,
            day=day,
            zone=self._zone,
        )
        hour_h = (start_ms - midnight_ms) / MS_PER_H + 0.5
        sunrise_h = (sun.sunrise_at_ms - midnight_ms) / MS_PER_H
        sunset_h = (sun.sunset_at_ms - midnight_ms) / MS_PER_H
        noon_deg = noon_elevation_deg(lat_deg=model.reference_lat_deg, day=day)
        wind_mps = model.valley_wind_mps * _valley_share(hour_h, sunrise_h, sunset_h, noon_deg)
        axis_rad = radians(model.valley_axis_deg)
        made = _Clock(
            ordinal=day.toordinal(),
            month=day.month,
            hour_h=hour_h,
            sunrise_h=sunrise_h,
            lasting_h=0.8 + 3.8 * min(1.0, max(0.0, (50.0 - noon_deg) / 26.0)),
            temperature_k=self._usual_temperature_k(day, hour_h, sunrise_h, sunset_h),
            wind_x_mps=-wind_mps * sin(axis_rad),
            wind_y_mps=-wind_mps * cos(axis_rad),
        )
        self._clocks[hour] = made
        return made

    def _usual_temperature_k(
        self, day: date, hour_h: float, sunrise_h: float, sunset_h: float
    ) -> float:
        """Return the usual temperature of an hour at the reference point."""
        position = (day.month - 1) + (day.day - 15.5) / 30.5
        first = int(position // 1) % _MONTHS
        part = position % 1.0
        (low_1, high_1), (low_2, high_2) = (
            self._usual_k[first],
            self._usual_k[(first + 1) % _MONTHS],
        )
        low_k = low_1 + part * (low_2 - low_1)
        high_k = high_1 + part * (high_2 - high_1)
        return low_k + (high_k - low_k) * _daily_shape(hour_h, sunrise_h, sunset_h)


def _usual_extremes_k(model: WeatherModel) -> list[tuple[float, float]]:
    """Return by month the mean daily minimum and maximum of the file [K].

    A month without rows takes those of the whole file.
    """
    whole = (
        sum(row.temperature_min_k for row in model.days) / len(model.days),
        sum(row.temperature_max_k for row in model.days) / len(model.days),
    )
    months: list[list[DailyWeather]] = [[] for _ in range(_MONTHS)]
    for row in model.days:
        months[int(row.date[5:7]) - 1].append(row)
    usual = []
    for rows in months:
        if rows:
            low_k = sum(row.temperature_min_k for row in rows) / len(rows)
            usual.append((low_k, sum(row.temperature_max_k for row in rows) / len(rows)))
        else:
            usual.append(whole)
    return usual


def _daily_shape(hour_h: float, sunrise_h: float, sunset_h: float) -> float:
    """Return the usual course from minimum (0, at sunrise) to maximum (1, 2.5 h after noon)."""
    peak_h = 0.5 * (sunrise_h + sunset_h) + 2.5
    if hour_h < sunrise_h:
        return 0.4 * (1.0 - hour_h / sunrise_h)
    if hour_h <= peak_h:
        return 0.5 - 0.5 * cos(pi * (hour_h - sunrise_h) / (peak_h - sunrise_h))
    return 0.35 + 0.65 * exp(-(hour_h - peak_h) / 4.0)


def _valley_share(hour_h: float, sunrise_h: float, sunset_h: float, noon_deg: float) -> float:
    """Return the usual valley wind in [-1, 1], positive from the mountain (facts 9.20)."""
    through = (hour_h - sunrise_h - 1.5) / (sunset_h - sunrise_h - 1.0)
    sunshine = 0.4 + 0.6 * min(1.0, max(0.0, (noon_deg - 25.0) / 40.0))
    return sunshine * (-sin(pi * through) if 0.0 < through < 1.0 else 0.6)


def _fog_share(clock: _Clock) -> float:
    """Return the share of fog days with fog in this hour."""
    if clock.hour_h < clock.sunrise_h:
        return min(1.0, 0.5 + 0.5 * clock.hour_h / 5.0)
    if clock.hour_h < _EVENING_H:
        past_h = clock.hour_h - clock.sunrise_h
        return 1.0 / (1.0 + exp((past_h - clock.lasting_h) / 0.9))
    return 0.5 * min(1.0, max(0.0, (clock.hour_h - 17.0) / 3.5))


def _dampness_odds(last: Weather, lead_h: int) -> float:
    """Return by how much a report makes fog of the coming night more or less likely."""
    damp = last.relative_humidity + 0.02 * min(lead_h, 6)
    odds = 2.5 if damp >= 0.95 else 1.0 if damp >= 0.8 else 0.3
    if last.wind_mps > 4.0:
        odds *= 0.3
    return float(odds ** exp(-lead_h / 12.0))


def _odds_times(chance: float, factor: float) -> float:
    """Return a chance whose odds are multiplied."""
    return chance * factor / (1.0 - chance + chance * factor)


def _expect_wind(last: Weather, now: _Clock, then: _Clock, lead_h: int) -> tuple[float, float]:
    """Return expected wind [m/s] and where it comes from [deg].

    The reported departure from the valley wind fades; its speed is kept longer than its direction,
    because expected speed is not the speed of the expected vector.
    """
    kept = exp(-lead_h / _WIND_FADES_H)
    from_rad = radians(last.wind_from_deg)
    x = then.wind_x_mps + kept * (-last.wind_mps * sin(from_rad) - now.wind_x_mps)
    y = then.wind_y_mps + kept * (-last.wind_mps * cos(from_rad) - now.wind_y_mps)
    scatter_mps = _SCATTER_MPS * sqrt(1.0 - kept * kept)
    return hypot(x, y, scatter_mps), degrees(atan2(-x, -y)) % 360.0


def _error(growth: tuple[float, float, float], lead_h: int) -> float:
    """Return the stated standard error at a lead."""
    at_once, at_last, grows_h = growth
    return at_once + (at_last - at_once) * (1.0 - exp(-lead_h / grows_h))
