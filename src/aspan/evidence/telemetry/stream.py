"""Telemetry by stream: batches of rows as they come, each kept on disk before it is answered.

A sender shows the run's token with each batch, by any way of transport. Batches may be of any size
and come again: the same bytes are taken once. Rows are put in order by their sequence number,
doubted, watched and kept as those of a file are. After the process has ended at any instant,
`resume_intake` goes on from the last batch that was acknowledged.
"""

import hmac
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Final

import msgspec

from aspan.evidence.telemetry.bodies import BODY_BYTES_MAX, BODY_KINDS, read_body
from aspan.evidence.telemetry.course import Course, LimitBreach, Watch
from aspan.evidence.telemetry.journal import (
    Entry,
    Journal,
    begin_journal,
    name_journal,
    restore,
)
from aspan.evidence.telemetry.keeping import Keeper, make_folder
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import Manifest, read_manifest, write_whole
from aspan.primitives.errors import InvalidInput, ensure

BODIES_REMEMBERED: Final = 4_096
"""Batches, back from the last, that are known when they come again."""

INTAKE: Final = "intake.json"


class Refusal(StrEnum):
    """Why a batch was not taken."""

    TOKEN = "token"
    CLOSED = "closed"
    TOO_LARGE = "too_large"
    MEDIA_TYPE = "media_type"
    UNREADABLE = "unreadable"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A batch is on disk.

    Parameters
    ----------
    rows
        Of this batch; 0 if it was there already.
    is_repeat
        The same bytes came before.
    total_rows
        Taken so far, those that wait for a missing row included.
    next_sequence
        Number of the row that is waited for.
    breaches
        Limits that were passed in the rows that are in order now.
    """

    rows: int
    is_repeat: bool
    total_rows: int
    next_sequence: int
    breaches: tuple[LimitBreach, ...] = ()


class NotTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of which nothing was kept, and why."""

    reason: Refusal
    detail: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a stream is, for whoever looks on."""

    run_id: str
    total_rows: int
    sound_rows: int
    next_sequence: int
    last_at_ms: int | None
    missing_rows: int
    doubts: Mapping[str, int]
    is_closed: bool


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What of an intake is beside its parts: never the token itself."""

    token_sha256: str
    is_live: bool


class TelemetryIntake:
    """Takes the stream of one run; any thread may call, one at a time is answered.

    Made by `begin_intake` or `resume_intake`.
    """

    def __init__(self, course: Course, kept: _Kept, bodies: list[bytes]) -> None:
        ensure(course.folder is not None, "a stream is kept in a folder")
        self._folder = course.folder or Path()
        self._course = course
        self._kept = kept
        self._bodies = dict.fromkeys(bodies)
        self._lock = RLock()
        self._journal = Journal(self._folder, len(course.keeper.parts))
        self._manifest: Manifest | None = None
        self._failed = ""
        self._untold: list[LimitBreach] = []

    def take(
        self, body: bytes, *, media_type: str, token: str, received_at_ms: int
    ) -> Taken | NotTaken:
        """Take a batch; it is on disk when this returns `Taken`.

        Parameters
        ----------
        media_type
            One of `bodies.BODY_KINDS`, which say what a body is.
        received_at_ms
            By the clock of this machine.
        """
        if not self.is_token(token):
            return NotTaken(reason=Refusal.TOKEN, detail="this is not the token of the run")
        kind = BODY_KINDS.get(media_type.partition(";")[0].strip().lower())
        if kind is None:
            return NotTaken(reason=Refusal.MEDIA_TYPE, detail=f"one of {', '.join(BODY_KINDS)}")
        if len(body) > BODY_BYTES_MAX:
            return NotTaken(reason=Refusal.TOO_LARGE, detail=f"at most {BODY_BYTES_MAX} bytes")
        digest = sha256(body).digest()
        with self._lock:
            if self._manifest is not None or self._failed:
                why = self._failed or "the run is closed"
                return NotTaken(reason=Refusal.CLOSED, detail=why)
            if digest in self._bodies:
                self._course.counts.repeated_batches += 1
                return self._answer(0, is_repeat=True)
            course = self._course
            try:
                read = read_body(
                    body,
                    kind,
                    course.layout,
                    first_row=course.sorter.passed.came,
                    received_at_ms=received_at_ms,
                )
            except InvalidInput as error:
                return NotTaken(reason=Refusal.UNREADABLE, detail=str(error))
            course.note_columns(read.columns_not_read)
            self._keep(Entry(rows=read.rows, sha256=digest))
            return self._answer(len(read.rows), is_repeat=False)

    def tick(self, now_ms: int) -> list[LimitBreach]:
        """Say what time it is while no batch comes; return a link that is lost by now."""
        with self._lock:
            watch = self._course.watch
            return [] if watch is None or self._manifest is not None else list(watch.tick(now_ms))

    def close(self, *, is_complete: bool = True) -> Manifest:
        """Close the run: what waits is kept, the last part written, the manifest sealed.

        Parameters
        ----------
        is_complete
            False where nobody said that the recorder had ended.
        """
        with self._lock:
            if self._manifest is None:
                self._untold += self._course.finish()
                self._manifest = self._course.write_manifest(is_complete=is_complete)
                for path in (*self._folder.glob("open-*.journal"), self._folder / INTAKE):
                    path.unlink(missing_ok=True)
            return self._manifest

    def list_untold(self) -> list[LimitBreach]:
        """Return limits passed that no answer has told: found on resuming or on closing."""
        with self._lock:
            untold, self._untold = self._untold, []
            return untold

    def progress(self) -> Progress:
        """Return how far the stream is."""
        with self._lock:
            counts = self._course.counts
            return Progress(
                run_id=self._course.run_id,
                total_rows=self._course.sorter.passed.came,
                sound_rows=counts.sound_rows,
                next_sequence=self._course.sorter.passed.next,
                last_at_ms=counts.last_at_ms,
                missing_rows=counts.missing_rows,
                doubts=dict(counts.doubts),
                is_closed=self._manifest is not None,
            )

    def is_token(self, token: str) -> bool:
        """Answer whether this is the token of the run, in the same time whatever it is."""
        return hmac.compare_digest(hash_token(token), self._kept.token_sha256)

    def _keep(self, entry: Entry) -> None:
        """Put a batch on disk and through the course."""
        try:
            self._journal.append(entry)
            self._feed(entry)
        except OSError as error:
            self._failed = f"it could not be written: {error.strerror or error}"
            raise

    def _feed(self, entry: Entry) -> None:
        self._remember(entry.sha256)
        closed = len(self._course.keeper.parts)
        self._untold += self._course.feed(entry.rows)
        if len(self._course.keeper.parts) == closed:
            return
        begin_journal(self._course, list(self._bodies))
        self._course.write_manifest(is_complete=False)
        name_journal(self._folder, closed).unlink()
        self._journal = Journal(self._folder, len(self._course.keeper.parts))

    def _remember(self, digest: bytes) -> None:
        self._bodies[digest] = None
        if len(self._bodies) > BODIES_REMEMBERED:
            del self._bodies[next(iter(self._bodies))]

    def _answer(self, rows: int, *, is_repeat: bool) -> Taken:
        passed = self._course.sorter.passed
        return Taken(
            rows=rows,
            is_repeat=is_repeat,
            total_rows=passed.came,
            next_sequence=passed.next,
            breaches=tuple(self.list_untold()),
        )

    def replay(self, entries: list[Entry]) -> None:
        """Take batches that are in the journal already."""
        with self._lock:
            self._course.counts.recovered += 1
            for entry in entries:
                self._feed(entry)


def hash_token(token: str) -> str:
    """Return what is kept of a run's token."""
    return sha256(token.encode()).hexdigest()


def begin_intake(
    folder: Path,
    run_id: str,
    layout: Layout,
    *,
    token: str,
    watch: Watch | None = None,
    is_live: bool = True,
) -> TelemetryIntake:
    """Open a new run to a stream, in a new folder.

    Parameters
    ----------
    token
        That the sender will show; hard to guess.
    watch
        Of the card's limits; None where nobody watches.
    is_live
        Rows come as they are flown: arrival tells of the recorder's clock.
    """
    make_folder(folder)
    course = Course(folder, run_id, layout, watch=watch, is_live=is_live)
    kept = _Kept(token_sha256=hash_token(token), is_live=is_live)
    begin_journal(course, [])
    write_whole(folder / INTAKE, msgspec.json.encode(kept))
    course.write_manifest(is_complete=False)
    return TelemetryIntake(course, kept, [])


def resume_intake(folder: Path, *, watch: Watch | None = None) -> TelemetryIntake:
    """Go on with a stream whose process ended: every acknowledged batch is there.

    Limits passed in rows that are replayed are told again by the next answer, or `list_untold`.
    """
    manifest = read_manifest(folder)
    path = folder / INTAKE
    if not path.is_file():
        raise InvalidInput(str(folder), "not open", "the folder of a stream that was not closed")
    kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    course = Course(folder, manifest.run_id, manifest.layout, watch=watch, is_live=kept.is_live)
    course.keeper = Keeper(folder, manifest.layout, manifest.parts)
    bodies, entries = restore(course)
    intake = TelemetryIntake(course, kept, bodies)
    intake.replay(entries)
    return intake


def recover_run(folder: Path) -> Manifest:
    """Close a stream whose process ended, with all that was acknowledged, as incomplete."""
    return resume_intake(folder).close(is_complete=False)
