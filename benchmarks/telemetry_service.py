"""Stream telemetry into a running service while its pages are looked at; print JSON.

`aspan serve alatau --range FILE --range-runs aircraft` runs in a process of its own, travellers and
all. Over HTTP people are enrolled, a card is filed, approved, booked, released and begun, as crews
do it. Then 50 channels at 50 Hz come at 1,000 rows/s, twenty times real time, as from a recorder
that had no link for a while. Meanwhile another caller asks what the page of the run asks, every
50 ms; a third asks the engine; and a real Chromium has that page open. At the end the run is ended
and its manifest compared with what was sent.

`python benchmarks/telemetry_service.py [--seconds S] [--kinds arrow json] [--batch ROWS]`.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from page import ARGUMENTS
from telemetry_intake import ARROW, JSON, PAGE_EVERY_S, encode, find_peak_mb, tell_times

from aspan.evidence import orders
from aspan.primitives.units import MS_PER_S, celsius_to_kelvin
from aspan.world.telemetry import CHANNELS

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from range_service import Crew

CARD: Final = "GT1"
SILENT: Final = ("tilt_deg", "mic1_dba", "mic2_dba", "mic3_dba", "charger_kw", "event_mark")
"""Sensors that are not there: what is left are 50 channels."""

RATE_HZ: Final = 50.0
PACE_ROWS_PER_S: Final = 1_000.0
BATCH_ROWS: Final = 50
"""A second of telemetry in each batch: twenty batches a second."""

STRIP_CHANNELS: Final = "lon_deg,lat_deg,height_agl_m,airspeed_mps,pack1_soc,pack1_temperature_k"
SHOWN_MS: Final = 20_000
"""What a page asks for that asked a second ago: twenty seconds of telemetry."""

ENGINE_EVERY_S: Final = 0.25
SETTLE_MS: Final = 2_500
"""Until the page has asked for the last rows and shown them."""

SLOT_S_MAX: Final = 30.0
NO_GL: Final = ["--no-sandbox", "--disable-gpu", *ARGUMENTS[-2:]]
"""As on a machine without graphics: the page of a run draws no WebGL."""

KINDS: Final = {"arrow": ARROW, "json": JSON}
AT_REST: Final = {
    "temperature_k": celsius_to_kelvin(20.0),
    "cell_spread_v": 0.01,
    "soc": 0.8,
    "_mps": 0.0,
    "roll_deg": 0.0,
    "pitch_deg": 0.0,
    "height_agl_m": 0.0,
}
"""Where channels stand on the card's stand, by the end of their names; others at 0.4 of range."""

WATCH_FRAMES: Final = """() => {
  const told = {frames: [], tasks: [], seen: [], ends: false};
  window.told = told;
  const note = (list) => list.getEntries().forEach((one) => told.tasks.push(one.duration));
  new PerformanceObserver(note).observe({type: 'longtask'});
  let before = performance.now(), newest = 0;
  const look = (now) => {
    told.frames.push(now - before);
    before = now;
    const at = document.querySelector('aspan-strip')?.rows?.at.at(-1) ?? 0;
    if (at !== newest) told.seen.push([performance.timeOrigin + performance.now(), at]);
    newest = at;
    if (!told.ends) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
"""Notes each frame, each task above 50 ms, and when the strips first show rows until an instant."""


def draw_batches(
    rows: int, batch: int, from_ms: int, pad: Mapping[str, float]
) -> Iterator[pl.DataFrame]:
    """Yield the recorder's rows of an aircraft at rest on its pad, batch by batch."""
    at_rest = {**AT_REST, **pad}
    dice = np.random.default_rng(1)
    for start in range(0, rows, batch):
        number = np.arange(start, min(start + batch, rows))
        table: dict[str, Any] = {
            "at_ms": from_ms + (number * MS_PER_S / RATE_HZ).astype(np.int64),
            "sequence": number,
        }
        for channel in CHANNELS:
            if channel.name in SILENT:
                table[channel.name] = np.full(len(number), np.nan)
                continue
            found = [at for end, at in at_rest.items() if channel.name.endswith(end)]
            middle = found[0] if found else channel.low + 0.4 * (channel.high - channel.low)
            table[channel.name] = middle + channel.noise * dice.standard_normal(len(number))
        yield pl.DataFrame(table).with_columns(pl.col(pl.Float64).fill_nan(None))


class Asker:
    """Asks for addresses in turn, at even times, and notes how long each answer took."""

    def __init__(self, port: int, every_s: float, addresses: Callable[[], list[str]]) -> None:
        self._port = port
        self._every_s = every_s
        self._addresses = addresses
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.times: list[float] = []
        self.slowest: dict[str, float] = {}
        self.answers: list[tuple[float, bytes]] = []
        self.keeps = False

    def __enter__(self) -> "Asker":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port)
        due, count = time.perf_counter(), 0
        while not self._end.wait(max(0.0, due - time.perf_counter())):
            known = self._addresses()
            address = known[count % len(known)]
            begun = time.perf_counter()
            connection.request("GET", address)
            answer = connection.getresponse()
            body = answer.read()
            took_ms = (time.perf_counter() - begun) * MS_PER_S
            if answer.status != 200:
                raise SystemExit(f"{address}: {answer.status} {body.decode()[:200]}")
            route = address.partition("?")[0].rpartition("/")[2]
            self.times.append(took_ms)
            self.slowest[route] = max(self.slowest.get(route, 0.0), took_ms)
            if self.keeps:
                self.answers.append((time.perf_counter(), body))
            due, count = max(due + self._every_s, time.perf_counter()), count + 1


class Sender:
    """Sends batches at a pace, and notes when each was sent and how long its answer took."""

    def __init__(self, port: int, run_id: str, token: str, kind: str) -> None:
        self.port = port
        self._connection = HTTPConnection("127.0.0.1", port)
        self._run = f"/api/range/runs/{run_id}"
        self._headers = {"content-type": KINDS[kind], "authorization": f"Bearer {token}"}
        self._kind = KINDS[kind]
        self.times: list[float] = []
        self.sent: list[tuple[float, int]] = []
        self.late_ms_max = 0.0
        self.took_s = 0.0
        self.newest_ms = 0
        self.failure = ""

    def list_asked(self) -> list[str]:
        """Return what the page of the run asks, of the rows after those that it has."""
        after = max(0, self.newest_ms - SHOWN_MS)
        series = f"{self._run}/series?channels={STRIP_CHANNELS}&after_ms={after}"
        return [self._run, series, "/api/range", "/api/range/runs", "/api/range/slots"]

    def send(self, rows: int, batch: int, from_ms: int, pad: Mapping[str, float]) -> None:
        """Send all rows; on a late answer the next batch follows at once."""
        begun, sent = time.perf_counter(), 0
        for table in draw_batches(rows, batch, from_ms, pad):
            body = encode(table, self._kind)
            due = begun + sent / PACE_ROWS_PER_S
            time.sleep(max(0.0, due - time.perf_counter()))
            asked = time.perf_counter()
            self.late_ms_max = max(self.late_ms_max, (asked - due) * MS_PER_S)
            self.sent.append((time.time() * MS_PER_S, int(table["at_ms"][-1])))
            self._connection.request("POST", f"{self._run}/telemetry", body, self._headers)
            answer = self._connection.getresponse()
            told = answer.read()
            if answer.status != 200 or json.loads(told)["breaches"]:
                self.failure = f"the service answered {answer.status}: {told.decode()}"
                return
            self.times.append((time.perf_counter() - asked) * MS_PER_S)
            sent += table.height
            self.newest_ms = int(table["at_ms"][-1])
        self.took_s = time.perf_counter() - begun


@contextmanager
def serve(folder: Path, speed: float, demand: float) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the service as anybody would; yield its process and its address."""
    command = [sys.executable, "-m", "aspan.faces.cli.main", "serve", "alatau", "--port", "0"]
    command += ["--store", str(folder / "alatau.sqlite"), "--start", "09:00", "--lead-in", "60"]
    command += ["--speed", f"{speed:g}", "--demand", f"{demand:g}"]
    command += ["--range", str(folder / "alatau.range"), "--range-runs", "aircraft"]
    with (
        (folder / "service.log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def release_run(crew: "Crew") -> str:
    """Take a card from its filing to a run that is released; return the run."""
    crew.enrol_all()
    crew.file(CARD)
    crew.approve(CARD, "lead", "safety")
    slot_id = crew.book(CARD)
    run_id = f"{CARD}-{slot_id}"
    answer = crew.release(run_id, CARD, slot_id)
    if answer.status_code != 200:
        raise SystemExit(f"not released: {answer.text}")
    return run_id


def begin_run(crew: "Crew", run_id: str) -> str:
    """Begin a run when its slot does; return the token with which its telemetry is sent."""
    until = time.monotonic() + SLOT_S_MAX
    while True:
        answer = crew.begin(run_id)
        if answer.status_code == 200:
            return str(answer.json()["telemetry_token"])
        if time.monotonic() > until:
            raise SystemExit(f"not begun: {answer.text}")
        time.sleep(0.2)


@contextmanager
def look_at(address: str, arguments: list[str]) -> Iterator["Page | None"]:
    """Have a page open in a real browser; None where there is none."""
    path = shutil.which("chromium")
    if path is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=arguments)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page.goto(address)
        page.locator("aspan-range-run h1").wait_for(timeout=30_000)
        yield page
        browser.close()


def tell_page(page: "Page", sent: list[tuple[float, int]]) -> dict[str, Any]:
    """Return the frames of the page, its long tasks, and how late it showed rows."""
    told = page.evaluate("() => { window.told.ends = true; return window.told }")
    lags, place = [], 0
    for seen_ms, until_ms in told["seen"]:
        while place < len(sent) and sent[place][1] <= until_ms:
            lags.append(seen_ms - sent[place][0])
            place += 1
    frames = told["frames"][1:]
    return {
        "frames": len(frames),
        "frames_per_s": len(frames) / (sum(frames) / MS_PER_S),
        **tell_times(frames, "frame"),
        "frame_max_ms": max(frames),
        "long_tasks": len(told["tasks"]),
        "longest_task_ms": max(told["tasks"], default=0.0),
        **tell_times(lags, "lag"),
        "lag_max_ms": max(lags),
        "batches_shown": place,
        "batches": len(sent),
    }


def tell_engine(answers: list[tuple[float, bytes]], speed: float) -> dict[str, float]:
    """Return how far the service's clock falls behind the wall's while the stream runs."""
    behind = [wall_s * MS_PER_S - json.loads(body)["at_ms"] / speed for wall_s, body in answers]
    best = min(behind)
    return tell_times([each - best for each in behind], "engine_behind")


def measure(kind: str, options: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of one run."""
    from range_service import Crew

    rows = round(options.seconds * PACE_ROWS_PER_S)
    told: dict[str, Any] = {"rows": rows, "load_before": os.getloadavg()[0]}
    with (
        tempfile.TemporaryDirectory() as place,
        serve(Path(place), options.speed, options.demand) as (process, url),
    ):
        crew = Crew(url.rstrip("/"))
        run_id = release_run(crew)
        port = int(url.rstrip("/").rpartition(":")[2])
        with look_at(f"{url}range#/run/{run_id}", ARGUMENTS if options.gl else NO_GL) as page:
            if page is not None:
                page.evaluate(WATCH_FRAMES)
            sender = Sender(port, run_id, begin_run(crew, run_id), kind)
            used = _processor_s(process.pid)
            told |= stream(crew, sender, page, options)
            told["service_processor_share"] = (_processor_s(process.pid) - used) / sender.took_s
            if page is not None:
                page.wait_for_timeout(SETTLE_MS)
                told["page"] = tell_page(page, sender.sent)
                if options.shot:
                    page.screenshot(path=f"{options.shot}-{kind}.png")
        told |= end_run(crew, run_id, rows)
        told["peak_mb"] = find_peak_mb(process.pid)
        crew.http.close()
    return told | {"load_after": os.getloadavg()[0]}


def stream(
    crew: "Crew", sender: Sender, page: "Page | None", options: argparse.Namespace
) -> dict[str, Any]:
    """Send all rows while others ask; return how long each waited for its answers."""
    rows = round(options.seconds * PACE_ROWS_PER_S)
    from_ms = crew.now_ms - round(rows / RATE_HZ * MS_PER_S)
    site = crew.get("").json()
    pad = {
        "lon_deg": site["pad_lon_deg"],
        "lat_deg": site["pad_lat_deg"],
        "altitude_amsl_m": site["pad_elevation_amsl_m"],
    }
    asker = Asker(sender.port, PAGE_EVERY_S, sender.list_asked)
    engine = Asker(sender.port, ENGINE_EVERY_S, lambda: ["/api/health"])
    engine.keeps = True
    with asker, engine:
        thread = threading.Thread(
            target=sender.send, args=(rows, options.batch, from_ms, pad), daemon=True
        )
        thread.start()
        while thread.is_alive():
            if page is None:
                thread.join(0.2)
            else:
                page.wait_for_timeout(200)
    if sender.failure:
        raise SystemExit(sender.failure)
    return {
        "took_s": sender.took_s,
        "times_real_time": rows / RATE_HZ / sender.took_s,
        "late_max_ms": sender.late_ms_max,
        **tell_times(sender.times, "batch"),
        "batch_max_ms": max(sender.times),
        **tell_times(asker.times, "api"),
        "api_max_ms": max(asker.times),
        "api_asked": len(asker.times),
        "api_slowest_ms": asker.slowest,
        **tell_times(engine.times, "engine_answer"),
        **tell_engine(engine.answers, options.speed),
    }


def end_run(crew: "Crew", run_id: str, rows: int) -> dict[str, Any]:
    """End a run by an order; return what is kept of it against what was sent."""
    begun = time.perf_counter()
    crew.taken("director", orders.EndRun(key="end", run_id=run_id))
    took_s = time.perf_counter() - begun
    kept = crew.get(f"/runs/{run_id}").json()
    return {
        "end_s": took_s,
        "rows_lost": rows - kept["telemetry"]["rows"],
        "gaps": kept["telemetry"]["gaps"],
        "is_knocked_off": kept["line"]["is_knocked_off"],
    }


def _processor_s(pid: int) -> float:
    """Return the processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure each way of sending in a service of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=75.0, help="Of the stream, each way.")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--batch", type=int, default=BATCH_ROWS, help="Rows in a batch.")
    parser.add_argument("--speed", type=float, default=1.0, help="Of the service's clock.")
    parser.add_argument("--demand", type=float, default=1.0, help="Of the service's travellers.")
    parser.add_argument("--gl", action="store_true", help="Compose the page by software GL.")
    parser.add_argument("--shot", help="Where pictures of the page at the end go.")
    options = parser.parse_args()
    print(json.dumps({kind: measure(kind, options) for kind in options.kinds}))


if __name__ == "__main__":
    main()
