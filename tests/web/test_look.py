"""What a picture of the page shows: targets for fingers, columns on a phone, names apart."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from web.conftest import Served
from web.test_pages import PATIENCE_MS, PHONE
from web.test_views import FILLED, VIEWS

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.web

FINGER_PX = 43.5
WALL = {"width": 2560, "height": 1440}
SMALL_TARGETS = """(least) => [...document.querySelectorAll(
    'button, select, summary, input, .inspector a, .rail a')]
  .filter((e) => e.checkVisibility({visibilityProperty: true}) && e.closest('[inert]') === null
    && !e.matches('.row-button, .mark-word, .mark-sign, .sky *, .search input, [type=checkbox]'))
  .map((e) => [e.getBoundingClientRect(), e])
  .filter(([box]) => box.width > 1 && box.height < least)
  .map(([box, e]) => `${e.className || e.tagName} ${box.height}`)"""
RIGHT_EDGE = """(selector) => {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return box && box.width > 0 ? box.right : false;
}"""
BOXES = """() => [...document.querySelectorAll('.vertiport.is-named')].map((e) => {
  const {left, top, right, bottom} = e.querySelector('.vertiport-name').getBoundingClientRect();
  return {id: e.dataset.vertiport, side: e.dataset.side, left, top, right, bottom};
})"""


@pytest.mark.parametrize("tag", ["kk-KZ", "ru-RU", "en-GB"])
def test_a_finger_meets_every_target_on_a_phone(
    serve: Callable[..., Served], open_page: Callable[..., Any], tag: str
) -> None:
    """At 360 px whatever can be pressed is 44 px high, in each view and in the panel."""
    page = open_page(serve().url, locale=tag, **PHONE)
    page.locator(".rows .row").first.wait_for(timeout=PATIENCE_MS)
    assert page.evaluate(SMALL_TARGETS, FINGER_PX) == []
    for view in VIEWS:
        page.evaluate("(view) => { location.hash = '#/' + view }", view)
        page.locator(FILLED[view]).first.wait_for(timeout=PATIENCE_MS)
        assert page.evaluate(SMALL_TARGETS, FINGER_PX) == [], view
    page.evaluate("() => { location.hash = '#/vertiport/ALATAU' }")
    page.locator(".inspector .places").first.wait_for(timeout=PATIENCE_MS)
    assert page.evaluate(SMALL_TARGETS, FINGER_PX) == []


def test_a_phone_keeps_the_column_each_list_is_read_for(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """At 360 px the fleet tells its charge, the vertiports their free stands, sorties a status."""
    page = open_page(serve().url + "#/fleet", **PHONE)
    for view, cell in (
        ("fleet", ".cell-charge"),
        ("vertiports", ".cell-stands .num"),
        ("sorties", ".state"),
    ):
        page.evaluate("(view) => { location.hash = '#/' + view }", view)
        # measured where it is found: a refresh may put another row in its place
        right = page.wait_for_function(RIGHT_EDGE, arg=f".list {cell}", timeout=PATIENCE_MS)
        assert right.json_value() <= 360, view


def test_names_of_near_vertiports_stand_apart(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A vertiport whose ring takes the place of a name leaves it another side; none is lost."""
    served = serve()

    def move_near(route: "Route") -> None:
        answer = route.fetch()
        city = json.loads(answer.text())
        first, second = city["vertiports"][:2]
        second["lat_deg"] = first["lat_deg"] - 0.03
        second["lon_deg"] = first["lon_deg"]
        route.fulfill(response=answer, body=json.dumps(city))

    page = open_page("about:blank")
    page.route("**/api/city*", move_near)
    page.goto(served.url)
    page.locator(".vertiport.is-named").first.wait_for(state="attached", timeout=PATIENCE_MS)
    count = page.locator(".vertiport").count()
    page.wait_for_function(
        "(n) => document.querySelectorAll('.vertiport.is-named').length === n",
        arg=count,
        timeout=PATIENCE_MS,
    )
    boxes = page.evaluate(BOXES)
    assert any(box["side"] != "below" for box in boxes)
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            is_apart = (
                a["right"] <= b["left"]
                or b["right"] <= a["left"]
                or a["bottom"] <= b["top"]
                or b["bottom"] <= a["top"]
            )
            assert is_apart, (a, b)


def test_a_wall_screen_is_written_larger(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """At 2560 px the letters grow and nothing sticks out; at a desk's width they are as set."""
    served = serve()
    sizes = []
    for viewport in ({"width": 1440, "height": 900}, WALL):
        page = open_page(served.url + "#/day", viewport=viewport)
        page.locator(FILLED["day"]).first.wait_for(timeout=PATIENCE_MS)
        sizes.append(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    assert sizes == [14, 17.5]


def test_a_view_that_does_not_open_has_a_button_of_a_buttons_size(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Without a view's code the page says so, with a button that is not stretched over it."""
    page = open_page(serve().url + "#/fleet", expects="weather-view")
    page.locator(FILLED["fleet"]).first.wait_for(timeout=PATIENCE_MS)
    page.route(
        "**/weather-view*",
        lambda route: route.fulfill(
            content_type="text/javascript", body="throw new Error('weather-view')"
        ),
    )
    page.evaluate("() => { location.hash = '#/weather' }")
    button = page.locator(".map-waiting .button")
    button.wait_for(timeout=PATIENCE_MS)
    assert button.bounding_box()["height"] < 60


def test_what_is_awaited_stays_in_its_place(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """Before the first answer the ghosts of rows stand under the head, and not over other parts."""
    page = open_page("about:blank", **PHONE)
    page.route("**/api/**", lambda route: None)
    page.goto(serve().url)
    for view in ("", "timeline", "sorties"):
        page.evaluate("(view) => { location.hash = '#/' + view }", view)
        ghosts = page.locator(".ghosts").first
        ghosts.wait_for(timeout=PATIENCE_MS)
        seen = page.evaluate(
            """() => [...document.querySelectorAll('aspan-replay, aspan-rail')].map((part) => {
              const box = part.getBoundingClientRect();
              return document.elementFromPoint(box.left + 160, box.top + box.height / 2)
                .closest('.ghosts') === null;
            })"""
        )
        assert seen == [True, True], view


def test_the_dot_beside_now_is_full_only_while_the_picture_is_fresh(
    serve: Callable[..., Served], open_page: Callable[..., Any]
) -> None:
    """A picture that grows old is not marked as live."""
    served = serve()
    page = open_page(served.url + "#/fleet", expects="ERR_")
    page.locator(FILLED["fleet"]).first.wait_for(timeout=PATIENCE_MS)
    border = """() => getComputedStyle(document.querySelector('.replay-live'), '::before')
      .borderTopWidth"""
    assert page.evaluate(border) == "0px"
    served.stop()
    page.locator("[data-notice=age]:not(.is-off)").wait_for(timeout=PATIENCE_MS)
    assert page.evaluate(border) == "2px"
