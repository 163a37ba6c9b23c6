"""Measure the page's main-thread work in each frame with many aircraft moving; print JSON.

The scripted service of the tests has 76 aircraft and flies at least 60 of them at any time;
Debian's Chromium draws the page without a window, with software instead of a graphics processor,
terrain off. Chromium's own trace names
every task of the page's main thread with its wall time and its processor time; the tasks between
two frames are summed. The processor time is what the page costs: it does not grow when other
programs take the processor away. The graphics work itself runs in a process of its own and is
not counted.

Run: `.venv/bin/python benchmarks/page_frames.py [--pages FOLDER] [--fleet 76] [--seconds 10]
[--views map timeline]`.
"""

import argparse
import json
import shutil
import sys
import tempfile
import threading
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

CHROMIUM_ARGUMENTS = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--no-sandbox",
]
VIEWS = {
    "map": "",
    "map_aircraft": "#/aircraft/EV-03",
    "timeline": "#/timeline",
    "timeline_stands": "#/timeline?rows=stands",
    "fleet": "#/fleet",
}
TRACED = [
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.frame",
]
SETTLE_MS = 5000  # after the map has opened: its programs and the page's code are compiled
BUDGET_MS = 8.0


def share(values: list[float], part: float) -> float:
    """Return the value below which `part` of the values lie."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 2) if ordered else 0.0


def frame_work(trace: dict[str, Any]) -> dict[str, list[float]]:
    """Return the work of the page's main thread between frames [ms]: processor and wall time."""
    events = trace["traceEvents"]
    names = {
        (e["pid"], e["tid"]): e["args"]["name"] for e in events if e.get("name") == "thread_name"
    }
    mains = {thread for thread, name in names.items() if name == "CrRendererMain"}
    frames = [e for e in events if e.get("name") == "BeginMainThreadFrame"]
    counts = {t: sum((e["pid"], e["tid"]) == t for e in frames) for t in sorted(mains)}
    main = max(counts, key=lambda thread: counts[thread])
    starts = sorted(e["ts"] for e in frames if (e["pid"], e["tid"]) == main)
    tasks = [
        e
        for e in events
        if (e["pid"], e["tid"]) == main and e.get("ph") == "X" and e.get("name") == "RunTask"
    ]
    tasks.sort(key=lambda e: e["ts"])
    work: dict[str, list[float]] = {"processor": [], "wall": []}
    position = 0
    for begin, end in pairwise(starts):
        processor = wall = 0.0
        while position < len(tasks) and tasks[position]["ts"] + tasks[position]["dur"] < begin:
            position += 1
        here = position
        while here < len(tasks) and tasks[here]["ts"] < end:
            processor += tasks[here].get("tdur", tasks[here]["dur"])
            wall += tasks[here]["dur"]
            here += 1
        position = here
        work["processor"].append(processor / 1000)
        work["wall"].append(wall / 1000)
    return work


def measure(browser: "Browser", url: str, address: str, seconds: float) -> dict[str, Any]:
    """Return the figures of one view."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url + address)
    page.locator(".rail").wait_for()
    if page.locator(".stage").count():
        page.wait_for_function("() => document.querySelector('aspan-map')?.map?.loaded()")
    page.wait_for_timeout(SETTLE_MS)
    page.evaluate(
        """() => { window.longTasks = 0; new PerformanceObserver((list) => {
          window.longTasks += list.getEntries().length }).observe({type: 'longtask'}) }"""
    )
    trace_path = Path(tempfile.mkdtemp()) / "trace.json"
    browser.start_tracing(
        page=page,
        path=str(trace_path),
        categories=TRACED,
    )
    page.wait_for_timeout(seconds * 1000)
    browser.stop_tracing()
    work = frame_work(json.loads(trace_path.read_text(encoding="utf-8")))
    shutil.rmtree(trace_path.parent)
    told = {
        "aircraft_in_the_air": page.locator(".aircraft").count(),
        "frames": len(work["processor"]),
        "frames_per_s": round(len(work["processor"]) / seconds, 1),
        "processor_ms_p50": share(work["processor"], 0.5),
        "processor_ms_p95": share(work["processor"], 0.95),
        "processor_ms_max": share(work["processor"], 1.0),
        "wall_ms_p95": share(work["wall"], 0.95),
        "long_tasks": page.evaluate("window.longTasks"),
        "is_within_budget": share(work["processor"], 0.95) <= BUDGET_MS,
    }
    page.close()
    return told


def main() -> None:
    """Serve the scripted day, look at each view, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=Path, help="built pages; the package's own if none")
    parser.add_argument("--fleet", type=int, default=76)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--views", nargs="+", choices=VIEWS, default=list(VIEWS))
    options = parser.parse_args()

    from playwright.sync_api import sync_playwright

    from aspan.faces.http.app import create_app
    from aspan.faces.http.server import bind, make_server
    from web.scripted import ScriptedService

    settings = {} if options.pages is None else {"pages": options.pages}
    listener = bind("127.0.0.1", 0)
    app = create_app(
        ScriptedService(fleet=options.fleet, is_busy=True),
        map_folder=ROOT / "cities" / "alatau" / "map",
        **settings,
    )
    server = make_server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        figures = {
            view: measure(browser, url, VIEWS[view], options.seconds) for view in options.views
        }
        told = {"fleet": options.fleet, "budget_ms": BUDGET_MS, "chromium": browser.version}
        browser.close()
    print(json.dumps({**told, "views": figures}, indent=2))
    server.should_exit = True
    thread.join(20)
    listener.close()


if __name__ == "__main__":
    main()
