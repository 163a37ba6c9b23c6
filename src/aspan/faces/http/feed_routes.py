"""The routes of the feeds: GTFS, GTFS-Realtime and GOFS of the service."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, Parameter
from litestar.types import ControllerRouterHandler

from aspan.faces.feeds.texts import LANGUAGES
from aspan.faces.http.feed_view import KINDS, REFRESH_S, SCHEDULE_REFRESH_S, FeedView
from aspan.primitives.errors import InvalidInput

PROTOBUF = "application/x-protobuf"
_GOFS = "feeds/gofs/"

Latitude = Annotated[float | None, Parameter(ge=-90.0, le=90.0)]
Longitude = Annotated[float | None, Parameter(ge=-180.0, le=180.0)]


def _keep(seconds: int) -> dict[str, str]:
    """Return the headers that say how long an answer may be kept, by whom ever asks."""
    return {"Cache-Control": f"public, max-age={seconds}", "Access-Control-Allow-Origin": "*"}


def feed_routes(feeds: FeedView) -> list[ControllerRouterHandler]:
    """Return the routes of the feeds."""

    @get("/feeds/gtfs.zip", summary="GTFS of the air service", sync_to_thread=True)
    def schedule() -> Response[bytes]:
        headers = _keep(SCHEDULE_REFRESH_S)
        return Response(feeds.gtfs(), media_type="application/zip", headers=headers)

    @get(
        "/feeds/gtfs-rt/{name:str}",
        summary="GTFS-Realtime: trip-updates.pb, vehicle-positions.pb or alerts.pb",
        sync_to_thread=True,
    )
    def realtime(
        name: FromPath[str],
        format: Annotated[str, Parameter(description="pb, or json to read")] = "pb",
    ) -> Response[bytes]:
        kind = next((kind for kind in KINDS if name == f"{kind}.pb"), None)
        if kind is None:
            raise NotFoundException
        if format not in ("pb", "json"):
            raise InvalidInput("format", format, "pb or json")
        message, headers = feeds.realtime(kind), _keep(REFRESH_S)
        if format == "pb":
            return Response(message.SerializeToString(), media_type=PROTOBUF, headers=headers)
        from google.protobuf.json_format import MessageToJson  # type: ignore[import-untyped]

        text = MessageToJson(message, preserving_proto_field_name=True, ensure_ascii=False)
        return Response(text.encode(), media_type="application/json", headers=headers)

    return [schedule, realtime, *_ride_routes(feeds)]


def _ride_routes(feeds: FeedView) -> list[ControllerRouterHandler]:
    """Return the routes of GOFS."""

    def find_file(path: str, request: Request[Any, Any, Any]) -> Response[bytes]:
        found = feeds.gofs(f"{request.base_url}{_GOFS}").get(path)
        if found is None:
            raise NotFoundException
        headers = _keep(SCHEDULE_REFRESH_S)
        return Response(found, media_type="application/json", headers=headers)

    @get("/feeds/gofs/{name:str}", summary="GOFS: gofs.json tells the files", sync_to_thread=True)
    def rides(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        return find_file(name, request)

    @get(
        "/feeds/gofs/{language:str}/{name:str}",
        summary="GOFS: one file in one language, kk, ru or en",
        sync_to_thread=True,
    )
    def rides_told(
        language: FromPath[str], name: FromPath[str], request: Request[Any, Any, Any]
    ) -> Response[bytes]:
        return find_file(f"{language}/{name}", request)

    @get(
        "/feeds/gofs/{language:str}/wait_time",
        summary="GOFS: how long one passenger at a vertiport would wait",
        sync_to_thread=True,
    )
    def wait_time(
        language: FromPath[str],
        pickup_lat: Annotated[float, Parameter(ge=-90.0, le=90.0)],
        pickup_lon: Annotated[float, Parameter(ge=-180.0, le=180.0)],
        drop_off_lat: Latitude = None,
        drop_off_lon: Longitude = None,
    ) -> Response[bytes]:
        drop_off = None
        if drop_off_lat is not None and drop_off_lon is not None:
            drop_off = (drop_off_lon, drop_off_lat)
        elif drop_off_lat is not None or drop_off_lon is not None:
            raise InvalidInput("drop_off_lat, drop_off_lon", "one of them", "both or none")
        if language not in LANGUAGES:
            raise NotFoundException
        found = feeds.wait_time((pickup_lon, pickup_lat), drop_off)
        return Response(found, media_type="application/json", headers=_keep(0))

    return [rides, rides_told, wait_time]
