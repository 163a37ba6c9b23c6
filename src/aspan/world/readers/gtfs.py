"""GTFS: any feed, zip or folder, read into one frozen and consistent `Feed`, or refused.

`read_feed` refuses at the first fatal problem; `check_feed` gathers them. Nothing is half-imported:
a `Feed` exists only if every file was read to its end and every id that is referred to is there.

Read: agency, stops, levels, routes, calendar, calendar_dates, trips, stop_times, frequencies,
transfers, pathways, feed_info, translations, and of fares v1 and v2 one price for a boarding.
Recognised but not used, and said so: everything of GTFS-Flex. Other files and columns are ignored.

Fatal is what could send somebody to a vehicle that is not there: a file or column that is missing,
an id that is double or unknown, a time that is backwards or unreadable, a stop at 0, 0, a file that
is cut. Put up with, as notices: rows of another width than the header, stops without a name,
stations where platforms are expected, trips with fewer than two stops, prices that hang on more
than the route.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.world.feed import Feed, FeedRoute, FeedTrip, Problem, StopTimes
from aspan.world.readers.gtfs_archive import Archive
from aspan.world.readers.gtfs_fares import read_flat_fares, read_leg_fares, read_networks
from aspan.world.readers.gtfs_network import (
    read_agencies,
    read_levels,
    read_pathways,
    read_routes,
    read_stops,
    read_transfers,
)
from aspan.world.readers.gtfs_rows import EnoughFound, Findings, Sheet
from aspan.world.readers.gtfs_services import (
    read_frequencies,
    read_info,
    read_services,
    read_trips,
)
from aspan.world.readers.gtfs_times import NEEDED, read_stop_times
from aspan.world.readers.gtfs_words import Words

Source = bytes | Path | Mapping[str, bytes]
"""A zip as bytes, a path to a zip or a folder, or the files of a feed by name."""

PROBLEMS_MAX = 100
PATHWAYS = ("pathway_id", "from_stop_id", "to_stop_id", "pathway_mode", "is_bidirectional")
FLEX = ("booking_rules", "location_groups", "location_group_stops", "locations")
"""Files of GTFS-Flex, recognised and not used."""


def read_feed(source: Source, *, feed_id: str = "feed", label: str = "") -> Feed:
    """Return the feed; `InvalidInput` naming file, row, column and value at the first problem.

    Parameters
    ----------
    feed_id
        Ours; it prefixes ids where feeds meet.
    label
        Name of the feed in messages; `feed_id` if empty.
    """
    found = _Reader(source, Findings(label or feed_id, None), feed_id).read()
    if found is None:  # findings that refuse at the first leave nothing unsaid
        raise InvalidInput(label or feed_id, None, "a GTFS feed")
    return found


def check_feed(
    source: Source, *, label: str = "feed", problems_max: int = PROBLEMS_MAX
) -> list[Problem]:
    """Return what is wrong with a feed, fatal problems first, at most `problems_max` of those."""
    findings = Findings(label, problems_max)
    try:
        _Reader(source, findings, "feed").read()
    except EnoughFound:
        pass
    except InvalidInput as error:
        whole = Problem(
            file="", row=None, column=error.field, value=str(error.value), expected=error.expected
        )
        return [whole, *findings.notices]
    return [*findings.problems, *findings.notices]


class _Reader:
    """One reading of one feed."""

    def __init__(self, source: Source, findings: Findings, feed_id: str) -> None:
        self._archive = Archive(source, findings.label)
        self._findings = findings
        self._feed_id = feed_id

    def read(self) -> Feed | None:
        """Return the feed; None if a check found it wanting."""
        try:
            return self._read()
        finally:
            self._archive.close()

    def _read(self) -> Feed | None:
        if self._archive.prefix:
            said = f"the files stand in a folder of the zip, {self._archive.prefix}"
            self._findings.notice("", None, "", "", said)
        is_flex = self._notice_flex()
        words = Words(
            self._sheet("translations", ("table_name", "field_name", "language", "translation"))
        )
        agencies = read_agencies(self._required("agency", ("agency_name", "agency_timezone")))
        levels = read_levels(self._sheet("levels", ("level_id", "level_index")))
        stops_sheet = self._sheet if is_flex else self._required
        stops = read_stops(stops_sheet("stops", ("stop_id",)), levels, words)
        routes, networks = read_routes(
            self._required("routes", ("route_id", "route_type")), agencies, words
        )
        services = read_services(*self._calendars())
        trips = read_trips(
            self._required("trips", ("trip_id", "route_id", "service_id")), routes, services
        )
        trip_numbers = {trip.trip_id: number for number, trip in enumerate(trips)}
        stop_numbers = {stop.stop_id: number for number, stop in enumerate(stops)}
        frequencies = read_frequencies(
            self._sheet("frequencies", ("trip_id", "start_time", "end_time", "headway_secs")),
            trip_numbers,
        )
        stop_times = read_stop_times(
            self._required("stop_times", NEEDED), trip_numbers, stop_numbers, stops
        )
        self._notice_short(trips, stop_times)
        feed = Feed(
            feed_id=self._feed_id,
            time_zone=agencies[0].time_zone if agencies else "",
            agencies=agencies,
            stops=stops,
            routes=self._price(routes, networks),
            services=services,
            trips=trips,
            stop_times=stop_times,
            frequencies=frequencies,
            transfers=read_transfers(self._sheet("transfers", ()), stop_numbers),
            pathways=read_pathways(
                self._sheet("pathways", PATHWAYS), stop_numbers, [stop.kind for stop in stops]
            ),
            levels=levels,
            info=read_info(self._sheet("feed_info", ())),
        )
        for name, rows in (("agency", agencies), ("routes", routes), ("trips", trips)):
            if not rows:
                self._findings.fatal(f"{name}.txt", None, "", "no row", "at least one row")
        if self._findings.problems:
            return None
        return msgspec.structs.replace(feed, notices=tuple(self._findings.notices))

    def _sheet(self, name: str, needed: tuple[str, ...]) -> Sheet | None:
        """Return a file of the feed; None if it is absent."""
        file = f"{name}.txt"
        if file not in self._archive.names:
            return None
        return Sheet(self._archive, file, self._findings, needed)

    def _required(self, name: str, needed: tuple[str, ...]) -> Sheet | None:
        """Return a file that must be there."""
        sheet = self._sheet(name, needed)
        if sheet is None:
            self._findings.fatal(f"{name}.txt", None, "", "missing", "a file every feed has")
        return sheet

    def _calendars(self) -> tuple[Sheet | None, Sheet | None]:
        """Return the two calendar files, of which one must be there."""
        weekly = self._sheet("calendar", ("service_id", "start_date", "end_date"))
        dates = self._sheet("calendar_dates", ("service_id", "date", "exception_type"))
        if weekly is None and dates is None:
            self._findings.fatal(
                "calendar.txt", None, "", "missing", "calendar.txt or calendar_dates.txt"
            )
        return weekly, dates

    def _notice_flex(self) -> bool:
        """Say which files of GTFS-Flex are there; they are not used."""
        names = [f"{name}.txt" for name in FLEX] + ["locations.geojson"]
        met = [name for name in names if name in self._archive.names]
        for name in met:
            self._findings.notice(name, None, "", "", "service on demand (GTFS-Flex) is not used")
        return bool(met)

    def _notice_short(self, trips: tuple[FeedTrip, ...], times: StopTimes) -> None:
        """Say which trips go nowhere, unless it is for a problem told already."""
        if self._findings.problems:
            return
        for number, count in enumerate((times.first[1:] - times.first[:-1]).tolist()):
            if count < 2:
                said = "has fewer than two stops with a time; it is not used"
                self._findings.notice("trips.txt", None, "trip_id", trips[number].trip_id, said)
                break

    def _price(
        self, routes: tuple[FeedRoute, ...], networks: dict[str, str]
    ) -> tuple[FeedRoute, ...]:
        """Return the routes with their prices."""
        flat = read_flat_fares(
            self._sheet("fare_attributes", ("fare_id", "price", "currency_type")),
            self._sheet("fare_rules", ("fare_id",)),
            routes,
        )
        joined = read_networks(self._sheet("route_networks", ("network_id", "route_id")), routes)
        leg = read_leg_fares(
            self._sheet("fare_products", ("fare_product_id", "amount", "currency")),
            self._sheet("fare_leg_rules", ("fare_product_id",)),
            self._sheet("rider_categories", ("rider_category_id",)),
            {**networks, **joined},
            routes,
        )
        prices = {**flat, **leg}
        return tuple(
            msgspec.structs.replace(route, price_tiyn=prices.get(route.route_id))
            for route in routes
        )
