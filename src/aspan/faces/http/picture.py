"""The picture: what an engine's state and a board say now, in the page's shapes."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from aspan.faces.http.engine_answers import find_battery_kw
from aspan.faces.http.orders_view import (
    find_closing_order,
    find_grounding_order,
    find_hold_order,
    find_wait_reason,
)
from aspan.faces.http.reasons import name_reason
from aspan.faces.http.wire_now import (
    AircraftNow,
    Clock,
    FatoNow,
    Figures,
    GeozoneNow,
    Position,
    Snapshot,
    SortieNow,
    StandNow,
    VertiportNow,
    WeatherNow,
)
from aspan.live.board import Board, BoardLine, expected_margin_kwh
from aspan.operations.lifecycles import BookingStatus, SortiePhase
from aspan.operations.records import AircraftRecord, SiteRecord, SortieRecord
from aspan.operations.state import State
from aspan.operations.turnaround import soc_at
from aspan.physics.charging import dc_power_kw, grid_power_kw
from aspan.primitives.ids import AircraftId, SortieId, VertiportId
from aspan.twin.flight import FlownSortie
from aspan.twin.position import locate

_P = SortiePhase
_STATUS = {
    _P.SCHEDULED: "planned",
    _P.ASSIGNED: "planned",
    _P.HELD: "planned",
    _P.RELEASED: "boarding",
    _P.TAXIING_OUT: "taxiing",
    _P.AIRBORNE: "airborne",
    _P.TAXIING_IN: "landed",
    _P.ON_BLOCK: "flown",
    _P.CANCELLED: "cancelled",
}


class Flight(msgspec.Struct, frozen=True, gc=False):
    """A sortie that has left its stand, and whose it is."""

    aircraft_id: AircraftId
    flown: FlownSortie


def draw_position(flight: Flight, at_ms: int) -> Position:
    """Return where a flight is at an instant, before lift-off and after touchdown on its pad."""
    where = locate(flight.flown, at_ms)
    return Position(
        aircraft_id=flight.aircraft_id,
        lon_deg=round(where.lon_deg, 6),
        lat_deg=round(where.lat_deg, 6),
        altitude_amsl_m=round(where.altitude_amsl_m, 1),
        heading_deg=round(where.heading_deg, 1),
        ground_speed_mps=round(where.ground_speed_mps, 1),
        soc=round(where.soc, 4),
    )


class Painter:
    """Draws snapshots of one state; called where nothing changes meanwhile."""

    def __init__(
        self,
        state: State,
        board: Board,
        flown: Mapping[SortieId, FlownSortie],
        clock: Clock,
        *,
        is_replay: bool = False,
    ) -> None:
        self._is_replay = is_replay
        self._state = state
        self._board = board
        self._flown = flown
        self._clock = clock
        self._now_ms = clock.at_ms
        self._waiting = self._count_waiting()

    def list_flights(self) -> tuple[Flight, ...]:
        """Return the sorties between off-block and on-block."""
        state = self._state
        return tuple(
            Flight(a, flown)
            for a in sorted(state.aircraft)
            if (sortie_id := state.aircraft[a].sortie_id) is not None
            and (flown := self._flown.get(sortie_id)) is not None
        )

    def draw(self) -> Snapshot:
        """Return everything that changes, now."""
        state, board = self._state, self._board
        flights = {flight.aircraft_id: flight for flight in self.list_flights()}
        return Snapshot(
            seq=board.seq,
            clock=self._clock,
            aircraft=tuple(
                self._draw_aircraft(state.aircraft[a], flights.get(a))
                for a in sorted(state.aircraft)
            ),
            sorties=tuple(
                self._draw_sortie(state.sorties[s], board.lines[s]) for s in sorted(board.lines)
            ),
            vertiports=tuple(self._draw_site(state.sites[s]) for s in sorted(state.sites)),
            weather=tuple(
                _draw_weather(site) for _, site in sorted(state.sites.items()) if site.report
            ),
            figures=self._draw_figures(),
            geozones=tuple(
                GeozoneNow(
                    zone_id=zone.zone_id,
                    is_closed=zone.is_closed_at(self._now_ms),
                    changes_at_ms=zone.next_change_ms(self._now_ms),
                )
                for zone in state.index.city.geozones
            ),
            is_replay=self._is_replay,
        )

    def _draw_aircraft(self, aircraft: AircraftRecord, flight: Flight | None) -> AircraftNow:
        state = self._state
        next_id = aircraft.sortie_id or (aircraft.chain[0] if aircraft.chain else None)
        sortie = state.sorties[next_id] if next_id is not None else None
        margin = None
        if sortie is not None and sortie.release is not None:
            margin = round(
                expected_margin_kwh(state.index.city.aircraft_type, aircraft, sortie.release), 2
            )
        if flight is not None:
            at = draw_position(flight, self._now_ms)
        else:
            site_id = aircraft.vertiport_id or (sortie.origin if sortie is not None else None)
            site = state.index.sites[site_id] if site_id is not None else None
            at = Position(
                aircraft_id=aircraft.aircraft_id,
                lon_deg=site.lon_deg if site else 0.0,
                lat_deg=site.lat_deg if site else 0.0,
                altitude_amsl_m=site.elevation_amsl_m if site else 0.0,
                heading_deg=0.0,
                ground_speed_mps=0.0,
                soc=round(soc_at(state, aircraft, self._now_ms), 4),
            )
        return AircraftNow(
            aircraft_id=aircraft.aircraft_id,
            phase=self._name_phase(aircraft, sortie),
            vertiport_id=aircraft.vertiport_id,
            stand_id=aircraft.stand_id,
            soc=at.soc,
            lon_deg=at.lon_deg,
            lat_deg=at.lat_deg,
            altitude_amsl_m=at.altitude_amsl_m,
            heading_deg=at.heading_deg,
            ground_speed_mps=at.ground_speed_mps,
            sortie_id=next_id,
            energy_margin_kwh=margin,
            grounded_by=find_grounding_order(state, aircraft.aircraft_id)
            if aircraft.grounded
            else None,
        )

    def _name_phase(self, aircraft: AircraftRecord, sortie: SortieRecord | None) -> str:
        """Return what the page calls what an aircraft does."""
        if aircraft.sortie_id is not None and sortie is not None:
            if sortie.phase is SortiePhase.AIRBORNE:
                return "diverting" if sortie.is_diverted else "airborne"
            return "landed" if sortie.phase is SortiePhase.TAXIING_IN else "taxiing"
        if aircraft.grounded and (sortie is None or sortie.release is None):
            return "grounded"
        if sortie is not None and (sortie.is_boarding or sortie.release is not None):
            return "boarding"
        if aircraft.charge is not None:
            return "charging"
        if sortie is not None and find_wait_reason(self._state, sortie, self._now_ms):
            return "held"
        return "parked"

    def _draw_sortie(self, sortie: SortieRecord, line: BoardLine) -> SortieNow:
        status = _STATUS[sortie.phase]
        if sortie.is_diverted:
            status = "diverted"
        elif status == "planned" and sortie.is_boarding:
            status = "boarding"
        cause = sortie.cause or find_wait_reason(self._state, sortie, self._now_ms)
        return SortieNow(
            sortie_id=sortie.sortie_id,
            aircraft_id=line.aircraft_id,
            origin=sortie.origin,
            destination=sortie.destination,
            status=status,
            planned_off_block_at_ms=line.wanted_off_block_at_ms,
            off_block_at_ms=line.off_block_at_ms,
            lift_off_at_ms=line.lift_off_at_ms,
            touchdown_at_ms=line.touchdown_at_ms,
            on_block_at_ms=line.on_block_at_ms,
            passengers=line.passengers if sortie.release is not None else sortie.seats_taken,
            cause=name_reason(cause),
            lane_id=line.lane_id,
            no_shows=line.no_shows,
        )

    def _draw_site(self, site: SiteRecord) -> VertiportNow:
        state = self._state
        given = state.index.sites[site.vertiport_id]
        charging = state.index.rules.charging
        battery_kw = {
            stand_id: find_battery_kw(state, state.aircraft[aircraft_id], self._now_ms)
            for stand_id, aircraft_id in site.occupants.items()
            if state.aircraft[aircraft_id].charge is not None
        }
        return VertiportNow(
            vertiport_id=site.vertiport_id,
            fatos=tuple(
                FatoNow(
                    fato_id=f.fato_id,
                    sortie_id=self._find_user(site, f.fato_id),
                    is_open=f.fato_id not in site.closed_fatos,
                    closed_by=find_closing_order(state, site.vertiport_id, f.fato_id)
                    if f.fato_id in site.closed_fatos
                    else None,
                )
                for f in given.fatos
            ),
            stands=tuple(
                StandNow(
                    stand_id=s.stand_id,
                    aircraft_id=site.occupants.get(s.stand_id),
                    charging_kw=round(dc_power_kw(charging, battery_kw[s.stand_id]), 1)
                    if s.stand_id in battery_kw
                    else None,
                    held_by_sortie_id=site.holds.get(s.stand_id),
                )
                for s in given.stands
            ),
            site_kw=round(grid_power_kw(charging, sum(battery_kw.values())), 1),
            is_open=not site.hold_reason
            and state.service_from_ms <= self._now_ms < state.service_until_ms,
            is_held=site.is_held,
            held_by=find_hold_order(state, site.vertiport_id) if site.is_held else None,
            waiting_passengers=self._waiting[site.vertiport_id],
        )

    def _find_user(self, site: SiteRecord, fato_id: str) -> str | None:
        calendar = next(c for f, c in site.fatos.items() if f == fato_id)
        return calendar.find_holder(self._now_ms)

    def _count_waiting(self) -> Counter[VertiportId]:
        """Return the people who have checked in and are not aboard, by site."""
        state = self._state
        waiting: Counter[VertiportId] = Counter()
        for booking in state.live_bookings.values():
            if booking.status is BookingStatus.CHECKED_IN:
                waiting[state.sorties[booking.sortie_id].origin] += booking.party
        return waiting

    def _draw_figures(self) -> Figures:
        board = self._board
        least = board.min_above_reserve_kwh
        sorties = self._state.sorties
        flying = [a.sortie_id for a in self._state.aircraft.values() if a.sortie_id is not None]
        return Figures(
            in_air=sum(sorties[sortie_id].phase is SortiePhase.AIRBORNE for sortie_id in flying),
            flown=board.flown,
            empty=board.empty,
            cancelled=board.cancelled,
            passengers=board.passengers,
            waiting=self._waiting.total(),
            on_time_share=board.on_time_share(self._now_ms),
            min_energy_above_reserve_kwh=None if least is None else round(least, 2),
            energy_kwh=round(board.energy_kwh, 1),
        )


def _draw_weather(site: SiteRecord) -> WeatherNow:
    report = site.report
    if report is None:
        raise ValueError(site.vertiport_id)
    return WeatherNow(
        place_id=report.place_id,
        observed_at_ms=report.at_ms,
        temperature_k=report.temperature_k,
        pressure_pa=report.pressure_pa,
        wind_mps=report.wind_mps,
        wind_from_deg=report.wind_from_deg,
        gust_mps=report.gust_mps,
        visibility_m=report.visibility_m,
        ceiling_agl_m=report.ceiling_agl_m,
        present_weather=report.present_weather,
        is_modelled=report.is_modelled,
        is_below_minima=bool(site.hold_reason),
        reason=name_reason(site.hold_reason),
    )
