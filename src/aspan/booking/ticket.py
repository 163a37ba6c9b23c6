"""Ticket: a plan's few facts with a signature over them, short enough for a small QR code.

A gate needs the public keys and nothing else to tell a true ticket from a false one. It holds no
name: only which booking, of how many, on which sortie, from where to where, and when. The form is
canonical: each ticket has exactly one text, so a changed text is another ticket or none, and a
ticket need not be kept, since the same plan is signed alike again (Ed25519 is deterministic,
RFC 8032, section 5.1.6).

The text is base 32 (S. Josefsson, *RFC 4648: The Base16, Base32, and Base64 Data Encodings*, 2006,
section 6) without padding behind three characters. Letters and digits only: it fits the
alphanumeric mode of a QR code, survives being typed, pasted and sent in an address, and the
scanner that types it needs no particular layout of keys. Base 45 (RFC 9285) would be 6 % shorter
and has a space among its characters.

The bytes, all numbers big-endian: version (1), key id (4), serial (2), party (1), flags (1: bit 0
assistance), off-block, valid from, valid until (6 each, ms), then booking, sortie, origin and
destination, each as its length (1) and ASCII; then the signature (64) over all before it.
"""

from base64 import b32decode, b32encode
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, SortieId, VertiportId
from aspan.primitives.units import MS_PER_H

PREFIX: Final = "AT1"
"""First characters of a text: a ticket of Aspan, version 1; `1` is no character of base 32."""

VERSION: Final = 1

ID_CHARACTERS_MAX: Final = 22
"""Longest id in a ticket, so that no text is longer than `TEXT_CHARACTERS_MAX`."""

TEXT_CHARACTERS_MAX: Final = 300

KEY_ID_BYTES: Final = 4
SIGNATURE_BYTES: Final = 64
"""RFC 8032, section 5.1.6."""

VALID_BEFORE_MS: Final = 4 * MS_PER_H
"""A ticket holds from then before off-block. Assumed: nobody is at the gate earlier."""

VALID_AFTER_MS: Final = 4 * MS_PER_H
"""And until then after it. Assumed: longer than a sortie is held before it is cancelled, so that a
ticket kept without a network stays good while its sortie is late."""

_NUMBERS = (("serial", 2), ("party", 1), ("flags", 1))
_INSTANTS = ("off_block_at_ms", "valid_from_ms", "valid_until_ms")
_IDS = ("booking_id", "sortie_id", "origin", "destination")
_INSTANT_BYTES = 6


class TicketRefusal(StrEnum):
    """Why a gate takes no ticket."""

    ALTERED = "altered"
    FORGED = "forged"
    UNKNOWN_KEY = "unknown_key"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    WRONG_SITE = "wrong_site"
    WRONG_SORTIE = "wrong_sortie"
    OUTDATED = "outdated"
    USED = "used"


class Ticket(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a ticket says.

    Parameters
    ----------
    serial
        Number of the plan it was issued for, from 1; a party that is moved gets a higher one.
    needs_assistance
        Whether somebody of the party is helped aboard.
    """

    booking_id: BookingId
    serial: int
    party: int
    sortie_id: SortieId
    origin: VertiportId
    destination: VertiportId
    off_block_at_ms: int
    valid_from_ms: int
    valid_until_ms: int
    needs_assistance: bool = False

    def __post_init__(self) -> None:
        """Refuse what does not fit its bytes."""
        for name, most in (("serial", 65_535), ("party", 255)):
            value = getattr(self, name)
            if not 1 <= value <= most:
                raise InvalidInput(name, value, f"1 to {most}")
        for name in _INSTANTS:
            if not 0 <= getattr(self, name) < 1 << 8 * _INSTANT_BYTES:
                raise InvalidInput(name, getattr(self, name), "an instant in ms since 1970")
        for name in _IDS:
            value = getattr(self, name)
            if not _is_id(value):
                expected = f"1 to {ID_CHARACTERS_MAX} printable ASCII characters"
                raise InvalidInput(name, value, expected)


def plan_ticket(
    *,
    booking_id: BookingId,
    serial: int,
    party: int,
    sortie_id: SortieId,
    origin: VertiportId,
    destination: VertiportId,
    off_block_at_ms: int,
    needs_assistance: bool,
) -> Ticket:
    """Return the ticket of a booking as it is planned now."""
    return Ticket(
        booking_id=booking_id,
        serial=serial,
        party=party,
        sortie_id=sortie_id,
        origin=origin,
        destination=destination,
        off_block_at_ms=off_block_at_ms,
        valid_from_ms=max(0, off_block_at_ms - VALID_BEFORE_MS),
        valid_until_ms=off_block_at_ms + VALID_AFTER_MS,
        needs_assistance=needs_assistance,
    )


def write_ticket(ticket: Ticket, key_id: str, sign: Callable[[bytes], bytes]) -> str:
    """Return a ticket's text.

    Parameters
    ----------
    key_id
        Name of the key that `sign` signs with: 8 hexadecimal digits.
    """
    message = _pack(ticket, key_id)
    return PREFIX + b32encode(message + sign(message)).decode().rstrip("=")


def read_ticket(text: str, public_keys: Mapping[str, bytes]) -> Ticket | TicketRefusal:
    """Return what a text says if a key of ours signed it; else why it is no ticket.

    Parameters
    ----------
    public_keys
        Public halves [32 bytes] by key id.
    """
    packed = _decode(text)
    message, signature = packed[:-SIGNATURE_BYTES], packed[-SIGNATURE_BYTES:]
    found = _unpack(message)
    if found is None:
        return TicketRefusal.ALTERED
    ticket, key_id = found
    public = public_keys.get(key_id)
    if public is None:
        return TicketRefusal.UNKNOWN_KEY
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return TicketRefusal.FORGED
    return ticket


def find_refusal(
    ticket: Ticket,
    *,
    at_ms: int,
    vertiport_id: VertiportId,
    sortie_id: SortieId,
    serial: int | None,
    is_used: bool,
) -> TicketRefusal | None:
    """Return why a gate does not take a true ticket now; None if it does.

    Parameters
    ----------
    vertiport_id, sortie_id
        Where the gate is, and for which sortie it boards.
    serial
        Of the plan the booking stands on, as far as the gate knows; None if it knows nothing.
    is_used
        Whether this plan's ticket was taken before, as far as the gate knows.
    """
    checks = (
        (ticket.origin != vertiport_id, TicketRefusal.WRONG_SITE),
        (serial is not None and serial != ticket.serial, TicketRefusal.OUTDATED),
        (ticket.sortie_id != sortie_id, TicketRefusal.WRONG_SORTIE),
        (is_used, TicketRefusal.USED),
        (at_ms < ticket.valid_from_ms, TicketRefusal.NOT_YET),
        (at_ms >= ticket.valid_until_ms, TicketRefusal.EXPIRED),
    )
    return next((refusal for is_so, refusal in checks if is_so), None)


def use_key(booking_id: str, serial: int) -> str:
    """Return what gates remember of a ticket they took."""
    return f"{booking_id}/{serial}"


def _is_id(text: str) -> bool:
    """Say whether a text may stand as an id in a ticket."""
    return 1 <= len(text) <= ID_CHARACTERS_MAX and all("!" <= char <= "~" for char in text)


def _pack(ticket: Ticket, key_id: str) -> bytes:
    """Return the bytes that are signed."""
    key = bytes.fromhex(key_id)
    if len(key) != KEY_ID_BYTES:
        raise InvalidInput("key_id", key_id, f"{2 * KEY_ID_BYTES} hexadecimal digits")
    parts = [bytes([VERSION]), key]
    parts += [ticket.serial.to_bytes(2), ticket.party.to_bytes(1)]
    parts.append(bytes([ticket.needs_assistance]))
    parts += [getattr(ticket, name).to_bytes(_INSTANT_BYTES) for name in _INSTANTS]
    for name in _IDS:
        text = getattr(ticket, name).encode("ascii")
        parts += [bytes([len(text)]), text]
    return b"".join(parts)


def _decode(text: str) -> bytes:
    """Return the bytes behind a text; none if it is not the one text of those bytes."""
    if len(text) > TEXT_CHARACTERS_MAX or not text.startswith(PREFIX) or not text.isascii():
        return b""
    body = text.removeprefix(PREFIX)
    try:
        packed = b32decode(body + "=" * (-len(body) % 8))
    except ValueError:
        return b""
    return packed if b32encode(packed).decode().rstrip("=") == body else b""


def _unpack(message: bytes) -> tuple[Ticket, str] | None:
    """Return a ticket and its key's id from the bytes that were signed; None if it has no such."""
    at = 1 + KEY_ID_BYTES
    key_id = message[1:at].hex()
    fields: dict[str, int | str] = {}
    for name, length in (*_NUMBERS, *((name, _INSTANT_BYTES) for name in _INSTANTS)):
        fields[name] = int.from_bytes(message[at : at + length])
        at += length
    for name in _IDS:
        length = message[at] if at < len(message) else 0
        fields[name] = message[at + 1 : at + 1 + length].decode("latin-1")
        at += 1 + length
    flags = fields.pop("flags")
    if message[:1] != bytes([VERSION]) or at != len(message) or flags not in (0, 1):
        return None
    try:
        return msgspec.convert(fields | {"needs_assistance": flags == 1}, Ticket), key_id
    except ValueError:  # InvalidInput too is one
        return None
