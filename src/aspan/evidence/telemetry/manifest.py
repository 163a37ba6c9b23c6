"""The manifest of a kept run: what it is, what is doubtful in it, and the hash of each part.

`manifest.json` is written anew after each part, so that a run that was cut off keeps what was
closed and says by itself that it is incomplete. Its own hash is over its canonical bytes: JSON
with sorted keys, without the hash.
"""

import os
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from aspan.evidence.telemetry.layout import Layout, Source
from aspan.primitives.errors import InvalidInput

SCHEMA: Final = 1
MANIFEST: Final = "manifest.json"
FLOWN_BY: Final[dict[Source, str]] = {
    "aircraft": "told by an aircraft's own recorder",
    "twin": "flown by the twin, not by an aircraft",
}


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Parquet file of a run."""

    file: str
    rows: int
    bytes: int
    sha256: str


class Origin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file that a run was imported from, as it was."""

    file: str
    bytes: int
    sha256: str


class UnitDoubt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel whose values do not look like the unit that the layout states.

    Parameters
    ----------
    looks_like
        The unit that would fit, or empty if none of those known does.
    why
        In words, with the numbers.
    """

    channel: str
    stated: str
    looks_like: str
    why: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written beside the parts of a run.

    Parameters
    ----------
    is_complete
        The recorder's end was seen: the file was read whole, or the stream was closed. Until then
        the counts are also of rows that are in no part yet.
    sound_rows
        In their place, with a sound instant; single values of theirs may be doubtful.
    flagged_rows
        With any flag at all.
    first_at_ms, last_at_ms
        Of the rows whose instant is sound; None without any.
    doubts
        Rows with each doubt, by its name; those without any are left out.
    values_doubted
        The same of single values, by channel.
    missing_rows
        By gaps of the sequence, or of time where a recorder writes no numbers.
    columns_not_read
        That the recorder wrote and the layout does not name.
    repeated_batches
        Of a stream: sent again and not kept again.
    recovered
        Times that a stream's open part was taken up again after its process ended.
    """

    schema: int = SCHEMA
    run_id: str
    source: Source
    flown_by: str
    recorder_id: str
    software: str
    layout: Layout
    layout_sha256: str
    origin: Origin | None
    is_complete: bool
    rows: int
    sound_rows: int
    flagged_rows: int
    first_at_ms: int | None
    last_at_ms: int | None
    doubts: dict[str, int]
    values_doubted: dict[str, dict[str, int]]
    missing_rows: int
    columns_not_read: tuple[str, ...]
    units_doubtful: tuple[UnitDoubt, ...]
    repeated_batches: int
    recovered: int
    parts: tuple[Part, ...]
    sha256: str = ""


def seal(manifest: Manifest) -> Manifest:
    """Return the manifest with its hash."""
    return msgspec.structs.replace(manifest, sha256=hash_manifest(manifest))


def hash_manifest(manifest: Manifest) -> str:
    """Return the SHA-256 of the canonical bytes."""
    bare = msgspec.structs.replace(manifest, sha256="")
    return sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Seal a manifest and put it in the place of the last one; return it sealed."""
    sealed = seal(manifest)
    write_whole(folder / MANIFEST, print_manifest(sealed))
    return sealed


def print_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of the file: sorted keys, a line each."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a run; `InvalidInput` if it is none, or its hash does not hold."""
    path = folder / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise InvalidInput(str(folder), "no manifest.json", "the folder of a kept run") from None
    except msgspec.DecodeError as error:
        raise InvalidInput(str(path), str(error), "the manifest of a run") from None
    if manifest.schema != SCHEMA:
        raise InvalidInput(f"{path} schema", manifest.schema, f"schema {SCHEMA}")
    if manifest.sha256 != hash_manifest(manifest):
        raise InvalidInput(f"{path} sha256", manifest.sha256, "the hash of what it says")
    return manifest


def write_whole(path: Path, body: bytes) -> None:
    """Write a file so that it is there whole or not at all, whenever the process ends."""
    draft = path.with_name(path.name + ".tmp")
    with draft.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a loss of power, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
