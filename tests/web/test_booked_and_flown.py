"""From the search to the arrival on the real twin, with the sandbox provider, in each language.

Searched, held, paid on the provider's page, fog, moved to a later sortie, boarded, flown; and
cancelled, with the money back.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from web.real_town import Town, open_town
from web.test_axe import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.web

LONG_MS = 90_000
MIN_MS = 60_000
EAST, WEST = "43.50100,77.21900", "43.50100,77.00100"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "reduced_motion": "reduce"}
WORDS = {
    "kk": {
        "take": "Осы рейспен ұшу", "next": "Әрі қарай", "hold": "Орындарды ұстап қою",
        "pay": "төлеу", "way": "дейін болыңыз|Тіркелетін", "ticket": "Билетті көрсету",
        "moved": "ауыстырдық", "gate": "Тіркелдіңіз|отырыңыз", "fly": "Ұшып барасыз",
        "there": "Келіп жеттіңіз", "cancel": "^Бас тарту$", "sure": "Сапардан бас тарту",
        "cancelled": "Сапардан бас тартылды", "back": "қайтарылады",
    },
    "ru": {
        "take": "Лететь этим рейсом", "next": "Дальше", "hold": "Занять места",
        "pay": "Оплатить", "way": "Будьте к|Пройдите регистрацию", "ticket": "Показать билет",
        "moved": "пересадили", "gate": "зарегистрированы|на посадку", "fly": "В полёте",
        "there": "Вы на месте", "cancel": "^Отменить$", "sure": "Отменить поездку",
        "cancelled": "Поездка отменена", "back": "возвращается",
    },
    "en": {
        "take": "Take this flight", "next": "Next", "hold": "Hold the seats",
        "pay": "^Pay", "way": "Be at|Check in now", "ticket": "Show the ticket",
        "moved": "moved you to another flight", "gate": "Checked in|Board now",
        "fly": "In flight", "there": "You have arrived", "cancel": "^Cancel$",
        "sure": "Cancel the trip", "cancelled": "The trip is cancelled", "back": "go back to you",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return the small city for all languages."""
    with open_town(tmp_path_factory.mktemp("town")) as town:
        yield town


def press(page: "Page", name: str) -> None:
    """Press a button by its words."""
    page.get_by_role("button", name=re.compile(name)).first.click(timeout=LONG_MS)


def heading(page: "Page", text: str) -> None:
    """Wait for a screen by its heading."""
    page.get_by_role("heading", level=1, name=re.compile(text)).wait_for(timeout=LONG_MS)


def buy(town: Town, page: "Page", words: dict[str, str]) -> tuple[str, str]:
    """Go from the question to the paid trip; return the booking's id and token."""
    town.order(action="set_pace", speed=1)
    page.goto(f"{town.url}go?from={EAST}&from_name=E&to={WEST}&to_name=W#answer")
    page.locator(".cards .card").first.wait_for(timeout=LONG_MS)
    if page.locator("[data-take]").count() == 0:
        page.locator('.card[data-itinerary^="air"] button').first.click()
    press(page, words["take"])
    for name in ("next", "next", "hold"):
        press(page, words[name])
        page.wait_for_timeout(100)
    press(page, words["pay"])
    page.wait_for_url(lambda url: not url.startswith(town.url), timeout=LONG_MS)
    page.locator("button.yes").click()
    heading(page, words["way"])
    booking_id, token = page.url.split("#/b/")[1].split("/")[:2]
    assert town.booking(booking_id, token)["status"] == "confirmed"
    return booking_id, token


@pytest.mark.parametrize("language", LANGUAGES)
def test_searched_paid_fogged_moved_and_flown(
    town: Town, open_page: Callable[..., Any], language: str
) -> None:
    """A passenger is carried through fog to the other side of the city, told of it at each step."""
    words = WORDS[language]
    page = open_page("about:blank", locale=LANGUAGES[language], expects="Failed to load", **PHONE)
    booking_id, token = buy(town, page, words)
    trip = f"{town.url}go#/b/{booking_id}/{token}"
    press(page, words["ticket"])
    page.locator(".code img").wait_for(timeout=LONG_MS)
    first = town.booking(booking_id, token)["trip"]
    fly_later(town, first)
    page.goto("about:blank")
    page.goto(trip)
    town.fog("EAST")
    town.order(action="cancel_sortie", sortie_id=first["sortie_id"])
    page.get_by_role("heading", name=re.compile(words["moved"])).wait_for(timeout=LONG_MS)
    moved = town.booking(booking_id, token)
    assert moved["trip"]["sortie_id"] != first["sortie_id"]
    assert moved["care"]
    press(page, words["ticket"])
    page.locator(".code img").wait_for(timeout=LONG_MS)
    page.goto("about:blank")
    page.goto(trip)
    town.fog("EAST", visibility_m=20_000.0)
    board(town, booking_id, token)
    heading(page, words["gate"])
    town.await_that(
        lambda: pass_a_little(town, booking_id, token) == "in_flight", "a sortie in the air"
    )
    heading(page, words["fly"])
    town.await_that(
        lambda: pass_a_little(town, booking_id, token) == "arrived", "a party that has arrived"
    )
    heading(page, words["there"])
    assert page.evaluate("document.documentElement.lang") == language


def fly_later(town: Town, trip: dict[str, Any]) -> None:
    """Let somebody else book a sortie of the same pair half an hour later."""
    departure = {
        "origin": trip["origin"]["id"],
        "destination": trip["destination"]["id"],
        "ready_at_ms": trip["off_block_at_ms"] + 30 * MIN_MS,
    }
    held = town.post("/v1/bookings", {"departure": departure, "travellers": [{"kind": "adult"}]})
    amount = held["fare"]["total_tiyn"]
    payment = town.post("/v1/payments", {"amount_tiyn": amount, "method": "tok_ok"})
    path = f"/v1/bookings/{held['booking_id']}/confirmation"
    town.post(path, {"payment_id": payment["payment_id"]})


def board(town: Town, booking_id: str, token: str) -> None:
    """Come to the gate in time, show the ticket and go aboard when it is time."""
    booking = town.booking(booking_id, token)
    trip = booking["trip"]
    town.pass_until(trip["be_there_at_ms"] - 5 * MIN_MS)
    who = {"Authorization": f"Bearer {token}"}
    ticket = town.http.get(f"/v1/bookings/{booking_id}/ticket", headers=who).json()["ticket"]
    scan = {
        "number": 1, "at_ms": town.twin.clock.now_ms(), "action": "check_in", "text": ticket,
        "sortie_id": trip["sortie_id"],
    }  # fmt: skip
    batch = {"gate_id": f"G{booking_id}", "vertiport_id": trip["origin"]["id"], "scans": [scan]}
    done = town.post("/v1/gate/scans", batch)
    assert done["results"][0]["outcome"] in ("done", "accepted"), done


def pass_a_little(town: Town, booking_id: str, token: str) -> str:
    """Let the clock run on, slower where something is to be seen; return the trip's step."""
    booking = town.booking(booking_id, token)
    step = str(booking["live"]["step"])
    if step == "boarding" and booking["status"] == "checked_in":
        scan = {
            "number": 2, "at_ms": town.twin.clock.now_ms(), "action": "board",
            "booking_id": booking_id,
        }  # fmt: skip
        site = booking["trip"]["origin"]["id"]
        town.post(
            "/v1/gate/scans",
            {"gate_id": f"G{booking_id}", "vertiport_id": site, "scans": [scan]},
        )
    town.order(action="set_pace", speed=10 if step in ("in_flight", "boarding") else 60)
    return step


@pytest.mark.parametrize("language", LANGUAGES)
def test_cancelled_and_paid_back(town: Town, open_page: Callable[..., Any], language: str) -> None:
    """What comes back is shown, then given back, by the provider's own books."""
    words = WORDS[language]
    page = open_page("about:blank", locale=LANGUAGES[language], expects="Failed to load", **PHONE)
    booking_id, token = buy(town, page, words)
    press(page, words["cancel"])
    page.locator(".is-grave").wait_for(timeout=LONG_MS)
    shown = page.locator(".lines .is-sum dd").inner_text()
    press(page, words["sure"])
    heading(page, words["cancelled"])
    page.get_by_text(re.compile(words["back"])).first.wait_for(timeout=LONG_MS)
    assert shown in page.locator(".lead").inner_text()
    booking = town.booking(booking_id, token)
    assert booking["status"] == "cancelled"
    assert booking["refund_tiyn"] == booking["fare"]["total_tiyn"]  # within the free minutes
    state = town.twin.run.engine.state
    payment = next(p for p in state.payments.values() if p.booking_id == booking_id)
    town.await_that(
        lambda: str(payment_state(town, payment.payment_id)) in ("voided", "refunded"),
        "the money set aside set free",
    )


def payment_state(town: Town, payment_id: str) -> object:
    """Return how a payment stands by the log."""
    return next(
        p.state for p in town.twin.run.engine.state.payments.values() if p.payment_id == payment_id
    )
