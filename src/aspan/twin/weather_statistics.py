"""Statistics of the modelled weather: how often one may fly, by month, over whole years.

Day-VFR availability is the share of hours between sunrise and sunset in which the city's minima are
met at a place (facts 9.19 is what it is held against).
"""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from aspan.operations.minima import ceiling_agl_m_min
from aspan.primitives.ids import PlaceId
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather import DayHours, WeatherModeller
from aspan.twin.weather_frame import Place
from aspan.twin.weather_sky import PRESENT, Flags
from aspan.world.city import City, WeatherModel
from aspan.world.rules import WeatherMinima
from aspan.world.sun import sun_times
from aspan.world.weather_archive import STANDARD_LAPSE_K_PER_M

_MORNING_ENDS_H = 10.0
"""A morning is from sunrise until this hour, local."""

_THUNDER = PRESENT.index("TS")
_FREEZING = (PRESENT.index("FZRA"), PRESENT.index("FZFG"))
_FALLING = tuple(sorted(PRESENT.index(code) for code in ("RA", "SN", "TS", "FZRA")))
_FOG = (PRESENT.index("FG"), PRESENT.index("FZFG"))


class MonthAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """One place and calendar month, over the seeds asked for.

    Parameters
    ----------
    vfr, morning_vfr
        Share of daylight hours, and of those before 10:00, with visibility and ceiling enough and
        no thunderstorm.
    all_minima
        Share of daylight hours in which every minimum is met, wind and icing too.
    fog_days
        Mean number of dates with an hour of fog.
    """

    place_id: PlaceId
    month: int
    vfr: float
    morning_vfr: float
    all_minima: float
    fog_days: float


def vfr_hours(
    hours: DayHours, minima: WeatherMinima, *, planned_height_agl_m: float
) -> tuple[Flags, Flags]:
    """Return by place and hour whether it is VFR, and whether every minimum is met.

    The same rules as `operations.minima.check_minima`, over arrays.
    """
    ceiling_m = ceiling_agl_m_min(minima, planned_height_agl_m=planned_height_agl_m)
    vfr = (hours.visibility_m >= minima.visibility_m) & (hours.ceiling_agl_m >= ceiling_m)
    vfr &= hours.present != _THUNDER
    moist = (hours.precipitation_mm_h > 0.0) | (hours.visibility_m < minima.icing_visibility_m)
    moist |= np.isin(hours.present, (*_FALLING, *_FOG))
    icing = moist & (hours.temperature_k <= minima.icing_temperature_k_max)
    icing |= np.isin(hours.present, _FREEZING)
    falling = (hours.precipitation_mm_h > 0.0) | np.isin(hours.present, _FALLING)
    aloft_k = hours.temperature_k - STANDARD_LAPSE_K_PER_M * planned_height_agl_m
    icing |= falling & (aloft_k <= minima.icing_temperature_k_max)
    windy = (hours.wind_mps > minima.wind_mps) | (hours.gust_mps > minima.gust_mps)
    windy |= hours.gust_mps - hours.wind_mps > minima.gust_spread_mps
    return vfr, vfr & ~icing & ~windy


def icing_aloft_hours(
    hours: DayHours, minima: WeatherMinima, place: int, *, height_agl_m: float
) -> Flags:
    """Return by hour whether ice must be expected at a height above one place.

    The same rule as `operations.minima.is_icing_aloft`, over arrays.
    """
    present = hours.present[place]
    cold = (
        hours.temperature_k[place] - STANDARD_LAPSE_K_PER_M * height_agl_m
        <= minima.icing_temperature_k_max
    )
    moist = (hours.precipitation_mm_h[place] > 0.0) | np.isin(present, _FALLING)
    moist |= hours.ceiling_agl_m[place] <= height_agl_m
    icing: Flags = np.isin(present, _FREEZING) | (cold & moist)
    return icing


def availability(
    city: City, seeds: Sequence[int], year: int, *, planned_height_agl_m: float
) -> list[MonthAvailability]:
    """Return availability of every vertiport by month of `year`, in the city's order."""
    places = [
        Place(place_id=PlaceId(v.vertiport_id), elevation_amsl_m=v.elevation_amsl_m)
        for v in city.vertiports
    ]
    return place_availability(
        city.weather,
        city.time_zone,
        places,
        city.rules.weather_minima,
        seeds=seeds,
        year=year,
        planned_height_agl_m=planned_height_agl_m,
    )


def place_availability(
    model: WeatherModel,
    time_zone: str,
    places: Sequence[Place],
    minima: WeatherMinima,
    *,
    seeds: Sequence[int],
    year: int,
    planned_height_agl_m: float,
) -> list[MonthAvailability]:
    """Return availability of any places by month of `year`."""
    modeller = WeatherModeller(model, time_zone, places)
    counts = np.zeros((12, 5, len(places)))
    fog_days = np.zeros((12, len(places)))
    day = date(year, 1, 1)
    while day.year == year:
        sun = sun_times(
            lon_deg=model.reference_lon_deg,
            lat_deg=model.reference_lat_deg,
            day=day,
            zone=time_zone,
        )
        for seed in seeds:
            hours = modeller.make_day(day, seed)
            starts_ms = (hours.first_hour + np.arange(len(hours.middle_h))) * MS_PER_H
            light = (starts_ms >= sun.sunrise_at_ms - MS_PER_H // 2) & (
                starts_ms < sun.sunset_at_ms - MS_PER_H // 2
            )
            morning = light & (hours.middle_h < _MORNING_ENDS_H)
            vfr, met = vfr_hours(hours, minima, planned_height_agl_m=planned_height_agl_m)
            month = counts[day.month - 1]
            month[0] += light.sum()
            month[1] += (vfr & light).sum(axis=1)
            month[2] += morning.sum()
            month[3] += (vfr & morning).sum(axis=1)
            month[4] += (met & light).sum(axis=1)
            fog_days[day.month - 1] += np.isin(hours.present, _FOG).any(axis=1)
        day += timedelta(days=1)
    return [
        MonthAvailability(
            place_id=place.place_id,
            month=month + 1,
            vfr=float(counts[month, 1, i] / counts[month, 0, i]),
            morning_vfr=float(counts[month, 3, i] / counts[month, 2, i]),
            all_minima=float(counts[month, 4, i] / counts[month, 0, i]),
            fog_days=float(fog_days[month, i] / len(seeds)),
        )
        for i, place in enumerate(places)
        for month in range(12)
    ]
