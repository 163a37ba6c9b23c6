"""The route of tickets: to keep one, and to show it where there is no network."""

from typing import Any

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from aspan.faces.http.problem import Problem
from aspan.faces.http.query import only
from aspan.faces.http.route_parts import BEARER, FRESH, LangParam, NamedId, caller_of, refusals
from aspan.faces.http.sales_desk import SalesDesk
from aspan.faces.http.ticket_view import TicketPage, tell_ticket
from aspan.live.keys import Keys
from aspan.primitives.ids import BookingId


def ticket_routes(desk: SalesDesk, keys: Keys) -> list[ControllerRouterHandler]:
    """Return the route of tickets."""

    @get(
        "/v1/bookings/{booking_id:str}/ticket",
        summary="The ticket of a booking: its signed text, and the same as a QR code",
        tags=["bookings"],
        security=BEARER,
        guards=[only("lang")],
        responses=refusals("ticket"),
    )
    async def ticket(
        request: Request[Any, Any, Any], booking_id: NamedId, lang: LangParam = ""
    ) -> Response[TicketPage]:
        await desk.own(caller_of(desk.callers, request), booking_id)
        page = await desk.view.ask(
            lambda engine: tell_ticket(engine.state, BookingId(booking_id), keys)
        )
        if page is None:
            raise Problem("no_ticket")
        return Response(page, headers=FRESH)

    return [ticket]
