"""The routes of the desk: look at what an action would do, do it, list what was done.

An action changes the service, so a page of another site must not be able to send one through the
browser of somebody who has this page open: only `application/json` is taken, which no form can
send, and an `Origin` must be this server's own. Not here yet: who may do what.
"""

from typing import Annotated, Any
from urllib.parse import urlsplit

from litestar import MediaType, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody, Parameter
from litestar.types import ControllerRouterHandler

from aspan.faces.http.faults import answer_fault
from aspan.faces.http.service_view import DeskView
from aspan.faces.http.wire_actions import (
    ActionAnswer,
    ActionRequest,
    ActionsPage,
    PreviewRequest,
)
from aspan.faces.http.wire_stranded import StrandedPage
from aspan.faces.http.workers import Workers
from aspan.operations.actions import Consequences
from aspan.primitives.errors import InvalidInput

BODY_BYTES_MAX = 16_384
"""Size of a request; the longest action takes less than a tenth of it."""

ACTIONS_LIMIT_MAX = 1_000
"""Actions in one answer of `/api/actions`."""


def guard_origin(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse what a foreign page could have sent."""
    kind = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException("content of type application/json", status_code=415)
    origin = connection.headers.get("origin")
    if origin is not None and _find_host(origin) != connection.headers.get("host", ""):
        raise HTTPException("a request from this server's own page", status_code=403)


def _find_host(origin: str) -> str | None:
    """Return host and port of an origin; None if it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _answer_unreadable(_: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
    """Answer a body that is no text, or nested beyond reason."""
    return answer_fault(400, "body", type(fault).__name__, "JSON in UTF-8")


def _check_line(field: str, text: str) -> None:
    """Refuse what would not stand on one line of the log."""
    if not text.strip() or not text.isprintable():
        raise InvalidInput(field, ascii(text), "words on one line")


def desk_routes(desk: DeskView, workers: Workers) -> list[ControllerRouterHandler]:
    """Return the routes of the desk."""

    @post(
        "/api/actions/preview",
        summary="What an action would do now: sorties and passengers touched",
        status_code=200,
        guards=[guard_origin],
        request_max_body_size=BODY_BYTES_MAX,
        exception_handlers={UnicodeError: _answer_unreadable, RecursionError: _answer_unreadable},
    )
    async def preview(data: JSONBody[PreviewRequest]) -> Consequences:
        return await workers.run(desk.preview, data.action)

    @post(
        "/api/actions",
        summary="Do an action, once for each key; 200 done, 409 refused",
        status_code=200,
        guards=[guard_origin],
        request_max_body_size=BODY_BYTES_MAX,
        exception_handlers={UnicodeError: _answer_unreadable, RecursionError: _answer_unreadable},
    )
    async def act(data: JSONBody[ActionRequest]) -> Response[ActionAnswer]:
        _check_line("who", data.who)
        _check_line("why", data.why)
        answer = await workers.run(desk.act, data)
        status = 200 if answer.outcome == "done" else 409
        return Response(answer, status_code=status, media_type=MediaType.JSON)

    @get("/api/actions", summary="The newest actions of the desk, newest first")
    async def actions(
        limit: Annotated[int, Parameter(ge=1, le=ACTIONS_LIMIT_MAX)] = 100,
    ) -> ActionsPage:
        return ActionsPage(actions=tuple(await workers.run(desk.list_actions, limit)))

    @get("/api/stranded", summary="Who still stands at a vertiport, and what is open to them")
    async def stranded() -> StrandedPage:
        return await workers.run(desk.list_stranded)

    return [preview, act, actions, stranded]
