"""The view of a running engine: a `ServiceView` whose answers are all on disk.

Pictures of now are drawn in the service's own thread, between two steps, at most a few times a
second and only when somebody asks; positions in between follow from the tracks and the clock. What
was is read from the log beside it.
"""

from math import inf
from threading import Lock
from time import monotonic

import msgspec

from aspan.compose.noise_map import NoiseMap
from aspan.compose.service import TwinService
from aspan.faces.feeds.movements import Movements, list_movements
from aspan.faces.http.city_facts import describe_city, describe_lanes
from aspan.faces.http.day_view import draw_day
from aspan.faces.http.desk_view import EngineDesk
from aspan.faces.http.detail_view import EngineDetails
from aspan.faces.http.noise_view import EngineNoise
from aspan.faces.http.picture import Flight, Painter, draw_position
from aspan.faces.http.replay_view import ReplayView
from aspan.faces.http.timeline_view import draw_timeline
from aspan.faces.http.wire_actions import ActionAnswer, ActionLine, ActionRequest
from aspan.faces.http.wire_city import CityFacts
from aspan.faces.http.wire_detail import (
    AircraftDetail,
    SortieDetail,
    VertiportDetail,
    WeatherPage,
)
from aspan.faces.http.wire_history import DaySummary, HistorySpan, Timeline
from aspan.faces.http.wire_now import Clock, LogEntry, Positions, Snapshot
from aspan.faces.http.wire_stranded import StrandedPage
from aspan.live.board import Board
from aspan.live.history import Archive, History
from aspan.operations.actions import AnyAction, Consequences
from aspan.operations.log import decode_event
from aspan.primitives.errors import ensure
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_S
from aspan.world.readers import load_references

FRESH_S = 0.25
"""Wall time for which a picture is given out again rather than drawn anew."""

ROWS_A_READ = 5_000
"""Rows the board takes in at once."""


class _Look(msgspec.Struct, frozen=True, gc=False):
    """One picture, and the flights it shows."""

    snapshot: Snapshot
    flights: tuple[Flight, ...]


class EngineView:
    """`ServiceView` over a twin's service."""

    def __init__(self, twin: TwinService) -> None:
        self._twin = twin
        city = twin.run.city
        self._board = Board(city.aircraft_type)
        self._drawing = Lock()
        self._facts = msgspec.structs.replace(
            describe_city(
                city,
                describe_lanes(twin.run.index.network.lanes),
                load_references(),
                is_twin=True,
            ),
            demand_factor=twin.stored.demand,
        )
        self._catch_up()
        self._look = self._draw()
        self._drawn_s = -inf
        self._history = History(twin.run.index, twin.log.path)
        self._archive = Archive(twin.log.path)
        self._replay = ReplayView(twin, self._history, self._archive, self._tell_clock)
        self._details = EngineDetails(twin, self._archive, lambda: self._draw().snapshot)
        self._desk = EngineDesk(twin, self._archive)
        self._noise = EngineNoise(twin, self._archive, self._history)

    def close(self) -> None:
        """Let go of what it reads the past from."""
        self._history.close()
        self._archive.close()

    def city_facts(self) -> CityFacts:
        """Return what does not change."""
        return self._facts

    def snapshot(self) -> Snapshot:
        """Return everything that changes, now."""
        return self._refresh().snapshot

    def positions(self) -> Positions:
        """Return the airborne aircraft, now."""
        look = self._refresh()
        clock = self._tell_clock()
        at_ms = clock.at_ms
        return Positions(
            clock=clock,
            aircraft=tuple(
                draw_position(flight, at_ms)
                for flight in look.flights
                if flight.flown.lift_off_at_ms <= at_ms < flight.flown.touchdown_at_ms
            ),
        )

    def find_movements(self) -> Movements | None:
        """Return today's sorties as the feeds tell them; None if there is no time to look."""

        def look() -> Movements:
            with self._drawing:
                self._catch_up()
                state, now_ms = self._twin.run.engine.state, self._twin.clock.now_ms()
                return list_movements(state, self._board, now_ms)

        return self._twin.service.find_answer(look)

    def last_seq(self) -> int:
        """Return the number of the newest event on disk, 0 if there is none."""
        return self._twin.log.kept

    def list_log(self, after: int, limit: int) -> list[LogEntry]:
        """Return up to `limit` events with `seq` above `after`, oldest first."""
        return [
            LogEntry(
                seq=row.seq,
                at_ms=row.at_ms,
                kind=type(decode_event(row.line)).__name__,
                event=msgspec.Raw(row.line),
            )
            for row in self._twin.log.list_rows(after, limit)
        ]

    def history(self) -> HistorySpan:
        """Return which instants can be shown."""
        return self._replay.span()

    def replay(self, at_ms: int) -> Snapshot:
        """Return everything as it was; `InvalidInput` on "at_ms" outside the span."""
        return self._replay.draw(at_ms)

    def timeline(self, from_ms: int, until_ms: int, at_ms: int | None = None) -> Timeline:
        """Return who did, does and will do what, as known now or at an instant."""
        if at_ms is not None:
            return self._replay.timeline(from_ms, until_ms, at_ms)
        plan = self._details.read_plan()
        return self._archive.tell(
            lambda chronicle: draw_timeline(
                chronicle, plan, self._twin.run.index, from_ms=from_ms, until_ms=until_ms
            )
        )

    def day(self, date: str | None, at_ms: int | None = None) -> DaySummary:
        """Return a local date in numbers, the service's own if None, as known now or then."""
        if at_ms is not None:
            return self._replay.day(date, at_ms)
        clock = self._tell_clock()
        city = self._twin.run.city
        return self._archive.tell(
            lambda chronicle: draw_day(
                chronicle, city, clock.date if date is None else date, now_ms=clock.at_ms
            )
        )

    def sortie(self, sortie_id: str) -> SortieDetail:
        """Return one sortie."""
        return self._details.sortie(sortie_id)

    def aircraft(self, aircraft_id: str) -> AircraftDetail:
        """Return one aircraft."""
        return self._details.aircraft(aircraft_id)

    def vertiport(self, vertiport_id: str) -> VertiportDetail:
        """Return one vertiport."""
        return self._details.vertiport(vertiport_id)

    def weather(self, at_ms: int | None = None) -> WeatherPage:
        """Return the weather of all places, as known now or at an instant."""
        return self._details.weather() if at_ms is None else self._replay.weather(at_ms)

    def find_noise(self, at_ms: int | None = None) -> NoiseMap | None:
        """Return the map of a day up to now or then; None where the city states no limits."""
        return self._noise.find_noise(at_ms)

    def preview(self, action: AnyAction) -> Consequences:
        """Return what an action would do now; it does nothing."""
        return self._desk.preview(action)

    def act(self, request: ActionRequest) -> ActionAnswer:
        """Do it, once for each key, and return when what came of it is on disk."""
        return self._desk.act(request)

    def list_stranded(self) -> StrandedPage:
        """Return who still stands at a vertiport and should not, and what is open to them."""
        return self._desk.list_stranded()

    def list_actions(self, limit: int) -> list[ActionLine]:
        """Return the newest actions, newest first."""
        return self._desk.list_actions(limit)

    def _refresh(self) -> _Look:
        """Return the last picture, a new one if it has aged."""
        if monotonic() - self._drawn_s >= FRESH_S:
            look = self._twin.service.find_answer(self._draw)
            if look is not None:
                self._look = look
            self._drawn_s = monotonic()
        return self._look

    def _draw(self) -> _Look:
        with self._drawing:  # once the service has ended whoever asks draws
            self._catch_up()
            run = self._twin.run
            painter = Painter(run.engine.state, self._board, run.outside.flown, self._tell_clock())
            return _Look(painter.draw(), painter.list_flights())

    def _catch_up(self) -> None:
        """Let the board take in what has come onto disk."""
        while rows := self._twin.log.list_rows(self._board.seq, ROWS_A_READ):
            for row in rows:
                self._board.apply(row.seq, decode_event(row.line))

    def _tell_clock(self, at_ms: int | None = None) -> Clock:
        """Return the clock now, or as it would be shown at another instant."""
        city, clock = self._twin.run.city, self._twin.clock
        at_ms = clock.now_ms() if at_ms is None else at_ms
        local = ms_to_local(at_ms, city.time_zone)
        offset = local.utcoffset()
        ensure(offset is not None, f"{city.time_zone} has no offset")
        return Clock(
            at_ms=at_ms,
            speed=0.0 if clock.speed == inf else clock.speed,
            is_paused=clock.is_paused,
            city_id=city.city_id,
            date=local.date().isoformat(),
            time_zone=city.time_zone,
            utc_offset_ms=int(offset.total_seconds() * MS_PER_S) if offset is not None else 0,
        )
