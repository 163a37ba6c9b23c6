"""What goes over the wire between us and a provider of payments; `docs/payment-protocol.md`.

Every request carries `Authorization: Bearer KEY`; every order an `Idempotency-Key`. Webhooks carry
`Payment-Signature: t=SECONDS,v1=HEX`, the HMAC-SHA256 (RFC 2104) of `SECONDS.BODY`. Key of the
requests and secret of the webhooks are made from one shared secret.
"""

import hmac
import os
import re
from collections import OrderedDict
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from aspan.operations.ports import CHECKOUT, CURRENCY, PaymentKind
from aspan.primitives.errors import InvalidInput

SIGNATURE_HEADER: Final = "Payment-Signature"

WEBHOOK_AGE_S_MAX: Final = 300
"""How old, or ahead of our clock, a webhook may be. Assumed: five minutes, as is usual."""

WEBHOOK_BYTES_MAX: Final = 16_384
"""Longest webhook that is read."""

WEBHOOKS_REMEMBERED_MAX: Final = 20_000
"""Webhooks of the last minutes that are remembered; one forgotten costs a look-up more."""

RETURN_URL_CHARACTERS_MAX: Final = 500

_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
_SECRET = re.compile(r"[0-9a-f]{64}")


class OrderBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Body of an order; `reference` and `method` or `return_url` are of an authorisation alone."""

    amount_tiyn: int
    currency: str = CURRENCY
    reference: str = ""
    method: str = ""
    return_url: str = ""


class OperationBody(msgspec.Struct, frozen=True, kw_only=True):
    """One operation in an answer."""

    key: str
    kind: PaymentKind
    state: Literal["done", "declined", "awaiting"]
    amount_tiyn: int
    reason: str = ""


class PaymentBody(msgspec.Struct, frozen=True, kw_only=True):
    """Every answer about a payment: all that the provider's books say of it."""

    reference: str
    provider_ref: str
    currency: str
    state: Literal["awaiting", "authorised", "declined", "captured", "voided"]
    authorised_tiyn: int
    captured_tiyn: int
    refunded_tiyn: int
    operations: tuple[OperationBody, ...]
    redirect_url: str = ""


class WebhookBody(msgspec.Struct, frozen=True, kw_only=True):
    """Says that something about a payment has changed; what it is must be looked up."""

    id: str
    type: Literal["payment.changed"]
    reference: str


class PaymentKeys(msgspec.Struct, frozen=True):
    """What both sides know of each other."""

    request_key: str
    webhook_secret: bytes


def derive_keys(secret: str) -> PaymentKeys:
    """Return the two keys that are made from the shared secret."""

    def derive(name: str) -> str:
        return hmac.new(secret.encode(), name.encode(), sha256).hexdigest()

    return PaymentKeys(derive("request"), derive("webhook").encode())


def open_secret(path: Path) -> str:
    """Return the secret in a file that only its owner may read; made, if it is not there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(os.urandom(32).hex())
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise InvalidInput("--secret-file", str(path), "a file that only its owner may read: 600")
    text = path.read_text("utf-8", errors="replace").strip()
    if not _SECRET.fullmatch(text):
        raise InvalidInput("--secret-file", str(path), "a file of 64 hexadecimal digits")
    return text


def sign_webhook(secret: bytes, body: bytes, *, at_s: int) -> str:
    """Return the header that a webhook is sent with."""
    mac = hmac.new(secret, b"%d." % at_s + body, sha256).hexdigest()
    return f"t={at_s},v1={mac}"


class WebhookRefused(msgspec.Struct, frozen=True):
    """Why a webhook is not believed: `bad_signature`, `stale`, `replayed` or `malformed`."""

    code: Literal["bad_signature", "stale", "replayed", "malformed"]


class WebhookCheck:
    """Tells a provider's webhook from anybody else's; remembers those of the last minutes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._seen: OrderedDict[str, int] = OrderedDict()

    def check(self, body: bytes, header: str, *, now_s: int) -> WebhookBody | WebhookRefused:
        """Return what a webhook says, once; otherwise why it is not taken."""
        found = _SIGNATURE.fullmatch(header.strip())
        if found is None or len(body) > WEBHOOK_BYTES_MAX:
            return WebhookRefused("bad_signature")
        at_s = int(found[1])
        if not hmac.compare_digest(sign_webhook(self._secret, body, at_s=at_s), found[0]):
            return WebhookRefused("bad_signature")
        if abs(now_s - at_s) > WEBHOOK_AGE_S_MAX:
            return WebhookRefused("stale")
        try:
            said = msgspec.json.decode(body, type=WebhookBody)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return WebhookRefused("malformed")
        if said.id in self._seen:
            return WebhookRefused("replayed")
        self._remember(said.id, now_s)
        return said

    def forget(self, webhook_id: str) -> None:
        """Let a webhook come again that could not be acted on."""
        self._seen.pop(webhook_id, None)

    def _remember(self, webhook_id: str, now_s: int) -> None:
        self._seen[webhook_id] = now_s
        while self._seen:
            oldest = next(iter(self._seen))
            is_old = now_s - self._seen[oldest] > 2 * WEBHOOK_AGE_S_MAX
            if not is_old and len(self._seen) <= WEBHOOKS_REMEMBERED_MAX:
                return
            del self._seen[oldest]


def make_checkout_method(return_url: str) -> str:
    """Return the method of a payment whose payer goes to the provider's page and comes back here.

    `InvalidInput` if the address is not one that a browser can be sent to.
    """
    expected = f"an http or https address of at most {RETURN_URL_CHARACTERS_MAX} characters"
    try:
        url = urlsplit(return_url)
        is_good = url.scheme in ("http", "https") and bool(url.hostname) and not url.username
    except ValueError:
        is_good = False
    is_plain = return_url.isascii() and return_url.isprintable() and " " not in return_url
    if not is_good or not is_plain or len(return_url) > RETURN_URL_CHARACTERS_MAX:
        raise InvalidInput("return_url", return_url, expected)
    return f"{CHECKOUT}{return_url}"
