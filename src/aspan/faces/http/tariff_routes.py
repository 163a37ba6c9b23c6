"""The route of the public tariff; nobody need say who asks."""

from typing import Any

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from aspan.faces.http.problem import lang_of
from aspan.faces.http.query import only
from aspan.faces.http.route_parts import LangParam, refusals
from aspan.faces.http.tariff_view import PublicTariff, tell_tariff
from aspan.world.city import City


def tariff_routes(city: City) -> list[ControllerRouterHandler]:
    """Return the route of the tariff."""

    @get(
        "/v1/tariff",
        summary="How fares are made, their bounds by pair, conditions, dated tax and care",
        tags=["offers"],
        guards=[only("lang")],
        responses=refusals("tariff"),
        sync_to_thread=False,
    )
    def tariff(request: Request[Any, Any, Any], lang: LangParam = "") -> Response[PublicTariff]:
        return Response(tell_tariff(city, lang_of(request)))

    return [tariff]
