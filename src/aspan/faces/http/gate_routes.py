"""The routes of gates: keys, departures, tickets taken, and what agents did."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.params import JSONBody, Parameter
from litestar.types import ControllerRouterHandler

from aspan.faces.http.gate_access import GateAccess
from aspan.faces.http.gate_view import BoardingGate
from aspan.faces.http.live_routes import SEQ_MAX
from aspan.faces.http.problem import Problem
from aspan.faces.http.query import only
from aspan.faces.http.route_parts import BEARER, refusals
from aspan.faces.http.wire_gate import (
    BoardRequest,
    GateKeys,
    GateSorties,
    GateUsed,
    RefuseRequest,
    Scan,
    ScanBatch,
    ScanResult,
    ScanResults,
)

BODY_BYTES_MAX: Final = 256 * 1024
"""Of a batch; a scan takes some 350 bytes."""

ONCE: Final = 1
"""Number of what is done outside a gate's queue; doing it twice changes nothing."""

_FRESH = {"Cache-Control": "no-store"}

SiteId = Annotated[str, Parameter(min_length=1, max_length=40, description="a vertiport")]


def gate_routes(gate: BoardingGate, access: GateAccess) -> list[ControllerRouterHandler]:
    """Return the routes of gates, behind `access`."""

    @get(
        "/v1/gate/keys",
        summary="What a gate needs to judge tickets without a network: keys, sites, deadlines",
        security=BEARER,
        guards=[access, only()],
        responses=refusals("gate"),
    )
    async def keys(request: Request[Any, Any, Any]) -> Response[GateKeys]:
        device_pass = access.find_pass(request.headers.get("authorization", ""))
        return Response(gate.keys(device_pass), headers=_FRESH)

    @get(
        "/v1/gate/sorties",
        summary="The next departures of a site with their parties",
        security=BEARER,
        guards=[access, only("vertiport_id")],
        responses=refusals("gate"),
    )
    async def sorties(vertiport_id: SiteId) -> Response[GateSorties]:
        return Response(await gate.sorties(vertiport_id), headers=_FRESH)

    @get(
        "/v1/gate/used",
        summary="Tickets taken at any gate of a site; none if nothing came after a number",
        security=BEARER,
        guards=[access, only("vertiport_id", "after")],
        responses=refusals("gate"),
    )
    async def used(
        vertiport_id: SiteId,
        after: Annotated[
            int, Parameter(ge=0, le=SEQ_MAX, description="`seq` of the last answer")
        ] = 0,
    ) -> Response[GateUsed]:
        return Response(await gate.used(vertiport_id, after), headers=_FRESH)

    @post(
        "/v1/gate/scans",
        summary="What a gate did, once for each of its numbers; what came of it, in order",
        status_code=200,
        security=BEARER,
        guards=[access, only()],
        request_max_body_size=BODY_BYTES_MAX,
        responses=refusals("scan"),
    )
    async def scans(data: JSONBody[ScanBatch]) -> Response[ScanResults]:
        return Response(await gate.scan(data), headers=_FRESH)

    return [keys, sorties, used, scans, *_single_routes(gate, access)]


def _single_routes(gate: BoardingGate, access: GateAccess) -> list[ControllerRouterHandler]:
    """Return the routes of one party at a time, for programs that keep no queue."""

    @post(
        "/v1/gate/board",
        summary="Let one party aboard; 409 if it cannot",
        status_code=200,
        security=BEARER,
        guards=[access, only("vertiport_id")],
        request_max_body_size=BODY_BYTES_MAX,
        responses=refusals("scan"),
    )
    async def board(data: JSONBody[BoardRequest], vertiport_id: SiteId) -> Response[ScanResult]:
        scan = Scan(number=ONCE, at_ms=0, action="board", booking_id=data.booking_id)
        return await _do_one(gate, data.gate_id, vertiport_id, scan)

    @post(
        "/v1/gate/refuse",
        summary="Do not carry one party; it gets its money back",
        status_code=200,
        security=BEARER,
        guards=[access, only("vertiport_id")],
        request_max_body_size=BODY_BYTES_MAX,
        responses=refusals("scan"),
    )
    async def refuse(data: JSONBody[RefuseRequest], vertiport_id: SiteId) -> Response[ScanResult]:
        scan = Scan(
            number=ONCE, at_ms=0, action="refuse", booking_id=data.booking_id, reason=data.reason
        )
        return await _do_one(gate, data.gate_id, vertiport_id, scan)

    return [board, refuse]


async def _do_one(
    gate: BoardingGate, gate_id: str, vertiport_id: str, scan: Scan
) -> Response[ScanResult]:
    batch = ScanBatch(gate_id=gate_id, vertiport_id=vertiport_id, scans=(scan,))
    (result,) = (await gate.scan(batch)).results
    if result.outcome == "refused":
        raise Problem(result.reason)
    return Response(result, headers=_FRESH)
