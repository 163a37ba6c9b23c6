"""The timetable of a day: calendars, midnight, zones, frequencies, patterns, prices."""

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import ms_to_local
from aspan.world.feed import Feed
from aspan.world.readers import load_feeds, timetable
from aspan.world.readers.gtfs import read_feed
from aspan.world.readers.patterns import split_overtaking
from aspan.world.readers.service_days import find_used_day
from aspan.world.readers.timetable import build_timetable
from aspan.world.timetable import Timetable, VehicleMode
from feed_texts import SMALL, small, zipped
from shipped import read_shipped

ZONE = "Asia/Almaty"
FRIDAY, SATURDAY, SUNDAY = date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 6)
PRICES: dict[VehicleMode, int] = {"bus": 12_000, "metro": 9_000}


def build(feed: Feed, day: date, zone: str = ZONE) -> Timetable:
    """Return the timetable of one feed."""
    return build_timetable([feed], day, zone, price_defaults=PRICES)


def of(day: date, zone: str = ZONE, **changed: str | None) -> Timetable:
    """Return the timetable of the small feed, with files changed."""
    return build(read_feed(zipped(small(**changed)), feed_id="f"), day, zone)


def departures(made: Timetable, stop_id: str) -> list[str]:
    """Return the local departures from a stop, `DD HH:MM:SS trip`, in order of time."""
    patterns, found = made.patterns, []
    for p in range(len(patterns.line)):
        for position in range(patterns.stop_first[p], patterns.stop_first[p + 1] - 1):
            if made.stops[patterns.stops[position]].stop_id != stop_id:
                continue
            for trip in range(patterns.trip_first[p], patterns.trip_first[p + 1]):
                at = patterns.time_first[trip] + position - patterns.stop_first[p]
                local = ms_to_local(int(patterns.depart_at_ms[at]), ZONE)
                found.append(f"{local:%d %H:%M:%S} {patterns.trip_ids[trip]}")
    return sorted(found)


def test_a_window_holds_the_day_before_the_day_and_the_next() -> None:
    """On Sunday the trip that left on Saturday before midnight is still there; Monday's too."""
    assert departures(of(SUNDAY), "f:P") == ["05 23:50:00 T2", "06 23:50:00 T2", "07 08:00:00 T1"]
    assert departures(of(FRIDAY), "f:P") == ["04 08:00:00 T1", "05 23:50:00 T2"]


def test_exceptions_add_and_remove_days() -> None:
    """A holiday on Friday runs the weekend's trips."""
    dates = "service_id,date,exception_type\nWD,20260904,2\nWE,20260904,1\n"
    assert departures(of(FRIDAY, calendar_dates=dates), "f:P") == [
        "04 23:50:00 T2", "05 23:50:00 T2"
    ]  # fmt: skip


def test_outside_the_calendar_the_same_weekday_is_used_and_said() -> None:
    """The nearest same weekday within the feed, before and after it."""
    made = of(date(2025, 3, 7))  # a Friday
    assert departures(made, "f:P") == ["07 08:00:00 T1", "08 23:50:00 T2"]
    assert made.assumed == (
        "The timetable of f is known from 2026-01-01 to 2026-12-31; for Friday 2025-03-07 that of "
        "2026-01-02 is used.",
    )
    assert "2026-12-25 is used" in of(date(2027, 5, 14)).assumed[0]
    assert of(FRIDAY).assumed == ()


@pytest.mark.parametrize(
    ("day", "used"),
    [("2026-09-04", "2026-09-04"), ("2026-08-31", "2026-09-07"), ("2026-09-01", "2026-09-01"),
     ("2026-09-14", "2026-09-07"), ("2027-01-01", "2026-09-04")],
)  # fmt: skip
def test_the_nearest_same_weekday_lies_within(day: str, used: str) -> None:
    """From Tuesday the 1st to Thursday the 10th of September 2026."""
    first, last = date(2026, 9, 1), date(2026, 9, 10)
    assert str(find_used_day(date.fromisoformat(day), first, last)) == used


def test_a_short_feed_falls_back_to_its_nearest_day() -> None:
    """A feed of one day has no other weekday."""
    assert find_used_day(date(2026, 9, 9), FRIDAY, FRIDAY) == FRIDAY


def test_a_feed_without_days_runs_nothing_and_says_so() -> None:
    """Services that never run give an empty timetable."""
    made = of(FRIDAY, calendar=SMALL["calendar.txt"].replace(",1,1,1,1,1,0,0,", ",0,0,0,0,0,0,0,")
              .replace(",0,0,0,0,0,1,1,", ",0,0,0,0,0,0,0,"))  # fmt: skip
    assert made.patterns.trip_ids == ()
    assert "no day" in made.assumed[0]


def test_a_feed_keeps_its_own_time_zone() -> None:
    """08:00 in Tokyo is 04:00 in Almaty; the day before reaches in, five hours west of noon."""
    agency = SMALL["agency.txt"].replace("Asia/Almaty", "Asia/Tokyo")
    assert departures(of(FRIDAY, agency=agency), "f:P") == ["04 04:00:00 T1", "05 19:50:00 T2"]


def test_a_service_day_counts_from_noon_when_clocks_change() -> None:
    """In Rome on 2026-03-29 the clock skips an hour: 08:00 is still 08:00 on the wall."""
    agency = SMALL["agency.txt"].replace("Asia/Almaty", "Europe/Rome")
    made = of(date(2026, 3, 28), "Europe/Rome", agency=agency,
              stop_times=SMALL["stop_times.txt"].replace("23:50:00", "08:00:00"))  # fmt: skip
    first = [datetime.fromtimestamp(ms / 1000, UTC) for ms in made.patterns.depart_at_ms[[0, 2]]]
    assert [f"{moment:%d %H:%M}" for moment in first] == ["28 07:00", "29 06:00"]


def test_frequencies_are_run_one_by_one() -> None:
    """From the start until before the end; the trip's own times give only the gaps."""
    rows = "trip_id,start_time,end_time,headway_secs,exact_times\nT1,07:10:00,07:40:00,600,{}\n"
    made = of(FRIDAY, frequencies=rows.format(1))
    assert departures(made, "f:P")[:3] == [
        "04 07:10:00 T1@07:10:00", "04 07:20:00 T1@07:20:00", "04 07:30:00 T1@07:30:00"
    ]  # fmt: skip
    arrive = made.patterns.arrive_at_ms
    assert (arrive[2] - arrive[0]) == 600_000
    assert made.assumed == ()
    assert "how often" in of(FRIDAY, frequencies=rows.format(0)).assumed[0]


def test_frequencies_past_midnight_reach_into_the_day_after() -> None:
    """A run that starts at 24:30 of the day before is in the window."""
    rows = "trip_id,start_time,end_time,headway_secs\nT1,24:30:00,24:40:00,600\n"
    assert departures(of(SATURDAY, frequencies=rows), "f:P")[0] == "05 00:30:00 T1@24:30:00"


def test_too_many_runs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed whose headways expand beyond the limit is bad input."""
    monkeypatch.setattr(timetable, "RUNS_MAX", 100)
    rows = "trip_id,start_time,end_time,headway_secs\nT1,07:00:00,08:00:00,10\n"
    with pytest.raises(InvalidInput, match="at most 100 trips"):
        of(FRIDAY, frequencies=rows)


def test_pickup_and_drop_off_become_flags() -> None:
    """None and by telephone cannot be used, by agreement with the driver can."""
    head = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
    rows = (
        "T1,08:00:00,08:00:00,P,1,0,1\nT1,08:05:00,08:06:00,Q,2,2,3\nT1,08:10:00,08:10:00,R,3,1,0\n"
    )
    patterns = of(FRIDAY, stop_times=head + rows).patterns
    assert patterns.can_board[:3].tolist() == [1, 0, 0]
    assert patterns.can_alight[:3].tolist() == [0, 1, 1]


def test_a_trip_that_overtakes_stands_apart() -> None:
    """An express that leaves later and arrives sooner makes a second pattern of the same stops."""
    trips = SMALL["trips.txt"] + "1,WD,T3,\n"
    times = (
        SMALL["stop_times.txt"]
        + "T3,08:01:00,08:01:00,P,1\nT3,08:04:00,08:04:00,Q,2\nT3,08:08:00,08:08:00,R,3\n"
    )
    patterns = of(FRIDAY, trips=trips, stop_times=times).patterns
    of_three = [
        p
        for p in range(len(patterns.line))
        if patterns.stop_first[p + 1] - patterns.stop_first[p] == 3
    ]
    assert [patterns.trip_ids[patterns.trip_first[p]] for p in of_three] == ["T1", "T3"]


def test_chains_never_overtake() -> None:
    """Of trips in all orders each chain is sorted in every column, and none is lost."""
    depart = np.array([[0, 10, 20], [1, 9, 30], [2, 12, 22], [0, 10, 20], [5, 6, 7]], np.int64)
    chains = split_overtaking(depart, depart)
    assert sorted(int(row) for chain in chains for row in chain) == list(range(5))
    for chain in chains:
        assert all(bool(np.all(depart[a] <= depart[b])) for a, b in pairwise(chain))
    assert len(chains) == 3


def test_prices_come_from_the_feed_else_from_the_city() -> None:
    """The default of the mode holds where a feed tells no price."""
    fares = "fare_id,price,currency_type,payment_method,transfers\nF,150,KZT,0,0\n"
    assert of(FRIDAY).lines[0].price_tiyn == 12_000
    assert of(FRIDAY, fare_attributes=fares).lines[0].price_tiyn == 15_000


def test_two_feeds_stand_side_by_side() -> None:
    """Stops and lines of the second feed are counted on; equal ids do not meet."""
    feeds = [read_feed(zipped(SMALL), feed_id=name) for name in "ab"]
    made = build_timetable(feeds, FRIDAY, ZONE, price_defaults=PRICES)
    assert [stop.stop_id for stop in made.stops] == ["a:P", "a:Q", "a:R", "b:P", "b:Q", "b:R"]
    assert departures(made, "b:P") == departures(build(feeds[1], FRIDAY), "b:P")
    near = made.footpaths.to[made.footpaths.first[0] : made.footpaths.first[1]]
    assert 3 in near


METRO = load_feeds(read_shipped("alatau"))[0]


def test_the_shipped_metro_is_whole() -> None:
    """428 trips and 4,624 stop times, names in three languages, valid as its sources say."""
    assert (len(METRO.trips), len(METRO.stop_times.stop), METRO.notices) == (428, 4624, ())
    assert [str(day) for day in METRO.calendar() or ()] == ["2026-08-22", "2027-12-31"]
    names = {stop.stop_id: stop.names for stop in METRO.stops}
    assert (names["ABA"].kk, names["ABA"].ru, names["ABA"].en) == ("Абай", "Абая", "Abay")
    assert all(len({name.kk, name.ru, name.en}) >= 2 for name in names.values())


@pytest.mark.parametrize(
    ("day", "stop", "first", "last", "count"),
    [
        (FRIDAY, "RMBK", "04 06:22:30", "05 00:02:00", 128),
        (FRIDAY, "BM", "04 06:22:30", "05 00:01:30", 130),
        (FRIDAY, "ABA", "04 06:23:18", "04 23:57:30", 259),
        (SATURDAY, "RMBK", "05 06:21:15", "06 00:02:00", 80),
        (SATURDAY, "BM", "05 06:37:15", "06 00:02:00", 78),
        (SATURDAY, "ABA", "05 06:25:45", "06 00:21:30", 160),
    ],
)
def test_metro_departures_are_the_published_ones(
    day: date, stop: str, first: str, last: str, count: int
) -> None:
    """First, last and number of a service day's departures, read off the feed's rows by hand."""
    opens, closes = f"{day:%d} 05:00", f"{day.replace(day=day.day + 1):%d} 03:00"
    whole = departures(build(METRO, day), f"almaty_metro:{stop}")
    found = [row[:11] for row in whole if opens < row < closes]
    assert (found[0], found[-1], len(found)) == (first, last, count)


def test_the_metro_runs_past_midnight_into_the_next_day() -> None:
    """Trips of Friday that end on Saturday are in Saturday's window, by Friday's timetable."""
    made = build(METRO, SATURDAY)
    late = [ms_to_local(int(ms), ZONE) for ms in made.patterns.arrive_at_ms]
    assert min(late).day == 4
    assert max(moment for moment in late if moment.day == 5).hour == 23
    assert sum(moment.day == 5 and moment.hour == 0 for moment in late) > 10


def test_a_holiday_in_a_copy_of_the_metro_runs_the_weekend(tmp_path: Path) -> None:
    """An exception for one Wednesday gives that day the departures of a Saturday."""
    from zipfile import ZipFile

    path = Path(read_shipped("alatau").folder) / "feeds" / "almaty_metro.zip"
    with ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["calendar_dates.txt"] = (
        b"service_id,date,exception_type\nweekday,20261216,2\nweekend,20261216,1\n"
    )
    changed = tmp_path / "changed.zip"
    changed.write_bytes(zipped(files))
    feed = read_feed(changed, feed_id="almaty_metro")

    def of_day(made: Timetable, day: str) -> list[str]:
        found = departures(made, "almaty_metro:ABA")
        return [row[3:11] for row in found if row.startswith(day)]

    holiday, saturday = date(2026, 12, 16), date(2026, 12, 12)
    plain = [row for row in of_day(build(METRO, saturday), "12") if row > "06:00"]
    assert [row for row in of_day(build(feed, holiday), "16") if row > "06:00"] == plain
    assert [row for row in of_day(build(METRO, holiday), "16") if row > "06:00"] != plain
