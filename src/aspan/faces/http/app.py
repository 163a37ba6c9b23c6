"""The application: every route over one service, the stream, the headers of every answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ControllerRouterHandler, Message, Scope

from aspan import __version__
from aspan.faces.http.desk_routes import desk_routes
from aspan.faces.http.faults import FAULT_ANSWERS
from aspan.faces.http.feed_routes import feed_routes
from aspan.faces.http.feed_view import FeedView
from aspan.faces.http.history_routes import detail_routes, history_routes
from aspan.faces.http.journey_routes import journey_routes
from aspan.faces.http.journey_view import JourneyView
from aspan.faces.http.live_routes import live_routes
from aspan.faces.http.noise_routes import noise_routes
from aspan.faces.http.page_routes import page_routes
from aspan.faces.http.payment_webhook_routes import PaymentWebhooks, payment_webhook_routes
from aspan.faces.http.place_routes import place_routes
from aspan.faces.http.place_view import PlaceView
from aspan.faces.http.range_routes import faces_route, range_routes
from aspan.faces.http.range_site import RangeFace
from aspan.faces.http.route_parts import at_their_rate
from aspan.faces.http.sales_parts import Sales
from aspan.faces.http.service_view import ServiceView
from aspan.faces.http.stream import Broadcaster
from aspan.faces.http.workers import Workers
from aspan.faces.web.pages import find_pages

READER_THREADS = 3
"""Threads that read the past and the details; more would only share the same processor."""

READERS_MAX = 32
"""Such requests taken in at once."""

DESK_THREADS = 4
"""Threads that wait for the service to have done what a desk asked."""

DESK_MAX = 64
"""Actions and previews taken in at once."""

TRIP_THREADS = 2
"""Threads that put a trip's question; the service answers one at a time."""

TRIPS_MAX = 32
"""Such questions taken in at once."""

RANGE_THREADS = 3
"""Threads that look at the test site, and take orders and telemetry of it."""

RANGE_MAX = 64
"""Such requests taken in at once."""

_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_BEARER = SecurityScheme(
    type="http",
    scheme="bearer",
    description="a partner's token (POST /v1/oauth/token), or the access_token that came with a"
    " booking or payment made without one",
)


async def _add_security_headers(message: Message, _: Scope) -> None:
    """Add the headers to every answer, files and refusals included."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _SECURITY_HEADERS.items():
            headers[name] = value


def _at_their_rate(
    sales: Sales | None, *routes: ControllerRouterHandler
) -> tuple[ControllerRouterHandler, ...]:
    """Return open routes as nobody may ask them too often; as they are where nobody counts."""
    if sales is None:
        return routes
    return (Router("/", guards=[at_their_rate(sales.callers)], route_handlers=routes),)


def _describe_api() -> OpenAPIConfig:
    """Return how the interface describes itself."""
    return OpenAPIConfig(
        title="Aspan",
        version=__version__,
        path="/api/openapi",
        components=Components(security_schemes={"bearer": _BEARER}),
        render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
    )


def _range_routes(site: RangeFace | None, workers: Workers) -> list[ControllerRouterHandler]:
    """Return the routes of the test site; without one only the word that there is none."""
    faces = faces_route(site is not None)
    return [faces] if site is None else [faces, *range_routes(site, workers)]


def create_app(
    service: ServiceView,
    *,
    map_folder: Path | None = None,
    pages: Path | None = None,
    feeds: FeedView | None = None,
    places: PlaceView | None = None,
    journeys: JourneyView | None = None,
    sales: Sales | None = None,
    payments: PaymentWebhooks | None = None,
    test_site: RangeFace | None = None,
) -> Litestar:
    """Return the ASGI application over a running service.

    Parameters
    ----------
    map_folder
        The city's `map/` folder, served under `/map`. No background if None.
    pages
        Folder of built pages. Those of this installation if None.
    feeds
        What is published under `/feeds`. Nothing if None.
    places
        What `/v1/places` searches. No search if None.
    journeys
        What `/v1/itineraries` asks. No trips if None.
    sales
        What sells, and keeps the rates of whoever asks. No bookings over HTTP if None.
    payments
        What hears the webhooks of a provider of payments. None come if None.
    test_site
        The test site beside the service. None if None.

    The broadcaster that feeds the stream is in `app.state.broadcaster`; closing it ends all
    streams, which a server must do before it waits for open connections. In `app.state.front` is
    what a server should speak to: the application, or what sells in front of it.
    """
    broadcaster = Broadcaster(service)
    readers = Workers("reader", threads=READER_THREADS, at_once_max=READERS_MAX)
    desk = Workers("desk", threads=DESK_THREADS, at_once_max=DESK_MAX)
    trips = Workers("trip", threads=TRIP_THREADS, at_once_max=TRIPS_MAX)
    tests = Workers("range", threads=RANGE_THREADS, at_once_max=RANGE_MAX)

    @asynccontextmanager
    async def telling(_: Litestar) -> AsyncIterator[None]:
        broadcaster.start()
        try:
            yield
        finally:
            broadcaster.close()
            for workers in (readers, desk, trips, tests):
                workers.close()

    app = Litestar(
        route_handlers=[
            *live_routes(service, broadcaster),
            *history_routes(service, readers),
            *detail_routes(service, readers),
            *noise_routes(service.find_noise),
            *desk_routes(service, desk),
            *_at_their_rate(
                sales,
                *(feed_routes(feeds) if feeds is not None else ()),
                *(place_routes(service, places) if places is not None else ()),
                *(journey_routes(journeys, trips) if journeys is not None else ()),
            ),
            *([] if sales is None else sales.routes()),
            *(payment_webhook_routes(payments) if payments is not None else ()),
            *_range_routes(test_site, tests),
            *page_routes(pages or find_pages(), map_folder),
        ],
        lifespan=[telling],
        exception_handlers=FAULT_ANSWERS,
        openapi_config=_describe_api(),
        compression_config=CompressionConfig(backend="gzip", exclude=["^/api/stream", "webp$"]),
        before_send=[_add_security_headers],
    )
    app.state.broadcaster = broadcaster
    app.state.front = app if sales is None else sales.front(app, _SECURITY_HEADERS)
    return app
