"""`aspan compare`: two runs side by side, as text, JSON and a page."""

import json
import shutil
from pathlib import Path

import pytest

from aspan.faces.cli.main import execute
from aspan.faces.report.compare_page import tell_difference
from aspan.faces.report.comparison import compare_runs, find_difference
from aspan.faces.report.run_folder import read_run
from aspan.faces.report.words import Words


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folders of two mornings that differ in seed and demand."""
    folder = tmp_path_factory.mktemp("runs")
    day = ["simulate", "tiny", "--date", "2025-04-15", "--until", "11:00"]
    assert execute([*day, "--out", str(folder / "a")]) == 0
    assert execute([*day, "--seed", "2", "--demand", "3", "--out", str(folder / "b")]) == 0
    return folder / "a", folder / "b"


def test_differences_are_b_less_a(runs: tuple[Path, Path]) -> None:
    """Every figure of the JSON is B less A, relative to A."""
    found = compare_runs(read_run(runs[0]), read_run(runs[1]))
    a, b = (json.loads((folder / "kpis.json").read_text()) for folder in runs)
    figures = {figure.name: figure for figure in found.figures}
    change = figures["bookings"]
    assert (change.a, change.b) == (a["bookings"], b["bookings"])
    assert change.change == b["bookings"] - a["bookings"]
    assert change.relative == pytest.approx(b["bookings"] / a["bookings"] - 1)
    assert sum(r.b or 0 for r in found.routes) == b["sorties_flown"]
    names = [figure.name for figure in found.figures]
    assert names.index("saved_as_flown") < names.index("saved")
    parts = figures["sorties_unwanted"], figures["sorties_cancelled"]
    whole = figures["sorties_not_flown"]
    assert whole.b == sum(b["sorties_cancelled"].values()) == sum(part.b or 0 for part in parts)
    assert figures["sorties_unwanted"].b == sum(
        count for cause, count in b["sorties_cancelled"].items()
        if cause in ("unbooked", "no_passengers", "not_needed")
    )  # fmt: skip


def test_inputs_that_differ_are_named(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """The text names seed and demand, and no input that is the same."""
    assert execute(["compare", str(runs[0]), str(runs[1])]) == 0
    out = capsys.readouterr().out
    inputs = out.partition("What differs in the inputs")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in inputs.strip().splitlines()] == ["Seed", "Demand"]
    assert "cut before its day ended" in out


def test_same_run_is_told_the_same(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A run against itself has the same inputs, the same log and no difference."""
    assert execute(["compare", str(runs[0]), str(runs[0]), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert "same_log" in answer["warnings"]
    assert all(entry["is_same"] for entry in answer["inputs"])
    assert {entry["change"] for entry in answer["figures"]} <= {0, None}


def test_other_city_is_warned_of(
    runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files of another city, or another city, are compared with a warning."""
    copy = tmp_path / "b"
    shutil.copytree(runs[1], copy)
    city = json.loads((copy / "city.json").read_text())
    for changed, warning in (
        ({"city_sha256": "0" * 64}, "city"), ({"city_id": "other"}, "city_id"),
    ):  # fmt: skip
        (copy / "city.json").write_text(json.dumps(city | changed))
        assert execute(["compare", str(runs[0]), str(copy), "--json"]) == 0
        assert warning in json.loads(capsys.readouterr().out)["warnings"]


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_page_is_written(runs: tuple[Path, Path], tmp_path: Path, language: str) -> None:
    """With --out a page with figures, routes and reasons is written."""
    page = tmp_path / "compare.html"
    arguments = ["compare", str(runs[0]), str(runs[1]), "--out", str(page), "--lang", language]
    assert execute(arguments) == 0
    text = page.read_text()
    assert f'<html lang="{language}">' in text
    assert text.count('<table class="compare">') >= 3
    assert "http" not in text


def test_no_run_is_refused(
    runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that holds no run is refused in one line that says which of the two."""
    assert execute(["compare", str(runs[0]), str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "DIR (B)" in error
    assert error.count("\n") == 1
    assert execute(["compare", str(runs[0]), str(runs[1]), "--lang", "xx"]) == 2


def test_relative_change_of_nothing_is_absent() -> None:
    """A change from zero has no relative size, and a figure one run lacks has no change."""
    assert find_difference("x", "", 0, 0, 4).relative is None
    assert find_difference("x", "", 0, 0, 4).change == 4
    assert find_difference("x", "", 0, -4, -2).relative == 0.5
    assert find_difference("x", "", 0, None, 4).change is None


def test_changes_are_told_in_terms_that_mean_something() -> None:
    """A share changes by points; next to nothing is no percent; tenfold and more is a factor."""
    words = Words("en", "UTC")
    cells = {
        name: tell_difference(words, find_difference(name, unit, 1, a, b), name)
        for name, unit, a, b in (
            ("share", "share", 0.32, 0.33), ("less", "min", 0.04, 0.02), ("more", "min", 0.1, 36.1),
            ("plain", "min", 10.0, 11.0),
        )
    }  # fmt: skip
    people = tell_difference(words, find_difference("people", "", 0, 166.5, 111.6), "people")
    assert people[1:4] == ("166", "112", "\N{MINUS SIGN}54")
    assert cells["share"][3] == "+1.0\N{NO-BREAK SPACE}points"
    assert cells["less"][4] == ""
    assert cells["more"][4] == "361 times"
    assert cells["plain"][4] == "+10.0%"
