"""The views, the bar of time and the keys, in a real browser before the scripted service."""

import copy
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from web.conftest import Served
from web.test_pages import PATIENCE_MS, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.web

VIEWS = ("timeline", "sorties", "vertiports", "fleet", "weather", "day", "passengers")
FILLED = {
    "timeline": ".tl-lane .tl-canvas[data-drawn]",
    "sorties": ".list .row-button",
    "vertiports": ".list .row-button",
    "fleet": ".list .row-button",
    "weather": ".spark",
    "day": ".day-number",
    "passengers": "[data-nobody]",
}
FRAMES = """() => new Promise((done) => requestAnimationFrame(() =>
  requestAnimationFrame(() => requestAnimationFrame(done))))"""
# whether a colour is found among a row's pixels; one part in 255 is left to the canvas's rounding
INK = """([from, until, y, colour]) => {
  const lane = document.querySelector('.tl-row[data-row="EV-01"] .tl-lane');
  const canvas = lane.querySelector('canvas');
  const left = canvas.getBoundingClientRect().left - lane.getBoundingClientRect().left;
  const copy = new OffscreenCanvas(until - from, 1);
  const pen = copy.getContext('2d', {willReadFrequently: true});
  pen.drawImage(canvas, left - from, -y);
  const {data} = pen.getImageData(0, 0, until - from, 1);
  const parts = colour.split(',').map(Number);
  return Array.from({length: until - from}).some((_, i) =>
    parts.every((part, n) => Math.abs(part - data[4 * i + n]) <= 1));
}"""
COLOUR = """(name) => {
  const pen = new OffscreenCanvas(1, 1).getContext('2d');
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name);
  pen.fillRect(0, 0, 1, 1);
  return String(pen.getImageData(0, 0, 1, 1).data.slice(0, 3));
}"""
COUNT_INKED = """window.inked = [];
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  const row = this.canvas.closest('.tl-row');
  if (row !== null) window.inked.push(row.dataset.row);
  return clear.apply(this, box);
};"""
SOONER = """const every = window.setInterval;
window.setInterval = (call, ms, ...more) => every(call, ms === 5000 ? 1000 : ms, ...more);"""
PAST = "?at=2026-04-15T04:00:00Z"  # 09:00 in the city


def test_every_view_opens_by_key_and_by_rail_and_back_returns(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Keys 1 to 8 and the rail go through the views; each has an address, and back returns."""
    page = open_page(serve().url)
    page.locator(".rows .row").first.wait_for(timeout=PATIENCE_MS)
    for number, view in enumerate(VIEWS, 2):
        page.keyboard.press(str(number))
        page.locator(FILLED[view]).first.wait_for(timeout=PATIENCE_MS)
        assert page.url.endswith(f"#/{view}")
        assert page.locator('[aria-current="page"]').get_attribute("data-view") == view
        assert page.locator(".view h2").first.is_visible()
    page.go_back()
    page.locator(FILLED["day"]).first.wait_for(timeout=PATIENCE_MS)
    page.locator('[data-view="map"]').click()
    page.locator("#board").wait_for()
    page.keyboard.press("4")
    page.locator(FILLED["vertiports"]).first.wait_for()


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("#/sorties/S00-01", "S00-01"),
        ("#/fleet/EV-03", "EV-03"),
        ("#/vertiports/ALATAU", "Alatau centre"),
        ("#/timeline/aircraft/EV-05", "EV-05"),
    ],
)
def test_every_object_has_an_address_in_its_view(
    serve: Callable[..., Served], open_page: Callable[..., Any], address: str, heading: str
) -> None:
    """A deep link opens the view with the inspector; Escape closes it and keeps the view."""
    page = open_page(serve().url + address)
    page.locator(".inspector").get_by_role("heading", name=heading).wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    page.locator(".inspector").wait_for(state="detached")
    assert page.url.endswith(f"#/{address.split('/')[1]}")


def test_a_list_is_filtered_sorted_and_walked_by_keys(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """`/` goes to the filter, words narrow the list, arrows walk it, Enter opens."""
    page = open_page(serve().url + "#/fleet")
    page.locator(FILLED["fleet"]).first.wait_for(timeout=PATIENCE_MS)
    assert page.locator(".list .rows [data-id]").count() == 10
    page.keyboard.press("/")
    page.keyboard.type("ev-07")
    page.wait_for_function("() => document.querySelectorAll('.list .rows [data-id]').length === 1")
    page.locator("[data-filter]").fill("nothing like it")
    page.get_by_text("matches “nothing like it”").wait_for()
    page.locator("[data-filter]").fill("")
    page.get_by_role("button", name="Charge", exact=True).click()
    charges = page.locator(".list .cell-charge").all_inner_texts()
    values = [int(text.strip().split()[0]) for text in charges]
    assert values == sorted(values)
    page.locator(".list .row-button").first.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "() => document.activeElement.closest('[data-index]').dataset.index === '1'"
    )
    page.keyboard.press("Enter")
    page.locator('[data-inspector="aircraft"]').wait_for()


def test_a_long_list_draws_only_what_is_seen(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """The day's sorties are one table with all rows counted and few of them drawn."""
    page = open_page(serve().url + "#/sorties")
    page.locator(FILLED["sorties"]).first.wait_for(timeout=PATIENCE_MS)
    counted = int(page.locator(".list").get_attribute("aria-rowcount"))
    drawn = page.locator(".list .rows [data-id]").count()
    assert counted > 50
    assert drawn < 50
    page.get_by_role("button", name="Attention", exact=True).click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.list .rows [data-id]')].every("
        "(row) => row.dataset.state === 'cancelled')"
    )


def test_the_timeline_is_looked_over_and_opened_by_keys(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Arrows walk the blocks and say them, Enter opens one, dragging looks elsewhere."""
    page = open_page(serve().url + "#/timeline")
    page.locator(FILLED["timeline"]).first.wait_for(timeout=PATIENCE_MS)
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    active = grid.get_attribute("aria-activedescendant")
    said = page.locator(f"#{active}").get_attribute("aria-label")
    assert "–" in said
    assert page.locator(f"#{active}").get_attribute("role") == "gridcell"
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "(id) => document.getElementById(id).ariaLabel.includes('planned')", arg=active
    )
    assert page.locator(".tl .tl-block.is-active.is-planned").count() == 1
    page.keyboard.press("Enter")
    page.locator(".inspector").wait_for()
    page.keyboard.press("Escape")
    page.locator(".inspector").wait_for(state="detached")
    page.evaluate(FRAMES)
    hour = page.locator(".tl-hour", has_text="10:30")
    before = hour.bounding_box()["x"]
    box = page.locator(".tl-body").bounding_box()
    page.mouse.move(box["x"] + 500, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 620, box["y"] + 60, steps=4)
    page.mouse.up()
    assert abs(hour.bounding_box()["x"] - before - 120) < 5
    page.get_by_role("button", name="To now").click()
    page.get_by_role("button", name="By stand").click()
    page.locator('.tl-row[data-row="AIRPORT-S1"] .tl-canvas[data-drawn]').wait_for()
    assert page.url.endswith("rows=stands")
    assert page.locator(".tl-group").first.inner_text().strip() == "Airport"


def test_a_block_is_inked_pointed_at_and_opened(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A flight in its colour lies where it is said to be; a click opens it; dark is inked anew."""
    page = open_page(serve().url + "#/timeline", color_scheme="light")
    page.locator(FILLED["timeline"]).first.wait_for(timeout=PATIENCE_MS)
    lane = page.locator('.tl-row[data-row="EV-01"] .tl-lane')
    box = lane.bounding_box()
    x = next(
        x
        for x in range(int(box["width"] / 3) - 4, 0, -6)
        if (page.mouse.move(box["x"] + x, box["y"] + 22), lane.get_attribute("title"))[1]
        and "flight" in lane.get_attribute("title")
    )
    said = lane.get_attribute("title")
    light = page.evaluate(COLOUR, "--flight")
    assert page.evaluate(INK, [x - 2, x - 1, 22, light])
    page.mouse.click(box["x"] + x, box["y"] + 22)
    page.locator(".inspector").wait_for()
    assert said.split(", ")[-2] in page.locator(".inspector h2").first.inner_text()
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    dark = page.evaluate(COLOUR, "--flight")
    assert light != dark
    page.wait_for_function(INK, arg=[0, 300, 22, dark], polling=200)
    assert not page.evaluate(INK, [0, 300, 22, light])


def test_a_refresh_inks_only_the_rows_that_changed(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """The same answer inks nothing; one whose row has lost a block inks that row."""
    page = open_page("about:blank")
    told: list[Any] = []
    is_shorter = False

    def answer(route: "Route") -> None:
        if not told:
            told.append(json.loads(route.fetch().text()))
        body = copy.deepcopy(told[0])
        if is_shorter:
            del body["aircraft"][2]["blocks"][-1]
        route.fulfill(status=200, content_type="application/json", body=json.dumps(body))

    def hear_an_answer() -> None:
        """Return when an answer asked for from now on has been taken in: another is asked for."""
        for _ in range(2):
            with page.context.expect_event("request", lambda r: "/api/timeline" in r.url):
                pass

    page.context.route("**/api/timeline*", answer)
    page.add_init_script(COUNT_INKED)
    page.add_init_script(SOONER)  # the timeline is asked for every second, not every five
    page.goto(serve().url + "#/timeline")
    page.wait_for_function(
        "() => document.querySelectorAll('.tl-canvas[data-drawn]').length === 10",
        timeout=PATIENCE_MS,
    )
    for _ in range(4):  # letters that come late are inked too
        page.evaluate("() => { window.inked = [] }")
        hear_an_answer()
        if page.evaluate("window.inked") == []:
            break
    assert page.evaluate("window.inked") == []
    is_shorter = True
    page.wait_for_function("() => window.inked.length > 0", timeout=PATIENCE_MS)
    assert set(page.evaluate("window.inked")) == {"EV-03"}


def test_a_past_moment_is_shown_named_and_left(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A moment has an address, is called a replay, fills the lists, and is left by a button."""
    page = open_page(serve().url + "#/sorties" + PAST)
    page.locator('[data-replay="now"]').wait_for(timeout=PATIENCE_MS)
    page.wait_for_function("() => document.querySelector('.clock-time').textContent === '09:00:00'")
    assert page.locator('[data-replay="at"]').inner_text() == "09:00:00"
    assert "REPLAY" in page.locator(".bar").inner_text()
    airborne = page.locator('[data-state="airborne"] .num').first.inner_text()
    assert "08:3" <= airborne < "09:01"
    page.locator('[data-replay="slider"]').focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('.clock-time').textContent === '08:59:00'")
    page.wait_for_url("**at=2026-04-15T03:59:00Z")
    page.locator('[data-replay="now"]').click()
    page.locator(".replay-live").wait_for()
    assert "at=" not in page.url
    page.wait_for_function("() => document.querySelector('.clock-time').textContent > '10:00'")
    page.go_back()
    page.locator('[data-replay="now"]').wait_for()


def test_a_replay_plays_and_pauses(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Space starts the replay, time goes on in it, and space stops it."""
    page = open_page(serve().url + "#/fleet" + PAST)
    page.locator('[data-replay="now"]').wait_for(timeout=PATIENCE_MS)
    page.locator(FILLED["fleet"]).first.wait_for(timeout=PATIENCE_MS)
    page.keyboard.press(" ")
    page.wait_for_function(
        "() => document.querySelector('[data-replay=at]').textContent >= '09:01:00'",
        timeout=PATIENCE_MS,
    )
    page.keyboard.press(" ")
    page.locator('[data-replay="play"][aria-label="Play"]').wait_for()


def test_a_moment_that_the_log_does_not_hold_is_said(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """An instant before the log is refused in words, and now is one step away."""
    page = open_page(serve().url + "#/fleet?at=2020-01-01T00:00:00Z", expects="422")
    page.get_by_text("The log does not hold this moment").wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("n")
    page.locator(".replay-live").wait_for()


def test_the_keys_are_listed_and_the_focus_stays_in_the_list(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """`?` opens a modal list; tabbing does not leave it; Escape closes it and nothing else."""
    page = open_page(serve().url + "#/fleet/EV-03")
    page.locator(".inspector").wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("?")
    page.locator("dialog.keys[open]").wait_for()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("2")
    assert page.url.endswith("#/fleet/EV-03")
    page.keyboard.press("Escape")
    page.locator("dialog.keys[open]").wait_for(state="detached")
    assert page.locator(".inspector").is_visible()


def test_alerts_name_cause_and_consequence(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A closed vertiport and fog are alerts with what they touch; one opens its object."""
    page = open_page(serve().url + "#/day")
    page.locator(".has-alerts").click(timeout=PATIENCE_MS)
    alerts = page.locator(".alert").all_inner_texts()
    assert any("Medeu: closed" in text for text in alerts)
    fog = next(text for text in alerts if "Alatau centre: below minima" in text)
    assert "sorties" in fog or "no sortie" in fog
    page.locator(".alert button", has_text="Medeu: closed").click()
    page.locator('[data-inspector="vertiport"]').wait_for()


@pytest.mark.parametrize("tag", ["kk-KZ", "ru-RU", "en-GB"])
def test_every_view_fits_a_phone_and_large_text(
    serve: Callable[..., Served], open_page: Callable[..., Any], tag: str
) -> None:
    """At 360 px, and with text of 200 % on a desk, no view scrolls sideways."""
    served = serve()
    small = open_page(served.url + "#/day", locale=tag, **PHONE)
    large = open_page(served.url + "#/day", locale=tag)
    large.evaluate("document.documentElement.style.fontSize = '200%'")
    for page, width in ((small, 360), (large, 1440)):
        for view in VIEWS:
            page.evaluate("(view) => { location.hash = '#/' + view }", view)
            page.locator(FILLED[view]).first.wait_for(timeout=PATIENCE_MS)
            assert page.evaluate("document.documentElement.scrollWidth") == width, (view, width)
            head = page.locator(".view-head").bounding_box()
            assert head["x"] >= 0, view
            assert head["x"] + head["width"] <= width, view


def test_a_map_that_does_not_open_says_so(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Without the map's code the page says so, the lists work, and loading again is a button."""
    page = open_page(serve().url + "#/fleet", expects="stage")
    page.locator(FILLED["fleet"]).first.wait_for(timeout=PATIENCE_MS)
    page.route(
        "**/stage-*.js",
        lambda route: route.fulfill(content_type="text/javascript", body="throw 'no stage'"),
    )
    page.reload()  # the page may have fetched the map's code already, while it had nothing to do
    page.locator(FILLED["fleet"]).first.wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("1")
    page.get_by_role("alert").get_by_text("The map did not open").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Load again").wait_for()
    assert page.locator("#board .row").count() > 1


def test_a_service_that_dies_while_the_map_loads_is_said(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A ground that never came is named in words instead of an empty background."""
    served = serve()
    page = open_page(served.url + "#/fleet", expects="ERR_")
    page.locator(FILLED["fleet"]).first.wait_for(timeout=PATIENCE_MS)
    page.route("**/map/**", lambda route: None)  # asked for, never answered
    page.reload()
    page.locator(FILLED["fleet"]).first.wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("1")
    page.locator("#board").wait_for()
    served.stop()
    page.get_by_text("lost before the map was complete").wait_for(timeout=PATIENCE_MS)
    assert page.locator('[data-notice="age"]').inner_text() != ""


def test_a_panel_of_the_past_shows_nothing_of_now(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """In a replay the panel says what it leaves out; a sortie unknown then is not yet planned."""
    page = open_page(serve().url + "#/fleet/EV-03" + PAST)
    page.locator(".inspector .charge-value").wait_for(timeout=PATIENCE_MS)
    page.locator(".inspector").get_by_text("the rest is of now").wait_for()
    assert page.locator(".inspector .chart, .inspector .lines").count() == 0
    page.evaluate("(address) => { location.hash = address }", "#/sorties/S77-77" + PAST)
    page.locator(".inspector").get_by_text("Not yet planned at this moment").wait_for()


def test_keys_work_after_a_click_on_a_layer(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A checkbox has the focus after a click and leaves the keys of the desk alone."""
    page = open_page(serve().url)
    page.locator(".layers summary").click(timeout=PATIENCE_MS)
    page.locator('[data-layer="zones"]').focus()
    page.keyboard.press("3")
    page.locator(".is-view").wait_for(timeout=PATIENCE_MS)
