"""The page before the real service: the twin of Alatau–Almaty in a process of its own."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from web.test_axe import AXE, LANGUAGES, inject, serious
from web.test_pages import PATIENCE_MS, SEES_MOTION

pytestmark = pytest.mark.web

COMMAND = [sys.executable, "-m", "aspan.faces.cli.main", "serve", "alatau", "--port", "0"]
OPTIONS = ["--speed", "10", "--start", "08:00", "--lead-in", "120", "--demand", "12"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a fresh twin for all looks; it is ended as Ctrl-C does."""
    store = tmp_path_factory.mktemp("store") / "alatau.sqlite"
    process = subprocess.Popen(
        [*COMMAND, *OPTIONS, "--store", str(store)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=20)
    assert process.returncode == 0, complaints
    assert "Traceback" not in complaints


def _state(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}api/state", timeout=20) as answer:
        state: dict[str, Any] = json.load(answer)
    return state


def test_the_twin_is_seen_moving(address: str, open_page: Callable[..., Any]) -> None:
    """While the board shows an aircraft airborne, the page shows it moving."""
    for _ in range(200):
        if _state(address)["figures"]["in_air"]:
            break
        time.sleep(0.3)  # the service runs in its own time
    page = open_page(address)
    page.wait_for_function(SEES_MOTION, timeout=PATIENCE_MS)
    assert page.locator('.row[data-status="airborne"]').count() > 0
    assert "stretched" in page.locator("body").inner_text()


WORDS = {
    "kk": (r"\d\d:\d\d дейін жетесіз", "Алматы халықаралық әуежайы", "тіркелу", "ұшу", "Орын"),
    "ru": (
        r"На месте к \d\d:\d\d",
        "Международный аэропорт Алматы",
        "регистрация",
        "полёт",
        "Места предложены",
    ),
    "en": (
        r"There by \d\d:\d\d",
        "Almaty International Airport",
        "check-in",
        "flight",
        "Seats are offered",
    ),
}
"""What the answer says in each language: arrival, the place, two legs, and what is offered."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trip_is_found_door_to_door(
    address: str, open_page: Callable[..., Any], language: str
) -> None:
    """On a phone the passengers' page has the twin's own answer, in words, and axe finds it clean.

    Ways with and without flight, with what they rest on.
    """
    there_by, airport, check_in, flies, offered = WORDS[language]
    question = "from=43.34670,77.01190&to=43.15750,77.05850&party=2"
    page = open_page(
        f"{address}go?{question}#answer",
        viewport={"width": 390, "height": 844},
        locale=LANGUAGES[language],
        reduced_motion="reduce",
        expects="503",  # until the search has been made ready; the page asks again
    )
    page.locator(".cards .card").first.wait_for(timeout=4 * PATIENCE_MS)
    assert page.evaluate("document.documentElement.lang") == language
    assert re.search(there_by, page.locator("h1").inner_text())
    assert airport in page.locator(".asked-way").inner_text()
    flight = page.locator('.card[data-itinerary^="air"]').first
    flight.locator("button").first.click()
    legs = flight.locator(".legs").inner_text()
    assert check_in in legs
    assert flies in legs
    assert flight.locator(".note").inner_text().startswith(offered)
    assert page.locator(".rests li").count() >= 4
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/): the answer was not judged by it")
    inject(page)
    assert serious(page) == []
