"""The ticket without a network, and the trips that a device keeps."""

import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from aspan.faces.http.place_view import CityPlaces
from web.conftest import Served
from web.test_door_booking import BUSY, heading, open_trip
from web.test_pages import PATIENCE_MS, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.web

WORKS = """async () => {
  await navigator.serviceWorker.ready;
  return navigator.serviceWorker.controller !== null;
}"""


@pytest.fixture
def served(places: CityPlaces) -> Iterator[Served]:
    """Return a server that knows an invented seller."""
    served = Served(places=places)
    yield served
    served.close()


def keep(page: "Page", served: Served) -> tuple[str, str]:
    """Open a booking until the device has its ticket and the page's code."""
    booked = served.sales.book()
    open_trip(page, served, booked, "/ticket")
    page.locator(".code img").wait_for(timeout=PATIENCE_MS)
    page.wait_for_function(WORKS, timeout=PATIENCE_MS)
    return booked


def test_the_ticket_opens_without_a_network(served: Served, open_page: Callable[..., Any]) -> None:
    """With the service gone the page opens anew, shows the code, and says how old it is."""
    page = open_page("about:blank", expects="ERR_", **PHONE)
    booked = keep(page, served)
    served.stop()
    open_trip(page, served, booked, "/ticket")
    page.locator(".code img").wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("document.querySelector('.code img').naturalWidth") > 0
    page.get_by_text("No connection. This is the picture of 10:01").wait_for(timeout=PATIENCE_MS)
    page.goto(f"{served.url}go#/trips")
    page.get_by_role("link", name="10:21").click()
    heading(page, "Be at Almaty Airport")


def test_the_age_grows_and_goes(served: Served, open_page: Callable[..., Any]) -> None:
    """A dead line is told with the age of what is shown; back on line the note goes by itself."""
    page = open_page("about:blank", expects="ERR_")
    keep(page, served)
    page.context.set_offline(True)
    page.locator(".is-old").wait_for(timeout=PATIENCE_MS)
    page.context.set_offline(False)
    page.locator(".is-old").wait_for(state="detached", timeout=PATIENCE_MS)


def test_a_device_lists_its_trips(served: Served, open_page: Callable[..., Any]) -> None:
    """What is to come stands first; a trip that is removed is gone from the device."""
    page = open_page("about:blank", **PHONE)
    old = served.sales.book("flown", "arrived")
    open_trip(page, served, old)
    heading(page, "You have arrived")
    booked = served.sales.book()
    open_trip(page, served, booked)
    heading(page, "Be at Almaty Airport")
    page.get_by_role("button", name="My trips").click()
    heading(page, "My trips")
    rows = page.locator(".departures a")
    assert rows.count() == 2
    assert booked[0] in rows.first.get_attribute("href")
    rows.last.click()
    page.get_by_role("button", name="Contact and privacy").click()
    page.get_by_role("button", name="Remove this trip").click()
    heading(page, "My trips")
    assert page.locator(".departures a").count() == 1


def test_no_trips_says_what_would_be_here(served: Served, open_page: Callable[..., Any]) -> None:
    """An empty list tells what it is for, and leads to the search."""
    page = open_page(f"{served.url}go#/trips")
    page.get_by_text("Trips that you book on this device").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Look for trips").click()
    heading(page, "Where from")


def test_the_page_can_be_put_on_the_home_screen(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """The manifest is there with icons that exist, and the worker stands where it may serve /go."""
    page = open_page(f"{served.url}go")
    manifest = json.loads(page.request.get(f"{served.url}manifest.webmanifest").text())
    assert manifest["start_url"].startswith("/go")
    for icon in manifest["icons"]:
        answer = page.request.get(f"{served.url}{icon['src'][1:]}")
        assert (answer.status, answer.headers["content-type"].split(";")[0]) == (200, icon["type"])
    worker = page.request.get(f"{served.url}sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    shell = json.loads(worker.text().split("JSON.parse(`")[1].split("`")[0].replace('\\"', '"'))
    assert not any("maplibre" in name for name in shell)  # whatever a bundler calls shared code
    for name in shell:
        assert page.request.get(f"{served.url}{name[1:]}").status == 200, name


def test_a_slow_search_still_opens_the_kept_page(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """A search after a booking works as before, worker or not."""
    page = open_page("about:blank", expects=BUSY)
    keep(page, served)
    begun = time.monotonic()
    page.goto(f"{served.url}go")
    heading(page, "Where from")
    assert time.monotonic() - begun < PATIENCE_MS / 1000
