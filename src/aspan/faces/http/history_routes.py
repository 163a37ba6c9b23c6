"""The routes that look back and look closely: history, replay, timeline, day, details."""

from typing import Annotated

from litestar import get
from litestar.params import FromPath, Parameter
from litestar.types import ControllerRouterHandler

from aspan.faces.http.service_view import DetailView, HistoryView
from aspan.faces.http.wire_detail import (
    AircraftDetail,
    SortieDetail,
    VertiportDetail,
    WeatherPage,
)
from aspan.faces.http.wire_history import DaySummary, HistorySpan, Timeline
from aspan.faces.http.wire_now import Snapshot
from aspan.faces.http.workers import Workers
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_H

TIMELINE_MS_MAX = 26 * MS_PER_H
"""Longest timeline in one answer: a day and an hour on either side."""

AT_MS_MAX = 2**53
"""Instants beyond are refused: a page counts in floating point."""

Instant = Annotated[int, Parameter(ge=0, le=AT_MS_MAX, description="instant, ms UTC")]
AsKnownAt = Annotated[
    int | None,
    Parameter(ge=0, le=AT_MS_MAX, description="as was known then, ms UTC; now without it"),
]


def history_routes(view: HistoryView, workers: Workers) -> list[ControllerRouterHandler]:
    """Return the routes that look back."""

    @get("/api/history", summary="First and last instant that can be shown")
    async def history() -> HistorySpan:
        return await workers.run(view.history)

    @get("/api/replay", summary="Everything that changes, as it was at an instant")
    async def replay(at_ms: Instant) -> Snapshot:
        return await workers.run(view.replay, at_ms)

    @get("/api/timeline", summary="What aircraft and stands did and will do")
    async def timeline(from_ms: Instant, until_ms: Instant, at_ms: AsKnownAt = None) -> Timeline:
        if not 0 < until_ms - from_ms <= TIMELINE_MS_MAX:
            raise InvalidInput("until_ms", until_ms, f"after from_ms, by {TIMELINE_MS_MAX} or less")
        return await workers.run(view.timeline, from_ms, until_ms, at_ms)

    @get("/api/day", summary="A local date in numbers")
    async def day(
        date: Annotated[str | None, Parameter(description="YYYY-MM-DD; the service's day")] = None,
        at_ms: AsKnownAt = None,
    ) -> DaySummary:
        return await workers.run(view.day, date, at_ms)

    return [history, replay, timeline, day]


def detail_routes(view: DetailView, workers: Workers) -> list[ControllerRouterHandler]:
    """Return the routes that look closely at one thing."""

    @get("/api/sorties/{sortie_id:str}", summary="One sortie: profile, charge, bookings, log")
    async def sortie(sortie_id: FromPath[str]) -> SortieDetail:
        return await workers.run(view.sortie, sortie_id)

    @get("/api/aircraft/{aircraft_id:str}", summary="One aircraft: charge, chain, pilot, day")
    async def aircraft(aircraft_id: FromPath[str]) -> AircraftDetail:
        return await workers.run(view.aircraft, aircraft_id)

    @get("/api/vertiports/{vertiport_id:str}", summary="One vertiport: stands, movements, power")
    async def vertiport(vertiport_id: FromPath[str]) -> VertiportDetail:
        return await workers.run(view.vertiport, vertiport_id)

    @get("/api/weather", summary="Reports and forecasts of all places")
    async def weather(at_ms: AsKnownAt = None) -> WeatherPage:
        return await workers.run(view.weather, at_ms)

    return [sortie, aircraft, vertiport, weather]
