"""What an answer rests on: only what its ways use, and fares that nobody told."""

from datetime import date, time
from pathlib import Path

import msgspec
import pytest

from aspan.compose.trip_network import TripNetwork
from aspan.compose.trips import TripDesk, TripRequest
from aspan.faces.http.journey_rests import list_assumptions
from aspan.primitives.instants import local_instant_ms
from aspan.world.readers import load_city
from aspan.world.transit import Transit
from feed_texts import SMALL, small, zipped

MONDAY = date(2026, 3, 2)
FARES = "fare_id,price,currency_type,payment_method,transfers\nF,{},KZT,0,0\n"


def texts(folder: Path, lang: str = "en", **changed: str | None) -> list[str]:
    """Return what is told of a bus ride on a Monday, beside a metro whose timetable is of 2020."""
    metro = SMALL["stops.txt"].replace("43.2", "43.4")
    old = SMALL["calendar.txt"].replace("2026", "2020")
    named = SMALL["agency.txt"].replace("City Lines", "Metro")
    (folder / "bus.zip").write_bytes(zipped(small(**changed)))
    (folder / "metro.zip").write_bytes(zipped(small(stops=metro, calendar=old, agency=named)))
    city = msgspec.structs.replace(
        load_city("tiny"), folder=str(folder), transit=Transit(feeds=("metro.zip", "bus.zip"))
    )
    desk = TripDesk(TripNetwork(city, {}))
    at_ms = local_instant_ms(MONDAY, time(7, 50), city.time_zone)
    request = TripRequest(origin=(76.9, 43.2), destination=(76.9, 43.22), at_ms=at_ms)
    answer = desk.find(request, None, flight_kwh=lambda *_: 0.0)
    assert {"transit", "car"} <= {option.itinerary.mode for option in answer.options}
    return [told.text for told in list_assumptions(desk, answer, lang, {})]


def test_a_timetable_that_no_way_rides_is_not_told(tmp_path: Path) -> None:
    """The metro's timetable is of another year, but only the bus is ridden, and that is known."""
    assert not any("Metro" in text for text in texts(tmp_path))
    told = texts(tmp_path, calendar=SMALL["calendar.txt"].replace("2026", "2025"))
    assert [text for text in told if text.startswith("The timetable of City Lines is known from")]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("kk", "City Lines жол ақысы белгісіз, бағаға қосылмаған."),
        ("ru", "Стоимость проезда «City Lines» неизвестна и в цену не входит."),
        ("en", "The fare of City Lines is not known and not in the price."),
    ],
)
def test_a_fare_nobody_told_is_said_to_be_missing(tmp_path: Path, lang: str, said: str) -> None:
    """A price of nothing means free only if the feed says so."""
    assert said in texts(tmp_path, lang)
    assert said not in texts(tmp_path, lang, fare_attributes=FARES.format(0))
    assert said not in texts(tmp_path, lang, fare_attributes=FARES.format(120))


def test_without_streets_nothing_is_estimated_from_streets(tmp_path: Path) -> None:
    """The small city has none: its cars go by straight lines with a detour."""
    told = texts(tmp_path)
    assert any(text.startswith("Times by car are estimated from straight lines") for text in told)
    assert not any("from streets" in text for text in told)
