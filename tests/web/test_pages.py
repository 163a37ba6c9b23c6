"""The page in a real browser: what a person sees, on a desk and on a phone."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from web.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.web

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
PATIENCE_MS = 20_000  # a slow machine is not a fault

SEES_MOTION = """() => {
  const all = [...document.querySelectorAll('.aircraft')];
  const now = Object.fromEntries(all.map((a) => [a.dataset.aircraft, a.style.transform]));
  window.firstSeen ??= all.length > 0 ? now : undefined;
  return window.firstSeen && Object.keys(now).some(
    (id) => window.firstSeen[id] && window.firstSeen[id] !== now[id]);
}"""


def wait_for_map(page: "Page") -> None:
    """Wait until the lanes are drawn."""
    page.wait_for_function(
        """() => {
          const map = document.querySelector('aspan-map')?.map;
          return map?.loaded() && map.queryRenderedFeatures({layers: ['lanes']}).length > 0;
        }""",
        timeout=PATIENCE_MS,
    )


def test_an_airborne_aircraft_is_seen_moving(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """An aircraft that the board shows airborne moves over the map without anything being done."""
    page = open_page(serve().url)
    page.wait_for_function(SEES_MOTION, timeout=PATIENCE_MS)
    airborne = page.locator('.row[data-status="airborne"]').count()
    assert airborne > 0
    assert page.locator(".aircraft").count() >= 1


def test_the_map_draws_lanes_water_and_roads(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Lanes, the reservoir, roads, districts and town names are drawn, all from this machine."""
    page = open_page(serve().url)
    wait_for_map(page)
    page.wait_for_function(
        "() => ['water', 'roads', 'city', 'place-names', 'active'].every((layer) => document"
        ".querySelector('aspan-map').map.queryRenderedFeatures({layers: [layer]}).length > 0)",
        timeout=PATIENCE_MS,
    )


@pytest.mark.parametrize(
    ("tag", "in_the_air", "sorties"),
    [
        ("kk-KZ", "Ауада", "жолаушы тасуға рұқсат бар деп алынған"),
        ("ru-RU", "В воздухе", "разрешение на перевозку пассажиров принято условно"),
        ("en-GB", "In the air", "passenger approval is assumed"),
    ],
)
def test_the_page_speaks_the_language_of_the_browser(
    serve: Callable[..., Served],
    open_page: Callable[..., Any],
    tag: str,
    in_the_air: str,
    sorties: str,
) -> None:
    """The browser's language is taken, declared on the page, and the assumption is told in it."""
    page = open_page(serve().url, locale=tag)
    page.get_by_text(in_the_air, exact=True).wait_for(timeout=PATIENCE_MS)
    page.get_by_text(sorties).wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.lang") == tag[:2]


def test_a_chosen_language_and_theme_are_kept(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """What a person sets holds after the page is opened again."""
    page = open_page(serve().url, color_scheme="light")
    page.locator('[data-setting="language"]').select_option("kk")
    page.get_by_text("Ауада", exact=True).wait_for(timeout=PATIENCE_MS)
    page.locator('[data-setting="theme"]').click()
    page.locator('[data-setting="theme"]').click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    page.get_by_text("Ауада", exact=True).wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("tag", ["kk-KZ", "ru-RU", "en-GB"])
def test_a_phone_shows_everything_without_sideways_scrolling(
    serve: Callable[..., Served], open_page: Callable[..., Any], tag: str
) -> None:
    """At 360 px nothing sticks out, and map, figures and board are all on the screen."""
    page = open_page(serve().url + "#/vertiport/ALATAU", locale=tag, **PHONE)
    page.locator(".inspector").wait_for(timeout=PATIENCE_MS)
    page.locator(".vertiport").first.wait_for(state="attached", timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator(".inspector .button").click()
    for part in (".clock-time", ".ground", ".figures", "#board", '[data-setting="language"]'):
        box = page.locator(part).bounding_box()
        assert box is not None, part
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= 360.5, part
        assert box["y"] + box["height"] <= 740.5, part
        assert box["height"] > 10, part
    small = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
          && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
          && parseFloat(getComputedStyle(e).fontSize) < 12).map((e) => e.className)"""
    )
    assert small == []


def test_an_aircraft_can_be_opened_shared_and_closed(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A row opens the inspector and an address; the address opens the same; Escape closes it."""
    served = serve()
    page = open_page(served.url)
    row = page.locator('.row[data-status="airborne"]').first
    row.wait_for(timeout=PATIENCE_MS)
    aircraft = row.locator(".cell-aircraft").inner_text().split()[0]
    row.locator("button").click()
    page.locator('[data-inspector="aircraft"]').get_by_role("heading", name=aircraft).wait_for()
    assert page.url.endswith(f"#/aircraft/{aircraft}")
    again = open_page(page.url)
    again.locator('[data-inspector="aircraft"] .charge-value').wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    page.locator(".inspector").wait_for(state="detached")
    page.go_back()
    page.locator(".inspector").wait_for()


def test_a_vertiport_opens_from_the_keyboard(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A vertiport on the map takes the focus and opens with Enter: stands, power, weather."""
    page = open_page(serve().url)
    site = page.locator('[data-vertiport="ALATAU"]')
    site.wait_for(state="attached", timeout=PATIENCE_MS)
    assert "stands free" in (site.get_attribute("aria-label") or "")
    site.focus()
    page.keyboard.press("Enter")
    panel = page.locator('[data-inspector="vertiport"]')
    panel.wait_for()
    text = panel.inner_text()
    for words in ("ALATAU-S1", "below minima: poor visibility", "of 1,500 kW", "(≥ 5.0 km)"):
        assert words in text


def test_the_board_sorts_and_filters(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """The board sorts by a column, says so to readers, and shows cancelled sorties with a cause."""
    page = open_page(serve().url)
    page.locator(".rows .row").first.wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Aircraft", exact=True).click()
    names = page.locator(".rows .cell-aircraft").evaluate_all(
        "cells => cells.map((c) => c.textContent.trim().split(/\\s/)[0])"
    )
    assert names == sorted(names)
    assert page.locator('[aria-sort="ascending"]').inner_text().startswith("Aircraft")
    page.get_by_role("button", name="Cancelled").click()
    page.locator('.rows .row[data-status="cancelled"]').first.wait_for()
    assert page.locator('.rows .row:not([data-status="cancelled"])').count() == 0
    assert "poor visibility" in page.locator(".rows .row").first.inner_text()


def test_a_lost_stream_is_said_and_recovers(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Without the service the page says how old its picture is; with it back, it goes on."""
    served = serve()
    page = open_page(served.url, expects="ERR_")
    page.locator(".rows .row").first.wait_for(timeout=PATIENCE_MS)
    wait_for_map(page)
    notice = page.locator('[data-notice="age"]')
    assert notice.inner_text().strip() == ""
    served.stop()
    page.wait_for_function(
        "() => /old. Reconnecting/.test(document.querySelector('[data-notice=age]').innerText)",
        timeout=PATIENCE_MS,
    )
    serve(served.port)
    page.wait_for_function(
        "() => document.querySelector('[data-notice=age]').innerText.trim() === ''",
        timeout=PATIENCE_MS,
    )


def test_calm_motion_is_obeyed(serve: Callable[..., Served], open_page: Callable[..., Any]) -> None:
    """With reduced motion nothing pulses; aircraft step once a second instead of gliding."""
    page = open_page(serve().url, reduced_motion="reduce")
    page.wait_for_function(SEES_MOTION, timeout=PATIENCE_MS)
    assert page.evaluate("document.getAnimations().length") == 0


def test_every_control_has_a_name_for_readers(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Every button, link and list of choices says what it is."""
    page = open_page(serve().url + "#/vertiport/CENTRE")
    page.locator(".inspector").wait_for(timeout=PATIENCE_MS)
    page.locator(".aircraft").first.wait_for(state="attached", timeout=PATIENCE_MS)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.aircraft')].every((a) => a.ariaLabel)"
    )
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, a, select, summary')]
          .filter((e) => !(e.ariaLabel || e.textContent.trim())).map((e) => e.outerHTML)"""
    )
    assert nameless == []


def test_the_first_paint_is_light(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """The frame needs at most 100 kB of script over the wire; the map's bundle comes after it."""
    page = open_page(serve().url)
    wait_for_map(page)
    scripts = json.loads(
        page.evaluate(
            """() => JSON.stringify(performance.getEntriesByType('resource')
              .filter((e) => e.name.endsWith('.js'))
              .map((e) => [e.name.split('/').pop().split('-')[0], e.encodedBodySize]))"""
        )
    )
    frame = [size for name, size in scripts if name == "index"]
    assert frame
    assert sum(frame) <= 100_000
    assert any(name == "stage" for name, _ in scripts)
