"""Batches: tasks of one plan and setting, handed out together so that its city is prepared once."""

from collections.abc import Sequence
from typing import Final

from aspan.studies.day_task import DayTask

BATCH_DAYS: Final = 4
"""Days that are handed out at once: some seconds of work."""

Batch = tuple[DayTask, ...]

Network = tuple[str, str]
"""Ids of plan and setting."""


def list_batches(tasks: Sequence[DayTask]) -> list[Batch]:
    """Return tasks in batches of one plan and setting each, in the order of first appearance."""
    groups: dict[Network, list[DayTask]] = {}
    for task in tasks:
        groups.setdefault(network_of(task), []).append(task)
    return [
        tuple(group[first : first + BATCH_DAYS])
        for group in groups.values()
        for first in range(0, len(group), BATCH_DAYS)
    ]


def network_of(task: DayTask) -> Network:
    """Return what a task shares with others of its plan and setting."""
    return task.plan.plan_id, task.setting.setting_id
