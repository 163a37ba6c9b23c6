"""Keys of people, signatures on orders: Ed25519, in base64url that has one spelling only.

A key file is JSON `{person_id, name, roles, public_key, private_key}` that its owner alone reads.

References
----------
.. [1] S. Josefsson, I. Liusvaara, RFC 8032, *Edwards-Curve Digital Signature Algorithm*, 2017.
.. [2] S. Josefsson, RFC 4648, *The Base16, Base32, and Base64 Data Encodings*, 2006, section 5.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aspan.evidence.orders import Order
from aspan.evidence.people import SIGNED_AS, Person, PersonId, Role, SignedOrder, SiteId
from aspan.primitives.errors import InvalidInput

KEY_BYTES = 32
SIGNATURE_BYTES = 64
SITE_ID_BYTES = 16
_KEY_FILE_MODE = 0o600


class KeyPair(msgspec.Struct, frozen=True, kw_only=True):
    """Both halves of a key, in base64url."""

    public_key: str
    private_key: str


class KeyFile(msgspec.Struct, frozen=True, kw_only=True):
    """A person with the private half of their key; never leaves them."""

    person_id: PersonId
    name: str
    roles: tuple[Role, ...]
    public_key: str
    private_key: str

    @property
    def person(self) -> Person:
        """The person as the site knows them."""
        return Person(
            person_id=self.person_id,
            name=self.name,
            roles=self.roles,
            public_key=self.public_key,
        )


def encode_bytes(raw: bytes) -> str:
    """Return bytes in base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode_bytes(text: str, *, size: int, field: str) -> bytes:
    """Return the bytes of a text; `InvalidInput` unless it is the one spelling of `size` bytes."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, UnicodeEncodeError):
        raw = b""
    if len(raw) != size or encode_bytes(raw) != text:
        raise InvalidInput(field, text[:100], f"{size} bytes in base64url without padding")
    return raw


def make_key() -> KeyPair:
    """Return a new key."""
    private = Ed25519PrivateKey.generate()
    return KeyPair(
        public_key=encode_bytes(private.public_key().public_bytes_raw()),
        private_key=encode_bytes(private.private_bytes_raw()),
    )


def draw_site_id() -> SiteId:
    """Return the id of a new site."""
    return SiteId(encode_bytes(os.urandom(SITE_ID_BYTES)))


def words_signed(site_id: SiteId, order: str) -> bytes:
    """Return the bytes that are signed of the text of an order for a site."""
    return SIGNED_AS + f"{site_id}\n{order}".encode()


def sign(order: Order, site_id: SiteId, person_id: PersonId, private_key: str) -> SignedOrder:
    """Return an order of a person for a site with their signature over both."""
    raw = decode_bytes(private_key, size=KEY_BYTES, field="private_key")
    text = msgspec.json.encode(order).decode("utf-8")
    private = Ed25519PrivateKey.from_private_bytes(raw)
    return SignedOrder(
        order=text,
        site_id=site_id,
        by=person_id,
        signature=encode_bytes(private.sign(words_signed(site_id, text))),
    )


def verify(signed: SignedOrder, public_key: str, site_id: SiteId) -> bool:
    """Say whether an order carries the signature of the holder of a key, for this site."""
    try:
        key = decode_bytes(public_key, size=KEY_BYTES, field="public_key")
        signature = decode_bytes(signed.signature, size=SIGNATURE_BYTES, field="signature")
        words = words_signed(site_id, signed.order)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, words)
    except (InvalidInput, InvalidSignature, ValueError):
        return False
    return True


def is_public_key(text: str) -> bool:
    """Say whether a text is a public key in its one spelling."""
    try:
        Ed25519PublicKey.from_public_bytes(decode_bytes(text, size=KEY_BYTES, field="public_key"))
    except (InvalidInput, ValueError):
        return False
    return True


def make_key_file(
    path: Path, *, person_id: PersonId, name: str, roles: tuple[Role, ...]
) -> KeyFile:
    """Write a person with a new key to a file that must not be there yet, readable by its owner."""
    pair = make_key()
    made = KeyFile(
        person_id=person_id,
        name=name,
        roles=roles,
        public_key=pair.public_key,
        private_key=pair.private_key,
    )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _KEY_FILE_MODE)
    except OSError as error:
        raise InvalidInput("key file", str(path), f"a new file ({error.strerror})") from None
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    return made


def read_key_file(path: Path) -> KeyFile:
    """Return the person of a key file; `InvalidInput` if the file is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except OSError as error:
        raise InvalidInput("key file", str(path), f"a file ({error.strerror})") from None
    except msgspec.DecodeError as error:
        raise InvalidInput("key file", str(path), f"a key file ({error})") from None
