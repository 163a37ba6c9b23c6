"""The route of itineraries: questions read, refused in one line, answered in three languages."""

import json
from collections.abc import Iterator

import msgspec
import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from aspan.compose.runs import Run, RunSettings, fly, open_twin
from aspan.compose.trips import TripDesk
from aspan.faces.http.faults import FAULT_ANSWERS, RETRY_S
from aspan.faces.http.journey_answer import Found, tell_page
from aspan.faces.http.journey_question import Question, find_moment, read_question
from aspan.faces.http.journey_routes import journey_routes
from aspan.faces.http.journey_view import READY_S, NotReady
from aspan.faces.http.journey_words import _read, tell
from aspan.faces.http.service_view import Unavailable
from aspan.faces.http.wire_journeys import ItinerariesPage
from aspan.faces.http.workers import Workers
from aspan.operations.availability import EngineAvailability
from aspan.operations.offers import OFFER_VALID_MS
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.readers import load_city, load_references

ZONE = "Asia/Almaty"
WAYS = "/v1/itineraries"


class TinyTrips:
    """`JourneyView` over a morning of the small city; `is_ready` says whether it answers."""

    def __init__(self, run: Run, now_ms: int) -> None:
        self.is_ready = True
        self.now_ms = now_ms
        self._run = run
        self.desk = TripDesk(run.network)

    def find(self, question: Question) -> ItinerariesPage:
        """Return the ways as a service would."""
        if not self.is_ready:
            raise NotReady(tell(question.lang, "fault.warming"))
        request = read_question(question, now_ms=self.now_ms, zone=ZONE)
        offers = EngineAvailability(self._run.engine, self.now_ms)
        answer = self.desk.find(request, offers, flight_kwh=lambda *_: 20.0)
        return tell_page(
            self.desk,
            self._run.index.lanes,
            Found(answer=answer, now_ms=self.now_ms, refusals=offers.refusals),
            lang=question.lang,
            name_point=lambda lon, lat: f"{lat},{lon}",
            references=load_references(),
        )


@pytest.fixture(scope="module")
def trips() -> TinyTrips:
    """Return the small city at ten in the morning."""
    city = load_city("tiny")
    run = open_twin(city, RunSettings(day=city.fair_weather_date))
    now_ms = run.start_ms + 10 * MS_PER_H
    fly(run, until_ms=now_ms)
    return TinyTrips(run, now_ms)


@pytest.fixture
def client(trips: TinyTrips) -> Iterator[TestClient[Litestar]]:
    """Return a client of that city's trips."""
    workers = Workers("trip", threads=1, at_once_max=4)
    routes = journey_routes(trips, workers)
    with TestClient(Litestar(route_handlers=routes, exception_handlers=FAULT_ANSWERS)) as client:
        yield client
    workers.close()


def ends(trips: TinyTrips) -> dict[str, str]:
    """Return a question between the first two vertiports."""
    first, last = trips.desk.city.vertiports[:2]
    return {
        "from": f"{first.lat_deg},{first.lon_deg}",
        "to": f"{last.lat_deg},{last.lon_deg}",
    }


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_answer_has_its_shape(client: TestClient[Litestar], trips: TinyTrips, lang: str) -> None:
    """Field for field as it is published, in the language asked for, kept by nobody."""
    answer = client.get(WAYS, params={**ends(trips), "lang": lang, "party": 2})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    page = msgspec.json.decode(answer.content, type=ItinerariesPage, strict=True)
    assert page.now_ms == trips.now_ms
    flown = [it for it in page.itineraries if it.mode == "air"]
    assert flown
    assert page.not_flown == []
    names = {getattr(site.names, lang) for site in trips.desk.city.vertiports}
    for it in flown:
        assert it.offer is not None
        assert 0 <= it.offer.valid_until_ms - trips.now_ms <= OFFER_VALID_MS
        leg = next(leg for leg in it.legs if leg.mode == "air")
        assert {leg.from_.name, leg.to.name} <= names
        assert leg.depart_at_ms == it.offer.off_block_at_ms
        assert len(leg.path) > 1
    car = next(it for it in page.itineraries if it.id == page.car)
    assert car.saves_ms == 0
    assert json.loads(answer.content)["from"]["name"] == ends(trips)["from"]
    assert len({it.id for it in page.itineraries}) == len(page.itineraries)


def test_the_same_question_gets_the_same_ids(
    client: TestClient[Litestar], trips: TinyTrips
) -> None:
    """A shared link finds its itinerary again."""
    asked = [client.get(WAYS, params=ends(trips)).json() for _ in range(2)]
    ids = [[it["id"] for it in page["itineraries"]] for page in asked]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"party": "6"}, "party_too_large"), ({"depart_at": "2025-04-12T23:30"}, "hours")],
)
def test_it_says_why_nothing_flies(
    client: TestClient[Litestar], trips: TinyTrips, more: dict[str, str], reason: str
) -> None:
    """Too many for an aircraft, or at night: the reason has words in each language."""
    for lang in ("kk", "ru", "en"):
        page = client.get(WAYS, params={**ends(trips), **more, "lang": lang}).json()
        assert [why["reason"] for why in page["not_flown"]] == [reason]
        text = page["not_flown"][0]["text"]
        assert text.endswith(".")
        assert text != f"{reason.capitalize()}."
        assert "_" not in text


@pytest.mark.parametrize(
    ("more", "field", "expected"),
    [
        ({"from": "43.2"}, "from", "latitude,longitude"),
        ({"from": "91,76.9"}, "from", "latitude,longitude"),
        ({"to": "nan,76.9"}, "to", "latitude,longitude"),
        ({"to": "4_3.2,7_6.9"}, "to", "latitude,longitude"),
        ({"to": "٤٣.٢,٧٦.٩"}, "to", "latitude,longitude"),
        ({"to": "1e1,76.9"}, "to", "latitude,longitude"),
        ({"arrive_at": "2025-04-12T12:00"}, "arrive_at", "one of the parameters from, to,"),
        ({"until": "2025-04-12T12:00"}, "until", "one of the parameters"),
        ({"party": "two"}, "party", "a whole number"),
        ({"party": "9" * 40}, "party", "1 to 8 persons"),
        ({"to": "a" * 99}, "to", "60"),
        ({"party": "9"}, "party", "8"),
        ({"party": "0"}, "party", "1"),
        ({"walk_m_max": "-1"}, "walk_m_max", "0"),
        ({"lang": "de"}, "lang", "kk, ru or en"),
        ({"step_free": "perhaps"}, "step_free", "true or false"),
        ({"depart_at": "10:00"}, "depart_at", "YYYY-MM-DDTHH:MM"),
        ({"depart_at": "2025-04-12T09:58"}, "depart_at", "it is 2025-04-12 10:00"),
        ({"arrive_by": "2025-04-12T09:58"}, "arrive_by", "it is 2025-04-12 10:00"),
        ({"depart_at": "2025-06-12T10:00"}, "depart_at", "30 days"),
        ({"depart_at": "9999-12-31T23:59"}, "depart_at", "30 days"),
        (
            {"depart_at": "2025-04-12T11:00", "arrive_by": "2025-04-12T12:00"},
            "arrive_by",
            "only one",
        ),
    ],
)
def test_a_wrong_question_is_refused_in_one_line(
    client: TestClient[Litestar],
    trips: TinyTrips,
    more: dict[str, str],
    field: str,
    expected: str,
) -> None:
    """400 names the parameter and what was expected."""
    answer = client.get(WAYS, params={**ends(trips), **more})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["field"] == field
    assert expected in error["expected"]
    assert "\n" not in error["expected"]


@pytest.mark.parametrize("name", ["from", "to"])
def test_what_must_be_there_is_asked_for(
    client: TestClient[Litestar], trips: TinyTrips, name: str
) -> None:
    """A question without one of its ends names that end, and repeats nothing else."""
    asked = {key: value for key, value in ends(trips).items() if key != name}
    error = client.get(WAYS, params=asked).json()["error"]
    assert error == {
        "field": name, "value": "", "expected": "a value; this parameter must be there",
    }  # fmt: skip


def test_refusals_can_be_read_by_pages_of_other_sites(
    client: TestClient[Litestar], trips: TinyTrips
) -> None:
    """Who may read an answer may read why there is none; paths of the desk stay closed."""
    for path in (WAYS, f"{WAYS}?from=x&to=y", "/v1/nothing", "/feeds/nothing"):
        assert client.get(path).headers["access-control-allow-origin"] == "*"
    assert client.post(WAYS).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in client.get("/api/nothing").headers
    assert client.get(WAYS, params=ends(trips)).headers["access-control-allow-origin"] == "*"


def test_a_parameter_twice_is_refused(client: TestClient[Litestar], trips: TinyTrips) -> None:
    """Nobody says which party is meant."""
    answer = client.get(WAYS, params=[*ends(trips).items(), ("party", "1"), ("party", "2")])
    assert answer.status_code == 400
    assert answer.json()["error"]["expected"] == "this parameter once"


def test_a_refusal_speaks_the_language(client: TestClient[Litestar], trips: TinyTrips) -> None:
    """Who asks in Kazakh or Russian is told so what is expected."""
    for lang, word in (("kk", "қазір 2025-04-12 10:00"), ("ru", "сейчас 2025-04-12 10:00")):
        asked = {**ends(trips), "depart_at": "2025-04-12T09:00", "lang": lang}
        assert word in client.get(WAYS, params=asked).json()["error"]["expected"]
    for lang, word in (("kk", "1–8 адам"), ("ru", "от 1 до 8 человек")):
        asked = {**ends(trips), "party": "9", "lang": lang}
        assert word in client.get(WAYS, params=asked).json()["error"]["expected"]
    asked = {**ends(trips), "walk_m_max": "20001", "lang": "ru"}
    assert "от 0 до 20 000 м" in client.get(WAYS, params=asked).json()["error"]["expected"]


def test_until_it_is_ready_it_says_when_to_ask_again(
    client: TestClient[Litestar], trips: TinyTrips
) -> None:
    """503 with Retry-After and words; afterwards it answers."""
    trips.is_ready = False
    answer = client.get(WAYS, params={**ends(trips), "lang": "ru"})
    trips.is_ready = True
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == str(READY_S)
    assert "поиск готовится" in answer.json()["error"]["expected"]
    assert client.get(WAYS, params=ends(trips)).status_code == 200


def test_who_met_too_much_at_once_is_told_when_to_ask_again() -> None:
    """503 for any reason says after how many seconds to come back."""

    @get("/busy")
    async def busy() -> None:
        raise Unavailable("fewer requests at once")

    app = Litestar(route_handlers=[busy], exception_handlers=FAULT_ANSWERS)
    answer = TestClient(app).get("/busy")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == str(RETRY_S)


def test_limits_of_numbers_are_told_to_programs(client: TestClient[Litestar]) -> None:
    """The description of the interface states the bounds, though refusals are in words."""
    schema = client.app.openapi_schema.to_schema()
    stated = {p["name"]: p["schema"] for p in schema["paths"][WAYS]["get"]["parameters"]}
    assert (stated["party"]["minimum"], stated["party"]["maximum"]) == (1, 8)
    walk = str(stated["walk_m_max"])
    assert "'minimum': 0" in walk
    assert "'maximum': 20000" in walk


def test_a_moment_is_read_in_its_forms() -> None:
    """Local, with an offset, in UTC, and with a plus that a query turned into a space."""
    forms = (
        "2025-04-12T10:30",
        "2025-04-12T10:30:00",
        "2025-04-12T05:30:00Z",
        "2025-04-12T10:30+05:00",
        "2025-04-12T10:30:00.000 05:00",
    )
    assert {find_moment(form, ZONE) for form in forms} == {1_744_435_800_000}
    wrong = ("", "now", "2025-04-12", "2025-02-30T10:00", "2025-04-12T25:00", "20250412T1030")
    assert [find_moment(text, ZONE) for text in wrong] == [None] * len(wrong)


def test_a_minute_ago_is_now() -> None:
    """A question that was a while under way is asked as of now; older ones are refused."""
    question = Question(
        start="43.2,76.9", end="43.3,76.9", depart_at="2025-04-12T10:29", arrive_by=None,
        party=1, is_step_free=False, walk_m_max=None, lang="en",
    )  # fmt: skip
    now_ms = 1_744_435_800_000
    assert read_question(question, now_ms=now_ms, zone=ZONE).at_ms == now_ms
    with pytest.raises(InvalidInput):
        read_question(question, now_ms=now_ms + MS_PER_MIN, zone=ZONE)


def test_every_text_is_in_three_languages() -> None:
    """No text lacks a language, or a value that another language has."""
    for key, texts in _read().items():
        assert sorted(texts) == ["en", "kk", "ru"], key
        values = {tuple(sorted(set(_values(text)))) for text in texts.values()}
        assert len(values) == 1, key


def _values(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]
