"""A study killed at three moments ends with the bytes of one that nobody killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aspan.primitives.dice import draw_between

pytestmark = pytest.mark.long

COMMAND = (sys.executable, "-c", "from aspan.faces.cli.main import run; run()", "study", "tiny")
WAIT_S = 600.0


def _start(out: Path, workers: int) -> "subprocess.Popen[bytes]":
    words = ("--budget-usd", "100e6", "--out", str(out), "--workers", str(workers))
    return subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ), start_new_session=True,
    )  # fmt: skip


def _kill_when(process: "subprocess.Popen[bytes]", is_time: Callable[[], bool]) -> None:
    """Kill a study and its workers as soon as it is time."""
    until_s = time.monotonic() + WAIT_S
    while not is_time():
        assert process.poll() is None, "the study ended before it could be killed"
        assert time.monotonic() < until_s
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _count_parts(out: Path) -> int:
    return len(list((out / "days").glob("part-*.parquet")))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_study_gives_the_same_answer(tmp_path: Path, seed: int) -> None:
    """Killed as it begins, and twice while days fly, it goes on to the same answer."""
    whole = tmp_path / "whole"
    assert _start(whole, 2).wait(WAIT_S) == 0
    out = tmp_path / "killed"
    _kill_when(_start(out, 2), (out / "study.json").exists)
    for number in range(2):
        before = _count_parts(out)
        late_s = draw_between(0.0, 3.0, seed, "kill", number)
        seen = time.monotonic() + WAIT_S

        def is_time(before: int = before, late_s: float = late_s) -> bool:
            nonlocal seen
            if _count_parts(out) > before:
                seen = min(seen, time.monotonic())
            return time.monotonic() >= seen + late_s

        _kill_when(_start(out, 2), is_time)
        assert not (out / "answer.json").exists()
    assert _start(out, 1).wait(WAIT_S) == 0
    assert (out / "answer.json").read_bytes() == (whole / "answer.json").read_bytes()
