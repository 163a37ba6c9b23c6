"""The ledger of a run's tables: the books of its log, and what is told of tables that differ."""

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from aspan.compose.ledger import fold_balance
from aspan.compose.ledger_tables import fold_folder
from aspan.compose.runs import RunSettings, fly, open_twin
from aspan.compose.tables import fold_run, write_tables
from aspan.faces.cli.main import execute
from aspan.operations import events as ev
from aspan.operations import sales_events as sale
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City
from aspan.world.readers import load_city

DAY = date(2025, 4, 12)


@pytest.fixture(scope="module")
def city() -> City:
    """Return the small city."""
    return load_city("tiny")


@pytest.fixture(scope="module")
def flown(city: City, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[ev.Event]]:
    """Return the folder and the events of a day on which much breaks."""
    folder = tmp_path_factory.mktemp("run")
    run = open_twin(city, RunSettings(day=DAY, seed=4, demand=3.0, fleet=4, faults="mixed"))
    events = list(fly(run).events)
    folded = fold_run(events, end_ms=run.end_ms, reliability=city.reliability)
    write_tables(folder, run, folded)
    return folder, events


def test_the_books_of_the_tables_are_those_of_the_log(
    city: City, flown: tuple[Path, list[ev.Event]]
) -> None:
    """Entry by entry the same sums, on a day with rides, late money and parties who stayed away."""
    folder, events = flown
    kinds = Counter(type(event) for event in events)
    assert all(
        kinds[kind]
        for kind in (sale.RideProvided, sale.DelayRefunded, ev.BookingNoShow, ev.BookingFlown)
    ), kinds
    found = fold_folder(folder)
    assert found.trial == fold_balance(city, events)
    assert found.trial.is_balanced
    assert found.differences == []


def test_the_command_prints_them(
    flown: tuple[Path, list[ev.Event]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each account with its sum, and that they balance."""
    assert execute(["ledger", str(flown[0])]) == 0
    told = capsys.readouterr().out
    assert "provider_cash" in told
    assert "lines of money" in told
    assert "the accounts balance" in told


def test_a_line_that_is_missing_is_found(
    flown: tuple[Path, list[ev.Event]], tmp_path: Path
) -> None:
    """Without one refund the cash is more than the bookings say, by that refund."""
    for path in flown[0].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    money = pl.read_parquet(tmp_path / "money.parquet").with_row_index()
    first = money.filter(pl.col("kind") == "refund").row(0, named=True)
    money.filter(pl.col("index") != first["index"]).drop("index").write_parquet(
        tmp_path / "money.parquet"
    )
    found = {one.account: one for one in fold_folder(tmp_path).differences}
    cash = found["provider_cash"]
    assert cash.ledger_tiyn - cash.records_tiyn == -first["amount_tiyn"]
    assert execute(["ledger", str(tmp_path)]) == 1


@pytest.mark.parametrize("missing", ["trips.parquet", "city.json", "money.parquet"])
def test_a_folder_that_is_no_run_is_refused(
    flown: tuple[Path, list[ev.Event]], tmp_path: Path, missing: str
) -> None:
    """So is the export of a service, which has no wishes: its provider's books are in its store."""
    for path in flown[0].iterdir():
        if path.name != missing:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(InvalidInput, match="aspan simulate --out"):
        fold_folder(tmp_path)
