"""The feeds of a running service: the schedule of its date, and realtime at most every ten seconds.

All of it describes the service's own day and clock; of a twin, the twin's. The schedule is made
once a local date, realtime when somebody asks and what there is has aged. Called from several
threads; one makes, the others wait for it.
"""

from datetime import timedelta
from math import inf
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, Literal, Protocol

import msgspec

from aspan.compose.service import TwinService
from aspan.faces.feeds.alerts import build_alerts
from aspan.faces.feeds.gofs import answer_wait_time, build_gofs, find_zone
from aspan.faces.feeds.offered import DAYS_DEFAULT, AirService, plan_air_service
from aspan.faces.feeds.realtime import (
    Place,
    Published,
    build_trip_updates,
    build_vehicle_positions,
    describe_published,
)
from aspan.faces.feeds.schedule import build_gtfs
from aspan.faces.http.engine_view import EngineView
from aspan.faces.http.service_view import Unavailable
from aspan.operations.availability import EngineAvailability
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import ms_to_local

if TYPE_CHECKING:
    from google.transit import gtfs_realtime_pb2 as pb

REFRESH_S: Final = 10
"""Wall time for which realtime is given out again; consumers want it within 30 s."""

SCHEDULE_REFRESH_S: Final = 3600
"""How long a consumer may keep the schedule before it asks again."""

Kind = Literal["trip-updates", "vehicle-positions", "alerts"]
KINDS: Final[tuple[Kind, ...]] = ("trip-updates", "vehicle-positions", "alerts")


class FeedView(Protocol):
    """What the routes of feeds need. Called from several threads; it may take its time."""

    def gtfs(self) -> bytes:
        """Return the zip of the schedule from the service's date on."""
        ...

    def gofs(self, base_url: str) -> dict[str, bytes]:
        """Return the files of GOFS by path, as they are found under `base_url`."""
        ...

    def realtime(self, kind: Kind) -> "pb.FeedMessage":
        """Return a message of GTFS-Realtime."""
        ...

    def wait_time(
        self, pick_up: tuple[float, float], drop_off: tuple[float, float] | None
    ) -> bytes:
        """Return the answer of GOFS to how long a wait is; points are longitude and latitude."""
        ...


class _Dated(msgspec.Struct, frozen=True):
    """What follows from one local date."""

    date: str
    service: AirService
    published: Published
    gtfs: bytes


class EngineFeeds:
    """`FeedView` over a twin's service."""

    def __init__(self, twin: TwinService, view: EngineView) -> None:
        self._twin = twin
        self._view = view
        self._lock = Lock()
        self._dated: _Dated | None = None
        self._kept: dict[Kind, pb.FeedMessage] = {}
        self._made_s = -inf
        self._names = {str(s.vertiport_id): s.names for s in twin.run.city.vertiports}

    def gtfs(self) -> bytes:
        """Return the zip of the schedule, a year from the service's date."""
        with self._lock:
            return self._make_dated().gtfs

    def gofs(self, base_url: str) -> dict[str, bytes]:
        """Return the files of GOFS by path."""
        with self._lock:
            service = self._make_dated().service
            return build_gofs(service, base_url=base_url, has_wait_time=True)

    def realtime(self, kind: Kind) -> "pb.FeedMessage":
        """Return a message, made anew if the last one has aged."""
        with self._lock:
            if monotonic() - self._made_s >= REFRESH_S:
                self._kept = self._make()
                self._made_s = monotonic()
            return self._kept[kind]

    def wait_time(
        self, pick_up: tuple[float, float], drop_off: tuple[float, float] | None
    ) -> bytes:
        """Return how long one passenger at a vertiport would wait for a departure from now."""
        with self._lock:
            service = self._make_dated().service
        origin = find_zone(service, *pick_up)
        ends = {b for a, b in service.demand_pairs if a == origin}
        if drop_off is not None:
            ends &= {find_zone(service, *drop_off)}
        now_ms = self._twin.clock.now_ms()
        wait_ms = None
        if origin is not None and ends:
            wait_ms = self._twin.service.find_answer(lambda: self._ask(origin, sorted(ends)))
        return answer_wait_time(wait_ms, now_ms)

    def _ask(self, origin: VertiportId, ends: list[VertiportId]) -> int | None:
        """Return the shortest time to a departure for one person; None if there is none."""
        run, now_ms = self._twin.run, self._twin.clock.now_ms()
        service = run.city.rules.service
        payload_kg = service.mean_payload_kg(ms_to_local(now_ms, run.city.time_zone).month)
        availability = EngineAvailability(run.engine, now_ms)
        found = [
            departure.off_block_at_ms - now_ms
            for destination in ends
            for departure in availability.list_departures(
                origin, destination, now_ms + service.process_ms, 1, payload_kg
            )
        ]
        return min(found, default=None)

    def _make_dated(self) -> _Dated:
        city = self._twin.run.city
        day = ms_to_local(self._twin.clock.now_ms(), city.time_zone).date()
        if self._dated is None or self._dated.date != day.isoformat():
            service = plan_air_service(
                city,
                from_date=day,
                until_date=day + timedelta(days=DAYS_DEFAULT),
                index=self._twin.run.index,
            )
            self._dated = _Dated(
                day.isoformat(), service, describe_published(service), build_gtfs(service)
            )
        return self._dated

    def _make(self) -> "dict[Kind, pb.FeedMessage]":
        """Return all three messages of one instant, so that they agree with each other."""
        published = self._make_dated().published
        now = self._view.find_movements()
        if now is None:
            raise Unavailable("a service that has time to answer")
        places = [
            Place(
                aircraft_id=a.aircraft_id,
                lon_deg=a.lon_deg,
                lat_deg=a.lat_deg,
                heading_deg=a.heading_deg,
                ground_speed_mps=a.ground_speed_mps,
            )
            for a in self._view.snapshot().aircraft
        ]
        return {
            "trip-updates": build_trip_updates(published, now),
            "vehicle-positions": build_vehicle_positions(published, now, places),
            "alerts": build_alerts(published, now, self._names),
        }
