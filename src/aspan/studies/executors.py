"""Executors: where days are flown. In this process, in processes of this machine, on a cluster.

All three call the same `day_worker`, and a day hangs on its task alone, so figures are the same
byte for byte wherever they come from; only their order differs. A worker that dies costs time: what
it had not told is flown again. A task that is refused ends the run, and what was told is kept.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from aspan.studies.batches import list_batches
from aspan.studies.cluster import DaskCluster
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import DayTask
from aspan.studies.day_worker import fly_tasks
from aspan.studies.processes import Processes

__all__ = ["DaskCluster", "Executor", "InProcess", "Processes"]


class Executor(Protocol):
    """Flies days; lives until `close`."""

    def run(self, tasks: Sequence[DayTask]) -> Iterator[DayFigures]:
        """Yield the figures of every task, in any order; `InvalidInput` if one is refused."""

    def close(self) -> None:
        """Let go of what flies the days."""


class InProcess:
    """Flies days one after another where it is called."""

    def run(self, tasks: Sequence[DayTask]) -> Iterator[DayFigures]:
        """Yield the figures of every task, plan by plan."""
        for batch in list_batches(tasks):
            yield from fly_tasks(batch)

    def close(self) -> None:
        """Do nothing: what was prepared stays for the next run."""
