"""One sortie, one aircraft, one vertiport, the weather: what the state says now, what was before.

The present is asked of the engine between two steps; the rest is read from the chronicle.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from aspan.compose.service import TwinService
from aspan.faces.http.charge_view import draw_power, draw_soc
from aspan.faces.http.engine_answers import (
    AircraftState,
    describe_aircraft,
    describe_forecast,
    describe_stands,
    find_charge_now,
    tell_charge,
)
from aspan.faces.http.orders_view import find_wait_reason
from aspan.faces.http.plan_view import Plan, read_plan
from aspan.faces.http.reasons import name_reason
from aspan.faces.http.service_view import Unavailable
from aspan.faces.http.story_view import (
    draw_profile,
    draw_story,
    list_bookings,
    list_measured,
)
from aspan.faces.http.wire_detail import (
    AircraftDetail,
    ForecastHour,
    MovementLine,
    PlaceWeather,
    SocPoint,
    SortieDetail,
    VertiportDetail,
    WeatherPage,
)
from aspan.faces.http.wire_now import LogEntry, Snapshot, WeatherNow
from aspan.live.chronicle import Chronicle, SortieStory
from aspan.live.history import Archive
from aspan.operations.log import decode_event
from aspan.operations.state import State
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, SortieId, VertiportId
from aspan.primitives.instants import local_midnight_ms, ms_to_local
from aspan.primitives.units import MS_PER_H

T = TypeVar("T")

LOG_LINES_MAX = 200
"""Events told of one sortie."""

REPORTS_MS = 12 * MS_PER_H
"""How far back reports of the weather are told."""

BEFORE_MS = MS_PER_H
AHEAD_MS = 3 * MS_PER_H
"""Movements of a vertiport are told so long after and before they are due."""


class EngineDetails:
    """A `DetailView` over a twin's service.

    Parameters
    ----------
    draw
        Draws the picture of now; called in the engine's thread.
    """

    def __init__(self, twin: TwinService, archive: Archive, draw: Callable[[], Snapshot]) -> None:
        self._twin = twin
        self._archive = archive
        self._draw = draw

    def ask(self, question: Callable[[State, int], T]) -> T:
        """Return what a question finds in the state now; `Unavailable` if nobody answers it."""
        state = self._twin.run.engine.state

        def look() -> tuple[T]:
            return (question(state, max(state.now_ms, self._twin.clock.now_ms())),)

        found = self._twin.service.find_answer(look)
        if found is None:
            raise Unavailable("a service that has time to answer")
        return found[0]

    def read_plan(self) -> Plan:
        """Return what is planned."""
        return self.ask(read_plan)

    def sortie(self, sortie_id: str) -> SortieDetail:
        """Return one sortie."""
        index = self._twin.run.index
        flown = self._twin.run.outside.flown.get(SortieId(sortie_id))
        known = SortieId(sortie_id)

        def look(state: State, now_ms: int) -> tuple[tuple[int, float], str | None]:
            sortie = state.live_sorties.get(known)
            reason = None if sortie is None else find_wait_reason(state, sortie, now_ms)
            return (now_ms, find_charge_now(flown, now_ms)), reason

        now, reason = self.ask(look)

        def see(chronicle: Chronicle) -> tuple[SortieDetail, list[int]]:
            story = chronicle.sorties.get(known)
            if story is None:
                raise InvalidInput("sortie_id", sortie_id, "a sortie of this service")
            release = story.release
            detail = SortieDetail(
                sortie=draw_story(chronicle, story),
                lane_id=story.plan.lane_id if story.plan is not None else None,
                hold_reason=name_reason(story.hold_reason if reason is None else reason),
                alternate_id=release.alternate_id if release is not None else None,
                reserve_rule=release.reserve_rule if release is not None else "",
                payload_kg=release.payload_kg if release is not None else 0.0,
                bookings=list_bookings(chronicle, story),
                profile=draw_profile(index, chronicle, story),
                measured=list_measured(story, now),
                log=(),
            )
            return detail, story.numbers[-LOG_LINES_MAX:]

        detail, numbers = self._archive.tell(see)
        log = tuple(
            LogEntry(
                seq=seq,
                at_ms=at_ms,
                kind=type(decode_event(line)).__name__,
                event=msgspec.Raw(line),
            )
            for seq, at_ms, line in self._archive.list_lines(numbers)
        )
        return msgspec.structs.replace(detail, log=log)

    def aircraft(self, aircraft_id: str) -> AircraftDetail:
        """Return one aircraft."""
        twin = self._twin
        city, known = twin.run.city, AircraftId(aircraft_id)
        planner, outside = twin.run.engine.planner, twin.run.outside

        def look(state: State, now_ms: int) -> tuple[AircraftState, list[SocPoint], Snapshot, int]:
            if known not in state.aircraft:
                raise InvalidInput("aircraft_id", aircraft_id, "an aircraft of this service")
            aircraft = state.aircraft[known]
            flown = None if aircraft.sortie_id is None else outside.flown.get(aircraft.sortie_id)
            described = describe_aircraft(planner, aircraft, now_ms, flown)
            flying = [] if flown is None else [tell_charge(flown, now_ms)]
            return described, flying, self._draw(), now_ms

        now, flying, snapshot, now_ms = self.ask(look)
        day = ms_to_local(now_ms, city.time_zone).date()
        midnight_ms = local_midnight_ms(day, city.time_zone)

        def see(chronicle: Chronicle) -> AircraftDetail:
            own = [
                s
                for s in chronicle.sorties.values()
                if s.aircraft_id == known and (s.off_block_ms or 0) >= midnight_ms
            ]
            own.sort(key=lambda s: (s.off_block_ms or 0, s.sortie_id))
            return AircraftDetail(
                aircraft=next(a for a in snapshot.aircraft if a.aircraft_id == known),
                soh=chronicle.soh[known],
                gross_kwh=city.aircraft_type.gross_kwh,
                floor_soc=city.aircraft_type.floor_soc,
                ceiling_soc=city.aircraft_type.ceiling_soc,
                pilot=now.pilot,
                is_grounded=bool(now.grounded_why),
                grounded_why=now.grounded_why,
                reserve_kwh=now.reserve_kwh,
                chain=tuple(draw_story(chronicle, chronicle.sorties[s]) for s in now.chain),
                today=tuple(draw_story(chronicle, story) for story in own),
                soc=(
                    *draw_soc(twin.run.index, chronicle, known, now_ms),
                    *flying,
                    *now.forecast,
                ),
            )

        return self._archive.tell(see)

    def vertiport(self, vertiport_id: str) -> VertiportDetail:
        """Return one vertiport."""
        index, known = self._twin.run.index, VertiportId(vertiport_id)
        if known not in index.sites:
            raise InvalidInput("vertiport_id", vertiport_id, "a vertiport of the city")
        stands, forecast, plan, snapshot, now_ms = self.ask(
            lambda state, now_ms: (
                describe_stands(state, known, now_ms),
                describe_forecast(state, known, now_ms),
                read_plan(state, now_ms),
                self._draw(),
                now_ms,
            )
        )
        return self._archive.tell(
            lambda chronicle: VertiportDetail(
                vertiport=next(v for v in snapshot.vertiports if v.vertiport_id == known),
                stands=stands,
                movements=_list_movements(chronicle, plan, known),
                power=draw_power(index, chronicle, known, now_ms),
                power_limit_kw=index.sites[known].site_power_limit_kw,
                weather=_list_reports(chronicle, known, now_ms),
                forecast=forecast,
            )
        )

    def weather(self) -> WeatherPage:
        """Return the weather of all places."""
        forecasts, now_ms = self.ask(lambda state, now_ms: (list_forecasts(state, now_ms), now_ms))
        return self._archive.tell(lambda chronicle: draw_weather(chronicle, forecasts, now_ms))


def list_forecasts(state: State, now_ms: int) -> dict[VertiportId, tuple[ForecastHour, ...]]:
    """Return the coming hours of all places as last forecast."""
    return {s: describe_forecast(state, s, now_ms) for s in state.index.site_ids}


def draw_weather(
    chronicle: Chronicle, forecasts: dict[VertiportId, tuple[ForecastHour, ...]], now_ms: int
) -> WeatherPage:
    """Return the weather of all places as a chronicle and the forecasts of its instant tell it."""
    return WeatherPage(
        at_ms=now_ms,
        places=tuple(
            PlaceWeather(
                place_id=site_id,
                reports=_list_reports(chronicle, site_id, now_ms),
                forecast=forecast,
            )
            for site_id, forecast in forecasts.items()
        ),
        untold=tuple(site_id for site_id in forecasts if not chronicle.reports.get(site_id)),
    )


def _list_reports(chronicle: Chronicle, site_id: str, now_ms: int) -> tuple[WeatherNow, ...]:
    """Return the reports of the last hours, oldest first."""
    return tuple(
        WeatherNow(
            place_id=site_id,
            observed_at_ms=report.weather.at_ms,
            temperature_k=report.weather.temperature_k,
            pressure_pa=report.weather.pressure_pa,
            wind_mps=report.weather.wind_mps,
            wind_from_deg=report.weather.wind_from_deg,
            gust_mps=report.weather.gust_mps,
            visibility_m=report.weather.visibility_m,
            ceiling_agl_m=report.weather.ceiling_agl_m,
            present_weather=report.weather.present_weather,
            is_modelled=report.weather.is_modelled,
            is_below_minima=bool(report.reason),
            reason=name_reason(report.reason),
        )
        for report in chronicle.reports.get(site_id, [])
        if report.at_ms > now_ms - REPORTS_MS
    )


def _list_movements(
    chronicle: Chronicle, plan: Plan, site_id: VertiportId
) -> tuple[MovementLine, ...]:
    """Return take-offs and landings of a site around now, in order of time."""
    planned = {p.sortie_id: p for row in plan.sorties.values() for p in row}
    found: list[MovementLine] = []
    for story in chronicle.sorties.values():
        if site_id not in (story.origin, story.destination):
            continue
        ahead, waits_for = planned.get(story.sortie_id), plan.waiting.get(story.sortie_id, "")
        lift_ms = story.lift_off_ms or (ahead.lift_off_ms if ahead else None)
        if lift_ms is None and waits_for:
            lift_ms = story.wanted_ms
        touch_ms = story.touchdown_ms or (ahead.touchdown_ms if ahead else None)
        if story.origin == site_id and _is_near(lift_ms, plan.now_ms):
            line = _draw_movement(chronicle, story, "take_off", lift_ms or 0)
            found.append(msgspec.structs.replace(line, waits_for=waits_for))
        if story.destination == site_id and _is_near(touch_ms, plan.now_ms):
            found.append(_draw_movement(chronicle, story, "landing", touch_ms or 0))
    return tuple(sorted(found, key=lambda line: (line.at_ms, line.sortie_id, line.kind)))


def _is_near(at_ms: int | None, now_ms: int) -> bool:
    return at_ms is not None and now_ms - BEFORE_MS <= at_ms < now_ms + AHEAD_MS


def _draw_movement(chronicle: Chronicle, story: SortieStory, kind: str, at_ms: int) -> MovementLine:
    line = draw_story(chronicle, story)
    is_take_off = kind == "take_off"
    return MovementLine(
        sortie_id=story.sortie_id,
        kind=kind,
        fato_id=story.origin_fato_id if is_take_off else story.destination_fato_id,
        at_ms=at_ms,
        other_end=story.destination if is_take_off else story.origin,
        aircraft_id=story.aircraft_id,
        passengers=line.passengers,
        status=line.status,
    )
