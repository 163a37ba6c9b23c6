"""`aspan study CITY`: conduct a study, or go on where one stopped, and answer in a few lines."""

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aspan.faces.cli.options import AsJson, CityName
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aspan.studies.executors import Executor

WORKERS_MAX: Final = 256

DAY_STEPS: Final = frozenset({"ranking", "final", "variants", "alone", "fares"})
"""Steps that fly days: their progress is that of the whole study's days."""

Budget = Annotated[
    float | None,
    typer.Option(
        "--budget-usd", metavar="X", help="Budget in US dollars; the study's if left out."
    ),
]
Out = Annotated[
    Path,
    typer.Option("--out", metavar="DIR", help="Folder of the study; one that stopped goes on."),
]
StudyName = Annotated[
    str, typer.Option("--study", metavar="S", help="A shipped study by name, or a study file.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="Processes on this machine; one a core if left out, 1: this one."
    ),
]
Dask = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Fly the days on a Dask cluster instead.")
]
KeepTables = Annotated[
    bool, typer.Option("--keep-tables", help="Keep the run tables of every day flown, too.")
]


def register(group: typer.Typer) -> None:
    """Add the command to `aspan study`."""
    group.command(
        "run",
        short_help="Conduct a study of a city; `run` may be left out.",
        epilog="Example: aspan study alatau --budget-usd 300e6 --out studies/first",
    )(run)


def run(
    city: CityName,
    out: Out,
    budget_usd: Budget = None,
    study: StudyName = "default",
    workers: Workers = None,
    dask: Dask = None,
    keep_tables: KeepTables = False,
    as_json: AsJson = False,
) -> int:
    """Say what a budget buys a city: fleet, sites, chargers, fares, service, cost, risk.

    Plans are weighed by a fast surrogate, the best of them flown on the same days of simulated
    weather and demand until the best is told apart; money, unknowns and a report follow. Killed at
    any moment, the same command goes on where it stopped, to the same answer.
    """
    from aspan.faces.cli.study_text import format_answer

    folder, answer = conduct(
        city, out, budget_usd=budget_usd, study=study, workers=workers, dask=dask,
        keep_tables=keep_tables,
    )  # fmt: skip
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_answer(answer, folder))
    return 0


def conduct(
    city: str,
    out: Path,
    *,
    budget_usd: float | None,
    study: str,
    workers: int | None,
    dask: str | None,
    keep_tables: bool,
) -> tuple[Path, dict[str, Any]]:
    """Conduct a study and write its report; return its folder and the answer as plain data."""
    import msgspec

    from aspan.faces.cli.city_doors import load_last_phase
    from aspan.faces.report.study_page import write_study_report
    from aspan.studies.conduct import conduct_study
    from aspan.studies.study_file import find_study, read_study

    asked = read_study(find_study(city, study), budget_usd=budget_usd)
    base = load_last_phase(city)
    with _executor(workers, dask) as executor, _progress() as told:
        answer = conduct_study(
            asked, base, out, executor=executor, told=told, keeps_tables=keep_tables
        )
    write_study_report(out)
    return out, dict(msgspec.to_builtins(answer))


@contextmanager
def _executor(workers: int | None, dask: str | None) -> "Iterator[Executor]":
    """Yield what flies the days: this process, processes, or a cluster."""
    import os

    from aspan.studies.executors import InProcess

    if dask is not None:
        if workers is not None:
            raise InvalidInput(
                "--workers", workers, "nothing beside --dask: the cluster has its own"
            )
        from aspan.studies.cluster import DaskCluster

        yield DaskCluster(dask)
        return
    count = os.cpu_count() or 1 if workers is None else workers
    if not 1 <= count <= WORKERS_MAX:
        raise InvalidInput("--workers", workers, f"1 to {WORKERS_MAX}")
    if count == 1:
        yield InProcess()
        return
    from aspan.studies.processes import Processes

    processes = Processes(count)
    try:
        yield processes
    finally:
        processes.close()


@contextmanager
def _progress() -> "Iterator[Callable[[str, int, int], None]]":
    """Show on standard error how far the study has come, with the time left on a terminal."""
    if not sys.stderr.isatty():
        yield _plain()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=1)
        seen = [""]

        def told(step: str, done: int, total: int) -> None:
            if step != seen[0]:
                if not {step, seen[0]} <= DAY_STEPS:  # days of all steps are one bar
                    bar.reset(task, total=max(1, total))
                seen[0] = step
            unit = " days" if step in DAY_STEPS else ""
            bar.update(task, completed=done, total=max(1, total), description=f"{step}{unit}")

        yield told


def _plain() -> "Callable[[str, int, int], None]":
    """Return a teller for files and pipes: a line at each tenth of a step."""
    seen: set[tuple[str, int]] = set()

    def told(step: str, done: int, total: int) -> None:
        mark = (step, 10 * done // max(1, total))
        if mark not in seen:
            seen.add(mark)
            print(f"{step}: {done} of {total}", file=sys.stderr, flush=True)

    return told
