"""Small GTFS feeds of text for tests: a dict of files, a zip of them, and a `Feed` written back."""

import io
import zipfile

from aspan.world.feed import Feed
from aspan.world.readers.gtfs_rows import format_time_s
from aspan.world.vertiport import Names

WEEK = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"

SMALL = {
    "agency.txt": (
        "agency_id,agency_name,agency_url,agency_timezone,agency_lang\n"
        "A,City Lines,https://example.org,Asia/Almaty,en\n"
    ),
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n"
        "P,Park,43.2000,76.9000,0,,1\n"
        "Q,Quay,43.2100,76.9000,0,,0\n"
        "R,Rink,43.2200,76.9000,0,,2\n"
    ),
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\n1,A,1,Line,3\n",
    "calendar.txt": (
        f"service_id,{WEEK},start_date,end_date\n"
        "WD,1,1,1,1,1,0,0,20260101,20261231\n"
        "WE,0,0,0,0,0,1,1,20260101,20261231\n"
    ),
    "trips.txt": "route_id,service_id,trip_id,trip_headsign\n1,WD,T1,Rink\n1,WE,T2,Rink\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "T1,08:00:00,08:00:00,P,1\nT1,08:05:00,08:06:00,Q,2\nT1,08:10:00,08:10:00,R,3\n"
        "T2,23:50:00,23:50:00,P,1\nT2,24:05:00,24:05:00,R,2\n"
    ),
}
"""One bus line: on weekdays at 08:00, at weekends past midnight."""


def small(**changed: str | None) -> dict[str, str]:
    """Return the small feed with files replaced by name without `.txt`, or left out if None."""
    files = {**SMALL, **{f"{name}.txt": text for name, text in changed.items() if text is not None}}
    return {name: text for name, text in files.items() if changed.get(name[:-4], "") is not None}


def zipped(files: dict[str, str] | dict[str, bytes], *, folder: str = "") -> bytes:
    """Return a zip of files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{folder}{name}", text)
    return data.getvalue()


def _table(header: str, rows: list[tuple[object, ...]]) -> str:
    def cell(value: object) -> str:
        text = "" if value is None else str(value)
        return '"' + text.replace('"', '""') + '"' if text else ""

    return "\n".join([header, *(",".join(map(cell, row)) for row in rows)]) + "\n"


def write_back(feed: Feed) -> dict[str, str]:
    """Return the texts of a feed: all that `Feed` keeps, names in three languages included."""
    words: list[tuple[object, ...]] = []

    def translate(table: str, field: str, record: str, names: Names) -> str:
        for language in ("kk", "ru", "en"):
            words.append((table, field, language, getattr(names, language), record))
        return names.en

    stops = [
        (s.stop_id, translate("stops", "stop_name", s.stop_id, s.names), s.lat_deg, s.lon_deg,
         s.kind, s.parent_id, s.wheelchair, s.platform_code, s.level_id)
        for s in feed.stops
    ]  # fmt: skip
    routes = [
        (r.route_id, r.agency_id, r.short_name,
         translate("routes", "route_long_name", r.route_id, r.names), r.route_type, r.colour)
        for r in feed.routes
    ]  # fmt: skip
    priced = [(r.route_id, r.price_tiyn) for r in feed.routes if r.price_tiyn is not None]
    files = {
        "agency": _table(
            "agency_id,agency_name,agency_url,agency_timezone,agency_lang",
            [(a.agency_id, a.name, a.url, a.time_zone, a.language) for a in feed.agencies],
        ),
        "stops": _table(
            "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,"
            "wheelchair_boarding,platform_code,level_id", list(stops),
        ),
        "routes": _table(
            "route_id,agency_id,route_short_name,route_long_name,route_type,route_color",
            list(routes),
        ),
        "levels": _table(
            "level_id,level_index,level_name", [(v.level_id, v.index, v.name) for v in feed.levels]
        ),
        "fare_attributes": _table(
            "fare_id,price,currency_type,payment_method,transfers",
            [(route, f"{price / 100:.2f}", "KZT", 0, 0) for route, price in priced],
        ),
        "fare_rules": _table("fare_id,route_id", [(route, route) for route, _ in priced]),
        "translations": _table("table_name,field_name,language,translation,record_id", words),
        **_write_ways(feed),
        **_write_days(feed),
    }  # fmt: skip
    return {f"{name}.txt": text for name, text in files.items()}


def _write_ways(feed: Feed) -> dict[str, str]:
    """Return the files about changing, and who published the feed."""
    info = feed.info
    files = {
        "transfers": _table(
            "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id",
            [
                (t.from_id, t.to_id, t.kind, t.min_s, "" if t.is_general else "x")
                for t in feed.transfers
            ],
        ),
        "pathways": _table(
            "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,"
            "traversal_time,stair_count",
            [
                (
                    p.pathway_id,
                    p.from_id,
                    p.to_id,
                    p.mode,
                    int(p.is_both_ways),
                    p.length_m,
                    p.traversal_s,
                    p.stairs,
                )
                for p in feed.pathways
            ],
        ),
    }
    if info:
        files["feed_info"] = _table(
            "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,"
            "feed_version",
            [(info.publisher, info.url, info.language, _day(info.first), _day(info.last),
              info.version)],
        )  # fmt: skip
    return files


def _day(day: object) -> str:
    return str(day or "").replace("-", "")


def _write_days(feed: Feed) -> dict[str, str]:
    """Return the files about when trips run."""
    times = feed.stop_times
    rows: list[tuple[object, ...]] = []
    for number, trip in enumerate(feed.trips):
        for order, row in enumerate(range(times.first[number], times.first[number + 1])):
            told = times.is_told[row]
            arrive, depart = (
                format_time_s(int(column[row])) if told else ""
                for column in (times.arrive_s, times.depart_s)
            )
            stop = feed.stops[times.stop[row]].stop_id
            codes = (times.pickup[row], times.drop_off[row])
            rows.append((trip.trip_id, arrive, depart, stop, order, *codes))
    return {
        "calendar": _table(
            f"service_id,{WEEK},start_date,end_date",
            [(s.service_id, *map(int, s.weekdays), _day(s.first), _day(s.last))
             for s in feed.services if s.first],
        ),
        "calendar_dates": _table(
            "service_id,date,exception_type",
            [(s.service_id, _day(day), kind) for s in feed.services
             for kind, days in ((1, s.added), (2, s.removed)) for day in days],
        ),
        "trips": _table(
            "route_id,service_id,trip_id,trip_headsign,direction_id,wheelchair_accessible,block_id",
            [(t.route_id, t.service_id, t.trip_id, t.headsign, t.direction, t.wheelchair,
              t.block_id) for t in feed.trips],
        ),
        "stop_times": _table(
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type",
            rows,
        ),
        "frequencies": _table(
            "trip_id,start_time,end_time,headway_secs,exact_times",
            [(f.trip_id, format_time_s(f.start_s), format_time_s(f.end_s), f.headway_s,
              int(f.is_exact)) for f in feed.frequencies],
        ),
    }  # fmt: skip
