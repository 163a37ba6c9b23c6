"""Days as tasks: what their keys hang on, what their figures count, who may fly them."""

from datetime import date
from pathlib import Path

import msgspec
import polars as pl
import pytest

from aspan.compose.kpis import Measured, make_kpis
from aspan.compose.prepared import Prepared
from aspan.compose.runs import fly, open_twin
from aspan.compose.table_power import share_of_limit
from aspan.compose.tables import fold_run, measure_impact
from aspan.primitives.errors import InvalidInput
from aspan.studies.day_task import DayTask, fly_day
from aspan.studies.day_worker import DayWorker
from aspan.studies.plan_city import make_city
from aspan.studies.setting import Setting
from few_days import fly_here, list_tasks
from shipped import read_shipped

replace = msgspec.structs.replace


def test_keys_hang_on_all_that_changes_figures() -> None:
    """Plan, setting, date, seed, city files and code change a key; where things lie does not."""
    task = list_tasks()[0]
    source = task.city
    others: list[DayTask] = [
        list_tasks()[-1],
        replace(task, setting=Setting(demand=1.1)),
        replace(task, day=date(2025, 1, 4)),
        replace(task, seed=task.seed + 1),
        replace(task, city=replace(source, sha256="0" * 64)),
        replace(task, code="0.0.0+000000000000"),
    ]
    assert len({other.key for other in (task, *others)}) == len(others) + 1
    moved = replace(task, city=replace(source, folder="/elsewhere"), tables="/tables")
    assert moved.key == task.key


def test_figures_are_those_of_the_run() -> None:
    """People, sorties, money and power are what `kpis.json` of the same run says."""
    task = list_tasks()[1]
    prepared = Prepared(make_city(read_shipped("tiny"), task.plan, task.setting))
    run = open_twin(prepared.city, task.run_settings, prepared=prepared)
    log = fly(run)
    folded = fold_run(log.events, end_ms=run.end_ms, reliability=run.city.reliability)
    impact = measure_impact(run, folded)
    kpis = make_kpis(run, folded, log.head_sha256(), Measured(), impact)
    day = fly_here()[task.key]
    assert day.log_sha256 == log.head_sha256()
    for name in ("trips", "wishes", "passengers_flown", "sorties_flown", "sorties_empty"):
        assert getattr(day, name) == kpis[name]
    assert day.passengers_flown > 10
    assert day.energy_kwh == kpis["energy_kwh"]
    assert day.block_ms / 3_600_000 == pytest.approx(kpis["aircraft_hours"], abs=1e-4)
    assert day.revenue_tiyn - day.refunds_tiyn - day.care_tiyn == kpis["revenue_tiyn"]
    assert day.people_above_day_limit == kpis["people_above_day_limit"]
    shares = share_of_limit(impact.site_power)
    for site in run.city.vertiports:
        share = shares[site.vertiport_id]
        assert share is not None
        share_here = day.peak_kw[site.vertiport_id] / site.site_power_limit_kw
        assert share_here == pytest.approx(share, abs=1e-3)


def test_power_by_hour_is_that_of_the_minutes() -> None:
    """The mean of each local hour at a site is that of its minutes in `site_power`; few draw."""
    task = list_tasks()[1]
    prepared = Prepared(make_city(read_shipped("tiny"), task.plan, task.setting))
    run = open_twin(prepared.city, task.run_settings, prepared=prepared)
    folded = fold_run(fly(run).events, end_ms=run.end_ms, reliability=run.city.reliability)
    rows = list(measure_impact(run, folded).site_power.rows())
    told = fly_here()[task.key].hour_kw
    assert sorted(told) == sorted(site.vertiport_id for site in run.city.vertiports)
    for site_id, hours in told.items():
        own: dict[int, float] = {}
        for row in rows:
            if row["vertiport_id"] == site_id:
                hour = (row["from_at_ms"] - run.start_ms) // 3_600_000
                own[hour] = own.get(hour, 0.0) + row["mean_kw"] / 60.0
        greatest = [max(kw for hour, kw in own.items() if hour % 24 == h) for h in range(24)]
        assert hours == pytest.approx(greatest, abs=0.01)
        assert max(hours) <= fly_here()[task.key].peak_kw[site_id]
    assert max(max(hours) for hours in told.values()) > 10.0


def test_a_site_alone_is_heard_by_no_more_than_all() -> None:
    """With a limit that is passed every site tells its own people, and none more than all do."""
    task, base = list_tasks()[1], read_shipped("tiny")
    assert base.rules.noise is not None
    quiet = replace(base.rules.noise, laeq_day_dba_max=30.0)
    city = make_city(replace(base, rules=replace(base.rules, noise=quiet)), task.plan, task.setting)
    prepared = Prepared(city)
    day = fly_day(task, prepared)
    assert day.people_above_day_limit is not None
    by_site = day.people_above_by_site
    assert sorted(by_site) == sorted(site.vertiport_id for site in city.vertiports)
    assert max(by_site.values()) > 0.0
    assert all(0.0 <= count <= day.people_above_day_limit for count in by_site.values())
    assert set(fly_here()[task.key].people_above_by_site) == set(by_site)


def test_persons_add_up_however_they_are_split() -> None:
    """Those who are at their doors are the same by zone, by pair and by segment."""
    for day in fly_here().values():
        persons = sum(day.passengers_by_segment.values())
        assert persons > 0
        assert sum(day.passengers_by_zone.values()) == persons
        assert sum(day.passengers_by_pair.values()) == persons
        assert sum(day.minutes_by_zone.values()) == pytest.approx(day.minutes_saved)
        assert all(0.0 <= h <= day.service_hours for h in day.hours_open.values())


def test_run_tables_are_kept_where_the_task_says(tmp_path: Path) -> None:
    """They lie under plan, setting, date and seed, and change no figure."""
    task = replace(list_tasks()[0], tables=str(tmp_path))
    assert DayWorker().fly(task) == fly_here()[task.key]
    sorties = pl.read_parquet(task.tables_folder / "sorties.parquet")
    assert task.tables_folder.parts[-1] == "2025-01-03-5"
    flown = sorties.filter(pl.col("status").is_in(["flown", "diverted"])).height
    assert flown == fly_here()[task.key].sorties_flown
    assert (task.tables_folder / "kpis.json").is_file()
    told = (task.tables_folder / "task.json").read_bytes()
    assert msgspec.json.decode(told, type=DayTask) == task


def test_a_worker_of_other_code_refuses() -> None:
    """Figures of other code would not be those asked for."""
    task = replace(list_tasks()[0], code="0.0.1+abcdefabcdef")
    with pytest.raises(InvalidInput, match="code of the worker"):
        DayWorker().fly(task)


def test_a_worker_with_other_city_files_refuses() -> None:
    """A city of the same name with other files is another city."""
    task = list_tasks()[0]
    task = replace(task, city=replace(task.city, sha256="f" * 64))
    with pytest.raises(InvalidInput, match="as asked"):
        DayWorker().fly(task)
