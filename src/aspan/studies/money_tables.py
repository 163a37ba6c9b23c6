"""The tables of money: inputs, lines and totals, so complete that anybody can reckon them again.

`money_inputs.parquet` has everything an account was made of, `money_years.parquet` its lines,
`money_totals.parquet` what they come to; columns are in `docs/study-money.md`. One file holds
several accounts, each under its name. `audit/study_money.py` reads them and nothing else.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from aspan.studies.finance import Totals, list_years, total
from aspan.studies.money import Account, Case, DayMeans
from aspan.studies.plan import SiteDesign
from aspan.world.costs import get_input, list_paths

INPUTS: Final = "money_inputs.parquet"
YEARS: Final = "money_years.parquet"
TOTALS: Final = "money_totals.parquet"

CHOSEN: Final = "chosen"
"""Name of the account of the programme that the answer is about."""

_INPUT_COLUMNS: Final = {
    "account": pl.String, "part": pl.String, "path": pl.String, "value": pl.Float64,
    "text": pl.String, "unit": pl.String, "low": pl.Float64, "high": pl.Float64,
    "source": pl.String, "mark": pl.String,
}  # fmt: skip
_YEAR_COLUMNS: Final = {
    "account": pl.String, "year": pl.Int64, "group": pl.String, "kind": pl.String,
    "subject": pl.String, "amount_tiyn": pl.Int64,
}  # fmt: skip
_TOTAL_COLUMNS: Final = {
    "account": pl.String, "year": pl.Int64, "name": pl.String, "amount": pl.Int64,
}  # fmt: skip

_UNIT_OF_SITE: Final = {
    "fatos": "1", "stands": "1", "chargers": "1", "charger_kw": "kW", "site_power_kw": "kW",
}  # fmt: skip
_UNIT_OF_DAY: Final = {
    "passengers_flown": "1", "minutes_saved": "min", "revenue_tiyn": "tiyn",
    "refunds_tiyn": "tiyn", "care_tiyn": "tiyn", "energy_kwh": "kWh", "grid_kwh": "kWh",
    "sorties_flown": "1", "flight_ms": "ms", "pilots_on_duty": "1",
}  # fmt: skip


def write_money(folder: Path, accounts: Mapping[str, Account]) -> None:
    """Write the three tables of money into a folder, each whole or not at all.

    Parameters
    ----------
    accounts
        By name; the one of the answer is called `CHOSEN`.
    """
    inputs: list[dict[str, object]] = []
    lines: list[dict[str, object]] = []
    totals: list[dict[str, object]] = []
    for name, kept in sorted(accounts.items()):
        inputs += [{"account": name, **row} for row in _list_inputs(kept.case)]
        lines += [
            {
                "account": name, "year": line.year, "group": line.group, "kind": line.kind,
                "subject": line.subject, "amount_tiyn": line.amount_tiyn,
            }
            for line in kept.lines
        ]  # fmt: skip
        totals += [{"account": name, **row} for row in _list_totals(kept)]
    _write(folder / INPUTS, pl.DataFrame(inputs, schema=_INPUT_COLUMNS))
    _write(folder / YEARS, pl.DataFrame(lines, schema=_YEAR_COLUMNS))
    _write(folder / TOTALS, pl.DataFrame(totals, schema=_TOTAL_COLUMNS))


def _write(path: Path, table: pl.DataFrame) -> None:
    """Write a table beside its place, then put it there."""
    part = path.with_suffix(".part")
    table.write_parquet(part)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)


def _list_inputs(case: Case) -> Iterator[dict[str, object]]:
    """Yield every input, costs first, then the programme, then what was flown."""
    yield _input("costs", "price_year", case.costs.price_year, "a")
    for path in list_paths(case.costs):
        stated = case.costs.quantities[path]
        yield {
            "part": "costs", "path": path, "value": get_input(case.costs, path), "text": "",
            "unit": stated.unit, "low": stated.low, "high": stated.high, "source": stated.source,
            "mark": stated.mark,
        }  # fmt: skip
    for site in case.costs.sites:
        yield {
            **_input("costs", f"sites.{site.vertiport_id}.type", None, "", site.type),
            "source": site.type_source, "mark": site.type_mark,
        }  # fmt: skip
        yield _input(
            "costs", f"sites.{site.vertiport_id}.contingency_places", site.contingency_places, "1"
        )
    for i, number in enumerate(case.deliveries):
        yield _input("programme", f"deliveries.{i}", number, "1")
    for i, stage in enumerate(case.programme.stages):
        at = f"stages.{i}"
        yield _input("programme", f"{at}.first_year", stage.first_year, "a")
        yield _input("programme", f"{at}.years", stage.years, "a")
        yield _input("programme", f"{at}.fleet", stage.plan.fleet, "1")
        yield _input("programme", f"{at}.pilots", stage.plan.pilots, "1")
        for design in stage.plan.sites:
            yield from _list_design(f"{at}.sites.{design.vertiport_id}", design)
        for name in DayMeans.__struct_fields__:
            value = getattr(case.means[i], name)
            yield _input("flown", f"{at}.{name}", value, _UNIT_OF_DAY[name])


def _list_design(at: str, design: SiteDesign) -> Iterator[dict[str, object]]:
    for name, unit in _UNIT_OF_SITE.items():
        yield _input("programme", f"{at}.{name}", getattr(design, name), unit)


def _input(
    part: str, path: str, value: float | None, unit: str, text: str = ""
) -> dict[str, object]:
    """Return a row that has no range of its own."""
    number = None if value is None else float(value)
    return {
        "part": part, "path": path, "value": number, "text": text, "unit": unit, "low": None,
        "high": None, "source": "", "mark": "",
    }  # fmt: skip


def _list_totals(kept: Account) -> Iterator[dict[str, object]]:
    """Yield what the account comes to, by year and over all of them."""
    for row in list_years(kept):
        for name in row.__struct_fields__[1:]:
            yield {"year": row.year, "name": name, "amount": getattr(row, name)}
    for flow in kept.flows:
        for name in ("fleet", "delivered", "pilots", *flow.__struct_fields__[5:]):
            yield {"year": flow.year, "name": name, "amount": getattr(flow, name)}
    totals = total(kept)
    for name in Totals.__struct_fields__:
        yield {"year": None, "name": name, "amount": getattr(totals, name)}
