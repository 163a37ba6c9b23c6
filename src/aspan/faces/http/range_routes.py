"""The routes of the test site: look at it, hand in signed orders, stream telemetry.

An order carries the signature of a person, so no page of another site can make one; only
`application/json` from this server's own pages is taken all the same, as at the desk.
"""

from typing import Annotated, Any

from litestar import MediaType, Request, Response, get, post
from litestar.params import JSONBody, Parameter
from litestar.types import ControllerRouterHandler

from aspan.evidence.go_no_go_list import GoNoGo
from aspan.evidence.package.contents import RunVerdicts
from aspan.evidence.people import SignedOrder
from aspan.faces.http.desk_routes import guard_origin
from aspan.faces.http.range_site import RangeFace
from aspan.faces.http.wire_range import (
    CardLine,
    CardPage,
    FacesPage,
    ListRequest,
    MatrixPage,
    OrderAnswer,
    OrderRefusal,
    RangePage,
    RunLine,
    RunPage,
    Series,
    SlotLine,
)
from aspan.faces.http.workers import Workers

ORDER_BYTES_MAX = 1_200_000
"""Size of an order in its envelope; a card of a thousand segments fits."""

CHANNELS_MAX = 48
"""Channels in one answer of a series."""

_ID = Annotated[str, Parameter(max_length=100)]


def range_routes(face: RangeFace, workers: Workers) -> list[ControllerRouterHandler]:
    """Return the routes of a test site."""
    return [
        *_plan_routes(face, workers),
        *_run_routes(face, workers),
        *_order_routes(face, workers),
    ]


def faces_route(has_test_site: bool) -> ControllerRouterHandler:
    """Return the route that says which pages beside the desk have something to show."""

    @get("/api/faces", summary="Which pages beside the desk this service has")
    async def faces() -> FacesPage:
        return FacesPage(has_test_site=has_test_site)

    return faces


def _plan_routes(face: RangeFace, workers: Workers) -> list[ControllerRouterHandler]:
    """Return what shows the site, its cards and its slots."""
    view = face.view

    @get("/api/range", summary="The test site: ground, volumes, people, weather")
    async def site() -> RangePage:
        return await workers.run(view.site)

    @get("/api/range/cards", summary="The campaign's cards and where each stands")
    async def cards() -> list[CardLine]:
        return await workers.run(view.cards)

    @get("/api/range/cards/{card_id:str}", summary="One card whole, with its page")
    async def card(card_id: _ID) -> CardPage:
        return await workers.run(view.card, card_id)

    @get("/api/range/slots", summary="Slots of the range, the latest first")
    async def slots() -> list[SlotLine]:
        return await workers.run(view.slots)

    @get(
        "/api/range/slots/{slot_id:str}/notice",
        summary="Draft of the airspace notice of a slot",
        media_type=MediaType.TEXT,
    )
    async def notice(slot_id: _ID) -> str:
        return await workers.run(view.notice, slot_id)

    @get("/api/range/matrix", summary="From requirement to evidence, gaps first")
    async def matrix() -> MatrixPage:
        return await workers.run(view.matrix)

    return [site, cards, card, slots, notice, matrix]


def _run_routes(face: RangeFace, workers: Workers) -> list[ControllerRouterHandler]:
    """Return what shows runs, and takes their telemetry."""
    view, feeds = face.view, face.feeds

    @get("/api/range/runs", summary="Runs, the newest first")
    async def runs() -> list[RunLine]:
        return await workers.run(view.runs)

    @get("/api/range/runs/{run_id:str}", summary="One run whole")
    async def run(run_id: _ID) -> RunPage:
        return await workers.run(view.run, run_id)

    @get("/api/range/runs/{run_id:str}/series", summary="Telemetry of some channels of a run")
    async def series(
        run_id: _ID,
        channels: Annotated[str, Parameter(max_length=1_000, description="joined by commas")],
        after_ms: Annotated[int, Parameter(ge=0, description="rows after this instant")] = 0,
    ) -> Series:
        wanted = tuple(channels.split(","))[:CHANNELS_MAX]
        return await workers.run(feeds.series, run_id, wanted, after_ms)

    @get("/api/range/runs/{run_id:str}/verdicts", summary="What the card's judges say of a run")
    async def verdicts(run_id: _ID) -> RunVerdicts:
        return await workers.run(view.verdicts, run_id)

    @post(
        "/api/range/runs/{run_id:str}/telemetry",
        summary="A batch of telemetry of a run that is under way",
        status_code=200,
        request_max_body_size=16_000_000,
    )
    async def telemetry(run_id: _ID, request: Request[Any, Any, Any]) -> Response[Any]:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        kind = request.headers.get("content-type", "")
        body = await request.body()
        status, answer = await workers.run(feeds.take, run_id, body, kind, token)
        return Response(answer, status_code=status, media_type=MediaType.JSON)

    return [runs, run, series, verdicts, telemetry]


def _order_routes(face: RangeFace, workers: Workers) -> list[ControllerRouterHandler]:
    """Return what tries the go/no-go list, and takes signed orders."""
    view = face.view

    @post(
        "/api/range/go-no-go",
        summary="How the go/no-go list would stand now; signs nothing",
        status_code=200,
        guards=[guard_origin],
    )
    async def go_no_go(data: JSONBody[ListRequest]) -> GoNoGo:
        return await workers.run(view.list_go_no_go, data)

    @post(
        "/api/range/orders",
        summary="Hand in a signed order; 200 taken, 409 refused with the reason",
        status_code=200,
        guards=[guard_origin],
        request_max_body_size=ORDER_BYTES_MAX,
    )
    async def order(data: JSONBody[SignedOrder]) -> Response[OrderAnswer | OrderRefusal]:
        answer = await workers.run(view.order, data)
        status = 409 if isinstance(answer, OrderRefusal) else 200
        return Response(answer, status_code=status, media_type=MediaType.JSON)

    return [go_no_go, order]
