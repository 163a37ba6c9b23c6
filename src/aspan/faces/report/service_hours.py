"""Hours of service of a run: the stated hours of each date, by day unless night is approved.

As the engine opens its days: one window for the whole city, from the latest sunrise of its
vertiports to their earliest sunset.
"""

from datetime import timedelta

from aspan.faces.report.run_folder import CityFacts, RunFolder
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import (
    local_instant_ms,
    ms_to_local,
    parse_date,
    parse_local_time,
)
from aspan.primitives.units import MS_PER_H

Window = tuple[int, int]


def list_windows(run: RunFolder) -> list[Window] | None:
    """Return the hours of service of each date within the run; None where it states none."""
    city, kpis = run.city, run.kpis
    day = parse_date(f"{ms_to_local(kpis.from_at_ms, city.time_zone):%Y-%m-%d}")
    last = parse_date(f"{ms_to_local(kpis.until_at_ms - 1, city.time_zone):%Y-%m-%d}")
    windows = []
    while day <= last:
        window = _find_window(city, f"{day:%Y-%m-%d}")
        if window is None:
            return None
        from_ms, until_ms = max(window[0], kpis.from_at_ms), min(window[1], kpis.until_at_ms)
        if from_ms < until_ms:
            windows.append((from_ms, until_ms))
        day += timedelta(days=1)
    return windows


def _find_window(city: CityFacts, date_text: str) -> Window | None:
    """Return from when until when sorties are flown on a date; None where nothing is stated."""
    from aspan.world.sun import sun_times

    hours, day = city.hours, parse_date(date_text)
    if hours.from_local is None or hours.until_local is None:
        return None
    try:
        from_ms = local_instant_ms(day, parse_local_time(hours.from_local), city.time_zone)
        until_ms = local_instant_ms(day, parse_local_time(hours.until_local), city.time_zone)
        for site in () if hours.night_approved else city.vertiports:
            sun = sun_times(
                lon_deg=site.lon_deg, lat_deg=site.lat_deg, day=day, zone=city.time_zone
            )
            from_ms, until_ms = max(from_ms, sun.sunrise_at_ms), min(until_ms, sun.sunset_at_ms)
    except InvalidInput:
        return None
    return from_ms, until_ms


def is_hour_served(windows: list[Window], at_ms: int) -> bool:
    """Answer whether the middle of an hour lies in the hours of service."""
    middle_ms = at_ms + MS_PER_H // 2
    return any(from_ms <= middle_ms < until_ms for from_ms, until_ms in windows)
