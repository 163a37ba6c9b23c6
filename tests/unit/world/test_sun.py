"""Sunrise, sunset and twilight by local date."""

from datetime import date, timedelta

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN
from aspan.world.sun import SunTimes, noon_elevation_deg, sun_times

ALMATY = "Asia/Almaty"


def _almaty(day: date) -> SunTimes:
    return sun_times(lon_deg=76.9, lat_deg=43.3, day=day, zone=ALMATY)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 12, 21), 9.0), (date(2026, 6, 21), 15.4)])
def test_day_length_of_the_solstices(day: date, hours: float) -> None:
    """Daylight at 43.3 N lasts 9.0 and 15.4 hours at the solstices (facts 9.23)."""
    sun = _almaty(day)
    assert (sun.sunset_at_ms - sun.sunrise_at_ms) / MS_PER_H == pytest.approx(hours, abs=0.06)


def test_equator_at_the_equinox() -> None:
    """On the equator at the equinox the day is 12 h 6 to 7 min (refraction and the sun's disc)."""
    sun = sun_times(lon_deg=0.0, lat_deg=0.0, day=date(2025, 3, 20), zone="UTC")
    assert sun.sunset_at_ms - sun.sunrise_at_ms == pytest.approx(
        12 * MS_PER_H + 6.5 * MS_PER_MIN, abs=MS_PER_MIN
    )


def test_greenwich_summer_sunrise() -> None:
    """Sunrise at Greenwich on 2025-06-21 is 03:43 UTC (HM Nautical Almanac Office), +-1 min."""
    sun = sun_times(lon_deg=0.0, lat_deg=51.48, day=date(2025, 6, 21), zone="UTC")
    assert (sun.sunrise_at_ms % MS_PER_DAY) / MS_PER_MIN == pytest.approx(3 * 60 + 43, abs=1.2)


def test_every_local_date_has_its_own_sun_in_order() -> None:
    """Dawn, sunrise, sunset and dusk lie on the local date, in order, and move smoothly.

    In spring Almaty's sunrise crosses midnight UTC, where counting by UTC date loses a day.
    """
    before: SunTimes | None = None
    day = date(2022, 1, 1)
    while day.year == 2022:
        sun = _almaty(day)
        times = (
            sun.civil_dawn_at_ms,
            sun.sunrise_at_ms,
            sun.sunset_at_ms,
            sun.civil_dusk_at_ms,
        )
        assert list(times) == sorted(times)
        assert {ms_to_local(at_ms, ALMATY).date() for at_ms in times} == {day}
        if before is not None:
            moved_ms = abs(sun.sunrise_at_ms - before.sunrise_at_ms - MS_PER_DAY)
            assert moved_ms < 2 * MS_PER_MIN
        before = sun
        day += timedelta(days=1)


def test_polar_night_is_refused_by_name() -> None:
    """Where the sun does not rise the date is refused, not guessed."""
    with pytest.raises(InvalidInput, match="2025-12-21"):
        sun_times(lon_deg=18.9, lat_deg=78.0, day=date(2025, 12, 21), zone="Europe/Oslo")


@pytest.mark.parametrize(("day", "deg"), [(date(2025, 6, 21), 70.1), (date(2025, 12, 21), 23.3)])
def test_noon_elevation_at_the_solstices(day: date, deg: float) -> None:
    """The noon sun stands at 90 - latitude +- 23.44 deg at the solstices."""
    assert noon_elevation_deg(lat_deg=43.3, day=day) == pytest.approx(deg, abs=0.3)
