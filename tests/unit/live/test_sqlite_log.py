"""The log on disk: what survives, what is refused, what damage is found where."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from aspan.live.sqlite_log import LogDamaged, SqliteLog, verify
from aspan.live.store import locked, parse_store
from aspan.primitives.errors import InvalidInput
from contract.logs import make_batches

SETTINGS = {"seed": "1", "city_id": '"tiny"'}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a closed log of ten batches."""
    path = tmp_path / "log.sqlite"
    log = SqliteLog(path)
    log.keep_settings(SETTINGS)
    for cause, events in make_batches(10):
        log.append(cause, events)
    log.sync()
    log.close()
    return path


def test_a_log_opened_again_goes_on(store: Path) -> None:
    """Closed and opened, a log has its events, settings and hash, and its chain goes on."""
    log = SqliteLog(store)
    assert log.settings == SETTINGS
    assert len(log) == log.kept == 19
    before = log.head_sha256()
    log.append(*make_batches(11)[10])
    log.sync()
    assert log.head_sha256() != before
    log.close()
    assert verify(store).events == 21


def test_what_was_not_synced_is_not_kept(store: Path) -> None:
    """Events that wait for their commit are not on disk, and nobody is shown them."""
    log = SqliteLog(store, group_ms=1_000_000)
    log.append(*make_batches(11)[10])
    assert (len(log), log.kept) == (21, 19)
    assert log.list_rows(19, 10) == []
    log.close()
    assert verify(store).events == 19


def test_without_grouping_every_batch_is_on_disk(store: Path) -> None:
    """With a group time of 0 an event is on disk when `append` returns."""
    log = SqliteLog(store, group_ms=0)
    log.append(*make_batches(11)[10])
    assert [row.seq for row in log.list_rows(18, 10)] == [19, 20, 21]
    log.close()


def _change(column: str, value: object) -> Callable[[sqlite3.Connection], object]:
    return lambda db: db.execute(f"UPDATE events SET {column} = ? WHERE seq = 7", (value,))


DAMAGES: dict[str, tuple[Callable[[sqlite3.Connection], object], int]] = {
    "line": (_change("line", b'{"event":"DeparturesResumed","at_ms":1,"vertiport_id":"A"}'), 7),
    "line no event": (_change("line", b"{}"), 7),
    "line as text": (_change("line", "text"), 7),
    "cause": (_change("cause", "another"), 7),
    "at_ms": (_change("at_ms", 5), 7),
    "head": (_change("head", bytes(32)), 7),
    "row lost": (lambda db: db.execute("DELETE FROM events WHERE seq = 7"), 7),
    "number": (lambda db: db.execute("UPDATE events SET seq = 99 WHERE seq = 19"), 19),
    "end lost": (lambda db: db.execute("DELETE FROM events WHERE seq > 15"), 16),
    "all lost": (lambda db: db.execute("DELETE FROM events"), 1),
    "tip lost": (lambda db: db.execute("DELETE FROM tip"), 20),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_at_its_row(store: Path, name: str) -> None:
    """Whatever is changed in a row, verifying and opening name the first row that is not right."""
    damage, seq = DAMAGES[name]
    with sqlite3.connect(store) as db:
        damage(db)
    db.close()
    with pytest.raises(LogDamaged, match=f"event {seq}") as found:
        verify(store)
    assert found.value.seq == seq
    with pytest.raises(LogDamaged, match=f"event {seq}"):
        SqliteLog(store)


def test_verifying_only_reads(store: Path) -> None:
    """Bytes, times and neighbours of the file are as before, with and without a service on it."""

    def look() -> dict[str, tuple[bytes, int]]:
        folder = sorted(store.parent.iterdir())
        return {
            f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in folder if "-shm" not in f.name
        }

    before = look()
    assert list(before) == ["log.sqlite"]
    assert verify(store).events == 19
    assert look() == before
    log = SqliteLog(store)
    log.append(*make_batches(11)[10])
    log.sync()
    before = look()
    assert verify(store).events == 21
    assert look() == before
    log.close()


def test_verifying_does_not_bring_up_an_older_schema(store: Path) -> None:
    """A log of a schema before ours is refused and left as it is."""
    connection = sqlite3.connect(store)
    connection.execute("PRAGMA user_version=0")
    connection.commit()
    connection.close()
    before = store.read_bytes()
    with pytest.raises(InvalidInput, match="a service brings it up"):
        verify(store)
    assert store.read_bytes() == before


def test_lost_settings_are_found(store: Path) -> None:
    """A log with events says so when what it was opened with is gone."""
    with sqlite3.connect(store) as db:
        db.execute("DELETE FROM settings")
    db.close()
    with pytest.raises(InvalidInput, match="settings"):
        verify(store)


def test_changed_settings_are_found(store: Path) -> None:
    """Settings are bound together by a hash: one changed value is found."""
    with sqlite3.connect(store) as db:
        db.execute("UPDATE settings SET value = '2' WHERE name = 'seed'")
    db.close()
    with pytest.raises(InvalidInput, match="settings"):
        SqliteLog(store)


def test_a_byte_changed_in_the_file_is_found(store: Path) -> None:
    """A byte flipped in the middle of a line, on disk, breaks the chain at that row."""
    data = bytearray(store.read_bytes())
    at = data.index(b"S00004-0")
    data[at + 4] ^= 1
    store.write_bytes(data)
    with pytest.raises(LogDamaged, match="event 8"):
        verify(store)


@pytest.mark.parametrize("keep", [50, 100, 4096, 6000])
def test_a_file_cut_short_is_refused(store: Path, keep: int) -> None:
    """A file that lost its end is refused in one line."""
    store.write_bytes(store.read_bytes()[:keep])
    with pytest.raises(InvalidInput) as found:
        SqliteLog(store)
    assert "\n" not in str(found.value)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    """Text, and another program's database, are not taken for a log, and not touched."""
    text, other = tmp_path / "text", tmp_path / "other"
    text.write_text("not a database, however long it may be " * 50)
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(InvalidInput, match="log of Aspan"):
            SqliteLog(path)
        assert path.read_bytes() == before


def test_a_store_takes_one_service(store: Path) -> None:
    """While one service holds a store another is refused; afterwards it is free."""
    with locked(store), pytest.raises(InvalidInput, match="no other service"), locked(store):
        pass
    with locked(store):
        pass


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("runs/a.sqlite", "runs/a.sqlite"),
        ("sqlite:///runs/a.sqlite", "runs/a.sqlite"),
        ("sqlite:////tmp/a", "/tmp/a"),
    ],
)
def test_a_store_is_a_path_or_a_url(text: str, path: str) -> None:
    """A store is named by a path, or by a URL with three slashes, four for an absolute one."""
    assert parse_store(text) == Path(path)


@pytest.mark.parametrize("text", ["", "postgres://host/db", "sqlite://host/x", "sqlite:///"])
def test_a_store_elsewhere_is_refused(text: str) -> None:
    """A store that is no file is bad input that names the option."""
    with pytest.raises(InvalidInput, match="--store"):
        parse_store(text)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A store in a folder that does not exist is bad input, not a traceback."""
    with pytest.raises(InvalidInput, match="folder that exists"):
        SqliteLog(tmp_path / "nowhere" / "log.sqlite")
