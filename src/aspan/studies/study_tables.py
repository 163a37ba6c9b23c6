"""The tables of a study: the same figures as its answer, for whoever reckons on.

`days/part-*.parquet` are the days (`results`), `money_*.parquet` the money (`money_tables`); here
are the plans that were compared, the front, the ranking by day, unknowns and availability. Each
file is written beside its place and put there whole.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import polars as pl

from aspan.primitives.errors import InvalidInput
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Figure
from aspan.studies.day_figures import DayFigures
from aspan.studies.money_tables import write_money
from aspan.studies.programme_money import ProgrammeMoney
from aspan.studies.results import tabulate_days

DAYS: Final = "days.parquet"
PLANS: Final = "plans.parquet"
FRONT: Final = "front.parquet"
UNCERTAINTY: Final = "uncertainty.parquet"
SOBOL: Final = "sobol.parquet"
KNOWING: Final = "knowing.parquet"
AVAILABILITY: Final = "availability.parquet"


def write_tables(
    folder: Path,
    answer: Answer,
    days: Sequence[DayFigures],
    money: Mapping[str, ProgrammeMoney],
) -> None:
    """Write all tables of a study into its folder.

    Parameters
    ----------
    money
        By account; the programme's own is called `CHOSEN`.
    """
    try:
        _write(folder / DAYS, tabulate_days(days))
        _write(folder / PLANS, _tabulate_plans(answer))
        _write(folder / FRONT, _tabulate(answer.front))
        _write(folder / UNCERTAINTY, _tabulate(answer.sensitivities))
        _write(folder / SOBOL, _tabulate(answer.sobol))
        _write(folder / KNOWING, _tabulate(answer.knowing))
        _write(folder / AVAILABILITY, _tabulate_availability(answer))
        write_money(folder, {name: kept.account for name, kept in money.items()})
    except OSError as error:
        expected = f"a folder that can be written to ({error.strerror}); what is finished is kept"
        raise InvalidInput("--out", str(folder), expected) from None


def _tabulate(rows: Sequence[msgspec.Struct]) -> pl.DataFrame:
    """Return flat values as a table, one row each."""
    return pl.DataFrame([msgspec.structs.asdict(row) for row in rows], infer_schema_length=None)


def _tabulate_plans(answer: Answer) -> pl.DataFrame:
    """Return the plans that were compared; those of variants where nothing was searched."""
    rows: list[dict[str, object]] = [
        {
            "plan_id": plan.plan_id,
            "status": plan.status,
            "reason": plan.reason,
            "days": plan.days,
            "confidence": plan.confidence,
            **_spread("objective", plan.objective),
            **_spread("difference", plan.difference),
            **_spread("passengers_per_day", plan.passengers_per_day),
            **_spread("minutes_saved_per_day", plan.minutes_saved_per_day),
            **_spread("net_present_cost_tiyn", plan.net_present_cost_tiyn),
            "surrogate_objective": plan.surrogate_objective,
            "plan": msgspec.json.encode(plan.plan, order="deterministic").decode(),
        }
        for plan in answer.plans
    ]
    rows += [
        {
            "plan_id": each.plan.plan_id,
            "status": each.variant_id,
            "reason": "",
            "days": each.days,
            "confidence": None,
            **_spread("objective", None),
            **_spread("difference", each.differences.get("passengers_flown")),
            **_spread("passengers_per_day", each.figures["passengers_flown"]),
            **_spread("minutes_saved_per_day", each.figures["minutes_saved"]),
            **_spread("net_present_cost_tiyn", each.figures.get("net_present_cost_tiyn")),
            "surrogate_objective": None,
            "plan": msgspec.json.encode(each.plan, order="deterministic").decode(),
        }
        for each in answer.comparisons
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _spread(name: str, figure: Figure | None) -> dict[str, object]:
    """Return a figure in three columns."""
    if figure is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}


def _tabulate_availability(answer: Answer) -> pl.DataFrame:
    """Return availability by place, month and hour."""
    rows = [
        {"place_id": place.place_id, "month": month, "hour": hour, "share": share}
        for place in answer.availability
        for month, hours in enumerate(place.share, start=1)
        for hour, share in enumerate(hours)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _write(path: Path, table: pl.DataFrame) -> None:
    """Write a table beside its place, then put it there."""
    part = path.with_suffix(".part")
    table.write_parquet(part)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
