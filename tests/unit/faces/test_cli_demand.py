"""`aspan city demand` from the command line."""

import json
import re

import pytest

from aspan.faces.cli.main import execute

SMALL = ["city", "demand", "tiny"]


@pytest.fixture(scope="module")
def answer() -> dict[str, object]:
    """Return the whole answer of the small city."""
    from aspan.faces.cli.city_demand import answer_demand

    return answer_demand("tiny", day="2025-04-15")


def _list_numbers(value: object) -> list[dict[str, object]]:
    """Return every table that has a value."""
    if isinstance(value, list):
        return [found for one in value for found in _list_numbers(one)]
    if isinstance(value, dict):
        mine = [value] if "value" in value else []
        return mine + [found for one in value.values() for found in _list_numbers(one)]
    return []


def test_the_page_is_short_and_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Forty lines of a terminal's width at most; modelled stands first, standard errors beside."""
    assert execute([*SMALL, "--date", "2025-04-15"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    assert max(len(line) for line in lines) <= 100
    assert "odelled" in "\n".join(lines[:2])
    assert re.search(r"all +0\.0 ±0\.0 +100\.0 ±0\.0 +0\.0 ±0\.0 +0\.\d+ ±0\.\d+", "\n".join(lines))
    assert "no published totals" in lines[-1]


def test_json_is_one_document_whose_numbers_bear_a_mark(
    capsys: pytest.CaptureFixture[str], answer: dict[str, object]
) -> None:
    """The same answer as one document; each number says how far it may be trusted."""
    assert execute([*SMALL, "--date", "2025-04-15", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads(json.dumps(answer))
    numbers = _list_numbers(told)
    assert len(numbers) > 40
    assert {number["mark"] for number in numbers} == {"modelled", "assumed"}
    for row in told["wishes"]:
        assert sum(share["value"] for share in row["shares"].values()) == pytest.approx(
            1.0, abs=1e-4
        )


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["city", "demand", "nowhere"], "nowhere"),
        ([*SMALL, "--date", "2025-02-30"], "--date"),
        ([*SMALL, "--date", "soon"], "--date"),
        ([*SMALL, "--demand", "-1"], "demand"),
        ([*SMALL, "--demand", "nan"], "demand"),
        ([*SMALL, "--phase", "9"], "phase"),
    ],
)
def test_bad_input_is_one_line(
    options: list[str], names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the thing and ends with 2."""
    assert execute(options) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert names in told.err
