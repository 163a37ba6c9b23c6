"""Booking on the passengers' page, in a real browser: from who flies to change and cancel."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from aspan.faces.http.place_view import CityPlaces
from web.conftest import Served
from web.scripted_day import BEGIN_MS
from web.scripted_sales import LEAVES_MS, NOW_MS
from web.scripted_sales_words import FOG, MOVED, REMEDIES
from web.scripted_trips import MIN_MS
from web.test_door import found, go
from web.test_pages import PATIENCE_MS, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.web

SCRIPT_BYTES_MAX = 100_000
BUSY = "Failed to load resource"


@pytest.fixture
def served(places: CityPlaces) -> Iterator[Served]:
    """Return a server that knows the places, an invented search, seller and bank."""
    served = Served(places=places)
    yield served
    served.close()


def heading(page: "Page", text: str) -> None:
    """Wait for a screen by its heading."""
    page.get_by_role("heading", level=1, name=re.compile(text)).wait_for(timeout=PATIENCE_MS)


def take(page: "Page", served: Served, party: int = 2) -> None:
    """Go from the answer to the screen of who flies."""
    page.goto(go(served, party=str(party)))
    found(page)
    page.locator("[data-take]").first.click()
    heading(page, "Who is flying")


def hold(page: "Page") -> None:
    """Answer the three questions as they stand; the seats are held."""
    page.get_by_role("button", name="Next").click()
    heading(page, "About how heavy")
    page.get_by_role("button", name="Next").click()
    heading(page, "Where may we reach you")
    page.get_by_role("button", name="Hold the seats").click()


def at_bank(page: "Page", does: str) -> None:
    """Do something on the bank's page."""
    page.get_by_role("link", name=does, exact=True).click(timeout=PATIENCE_MS)


def open_trip(page: "Page", served: Served, booked: tuple[str, str], view: str = "") -> None:
    """Open a booking by its address."""
    page.goto("about:blank")
    page.goto(f"{served.url}go#/b/{booked[0]}/{booked[1]}{view}")


def paid(served: Served) -> list[Any]:
    """Return the keys under which payments were asked for."""
    return [body["key"] for did, at, body in served.sales.asked if at == "/v1/payments"]


def test_a_seat_is_booked_with_what_the_payload_needs(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Kinds, help, about weights and a contact go out as told; what was not told does not."""
    page = open_page("about:blank", **PHONE)
    take(page, served)
    page.locator("input[name=kind-1][value=child]").check()
    page.get_by_text("Help on the way").first.click()
    page.locator("input[name=wheelchair-0]").check()
    page.get_by_role("button", name="Next").click()
    heading(page, "About how heavy")
    page.locator("select.field").nth(0).select_option("80")
    page.locator("select.field").nth(3).select_option("5")
    page.get_by_role("button", name="Next").click()
    heading(page, "Where may we reach you")
    page.get_by_label("Name").fill("Айгерім")
    page.get_by_label("Phone").fill("+7 701 000 00 00")
    page.locator("select[name=lang]").select_option("kk")
    page.get_by_role("button", name="Hold the seats").click()
    heading(page, "Your seats for 24,000")
    page.get_by_text("Seats kept until 10:03").wait_for(timeout=PATIENCE_MS)
    assert "of which VAT 16 %" in page.locator(".lines").first.inner_text()
    assert "−2,400" in page.locator(".lines").first.inner_text()
    (_, _, body), *_ = [one for one in served.sales.asked if one[1] == "/v1/bookings"]
    assert body["travellers"] == [
        {"kind": "adult", "needs": ["wheelchair"], "mass_kg": 80},
        {"kind": "child", "needs": [], "bag_kg": 5},
    ]
    assert body["contact"] == {"name": "Айгерім", "lang": "kk", "phone": "+7 701 000 00 00"}
    assert body["offer"] == "o1.first"
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "701" not in kept
    assert "Айгерім" not in kept


def test_a_child_does_not_fly_alone(served: Served, open_page: Callable[..., Any]) -> None:
    """Without an adult the page says so before anything is asked of the service."""
    page = open_page("about:blank")
    take(page, served, party=1)
    page.locator("input[name=kind-0][value=child]").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("alert").get_by_text("flies with an adult").wait_for(timeout=PATIENCE_MS)


def test_search_pay_ticket_and_script(served: Served, open_page: Callable[..., Any]) -> None:
    """From the answer over the bank's page to the ticket; the search fetched no code of booking."""
    page = open_page("about:blank", **PHONE)
    bodies: dict[str, int] = {}
    page.on(
        "response",
        lambda r: bodies.update({r.url: len(r.body())}) if r.url.endswith(".js") else None,
    )
    page.goto(go(served, party="2"))
    found(page)
    page.wait_for_load_state("networkidle")
    assert 0 < sum(bodies.values()) <= SCRIPT_BYTES_MAX, bodies
    assert not any("sales" in url for url in bodies)
    take(page, served)
    hold(page)
    heading(page, "Your seats for")
    page.get_by_role("button", name="Pay 24,000").click()
    at_bank(page, "authorised")
    heading(page, "Be at Almaty Airport by 10:11")
    page.get_by_role("button", name="Show the ticket").click()
    heading(page, "Ticket")
    code = page.locator(".code img")
    code.wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("document.querySelector('.code img').naturalWidth") > 0
    assert code.bounding_box()["width"] >= 240
    assert len(paid(served)) == 1
    assert served.sales.count("POST", "/v1/bookings/BTEST1/confirmation") == 1
    # the bank was told no token
    assert "a1." not in served.sales.payments["P1"]["back"]


def test_a_double_click_and_a_reload_pay_once(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """However often one presses, reloads or goes back, one payment is asked for, under one key."""
    page = open_page("about:blank", expects=BUSY)
    take(page, served)
    served.sales.answers_late = True
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Hold the seats").dblclick()
    heading(page, "Your seats for")
    assert served.sales.count("POST", "/v1/bookings") == 1
    booking = page.url
    page.get_by_role("button", name="Pay 24,000").dblclick()
    page.wait_for_timeout(100)  # while the request is under way
    page.goto("about:blank")
    page.goto(booking)
    heading(page, "Your seats for|not finished")
    page.get_by_role("button", name=re.compile("Pay 24,000|Go on paying")).click()
    page.get_by_role("heading", name="Bank").wait_for(timeout=PATIENCE_MS)
    page.go_back()
    heading(page, "not finished")
    page.get_by_role("button", name="Go on paying 24,000").click()
    at_bank(page, "authorised")
    heading(page, "Be at Almaty Airport")
    page.reload()
    heading(page, "Be at Almaty Airport")
    assert len(set(paid(served))) == 1
    assert len(served.sales.payments) == 1
    assert served.sales.count("POST", "/v1/bookings/BTEST1/confirmation") == 1


def test_a_declined_payment_has_a_way_on(served: Served, open_page: Callable[..., Any]) -> None:
    """Nothing was taken, the seats are still kept, and the next try is another payment."""
    page = open_page("about:blank")
    take(page, served)
    hold(page)
    page.get_by_role("button", name="Pay 24,000").click()
    at_bank(page, "declined")
    page.get_by_role("alert").get_by_text("The payment was declined").wait_for(timeout=PATIENCE_MS)
    page.get_by_text("Seats kept until").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Try to pay").click()
    at_bank(page, "authorised")
    heading(page, "Be at Almaty Airport")
    assert len(set(paid(served))) == 2


def test_an_interrupted_and_a_slow_payment_have_a_way_on(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Who left the bank goes on where they stopped; a slow bank is waited for without a spinner."""
    page = open_page("about:blank")
    take(page, served)
    hold(page)
    page.get_by_role("button", name="Pay 24,000").click()
    at_bank(page, "requested")
    heading(page, "The payment is not finished")
    heading(page, "The bank takes its time")
    served.sales.payments["P1"]["state"] = "authorised"
    heading(page, "Be at Almaty Airport")
    assert len(paid(served)) == 1


@pytest.mark.parametrize(
    ("code", "told"),
    [("sold_out", "Sold out"), ("price_changed", "The fare has changed")],
)
def test_a_refused_hold_leads_to_the_next_choice(
    served: Served, open_page: Callable[..., Any], code: str, told: str
) -> None:
    """What is sold out or dearer is told in the service's words, with the search one press away."""
    page = open_page("about:blank", expects=BUSY)
    take(page, served)
    served.sales.refuses = code
    hold(page)
    heading(page, told)
    page.get_by_text("nothing is paid").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="See what flies now").click()
    found(page)


def test_a_refused_contact_can_be_mended(served: Served, open_page: Callable[..., Any]) -> None:
    """What the passenger told wrong is theirs to change."""
    page = open_page("about:blank", expects=BUSY)
    take(page, served)
    served.sales.refuses = "invalid_value"
    hold(page)
    heading(page, "Something is not accepted")
    served.sales.refuses = ""
    page.get_by_role("button", name="Change what I told").click()
    heading(page, "About how heavy")


STEPS = {
    "gate": ("checked_in", "Checked in. Boarding soon", "At the gate"),
    "boarding": ("boarded", "Board now", "Boarding"),
    "in_flight": ("boarded", "In flight, landing 10:30", "In flight"),
    "landed": ("boarded", "Landed: Republic Square", "Arrived"),
}


def test_a_trip_is_followed_without_touching_it(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Each step is told by itself, with the stage that is now, and no spinner between."""
    booked = served.sales.book()
    page = open_page("about:blank", **PHONE)
    open_trip(page, served, booked)
    heading(page, "Be at Almaty Airport by 10:11")
    for step, (status, told, stage) in STEPS.items():
        served.sales.tell(step, status)
        heading(page, told)
        assert stage in page.locator("[aria-current=step]").inner_text()
        assert page.locator(".ghosts").count() == 0
    served.sales.tell("arrived", "flown")
    heading(page, "You have arrived")
    assert page.locator(".stage.is-done").count() == 5


def test_the_aircraft_is_seen_on_the_map(served: Served, open_page: Callable[..., Any]) -> None:
    """In flight the map shows the aircraft where it was reported, and moves it with the reports."""
    booked = served.sales.book("boarded")
    at = {"altitude_amsl_m": 1180, "course_deg": 205, "ground_speed_mps": 60}
    served.sales.tell("in_flight", "boarded", position=at | {"lat": 43.32, "lon": 77.0})
    page = open_page("about:blank", **PHONE)
    open_trip(page, served, booked)
    page.get_by_role("button", name="Show on the map").click()
    craft = page.locator("aspan-trip-map[data-map=open] .trip-craft")
    craft.wait_for(timeout=3 * PATIENCE_MS)
    was = craft.bounding_box()
    served.sales.tell("in_flight", "boarded", position=at | {"lat": 43.27, "lon": 76.97})
    page.wait_for_function(
        "(y) => document.querySelector('.trip-craft').getBoundingClientRect().y > y + 20",
        arg=was["y"],
        timeout=PATIENCE_MS,
    )


def test_a_delay_is_told_first(served: Served, open_page: Callable[..., Any]) -> None:
    """Before anything else: how much later, instead of when, and why."""
    booked = served.sales.book()
    served.sales.tell("on_the_way", delay_ms=12 * MIN_MS, reason_text=FOG["en"])
    page = open_page("about:blank")
    open_trip(page, served, booked)
    news = page.locator(".news")
    news.wait_for(timeout=PATIENCE_MS)
    told = " ".join(news.inner_text().split())
    assert "12 min later: 10:33 instead of 10:21" in told
    assert FOG["en"] in told
    assert page.evaluate(
        "document.querySelector('.news').compareDocumentPosition(document.querySelector('h1')) & 4"
    )


def test_who_was_moved_is_told_what_was_done(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """A new flight is told before the trip, with all that happened and what else can be chosen."""
    booked = served.sales.book()
    break_day(served, booked, step="on_the_way", care=("waits", "moved"))
    page = open_page("about:blank")
    open_trip(page, served, booked)
    page.get_by_role("heading", name="We moved you to another flight").wait_for(timeout=PATIENCE_MS)
    page.get_by_text("Everything so far").click()
    assert page.locator(".news li").count() == 2
    page.locator("summary", has_text="Choose something else").click()
    assert page.locator("input[name=remedy]").count() == 3


@pytest.mark.parametrize(
    ("choice", "told"),
    [(0, "Be at Almaty Airport"), (1, "A taxi takes you"), (2, "24,000 ₸ go back to you")],
)
def test_a_remedy_is_chosen(
    served: Served, open_page: Callable[..., Any], choice: int, told: str
) -> None:
    """By air, by a taxi at our cost, or the money back: marked first, taken with a second press."""
    booked = served.sales.book()
    break_day(served, booked, step="choose", care=("waits",))
    page = open_page("about:blank", **PHONE)
    open_trip(page, served, booked)
    heading(page, "Your flight does not go")
    page.get_by_role("heading", name="What happened").wait_for(timeout=PATIENCE_MS)
    assert "very likely" not in page.locator(".flight").inner_text()
    assert page.get_by_role("button", name="Cancel").count() == 0
    assert page.get_by_role("button", name="Choose one").is_disabled()
    page.locator("input[name=remedy]").nth(choice).check()
    page.get_by_role("button", name="Take this").click()
    heading(page, told)
    assert served.sales.count("POST", f"/v1/bookings/{booked[0]}/remedy") == 1


def break_day(served: Served, booked: tuple[str, str], *, step: str, care: tuple[str, ...]) -> None:
    """Let fog come over a booking."""
    booking = served.sales.bookings[booked[0]]
    texts = {"waits": FOG, "moved": MOVED}
    booking["care"] = [
        {"at_ms": NOW_MS, "kind": kind, "reason": "visibility", "text": texts[kind],
         "amount_tiyn": 0} for kind in care
    ]  # fmt: skip
    booking["remedies"] = [
        {"remedy": remedy, "text": REMEDIES[remedy], "sortie_id": "S9" if remedy == "air" else "",
         "leaves_at_ms": leaves, "arrives_at_ms": lands, "amount_tiyn": amount}
        for remedy, leaves, lands, amount in (
            ("air", LEAVES_MS + 90 * MIN_MS, LEAVES_MS + 99 * MIN_MS, 0),
            ("ground", NOW_MS + 4 * MIN_MS, NOW_MS + 66 * MIN_MS, 0),
            ("refund", None, None, 2_400_000),
        )
    ]  # fmt: skip
    served.sales.tell(step, reason="visibility", reason_text=FOG["en"])


def test_what_comes_back_is_shown_before_it_is_cancelled(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """The sum is asked about; kept is kept, and cancelled is told with the refund and a receipt."""
    booked = served.sales.book()
    page = open_page("about:blank", **PHONE)
    open_trip(page, served, booked)
    page.get_by_role("button", name="Cancel").click()
    heading(page, "Cancel and get 21,600 ₸ back")
    page.get_by_role("button", name="Keep the trip").click()
    heading(page, "Be at Almaty Airport")
    assert served.sales.count("POST", f"/v1/bookings/{booked[0]}/cancellation") == 0
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel the trip").dblclick()
    heading(page, "The trip is cancelled")
    page.get_by_text("21,600 ₸ go back to you").wait_for(timeout=PATIENCE_MS)
    assert served.sales.count("POST", f"/v1/bookings/{booked[0]}/cancellation") == 1
    page.get_by_role("button", name="Receipt").click()
    page.get_by_text("Given back").wait_for(timeout=PATIENCE_MS)


def test_a_flight_is_changed_for_another(served: Served, open_page: Callable[..., Any]) -> None:
    """Another departure is held, paid, and takes the place of the old one, which leads to it."""
    booked = served.sales.book()
    page = open_page("about:blank")
    open_trip(page, served, booked)
    page.get_by_role("button", name="Change the flight").click()
    heading(page, "Another flight")
    page.get_by_role("button", name="11:21").click()
    page.get_by_text("take the place of your present trip").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Pay 24,000").click()
    at_bank(page, "authorised")
    heading(page, "Be at Almaty Airport by 11:11")
    open_trip(page, served, booked)
    heading(page, "This trip was exchanged")
    page.get_by_role("button", name="To the new trip").click()
    heading(page, "Be at Almaty Airport by 11:11")


def test_a_receipt_prints(served: Served, open_page: Callable[..., Any]) -> None:
    """On paper stand the lines, the tax and the payment, and no button or note of the page."""
    page = open_page("about:blank")
    open_trip(page, served, served.sales.book(), "/receipt")
    page.get_by_text("Sold by the operator").wait_for(timeout=PATIENCE_MS)
    page.emulate_media(media="print")
    assert page.locator(".lines").first.is_visible()
    assert not page.locator(".bar").is_visible()
    assert not page.get_by_role("button", name="Print").is_visible()


def test_a_strange_link_is_told(served: Served, open_page: Callable[..., Any]) -> None:
    """Somebody else's booking is nobody's: the page says so, and what to do."""
    booking_id, _ = served.sales.book()
    page = open_page("about:blank", expects=BUSY)
    open_trip(page, served, (booking_id, "a1.guessed"))
    heading(page, "No such trip")
    open_trip(page, served, ("../..", "x"))
    heading(page, "My trips")


def test_the_city_s_clock_is_used(served: Served, open_page: Callable[..., Any]) -> None:
    """A phone in another zone shows the city's times."""
    assert BEGIN_MS % (24 * 60 * MIN_MS) == 5 * 60 * MIN_MS
    page = open_page("about:blank", timezone_id="America/New_York")
    open_trip(page, served, served.sales.book())
    heading(page, "by 10:11")
