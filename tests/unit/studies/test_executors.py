"""Executors: the same figures from processes as from here, whoever dies meanwhile."""

import os
import signal
from contextlib import closing

import msgspec
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.batches import BATCH_DAYS, list_batches
from aspan.studies.executors import DaskCluster, Processes
from aspan.studies.processes import DEATHS_MAX
from few_days import fly_here, list_tasks


def test_batches_are_of_one_plan() -> None:
    """Every task is in one batch, none longer than is handed out, no plan mixed with another."""
    tasks = [msgspec.structs.replace(task, seed=seed) for seed in range(3) for task in list_tasks()]
    batches = list_batches(tasks)
    assert sorted(t.key for batch in batches for t in batch) == sorted(t.key for t in tasks)
    assert max(map(len, batches)) == BATCH_DAYS
    assert all(len({task.plan.plan_id for task in batch}) == 1 for batch in batches)


def test_a_killed_process_changes_nothing_but_time() -> None:
    """Two processes, one of them killed in the middle, tell each day once, as it is told here."""
    told = []
    with closing(Processes(2)) as executor:
        for figures in executor.run(list_tasks()):
            told.append(figures)
            if len(told) == 1:
                os.kill(executor.process_ids[0], signal.SIGKILL)
        assert len(executor.process_ids) == 2
    assert {figures.key: figures for figures in told} == fly_here()
    assert len(told) == len(fly_here())


class _Doomed(Processes):
    """Processes that are killed as soon as they have work."""

    def _hand_out(self, work: object) -> None:
        super()._hand_out(work)  # type: ignore[arg-type]
        for process_id in self.process_ids:
            os.kill(process_id, signal.SIGKILL)


def test_a_day_that_kills_is_named() -> None:
    """After three processes died over one day, the run ends with the day and the exit status."""
    executor = _Doomed(1)
    with pytest.raises(InvalidInput, match=f"{DEATHS_MAX} died over 2025-01-03 .* status -9"):
        list(executor.run(list_tasks()[:1]))
    assert executor.process_ids == []


def test_a_refusal_comes_back_from_a_process() -> None:
    """What a worker refuses is said here in its words, and the processes end."""
    task = msgspec.structs.replace(list_tasks()[0], code="0.0.1+abcdefabcdef")
    executor = Processes(1)
    with pytest.raises(InvalidInput, match="code of the worker"):
        list(executor.run([task]))
    assert executor.process_ids == []


@pytest.mark.parametrize("count", [0, -1, 257])
def test_a_count_of_no_processes_is_refused(count: int) -> None:
    """There is one at least, and fewer than a typing error asks for."""
    with pytest.raises(InvalidInput, match="workers"):
        Processes(count)


def test_an_address_without_a_cluster_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is named, and what stood in the way."""
    monkeypatch.setattr("aspan.studies.cluster.CONNECT_S", 0.5)
    with pytest.raises(InvalidInput, match="scheduler"):
        DaskCluster("tcp://127.0.0.1:9")
