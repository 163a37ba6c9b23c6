"""Days of studies wherever they are flown: three executors, and whoever is killed meanwhile."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import distributed
import pytest

from aspan.studies.day_figures import DayFigures
from aspan.studies.executors import DaskCluster, InProcess
from aspan.studies.results import DayStore, run_all, tabulate_days
from aspan.studies.study_folder import DAYS_FOLDER
from few_days import list_tasks

pytestmark = [
    pytest.mark.long,
    # Dask leaves sockets to the garbage when a worker is killed.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PATIENCE_S = 300.0

SCRIPT = """
import sys
from pathlib import Path
from aspan.studies.executors import InProcess, Processes
from aspan.studies.results import DayStore, run_all
from few_days import list_tasks
if __name__ == "__main__":
    executor = InProcess() if sys.argv[2] == "1" else Processes(int(sys.argv[2]))
    run_all(DayStore(Path(sys.argv[1])), executor, list_tasks() + list_tasks(seed=6))
    executor.close()
"""


@pytest.fixture(scope="module")
def cluster() -> Any:  # noqa: ANN401  Dask has no types
    """Yield a cluster of two processes on the loopback."""
    dask: Any = distributed
    with dask.LocalCluster(
        n_workers=2,
        threads_per_worker=2,
        processes=True,
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
    ) as made:
        yield made


def test_a_cluster_tells_what_this_process_tells(cluster: Any) -> None:  # noqa: ANN401
    """Figures from Dask, a worker of it killed in the middle, are those flown here, each once."""
    tasks, told = list_tasks() + list_tasks(seed=6), list[DayFigures]()
    with closing(DaskCluster(cluster.scheduler_address)) as executor:
        for figures in executor.run(tasks):
            if not told:
                os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            told.append(figures)
    assert len(told) == len(tasks)
    here = InProcess().run(tasks)
    assert {f.key: f for f in told} == {figures.key: figures for figures in here}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_study_that_is_killed_goes_on_to_the_same_table(tmp_path: Path, workers: int) -> None:
    """Killed three times in the middle and started again, its days are those of one that ran."""
    script = tmp_path / "fly.py"
    script.write_text(SCRIPT, encoding="utf-8")
    folder = tmp_path / "study"
    command = [sys.executable, str(script), str(folder), str(workers)]
    kept = 0
    for _ in range(3):
        running = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": ":".join(sys.path)})
        since_s = time.monotonic()
        while _count_parts(folder) <= kept and running.poll() is None:
            assert time.monotonic() - since_s < PATIENCE_S
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
        running.wait()
        kept = _count_parts(folder)
    subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": ":".join(sys.path)})
    whole = DayStore(tmp_path / "whole")
    run_all(whole, InProcess(), list_tasks() + list_tasks(seed=6))
    again = DayStore(folder)
    assert len(again) == 2 * len(list_tasks())
    assert again.list_days() == whole.list_days()
    assert tabulate_days(again.list_days()).equals(tabulate_days(whole.list_days()))


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    """Nothing flies on when a study is killed, not even to the end of a day."""
    script = tmp_path / "fly.py"
    script.write_text(SCRIPT, encoding="utf-8")
    command = [sys.executable, str(script), str(tmp_path / "study"), "2"]
    running = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": ":".join(sys.path)})
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    since_s, started = time.monotonic(), list[str]()
    while len(started) < 3:  # two that fly and Python's tracker of resources
        assert time.monotonic() - since_s < PATIENCE_S
        started = children.read_text().split()
    running.send_signal(signal.SIGKILL)
    running.wait()
    while any(Path(f"/proc/{number}").exists() for number in started):
        assert time.monotonic() - since_s < PATIENCE_S
        time.sleep(0.05)


def _count_parts(folder: Path) -> int:
    return len(list((folder / DAYS_FOLDER).glob("part-*.parquet")))
