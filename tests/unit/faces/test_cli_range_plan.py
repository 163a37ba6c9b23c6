"""`aspan range plan` and `aspan range demo`: what they answer, and what they refuse."""

import json
from datetime import date
from pathlib import Path

import pytest

from aspan.evidence.plan.build import build_problem
from aspan.evidence.plan.plan_file import file_plan
from aspan.evidence.plan.search import Effort, find_plan
from aspan.evidence.plan.years import NeverMet, YearOfPlan, YearsOfPlan
from aspan.faces.cli.main import execute, make_app
from aspan.faces.cli.range_plan_text import format_plan, format_years
from aspan.world.readers.range import load_range
from plan_campaign import make_card
from shipped import read_shipped

APP = make_app()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--year", "2024", "--from", "2024-01-01"],
        ["--year", "1066"],
        ["--from", "2024-13-01"],
        ["--from", "2024-01-01", "--days", "0"],
        ["--year", "2024", "--gap", "1.5"],
        ["--year", "2024", "--rounds", "-1"],
    ],
)
def test_bad_period_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be planned is bad input, told in one line that names the option."""
    assert execute(["range", "plan", "alatau", *arguments], APP) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: --")
    assert told.count("\n") == 1


def test_file_that_is_no_plan_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file to check that is no plan is named."""
    path = tmp_path / "plan.json"
    path.write_text('{"format": 1}')
    assert execute(["range", "plan", "alatau", "--check", str(path)], APP) == 2
    assert "a plan as it was kept" in capsys.readouterr().err


def test_plan_reads_as_a_table() -> None:
    """A plan tells its weather, bound, gap, first come, months, runs and what is not done."""
    city = read_shipped("alatau")
    site = load_range(city)
    cards = (make_card("C1"), make_card("C2", after=("C1",)), make_card("C3", risk="high"))
    basis = build_problem(city, site, cards, first=date(2026, 2, 10), count=5, seed=1)
    found = find_plan(basis.problem, Effort(moves=0))
    text = format_plan(file_plan(city, site, basis, found, seed=1), city.time_zone)
    assert "2 days of real reanalysis, 3 borrowed" in text
    assert "hours 0% measured, the rest modelled" in text
    assert "gap 0.0%" in text
    assert "Runs by month     26-02" in text
    assert text.count("2026-02-1") >= 3
    assert "C3" in text.split("Not done:")[1]


def test_years_read_as_a_table() -> None:
    """Years beside each other tell how long it takes and who never meets their weather."""
    year = YearOfPlan(
        year=2024, cards=3, done=2, last_day=40, objective=80.0, bound=70.0,
        first_come_objective=90.0,
    )  # fmt: skip
    never = NeverMet(
        card_id="HH1",  # type: ignore[arg-type]
        years=(2024,), short_years=(2023,), share=0.5, blame="density_altitude",
    )  # fmt: skip
    text = format_years(YearsOfPlan(years=(year,), never_met=(never,)))
    assert "2024      2 of 3" in text
    assert "no window in 50% of years (2024); density altitude; not in time in (2023)" in text


def test_demonstration_is_planned_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A day in June is planned; one begun in the dark is refused with its reason and status 1."""
    line = ["range", "demo", "plan", "alatau", "--date", "2026-06-19"]
    assert execute([*line, "--json"], APP) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["aircraft_id"] == "AT01"
    assert len(made["items"]) == 5
    assert execute([*line, "--begin", "21:00"], APP) == 1
    assert "Refused: not in daylight" in capsys.readouterr().out
    assert execute([*line, "--reserve", "19 June"], APP) == 2
    assert "--reserve" in capsys.readouterr().err
