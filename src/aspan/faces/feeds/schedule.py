"""GTFS of the air service: stops, routes, trips and the days they run, with translations.

After GTFS Schedule (google/transit, revision of 2026-04-27). Every vertiport is a station with one
boarding place and one entrance at the same point, as nothing finer is known; the ways between them
take what check-in and leaving take. Whether a wheelchair can board is not known, and said so.
"""

from datetime import date, timedelta

import msgspec

from aspan.faces.feeds import naming
from aspan.faces.feeds.agency import Agency, describe_agency
from aspan.faces.feeds.archive import Sheet, format_csv, pack
from aspan.faces.feeds.fares import list_fare_sheets
from aspan.faces.feeds.flexible import list_flexible_sheets, list_flexible_trips
from aspan.faces.feeds.offered import AirService, Pair
from aspan.faces.feeds.texts import LANGUAGES, Told, join, tell
from aspan.world.vertiport import Vertiport

_FARE_GATE, _EXIT_GATE = 6, 7
_AFTER_A_TIME = 2
_MUST_BOOK, _NOT_HERE, _REGULAR = 2, 1, 0
_COLOUR, _TEXT_COLOUR = "0A5C8C", "FFFFFF"

ServiceIds = dict[tuple[date, ...], str]


def build_gtfs(service: AirService, *, url: str | None = None, is_flexible: bool = True) -> bytes:
    """Return the zip of GTFS; the same service and address give the same bytes.

    Parameters
    ----------
    url
        Of the operator's site. The one the city states if None.
    is_flexible
        Whether pairs on demand are told too, by GTFS-Flex.
    """
    agency = describe_agency(service.city, url=url)
    sheets = list_sheets(service, agency, is_flexible=is_flexible)
    return pack({sheet.name: format_csv(sheet) for sheet in sheets if sheet.rows})


def list_sheets(service: AirService, agency: Agency, *, is_flexible: bool) -> list[Sheet]:
    """Return all tables; those without rows are not part of the feed."""
    told: list[Told] = []
    ids = name_services(service, is_flexible=is_flexible)
    trips, stop_times = _list_trips(service, ids)
    flexible: list[Sheet] = []
    if is_flexible:
        flexible = list_flexible_sheets(service, told)
        more_trips, more_times = list_flexible_trips(service, ids)
        trips, stop_times = (*trips, *more_trips), (*stop_times, *more_times)
    sites = service.list_sites(is_flexible=is_flexible)
    told += [("trips", "trip_headsign", site.names) for site in sites]
    sheets = [
        _tell_agency(service, agency, told),
        _list_stops(sites, told),
        _list_routes(service, is_flexible, told),
        Sheet(name="trips.txt", columns=TRIP_COLUMNS, rows=trips),
        Sheet(name="stop_times.txt", columns=TIME_COLUMNS, rows=stop_times),
        *_list_calendars(ids),
        _list_booking_rules(service, agency.url, told),
        *_list_ways(service, sites),
        *list_fare_sheets(service, told, is_flexible=is_flexible),
        *flexible,
        _tell_feed(service, agency),
        _list_attributions(service, agency),
    ]
    return [*sheets, _list_translations(told)]


TRIP_COLUMNS = (
    "route_id",
    "service_id",
    "trip_id",
    "trip_headsign",
    "direction_id",
    "wheelchair_accessible",
)
TIME_COLUMNS = (
    "trip_id",
    "arrival_time",
    "departure_time",
    "stop_id",
    "location_group_id",
    "stop_sequence",
    "start_pickup_drop_off_window",
    "end_pickup_drop_off_window",
    "pickup_type",
    "drop_off_type",
    "timepoint",
    "pickup_booking_rule_id",
    "drop_off_booking_rule_id",
)


def name_services(service: AirService, *, is_flexible: bool) -> ServiceIds:
    """Return a service id for every set of dates on which something runs, in order of the dates."""
    sets = {departure.dates for departure in service.departures}
    if is_flexible:
        sets |= {window.dates for window in service.windows}
    return {dates: f"days-{n:03d}" for n, dates in enumerate(sorted(sets), start=1)}


def _tell_agency(service: AirService, agency: Agency, told: list[Told]) -> Sheet:
    told.append(("agency", "agency_name", agency.names))
    zone = service.city.time_zone
    return Sheet(
        name="agency.txt",
        columns=("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang"),
        rows=((naming.AGENCY_ID, agency.names.kk, agency.url, zone, LANGUAGES[0]),),
    )


def _list_stops(sites: tuple[Vertiport, ...], told: list[Told]) -> Sheet:
    rows: list[tuple[object, ...]] = []
    for site in sites:
        told.append(("stops", "stop_name", site.names))
        at = (site.names.kk, f"{site.lat_deg:.6f}", f"{site.lon_deg:.6f}")
        station = site.vertiport_id
        rows += [
            (station, *at, 1, None, 0),
            (naming.name_platform(station), *at, 0, station, 0),
            (naming.name_entrance(station), *at, 2, station, 0),
        ]
    columns = ("stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station")
    return Sheet(name="stops.txt", columns=(*columns, "wheelchair_boarding"), rows=tuple(rows))


def _list_routes(service: AirService, is_flexible: bool, told: list[Told]) -> Sheet:
    sites = {site.vertiport_id: site.names for site in service.city.vertiports}
    notes = [tell("assumed")] if service.is_approval_assumed else []
    rows: dict[str, tuple[object, ...]] = {}
    kinds: list[tuple[bool, tuple[Pair, ...]]] = [(False, service.timetabled_pairs)]
    if is_flexible:
        kinds.append((True, service.demand_pairs))
    for is_on_demand, pairs in kinds:
        told_of = join(tell("route_demand" if is_on_demand else "route_timetable"), *notes)
        told.append(("routes", "route_desc", told_of))
        for pair in pairs:
            route_id = naming.name_route(*pair, is_on_demand=is_on_demand)
            first, second = sorted(pair)
            name = tell("route", a=sites[first], b=sites[second])
            if route_id not in rows:
                told.append(("routes", "route_long_name", name))
            rows[route_id] = (
                route_id,
                naming.AGENCY_ID,
                name.kk,
                told_of.kk,
                naming.ROUTE_TYPE_AIR,
                _COLOUR,
                _TEXT_COLOUR,
            )
    return Sheet(
        name="routes.txt",
        columns=(
            "route_id",
            "agency_id",
            "route_long_name",
            "route_desc",
            "route_type",
            "route_color",
            "route_text_color",
        ),
        rows=tuple(row for _, row in sorted(rows.items())),
    )


def _list_trips(
    service: AirService, ids: ServiceIds
) -> tuple[tuple[tuple[object, ...], ...], tuple[tuple[object, ...], ...]]:
    """Return the timetabled trips and their times."""
    trips: list[tuple[object, ...]] = []
    times: list[tuple[object, ...]] = []
    names = {site.vertiport_id: site.names.kk for site in service.city.vertiports}
    rule = naming.BOOKING_RULE_ID
    for leave in service.departures:
        pair = (leave.origin, leave.destination)
        trip_id = naming.name_trip(*pair, leave.off_block_s)
        route_id = naming.name_route(*pair, is_on_demand=False)
        headsign, direction = names[leave.destination], naming.find_direction(*pair)
        trips.append((route_id, ids[leave.dates], trip_id, headsign, direction, 0))
        off = naming.format_clock(leave.off_block_s)
        on = naming.format_clock(leave.off_block_s + leave.block_s)
        here, there = naming.name_platform(leave.origin), naming.name_platform(leave.destination)
        no = None
        times += [
            (trip_id, off, off, here, no, 1, no, no, _MUST_BOOK, _NOT_HERE, 1, rule, no),
            (trip_id, on, on, there, no, 2, no, no, _NOT_HERE, _REGULAR, 1, no, no),
        ]
    return tuple(trips), tuple(times)


def _list_calendars(ids: ServiceIds) -> list[Sheet]:
    """Return the days of every service: a span, and the dates within it left out."""
    rows: list[tuple[object, ...]] = []
    removed: list[tuple[object, ...]] = []
    for dates, service_id in ids.items():
        first, last, own = dates[0], dates[-1], set(dates)
        span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        days = tuple(int(any(d.weekday() == k for d in own)) for k in range(7))
        rows.append((service_id, *days, _format_date(first), _format_date(last)))
        removed += [
            (service_id, _format_date(d), 2) for d in span if d not in own and days[d.weekday()]
        ]
    week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    columns = ("service_id", *week, "start_date", "end_date")
    gone = ("service_id", "date", "exception_type")
    return [
        Sheet(name="calendar.txt", columns=columns, rows=tuple(rows)),
        Sheet(name="calendar_dates.txt", columns=gone, rows=tuple(removed)),
    ]


def _list_booking_rules(service: AirService, url: str, told: list[Told]) -> Sheet:
    """Return the one rule of seats: the same day, until the notice that check-in takes.

    Its words are told in all languages at once, as many readers of rules know no translations; for
    those who do, each language stands there by itself.
    """
    words = tell("booking", n=service.notice_min)
    message = " / ".join(getattr(words, language) for language in LANGUAGES)
    alone = msgspec.structs.replace(words, kk=message)
    told.append(("booking_rules", "message", alone))
    columns = (
        "booking_rule_id",
        "booking_type",
        "prior_notice_duration_min",
        "prior_notice_start_day",
        "prior_notice_start_time",
        "message",
        "info_url",
    )
    row = (naming.BOOKING_RULE_ID, 1, service.notice_min, 0, "00:00:00", message, url)
    return Sheet(name="booking_rules.txt", columns=columns, rows=(row,))


def _list_ways(service: AirService, sites: tuple[Vertiport, ...]) -> list[Sheet]:
    """Return how long passengers take between road and aircraft, and between two aircraft."""
    ways: list[tuple[object, ...]] = []
    changes: list[tuple[object, ...]] = []
    for site in sites:
        door, place = (
            naming.name_entrance(site.vertiport_id),
            naming.name_platform(site.vertiport_id),
        )
        ways += [
            (f"{site.vertiport_id}-check-in", door, place, _FARE_GATE, 0, service.check_in_s),
            (f"{site.vertiport_id}-exit", place, door, _EXIT_GATE, 0, service.leave_s),
        ]
        changes.append((place, place, _AFTER_A_TIME, service.leave_s + service.check_in_s))
    way = ("pathway_id", "from_stop_id", "to_stop_id", "pathway_mode", "is_bidirectional")
    change = ("from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time")
    return [
        Sheet(name="pathways.txt", columns=(*way, "traversal_time"), rows=tuple(ways)),
        Sheet(name="transfers.txt", columns=change, rows=tuple(changes)),
    ]


def _tell_feed(service: AirService, agency: Agency) -> Sheet:
    last = service.until_date - timedelta(days=1)
    version = f"{service.city.files_sha256[:16]}-phase{service.city.phase}"
    return Sheet(
        name="feed_info.txt",
        columns=(
            "feed_publisher_name",
            "feed_publisher_url",
            "feed_lang",
            "default_lang",
            "feed_start_date",
            "feed_end_date",
            "feed_version",
            "feed_contact_url",
        ),
        rows=(
            (
                agency.names.kk,
                agency.url,
                LANGUAGES[0],
                LANGUAGES[0],
                _format_date(service.from_date),
                _format_date(last),
                version,
                agency.url,
            ),
        ),
    )


def _list_attributions(service: AirService, agency: Agency) -> Sheet:
    """Return the operator, and whose data the city was made from."""
    rows: list[tuple[object, ...]] = [("operator", agency.names.kk, 0, 1, 0)]
    rows += [(f"data-{n}", who, 1, 0, 0) for n, who in enumerate(service.city.credits, start=1)]
    columns = ("attribution_id", "organization_name", "is_producer", "is_operator", "is_authority")
    return Sheet(name="attributions.txt", columns=columns, rows=tuple(rows))


def _list_translations(told: list[Told]) -> Sheet:
    """Return every text once in each other language; a text that is the same there is left out."""
    rows = {
        (table, field, names.kk, language): getattr(names, language)
        for table, field, names in told
        for language in LANGUAGES[1:]
    }
    return Sheet(
        name="translations.txt",
        columns=("table_name", "field_name", "language", "translation", "field_value"),
        rows=tuple(
            (table, field, language, text, value)
            for (table, field, value, language), text in sorted(rows.items())
        ),
    )


def _format_date(day: date) -> str:
    return day.strftime("%Y%m%d")
