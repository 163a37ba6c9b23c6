"""The timetable of a day from feeds: which trips run, at which instants, in which patterns.

Service days of the feed that reach into the window are taken, so trips after midnight of the day
before are there. A service day begins twelve hours before its noon in the feed's own zone (*GTFS
Schedule Reference*, Time), which keeps its hours even on days of a clock change.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_S
from aspan.world.feed import Feed
from aspan.world.readers.footpaths import WALK_M_MAX, build_footpaths
from aspan.world.readers.gtfs_rows import format_time_s
from aspan.world.readers.patterns import PatternBuilder, Runs
from aspan.world.readers.service_days import ServiceDay, list_service_days, service_zero_ms
from aspan.world.timetable import Ints, Line, Stop, Timetable, VehicleMode

RUNS_MAX = 1_000_000
"""Most trips in one timetable, neighbouring days included; Assumed: twenty large cities."""
_STOPS_OF_A_TRIP_MIN = 2


def build_timetable(
    feeds: Sequence[Feed],
    day: date,
    time_zone: str,
    *,
    price_defaults: Mapping[VehicleMode, int],
    walk_m_max: float = WALK_M_MAX,
) -> Timetable:
    """Return what runs from the start of `day` to the end of the day after, by all feeds.

    A trip is there if it reaches its last stop in or after the window's start and leaves its first
    before its end.

    Parameters
    ----------
    day, time_zone
        Local day of the city, and its IANA zone.
    price_defaults
        Price of a boarding [tiyn] by mode, where a feed tells none; 0 for a mode that is not there.
    walk_m_max
        Longest change on foot that is guessed, walked. [m]
    """
    from_ms = local_midnight_ms(day, time_zone)
    until_ms = local_midnight_ms(day + timedelta(days=2), time_zone)
    served = [_list_served(feed) for feed in feeds]
    builder = PatternBuilder()
    assumed: list[str] = []
    stops: list[Stop] = []
    lines: list[Line] = []
    for feed, numbers in zip(feeds, served, strict=True):
        days, said = list_service_days(feed, day, from_ms, until_ms)
        assumed += said
        runs = _list_runs(feed, days, from_ms, until_ms)
        builder.add(feed, runs, numbers, line_first=len(lines), stop_first=len(stops))
        stops += _list_stops(feed, numbers)
        lines += _list_lines(feed, price_defaults)
    return Timetable(
        day=day,
        stops=tuple(stops),
        lines=tuple(lines),
        patterns=builder.freeze(),
        footpaths=build_footpaths(feeds, served, walk_m_max=walk_m_max),
        assumed=tuple(assumed),
    )


def _list_served(feed: Feed) -> list[int]:
    """Return the numbers of the feed's stops that any trip serves, in the feed's order."""
    return [int(number) for number in np.unique(feed.stop_times.stop)]


def _list_stops(feed: Feed, numbers: Iterable[int]) -> list[Stop]:
    """Return the served stops."""
    rows = (feed.stops[number] for number in numbers)
    return [
        Stop(
            stop_id=f"{feed.feed_id}:{row.stop_id}",
            feed_id=feed.feed_id,
            names=row.names,
            lon_deg=row.lon_deg,
            lat_deg=row.lat_deg,
            station_id=f"{feed.feed_id}:{row.parent_id}" if row.parent_id else "",
            wheelchair=row.wheelchair,
        )
        for row in rows
    ]


def _list_lines(feed: Feed, price_defaults: Mapping[VehicleMode, int]) -> list[Line]:
    """Return the lines with the price of a boarding, the feed's own before the default."""
    return [
        Line(
            line_id=f"{feed.feed_id}:{route.route_id}",
            feed_id=feed.feed_id,
            short_name=route.short_name,
            names=route.names,
            mode=route.mode,
            price_tiyn=price_defaults.get(route.mode, 0)
            if route.price_tiyn is None
            else route.price_tiyn,
            colour=route.colour,
        )
        for route in feed.routes
    ]


def _list_runs(feed: Feed, days: Sequence[ServiceDay], from_ms: int, until_ms: int) -> Runs:
    """Return every run of a trip that touches the window, trips by headway one by one."""
    spans = _Spans(feed)
    headway = _headways(feed)
    is_clocked = spans.is_long.copy()
    is_clocked[list(headway)] = False
    trips = [np.empty(0, dtype=np.int64)]
    zeros = [np.empty(0, dtype=np.int64)]
    ids: dict[int, str] = {}
    total = 0
    for service_day in days:
        zero_ms = service_zero_ms(service_day.day, feed.time_zone)
        is_on = spans.is_on(service_day.used)
        clocked = np.flatnonzero(is_clocked & is_on)
        clocked = clocked[spans.touch(clocked, np.int64(zero_ms), from_ms, until_ms)]
        trips.append(clocked)
        zeros.append(np.full(len(clocked), zero_ms, dtype=np.int64))
        total += len(clocked)
        for trip, starts in headway.items():
            if not (is_on[trip] and spans.is_long[trip]):
                continue
            begin = zero_ms + (starts - spans.leave_s[trip]) * MS_PER_S
            touches = spans.touch(np.array([trip]), begin, from_ms, until_ms)
            trips.append(np.full(int(touches.sum()), trip, dtype=np.int64))
            zeros.append(begin[touches])
            for place, start_s in enumerate(starts[touches].tolist(), total):
                ids[place] = f"{feed.trips[trip].trip_id}@{format_time_s(start_s)}"
            total += int(touches.sum())
            _check_total(feed, total)
        _check_total(feed, total)
    return Runs(np.concatenate(trips), np.concatenate(zeros), ids)


def _check_total(feed: Feed, total: int) -> None:
    if total > RUNS_MAX:
        raise InvalidInput(
            feed.feed_id, f"{total} trips", f"at most {RUNS_MAX} trips in three days"
        )


class _Spans:
    """When each trip leaves its first stop and reaches its last, and on which days it runs."""

    def __init__(self, feed: Feed) -> None:
        first, times = feed.stop_times.first, feed.stop_times
        self.is_long = first[1:] - first[:-1] >= _STOPS_OF_A_TRIP_MIN
        self.leave_s = np.zeros(len(first) - 1, dtype=np.int64)
        self.reach_s = np.zeros(len(first) - 1, dtype=np.int64)
        self.leave_s[self.is_long] = times.depart_s[first[:-1][self.is_long]]
        self.reach_s[self.is_long] = times.arrive_s[first[1:][self.is_long] - 1]
        numbers = {service.service_id: n for n, service in enumerate(feed.services)}
        self._services = feed.services
        self._service = np.array([numbers[t.service_id] for t in feed.trips], dtype=np.int64)

    def is_on(self, day: date) -> NDArray[np.bool_]:
        """Return for each trip whether its service runs on a day."""
        running = np.array([service.runs_on(day) for service in self._services], dtype=bool)
        found: NDArray[np.bool_] = running[self._service]
        return found

    def touch(
        self, trip: NDArray[np.int64], zero_at_ms: Ints | np.int64, from_ms: int, until_ms: int
    ) -> NDArray[np.bool_]:
        """Say which runs of trips are not over before the window, nor begin after it."""
        reach = zero_at_ms + self.reach_s[trip] * MS_PER_S
        leave = zero_at_ms + self.leave_s[trip] * MS_PER_S
        found: NDArray[np.bool_] = (reach >= from_ms) & (leave < until_ms)
        return found


def _headways(feed: Feed) -> dict[int, NDArray[np.int64]]:
    """Return the departures [s of the service day] of each trip that is run by headway."""
    numbers = {trip.trip_id: n for n, trip in enumerate(feed.trips)}
    starts: dict[int, list[NDArray[np.int64]]] = {}
    total = 0
    for row in feed.frequencies:
        run = np.arange(row.start_s, row.end_s, row.headway_s, dtype=np.int64)
        starts.setdefault(numbers[row.trip_id], []).append(run)
        total += len(run)
        _check_total(feed, total)
    return {trip: np.unique(np.concatenate(runs)) for trip, runs in sorted(starts.items())}
