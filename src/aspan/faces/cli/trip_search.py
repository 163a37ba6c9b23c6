"""A trip searched in a twin that has flown up to an instant."""

from typing import Any

from aspan.compose.runs import Run
from aspan.compose.trips import TripDesk, TripRequest
from aspan.faces.http.journey_answer import Found, tell_page
from aspan.faces.http.wire_journeys import ItinerariesPage
from aspan.journeys.place_search import PlaceIndex, is_name_of, name_point
from aspan.operations.availability import EngineAvailability
from aspan.operations.legs import LegRefused
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.world.readers import load_places, load_references

_OPTIONS = {"walk_m_max": "--walk-m"}


def name_option(error: InvalidInput, asked: dict[str, Any] | None = None) -> InvalidInput:
    """Return what is wrong with a request under the option's name, with what was typed.

    Parameters
    ----------
    asked
        The options as typed; the error's own value is told without.
    """
    value = error.value
    if error.field == "until" and asked is not None:
        value = asked["until"]
    return InvalidInput(_OPTIONS.get(error.field, f"--{error.field}"), value, error.expected)


def search_now(run: Run, request: TripRequest, now_ms: int) -> ItinerariesPage:
    """Return what a traveller who asks at an instant is told, in English.

    `InvalidInput` names the option that is wrong.
    """
    city, engine = run.city, run.engine
    desk = TripDesk(run.network)
    offers = EngineAvailability(engine, now_ms)

    def find_kwh(origin: VertiportId, destination: VertiportId) -> float:
        leg = engine.planner.legs.estimate(engine.state, origin, destination)
        return 0.0 if isinstance(leg, LegRefused) else leg.trip_kwh

    try:
        answer = desk.find(request, offers, flight_kwh=find_kwh)
    except InvalidInput as error:
        raise name_option(error) from None
    places = PlaceIndex(load_places(city, run.network.feeds))

    def name(lon_deg: float, lat_deg: float) -> str:
        near = name_point(places, lon_deg, lat_deg)
        if near is None or not is_name_of(near.place.kind, near.distance_m):
            return f"{lat_deg:.5f},{lon_deg:.5f}"
        return near.place.names.en

    return tell_page(
        desk,
        run.index.lanes,
        Found(answer=answer, now_ms=now_ms, refusals=offers.refusals),
        lang="en",
        name_point=name,
        references=load_references(),
    )
