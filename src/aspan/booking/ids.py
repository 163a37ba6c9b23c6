"""Ids made from what they name, so that asking twice finds the same thing and needs no table."""

from base64 import b32encode
from hashlib import sha256

ID_CHARACTERS = 12
"""Characters after the prefix: 60 bits, so that among ten million ids two meet in fewer than one
of 20,000 services (birthday bound)."""


def derive_id(prefix: str, seller: str, key: str) -> str:
    """Return the id of what a seller asked for under a key of its own.

    Parameters
    ----------
    prefix
        `B` for bookings, `P` for payments.
    """
    digest = sha256(f"{prefix}\n{seller}\n{key}".encode()).digest()
    return prefix + b32encode(digest).decode()[:ID_CHARACTERS]


def digest_of(body: bytes) -> str:
    """Return 16 hexadecimal digits of a request, to tell a repetition from another question."""
    return sha256(body).hexdigest()[:16]
