"""What holds in every view: units, keys, focus, the clock in one click, orders in the timeline."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from web.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.web

PATIENCE_MS = 20_000  # a slow machine is not a fault


def act(page: "Page", served: Served, number: int, **action: str | None) -> None:
    """Have the desk do something, as another desk would."""
    body = {"key": f"desk-{number:020d}", "who": "A. Serik", "why": "Exercise", "action": action}
    answer = page.request.post(served.url + "api/actions", data=body)
    assert answer.json()["outcome"] == "done", answer.text()


def fact(page: "Page", name: str) -> "Locator":
    """Return the value of a fact in the inspector."""
    return page.locator(".inspector .fact").filter(has_text=name).locator("dd").first


def test_heights_and_speeds_are_told_in_the_units_that_were_chosen(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """An elevation in metres becomes the same in feet, the wind turns to knots, both are kept."""
    page = open_page(serve().url + "#/vertiport/CENTRE")
    elevation = fact(page, "Above sea level")
    elevation.filter(has_text=re.compile(r"\d m\b")).wait_for(timeout=PATIENCE_MS)
    metres = float(re.sub(r"[^\d]", "", elevation.inner_text()))
    page.locator('[data-setting="units"]').click()
    elevation.filter(has_text="ft").wait_for(timeout=PATIENCE_MS)
    feet = float(re.sub(r"[^\d]", "", elevation.inner_text()))
    assert feet == pytest.approx(metres / 0.3048, abs=2)
    assert re.search(r"\d kt from \d{3}°", fact(page, "Wind").inner_text())
    page.reload()
    elevation.filter(has_text="ft").wait_for(timeout=PATIENCE_MS)


def test_one_escape_closes_one_thing(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """With the list of alerts over an open panel the first Escape closes the list alone."""
    page = open_page(serve().url + "#/vertiport/CENTRE")
    panel = page.locator('[data-inspector="vertiport"]')
    panel.wait_for(timeout=PATIENCE_MS)
    page.locator(".alerts-button").click()
    page.locator("#alerts:popover-open").wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    page.locator("#alerts:not(:popover-open)").wait_for(state="attached", timeout=PATIENCE_MS)
    assert panel.count() == 1
    page.keyboard.press("Escape")
    panel.wait_for(state="detached", timeout=PATIENCE_MS)


def test_plus_and_minus_zoom_the_timeline_without_a_click(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Straight after the view's own key, plus draws fewer hours and minus more."""
    page = open_page(serve().url)
    page.locator(".rail").wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("2")
    page.locator(".tl-lane .tl-canvas[data-drawn]").first.wait_for(timeout=PATIENCE_MS)
    apart = (
        "() => { const [a, b] = document.querySelectorAll('.tl-hour');"
        "const minutes = (e) => e.textContent.split(':').reduce((h, m) => h * 60 + +m, 0);"
        "return (parseFloat(b.style.left) - parseFloat(a.style.left)) /"
        " ((minutes(b) - minutes(a) + 1440) % 1440) }"
    )
    first = page.evaluate(apart)
    for key, wider in (("+", 1.4), ("-", 1.0)):
        page.keyboard.press(key)
        page.wait_for_function(
            f"Math.abs(({apart})() / {first} - {wider}) < 0.02", timeout=PATIENCE_MS
        )


def test_focus_leaves_with_its_row(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """When the focused sortie leaves the list no other sortie has the focus; the table has."""
    served = serve()
    page = open_page(served.url)
    row = page.locator('#board .rows [data-status="planned"]').last
    row.wait_for(timeout=PATIENCE_MS)
    sortie = row.get_attribute("data-sortie")
    mine = page.locator(f'#board [data-sortie="{sortie}"]')
    mine.locator(".row-button").focus()
    act(page, served, 1, action="cancel_sortie", sortie_id=sortie)
    mine.wait_for(state="detached", timeout=PATIENCE_MS)
    assert page.evaluate("document.activeElement.id") == "board"


def test_the_clock_of_the_twin_asks_for_one_click(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Pausing comes with who and why filled in; the name is not kept for what touches flights."""
    served = serve()
    page = open_page(served.url)
    page.locator('[data-action="clock"]').click(timeout=PATIENCE_MS)
    dialog = page.locator("aspan-action-dialog dialog[open]")
    dialog.locator("[data-confirm]:not(:disabled)").click(timeout=PATIENCE_MS)
    dialog.locator('[data-outcome="done"]').wait_for(timeout=PATIENCE_MS)
    line = served.service.list_actions(10)[0]
    assert (line.who, line.why) == ("Desk", "Clock of the twin")
    assert page.evaluate("localStorage.getItem('aspan.desk.who')") is None


def test_the_timeline_shows_what_was_cancelled_held_and_closed(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Orders of the desk have bands in a row of their place, and say so to who points at them."""
    served = serve()
    page = open_page(served.url + "#/timeline")
    page.locator(".tl-lane .tl-canvas[data-drawn]").first.wait_for(timeout=PATIENCE_MS)
    act(page, served, 1, action="hold_departures", vertiport_id="CENTRE")
    act(page, served, 2, action="close_fato", vertiport_id="CENTRE", fato_id="CENTRE-F1")
    row = page.locator('[data-row="site CENTRE"]')
    row.locator('.tl-canvas[data-drawn="2"]').wait_for(timeout=PATIENCE_MS)
    page.locator(".tl").focus()
    page.keyboard.press("ArrowDown")
    said = page.locator("#tl-active").get_attribute("aria-label") or ""
    assert re.search(r"departures held|CENTRE-F1 closed", said)
    page.get_by_role("button", name="By stand").click()
    row.locator('.tl-canvas[data-drawn="2"]').wait_for(timeout=PATIENCE_MS)
