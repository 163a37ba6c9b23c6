"""Problems: one shape, stable codes, the asker's language, whatever is sent."""

from collections.abc import Iterator

import msgspec
import pytest
from litestar import Litestar, post
from litestar.params import JSONBody
from litestar.testing import TestClient

from aspan.faces.http.faults import FAULT_ANSWERS
from aspan.faces.http.problem import (
    MEDIA_TYPE,
    TYPE,
    Problem,
    choose_lang,
    find_body_problem,
    read_problems,
    tell_problem,
)
from aspan.faces.http.service_view import Unavailable
from aspan.faces.http.wire_sales import BookingRequest
from aspan.primitives.errors import InvalidInput
from aspan.world.places import LANGUAGES

BODY_MAX = 16_384
ONE = '{"travellers": [{"kind": "adult"}]}'


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    """Return a client of a route that takes a booking, and breaks as it is told to."""

    @post("/v1/bookings", request_max_body_size=BODY_MAX)
    async def book(data: JSONBody[BookingRequest]) -> str:
        match data.currency:
            case "USD":
                raise Problem("foreign_currency", field="currency")
            case "BUG":
                raise ZeroDivisionError
            case "OFF":
                raise Unavailable("a service that has time")
            case "BAD":
                raise InvalidInput("travellers", "two", "one")
            case _:
                return "held"

    app = Litestar(route_handlers=[book], exception_handlers=FAULT_ANSWERS)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def _ask(client: TestClient[Litestar], body: str | bytes, **headers: str) -> tuple[int, dict]:  # type: ignore[type-arg]
    content = body if isinstance(body, bytes) else body.encode()
    answer = client.post(
        "/v1/bookings", content=content, headers={"Content-Type": "application/json", **headers}
    )
    assert answer.headers["content-type"] == MEDIA_TYPE
    page = answer.json()
    assert page["status"] == answer.status_code
    assert page["type"] == TYPE + page["code"]
    assert page["title"]
    assert page["detail"]
    return answer.status_code, page


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ("{", 400, "malformed_json", "body"),
        (b"\xff\xfe", 400, "malformed_json", "body"),
        ("[" * 10_000, 400, "malformed_json", "body"),
        ('{"travellers": [{"mass_kg": NaN}]}', 400, "malformed_json", "body"),
        ('{"travellers": [{"mass_kg": -80}]}', 422, "invalid_value", "travellers[0].mass_kg"),
        ('{"travellers": [{"mass_kg": 1e999}]}', 400, "malformed_json", "body"),
        ('{"travellers": [{"mass_kg": "many"}]}', 422, "invalid_value", "travellers[0].mass_kg"),
        ('{"travellers": [{"kind": "dog"}]}', 422, "invalid_value", "travellers[0].kind"),
        ('{"travellers": [{"weight": 80}]}', 422, "unknown_field", "travellers[0].weight"),
        ('{"travellers": []}', 422, "invalid_value", "travellers"),
        ("{}", 422, "missing_field", "travellers"),
        ("[]", 422, "invalid_value", "body"),
        ('{"travellers": [' + ",".join(["{}"] * 5_000) + "]}", 422, "invalid_value", "travellers"),
        (b" " * (5 << 20), 413, "body_too_large", "body"),
        (ONE.replace("}]", '}], "currency": "USD"'), 422, "foreign_currency", "currency"),
        (ONE.replace("}]", '}], "currency": "BAD"'), 422, "invalid_value", "travellers"),
        (ONE.replace("}]", '}], "currency": "OFF"'), 503, "unavailable", ""),
        (ONE.replace("}]", '}], "currency": "BUG"'), 500, "internal_error", ""),
    ],
)
def test_what_is_sent_is_refused_with_a_code(
    client: TestClient[Litestar], body: str | bytes, status: int, code: str, field: str
) -> None:
    """A body that cannot be taken is answered by a problem that names what is wrong with it."""
    found, page = _ask(client, body)
    assert (found, page["code"], page.get("field", "")) == (status, code, field)


def test_where_and_how_are_problems_too(client: TestClient[Litestar]) -> None:
    """A path that is not there and a method that is not taken have codes of their own."""
    gone, wrong = client.get("/v1/nothing"), client.put("/v1/bookings")
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_path")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "POST"
    assert {gone.headers["content-type"], wrong.headers["content-type"]} == {MEDIA_TYPE}


def test_a_refusal_is_told_in_the_asker_s_language(client: TestClient[Litestar]) -> None:
    """The parameter decides, else the header; the code is the same in every language."""
    titles = {_ask(client, "{", **{"Accept-Language": lang})[1]["title"] for lang in LANGUAGES}
    assert len(titles) == 3
    answer = client.post(
        "/v1/bookings?lang=kk",
        content='{"travellers": [{"mass_kg": "x"}]}',
        headers={"Content-Type": "application/json", "Accept-Language": "ru"},
    )
    assert answer.json()["detail"] == "travellers[0].mass_kg: сан немесе null."


@pytest.mark.parametrize(
    ("lang", "accepted", "chosen"),
    [
        ("", "", "en"),
        ("ru", "kk", "ru"),
        ("de", "kk-KZ", "kk"),
        ("", "de, ru;q=0.5, kk;q=0.8", "kk"),
        ("", "*;q=0.1, ru;q=0", "en"),
        ("", ",;q=,кк;;=" * 1000, "en"),
    ],
)
def test_languages_are_chosen_as_asked(lang: str, accepted: str, chosen: str) -> None:
    """The best liked of the three languages is taken, and English where none is known."""
    assert choose_lang(lang, accepted) == chosen


def test_every_code_has_words_in_every_language() -> None:
    """A title and a detail in Kazakh, Russian and English, and a status that is a refusal."""
    for code, entry in read_problems().items():
        assert set(entry.title) == set(entry.detail) == set(LANGUAGES), code
        assert 400 <= entry.status < 600, code
        for lang in LANGUAGES:
            assert tell_problem(Problem(code), lang).detail


def test_a_reason_of_the_field_is_worded_as_reports_word_it() -> None:
    """What the engine refuses for is told in words; one without words still has its code."""
    page = tell_problem(Problem("visibility"), "ru")
    assert (page.status, page.code) == (409, "visibility")
    assert "идимость" in page.detail
    assert tell_problem(Problem("never_heard_of"), "en").detail == "Never_heard_of."


def test_a_detail_never_carries_what_was_sent_unseen() -> None:
    """Control characters are shown as replaced ones, and a long text is cut."""
    page = tell_problem(Problem("unknown_path", path="/v1/\x1b[31m" + "x" * 5000), "en")
    assert "\x1b" not in page.detail
    assert len(page.detail) < 400


def test_a_decoder_that_says_something_new_is_still_understood() -> None:
    """A message in no known form points at the description."""
    problem = find_body_problem(msgspec.ValidationError("Quite wrong - at `$.a`"))
    assert (problem.code, problem.field) == ("invalid_value", "a")
    assert "/api/openapi" in tell_problem(problem, "kk").detail
