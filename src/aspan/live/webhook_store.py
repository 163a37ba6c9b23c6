"""What is to be told to whom: addresses, how far the log was read for each, what waits.

A small SQLite file beside the store, for its owner's eyes as it holds the secrets that messages are
signed with. What an event says is not in it: that is on the log, and read from there again.
"""

import os
import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec

from aspan.live.store import BUSY_MS
from aspan.primitives.errors import InvalidInput

APPLICATION_ID: Final = 0x41535057
"""`ASPW` in the header of the file."""

WAITING_MAX: Final = 10_000
"""Messages that wait for one partner; beyond it the log is read on when some are acknowledged."""

_SCHEMA = """
CREATE TABLE endpoints (
    partner_id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    read_seq INTEGER NOT NULL,
    told INTEGER NOT NULL DEFAULT 0,
    given_up INTEGER NOT NULL DEFAULT 0,
    failure TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE waiting (
    partner_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    subject TEXT NOT NULL,
    since_s REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_s REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (partner_id, seq)
) STRICT, WITHOUT ROWID;
"""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a partner is told, and how that goes.

    Parameters
    ----------
    read_seq
        Events up to this number were told, or wait.
    told, given_up
        Messages acknowledged, and those nobody took for too long.
    failure
        What came of the last message if it was not taken; empty if it was.
    """

    partner_id: str
    url: str
    secret: str
    read_seq: int
    told: int
    given_up: int
    failure: str
    waiting: int


class Waiting(msgspec.Struct, frozen=True):
    """A message whose turn it is: the oldest that waits about its booking."""

    partner_id: str
    seq: int
    subject: str
    since_s: float
    tries: int


def find_webhooks_path(store: Path) -> Path:
    """Return where the webhooks of a store lie."""
    return store.with_name(store.name + ".webhooks")


class WebhookStore:
    """Addresses and what waits; may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._db = _connect(path)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def put_endpoint(self, partner_id: str, url: str, secret: str, *, from_seq: int) -> None:
        """Tell a partner there from now on; what waits for it is told there too."""
        with self._lock:
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute(
                "INSERT INTO endpoints (partner_id, url, secret, read_seq) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (partner_id) DO UPDATE SET url = excluded.url,"
                " secret = excluded.secret, failure = ''",
                (partner_id, url, secret, from_seq),
            )
            self._db.execute(
                "UPDATE waiting SET next_s = 0, tries = 0 WHERE partner_id = ?", (partner_id,)
            )
            self._db.execute("PRAGMA synchronous=NORMAL")

    def drop_endpoint(self, partner_id: str) -> bool:
        """Tell a partner nothing more; False if it was told nothing."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM waiting WHERE partner_id = ?", (partner_id,))
            found = self._db.execute("DELETE FROM endpoints WHERE partner_id = ?", (partner_id,))
            return found.rowcount > 0

    def list_endpoints(self) -> list[Endpoint]:
        """Return every address, by partner."""
        with self._lock:
            rows = self._db.execute(
                "SELECT partner_id, url, secret, read_seq, told, given_up, failure,"
                " (SELECT count(*) FROM waiting WHERE waiting.partner_id = endpoints.partner_id)"
                " FROM endpoints ORDER BY partner_id"
            ).fetchall()
        return [
            Endpoint(
                partner_id=row[0],
                url=row[1],
                secret=row[2],
                read_seq=row[3],
                told=row[4],
                given_up=row[5],
                failure=row[6],
                waiting=row[7],
            )
            for row in rows
        ]

    def add(
        self, partner_id: str, found: Iterable[tuple[int, str]], *, read_seq: int, now_s: float
    ) -> None:
        """Let events wait, number and subject, and note that the log was read so far for them."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "INSERT OR IGNORE INTO waiting (partner_id, seq, subject, since_s)"
                " SELECT ?1, ?2, ?3, ?4 WHERE EXISTS"
                " (SELECT 1 FROM endpoints WHERE partner_id = ?1)",
                [(partner_id, seq, subject, now_s) for seq, subject in found],
            )
            self._db.execute(
                "UPDATE endpoints SET read_seq = max(read_seq, ?) WHERE partner_id = ?",
                (read_seq, partner_id),
            )

    def list_due(
        self, partner_id: str, now_s: float, *, limit: int, under_way: Collection[str]
    ) -> list[Waiting]:
        """Return messages of a partner whose turn it is: of each booking the oldest, in its time.

        Parameters
        ----------
        under_way
            Bookings about which something is being sent.
        """
        seen = set(under_way)
        found: list[Waiting] = []
        with self._lock:
            rows = self._db.execute(
                "SELECT seq, subject, since_s, tries, next_s FROM waiting"
                " WHERE partner_id = ? ORDER BY seq",
                (partner_id,),
            )
            for seq, subject, since_s, tries, next_s in rows:
                if len(found) >= limit:
                    break
                if subject not in seen:
                    seen.add(subject)
                    if next_s <= now_s:
                        found.append(Waiting(partner_id, seq, subject, since_s, tries))
            rows.close()
        return found

    def acknowledge(self, done: Waiting) -> None:
        """Note that a message was taken."""
        self._end(done, "told", "")

    def give_up(self, lost: Waiting, failure: str) -> None:
        """Note that nobody takes a message, so that those behind it have their turn."""
        self._end(lost, "given_up", failure)

    def put_off(self, late: Waiting, *, next_s: float, failure: str) -> None:
        """Note that a message was not taken, and when to try again."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "UPDATE waiting SET tries = tries + 1, next_s = ? WHERE partner_id = ? AND seq = ?",
                (next_s, late.partner_id, late.seq),
            )
            self._note(late.partner_id, failure)

    def _end(self, one: Waiting, column: str, failure: str) -> None:
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            ended = self._db.execute(
                "DELETE FROM waiting WHERE partner_id = ? AND seq = ?", (one.partner_id, one.seq)
            )
            if ended.rowcount:
                self._db.execute(
                    f"UPDATE endpoints SET {column} = {column} + 1 WHERE partner_id = ?",
                    (one.partner_id,),
                )
            self._note(one.partner_id, failure)

    def _note(self, partner_id: str, failure: str) -> None:
        self._db.execute(
            "UPDATE endpoints SET failure = ?1 WHERE partner_id = ?2 AND failure <> ?1",
            (failure, partner_id),
        )


def _connect(path: Path) -> sqlite3.Connection:
    """Return a connection to the file, made if there is none, for its owner only."""
    if not path.parent.is_dir():
        raise InvalidInput("webhooks", str(path), "a file in a folder that exists")
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    db = sqlite3.connect(
        path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    try:
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != APPLICATION_ID:
            raise InvalidInput("webhooks", str(path), "webhooks of Aspan, not another database")
        db.execute("PRAGMA journal_mode=WAL")
        # A message acknowledged just before the power fails is told once more; that is allowed.
        db.execute("PRAGMA synchronous=NORMAL")
        if not tables:
            db.executescript(
                f"BEGIN IMMEDIATE;{_SCHEMA}PRAGMA application_id={APPLICATION_ID};COMMIT;"
            )
    except sqlite3.DatabaseError as error:
        db.close()
        expected = f"an undamaged file of Aspan ({error})"
        raise InvalidInput("webhooks", str(path), expected) from None
    except InvalidInput:
        db.close()
        raise
    return db
