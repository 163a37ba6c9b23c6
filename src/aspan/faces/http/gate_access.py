"""Who may use a gate: a partner's token with the scope `gate`, or the gate code of this service.

The code is for the gates' own page: an agent types it once. It follows from the service's keys (or
is read from a file) and changes when they are rotated. Whoever guesses is slowed down by address:
once an address has used up its wrong codes no code of it is looked at, right or wrong, until it has
waited. So that nobody can shut out the gates behind the same address that way, a device that has
shown the right code is given a pass, too long to guess, and shows that from then on.
"""

import hmac
from base64 import b32encode
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from aspan.faces.http.callers import BEARER, unauthorized
from aspan.faces.http.offer_token import Signer, from_text, to_text
from aspan.faces.http.problem import Problem
from aspan.faces.http.rate import Rate, Rates
from aspan.live.keys import Keys
from aspan.primitives.errors import InvalidInput

GATE: Final = "g1."
"""What a gate code is shown behind, as a bearer token."""

PASS: Final = "g2."
"""What the pass of a device begins with that has shown the right code."""

PURPOSE: Final = "gate pass"

SCOPE: Final = "gate"
CODE_CHARACTERS: Final = 8
"""40 bits: at `GUESS_RATE` an address tries the half of them in 17,000 years."""

CODE_CHARACTERS_MIN: Final = 8
CODE_CHARACTERS_MAX: Final = 100
GUESS_RATE: Final = Rate(per_s=1.0, burst=10)
"""Wrong codes of one address."""

GATE_RATE: Final = Rate(per_s=100.0, burst=400)
"""Requests of one address with the right code or a pass: a site's gates behind one address."""


class Identifies(Protocol):
    """Who tells partners by their tokens (`callers.py`)."""

    def identify(self, authorization: str, address: str, *, must: bool = False) -> Any:  # noqa: ANN401
        """Return who asks."""
        ...


def make_gate_code(keys: Keys) -> str:
    """Return the gate code of a service, the same until its keys are rotated."""
    return b32encode(keys.mac("gate code", b"1")).decode()[:CODE_CHARACTERS]


def read_gate_code(path: Path) -> str:
    """Return the gate code in a file."""
    try:
        code = path.read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise InvalidInput("--gate-code-file", str(path), f"a readable file ({error})") from None
    if not CODE_CHARACTERS_MIN <= len(code) <= CODE_CHARACTERS_MAX or not code.isalnum():
        expected = f"{CODE_CHARACTERS_MIN} letters and digits or more in the file"
        raise InvalidInput("--gate-code-file", str(path), expected)
    return code


class GateAccess:
    """The guard of the gates' routes.

    Parameters
    ----------
    signer
        Makes the passes.
    callers
        Who knows partners. None: only the code opens.
    """

    def __init__(self, code: str, signer: Signer, callers: Identifies | None = None) -> None:
        self._code = code.upper().encode()
        self._signer = signer
        self._callers = callers
        self._rates = Rates()

    def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        """Let a request in, or raise the `Problem` it is refused with."""
        header = connection.headers.get("authorization", "")
        address = connection.client.host if connection.client is not None else ""
        token = header.removeprefix(BEARER).strip()
        if header.startswith(BEARER) and token.startswith(GATE):
            self._check_code(token.removeprefix(GATE), address)
        elif header.startswith(BEARER) and token.startswith(PASS):
            self._check_pass(token, address)
        elif self._callers is not None:
            caller = self._callers.identify(header, address, must=True)
            if caller.scopes is None or SCOPE not in caller.scopes:
                raise Problem("wrong_scope", scope=SCOPE)
        else:
            raise unauthorized("unauthorized")

    def find_pass(self, authorization: str) -> str:
        """Return the pass for a device that was let in by the code or by its pass; empty if not."""
        token = authorization.removeprefix(BEARER).strip()
        is_device = token.startswith((GATE, PASS))
        return PASS + to_text(self._signer.mac(PURPOSE, self._code)) if is_device else ""

    def _check_code(self, code: str, address: str) -> None:
        who = f"wrong/{address}"
        _slow(self._rates.wait(who, GUESS_RATE, now_s=monotonic()))
        typed = code.upper().replace("-", "").replace(" ", "")
        if not hmac.compare_digest(typed.encode(), self._code):
            self._rates.take(who, GUESS_RATE, now_s=monotonic())
            raise unauthorized("invalid_token")
        self._let_in(address)

    def _check_pass(self, token: str, address: str) -> None:
        mac = from_text(token.removeprefix(PASS))
        if mac is None or not self._signer.is_mac(PURPOSE, self._code, mac):
            raise unauthorized("invalid_token")
        self._let_in(address)

    def _let_in(self, address: str) -> None:
        _slow(self._rates.take(f"right/{address}", GATE_RATE, now_s=monotonic()))


def _slow(wait_s: int) -> None:
    if wait_s:
        raise Problem("too_many_requests", headers={"Retry-After": str(wait_s)}, seconds=wait_s)
