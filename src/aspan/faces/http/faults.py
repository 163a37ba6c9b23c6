"""A request that cannot be answered, answered: one shape for every refusal, in one place."""

import logging
import re
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_405_METHOD_NOT_ALLOWED
from litestar.types import ExceptionHandlersMap

from aspan.faces.http.problem import Problem, ProblemPage, Wrong, answer_problem, find_problem
from aspan.faces.http.service_view import Unavailable
from aspan.primitives.errors import InvalidInput

VALUE_CHARACTERS_MAX = 200
"""Characters of a wrong value that an answer repeats."""


RETRY_S = Unavailable.retry_s
"""When whoever met a service that has too much to do may ask again [s]."""

VERSIONED = "/v1/"
"""Paths whose refusals are problem documents (`problem.py`)."""

SHARED = ("/v1/", "/feeds/")
"""Paths that programs and pages of other sites may ask."""

_log = logging.getLogger(__name__)
_MISSING = re.compile(r"Missing required query parameter '([^']*)'")
_EXPECTED = re.compile(
    r"Expected `(?P<kind>\w+)(?: \| null)?`(?: of length <= (?P<length>\d+)"
    r"| (?P<sign>[<>]=) (?P<bound>-?[\d.]+)|, got `\w+`)$"
)
_KINDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "a text"}


class FaultAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A refused request, on one line."""

    error: Wrong


def answer_fault(status: int, field: str, value: object, expected: str) -> Response[FaultAnswer]:
    """Return the answer to a refused request; a long value is cut, as nobody would read it."""
    text = str(value)
    shown = text if len(text) <= VALUE_CHARACTERS_MAX else f"{text[:VALUE_CHARACTERS_MAX]}…"
    answer = FaultAnswer(error=Wrong(field=field, value=shown, expected=expected))
    return Response(answer, status_code=status, media_type=MediaType.JSON)


def _answer_invalid_input(_: Request[Any, Any, Any], fault: InvalidInput) -> Response[FaultAnswer]:
    return answer_fault(422, fault.field, fault.value, fault.expected)


def _answer_validation(
    request: Request[Any, Any, Any], fault: ValidationException
) -> Response[FaultAnswer]:
    missing = _MISSING.match(fault.detail)
    if missing:
        return answer_fault(400, missing[1], "", "a value; this parameter must be there")
    extra = fault.extra[0] if isinstance(fault.extra, list) and fault.extra else {}
    field = str(extra.get("key", "request"))
    value = request.query_params.get(field, "")
    if extra.get("source") == "body" and field == "data":
        field = "body"
    return answer_fault(400, field, value, _say(str(extra.get("message", fault.detail))))


def _say(message: str) -> str:
    """Return what the reader of requests says of a value, in words for people."""
    found = _EXPECTED.match(message)
    if found is None:
        return message
    kind = _KINDS.get(found["kind"], found["kind"])
    if found["length"]:
        return f"{kind} of at most {found['length']} characters"
    bound = {">=": "{} or more", "<=": "{} or less"}.get(found["sign"] or "", "")
    return f"{kind}, {bound.format(found['bound'])}" if bound else kind


def _answer_http(request: Request[Any, Any, Any], fault: HTTPException) -> Response[FaultAnswer]:
    if fault.status_code == HTTP_405_METHOD_NOT_ALLOWED:
        allowed = (fault.headers or {}).get("allow", "").split(", ")
        expected = ", ".join(sorted(m for m in allowed if m != "OPTIONS"))
        return answer_fault(fault.status_code, "method", request.method, expected)
    expected = "a path of this service" if fault.status_code == 404 else fault.detail
    return answer_fault(fault.status_code, "path", request.url.path, expected)


def _answer_unavailable(_: Request[Any, Any, Any], fault: Unavailable) -> Response[FaultAnswer]:
    answer = answer_fault(503, "service", "unavailable", str(fault))
    answer.headers["Retry-After"] = str(RETRY_S)
    return answer


def _shared(answer: Callable[..., Response[FaultAnswer]]) -> Callable[..., Response[FaultAnswer]]:
    """Return a handler whose refusals pages of other sites may read where they may ask at all."""

    def answer_shared(request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
        answered: Response[Any] = answer(request, fault)
        path = request.url.path
        if path.startswith(VERSIONED):
            problem = find_problem(request, fault)
            answered = answer_problem(request, problem, wrong=answered.content.error)
        if path.startswith(SHARED):
            answered.headers["Access-Control-Allow-Origin"] = "*"
        return answered

    return answer_shared


def _answer_unreadable(_: Request[Any, Any, Any], fault: Exception) -> Response[FaultAnswer]:
    return answer_fault(400, "body", type(fault).__name__, "JSON in UTF-8")


def _answer_refused(request: Request[Any, Any, Any], fault: Problem) -> Response[ProblemPage]:
    answered = answer_problem(request, fault)
    if request.url.path.startswith(SHARED):
        answered.headers["Access-Control-Allow-Origin"] = "*"
    return answered


def _answer_broken(request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
    """Answer what nobody foresaw: with a problem where that is promised; note where it broke."""
    _log.error("%s %s", request.method, request.url.path, exc_info=fault)
    if request.url.path.startswith(VERSIONED):
        return answer_problem(request, Problem("internal_error"))
    return answer_fault(500, "service", type(fault).__name__, "a request that it can answer")


FAULT_ANSWERS: ExceptionHandlersMap = {
    InvalidInput: _shared(_answer_invalid_input),
    ValidationException: _shared(_answer_validation),
    HTTPException: _shared(_answer_http),
    Unavailable: _shared(_answer_unavailable),
    UnicodeError: _shared(_answer_unreadable),
    RecursionError: _shared(_answer_unreadable),
    Problem: _answer_refused,
    Exception: _answer_broken,
}
"""What answers each kind of refusal."""
