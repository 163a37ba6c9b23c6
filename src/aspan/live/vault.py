"""The vault: names and contacts outside the log, each person sealed under a key of its own.

The log and everything folded from it know a person by an id that says nothing. The vault is a
SQLite file of its own beside the store. Each person is AES-256-GCM (M. Dworkin, *NIST SP 800-38D:
Galois/Counter Mode*, 2007) under a key that no other shares. Erasing the person overwrites the key
and the sealed text where they stand and empties the write-ahead log, which holds older pages. Both
stand in slots that are never moved, so that there is one place to overwrite: SQLite's
`secure_delete` zeroes what is deleted, but not what stays behind when a row moves to another page.
If the process dies on the way, the next opening goes on with it.

Where it stops: a copy of the file made before (a backup, a snapshot of the disk) still holds the
key; copies have to be kept no longer than one is ready to wait for an erasure. A flash drive may
keep old blocks; encrypt the disk. Every look is on the list of accesses, but a person who can read
the file can read it without us.
"""

import hmac
import os
import sqlite3
from base64 import b32encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aspan.live.group_writer import GroupWriter
from aspan.live.person import Person
from aspan.live.store import BUSY_MS
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_DAY

APPLICATION_ID = 0x41535050
"""`ASPP` in the header of the file."""

RETENTION_MS = 365 * MS_PER_DAY
"""How long after the last trip a person is kept. Assumed: a year covers the claims and the
accounts in which a name is asked for; the operator's lawyer decides."""

NONCE_BYTES = 12
"""NIST SP 800-38D, section 5.2.1.1."""

ID_CHARACTERS = 16
"""After the `H` of a person's id: 80 bits."""

LINE_CHARACTERS_MAX = 200
"""Longest `who` and `why`."""

Access = Literal["given", "looked", "changed", "erased", "purged"]


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the vault, without anything of what is sealed."""

    person_id: str
    given_at_ms: int
    trip_at_ms: int


class AccessLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to whom, when and why."""

    number: int
    at_ms: int
    person_id: str
    what: Access
    who: str
    why: str


def find_vault_path(store: Path) -> Path:
    """Return where the persons of a store lie."""
    return store.with_name(store.name + ".people")


class Vault:
    """The persons of one service; may be called from any thread.

    Parameters
    ----------
    retention_ms
        How long after the last trip a person is kept; seen to once a service day. If None only
        `purge` and `erase` erase.
    """

    def __init__(self, path: Path, *, retention_ms: int | None = None) -> None:
        self.path = path
        self._retention_ms = retention_ms
        self._purged_at_ms: int | None = None
        self._db = _connect(path)
        self._writer = GroupWriter(self._db)
        self._salt = self._writer.run(self._find_salt)
        if self._db.execute("SELECT 1 FROM settings WHERE name = 'is_unswept'").fetchone():
            self._sweep()

    def close(self) -> None:
        """Let go of the file."""
        self._writer.close()

    def put(self, person: Person, *, seller: str, key: str, trip_at_ms: int, at_ms: int) -> str:
        """Keep a person and return the id the log may hold; on disk then.

        The same seller and key give the same id, and what was kept first stands: a repeated request
        changes nothing, and brings nobody back who was erased.

        Parameters
        ----------
        seller, key
            Who asks, and under which key of its own.
        trip_at_ms
            The trip for which the person is needed.
        """
        person_id = self.name_person(seller, key)
        self._purge_in_time(at_ms)

        def keep() -> None:
            if self._is_known(person_id):
                return
            row = (person_id, self._fill_slot(person_id, person), at_ms, trip_at_ms)
            self._db.execute("INSERT INTO people VALUES (?, ?, ?, ?)", row)
            self._note(person_id, "given", seller, "", at_ms)

        self._writer.run(keep)
        return person_id

    def name_person(self, seller: str, key: str) -> str:
        """Return the id under which `put` keeps the person of a seller's request."""
        digest = hmac.digest(self._salt, f"{seller}\n{key}".encode(), sha256)
        return "H" + b32encode(digest).decode()[:ID_CHARACTERS]

    def replace(self, person_id: str, person: Person, *, who: str, why: str, at_ms: int) -> bool:
        """Keep other words for a person, under a new key; False if nobody of that id is kept."""

        def change() -> bool:
            slot = self._find_slot(person_id)
            if slot is None:
                return False
            self._blank_slot(slot)
            self._db.execute(
                "UPDATE people SET slot = ? WHERE person_id = ?",
                (self._fill_slot(person_id, person), person_id),
            )
            self._note(person_id, "changed", who, why, at_ms)
            self._mark_unswept()
            return True

        is_changed = self._writer.run(change)
        self._sweep()
        return is_changed

    def keep_until_trip(self, person_id: str, trip_at_ms: int) -> None:
        """Remember a later trip, so that the person is kept for it."""
        self._writer.run(
            lambda: self._db.execute(
                "UPDATE people SET trip_at_ms = max(trip_at_ms, ?) WHERE person_id = ?",
                (trip_at_ms, person_id),
            )
        )

    def find(self, person_id: str, *, who: str, why: str, at_ms: int) -> Person | None:
        """Return a person, None if nobody of that id is kept; the look is on the list of accesses.

        It is on the list before it is answered.
        """
        self._purge_in_time(at_ms)

        def look() -> tuple[bytes, bytes, bytes] | None:
            row: tuple[bytes, bytes, bytes] | None = self._db.execute(
                "SELECT key, nonce, sealed FROM people JOIN seals USING (slot) WHERE person_id = ?",
                (person_id,),
            ).fetchone()
            if row is not None:
                self._note(person_id, "looked", who, why, at_ms)
            return row

        found = self._writer.run(look)
        return None if found is None else _unseal(person_id, *found)

    def get(self, person_id: str, *, who: str, why: str, at_ms: int) -> Person:
        """Return a person; `InvalidInput` if nobody of that id is kept."""
        person = self.find(person_id, who=who, why=why, at_ms=at_ms)
        if person is None:
            raise InvalidInput("person_id", person_id, "a person who is kept and was not erased")
        return person

    def erase(self, person_id: str, *, who: str, at_ms: int, why: str = "asked for") -> bool:
        """Destroy a person's key and what it sealed; False if nobody of that id is kept.

        When it returns neither is in the file nor in its write-ahead log.
        """
        return self._erase([person_id], "erased", who, why, at_ms) == 1

    def purge(self, before_ms: int, *, who: str, at_ms: int) -> int:
        """Erase everybody whose last trip was before an instant, and say how many they were."""
        rows = self._writer.run(
            lambda: self._db.execute(
                "SELECT person_id FROM people WHERE trip_at_ms < ? ORDER BY person_id", (before_ms,)
            ).fetchall()
        )
        found = [row[0] for row in rows]
        return self._erase(found, "purged", who, "kept long enough", at_ms)

    def is_given_by(self, person_id: str, seller: str) -> bool:
        """Say whether a seller told of a person, however often they were looked at since."""
        found = self._writer.run(
            lambda: self._db.execute(
                "SELECT 1 FROM access WHERE person_id = ? AND what = 'given' AND who = ?"
                " ORDER BY number LIMIT 1",
                (person_id, seller),
            ).fetchone()
        )
        return found is not None

    def list_people(self) -> list[PersonLine]:
        """Return who is kept, by id; nothing of what is sealed."""
        rows = self._writer.run(
            lambda: self._db.execute(
                "SELECT person_id, given_at_ms, trip_at_ms FROM people ORDER BY person_id"
            ).fetchall()
        )
        return [PersonLine(person_id=p, given_at_ms=g, trip_at_ms=t) for p, g, t in rows]

    def list_access(self, person_id: str | None = None, *, limit: int = 1_000) -> list[AccessLine]:
        """Return the newest accesses, to one person or to all, newest first."""
        rows = self._writer.run(
            lambda: self._db.execute(
                "SELECT number, at_ms, person_id, what, who, why FROM access"
                " WHERE ?1 IS NULL OR person_id = ?1 ORDER BY number DESC LIMIT ?2",
                (person_id, limit),
            ).fetchall()
        )
        return [
            AccessLine(number=n, at_ms=a, person_id=p, what=what, who=who, why=why)
            for n, a, p, what, who, why in rows
        ]

    def _erase(self, ids: list[str], what: Access, who: str, why: str, at_ms: int) -> int:
        def destroy() -> int:
            erased = 0
            for person_id in ids:
                slot = self._find_slot(person_id)
                if slot is None:
                    continue
                self._blank_slot(slot)
                self._db.execute("DELETE FROM people WHERE person_id = ?", (person_id,))
                self._db.execute("INSERT INTO gone VALUES (?, ?)", (person_id, at_ms))
                self._note(person_id, what, who, why, at_ms)
                erased += 1
            if erased:
                self._mark_unswept()
            return erased

        erased = self._writer.run(destroy)
        if erased:
            self._sweep()
        return erased

    def _sweep(self) -> None:
        """Empty the write-ahead log, which still holds what was erased.

        If another process reads the file for longer than `BUSY_MS`, the next sweep or opening
        ends it.
        """
        if self._writer.empty_wal():
            self._writer.run(
                lambda: self._db.execute("DELETE FROM settings WHERE name = 'is_unswept'")
            )

    def _mark_unswept(self) -> None:
        self._db.execute("INSERT OR REPLACE INTO settings VALUES ('is_unswept', x'01')")

    def _purge_in_time(self, at_ms: int) -> None:
        """See once a service day whom it is time to forget."""
        last_ms = self._purged_at_ms
        if self._retention_ms is None:
            return
        if last_ms is None or at_ms - last_ms >= MS_PER_DAY:
            self._purged_at_ms = at_ms
            self.purge(at_ms - self._retention_ms, who="retention", at_ms=at_ms)

    def _find_slot(self, person_id: str) -> int | None:
        """Return where the key of a person stands; None if nobody of that id is kept."""
        found = self._db.execute("SELECT slot FROM people WHERE person_id = ?", (person_id,))
        row = found.fetchone()
        return None if row is None else int(row[0])

    def _fill_slot(self, person_id: str, person: Person) -> int | None:
        """Seal a person under a new key in a new slot, and return the slot."""
        return self._db.execute(
            "INSERT INTO seals (key, nonce, sealed) VALUES (?, ?, ?)", _seal(person_id, person)
        ).lastrowid

    def _blank_slot(self, slot: int) -> None:
        """Overwrite what stands in a slot by as many zeros, so that the row stays where it is."""
        self._db.execute(
            "UPDATE seals SET key = zeroblob(length(key)), nonce = zeroblob(length(nonce)),"
            " sealed = zeroblob(length(sealed)) WHERE slot = ?",
            (slot,),
        )

    def _is_known(self, person_id: str) -> bool:
        found = self._db.execute("SELECT 1 FROM gone WHERE person_id = ?", (person_id,))
        return found.fetchone() is not None or self._find_slot(person_id) is not None

    def _note(self, person_id: str, what: Access, who: str, why: str, at_ms: int) -> None:
        for field, text in (("who", who), ("why", why)):
            if len(text) > LINE_CHARACTERS_MAX or not (text + " ").isprintable():
                raise InvalidInput(field, ascii(text[:40]), "at most 200 characters on one line")
        self._db.execute(
            "INSERT INTO access (at_ms, person_id, what, who, why) VALUES (?, ?, ?, ?, ?)",
            (at_ms, person_id, what, who, why),
        )

    def _find_salt(self) -> bytes:
        self._db.execute("INSERT OR IGNORE INTO settings VALUES ('salt', ?)", (os.urandom(32),))
        (salt,) = self._db.execute("SELECT value FROM settings WHERE name = 'salt'").fetchone()
        return bytes(salt)


def _seal(person_id: str, person: Person) -> tuple[bytes, bytes, bytes]:
    """Return a new key, the nonce, and the person sealed under them and bound to its id."""
    secret = AESGCM.generate_key(256)
    nonce = os.urandom(NONCE_BYTES)
    return (
        secret,
        nonce,
        AESGCM(secret).encrypt(nonce, msgspec.json.encode(person), person_id.encode()),
    )


def _unseal(person_id: str, secret: bytes, nonce: bytes, sealed: bytes) -> Person:
    plain = AESGCM(secret).decrypt(nonce, sealed, person_id.encode())
    return msgspec.json.decode(plain, type=Person)


def _connect(path: Path) -> sqlite3.Connection:
    """Return a connection to a vault, made if there is none, for its owner only."""
    if not path.parent.is_dir():
        raise InvalidInput("people", str(path), "a file in a folder that exists")
    is_new = not path.exists() or path.stat().st_size == 0
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    db = sqlite3.connect(
        path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    try:
        _check(db, path, is_new=is_new)
    except sqlite3.DatabaseError as error:
        db.close()
        expected = f"an undamaged vault of Aspan ({error})"
        raise InvalidInput("people", str(path), expected) from None
    except InvalidInput:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection, path: Path, *, is_new: bool) -> None:
    """See that the file is a vault, and bring its schema to the newest step."""
    folder = files("aspan.live") / "vault_migrations"
    steps = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if (not is_new and application != APPLICATION_ID) or version > len(steps):
        raise InvalidInput("people", str(path), "a vault of Aspan, of this version or an older one")
    for pragma in ("secure_delete=ON", "temp_store=MEMORY", "journal_mode=WAL", "synchronous=FULL"):
        db.execute(f"PRAGMA {pragma}")
    for number, step in enumerate(steps[version:], start=version + 1):
        marks = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={number};"
        text = (folder / step).read_text("utf-8")
        db.executescript(f"BEGIN IMMEDIATE;\n{text}\n{marks}\nCOMMIT;")
