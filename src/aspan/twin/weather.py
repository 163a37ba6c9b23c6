"""The twin's true weather, per place and hour, and what instruments report of it.

Design decision 9: the daily rows are a real reanalysis where the file has the date; every hour is
modelled around them and says so. Only this room knows the truth; the engine is given reports and
forecasts. The weather of a date rests on that date and earlier ones, and on keyed dice.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date

import msgspec
import numpy as np

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather_air import (
    inversion_by_hour,
    place_pressure_pa,
    place_relative_humidity,
    place_temperature_k,
    place_wind,
)
from aspan.twin.weather_frame import DayFrames, Place
from aspan.twin.weather_noise import Floats
from aspan.twin.weather_overlay import MEASURED, Basis, Overlay
from aspan.twin.weather_report import report_weather
from aspan.twin.weather_sky import PRESENT, Codes, fog_in_plain, make_sky, storm_gust_mps
from aspan.world.city import City, WeatherModel
from aspan.world.weather import Weather

_DAYS_KEPT = 16
"""Days of hours that stay in memory; older ones are made again when asked for."""

_AFTERNOON_GUST_MPS = 1.0
"""Assumed: sun-made turbulence adds up to this to gusts at noon in summer."""


class DayHours(msgspec.Struct, frozen=True, kw_only=True):
    """The hours of one local date, arrays by place and hour, in the units of `Weather`.

    Parameters
    ----------
    basis
        What stands behind each of them, as `weather_overlay` numbers it. All modelled if None.
    """

    first_hour: int
    middle_h: Floats
    temperature_k: Floats
    pressure_pa: Floats
    wind_mps: Floats
    wind_from_deg: Floats
    gust_mps: Floats
    relative_humidity: Floats
    visibility_m: Floats
    ceiling_agl_m: Floats
    precipitation_mm_h: Floats
    present: Codes
    basis: Basis | None = None


class WeatherModeller:
    """Makes the hours of any date under any seed, for a fixed list of places."""

    def __init__(self, model: WeatherModel, time_zone: str, places: Sequence[Place]) -> None:
        self._model = model
        self._frames = DayFrames(model, time_zone, places)
        self._overlay = Overlay(model.stations, places, model.gust_factor)

    def make_day(self, day: date, seed: int) -> DayHours:
        """Return all hours of the local date `day` under `seed`, measured ones where there are."""
        hours = self._model_day(day, seed)
        if self._overlay.is_empty:
            return hours
        return msgspec.structs.replace(hours, basis=self._overlay.lay(hours))

    def _model_day(self, day: date, seed: int) -> DayHours:
        """Return the modelled hours of a date."""
        model = self._model
        frame = self._frames.frame(day, seed)
        heights = self._frames.elevation_amsl_m
        reference_m = model.reference_elevation_m
        inversion = inversion_by_hour(frame, fog_in_plain(frame))
        temperature_k = place_temperature_k(
            frame,
            elevation_amsl_m=heights,
            reference_elevation_m=reference_m,
            inversion=inversion,
        )
        sky = make_sky(
            frame,
            elevation_amsl_m=heights,
            reference_elevation_m=reference_m,
            temperature_k=temperature_k,
            inversion=inversion,
        )
        humidity = place_relative_humidity(
            frame, temperature_k, elevation_amsl_m=heights, reference_elevation_m=reference_m
        )
        wind_mps, wind_from_deg = place_wind(
            frame,
            elevation_amsl_m=heights,
            valley_wind_mps=model.valley_wind_mps,
            valley_axis_deg=model.valley_axis_deg,
        )
        gust_mps = model.gust_factor * wind_mps * (1.0 + 0.06 * frame.place_noise("gust", 2))
        sun = np.sin(np.pi * np.clip((frame.middle_h - 8.0) / 12.0, 0.0, 1.0))
        gust_mps += _AFTERNOON_GUST_MPS * max(0.0, frame.noon_deg - 25.0) / 45.0 * sun
        stormy = sky.present == PRESENT.index("TS")
        gust_mps += stormy * storm_gust_mps(frame.row.precipitation_mm / 5.0)
        return DayHours(
            first_hour=frame.first_hour,
            middle_h=frame.middle_h,
            temperature_k=temperature_k,
            pressure_pa=place_pressure_pa(frame, heights),
            wind_mps=wind_mps,
            wind_from_deg=wind_from_deg,
            gust_mps=np.maximum(gust_mps, wind_mps),
            relative_humidity=_with_moisture(humidity, sky.present),
            visibility_m=sky.visibility_m,
            ceiling_agl_m=sky.ceiling_agl_m,
            precipitation_mm_h=sky.precipitation_mm_h,
            present=sky.present,
        )


class WeatherTruth:
    """The true weather at every vertiport of a city, for any instant.

    Parameters
    ----------
    seed
        Of the run.
    future_seed, future_from_ms
        Hours starting at or after `future_from_ms` are drawn with `future_seed` instead: another
        future after the same past. Both or neither.
    told_place_ids
        Places whose weather comes from outside, by `hear`; until it first does, modelled.
    cover
        Lays fog over the modelled hour of a local date (`disruptions`); nothing does if None.
    """

    def __init__(
        self,
        city: City,
        seed: int,
        *,
        future_seed: int | None = None,
        future_from_ms: int | None = None,
        told_place_ids: Sequence[PlaceId] = (),
        cover: Callable[[Weather, date], Weather] | None = None,
    ) -> None:
        if (future_seed is None) != (future_from_ms is None):
            raise InvalidInput("future_from_ms", future_from_ms, "an instant with a future seed")
        places = [
            Place(place_id=PlaceId(v.vertiport_id), elevation_amsl_m=v.elevation_amsl_m)
            for v in city.vertiports
        ]
        self._place_ids = tuple(place.place_id for place in places)
        self._modeller = WeatherModeller(city.weather, city.time_zone, places)
        self._zone = city.time_zone
        self._seed = seed
        self._future_seed = seed if future_seed is None else future_seed
        self._future_from_ms = future_from_ms
        self._hours: dict[int, dict[PlaceId, Weather]] = {}
        self._kept: list[int] = []
        self._told: dict[PlaceId, list[Weather]] = {place: [] for place in told_place_ids}
        self._cover = cover

    @property
    def place_ids(self) -> tuple[PlaceId, ...]:
        """Places that have weather, in the city's order."""
        return self._place_ids

    @property
    def fed_place_ids(self) -> tuple[PlaceId, ...]:
        """Places whose reports come from here, in the city's order; the others are told."""
        return tuple(place for place in self._place_ids if place not in self._told)

    def hear(self, weather: Weather) -> None:
        """Take what was reported of a place that is told: it is the truth there from its instant.

        A report that is older than one heard before is passed over.
        """
        told = self._told.get(weather.place_id)
        if told is None:
            return
        if not told or told[-1].at_ms < weather.at_ms:
            told.append(weather)
        elif told[-1].at_ms == weather.at_ms:
            told[-1] = weather

    def heard_ms(self) -> dict[PlaceId, int]:
        """Return the instant of the last report heard, by place heard of."""
        return {place: told[-1].at_ms for place, told in self._told.items() if told}

    def at(self, place_id: PlaceId, at_ms: int) -> Weather:
        """Return the true weather of the hour that holds `at_ms`."""
        if self._told:
            told = self._told.get(place_id)
            if told and told[0].at_ms <= at_ms:
                return told[bisect_right(told, at_ms, key=_instant) - 1]
        hour = at_ms // MS_PER_H
        found = self._hours.get(hour)
        if found is None:
            self._make_day(hour)
            found = self._hours[hour]
        weather = found.get(place_id)
        if weather is None:
            raise InvalidInput("place_id", place_id, f"one of {', '.join(self._place_ids)}")
        return weather

    def report(self, place_id: PlaceId, at_ms: int) -> Weather:
        """Return what is observed in the hour that holds `at_ms`: truth, as instruments round."""
        return report_weather(self.at(place_id, at_ms))

    def _make_day(self, hour: int) -> None:
        """Make the hours of the local date on which `hour` starts; forget the oldest date."""
        day = ms_to_local(hour * MS_PER_H, self._zone).date()
        hours = self._modeller.make_day(day, self._seed)
        count = len(hours.middle_h)
        split = self._first_future_hour(hours.first_hour, count)
        self._keep(hours, 0, split)
        if split < count:
            self._keep(self._modeller.make_day(day, self._future_seed), split, count)
        if self._cover is not None:
            for covered in range(hours.first_hour, hours.first_hour + count):
                by_place = self._hours[covered]
                self._hours[covered] = {p: self._cover(w, day) for p, w in by_place.items()}
        self._kept.append(hours.first_hour)
        self._kept.append(hours.first_hour + count)
        if len(self._kept) > 2 * _DAYS_KEPT:
            for old in range(self._kept[0], self._kept[1]):
                self._hours.pop(old, None)
            del self._kept[:2]

    def _first_future_hour(self, first_hour: int, count: int) -> int:
        """Return how many hours of a date belong to the past of `future_from_ms`."""
        if self._future_from_ms is None:
            return count
        return min(count, max(0, -(-self._future_from_ms // MS_PER_H) - first_hour))

    def _keep(self, hours: DayHours, first: int, until: int) -> None:
        """Turn hours number `first` to `until` of a date into `Weather` by place."""
        basis = hours.basis
        columns = [
            array[:, first:until].tolist()
            for array in (
                hours.temperature_k,
                hours.pressure_pa,
                hours.wind_mps,
                hours.wind_from_deg,
                hours.gust_mps,
                hours.relative_humidity,
                hours.visibility_m,
                hours.ceiling_agl_m,
                hours.precipitation_mm_h,
                hours.present,
            )
        ]
        for offset in range(until - first):
            hour = hours.first_hour + first + offset
            by_place = {}
            for i, place_id in enumerate(self._place_ids):
                t, p, wind, wind_from, gust, rh, seen, ceiling, fallen, code = (
                    column[i][offset] for column in columns
                )
                by_place[place_id] = Weather(
                    place_id=place_id,
                    at_ms=hour * MS_PER_H,
                    temperature_k=t,
                    pressure_pa=p,
                    wind_mps=wind,
                    wind_from_deg=wind_from,
                    gust_mps=gust,
                    relative_humidity=rh,
                    visibility_m=seen,
                    ceiling_agl_m=ceiling,
                    precipitation_mm_h=fallen,
                    present_weather=PRESENT[code],
                    is_modelled=basis is None or bool(basis[i, first + offset] != MEASURED),
                )
            self._hours[hour] = by_place


def _instant(weather: Weather) -> int:
    return weather.at_ms


def _with_moisture(humidity: Floats, present: Codes) -> Floats:
    """Return humidity made consistent with what falls or hides the view."""
    least = np.array([0.0, 0.90, 0.85, 0.80, 0.98, 0.97, 0.90, 0.80])[present]
    moist: Floats = np.maximum(humidity, least)
    return moist
