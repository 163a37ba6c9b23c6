"""Results: days that were flown, kept in a folder as they come, so that a study can go on.

A part is a Parquet file with some days. It is written beside its name, forced to the disk and then
takes its name: whatever stops a study, a part is there whole or not at all. Days of other code or
of another city are refused, not mixed in.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec
import polars as pl

from aspan.primitives.errors import InvalidInput
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import DayTask
from aspan.studies.executors import Executor
from aspan.studies.study_folder import DAYS_FOLDER

PART_DAYS: Final = 32
PART_S: Final = 5.0
"""A part is written when it has so many days, or when its first day has waited so long."""

Progress = Callable[[int, int], None]
"""Told how many days there are, and of how many."""

_KINDS: Final[dict[type, Any]] = {
    str: pl.String,
    int: pl.Int64,
    float: pl.Float64,
    dict: pl.String,
}


class DayStore:
    """Days kept in the folder of a study.

    Parameters
    ----------
    folder
        Of the study; made if absent. Days lie in `days/part-*.parquet` below it.
    """

    def __init__(self, folder: Path) -> None:
        """Read what is there; `InvalidInput` naming a part that is none."""
        self._folder = folder / DAYS_FOLDER
        self._days: dict[str, DayFigures] = {}
        self._parts = 0
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for left in self._folder.glob(".part-*"):
                left.unlink()
        except OSError as error:
            raise self._no_room(error) from None
        for path in sorted(self._folder.glob("part-*.parquet")):
            for figures in read_days(path):
                self._days[figures.key] = figures
            with suppress(ValueError):
                self._parts = max(self._parts, int(path.stem.removeprefix("part-")))

    def __len__(self) -> int:
        """Return the number of days kept."""
        return len(self._days)

    def __contains__(self, key: str) -> bool:
        """Say whether a day is kept."""
        return key in self._days

    def get(self, key: str) -> DayFigures:
        """Return a day; `KeyError` if it was not flown."""
        return self._days[key]

    def list_days(self) -> list[DayFigures]:
        """Return every day, by key."""
        return [self._days[key] for key in sorted(self._days)]

    def missing(self, tasks: Iterable[DayTask]) -> list[DayTask]:
        """Return the tasks not kept, each once; `InvalidInput` if what is kept is foreign."""
        found: dict[str, DayTask] = {}
        checked: set[tuple[str, str]] = set()
        for task in tasks:
            of_task = (task.city.sha256, task.code)
            if of_task not in checked:
                self._check(*of_task)
                checked.add(of_task)
            key = task.key
            if key not in self._days:
                found.setdefault(key, task)
        return list(found.values())

    def _check(self, city_sha256: str, code: str) -> None:
        """Refuse a folder with days of another city or of other code."""
        for figures in self._days.values():
            if figures.city_sha256 != city_sha256:
                raise InvalidInput(
                    "--out",
                    str(self._folder),
                    "days of the city as it is now: those kept there are of files with the SHA-256"
                    f" {figures.city_sha256[:12]}, not {city_sha256[:12]}; name another folder",
                )
            if figures.code_version != code:
                raise InvalidInput(
                    "--out",
                    str(self._folder),
                    f"days flown by {code}: those kept there are by {figures.code_version}; name"
                    " another folder",
                )

    def keep(self, days: Sequence[DayFigures]) -> None:
        """Write days as a part; `InvalidInput` if there is no room, and what is kept stays."""
        if not days:
            return
        self._parts += 1
        name = f"part-{self._parts:06d}.parquet"
        beside = self._folder / f".{name}"
        content = BytesIO()
        tabulate_days(days).write_parquet(content, compression="zstd", compression_level=1)
        try:
            with beside.open("wb") as file:
                file.write(content.getbuffer())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._folder / name)
            _sync_folder(self._folder)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise self._no_room(error) from None
        self._days.update((figures.key, figures) for figures in days)

    def _no_room(self, error: OSError) -> InvalidInput:
        expected = (
            f"a folder that can be written to ({error.strerror}); {len(self._days)} days are kept"
            " there, and the same command goes on from them"
        )
        return InvalidInput("--out", str(self._folder), expected)


def _sync_folder(folder: Path) -> None:
    """Force names in a folder to the disk, where the system can."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(number)
    finally:
        os.close(number)


def run_all(
    store: DayStore, executor: Executor, tasks: Sequence[DayTask], progress: Progress | None = None
) -> None:
    """Fly every task that is not kept, and keep it.

    Parameters
    ----------
    progress
        Told at the start and after each day.
    """
    wanted = len({task.key for task in tasks})
    missing = store.missing(tasks)
    done = wanted - len(missing)
    if progress is not None:
        progress(done, wanted)
    if not missing:
        return
    waiting: list[DayFigures] = []
    since_s = time.monotonic()
    try:
        for figures in executor.run(missing):
            since_s = since_s if waiting else time.monotonic()
            waiting.append(figures)
            done += 1
            if len(waiting) >= PART_DAYS or time.monotonic() - since_s >= PART_S:
                kept, waiting = waiting, []
                store.keep(kept)
            if progress is not None:
                progress(done, wanted)
    finally:
        store.keep(waiting)


# ---- as a table ------------------------------------------------------------------------------


def tabulate_days(days: Iterable[DayFigures]) -> pl.DataFrame:
    """Return days as a table, by key; counts by site, zone or pair are JSON in one column."""
    ordered = sorted(days, key=lambda figures: figures.key)
    return pl.DataFrame(
        [
            pl.Series(name, [_cell(getattr(day, name)) for day in ordered], dtype=_KINDS[kind])
            for name, kind in _list_columns()
        ]
    )


def read_days(path: Path) -> list[DayFigures]:
    """Return the days of a table that `tabulate_days` made; `InvalidInput` if it is none."""
    counts = [name for name, kind in _list_columns() if kind is dict]
    try:
        return [
            msgspec.convert(
                row | {name: msgspec.json.decode(row[name]) for name in counts}, DayFigures
            )
            for row in pl.read_parquet(path).iter_rows(named=True)
        ]
    except (pl.exceptions.PolarsError, OSError, KeyError, TypeError, msgspec.MsgspecError) as error:
        reason = str(error).splitlines()[0]
        raise InvalidInput("days", str(path), f"a table of days ({reason})") from None


def _list_columns() -> list[tuple[str, type]]:
    """Return the columns in order, each with its kind of value."""
    hints = get_type_hints(DayFigures)
    return [(name, _kind_of(hints[name])) for name in DayFigures.__struct_fields__]


def _kind_of(hint: Any) -> type:  # noqa: ANN401  any annotation
    """Return the kind of value of a field, whether it may be None or not."""
    if get_origin(hint) is dict:
        return dict
    kinds: list[type] = [one for one in get_args(hint) or (hint,) if one is not type(None)]
    return kinds[0]


def _cell(value: Any) -> Any:  # noqa: ANN401  any field of a day
    """Return a value as a cell; counts by name as JSON."""
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else value
