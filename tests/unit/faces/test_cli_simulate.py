"""`aspan simulate` from the command line: answer, tables, the same day twice, bad input."""

import json
from pathlib import Path

import pytest

from aspan.faces.cli.figures import tell_not_flown
from aspan.faces.cli.main import execute

DAY = ("simulate", "tiny", "--until", "10:00")


def test_answer_is_short_and_names_the_hash(capsys: pytest.CaptureFixture[str]) -> None:
    """The short answer has the figures and the log's SHA-256, and nothing on standard error."""
    assert execute([*DAY]) == 0
    out, err = capsys.readouterr()
    digest = out.partition("sha256")[2].split()[0]
    assert len(digest) == 64
    assert "flown" in out
    assert err == ""


def test_a_day_without_a_weather_record_says_so_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The second line names the day it is drawn from; the figures have it too."""
    asked = ["simulate", "tiny", "--until", "01:00", "--date", "2028-03-01"]
    assert execute(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "no weather record for 2028-03-01: a modelled day drawn from 20" in lines[1]
    assert execute([*asked, "--json"]) == 0
    basis = json.loads(capsys.readouterr().out)["weather_basis"]
    assert basis["days_modelled"] == 1
    assert basis["drawn_from"].endswith("-03-01")
    assert execute(asked[:4]) == 0
    assert "no weather record" not in capsys.readouterr().out


def test_tables_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --out every table is in the folder, and kpis.json is the JSON answer."""
    assert execute([*DAY, "--out", str(tmp_path / "run"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    names = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert len([name for name in names if name.endswith(".parquet")]) == 23
    assert {"city.json", "kpis.json"} <= set(names)
    kpis = json.loads((tmp_path / "run" / "kpis.json").read_text())
    assert {**kpis, "files": answer["files"]} == answer
    assert sorted(Path(path).name for path in answer["files"]) == names


def test_same_seed_same_log(capsys: pytest.CaptureFixture[str]) -> None:
    """The same options give the same SHA-256, another seed gives another."""
    digests = []
    for seed in ("5", "5", "6"):
        assert execute([*DAY, "--seed", seed, "--json"]) == 0
        digests.append(json.loads(capsys.readouterr().out)["log_sha256"])
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    "options",
    [
        ("--date", "2025-02-30"),
        ("--date", "9999-12-31"),
        ("--date", "0001-01-01"),
        ("--date", "2031-01-01"),
        ("--days", "0"),
        ("--days", "99999999999"),
        ("--seed", "9" * 40),
        ("--fleet", "0"),
        ("--fleet", "99"),
        ("--demand", "-1"),
        ("--demand", "nan"),
        ("--policy", "oracle"),
        ("--faults", "storm"),
        ("--until", "25:00"),
        ("--start", "12:00", "--until", "11:00"),
        ("--phase", "9"),
    ],
)
def test_bad_input_is_one_line(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each names the thing, the value and what was expected, with exit status 2."""
    assert execute(["simulate", "tiny", *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert "expected" in err
    assert len(err.splitlines()) == 1


def test_more_aircraft_than_parking_names_the_shortfall(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A fleet larger than the parking is refused and the number too many is said."""
    assert execute(["simulate", "tiny", "--fleet", "99"]) == 2
    assert "89 fewer" in capsys.readouterr().err


def test_out_that_is_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where the folder should be is named, and kept."""
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert execute([*DAY, "--out", str(taken)]) == 2
    assert "--out" in capsys.readouterr().err
    assert taken.read_text() == "mine"


def test_sorties_not_flown_are_told_in_two_kinds() -> None:
    """What nobody wanted is apart from what was cancelled, as the desk and reports count them."""
    told = tell_not_flown({"unbooked": 53, "weather_visibility": 5, "no_passengers": 2})
    assert told == (
        "60: nobody wanted 55 (nobody booked 53, no passengers 2), cancelled 5 (poor visibility 5)"
    )
    assert tell_not_flown({}) == "0: nobody wanted 0, cancelled 0"


def test_wait_and_delay_say_of_whom(capsys: pytest.CaptureFixture[str]) -> None:
    """A party waits and a sortie is late: each line says of whom, from when to when."""
    assert execute([*DAY]) == 0
    out = capsys.readouterr().out
    assert "wait       of a party: median" in out
    assert "delay      of a sortie: median" in out
    assert out.index("as flown") < out.index("as offered")
