"""Fly days of a study in this process and print how long they took, as JSON.

    python benchmarks/study_days.py --days 12

Days are those a study flies: one a month over the years of the record, the city's own network with
thirty aircraft at honest demand and fare, each with its figures and its hash. What the plan's days
share is prepared first and timed by itself, for a process that has flown another plan before.
"""

import argparse
import json
import resource
import sys
import time
from datetime import date

import msgspec

from aspan.studies.batches import list_batches
from aspan.studies.day_task import DayTask, make_task
from aspan.studies.day_worker import DayWorker
from aspan.studies.plan import Plan
from aspan.studies.plan_city import own_plan
from aspan.studies.setting import Setting
from aspan.world.city import City
from aspan.world.readers import load_city

CITY = "alatau"
PHASES = (1, 2)
FLEET = 30
SEED = 4
FIRST_YEAR, YEARS = 2020, 6


def list_dates(count: int) -> list[date]:
    """Return dates spread over months and years of the record."""
    return [date(FIRST_YEAR + n % YEARS, 1 + n % 12, 1 + (7 * n) % 28) for n in range(1, count + 1)]


def list_tasks(base: City, plan: Plan, count: int) -> list[DayTask]:
    """Return the days of a plan."""
    return [make_task(base, plan, Setting(), day=day, seed=SEED) for day in list_dates(count)]


def main() -> None:
    """Fly the days of each phase."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=12)
    count = parser.parse_args().days
    base = load_city(CITY, phase=max(PHASES))
    worker = DayWorker()
    told: dict[str, dict[str, float | int | str]] = {}
    for phase in PHASES:
        plan = msgspec.structs.replace(own_plan(base, phase=phase), fleet=FLEET)
        tasks = [task for batch in list_batches(list_tasks(base, plan, count)) for task in batch]
        start_s, start_cpu_s = time.perf_counter(), time.process_time()
        worker.fly(tasks[0])
        first_s = time.process_time() - start_cpu_s
        each: list[float] = []
        for task in tasks:
            from_s = time.process_time()
            worker.fly(task)
            each.append(time.process_time() - from_s)
        told[f"phase {phase}"] = {
            "days": len(tasks),
            "first_day_cpu_s": round(first_s, 3),
            "day_cpu_s": round(sum(each) / len(each), 3),
            "day_cpu_s_max": round(max(each), 3),
            "wall_s": round(time.perf_counter() - start_s, 3),
        }
    unit = 1 if sys.platform == "darwin" else 1024
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    print(json.dumps({"phases": told, "peak_memory_mb": round(peak_mb, 1)}))


if __name__ == "__main__":
    main()
