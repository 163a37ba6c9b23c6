"""Marks of truth, the ceiling, punctuality and charge: one number everywhere, and what it means."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from web.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.web

PATIENCE_MS = 20_000
LAYERS = {"aspan.layers": '{"lanes":true,"zones":true,"noise":true,"noiseKind":"day"}'}


def _open_all(page: "Page") -> int:
    """Open each mark and sign that is shown, one after another; return how many there are."""
    marks = page.locator(".mark > button:visible")
    marks.first.wait_for(timeout=PATIENCE_MS)
    count = marks.count()
    for index in range(count):
        # a press of a key needs no place on the screen
        marks.nth(index).press("Enter", timeout=PATIENCE_MS)
        body = page.locator(".mark-body:popover-open")
        assert len(body.inner_text(timeout=PATIENCE_MS).strip()) > 10
        page.keyboard.press("Escape")
        body.wait_for(state="hidden")
    return count


@pytest.mark.parametrize("address", ["#/weather", "#/vertiport/MEDEU", "#/day"])
def test_every_mark_opens_something(
    serve: Callable[..., Served], open_page: Callable[..., "Page"], address: str
) -> None:
    """No mark and no sign beside a figure is a dead word."""
    assert _open_all(open_page(serve().url + address)) > 0


def test_a_mark_shows_the_row_its_source_cites(
    serve: Callable[..., Served], open_page: Callable[..., "Page"]
) -> None:
    """The ceiling tells why in a sentence, under it the row of the references and its source."""
    page = open_page(serve().url + "#/weather")
    page.locator("th .mark-sign").press("Enter", timeout=PATIENCE_MS)
    text = page.locator(".mark-body:popover-open").inner_text()
    assert "300 m above its planned height" in text
    assert "An invented sentence with 450 m in it." in text
    assert "An invented document" in text


def test_the_ceiling_is_one_thing(
    serve: Callable[..., Served], open_page: Callable[..., "Page"]
) -> None:
    """The view of the weather and the panel of a place ask for the same ceilings."""
    page = open_page(serve().url + "#/weather")
    words = page.locator(".spark-rule").inner_text(timeout=PATIENCE_MS)
    assert re.fullmatch(r"≥ 700 m, on higher lanes 1,000 m", words)
    page.goto(page.url.replace("#/weather", "#/vertiport/MEDEU"))
    panel = page.locator("[data-inspector=vertiport]")
    panel.get_by_text(f"({words})").wait_for(timeout=PATIENCE_MS)


def test_on_time_says_what_it_counts(
    serve: Callable[..., Served], open_page: Callable[..., "Page"]
) -> None:
    """The sign beside the figure opens the definition with its minutes."""
    page = open_page(serve().url)
    page.locator("[data-figure=on_time] .mark-sign").click(timeout=PATIENCE_MS)
    assert "15 min after the planned time" in page.locator(".mark-body:popover-open").inner_text()


def test_charge_is_one_number(
    serve: Callable[..., Served], open_page: Callable[..., "Page"]
) -> None:
    """The fleet and the panel tell the same charge of an aircraft in the air, as flown now."""
    page = open_page(serve().url + "#/fleet")
    row = page.locator(".row:has(.state-airborne)").first
    row.wait_for(timeout=PATIENCE_MS)
    row.click()
    panel = page.locator("[data-inspector=aircraft] .charge")
    panel.get_by_text("now, in flight").wait_for(timeout=PATIENCE_MS)
    told = page.evaluate(
        """() => [document.querySelector('[data-inspector=aircraft] .charge-value').textContent,
            document.querySelector('.row.is-selected .cell-charge .num').textContent]"""
    )
    values = [int(re.sub(r"\D", "", text)) for text in told]
    assert abs(values[0] - values[1]) <= 1
