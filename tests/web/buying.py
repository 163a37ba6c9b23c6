"""How a browser buys a seat in the real town: from the question to the paid trip, in words."""

import re
from typing import TYPE_CHECKING

from web.real_town import Town

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG_MS = 90_000
EAST, WEST = "43.50100,77.21900", "43.50100,77.00100"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "reduced_motion": "reduce"}
WORDS = {
    "kk": {
        "take": "Осы рейспен ұшу", "next": "Әрі қарай", "hold": "Орындарды ұстап қою",
        "pay": "төлеу", "way": "дейін болыңыз|Тіркелетін", "ticket": "Билетті көрсету",
        "moved": "ауыстырдық", "fly": "Ұшып барасыз",
        "there": "Келіп жеттіңіз", "cancel": "^Бас тарту$", "sure": "Сапардан бас тарту",
        "cancelled": "Сапардан бас тартылды", "back": "қайтарылады",
    },
    "ru": {
        "take": "Лететь этим рейсом", "next": "Дальше", "hold": "Занять места",
        "pay": "Оплатить", "way": "Будьте к|Пройдите регистрацию", "ticket": "Показать билет",
        "moved": "пересадили", "fly": "В полёте",
        "there": "Вы на месте", "cancel": "^Отменить$", "sure": "Отменить поездку",
        "cancelled": "Поездка отменена", "back": "возвращается",
    },
    "en": {
        "take": "Take this flight", "next": "Next", "hold": "Hold the seats",
        "pay": "^Pay", "way": "Be at|Check in now", "ticket": "Show the ticket",
        "moved": "moved you to another flight",
        "fly": "In flight", "there": "You have arrived", "cancel": "^Cancel$",
        "sure": "Cancel the trip", "cancelled": "The trip is cancelled", "back": "go back to you",
    },
}  # fmt: skip


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
    status = town.booking(booking_id, token)["status"]
    assert status == "confirmed", status
    return booking_id, token
