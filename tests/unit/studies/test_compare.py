"""Two studies side by side, from paired days."""

from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.answer import Answer
from aspan.studies.compare import COMPARED, compare_studies
from aspan.studies.estimates import MONTHS, SKEWED
from study_answers import make_answer, make_comparison_answer

PASSENGERS = "passengers_flown"


def _write_study(
    folder: Path, answer: Answer, *, more: float = 0.0, seed: int = 1, per_month: int = 8
) -> Path:
    """Write a study whose days share the luck of a date; `more` passengers on each."""
    folder.mkdir()
    (folder / "answer.json").write_bytes(msgspec.json.encode(answer))
    plan = answer.comparisons[0].plan if answer.comparisons else answer.programme.final_plan
    setting = answer.comparisons[0].setting if answer.comparisons else answer.study.setting
    rows = []
    for month in MONTHS:
        for day in range(1, per_month + 1):
            luck = np.random.default_rng([month, day]).normal(30.0, 8.0)
            row: dict[str, object] = dict.fromkeys(COMPARED, 1.0) | {
                "date": f"2023-{month:02d}-{day:02d}",
                "seed": seed,
                "month": month,
                "plan_id": plan.plan_id,
                "setting_id": setting.setting_id,
                PASSENGERS: luck + more + 0.01 * day,
            }
            rows += [row, row | {"plan_id": "another", PASSENGERS: -1000.0}]
    pl.DataFrame(rows).write_parquet(folder / "days.parquet")
    return folder


def test_paired_days_tell_a_small_difference(tmp_path: Path) -> None:
    """A difference far below the spread of days is told apart, on the days both flew."""
    first = _write_study(tmp_path / "a", make_answer())
    second = _write_study(tmp_path / "b", make_answer(), more=0.5, per_month=4)
    found = compare_studies(first, second)
    passengers = next(f for f in found.figures if f.name == PASSENGERS)
    assert passengers.difference.mean == pytest.approx(0.5)
    assert passengers.difference.is_apart_from_zero
    assert passengers.first.high - passengers.first.low > 1.0
    assert (found.first.days, found.second.days, found.shared_days) == (96, 48, 48)
    assert {figure.name for figure in found.figures} == set(COMPARED)
    assert set(COMPARED) > SKEWED
    assert [row.name for row in found.money if row.first is None] == []


def test_turned_round_the_difference_turns(tmp_path: Path) -> None:
    """The second against the first is the first against the second with the sign turned."""
    first = _write_study(tmp_path / "a", make_answer())
    second = _write_study(tmp_path / "b", make_answer(), more=2.0)
    one, other = compare_studies(first, second), compare_studies(second, first)
    for mine, theirs in zip(one.figures, other.figures, strict=True):
        assert mine.difference.mean == pytest.approx(-theirs.difference.mean)
        assert mine.difference.low == pytest.approx(-theirs.difference.high)


def test_first_variant_stands_for_a_comparison(tmp_path: Path) -> None:
    """Of a study that compares variants the first one is taken."""
    answer = make_comparison_answer()
    found = compare_studies(
        _write_study(tmp_path / "a", answer), _write_study(tmp_path / "b", answer, more=1.0)
    )
    assert found.first.plan == answer.comparisons[0].plan
    assert found.shared_days == 96


@pytest.mark.parametrize(
    ("field", "said"),
    [("city_id", "same city"), ("city_sha256", "city's files"), ("code_version", "version of")],
)
def test_studies_of_different_things_are_refused(tmp_path: Path, field: str, said: str) -> None:
    """Another city, another state of its files and another code are refused by their name."""
    answer = make_answer()
    provenance = msgspec.structs.replace(answer.provenance, **{field: "other"})
    other = msgspec.structs.replace(answer, provenance=provenance)
    first, second = (
        _write_study(tmp_path / "a", answer),
        _write_study(tmp_path / "b", other),
    )
    with pytest.raises(InvalidInput, match=said):
        compare_studies(first, second)


def test_studies_without_common_luck_are_refused(tmp_path: Path) -> None:
    """Studies of other seeds share no day and are not compared."""
    first = _write_study(tmp_path / "a", make_answer())
    second = _write_study(tmp_path / "b", make_answer(), seed=2)
    with pytest.raises(InvalidInput, match="same seed"):
        compare_studies(first, second)


def test_what_is_no_study_is_refused(tmp_path: Path) -> None:
    """A missing folder, a spoilt answer, another version and missing days are each refused."""
    good = _write_study(tmp_path / "good", make_answer())
    with pytest.raises(InvalidInput, match="finished study"):
        compare_studies(good, tmp_path / "absent")
    spoilt = _write_study(tmp_path / "spoilt", make_answer())
    (spoilt / "answer.json").write_text("{")
    with pytest.raises(InvalidInput, match="as Aspan writes it"):
        compare_studies(good, spoilt)
    old = _write_study(tmp_path / "old", msgspec.structs.replace(make_answer(), version=0))
    with pytest.raises(InvalidInput, match="version 1"):
        compare_studies(old, good)
    (good / "days.parquet").unlink()
    with pytest.raises(InvalidInput, match="days of a finished study"):
        compare_studies(_write_study(tmp_path / "whole", make_answer()), good)
