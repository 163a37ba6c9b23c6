"""A whole study of a small city: its answer, its folder, and that stopping it changes nothing."""

import re
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec
import pytest

from aspan.audit.study_money import audit_study_money
from aspan.primitives.errors import InvalidInput
from aspan.studies.answer import Answer
from aspan.studies.conduct import conduct_study
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import DayTask
from aspan.studies.executors import InProcess
from aspan.studies.results import read_days
from aspan.studies.study import Study
from aspan.studies.study_file import read_study
from aspan.studies.study_folder import ANSWER_NAME
from aspan.world.city import City
from aspan.world.readers import load_city

TEXT = """
version = 1
names = { kk = "а", ru = "а", en = "a" }
question = { kk = "а", ru = "а", en = "a" }
[setting]
months = [6]
[horizon]
years = 3
deliveries = [2]
[[horizon.phases]]
first_year = 2029
years = 3
[vary]
fleet_max = 2
fare_factors = [0.8, 1.0]
[days]
per_month = 3
ranking_per_month_first = 2
ranking_per_month_max = 2
other_per_month = 1
[ranking]
plans = 2
[sampling]
samples = 32
factors = ["demand", "aircraft.price_usd"]
"""

VARIANTS = """
[[variants]]
id = "one"
names = { kk = "а", ru = "а", en = "a" }
plan = { fleet = 2 }
setting = { months = [6] }
[[variants]]
id = "dear"
names = { kk = "б", ru = "б", en = "b" }
plan = { fleet = 2, fare_factor = 2.0 }
setting = { months = [6] }
"""


@cache
def _tiny() -> City:
    return load_city("tiny")


def _study(tmp_path: Path, text: str = TEXT, budget_usd: float | None = 1e8) -> Study:
    path = tmp_path / "small.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path, budget_usd=budget_usd)


class _Stopped(Exception):
    """The study was stopped."""


class _Stopping:
    """Flies in this process, and stops after so many days."""

    def __init__(self, days: int) -> None:
        self._left = days

    def run(self, tasks: Sequence[DayTask]) -> Iterator[DayFigures]:
        """Yield days until it is stopped."""
        for figures in InProcess().run(tasks):
            yield figures
            self._left -= 1
            if self._left == 0:
                raise _Stopped


def _conduct(
    study: Study, folder: Path, executor: object = None, *, city: City | None = None
) -> Answer:
    return conduct_study(
        study,
        city or _tiny(),
        folder,
        executor=executor or InProcess(),  # type: ignore[arg-type]
        told=lambda step, done, total: None,
    )


@pytest.fixture(scope="module")
def conducted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """Return the folder and the answer of a study that nobody stopped."""
    folder = tmp_path_factory.mktemp("study")
    return folder / "out", _conduct(_study(folder), folder / "out")


def test_a_study_answers_what_was_asked(conducted: tuple[Path, Answer]) -> None:
    """The answer names a fleet, sites, fares, money and how sure it is, all from days flown."""
    folder, answer = conducted
    page = answer.first_page
    assert page.from_year == 2029
    assert 1 <= page.fleet <= 2
    assert set(page.site_ids) == set(answer.programme.final_plan.site_ids)
    assert page.passengers_per_day.value > 0.0
    assert page.fare_tiyn.value > 0.0
    assert 0.0 <= page.confidence <= 1.0
    assert page.budget_used_tiyn.value <= page.budget_tiyn
    assert [year.year for year in answer.years] == [2029, 2030, 2031]
    assert answer.plans[0].status == "chosen"
    assert sum(answer.days.by_step.values()) == answer.days.simulated
    assert {each.output for each in answer.spreads} == {each.output for each in answer.sobol}
    for site in answer.sites:
        if site.design is not None and site.peak_kw is not None:
            assert len(site.hour_peak_kw) == 24
            assert 0.0 < max(site.hour_peak_kw) <= site.peak_kw.value
            assert site.people_above_day_limit is not None
    kept = msgspec.json.decode((folder / ANSWER_NAME).read_bytes(), type=Answer)
    assert kept == answer


def test_every_day_behind_an_answer_is_told(conducted: tuple[Path, Answer]) -> None:
    """The table of days has every day with its code, city, seed and log; no other is counted."""
    folder, answer = conducted
    days = read_days(folder / "days.parquet")
    assert len(days) == answer.days.simulated
    assert {day.city_sha256 for day in days} == {answer.provenance.city_sha256}
    assert {day.code_version for day in days} == {answer.provenance.code_version}
    assert len({day.key for day in days}) == len(days)
    assert sum(day.sorties_flown for day in days) == answer.days.sorties


def test_the_money_of_an_answer_is_that_of_its_tables(conducted: tuple[Path, Answer]) -> None:
    """Money recomputed from the tables alone is what tables and answer say, to the tiyn."""
    found = audit_study_money(conducted[0])
    assert found.has_passed
    assert found.answer_compared > 0
    assert "chosen" in found.accounts


def test_a_study_that_was_stopped_gives_the_same_answer(
    tmp_path: Path, conducted: tuple[Path, Answer]
) -> None:
    """Stopped at three moments and taken up again, a study ends with the same bytes."""
    study, folder = _study(tmp_path), tmp_path / "out"
    for days in (1, 2, 2):
        with pytest.raises(_Stopped):
            _conduct(study, folder, _Stopping(days))
        assert not (folder / ANSWER_NAME).exists()
    _conduct(study, folder)
    assert (folder / ANSWER_NAME).read_bytes() == (conducted[0] / ANSWER_NAME).read_bytes()


def test_days_of_another_study_are_not_flown_again(
    tmp_path: Path, conducted: tuple[Path, Answer]
) -> None:
    """Begun with the days of the same question at other prices, a study flies none of them."""
    city = load_city(shutil.copytree(_tiny().folder, tmp_path / "tiny").as_posix())
    costs = Path(city.folder) / "costs.toml"
    costs.write_text(costs.read_text("utf-8") + "\n# dearer\n", encoding="utf-8")
    assert load_city(city.folder).files_sha256 == _tiny().files_sha256
    folder = tmp_path / "out"
    shutil.copytree(conducted[0] / "days", folder / "days")
    answer = _conduct(_study(tmp_path), folder, _Stopping(1), city=load_city(city.folder))
    assert answer.first_page == conducted[1].first_page
    told, before = answer.provenance, conducted[1].provenance
    assert told.costs_sha256 != before.costs_sha256
    assert msgspec.structs.replace(told, costs_sha256=before.costs_sha256) == before


def test_a_folder_is_of_one_study_only(tmp_path: Path, conducted: tuple[Path, Answer]) -> None:
    """Another budget is refused in the folder of a study, and a folder of other things is."""
    with pytest.raises(InvalidInput, match="another study or budget"):
        _conduct(_study(tmp_path, budget_usd=2e8), conducted[0])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(InvalidInput, match="an empty folder"):
        _conduct(_study(tmp_path), tmp_path / "mine")


def test_a_comparison_needs_no_budget_and_no_search(tmp_path: Path) -> None:
    """Variants fly the same days; a dearer fare carries no more, by days both flew."""
    study = _study(tmp_path, "search = false" + TEXT + VARIANTS, budget_usd=None)
    answer = _conduct(study, tmp_path / "out")
    first, dear = answer.comparisons
    assert (first.variant_id, first.differences) == ("one", {})
    assert first.days == dear.days == 3
    assert dear.differences["passengers_flown"].value <= 0.0
    apart = dear.figures["passengers_flown"].value - first.figures["passengers_flown"].value
    assert dear.differences["passengers_flown"].value == pytest.approx(apart)
    assert answer.plans == ()
    assert audit_study_money(tmp_path / "out").has_passed


def test_a_limit_of_noise_that_nothing_keeps_is_told(tmp_path: Path) -> None:
    """Where every plan puts somebody above the limit, the refusal says what the quietest does."""
    folder = Path(shutil.copytree(_tiny().folder, tmp_path / "tiny"))
    text = (folder / "city.toml").read_text("utf-8")
    stated = r"(laeq_day_dba_max = \{ value = )[\d.]+(.*? low = )[\d.]+"
    loud = re.sub(stated, r"\g<1>30\g<2>30", text)
    assert loud != text
    (folder / "city.toml").write_text(loud, encoding="utf-8")
    study = _study(tmp_path, TEXT + "[constraints]\npeople_above_limit_max = 0\n")
    with pytest.raises(InvalidInput, match=r"people_above_limit_max: 0 .* quietest plan"):
        _conduct(study, tmp_path / "out", city=load_city(str(folder)))


def test_a_budget_that_buys_nothing_is_told(tmp_path: Path) -> None:
    """With a dollar nothing can be built, and the refusal names the budget."""
    with pytest.raises(InvalidInput, match="budget"):
        _conduct(_study(tmp_path, budget_usd=1.0), tmp_path / "out")
