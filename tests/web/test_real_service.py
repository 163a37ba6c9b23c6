"""The page before the real service: the twin of Alatau–Almaty in a process of its own."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from web.test_pages import PATIENCE_MS, SEES_MOTION

pytestmark = pytest.mark.web

COMMAND = [sys.executable, "-m", "aspan.faces.cli.main", "serve", "alatau", "--port", "0"]
OPTIONS = ["--speed", "10", "--start", "08:00", "--lead-in", "120", "--demand", "12"]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Return the address of a fresh twin; it is ended as Ctrl-C does."""
    store = tmp_path / "alatau.sqlite"
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


def test_a_trip_is_found_door_to_door(address: str, open_page: Callable[..., Any]) -> None:
    """On a phone the passengers' page has the twin's own answer: ways with and without flight."""
    question = "from=43.34670,77.01190&to=43.15750,77.05850&party=2"
    page = open_page(
        f"{address}go?{question}#answer",
        viewport={"width": 360, "height": 780},
        expects="503",  # until the search has been made ready; the page asks again
    )
    page.locator(".cards .card").first.wait_for(timeout=4 * PATIENCE_MS)
    assert re.search(r"There by \d\d:\d\d", page.locator("h1").inner_text())
    assert "Almaty International Airport" in page.locator(".asked-way").inner_text()
    flight = page.locator('.card[data-itinerary^="air"]').first
    flight.locator("button").first.click()
    legs = flight.locator(".legs").inner_text()
    assert "check-in" in legs
    assert "flight" in legs
    assert flight.locator(".note").inner_text().startswith("Seats are offered")
    assert page.locator(".rests li").count() >= 4
    assert page.evaluate("document.documentElement.scrollWidth") == 360
