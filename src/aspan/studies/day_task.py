"""Day task: one simulated day of one plan in one setting, and its flight.

A task is all that a day hangs on; it can be sent to another process or machine, and comes to the
same figures there, byte for byte. Its key is the same wherever the city's folder lies.
"""

from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from aspan.compose.code_version import code_version
from aspan.compose.kpis import Measured, make_kpis
from aspan.compose.prepared import Prepared
from aspan.compose.runs import RunSettings, fly, open_twin
from aspan.compose.tables import fold_run, measure_impact, write_json, write_tables
from aspan.primitives.errors import InvalidInput
from aspan.studies.day_counts import DayRun, count_day
from aspan.studies.day_figures import DayFigures
from aspan.studies.plan import Plan
from aspan.studies.setting import Setting
from aspan.world.city import City

SOURCES: Final = (
    "studies/day_counts.py",
    "studies/day_figures.py",
    "studies/day_task.py",
    "studies/plan.py",
    "studies/plan_city.py",
    "studies/setting.py",
)
"""What figures of a day hang on in this room."""


@cache
def day_code_version() -> str:
    """Return the version of the code that flies days."""
    return code_version(*SOURCES)


class CitySource(msgspec.Struct, frozen=True, kw_only=True):
    """Where a base city is read from, and what it must be.

    Parameters
    ----------
    folder
        Name of a city that is shipped, or a path.
    phase
        The last one, so that every site a plan may have is there.
    sha256
        Of its files.
    """

    folder: str
    phase: int
    sha256: str


class DayTask(msgspec.Struct, frozen=True, kw_only=True):
    """One day to be flown.

    Parameters
    ----------
    code
        Version of the code that the figures must come from.
    tables
        Folder below which the run tables of the day are written; none are if empty.
    """

    plan: Plan
    setting: Setting
    day: date
    seed: int
    city: CitySource
    code: str
    tables: str = ""

    @property
    def key(self) -> str:
        """SHA-256 over all that the figures hang on."""
        parts = (self.plan, self.setting, self.day, self.seed, self.city.sha256, self.code)
        return sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()

    @property
    def run_settings(self) -> RunSettings:
        """The settings of its run."""
        return RunSettings(
            day=self.day, seed=self.seed, fleet=self.plan.fleet, demand=self.setting.demand
        )

    @property
    def tables_folder(self) -> Path:
        """Where the run tables of the day are written."""
        plan_id, setting_id = self.plan.plan_id, self.setting.setting_id
        return Path(self.tables) / plan_id / setting_id / f"{self.day.isoformat()}-{self.seed}"


def make_task(
    base: City, plan: Plan, setting: Setting, *, day: date, seed: int, tables: Path | None = None
) -> DayTask:
    """Return a task on a base city, for the code that runs here.

    Parameters
    ----------
    tables
        Folder below which the run tables are kept; they are not if None.
    """
    source = CitySource(folder=base.folder, phase=base.phase, sha256=base.files_sha256)
    return DayTask(
        plan=plan,
        setting=setting,
        day=day,
        seed=seed,
        city=source,
        code=day_code_version(),
        tables="" if tables is None else str(tables.absolute()),
    )


def fly_day(task: DayTask, prepared: Prepared) -> DayFigures:
    """Fly a day, write its run tables if the task says where, and return its figures.

    Parameters
    ----------
    prepared
        Of the city that `make_city` makes of the task's plan and setting.
    """
    run = open_twin(prepared.city, task.run_settings, prepared=prepared)
    log = fly(run)
    flown = DayRun(
        run=run,
        folded=fold_run(log.events, end_ms=run.end_ms, reliability=prepared.city.reliability),
        zone_of_door=prepared.zone_of_door,
        log_sha256=log.head_sha256(),
    )
    if task.tables:
        _write_tables(task, flown)
    return count_day(
        flown,
        key=task.key,
        plan_id=task.plan.plan_id,
        setting_id=task.setting.setting_id,
        code_version=task.code,
    )


def _write_tables(task: DayTask, flown: DayRun) -> None:
    """Write run tables and figures as `aspan simulate --out` does."""
    run, folded, folder = flown.run, flown.folded, task.tables_folder
    try:
        impact = measure_impact(run, folded)
        write_tables(folder, run, folded, impact)
        write_json(
            folder / "kpis.json", make_kpis(run, folded, flown.log_sha256, Measured(), impact)
        )
        write_json(folder / "task.json", msgspec.to_builtins(task))
    except OSError as error:
        expected = f"a folder that run tables can be written to ({error.strerror})"
        raise InvalidInput("--keep-tables", str(folder), expected) from None
