"""The routes: pages, city, state, stream, log, health; errors answered in one place."""

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import Parameter
from litestar.response import File, Stream
from litestar.static_files import create_static_files_router
from litestar.status_codes import HTTP_405_METHOD_NOT_ALLOWED
from litestar.types import ControllerRouterHandler, Message, Scope

from aspan import __version__
from aspan.faces.http.service_view import CityFacts, LogEntry, ServiceView, Snapshot
from aspan.faces.http.stream import Broadcaster
from aspan.faces.web.pages import find_pages
from aspan.primitives.errors import InvalidInput

LOG_LIMIT_MAX = 1_000
"""Events in one answer of `/api/log`."""

SEQ_MAX = 2**63 - 1
"""Greatest number of an event that a store can hold."""

_DIGITS_MAX = len(str(SEQ_MAX))

for _kind, _ending in (
    ("image/webp", ".webp"),
    ("font/woff2", ".woff2"),
    ("application/geo+json", ".geojson"),
    ("text/javascript", ".mjs"),
):
    mimetypes.add_type(_kind, _ending)  # Python's own table lacks them on some systems

_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_NO_PAGES = """<!doctype html><meta charset="utf-8"><title>Aspan</title>
<h1>The pages are not built</h1>
<p>Run <code>make pages</code> in a checkout (a wheel carries them). The API works:
<a href="/api/state">state</a>, <a href="/api/city">city</a>,
<a href="/api/openapi/openapi.json">its description</a>.</p>
"""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the service answers, how far its log is, and who is on the stream.

    `stream_failure` names the fault that stopped the stream; empty while it runs.
    """

    is_ok: bool
    version: str
    city_id: str
    seq: int
    at_ms: int
    stream_clients: int
    stream_failure: str


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong with a request."""

    field: str
    value: str
    expected: str


class FaultAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A refused request, on one line."""

    error: Fault


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """Part of the log; `last_seq` is the newest event there is."""

    last_seq: int
    events: list[LogEntry]


def _fault(status: int, field: str, value: object, expected: str) -> Response[FaultAnswer]:
    answer = FaultAnswer(error=Fault(field=field, value=str(value), expected=expected))
    return Response(answer, status_code=status, media_type=MediaType.JSON)


def _answer_invalid_input(_: Request[Any, Any, Any], fault: InvalidInput) -> Response[FaultAnswer]:
    return _fault(422, fault.field, fault.value, fault.expected)


def _answer_validation(
    request: Request[Any, Any, Any], fault: ValidationException
) -> Response[FaultAnswer]:
    extra = fault.extra[0] if isinstance(fault.extra, list) and fault.extra else {}
    field = str(extra.get("key", "request"))
    value = request.query_params.get(field, "")
    return _fault(400, field, value, str(extra.get("message", fault.detail)))


def _answer_http(request: Request[Any, Any, Any], fault: HTTPException) -> Response[FaultAnswer]:
    if fault.status_code == HTTP_405_METHOD_NOT_ALLOWED:
        return _fault(fault.status_code, "method", request.method, "GET")
    expected = "a path of this service" if fault.status_code == 404 else fault.detail
    return _fault(fault.status_code, "path", request.url.path, expected)


async def _add_security_headers(message: Message, _: Scope) -> None:
    """Add the headers to every answer, files and refusals included."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _SECURITY_HEADERS.items():
            headers[name] = value


def _last_event_id(request: Request[Any, Any, Any]) -> int | None:
    """Return the number in `Last-Event-ID`, None if the header is absent."""
    text = request.headers.get("last-event-id", "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > _DIGITS_MAX:
        raise InvalidInput("Last-Event-ID", text, "the number of an event, 0 or more")
    return int(text)


def _api_routes(service: ServiceView, broadcaster: Broadcaster) -> list[ControllerRouterHandler]:
    @get("/api/city", summary="What does not change: vertiports, lanes, minima, approval, credits")
    async def city() -> CityFacts:
        return service.city_facts()

    @get("/api/state", summary="Everything that changes, now")
    async def state() -> Snapshot:
        return service.snapshot()

    @get(
        "/api/stream",
        summary="Server-sent events: positions, state, log",
        media_type="text/event-stream",
    )
    async def stream(request: Request[Any, Any, Any]) -> Stream:
        client = broadcaster.connect(_last_event_id(request))
        if client is None:
            raise HTTPException("the stream has no free place", status_code=503)
        return Stream(
            broadcaster.chunks(client),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @get("/api/log", summary="Events of the log after a number, oldest first")
    async def log(
        after: Annotated[
            int, Parameter(ge=0, le=SEQ_MAX, description="number of the last event known")
        ] = 0,
        limit: Annotated[int, Parameter(ge=1, le=LOG_LIMIT_MAX)] = 100,
    ) -> LogPage:
        return LogPage(last_seq=service.last_seq(), events=service.list_log(after, limit))

    @get("/api/health", summary="Is it there, how far is its log")
    async def health() -> Health:
        clock = service.positions().clock
        return Health(
            is_ok=not broadcaster.failure,
            version=__version__,
            city_id=clock.city_id,
            seq=service.last_seq(),
            at_ms=clock.at_ms,
            stream_clients=broadcaster.client_count,
            stream_failure=broadcaster.failure,
        )

    return [city, state, stream, log, health]


def _page_routes(pages: Path | None, map_folder: Path | None) -> list[ControllerRouterHandler]:
    if pages is None:

        @get("/", include_in_schema=False, media_type=MediaType.HTML)
        async def no_pages() -> str:
            return _NO_PAGES

        routes: list[ControllerRouterHandler] = [no_pages]
    else:

        @get("/", include_in_schema=False, media_type=MediaType.HTML)
        async def index() -> File:
            return File(
                pages / "index.html",
                media_type=MediaType.HTML,
                content_disposition_type="inline",
                headers={"Cache-Control": "no-cache"},
            )

        assets = create_static_files_router(
            path="/assets", directories=[pages / "assets"], include_in_schema=False
        )
        routes = [index, assets]
    if map_folder is not None and map_folder.is_dir():
        routes.append(
            create_static_files_router(
                path="/map", directories=[map_folder], include_in_schema=False
            )
        )
    return routes


def create_app(
    service: ServiceView, *, map_folder: Path | None = None, pages: Path | None = None
) -> Litestar:
    """Return the ASGI application over a running service.

    Parameters
    ----------
    map_folder
        The city's `map/` folder, served under `/map`. No background if None.
    pages
        Folder of built pages. Those of this installation if None.

    The broadcaster that feeds the stream is in `app.state.broadcaster`; closing it ends all
    streams, which a server must do before it waits for open connections.
    """
    broadcaster = Broadcaster(service)

    @asynccontextmanager
    async def telling(_: Litestar) -> AsyncIterator[None]:
        broadcaster.start()
        try:
            yield
        finally:
            broadcaster.close()

    app = Litestar(
        route_handlers=[
            *_api_routes(service, broadcaster),
            *_page_routes(pages or find_pages(), map_folder),
        ],
        lifespan=[telling],
        exception_handlers={
            InvalidInput: _answer_invalid_input,
            ValidationException: _answer_validation,
            HTTPException: _answer_http,
        },
        openapi_config=OpenAPIConfig(
            title="Aspan",
            version=__version__,
            path="/api/openapi",
            render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
        ),
        compression_config=CompressionConfig(backend="gzip", exclude=["^/api/stream", "webp$"]),
        before_send=[_add_security_headers],
    )
    app.state.broadcaster = broadcaster
    return app
