"""Two studies side by side: what differs in a mean day, from days that both flew with one luck.

Both folders must be of the same city's files and the same code, and share days; what is compared is
the network as it stands in the last stage of each, or the plan of the first variant. Money is told
as each study counted it: it hangs on the same days, and on costs that may differ.
"""

from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl

from aspan.primitives.errors import InvalidInput
from aspan.studies.answer import ANSWER_VERSION, Answer
from aspan.studies.answer_parts import Figure
from aspan.studies.estimates import Estimate, estimate_figure, estimate_mean
from aspan.studies.plan import Plan
from aspan.studies.setting import Setting

ANSWER_NAME: Final = "answer.json"
DAYS_NAME: Final = "days.parquet"

COMPARED: Final = {
    "wishes": "1",
    "bookings": "1",
    "passengers_flown": "1",
    "minutes_saved": "min",
    "revenue_tiyn": "tiyn",
    "refunds_tiyn": "tiyn",
    "care_tiyn": "tiyn",
    "energy_kwh": "kWh",
    "grid_kwh": "kWh",
    "sorties_flown": "1",
    "sorties_empty": "1",
    "sorties_cancelled": "1",
    "sorties_cancelled_weather": "1",
    "sorties_diverted": "1",
    "bookings_cancelled": "1",
    "seat_km": "km",
    "passenger_km": "km",
    "pilots_on_duty": "1",
}
"""Figures of a day that are compared, with their unit."""

MONEY: Final = (
    "capital_tiyn",
    "net_present_cost_tiyn",
    "deficit_per_year_tiyn",
    "subsidy_per_passenger_tiyn",
    "fare_tiyn",
)
"""Figures of the first page that are told beside each other."""

SHARED_DAYS_MIN: Final = 2


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a mean day in both studies, over the days both flew.

    Parameters
    ----------
    difference
        The second less the first, from the differences of their days.
    """

    name: str
    unit: str
    first: Estimate
    second: Estimate
    difference: Estimate


class MoneyCompared(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of money as each study has it; None where it has none."""

    name: str
    first: Figure | None
    second: Figure | None


class StudySide(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two studies.

    Parameters
    ----------
    days
        It flew of this plan in this setting.
    """

    folder: str
    study_id: str
    plan: Plan
    setting: Setting
    days: int


class StudyComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two studies side by side.

    Parameters
    ----------
    shared_days
        Days that both flew with the same luck; all that is compared rests on them.
    """

    city_id: str
    code_version: str
    first: StudySide
    second: StudySide
    shared_days: int
    figures: tuple[Compared, ...]
    money: tuple[MoneyCompared, ...]


def compare_studies(first: Path, second: Path) -> StudyComparison:
    """Return what differs between two study folders; `InvalidInput` if they cannot be compared."""
    answers = [read_answer(first), read_answer(second)]
    _check_same(first, second, *answers)
    sides = [_read_side(f, a) for f, a in zip((first, second), answers, strict=True)]
    tables = [_read_days(f, side) for f, side in zip((first, second), sides, strict=True)]
    shared = tables[0].join(tables[1], on=["date", "seed", "month"], suffix="_second")
    shared = shared.sort("date", "seed")
    if len(shared) < SHARED_DAYS_MIN:
        raise InvalidInput(
            "studies", [str(first), str(second)], "two that flew the same dates with the same seed"
        )
    months = tuple(sorted(set(shared["month"].to_list())))
    return StudyComparison(
        city_id=answers[0].provenance.city_id,
        code_version=answers[0].provenance.code_version,
        first=_count(sides[0], tables[0]),
        second=_count(sides[1], tables[1]),
        shared_days=len(shared),
        figures=tuple(_compare(shared, name, unit, months) for name, unit in COMPARED.items()),
        money=tuple(
            MoneyCompared(
                name=name,
                first=getattr(answers[0].first_page, name),
                second=getattr(answers[1].first_page, name),
            )
            for name in MONEY
        ),
    )


def read_answer(folder: Path) -> Answer:
    """Return the answer of a study's folder; `InvalidInput` if there is none of this version."""
    path = folder / ANSWER_NAME
    try:
        content = path.read_bytes()
    except OSError as error:
        expected = f"the folder of a finished study, with {ANSWER_NAME} ({error.strerror})"
        raise InvalidInput("study", str(folder), expected) from None
    try:
        version = msgspec.json.decode(content, type=_Versioned).version
        if version != ANSWER_VERSION:
            expected = f"version {ANSWER_VERSION}: run the study again with this Aspan"
            raise InvalidInput(f"{path}: version", version, expected)
        return msgspec.json.decode(content, type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(str(path), str(error), "an answer as Aspan writes it") from None


class _Versioned(msgspec.Struct, frozen=True):
    """The version of an answer of any version."""

    version: int


def _check_same(first: Path, second: Path, one: Answer, other: Answer) -> None:
    """Refuse studies whose days hang on different things."""
    for name, told in (
        ("city_id", "the same city"),
        ("city_sha256", "the same state of the city's files"),
        ("code_version", "the same version of Aspan"),
    ):
        mine, theirs = getattr(one.provenance, name), getattr(other.provenance, name)
        if mine != theirs:
            shown = f"{first}: {mine[:16]}, {second}: {theirs[:16]}"
            raise InvalidInput("studies", shown, f"two studies of {told}")


def _read_side(folder: Path, answer: Answer) -> StudySide:
    """Return what a study stands for: its last stage, or the first variant of a comparison."""
    if answer.comparisons:
        plan, setting = answer.comparisons[0].plan, answer.comparisons[0].setting
    else:
        plan, setting = answer.programme.final_plan, answer.study.setting
    return StudySide(
        folder=str(folder), study_id=answer.study.study_id, plan=plan, setting=setting, days=0
    )


def _count(side: StudySide, days: pl.DataFrame) -> StudySide:
    return msgspec.structs.replace(side, days=len(days))


def _read_days(folder: Path, side: StudySide) -> pl.DataFrame:
    """Return the days of a side, with the figures that are compared."""
    path = folder / DAYS_NAME
    columns = ["date", "seed", "month", "plan_id", "setting_id", *COMPARED]
    try:
        table = pl.read_parquet(path, columns=columns)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise InvalidInput(str(path), reason, "the days of a finished study") from None
    found = table.filter(
        (pl.col("plan_id") == side.plan.plan_id) & (pl.col("setting_id") == side.setting.setting_id)
    )
    return found.drop("plan_id", "setting_id").unique(["date", "seed"], maintain_order=True)


def _compare(shared: pl.DataFrame, name: str, unit: str, months: tuple[int, ...]) -> Compared:
    """Return one figure over the shared days."""
    month = shared["month"].to_list()
    mine, theirs = _numbers(shared[name]), _numbers(shared[f"{name}_second"])
    apart = [b - a for a, b in zip(mine, theirs, strict=True)]
    return Compared(
        name=name,
        unit=unit,
        first=estimate_figure(name, zip(month, mine, strict=True), months=months),
        second=estimate_figure(name, zip(month, theirs, strict=True), months=months),
        difference=estimate_mean(zip(month, apart, strict=True), months=months),
    )


def _numbers(column: pl.Series) -> list[float]:
    values: list[Any] = column.cast(pl.Float64).fill_null(0.0).to_list()
    return values
