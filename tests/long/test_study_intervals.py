"""Intervals of studies hold: on a plan flown 2,004 days, samples of eight days a month.

The first run flies the days on all processors, about 40 minutes on two, and keeps them in pytest's
cache; later ones take a minute. What is printed is the coverage of every figure, the skewed ones
with it. A figure held in less than 92 % must be among those that `estimates.COVERAGE_LOW` names.
"""

import os
import sys
from datetime import date
from hashlib import sha256

import pytest

from aspan.studies.choose_days import draw_days
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import day_code_version, make_task
from aspan.studies.estimates import COVERAGE_LOW
from aspan.studies.executors import Processes
from aspan.studies.plan_city import own_plan
from aspan.studies.results import DayStore, run_all
from aspan.studies.setting import Setting
from aspan.world.readers import load_city
from study_coverage import FIGURES, HEAD, measure_coverage

pytestmark = pytest.mark.long

PER_MONTH = 167
"""Of every month, each another date of the record: February has 170."""

DRAWS = 2_000
LOW, HIGH = 0.92, 0.98
HELD = ("passengers_flown", "minutes_saved")
LAST_PHASE = 2


def fly_long_run(config: pytest.Config) -> list[DayFigures]:
    """Return the days of the city's own first network; those kept are not flown again."""
    base = load_city("alatau", phase=LAST_PHASE)
    plan = own_plan(base, phase=1)
    record = draw_days(per_month=PER_MONTH, seed=1, first=date(2020, 1, 1), until=date(2026, 1, 1))
    tasks = [make_task(base, plan, Setting(), day=day, seed=seed) for day, seed in record]
    made_by = sha256(f"{base.files_sha256} {day_code_version()}".encode()).hexdigest()[:12]
    assert config.cache is not None
    store = DayStore(config.cache.mkdir("study_intervals") / made_by)
    executor = Processes(os.cpu_count() or 1)
    try:
        run_all(store, executor, tasks)
    finally:
        executor.close()
    return [store.get(task.key) for task in tasks]


def test_intervals_hold(pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]) -> None:
    """Passengers and minutes saved are held in 92 to 98 % of 2,000 samples; the rest is stated."""
    days = fly_long_run(pytestconfig)
    assert len({day.date for day in days}) == 12 * PER_MONTH
    found = measure_coverage(days, FIGURES, draws=DRAWS)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(days)} days, {DRAWS} samples of 8 days a month\n{HEAD}\n")
        sys.stdout.write("".join(f"{one.format()}\n" for one in found))
    held = {one.name: one.held for one in found}
    for name in HELD:
        assert LOW <= held[name] <= HIGH, name
    assert {name for name, share in held.items() if share < LOW} <= COVERAGE_LOW
