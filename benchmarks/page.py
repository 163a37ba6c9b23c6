"""Time from asking for the page to seeing an aircraft move: real browser, real twin."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ARGUMENTS = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
]
SEES_MOTION = """() => {
  const all = [...document.querySelectorAll('.aircraft')];
  const now = Object.fromEntries(all.map((a) => [a.dataset.aircraft, a.style.transform]));
  window.firstSeen ??= all.length > 0 ? now : undefined;
  return window.firstSeen && Object.keys(now).some(
    (id) => window.firstSeen[id] && window.firstSeen[id] !== now[id]);
}"""
COMMAND = [sys.executable, "-m", "aspan.faces.cli.main", "serve", "alatau", "--port", "0"]
OPTIONS = ["--speed", "10", "--start", "08:00", "--lead-in", "120", "--demand", "12"]


def wait_airborne(address: str) -> None:
    """Wait until the board shows an aircraft airborne."""
    for _ in range(400):
        with urllib.request.urlopen(f"{address}api/state", timeout=20) as answer:
            if json.load(answer)["figures"]["in_air"]:
                return
        time.sleep(0.2)


def time_pages(rounds: int) -> tuple[list[float], list[str]]:
    """Return the seconds of each round, the first with a cold browser, and foreign requests.

    Empty where there is no browser.
    """
    path = shutil.which("chromium")
    if path is None:
        return [], []
    from playwright.sync_api import sync_playwright

    times: list[float] = []
    foreign: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        store = Path(folder) / "alatau.sqlite"
        process = subprocess.Popen(
            [*COMMAND, *OPTIONS, "--store", str(store)], stdout=subprocess.PIPE, text=True
        )
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            address = process.stdout.readline().strip() if process.stdout else ""
            for _ in range(rounds):
                wait_airborne(address)
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.on("request", lambda r: foreign.append(r.url))
                start = time.perf_counter()
                page.goto(address, wait_until="commit")
                page.wait_for_function(SEES_MOTION, timeout=60_000)
                times.append(time.perf_counter() - start)
                page.close()
        finally:
            browser.close()
            process.send_signal(signal.SIGINT)
            process.wait(20)
    local = ("http://127.0.0.1:", "data:", "blob:")
    return times, [url for url in foreign if not url.startswith(local)]
