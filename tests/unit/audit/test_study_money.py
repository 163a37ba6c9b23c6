"""The recomputation of a study's money finds every number that is not as it should be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from aspan.audit.study_money import INPUTS, TOTALS, YEARS, audit_study_money
from aspan.primitives.errors import InvalidInput
from aspan.studies.finance import account, list_years, present_of_kind, total
from aspan.studies.money import Case
from aspan.studies.money_ranges import replace_costs
from aspan.studies.money_tables import CHOSEN, write_money
from aspan.world.costs import list_paths
from money_cases import make_case
from tidy.sources import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the tables of two accounts."""
    case = make_case()
    others = replace_costs(replace_costs(case, "aircraft.lifetime_years", 4), "vat.2026-01-01", 0)
    write_money(tmp_path, {CHOSEN: account(case), "others": account(others)})
    return tmp_path


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """Return a folder with the tables of one account."""
    write_money(tmp_path, {CHOSEN: account(make_case())})
    return tmp_path


def rewrite(path: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Write a table again, changed."""
    change(pl.read_parquet(path)).write_parquet(path)


def add_one(column: str, row: int) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return a change that adds one to a number."""
    at = pl.int_range(pl.len()) == row
    return lambda table: table.with_columns(
        pl.when(at).then(pl.col(column) + 1).otherwise(pl.col(column)).alias(column)
    )


def test_tables_as_written_agree(folder: Path) -> None:
    """Every line and total comes to the same tiyn by other formulas."""
    found = audit_study_money(folder)
    assert found.has_passed
    assert found.differences == ()
    assert found.accounts == (CHOSEN, "others")
    assert found.lines > 200
    assert found.totals > 300


@pytest.mark.parametrize("path", list_paths(make_case().costs))
def test_any_costs_agree(path: str, tmp_path: Path) -> None:
    """With each input at either end of its range the recomputation still agrees to the tiyn."""
    case = make_case()
    stated = case.costs.quantities[path]
    ends = {
        name: account(replace_costs(case, path, value))
        for name, value in (("low", stated.low), ("high", stated.high))
    }
    write_money(tmp_path, ends)
    assert audit_study_money(tmp_path).differences == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("aircraft.lifetime_years", 1), ("battery.full_cycles", 3), ("battery.full_cycles", 61.7),
        ("ground.build_lead_years", 0), ("ground.build_lead_years", 5),
        ("ground.lifetime_years", 3),
        ("charging.charger_lifetime_years", 2), ("terms.discount_rate", 0.0),
        ("crew.pilots_per_simulator", 7), ("terms.kzt_per_usd", 487.654321),
        ("site_types.city.stands", 30), ("battery.calendar_fade_per_year", 0.3333333),
    ],
)  # fmt: skip
def test_costs_far_off_agree(path: str, value: float, tmp_path: Path) -> None:
    """Far outside the stated ranges, where assets are bought again and again, it agrees too."""
    write_money(tmp_path, {CHOSEN: account(replace_costs(make_case(), path, value))})
    assert audit_study_money(tmp_path).differences == ()


def test_every_line_is_judged(alone: Path) -> None:
    """One tiyn more on any line of the first account is found, and named."""
    lines = pl.read_parquet(alone / YEARS)
    whole = (alone / YEARS).read_bytes()
    for row in range(0, lines.height, 9):
        rewrite(alone / YEARS, add_one("amount_tiyn", row))
        differences = audit_study_money(alone).differences
        assert len(differences) == 1
        assert differences[0].told == (differences[0].reckoned or 0) + 1
        assert differences[0].what.startswith(f"{lines['group'][row]}.{lines['kind'][row]}")
        (alone / YEARS).write_bytes(whole)


def test_every_total_is_judged(alone: Path) -> None:
    """One more on any total is found, and named."""
    totals = pl.read_parquet(alone / TOTALS)
    whole = (alone / TOTALS).read_bytes()
    for row in range(0, totals.height, 9):
        rewrite(alone / TOTALS, add_one("amount", row))
        differences = audit_study_money(alone).differences
        expected = 0 if totals["amount"][row] is None else 1
        assert [d.what for d in differences] == [totals["name"][row]] * expected
        (alone / TOTALS).write_bytes(whole)


MUTANTS: dict[str, tuple[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "a line is left out": (YEARS, lambda t: t.slice(1)),
    "a line is told twice": (YEARS, lambda t: pl.concat([t, t.head(1)])),
    "a line has another site": (
        YEARS,
        lambda t: t.with_columns(pl.col("subject").replace("EAST", "WEST")),
    ),
    "a line moves a year": (YEARS, add_one("year", 20)),
    "a cost is called tax": (
        YEARS,
        lambda t: t.with_columns(pl.col("group").replace("operations", "tax")),
    ),
    "a kind is renamed": (
        YEARS,
        lambda t: t.with_columns(pl.col("kind").replace("energy", "navigation")),
    ),
    "a total is left out": (TOTALS, lambda t: t.slice(1)),
    "no total": (TOTALS, lambda t: t.filter(pl.col("year").is_not_null())),
    "a total nobody knows": (
        TOTALS,
        lambda t: t.with_columns(pl.col("name").replace("net_present_cost_tiyn", "profit")),
    ),
    "signs turned": (YEARS, lambda t: t.with_columns(-pl.col("amount_tiyn"))),
    "a site of another type": (
        INPUTS,
        lambda t: t.with_columns(pl.col("text").replace("basic", "vertistop")),
    ),
}


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_mutants_are_found(mutant: str, folder: Path) -> None:
    """No change of a table passes."""
    name, change = MUTANTS[mutant]
    rewrite(folder / name, change)
    found = audit_study_money(folder)
    assert not found.has_passed
    assert found.differences


IDLE = [
    "vat.2009-01-01",  # another rate is in force when the service begins
    "stages.0.pilots",  # duty needs more
    "stages.0.sites.EAST.fatos",  # the type of site brings as many
    "stages.0.sites.NORTH.fatos",
    "stages.1.pilots",
    "stages.1.sites.EAST.site_power_kw",  # built in the stage before
    "stages.1.sites.NORTH.fatos",
    "stages.1.sites.NORTH.site_power_kw",
]
"""Inputs that half of which makes the same account."""


def test_every_input_is_used(alone: Path) -> None:
    """Half of any input is found out or refused, but for those that bound nothing here."""
    inputs = pl.read_parquet(alone / INPUTS)
    whole = (alone / INPUTS).read_bytes()
    idle = []
    for row, (name, path, value) in enumerate(inputs.select("account", "path", "value").rows()):
        if name != CHOSEN or value is None:
            continue
        rewrite(
            alone / INPUTS,
            lambda table, row=row: table.with_columns(  # type: ignore[misc]
                pl.when(pl.int_range(pl.len()) == row)
                .then(pl.col("value") * 0.5)
                .otherwise(pl.col("value"))
                .alias("value")
            ),
        )
        try:
            if audit_study_money(alone).has_passed:
                idle.append(path)
        except InvalidInput:
            pass
        (alone / INPUTS).write_bytes(whole)
    assert idle == IDLE


def make_answer(case: Case) -> dict[str, Any]:
    """Return what an answer says of money, and nothing else of it."""
    kept, last = account(case), case.programme.stages[-1].first_year
    totals, rows = total(kept), {row.year: row for row in list_years(kept)}
    flows = {flow.year: flow for flow in kept.flows}
    mean = {
        name: sum(getattr(row, f"{name}_tiyn") for row in rows.values() if row.year >= last)
        / len([year for year in rows if year >= last])
        for name in ("operations", "fares", "deficit")
    }
    figures = {
        name: {"value": float(getattr(totals, name))}
        for name in ("net_present_cost_tiyn", "capital_tiyn", "break_even_fare_tiyn",
                     "subsidy_per_passenger_tiyn", "cost_per_minute_tiyn")
    } | {f"{name}_per_year_tiyn": {"value": value} for name, value in mean.items()}  # fmt: skip
    years = []
    for year in case.years:
        row, flow = rows[year], flows[year]
        early = sum(r.capital_tiyn for r in rows.values() if r.year < year == case.years[0])
        years.append({
            "year": year, "fleet": flow.fleet, "delivered": flow.delivered, "pilots": flow.pilots,
            "capital_tiyn": row.capital_tiyn + early, "operations_tiyn": row.operations_tiyn,
            "fares_tiyn": row.fares_tiyn, "vat_tiyn": row.vat_tiyn,
            "deficit_tiyn": row.deficit_tiyn + row.capital_tiyn + early,
        })  # fmt: skip
    lines = [
        {
            "group": group, "kind": kind, "amounts_tiyn": kept.list_amounts_tiyn(kind),
            "present_tiyn": present_of_kind(kept, kind),
        }
        for group, kind in sorted({(line.group, line.kind) for line in kept.lines})
    ]  # fmt: skip
    finance = {"price_year": totals.price_year, "lines": lines, **figures}
    return {"first_page": figures, "finance": finance, "years": years}


def write_answer(folder: Path, answer: dict[str, Any]) -> None:
    """Write an answer beside the tables."""
    (folder / "answer.json").write_bytes(msgspec.json.encode(answer))


def test_the_answer_is_compared(folder: Path) -> None:
    """What `answer.json` says of money is compared with what the tables come to."""
    write_answer(folder, make_answer(make_case()))
    found = audit_study_money(folder)
    assert found.differences == ()
    assert found.answer_compared > 300


def _spoil_years(answer: dict[str, Any]) -> None:
    answer["years"][3]["vat_tiyn"] += 1


def _spoil_line(answer: dict[str, Any]) -> None:
    line = answer["finance"]["lines"][0]
    line["amounts_tiyn"] = [amount + (i == 2) for i, amount in enumerate(line["amounts_tiyn"])]


def _spoil_figure(answer: dict[str, Any]) -> None:
    answer["finance"]["net_present_cost_tiyn"] = {"value": 1.0}


def _spoil_first_page(answer: dict[str, Any]) -> None:
    answer["first_page"] = answer["first_page"] | {"capital_tiyn": {"value": 1.0}}


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (_spoil_years, "vat_tiyn"),
        (_spoil_line, "capital.aircraft"),
        (_spoil_figure, "net_present_cost_tiyn"),
        (_spoil_first_page, "first page: capital_tiyn"),
        (lambda answer: answer["years"].pop(), ""),
        (lambda answer: answer["finance"]["lines"].pop(), ""),
    ],
)
def test_an_answer_that_differs_is_found(
    spoil: Callable[[dict[str, Any]], object], what: str, folder: Path
) -> None:
    """A number of the answer that the tables do not come to is found, and named."""
    answer = make_answer(make_case())
    spoil(answer)
    write_answer(folder, answer)
    found = audit_study_money(folder)
    assert not found.has_passed
    assert {difference.table for difference in found.differences} == {"answer"}
    if what:
        assert [difference.what for difference in found.differences] == [what]


def test_an_answer_that_is_none_is_refused(folder: Path) -> None:
    """A file of another kind is no answer."""
    (folder / "answer.json").write_text("{}", "utf-8")
    with pytest.raises(InvalidInput, match="answer of a study"):
        audit_study_money(folder)


def test_tables_that_are_none_are_refused(folder: Path) -> None:
    """A missing table, a broken one, one without a column or an input: one line each."""
    (folder / TOTALS).write_bytes(b"no table")
    with pytest.raises(InvalidInput, match="a table in Parquet"):
        audit_study_money(folder)
    (folder / TOTALS).unlink()
    with pytest.raises(InvalidInput, match="it is missing"):
        audit_study_money(folder)
    pl.DataFrame({"account": ["chosen"]}).write_parquet(folder / TOTALS)
    with pytest.raises(InvalidInput, match="these columns too"):
        audit_study_money(folder)


def test_a_missing_input_is_named(folder: Path) -> None:
    """An input that is not in the table is named."""
    rewrite(folder / INPUTS, lambda t: t.filter(pl.col("path") != "aircraft.price_usd"))
    with pytest.raises(InvalidInput, match=r"aircraft\.price_usd"):
        audit_study_money(folder)


def test_costs_are_those_of_the_city(folder: Path) -> None:
    """The inputs are the city's own numbers; one that is not is named with both."""
    city = ROOT / "cities" / "tiny"
    assert audit_study_money(folder, city).differences == ()
    case = replace_costs(make_case(), "aircraft.price_usd", 3e6)
    write_money(folder, {CHOSEN: account(case)})
    assert audit_study_money(folder).has_passed
    found = audit_study_money(folder, city).differences
    assert [(d.table, d.what) for d in found] == [("money_inputs", "aircraft.price_usd")]
    assert (found[0].told, found[0].reckoned) == (3 * 10**12, 4 * 10**12)


def test_costs_of_another_city_are_found(folder: Path) -> None:
    """Against the files of another city sites and kinds do not fit."""
    found = audit_study_money(folder, ROOT / "cities" / "alatau").differences
    assert {"sites.EAST.type", "sites.EAST.contingency_places"} <= {d.what for d in found}
    with pytest.raises(InvalidInput, match="it is missing"):
        audit_study_money(folder, ROOT / "cities" / "bench")


def test_hardly_any_passengers_agree(tmp_path: Path) -> None:
    """Where next to nobody flies an amount a passenger means nothing and is none, in both."""
    case = make_case()
    means = tuple(
        msgspec.structs.replace(m, passengers_flown=2e-6, minutes_saved=2e-6, revenue_tiyn=1e-3,
                                refunds_tiyn=0.0)
        for m in case.means
    )  # fmt: skip
    kept = account(msgspec.structs.replace(case, means=means))
    assert total(kept).break_even_fare_tiyn is None
    assert total(kept).subsidy_per_passenger_tiyn is None
    write_money(tmp_path, {CHOSEN: kept})
    assert audit_study_money(tmp_path).has_passed
