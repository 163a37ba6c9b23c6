"""Problems: every refusal of the interface for passengers and partners, in one shape.

A refusal is a problem document (M. Nottingham, E. Wilde and S. Dalal, *RFC 9457: Problem Details
for HTTP APIs*, 2023): `code` is stable and for programs, `title` and `detail` are for people, in
the language of whoever asks. The words stand in `problems.json`; why the field says no, in those of
the reports. A route raises `Problem`; what else goes wrong is made one here.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from aspan.faces.http.journey_words import has_cause, tell_cause
from aspan.faces.http.problem_body import find_expected, find_fault, read_fault
from aspan.faces.http.service_view import Unavailable
from aspan.primitives.errors import InvalidInput
from aspan.world.places import LANGUAGES

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "/v1/problems#"
"""Where the codes are told of; `type` is this and the code."""

DETAIL_CHARACTERS_MAX: Final = 300
HEADER_CHARACTERS_MAX: Final = 200
"""Of `Accept-Language`; more is not read."""

DEFAULT_LANG: Final = "en"

_MISSING = re.compile(r"Missing required \w+ parameter '([^']*)'")
_TAG = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*"
)


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong with a request, as the routes of trips have always said it."""

    field: str
    value: str
    expected: str


class ProblemPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document.

    Parameters
    ----------
    code
        Stable; `type` ends with it.
    field
        The parameter, header or field of the body that is wrong; absent if it is none.
    error
        At the token's route the code of OAuth 2.0; at the routes of trips what was wrong.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str = ""
    error: str | Wrong = ""


class Problem(Exception):
    """A refusal with a stable code, to be raised by a route.

    Parameters
    ----------
    values
        What the words of this code ask for; one that is a mapping is a text by language.
    """

    def __init__(
        self,
        code: str,
        *,
        field: str = "",
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        error: str = "",
        **values: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.status = status
        self.headers = dict(headers or {})
        self.error = error
        self.values = values


class _Entry(msgspec.Struct, frozen=True):
    status: int
    title: dict[str, str]
    detail: dict[str, str]


@cache
def read_problems() -> dict[str, _Entry]:
    """Return status and words by code."""
    content = files("aspan.faces.http").joinpath("problems.json").read_bytes()
    return msgspec.json.decode(content, type=dict[str, _Entry])


def tell_problem(problem: Problem, lang: str) -> ProblemPage:
    """Return the document in a language.

    A code without words of its own is a reason of the field's, as reports word it.
    """
    entries = read_problems()
    entry = entries.get(problem.code)
    values: dict[str, object] = {"field": problem.field}
    for name, value in problem.values.items():
        values[name] = value[lang] if isinstance(value, Mapping) else value
    if entry is None:
        entry = entries["refused"]
        values["why"] = tell_cause(lang, problem.code)
    detail = entry.detail[lang].format_map(_Gaps(values)).replace("..", ".")
    return ProblemPage(
        type=TYPE + problem.code,
        title=entry.title[lang],
        status=problem.status or entry.status,
        detail=_cut(detail),
        code=problem.code,
        field=problem.field,
        error=problem.error,
    )


def is_worded(code: str) -> bool:
    """Say whether people can be told of a code in their language."""
    return code in read_problems() or has_cause(code)


class _Gaps(dict[str, object]):
    """Values of a text; one that is missing leaves a dash, as no refusal may fail for its words."""

    def __missing__(self, key: str) -> str:
        return "–"


def _cut(text: str) -> str:
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return plain if len(plain) <= DETAIL_CHARACTERS_MAX else f"{plain[:DETAIL_CHARACTERS_MAX]}…"


# ---- the asker's language --------------------------------------------------------------------


@lru_cache(maxsize=1024)
def choose_lang(lang: str, accepted: str) -> str:
    """Return kk, ru or en: the parameter's, else the one `Accept-Language` likes best, else en.

    Quality values after R. Fielding et al., *RFC 9110: HTTP Semantics*, 2022, section 12.5.4; what
    cannot be read is passed over.
    """
    if lang in LANGUAGES:
        return lang
    best, chosen = 0.0, DEFAULT_LANG
    for part in accepted[:HEADER_CHARACTERS_MAX].split(","):
        found = _TAG.fullmatch(part)
        if found is None:
            continue
        tag, quality = found[1].lower(), float(found[2] or 1.0)
        if tag in LANGUAGES and quality > best:
            best, chosen = quality, tag
    return chosen


def lang_of(request: Request[Any, Any, Any]) -> str:
    """Return the asker's language."""
    return choose_lang(
        request.query_params.get("lang", ""), request.headers.get("accept-language", "")
    )


# ---- what goes wrong, as a problem -----------------------------------------------------------


def answer_problem(
    request: Request[Any, Any, Any], problem: Problem, *, wrong: Wrong | None = None
) -> Response[ProblemPage]:
    """Return the answer to a refused request."""
    page = tell_problem(problem, lang_of(request))
    if wrong is not None:
        page = msgspec.structs.replace(page, error=wrong)
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Response(page, status_code=page.status, media_type=MEDIA_TYPE, headers=headers)


def encode_problem(problem: Problem, lang: str) -> tuple[int, bytes]:
    """Return status and body of a refusal where there is no request object."""
    page = tell_problem(problem, lang)
    return page.status, msgspec.json.encode(page)


def find_body_problem(error: Exception) -> Problem:
    """Return what is wrong with a body that a decoder refused."""
    fault = read_fault(error)
    return Problem(fault.code, field=fault.field, expected=fault.expected)


def find_problem(request: Request[Any, Any, Any], fault: Exception) -> Problem:
    """Return the problem that a fault of a request is."""
    match fault:
        case ValidationException():
            return _find_validation_problem(fault)
        case HTTPException():
            return _find_http_problem(request, fault)
        case _:
            return find_plain(fault)


def find_plain(fault: Exception) -> Problem:
    """Return the problem that a fault is which no framework made."""
    match fault:
        case Problem():
            return fault
        case InvalidInput():
            return Problem("invalid_value", field=fault.field, expected=fault.expected)
        case Unavailable():
            return Problem(fault.code, headers={"Retry-After": str(fault.retry_s)})
        case UnicodeError() | RecursionError():
            return Problem("malformed_json", field="body")
        case _:
            return Problem("internal_error")


def _find_validation_problem(fault: ValidationException) -> Problem:
    missing = _MISSING.match(fault.detail)
    if missing:
        return Problem("missing_value", field=missing[1])
    extra = fault.extra[0] if isinstance(fault.extra, list) and fault.extra else {}
    field = str(extra.get("key", "request"))
    message = str(extra.get("message", fault.detail))
    if extra.get("source") == "body":
        wrong = find_fault(message, "" if field == "data" else field)
        return Problem(wrong.code, field=wrong.field, expected=wrong.expected)
    return Problem("invalid_parameter", field=field, expected=find_expected(message) or message)


def _find_http_problem(request: Request[Any, Any, Any], fault: HTTPException) -> Problem:
    path = request.url.path
    match fault.status_code:
        case 404:
            return Problem("unknown_path", field="path", path=path)
        case 405:
            allowed = (fault.headers or {}).get("allow", "").split(", ")
            shown = ", ".join(sorted(m for m in allowed if m != "OPTIONS"))
            headers = {"Allow": shown}
            return Problem("method_not_allowed", field="method", headers=headers, allowed=shown)
        case 413:
            return Problem("body_too_large", field="body", bytes="16 384")
        case 415:
            return Problem("unsupported_media_type", expected="application/json")
        case 503:
            return Problem("unavailable", headers={"Retry-After": str(Unavailable.retry_s)})
        case 500:
            return Problem("internal_error")
        case _:
            return Problem("malformed_json", field="body", status=fault.status_code)
