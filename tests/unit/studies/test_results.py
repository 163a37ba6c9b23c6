"""Kept days: whole parts, read back as written, gone on from, never mixed with foreign ones."""

import resource
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import DayTask
from aspan.studies.results import DayStore, read_days, run_all, tabulate_days
from few_days import fly_here, list_tasks

replace = msgspec.structs.replace


class _Known:
    """Tells days that were flown before, and may stop in the middle."""

    def __init__(self, *, stops_after: int | None = None) -> None:
        self.asked: list[str] = []
        self._stops_after = stops_after

    def run(self, tasks: Sequence[DayTask]) -> Iterator[DayFigures]:
        """Yield the figures of every task."""
        for number, task in enumerate(tasks):
            if number == self._stops_after:
                raise KeyboardInterrupt
            self.asked.append(task.key)
            yield fly_here()[task.key]

    def close(self) -> None:
        """Do nothing."""


def test_days_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Every field comes back, empty ones and counts by name too."""
    days = list(fly_here().values())
    days[0] = replace(days[0], wait_ms_p50=None, late_share=None, peak_kw={})
    path = tmp_path / "days.parquet"
    tabulate_days(days).write_parquet(path)
    assert read_days(path) == sorted(days, key=lambda day: day.key)


def test_the_table_of_days_hangs_on_no_order() -> None:
    """Days in any order give the same table."""
    days = list(fly_here().values())
    assert tabulate_days(days).equals(tabulate_days(days[::-1]))


def test_a_study_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """What was told before the stop is kept and not asked for again; all is as if uninterrupted."""
    with pytest.raises(KeyboardInterrupt):
        run_all(DayStore(tmp_path), _Known(stops_after=2), list_tasks())
    store, rest = DayStore(tmp_path), _Known()
    assert len(store) == 2
    told: list[tuple[int, int]] = []
    run_all(store, rest, list_tasks(), lambda done, total: told.append((done, total)))
    assert len(rest.asked) == len(list_tasks()) - 2
    assert told[0] == (2, 6)
    assert told[-1] == (6, 6)
    assert DayStore(tmp_path).list_days() == sorted(fly_here().values(), key=lambda day: day.key)


def test_tasks_named_twice_are_flown_once(tmp_path: Path) -> None:
    """A day that two steps need is one day."""
    executor = _Known()
    run_all(DayStore(tmp_path), executor, list_tasks() * 2)
    assert len(executor.asked) == len(list_tasks())


def test_a_full_disk_is_said_and_the_finished_days_stay(tmp_path: Path) -> None:
    """The folder is named with the reason; nothing half written lies about, and it goes on."""
    days = list(fly_here().values())
    store = DayStore(tmp_path)
    store.keep(days[:2])
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(InvalidInput, match="2 days are kept"):
            store.keep(days[2:])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert [path.name for path in (tmp_path / "days").iterdir()] == ["part-000001.parquet"]
    run_all(store, _Known(), list_tasks())
    assert len(DayStore(tmp_path)) == len(days)


def test_what_was_being_written_when_a_process_died_is_cleared(tmp_path: Path) -> None:
    """A part beside its name is no part."""
    DayStore(tmp_path).keep(list(fly_here().values())[:1])
    (tmp_path / "days" / ".part-000002.parquet").write_bytes(b"PAR1")
    assert len(DayStore(tmp_path)) == 1
    assert len(list((tmp_path / "days").iterdir())) == 1


def test_a_part_that_is_none_is_named(tmp_path: Path) -> None:
    """Somebody else's file in the folder is not passed over."""
    (tmp_path / "days").mkdir()
    (tmp_path / "days" / "part-000001.parquet").write_bytes(b"no table")
    with pytest.raises(InvalidInput, match="part-000001"):
        DayStore(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code_version": "0.0.1+abcdefabcdef"}, "0.0.1"),
        ({"city_sha256": "e" * 64}, "eeeeeeeeeeee"),
    ],
)
def test_foreign_days_are_refused(tmp_path: Path, change: dict[str, str], said: str) -> None:
    """Days of other code or of another city are not mixed in; both are named."""
    foreign = msgspec.convert(
        msgspec.to_builtins(next(iter(fly_here().values()))) | change, DayFigures
    )
    DayStore(tmp_path).keep([foreign])
    with pytest.raises(InvalidInput, match=said):
        run_all(DayStore(tmp_path), _Known(), list_tasks())
    assert len(DayStore(tmp_path)) == 1
