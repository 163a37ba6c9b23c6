"""Tasks of the tiny city for tests of studies: few days, two plans, fares that somebody pays."""

from datetime import date
from functools import cache

from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import DayTask, make_task
from aspan.studies.executors import InProcess
from aspan.studies.plan_city import own_plan
from aspan.studies.setting import Setting
from shipped import read_shipped

FARES = (0.6, 0.8)
DAYS = (date(2025, 1, 3), date(2025, 4, 15), date(2025, 7, 4))
SEED = 5


def list_tasks(seed: int = SEED) -> list[DayTask]:
    """Return the days of two plans of the tiny city, plan by plan."""
    base = read_shipped("tiny")
    return [
        make_task(base, own_plan(base, fare_factor=fare), Setting(), day=day, seed=seed)
        for fare in FARES
        for day in DAYS
    ]


@cache
def fly_here() -> dict[str, DayFigures]:
    """Return the figures of `list_tasks` by key, flown in this process."""
    return {figures.key: figures for figures in InProcess().run(list_tasks())}
