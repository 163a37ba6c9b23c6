"""Booking's screens as they look: axe-core in three languages and two themes, 360 px, big text."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from aspan.faces.http.place_view import CityPlaces
from web.conftest import Served
from web.test_axe import AXE, LANGUAGES, Looks, inject, list_looks, look_at
from web.test_door import go
from web.test_door_booking import break_day, open_trip
from web.test_pages import PATIENCE_MS, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.web

Screen = Callable[["Page", Served], str]


def _taking(step: str, shown: str) -> Screen:
    def show(page: "Page", served: Served) -> str:
        page.goto(go(served, party="2"))
        page.locator("[data-take]").first.click(timeout=PATIENCE_MS)
        page.locator(".traveller").first.wait_for(timeout=PATIENCE_MS)
        page.locator(".more summary").first.click()
        page.evaluate("(step) => { location.hash = `#/take/${step}` }", step)
        return shown

    return show


def _refused(page: "Page", served: Served) -> str:
    shown = _taking("contact", "")(page, served)
    served.sales.refuses = "sold_out"
    page.locator("input[name=name]").wait_for(timeout=PATIENCE_MS)
    page.locator("button[type=submit]").click()
    page.locator(".empty h1").wait_for(timeout=PATIENCE_MS)
    served.sales.refuses = ""
    return shown or ".empty h1"


def _trip(status: str, step: str, shown: str, view: str = "") -> Screen:
    def show(page: "Page", served: Served) -> str:
        booked = served.sales.book(status, step)
        served.sales.bookings[booked[0]]["person_id"] = "p1"
        if step in ("choose", "on_the_way") and view == "":
            care = ("waits",) if step == "choose" else ("waits", "moved")
            break_day(served, booked, step=step, care=care)
        open_trip(page, served, booked, view)
        return shown

    return show


def _list(page: "Page", served: Served) -> str:
    _trip("confirmed", "gate", "")(page, served)
    page.locator(".stages").wait_for(timeout=PATIENCE_MS)
    page.evaluate("() => { location.hash = '#/trips' }")
    return ".departures"


def _unknown(page: "Page", served: Served) -> str:
    open_trip(page, served, ("BNONE", "a1.no"))
    return ".empty h1"


SCREENS: dict[str, Screen] = {
    "who": _taking("who", ".traveller .choice"),
    "weight": _taking("weight", ".pair"),
    "contact": _taking("contact", "input[name=phone]"),
    "refused": _refused,
    "held": _trip("held", "pay", "[data-pay]"),
    "expired": _trip("expired", "expired", ".main-button"),
    "moved": _trip("confirmed", "on_the_way", ".news"),
    "choose": _trip("confirmed", "choose", ".is-remedy"),
    "in flight": _trip("boarded", "in_flight", ".stages"),
    "refunded": _trip("refunded", "refunded", ".deeds"),
    "ticket": _trip("confirmed", "on_the_way", ".code img", "/ticket"),
    "cancel": _trip("confirmed", "on_the_way", ".is-grave", "/cancel"),
    "change": _trip("confirmed", "on_the_way", ".is-departure", "/change"),
    "receipt": _trip("confirmed", "on_the_way", ".lines", "/receipt"),
    "contact later": _trip("confirmed", "on_the_way", "input[name=phone]", "/contact"),
    "my trips": _list,
    "unknown": _unknown,
}
STICKS_OUT = """() => [...document.querySelectorAll('main *, header *')]
  .filter((e) => e.checkVisibility() && !e.closest('.hidden') && !e.closest('option')
    && e.getBoundingClientRect().right > 360.5)
  .map((e) => e.tagName + '.' + e.className).slice(0, 5)"""
TINY = """() => [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
  && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
  && parseFloat(getComputedStyle(e).fontSize) < 12).map((e) => e.className)"""
SMALL = """() => [...document.querySelectorAll(
    'button, select, .choice, .field, .deed, main summary')].filter((e) => e.checkVisibility())
  .map((e) => [e.className, e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""


@pytest.fixture(scope="module")
def served(places: CityPlaces) -> Iterator[Served]:
    """Return one server for all looks."""
    served = Served(places=places)
    yield served
    served.close()


def show(page: "Page", served: Served, screen: str) -> None:
    """Open a screen and wait until what it is for stands there."""
    shown = SCREENS[screen](page, served)
    page.locator(shown).first.wait_for(timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("language", "width", "looks"),
    list_looks(
        ("en", 360, "in both themes"),
        ("en", 1280, "in both themes"),
        ("kk", 360, "in words"),
        ("ru", 360, "in words"),
    ),
)
def test_axe_finds_nothing_serious(
    browser: "Browser", served: Served, language: str, width: int, looks: Looks
) -> None:
    """No screen has a serious or critical violation in this language and width, light or dark."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/)")
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        locale=LANGUAGES[language],
        reduced_motion="reduce",
    )
    page = context.new_page()
    found_in = {}
    for screen in SCREENS:
        show(page, served, screen)
        inject(page)
        found_in[screen] = look_at(page, looks)
        assert page.evaluate("document.documentElement.lang") == language
    context.close()
    assert {name: faults for name, faults in found_in.items() if faults} == {}


@pytest.mark.parametrize("tag", ["kk-KZ", "ru-RU", "en-GB"])
def test_a_phone_with_big_text_needs_no_sideways_scrolling(
    served: Served, open_page: Callable[..., Any], tag: str
) -> None:
    """At 360 px each target suits a thumb; with text of 200 % too nothing sticks out or is tiny."""
    page = open_page("about:blank", expects="Failed to load resource", locale=tag, **PHONE)
    for screen in SCREENS:
        show(page, served, screen)
        assert (screen, page.evaluate(SMALL)) == (screen, [])
        for text in (100, 200):
            page.evaluate("(t) => { document.documentElement.style.fontSize = `${t}%` }", text)
            assert (screen, text, page.evaluate(STICKS_OUT)) == (screen, text, [])
            assert page.evaluate("document.documentElement.scrollWidth") == 360, screen
            assert page.evaluate(TINY) == []


def test_a_booking_is_made_with_the_keyboard_alone(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """From the answer to the held seats without a mouse, the focus at the top of each screen."""
    page = open_page(go(served, party="1"))
    page.locator("[data-take]").first.focus()
    page.keyboard.press("Enter")
    at_top = "() => document.activeElement.matches('h1[data-first]')"
    for _ in range(3):
        page.locator(".question form").wait_for(timeout=PATIENCE_MS)
        page.wait_for_function(at_top, timeout=PATIENCE_MS)
        heading = page.locator("h1").inner_text()
        page.locator("button[type=submit]").focus()
        page.keyboard.press("Enter")
        page.wait_for_function(
            "(was) => document.querySelector('h1').innerText !== was",
            arg=heading,
            timeout=PATIENCE_MS,
        )
    page.locator("[data-pay]").wait_for(timeout=PATIENCE_MS)
    page.wait_for_function(at_top, timeout=PATIENCE_MS)


def test_all_of_it_can_be_said_in_another_language(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """The language is changed with a trip open, and the service's words follow."""
    page = open_page("about:blank")
    show(page, served, "held")
    assert "of which VAT" in page.locator(".lines").first.inner_text()
    page.locator("#language").select_option("kk")
    page.get_by_text("оның ішінде ҚҚС 16 %").wait_for(timeout=PATIENCE_MS)
