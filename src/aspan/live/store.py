"""The store: one SQLite file, opened by one service at a time, with its schema by numbered steps.

WAL and full synchronisation (D. R. Hipp et al., *SQLite: Write-Ahead Logging*, section 2): what
is committed survives the process and the machine. A lock on a file beside the store keeps a second
service out; readers are let in.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aspan.primitives.errors import InvalidInput

APPLICATION_ID = 0x4153504E
"""`ASPN` in the header of the file, so that another program's database is not taken for a log."""

BUSY_MS = 5_000
"""Wall time a reader waits for a writer."""


def parse_store(text: str) -> Path:
    """Return the path of a store given as a path or as `sqlite:///path`."""
    if "://" not in text:
        if not text:
            raise InvalidInput("--store", text, "a path, or sqlite:///path")
        return Path(text)
    url = urlsplit(text)
    if url.scheme != "sqlite" or url.netloc or len(url.path) < 2:
        raise InvalidInput("--store", text, "a path, or sqlite:///path")
    return Path(unquote(url.path)[1:])


def damaged(path: Path, error: sqlite3.DatabaseError) -> InvalidInput:
    """Return what to say of a file that SQLite cannot read as a log."""
    return InvalidInput("store", str(path), f"an undamaged log of Aspan ({error})")


def connect(
    path: Path, *, is_new_allowed: bool = False, is_read_only: bool = False
) -> sqlite3.Connection:
    """Return a connection to a store; `InvalidInput` if the file is none, or is not there.

    It commits only when told to, and may be handed from thread to thread.

    Parameters
    ----------
    is_read_only
        Nothing is written, not even a step of the schema: a log of an older one is refused.
    """
    is_new = not path.exists() or path.stat().st_size == 0
    if is_new and not is_new_allowed:
        raise InvalidInput("store", str(path), "a file that exists")
    if is_new and not path.parent.is_dir():
        raise InvalidInput("store", str(path), "a file in a folder that exists")
    try:
        connection = sqlite3.connect(
            _read_only_uri(path) if is_read_only else path,
            timeout=BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
            uri=is_read_only,
        )
    except sqlite3.Error as error:
        raise InvalidInput("store", str(path), f"a file that can be opened ({error})") from None
    try:
        _check(connection, path, is_new=is_new, is_read_only=is_read_only)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise damaged(path, error) from None
    except InvalidInput:
        connection.close()
        raise
    return connection


def is_written(path: Path) -> bool:
    """Say whether a service has a store open, or left it in the middle: its WAL file is there."""
    return path.with_name(path.name + "-wal").exists()


def _read_only_uri(path: Path) -> str:
    """Return the address by which SQLite only reads a store.

    Where nobody writes it is told so, since it would leave a WAL file of its own behind otherwise,
    and could not open a store in a folder that it may not write to.
    """
    mode = "mode=ro" if is_written(path) else "mode=ro&immutable=1"
    return f"{path.absolute().as_uri()}?{mode}"


def _check(connection: sqlite3.Connection, path: Path, *, is_new: bool, is_read_only: bool) -> None:
    """See that the file is a log of ours, and bring its schema to the newest step."""
    known = _list_migrations()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if not is_new and application != APPLICATION_ID:
        raise InvalidInput("store", str(path), "a log of Aspan, not another database")
    if version > len(known):
        raise InvalidInput("store", str(path), f"a log of schema {len(known)}, not of {version}")
    if is_read_only:
        if version < len(known):
            expected = f"a log of schema {len(known)}, not of {version}: a service brings it up"
            raise InvalidInput("store", str(path), expected)
        return
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for number, text in enumerate(known[version:], start=version + 1):
        marks = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={number};"
        connection.executescript(f"BEGIN IMMEDIATE;\n{text}\n{marks}\nCOMMIT;")


def _list_migrations() -> list[str]:
    folder = files("aspan.live") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text("utf-8") for name in names]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other service out of a store; `InvalidInput` if one is in it."""
    try:
        import fcntl
    except ImportError:  # a system without POSIX locks: rows are numbered, a second writer fails
        yield
        return
    if not path.parent.is_dir():
        raise InvalidInput("store", str(path), "a file in a folder that exists")
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InvalidInput("store", str(path), "a store no other service runs on") from None
        yield
    finally:
        os.close(handle)
