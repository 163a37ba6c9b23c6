"""Take eight hours of telemetry, 50 channels at 50 Hz, by file and by stream; print JSON.

Each way runs in a process of its own, whose greatest memory is told. The recorder is a drawn one:
slow waves with the noise of each sensor, one row in 5,000 lost, one in 10,000 swapped with the
next, one in 2,000 with a silent sensor. The stream goes over HTTP on the loopback to a service that
watches limits and keeps rows, while another caller asks it for a page every 50 ms.

`python benchmarks/telemetry_intake.py [--hours H] [--rounds N]`; `file PATH` and `serve FOLDER` are
its own children.
"""

import argparse
import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from aspan.evidence.card import Limit
from aspan.evidence.limit_watch import LimitWatch
from aspan.evidence.telemetry.importing import import_file
from aspan.evidence.telemetry.layout import Column, Layout, TimeColumn
from aspan.evidence.telemetry.stream import Taken, TelemetryIntake, begin_intake
from aspan.primitives.units import MS_PER_S, S_PER_H
from aspan.world.telemetry import CHANNELS

CHANNEL_COUNT: Final = 50
RATE_HZ: Final = 50.0
START_AT_MS: Final = 1_776_222_000_000
CHUNK_ROWS: Final = 30_000
BATCH_ROWS: Final = 250
PACE_ROWS_PER_S: Final = 1_000.0
"""Twenty times real time."""

PACED_S: Final = 20.0
PAGE_EVERY_S: Final = 0.05
TOKEN: Final = "bench"
ARROW: Final = "application/vnd.apache.arrow.stream"
JSON: Final = "application/x-ndjson"

LAYOUT: Final = Layout(
    recorder_id="bench",
    source="aircraft",
    software="bench",
    rate_hz=RATE_HZ,
    time=TimeColumn(column="t", kind="utc_ms"),
    sequence="n",
    channels=tuple(Column(column=c.name, channel=c.name) for c in CHANNELS[:CHANNEL_COUNT]),
)

LIMITS: Final = (
    *(
        Limit(limit_id=f"L{k}", channel=c.name, high=c.high)
        for k, c in enumerate(CHANNELS[:CHANNEL_COUNT])
    ),
    Limit(limit_id="link", channel="link", high=5.0),
)


def draw(rows: int) -> Iterator[pl.DataFrame]:
    """Yield the recorder's table in chunks."""
    dice = np.random.default_rng(1)
    for start in range(0, rows, CHUNK_ROWS):
        number = np.arange(start, min(start + CHUNK_ROWS, rows))
        table: dict[str, Any] = {
            "t": START_AT_MS + (number * MS_PER_S / RATE_HZ).astype(np.int64),
            "n": number,
        }
        for k, channel in enumerate(CHANNELS[:CHANNEL_COUNT]):
            middle = channel.low + 0.4 * (channel.high - channel.low)
            wave = 20.0 * channel.noise * np.sin(number / (2_000.0 + 100.0 * k) + k)
            noise = channel.noise * dice.standard_normal(len(number))
            digits = max(0, 2 - int(np.floor(np.log10(channel.noise))))
            table[channel.name] = np.round(middle + wave + noise, digits)
            table[channel.name][dice.random(len(number)) < 1.0 / (2_000 * CHANNEL_COUNT)] = np.nan
        order = np.arange(len(number))
        for k in np.flatnonzero(dice.random(len(number) - 1) < 1e-4).tolist():
            order[[k, k + 1]] = order[[k + 1, k]]
        order = order[dice.random(len(number)) > 2e-4]
        yield pl.DataFrame(table)[order].with_columns(pl.col(pl.Float64).fill_nan(None))


def write_csv(path: Path, rows: int) -> None:
    """Write the recorder's file."""
    with path.open("wb") as file:
        for k, chunk in enumerate(draw(rows)):
            chunk.write_csv(file, include_header=k == 0)


def take_file(path: Path) -> dict[str, Any]:
    """Import a file with the watch on; return how long it took and what it found."""
    watch = LimitWatch(LIMITS, rate_hz=RATE_HZ)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        begun, used = time.perf_counter(), time.process_time()
        found = import_file(path, LAYOUT, Path(folder) / "run", "bench", watch=watch)
        return {
            "took_s": time.perf_counter() - begun,
            "processor_s": time.process_time() - used,
            "rows": found.manifest.rows,
            "doubts": found.manifest.doubts,
            "breaches": len(found.breaches),
            "kept_mb": sum(part.bytes for part in found.manifest.parts) / 1e6,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
        }


Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Service:
    """The least of a service: a batch is taken beside the loop, a page is told from progress."""

    def __init__(self, intake: TelemetryIntake) -> None:
        self._intake = intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a POST of a batch, or a GET of the page."""
        if scope["type"] != "http":
            return
        body, kind = b"", dict(scope["headers"]).get(b"content-type", b"").decode()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        if scope["method"] == "POST":
            answer = await asyncio.to_thread(
                self._intake.take, body, media_type=kind, token=TOKEN, received_at_ms=START_AT_MS
            )
            status, told = (200 if isinstance(answer, Taken) else 422), repr(answer)
        else:
            progress = await asyncio.to_thread(self._intake.progress)
            status, told = 200, repr(progress)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": told.encode()})


def serve(folder: Path) -> None:
    """Serve one intake on a free port of the loopback, which is printed."""
    import uvicorn

    intake = begin_intake(
        folder,
        "bench",
        LAYOUT,
        token=TOKEN,
        watch=LimitWatch(LIMITS, rate_hz=RATE_HZ),
        is_live=False,
    )
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        print(door.getsockname()[1], flush=True)
        uvicorn.Server(uvicorn.Config(Service(intake), log_level="warning")).run(sockets=[door])
    intake.close()


def encode(chunk: pl.DataFrame, kind: str) -> bytes:
    """Return a batch as a body of that media type."""
    if kind == JSON:
        return chunk.write_ndjson().encode()
    out = BytesIO()
    chunk.write_ipc_stream(out)
    return out.getvalue()


def ask(connection: HTTPConnection, body: bytes, kind: str) -> None:
    """Send a batch and wait for its answer."""
    connection.request("POST", "/", body, {"content-type": kind})
    answer = connection.getresponse()
    told = answer.read()
    if answer.status != 200:
        raise SystemExit(f"the service answered {answer.status}: {told.decode()}")


class Pages:
    """Asks for the page over and over, and notes how long each answer took."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._end = threading.Event()
        self.times: list[float] = []
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Pages":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port)
        while not self._end.wait(PAGE_EVERY_S):
            begun = time.perf_counter()
            connection.request("GET", "/")
            connection.getresponse().read()
            self.times.append((time.perf_counter() - begun) * MS_PER_S)


def tell_times(times: list[float], name: str) -> dict[str, float]:
    """Return percentiles."""
    ordered = sorted(times)
    return {
        f"{name}_p{share}_ms": ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
        for share in (50, 99)
    }


def take_stream(rows: int, kind: str, *, pace: float | None = None) -> dict[str, Any]:
    """Send rows to a service of its own, as fast as it answers or at a pace."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "serve", str(Path(folder) / "run")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            port = int(child.stdout.readline())
            sent, waited = 0, 0.0
            connection = _connect(port)
            with Pages(port) as pages:
                begun = time.perf_counter()
                for chunk in draw(rows):
                    for batch in chunk.iter_slices(BATCH_ROWS):
                        drawn = time.perf_counter()
                        body = encode(batch, kind)
                        if pace is not None:
                            due = begun + sent / pace
                            time.sleep(max(0.0, due - time.perf_counter()))
                        asked = time.perf_counter()
                        ask(connection, body, kind)
                        waited += time.perf_counter() - (drawn if pace is None else asked)
                        sent += batch.height
                took_s = time.perf_counter() - begun
            peak_mb = find_peak_mb(child.pid)
            child.terminate()
            child.wait()
    return {
        "rows": sent,
        "took_s": took_s,
        "waited_s": waited,
        "peak_mb": peak_mb,
        **tell_times(pages.times, "page"),
    }


def _connect(port: int) -> HTTPConnection:
    for _ in range(100):
        connection = HTTPConnection("127.0.0.1", port)
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return connection
    raise SystemExit("the service did not open its port")


def find_peak_mb(pid: int) -> float:
    """Return the greatest memory of a process so far."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return float(line.split()[1]) / 1024.0
    return 0.0


def measure(hours: float, rounds: int) -> dict[str, Any]:
    """Return what every way took."""
    rows = round(hours * S_PER_H * RATE_HZ)
    told: dict[str, Any] = {"hours": hours, "rows": rows, "load_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.csv"
        write_csv(path, rows)
        pl.scan_csv(path).sink_parquet(path.with_suffix(".parquet"))
        for kind in ("csv", "parquet"):
            command = [sys.executable, __file__, "file", str(path.with_suffix(f".{kind}"))]
            runs = [
                json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                for _ in range(rounds)
            ]
            told[kind] = sorted(runs, key=lambda run: run["took_s"])[rounds // 2]
            told[kind]["peak_mb"] = max(run["peak_mb"] for run in runs)
    for name, kind in (("arrow", ARROW), ("json", JSON)):
        told[name] = take_stream(rows if name == "arrow" else rows // 8, kind)
    told["paced"] = take_stream(round(PACE_ROWS_PER_S * PACED_S), JSON, pace=PACE_ROWS_PER_S)
    told["load_after"] = os.getloadavg()[0]
    for name in ("csv", "parquet", "arrow", "json"):
        wall_s = told[name].get("waited_s", told[name]["took_s"])
        told[name]["rows_per_s"] = told[name]["rows"] / wall_s
        told[name]["times_real_time"] = told[name]["rows"] / RATE_HZ / wall_s
    return told


def main() -> None:
    """Measure, or be one of the children."""
    parser = argparse.ArgumentParser()
    parser.add_argument("child", nargs="?", choices=["file", "serve"])
    parser.add_argument("path", nargs="?", type=Path)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=3, help="Of each file; the median is told.")
    given = parser.parse_args()
    if given.child == "file":
        print(json.dumps(take_file(given.path)))
    elif given.child == "serve":
        serve(given.path)
    else:
        print(json.dumps(measure(given.hours, given.rounds)))


if __name__ == "__main__":
    main()
