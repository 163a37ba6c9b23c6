"""Reading GTFS: what is kept, what is put up with, and what is refused naming file, row, column."""

import io
import zipfile
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers import gtfs_archive, gtfs_rows
from aspan.world.readers.gtfs import check_feed, read_feed
from aspan.world.readers.gtfs_network import mode_of
from feed_texts import SMALL, WEEK, small, zipped

TIMES = SMALL["stop_times.txt"]
STOPS = SMALL["stops.txt"]
HEADWAYS = "trip_id,start_time,end_time,headway_secs\n"
STATION = (
    STOPS
    + "ST,Station,43.3,76.9,1,,1\nE,Door,43.3,76.9,2,ST,\nN,,,,3,ST,\nK,Track,43.3,76.9,0,ST,\n"
)

SPOILT: dict[str, tuple[dict[str, str | None], str]] = {
    "no agency": ({"agency": None}, r"agency.txt: 'missing'"),
    "no stops": ({"stops": None}, r"stops.txt: 'missing'"),
    "no calendar": ({"calendar": None}, r"calendar.txt: 'missing'.*calendar_dates"),
    "no stop times": ({"stop_times": None}, r"stop_times.txt: 'missing'"),
    "empty file": ({"trips": ""}, r"trips.txt: 'nothing'.*header"),
    "no rows": ({"trips": "route_id,service_id,trip_id\n", "stop_times": TIMES[:57]},
                r"trips.txt: 'no row'"),
    "no column": ({"routes": "route_id,route_short_name\n1,1\n"}, r"routes.txt: row 1: route_type"),
    "column twice": ({"routes": "route_id,route_type,route_id\n1,3,1\n"}, r"row 1: route_id.*once"),
    "unknown zone": ({"agency": SMALL["agency.txt"].replace("Almaty,en", "Nowhere,en")},
                     r"agency.txt: row 2: agency_timezone: 'Asia/Nowhere'.*IANA"),
    "two zones": ({"agency": SMALL["agency.txt"] + "B,B,u,Europe/Rome,en\n"},
                  r"row 3: agency_timezone: 'Europe/Rome'"),
    "double stop": ({"stops": STOPS + "P,Again,43,76,0,,\n"}, r"stops.txt: row 5: stop_id: 'P'"),
    "no place": ({"stops": STOPS + "X,X,,76,0,,\n"}, r"row 5: stop_lat: ''"),
    "latitude": ({"stops": STOPS + "X,X,93,76,0,,\n"}, r"row 5: stop_lat: '93'.*-90 to 90"),
    "not a number": ({"stops": STOPS + "X,X,nan,76,0,,\n"}, r"row 5: stop_lat: 'nan'"),
    "kind": ({"stops": STOPS + "X,X,43,76,9,,\n"}, r"row 5: location_type: '9'"),
    "unknown parent": ({"stops": STOPS + "X,X,43,76,0,Y,\n"}, r"row 5: parent_station: 'Y'"),
    "parent is a stop": ({"stops": STOPS + "X,X,43,76,0,P,\n"}, r"parent_station: 'P'.*a station"),
    "door without station": ({"stops": STOPS + "X,X,43,76,2,,\n"}, r"row 5: parent_station: ''"),
    "stops at a door": ({"stops": STATION, "stop_times": TIMES.replace(",Q,2", ",E,2")},
                        r"stop_times.txt: row 3: stop_id: 'E'.*location_type 0"),
    "route type": ({"routes": "route_id,route_type\n1,99\n"}, r"row 2: route_type: '99'"),
    "unknown agency": ({"routes": "route_id,agency_id,route_type\n1,Z,3\n"}, r"agency_id: 'Z'"),
    "double route": ({"routes": SMALL["routes.txt"] + "1,A,1,L,3\n"}, r"row 3: route_id: '1'"),
    "bad date": ({"calendar": SMALL["calendar.txt"].replace("20261231", "20260231")},
                 r"calendar.txt: row 2: end_date: '20260231'.*YYYYMMDD"),
    "ends before": ({"calendar": SMALL["calendar.txt"].replace("20261231", "20251231")},
                    r"row 2: end_date: '20251231'.*from start_date"),
    "weekday": ({"calendar": SMALL["calendar.txt"].replace("WD,1", "WD,yes")}, r"monday: 'yes'"),
    "exception type": ({"calendar_dates": "service_id,date,exception_type\nWD,20260101,3\n"},
                       r"calendar_dates.txt: row 2: exception_type: '3'"),
    "double exception": (
        {"calendar_dates": "service_id,date,exception_type\nWD,20260101,1\nWD,20260101,2\n"},
        r"calendar_dates.txt: row 3: date: '20260101'"),
    "unknown service": ({"trips": SMALL["trips.txt"] + "1,XX,T3,\n"}, r"row 4: service_id: 'XX'"),
    "unknown route": ({"trips": SMALL["trips.txt"] + "9,WD,T3,\n"}, r"row 4: route_id: '9'"),
    "double trip": ({"trips": SMALL["trips.txt"] + "1,WD,T1,\n"}, r"row 4: trip_id: 'T1'"),
    "unknown stop": ({"stop_times": TIMES.replace(",Q,", ",QQ,")},
                     r"stop_times.txt: row 3: stop_id: 'QQ'"),
    "unknown trip": ({"stop_times": TIMES.replace("T2,23", "T9,23")}, r"row 5: trip_id: 'T9'"),
    "bad time": ({"stop_times": TIMES.replace("08:05:00", "08:65:00")},
                 r"row 3: arrival_time: '08:65:00'"),
    "too late": ({"stop_times": TIMES.replace("24:05:00", "999:05:00")}, r"row 6: .*240 h"),
    "sequence": ({"stop_times": TIMES.replace("Q,2", "Q,-2")}, r"row 3: stop_sequence: '-2'"),
    "same sequence": ({"stop_times": TIMES.replace("Q,2", "Q,1")}, r"row 3: stop_sequence: '1'"),
    "backwards": ({"stop_times": TIMES.replace("08:10:00,08:10:00", "08:03:00,08:10:00")},
                  r"row 4: arrival_time: '08:03:00'.*08:06:00"),
    "leaves before": ({"stop_times": TIMES.replace("08:05:00,08:06", "08:05:00,08:04")},
                      r"row 3: departure_time: '08:04:00'"),
    "no time at the end": ({"stop_times": TIMES.replace("08:10:00,08:10:00", ",")},
                           r"row 4: arrival_time: ''.*first and the last"),
    "pickup": ({"stop_times": TIMES.replace("\n", ",9\n").replace("ence,9", "ence,pickup_type")},
               r"row 2: pickup_type: '9'"),
    "frequency": ({"frequencies": HEADWAYS + "T1,8:00:00,7:00:00,60\n"},
                  r"frequencies.txt: row 2: end_time: '7:00:00'"),
    "headway": ({"frequencies": HEADWAYS + "T1,8:00:00,9:00:00,0\n"},
                r"headway_secs: '0'"),
    "transfer": ({"transfers": "from_stop_id,to_stop_id,transfer_type\nP,Z,2\n"},
                 r"transfers.txt: row 2: to_stop_id: 'Z'"),
    "pathway": ({"stops": STATION, "pathways": "pathway_id,from_stop_id,to_stop_id,pathway_mode,"
                 "is_bidirectional\n1,ST,K,1,1\n"}, r"pathways.txt: row 2: from_stop_id: 'ST'"),
    "pathway mode": ({"stops": STATION, "pathways": "pathway_id,from_stop_id,to_stop_id,"
                      "pathway_mode,is_bidirectional\n1,E,K,8,1\n"}, r"pathway_mode: '8'"),
    "price": ({"fare_attributes": "fare_id,price,currency_type\nF,free,KZT\n"}, r"price: 'free'"),
    "unknown fare": ({"fare_attributes": "fare_id,price,currency_type\nF,1,KZT\n",
                      "fare_rules": "fare_id,route_id\nG,1\n"}, r"fare_rules.txt: row 2: fare_id"),
    "huge cell": ({"stops": STOPS + f"X,{'x' * 200_000},43,76,0,,\n"}, r"row 5: .*131072"),
    "open quote": ({"stop_times": TIMES.replace(",Q,", ',"Q,') + "x" * 140_000}, r"row 3"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_a_fatal_problem_is_named_by_file_row_and_column(name: str) -> None:
    """A feed with one thing wrong is refused in one line, and the check finds the same."""
    changed, said = SPOILT[name]
    data = zipped(small(**changed))
    with pytest.raises(InvalidInput, match=said) as caught:
        read_feed(data, label="f.zip")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("f.zip: ")
    first = next(problem for problem in check_feed(data, label="f.zip") if problem.is_fatal)
    assert f"f.zip: {first}" == str(caught.value)


def test_a_check_gathers_problems_up_to_a_number() -> None:
    """The check goes on after a problem, and stops when it has enough."""
    data = zipped(small(stop_times=TIMES.replace(",P,", ",X,").replace("08:05", "8-05")))
    found = [(problem.row, problem.column) for problem in check_feed(data)]
    assert found == [(2, "stop_id"), (5, "stop_id"), (3, "arrival_time")]
    assert len(check_feed(data, problems_max=2)) == 2


def test_zip_folder_and_texts_are_one_feed(tmp_path: Path) -> None:
    """A zip, a folder inside a zip, a folder on disk and bare texts read alike."""
    texts = {name: text.encode() for name, text in SMALL.items()}
    for name, text in texts.items():
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    sources = (zipped(SMALL), zipped(SMALL, folder="gtfs/"), tmp_path, texts)
    feeds = [read_feed(source) for source in sources]
    assert all(feed.stops == feeds[0].stops and feed.trips == feeds[0].trips for feed in feeds)
    assert "folder of the zip, gtfs/" in str(feeds[1].notices[0])
    assert feeds[0].notices == ()


@pytest.mark.parametrize("name", ["../stops.txt", "/stops.txt", "a/../stops.txt", "c:stops.txt"])
def test_names_that_lead_out_of_the_zip_are_refused(name: str) -> None:
    """A name with a way out of the zip is refused, though nothing is unpacked."""
    with pytest.raises(InvalidInput, match="plain file names"):
        read_feed(zipped({**SMALL, name: "x"}))


def test_a_broken_zip_is_refused() -> None:
    """Text, a cut zip, a flipped byte and a missing file are bad input."""
    data = zipped(SMALL)
    flipped = bytearray(data)
    flipped[data.index(b"stop_times.txt") + 40] ^= 0xFF
    for bad in (b"", b"hello", data[: len(data) // 2], bytes(flipped), Path("no-such-feed.zip")):
        with pytest.raises(InvalidInput):
            read_feed(bad)


def test_a_file_twice_in_a_zip_is_refused() -> None:
    """Which of two files of one name is meant cannot be known."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("stops.txt", STOPS)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("stops.txt", STOPS)
    with pytest.raises(InvalidInput, match="each file once"):
        read_feed(data.getvalue())


def test_a_bomb_is_refused_before_it_fills_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an honest nor a false size lets a file be read past the limit."""
    monkeypatch.setattr(gtfs_archive, "FILE_BYTES_MAX", 100_000)
    files = small(stop_times=TIMES + "\n" * 300_000)
    with pytest.raises(InvalidInput, match=r"stop_times.txt: '300\d+ bytes'.*at most"):
        read_feed(zipped(files))
    with pytest.raises(InvalidInput, match=r"more than 100000 bytes"):
        read_feed({name: text.encode() for name, text in files.items()})


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with more rows than are read is refused with the limit."""
    import aspan.world.readers.gtfs_times as times

    monkeypatch.setattr(times, "ROWS_MAX", 4)
    with pytest.raises(InvalidInput, match=r"stop_times\.txt: 'more than 4 rows'.*at most 4 rows"):
        read_feed(zipped(SMALL))
    monkeypatch.undo()
    monkeypatch.setattr(gtfs_rows, "ROWS_OTHER_MAX", 2)
    with pytest.raises(InvalidInput, match=r"stops\.txt: 'more than 2 rows'"):
        read_feed(zipped(SMALL))


def test_windows_1251_is_named() -> None:
    """Text in another encoding is refused with what it would be in Windows-1251."""
    files = {name: text.encode() for name, text in SMALL.items()}
    files["stops.txt"] = STOPS.replace("Park", "Парк").encode("cp1251")
    with pytest.raises(InvalidInput, match=r"stops.txt: 'byte 0xCF.*UTF-8 .*Windows-1251.*Парк"):
        read_feed(zipped(files))
    files["stops.txt"] = STOPS.encode("utf-16")
    with pytest.raises(InvalidInput, match=r"stops.txt: 'byte 0xFF.*UTF-8"):
        read_feed(zipped(files))


def test_missing_times_lie_between_told_ones() -> None:
    """By distance where all three rows tell it, else evenly."""
    head = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled\n"
    rows = "T1,08:00:00,08:00:00,P,1,0\nT1,,,Q,2,{}\nT1,,08:10:00,R,3,1000\n"
    for along, seconds in (("250", 150), ("", 300), ("x", 300), ("5000", 300)):
        feed = read_feed(zipped(small(stop_times=head + rows.format(along))))
        times = feed.stop_times
        assert times.arrive_s.tolist() == [28_800, 28_800 + seconds, 29_400]
        assert times.is_told.tolist() == [1, 0, 1]


def test_rows_out_of_order_are_sorted_by_sequence() -> None:
    """The order of a trip is its stop_sequence, not the order of rows."""
    head, *rows = TIMES.splitlines(keepends=True)
    feed = read_feed(zipped(small(stop_times=head + "".join(rows[::-1]))))
    straight = read_feed(zipped(SMALL))
    assert feed.stop_times.stop.tolist() == straight.stop_times.stop.tolist()


def test_parents_hand_down_place_and_wheelchair() -> None:
    """A node without a place lies at its station, whose wheelchair flag holds for its platforms."""
    stops = {stop.stop_id: stop for stop in read_feed(zipped(small(stops=STATION))).stops}
    assert (stops["N"].lon_deg, stops["N"].lat_deg) == (76.9, 43.3)
    assert stops["K"].wheelchair == 1
    assert stops["R"].wheelchair == 2


def test_names_come_in_three_languages() -> None:
    """By record or by text; what is not translated stays as it is written."""
    words = (
        "table_name,field_name,language,translation,record_id,field_value\n"
        "stops,stop_name,ru,Парк,P,\nstops,stop_name,kk-KZ,Айлақ,,Quay\nstops,stop_name,de,X,P,\n"
    )
    stops = read_feed(zipped(small(translations=words))).stops
    assert (stops[0].names.ru, stops[0].names.kk, stops[1].names.kk) == ("Парк", "Park", "Айлақ")


def test_route_types_mean_modes() -> None:
    """Basic and extended types (GTFS reference; Google's extended types)."""
    told = {0: "tram", 1: "metro", 2: "rail", 3: "bus", 4: "ferry", 6: "cable", 7: "cable",
            11: "bus",
            12: "rail", 109: "rail", 204: "bus", 401: "metro", 405: "rail", 700: "bus", 800: "bus",
            900: "tram", 1000: "ferry", 1100: "air", 1300: "cable", 1400: "cable"}  # fmt: skip
    assert {number: mode_of(number) for number in told} == told
    assert [mode_of(number) for number in (8, 13, 99, 1600, 1800)] == [None] * 5


FLAT = {
    "fare_attributes": "fare_id,price,currency_type,payment_method,transfers\n"
    "ALL,150.00,KZT,0,0\nONE,120,KZT,0,0\nEUR,1,EUR,0,0\n",
    "fare_rules": "fare_id,route_id,origin_id\nONE,1,\n",
}


def test_flat_fares_price_a_boarding() -> None:
    """A rule for the route goes before a fare for all; other currencies are not used."""
    routes = SMALL["routes.txt"] + "2,A,2,Other,3\n"
    feed = read_feed(zipped(small(routes=routes, **FLAT)))
    assert [route.price_tiyn for route in feed.routes] == [12_000, 15_000]
    assert any("is not KZT" in str(notice) for notice in feed.notices)
    assert read_feed(zipped(SMALL)).routes[0].price_tiyn is None


def test_products_price_a_boarding_before_flat_fares() -> None:
    """Fares v2 by network; the adult's price; what hangs on areas is not used."""
    feed = read_feed(
        zipped(
            small(
                **FLAT,
                routes="route_id,agency_id,route_short_name,route_type,network_id\n1,A,1,3,N\n",
                rider_categories="rider_category_id,is_default_fare_category\nADULT,1\nCHILD,0\n",
                fare_products="fare_product_id,rider_category_id,amount,currency\n"
                "ONE,CHILD,40,KZT\nONE,ADULT,100,KZT\nFAR,,10,KZT\nANY,,20,KZT\n",
                fare_leg_rules="network_id,from_area_id,fare_product_id\nN,,ONE\nN,X,FAR\n,,ANY\n",
            )
        )
    )
    assert feed.routes[0].price_tiyn == 10_000


def test_flexible_service_is_said_and_left_out() -> None:
    """GTFS-Flex is recognised; its trips have no stops of a timetable."""
    trips = SMALL["trips.txt"] + "1,WD,F1,\n"
    head = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,location_group_id\n"
    times = head + TIMES.split("\n", 1)[1].replace("\n", ",\n") + "F1,,,,1,G\nF1,,,,2,G\n"
    feed = read_feed(
        zipped(small(trips=trips, stop_times=times, booking_rules="booking_rule_id,booking_type\n"))
    )
    assert len(feed.stop_times.stop) == 5
    assert any("GTFS-Flex" in str(notice) for notice in feed.notices)


def test_what_is_put_up_with_is_said() -> None:
    """Rows of another width, staying seated and rules for single lines are notices, not errors."""
    feed = read_feed(
        zipped(
            small(
                stops=STOPS + "X,,43.1,76.8\n",
                transfers="from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\n"
                "P,P,4,T1,T2\nP,Q,2,T1,\n",
                shapes="anything",
            )
        )
    )
    said = " ".join(map(str, feed.notices))
    for words in ("has 4 cells", "stop_id is shown", "staying seated", "single routes or trips"):
        assert words in said
    assert [problem.is_fatal for problem in check_feed(zipped(SMALL))] == []


def test_calendar_spans_services_and_the_publisher() -> None:
    """The days of a feed are those of its services, cut to what its publisher vouches for."""
    info = "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date\nX,u,en,"
    dates = "service_id,date,exception_type\nWD,20270105,1\nWD,20260105,2\n"
    feed = read_feed(zipped(small(calendar_dates=dates)))
    assert [str(day) for day in feed.calendar() or ()] == ["2026-01-01", "2027-01-05"]
    feed = read_feed(zipped(small(feed_info=f"{info}20260301,20260401\n")))
    assert [str(day) for day in feed.calendar() or ()] == ["2026-03-01", "2026-04-01"]
    assert len(WEEK.split(",")) == 7
