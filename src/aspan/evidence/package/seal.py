"""The seal of a package: which files it has, byte for byte, and who says so.

`manifest.json` names every other file with its size and SHA-256 and `manifest.sig` holds the
SHA-256 of the manifest, signed by a person (Ed25519, RFC 8032) or by nobody. Both have exactly one
form: what does not decode and encode to the same bytes is refused, so that no byte anywhere is
without meaning.

An unsigned package shows that nothing changed since it was sealed, by accident or by a hand that
did not seal it again. Only a signature, by a key one knows from elsewhere, says whose it is.
"""

from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from aspan.evidence.signing import (
    KEY_BYTES,
    SIGNATURE_BYTES,
    KeyFile,
    decode_bytes,
    encode_bytes,
)
from aspan.primitives.errors import InvalidInput

MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.sig"

FORMAT: Final = "aspan evidence package 1"

SEALED_AS: Final = b"aspan evidence package seal 1\n"
"""Goes before the bytes that are signed, so that no signature made elsewhere is one here."""

MANIFEST_BYTES_MAX: Final = 64 * 2**20
"""A manifest of more is not read. Assumed: far above 100,000 files."""

_T = TypeVar("_T")


class PackageAltered(InvalidInput):
    """Something in a package is not what it was when it was sealed, or does not fit the rest."""


class PackedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a package; `path` from its folder, parts joined by `/`."""

    path: str
    size_bytes: int
    sha256: str


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What a package was made of.

    Parameters
    ----------
    city_sha256
        Of the city's files as they were when it was made.
    log_events, log_sha256
        Length of the site's log and its chained hash.
    made_at_ms
        Instant of the log's last event: a package of the same log is the same, byte for byte.
    """

    city_id: str
    city_sha256: str
    log_events: int
    log_sha256: str
    made_at_ms: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a package says of itself; `files` by path, without the manifest and its seal."""

    format: str
    software: str
    software_version: str
    origin: Origin
    files: tuple[PackedFile, ...]


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The last word over a package; all but the first is empty where nobody signed.

    Parameters
    ----------
    signature
        Over `SEALED_AS` and this seal without it.
    """

    manifest_sha256: str
    person_id: str = ""
    name: str = ""
    public_key: str = ""
    signature: str = ""

    @property
    def is_signed(self) -> bool:
        """Answer whether somebody signed."""
        return bool(self.signature)


def write_canonical(value: object) -> bytes:
    """Return the one form in which a value of ours stands in a package."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def read_canonical(content: bytes, kind: type[_T], path: str) -> _T:
    """Return the value of a file; `PackageAltered` if it is not in its one form."""
    try:
        value = msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackageAltered(path, "other bytes", f"a file of a package ({error})") from None
    if write_canonical(value) != content:
        raise PackageAltered(path, "another form", "the one form that a package is written in")
    return value


def list_paths(folder: Path) -> list[str]:
    """Return every file below a folder, sorted; `PackageAltered` for what is no plain file."""
    return sorted(_walk(folder, ""))


def _walk(folder: Path, before: str) -> Iterator[str]:
    is_empty = True
    for entry in folder.iterdir():
        is_empty = False
        path = f"{before}{entry.name}"
        if entry.is_symlink() or not (entry.is_file() or entry.is_dir()):
            raise PackageAltered(path, "neither file nor folder", "plain files only")
        if entry.is_dir():
            yield from _walk(entry, f"{path}/")
        else:
            yield path
    if is_empty and before:
        raise PackageAltered(before, "an empty folder", "folders with files only")


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def seal_folder(folder: Path, origin: Origin, version: str, signer: KeyFile | None = None) -> Seal:
    """Write the manifest of all files of a folder and its seal, and return the seal."""
    for name in (MANIFEST, SEAL):
        (folder / name).unlink(missing_ok=True)
    files = tuple(
        PackedFile(
            path=path,
            size_bytes=(folder / path).stat().st_size,
            sha256=hash_file(folder / path),
        )
        for path in list_paths(folder)
    )
    manifest = write_canonical(
        Manifest(
            format=FORMAT, software="aspan", software_version=version, origin=origin, files=files
        )
    )
    seal = make_seal(manifest, signer)
    (folder / MANIFEST).write_bytes(manifest)
    (folder / SEAL).write_bytes(write_canonical(seal))
    return seal


def make_seal(manifest: bytes, signer: KeyFile | None) -> Seal:
    """Return the seal over a manifest."""
    digest = sha256(manifest).hexdigest()
    if signer is None:
        return Seal(manifest_sha256=digest)
    raw = decode_bytes(signer.private_key, size=KEY_BYTES, field="private_key")
    private = Ed25519PrivateKey.from_private_bytes(raw)
    seal = Seal(
        manifest_sha256=digest,
        person_id=signer.person_id,
        name=signer.name,
        public_key=encode_bytes(private.public_key().public_bytes_raw()),
    )
    signature = private.sign(SEALED_AS + msgspec.json.encode(seal))
    return msgspec.structs.replace(seal, signature=encode_bytes(signature))


def open_seal(folder: Path) -> tuple[Manifest, Seal]:
    """Return manifest and seal of a package whose files are all as they were sealed.

    `PackageAltered` at the first that is not: the seal, the manifest, a file too many or too few,
    a size, a hash.
    """
    seal_bytes = _read(folder, SEAL)
    seal = read_canonical(seal_bytes, Seal, SEAL)
    content = _read(folder, MANIFEST)
    digest = sha256(content).hexdigest()
    if digest != seal.manifest_sha256:
        raise PackageAltered(MANIFEST, digest, f"SHA-256 {seal.manifest_sha256}, as its seal says")
    check_signature(seal)
    manifest = read_canonical(content, Manifest, MANIFEST)
    if manifest.format != FORMAT:
        raise PackageAltered(f"{MANIFEST}, format", manifest.format, FORMAT)
    _check_files(folder, manifest.files)
    return manifest, seal


def check_signature(seal: Seal) -> None:
    """Raise `PackageAltered` if a seal is signed by another key than it names, or half."""
    if not seal.is_signed:
        if seal.person_id or seal.name or seal.public_key:
            raise PackageAltered(SEAL, "a person without a signature", "both or neither")
        return
    try:
        public = Ed25519PublicKey.from_public_bytes(
            decode_bytes(seal.public_key, size=KEY_BYTES, field="public_key")
        )
        signature = decode_bytes(seal.signature, size=SIGNATURE_BYTES, field="signature")
    except InvalidInput as error:
        raise PackageAltered(f"{SEAL}, {error.field}", error.value, error.expected) from None
    words = msgspec.json.encode(msgspec.structs.replace(seal, signature=""))
    try:
        public.verify(signature, SEALED_AS + words)
    except InvalidSignature:
        expected = f"the signature of {seal.name} over this manifest"
        raise PackageAltered(SEAL, "a signature that does not fit", expected) from None


def _check_files(folder: Path, files: tuple[PackedFile, ...]) -> None:
    named = [file.path for file in files]
    if named != sorted(set(named)):
        raise PackageAltered(f"{MANIFEST}, files", "a path twice or out of order", "sorted paths")
    there = set(list_paths(folder)) - {MANIFEST, SEAL}
    if extra := sorted(there - set(named)):
        raise PackageAltered(extra[0], "a file too many", "the files that the manifest names")
    for file in files:
        if file.path not in there:
            raise PackageAltered(file.path, "absent", "every file that the manifest names")
        size = (folder / file.path).stat().st_size
        if size != file.size_bytes:
            raise PackageAltered(file.path, f"{size} bytes", f"{file.size_bytes} bytes")
        found = hash_file(folder / file.path)
        if found != file.sha256:
            raise PackageAltered(file.path, f"SHA-256 {found}", file.sha256)


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise PackageAltered(name, "absent", "a plain file of the package")
    if path.stat().st_size > MANIFEST_BYTES_MAX:
        raise PackageAltered(name, "too long", f"at most {MANIFEST_BYTES_MAX} bytes")
    return path.read_bytes()
