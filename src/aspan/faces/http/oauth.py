"""Tokens for partners: OAuth 2.0 client credentials against a signed token of an hour.

D. Hardt (ed.), *RFC 6749: The OAuth 2.0 Authorization Framework*, 2012, section 4.4; the token is a
JSON Web Token (RFC 7519) with HMAC-SHA-256. Nothing is kept of tokens given out: one is good as it
is signed here, its partner is still in the file, and its hour is not over. What was found of a
token is remembered, so that a request costs a look-up.
"""

from collections.abc import Callable, Mapping
from typing import Final

import jwt
import msgspec

from aspan.faces.http.partners import SCOPES, Partner, hash_secret, is_secret
from aspan.faces.http.problem import Problem

ISSUER: Final = "aspan"
ALGORITHM: Final = "HS256"
TOKEN_S: Final = 3600
"""How long a token holds."""

REMEMBERED_MAX: Final = 5_000
"""Tokens whose check is remembered; beyond it all are checked anew."""

TOKEN_CHARACTERS_MAX: Final = 4_096


class TokenPage(msgspec.Struct, frozen=True, kw_only=True):
    """A token and for how long it holds [s]; names as in RFC 6749, section 5.1."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class Grant(msgspec.Struct, frozen=True):
    """What a token allows."""

    partner: Partner
    scopes: frozenset[str]
    until_s: float


class TokenDesk:
    """Gives tokens out and reads them.

    Parameters
    ----------
    secret
        Signs the tokens; whoever has it can make them.
    now_s
        The wall clock, seconds since 1970.
    """

    def __init__(
        self, partners: Mapping[str, Partner], secret: bytes, now_s: Callable[[], float]
    ) -> None:
        self.partners = dict(partners)
        self._secret = secret
        self._now_s = now_s
        self._remembered: dict[str, Grant] = {}
        self._nobody = hash_secret("")

    def issue(self, client_id: str, client_secret: str, scope: str) -> TokenPage:
        """Return a token for a partner; a `Problem` if it is none, or asks for what it has not.

        Slow on purpose (see `partners.py`): not to be called on an event loop.
        """
        partner = self.partners.get(client_id)
        hashes = (self._nobody,) if partner is None else partner.secrets
        if not is_secret(client_secret, hashes) or partner is None:
            raise Problem(
                "invalid_client",
                error="invalid_client",
                headers={"WWW-Authenticate": 'Basic realm="aspan"'},
            )
        asked = frozenset(scope.split()) or partner.scopes
        if not asked <= partner.scopes:
            scopes = " ".join(one for one in SCOPES if one in partner.scopes)
            raise Problem("invalid_scope", error="invalid_scope", field="scope", scopes=scopes)
        granted = " ".join(one for one in SCOPES if one in asked)
        now_s = int(self._now_s())
        token = jwt.encode(
            {
                "iss": ISSUER,
                "sub": partner.partner_id,
                "scope": granted,
                "iat": now_s,
                "exp": now_s + TOKEN_S,
            },
            self._secret,
            algorithm=ALGORITHM,
        )
        return TokenPage(access_token=token, token_type="Bearer", expires_in=TOKEN_S, scope=granted)

    def read(self, token: str) -> Grant:
        """Return what a token allows; a `Problem` if it is not good."""
        grant = self._remembered.get(token)
        if grant is None:
            grant = self._check(token)
            if len(self._remembered) >= REMEMBERED_MAX:
                self._remembered.clear()
            self._remembered[token] = grant
        if self._now_s() >= grant.until_s:
            self._remembered.pop(token, None)
            raise _refuse()
        return grant

    def _check(self, token: str) -> Grant:
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise _refuse()
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                # its hour is looked at by `read`, on the clock handed in
                options={"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            raise _refuse() from None
        partner = self.partners.get(str(claims["sub"]))
        if partner is None:
            raise _refuse()
        scopes = frozenset(str(claims.get("scope", "")).split()) & partner.scopes
        return Grant(partner, scopes, float(claims["exp"]))


def _refuse() -> Problem:
    challenge = 'Bearer realm="aspan", error="invalid_token"'
    return Problem("invalid_token", headers={"WWW-Authenticate": challenge})
