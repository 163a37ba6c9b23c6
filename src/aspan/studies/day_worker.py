"""Day worker: what flies days in one process, whoever sends them.

The base city is read once and what its plans share is kept; of the prepared cities of plans the
last few are kept. A task of another city's files or of other code is refused: its figures would
not be those that were asked for.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Final

import msgspec

from aspan.compose.city_base import CityBase
from aspan.compose.prepared import Prepared
from aspan.primitives.errors import InvalidInput
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import CitySource, DayTask, day_code_version, fly_day
from aspan.studies.plan_city import make_city
from aspan.world.readers import load_city

PREPARED_KEPT: Final = 4
"""Prepared cities kept in a process, the last used: some 40 MB each for Alatau."""

_flying = Lock()
"""One day at a time in a process: what is prepared remembers ways, and threads gain nothing."""


class DayWorker:
    """Flies tasks one after another, and keeps what they share."""

    def __init__(self) -> None:
        self._source: CitySource | None = None
        self._base: CityBase | None = None
        self._prepared: OrderedDict[tuple[str, str], Prepared] = OrderedDict()

    def fly(self, task: DayTask) -> DayFigures:
        """Return the figures of a task; `InvalidInput` if it cannot be flown here."""
        if task.code != day_code_version():
            raise InvalidInput("code of the worker", day_code_version(), f"{task.code}, as asked")
        return fly_day(task, self._prepare(task))

    def _prepare(self, task: DayTask) -> Prepared:
        """Return what the days of a plan in a setting share."""
        base = self._read(task.city)
        # Demand and months change no city, so days of every demand share what is prepared.
        setting = msgspec.structs.replace(task.setting, demand=1.0, months=())
        key = (task.plan.plan_id, setting.setting_id)
        if key not in self._prepared:
            while len(self._prepared) >= PREPARED_KEPT:
                self._prepared.popitem(last=False)
            city = make_city(base.city, task.plan, setting)
            self._prepared[key] = Prepared(city, base=base)
        self._prepared.move_to_end(key)
        return self._prepared[key]

    def _read(self, source: CitySource) -> CityBase:
        """Return the base city of a task."""
        if self._base is None or self._source != source:
            self._prepared.clear()
            city = load_city(source.folder, phase=source.phase)
            if city.files_sha256 != source.sha256:
                expected = f"files with the SHA-256 {source.sha256}, as asked"
                raise InvalidInput(f"city {source.folder}", city.files_sha256, expected)
            self._source, self._base = source, CityBase(city)
        return self._base


_here = DayWorker()


def fly_tasks(tasks: Iterable[DayTask]) -> Iterator[DayFigures]:
    """Yield the figures of tasks in their order, flown in this process."""
    for task in tasks:
        with _flying:
            figures = _here.fly(task)
        yield figures


def fly_batch(tasks: tuple[DayTask, ...]) -> list[DayFigures]:
    """Return the figures of a batch; what a cluster calls."""
    return list(fly_tasks(tasks))
