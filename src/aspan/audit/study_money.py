"""Recompute the money of a study from its tables alone, with formulas of its own.

Imports nothing of the study: the tables hold every input, and the formulas below are written from
`docs/study-money.md`, in exact fractions where the study uses scaled integers. Every line and every
total must be equal to the tiyn. What it cannot know: whether the mean day in the inputs is what the
simulated days come to, and whether the inputs are true.
"""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from aspan.audit.study_money_answer import read_answer
from aspan.audit.study_money_city import list_unlike, read_stated
from aspan.audit.study_money_rules import Inputs, reckon_lines, reckon_totals
from aspan.primitives.errors import InvalidInput

INPUTS = "money_inputs.parquet"
YEARS = "money_years.parquet"
TOTALS = "money_totals.parquet"
ANSWER = "answer.json"
CHOSEN = "chosen"
_COLUMNS = {
    INPUTS: {"account", "part", "path", "value", "text"},
    YEARS: {"account", "year", "group", "kind", "subject", "amount_tiyn"},
    TOTALS: {"account", "year", "name", "amount"},
}
DIFFERENCES_MAX = 1000
"""Differences that are kept; more say nothing new."""


class MoneyDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A number that the tables tell otherwise than they should.

    Parameters
    ----------
    table
        `money_years`, `money_totals`, `answer`; or `money_inputs`, for a cost that the city states
        otherwise, in millionths.
    what
        Kind of line with its subject, or name of the total.
    told, reckoned
        As the table has it, and as it comes to; None where the one or the other has none.
    """

    account: str
    table: str
    year: int | None
    what: str
    told: int | None
    reckoned: int | None


class MoneyAudit(msgspec.Struct, frozen=True, kw_only=True):
    """What the recomputation found; it passes if nothing differs and something was compared.

    Parameters
    ----------
    answer_compared
        Numbers of `answer.json` that were compared; 0 if it was not there.
    """

    accounts: tuple[str, ...]
    lines: int
    totals: int
    answer_compared: int
    differences: tuple[MoneyDifference, ...]

    @property
    def has_passed(self) -> bool:
        """Say whether every number is right."""
        return not self.differences and self.lines > 0 and self.totals > 0


def audit_study_money(folder: Path, city_folder: Path | None = None) -> MoneyAudit:
    """Return what the tables of money in a folder should say, compared with what they say.

    `answer.json` beside them is compared with the account called `chosen` if it is there.

    Parameters
    ----------
    city_folder
        Of the city: the costs of `chosen` must be those its files state. Not compared if None.
    """
    stated = None if city_folder is None else read_stated(city_folder)
    inputs, years, totals = (_read(folder / name) for name in (INPUTS, YEARS, TOTALS))
    accounts = sorted(set(inputs["account"].to_list()))
    told = sorted(set(years["account"].to_list()) | set(totals["account"].to_list()))
    if told != accounts:
        raise InvalidInput(f"{folder.name}/{YEARS}: account", told, f"the accounts {accounts}")
    differences: list[MoneyDifference] = []
    compared = 0
    for name in accounts:
        given = _gather(inputs, name)
        reckoned = reckon_lines(given)
        added = reckon_totals(given, reckoned)
        differences += _compare(
            name, "money_years", _lines_of(years, name), {k: v for k, v in reckoned.items() if v}
        )
        differences += _compare(name, "money_totals", _totals_of(totals, name), added)
        if name == CHOSEN:
            differences += [
                MoneyDifference(
                    account=name, table="money_inputs", year=None, what=path, told=told_units,
                    reckoned=meant_units,
                )
                for path, told_units, meant_units in list_unlike(given, stated or {})
                if stated is not None
            ]  # fmt: skip
            path = folder / ANSWER
            if path.is_file():
                answered, meant = read_answer(path, given, reckoned, added)
                differences += _compare(name, "answer", answered, meant)
                compared = len(answered)
    return MoneyAudit(
        accounts=tuple(accounts), lines=years.height, totals=totals.height,
        answer_compared=compared, differences=tuple(differences[:DIFFERENCES_MAX]),
    )  # fmt: skip


def _read(path: Path) -> pl.DataFrame:
    """Return a table; `InvalidInput` if it is missing, broken or lacks a column."""
    try:
        table = pl.read_parquet(path)
    except FileNotFoundError:
        raise InvalidInput(path.name, None, "a table of the study (it is missing)") from None
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise InvalidInput(path.name, str(fault), "a table in Parquet") from None
    missing = sorted(_COLUMNS[path.name] - set(table.columns))
    if missing:
        raise InvalidInput(path.name, missing, "these columns too")
    return table


def _gather(table: pl.DataFrame, account: str) -> Inputs:
    """Return the inputs of one account by path."""
    values: dict[str, Fraction] = {}
    texts: dict[str, str] = {}
    for row in table.filter(pl.col("account") == account).iter_rows(named=True):
        path = str(row["path"])
        if path in values or path in texts:
            raise InvalidInput(f"{INPUTS}: path", path, "each input once")
        if row["value"] is None:
            texts[path] = str(row["text"])
        elif not isfinite(row["value"]):
            raise InvalidInput(f"{INPUTS}: {path}", row["value"], "a finite number")
        else:
            values[path] = Fraction(round(row["value"] * 1e6), 10**6)
    return Inputs(values, texts)


def _lines_of(table: pl.DataFrame, account: str) -> dict[tuple[int, str, str], int]:
    """Return the lines told, by year, group with kind, and subject; doubled ones added up."""
    found: dict[tuple[int, str, str], int] = defaultdict(int)
    for row in table.filter(pl.col("account") == account).iter_rows(named=True):
        found[row["year"], f"{row['group']}.{row['kind']}", row["subject"]] += row["amount_tiyn"]
    return dict(found)


def _totals_of(table: pl.DataFrame, account: str) -> dict[tuple[int | None, str], int | None]:
    return {
        (row["year"], row["name"]): row["amount"]
        for row in table.filter(pl.col("account") == account).iter_rows(named=True)
    }


def _compare(
    account: str,
    table: str,
    told: Mapping[Any, int | None],
    reckoned: Mapping[Any, int | None],
) -> list[MoneyDifference]:
    """Return where two tables differ, by key."""
    every = sorted({*told, *reckoned}, key=lambda key: tuple(str(part) for part in key))
    return [
        MoneyDifference(
            account=account, table=table, year=key[0],
            what=" ".join(part for part in key[1:] if part),
            told=told.get(key), reckoned=reckoned.get(key),
        )
        for key in every
        if (key in told) != (key in reckoned) or told.get(key) != reckoned.get(key)
    ]  # fmt: skip
