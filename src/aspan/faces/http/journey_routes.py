"""The route of itineraries: from any door to any door."""

from typing import Annotated

from litestar import Response, get
from litestar.exceptions import ValidationException
from litestar.params import Parameter, QueryParameter
from litestar.types import ControllerRouterHandler

from aspan.compose.trips import PARTY_MAX
from aspan.faces.http.journey_question import WALK_M_BOUND, Question
from aspan.faces.http.journey_view import JourneyView
from aspan.faces.http.place_routes import check_lang
from aspan.faces.http.query import only
from aspan.faces.http.route_parts import refusals
from aspan.faces.http.wire_journeys import ItinerariesPage
from aspan.faces.http.workers import Workers
from aspan.primitives.errors import InvalidInput

_FRESH = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
TEXT_MAX = 60
"""Characters of a point or a time."""

KNOWN = ("from", "to", "depart_at", "arrive_by", "party", "step_free", "walk_m_max", "lang")
"""Parameters of a question; limits of numbers are told in its language, so not checked before."""

Point = Annotated[str, Parameter(max_length=TEXT_MAX, description="LAT,LON in degrees")]
Moment = Annotated[
    str | None,
    Parameter(max_length=TEXT_MAX, description="RFC 3339, or YYYY-MM-DDTHH:MM in the city's time"),
]


def journey_routes(trips: JourneyView, workers: Workers) -> list[ControllerRouterHandler]:
    """Return the route of itineraries."""

    @get(
        "/v1/itineraries",
        summary="Ways from door to door, with and without flight; the best first",
        guards=[only(*KNOWN)],
        responses=refusals("search"),
    )
    async def itineraries(
        start: Annotated[
            str, QueryParameter(name="from", max_length=TEXT_MAX, description="LAT,LON in degrees")
        ],
        to: Point,
        depart_at: Moment = None,
        arrive_by: Moment = None,
        party: Annotated[
            int, Parameter(schema_extra={"minimum": 1, "maximum": PARTY_MAX}, description="persons")
        ] = 1,
        step_free: Annotated[
            bool, Parameter(description="only ways known to have no steps, vehicles included")
        ] = False,
        walk_m_max: Annotated[
            int | None,
            Parameter(
                schema_extra={"minimum": 0, "maximum": WALK_M_BOUND},
                description="on foot in all; the city's own without",
            ),
        ] = None,
        lang: Annotated[str, Parameter(description="language of names: kk, ru or en")] = "en",
    ) -> Response[ItinerariesPage]:
        question = Question(
            start=start,
            end=to,
            depart_at=depart_at,
            arrive_by=arrive_by,
            party=party,
            is_step_free=step_free,
            walk_m_max=walk_m_max,
            lang=check_lang(lang),
        )
        try:
            page = await workers.run(trips.find, question)
        except InvalidInput as error:
            raise ValidationException(
                extra=[{"key": error.field, "message": error.expected}]
            ) from None
        return Response(page, headers=_FRESH)

    return [itineraries]
