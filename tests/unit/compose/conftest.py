"""Runs that the tests of tables share: a day of the small city, and one that ends at midday."""

from pathlib import Path

import msgspec
import pytest

from aspan.compose.kpis import Measured, make_kpis
from aspan.compose.runs import Run, RunSettings, fly, open_twin
from aspan.compose.table import Table
from aspan.compose.tables import Folded, fold_run, make_tables, write_json, write_tables
from aspan.operations.log import MemoryLog
from aspan.primitives.units import MS_PER_H
from aspan.world.city import City
from aspan.world.readers import load_city


class Flown(msgspec.Struct, frozen=True):
    """A run with its log and everything folded from it."""

    run: Run
    log: MemoryLog
    folded: Folded
    tables: dict[str, Table]


def fly_tiny(city: City, *, demand: float, until_h: float | None = None) -> Flown:
    """Return the fair-weather day of the small city, flown to its end or to a local hour."""
    run = open_twin(city, RunSettings(day=city.fair_weather_date, demand=demand))
    end_ms = run.end_ms if until_h is None else run.start_ms + int(until_h * MS_PER_H)
    log = fly(run, until_ms=end_ms)
    folded = fold_run(log.events, end_ms=end_ms, reliability=city.reliability)
    return Flown(run, log, folded, {table.name: table for table in make_tables(run, folded)})


@pytest.fixture(scope="session")
def city() -> City:
    """Return the small city."""
    return load_city("tiny")


@pytest.fixture(scope="session")
def day(city: City) -> Flown:
    """Return a whole day with much demand."""
    return fly_tiny(city, demand=3.0)


@pytest.fixture(scope="session")
def midday(city: City) -> Flown:
    """Return the same day ended at 12:15: aircraft in the air, on chargers, crews on duty."""
    return fly_tiny(city, demand=3.0, until_h=12.25)


@pytest.fixture(scope="session")
def empty(city: City) -> Flown:
    """Return a day on which nobody travels."""
    return fly_tiny(city, demand=0.0)


@pytest.fixture(scope="session")
def day_folder(day: Flown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which the whole day was written, its figures among it."""
    folder = tmp_path_factory.mktemp("day")
    write_tables(folder, day.run, day.folded)
    write_json(folder / "kpis.json", make_kpis(day.run, day.folded, "", Measured()))
    return folder
