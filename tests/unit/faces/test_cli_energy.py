"""`aspan energy` from the command line: figures of facts 2.4 and 2.6, exit status, bad input."""

import json
from decimal import Decimal
from typing import Any

import pytest

from aspan.faces.cli.main import execute

LEVEL = ("--elevation-m", "700", "--climb-m", "400", "--aux-kw", "3")


def ask(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    """Return exit status and document of `aspan energy tiny … --json`."""
    status = execute(["energy", "tiny", *options, "--json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("km", "totals"),
    [
        (15, (29.4, 29.8, 31.5, 29.9, 26.6)),
        (30, (40.0, 40.1, 43.4, 41.9, 36.3)),
        (50, (54.2, 53.9, 59.4, 57.9, 49.3)),
        (80, (75.4, 74.5, 83.3, 81.9, 68.7)),
    ],
)
def test_sortie_rows(
    capsys: pytest.CaptureFixture[str], km: int, totals: tuple[float, ...]
) -> None:
    """Every total of facts 2.4 within 0.5 % or its rounding, with 3 kW of auxiliaries."""
    columns = [
        ("--temp-c", "15"),
        ("--temp-c", "38"),
        ("--temp-c", "38", "--headwind-mps", "10"),
        ("--temp-c", "-15", "--headwind-mps", "5"),
        ("--temp-c", "38", "--mass-kg", "2177"),
    ]
    for column, printed in zip(columns, totals, strict=True):
        _, found = ask(capsys, "--distance-km", str(km), *LEVEL, *column)
        assert found["energy_kwh"] == pytest.approx(printed, abs=max(0.05, 0.005 * printed))


def test_reserve_is_propulsion_plus_auxiliaries(capsys: pytest.CaptureFixture[str]) -> None:
    """45.0 kWh and 20 minutes of 3 kW at 38 degrees; 46.7 kWh with the 5 kW of that heat."""
    way = ("--distance-km", "30", "--elevation-m", "700", "--climb-m", "400", "--temp-c", "38")
    _, stated = ask(capsys, *way, "--aux-kw", "3")
    _, ruled = ask(capsys, *way)
    assert stated["reserve_kwh"] == pytest.approx(46.0, rel=0.002)
    assert ruled["reserve_kwh"] == pytest.approx(46.7, rel=0.002)


def test_airport_to_medeu_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    """42.8 kWh in 7.2 min up and 28.7 kWh down, density at 681 m both ways (facts 2.4)."""
    way = ("--distance-km", "22", "--elevation-m", "681", "--temp-c", "34", "--aux-kw", "3")
    _, up = ask(capsys, *way, "--climb-m", "1410", "--descent-m", "400")
    _, down = ask(capsys, *way, "--climb-m", "400", "--descent-m", "1410")
    assert up["energy_kwh"] == pytest.approx(42.8, rel=0.005)
    assert up["time_min"] == pytest.approx(7.2, abs=0.05)
    assert down["energy_kwh"] == pytest.approx(28.7, rel=0.005)


def test_go_and_no_go_of_both_mass_cases(capsys: pytest.CaptureFixture[str]) -> None:
    """80 km at 38 degrees against 10 m/s: no go at 2,404 kg with the reason, a go at 2,177."""
    options = ("--distance-km", "80", *LEVEL, "--temp-c", "38", "--headwind-mps", "10")
    status, found = ask(capsys, *options)
    default, alternative = found["mass_cases"]
    assert status == 1
    assert not found["go"]
    assert "exceeds the ceiling" in found["reason"]
    assert (default["mass_kg"], default["go"]) == (2404.0, False)
    assert (alternative["mass_kg"], alternative["go"]) == (2177.0, True)


def test_payload_sets_the_mass_of_both_cases(capsys: pytest.CaptureFixture[str]) -> None:
    """200 kg with pilot and empty mass are 2,240 kg: a go in one case, too much in the other."""
    status, found = ask(capsys, "--distance-km", "20", *LEVEL, "--payload-kg", "200")
    assert status == 0
    assert [case["mass_kg"] for case in found["mass_cases"]] == [2240.0, 2240.0]
    assert [case["go"] for case in found["mass_cases"]] == [True, False]


def test_along_a_lane_of_the_city(capsys: pytest.CaptureFixture[str]) -> None:
    """Between two vertiports the lane gives distance and heights, and its end the diversion."""
    status, found = ask(capsys, "--from", "EAST", "--to", "WEST")
    _, head = ask(capsys, "--from", "EAST", "--to", "WEST", "--headwind-mps", "8")
    _, tail = ask(
        capsys, "--from", "EAST", "--to", "WEST", "--wind-mps", "8", "--wind-from-deg", "90"
    )
    assert status == 0
    assert 17.0 < found["distance_km"] < 20.0
    assert found["reserve_parts"]["diversion_site_id"] in {"EAST", "NORTH"}
    assert head["energy_kwh"] > found["energy_kwh"] > tail["energy_kwh"]


def test_a_person_is_answered_on_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json the answer has a verdict for both cases, and calls itself an estimate."""
    assert execute(["energy", "tiny", "--distance-km", "30", *LEVEL]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) <= 24
    assert max(map(len, said)) <= 100
    (verdict,) = (line for line in said if line.startswith("verdict"))
    assert verdict.split()[-2:] == ["go", "go"]
    assert said[-1].startswith("Estimates")


@pytest.mark.parametrize(
    "options",
    [
        ("--distance-km", "30", *LEVEL),
        ("--distance-km", "41.7", *LEVEL, "--soh", "0.87", "--pack-temp-c", "11"),
        ("--from", "EAST", "--to", "WEST", "--temp-c", "-15", "--pack-temp-c", "12"),
    ],
)
def test_the_charge_adds_up_as_it_is_told(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines with a plus add up to the sum exactly, and the sum over the battery is the charge.

    In --json the parts add up as well, and they are those of the reserve policy.
    """
    _, found = ask(capsys, *options)
    execute(["energy", "tiny", *options])
    said = capsys.readouterr().out.splitlines()
    for number, case in enumerate(found["mass_cases"]):
        account = case["account"]
        parts = ("trip_with_contingency_kwh", "reserve_kwh", "cold_kwh", "floor_kwh")
        assert sum(account[part] for part in parts) == pytest.approx(account["needed_kwh"])
        assert account["needed_kwh"] / account["battery_kwh"] == pytest.approx(case["soc_needed"])
        assert account["trip_kwh"] * account["contingency_factor"] == pytest.approx(
            account["trip_with_contingency_kwh"]
        )
        told = [Decimal(line.split(" kWh")[number].split()[-1]) for line in said if "  + " in line]
        (begun,) = (line for line in said if line.startswith("  trip x"))
        (total,) = (line for line in said if line.startswith("  = "))
        first, last = (Decimal(row.split(" kWh")[number].split()[-1]) for row in (begun, total))
        assert first + sum(told) == last
        (trip,) = (line for line in said if line.startswith("trip, "))
        begin = float(trip.split(" kWh")[number].split()[-1]) * account["contingency_factor"]
        assert float(first) == pytest.approx(begin, abs=0.0103)
        assert float(last) == pytest.approx(account["needed_kwh"], abs=0.0051)
    assert any("cold" in line for line in said) == (found["account"]["temperature_factor"] < 1.0)


def test_the_verdict_has_its_range(capsys: pytest.CaptureFixture[str]) -> None:
    """Of what is over the floor a fifth more is needed; a go may become a no-go, never wind away.

    A fifth more and less of 47.3 kWh and its reserve: 92.2 % becomes 108.7 % and 75.8 %.
    """
    way = ["--from", "AIRPORT", "--to", "MEDEU", "--temp-c", "34"]
    assert execute(["energy", "alatau", *way, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    told = found["range"]
    assert told["soc_needed_more"] == pytest.approx(0.10 + 1.2 * (found["soc_needed"] - 0.10))
    assert told["soc_needed_more"] == pytest.approx(1.087, abs=5e-4)
    assert (found["go"], told["go_more"], told["go_less"]) == (True, False, True)
    execute(["energy", "alatau", *way, "--headwind-mps", "11", "--json"])
    windy = json.loads(capsys.readouterr().out)
    assert (windy["go"], windy["range"]["go_less"]) == (False, False)


def test_a_charge_just_over_the_ceiling_is_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """Where one digit reads as the ceiling, more are told; passengers of each case are too."""
    assert execute(["energy", "alatau", "--from", "KONAEV", "--to", "CENTRE"]) == 1
    said = capsys.readouterr().out
    assert "charge needed 95.03% exceeds the ceiling of 95%" in said
    assert "95.0% exceeds" not in said
    (line,) = (line for line in said.splitlines() if line.startswith("passengers"))
    assert line.split()[-2:] == ["4", "1"]


def test_an_answer_that_differs_from_planning_says_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An old battery in a hot head wind is a no-go where planning serves the pair, and why."""
    options = ("--from", "EAST", "--to", "WEST", "--temp-c", "38", "--headwind-mps", "12")
    status, found = ask(capsys, *options, "--soh", "0.5")
    planning = found["planning"]
    assert status == 1
    assert (planning["is_serviceable"], planning["differs"]) == (True, True)
    because = "; ".join(planning["because"])
    for cause in ("38 °C instead of 15 °C", "12 m/s instead of still air", "health 50%"):
        assert cause in because
    execute(["energy", "tiny", *options, "--soh", "0.5"])
    assert "The default case above differs" in " ".join(capsys.readouterr().out.split())
    _, same = ask(capsys, "--from", "EAST", "--to", "WEST")
    assert (same["planning"]["differs"], same["planning"]["because"]) == (False, [])


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ((), "--from"),
        (("--from", "EAST"), "--to"),
        (("--from", "EAST", "--to", "NOWHERE"), "NOWHERE"),
        (("--from", "EAST", "--to", "WEST", "--climb-m", "5"), "--climb-m"),
        (("--distance-km", "30", "--climb-m", "400"), "--elevation-m"),
        (("--distance-km", "-3", *LEVEL), "--distance-km"),
        (("--distance-km", "nan", *LEVEL), "--distance-km"),
        (("--distance-km", "x", *LEVEL), "--distance-km"),
        (("--distance-km", "30", *LEVEL, "--soh", "1.2"), "--soh"),
        (("--distance-km", "30", *LEVEL, "--temp-c", "300"), "--temp-c"),
        (("--distance-km", "30", *LEVEL, "--wind-mps", "5"), "--wind-mps"),
        (
            ("--distance-km", "30", *LEVEL, "--wind-mps", "5", "--wind-from-deg", "9"),
            "--course-deg",
        ),
        (
            ("--distance-km", "30", *LEVEL, "--headwind-mps", "5", "--wind-mps", "5"),
            "--headwind-mps",
        ),
        (("--distance-km", "30", *LEVEL, "--mass-kg", "2300", "--payload-kg", "9"), "--mass-kg"),
    ],
)
def test_bad_input_is_one_line_that_names_it(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], named: str
) -> None:
    """What cannot be asked ends with status 2 and one line on standard error."""
    assert execute(["energy", "tiny", *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert named in said.err
