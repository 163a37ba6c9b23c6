"""The route of departures: seats from vertiport to vertiport, today and on coming days."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import Parameter
from litestar.types import ControllerRouterHandler

from aspan.faces.http.callers import Callers
from aspan.faces.http.departure_desk import DepartureDesk
from aspan.faces.http.problem import lang_of
from aspan.faces.http.query import only
from aspan.faces.http.route_parts import BEARER, FRESH, LangParam, caller_of, refusals
from aspan.faces.http.wire_sales import TRAVELLERS_MAX, DeparturesPage

Site = Annotated[str, Parameter(min_length=1, max_length=40, description="id of a vertiport")]


def departure_routes(callers: Callers, desk: DepartureDesk) -> list[ControllerRouterHandler]:
    """Return the route of departures."""

    @get(
        "/v1/departures",
        summary="Departures of a pair on a local date, with seats, fare and the token to hold them",
        tags=["offers"],
        security=BEARER,
        guards=[only("origin", "destination", "date", "party", "lang")],
        responses=refusals("departures"),
    )
    async def departures(
        request: Request[Any, Any, Any],
        origin: Site,
        destination: Site,
        date: Annotated[
            str | None, Parameter(max_length=10, description="YYYY-MM-DD; today if absent")
        ] = None,
        party: Annotated[int, Parameter(ge=1, le=TRAVELLERS_MAX, description="seats")] = 1,
        lang: LangParam = "",
    ) -> Response[DeparturesPage]:
        caller_of(callers, request).need("offers")
        page = await desk.find(origin, destination, date, party, lang=lang_of(request))
        return Response(page, headers=FRESH)

    return [departures]
