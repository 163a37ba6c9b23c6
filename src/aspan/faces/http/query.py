"""The query of a question: only parameters that are known, each once.

One that is misspelt (`arrive_at` for `arrive_by`) would else be answered as if it had not been
asked, and of one that is there twice nobody says which is meant.
"""

from litestar.connection import ASGIConnection
from litestar.exceptions import ValidationException
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard


def only(*known: str) -> Guard:
    """Return a guard that lets through requests with these parameters and no others."""

    def check(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # type: ignore[type-arg]
        for name, values in sorted(connection.query_params.dict().items()):
            if name not in known:
                raise _refuse(name, f"one of the parameters {', '.join(known)}")
            if len(values) > 1:
                raise _refuse(name, "this parameter once")

    return check


def _refuse(name: str, expected: str) -> ValidationException:
    return ValidationException(extra=[{"key": name, "message": expected}])
