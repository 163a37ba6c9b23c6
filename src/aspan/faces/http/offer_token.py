"""Offer tokens: an offer as whoever got it hands it in again, signed so that nothing of it changes.

A token is `o1.` with the offer in MessagePack and a MAC over it, each in URL-safe base64. It holds
all that a hold needs, so nothing is remembered of offers nobody takes. It is no secret, and it is
good only here, unaltered, and until `valid_until_ms` of the service's clock.
"""

import base64
import binascii
from typing import Final, Protocol

import msgspec

from aspan.faces.http.problem import Problem
from aspan.primitives.ids import VertiportId
from aspan.world.reliability import WayLeg

PREFIX: Final = "o1."
PURPOSE: Final = "offer"
"""Of the MAC."""

TOKEN_CHARACTERS_MAX: Final = 6_000
"""An offer takes some 500; one of many rides 1,500."""


class Signer(Protocol):
    """Who makes and knows MACs (`live/keys.py`)."""

    def mac(self, purpose: str, data: bytes) -> bytes:
        """Return the MAC over `data` for a purpose."""
        ...

    def is_mac(self, purpose: str, data: bytes, mac: bytes) -> bool:
        """Say whether a MAC is one of ours."""
        ...


class Offer(msgspec.Struct, frozen=True, array_like=True):
    """What was offered; fields as in `HoldSeats`.

    Parameters
    ----------
    seats, payload_kg
        For whom it was made.
    """

    valid_until_ms: int
    origin: VertiportId
    destination: VertiportId
    ready_at_ms: int
    off_block_at_ms: int
    seats: int
    payload_kg: float
    fare_tiyn: int
    origin_lon_deg: float
    origin_lat_deg: float
    destination_lon_deg: float
    destination_lat_deg: float
    egress_ms: int
    cushion_ms: int
    access: tuple[WayLeg, ...]
    egress: tuple[WayLeg, ...]
    chance: float | None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Offer)


def sign_offer(offer: Offer, signer: Signer) -> str:
    """Return the token of an offer."""
    content = _encoder.encode(offer)
    return f"{PREFIX}{to_text(content)}.{to_text(signer.mac(PURPOSE, content))}"


def read_offer(token: str, signer: Signer, *, now_ms: int) -> Offer:
    """Return what a token offers; a `Problem` if it is altered, foreign or over."""
    content_text, dot, mac_text = token.removeprefix(PREFIX).partition(".")
    if not dot or not token.startswith(PREFIX) or len(token) > TOKEN_CHARACTERS_MAX:
        raise Problem("invalid_offer", field="offer")
    content, mac = from_text(content_text), from_text(mac_text)
    if content is None or mac is None or not signer.is_mac(PURPOSE, content, mac):
        raise Problem("invalid_offer", field="offer")
    try:
        offer = _decoder.decode(content)
    except msgspec.MsgspecError:  # ours, but of another version
        raise Problem("invalid_offer", field="offer") from None
    if now_ms >= offer.valid_until_ms:
        raise Problem("stale_offer", field="offer", until=offer.valid_until_ms)
    return offer


def to_text(raw: bytes) -> str:
    """Return bytes in URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_text(text: str) -> bytes | None:
    """Return the bytes of such a text; None if it is none, or not the one that says so.

    Bits beyond the last byte must be zero: else several texts would say the same.
    """
    try:
        raw = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError):
        return None
    return raw if to_text(raw) == text else None
