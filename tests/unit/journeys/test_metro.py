"""The shipped metro, searched: earliest arrivals as one reads them in the timetable's own rows."""

import csv
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from aspan.journeys.raptor import Exit, Rules, Seed, explore, prepare_transit
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S
from aspan.world.readers.gtfs import read_feed
from aspan.world.readers.timetable import build_timetable

ZONE = "Asia/Almaty"
FEED = Path("cities/alatau/feeds/almaty_metro.zip")
NORTH, SOUTH, MIDDLE = "RMBK", "BM", "ALA"

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 9, day) for day in (4, 5, 6, 7))
HOLIDAY = date(2026, 12, 16)
"""A Wednesday; the copy of the feed runs its weekend timetable on it."""


class Case(NamedTuple):
    """Ready at a platform at a local time; where to."""

    day: date
    minutes: int
    origin: str
    destination: str


CASES = [
    Case(day, hour * 60 + minute, origin, destination)
    for day in (FRIDAY, SATURDAY, SUNDAY, MONDAY, HOLIDAY)
    for hour, minute, origin, destination in (
        (5, 30, NORTH, SOUTH),
        (6, 25, SOUTH, MIDDLE),
        (8, 13, MIDDLE, NORTH),
        (12, 0, NORTH, MIDDLE),
        (17, 59, SOUTH, NORTH),
        (22, 41, MIDDLE, SOUTH),
        (23, 50, NORTH, SOUTH),
        (0, 2, SOUTH, NORTH),
        (0, 12, NORTH, MIDDLE),
        (3, 0, MIDDLE, SOUTH),
    )
]


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of the feed."""
    with zipfile.ZipFile(FEED) as feed:
        return list(csv.DictReader(io.StringIO(feed.read(f"{name}.txt").decode("utf-8-sig"))))


def read_seconds(text: str) -> int:
    """Return the seconds of a time such as 24:05:10."""
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return (hours * 60 + minutes) * 60 + seconds


def runs_on(day: date) -> str:
    """Return the service of a day, the holiday's being the weekend's."""
    return "weekend" if day.weekday() >= 5 or day == HOLIDAY else "weekday"


@pytest.fixture(scope="session")
def trips() -> dict[str, list[list[tuple[str, int, int]]]]:
    """Return the trips of each service: stop, arrival and departure [s] in order."""
    service = {row["trip_id"]: row["service_id"] for row in rows("trips")}
    told: dict[str, list[tuple[int, str, int, int]]] = {}
    for row in rows("stop_times"):
        told.setdefault(row["trip_id"], []).append(
            (
                int(row["stop_sequence"]),
                row["stop_id"],
                read_seconds(row["arrival_time"]),
                read_seconds(row["departure_time"]),
            )
        )
    found: dict[str, list[list[tuple[str, int, int]]]] = {"weekday": [], "weekend": []}
    for trip_id, calls in told.items():
        found[service[trip_id]].append([call[1:] for call in sorted(calls)])
    return found


def read_earliest(case: Case, trips: dict[str, list[list[tuple[str, int, int]]]]) -> int | None:
    """Return the earliest arrival [ms] by reading every trip of the days about it."""
    ready_ms = local_midnight_ms(case.day, ZONE) + case.minutes * MS_PER_MIN
    best = None
    for away in (-1, 0, 1):
        day = case.day + timedelta(days=away)
        midnight_ms = local_midnight_ms(day, ZONE)
        for calls in trips[runs_on(day)]:
            boarded = False
            for stop, arrive_s, depart_s in calls:
                if boarded and stop == case.destination:
                    arrive_ms = midnight_ms + arrive_s * MS_PER_S
                    best = arrive_ms if best is None else min(best, arrive_ms)
                if stop == case.origin and midnight_ms + depart_s * MS_PER_S >= ready_ms:
                    boarded = True
    return best


def with_holiday() -> dict[str, bytes]:
    """Return the feed's files, the holiday's trips being those of the weekend."""
    with zipfile.ZipFile(FEED) as feed:
        files = {name: feed.read(name) for name in feed.namelist()}
    day = HOLIDAY.strftime("%Y%m%d")
    exceptions = f"service_id,date,exception_type\nweekday,{day},2\nweekend,{day},1\n"
    return files | {"calendar_dates.txt": exceptions.encode()}


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.day:%a}-{c.minutes}-{c.origin}")
def test_earliest_arrival_is_that_of_the_timetable(
    case: Case, trips: dict[str, list[list[tuple[str, int, int]]]]
) -> None:
    """On weekdays and weekends, about midnight, in the closed hours, on a calendar exception."""
    feed = read_feed(with_holiday(), feed_id="metro", label="metro")
    timetable = build_timetable([feed], case.day, ZONE, price_defaults={"metro": 12_000})
    numbers = {stop.stop_id: number for number, stop in enumerate(timetable.stops)}
    ready_ms = local_midnight_ms(case.day, ZONE) + case.minutes * MS_PER_MIN
    found = explore(
        prepare_transit(timetable),
        [Seed(stop=numbers[f"metro:{case.origin}"], at_ms=ready_ms)],
        [Exit(stop=numbers[f"metro:{case.destination}"], goal=0, duration_ms=0)],
        1,
        Rules(party=1, boardings_max=1, walk_ms_max=0, latest_ms=ready_ms + 12 * MS_PER_H),
    )
    earliest = min((label[0] for label in found.goals[0]), default=None)
    assert earliest == read_earliest(case, trips)
    assert earliest is not None
