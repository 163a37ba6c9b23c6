"""GTFS of the air service: the same bytes, judged by others, and read back without loss."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import gtfs_guru
import pytest

from aspan.faces.feeds import naming
from aspan.faces.feeds.offered import AirService, plan_air_service
from aspan.faces.feeds.schedule import build_gtfs
from aspan.primitives.ids import VertiportId
from aspan.world.feed import ENTRANCE, STATION, STOP, Feed
from aspan.world.readers import load_city
from aspan.world.readers.gtfs import read_feed

FIRST, UNTIL = date(2026, 11, 1), date(2027, 11, 1)
CASES = [("tiny", 1), ("alatau", 1), ("alatau", 2)]
KNOWN_WARNINGS = {
    "unexpected_enum_value",  # route type 1100 is of the extended types
    "fast_travel_between_consecutive_stops",  # aircraft are faster than any vehicle they know
    "fast_travel_between_far_stops",
    "translation_unknown_table_name",  # it knows areas and groups, not products and rules
}
SHOWN = {
    "agency": ("agency_name",),
    "stops": ("stop_name",),
    "routes": ("route_long_name", "route_desc"),
    "trips": ("trip_headsign",),
    "areas": ("area_name",),
    "location_groups": ("location_group_name",),
    "fare_products": ("fare_product_name",),
    "booking_rules": ("message",),
}
"""What travellers are shown of a feed, by table."""


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def service(request: pytest.FixtureRequest) -> AirService:
    """Return a year of a city in a phase."""
    name, phase = request.param
    return plan_air_service(load_city(name, phase=phase), from_date=FIRST, until_date=UNTIL)


def read_rows(data: bytes, name: str) -> list[dict[str, str]]:
    """Return the rows of one file of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


@pytest.mark.parametrize("is_flexible", [True, False], ids=["flex", "plain"])
def test_validators_of_others_find_no_error(
    service: AirService, is_flexible: bool, tmp_path: Path
) -> None:
    """Two validators written elsewhere find no error, and no warning but those explained."""
    path = tmp_path / "gtfs.zip"
    path.write_bytes(build_gtfs(service, is_flexible=is_flexible))
    told = [(n.severity, n.code) for n in gtfs_guru.validate(str(path)).notices]
    command = Path(sys.executable).parent / "gtfs-validator"
    subprocess.run(
        [command, "-i", path, "-o", tmp_path / "told", "-d", "2026-11-15"],
        check=True,
        capture_output=True,
    )
    report = json.loads((tmp_path / "told" / "report.json").read_text(encoding="utf-8"))
    told += [(n["severity"], n["code"]) for n in report["notices"]]
    assert {code for severity, code in told if severity == "ERROR"} == set()
    assert {code for severity, code in told if severity == "WARNING"} <= KNOWN_WARNINGS
    assert "unexpected_enum_value" in {code for _, code in told}


@pytest.mark.parametrize("is_flexible", [True, False], ids=["flex", "plain"])
def test_every_text_is_there_in_three_languages(service: AirService, is_flexible: bool) -> None:
    """What is shown is Kazakh, with Russian and English beside it; nothing else is translated."""
    data = build_gtfs(service, is_flexible=is_flexible)
    told: dict[tuple[str, str, str], set[str]] = {}
    for row in read_rows(data, "translations.txt"):
        key = (row["table_name"], row["field_name"], row["field_value"])
        told.setdefault(key, set()).add(row["language"])
        assert row["translation"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tables = [name for name in SHOWN if f"{name}.txt" in archive.namelist()]
    shown = {
        (table, field, row[field])
        for table in tables
        for field in SHOWN[table]
        for row in read_rows(data, f"{table}.txt")
        if row[field]
    }
    assert told == {text: {"ru", "en"} for text in shown}


def test_validators_find_what_is_wrong(service: AirService, tmp_path: Path) -> None:
    """With a trip on a route that is not there the same validator does find an error."""
    with zipfile.ZipFile(io.BytesIO(build_gtfs(service))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["trips.txt"] = files["trips.txt"].replace(b"\nair-", b"\nroad-", 1)
    path = tmp_path / "broken.zip"
    with zipfile.ZipFile(path, "w") as broken:
        for name, data in files.items():
            broken.writestr(name, data)
    assert gtfs_guru.validate(str(path)).error_count > 0


def test_the_same_city_and_dates_give_the_same_bytes(service: AirService) -> None:
    """Made twice from files read twice it is the same zip, and without any time of its making."""
    city = load_city(service.city.city_id, phase=service.city.phase)
    again = plan_air_service(city, from_date=FIRST, until_date=UNTIL)
    data = build_gtfs(service)
    assert build_gtfs(again) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    moved = plan_air_service(city, from_date=FIRST, until_date=UNTIL - timedelta(days=1))
    assert build_gtfs(moved) != data


def test_our_importer_reads_it_back(service: AirService) -> None:
    """Stops, names, trips, dates, times, fares and ways are those that went in."""
    feed = read_feed(build_gtfs(service), feed_id="air")
    assert feed.time_zone == service.city.time_zone
    _compare_stops(service, feed)
    _compare_trips(service, feed)
    routes = {route.route_id: route for route in feed.routes}
    pairs = [(p, False) for p in service.timetabled_pairs]
    pairs += [(p, True) for p in service.demand_pairs]
    for pair, is_on_demand in pairs:
        route = routes[naming.name_route(*pair, is_on_demand=is_on_demand)]
        assert (route.route_type, route.mode) == (1100, "air")
        assert route.price_tiyn == service.fare_tiyn[pair]
    ways = Counter((way.mode, way.traversal_s) for way in feed.pathways)
    sites = len(service.city.vertiports)
    assert ways == {(6, service.check_in_s): sites, (7, service.leave_s): sites}
    assert feed.calendar() == (FIRST, UNTIL - timedelta(days=1))


def _compare_stops(service: AirService, feed: Feed) -> None:
    stops = {stop.stop_id: stop for stop in feed.stops}
    assert len(stops) == 3 * len(service.city.vertiports)
    for site in service.city.vertiports:
        station = site.vertiport_id
        for stop_id, kind in (
            (str(station), STATION),
            (naming.name_platform(station), STOP),
            (naming.name_entrance(station), ENTRANCE),
        ):
            stop = stops[stop_id]
            assert (stop.kind, stop.names) == (kind, site.names)
            assert abs(stop.lon_deg - site.lon_deg) < 1e-6
            assert abs(stop.lat_deg - site.lat_deg) < 1e-6
            assert stop.parent_id == ("" if kind == STATION else station)


def _compare_trips(service: AirService, feed: Feed) -> None:
    numbers = {trip.trip_id: n for n, trip in enumerate(feed.trips)}
    services = {s.service_id: s for s in feed.services}
    days = [FIRST + timedelta(days=n) for n in range((UNTIL - FIRST).days)]
    assert len(numbers) == len(service.departures) + len(service.windows)
    times = feed.stop_times
    for leave in service.departures:
        number = numbers[naming.name_trip(leave.origin, leave.destination, leave.off_block_s)]
        first, last = int(times.first[number]), int(times.first[number + 1])
        assert last - first == 2
        ends = [feed.stops[int(times.stop[row])].stop_id for row in (first, first + 1)]
        assert ends == [naming.name_platform(v) for v in (leave.origin, leave.destination)]
        assert times.depart_s[first] == leave.off_block_s
        assert times.arrive_s[first + 1] == leave.off_block_s + leave.block_s
        runs = services[feed.trips[number].service_id].runs_on
        assert tuple(day for day in days if runs(day)) == leave.dates


def test_fares_are_told_alike_by_pair_and_by_route(service: AirService) -> None:
    """Fares V2 and V1 of the zip are the fares of the city, in tenge with two decimals."""
    data = build_gtfs(service)
    products = {row["fare_product_id"]: row for row in read_rows(data, "fare_products.txt")}
    rules = read_rows(data, "fare_leg_rules.txt")
    told = {
        (rule["from_area_id"], rule["to_area_id"]): products[rule["fare_product_id"]]
        for rule in rules
    }
    assert set(told) == set(service.timetabled_pairs) | set(service.demand_pairs)
    for (origin, destination), product in told.items():
        tiyn = service.fare_tiyn[VertiportId(origin), VertiportId(destination)]
        assert product["amount"] == f"{tiyn // 100}.{tiyn % 100:02d}"
        assert product["currency"] == "KZT"
    flat = {row["fare_id"]: row["price"] for row in read_rows(data, "fare_attributes.txt")}
    assert sorted(set(flat.values())) == sorted({p["amount"] for p in told.values()})


def test_windows_on_demand_are_one_block_time_apart(service: AirService) -> None:
    """At the destination the window is that of the origin moved by the block time."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in read_rows(build_gtfs(service), "stop_times.txt"):
        if row["location_group_id"]:
            rows.setdefault(row["trip_id"], []).append(row)
    assert len(rows) == len(service.windows)
    for window in service.windows:
        here, there = rows[f"{window.origin}-{window.destination}-demand-{window.month}"]
        assert here["start_pickup_drop_off_window"] == naming.format_clock(window.from_s)
        assert there["start_pickup_drop_off_window"] == naming.format_clock(
            window.from_s + window.block_s
        )
        assert there["end_pickup_drop_off_window"] == naming.format_clock(window.until_s)
        assert (here["pickup_type"], there["drop_off_type"]) == ("2", "2")


def test_names_and_words_are_told_in_three_languages(service: AirService) -> None:
    """The feed is in Kazakh, with every name in Russian and English; plans are told as plans."""
    data = build_gtfs(service)
    told = {
        (row["field_name"], row["field_value"], row["language"]): row["translation"]
        for row in read_rows(data, "translations.txt")
    }
    for site in service.city.vertiports:
        assert told["stop_name", site.names.kk, "ru"] == site.names.ru
        assert told["trip_headsign", site.names.kk, "en"] == site.names.en
    for route in read_rows(data, "routes.txt"):
        assert "assumed" in told["route_desc", route["route_desc"], "en"]
        assert told["route_long_name", route["route_long_name"], "ru"]
    credits = {row["organization_name"] for row in read_rows(data, "attributions.txt")}
    assert set(service.city.credits) <= credits
