"""Feeds: what a GTFS feed says of lines, stops and times, checked and frozen, before any day.

Words and codes are those of the *GTFS Schedule Reference* (revision of 27 April 2026); times are
seconds since "noon minus 12 h" of a service day, so that they may pass 24 h. Kept is what a journey
needs; what is read and what is not stands in `world/readers/gtfs.py`. A `Timetable` of one day is
made from feeds by `world/readers/timetable.py`.
"""

from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.world.timetable import WHEELCHAIR_UNKNOWN, VehicleMode
from aspan.world.vertiport import Names

STOP, STATION, ENTRANCE, NODE, BOARDING_AREA = range(5)
"""GTFS `location_type`: stop or platform, station, entrance, generic node, boarding area."""

PICKUP_REGULAR, PICKUP_NONE, PICKUP_PHONE, PICKUP_DRIVER = range(4)
"""GTFS `pickup_type` and `drop_off_type`."""

RECOMMENDED, TIMED, MINIMUM_TIME, NOT_POSSIBLE, IN_SEAT, IN_SEAT_REBOARD = range(6)
"""GTFS `transfer_type`; 4 and 5, the vehicle going on as another trip, count as ordinary."""

STAIRS, ESCALATOR, LIFT = 2, 4, 5
"""GTFS `pathway_mode`: those that matter to people who cannot use steps."""


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """Who runs the lines."""

    agency_id: str
    name: str
    url: str
    time_zone: str
    language: str = ""


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """A floor of a station; `index` 0 is the street, below it is negative."""

    level_id: str
    index: float
    name: str = ""


class FeedStop(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `stops.txt`.

    Parameters
    ----------
    kind
        `STOP`, `STATION`, `ENTRANCE`, `NODE` or `BOARDING_AREA`.
    parent_id
        Station of a platform, entrance or node; platform of a boarding area; empty if none.
    wheelchair
        Its own word, else its parent's.
    """

    stop_id: str
    names: Names
    lon_deg: float
    lat_deg: float
    kind: int = STOP
    parent_id: str = ""
    wheelchair: int = WHEELCHAIR_UNKNOWN
    platform_code: str = ""
    level_id: str = ""


class FeedRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `routes.txt` with the price of a boarding.

    Parameters
    ----------
    route_type
        As written; `mode` is what it means here.
    price_tiyn
        Of one boarding for one adult, from the fares of the feed; None if they do not tell one.
    """

    route_id: str
    agency_id: str
    short_name: str
    names: Names
    route_type: int
    mode: VehicleMode
    colour: str = ""
    price_tiyn: int | None = None


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which trips run: weekdays between two dates, with exceptions.

    Parameters
    ----------
    weekdays
        Seven flags from Monday; none is set if the service is told by dates alone.
    first, last
        Of the weekly rule, both included; None if there is none.
    added, removed
        Exceptions, sorted.
    """

    service_id: str
    weekdays: tuple[bool, ...] = (False,) * 7
    first: date | None = None
    last: date | None = None
    added: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()

    def runs_on(self, day: date) -> bool:
        """Say whether its trips run on a service day."""
        if day in self.added:
            return True
        if self.first is None or self.last is None or day in self.removed:
            return False
        return self.first <= day <= self.last and self.weekdays[day.weekday()]


class FeedTrip(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `trips.txt`."""

    trip_id: str
    route_id: str
    service_id: str
    headsign: str = ""
    direction: int = 0
    wheelchair: int = WHEELCHAIR_UNKNOWN
    block_id: str = ""


class StopTimes(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """All stop times as columns, by trip and in order of travel.

    Parameters
    ----------
    first
        Rows of trip t: `first[t]` to `first[t + 1]`, as `Feed.trips` counts.
    stop
        Number in `Feed.stops`.
    arrive_s, depart_s
        Since noon minus 12 h of the service day [s]; every row has both.
    is_told
        1 if the feed told the time, 0 if it was interpolated between its neighbours.
    pickup, drop_off
        `PICKUP_…`.
    """

    first: NDArray[np.int32]
    stop: NDArray[np.int32]
    arrive_s: NDArray[np.int32]
    depart_s: NDArray[np.int32]
    is_told: NDArray[np.uint8]
    pickup: NDArray[np.uint8]
    drop_off: NDArray[np.uint8]


class Frequency(msgspec.Struct, frozen=True, kw_only=True):
    """A trip that is run again and again from `start_s` until before `end_s`.

    Parameters
    ----------
    is_exact
        True if the departures are a timetable, False if only the headway is promised.
    """

    trip_id: str
    start_s: int
    end_s: int
    headway_s: int
    is_exact: bool = False


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A rule for changing between two stops or stations.

    Parameters
    ----------
    kind
        `RECOMMENDED` to `IN_SEAT_REBOARD`.
    min_s
        Time it needs [s]; None if the feed does not say.
    is_general
        False if it holds only between named routes or trips; such rules are kept but not used.
    """

    from_id: str
    to_id: str
    kind: int
    min_s: int | None = None
    is_general: bool = True


class Pathway(msgspec.Struct, frozen=True, kw_only=True):
    """A way inside a station; `mode` is GTFS `pathway_mode`, 1 to 7."""

    pathway_id: str
    from_id: str
    to_id: str
    mode: int
    is_both_ways: bool
    length_m: float | None = None
    traversal_s: int | None = None
    stairs: int | None = None

    @property
    def is_step_free(self) -> bool:
        """Whether it can be used without a step: no stairs and no escalator."""
        return self.mode not in (STAIRS, ESCALATOR) and not self.stairs


class FeedInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Who published the feed, and for which days it may be trusted."""

    publisher: str
    url: str
    language: str
    first: date | None = None
    last: date | None = None
    version: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a feed, by file, row and column.

    Parameters
    ----------
    row
        As a text editor counts rows, the header being 1; None if the whole file is meant.
    is_fatal
        True if the feed is refused for it; False for what is put up with and said.
    """

    file: str
    row: int | None
    column: str
    value: str
    expected: str
    is_fatal: bool = True

    @property
    def where(self) -> str:
        """File, row and column in words."""
        parts = [self.file, f"row {self.row}" if self.row else "", self.column]
        return ": ".join(part for part in parts if part)

    def __str__(self) -> str:
        """Return one line for a person."""
        if self.is_fatal:
            return f"{self.where}: {self.value!r} is not accepted; expected {self.expected}"
        value = f" {self.value!r}" if self.value else ""
        return f"{self.where}:{value} {self.expected}"


class Feed(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One feed, whole and consistent: every id that something refers to is there.

    Parameters
    ----------
    feed_id
        Ours, from the file's name; it prefixes ids where feeds meet.
    time_zone
        IANA zone that all its times are told in.
    notices
        What was put up with, and what the feed holds that is not used.
    """

    feed_id: str
    time_zone: str
    agencies: tuple[Agency, ...]
    stops: tuple[FeedStop, ...]
    routes: tuple[FeedRoute, ...]
    services: tuple[Service, ...]
    trips: tuple[FeedTrip, ...]
    stop_times: StopTimes
    frequencies: tuple[Frequency, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    pathways: tuple[Pathway, ...] = ()
    levels: tuple[Level, ...] = ()
    info: FeedInfo | None = None
    notices: tuple[Problem, ...] = ()

    def calendar(self) -> tuple[date, date] | None:
        """Return the first and the last day the feed speaks of; None if it has no day at all.

        Days of its services, cut to those `feed_info.txt` vouches for where the two meet.
        """
        days = [day for service in self.services for day in service.added]
        days += [day for s in self.services if any(s.weekdays) for day in (s.first, s.last) if day]
        if not days:
            return None
        first, last = min(days), max(days)
        if self.info:
            later, sooner = max(first, self.info.first or first), min(last, self.info.last or last)
            if later <= sooner:
                return later, sooner
        return first, last
