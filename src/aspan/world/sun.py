"""The sun over a place on a local date: sunrise, sunset and civil twilight.

Day VFR begins at sunrise and ends at sunset here; the reckoning is that of `astral`, whose formulas
are NOAA's solar calculator (J. Meeus, *Astronomical Algorithms*, 1991), good to about a minute.
Not modelled: the mountains on the horizon, refraction in unusual air.
"""

from datetime import date, timedelta
from functools import lru_cache
from math import asin, cos, degrees, radians, sin
from zoneinfo import ZoneInfo

import msgspec
from astral import Observer, SunDirection
from astral.sun import time_of_transit

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import datetime_to_ms

_RISE_ZENITH_DEG = 90.0 + 16.0 / 60.0
"""The sun's centre at sunrise before refraction: its apparent radius, 16' (Meeus 1991, ch. 15)."""

_TWILIGHT_ZENITH_DEG = 96.0
"""The sun's centre 6 deg below the horizon at civil dawn and dusk (ICAO Annex 2, night)."""

_DAY = timedelta(days=1)
_OBLIQUITY_DEG = 23.44
"""Tilt of the earth's axis (Meeus 1991, ch. 21, rounded)."""


class SunTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Instants of one local date, in the order of the day."""

    civil_dawn_at_ms: int
    sunrise_at_ms: int
    sunset_at_ms: int
    civil_dusk_at_ms: int


@lru_cache(maxsize=4096)
def sun_times(*, lon_deg: float, lat_deg: float, day: date, zone: str) -> SunTimes:
    """Return when the sun rises and sets at a place on the local date `day`.

    `InvalidInput` where the sun, or its civil twilight, does not both come and go on that date.

    Parameters
    ----------
    zone
        IANA name of the time zone whose dates are meant; the UTC date is often another.
    """
    observer = Observer(latitude=lat_deg, longitude=lon_deg)
    rising, setting = SunDirection.RISING, SunDirection.SETTING
    local = ZoneInfo(zone)
    try:
        return SunTimes(
            civil_dawn_at_ms=_transit_ms(observer, day, _TWILIGHT_ZENITH_DEG, rising, local),
            sunrise_at_ms=_transit_ms(observer, day, _RISE_ZENITH_DEG, rising, local),
            sunset_at_ms=_transit_ms(observer, day, _RISE_ZENITH_DEG, setting, local),
            civil_dusk_at_ms=_transit_ms(observer, day, _TWILIGHT_ZENITH_DEG, setting, local),
        )
    except ValueError:
        expected = f"a date on which the sun rises and sets at {lat_deg:.2f} {lon_deg:.2f}"
        raise InvalidInput("date", day.isoformat(), expected) from None


def _transit_ms(
    observer: Observer, day: date, zenith_deg: float, direction: SunDirection, zone: ZoneInfo
) -> int:
    """Return the instant of the local date at which the sun passes a zenith angle.

    `astral` counts by UTC date and leaves a date out where the transit crosses midnight UTC (Almaty
    in April); then the mean of the days before and after is taken, right within seconds.
    """
    dates = (day - _DAY, day, day + _DAY)
    transits = [time_of_transit(observer, near, zenith_deg, direction) for near in dates]
    own = [t for t in transits if t.astimezone(zone).date() == day]
    if own:
        return datetime_to_ms(own[0])
    shifted = [t + step for t in transits for step in (-_DAY, _DAY)]
    near_ms = [datetime_to_ms(t) for t in shifted if t.astimezone(zone).date() == day]
    return sum(near_ms) // len(near_ms)


def noon_elevation_deg(*, lat_deg: float, day: date) -> float:
    """Return how high the sun stands at noon, within about a degree.

    Declination from the day of the year, a circular orbit (Meeus 1991, ch. 25, first term).
    """
    turn_rad = radians(360.0 * (day.timetuple().tm_yday - 81) / 365.25)
    declination_deg = degrees(asin(sin(radians(_OBLIQUITY_DEG)) * sin(turn_rad)))
    return degrees(asin(cos(radians(lat_deg - declination_deg))))
