"""The passengers' page before axe-core: three languages, two themes, a phone and a desk."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from aspan.faces.http.place_view import CityPlaces
from web.conftest import Served
from web.scripted_trips import Mood
from web.test_axe import AXE, LANGUAGES, THEMES, Looks, inject, list_looks, look_at, serious
from web.test_door import found, go
from web.test_pages import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.web

SCREENS = {
    "from": ".places li",
    "when": ".moment",
    "who": ".is-party",
    "trip/transit": ".card.is-open .legs",
}


@pytest.fixture(scope="module")
def served(places: CityPlaces) -> Iterator[Served]:
    """Return one server for all looks."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/)")
    served = Served(places=places)
    yield served
    served.close()


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
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        locale=LANGUAGES[language],
        reduced_motion="reduce",
    )
    page = context.new_page()
    found_in = {}
    for screen, shown in SCREENS.items():
        page.goto(go(served, screen, arrive_by="2026-04-15T12:00"))
        page.reload()
        page.locator(shown).first.wait_for(timeout=PATIENCE_MS)
        inject(page)
        if screen == "from":
            page.locator("#place").press("ArrowDown")
        found_in[screen] = look_at(page, looks)
    assert page.evaluate("document.documentElement.lang") == language
    context.close()
    assert {name: faults for name, faults in found_in.items() if faults} == {}


@pytest.mark.parametrize("mood", ["none", "no_air", "refused", "slow"])
def test_bad_news_is_clean_too(served: Served, open_page: Callable[..., Any], mood: Mood) -> None:
    """Empty, refused, waiting and flightless answers have no serious violation, light or dark."""
    served.trips.mood = mood
    page = open_page(go(served), expects="Failed to load resource")
    page.locator(".empty, .note.is-attention, .ghosts").first.wait_for(timeout=PATIENCE_MS)
    inject(page)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        assert serious(page) == []
    served.trips.mood = "usual"


def test_an_open_map_is_clean(served: Served, open_page: Callable[..., Any]) -> None:
    """The map of a trip has no serious violation."""
    page = open_page(go(served, "trip/air"))
    found(page)
    page.get_by_role("button", name="Show on the map").click()
    page.locator("aspan-trip-map[data-map=open]").wait_for(timeout=3 * PATIENCE_MS)
    inject(page)
    assert serious(page) == []


def test_axe_sees_a_planted_fault(served: Served, open_page: Callable[..., Any]) -> None:
    """An unnamed button and grey on grey are found here: the looks above can fail."""
    page = open_page(go(served))
    found(page)
    inject(page)
    page.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML('beforeend',
          '<button></button><p style="color:#999;background:#aaa">grey</p>')"""
    )
    assert {violation[1] for violation in serious(page)} >= {"button-name", "color-contrast"}
