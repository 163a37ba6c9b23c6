"""The open part of a stream on disk: what the course remembers, and every batch that came since.

One file for each open part, `open-00003.journal`: a picture of the course when the part before was
closed, then the rows of each batch, each with its length and checksum, on disk before the sender
hears of it. Fed through the course again, they give the same bytes as if the process had gone on.
A last batch that was not written whole was never acknowledged, and is cut off.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import msgspec
import numpy as np

from aspan.evidence.telemetry.course import Counts, Course
from aspan.evidence.telemetry.manifest import write_whole
from aspan.evidence.telemetry.order import Held, Passed
from aspan.evidence.telemetry.rows import Marked, Rows
from aspan.evidence.telemetry.unit_doubt import Sample
from aspan.primitives.errors import InvalidInput

_FRAME: Final = b"ATJ1"
_HEAD_BYTES: Final = 12


class Entry(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A batch that came: its rows and the SHA-256 of the bytes that were sent."""

    rows: Rows
    sha256: bytes


class Journal:
    """Appends batches to the journal of the open part.

    Parameters
    ----------
    number
        Of the open part, from 0.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self.path = name_journal(folder, number)

    def append(self, entry: Entry) -> None:
        """Write a batch; on disk when this returns."""
        with self.path.open("ab") as file:
            file.write(_frame(pack({"rows": entry.rows, "sha256": entry.sha256})))
            file.flush()
            os.fsync(file.fileno())


def name_journal(folder: Path, number: int) -> Path:
    """Return where the journal of an open part lies."""
    return folder / f"open-{number:05d}.journal"


def begin_journal(course: Course, bodies: list[bytes]) -> Path:
    """Write a picture of a course as the head of its open part's journal.

    Parameters
    ----------
    bodies
        Hashes of the last batches, by which one sent again is known.
    """
    folder = _folder_of(course)
    picture = {
        "passed": course.sorter.passed,
        "held": course.sorter.held,
        "memory": vars(course.doubter.memory),
        "sample": course.unit_look.sample,
        "counts": course.counts,
        "pending": course.keeper.pending,
        "bodies": bodies,
    }
    path = name_journal(folder, len(course.keeper.parts))
    write_whole(path, _frame(pack(picture)))
    return path


def restore(course: Course) -> tuple[list[bytes], list[Entry]]:
    """Give a new course what its journal remembers; return the hashes and the batches since.

    A torn end of the journal is cut off the file.
    """
    path = name_journal(_folder_of(course), len(course.keeper.parts))
    if not path.is_file():
        raise InvalidInput(str(path), "not there", "the journal of a stream that was not closed")
    whole = path.read_bytes()
    frames, end = [], 0
    for payload, frame_end in _list_frames(whole):
        frames.append(unpack(payload))
        end = frame_end
    if not frames:
        raise InvalidInput(str(path), "no picture of the course", "the journal of a stream")
    if end < len(whole):
        os.truncate(path, end)
    picture = frames[0]
    course.sorter.passed = Passed(**picture["passed"])
    held = picture["held"]
    course.sorter.held = Held(**held | {"rows": Rows(**held["rows"])})
    vars(course.doubter.memory).update(picture["memory"])
    course.unit_look.sample = Sample(**picture["sample"])
    course.counts = msgspec.convert(picture["counts"], Counts)
    if picture["pending"] is not None:
        pending = picture["pending"]
        course.keeper.add(Marked(**pending | {"rows": Rows(**pending["rows"])}))
    return picture["bodies"], [
        Entry(rows=Rows(**frame["rows"]), sha256=frame["sha256"]) for frame in frames[1:]
    ]


def pack(thing: object) -> bytes:
    """Return structures with numpy columns as bytes."""
    return msgspec.msgpack.encode(thing, enc_hook=_encode)


def unpack(payload: bytes) -> dict[str, Any]:
    """Return what `pack` was given, structures as dictionaries."""
    found: dict[str, Any] = _rebuild(msgspec.msgpack.decode(payload))
    return found


def _encode(thing: object) -> object:
    if isinstance(thing, np.ndarray):
        return {"kind": thing.dtype.str, "shape": thing.shape, "column": thing.tobytes()}
    raise NotImplementedError


def _rebuild(thing: Any) -> Any:  # noqa: ANN401  as msgpack gives it
    if isinstance(thing, dict):
        if set(thing) == {"kind", "shape", "column"}:
            flat = np.frombuffer(thing["column"], dtype=thing["kind"])
            return flat.reshape(thing["shape"]).copy()
        return {key: _rebuild(value) for key, value in thing.items()}
    return thing


def _frame(payload: bytes) -> bytes:
    size = len(payload).to_bytes(4, "little")
    return _FRAME + size + crc32(payload).to_bytes(4, "little") + payload


def _list_frames(whole: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield each whole frame with where it ends, up to the first that is not."""
    start = 0
    while whole[start : start + 4] == _FRAME and len(whole) >= start + _HEAD_BYTES:
        size = int.from_bytes(whole[start + 4 : start + 8], "little")
        payload = whole[start + _HEAD_BYTES : start + _HEAD_BYTES + size]
        checksum = int.from_bytes(whole[start + 8 : start + _HEAD_BYTES], "little")
        if len(payload) != size or crc32(payload) != checksum:
            return
        start += _HEAD_BYTES + size
        yield payload, start


def _folder_of(course: Course) -> Path:
    if course.folder is None:
        raise InvalidInput("folder", None, "a run that is kept")
    return course.folder
