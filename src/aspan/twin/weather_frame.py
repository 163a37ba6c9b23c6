"""The frame of one local date at several places: its hours, sun, daily rows and noise.

Everything that makes the hours of a day (`weather_air.py`, `weather_sky.py`) reads this and nothing
of a later date.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather_days import DailyRows
from aspan.twin.weather_fog import FogDay, FogDays
from aspan.twin.weather_noise import Floats, Keys, smooth_noise, stream_keys
from aspan.world.city import WeatherModel
from aspan.world.sun import noon_elevation_deg, sun_times
from aspan.world.weather import DailyWeather

_CITY = ("",)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place whose weather is made: a vertiport, or any other by name."""

    place_id: PlaceId
    elevation_amsl_m: float


class DayFrame:
    """One local date under one seed, for all places at once.

    Attributes
    ----------
    first_hour
        Number of the first hour, in hours UTC since 1970.
    middle_h
        Middle of each hour, from local midnight [h].
    row, row_before
        Daily weather of this date and of the one before.
    """

    def __init__(
        self,
        *,
        day: date,
        seed: int,
        first_hour: int,
        middle_h: Floats,
        sun_h: tuple[float, float],
        noon_deg: float,
        rows: tuple[DailyWeather, DailyWeather],
        fog: FogDay,
        keys: dict[str, Keys],
    ) -> None:
        self.day = day
        self.seed = seed
        self.first_hour = first_hour
        self.middle_h = middle_h
        self.sunrise_h, self.sunset_h = sun_h
        self.noon_deg = noon_deg
        self.row, self.row_before = rows
        self.fog = fog
        self._keys = keys

    @property
    def hour_count(self) -> int:
        """Hours of this date: 24, or one more or less where the clock is changed."""
        return len(self.middle_h)

    def city_noise(self, what: str, memory_h: int) -> Floats:
        """Return smooth noise by hour, the same at every place."""
        keys = self._keys[what]
        noise: Floats = smooth_noise(keys, self.first_hour, self.hour_count, memory_h)[0]
        return noise

    def place_noise(self, what: str, memory_h: int) -> Floats:
        """Return smooth noise by place and hour."""
        return smooth_noise(self._keys[what], self.first_hour, self.hour_count, memory_h)


CITY_NOISES = ("pressure", "turn", "wind", "rain", "rain amount", "cloud")
PLACE_NOISES = ("place temperature", "place wind", "gust", "visibility", "ceiling")


class DayFrames:
    """Frames of any date under any seed."""

    def __init__(self, model: WeatherModel, time_zone: str, places: Sequence[Place]) -> None:
        self.model = model
        self.places = tuple(places)
        self.elevation_amsl_m = np.array([p.elevation_amsl_m for p in places], dtype=np.float64)
        self.rows = DailyRows(model.days)
        self._zone = time_zone
        self._fog = FogDays(model.fog, model.days, self.rows)
        self._keys: dict[int, dict[str, Keys]] = {}

    def frame(self, day: date, seed: int) -> DayFrame:
        """Return the frame of `day` under `seed`."""
        midnight_ms = local_midnight_ms(day, self._zone)
        next_ms = local_midnight_ms(day + timedelta(days=1), self._zone)
        first_hour = -(-midnight_ms // MS_PER_H)
        count = -(-next_ms // MS_PER_H) - first_hour
        offset_h = (first_hour * MS_PER_H - midnight_ms) / MS_PER_H
        sun = sun_times(
            lon_deg=self.model.reference_lon_deg,
            lat_deg=self.model.reference_lat_deg,
            day=day,
            zone=self._zone,
        )
        sunrise_h = (sun.sunrise_at_ms - midnight_ms) / MS_PER_H
        sunset_h = (sun.sunset_at_ms - midnight_ms) / MS_PER_H
        noon_deg = noon_elevation_deg(lat_deg=self.model.reference_lat_deg, day=day)
        return DayFrame(
            day=day,
            seed=seed,
            first_hour=first_hour,
            middle_h=np.arange(count, dtype=np.float64) + (offset_h + 0.5),
            sun_h=(sunrise_h, sunset_h),
            noon_deg=noon_deg,
            rows=(self.rows.get_row(day, seed), self.rows.get_row(day - timedelta(days=1), seed)),
            fog=self._fog.plan_fog(
                day, seed, sunrise_h=sunrise_h, sunset_h=sunset_h, noon_deg=noon_deg
            ),
            keys=self._stream_keys(seed),
        )

    def _stream_keys(self, seed: int) -> dict[str, Keys]:
        """Return the noise streams of a seed, made once."""
        known = self._keys.get(seed)
        if known is None:
            names = tuple(str(place.place_id) for place in self.places)
            known = {what: stream_keys(seed, what, _CITY) for what in CITY_NOISES}
            known |= {what: stream_keys(seed, what, names) for what in PLACE_NOISES}
            self._keys[seed] = known
        return known
