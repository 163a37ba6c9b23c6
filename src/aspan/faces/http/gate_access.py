"""Who may use a gate: a partner's token with the scope `gate`, or the gate code of this service.

The code is for the gates' own page: an agent types it once, the device keeps it. It follows from
the service's keys (or is read from a file) and changes when they are rotated. Whoever guesses is
slowed down by address.
"""

import hmac
from base64 import b32encode
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from aspan.faces.http.callers import BEARER, unauthorized
from aspan.faces.http.problem import Problem
from aspan.faces.http.rate import Rate, Rates
from aspan.live.keys import Keys
from aspan.primitives.errors import InvalidInput

GATE: Final = "g1."
"""What a gate code is shown behind, as a bearer token."""

SCOPE: Final = "gate"
CODE_CHARACTERS: Final = 8
"""40 bits: at `GUESS_RATE` an address tries the half of them in 17,000 years."""

CODE_CHARACTERS_MIN: Final = 8
CODE_CHARACTERS_MAX: Final = 100
GUESS_RATE: Final = Rate(per_s=1.0, burst=10)
"""Wrong codes of one address."""

GATE_RATE: Final = Rate(per_s=100.0, burst=400)
"""Requests of one address with the right code: a site's gates behind one address."""


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
    callers
        Who knows partners. None: only the code opens.
    """

    def __init__(self, code: str, callers: Identifies | None = None) -> None:
        self._code = code.upper().encode()
        self._callers = callers
        self._rates = Rates()

    def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        """Let a request in, or raise the `Problem` it is refused with."""
        header = connection.headers.get("authorization", "")
        address = connection.client.host if connection.client is not None else ""
        token = header.removeprefix(BEARER).strip()
        if header.startswith(BEARER) and token.startswith(GATE):
            self._check_code(token.removeprefix(GATE), address)
        elif self._callers is not None:
            caller = self._callers.identify(header, address, must=True)
            if caller.scopes is None or SCOPE not in caller.scopes:
                raise Problem("wrong_scope", scope=SCOPE)
        else:
            raise unauthorized("unauthorized")

    def _check_code(self, code: str, address: str) -> None:
        typed = code.upper().replace("-", "").replace(" ", "")
        is_right = hmac.compare_digest(typed.encode(), self._code)
        name, rate = ("right", GATE_RATE) if is_right else ("wrong", GUESS_RATE)
        wait_s = self._rates.take(f"{name}/{address}", rate, now_s=monotonic())
        if wait_s:
            raise Problem("too_many_requests", headers={"Retry-After": str(wait_s)}, seconds=wait_s)
        if not is_right:
            raise unauthorized("invalid_token")
