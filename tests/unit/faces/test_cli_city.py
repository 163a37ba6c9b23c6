"""`aspan city check` from the command line."""

import json
import shutil
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

import pytest

from aspan.faces.cli.main import execute

TINY = Path(__file__).parents[3] / "cities" / "tiny"


@cache
def check_alatau(*options: str) -> str:
    """Return what `aspan city check alatau` prints."""
    with redirect_stdout(StringIO()) as said:
        assert execute(["city", "check", "alatau", *options]) == 0
    return said.getvalue()


@pytest.mark.parametrize("name", ["alatau", "bench", "tiny"])
def test_shipped_cities_are_valid(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every shipped city passes its check: all its lanes keep the rules."""
    assert execute(["city", "check", name, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["valid"]
    assert answer["lanes_broken"] == []
    assert answer["lanes_laid"] == answer["counts"]["lanes"]
    assert sum(sum(marks.values()) for marks in answer["marks"].values()) == len(
        answer["quantities"]
    )


def test_what_cannot_be_served_is_said_with_its_reason() -> None:
    """A full aircraft cannot go from Konaev to Medeu, an old pack not even empty, and why."""
    rows = json.loads(check_alatau("--phase", "1", "--json"))["not_serviceable"]
    by_pair = {(r["origin"], r["destination"], r["condition"]): r for r in rows}
    row = by_pair["KONAEV", "MEDEU", "15 C, still air"]
    assert (row["code"], row["passengers"], row["is_serviceable"]) == ("energy", 4, False)
    assert row["soc_needed"] > row["soc_ceiling"]
    assert ("AIRPORT", "CENTRE", "15 C, still air") not in by_pair
    old = by_pair["KONAEV", "MEDEU", "38 C, still air, oldest pack of the fleet"]
    assert old["passengers_max"] is None


@pytest.mark.parametrize("phase", [1, 2])
def test_three_commands_agree_on_every_pair(phase: int, capsys: pytest.CaptureFixture[str]) -> None:
    """City check, the figures of a run and energy call the same pairs not serviceable."""
    at = ["--phase", str(phase), "--json"]
    checked = json.loads(check_alatau(*at))
    execute(["simulate", "alatau", "--until", "00:01", *at])
    flown = json.loads(capsys.readouterr().out)
    assert checked["planning_not_serviceable"] == flown["not_serviceable"]
    refused = {(r["origin"], r["destination"]): r for r in flown["not_serviceable"]}
    limited = {
        (r["origin"], r["destination"])
        for r in checked["not_serviceable"]
        if r["condition"] == "15 C, still air" and not r["is_serviceable"]
    }
    assert limited == {pair for pair, row in refused.items() if row["code"] != "no_lane"}
    for pair in (("ALATAU", "MEDEU"), ("AIRPORT", "MEDEU"), ("CENTRE", "AIRPORT")):
        execute(["energy", "alatau", "--from", pair[0], "--to", pair[1], *at])
        planning = json.loads(capsys.readouterr().out)["planning"]
        assert planning["is_serviceable"] == (pair not in refused)
        if pair in refused:
            assert planning["refused"].items() <= refused[pair].items()


def test_energy_of_a_full_aircraft_is_that_of_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    """The charge needed is the same to a tenth of a percent: 2,404 kg are four seats to 1 kg."""
    rows = json.loads(check_alatau("--phase", "1", "--json"))["not_serviceable"]
    row = next(r for r in rows if (r["origin"], r["destination"]) == ("ALATAU", "CENTRE"))
    execute(["energy", "alatau", "--from", "ALATAU", "--to", "CENTRE", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["soc_needed"] == pytest.approx(row["soc_needed"], abs=1e-3)


@pytest.mark.parametrize(("options", "lines"), [((), 48), (("--phase", "2"), 48)])
def test_the_summary_fits_a_screen(options: tuple[str, ...], lines: int) -> None:
    """The verdict comes first, the rest is forty lines or so of at most 100 columns."""
    short = check_alatau(*options).splitlines()
    assert "valid" in short[0]
    assert "pairs can be served with a new battery" in short[0]
    assert len(short) <= lines
    assert max(map(len, short)) <= 100
    assert len(check_alatau(*options, "--all").splitlines()) > 1.5 * len(short)


def test_the_page_for_people_shows_marks_and_the_assumed_approval(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The text names the marks of truth and says that the approval is an assumption."""
    assert execute(["city", "check", "tiny"]) == 0
    text = capsys.readouterr().out
    for word in ("found", "derived", "assumed", "an assumption of the planning twin", "valid"):
        assert word in text


def test_a_lane_through_a_mountain_fails_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lane that cannot clear the ground is named, and the exit status is 1."""
    folder = Path(shutil.copytree(TINY, tmp_path / "copy"))
    path = folder / "lanes.toml"
    text = path.read_text(encoding="utf-8").replace(
        "is_landable_everywhere = true",
        "is_landable_everywhere = true\naltitude_amsl_m = { value = 650, unit = \"m\", low = 650, "
        'high = 650, source = "Drawn", mark = "assumed" }',
        1,
    )  # fmt: skip
    path.write_text(text, encoding="utf-8")
    assert execute(["city", "check", str(folder)]) == 1
    assert "BROKEN EAST-WEST: lane EAST-WEST" in capsys.readouterr().out


def test_a_spoilt_file_ends_with_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bad input is one line on standard error, nothing on standard output, no traceback."""
    folder = Path(shutil.copytree(TINY, tmp_path / "copy"))
    path = folder / "vertiports.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("power_kw = { value = 300", "power_kw = { value = -1", 1))
    assert execute(["city", "check", str(folder)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "chargers.EAST-C01.power_kw: -1.0" in captured.err


def test_a_closed_geozone_over_a_vertiport_loads_and_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check says in words that nothing takes off or lands there while it is closed."""
    folder = Path(shutil.copytree(TINY, tmp_path / "copy"))
    zone = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [77.22, 43.5],
                     "extent": {"subType": "Circle", "radius": 900}},
        "properties": {"identifier": "CLOSED1", "country": "KAZ", "type": "PROHIBITED",
                       "variant": "COMMON", "zoneAuthority": [{"purpose": "INFORMATION"}]},
    }  # fmt: skip
    path = folder / "geozones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}))
    assert execute(["city", "check", str(folder)]) == 0
    text = capsys.readouterr().out
    assert "closed at all times" in text
    assert "lies over EAST." in text
    assert "While it is closed no aircraft may take off or land there" in text
    assert execute(["city", "check", str(folder), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["geozones"]
    assert row["vertiports"] == ["EAST"]
    assert {"EAST-WEST", "WEST-EAST"} <= set(row["lanes"])


def test_the_second_phase_tells_unlinked_pairs_choices_and_zones() -> None:
    """Medeu to Shymbulak has no lane and says why; zones tell their state and what is assumed."""
    text = check_alatau("--phase", "2", "--all")
    assert "MEDEU to SHYMBULAK: no lane: the ridge" in text
    assert "70 pairs linked, 70 of them by two lanes or more" in text
    assert "Almaty CTR (assumed): entered only with leave" in text
    assert "open to us: its leave is taken as given" in text
    assert "KONAEV to SHYMBULAK: needs a charge of 109.2% with 1 passenger" in text


def test_minima_are_those_of_a_release(capsys: pytest.CaptureFixture[str]) -> None:
    """Check, weather and city.json of a run state the ceilings that a release asks for by lane."""
    checked = json.loads(check_alatau("--phase", "1", "--json"))["minima"]
    assert checked["ceilings_agl_m"] == [700.0, 1000.0]
    assert checked["ceilings_agl_m"] == [
        max(checked["ceiling_agl_m"], height_m + 300.0)
        for height_m in checked["planned_heights_agl_m"]
    ]
    said = " ".join(check_alatau().split())
    for told in ("visibility 5 km", "ceiling 700 m above ground for the lowest lanes, 1,000 m"):
        assert told in said
    execute(["city", "weather", "alatau", "--month", "7", "--years", "1", "--seeds", "1", "--json"])
    assert json.loads(capsys.readouterr().out)["minima"] == checked


def test_what_the_oldest_battery_can_serve_is_in_the_verdict() -> None:
    """The first line counts pairs for a new battery and for the oldest of the fleet."""
    answer = json.loads(check_alatau("--phase", "1", "--json"))
    condition = "15 C, still air, oldest pack of the fleet"
    rows = [row for row in answer["not_serviceable"] if row["condition"] == condition]
    served = answer["lane_choices"]["pairs"] - sum(not row["is_serviceable"] for row in rows)
    assert served < 28
    said = " ".join(check_alatau().split())
    told = f"28 of 30 pairs can be served with a new battery, {served} with the oldest of the fleet"
    assert told in said
