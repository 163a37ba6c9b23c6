"""`aspan serve` and `aspan log` as people meet them: addresses, ends, refusals, damage."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from aspan.faces.cli.main import execute

CODE = re.compile(r"gate code [A-Z2-7]{4}-[A-Z2-7]{4} opens /gate\n")
"""All that a twin says beside its address."""

SERVE = ["serve", "tiny", "--start", "08:00", "--demand", "3", "--port", "0"]


class Process:
    """An `aspan serve` of its own, and its address."""

    def __init__(self, store: Path, *options: str) -> None:
        self.handle = subprocess.Popen(
            [sys.executable, "-m", "aspan.faces.cli.main", *SERVE, "--store", str(store), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": "7"},
        )
        assert self.handle.stdout is not None
        self.address = self.handle.stdout.readline().strip()

    def end(self, number: int) -> tuple[int, str, str]:
        """Send a signal and return exit status and what was said."""
        self.handle.send_signal(number)
        out, err = self.handle.communicate(timeout=30)
        return self.handle.returncode, out, err


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Process]:
    """Return a service ten times as fast as the wall."""
    process = Process(tmp_path / "a.sqlite", "--speed", "10")
    yield process
    process.handle.kill()
    process.handle.communicate()


def test_a_service_answers_and_ends_on_a_signal(served: Process, tmp_path: Path) -> None:
    """The printed address answers with the opened day; SIGTERM ends it, status 0, log intact."""
    with urlopen(f"{served.address}api/state", timeout=30) as answer:
        state = json.load(answer)
    assert state["clock"]["speed"] == 10.0
    assert state["clock"]["date"] == "2025-04-12"
    assert len(state["aircraft"]) > 0
    stream = urlopen(f"{served.address}api/stream", timeout=30)
    assert stream.readline().startswith(b"retry")
    status, out, err = served.end(signal.SIGTERM)
    stream.close()
    assert (status, CODE.fullmatch(err) is not None) == (0, True)
    assert "log sha256" in out
    assert execute(["log", "verify", str(tmp_path / "a.sqlite")]) == 0


def test_signals_while_it_ends_change_nothing(served: Process) -> None:
    """Ctrl-C pressed again and again ends it as once does: status 0 and no traceback."""
    stream = urlopen(f"{served.address}api/stream", timeout=30)
    assert stream.readline().startswith(b"retry")
    served.handle.send_signal(signal.SIGINT)
    served.handle.send_signal(signal.SIGINT)
    status, out, err = served.end(signal.SIGINT)
    stream.close()
    assert (status, CODE.fullmatch(err) is not None) == (0, True)
    assert "log sha256" in out


def test_a_second_service_on_a_store_is_refused(served: Process, tmp_path: Path) -> None:
    """A store that is being served is bad input to a second service; Ctrl-C ends the first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert execute([*SERVE, "--store", str(tmp_path / "a.sqlite")]) == 2
    assert served.end(signal.SIGINT)[0] == 0


def test_until_ends_by_itself_with_the_simulated_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At full speed with --until it ends with status 0 and the hash that simulating gives."""
    options = ["--speed", "max", "--until", "12:00", "--json"]
    assert execute([*SERVE, "--store", str(tmp_path / "a.sqlite"), *options]) == 0
    served = json.loads(capsys.readouterr().out)
    simulate = ["simulate", "tiny", "--start", "08:00", "--until", "12:00", "--demand", "3"]
    assert execute([*simulate, "--json"]) == 0
    assert served["log_sha256"] == json.loads(capsys.readouterr().out)["log_sha256"]
    assert execute(["log", "replay", str(tmp_path / "a.sqlite"), "--json"]) == 0
    replayed = json.loads(capsys.readouterr().out)
    assert replayed["same"]
    assert replayed["log_sha256"] == served["log_sha256"]


def test_the_real_fleet_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an aircraft link --live is refused, with the reason, not flown as a twin."""
    assert execute([*SERVE, "--live"]) == 1
    assert "aircraft link" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--speed", "fast"], "--speed"),
        (["--speed", "0"], "--speed"),
        (["--until", "25:00"], "--until"),
        (["--until", "07:00"], "--until"),
        (["--start", "8"], "--start"),
        (["--date", "today"], "--date"),
        (["--lead-in", "481"], "--lead-in"),
        (["--lead-in", "-1"], "--lead-in"),
        (["--policy", "best"], "policy"),
        (["--fleet", "999"], "fleet"),
        (["--demand", "-1"], "demand"),
        (["--port", "70000"], "--port"),
        (["--store", "postgres://h/d"], "--store"),
        (["--store", "nowhere/at/all.sqlite"], "store"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    named: str,
) -> None:
    """Whatever is wrong is named on one line with status 2, and nothing is begun."""
    monkeypatch.chdir(tmp_path)
    store = [] if "--store" in options else ["--store", "a.sqlite"]
    assert execute([*SERVE, *store, *options]) == 2
    said = capsys.readouterr().err
    assert named in said
    assert said.count("\n") == 1


def test_a_busy_port_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken is named, before the store is touched."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        store = tmp_path / "a.sqlite"
        assert execute([*SERVE, "--store", str(store), "--port", port]) == 2
    assert port in capsys.readouterr().err
    assert not store.exists()


def test_a_damaged_log_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A changed byte is found by verify (1, naming the event), and stops serve and replay (2)."""
    store = tmp_path / "a.sqlite"
    options = ["--speed", "max", "--until", "09:00"]
    assert execute([*SERVE, "--store", str(store), *options]) == 0
    data = bytearray(store.read_bytes())
    data[data.index(b'"DayOpened"') + 2] ^= 1
    store.write_bytes(data)
    capsys.readouterr()
    assert execute(["log", "verify", str(store), "--json"]) == 1
    first_bad = json.loads(capsys.readouterr().out)["first_bad"]
    for command in (["log", "replay", str(store)], [*SERVE, "--store", str(store)]):
        assert execute(command) == 2
        said = capsys.readouterr().err
        assert f"event {first_bad}" in said
        assert said.count("\n") == 1
