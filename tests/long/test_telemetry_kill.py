"""Processes that keep telemetry are killed at any instant: what they had acknowledged is there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from aspan.evidence.telemetry.keeping import load_run, verify_run
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.evidence.telemetry.stream import recover_run

pytestmark = pytest.mark.long

ROWS = 100
SENDER = """
import sys
from pathlib import Path
import numpy as np
from aspan.evidence.telemetry import keeping
from aspan.evidence.telemetry.stream import Taken, begin_intake
from unit.evidence.telemetry_rows import make_layout, make_steady
from unit.evidence.test_telemetry_stream import LAYOUT, as_json
from aspan.evidence.telemetry.rows import slice_rows

keeping.PART_ROWS = 1_000
rows = make_steady(100_000)
intake = begin_intake(Path(sys.argv[1]), "RUN-1", LAYOUT, token="t", is_live=False)
for start in range(0, len(rows), 100):
    body = as_json(slice_rows(rows, start, start + 100))
    kind = "application/x-ndjson"
    answer = intake.take(body, media_type=kind, token="t", received_at_ms=0)
    assert isinstance(answer, Taken)
    print(answer.total_rows, flush=True)
"""

IMPORTER = """
import sys
from pathlib import Path
from aspan.evidence.telemetry import csv_lines, keeping
from aspan.evidence.telemetry.importing import import_file
from unit.evidence.test_telemetry_stream import LAYOUT

keeping.PART_ROWS = 1_000
csv_lines.BLOCK_BYTES = 20_000
print("begun", flush=True)
import_file(Path(sys.argv[1]), LAYOUT, Path(sys.argv[2]), "RUN-1")
"""


def start(script: str, *words: str) -> subprocess.Popen[str]:
    """Run a script that knows the tests."""
    command = [sys.executable, "-c", script, *words]
    paths = os.pathsep.join(["src", "tests", ".", os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": paths}
    )


@pytest.mark.parametrize("lines", [1, 7, 12, 25, 33, 60])
def test_a_killed_stream_keeps_what_it_acknowledged(tmp_path: Path, lines: int) -> None:
    """SIGKILL after so many answers: the recovered run has every acknowledged row, in order."""
    run = tmp_path / "run"
    with start(SENDER, str(run)) as sender:
        assert sender.stdout is not None
        told = [int(sender.stdout.readline()) for _ in range(lines)]
        sender.send_signal(signal.SIGKILL)
        told += [int(line) for line in sender.stdout if line.endswith("\n")]
        sender.wait()
    assert not read_manifest(run).is_complete
    manifest = recover_run(run)
    assert not manifest.is_complete
    assert manifest.rows >= told[-1]
    assert manifest.rows % ROWS == 0
    assert verify_run(run).problems == ()
    kept = load_run(run, ["sequence"])["sequence"].to_numpy()
    assert np.array_equal(kept, np.arange(manifest.rows))


@pytest.mark.parametrize("wait_s", [0.0, 0.05, 0.1, 0.2, 0.4])
def test_a_killed_import_says_it_is_incomplete(tmp_path: Path, wait_s: float) -> None:
    """SIGKILL while a file is imported: closed parts hold, and nothing claims to be whole."""
    number = np.arange(60_000)
    table = {"t": 1_776_222_000_000 + 100 * number, "n": number}
    noise = np.random.default_rng(1).standard_normal((4, len(number)))
    table |= {name: 300.0 + noise[k] for k, name in enumerate(("alt", "ias", "tmp", "vlt"))}
    pl.DataFrame(table).write_csv(tmp_path / "f.csv")
    run = tmp_path / "run"
    with start(IMPORTER, str(tmp_path / "f.csv"), str(run)) as importer:
        assert importer.stdout is not None
        importer.stdout.readline()
        while not (run / "part-00000.parquet").exists():
            time.sleep(0.005)
        time.sleep(wait_s)
        importer.send_signal(signal.SIGKILL)
        importer.wait()
    found = verify_run(run)
    extra = [p for p in found.problems if "not in the manifest" not in p]
    assert extra == []
    assert len(found.problems) <= 1
    assert found.is_complete == (found.rows == 60_000)
