"""Which service days of a feed fill a window, and what is used outside its calendar."""

from datetime import date, time, timedelta
from typing import NamedTuple

from aspan.primitives.instants import local_instant_ms
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, S_PER_H
from aspan.world.feed import Feed

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_A_WEEK = len(_WEEKDAYS)
_HOURS_TO_NOON = 12
_HOURS_A_DAY = 24


class ServiceDay(NamedTuple):
    """A service day, and the day of the feed's calendar whose services it runs: mostly itself."""

    day: date
    used: date


def service_zero_ms(day: date, zone: str) -> int:
    """Return the instant [ms] that times of a service day count from: noon minus 12 h."""
    return local_instant_ms(day, time(_HOURS_TO_NOON), zone) - _HOURS_TO_NOON * MS_PER_H


def list_service_days(
    feed: Feed, day: date, from_ms: int, until_ms: int
) -> tuple[list[ServiceDay], list[str]]:
    """Return the service days whose trips may touch [from, until), and what was assumed.

    Parameters
    ----------
    day
        Local day that the window opens with; it is named if the feed does not cover it.
    """
    calendar = feed.calendar()
    if calendar is None or not len(feed.stop_times.arrive_s):
        return [], [f"The feed {feed.feed_id} holds no day on which anything runs."]
    latest_s = max(int(feed.stop_times.arrive_s.max()), *_last_starts(feed))
    back = latest_s // (S_PER_H * _HOURS_A_DAY) + 2  # one more, for zones east of the city's
    found = []
    for offset in range(-back, 4):
        service_day = day + timedelta(days=offset)
        zero_ms = service_zero_ms(service_day, feed.time_zone)
        if zero_ms < until_ms and zero_ms + (back * MS_PER_DAY) >= from_ms:
            found.append(ServiceDay(service_day, find_used_day(service_day, *calendar)))
    return found, _tell(feed, found, day, calendar) + _tell_headways(feed)


def _last_starts(feed: Feed) -> list[int]:
    """Return a bound on when runs by headway end [s]."""
    longest = int(feed.stop_times.arrive_s.max())
    return [0, *(row.end_s + longest for row in feed.frequencies)]


def find_used_day(day: date, first: date, last: date) -> date:
    """Return `day`, or the nearest day from `first` to `last` with its weekday.

    A feed shorter than a week may lack the weekday; then its nearest day is used.
    """
    if first <= day <= last:
        return day
    edge = first if day < first else last
    step = (day.weekday() - edge.weekday()) % _DAYS_A_WEEK
    used = edge + timedelta(days=step if day < first else (step - _DAYS_A_WEEK if step else 0))
    return used if first <= used <= last else edge


def _tell(feed: Feed, days: list[ServiceDay], day: date, calendar: tuple[date, date]) -> list[str]:
    """Return a sentence on a day that the calendar does not cover: this one, else a neighbour."""
    near = [d for d in days if abs((d.day - day).days) <= 1 and d.used != d.day]
    chosen = next((d for d in near if d.day == day), near[0] if near else None)
    if chosen is None:
        return []
    first, last = calendar
    same = "" if chosen.used.weekday() == chosen.day.weekday() else ", the nearest day it has"
    return [
        f"The timetable of {feed.feed_id} is known from {first} to {last}; for "
        f"{_WEEKDAYS[chosen.day.weekday()]} {chosen.day} that of {chosen.used} is used{same}."
    ]


def _tell_headways(feed: Feed) -> list[str]:
    """Return a sentence if some trips promise a headway only."""
    if all(row.is_exact for row in feed.frequencies):
        return []
    return [
        f"Some lines of {feed.feed_id} promise how often they run, not when; "
        "their departures are spread evenly."
    ]
