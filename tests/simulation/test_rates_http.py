"""Who asks too often is told when to come again, on every open route that costs something."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from aspan.faces.http import callers
from aspan.faces.http.callers import PAGE_RATE
from aspan.faces.http.problem import Problem
from selling import OTHER, OTHER_SECRET, Shop, open_shop

SEARCH = "/v1/itineraries?from=43.50100,77.00100&to=43.50100,77.21900"
OPEN = (
    SEARCH,
    "/v1/places?q=e&lang=kk",
    "/v1/places/near?lat=43.5&lon=77.0",
    "/v1/service",
    "/v1/tariff",
    "/v1/departures?origin=WEST&destination=EAST",
    "/feeds/gtfs-rt/alerts.pb",
    "/feeds/gofs/en/wait_time?pickup_lat=43.5&pickup_lon=77.0",
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a service that searches too; nobody has asked it anything."""
    with open_shop(tmp_path, searches=True) as shop:
        yield shop


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no request come back while a test runs."""
    monkeypatch.setattr(callers, "monotonic", lambda: 1_000.0)


def empty(shop: Shop) -> None:
    """Take every request that the address of the tests has left."""
    with suppress(Problem):
        for _ in range(2 * PAGE_RATE.burst):
            shop.sales.callers.slow("address/127.0.0.1", PAGE_RATE)


def test_an_address_that_asks_too_often_comes_again_later(shop: Shop) -> None:
    """Every open route then answers 429 with a time; a partner at the same address is served."""
    assert shop.get(SEARCH, {}).status_code == 200
    empty(shop)
    for path in OPEN:
        answer = shop.get(path, {"Accept-Language": "ru"})
        assert answer.status_code == 429, path
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "too_many_requests"
    assert shop.get(SEARCH).status_code == 200


def test_a_partner_has_a_rate_of_its_own(shop: Shop) -> None:
    """Its searches are counted with its other requests, not with those of its address."""
    other = shop.log_in(OTHER, OTHER_SECRET)
    empty(shop)
    assert shop.get(SEARCH, other).status_code == 200
    assert shop.get(SEARCH, {"Authorization": "Bearer nobody's"}).status_code == 429


def test_who_types_does_not_meet_the_rate() -> None:
    """The page asks for places 120 ms apart at the soonest: slower than its requests come back."""
    page = Path("web/src/door/place-field.ts").read_text("utf-8")
    pause_ms = int(page.split("const pauseMs = ")[1].split(";")[0])
    assert 1000 / pause_ms < PAGE_RATE.per_s / 2
