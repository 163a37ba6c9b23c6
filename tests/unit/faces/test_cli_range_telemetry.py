"""`aspan range telemetry`: a recorder's file looked at, and kept for a run that has begun."""

import json
from pathlib import Path
from shutil import copytree

import msgspec
import numpy as np
import pytest

from aspan.faces.cli.main import execute
from aspan.world.readers.folder import find_folder
from unit.evidence.small_campaign import REQUIREMENTS
from unit.evidence.telemetry_rows import make_layout
from unit.evidence.test_recorded_run import LAYOUT as PACK_LAYOUT
from unit.evidence.test_recorded_run import StoredTown, table
from unit.evidence.test_telemetry_reader import LAYOUT, make_lines


def write(folder: Path, lines: list[str]) -> list[str]:
    """Write a file and its layout; return the words that name them."""
    (folder / "f.csv").write_text("\n".join(lines) + "\n")
    (folder / "layout.json").write_bytes(msgspec.json.encode(LAYOUT))
    return [str(folder / "f.csv"), "--layout", str(folder / "layout.json")]


def test_check_tells_what_is_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows, doubts by name and by channel, columns not read; nothing is kept."""
    lines = make_lines(60)
    del lines[30]
    lines[40] = lines[40].replace("49.", "x49.").replace("50.", "x50.")
    words = write(tmp_path, lines)
    assert execute(["range", "telemetry", "check", *words]) == 0
    told = capsys.readouterr().out
    assert "R1, told by an aircraft's own recorder: 59 rows, 59 sound, 1 missing" in told
    assert "1 unreadable" in told
    assert "airspeed_mps: 1 absent" in told
    assert "columns not read: note" in told
    assert execute(["range", "telemetry", "check", *words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 59
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.csv", "layout.json"]


def test_check_says_when_a_unit_is_doubtful(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Celsius told as kelvin: exit status 1, and the likely unit."""
    lines = make_lines(600)
    for k, line in enumerate(lines[1:], 1):
        fields = line.split(",")
        fields[4] = str(np.round(float(fields[4]) - 273.15, 3))
        lines[k] = ",".join(fields)
    assert execute(["range", "telemetry", "check", *write(tmp_path, lines)]) == 1
    told = capsys.readouterr().out
    assert "unit of pack1_temperature_k is doubtful: K, looks like degC or degF" in told


@pytest.mark.parametrize("case", ["file", "layout", "unit"])
def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    """A missing file, a layout that is none, a unit that cannot be: exit status 2, one line."""
    words = write(tmp_path, make_lines())
    if case == "file":
        words[0] = str(tmp_path / "absent.csv")
    elif case == "layout":
        (tmp_path / "layout.json").write_text("{")
    else:
        text = msgspec.json.encode(make_layout()).replace(b'"unit":""', b'"unit":"kg"', 1)
        (tmp_path / "layout.json").write_bytes(text)
    assert execute(["range", "telemetry", "check", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert said.err.startswith("error: ")


def test_import_keeps_a_file_for_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Kept and told to the site, once; a pack too hot is told with its limit, exit status 1."""
    town = StoredTown(tmp_path / "small.range")
    town.begin()
    town.store.close()
    table(hot_from=30).write_csv(tmp_path / "f.csv")
    layout = make_layout(channels=PACK_LAYOUT.channels)
    (tmp_path / "layout.json").write_bytes(msgspec.json.encode(layout))
    words = ["range", "telemetry", "import", str(tmp_path / "small.range"), "RUN1"]
    words += [str(tmp_path / "f.csv"), "--layout", str(tmp_path / "layout.json")]
    copytree(find_folder("tiny"), tmp_path / "tiny")
    (tmp_path / "tiny" / "requirements.toml").write_text(REQUIREMENTS)
    words += ["--city", str(tmp_path / "tiny")]
    assert execute(words) == 1
    told = capsys.readouterr().out
    assert "60 rows, 60 sound, 0 missing" in told
    assert "limit hot passed at 2026-04-01T04:00:0" in told
    assert "manifest SHA-256 " in told
    assert execute(words) == 2
    assert "60 rows kept" in capsys.readouterr().err
    assert execute([*words, "--instead", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["refused"] == ""
