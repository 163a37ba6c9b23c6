"""A request that cannot be answered, answered: one shape for every refusal, in one place."""

from typing import Any

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_405_METHOD_NOT_ALLOWED
from litestar.types import ExceptionHandlersMap

from aspan.faces.http.service_view import Unavailable
from aspan.primitives.errors import InvalidInput

VALUE_CHARACTERS_MAX = 200
"""Characters of a wrong value that an answer repeats."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong with a request."""

    field: str
    value: str
    expected: str


class FaultAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A refused request, on one line."""

    error: Fault


def answer_fault(status: int, field: str, value: object, expected: str) -> Response[FaultAnswer]:
    """Return the answer to a refused request; a long value is cut, as nobody would read it."""
    text = str(value)
    shown = text if len(text) <= VALUE_CHARACTERS_MAX else f"{text[:VALUE_CHARACTERS_MAX]}…"
    answer = FaultAnswer(error=Fault(field=field, value=shown, expected=expected))
    return Response(answer, status_code=status, media_type=MediaType.JSON)


def _answer_invalid_input(_: Request[Any, Any, Any], fault: InvalidInput) -> Response[FaultAnswer]:
    return answer_fault(422, fault.field, fault.value, fault.expected)


def _answer_validation(
    request: Request[Any, Any, Any], fault: ValidationException
) -> Response[FaultAnswer]:
    extra = fault.extra[0] if isinstance(fault.extra, list) and fault.extra else {}
    field = str(extra.get("key", "request"))
    value = request.query_params.get(field, "")
    if extra.get("source") == "body" and field == "data":
        field = "body"
    return answer_fault(400, field, value, str(extra.get("message", fault.detail)))


def _answer_http(request: Request[Any, Any, Any], fault: HTTPException) -> Response[FaultAnswer]:
    if fault.status_code == HTTP_405_METHOD_NOT_ALLOWED:
        allowed = (fault.headers or {}).get("allow", "").split(", ")
        expected = ", ".join(sorted(m for m in allowed if m != "OPTIONS"))
        return answer_fault(fault.status_code, "method", request.method, expected)
    expected = "a path of this service" if fault.status_code == 404 else fault.detail
    return answer_fault(fault.status_code, "path", request.url.path, expected)


def _answer_unavailable(_: Request[Any, Any, Any], fault: Unavailable) -> Response[FaultAnswer]:
    return answer_fault(503, "service", "unavailable", str(fault))


FAULT_ANSWERS: ExceptionHandlersMap = {
    InvalidInput: _answer_invalid_input,
    ValidationException: _answer_validation,
    HTTPException: _answer_http,
    Unavailable: _answer_unavailable,
}
"""What answers each kind of refusal."""
