"""Study files: what is shipped can be read, and every fault is one clear line."""

from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.study import Study
from aspan.studies.study_file import check_study, find_study, list_studies, read_study
from aspan.world.readers import load_city
from tidy.sources import ROOT

SHIPPED = sorted((ROOT / "studies").glob("*/*.toml"))

LEAST = """
version = 1
names = { kk = "а", ru = "а", en = "a" }
question = { kk = "а", ru = "а", en = "a" }
"""


def _read(tmp_path: Path, text: str, budget_usd: float | None = None) -> Study:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path, budget_usd=budget_usd)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_shipped_study_is_valid_and_speaks_three_languages(path: Path) -> None:
    """Every shipped study is read, fits its city, and is named in every language."""
    study = read_study(path)
    last = max(v.phase for v in load_city(path.parent.name).vertiports)
    city = load_city(path.parent.name, phase=2 if path.parent.name == "alatau" else last)
    check_study(study, city)
    names = [study.names, study.question, *(variant.names for variant in study.variants)]
    assert all(name.kk and name.ru and name.en for name in names)


def test_the_ready_questions_are_shipped() -> None:
    """The questions people ask first are there by name, the default one among them."""
    assert {path.stem for path in list_studies("alatau")} >= {
        "default",
        "three-routes",
        "airport-first",
        "winter-mountains",
        "reserve",
        "chargers",
        "tired-batteries",
        "fare-load",
        "foggy-winter",
    }


def test_the_budget_of_the_command_line_counts(tmp_path: Path) -> None:
    """A budget given beside the file takes the place of the file's own."""
    text = LEAST + "[budget]\nusd = 1e6\n"
    assert _read(tmp_path, text).budget.usd == 1e6
    assert _read(tmp_path, text, 3e8).budget.usd == 3e8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LEAST.replace("1", "2", 1), "version: 2 is not accepted; expected version 1"),
        ("names = 1", "version: None"),
        ("version = 1", "names"),
        ("version = ", "TOML"),
        (LEAST + "[budget]\nusd = 0", "budget.usd: 0"),
        (LEAST + "[budget]\nusd = 1e15", "budget.usd: 1000000000000000.0"),
        (LEAST + "[budget]\ncovers = 'some'", "budget.covers: 'some'"),
        (LEAST + "[vary]\nfleet = 3", "fleet"),
        (LEAST + "[vary]\nfleet_min = 'x'", "vary.fleet_min: 'x'"),
        (LEAST + "[vary]\nfleet_min = 70", "vary.fleet_min: 70"),
        (LEAST + "[vary]\nsite_ids = ['A', 'B']\nrequired_site_ids = ['C']", "required_site_ids"),
        (LEAST + "[horizon]\nyears = 5", "horizon.phases.years: 10"),
        (LEAST + "[horizon]\ndeliveries = [6, 2]", "horizon.deliveries"),
        (LEAST + "[setting]\nreserve_s = 900", "reserve_s"),
        (LEAST + "[days]\nuntil_date = '2019-01-01'", "days.until_date"),
        (LEAST + "[sampling]\nsamples = 1000", "sampling.samples: 1000"),
        ("search = false" + LEAST, "variants: 0"),
    ],
)
def test_a_fault_is_one_line_naming_key_and_value(tmp_path: Path, text: str, message: str) -> None:
    """A file of another version, a wrong key or value: the line says which and what is expected."""
    with pytest.raises(InvalidInput) as caught:
        _read(tmp_path, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("phases", "field"),
    [
        ([(2030, 10, None, "")], "first_year: 2030"),
        ([(2029, 5, None, ""), (2035, 5, None, "")], "first_year: 2035"),
        ([(2029, 5, None, ""), (2033, 6, None, "")], "first_year: 2033"),
        ([(2029, 5, 6, ""), (2034, 5, 4, "")], "aircraft_max: 4"),
        ([(2029, 5, None, "'A', 'B'"), (2034, 5, None, "'A', 'C'")], "site_ids"),
        ([(2029, 5, None, ""), (2034, 5, None, "'A', 'C'")], "site_ids"),
        ([(2029, 0, None, ""), (2029, 10, None, "")], "years: 0"),
    ],
)
def test_contradictory_phases_are_refused(
    tmp_path: Path, phases: list[tuple[int, int, int | None, str]], field: str
) -> None:
    """Phases with a gap or an overlap, fewer aircraft or lost sites later, are each named."""
    text = LEAST
    for first_year, years, most, sites in phases:
        text += f"[[horizon.phases]]\nfirst_year = {first_year}\nyears = {years}\n"
        text += f"site_ids = [{sites}]\n" + (f"aircraft_max = {most}\n" if most else "")
    with pytest.raises(InvalidInput, match=f"horizon.phases.{field}"):
        _read(tmp_path, text)


def test_a_study_of_sites_the_city_lacks_is_refused(tmp_path: Path) -> None:
    """A site that is unknown, or sites that no lane links, leave nothing to search."""
    city = load_city("alatau", phase=2)
    unknown = _read(tmp_path, LEAST + "[vary]\nsite_ids = ['AIRPORT', 'MOON']")
    with pytest.raises(InvalidInput, match="MOON"):
        check_study(unknown, city)
    apart = _read(tmp_path, LEAST + "[vary]\nsite_ids = ['MEDEU', 'SHYMBULAK']")
    with pytest.raises(InvalidInput, match="lanes link"):
        check_study(apart, city)


def test_a_study_that_is_nowhere_is_answered_with_those_that_are() -> None:
    """An unknown name is refused with the names that are known."""
    with pytest.raises(InvalidInput, match="default"):
        find_study("alatau", "no-such-study")
