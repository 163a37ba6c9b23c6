"""Where a feed's vehicles stop and how one changes: agency, stops, levels, routes, ways on foot."""

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aspan.world.feed import (
    BOARDING_AREA,
    ENTRANCE,
    NODE,
    STATION,
    STOP,
    Agency,
    FeedRoute,
    FeedStop,
    Level,
    Pathway,
    Transfer,
)
from aspan.world.readers.gtfs_rows import Row, Sheet, clean
from aspan.world.readers.gtfs_words import Words
from aspan.world.timetable import WHEELCHAIR_UNKNOWN, VehicleMode
from aspan.world.vertiport import Names

_BASIC: dict[int, VehicleMode] = {
    0: "tram", 1: "metro", 2: "rail", 3: "bus", 4: "ferry", 5: "tram", 6: "cable", 7: "cable",
    11: "bus", 12: "rail",
}  # fmt: skip
"""GTFS `route_type`; a trolleybus counts as a bus, a monorail as rail, a funicular as cable."""

_EXTENDED: dict[int, VehicleMode] = {
    1: "rail", 2: "bus", 3: "rail", 4: "metro", 5: "metro", 6: "metro", 7: "bus", 8: "bus",
    9: "tram", 10: "ferry", 11: "air", 12: "ferry", 13: "cable", 14: "cable", 15: "bus", 17: "bus",
}  # fmt: skip
"""Hundreds of the extended types (Google, *Extended GTFS Route Types*, recalled); 1100 is air."""
_MONORAIL = 405
_KINDS = ("a stop or platform", "a station", "an entrance", "a generic node", "a boarding area")
_ROUTE_TYPE_MAX = 1799
_SECONDS_MAX = 86_400
_LENGTH_M_MAX = 100_000.0
_TRANSFER_KIND_MAX = 5


def mode_of(route_type: int) -> VehicleMode | None:
    """Return what a basic or extended route type means; None if it is no known type."""
    if route_type == _MONORAIL:
        return "rail"
    return _BASIC.get(route_type) or _EXTENDED.get(route_type // 100)


def read_agencies(sheet: Sheet | None) -> tuple[Agency, ...]:
    """Return the agencies, which must all keep one known time zone."""
    found: dict[str, Agency] = {}
    for row in sheet or ():
        zone = row.needed("agency_timezone")
        if zone and not is_zone(zone):
            row.fatal("agency_timezone", zone, "an IANA time zone such as Asia/Almaty")
        first = next(iter(found.values()), None)
        if first and zone != first.time_zone:
            row.fatal("agency_timezone", zone, f"the zone of all agencies, {first.time_zone}")
        agency_id = row.text("agency_id")
        if agency_id in found:
            row.fatal("agency_id", agency_id, "each agency_id once")
        found[agency_id] = Agency(
            agency_id=agency_id,
            name=clean(row.needed("agency_name")),
            url=row.text("agency_url"),
            time_zone=zone,
            language=row.text("agency_lang"),
        )
    return tuple(found.values())


def is_zone(name: str) -> bool:
    """Say whether a time zone is known here."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
        return False
    return True


def read_levels(sheet: Sheet | None) -> tuple[Level, ...]:
    """Return the floors."""
    found: dict[str, Level] = {}
    for row in sheet or ():
        level_id = row.needed("level_id")
        if level_id in found:
            row.fatal("level_id", level_id, "each level_id once")
        index = row.number_or_none("level_index", low=-1000.0, high=1000.0)
        if index is None and not row.text("level_index"):
            row.fatal("level_index", "", "a number, 0 being the street")
        found[level_id] = Level(level_id=level_id, index=index or 0.0, name=row.text("level_name"))
    return tuple(found.values())


def read_stops(sheet: Sheet | None, levels: Iterable[Level], words: Words) -> tuple[FeedStop, ...]:
    """Return all rows of `stops.txt`, parents checked and what they say handed down."""
    raw: dict[str, FeedStop] = {}
    rows: dict[str, Row] = {}
    known_levels = {level.level_id for level in levels}
    for row in sheet or ():
        stop = _read_stop(row, words)
        if stop.stop_id in raw:
            row.fatal("stop_id", stop.stop_id, "each stop_id once")
        if stop.level_id and stop.level_id not in known_levels:
            row.fatal("level_id", stop.level_id, "a level_id of levels.txt")
        raw[stop.stop_id] = stop
        rows[stop.stop_id] = row
    for stop_id, stop in raw.items():
        _check_parent(stop, raw, rows[stop_id])
    return tuple(_inherit(stop, raw) for stop in raw.values())


def _read_stop(row: Row, words: Words) -> FeedStop:
    kind = row.code("location_type", BOARDING_AREA)
    stop_id = row.needed("stop_id")
    lon = row.number_or_none("stop_lon", low=-180.0, high=180.0)
    lat = row.number_or_none("stop_lat", low=-90.0, high=90.0)
    if kind in (STOP, STATION, ENTRANCE):
        for column, value in (("stop_lon", lon), ("stop_lat", lat)):
            if value is None and not row.text(column):
                row.fatal(column, "", "degrees")
        if not row.text("stop_name"):
            row.notice("stop_name", "", "is empty; the stop_id is shown")
        _check_place(row, lon, lat)
    return FeedStop(
        stop_id=stop_id,
        names=words.names("stops", "stop_name", stop_id, row.text("stop_name") or stop_id),
        lon_deg=_NOWHERE if lon is None else lon,
        lat_deg=_NOWHERE if lat is None else lat,
        kind=kind,
        parent_id=row.text("parent_station"),
        wheelchair=row.code("wheelchair_boarding", 2),
        platform_code=row.text("platform_code"),
        level_id=row.text("level_id"),
    )


def _check_place(row: Row, lon: float | None, lat: float | None) -> None:
    """Refuse the spots where a place that nobody looked up ends: 0, 0 in the sea, and the poles."""
    if lon is None or lat is None:
        return
    is_origin = abs(lon) <= _NULL_DEG and abs(lat) <= _NULL_DEG
    if is_origin or 90.0 - abs(lat) <= _NULL_DEG:
        expected = "where it stands; there is none, for 0, 0 lies in the sea and a pole on ice"
        row.fatal("stop_lat", f"{lat:g}, {lon:g}", expected)


_NULL_DEG = 1.0
"""So near 0, 0 or a pole no vehicle stops [deg]; as `point_near_origin` and `point_near_pole` of
MobilityData's *GTFS Schedule validator* have it (recalled)."""
_COLOUR = re.compile(r"[0-9A-F]{6}")
_NOWHERE = 1000.0
"""Degrees of a node that has no place of its own, until it gets its parent's."""


def _check_parent(stop: FeedStop, raw: dict[str, FeedStop], row: Row) -> None:
    """Refuse a parent that is not there or is no station (of a boarding area: no platform)."""
    wanted = STOP if stop.kind == BOARDING_AREA else STATION
    if not stop.parent_id:
        if stop.kind in (ENTRANCE, NODE, BOARDING_AREA):
            row.fatal("parent_station", "", f"{_KINDS[wanted]}, for {_KINDS[stop.kind]}")
        return
    parent = raw.get(stop.parent_id)
    if parent is None:
        row.fatal("parent_station", stop.parent_id, "a stop_id of stops.txt")
    elif stop.kind == STATION:
        row.fatal("parent_station", stop.parent_id, "nothing, for a station")
    elif parent.kind != wanted:
        row.fatal("parent_station", stop.parent_id, _KINDS[wanted])


def _inherit(stop: FeedStop, raw: dict[str, FeedStop]) -> FeedStop:
    """Return the stop with place and wheelchair of its parents where it has none of its own."""
    lon, lat, wheelchair = stop.lon_deg, stop.lat_deg, stop.wheelchair
    above = raw.get(stop.parent_id)
    for _ in range(2):  # a boarding area has a platform above it, and that a station
        if above is None:
            break
        if lon == _NOWHERE or lat == _NOWHERE:
            lon, lat = above.lon_deg, above.lat_deg
        if wheelchair == WHEELCHAIR_UNKNOWN:
            wheelchair = above.wheelchair
        above = raw.get(above.parent_id)
    return FeedStop(
        stop_id=stop.stop_id, names=stop.names, lon_deg=lon, lat_deg=lat, kind=stop.kind,
        parent_id=stop.parent_id, wheelchair=wheelchair, platform_code=stop.platform_code,
        level_id=stop.level_id,
    )  # fmt: skip


def read_routes(
    sheet: Sheet | None, agencies: tuple[Agency, ...], words: Words
) -> tuple[tuple[FeedRoute, ...], dict[str, str]]:
    """Return the routes, without prices, and the `network_id` of those that have one."""
    found: dict[str, FeedRoute] = {}
    networks: dict[str, str] = {}
    known = {agency.agency_id for agency in agencies}
    only = agencies[0].agency_id if len(agencies) == 1 else ""
    for row in sheet or ():
        route_id = row.needed("route_id")
        if route_id in found:
            row.fatal("route_id", route_id, "each route_id once")
        agency_id = row.text("agency_id") or only
        if agency_id not in known:
            row.fatal("agency_id", agency_id, "an agency_id of agency.txt")
        found[route_id] = _read_route(row, route_id, agency_id, words)
        if row.text("network_id"):
            networks[route_id] = row.text("network_id")
    return tuple(found.values()), networks


def _read_route(row: Row, route_id: str, agency_id: str, words: Words) -> FeedRoute:
    short, long = clean(row.text("route_short_name")), row.text("route_long_name")
    if not short and not long:
        row.notice("route_short_name", route_id, "has no name; the route_id is shown")
    route_type = row.whole("route_type", low=0, high=_ROUTE_TYPE_MAX)
    mode = None if route_type is None else mode_of(route_type)
    if route_type is None and not row.text("route_type"):
        row.fatal("route_type", "", "a route type, such as 3 for a bus")
    elif route_type is not None and mode is None:
        row.fatal("route_type", route_type, "a basic or extended GTFS route type")
    return FeedRoute(
        route_id=route_id,
        agency_id=agency_id,
        short_name=short,
        names=_route_names(words, route_id, short, long),
        route_type=route_type or 0,
        mode=mode or "bus",
        colour=_read_colour(row),
    )


def _read_colour(row: Row) -> str:
    """Return six hexadecimal digits; empty if the feed has none, or something else."""
    text = row.text("route_color").upper()
    if not text or _COLOUR.fullmatch(text):
        return text
    row.notice("route_color", text, "is no colour of six hexadecimal digits; it is not used")
    return ""


def _route_names(words: Words, route_id: str, short: str, long: str) -> Names:
    """Return the long name in the city's languages, else the short one, else the id."""
    if long:
        return words.names("routes", "route_long_name", route_id, long)
    return words.names("routes", "route_short_name", route_id, short or route_id)


def read_transfers(sheet: Sheet | None, stops: dict[str, int]) -> tuple[Transfer, ...]:
    """Return the rules for changing between stops and stations."""
    found = []
    for row in sheet or ():
        kind = row.code("transfer_type", _TRANSFER_KIND_MAX)
        of_lines = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")
        is_general = not any(row.text(column) for column in of_lines)
        ends = [row.text(column) for column in ("from_stop_id", "to_stop_id")]
        for column, stop_id in zip(("from_stop_id", "to_stop_id"), ends, strict=True):
            if stop_id not in stops and (stop_id or is_general):
                row.fatal(column, stop_id, "a stop_id of stops.txt")
        if kind > _TRANSFER_KIND_MAX - 2:
            row.notice("transfer_type", kind, "staying seated is treated as an ordinary change")
        elif not is_general:
            row.notice("transfer_type", kind, "rules for single routes or trips are not used")
        found.append(
            Transfer(
                from_id=ends[0],
                to_id=ends[1],
                kind=kind,
                min_s=row.whole("min_transfer_time", low=0, high=_SECONDS_MAX),
                is_general=is_general,
            )
        )
    return tuple(found)


def read_pathways(
    sheet: Sheet | None, stops: dict[str, int], kinds: list[int]
) -> tuple[Pathway, ...]:
    """Return the ways inside stations; their ends are platforms, entrances, nodes, areas."""
    found: dict[str, Pathway] = {}
    for row in sheet or ():
        pathway_id = row.needed("pathway_id")
        if pathway_id in found:
            row.fatal("pathway_id", pathway_id, "each pathway_id once")
        for column in ("from_stop_id", "to_stop_id"):
            end = stops.get(row.text(column))
            if end is None:
                row.fatal(column, row.text(column), "a stop_id of stops.txt")
            elif kinds[end] == STATION:
                row.fatal(column, row.text(column), "a platform, entrance or node, not a station")
        found[pathway_id] = Pathway(
            pathway_id=pathway_id,
            from_id=row.text("from_stop_id"),
            to_id=row.text("to_stop_id"),
            mode=row.code("pathway_mode", 7, low=1, default=1),
            is_both_ways=row.code("is_bidirectional", 1) == 1,
            length_m=row.number_or_none("length", low=0.0, high=_LENGTH_M_MAX),
            traversal_s=row.whole("traversal_time", low=0, high=_SECONDS_MAX),
            stairs=row.whole("stair_count", low=-10_000, high=10_000),
        )
    return tuple(found.values())
