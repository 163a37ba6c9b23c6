"""Partners: who may sell seats over HTTP, read from a file in TOML.

    [[partner]]
    id = "superapp"                    # also the seller in the log
    name = "Super App"
    secrets = ["scrypt:…", "scrypt:…"] # made by `aspan partners secret`; two while one is replaced
    scopes = ["offers", "bookings", "payments", "people", "webhooks"]
    rate_per_s = 200                   # 50 if absent
    burst = 400                        # twice the rate if absent

Secrets are never kept, only their scrypt hashes (C. Percival and S. Josefsson, *RFC 7914: The
scrypt Password-Based Key Derivation Function*, 2016). The sandbox partner is there only where no
file is given and the service listens to its own machine alone.
"""

import base64
import hmac
import re
import tomllib
from hashlib import scrypt
from os import urandom
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

import msgspec

from aspan.faces.http.rate import Rate
from aspan.primitives.errors import InvalidInput

Scope = Literal["offers", "bookings", "payments", "gate", "people", "webhooks"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

OWN_SELLER: Final = "aspan"
"""The seller of what is bought on this service's own pages."""

SANDBOX_ID: Final = "sandbox"
SANDBOX_SECRET: Final = "sandbox-secret"
"""Known to everybody."""

PARTNERS_MAX = 1_000
RATE_PER_S: Final = 50.0
SANDBOX_RATE: Final = Rate(per_s=20_000.0, burst=40_000)
"""A twin's own measurements are not to be slowed down."""

SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**14, 8, 1
"""16 MiB and some 50 ms a check: RFC 7914, section 2, for interactive use."""

SALT_BYTES = 16
HASH_BYTES = 32
SECRET_BYTES = 24

_ID = re.compile(r"[a-z][a-z0-9-]{1,30}")


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """One who sells; `secrets` are hashes."""

    partner_id: str
    name: str
    secrets: tuple[str, ...]
    scopes: frozenset[str]
    rate: Rate


class _PartnerRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    secrets: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=4)]
    scopes: tuple[Scope, ...]
    rate_per_s: Annotated[float, msgspec.Meta(gt=0.0, le=100_000.0)] = RATE_PER_S
    burst: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None


class _PartnerFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    partner: Annotated[tuple[_PartnerRow, ...], msgspec.Meta(max_length=PARTNERS_MAX)]


def read_partners(text: str, *, source: str) -> dict[str, Partner]:
    """Return the partners of a file by id; `InvalidInput` naming what is wrong with it."""
    try:
        rows = msgspec.convert(tomllib.loads(text), _PartnerFile).partner
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InvalidInput("--partners", source, f"a file of partners ({error})") from None
    found: dict[str, Partner] = {}
    for row in rows:
        if not _ID.fullmatch(row.id) or row.id in (*found, OWN_SELLER, SANDBOX_ID):
            expected = "an id of its own: small letters, digits and -, not aspan or sandbox"
            raise InvalidInput("--partners", f"{source}, id {row.id}", expected)
        for secret in row.secrets:
            _check_hash(secret, f"{source}, secrets of {row.id}")
        found[row.id] = Partner(
            partner_id=row.id,
            name=row.name,
            secrets=row.secrets,
            scopes=frozenset(row.scopes),
            rate=Rate(
                per_s=row.rate_per_s,
                burst=row.burst if row.burst is not None else max(1, round(2 * row.rate_per_s)),
            ),
        )
    return found


def load_partners(path: Path) -> dict[str, Partner]:
    """Return the partners of a file on disk."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise InvalidInput("--partners", str(path), f"a file that can be read ({error})") from None
    return read_partners(text, source=str(path))


def make_sandbox() -> Partner:
    """Return the partner that everybody on this machine may be; it opens no gate."""
    return Partner(
        partner_id=SANDBOX_ID,
        name="Sandbox",
        secrets=(hash_secret(SANDBOX_SECRET, salt=bytes(SALT_BYTES)),),
        scopes=frozenset(SCOPES) - {"gate"},
        rate=SANDBOX_RATE,
    )


def make_secret() -> str:
    """Return a new secret; whoever is given it must keep it, as nobody else does."""
    return base64.urlsafe_b64encode(urandom(SECRET_BYTES)).decode()


def hash_secret(secret: str, *, salt: bytes | None = None) -> str:
    """Return what a file of partners holds of a secret."""
    salt = urandom(SALT_BYTES) if salt is None else salt
    return f"scrypt:{_text(salt)}:{_text(_hash(secret, salt))}"


def is_secret(secret: str, hashes: tuple[str, ...]) -> bool:
    """Say whether a secret is one of those hashed; takes as long if it is not."""
    matches = False
    for kept in hashes:
        _, salt, expected = kept.split(":")
        matches |= hmac.compare_digest(_hash(secret, _bytes(salt)), _bytes(expected))
    return matches


def _hash(secret: str, salt: bytes) -> bytes:
    return scrypt(secret.encode(), salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, dklen=HASH_BYTES)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _check_hash(text: str, source: str) -> None:
    parts = text.split(":")
    try:
        is_hash = (
            len(parts) == 3
            and parts[0] == "scrypt"
            and len(_bytes(parts[1])) >= SALT_BYTES
            and len(_bytes(parts[2])) == HASH_BYTES
        )
    except ValueError:
        is_hash = False
    if not is_hash:
        # never with the text: somebody may have written the secret itself
        raise InvalidInput("--partners", source, "hashes as `aspan partners secret` prints them")
