"""The routes of places: answers in their shapes, what may be kept, and refusals in one line."""

from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from aspan.compose.trip_network import TripNetwork
from aspan.faces.http.faults import FAULT_ANSWERS
from aspan.faces.http.place_routes import KEEP_S, PLACES_MAX, place_routes
from aspan.faces.http.place_view import CityPlaces
from aspan.faces.http.wire_places import NearPage, PlacesPage, ServicePage
from aspan.world.readers import load_city, load_feeds
from aspan.world.transit import Transit
from feed_texts import SMALL, zipped
from shipped import read_shipped
from web.scripted import ScriptedService


@pytest.fixture(scope="module")
def client() -> TestClient[Litestar]:
    """Return a client of the places of Alatau, and of an invented service's clock."""
    city = read_shipped("alatau")
    routes = place_routes(ScriptedService(), CityPlaces(city, load_feeds(city)))
    return TestClient(Litestar(route_handlers=routes, exception_handlers=FAULT_ANSWERS))


@pytest.mark.parametrize(
    ("lang", "name"),
    [
        ("kk", "Алматы халықаралық әуежайы"),
        ("ru", "Международный аэропорт Алматы"),
        ("en", "Almaty International Airport"),
    ],
)
def test_a_place_is_told_in_the_language_asked_for(
    client: TestClient[Litestar], lang: str, name: str
) -> None:
    """The same letters find the same place, named in each language, and may be kept a while."""
    answer = client.get("/v1/places", params={"q": "аэропорт", "lang": lang, "limit": 3})
    page = msgspec.json.decode(answer.content, type=PlacesPage, strict=True)
    assert page.places[0].name == name
    assert page.places[0].kind == "airport"
    assert len(page.places) == 3
    assert answer.headers["cache-control"] == f"public, max-age={KEEP_S}"


def test_a_name_made_from_another_language_says_so(client: TestClient[Litestar]) -> None:
    """A street known only in Russian is marked in Kazakh and English, not in Russian."""
    told = {
        lang: client.get("/v1/places", params={"q": "Айтыкова", "lang": lang}).json()["places"][0]
        for lang in ("kk", "ru", "en")
    }
    assert [told[lang]["is_name_derived"] for lang in ("kk", "ru", "en")] == [True, False, True]


def test_nothing_typed_gives_suggestions(client: TestClient[Litestar]) -> None:
    """An empty text is no error: the places most often meant come, as many as asked for."""
    page = client.get("/v1/places", params={"q": "", "limit": 5}).json()
    assert len(page["places"]) == 5


def test_a_point_is_named(client: TestClient[Litestar]) -> None:
    """The square in the centre is called so, with the distance in whole metres."""
    answer = client.get("/v1/places/near?lat=43.2389&lon=76.9453&lang=en")
    page = msgspec.json.decode(answer.content, type=NearPage, strict=True)
    assert page.place is not None
    assert page.place.name == "Republic Square"
    assert page.distance_m == 2


def test_the_service_tells_its_clock_and_what_is_assumed(client: TestClient[Litestar]) -> None:
    """A page learns city time, the twin and the bounds in one small answer that nobody keeps."""
    answer = client.get("/v1/service?lang=ru")
    page = msgspec.json.decode(answer.content, type=ServicePage, strict=True)
    assert page.utc_offset_ms == 5 * 3_600_000
    assert page.is_twin
    west, south, east, north = page.bounds
    assert west < 76.95 < east
    assert south < 43.24 < north
    assert len(answer.content) < 1_000
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "field", "expected"),
    [
        ("/v1/places", "q", "this parameter must be there"),
        ("/v1/places?q=a&lang=de", "lang", "kk, ru or en"),
        ("/v1/places?q=a&limit=0", "limit", "a whole number, 1 or more"),
        (f"/v1/places?q=a&limit={PLACES_MAX + 1}", "limit", "a whole number, 20 or less"),
        ("/v1/places?q=a&limit=few", "limit", "a whole number"),
        (f"/v1/places?q={'a' * 101}", "q", "a text of at most 100 characters"),
        ("/v1/places/near?lat=91&lon=76", "lat", "a number, 90.0 or less"),
        ("/v1/places/near?lat=43", "lon", "this parameter must be there"),
        ("/v1/places/near?lat=nan&lon=76", "lat", "a number"),
        ("/v1/service?lang=xx", "lang", "kk, ru or en"),
        ("/v1/service?language=ru", "language", "one of the parameters lang"),
        ("/v1/places?query=a", "query", "one of the parameters q, lang, limit"),
        ("/v1/places?q=a&q=b", "q", "this parameter once"),
        ("/v1/places/near?lat=43&lon=76&lng=76", "lng", "one of the parameters lat, lon, lang"),
    ],
)
def test_a_wrong_question_is_refused_in_one_line(
    client: TestClient[Litestar], address: str, field: str, expected: str
) -> None:
    """400 names the field and what was expected, on one line."""
    answer = client.get(address)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["field"] == field
    assert expected in error["expected"]
    assert "\n" not in error["expected"]


def test_a_feed_replaced_under_a_running_service_changes_nothing(tmp_path: Path) -> None:
    """The stops are those the trips are searched with, whatever lies at the feed's path now."""
    path = tmp_path / "bus.zip"
    path.write_bytes(zipped(SMALL))
    tiny = load_city("tiny")
    city = msgspec.structs.replace(tiny, folder=str(tmp_path), transit=Transit(feeds=("bus.zip",)))
    network = TripNetwork(city, {})
    path.write_bytes(b"half a feed")
    found = CityPlaces(city, network.feeds).search("Quay", "en", 3)
    assert [place.id for place in found.places] == ["stop:bus:Q"]
    assert network.find_day(1_780_000_000_000) is not None
