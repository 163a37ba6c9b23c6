"""The view of a running engine: a `ServiceView` whose answers are all on disk.

Answers are drawn in the service's own thread, between two steps, at most a few times a second and
only when somebody asks; positions in between follow from the tracks and the clock.
"""

from math import inf
from time import monotonic

import msgspec

from aspan.compose.service import TwinService
from aspan.faces.http.city_facts import describe_city
from aspan.faces.http.picture import Flight, Painter, draw_position
from aspan.faces.http.wire_city import CityFacts, LaneLine
from aspan.faces.http.wire_now import Clock, LogEntry, Positions, Snapshot
from aspan.live.board import Board
from aspan.operations.log import decode_event
from aspan.primitives.errors import ensure
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_S

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
        self._facts = msgspec.structs.replace(
            describe_city(city, _list_lanes(twin), is_twin=True),
            demand_factor=twin.stored.demand,
        )
        self._catch_up()
        self._look = self._draw()
        self._drawn_s = -inf

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

    def _refresh(self) -> _Look:
        """Return the last picture, a new one if it has aged."""
        if monotonic() - self._drawn_s >= FRESH_S:
            look = self._twin.service.find_answer(self._draw)
            if look is not None:
                self._look = look
            self._drawn_s = monotonic()
        return self._look

    def _draw(self) -> _Look:
        self._catch_up()
        run = self._twin.run
        painter = Painter(run.engine.state, self._board, run.outside.flown, self._tell_clock())
        return _Look(painter.draw(), painter.list_flights())

    def _catch_up(self) -> None:
        """Let the board take in what has come onto disk."""
        while rows := self._twin.log.list_rows(self._board.seq, ROWS_A_READ):
            for row in rows:
                self._board.apply(row.seq, decode_event(row.line))

    def _tell_clock(self) -> Clock:
        city, clock = self._twin.run.city, self._twin.clock
        at_ms = clock.now_ms()
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


def _list_lanes(twin: TwinService) -> list[LaneLine]:
    return [
        LaneLine(
            lane_id=lane.lane_id,
            origin=lane.origin,
            destination=lane.destination,
            points=tuple(
                (round(lon, 6), round(lat, 6), round(z, 1))
                for lon, lat, z in zip(
                    lane.lon_deg, lane.lat_deg, lane.altitude_amsl_m, strict=True
                )
            ),
        )
        for lane in twin.run.index.network.list_lanes()
    ]
