"""Bad input at the faces: one line that names the thing, the value and what was expected."""

import errno
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import typer
from litestar import Litestar
from litestar.testing import TestClient

from aspan.compose import tables
from aspan.compose.table import Table
from aspan.compose.tables import write_tables
from aspan.faces.cli.main import AT_FAULT, BAD_INPUT, execute
from aspan.faces.http.app import create_app
from aspan.faces.http.server import bind
from aspan.live.sqlite_log import SqliteLog
from aspan.primitives.errors import InvalidInput
from web.scripted import ScriptedService

SIMULATE = ("simulate", "tiny", "--until", "07:00")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must end as bad input and return the one line it said."""
    assert execute(list(arguments)) == BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a short run."""
    folder = tmp_path_factory.mktemp("flown")
    assert execute(["simulate", "tiny", "--until", "09:00", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def run_folder(flown: Path, tmp_path: Path) -> Path:
    """Return a copy of a run that a test may spoil."""
    return Path(shutil.copytree(flown, tmp_path / "run"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("city", "check", "tiny", "--phase", "x"), "--phase: 'x' is not accepted; expected"),
        (("simulate", "tiny", "--seed", "1.5"), "--seed: '1.5' is not accepted; expected"),
        (("city",), "aspan city: None is not accepted; expected one of the commands check"),
        (("log",), "expected one of the commands verify, replay"),
        (("simulate", "x" * 5000), "expected one of"),
        (("simulate", "tiny", "--demand", "1000"), "demand: 1000.0 is not accepted"),
        (("simulate", "tiny", "--out", ""), "--out: '' is not accepted; expected a folder"),
        (("simulate", "tiny", "--out", "a\0b"), "expected a folder"),
        ((*SIMULATE, "--out", "/dev/null/x"), "--out: '/dev/null/x' is not accepted"),
        (("audit", ""), "DIR: '.' is not accepted"),
    ],
)
def test_the_line_names_thing_value_and_expectation(
    arguments: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong on a command line is told with its name, its value and what was expected."""
    assert expected in said(capsys, *arguments)


def test_an_unforeseen_fault_is_one_line_with_its_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A fault of ours ends with its own status and says where it came from, without a traceback."""
    app = typer.Typer()
    app.callback()(lambda: None)

    def act() -> None:
        raise EOFError("cut short")

    app.command("act")(act)
    assert execute(["act"], app) == AT_FAULT
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip().startswith("fault: EOFError: cut short, in test_bad_input.py line ")


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_closed_streams_end_no_command(closed: str) -> None:
    """A command whose output or errors go nowhere still ends with its own status."""
    command = f'"{sys.executable}" -m aspan.faces.cli.main city check tiny {closed}'
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_cyrillic_gets_an_answer() -> None:
    """Names that the terminal cannot show are escaped."""
    done = subprocess.run(
        [sys.executable, "-m", "aspan.faces.cli.main", "city", "check", "tiny", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u0428" in done.stdout


def test_a_full_disk_leaves_the_older_run_as_it_was(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tables take their names together at the end, so that no folder holds half of two runs."""
    before = {path.name: path.read_bytes() for path in run_folder.iterdir()}
    written: list[str] = []

    def write_until_full(folder: Path, table: Table) -> Path:
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device", str(folder / table.name))
        written.append(table.name)
        path = folder / f"{table.name}.parquet"
        path.write_bytes(b"new")
        return path

    monkeypatch.setattr(tables, "write_table", write_until_full)
    assert write_tables is tables.write_tables
    line = said(capsys, *SIMULATE, "--seed", "2", "--out", str(run_folder))
    assert "No space left on device" in line
    assert {path.name: path.read_bytes() for path in run_folder.iterdir()} == before


@pytest.mark.parametrize(
    ("table", "spoil"),
    [
        ("aircraft", {"gross_kwh": 0.0, "soh": 0.0}),
        ("aircraft", {"gross_kwh": -150.0}),
        ("sorties", {"planned_off_block_at_ms": 2**62, "off_block_at_ms": 2**62}),
        ("fato_uses", {"start_at_ms": 2**62, "end_at_ms": 2**62}),
        ("tracks", {"sortie_id": "X"}),
        (
            "intents",
            {"volumes": '[{"footprint":[[0,0]],"lower":null,"upper":1,"start":1,"end":2}]'},
        ),
    ],
)
def test_an_audit_of_spoilt_tables_never_ends_clean_or_in_a_traceback(
    run_folder: Path, table: str, spoil: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    """Values that no law can be computed on are violations or bad input, in plain words."""
    path = run_folder / f"{table}.parquet"
    frame = pl.read_parquet(path)
    columns = [pl.lit(v).cast(frame.schema[n]).alias(n) for n, v in spoil.items()]
    frame.with_columns(columns).write_parquet(path)
    status = execute(["audit", str(run_folder)])
    assert status in (1, BAD_INPUT)
    if status == BAD_INPUT:
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("host", ["a" * 300, "8.8.8.8"])
def test_a_host_that_is_not_ours_is_named(host: str) -> None:
    """An address of another machine, or no address at all, is told as the host's fault."""
    with pytest.raises(InvalidInput, match="--host"):
        bind(host, 0)


def test_a_refused_service_leaves_nothing_that_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a fleet too large, and a day that is none, the same store takes what is right."""
    store = ("--store", str(tmp_path / "log.sqlite"), "--port", "0", "--speed", "max")
    assert "fleet: 99" in said(capsys, "serve", "tiny", *store, "--fleet", "99")
    late = "9999-12-31T24:00"
    assert late in said(capsys, "serve", "tiny", *store, "--fleet", "3", "--until", late)
    assert execute(["serve", "tiny", *store, "--fleet", "4", "--until", "00:30"]) == 0
    assert "settings hold" not in capsys.readouterr().err


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    """Return a client of the pages over a scripted service."""
    with TestClient(create_app(ScriptedService(speed=0.0))) as found:
        yield found


@pytest.mark.parametrize("number", [str(2**63), "9" * 30, "9" * 5000])
def test_numbers_no_log_can_have_are_refused(client: TestClient[Litestar], number: str) -> None:
    """An event number beyond what a store can hold is the client's fault, not ours."""
    asked = client.get("/api/log", params={"after": number})
    assert (asked.status_code, asked.json()["error"]["field"]) == (400, "after")
    if len(number) > len(str(2**63)):
        streamed = client.get("/api/stream", headers={"Last-Event-ID": number})
        value = streamed.json()["error"]["value"]
        assert streamed.status_code == 422
        assert number.startswith(value.removesuffix("…"))
        assert len(value) <= 201


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD"])
def test_another_method_is_named(client: TestClient[Litestar], method: str) -> None:
    """A method that no route takes is told with the one that it does."""
    answer = client.request(method, "/api/state")
    assert answer.status_code == 405
    if method != "HEAD":
        assert answer.json()["error"] == {"field": "method", "value": method, "expected": "GET"}


def test_a_store_that_takes_no_more_ends_the_service_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk ends a service with the store named and what was kept still holding."""
    keep = SqliteLog.sync

    def sync(log: SqliteLog) -> None:
        if log.last_at_ms is not None and len(log) > 60:
            raise sqlite3.OperationalError("database or disk is full")
        keep(log)

    monkeypatch.setattr(SqliteLog, "sync", sync)
    store = str(tmp_path / "log.sqlite")
    options = ("--store", store, "--port", "0", "--speed", "max", "--until", "20:00", "--json")
    assert execute(["serve", "tiny", *options]) == BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert f"--store: '{store}' is not accepted" in err
    assert "Traceback" not in err
    monkeypatch.undo()
    assert execute(["log", "verify", store]) == 0
