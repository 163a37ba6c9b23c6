"""The routes of what is now: city, state, stream, log, health."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.exceptions import HTTPException
from litestar.params import Parameter
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from aspan import __version__
from aspan.faces.http.service_view import LiveView
from aspan.faces.http.stream import Broadcaster
from aspan.faces.http.wire_city import CityFacts
from aspan.faces.http.wire_now import LogEntry, Snapshot
from aspan.primitives.errors import InvalidInput

LOG_LIMIT_MAX = 1_000
"""Events in one answer of `/api/log`."""

SEQ_MAX = 2**63 - 1
"""Greatest number of an event that a store can hold."""

_DIGITS_MAX = len(str(SEQ_MAX))


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


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """Part of the log; `last_seq` is the newest event there is."""

    last_seq: int
    events: list[LogEntry]


def _last_event_id(request: Request[Any, Any, Any]) -> int | None:
    """Return the number in `Last-Event-ID`, None if the header is absent."""
    text = request.headers.get("last-event-id", "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > _DIGITS_MAX:
        raise InvalidInput("Last-Event-ID", text, "the number of an event, 0 or more")
    return int(text)


def live_routes(service: LiveView, broadcaster: Broadcaster) -> list[ControllerRouterHandler]:
    """Return the routes of what is now."""

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
