"""What a webhook says: an event of the log as a CloudEvent, signed so that its receiver knows us.

The envelope is CloudEvents 1.0 in structured JSON (Cloud Native Computing Foundation,
*CloudEvents - Version 1.0.2*, 2022): `id` is the number of the event on the log, so a receiver that
is told twice can see it. The signature is an HMAC-SHA-256 over the time of sending, a full stop and
the body, so that neither can be changed, and an old message cannot be sent again much later.
"""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import msgspec

from aspan.operations.events import Event
from aspan.operations.sales_events import BookingReplaced
from aspan.primitives.units import MS_PER_S

MEDIA_TYPE: Final = "application/cloudevents+json"
SIGNATURE: Final = "Aspan-Signature"
TOLERANCE_S: Final = 300.0
"""How old a message may be for `is_signed`. Assumed: clocks differ by less, as with other senders
of webhooks."""

KINDS: Final[dict[str, str]] = {
    "BookingHeld": "booking.held",
    "BookingConfirmed": "booking.confirmed",
    "BookingCheckedIn": "booking.checked_in",
    "BookingBoarded": "booking.boarded",
    "BookingFlown": "booking.flown",
    "BookingSettled": "booking.settled",
    "HoldExpired": "booking.expired",
    "BookingWithdrawn": "booking.cancelled",
    "BookingCancelled": "booking.cancelled",
    "BookingReplaced": "booking.replaced",
    "BookingRebooked": "booking.rebooked",
    "BookingRefunded": "booking.refunded",
    "BookingNoShow": "booking.no_show",
    "BoardingRefused": "booking.boarding_refused",
    "PartyWeighed": "booking.weighed",
    "RideProvided": "booking.ride_provided",
    "DelayRefunded": "booking.delay_refunded",
    "RemedyChosen": "booking.remedy_chosen",
    "PaymentAuthorised": "payment.authorised",
    "PaymentDeclined": "payment.declined",
    "PaymentCaptured": "payment.captured",
    "PaymentVoided": "payment.voided",
    "PaymentRefunded": "payment.refunded",
}
"""Type of the message by the name of the event; what is not here is told to nobody."""

_TOLD: Final = (
    "sortie_id",
    "off_block_at_ms",
    "promised_arrival_at_ms",
    "expires_at_ms",
    "payload_kg",
    "fare_tiyn",
    "payment_id",
    "amount_tiyn",
    "refund_tiyn",
    "fee_tiyn",
    "reason",
    "remedy",
    "replaces",
    "vertiport_id",
    "leaves_at_ms",
    "arrives_at_ms",
)
"""Fields of events that their seller may know; the rest is how we fly, and the persons' names."""


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One message."""

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str = "application/json"
    data: dict[str, object]


def find_subject(event: Event) -> str:
    """Return the booking or payment that an event tells of; empty if it is told to nobody."""
    name = type(event).__name__
    if name not in KINDS:
        return ""
    field = "payment_id" if name.startswith("Payment") else "booking_id"
    return str(getattr(event, field))


def tell_event(seq: int, event: Event, *, source: str) -> bytes:
    """Return the message of the event with this number; the same bytes whenever it is asked for."""
    subject = find_subject(event)
    field = "payment_id" if type(event).__name__.startswith("Payment") else "booking_id"
    data: dict[str, object] = {field: subject, "at_ms": event.at_ms}
    for name in _TOLD:
        value = getattr(event, name, None)
        if value not in (None, "") and name not in data:
            data[name] = value
    if isinstance(event, BookingReplaced):
        data["replaced_by"] = event.by
    return msgspec.json.encode(
        CloudEvent(
            id=str(seq),
            source=source,
            type=f"aspan.{KINDS[type(event).__name__]}",
            subject=subject,
            time=_format_time(event.at_ms),
            data=data,
        )
    )


def sign(secret: str, body: bytes, *, at_s: int) -> str:
    """Return the header that says who sent a message, and when."""
    return f"t={at_s},v1={_mac(secret, body, at_s)}"


def is_signed(header: str, body: bytes, secret: str, *, now_s: float) -> bool:
    """Say whether a message was sent by whoever has the secret, and not long ago.

    For receivers; the client and our own tests use it.
    """
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    text = parts.get("t", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return False
    at_s = int(text)
    is_known = hmac.compare_digest(
        _mac(secret, body, at_s).encode(), parts.get("v1", "").encode("utf-8", "replace")
    )
    return is_known and abs(now_s - at_s) <= TOLERANCE_S


def _mac(secret: str, body: bytes, at_s: int) -> str:
    return hmac.new(secret.encode(), b"%d.%b" % (at_s, body), sha256).hexdigest()


def _format_time(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms / MS_PER_S, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
