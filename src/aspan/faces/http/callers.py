"""Callers: who asks, what they may do, and how often.

Three kinds ask about bookings. A partner shows a token of an hour (`oauth.py`). A buyer on this
service's own pages shows nothing at first, and afterwards the token that came with a booking or a
payment: a capability, which opens that one thing and nothing else. Whoever shows nothing may search
and begin to buy, as often as their address may.
"""

from time import monotonic
from typing import Final

import msgspec

from aspan.faces.http.oauth import TokenDesk
from aspan.faces.http.offer_token import Signer, from_text, to_text
from aspan.faces.http.partners import OWN_SELLER
from aspan.faces.http.problem import Problem
from aspan.faces.http.rate import Rate, Rates

CAPABILITY: Final = "a1."
PURPOSE: Final = "access"
PAGE_RATE: Final = Rate(per_s=20.0, burst=200)
"""Of one address without a login, searches included. Assumed: a family behind one address buys, its
pages ask for their live state every second or two, and for places eight times a second at most
while somebody types."""

BEARER: Final = "Bearer "


class Caller(msgspec.Struct, frozen=True, gc=False):
    """Who asks.

    Parameters
    ----------
    seller
        Under which their bookings stand on the log.
    scopes
        Of a partner; None for a buyer on our own pages.
    named
        The booking or payment that a capability opens; empty without one.
    address
        Of a buyer on our own pages; never written down.
    """

    seller: str
    scopes: frozenset[str] | None = None
    named: str = ""
    address: str = ""

    @property
    def who(self) -> str:
        """Return whose open holds and payments are counted together."""
        return f"address/{self.address}" if self.scopes is None else self.seller

    def need(self, scope: str) -> None:
        """Refuse a partner whose token lacks a scope."""
        if self.scopes is not None and scope not in self.scopes:
            raise Problem("wrong_scope", scope=scope)

    def owns(self, thing_id: str, seller: str) -> bool:
        """Say whether a thing sold by `seller` is this caller's to see."""
        if self.scopes is not None:
            return seller == self.seller
        return self.named == thing_id and seller == OWN_SELLER


class Callers:
    """Tells callers apart and keeps their rates."""

    def __init__(self, tokens: TokenDesk, signer: Signer) -> None:
        self._tokens = tokens
        self._signer = signer
        self._rates = Rates()

    def identify(self, authorization: str, address: str, *, must: bool = False) -> Caller:
        """Return who asks, and count the request; a `Problem` if they may not, or not so soon.

        Parameters
        ----------
        must
            Whoever shows nothing is refused.
        """
        if not authorization:
            self.slow(f"address/{address}", PAGE_RATE)
            if must:
                raise unauthorized("unauthorized")
            return Caller(OWN_SELLER, address=address)
        if not authorization.startswith(BEARER):
            self.slow(f"address/{address}", PAGE_RATE)
            raise unauthorized("invalid_token")
        token = authorization[len(BEARER) :].strip()
        if token.startswith(CAPABILITY):
            self.slow(f"address/{address}", PAGE_RATE)
            return Caller(OWN_SELLER, None, self._read_capability(token), address)
        try:
            grant = self._tokens.read(token)
        except Problem:
            self.slow(f"address/{address}", PAGE_RATE)
            raise
        self.slow(grant.partner.partner_id, grant.partner.rate)
        return Caller(grant.partner.partner_id, grant.scopes)

    def slow(self, who: str, rate: Rate) -> None:
        """Refuse whoever asks too often."""
        wait_s = self._rates.take(who, rate, now_s=monotonic())
        if wait_s:
            raise Problem("too_many_requests", headers={"Retry-After": str(wait_s)}, seconds=wait_s)

    def make_capability(self, thing_id: str) -> str:
        """Return the token that opens one booking or payment; the same whenever it is asked for."""
        return f"{CAPABILITY}{thing_id}.{to_text(self._signer.mac(PURPOSE, thing_id.encode()))}"

    def _read_capability(self, token: str) -> str:
        thing_id, _, mac_text = token.removeprefix(CAPABILITY).partition(".")
        mac = from_text(mac_text)
        if mac is None or not self._signer.is_mac(PURPOSE, thing_id.encode(), mac):
            raise unauthorized("invalid_token")
        return thing_id


def unauthorized(code: str) -> Problem:
    """Return the refusal of a token, with the challenge of RFC 6750, section 3."""
    error = ', error="invalid_token"' if code == "invalid_token" else ""
    return Problem(code, headers={"WWW-Authenticate": f'Bearer realm="aspan"{error}'})
