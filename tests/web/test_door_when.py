"""When the passengers' page is asked for: now, from a time, by a time, in the city's zone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aspan.faces.http.place_view import CityPlaces
from web.conftest import Served
from web.scripted_day import BEGIN_MS
from web.scripted_trips import MIN_MS
from web.test_door import found, go
from web.test_pages import PATIENCE_MS, PHONE

pytestmark = pytest.mark.web


@pytest.fixture
def served(places: CityPlaces) -> Iterator[Served]:
    """Return a server that knows the places and an invented search."""
    served = Served(places=places)
    yield served
    served.close()


@pytest.mark.parametrize(
    ("tag", "leave_at", "there_at"),
    [
        ("kk-KZ", "Шығу уақыты – 10:02", "жету уақыты – 10:40"),
        ("ru-RU", "Выйдите в 10:02", "на месте в 10:40"),
        ("en-GB", "Leave at 10:02", "there at 10:40"),
    ],
)
def test_who_must_be_there_by_a_time_is_told_when_to_leave(
    served: Served, open_page: Callable[..., Any], tag: str, leave_at: str, there_at: str
) -> None:
    """When to leave stands at the top, and the chance is of the promise and not of the wish."""
    page = open_page(go(served, arrive_by="2026-04-15T11:00"), locale=tag, **PHONE)
    page.locator(".best h1").wait_for(timeout=PATIENCE_MS)
    assert page.locator(".best h1").inner_text() == leave_at
    assert " ".join(page.locator(".best-facts").inner_text().split()).startswith(f"{there_at}, ")
    assert "10:44" in page.locator(".best .chance").inner_text()


def test_now_is_the_services_now(served: Served, open_page: Callable[..., Any]) -> None:
    """A twin's clock is not this machine's: for now the page names no time."""
    page = open_page(go(served))
    found(page)
    assert {"depart_at", "arrive_by"}.isdisjoint(served.trips.asked[-1])
    page.get_by_role("heading", level=1, name="There by 10:44").wait_for(timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    "moment", ["9999-99-99T99:99", "2026-02-30T08:00", "2026-04-15T24:30", "0000-00-00T00:00"]
)
def test_a_link_with_a_time_that_is_none_means_now(
    served: Served, open_page: Callable[..., Any], moment: str
) -> None:
    """A moment no calendar has is left out, and the answer is that of now."""
    page = open_page(go(served, depart_at=moment))
    found(page)
    assert "depart_at" not in served.trips.asked[-1]
    assert "depart_at" not in page.url


def test_city_time_does_not_hang_on_the_phones_zone(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """A phone set to another zone shows the city's times."""
    page = open_page(go(served, "trip/car"), timezone_id="America/New_York")
    found(page)
    assert BEGIN_MS % (24 * 60 * MIN_MS) == 5 * 60 * MIN_MS
    assert page.locator(".leg-time").first.inner_text() == "10:00"
