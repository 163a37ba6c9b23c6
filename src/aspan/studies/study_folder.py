"""The folder of a study: what it is of, and files that are whole or not there.

`study.json` says which study, city and code the folder is of, before anything is flown; a folder of
another one is refused, so that days of two studies never meet. Everything later is written beside
its place and put there by one rename: a study killed at any instant goes on from what is whole.
"""

import os
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.studies.plan import short_hash
from aspan.studies.study import Study

STUDY_NAME: Final = "study.json"
SHORTLIST_NAME: Final = "shortlist.json"
ANSWER_NAME: Final = "answer.json"
DAYS_FOLDER: Final = "days"

S = TypeVar("S", bound=msgspec.Struct)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder is of.

    Parameters
    ----------
    costs_sha256
        Of the costs of the city.
    """

    study: Study
    city_id: str
    city_sha256: str
    costs_sha256: str
    code_version: str

    @property
    def identity_hash(self) -> str:
        """Hash of all of it."""
        return short_hash(self)


def open_folder(folder: Path, identity: Identity) -> None:
    """Make the folder of a study, or go on in it; `InvalidInput` if it is of something else."""
    path = folder / STUDY_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput("--out", str(folder), f"a folder ({error.strerror})") from None
    if path.exists():
        kept = read_file(path, Identity)
        for name in Identity.__struct_fields__:
            if getattr(kept, name) != getattr(identity, name):
                raise InvalidInput(
                    "--out", str(folder), f"a new folder: this one is of another {_NAMES[name]}"
                )
        return
    if any(path.name != DAYS_FOLDER for path in folder.iterdir()):
        expected = "an empty folder, one of the same study, or one with nothing but days"
        raise InvalidInput("--out", str(folder), expected)
    write_file(path, identity)


_NAMES: Final = {
    "study": "study or budget",
    "city_id": "city",
    "city_sha256": "state of the city's files",
    "costs_sha256": "state of the city's costs",
    "code_version": "version of Aspan",
}


def write_file(path: Path, value: msgspec.Struct) -> None:
    """Write a value as JSON beside its place, then put it there."""
    content = msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(content + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        expected = f"a folder that can be written to ({error.strerror}); what is finished is kept"
        raise InvalidInput("--out", str(path.parent), expected) from None


def read_file(path: Path, kind: type[S]) -> S:
    """Return the value of a file; `InvalidInput` if it is not of this kind."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise InvalidInput(str(path), error.strerror, "a file of a study") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(str(path), str(error), "a file of a study, as Aspan writes it") from None


def find_file(path: Path, kind: type[S]) -> S | None:
    """Return the value of a file that may not be there yet."""
    return read_file(path, kind) if path.exists() else None
