"""When a feed's trips run: calendars with exceptions, trips, frequencies, and who says so."""

from collections.abc import Iterable
from datetime import date

from aspan.world.feed import FeedInfo, FeedRoute, FeedTrip, Frequency, Service
from aspan.world.readers.gtfs_rows import Row, Sheet, clean, format_time_s

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADDED = 1
HEADWAY_S_LOW, HEADWAY_S_HIGH = 10, 86_400
"""Headways that are believed [s]; Assumed: a shorter one is a typing error."""


def read_services(calendar: Sheet | None, dates: Sheet | None) -> tuple[Service, ...]:
    """Return every service of `calendar.txt` and `calendar_dates.txt`."""
    weekly = _read_calendar(calendar)
    added: dict[str, set[date]] = {}
    removed: dict[str, set[date]] = {}
    for row in dates or ():
        service_id, day = row.needed("service_id"), row.day("date")
        kind = row.code("exception_type", 2, low=1, default=_ADDED)
        if not row.text("exception_type"):
            row.fatal("exception_type", "", "1 for added or 2 for removed")
        if day is None:
            continue
        if day in added.get(service_id, ()) or day in removed.get(service_id, ()):
            row.fatal("date", row.text("date"), "each service_id and date once")
        (added if kind == _ADDED else removed).setdefault(service_id, set()).add(day)
    found = []
    for service_id in [*weekly, *(s for s in {**added, **removed} if s not in weekly)]:
        weekdays, first, last = weekly.get(service_id, ((False,) * 7, None, None))
        found.append(
            Service(
                service_id=service_id,
                weekdays=weekdays,
                first=first,
                last=last,
                added=tuple(sorted(added.get(service_id, ()))),
                removed=tuple(sorted(removed.get(service_id, ()))),
            )
        )
    return tuple(found)


_Weekly = tuple[tuple[bool, ...], date | None, date | None]


def _read_calendar(sheet: Sheet | None) -> dict[str, _Weekly]:
    found: dict[str, _Weekly] = {}
    for row in sheet or ():
        service_id = row.needed("service_id")
        if service_id in found:
            row.fatal("service_id", service_id, "each service_id once")
        first, last = row.day("start_date"), row.day("end_date")
        if first and last and last < first:
            row.fatal("end_date", row.text("end_date"), f"a date from start_date {first} on")
        found[service_id] = (tuple(_read_weekday(row, day) for day in _WEEKDAYS), first, last)
    return found


def _read_weekday(row: Row, column: str) -> bool:
    if not row.text(column):
        row.fatal(column, "", "1 or 0")
    return row.code(column, 1) == 1


def read_trips(
    sheet: Sheet | None, routes: Iterable[FeedRoute], services: Iterable[Service]
) -> tuple[FeedTrip, ...]:
    """Return the trips, each of a known route and service."""
    known_routes = {route.route_id for route in routes}
    known_services = {service.service_id for service in services}
    found: dict[str, FeedTrip] = {}
    for row in sheet or ():
        trip_id = row.needed("trip_id")
        if trip_id in found:
            row.fatal("trip_id", trip_id, "each trip_id once")
        route_id, service_id = row.text("route_id"), row.text("service_id")
        if route_id not in known_routes:
            row.fatal("route_id", route_id, "a route_id of routes.txt")
        if service_id not in known_services:
            row.fatal("service_id", service_id, "a service_id of a calendar file")
        found[trip_id] = FeedTrip(
            trip_id=trip_id,
            route_id=route_id,
            service_id=service_id,
            headsign=clean(row.text("trip_headsign")),
            direction=row.code("direction_id", 1),
            wheelchair=row.code("wheelchair_accessible", 2),
            block_id=row.text("block_id"),
        )
    return tuple(found.values())


def read_frequencies(sheet: Sheet | None, trips: dict[str, int]) -> tuple[Frequency, ...]:
    """Return the trips that are run by headway."""
    found = []
    for row in sheet or ():
        trip_id = row.text("trip_id")
        if trip_id not in trips:
            row.fatal("trip_id", trip_id, "a trip_id of trips.txt")
        start_s, end_s = row.time_s("start_time"), row.time_s("end_time")
        if end_s <= start_s:
            after = f"a time after start_time {format_time_s(start_s)}"
            row.fatal("end_time", row.text("end_time"), after)
        headway_s = row.whole("headway_secs", low=HEADWAY_S_LOW, high=HEADWAY_S_HIGH)
        if headway_s is None and not row.text("headway_secs"):
            row.fatal("headway_secs", "", "seconds between departures")
        found.append(
            Frequency(
                trip_id=trip_id,
                start_s=start_s,
                end_s=end_s,
                headway_s=headway_s or HEADWAY_S_HIGH,
                is_exact=row.code("exact_times", 1) == 1,
            )
        )
    return tuple(found)


def read_info(sheet: Sheet | None) -> FeedInfo | None:
    """Return who published the feed; the first row if there are several."""
    for row in sheet or ():
        first, last = (row.day(f"feed_{end}_date", is_needed=False) for end in ("start", "end"))
        if first and last and last < first:
            row.fatal("feed_end_date", row.text("feed_end_date"), f"a date from {first} on")
        return FeedInfo(
            publisher=clean(row.text("feed_publisher_name")),
            url=row.text("feed_publisher_url"),
            language=row.text("feed_lang"),
            first=first,
            last=last,
            version=row.text("feed_version"),
        )
    return None
