"""The file that holds a person's key: theirs alone, and readable by nobody else."""

import os
from pathlib import Path
from stat import S_IMODE

import msgspec

from aspan.evidence.people import Person, PersonId, Role
from aspan.primitives.errors import InvalidInput

KEY_FILE_BYTES_MAX = 65_536

_OTHERS = 0o077


class KeyFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person with both halves of their key, each 32 bytes in base64url without padding."""

    person_id: PersonId
    name: str
    roles: tuple[Role, ...]
    public_key: str
    private_key: str

    @property
    def person(self) -> Person:
        """The person without the private half, as the site knows them."""
        return Person(
            person_id=self.person_id,
            name=self.name,
            roles=self.roles,
            public_key=self.public_key,
        )


def write_key_file(path: Path, key: KeyFile) -> None:
    """Write a key where nothing is yet; only its owner may read it."""
    content = msgspec.json.format(msgspec.json.encode(key), indent=1) + b"\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        expected = "a name that is still free: a key is never written over"
        raise InvalidInput("--out", str(path), expected) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def read_key_file(path: Path) -> KeyFile:
    """Return the key of a file; `InvalidInput` if others may read it or it is none."""
    if not path.is_file():
        raise InvalidInput("--key", str(path), "a key file of aspan range key new")
    mode = S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & _OTHERS:
        expected = f"a file that only its owner may read: chmod 600 {path}"
        raise InvalidInput("--key", f"{path} with mode {mode:04o}", expected)
    with path.open("rb") as file:
        content = file.read(KEY_FILE_BYTES_MAX)
    try:
        return msgspec.json.decode(content, type=KeyFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        expected = f"a key file of aspan range key new ({error})"
        raise InvalidInput("--key", str(path), expected) from None
