"""`aspan feed`: what it writes, what it says, and how it refuses."""

import hashlib
import json
from pathlib import Path

import pytest

from aspan.faces.cli.main import execute


def test_export_writes_and_tells_the_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The zip has the SHA-256 that is printed, twice the same, and GOFS stands beside it."""
    said = []
    for name in ("a.zip", "b.zip"):
        out, folder = tmp_path / name, tmp_path / "gofs"
        line = ["feed", "export", "tiny", "--out", str(out), "--gofs", str(folder), "--json"]
        assert execute(line) == 0
        answer = json.loads(capsys.readouterr().out)
        assert hashlib.sha256(out.read_bytes()).hexdigest() == answer["sha256"]
        said.append(answer)
    assert said[0]["sha256"] == said[1]["sha256"]
    assert said[0]["from"] == "2025-04-12"
    assert said[0]["gofs_files"] == sorted(
        path.relative_to(tmp_path / "gofs").as_posix()
        for path in (tmp_path / "gofs").rglob("*.json")
    )


def test_check_reads_our_own_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is exported can be imported; a row that is broken is named, and exits 1."""
    out = tmp_path / "a.zip"
    assert execute(["feed", "export", "tiny", "--out", str(out), "--no-flex"]) == 0
    capsys.readouterr()
    assert execute(["feed", "check", str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["is_valid"]
    assert answer["counts"]["trips"] == 25
    assert (answer["first_date"], answer["last_date"]) == ("2025-04-12", "2026-04-11")
    out.write_bytes(out.read_bytes()[:-40])
    assert execute(["feed", "check", str(out)]) == 1
    assert "NOT VALID" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        (["export", "tiny", "--out", "nowhere/a.zip"], 2, "--out"),
        (["export", "tiny", "--out", "a.zip", "--url", "no address"], 2, "--url"),
        (["export", "tiny", "--out", "a.zip", "--until", "2020-01-01"], 2, "--until"),
        (["export", "tiny", "--out", "a.zip", "--phase", "7"], 2, "phase"),
        (["export", "tiny", "--out", "a.zip", "--from", "2031-01-01"], 1, "refused"),
        (["export", "tiny", "--out", "a.zip", "--from", "0001-01-02"], 2, "from 1970-01-02 to 2"),
        (["export", "tiny", "--out", "a.zip", "--from", "2198-01-01"], 2, "to 2197-12-31"),
        (["check", "nothing.zip"], 2, "nothing.zip"),
    ],
)
def test_refusals_are_one_line(
    line: list[str],
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Bad input exits 2, dates without an approval 1, on one line that names the thing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cities").symlink_to(Path(__file__).parents[3] / "cities")
    assert execute(["feed", *line]) == status
    out, err = capsys.readouterr()
    told = out + err
    assert said in told
    assert told.count("\n") == 1
    assert not (tmp_path / "a.zip").exists()
