"""Acting from the page: consequences first, then who and why, then what came of it."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from web.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

pytestmark = pytest.mark.web

PATIENCE_MS = 20_000  # a slow machine is not a fault
DIALOG = "aspan-action-dialog dialog[open]"


def open_fato_dialog(page: "Page", fato: str = "CENTRE-F1") -> "Locator":
    """Open the dialog of a FATO from the vertiport's inspector and wait for the consequences."""
    page.locator(f'[data-fato="{fato}"] button').click(timeout=PATIENCE_MS)
    dialog = page.locator(DIALOG)
    dialog.wait_for(timeout=PATIENCE_MS)
    return dialog


def confirm(dialog: "Locator", who: str = "A. Serik", why: str = "Foreign object") -> None:
    """Say who and why, and confirm."""
    dialog.locator('[data-field="who"]').fill(who)
    dialog.locator('[data-field="why"]').fill(why)
    dialog.locator("[data-confirm]:not(:disabled)").click(timeout=PATIENCE_MS)


def test_an_action_shows_what_it_touches_before_it_is_done(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Closing a FATO names the sorties and passengers first, then is done, logged and shown."""
    served = serve()
    page = open_page(served.url + "#/vertiport/CENTRE")
    dialog = open_fato_dialog(page)
    dialog.get_by_text("moves to another FATO").first.wait_for(timeout=PATIENCE_MS)
    assert re.search(r"Touches \d+ sorties, \d+ passengers", dialog.inner_text())
    assert served.service.list_actions(10) == []
    confirm(dialog)
    dialog.locator('[data-outcome="done"]').wait_for(timeout=PATIENCE_MS)
    line = served.service.list_actions(10)[0]
    assert (line.who, line.why, line.outcome) == ("A. Serik", "Foreign object", "done")
    dialog.locator("[data-log]").click()
    entry = page.locator(f'aspan-actions-taken [data-seq="{line.seq}"].is-sought')
    entry.wait_for(timeout=PATIENCE_MS)
    assert "A. Serik: Foreign object" in entry.inner_text()
    page.keyboard.press("Escape")
    page.locator('[data-fato="CENTRE-F1"].is-closed').wait_for(timeout=PATIENCE_MS)
    page.locator('[data-vertiport="CENTRE"] .fato.is-shut').wait_for(
        state="attached", timeout=PATIENCE_MS
    )


def test_who_and_why_are_asked_for_and_who_is_remembered(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Nothing is sent without a name and a reason; the name is there the next time."""
    served = serve()
    page = open_page(served.url + "#/vertiport/CENTRE")
    dialog = open_fato_dialog(page)
    dialog.locator("[data-confirm]:not(:disabled)").click(timeout=PATIENCE_MS)
    assert dialog.locator('[aria-invalid="true"]').count() == 2
    assert page.evaluate("document.activeElement.dataset.field") == "who"
    assert served.service.list_actions(10) == []
    dialog.locator('[data-field="who"]').fill("A. Serik")
    dialog.get_by_role("button", name="Exercise").click()
    dialog.locator("[data-confirm]").click()
    dialog.locator('[data-outcome="done"]').wait_for(timeout=PATIENCE_MS)
    dialog.locator("[data-focus]").click()
    dialog = open_fato_dialog(page, "CENTRE-F2")
    assert dialog.locator('[data-field="who"]').input_value() == "A. Serik"
    assert served.service.list_actions(10)[0].why == "Exercise"


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("en-GB", "this FATO is closed already"),
        ("ru-RU", "эта FATO уже закрыта"),
        ("kk-KZ", "FATO бұрыннан жабық"),
    ],
)
def test_a_refusal_is_told_in_words(
    serve: Callable[..., Served], open_page: Callable[..., Any], tag: str, words: str
) -> None:
    """When another desk was first, the answer says why not, in the page's language."""
    served = serve()
    page = open_page(served.url + "#/vertiport/CENTRE", locale=tag, expects="409")
    dialog = open_fato_dialog(page)
    dialog.locator("[data-confirm]:not(:disabled)").wait_for(timeout=PATIENCE_MS)
    served.service.closed.add("CENTRE-F1")
    confirm(dialog)
    dialog.locator('[data-outcome="refused"]').wait_for(timeout=PATIENCE_MS)
    assert words in dialog.inner_text()


def test_an_impossible_action_cannot_be_confirmed(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A FATO closed meanwhile cannot be closed: the dialog says so and asks for no signature."""
    served = serve()
    page = open_page(served.url + "#/vertiport/CENTRE")
    dialog = open_fato_dialog(page)
    dialog.locator('[data-field="who"]').wait_for(timeout=PATIENCE_MS)
    served.service.closed.add("CENTRE-F1")
    dialog.locator('[data-refusal="fato_closed_already"]').wait_for(timeout=PATIENCE_MS)
    assert dialog.locator("[data-confirm]").is_disabled()
    assert dialog.locator('[data-field="who"]').count() == 0
    assert "No sortie" not in dialog.inner_text()


def test_an_aircraft_that_cannot_be_sent_is_not_offered_to_be(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """One in flight or committed to a sortie has no button to send it empty; an idle one has."""
    served = serve()
    fleet = served.service.snapshot().aircraft
    flying = next(a for a in fleet if a.vertiport_id is None)
    idle = next(a for a in fleet if a.vertiport_id is not None and a.sortie_id is None)
    page = open_page(served.url + f"#/aircraft/{flying.aircraft_id}")
    page.get_by_role("button", name="Ground the aircraft…").wait_for(timeout=PATIENCE_MS)
    assert page.get_by_role("button", name="Send empty…").count() == 0
    page.goto(served.url + f"#/aircraft/{idle.aircraft_id}")
    page.get_by_role("button", name="Send empty…").wait_for(timeout=PATIENCE_MS)


def test_orders_that_hold_and_close_are_alerts_of_their_own(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """The bell tells of both, each with who ordered it and why; the dialog says what it counts."""
    served = serve()
    page = open_page(served.url + "#/vertiport/GATE")
    page.get_by_role("button", name="Hold departures…").click(timeout=PATIENCE_MS)
    dialog = page.locator(DIALOG)
    scope = dialog.locator("[data-scope]")
    scope.wait_for(timeout=PATIENCE_MS)
    assert "Boarding goes on" in scope.inner_text()
    assert re.search(r"\d+ of \d+ stands are free", scope.inner_text())
    confirm(dialog, why="Smoke at the hangar")
    dialog.locator("[data-focus]").click(timeout=PATIENCE_MS)
    confirm(open_fato_dialog(page, "GATE-F1"), why="Foreign object")
    page.locator(DIALOG).locator("[data-focus]").click(timeout=PATIENCE_MS)
    page.locator(".is-closed[data-fato]").wait_for(timeout=PATIENCE_MS)
    page.locator(".has-alerts").click()
    told = page.locator(".alert", has_text="A. Serik")
    told.nth(1).wait_for(timeout=PATIENCE_MS)
    own = told.all_inner_texts()
    assert len(own) == 2
    assert any("departures held" in a and "Smoke at the hangar" in a for a in own)
    assert any("GATE-F1" in a and "Foreign object" in a for a in own)


def test_an_action_whose_answer_was_lost_is_sent_again_with_its_key(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """The first answer never arrives; the same key goes out again and nothing is done twice."""
    served = serve()
    page = open_page(served.url + "#/vertiport/CENTRE", expects="ERR_FAILED")
    keys: list[str] = []

    def lose_the_first(route: "Route") -> None:
        keys.append(json.loads(route.request.post_data or "{}")["key"])
        if len(keys) > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    page.route("**/api/actions", lose_the_first)
    dialog = open_fato_dialog(page)
    confirm(dialog)
    dialog.get_by_role("button", name="Send again").click(timeout=PATIENCE_MS)
    dialog.locator('[data-outcome="done"]').wait_for(timeout=PATIENCE_MS)
    assert "had been done before" in dialog.inner_text()
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert len(served.service.list_actions(10)) == 1


def test_an_action_by_keyboard_alone(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """The menu key on the map opens the actions; arrows, Tab and Enter do the rest."""
    served = serve()
    page = open_page(served.url)
    site = page.locator('[data-vertiport="CENTRE"]')
    site.wait_for(state="attached", timeout=PATIENCE_MS)
    site.focus()
    page.keyboard.press("Shift+F10")
    page.locator('.menu [role="menuitem"]').first.wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("ArrowDown")
    assert "Close CENTRE-F1" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    dialog = page.locator(DIALOG)
    dialog.locator("[data-confirm]:not(:disabled)").wait_for(timeout=PATIENCE_MS)
    page.keyboard.type("A. Serik")
    page.keyboard.press("Tab")
    page.keyboard.type("Foreign object")
    page.keyboard.press("Enter")
    dialog.locator('[data-outcome="done"]').wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached", timeout=PATIENCE_MS)
    assert page.evaluate("document.activeElement.dataset.vertiport") == "CENTRE"
    assert [line.why for line in served.service.list_actions(10)] == ["Foreign object"]


def test_the_clock_and_all_sites_are_acted_on_from_the_bar(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Pause stands in the bar; its menu holds departures at all sites, and the map says so."""
    served = serve()
    page = open_page(served.url)
    page.locator('[data-action="clock"]').click(timeout=PATIENCE_MS)
    confirm(page.locator(DIALOG))
    page.locator(f'{DIALOG} [data-outcome="done"]').wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    page.get_by_text("paused", exact=True).first.wait_for(timeout=PATIENCE_MS)
    page.locator('[data-action="menu"]').click()
    page.get_by_role("menuitem", name="Hold departures at all sites").click()
    confirm(page.locator(DIALOG))
    page.locator(f'{DIALOG} [data-outcome="done"]').wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    page.locator('[data-vertiport="GATE"] .held').wait_for(state="attached", timeout=PATIENCE_MS)


def test_the_past_cannot_be_changed(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """In a replay the buttons rest and say why."""
    served = serve()
    past = served.service.now_ms() - 3_600_000
    page = open_page(f"{served.url}#/vertiport/CENTRE?at={past}")
    page.locator(".acts .acts-note").wait_for(timeout=PATIENCE_MS)
    assert "This is the past" in page.locator(".acts .acts-note").inner_text()
    buttons = page.locator(".inspector .act")
    assert buttons.count() >= 3
    assert all(buttons.nth(i).is_disabled() for i in range(buttons.count()))


def test_the_ground_becomes_a_space_on_request(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Off at first; once asked for, the map leans back over its terrain and aircraft stand high."""
    page = open_page(serve().url, viewport={"width": 900, "height": 600})
    page.locator("aspan-layers summary").click(timeout=PATIENCE_MS)
    assert not page.locator('[data-layer="terrain"]').is_checked()
    page.locator('[data-layer="terrain"]').check(timeout=PATIENCE_MS)
    page.wait_for_function(
        """() => {
          const map = document.querySelector('aspan-map').map;
          const high = [...document.querySelectorAll('.aircraft')];
          return map.getTerrain() && map.getPitch() > 50
            && high.some((a) => parseFloat(a.dataset.stem) > 3);
        }""",
        timeout=PATIENCE_MS,
    )
    page.locator('[data-layer="terrain"]').uncheck()
    page.wait_for_function(
        "() => document.querySelector('aspan-map').map.getPitch() === 0", timeout=PATIENCE_MS
    )


@pytest.mark.parametrize(
    ("tag", "button", "words", "stands"),
    [
        ("en-GB", "Cancel the sortie…", r"S90001 at \d\d:\d\d, 12 min later", "As things stand at"),
        (
            "ru-RU",
            "Отменить рейс…",
            r"на рейс S90001 в \d\d:\d\d, на 12 мин позже",
            "По состоянию на",
        ),
        ("kk-KZ", "Рейсті тоқтату…", r"S90001 рейсіне, \d\d:\d\d, 12 мин кеш", "жағдайы бойынша"),
    ],
)
def test_a_cancellation_says_who_moves_where_and_who_is_refunded(
    serve: Callable[..., Served],
    open_page: Callable[..., Any],
    tag: str,
    button: str,
    words: str,
    stands: str,
) -> None:
    """Counts come first, then the lines; the dialog fits a phone and is scrolled by keyboard."""
    served = serve()
    at_ms = served.service.now_ms()
    ahead = [
        s
        for s in served.service.snapshot().sorties
        if s.off_block_at_ms is None and (s.planned_off_block_at_ms or 0) > at_ms
    ]
    sortie = max(ahead, key=lambda s: s.passengers)
    assert sortie.passengers >= 3
    view = {"width": 360, "height": 740}
    page = open_page(served.url + f"#/sortie/{sortie.sortie_id}", locale=tag, viewport=view)
    page.get_by_role("button", name=button).first.click(timeout=PATIENCE_MS)
    dialog = page.locator(DIALOG)
    people = dialog.locator("[data-people]")
    people.wait_for(timeout=PATIENCE_MS)
    text = people.inner_text()
    assert text.startswith(f"{sortie.passengers} ")
    assert re.search(words, text), text
    assert "12\u00a0400 ₸" in text or "12,400 ₸" in text, text
    assert stands in dialog.locator("[data-stands]").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert dialog.evaluate("d => d.scrollWidth <= d.clientWidth")
    dialog.locator(".effects-list").focus()
    assert page.evaluate("document.activeElement.className") == "effects-list"
