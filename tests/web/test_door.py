"""The passengers' page in a real browser: from, to, when, who, and the answer."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from aspan.faces.http.place_view import CityPlaces
from web.conftest import Served
from web.test_pages import PATIENCE_MS, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.web

SCRIPT_BYTES_MAX = 100_000
AIRPORT, SQUARE = "43.34656,77.01212", "43.23890,76.94530"
QUESTION = {"from": AIRPORT, "from_name": "Airport", "to": SQUARE, "to_name": "Square"}
BUSY = "Failed to load resource"


@pytest.fixture
def served(places: CityPlaces) -> Iterator[Served]:
    """Return a server that knows the places and an invented search."""
    served = Served(places=places)
    yield served
    served.close()


def go(served: Served, screen: str = "answer", **question: str) -> str:
    """Return the address of a question."""
    return f"{served.url}go?{urlencode(QUESTION | question)}#{screen}"


def found(page: "Page") -> None:
    """Wait for the answer."""
    page.locator(".cards .card").first.wait_for(timeout=PATIENCE_MS)


def test_the_first_paint_needs_little_script(served: Served, open_page: Callable[..., Any]) -> None:
    """To ask and to see the answer no more than 100 kB of script is fetched, and not the map's."""
    page = open_page("about:blank")
    bodies: dict[str, int] = {}
    page.on(
        "response",
        lambda r: (
            bodies.update({r.url: len(r.body())}) if r.url.endswith((".js", ".mjs")) else None
        ),
    )
    page.goto(go(served))
    found(page)
    page.wait_for_load_state("networkidle")
    assert bodies
    assert sum(bodies.values()) <= SCRIPT_BYTES_MAX, bodies
    assert not any("maplibre" in url for url in bodies)


def test_a_marked_place_stays_marked_when_a_later_answer_has_it_too(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Who marks a suggestion while the next answer is on its way keeps it, wherever it stands."""
    page = open_page(f"{served.url}go")
    held: list[Any] = []
    page.route(re.compile(r"/places\?q=airport&"), lambda route: held.append(route))
    page.locator("#place").focus()
    page.keyboard.type("airpor")
    options = page.locator("#places [role=option]")
    options.nth(1).wait_for(timeout=PATIENCE_MS)
    with page.expect_request(re.compile(r"/places\?q=airport&")):
        page.keyboard.type("t")
    page.keyboard.press("ArrowDown")
    first = options.first.inner_text()
    answer = held[0].fetch()
    turned = list(reversed(answer.json()["places"]))
    held[0].fulfill(response=answer, json={"places": turned})
    page.wait_for_function(
        "(was) => document.querySelector('#places [role=option]').innerText !== was", arg=first
    )
    assert turned[0]["name"] in options.first.inner_text()
    assert page.locator("#places [aria-selected=true]").inner_text() == first


def test_a_trip_is_asked_for_with_the_keyboard_alone(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """Two places with typing errors, a time and a party lead to an answer without a mouse."""
    page = open_page(f"{served.url}go")
    page.locator("#place").focus()
    for typed, name in (
        ("airprot", "Almaty International Airport"),
        ("republik sq", "Republic Square"),
    ):
        page.keyboard.type(typed)
        page.get_by_role("option", name=re.compile(name)).wait_for(timeout=PATIENCE_MS)
        page.keyboard.press("ArrowDown")
        field = page.get_by_role("combobox", name=re.compile("Where"))
        active = field.get_attribute("aria-activedescendant")
        assert field.get_attribute("aria-expanded") == "true"
        assert name in page.locator(f"#{active}[aria-selected=true]").inner_text()
        heading = page.locator("h1").inner_text()
        page.keyboard.press("Enter")
        page.wait_for_function(
            "(was) => document.querySelector('h1').innerText !== was", arg=heading
        )
        page.wait_for_function("() => document.activeElement.matches('[data-first]')")
    page.keyboard.press("ArrowDown")  # leave at
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.name === 'party'")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    found(page)
    asked = served.trips.asked[-1]
    assert asked["party"] == "2"
    assert asked["depart_at"].startswith("2026-04-15T10:")
    assert "depart_at=2026-04-15T10:" in page.url


@pytest.mark.parametrize(
    ("tag", "there_by", "facts", "chance"),
    [
        ("kk-KZ", "10:44 дейін жетесіз", "14 200 ₸, көліктен 31 мин тезірек", "өте ықтимал, 93 %"),
        (
            "ru-RU",
            "На месте к 10:44",
            "14 200 ₸, на 31 мин быстрее, чем на машине",
            "очень вероятно, 93 %",
        ),
        ("en-GB", "There by 10:44", "14,200 ₸, 31 min faster than a car", "very likely, 93 %"),
    ],
)
def test_the_answer_comes_before_the_options(
    served: Served,
    open_page: Callable[..., Any],
    tag: str,
    there_by: str,
    facts: str,
    chance: str,
) -> None:
    """There by when, for how much, how much faster, how sure: at the top, in the language."""
    page = open_page(go(served), locale=tag, **PHONE)
    page.locator(".best h1").wait_for(timeout=PATIENCE_MS)
    assert page.locator(".best h1").inner_text() == there_by
    assert " ".join(page.locator(".best-facts").inner_text().split()) == facts
    assert chance in " ".join(page.locator(".best .chance").inner_text().split())
    assert page.evaluate("document.documentElement.lang") == tag[:2]
    box = page.locator(".best h1").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 740 / 2
    assert served.trips.asked[-1]["lang"] == tag[:2]


def test_strips_are_in_true_proportion(served: Served, open_page: Callable[..., Any]) -> None:
    """Each piece is as wide as it is long in time, on one scale for all ways."""
    page = open_page(go(served))
    found(page)
    widths = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.card')].map((card) =>
          [card.dataset.itinerary, [...card.querySelectorAll('.piece')].map(
            (p) => p.getBoundingClientRect().width / card.querySelector('.strip').clientWidth)]))"""
    )
    minutes = {
        "air": [5, 10, 4, 9, 2, 8],
        "car": [5, 66],
        "transit": [6, 2, 55, 4, 4, 19],
    }
    for name, legs in minutes.items():
        assert widths[name] == pytest.approx([leg / 90 for leg in legs], abs=0.004), name


def test_a_link_brings_the_same_question(served: Served, open_page: Callable[..., Any]) -> None:
    """What one person asked another sees by the address alone, on any device."""
    question = {
        "arrive_by": "2026-04-15T11:30",
        "party": "3",
        "step_free": "true",
        "walk_m_max": "800",
    }
    page = open_page(go(served, **question))
    found(page)
    other = open_page(page.url, **PHONE)
    found(other)
    first, second = served.trips.asked[-2:]
    assert first == second
    assert first["arrive_by"] == "2026-04-15T11:30"
    assert (first["party"], first["step_free"], first["walk_m_max"]) == ("3", "true", "800")
    assert (first["from"], first["to"]) == (AIRPORT, SQUARE)


def test_the_link_is_copied(served: Served, open_page: Callable[..., Any]) -> None:
    """Sharing puts the address of question and trip on the clipboard and says so."""
    page = open_page(go(served, "trip/air"), permissions=["clipboard-read", "clipboard-write"])
    found(page)
    page.get_by_role("button", name="Share the link").click()
    page.get_by_text("The link is copied.").wait_for(timeout=PATIENCE_MS)
    link = go(served, "trip/air").replace("%2C", ",")
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_back_leads_through_the_screens(served: Served, open_page: Callable[..., Any]) -> None:
    """Every screen and every opened trip is a step that the browser's back undoes."""
    page = open_page(f"{served.url}go?{urlencode(QUESTION)}#when")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Show my trips").click()
    found(page)
    page.locator('[data-itinerary="car"] > .wide-button').click()
    page.locator('[data-itinerary="car"].is-open').wait_for()
    assert page.url.endswith("#trip/car")
    for heading in ("There by 10:44", "Who travels?", "When?"):
        page.go_back()
        page.get_by_role("heading", level=1, name=heading).wait_for(timeout=PATIENCE_MS)
        assert page.locator(".card.is-open").count() == 0
    page.go_forward()
    page.get_by_role("heading", level=1, name="Who travels?").wait_for(timeout=PATIENCE_MS)


def test_ways_are_compared(served: Served, open_page: Callable[..., Any]) -> None:
    """Sorted by price the cheapest comes first, and the address remembers it."""
    page = open_page(go(served))
    found(page)
    order = "() => [...document.querySelectorAll('.card')].map((c) => c.dataset.itinerary)"
    assert page.evaluate(order) == ["air", "car", "transit"]
    page.get_by_role("radio", name="Price").check()
    assert page.evaluate(order) == ["transit", "car", "air"]
    assert "by=price" in page.url
    page.reload()
    found(page)
    assert page.evaluate(order) == ["transit", "car", "air"]


def test_an_estimate_opens_its_range_and_source(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """The mark beside CO2 opens value, range and source; estimated buses are named as such."""
    page = open_page(go(served, "trip/transit"))
    found(page)
    mark = page.locator('[data-itinerary="air"] .mark')
    mark.locator("summary").click()
    text = " ".join(mark.inner_text().split())
    assert "Value: 2.1 kg" in text
    assert "Range: 1.5 kg – 3.2 kg" in text
    assert "Source: A test" in text
    page.get_by_text("Bus times are estimated").wait_for()
    assert page.locator(".leg.is-bus .is-estimate").inner_text() == "estimate"
    assert page.locator(".leg.is-metro .is-estimate").count() == 0


def test_legs_are_told_with_times_and_names(served: Served, open_page: Callable[..., Any]) -> None:
    """A trip in full says when, from where, by what line and whether the change is likely made."""
    page = open_page(go(served, "trip/transit"))
    found(page)
    legs = [" ".join(text.split()) for text in page.locator(".leg").all_inner_texts()]
    assert legs[0] == "10:01 Airport walk 6 min, 480 m"
    assert legs[2].startswith("11:08 Raiymbek batyr metro M1 towards Almaly, 4 min, 2.2 km, 120 ₸")
    assert "Making this change: likely, 80 %" in legs[2]
    assert legs[-1] == "11:31 Square"


def test_the_map_is_fetched_only_when_asked_for(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """The map's code comes with the button, and then all legs are drawn with their ends named."""
    page = open_page(go(served, "trip/air"))
    found(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Show on the map").click()
    page.wait_for_function(
        """() => { const map = document.querySelector('aspan-trip-map')?.map;
          return map?.loaded() && ['way-walk', 'way-car', 'way-air'].every(
            (layer) => map.queryRenderedFeatures({layers: [layer]}).length > 0); }""",
        timeout=3 * PATIENCE_MS,
    )
    assert any("maplibre" in url for url in asked)
    names = page.locator(".trip-place").all_inner_texts()
    assert names == ["Airport", "Almaty Airport", "Republic Square", "Square"]
    assert "OpenStreetMap" in page.locator("aspan-trip-map .credits").inner_text()


def test_bad_news_comes_first(served: Served, open_page: Callable[..., Any]) -> None:
    """Without a flight the reason stands above the answer, and the car is offered."""
    served.trips.mood = "no_air"
    page = open_page(go(served))
    found(page)
    news = page.locator(".found > .note.is-attention")
    assert "Fog at Republic Square" in news.inner_text()
    above, best = news.bounding_box(), page.locator(".best").bounding_box()
    assert above is not None
    assert best is not None
    assert above["y"] < best["y"]
    assert page.locator(".best h1").inner_text() == "There by 11:11"


def test_no_way_says_why_and_what_can_be_done(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """An empty answer names its reason and leads to the questions that could change it."""
    served.trips.mood = "none"
    page = open_page(go(served))
    page.get_by_role("heading", name="No way found").wait_for(timeout=PATIENCE_MS)
    assert page.get_by_text("Fog at Republic Square until 11:00.").is_visible()
    page.get_by_role("button", name="Another time").click()
    page.get_by_role("heading", name="When?").wait_for(timeout=PATIENCE_MS)


def test_a_refused_question_is_explained(served: Served, open_page: Callable[..., Any]) -> None:
    """What the service says of a wrong question is shown, with a way to change it."""
    served.trips.mood = "refused"
    page = open_page(go(served), expects=BUSY)
    page.get_by_text("is not accepted; expected a day within 7").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Change the question").click()
    page.get_by_role("heading", name="Where from?").wait_for(timeout=PATIENCE_MS)


def test_a_service_that_fails_can_be_asked_again(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """After a fault the question is kept and one press asks it again."""
    served.trips.mood = "broken"
    page = open_page(go(served), expects=BUSY)
    page.get_by_role("alert").get_by_text("Trips cannot be searched now").wait_for(
        timeout=PATIENCE_MS
    )
    served.trips.mood = "usual"
    page.get_by_role("button", name="Try again").click()
    found(page)


def test_without_a_network_the_page_says_so(served: Served, open_page: Callable[..., Any]) -> None:
    """A dead line is told apart from a service that fails, for trips and for places."""
    page = open_page(f"{served.url}go", expects=BUSY)
    page.locator(".places li").first.wait_for(timeout=PATIENCE_MS)
    page.context.set_offline(True)
    page.locator("#place").fill("абая")
    page.get_by_text("No connection: check your network").wait_for(timeout=PATIENCE_MS)
    page.evaluate(
        "(a) => { history.pushState(null, '', a); dispatchEvent(new PopStateEvent('popstate')); }",
        go(served),
    )
    page.get_by_role("heading", name="No connection").wait_for(timeout=PATIENCE_MS)
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    found(page)


def test_waiting_shows_the_structure(served: Served, open_page: Callable[..., Any]) -> None:
    """While the answer is looked for its shape stands there, still where motion is unwanted."""
    served.trips.mood = "slow"
    page = open_page(go(served), reduced_motion="reduce")
    page.locator(".ghosts .card").first.wait_for(timeout=PATIENCE_MS)
    assert page.locator(".found").get_attribute("aria-busy") == "true"
    moving = "() => getComputedStyle(document.querySelector('.ghosts')).animationName"
    assert page.evaluate(moving) == "none"
    served.trips.mood = "usual"
    found(page)
    assert page.locator(".found").get_attribute("aria-busy") == "false"


@pytest.mark.parametrize(
    ("lat", "lon", "told"),
    [
        (43.2389, 76.9453, "Republic Square"),
        (43.33, 77.05, "Near Guldala, 2.4 km"),
        (51.5, -0.1, None),
    ],
)
def test_my_position_is_used(
    served: Served, open_page: Callable[..., Any], lat: float, lon: float, told: str | None
) -> None:
    """A position gets the name of what is there or near; outside the city it is refused."""
    position = {"latitude": lat, "longitude": lon}
    page = open_page(f"{served.url}go", geolocation=position, permissions=["geolocation"])
    page.locator(".is-twin").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Use my position").click()
    if told is None:
        page.get_by_text("You are outside the city").wait_for(timeout=PATIENCE_MS)
        return
    page.get_by_role("heading", name="Where to?").wait_for(timeout=PATIENCE_MS)
    name = " ".join(page.locator(".known dd").inner_text().split())
    assert name.startswith(told)
    assert f"from={lat:.5f},{lon:.5f}" in page.url


def test_a_refused_position_says_what_to_do(served: Served, open_page: Callable[..., Any]) -> None:
    """Who does not give the position is told how else to go on."""
    page = open_page(f"{served.url}go", permissions=[])
    page.get_by_role("button", name="Use my position").click()
    page.get_by_text(re.compile("type a place")).first.wait_for(timeout=PATIENCE_MS)


def test_one_place_is_not_a_trip(served: Served, open_page: Callable[..., Any]) -> None:
    """The place one leaves from cannot be where one goes."""
    page = open_page(f"{served.url}go")
    for _ in range(2):
        page.locator("#place").fill("Republic Square")
        page.get_by_role("option", name=re.compile("Republic Square")).first.click()
    page.get_by_role("alert").get_by_text("That is the same place").wait_for(timeout=PATIENCE_MS)


def test_an_address_that_is_wrong_asks_again(served: Served, open_page: Callable[..., Any]) -> None:
    """What an address has wrong is asked for, never sent on."""
    page = open_page(
        f"{served.url}go?from=95,76&to=x&party=9&depart_at=soon&by=magic#trip/%E0%A4%A"
    )
    page.get_by_role("heading", name="Where from?").wait_for(timeout=PATIENCE_MS)
    assert served.trips.asked == []


def test_the_planning_twin_is_named(served: Served, open_page: Callable[..., Any]) -> None:
    """Every screen says that this is a simulation and that the approval is assumed."""
    page = open_page(go(served, "when"))
    page.get_by_text("leave to carry passengers is assumed").wait_for(timeout=PATIENCE_MS)
    page.goto(go(served))
    found(page)
    assert page.get_by_text("leave to carry passengers is assumed").is_visible()


def test_the_language_can_be_changed_with_the_answer_open(
    served: Served, open_page: Callable[..., Any]
) -> None:
    """The question stays, all else is told in the other language, the service's words too."""
    page = open_page(go(served))
    found(page)
    page.locator("#language").select_option("kk")
    page.get_by_text("Такси 2012 жылғы көшелер бойынша бағаланған.").wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.lang") == "kk"
    assert served.trips.asked[-1]["lang"] == "kk"


SCREENS = ("from", "when", "who", "trip/transit", "trip/air")


@pytest.mark.parametrize("tag", ["kk-KZ", "ru-RU", "en-GB"])
@pytest.mark.parametrize("text", [100, 200])
def test_a_phone_and_big_text_need_no_sideways_scrolling(
    served: Served, open_page: Callable[..., Any], tag: str, text: int
) -> None:
    """At 360 px, with text of 200 % too, nothing sticks out on any screen and nothing is tiny."""
    page = open_page(go(served, "from"), locale=tag, **PHONE)
    for screen in SCREENS:
        page.goto(go(served, screen, arrive_by="2026-04-15T12:00"))
        page.reload()
        page.locator(".places li, .moment, .is-party, .card").first.wait_for(timeout=PATIENCE_MS)
        page.add_style_tag(content=f"html {{ font-size: {text}% }}")
        out = page.evaluate(
            """() => [...document.querySelectorAll('main *, header *')]
              .filter((e) => e.checkVisibility() && !e.closest('.hidden')
                && e.getBoundingClientRect().right > 360.5)
              .map((e) => e.tagName + '.' + e.className).slice(0, 5)"""
        )
        assert (screen, out) == (screen, [])
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        tiny = page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
              && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
              && parseFloat(getComputedStyle(e).fontSize) < 12).map((e) => e.className)"""
        )
        assert tiny == []


def test_targets_are_big(served: Served, open_page: Callable[..., Any]) -> None:
    """What a thumb must hit is at least 44 px high and wide."""
    page = open_page(go(served, "from"), **PHONE)
    for screen in SCREENS:
        page.goto(go(served, screen, arrive_by="2026-04-15T12:00"))
        page.reload()
        page.locator(".places li, .moment, .is-party, .card").first.wait_for(timeout=PATIENCE_MS)
        small = page.evaluate(
            """() => [...document.querySelectorAll(`button, select, .choice, .places li,
                .place-input, .moment input, .asked summary`)].filter((e) => e.checkVisibility())
              .map((e) => [e.className, e.getBoundingClientRect()])
              .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
              .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
        )
        assert (screen, small) == (screen, [])
