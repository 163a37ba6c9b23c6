"""What was refused or ran out at the passengers' page is asked for again as it was, and once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aspan.faces.http.place_view import CityPlaces
from web.conftest import Served
from web.scripted_trips import MIN_MS
from web.test_door_booking import BUSY, at_bank, heading, hold, open_trip, paid, take
from web.test_pages import PATIENCE_MS

pytestmark = pytest.mark.web


@pytest.fixture
def served(places: CityPlaces) -> Iterator[Served]:
    """Return a server that knows the places, an invented search, seller and bank."""
    served = Served(places=places)
    yield served
    served.close()


def holds(served: Served) -> list[dict[str, Any]]:
    """Return what the holds asked for, without their keys."""
    asked = [body for did, at, body in served.sales.asked if (did, at) == ("POST", "/v1/bookings")]
    return [{name: said for name, said in body.items() if name != "key"} for body in asked]


def test_paid_too_late_takes_the_seats_again(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """When the hold ran out at the bank, no money moved and the same payment takes new seats."""
    page = open_page("about:blank", expects=BUSY)
    take(page, served)
    hold(page)
    page.get_by_role("button", name="Pay 24,000").click()
    page.get_by_role("heading", name="Bank").wait_for(timeout=PATIENCE_MS)
    served.sales.is_hold_over = True
    at_bank(page, "authorised")
    heading(page, "let go before the payment came")
    served.sales.is_hold_over = False
    page.get_by_role("button", name="Take the seats again, paid").click()
    heading(page, "Be at Almaty Airport")
    assert len(paid(served)) == 1
    first, again = holds(served)
    assert again == first


def test_an_expired_hold_is_taken_again(served: Served, open_page: Callable[..., Any]) -> None:
    """Seats let go are told plainly, and asked for again with the offer, doors and contact of before.

    A device that knows nothing of the offer does not ask for something else instead.
    """
    page = open_page("about:blank")
    take(page, served)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Name").fill("Айгерім")
    page.get_by_label("Phone").fill("+7 701 000 00 00")
    page.get_by_role("button", name="Hold the seats").click()
    heading(page, "Your seats for")
    served.sales.is_hold_over = True
    heading(page, "The seats were let go")
    elsewhere = open_page(page.url)
    heading(elsewhere, "The seats were let go")
    assert elsewhere.get_by_role("button", name="Take them again").count() == 0
    assert elsewhere.get_by_role("button", name="Look for trips").is_visible()
    served.sales.is_hold_over = False
    page.get_by_role("button", name="Take them again").click()
    heading(page, "Your seats for")
    first, again = holds(served)
    assert again == first
    assert again["contact"]["name"] == "Айгерім"


def test_a_flight_that_is_gone_is_not_taken_again(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Another departure than the one agreed to is the passenger's to choose."""
    page = open_page("about:blank")
    take(page, served)
    hold(page)
    heading(page, "Your seats for")
    served.sales.bookings["BTEST1"]["leaves_at_ms"] += MIN_MS
    served.sales.is_hold_over = True
    heading(page, "The seats were let go")
    assert page.get_by_role("button", name="Take them again").count() == 0
    page.get_by_role("button", name="Look for trips").click()
    assert len(holds(served)) == 1


def test_a_change_whose_hold_ran_out_stays_a_change(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Taken again it replaces the booked trip, which is not booked and paid a second time."""
    booked = served.sales.book()
    page = open_page("about:blank")
    open_trip(page, served, booked, "/change")
    page.get_by_role("button", name="11:21").click()
    page.get_by_text("take the place of your present trip").wait_for(timeout=PATIENCE_MS)
    served.sales.is_hold_over = True
    heading(page, "The seats were let go")
    page.get_by_text("Your trip stands as it was booked").wait_for(timeout=PATIENCE_MS)
    elsewhere = open_page(page.url)
    heading(elsewhere, "The seats were let go")
    assert elsewhere.get_by_role("button", name="Take them again").count() == 0
    served.sales.is_hold_over = False
    page.get_by_role("button", name="Take them again").click()
    page.get_by_text("take the place of your present trip").wait_for(timeout=PATIENCE_MS)
    assert served.sales.count("POST", "/v1/bookings") == 0
    assert served.sales.bookings["BTEST3"]["replaces"] == booked[0]


def test_a_refused_change_is_asked_anew(served: Served, open_page: Callable[..., Any]) -> None:
    """A refusal is done with: when seats are free again the same press takes them."""
    booked = served.sales.book()
    page = open_page("about:blank", expects=BUSY)
    open_trip(page, served, booked, "/change")
    served.sales.refuses = "sold_out"
    page.get_by_role("button", name="11:21").click()
    page.get_by_text("Sold out").wait_for(timeout=PATIENCE_MS)
    served.sales.refuses = ""
    page.get_by_role("button", name="11:21").click()
    page.get_by_text("take the place of your present trip").wait_for(timeout=PATIENCE_MS)


def test_a_payment_that_does_not_confirm_is_told_in_its_own_words(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Only seats that were let go are called so; the next try is another payment."""
    page = open_page("about:blank", expects=BUSY)
    take(page, served)
    hold(page)
    served.sales.refuses_confirming = "payment_used"
    page.get_by_role("button", name="Pay 24,000").click()
    at_bank(page, "authorised")
    page.get_by_role("alert").get_by_text("paid for another booking").wait_for(timeout=PATIENCE_MS)
    heading(page, "Your seats for")
    served.sales.refuses_confirming = ""
    page.get_by_role("button", name="Pay 24,000").click()
    at_bank(page, "authorised")
    heading(page, "Be at Almaty Airport")
    assert len(set(paid(served))) == 2
