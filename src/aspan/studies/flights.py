"""Flights of a study: days of plans, flown once, kept, and asked for by every step that needs them.

A step names a plan, a setting and days; what the store has already is not flown again. Counts say
how many days each step was the first to need, whoever flew them when: they are the same for a study
that stopped ten times.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from aspan.studies.choose_days import FlownDay
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import DayTask, make_task
from aspan.studies.executors import Executor
from aspan.studies.flown import Flown
from aspan.studies.plan import Plan
from aspan.studies.results import DayStore, run_all
from aspan.studies.setting import Setting
from aspan.world.city import City

Told = Callable[[str, int, int], None]
"""Told a step, how much is done, and how much there is: days of the whole study while days fly."""


class Flights:
    """All days of a study.

    Parameters
    ----------
    folder
        Of the study.
    base
        City in its last phase.
    tables
        Folder below which run tables of every day are kept; they are not if None.
    """

    def __init__(
        self, folder: Path, base: City, executor: Executor, told: Told, tables: Path | None = None
    ) -> None:
        self._store, self._executor, self._told = DayStore(folder), executor, told
        self._base, self._tables = base, tables
        self.counts: dict[str, int] = {}
        self.asked_again = 0
        self._planned: dict[str, int] = {}
        self._needed: set[str] = set()

    def _make(self, plan: Plan, setting: Setting, day: FlownDay) -> DayTask:
        return make_task(self._base, plan, setting, day=day.day, seed=day.seed, tables=self._tables)

    def expect(self, planned: Mapping[str, int]) -> None:
        """Tell how many days each step may need at most, so that what is left can be told."""
        self._planned = dict(planned)

    def fly(
        self, step: str, wanted: Iterable[tuple[Plan, Setting]], days: Sequence[FlownDay]
    ) -> None:
        """Fly what is wanted on all of these days, unless it is kept already."""
        tasks = [self._make(plan, setting, day) for plan, setting in wanted for day in days]
        self.counts.setdefault(step, 0)
        for task in tasks:
            if task.key in self._needed:
                self.asked_again += 1
            else:
                self._needed.add(task.key)
                self.counts[step] += 1
        whole = self._count_whole(step)
        needed = len(self._needed)
        run_all(
            self._store,
            self._executor,
            tasks,
            lambda done, total: self._told(step, needed - (total - done), max(whole, needed)),
        )

    def _count_whole(self, step: str) -> int:
        """Return how many days the study needs at most, as far as is known in a step."""
        whole = sum(self.counts.values())
        for name, most in self._planned.items():
            if name == step or name not in self.counts:
                whole += max(0, most - self.counts.get(name, 0))
        return whole

    def get(self, plan: Plan, setting: Setting, days: Sequence[FlownDay]) -> Flown:
        """Return days that were flown."""
        keys = [self._make(plan, setting, day).key for day in days]
        return Flown((self._store.get(key) for key in keys), setting.months)

    def get_figures(self, plan: Plan, setting: Setting, day: FlownDay) -> DayFigures:
        """Return one day that was flown."""
        return self._store.get(self._make(plan, setting, day).key)

    def list_needed(self) -> list[DayFigures]:
        """Return every day that a step needed, by key."""
        return [self._store.get(key) for key in sorted(self._needed)]
