"""Runs flown by the twin beside a service: a thread for each, at the pace of the service's clock.

A flight begins with the `RunBegun` of the site's log and with nothing else (`evidence.running`).
After a restart a flight that was under way is not taken up again: what was flown is kept and says
that it is incomplete, and a person ends the run.
"""

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Final

from aspan import __version__
from aspan.evidence.running import RunStep, TwinRun
from aspan.evidence.site_events import RunBegun
from aspan.evidence.site_store import SiteStore
from aspan.evidence.twin_site import air_of, aircraft_of
from aspan.faces.http.range_series import RunSeries
from aspan.operations.ports import Notices
from aspan.primitives.dice import stream_key
from aspan.primitives.errors import InvalidInput
from aspan.world.aircraft import AircraftType
from aspan.world.weather import Weather

_POLL_S: Final = 0.2
"""Wall time between two looks at the clock."""

_STEP_MS: Final = 1_000
"""Of telemetry time; a page sees rows so much later at most."""


class TwinFlights:
    """The flights under way.

    Parameters
    ----------
    now_ms
        The service's clock.
    find_air
        The weather at the pad now; None if there is no report.
    """

    def __init__(
        self,
        store: SiteStore,
        kind: AircraftType,
        *,
        seed: int,
        now_ms: Callable[[], int],
        find_air: Callable[[], Weather | None],
        notices: Notices,
    ) -> None:
        self._store = store
        self._kind = kind
        self._seed = seed
        self._now_ms = now_ms
        self._find_air = find_air
        self._notices = notices
        self._stopped = Event()
        self._threads: list[Thread] = []
        self._begun: set[str] = set()
        self._lock = Lock()

    def begin(self, begun: RunBegun, series: RunSeries) -> None:
        """Fly a run that has begun; once, however often its order comes."""
        with self._lock:
            if begun.run_id in self._begun:
                return
            self._begun.add(begun.run_id)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = Thread(
            target=self._fly, args=(begun, series), name=f"run {begun.run_id}", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def stop(self, wait_s: float) -> None:
        """Leave every flight where it is."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(wait_s)

    def _fly(self, begun: RunBegun, series: RunSeries) -> None:
        try:
            for step in self._prepare(begun).steps(_STEP_MS):
                series.add(step.columns)
                if not self._wait_for(step):
                    return
        except Exception as fault:
            text = f"{type(fault).__name__}: {fault}"
            self._notices.alert(f"run {begun.run_id} is not flown on: {text}")

    def _prepare(self, begun: RunBegun) -> TwinRun:
        weather = self._find_air()
        frame = self._store.site.range.find_aircraft(begun.aircraft_id)
        hours = self._store.look(lambda state: state.weather.get("pad"))
        if weather is None or hours is None or frame is None:
            raise InvalidInput("weather", None, "a report of the pad")
        return TwinRun(
            self._store,
            begun.run_id,
            aircraft=aircraft_of(frame, self._kind),
            air=air_of(hours.hours[0], wind_from_deg=weather.wind_from_deg),
            software=f"aspan {__version__}",
            seed=stream_key(self._seed, "run", begun.run_id) >> 1,
        )

    def _wait_for(self, step: RunStep) -> bool:
        """Return when the clock has come to the end of a step; False if the service ends."""
        while self._now_ms() < step.until_ms:
            if self._stopped.wait(_POLL_S):
                return False
        return not self._stopped.is_set()
