"""Who flies, how to reach them, and the conditions they are shown, on the passengers' page.

The invented seller takes in what the real one does and nothing else.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aspan.faces.http.place_view import CityPlaces
from web.conftest import Served
from web.test_door_booking import heading, hold, open_trip, take
from web.test_pages import PATIENCE_MS, PHONE

pytestmark = pytest.mark.web


@pytest.fixture
def served(places: CityPlaces) -> Iterator[Served]:
    """Return a server that knows the places, an invented search, seller and bank."""
    served = Served(places=places)
    yield served
    served.close()


def test_a_baby_sits_on_a_lap_and_takes_no_seat(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Babies come on top of the seats, one an adult at most, and are sent as the service takes them."""
    page = open_page("about:blank", **PHONE)
    take(page, served)
    page.locator("select[name=infants]").select_option("2")
    page.locator("input[name=kind-1][value=child]").check()
    assert page.locator("select[name=infants] option").count() == 2
    hold(page)
    heading(page, "Your seats for 24,000")
    (_, _, body), *_ = [one for one in served.sales.asked if one[1] == "/v1/bookings"]
    assert [one["kind"] for one in body["travellers"]] == ["adult", "child", "infant"]


def test_each_need_that_is_offered_can_be_asked_for(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Whatever help is ticked, a real seller takes the wish in."""
    page = open_page("about:blank", **PHONE)
    take(page, served, party=1)
    page.get_by_text("Help on the way").first.click()
    boxes = page.locator(".traveller input[type=checkbox]")
    for nth in range(boxes.count()):
        boxes.nth(nth).check()
    hold(page)
    heading(page, "Your seats for 12,000")
    (_, _, body), *_ = [one for one in served.sales.asked if one[1] == "/v1/bookings"]
    assert body["travellers"][0]["needs"] == ["wheelchair", "assistance", "visual", "hearing"]


@pytest.mark.parametrize(
    ("filled", "fault"),
    [
        ({"phone": "+7 701 000 00 00"}, "Write what to call you"),
        ({"name": "Айгерім", "phone": "call me"}, "Write the phone like this"),
        ({"name": "Айгерім", "email": "at home"}, "Write the e-mail like this"),
    ],
)
def test_a_contact_that_cannot_be_kept_is_said_at_once(
    served: Served, open_page: Callable[..., Any], filled: dict[str, str], fault: str
) -> None:
    """What reaches nobody is said beside the fields in words, before anything is asked."""
    page = open_page("about:blank", **PHONE)
    take(page, served, party=1)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    heading(page, "Where may we reach you")
    for name, text in filled.items():
        page.locator(f"input[name={name}]").fill(text)
    page.get_by_role("button", name="Hold the seats").click()
    page.get_by_role("alert").get_by_text(fault).wait_for(timeout=PATIENCE_MS)
    assert served.sales.count("POST", "/v1/bookings") == 0


TERMS = {
    "en": ("within 10 min of paying", "24,000 ₸, all of it", "until 10:06", "18,000 ₸",
           "until 10:11", "12,000 ₸", "do not come", "nothing", "Check-in closes at 10:11",
           "4,000 ₸", "87 kg", "2 h late", "If we cancel"),
    "ru": ("в течение 10 мин после оплаты", "24 000 ₸, всё", "до 10:06", "18 000 ₸",
           "до 10:11", "12 000 ₸", "не придёте", "ничего", "закрывается в 10:11", "4 000 ₸",
           "87 кг", "на 2 ч позже", "Если рейс отменим мы"),
    "kk": ("төлегеннен кейін 10 мин ішінде", "24 000 ₸, түгел", "10:06 дейін", "18 000 ₸",
           "10:11 дейін", "12 000 ₸", "келмесеңіз", "жоқ", "Тіркеу 10:11 жабылады", "4 000 ₸",
           "87 кг", "2 сағ не одан көп", "Рейсті біз болдырмасақ"),
}  # fmt: skip


@pytest.mark.parametrize("language", TERMS)
def test_the_conditions_stand_before_the_button_to_pay(
    served: Served, open_page: Callable[..., Any], language: str
) -> None:
    """What comes back until when, lateness, weight and our own faults, in sums of this booking."""
    page = open_page("about:blank", locale=f"{language}-KZ", **PHONE)
    open_trip(page, served, served.sales.book("held", "pay"))
    panel = page.locator("section[aria-labelledby=terms]")
    panel.wait_for(timeout=PATIENCE_MS)
    told = " ".join(panel.inner_text().split())
    at = [told.find(part) for part in TERMS[language]]
    assert -1 not in at, (told, TERMS[language])
    is_before = "document.querySelector('[data-pay]').compareDocumentPosition(document.querySelector('#terms')) & 2"
    assert page.evaluate(is_before)


def test_a_contact_is_kept_and_erased(served: Served, open_page: Callable[..., Any]) -> None:
    """Another contact can be left later; erasing asks once more, leaves none, and says so."""
    booked = served.sales.book()
    served.sales.bookings[booked[0]]["person_id"] = "p1"
    page = open_page("about:blank", **PHONE)
    open_trip(page, served, booked, "/contact")
    page.get_by_label("Name").fill("Аян")
    page.get_by_label("E-mail").fill("a@example.kz")
    page.get_by_role("button", name="Keep this contact").click()
    page.get_by_role("button", name="Erase my name and contact").click()
    assert served.sales.contacts
    page.get_by_role("button", name="Erase for good").click()
    page.get_by_text("Erased.").wait_for(timeout=PATIENCE_MS)
    assert served.sales.contacts == {}
    page.reload()
    page.get_by_text("No contact is kept for this trip").wait_for(timeout=PATIENCE_MS)
    assert page.locator("input[name=email]").count() == 0


def test_a_contact_cannot_be_added_afterwards(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Where none was left when booking, the page offers no form that the service would refuse."""
    page = open_page("about:blank", **PHONE)
    open_trip(page, served, served.sales.book(), "/contact")
    page.get_by_text("No contact is kept for this trip").wait_for(timeout=PATIENCE_MS)
    assert page.locator("form").count() == 0
