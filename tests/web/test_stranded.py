"""The passengers' view: who is kept waiting where, what can be done for them, and doing it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from aspan.operations import actions as orders
from aspan.primitives.ids import BookingId, SortieId
from web.conftest import Served
from web.test_actions_page import DIALOG, confirm
from web.test_axe import AXE, inject, serious
from web.test_look import FINGER_PX, SMALL_TARGETS
from web.test_pages import PATIENCE_MS, PHONE

pytestmark = pytest.mark.web


def strand(served: Served) -> None:
    """Let the script's three parties, six passengers, wait from now on."""
    served.service.stranded.strand(served.service.now_ms())


def test_nobody_waits_and_the_view_says_what_would_be_there(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Key 8 opens the view; while nobody waits there is a sentence and no number on the rail."""
    page = open_page(serve().url)
    page.locator(".rows .row").first.wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("8")
    page.locator("[data-nobody]").wait_for(timeout=PATIENCE_MS)
    assert page.url.endswith("#/passengers")
    assert "Nobody is kept waiting" in page.locator("[data-nobody]").inner_text()
    assert page.locator('[aria-current="page"]').get_attribute("data-view") == "passengers"
    assert page.locator(".rail-number").count() == 0


def test_parties_are_listed_by_vertiport_with_what_is_open(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Since when, where to, what was promised, why, and each way out; the rail counts all."""
    served = serve()
    strand(served)
    page = open_page(served.url + "#/passengers")
    party = page.locator('[data-site="CENTRE"] [data-party="B00017"]')
    party.wait_for(timeout=PATIENCE_MS)
    told = party.inner_text()
    assert re.match(r"2[2-5] min\s+since \d\d:\d\d", told), told
    for words in ("Airport", "2 passengers", "Promised there by", "S00-01"):
        assert words in told, told
    assert party.locator("[data-remedy]").evaluate_all("all => all.map(e => e.dataset.remedy)") == [
        "own",
        "air",
        "ground",
        "refund",
    ]
    assert "costs us 4,800 ₸, pays back 24,800 ₸" in told
    late = page.locator('[data-party="B00023"]').inner_text()
    assert "the sortie is late" in late
    taxi = page.locator('[data-site="ALATAU"] [data-party="B00009"]')
    assert "A taxi comes at" in taxi.inner_text()
    assert taxi.locator("[data-remedy]").count() == 0
    assert page.locator("[data-waiting]").get_attribute("data-waiting") == "6"
    first = page.locator(".stranded-site").first
    assert first.get_attribute("data-site") == "CENTRE"


def test_a_party_is_given_what_the_desk_chose(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """By keyboard: the dialog says what it costs and pays back; once done the party is gone."""
    served = serve()
    strand(served)
    page = open_page(served.url + "#/passengers")
    button = page.locator('[data-party="B00017"] [data-remedy="ground"]')
    button.wait_for(timeout=PATIENCE_MS)
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.locator(DIALOG)
    people = dialog.locator("[data-people]")
    people.wait_for(timeout=PATIENCE_MS)
    assert dialog.get_by_role("heading").inner_text() == "Send party B00017 on by taxi"
    assert "24,800 ₸" in people.inner_text()
    assert "4,800 ₸" in people.inner_text()
    confirm(dialog, why="Fog")
    dialog.locator('[data-outcome="done"]').wait_for(timeout=PATIENCE_MS)
    (line,) = served.service.list_actions(10)
    assert line.action == orders.CareForParty(booking_id=BookingId("B00017"), remedy="ground")
    dialog.locator("[data-focus]").click()
    page.locator('[data-party="B00017"]').wait_for(state="detached", timeout=PATIENCE_MS)
    page.locator('[data-waiting="4"]').wait_for(timeout=PATIENCE_MS)


def test_of_several_sorties_the_one_chosen_is_asked_for(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """To rebook names the other sortie in the order; the past offers nothing to press."""
    served = serve()
    strand(served)
    page = open_page(served.url + "#/passengers")
    page.locator('[data-party="B00017"] [data-remedy="air"]').click(timeout=PATIENCE_MS)
    dialog = page.locator(DIALOG)
    dialog.locator("[data-people]").wait_for(timeout=PATIENCE_MS)
    confirm(dialog, why="Fog")
    dialog.locator('[data-outcome="done"]').wait_for(timeout=PATIENCE_MS)
    assert served.service.list_actions(10)[0].action == orders.CareForParty(
        booking_id=BookingId("B00017"), remedy="air", sortie_id=SortieId("S90001")
    )
    dialog.locator("[data-focus]").click()
    page.evaluate("() => { location.hash = '#/passengers?at=2026-04-15T04:00:00Z' }")
    page.get_by_text("nothing can be changed in the past").wait_for(timeout=PATIENCE_MS)
    assert page.locator('[data-party="B00023"] [data-remedy]').is_disabled()


@pytest.mark.parametrize("tag", ["kk-KZ", "ru-RU", "en-GB"])
def test_a_phone_shows_it_all_and_axe_finds_nothing_serious(
    serve: Callable[..., Served], open_page: Callable[..., Any], tag: str
) -> None:
    """At 360 px nothing runs over the edge, targets fit a finger; light and dark are clean."""
    served = serve()
    strand(served)
    page = open_page(served.url + "#/passengers", locale=tag, reduced_motion="reduce", **PHONE)
    page.locator("[data-party]").first.wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".view .scroll").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert page.locator(".rail ul").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert page.evaluate(SMALL_TARGETS, FINGER_PX) == []
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/)")
    inject(page)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(
            "(theme) => document.documentElement.dataset.theme === theme", arg=theme
        )
        assert serious(page) == [], theme
