"""The keys a service signs with, in one file beside its store that only its owner may read.

Ed25519 keys for tickets (S. Josefsson and I. Liusvaara, *RFC 8032: Edwards-Curve Digital Signature
Algorithm*, 2017), each known by the first bytes of the hash of its public half, so that no two
services need to agree on names; and one secret for what the service only says to itself: offers,
capabilities, webhooks. Rotation adds a key: what the older ones signed is still taken.

The secrets are never shown: no `repr`, no message and no log holds one.
"""

import base64
import hmac
import os
import stat
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aspan.primitives.errors import InvalidInput

SECRET_BYTES = 32
"""Bytes of an Ed25519 seed (RFC 8032, section 5.1.5), and of our own secret."""

KEY_ID_CHARACTERS = 8
"""Hexadecimal digits of the hash of a public key that name it."""

_EXPECTED = "a file of keys as a service makes it"


class _Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file: secrets in base64, the newest last."""

    ticket_seeds: tuple[str, ...]
    mac_secrets: tuple[str, ...]

    def __repr__(self) -> str:
        """Return nothing of what it holds."""
        return "_Kept()"


class Keys:
    """The keys of one service.

    Attributes
    ----------
    ticket_key_id
        Name of the key that signs tickets now.
    """

    def __init__(self, kept: _Kept, source: str) -> None:
        seeds = [_read_secret(text, source) for text in kept.ticket_seeds]
        self._macs = [_read_secret(text, source) for text in kept.mac_secrets]
        if not seeds or not self._macs:
            raise InvalidInput("keys", source, _EXPECTED)
        signers = [Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds]
        publics = [s.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) for s in signers]
        self._signer = signers[-1]
        self._publics = {name_key(public): public for public in publics}
        self.ticket_key_id = name_key(publics[-1])

    def __repr__(self) -> str:
        """Return which keys these are, and nothing of what is secret."""
        return f"Keys(ticket_key_id={self.ticket_key_id!r})"

    def sign_ticket(self, message: bytes) -> bytes:
        """Return the Ed25519 signature over a ticket's bytes; the same for the same bytes."""
        return self._signer.sign(message)

    def public_keys(self) -> Mapping[str, bytes]:
        """Return the public half [32 bytes] of every key that ever signed tickets, by its id."""
        return MappingProxyType(self._publics)

    def mac(self, purpose: str, data: bytes) -> bytes:
        """Return the HMAC-SHA-256 over `data` under a key of its own for each purpose."""
        return _mac(self._macs[-1], purpose, data)

    def is_mac(self, purpose: str, data: bytes, mac: bytes) -> bool:
        """Say whether `mac` is one that `mac()` returned, under this secret or an older one."""
        return any(hmac.compare_digest(_mac(secret, purpose, data), mac) for secret in self._macs)


def name_key(public: bytes) -> str:
    """Return the id of a public key."""
    return sha256(public).hexdigest()[:KEY_ID_CHARACTERS]


def find_keys_path(store: Path) -> Path:
    """Return where the keys of a store lie."""
    return store.with_name(store.name + ".keys")


def open_keys(path: Path) -> Keys:
    """Return the keys of a file, made if there is none.

    `InvalidInput` if others than its owner may read the file, or if it is no file of keys.
    """
    if not path.exists():
        if not path.parent.is_dir():
            raise InvalidInput("keys", str(path), "a file in a folder that exists")
        _write(path, _Kept(ticket_seeds=(_draw(),), mac_secrets=(_draw(),)), is_new=True)
    if not path.is_file():
        raise InvalidInput("keys", str(path), "a file")
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InvalidInput("keys", str(path), "a file that only its owner may read (chmod 600)")
    return read_keys(path.read_text("utf-8", errors="replace"), source=str(path))


def read_keys(text: str, *, source: str) -> Keys:
    """Return the keys written in a text, which came from `source` (a file, or the environment)."""
    return Keys(_parse(text, source), source)


def rotate_keys(path: Path) -> Keys:
    """Add a new key of each kind and return all; tickets signed before stay good."""
    open_keys(path)
    kept = _parse(path.read_text("utf-8"), str(path))
    _write(
        path,
        _Kept(
            ticket_seeds=(*kept.ticket_seeds, _draw()),
            mac_secrets=(*kept.mac_secrets, _draw()),
        ),
        is_new=False,
    )
    return open_keys(path)


def _mac(secret: bytes, purpose: str, data: bytes) -> bytes:
    key = hmac.digest(secret, purpose.encode(), sha256)
    return hmac.digest(key, data, sha256)


def _draw() -> str:
    """Return a new secret, from the operating system."""
    return base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def _parse(text: str, source: str) -> _Kept:
    try:
        return msgspec.json.decode(text, type=_Kept)
    except msgspec.MsgspecError:
        raise InvalidInput("keys", source, _EXPECTED) from None  # never with what it holds


def _read_secret(text: str, source: str) -> bytes:
    try:
        secret = base64.b64decode(text, validate=True)
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise InvalidInput("keys", source, _EXPECTED)
    return secret


def _write(path: Path, kept: _Kept, *, is_new: bool) -> None:
    """Put the file there whole or not at all; if another made it meanwhile, that one stands."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            try:
                os.link(draft, path)
            except FileExistsError:
                return
        else:
            draft.replace(path)
        _sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the name of a new file on disk too; not every system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
