"""The port this face needs: a running service as the pages see it.

The shapes it answers with are beside it: `wire_city`, `wire_now`, `wire_history`, `wire_detail`,
`wire_actions`; each is what goes over the wire, field for field. Whoever runs the service hands
`create_app` an object that fulfils `ServiceView`; nothing here knows the engine.
"""

from typing import Protocol

from aspan.compose.noise_map import NoiseMap
from aspan.faces.http.wire_actions import ActionAnswer, ActionLine, ActionRequest
from aspan.faces.http.wire_city import CityFacts
from aspan.faces.http.wire_detail import (
    AircraftDetail,
    SortieDetail,
    VertiportDetail,
    WeatherPage,
)
from aspan.faces.http.wire_history import DaySummary, HistorySpan, Timeline
from aspan.faces.http.wire_now import LogEntry, Positions, Snapshot
from aspan.faces.http.wire_stranded import StrandedPage
from aspan.operations.actions import AnyAction, Consequences


class Unavailable(Exception):
    """The service has ended, or does not answer in time.

    Attributes
    ----------
    code
        Of the problem that it is for whoever asks.
    retry_s
        When they may ask again.
    """

    code = "unavailable"
    retry_s = 1


class LiveView(Protocol):
    """What is asked all the time.

    Called from the server's event loop; it answers at once from what is in memory (the log may
    read its store), and nothing it returns is changed afterwards.
    """

    def city_facts(self) -> CityFacts:
        """Return what does not change."""
        ...

    def snapshot(self) -> Snapshot:
        """Return everything that changes, now."""
        ...

    def positions(self) -> Positions:
        """Return the airborne aircraft, now."""
        ...

    def last_seq(self) -> int:
        """Return the number of the newest event in the log, 0 if there is none."""
        ...

    def list_log(self, after: int, limit: int) -> list[LogEntry]:
        """Return up to `limit` events with `seq` above `after`, oldest first."""
        ...


class HistoryView(Protocol):
    """What is read from the log. Called from several threads at once; it may take its time."""

    def history(self) -> HistorySpan:
        """Return which instants can be shown."""
        ...

    def replay(self, at_ms: int) -> Snapshot:
        """Return everything as it was; `InvalidInput` on "at_ms" outside the span."""
        ...

    def timeline(self, from_ms: int, until_ms: int, at_ms: int | None = None) -> Timeline:
        """Return who did, does and will do what; `InvalidInput` if it is no span of time.

        As known at an instant, now if None; the same holds of `day` and `weather`.
        """
        ...

    def day(self, date: str | None, at_ms: int | None = None) -> DaySummary:
        """Return a local date in numbers, the service's own if None."""
        ...


class DetailView(Protocol):
    """One thing looked at closely. Called from several threads at once.

    An id that is not known is `InvalidInput`; `Unavailable` if the service does not answer.
    """

    def sortie(self, sortie_id: str) -> SortieDetail:
        """Return one sortie."""
        ...

    def aircraft(self, aircraft_id: str) -> AircraftDetail:
        """Return one aircraft."""
        ...

    def vertiport(self, vertiport_id: str) -> VertiportDetail:
        """Return one vertiport."""
        ...

    def weather(self, at_ms: int | None = None) -> WeatherPage:
        """Return the weather of all places."""
        ...


class DeskView(Protocol):
    """The desk. Called from several threads at once; `Unavailable` if the service has ended."""

    def preview(self, action: AnyAction) -> Consequences:
        """Return what an action would do now; it does nothing."""
        ...

    def act(self, request: ActionRequest) -> ActionAnswer:
        """Do it, once for each key, and return when what came of it is on disk."""
        ...

    def list_actions(self, limit: int) -> list[ActionLine]:
        """Return the newest actions, newest first."""
        ...

    def list_stranded(self) -> StrandedPage:
        """Return who still stands at a vertiport and should not, and what is open to them."""
        ...


class NoiseView(Protocol):
    """The noise. Called from several threads at once."""

    def find_noise(self, at_ms: int | None = None) -> NoiseMap | None:
        """Return the map of the service's day up to now, or of the day of an instant up to it.

        None where the city states no limits.
        """
        ...


class ServiceView(LiveView, HistoryView, DetailView, DeskView, NoiseView, Protocol):
    """All of it."""
