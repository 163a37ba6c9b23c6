"""The gates' page in a real browser, over a real service: taken, refused, without a network too."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
import segno

from aspan.booking.ticket import write_ticket
from aspan.faces.http.ticket_view import find_ticket
from aspan.live.keys import open_keys
from aspan.operations.actions import CancelSortie
from aspan.operations.commands import TakeAction
from aspan.primitives.ids import BookingId, SortieId
from gated import Gated
from unit.booking.test_ticket import ALTERATIONS, alter
from web.conftest import CHROMIUM_ARGUMENTS, Served
from web.test_axe import AXE, LANGUAGES, Looks, inject, list_looks, look_at
from web.test_pages import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.web



class Site:
    """A served gate with two parties on one sortie."""

    def __init__(self, folder: Path) -> None:
        self.gated = Gated(folder / "a.sqlite")
        self.served = Served(more=self.gated.routes)
        for name, party, payload_kg in (("BQ4XK2M7TA5PC", 2, 171.5), ("BRTYU3A2LLW6Z", 1, 84.0)):
            self.gated.book(name, party=party, payload_kg=payload_kg)
        self.first, self.second = "BQ4XK2M7TA5PC", "BRTYU3A2LLW6Z"
        self.sortie_id = self.gated.ticket(self.first).sortie_id

    def close(self) -> None:
        """End both servers."""
        self.served.close()
        self.gated.close()

    def enter(self, page: "Page", *, at_sortie: bool = True) -> None:
        """Give the code, choose the site, and open the sortie."""
        page.locator("#code").fill(self.gated.code[:4].lower() + "-" + self.gated.code[4:])
        page.locator("form button").click()
        page.locator(".choices button").first.click()
        page.locator(".row").first.wait_for(timeout=PATIENCE_MS)
        if at_sortie:
            page.locator(f'.row[href="#{self.sortie_id}"]').click()
            page.locator("#ticket").wait_for(timeout=PATIENCE_MS)

    def take_elsewhere(self, text: str) -> str:
        """Have another gate, which is on line, take a ticket; return what came of it."""
        scan = {"number": 1, "at_ms": self.gated.twin.clock.now_ms(), "action": "check_in"}
        body = {
            "gate_id": "other", "vertiport_id": "EAST",
            "scans": [scan | {"text": text, "sortie_id": self.sortie_id}],
        }  # fmt: skip
        request = Request(
            f"{self.served.url}v1/gate/scans",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"} | self.gated.headers(),
        )
        with urlopen(request, timeout=20) as answer:
            found: dict[str, Any] = json.load(answer)
        return str(found["results"][0]["reason"])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return a served gate."""
    found = Site(tmp_path)
    yield found
    found.close()


def show(page: "Page", text: str) -> str:
    """Type a ticket and return the verdict: yes, or why not."""
    shown = page.locator(".verdict")
    nth = int(shown.get_attribute("data-nth") or 0) if shown.count() else 0
    page.locator("#ticket").fill(text)
    page.locator(".typed button").click()
    page.locator(f'.verdict[data-nth="{nth + 1}"]').wait_for(timeout=PATIENCE_MS)
    return str(shown.get_attribute("data-verdict"))


def wait_status(page: "Page", booking_id: str, status: str) -> None:
    """Wait until the list says so of a party."""
    page.locator(f'[data-party="{booking_id}"][data-status="{status}"]').wait_for(
        timeout=PATIENCE_MS
    )


def test_a_ticket_is_taken_weighed_and_taken_once(
    site: Site, open_page: Callable[..., Any]
) -> None:
    """A true ticket is accepted and its party weighed; shown again it is refused as used."""
    page = open_page(f"{site.served.url}gate")
    site.enter(page)
    text = site.gated.ticket(site.first).text
    assert show(page, text) == "yes"
    wait_status(page, site.first, "checked_in")
    page.locator(f'[id="kg-{site.first}"]').fill("180.5")
    page.locator(".inline button").click()
    page.get_by_text("264.5").first.wait_for(timeout=PATIENCE_MS)
    assert show(page, text) == "used"
    page.locator('[data-link="on"]').wait_for(timeout=PATIENCE_MS)
    page.wait_for_function(
        "() => JSON.parse(localStorage['aspan.gate']).queue.length === 0", timeout=PATIENCE_MS
    )
    assert site.gated.sortie(site.first).payload_kg == 264.5
    assert page.locator(".seat.is-taken").count() == 2


def test_who_is_too_heavy_is_not_carried(site: Site, open_page: Callable[..., Any]) -> None:
    """What the sortie cannot carry leads to a refusal, which the service then knows."""
    page = open_page(f"{site.served.url}gate")
    site.enter(page)
    assert show(page, site.gated.ticket(site.second).text) == "yes"
    page.locator(f'[id="kg-{site.second}"]').fill("600")
    page.locator(".inline button").click()
    page.locator(f'[id="reason-{site.second}"]').select_option("too_heavy")
    page.locator(".inline .is-bad").click()
    page.locator(f'[data-party="{site.second}"]').wait_for(state="detached", timeout=PATIENCE_MS)
    state = site.gated.twin.run.engine.state
    assert state.bookings[BookingId(site.second)].status.value == "refunded"


WHERE = {
    "kk-KZ": ("Рейсі: ", "Сол рейсті ашу", "Қазір осы рейсте"),
    "ru-RU": ("Его рейс: ", "Открыть этот рейс", "Теперь на этом рейсе"),
    "en-GB": ("Flies at ", "Open that departure", "Flies on this departure now"),
}


@pytest.mark.parametrize("tag", WHERE)
def test_who_comes_to_the_wrong_departure_is_told_where_it_flies(
    site: Site, open_page: Callable[..., Any], tag: str
) -> None:
    """A party at the wrong gate, and one that was moved, are refused with their flight in words.

    The agent opens that flight from there; moved, the new ticket is taken and the old one is not.
    """
    gated = site.gated
    other = gated.book("BX7N4PLQ2RSTU", party=2, payload_kg=168.0, in_min=75)
    there = gated.ticket(other).sortie_id
    assert there != site.sortie_id
    flies, opens, here = WHERE[tag]
    page = open_page(f"{site.served.url}gate", locale=tag)
    site.enter(page)
    belongs = page.locator("[data-belongs]")
    assert show(page, gated.ticket(other).text) == "wrong_sortie"
    assert belongs.get_attribute("data-belongs") == there
    assert flies in belongs.inner_text()
    page.get_by_role("link", name=opens).click()
    page.get_by_role("heading", level=1).wait_for(timeout=PATIENCE_MS)
    page.locator(".verdict").wait_for(state="detached", timeout=PATIENCE_MS)
    assert show(page, gated.ticket(other).text) == "yes"
    old = gated.ticket(site.first).text
    cancel = CancelSortie(sortie_id=SortieId(site.sortie_id))
    gated.twin.service.take_action(TakeAction(key="k", who="t", why="t", action=cancel))
    new = gated.ticket(site.first)
    assert new.sortie_id == there
    page.locator(f'[data-party="{site.first}"]').wait_for(timeout=PATIENCE_MS)
    assert show(page, old) == "outdated"
    assert here in belongs.inner_text()
    assert show(page, new.text) == "yes"
    wait_status(page, site.first, "checked_in")


def test_a_party_moved_after_its_check_in_boards_after_another(
    site: Site, open_page: Callable[..., Any]
) -> None:
    """Its mark says to check in anew and it cannot be boarded until its new ticket was taken."""
    gated = site.gated
    gated.book("BX7N4PLQ2RSTU", party=2, payload_kg=168.0, in_min=75)
    page = open_page(f"{site.served.url}gate", expects="Failed to load resource")
    site.enter(page)
    assert show(page, gated.ticket(site.first).text) == "yes"
    wait_status(page, site.first, "checked_in")
    page.wait_for_function(
        "() => JSON.parse(localStorage['aspan.gate']).queue.length === 0", timeout=PATIENCE_MS
    )
    cancel = CancelSortie(sortie_id=SortieId(site.sortie_id))
    gated.twin.service.take_action(TakeAction(key="k", who="t", why="t", action=cancel))
    new = gated.ticket(site.first)
    assert new.sortie_id != site.sortie_id
    page.locator(f'.row[href="#{new.sortie_id}"]').click(timeout=PATIENCE_MS)
    party = page.locator(f'[data-party="{site.first}"]')
    party.get_by_text("to check in anew").wait_for(timeout=PATIENCE_MS)
    assert page.locator(".seat.is-taken").count() == 0
    page.context.set_offline(True)
    page.locator('[data-link="off"]').wait_for(timeout=PATIENCE_MS)
    board = party.get_by_role("button", name="Board")
    assert board.is_disabled()
    assert show(page, new.text) == "yes"
    assert board.is_enabled()


def test_without_a_network_the_gate_goes_on(site: Site, open_page: Callable[..., Any]) -> None:
    """Off line and opened anew the page takes tickets, refuses bad ones, and says how old it is.

    On line again it sends what it did; a ticket that another gate took meanwhile is shown as such.
    """
    page = open_page(f"{site.served.url}gate", expects="Failed to load resource")
    site.enter(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        """async () => (await (await caches.open('aspan-gate-1')).keys())
          .some((r) => r.url.includes('camera'))""",
        timeout=PATIENCE_MS,
    )
    first, second = (site.gated.ticket(name).text for name in (site.first, site.second))
    page.context.set_offline(True)
    page.reload()
    page.locator("#ticket").wait_for(timeout=PATIENCE_MS)
    page.locator('[data-link="off"]').wait_for(timeout=PATIENCE_MS)
    assert "old" in page.locator(".link-state").inner_text()
    assert show(page, first) == "yes"
    assert show(page, second) == "yes"
    assert show(page, first) == "used"
    assert show(page, first[:-1] + ("A" if first[-1] != "A" else "B")) in ("altered", "forged")
    assert "2" in page.locator(".queue").inner_text()
    assert site.take_elsewhere(second) == ""
    page.context.set_offline(False)
    conflict = page.locator(".conflicts li")
    conflict.wait_for(timeout=PATIENCE_MS)
    assert "W6Z" in conflict.inner_text()
    assert page.locator(".conflicts li").count() == 1
    wait_status(page, site.first, "checked_in")
    assert site.take_elsewhere(first) == "used"
    conflict.get_by_role("button").click()
    page.locator(".conflicts").wait_for(state="detached")


def test_a_ticket_taken_elsewhere_is_refused_here_once_both_were_on_line(
    site: Site, open_page: Callable[..., Any]
) -> None:
    """What another gate took is used here as soon as this one has asked, off line afterwards too."""
    page = open_page(f"{site.served.url}gate", expects="Failed to load resource")
    site.enter(page)
    text = site.gated.ticket(site.first).text
    assert site.take_elsewhere(text) == ""
    wait_status(page, site.first, "checked_in")
    page.context.set_offline(True)
    assert show(page, text) == "used"


def test_the_page_refuses_what_the_service_would(
    site: Site, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    """Ten thousand random alterations, each bit, and forgeries are refused without a network.

    By the browser's own Ed25519, and some by the fallback where a browser has none.
    """
    page = open_page(f"{site.served.url}gate", expects="Failed to load resource")
    site.enter(page)
    text = site.gated.ticket(site.first).text
    state = site.gated.twin.run.engine.state
    ticket = find_ticket(state, BookingId(site.first))
    assert ticket is not None
    other = open_keys(tmp_path / "other.keys")
    forged = write_ticket(ticket, site.gated.keys.ticket_key_id, other.sign_ticket)
    foreign = write_ticket(ticket, other.ticket_key_id, other.sign_ticket)
    altered = [one for n in range(ALTERATIONS + 2_000) if (one := alter(text, n)) != text]
    page.context.set_offline(True)
    read = """async ([texts, strip]) => {
      const keys = JSON.parse(localStorage['aspan.gate']).keys.keys;
      const known = crypto.subtle.importKey;
      if (strip) crypto.subtle.importKey = () => Promise.reject(new Error('no Ed25519'));
      const found = {};
      for (const text of texts) {
        const reading = await window.aspanReadTicket(text, keys);
        const name = reading.refusal ?? 'taken';
        found[name] = (found[name] ?? 0) + 1;
      }
      crypto.subtle.importKey = known;
      return found;
    }"""
    told = page.evaluate(read, [altered[:ALTERATIONS], False])
    assert "taken" not in told
    assert sum(told.values()) == ALTERATIONS
    assert set(told) == {"altered", "forged", "unknown_key"}
    for strip in (False, True):
        assert page.evaluate(read, [[text], strip]) == {"taken": 1}
        assert page.evaluate(read, [[forged], strip]) == {"forged": 1}
        assert page.evaluate(read, [[foreign], strip]) == {"unknown_key": 1}
    assert "taken" not in page.evaluate(read, [altered[:300], True])


def test_a_scanner_under_another_layout_is_understood(
    site: Site, open_page: Callable[..., Any]
) -> None:
    """A scanner types keys: under a Cyrillic layout the letters are still the ticket's."""
    page = open_page(f"{site.served.url}gate")
    site.enter(page)
    page.evaluate(
        """() => { for (const code of ['KeyA', 'KeyT', 'Digit1', 'KeyQ']) document.querySelector('#ticket')
          .dispatchEvent(new KeyboardEvent('keydown', {code, key: 'ф', bubbles: true, cancelable: true})) }"""
    )
    assert page.locator("#ticket").input_value() == "AT1Q"


def test_a_wrong_code_is_said(site: Site, open_page: Callable[..., Any]) -> None:
    """Who gives another code stays outside and is told."""
    page = open_page(f"{site.served.url}gate", expects="Failed to load resource")
    page.locator("#code").fill("WRONGCODE")
    page.locator("form button").click()
    page.get_by_text("This code is not right.").wait_for(timeout=PATIENCE_MS)
    assert page.locator("#code").count() == 1


@pytest.mark.parametrize(
    ("language", "width", "looks"),
    list_looks(
        ("en", 360, "in both themes"),
        ("en", 1024, "in both themes"),
        ("kk", 360, "in words"),
        ("ru", 360, "in words"),
    ),
)
def test_axe_finds_nothing_serious(
    browser: "Browser", site: Site, language: str, width: int, looks: Looks
) -> None:
    """No screen has a serious violation in this language and width, light or dark; none is wider."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/)")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale=LANGUAGES[language],
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{site.served.url}gate")
    page.locator("#code").wait_for(timeout=PATIENCE_MS)
    found = {}

    def look(screen: str) -> None:
        inject(page)
        found[screen] = look_at(page, looks)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, screen

    look("code")
    site.enter(page, at_sortie=False)
    look("departures")
    page.locator(f'.row[href="#{site.sortie_id}"]').click()
    assert show(page, site.gated.ticket(site.first).text) == "yes"
    look("accepted")
    assert show(page, site.gated.ticket(site.first).text) == "used"
    page.locator(f'[data-party="{site.second}"] .actions button').last.click()
    look("refused")
    other = site.gated.book("BX7N4PLQ2RSTU", party=1, payload_kg=84.0, in_min=75)
    assert show(page, site.gated.ticket(other).text) == "wrong_sortie"
    look("elsewhere")
    assert page.evaluate("document.documentElement.lang") == language
    context.close()
    assert {name: faults for name, faults in found.items() if faults} == {}


def draw_video(text: str, path: Path) -> None:
    """Write a short film of a ticket's code held before a camera, in raw YUV 4:2:0."""
    width, height, module = 640, 480, 7
    code = [list(row) for row in segno.make_qr(text, error="m", boost_error=False).matrix_iter(border=4)]
    left, top = (width - module * len(code)) // 2, (height - module * len(code)) // 2
    luma = bytearray(b"\xb4" * (width * height))
    for row, cells in enumerate(code):
        for column, is_dark in enumerate(cells):
            for line in range(module):
                at = (top + row * module + line) * width + left + column * module
                luma[at : at + module] = (b"\x18" if is_dark else b"\xeb") * module
    frame = b"FRAME\n" + bytes(luma) + b"\x80" * (width * height // 2)
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 5)


def test_the_camera_reads_a_ticket(browser: "Browser", site: Site, tmp_path: Path) -> None:
    """The QR code of a ticket, filmed, is read and taken; the camera is let go of afterwards."""
    draw_video(site.gated.ticket(site.first).text, tmp_path / "ticket.y4m")
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'ticket.y4m'}",
    ]
    filming = browser.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*CHROMIUM_ARGUMENTS, *camera]
    )
    page = filming.new_page()
    page.goto(f"{site.served.url}gate")
    site.enter(page)
    page.locator("section.panel > .button.is-main").click()
    page.locator('.verdict[data-verdict="yes"]').wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("document.querySelector('video').srcObject.active") is False
    filming.close()
