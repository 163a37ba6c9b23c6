"""The routes of places, and of what a passenger's page must know before anything is asked."""

from typing import Annotated

from litestar import Response, get
from litestar.exceptions import ValidationException
from litestar.params import Parameter
from litestar.types import ControllerRouterHandler

from aspan.faces.http.place_view import PlaceView
from aspan.faces.http.query import only
from aspan.faces.http.route_parts import refusals
from aspan.faces.http.service_view import LiveView
from aspan.faces.http.wire_places import NearPage, PlacesPage, ServicePage
from aspan.journeys.place_words import TEXT_CHARACTERS_MAX
from aspan.world.places import LANGUAGES

PLACES_MAX = 20
"""Places in one answer."""
KEEP_S = 300
"""How long an answer about places may be kept by whoever asks; places change with the city."""

_KEPT = {"Cache-Control": f"public, max-age={KEEP_S}", "Access-Control-Allow-Origin": "*"}
_FRESH = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}

Lang = Annotated[str, Parameter(description="language of the names: kk, ru or en")]


def check_lang(lang: str) -> str:
    """Return the language; answer 400 if it is none of the three."""
    if lang not in LANGUAGES:
        raise ValidationException(extra=[{"key": "lang", "message": "kk, ru or en"}])
    return lang


def place_routes(service: LiveView, places: PlaceView) -> list[ControllerRouterHandler]:
    """Return the routes of places."""

    @get(
        "/v1/places",
        summary="Places by what people type, errors forgiven; the best first",
        guards=[only("q", "lang", "limit")],
        responses=refusals("places"),
        sync_to_thread=True,
    )
    def search(
        q: Annotated[
            str,
            Parameter(
                max_length=TEXT_CHARACTERS_MAX,
                description="what was typed so far; empty: the places most often meant",
            ),
        ],
        lang: Lang = "en",
        limit: Annotated[int, Parameter(ge=1, le=PLACES_MAX)] = 8,
    ) -> Response[PlacesPage]:
        return Response(places.search(q, check_lang(lang), limit), headers=_KEPT)

    @get(
        "/v1/places/near",
        summary="What people call a point",
        guards=[only("lat", "lon", "lang")],
        responses=refusals("places"),
        sync_to_thread=True,
    )
    def near(
        lat: Annotated[float, Parameter(ge=-90.0, le=90.0)],
        lon: Annotated[float, Parameter(ge=-180.0, le=180.0)],
        lang: Lang = "en",
    ) -> Response[NearPage]:
        return Response(places.near(lon, lat, check_lang(lang)), headers=_KEPT)

    @get(
        "/v1/service",
        summary="The service for passengers: its clock, its bounds, what is only assumed",
        guards=[only("lang")],
        responses=refusals("places"),
        sync_to_thread=True,
    )
    def facts(lang: Lang = "en") -> Response[ServicePage]:
        city, clock = service.city_facts(), service.positions().clock
        page = ServicePage(
            city_id=city.city_id,
            name=getattr(city.names, check_lang(lang)),
            time_zone=city.time_zone,
            now_ms=clock.at_ms,
            utc_offset_ms=clock.utc_offset_ms,
            is_twin=city.is_twin,
            is_approval_assumed=city.is_approval_assumed,
            party_max=city.aircraft_type.seats,
            bounds=places.bounds(),
            credits=city.credits,
        )
        return Response(page, headers=_FRESH)

    return [search, near, facts]
