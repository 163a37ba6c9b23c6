"""The page of the test site in a real browser, before a real service: one run, by every door."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from aspan.evidence import orders
from aspan.evidence.people import PersonId
from aspan.evidence.signing import sign
from aspan.world.telemetry import RATE_HZ_MIN
from range_service import ROLES, Ranging, open_ranging, open_service_of_town
from web.test_axe import AXE, inject, look_at, serious

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.web

CARD = "GT1"
PATIENCE_MS = 30_000
FORCE = """async (signed) => {
  const answer = await fetch('/api/range/orders', {method: 'POST',
    headers: {'Content-Type': 'application/json'}, body: JSON.stringify(signed)});
  return [answer.status, (await answer.json()).reason ?? ''];
}"""
"""What a page could send that draws its own button."""
IS_INKED = """() => {
  const {width, height} = document.querySelector('aspan-strip canvas');
  const pen = document.querySelector('aspan-strip canvas').getContext('2d');
  const {data} = pen.getImageData(0, 0, width, height);
  let inked = 0;
  for (let k = 0; k < data.length; k += 4)
    if (data[k + 3] > 99 && data[k + 2] - data[k] > 60) inked += 1;
  return inked > 50;
}"""
"""Whether the first strip has a line in its own blue, and not its grid alone."""


class Walk:
    """The page in one browser, and the people who come to it with their keys."""

    def __init__(self, page: "Page", ranging: Ranging, folder: Path) -> None:
        self.page = page
        self.ranging = ranging
        self._folder = folder
        for name, role in ROLES.items():
            keys = ranging.people[name]
            told = {
                "person_id": name,
                "name": name.title(),
                "roles": [role],
                "public_key": keys.public_key,
                "private_key": keys.private_key,
            }
            self.key(name).write_text(json.dumps(told), encoding="utf-8")

    def key(self, who: str) -> Path:
        """Return where somebody's key file lies."""
        return self._folder / f"{who}.key"

    def sign_in(self, who: str) -> None:
        """Load somebody's key instead of the one that is there."""
        leave = self.page.locator(".signer .link")
        if leave.count():
            leave.click()
        self.page.locator("input[data-key]").set_input_files(self.key(who))
        self.page.locator(".signer b", has_text=who.title()).wait_for(timeout=PATIENCE_MS)

    def go(self, address: str) -> None:
        """Go to one of the page's views."""
        self.page.evaluate("(address) => { location.hash = address }", address)
        self.page.locator("main h1").first.wait_for(timeout=PATIENCE_MS)

    def do(self, what: str) -> None:
        """Press a button, and see that what it ordered was taken."""
        self.page.locator(f'[data-do="{what}"]').click(timeout=PATIENCE_MS)
        self.see_taken()

    def say(self, what: str, words: str) -> None:
        """Press a button that asks for words, and sign them."""
        self.page.locator(f'[data-do="{what}"]').click(timeout=PATIENCE_MS)
        self.page.locator("dialog.ask textarea").fill(words)
        self.page.locator('[data-ask="yes"]').click()
        self.see_taken()

    def see_taken(self) -> None:
        """See that the page says what came of an order, and put the word away."""
        said = self.page.locator("[data-said]")
        said.wait_for(timeout=PATIENCE_MS)
        assert said.get_attribute("data-said") == "taken", said.inner_text()
        said.locator(".link").click()

    def force(self, who: str, order: orders.Order) -> tuple[int, str]:
        """Return the answer to an order that the page's own code sends, past every button."""
        signed = sign(order, self.ranging.site_id, PersonId(who), self.ranging.people[who].private_key)
        status, reason = self.page.evaluate(FORCE, msgspec.to_builtins(signed))
        return status, reason

    def find_run(self, phase: str) -> dict[str, Any]:
        """Return the run that has come to a phase."""
        runs: list[dict[str, Any]] = self.ranging.get("/runs").json()
        return next(run for run in runs if run["phase"] == phase)

    def count(self, what: str) -> int:
        """Return how many buttons for a deed can be pressed."""
        return self.page.locator(f'[data-do="{what}"]:enabled').count()


@pytest.fixture(scope="module")
def walk(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Return a page before a site that knows nobody yet."""
    folder = tmp_path_factory.mktemp("range")
    with (
        open_service_of_town(folder, speed=60.0) as twin,
        open_ranging(twin, folder, is_enrolled=False) as ranging,
    ):
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="en-GB", reduced_motion="reduce"
        )
        page = context.new_page()
        page.goto(f"{ranging.http.base_url}/range")
        yield Walk(page, ranging, folder)
        context.close()


def test_the_first_person_is_enrolled_by_their_own_key(walk: Walk) -> None:
    """Nobody is there: a director's key enrols its owner, then others by their files."""
    page = walk.page
    page.locator("[data-enrol-first]:disabled").wait_for(timeout=PATIENCE_MS)
    walk.sign_in("director")
    page.locator("[data-enrol-first]:enabled").click()
    walk.see_taken()
    page.locator("input[data-enrol]").set_input_files(walk.key("lead"))
    walk.see_taken()
    people = walk.ranging.get("").json()["people"]
    assert [person["person_id"] for person in people] == ["director", "lead"]
    assert "private_key" not in json.dumps(people)
    walk.ranging.enrol_all()


def test_two_others_approve_what_one_filed(walk: Walk) -> None:
    """An author finds no button to approve their own card; forced, it is refused."""
    walk.sign_in("lead")
    walk.go(f"#/card/{CARD}")
    walk.do("file")
    walk.page.locator('[data-do="approve"]:disabled').wait_for(timeout=PATIENCE_MS)
    card, version = walk.ranging.card(CARD)
    own = orders.ApproveCard(key="forced-own", card_id=card.card_id, version=version)
    assert walk.force("lead", own) == (409, "own_card")
    for who in ("director", "safety"):
        walk.sign_in(who)
        walk.do("approve")
    assert walk.ranging.get(f"/cards/{CARD}").json()["line"]["phase"] == "cleared"


def test_no_run_without_slot_and_release(walk: Walk) -> None:
    """The card's page has no button to begin; release and beginning by force are refused."""
    assert walk.count("begin") == walk.count("release") == 0
    assert walk.ranging.release("forced", CARD, "no-slot").status_code == 409
    begin = orders.BeginRun(key="forced-begin", run_id="forced")
    assert walk.force("director", begin)[0] == 409


def test_a_slot_is_booked_from_the_form(walk: Walk) -> None:
    """The form proposes times and crew; booked, it leads to the list."""
    walk.sign_in("officer")
    walk.go(f"#/slots/{CARD}")
    walk.do("book")
    walk.page.locator('[data-verdict="no_go"]').first.wait_for(timeout=PATIENCE_MS)
    assert [slot["card_id"] for slot in walk.ranging.get("/slots").json()] == [CARD]


def enter(walk: Walk, line: str, how: str) -> None:
    """Enter evidence of a line as a person would."""
    row = walk.page.locator(f'[data-line="{line}"]')
    card, _ = walk.ranging.card(CARD)
    assert card.load.soc is not None
    assert card.load.pack_k is not None
    aircraft = walk.ranging.get("").json()["aircraft"][0]
    words = {
        "open_items": "0",
        "software_baseline": aircraft["software_baseline"],
        "telemetry_link": "99.9",
        "battery_soc": f"{card.load.soc * 100:g}",
        "battery_coldest": f"{card.load.pack_k - 273.15:g}",
        "battery_hottest": f"{card.load.pack_k - 273.15:g}",
        "cell_spread": "0.01",
    }
    if how == "yes_no":
        row.locator('[data-say="yes"]').click()
    else:
        row.locator("input").first.fill(words[line])
        row.locator("input").first.blur()


def test_the_list_says_no_with_its_reason_then_go(walk: Walk) -> None:
    """Before evidence nobody can release; with all of it the verdict turns, and is signed."""
    page, slot = walk.page, walk.ranging.get("/slots").json()[0]
    walk.sign_in("director")
    assert "range clear" in page.locator(".verdict.is-no").inner_text()
    assert walk.count("release") == walk.count("begin") == 0
    refused = walk.ranging.release("forced", CARD, slot["slot_id"], range_clear=False)
    assert refused.json()["reason"] == "no_go"
    for line in walk.ranging.get("").json()["evidence_lines"]:
        enter(walk, line["line"], line["how"])
    page.locator('.verdict[data-verdict="go"]').wait_for(timeout=PATIENCE_MS)
    page.locator('[data-do="release"]').click()
    page.keyboard.press("Escape")
    assert {run["phase"] for run in walk.ranging.get("/runs").json()} == {"wanted"}
    page.locator('[data-do="release"]').click()
    page.locator('[data-ask="yes"]').click()
    walk.see_taken()


def test_a_run_begins_in_its_slot_and_shows_its_rows(walk: Walk) -> None:
    """Before its slot the button is disabled and the order refused; then strips fill."""
    page, slot = walk.page, walk.ranging.get("/slots").json()[0]
    run_id = walk.find_run("released")["run_id"]
    if walk.ranging.now_ms < slot["from_at_ms"]:
        begin = orders.BeginRun(key="forced-early", run_id=run_id)
        assert walk.force("director", begin) == (409, "slot_not_now")
    page.locator('[data-do="begin"]:enabled').click(timeout=PATIENCE_MS)
    walk.see_taken()
    page.locator("aspan-strip canvas").first.wait_for(timeout=PATIENCE_MS)
    rows = walk.ranging.get(f"/runs/{run_id}/series", channels="height_agl_m").json()["at_ms"]
    assert len(rows) > RATE_HZ_MIN
    page.wait_for_function(IS_INKED, timeout=PATIENCE_MS)
    assert page.locator("figure.plan svg").count() == 1


def test_views_are_clean_and_fit_a_phone(walk: Walk) -> None:
    """Axe finds nothing serious, light or dark; nothing scrolls sideways at 390 px."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/)")
    page = walk.page
    slot_id = walk.ranging.get("/slots").json()[0]["slot_id"]
    run = page.evaluate("location.hash")
    inject(page)
    found: dict[str, Any] = {}
    for address in ("#/cards", f"#/card/{CARD}", f"#/slots/{CARD}", f"#/go/{CARD}/{slot_id}", run):
        page.set_viewport_size({"width": 1280, "height": 800})
        walk.go(address)
        if not address.startswith("#/slots"):
            found[address] = look_at(page, "in both themes")
        page.set_viewport_size({"width": 390, "height": 844})
        beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(beyond) <= 0, address
    page.set_viewport_size({"width": 1280, "height": 800})
    assert {address: each for address, each in found.items() if each} == {}


def test_it_is_knocked_off_ended_and_reviewed(walk: Walk) -> None:
    """One press knocks it off; the run is ended and, by words in a dialog, reviewed."""
    page = walk.page
    walk.do("knock")
    page.locator("[data-knocked]").wait_for(timeout=PATIENCE_MS)
    page.locator('[data-do="end"], [data-do="accept"]').first.wait_for(timeout=PATIENCE_MS)
    if walk.count("end"):
        walk.do("end")
    page.locator('[data-do="reject"]').click(timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    page.locator("dialog.ask").wait_for(state="detached", timeout=PATIENCE_MS)
    assert page.evaluate("document.activeElement.dataset.do") == "reject"
    page.locator("[data-verdicts]").wait_for(timeout=PATIENCE_MS)
    if AXE.is_file():
        inject(page)
        assert serious(page, "words") == []
    walk.say("reject", "Knocked off by hand, to be flown again")
    run = walk.find_run("reviewed")
    assert (run["is_knocked_off"], run["is_accepted"]) == (True, False)
    outcomes = page.locator("[data-outcome]").count()
    told = walk.ranging.get(f"/runs/{run['run_id']}/verdicts").json()
    assert outcomes == len(told["verdicts"]) > 0


def test_the_matrix_knows_the_run(walk: Walk) -> None:
    """The verdicts of the run stand in the matrix, and lead to it."""
    walk.go("#/matrix")
    run = walk.find_run("reviewed")
    walk.page.locator(f'a[href="#/run/{run["run_id"]}"]').first.wait_for(timeout=PATIENCE_MS)
    links = walk.ranging.get("/matrix").json()["links"]
    assert any(link.get("run_id") == run["run_id"] and link.get("outcome") for link in links)


def test_the_desk_leads_to_the_test_site(walk: Walk) -> None:
    """The rail of the desk has the way here, where the service has a test site."""
    walk.page.goto(f"{walk.ranging.http.base_url}/")
    walk.page.locator('[data-rail="range"]').click(timeout=PATIENCE_MS)
    walk.page.locator("aspan-range-overview h1").wait_for(timeout=PATIENCE_MS)


def test_without_a_test_site_the_page_says_so(
    serve: Callable[..., Any], open_page: Callable[..., "Page"]
) -> None:
    """The page tells what is missing, and the desk is told not to lead here."""
    served = serve()
    page = open_page(served.url + "range", expects="404")
    page.locator("main h1", has_text="no test site").wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("fetch('/api/faces').then((a) => a.json())") == {"has_test_site": False}
