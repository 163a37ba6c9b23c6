"""The pages before axe-core: no serious fault in any view, language or theme."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from web.conftest import Served
from web.test_pages import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.web

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
LANGUAGES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
THEME_PATIENCE_MS = 90_000
PAST = "?at=2026-04-15T04:00:00Z"
VIEWS = {
    "timeline": ("#/timeline", ".tl-canvas[data-drawn]"),
    "stands": ("#/timeline?rows=stands", '[data-row="AIRPORT-S1"] [data-drawn]'),
    "sorties": ("#/sorties/S00-01", ".list .row-button"),
    "vertiports": ("#/vertiports/ALATAU", ".list .row-button"),
    "fleet": ("#/fleet/EV-03", ".inspector .charge-value"),
    "weather": ("#/weather", ".spark"),
    "day": ("#/day", ".day-number"),
    "passengers": ("#/passengers", "[data-nobody]"),
    "a past moment": (f"#/fleet{PAST}", '[data-replay="now"]'),
    "map": ("#/", ".aircraft-turn"),  # last: it goes on drawing behind the others
}
Rules = Literal["all", "words", "colours"]
RUN = """async (rules) => {
  const colours = ['color-contrast', 'link-in-text-block'];
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
  const found = await axe.run(document, {resultTypes: ['violations'],
    runOnly: rules === 'colours' ? {type: 'rule', values: colours} : {type: 'tag', values: tags},
    rules: rules === 'words' ? Object.fromEntries(colours.map((r) => [r, {enabled: false}])) : {}});
  return JSON.stringify(found.violations.map((v) => [v.impact, v.id,
    v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + ' | ' + n.failureSummary)]));
}"""

Looks = Literal["everything", "in both themes", "in words"]
LOOKS: dict[Looks, dict[Literal["light", "dark"], Rules]] = {
    "everything": {"light": "all", "dark": "all"},
    "in both themes": {"light": "all", "dark": "colours"},
    "in words": {"light": "words"},
}
"""By which rules each theme is judged: a theme changes colours alone, a language words alone."""


def list_looks(*each_change: tuple[object, ...]) -> list[Any]:
    """Return looks of each change, what is looked at first; with the long tests everything."""
    everything = dict.fromkeys((*where, "everything") for *where, _ in each_change)
    return [*each_change, *(pytest.param(*one, marks=pytest.mark.long) for one in everything)]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Return one server for all looks."""
    served = Served()
    yield served
    served.close()


def inject(page: "Page") -> None:
    """Give the page axe, past its own policy against foreign scripts."""
    page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")


def serious(page: "Page", rules: Rules = "all") -> list[Any]:
    """Return the serious and critical violations that axe finds on the page as it stands."""
    violations: list[Any] = json.loads(page.evaluate(RUN, rules))
    return [violation for violation in violations if violation[0] in ("serious", "critical")]


def look_at(page: "Page", looks: Looks) -> dict[str, list[Any]]:
    """Return what axe finds on the page by theme, nothing for a theme that is clean."""
    found = {}
    for theme, rules in LOOKS[looks].items():
        page.emulate_media(color_scheme=theme)
        # asked by frames: Chromium tells of the media's change when it draws one
        page.wait_for_function(
            "(theme) => document.documentElement.dataset.theme === theme",
            arg=theme,
            timeout=THEME_PATIENCE_MS,
        )
        found[theme] = serious(page, rules)
    return {theme: violations for theme, violations in found.items() if violations}


def look(browser: "Browser", url: str, language: str, looks: Looks) -> dict[str, Any]:
    """Return what axe finds in every view and theme, one page walking through all of them."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720},
        locale=LANGUAGES[language],
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    inject(page)
    found = {}
    for name, (address, shown) in VIEWS.items():
        page.evaluate("(address) => { location.hash = address }", address)
        page.locator(shown).first.wait_for(timeout=PATIENCE_MS)
        found[name] = look_at(page, looks)
    assert page.evaluate("document.documentElement.lang") == language
    context.close()
    return {name: violations for name, violations in found.items() if violations}


@pytest.mark.parametrize(
    ("language", "looks"),
    list_looks(("en", "in both themes"), ("kk", "in words"), ("ru", "in words")),
)
def test_axe_finds_nothing_serious(
    browser: "Browser", served: Served, language: str, looks: Looks
) -> None:
    """In this language no view has a serious or critical violation, light or dark."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/)")
    assert look(browser, served.url, language, looks) == {}


def test_the_dialogs_and_a_phone_are_clean(served: Served, open_page: Callable[..., Any]) -> None:
    """The list of keys, the alerts and the phone's layout have no serious violation either."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/)")
    page = open_page(served.url + "#/fleet", viewport={"width": 360, "height": 740})
    page.locator(".list .row-button").first.wait_for(timeout=PATIENCE_MS)
    inject(page)
    assert serious(page) == []
    page.keyboard.press("?")
    page.locator("dialog.keys[open]").wait_for()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.locator(".alerts-button").click()
    page.locator(".alert").first.wait_for()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.evaluate("() => { location.hash = '#/vertiports/CENTRE' }")
    page.locator(".inspector .act").first.click(timeout=PATIENCE_MS)
    page.locator("dialog[open]").first.wait_for()
    assert serious(page) == []


def test_axe_sees_a_planted_fault(served: Served, open_page: Callable[..., Any]) -> None:
    """An unnamed button and grey text on grey are found: the looks above can fail."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/)")
    page = open_page(served.url + "#/fleet")
    page.locator(".list .row-button").first.wait_for(timeout=PATIENCE_MS)
    inject(page)
    page.evaluate(
        """() => document.querySelector('.view-head').insertAdjacentHTML('beforeend',
          '<button></button><p style="color:#999;background:#aaa">grey</p>')"""
    )
    assert {violation[1] for violation in serious(page)} >= {"button-name", "color-contrast"}
    assert "button-name" in {violation[1] for violation in serious(page, "words")}
    assert "color-contrast" in {violation[1] for violation in serious(page, "colours")}
