"""`aspan range identify` and `publish`: what four hovers of the twin tell of the aircraft."""

import json
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from aspan.faces.cli.main import execute
from packing import write_city


def run(line: str, status: int = 0) -> str:
    """Type a command of the test site; return what it printed."""
    out, said = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        found = execute(["range", *line.split()])
    printed = out.getvalue() + said.getvalue()
    assert found == status, f"{line}: {printed}"
    return printed


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with a city whose two hover cards were flown twice each."""
    folder = tmp_path_factory.mktemp("site")
    write_city(folder)
    for name, once, twice in (
        ("hover.py", "after=after,", "after=after, repeats=2,"),
        ("hover.md", "Runs: 1", "Runs: 2"),
    ):
        path = folder / "scenarios" / "tiny" / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(once, twice), encoding="utf-8")
    with chdir(folder):
        run("campaign fly tiny --out site.range")
        yield folder


def test_hovers_tell_of_rotor_and_drive(site: Path) -> None:
    """Three numbers with intervals near the truth, all others with the runs they lack."""
    answer = json.loads(run("identify site.range --json --out found"))
    found = {one["name"]: one for one in answer["estimates"]}
    assert found["figure_of_merit"]["value"] == pytest.approx(0.75, rel=0.01)
    assert found["noise_terminal_dba_at_100_m"]["value"] == pytest.approx(65.0, abs=0.5)
    assert len(found["drivetrain_efficiency"]["runs"]) == 4
    assert {one["name"] for one in answer["not_identified"]} >= {"gross_kwh", "aux_kw"}
    assert (site / "found" / "identification.json").is_file()
    told = run("identify site.range")
    assert "4 runs, flown by the twin, not by an aircraft." in told
    assert "of at least 4 runs with packs emptied on the load bank" in told


def test_a_city_is_published_and_read(site: Path) -> None:
    """The new folder is a city; the answer tells rows and what changes, old and new."""
    told = run("publish site.range --out found-city --no-fly")
    assert "3 rows of aircraft.toml" in told
    assert "greatest range with reserve" in told
    assert "modelled" in told
    with chdir(site):
        assert execute(["city", "check", "found-city"]) == 0
    run("publish site.range --out found-city --no-fly", status=2)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("identify site.range --cycles AT01", "ID=N"),
        ("identify site.range --cycles ZZ99=3", "an aircraft of the range"),
        ("identify site.range --calibration nowhere.toml", "torque_share"),
        ("identify other.range", "STORE"),
    ],
)
def test_bad_input_is_one_line(site: Path, line: str, said: str) -> None:
    """What cannot be is named in one line, and nothing is told."""
    printed = run(line, status=2)
    assert said in printed
    assert len(printed.strip().splitlines()) == 1
