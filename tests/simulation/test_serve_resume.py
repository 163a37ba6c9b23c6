"""A service that is stopped anywhere goes on from its log as if it had never stopped."""

import shutil
from collections.abc import Iterator, Sequence
from math import inf
from pathlib import Path

import pytest

from aspan.compose.runs import Run, RunSettings, fly, open_twin, pair
from aspan.compose.service import Asked, open_service
from aspan.live.sqlite_log import SqliteLog
from aspan.operations.city_index import CityIndex
from aspan.operations.digest import describe_state, state_digest
from aspan.operations.events import Event
from aspan.operations.log import MemoryLog
from aspan.operations.replay import fold_log, list_batches
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_H
from aspan.twin.clock import AlertList, LeapingClock
from aspan.world.readers import load_city

HOURS_MS = 4 * MS_PER_H
ASKED = Asked(city="tiny", start_ms=8 * MS_PER_H, demand=3.0)


@pytest.fixture(scope="module")
def index() -> CityIndex:
    """Return the small city."""
    return CityIndex(load_city("tiny"))


@pytest.fixture(scope="module")
def settings(index: CityIndex) -> RunSettings:
    """Return a morning with enough to do."""
    return RunSettings(day=index.city.fair_weather_date, start_ms=8 * MS_PER_H, demand=3.0)


@pytest.fixture(scope="module")
def flown(index: CityIndex, settings: RunSettings) -> tuple[Run, MemoryLog]:
    """Return that morning, flown without a stop."""
    run = open_twin(index.city, settings, index=index)
    return run, fly(run, until_ms=run.start_ms + HOURS_MS)


def _serve_to(store: Path, until: str) -> str:
    """Serve at full speed to a local time and return the head of the log."""
    twin = open_service(ASKED, store, speed=inf, until=until)
    twin.service.start()
    twin.service.wait()
    assert twin.service.failure is None
    twin.log.close()
    return twin.log.head_sha256()


def test_served_equals_simulated(flown: tuple[Run, MemoryLog], tmp_path: Path) -> None:
    """Four hours served at full speed give the log of the same four hours simulated."""
    assert _serve_to(tmp_path / "a.sqlite", "12:00") == flown[1].head_sha256()
    assert len(flown[1]) > 300


def test_served_in_three_parts_equals_simulated(
    flown: tuple[Run, MemoryLog], tmp_path: Path
) -> None:
    """Ended twice and started again on its store, the service writes the same log."""
    store = tmp_path / "a.sqlite"
    heads = [_serve_to(store, until) for until in ("09:17", "10:30", "12:00")]
    assert heads[-1] == flown[1].head_sha256()
    assert len(set(heads)) == 3


def test_resumed_at_any_batch_the_log_is_the_same(
    index: CityIndex, settings: RunSettings, flown: tuple[Run, MemoryLog]
) -> None:
    """Cut after every ninth batch, each log is continued to the same bytes."""
    whole = flown[1]
    starts = _list_starts(whole)
    for number in range(1, len(starts), 9):
        log = _cut(whole, starts[number])
        run = open_twin(index.city, settings, index=index, log=log)
        clock = LeapingClock(log.events[-1].at_ms)
        pair(run, log, clock=clock, notices=AlertList()).run(run.start_ms + HOURS_MS)
        assert log.head_sha256() == whole.head_sha256(), f"cut before batch {number}"
        assert state_digest(run.engine.state) == state_digest(flown[0].engine.state)


def _list_starts(log: MemoryLog) -> list[int]:
    """Return the number of events before each batch."""
    starts, count = [], 0
    for batch in list_batches(log.read()):
        starts.append(count)
        count += len(batch.events)
    return starts


def _cut(log: MemoryLog, count: int) -> MemoryLog:
    part = MemoryLog()
    for cause, event in list(log.read())[:count]:
        part.append(cause, [event])
    return part


def test_state_equals_replay(index: CityIndex, flown: tuple[Run, MemoryLog]) -> None:
    """The state of the engine that wrote a log is the bare fold of that log."""
    run, log = flown
    folded = fold_log(index, log.read())
    assert describe_state(folded) == describe_state(run.engine.state)
    assert state_digest(folded) == state_digest(run.engine.state)


def test_the_digest_sees_every_part(index: CityIndex, flown: tuple[Run, MemoryLog]) -> None:
    """A change of an aircraft, a sortie, a booking, a site or a timer changes the digest."""
    log = flown[1]
    before = state_digest(fold_log(index, log.read()))
    digests = {before}
    for change in ("aircraft", "sorties", "bookings", "sites", "due"):
        state = fold_log(index, log.read())
        match change:
            case "aircraft":
                next(iter(state.aircraft.values())).soc += 1e-6
            case "sorties":
                next(iter(state.sorties.values())).seats_taken += 1
            case "bookings":
                next(iter(state.bookings.values())).party += 1
            case "sites":
                next(iter(state.sites.values())).hold_reason = "weather_wind"
            case _:
                state.set_timer(state.now_ms + 1, "assign", "S99999")
        digests.add(state_digest(state))
    assert len(digests) == 6


class _Abandoned(SqliteLog):
    """A log whose disk is photographed after some commits, as a killed process leaves it."""

    def __init__(self, path: Path, photographs: Iterator[tuple[int, Path]]) -> None:
        super().__init__(path, group_ms=0)
        self._photographs = photographs
        self._next = next(photographs, None)

    def append(self, cause: str, events: Sequence[Event]) -> None:
        """Append, and photograph when it is time."""
        super().append(cause, events)
        if self._next is not None and self.kept >= self._next[0]:
            for ending in ("", "-wal"):
                shutil.copy(f"{self.path}{ending}", f"{self._next[1]}{ending}")
            self._next = next(self._photographs, None)


def test_killed_services_go_on(
    index: CityIndex, settings: RunSettings, flown: tuple[Run, MemoryLog], tmp_path: Path
) -> None:
    """What a kill leaves on disk, at three points, is continued to the log of a whole run."""
    kills = [(at, tmp_path / f"killed-{at}.sqlite") for at in (61, 202, 333)]
    first = open_service(ASKED, tmp_path / "first.sqlite", speed=inf, until="12:00")
    first.log.close()  # its settings stand; the run below writes into it, commit by commit
    log = _Abandoned(tmp_path / "first.sqlite", iter(kills))
    run = open_twin(index.city, settings, index=index)
    pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList()).run(
        run.start_ms + HOURS_MS
    )
    log.close()
    for at, store in kills:
        survived = SqliteLog(store)
        assert at <= len(survived) < at + 100
        survived.close()
        assert _serve_to(store, "12:00") == flown[1].head_sha256()


def test_a_changed_city_is_refused(tmp_path: Path, index: CityIndex) -> None:
    """A store does not go on over other files of its city: both hashes are named."""
    folder = tmp_path / "tiny"
    shutil.copytree(index.city.folder, folder)
    store = tmp_path / "a.sqlite"
    asked = Asked(city=str(folder), start_ms=8 * MS_PER_H)
    open_service(asked, store).log.close()
    with (folder / "city.toml").open("a", encoding="utf-8") as file:
        file.write("\n# another file now\n")
    changed = load_city(str(folder))
    with pytest.raises(InvalidInput, match="city files") as found:
        open_service(asked, store)
    assert index.city.files_sha256[:16] in str(found.value)
    assert changed.files_sha256[:16] in str(found.value)


def test_the_settings_of_the_store_hold(tmp_path: Path) -> None:
    """Asked for something else, a store keeps what it was opened with, and one line says so."""
    store = tmp_path / "a.sqlite"
    open_service(ASKED, store).log.close()
    again = open_service(Asked(city="tiny", seed=7, demand=3.0), store)
    again.log.close()
    assert again.is_resumed
    assert again.run.settings.seed == 1
    assert again.run.settings.demand == 3.0
    assert again.notes == ["the store's settings hold: --seed 1, not 7"]


def test_a_log_of_other_settings_is_not_continued(
    index: CityIndex, settings: RunSettings, flown: tuple[Run, MemoryLog]
) -> None:
    """A twin of another seed meets inputs it would never give, and says which."""
    other = RunSettings(day=settings.day, start_ms=settings.start_ms, demand=3.0, seed=2)
    with pytest.raises(InvalidInput, match="inputs of a twin"):
        open_twin(index.city, other, index=index, log=flown[1])


def test_days_go_on_and_old_tracks_are_forgotten(index: CityIndex, tmp_path: Path) -> None:
    """Served for three days the log is that of three days simulated; tracks of one day are kept."""
    settings = RunSettings(day=index.city.fair_weather_date, days=3, demand=3.0)
    simulated = open_twin(index.city, settings, index=index)
    log = fly(simulated)
    store = tmp_path / "a.sqlite"
    twin = open_service(Asked(city="tiny", demand=3.0), store, speed=inf, until="2025-04-14T24:00")
    twin.service.start()
    twin.service.wait()
    assert twin.log.head_sha256() == log.head_sha256()
    assert 0 < len(twin.run.outside.flown) < 0.6 * len(simulated.outside.flown)
    assert len(twin.run.travellers.wishes) < 0.5 * len(simulated.travellers.wishes)
    twin.log.close()
