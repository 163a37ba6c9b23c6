"""The search door to door over a running service.

What it needs (streets, timetables, compiled searches) is made in a thread of its own after the
start; until then it says that it is not ready. The search itself runs in the service's own thread,
between two steps, as it asks the state what could be flown; names and lines are put to it outside.
One question at a time: the desk of trips is one thread's.
"""

from threading import Lock, Thread
from typing import Protocol

from aspan.compose.service import TwinService
from aspan.compose.trips import TripAnswer, TripDesk, TripRequest
from aspan.faces.http.journey_answer import Found, tell_page
from aspan.faces.http.journey_question import Question, read_question
from aspan.faces.http.journey_words import tell
from aspan.faces.http.offer_making import OfferMaker
from aspan.faces.http.pace import find_pace
from aspan.faces.http.place_view import PlaceView
from aspan.faces.http.service_view import Unavailable
from aspan.faces.http.wire_journeys import ItinerariesPage
from aspan.journeys.place_search import is_name_of
from aspan.operations.availability import EngineAvailability
from aspan.operations.legs import LegRefused
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.world.readers import load_references

READY_S = 3
"""How long whoever came too early should wait before asking again."""


class NotReady(Unavailable):
    """The search is still being made ready."""

    code = "not_ready"
    retry_s = READY_S


class JourneyView(Protocol):
    """Who finds trips. Called from several threads at once; it may take its time."""

    def find(self, question: Question) -> ItinerariesPage:
        """Return the ways to travel.

        `InvalidInput` naming the parameter; `NotReady` while it cannot search yet, `Unavailable` if
        the service does not answer.
        """
        ...


class EngineTrips:
    """`JourneyView` over a twin's service.

    Attributes
    ----------
    failure
        Why it will never be ready, if so.
    """

    def __init__(
        self, twin: TwinService, places: PlaceView, offers: OfferMaker | None = None
    ) -> None:
        self._offers = offers
        self.failure: BaseException | None = None
        self._twin = twin
        self._places = places
        self._references = load_references()
        self._desk: TripDesk | None = None
        self._asking = Lock()
        self._using = Lock()
        self._thread = Thread(target=self._warm, name="trips", daemon=True)

    def start(self) -> None:
        """Begin to make everything ready."""
        self._thread.start()

    def wait(self, timeout_s: float | None = None) -> None:
        """Return when it is ready, or will never be."""
        self._thread.join(timeout_s)

    def _warm(self) -> None:
        try:
            run = self._twin.run
            desk = TripDesk(run.network)
            desk.warm(self._twin.clock.now_ms())
            self._places.near(0.0, 0.0, "en")
            self._desk = desk
        except BaseException as error:
            self.failure = error
            raise

    def find(self, question: Question) -> ItinerariesPage:
        """Return the ways to travel."""
        desk = self._desk
        if desk is None:
            if self.failure is not None:
                raise Unavailable(f"a city whose trips can be searched ({self.failure})")
            raise NotReady(tell(question.lang, "fault.warming"))
        zone = desk.city.time_zone
        with self._asking:
            request = read_question(question, now_ms=self._twin.clock.now_ms(), zone=zone)
            with self._using:
                desk.prepare_day(request.at_ms)
            found = self._search(desk, request, question.lang)
            with self._using:
                return self._tell(desk, found, question.lang)

    def _search(self, desk: TripDesk, request: TripRequest, lang: str) -> Found:
        """Have the search made in the service's thread."""
        is_given_up = False

        def question() -> Found | None:
            # A question that nobody waits for any more must not meet the next one.
            with self._using:
                return None if is_given_up else self._find_now(desk, request)

        try:
            found = self._twin.service.find_answer(question)
        except InvalidInput as error:
            if error.field in ("from", "to"):
                expected = tell(lang, "fault.off_street")
                raise InvalidInput(error.field, error.value, expected) from None
            raise
        if found is None:
            is_given_up = True
            raise Unavailable("a service that has time to answer")
        return found

    def _find_now(self, desk: TripDesk, request: TripRequest) -> Found:
        engine = self._twin.run.engine
        now_ms = max(engine.state.now_ms, self._twin.clock.now_ms())
        offers = EngineAvailability(engine, now_ms)

        def find_kwh(origin: VertiportId, destination: VertiportId) -> float:
            leg = engine.planner.legs.estimate(engine.state, origin, destination)
            return 0.0 if isinstance(leg, LegRefused) else leg.trip_kwh

        answer: TripAnswer = desk.find(request, offers, flight_kwh=find_kwh)
        return Found(
            answer=answer,
            now_ms=now_ms,
            refusals=offers.refusals,
            pace=find_pace(self._twin.clock.speed),
        )

    def _tell(self, desk: TripDesk, found: Found, lang: str) -> ItinerariesPage:
        def name_point(lon_deg: float, lat_deg: float) -> str:
            near = self._places.near(lon_deg, lat_deg, lang)
            place, away_m = near.place, near.distance_m
            if place is None or away_m is None or not is_name_of(place.kind, away_m):
                return f"{lat_deg:.5f}, {lon_deg:.5f}"
            return place.name

        return tell_page(
            desk,
            self._twin.run.index.lanes,
            found,
            lang=lang,
            name_point=name_point,
            references=self._references,
            offers=self._offers,
        )
