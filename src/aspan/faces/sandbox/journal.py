"""The sandbox's books on disk: one SQLite row per line, in a file of its own.

A line is in the file before it is answered, and survives a process that is killed; not a machine
that loses power (`synchronous=NORMAL`): nothing here is money.
"""

import sqlite3
from pathlib import Path

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.twin.payments import Line

APPLICATION_ID = 0x41535042
"""`ASPB` in the header of the file."""

_TABLE = "CREATE TABLE IF NOT EXISTS lines (seq INTEGER PRIMARY KEY, line BLOB NOT NULL)"


class Journal:
    """The lines of the books, in the order in which they were written."""

    def __init__(self, path: Path) -> None:
        if not path.parent.is_dir():
            raise InvalidInput("--store", str(path), "a file in a folder that exists")
        self._path = path
        try:
            self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            (application,) = self._file.execute("PRAGMA application_id").fetchone()
            (tables,) = self._file.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if application != APPLICATION_ID and tables:
                raise InvalidInput("--store", str(path), "books of the sandbox, not other data")
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=NORMAL")
            self._file.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._file.execute(_TABLE)
        except sqlite3.Error as error:
            raise InvalidInput("--store", str(path), f"a file of SQLite ({error})") from None
        self._encode = msgspec.json.Encoder().encode

    def keep(self, line: Line) -> None:
        """Write a line down."""
        self._file.execute("INSERT INTO lines (line) VALUES (?)", (self._encode(line),))

    def read(self) -> list[Line]:
        """Return every line, oldest first."""
        decode = msgspec.json.Decoder(Line).decode
        try:
            rows = self._file.execute("SELECT line FROM lines ORDER BY seq").fetchall()
            return [decode(row[0]) for row in rows]
        except (sqlite3.DatabaseError, msgspec.MsgspecError) as error:
            expected = f"undamaged books of the sandbox ({error})"
            raise InvalidInput("--store", str(self._path), expected) from None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
