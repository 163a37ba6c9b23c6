"""A service killed without warning, three times, is back from its log and loses nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from aspan.compose.runs import RunSettings, fly, open_twin
from aspan.faces.cli.main import execute
from aspan.live.sqlite_log import verify
from aspan.primitives.units import MS_PER_H
from aspan.world.readers import load_city

pytestmark = pytest.mark.long

COMMAND = [sys.executable, "-m", "aspan.faces.cli.main", "serve", "alatau", "--twin"]
COMMAND += ["--start", "08:00", "--demand", "8", "--port", "0"]


def _serve(store: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "--store", str(store), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _watch_until(address: str, seq: int) -> int:
    """Read the stream until an event of at least this number is told; return its number."""
    request = Request(f"{address}api/stream", headers={"Last-Event-ID": "0"})
    with urlopen(request, timeout=120) as stream:
        for line in stream:
            if line.startswith(b"id: ") and int(line[4:]) >= seq:
                return int(line[4:])
    raise AssertionError(f"the stream ended before event {seq}")


@pytest.mark.parametrize("seqs", [(137, 411, 803), (211, 350, 620), (90, 500, 505)])
def test_killed_three_times(tmp_path: Path, seqs: tuple[int, int, int]) -> None:
    """After each kill -9 everything shown is in the log; at last it is the log of a whole run."""
    store = tmp_path / "a.sqlite"
    for seq in seqs:
        process = _serve(store, "--speed", "1500")
        assert process.stdout is not None
        try:
            shown = _watch_until(process.stdout.readline().strip(), seq)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert verify(store).events >= shown
        assert execute(["log", "replay", str(store)]) == 0
    process = _serve(store, "--speed", "max", "--until", "12:00")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    city = load_city("alatau")
    settings = RunSettings(day=city.fair_weather_date, start_ms=8 * MS_PER_H, demand=8.0)
    run = open_twin(city, settings)
    assert fly(run, until_ms=run.start_ms + 4 * MS_PER_H).head_sha256() in out
