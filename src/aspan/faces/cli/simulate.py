"""`aspan simulate`: fly whole days, answer with figures and the log's SHA-256, write the tables."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aspan.faces.cli.options import AsJson, CityName, Fleet, Phase
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.compose.runs import Run, RunSettings
    from aspan.world.city import City

_IMPORTED_S: Final = time.perf_counter()
"""Stands for the start of the process where the system does not tell it."""

Day = Annotated[
    str | None,
    typer.Option(
        "--date", metavar="YYYY-MM-DD", help="First local date; a fair-weather day if not given."
    ),
]
Days = Annotated[int, typer.Option(metavar="N", help="Number of days.")]
Seed = Annotated[int, typer.Option(metavar="N", help="Seed of weather, travellers and scatter.")]
Demand = Annotated[
    float, typer.Option(metavar="X", help="Multiplies the wishes to travel; 1 is honest.")
]
Faults = Annotated[
    str,
    typer.Option(metavar="PROFILE", help="What breaks each day: none, grounded, fato, fog, mixed."),
]
Policy = Annotated[
    str, typer.Option(metavar="P", help="Dispatch policy: earliest-ready, least-used.")
]
Start = Annotated[str, typer.Option(metavar="HH:MM", help="Local time to begin, on the first day.")]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="HH:MM", help="Local time to end, on the last day; midnight if not given."
    ),
]
Out = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Folder for the run tables; none are written if not given."),
]


def register(app: typer.Typer) -> None:
    """Add `aspan simulate` to the application."""
    app.command(
        "simulate",
        short_help="Fly whole days, print figures, write run tables.",
        epilog="Example: aspan simulate alatau --date 2025-01-03 --fleet 20 --out runs/foggy",
    )(simulate)


def simulate(
    city: CityName,
    phase: Phase = 1,
    day: Day = None,
    days: Days = 1,
    seed: Seed = 1,
    fleet: Fleet = None,
    demand: Demand = 1.0,
    faults: Faults = "none",
    policy: Policy = "earliest-ready",
    start: Start = "00:00",
    until: Until = None,
    out: Out = None,
    as_json: AsJson = False,
) -> int:
    """Fly whole days of a city as fast as they go and print what came of them.

    The same city, seed and options give the same log, byte for byte; its SHA-256 is printed. With
    --out the run tables, city.json and kpis.json are written; `aspan audit` re-checks them.
    """
    from aspan.faces.cli.figures import format_simulate

    answer = answer_simulate(dict(locals()))
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_simulate(answer))
    return 0


def answer_simulate(asked: dict[str, Any]) -> dict[str, Any]:
    """Fly what was asked, write tables if a folder was given, and return the figures."""
    from aspan.compose.day_basis import check_day
    from aspan.compose.kpis import Measured, make_kpis
    from aspan.compose.runs import fly, open_twin
    from aspan.compose.tables import fold_run, measure_impact, write_json, write_tables
    from aspan.world.readers import load_city

    out = None if asked["out"] is None else _parse_folder(asked["out"])
    city = load_city(asked["city"], phase=asked["phase"])
    settings = _read_settings(city, asked)
    check_day(city, day=settings.day, days=settings.days)
    loaded_s = time.perf_counter()
    run = open_twin(city, settings)
    end_ms = _find_end_ms(run, asked["until"])
    if out is not None:
        _open_folder(out)
    with _progress(run, end_ms) as told:
        log = fly(run, until_ms=end_ms, progress=told)
    log_sha256 = log.head_sha256()
    wall_s = time.perf_counter() - loaded_s
    folded = fold_run(log.events, end_ms=end_ms, reliability=city.reliability)
    impact = measure_impact(run, folded)
    files = []
    if out is not None:
        with _written_to(out):
            files = write_tables(out, run, folded, impact)
    measured = Measured(
        wall_s=round(wall_s, 3),
        process_s=round(_process_s(), 3),
        peak_memory_mb=_peak_memory_mb(),
    )
    answer = make_kpis(run, folded, log_sha256, measured, impact)
    if out is not None:
        with _written_to(out):
            files.append(write_json(out / "kpis.json", answer))
    return {**answer, "files": [str(path) for path in files]}


def _parse_folder(text: str) -> Path:
    """Return the folder for the tables; `InvalidInput` if it cannot become one."""
    out = Path(text)
    if not text or "\0" in text or (out.exists() and not out.is_dir()):
        raise InvalidInput("--out", text, "a folder, or a name that is still free")
    return out


def _open_folder(out: Path) -> None:
    """Make the folder and see that it takes files, before hours are flown for it."""
    import tempfile

    with _written_to(out):
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()


@contextmanager
def _written_to(out: Path) -> Iterator[None]:
    """Name the folder when the system refuses to write there: a full disk names nothing."""
    try:
        yield
    except OSError as error:
        expected = f"a folder that can be written to ({error.strerror})"
        raise InvalidInput("--out", str(out), expected) from None


def _read_settings(city: "City", asked: dict[str, Any]) -> "RunSettings":
    """Return the settings of the run; `InvalidInput` naming the option that is wrong."""
    from aspan.compose.runs import RunSettings
    from aspan.primitives.instants import parse_date

    day = asked["day"]
    return RunSettings(
        day=city.fair_weather_date if day is None else parse_date(day, field="--date"),
        days=asked["days"],
        seed=asked["seed"],
        fleet=asked["fleet"],
        demand=asked["demand"],
        policy=asked["policy"],
        faults=asked["faults"],
        start_ms=_since_midnight_ms(asked["start"], "--start"),
    )


def _since_midnight_ms(text: str, option: str) -> int:
    from aspan.primitives.instants import parse_local_time
    from aspan.primitives.units import MS_PER_H, MS_PER_MIN

    at = parse_local_time(text, field=option)
    return at.hour * MS_PER_H + at.minute * MS_PER_MIN


def _find_end_ms(run: "Run", until: str | None) -> int:
    """Return when the run ends: midnight, or a local time of its last day."""
    from datetime import timedelta

    from aspan.primitives.instants import local_instant_ms, parse_local_time

    if until is None:
        return run.end_ms
    last = run.settings.day + timedelta(days=run.settings.days - 1)
    end_ms = local_instant_ms(last, parse_local_time(until, field="--until"), run.city.time_zone)
    if end_ms <= run.start_ms:
        raise InvalidInput("--until", until, "a local time after the run begins")
    return end_ms


@contextmanager
def _progress(run: "Run", end_ms: int) -> Iterator[Callable[[int], None] | None]:
    """Show on a terminal's standard error how far the run has come; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    from aspan.primitives.instants import ms_to_local

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("flying", total=end_ms - run.start_ms)

        def told(at_ms: int) -> None:
            shown = ms_to_local(at_ms, run.city.time_zone).strftime("%d %b %H:%M")
            bar.update(task, completed=at_ms - run.start_ms, description=f"flying, {shown}")

        yield told


def _process_s() -> float:
    """Return how long this process has lived, by the system where it tells, else since import."""
    import os

    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started_s
    except (OSError, AttributeError, ValueError, IndexError):
        return time.perf_counter() - _IMPORTED_S


def _peak_memory_mb() -> float | None:
    """Return the most memory this process ever held; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)
