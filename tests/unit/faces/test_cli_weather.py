"""`aspan city weather`: what it tells, as text and as JSON, and what it refuses."""

import json

import pytest

from aspan.faces.cli.main import execute


def test_months_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """The page has every month, every vertiport, the hours of all pairs and what is real."""
    assert execute(["city", "weather", "tiny", "--years", "1", "--seeds", "1"]) == 0
    page = capsys.readouterr().out
    assert "57 days a year in weather.toml" in page
    for word in (
        "Jan",
        "Dec",
        "NORTH",
        "all pairs",
        "What is real",
        "weather_daily.csv",
        "modelled",
    ):
        assert word in page


def test_one_month_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One month has its hours, each share within its range, for sites and pairs."""
    arguments = [
        "city",
        "weather",
        "tiny",
        "--month",
        "7",
        "--years",
        "1",
        "--seeds",
        "2",
        "--json",
    ]
    assert execute(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    (month,) = answer["vertiports"][0]["months"]
    assert month["month"] == 7
    assert month["low"] <= month["share"] <= month["high"]
    assert {"6", "12"} <= set(month["by_hour"])
    assert len(answer["pairs"]) == 6
    assert answer["real"]["reanalysis_days"]["count"] > 365
    assert answer["vertiports"][0]["measured_share"] == 0.0


def test_one_month_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """The page of a month has a row for each hour and each pair."""
    assert execute(["city", "weather", "tiny", "--month", "1", "--years", "1", "--seeds", "1"]) == 0
    page = capsys.readouterr().out
    assert "12:00" in page
    assert "WEST to EAST" in page


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--month", "13"], "--month"),
        (["--month", "0"], "--month"),
        (["--years", "0"], "--years"),
        (["--years", "99"], "--years"),
        (["--seeds", "0"], "--seeds"),
    ],
)
def test_bad_input_is_named(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A month, a number of years or of seeds that cannot be is one line naming it."""
    assert execute(["city", "weather", "tiny", *arguments]) == 2
    assert named in capsys.readouterr().err
