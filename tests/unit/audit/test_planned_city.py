"""The audit of a day that a study kept: held to its plan, and breaches of it are found."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from aspan.audit.auditor import audit_folder
from aspan.audit.city_files import find_city_folder, read_city
from aspan.audit.planned_city import TASK_NAME, TaskTruth, plan_city
from aspan.primitives.errors import InvalidInput
from aspan.studies.day_task import make_task
from aspan.studies.day_worker import DayWorker
from aspan.studies.plan_city import make_city, own_plan
from aspan.studies.setting import Setting
from shipped import read_shipped

replace = msgspec.structs.replace
SETTING = Setting(reserve_s=1800, soh=0.9, gross_kwh=170.0, energy_factor=1.05, charger_kw=250.0)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a day of a plan that no city file holds, in an unusual setting."""
    base = read_shipped("tiny")
    plan = own_plan(base, fare_factor=0.6)
    first = plan.sites[0]
    larger = replace(
        first, fatos=first.fatos + 1, stands=first.stands + 3, chargers=first.chargers + 1,
        site_power_kw=1.5 * first.site_power_kw,
    )  # fmt: skip
    plan = replace(plan, sites=(larger, *plan.sites[1:]), fleet=plan.fleet + 1)
    tables = tmp_path_factory.mktemp("runs")
    task = make_task(base, plan, SETTING, day=date(2025, 4, 10), seed=1, tables=tables)
    assert DayWorker().fly(task).passengers_flown > 10
    return task.tables_folder


def test_a_kept_day_is_clean_against_its_plan(kept: Path) -> None:
    """Every law passes, and the clauses on fleet, sites, approvals and fares were exercised."""
    report = audit_folder(kept, None)
    assert report.is_clean, report.findings[:5]
    tested = {clause.clause for law in report.laws for clause in law.clauses if clause.exercised}
    assert {"fleet", "city-sites", "city-limits", "approval-backed", "fare-bounds"} <= tested


def test_without_its_plan_it_is_not(kept: Path, tmp_path: Path) -> None:
    """Held to the city's files alone the same day breaks the clauses that a plan changes."""
    bare = Path(shutil.copytree(kept, tmp_path / "day"))
    (bare / TASK_NAME).unlink()
    found = {finding.clause for finding in audit_folder(bare, None).findings}
    assert {"fleet", "city-sites", "city-limits", "approval-backed"} <= found


def _edit_task(path: list[str | int], value: object) -> Callable[[Path], None]:
    """Return what changes one value of the task."""

    def edit(folder: Path) -> None:
        task = msgspec.json.decode((folder / TASK_NAME).read_bytes())
        inner: Any = task
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        (folder / TASK_NAME).write_bytes(msgspec.json.encode(task))

    return edit


def _edit_table(name: str, change: pl.Expr) -> Callable[[Path], None]:
    """Return what changes a column of a table."""

    def edit(folder: Path) -> None:
        path = folder / f"{name}.parquet"
        pl.read_parquet(path).with_columns(change).write_parquet(path)

    return edit


@pytest.mark.parametrize(
    ("edit", "clause"),
    [
        (_edit_task(["plan", "fleet"], 3), "fleet"),
        (_edit_task(["plan", "fare_factor"], 0.3), "fare-bounds"),
        (_edit_task(["plan", "sites", 0, "fatos"], 1), "city-sites"),
        (_edit_task(["plan", "sites", 0, "chargers"], 1), "city-sites"),
        (_edit_task(["plan", "sites", 1, "site_power_kw"], 40.0), "site-power"),
        (_edit_task(["setting", "reserve_s"], None), "city-limits"),
        (_edit_task(["setting", "gross_kwh"], 150.0), "fleet"),
        (_edit_table("aircraft", pl.col("soh") + 0.02), "fleet"),
        (_edit_table("approvals", ~pl.col("is_assumed")), "approval-backed"),
    ],
)
def test_a_planted_breach_is_found(
    kept: Path, tmp_path: Path, edit: Callable[[Path], None], clause: str
) -> None:
    """A day that is not that of its plan breaks the clause about it."""
    spoilt = Path(shutil.copytree(kept, tmp_path / "day"))
    edit(spoilt)
    assert clause in {finding.clause for finding in audit_folder(spoilt, None).findings}


@pytest.mark.parametrize(
    "edit",
    [
        lambda folder: (folder / TASK_NAME).write_text("{", encoding="utf-8"),
        lambda folder: (folder / TASK_NAME).write_text('{"plan": {}}', encoding="utf-8"),
        _edit_task(["plan", "fleet"], 10**9),
        _edit_task(["setting", "energy_factor"], 0.0),
        _edit_task(["plan", "sites", 0, "vertiport_id"], "NOWHERE"),
    ],
)
def test_a_damaged_task_is_told(kept: Path, tmp_path: Path, edit: Callable[[Path], None]) -> None:
    """A task that is none is one line naming the file, not a fault."""
    spoilt = Path(shutil.copytree(kept, tmp_path / "day"))
    edit(spoilt)
    with pytest.raises(InvalidInput, match=r"task\.json"):
        audit_folder(spoilt, None)


def test_both_readings_of_a_plan_agree() -> None:
    """FATOs, stands, chargers, aircraft and fares are those that the study makes of the plan."""
    base = read_shipped("alatau")
    plan = own_plan(base, fare_factor=0.37)
    sites = tuple(
        replace(d, fatos=d.fatos + n % 3, stands=max(2, d.stands + 4 * (n % 2) - 1),
                chargers=max(1, min(d.chargers, d.stands - 1) - n % 2), charger_kw=150.0)
        for n, d in enumerate(plan.sites)
    )  # fmt: skip
    plan = replace(plan, sites=sites, fleet=12)
    made = make_city(base, plan, SETTING)
    task = msgspec.convert(
        {"plan": msgspec.to_builtins(plan), "setting": msgspec.to_builtins(SETTING)}, TaskTruth
    )
    found = plan_city(read_city(find_city_folder("alatau"), phase=base.phase), task)
    fatos = {str(f.fato_id): f for site in made.vertiports for f in site.fatos}
    assert sorted(found.fatos) == sorted(fatos)
    for name, fato in found.fatos.items():
        assert fato.lon_deg == pytest.approx(fatos[name].lon_deg, abs=1e-9)
    assert sorted(found.stands) == sorted(s.stand_id for v in made.vertiports for s in v.stands)
    chargers = {c.charger_id: c for v in made.vertiports for c in v.chargers}
    assert {n: (c.power_kw, sorted(c.stand_ids)) for n, c in found.chargers.items()} == {
        n: (c.power_kw, sorted(c.stand_ids)) for n, c in chargers.items()
    }
    assert [(n, a.soh, a.initial_soc) for n, a in found.airframes.items()] == [
        (a.aircraft_id, a.soh, a.initial_soc) for a in made.airframes
    ]
    assert found.rules.fares is not None
    assert found.rules.fares.base_tiyn == made.rules.fares.base_tiyn
    assert {n for n, s in found.sites.items()} == {v.vertiport_id for v in made.vertiports}
