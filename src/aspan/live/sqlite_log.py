"""The log on disk: one SQLite row per event, a hash chained over all; the live form of `EventLog`.

`ChainedLog` keeps events of any kind that say when they happened; `SqliteLog` those of the service.
The batch of one input is kept whole or not at all. Batches are committed in groups: a commit waits
for the disk, so that thousands of events a second may share one.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Generic, Protocol, TypeVar

import msgspec

from aspan.live.store import connect, damaged, is_written
from aspan.operations.events import Event
from aspan.operations.log import FIRST_HASH, chain, decode_event, encode_event
from aspan.primitives.errors import InvalidInput, ensure

GROUP_MS = 50
"""Longest wall time an appended event waits for its commit while more are appended."""

GROUP_EVENTS = 2_000
"""Most events in one commit, plus one batch."""

_DIGEST = "sha256"
"""Name under which the hash of all other settings stands beside them."""

Row = tuple[int, int, str, bytes, bytes]
"""seq, at_ms, cause, line, head."""


class Stamped(Protocol):
    """What a log keeps: a frozen Struct that says when it happened."""

    @property
    def at_ms(self) -> int:
        """When, in ms since 1970."""


E = TypeVar("E", bound=Stamped)


class LogDamaged(InvalidInput):
    """A row of a log is not what was written.

    Parameters
    ----------
    seq
        Number of the first bad row.
    """

    def __init__(self, path: Path, seq: int, found: str, expected: str) -> None:
        super().__init__(f"store {path}, event {seq}", found, expected)
        self.seq = seq


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row of the log as it was written."""

    seq: int
    at_ms: int
    cause: str
    line: bytes


def walk(
    connection: sqlite3.Connection, path: Path, decode: Callable[[bytes], E]
) -> Iterator[tuple[Row, E]]:
    """Yield every row with its event, in order; `LogDamaged` at the first that does not fit.

    It fits if numbers have no gap, the hash continues the chain, and the line is an event of that
    instant. The last row must be the one the log remembers as its last.
    """
    seq, head = 0, FIRST_HASH
    try:
        connection.execute("BEGIN")  # one picture, though another process may be writing
        rows = connection.execute("SELECT seq, at_ms, cause, line, head FROM events ORDER BY seq")
        for row in rows:
            event = _check_row(path, row, seq + 1, head, decode)
            seq, head = row[0], row[4]
            yield row, event
        tip = connection.execute("SELECT seq, head FROM tip").fetchone()
    except (sqlite3.DatabaseError, OverflowError, MemoryError) as error:
        raise LogDamaged(path, seq + 1, "unreadable", f"a readable row ({error})") from None
    finally:
        if connection.in_transaction:
            connection.rollback()
    if tip is None and seq == 0:
        return
    if tip is None or tip[0] != seq or tip[1] != head:
        last = f"event {tip[0]}" if tip is not None else "nothing"
        raise LogDamaged(path, seq + 1, "absent", f"a log that ends as remembered, with {last}")


def _check_row(path: Path, row: Row, seq: int, head: bytes, decode: Callable[[bytes], E]) -> E:
    found, at_ms, cause, line, row_head = row
    if found != seq:
        raise LogDamaged(path, seq, f"event {found}", "numbers without a gap")
    if not isinstance(cause, str) or not isinstance(line, bytes):
        raise LogDamaged(path, seq, type(line).__name__, "a cause in text and a line in bytes")
    if chain(head, cause, line) != row_head:
        raise LogDamaged(path, seq, "another hash", "the hash of all events up to it")
    try:
        event = decode(line)
    except InvalidInput as error:
        raise LogDamaged(path, seq, str(error.value), error.expected) from None
    if event.at_ms != at_ms:
        raise LogDamaged(path, seq, f"at_ms {at_ms}", f"at_ms {event.at_ms}, as its line says")
    return event


def read_settings(connection: sqlite3.Connection, path: Path) -> dict[str, str]:
    """Return what a store was opened with; empty for a new one."""
    try:
        pairs = connection.execute("SELECT name, value FROM settings ORDER BY name").fetchall()
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from None
    settings = dict(pairs)
    digest = settings.pop(_DIGEST, None)
    if settings and digest != _hash_settings(settings):
        raise InvalidInput(f"store {path}, settings", digest, "the hash of the settings it stores")
    return settings


def _hash_settings(settings: dict[str, str]) -> str:
    return sha256(msgspec.json.encode(sorted(settings.items()))).hexdigest()


class ChainedLog(Generic[E]):
    """A log in a store. One thread writes; `list_rows` may be called from another.

    Parameters
    ----------
    decode
        Reads an event from its line; `InvalidInput` if it is none.
    group_ms
        Wall time an event may wait for others to share its commit; 0 commits every batch.

    Attributes
    ----------
    kept
        Number of events that are on disk.
    """

    def __init__(
        self, path: Path, *, decode: Callable[[bytes], E], group_ms: int = GROUP_MS
    ) -> None:
        self.path = path
        self._decode = decode
        self.group_ms = group_ms
        self._writer = connect(path, is_new_allowed=True)
        self._reader = connect(path)
        self._pending: list[Row] = []
        self._pending_since_s = 0.0
        self._head = FIRST_HASH
        self._seq = 0
        self.last_at_ms: int | None = None
        try:
            for row, _ in walk(self._writer, path, decode):
                self._seq, self.last_at_ms, self._head = row[0], row[1], row[4]
            self.settings = read_settings(self._writer, path)
            if self._seq and not self.settings:
                raise InvalidInput(f"store {path}, settings", "nothing", "what it was opened with")
        except InvalidInput:
            self.close()
            raise
        self.kept = self._seq

    def keep_settings(self, settings: dict[str, str]) -> None:
        """Write down what the service is opened with; only a new store takes it."""
        ensure(not self.settings and self._seq == 0, f"store {self.path} has settings already")
        self._writer.execute("BEGIN IMMEDIATE")
        rows = [*sorted(settings.items()), (_DIGEST, _hash_settings(settings))]
        self._writer.executemany("INSERT INTO settings VALUES (?, ?)", rows)
        self._writer.execute("COMMIT")
        self.settings = dict(settings)

    def append(self, cause: str, events: Sequence[E]) -> None:
        """Add the events of one input; they are kept at the next `sync`, which may be now."""
        if not self._pending:
            self._pending_since_s = monotonic()
        head, seq = self._head, self._seq
        for event in events:
            line = encode_event(event)
            head = chain(head, cause, line)
            seq += 1
            self._pending.append((seq, event.at_ms, cause, line, head))
        self._head, self._seq = head, seq
        waited_ms = (monotonic() - self._pending_since_s) * 1000.0
        if waited_ms >= self.group_ms or len(self._pending) >= GROUP_EVENTS:
            self.sync()

    def sync(self) -> None:
        """Return when everything appended is on disk."""
        if not self._pending:
            return
        writer = self._writer
        try:
            writer.execute("BEGIN IMMEDIATE")
            writer.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", self._pending)
            writer.execute("INSERT OR REPLACE INTO tip VALUES (1, ?, ?)", (self._seq, self._head))
            writer.execute("COMMIT")
        except sqlite3.Error:
            if writer.in_transaction:
                writer.execute("ROLLBACK")
            raise
        self.last_at_ms = self._pending[-1][1]
        self._pending.clear()
        self.kept = self._seq

    def head_sha256(self) -> str:
        """Return the chained hash over all events so far, in hexadecimal."""
        return self._head.hex()

    def __len__(self) -> int:
        """Return the number of events."""
        return self._seq

    def read(self) -> Iterable[tuple[str, E]]:
        """Return all events in order, each with its cause; `LogDamaged` where the chain breaks."""
        self.sync()
        for row, event in walk(self._writer, self.path, self._decode):
            yield row[2], event

    def list_rows(self, after: int, limit: int) -> list[StoredEvent]:
        """Return up to `limit` events on disk with a number above `after`, oldest first."""
        rows = self._reader.execute(
            "SELECT seq, at_ms, cause, line FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
            (after, limit),
        )
        return [StoredEvent(seq=s, at_ms=t, cause=c, line=b) for s, t, c, b in rows]

    def close(self) -> None:
        """Let go of the store; what was not synced is not kept."""
        self._reader.close()
        self._writer.close()


class SqliteLog(ChainedLog[Event]):
    """The log of the service."""

    def __init__(self, path: Path, *, group_ms: int = GROUP_MS) -> None:
        super().__init__(path, decode=decode_event, group_ms=group_ms)


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a log that holds says of itself."""

    events: int
    head_sha256: str


def verify(path: Path, decode: Callable[[bytes], Stamped] = decode_event) -> Verified:
    """Return how long a log is whose rows all fit; `LogDamaged` at the first that does not.

    The store is only read. If a service begins to write meanwhile, it is looked at once more.
    """
    was_written = is_written(path)
    try:
        return _verify(path, decode)
    except InvalidInput:
        if was_written or not is_written(path):
            raise
        return _verify(path, decode)


def _verify(path: Path, decode: Callable[[bytes], Stamped]) -> Verified:
    connection = connect(path, is_read_only=True)
    try:
        seq, head = 0, FIRST_HASH
        for row, _ in walk(connection, path, decode):
            seq, head = row[0], row[4]
        settings = read_settings(connection, path)
        if seq and not settings:
            raise InvalidInput(f"store {path}, settings", "", "what the service was opened with")
        faults = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from None
    finally:
        connection.close()
    if faults != [("ok",)]:
        raise InvalidInput("store", str(path), f"an undamaged log of Aspan ({faults[0][0]})")
    return Verified(events=seq, head_sha256=head.hex())
