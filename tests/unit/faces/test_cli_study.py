"""`aspan study`: a city in the first place, bad input in one line, the answer in words."""

import json
from pathlib import Path

import pytest

from aspan.faces.cli.main import BAD_INPUT, execute
from aspan.faces.cli.study_run import DAY_STEPS

SMALL = """
version = 1
search = false
names = { kk = "а", ru = "а", en = "a" }
question = { kk = "а", ru = "а", en = "Is it dear?" }
[setting]
months = [6]
[days]
per_month = 1
other_per_month = 1
[sampling]
samples = 32
factors = ["aircraft.price_usd"]
[[variants]]
id = "own"
names = { kk = "а", ru = "а", en = "a" }
plan = { fleet = 2 }
setting = { months = [6] }
[[variants]]
id = "dear"
names = { kk = "б", ru = "б", en = "b" }
plan = { fleet = 2, fare_factor = 2.0 }
setting = { months = [6] }
"""


def test_studies_of_a_city_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`list` is a command, not a city, and names every shipped study with its question."""
    assert execute(["study", "list", "alatau"]) == 0
    told = capsys.readouterr().out
    assert "default" in told
    assert "three-routes" in told
    assert execute(["study", "list", "alatau", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"default", "reserve"} <= {row["study"] for row in rows}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["alatau"], "--out"),
        (["nowhere", "--budget-usd", "1e8"], "nowhere"),
        (["alatau", "--budget-usd", "0"], "--budget-usd: 0.0"),
        (["alatau", "--budget-usd", "1e15"], "--budget-usd: 1000000000000000.0"),
        (["alatau"], "--budget-usd"),
        (["alatau", "--study", "nix"], "default"),
        (["alatau", "--budget-usd", "1e8", "--workers", "0"], "--workers: 0"),
        (["alatau", "--budget-usd", "1e8", "--workers", "2", "--dask", "x"], "--workers: 2"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    """A study that cannot be asked is refused in one line naming the option; nothing is made."""
    folder = tmp_path / "out"
    out = [] if message == "--out" else ["--out", str(folder)]
    assert execute(["study", *words, *out]) == BAD_INPUT
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert not folder.exists()


def test_a_study_is_asked_answered_audited_and_shown_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first word is a city; folder, audit and report follow; progress is on standard error."""
    path, folder = tmp_path / "small.toml", str(tmp_path / "out")
    path.write_text(SMALL, encoding="utf-8")
    asked = ["study", "tiny", "--study", str(path), "--out", folder, "--workers", "1"]
    assert execute(asked) == 0
    captured = capsys.readouterr()
    assert "Is it dear?" in captured.out
    assert "dear" in captured.out
    assert any(step in captured.err for step in DAY_STEPS)
    assert execute(["study", "audit", folder]) == 0
    assert "every number is right" in capsys.readouterr().out
    assert execute(["study", "report", folder]) == 0
    assert "report.html" in capsys.readouterr().out
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000
    assert execute([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["study"]["study_id"] == "small"
