"""What details need of the state itself; each function is called in the engine's own thread."""

import msgspec

from aspan.faces.http.charge_view import list_curve
from aspan.faces.http.orders_view import find_wait_reason
from aspan.faces.http.reasons import name_reason
from aspan.faces.http.story_view import SOC_DIGITS
from aspan.faces.http.wire_detail import ForecastHour, PilotNow, SocPoint, StandDetail
from aspan.live.chronicle import Session
from aspan.operations.legs import LegRefused
from aspan.operations.planning import Planner
from aspan.operations.records import AircraftRecord, SortieRecord
from aspan.operations.state import State
from aspan.operations.turnaround import charge_end_ms, soc_at
from aspan.physics.battery import capacity_kwh, soc_needed
from aspan.physics.charging import battery_power_kw, charge_power_kw, dc_power_kw
from aspan.primitives.ids import SortieId, VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.twin.flight import FlownSortie
from aspan.twin.position import locate


class AircraftState(msgspec.Struct, frozen=True, kw_only=True):
    """What the state knows of an aircraft that the chronicle does not."""

    pilot: PilotNow | None
    grounded_why: str
    chain: tuple[SortieId, ...]
    forecast: tuple[SocPoint, ...]
    reserve_kwh: float | None


def find_charge_now(flown: FlownSortie | None, now_ms: int) -> float:
    """Return the charge of a sortie under way at an instant; 0 where nobody measures it."""
    return 0.0 if flown is None else locate(flown, now_ms).soc


def tell_charge(flown: FlownSortie, now_ms: int) -> SocPoint:
    """Return the charge of a sortie under way as the aircraft tells it at an instant."""
    return SocPoint(at_ms=now_ms, soc=round(find_charge_now(flown, now_ms), SOC_DIGITS))


def describe_aircraft(
    planner: Planner, aircraft: AircraftRecord, now_ms: int, flown: FlownSortie | None = None
) -> AircraftState:
    """Return pilot, grounding, chain, reserve and expected charge of an aircraft.

    `flown` is the sortie under way as it is flown; the forecast goes on from the charge it has.
    """
    pilot = aircraft.pilot
    state = planner.state
    soc = soc_at(state, aircraft, now_ms) if flown is None else find_charge_now(flown, now_ms)
    release = state.sorties[aircraft.chain[0]].release if aircraft.chain else None
    return AircraftState(
        pilot=None
        if pilot is None
        else PilotNow(
            pilot_id=pilot.pilot_id,
            duty_from_ms=pilot.duty_from_ms,
            flight_ms=pilot.flight_ms,
            sectors=pilot.sectors,
        ),
        grounded_why=aircraft.grounded,
        chain=tuple(aircraft.chain),
        forecast=tuple(_forecast_charge(planner, aircraft, now_ms, soc)),
        reserve_kwh=None if release is None else round(release.final_reserve_kwh, 2),
    )


def _forecast_charge(
    planner: Planner, aircraft: AircraftRecord, now_ms: int, now_soc: float
) -> list[SocPoint]:
    """Return the expected charge from now to the end of the chain.

    Between two sorties it is drawn up to what the next one needs, if that is more: when on the
    stand it will be charged is decided only then.
    """
    state = planner.state
    points = _forecast_session(state, aircraft, now_ms)
    points = points or [_expect(now_ms, now_soc)]
    for sortie_id in aircraft.chain:
        sortie = state.sorties[sortie_id]
        plan = sortie.assignment
        if plan is None:
            continue
        kwh, required_kwh, reserve_kwh = _find_needs(planner, sortie)
        if required_kwh is None:
            break
        kind = state.index.city.aircraft_type
        soc = points[-1].soc
        if sortie_id != aircraft.sortie_id:
            needed = soc_needed(
                kind, required_kwh=required_kwh, soh=aircraft.soh, pack_k=kind.pack_target_k
            )
            off_ms = max(now_ms, plan.off_block_at_ms)
            points = [p for p in points if p.at_ms < off_ms] or points[:1]
            soc = max(points[-1].soc, needed)
            points.append(_expect(off_ms, soc))
        else:
            flown_ms = max(1, sortie.expected_on_block_ms - plan.off_block_at_ms)
            kwh *= min(1.0, max(0, sortie.expected_on_block_ms - now_ms) / flown_ms)
        reserve = soc_needed(
            kind,
            required_kwh=reserve_kwh,
            soh=aircraft.soh,
            pack_k=aircraft.pack_temperature_k,
        )
        after = soc - kwh / capacity_kwh(kind, soh=aircraft.soh)
        touch_ms = max(now_ms, sortie.touchdown_ms)
        points.append(_expect(touch_ms, after, round(reserve, SOC_DIGITS)))
    return points


def _expect(at_ms: int, soc: float, reserve: float | None = None) -> SocPoint:
    return SocPoint(at_ms=at_ms, soc=round(soc, SOC_DIGITS), reserve_soc=reserve, is_forecast=True)


def _forecast_session(state: State, aircraft: AircraftRecord, now_ms: int) -> list[SocPoint]:
    session = aircraft.charge
    if session is None or aircraft.vertiport_id is None:
        return []
    from_now = Session(
        aircraft_id=aircraft.aircraft_id,
        vertiport_id=aircraft.vertiport_id,
        stand_id=session.stand_id,
        charger_id=session.charger_id,
        from_ms=now_ms,
        soc_target=session.soc_target,
        steps=[(now_ms, soc_at(state, aircraft, now_ms), session.power_kw)],
    )
    until_ms = max(now_ms + 1, charge_end_ms(state, aircraft))
    return list_curve(state.index, aircraft.soh, from_now, until_ms, is_forecast=True)


def _find_needs(planner: Planner, sortie: SortieRecord) -> tuple[float, float | None, float]:
    """Return the energy a sortie takes, must have at off-block and must keep [kWh]."""
    release = sortie.release
    if release is not None:
        return release.predicted_energy_kwh, release.required_kwh, release.final_reserve_kwh
    leg = planner.legs.estimate(
        planner.state,
        sortie.origin,
        sortie.destination,
        planner.legs.seats_for(sortie.payload_kg),
    )
    if isinstance(leg, LegRefused):
        return 0.0, None, 0.0
    return leg.trip_kwh, leg.required.required_kwh, leg.required.reserve_kwh


def describe_stands(state: State, site_id: VertiportId, now_ms: int) -> tuple[StandDetail, ...]:
    """Return the stands of a site with who is on them and what comes next."""
    site = state.sites[site_id]
    found = []
    for stand in state.index.sites[site_id].stands:
        aircraft_id = site.occupants.get(stand.stand_id)
        aircraft = None if aircraft_id is None else state.aircraft[aircraft_id]
        session = None if aircraft is None else aircraft.charge
        following = None
        if aircraft is not None and aircraft.chain:
            following = state.sorties[aircraft.chain[0]]
        plan = None if following is None else following.assignment
        found.append(
            StandDetail(
                stand_id=stand.stand_id,
                is_contingency=stand.is_contingency,
                aircraft_id=aircraft_id,
                soc=None
                if aircraft is None
                else round(soc_at(state, aircraft, now_ms), SOC_DIGITS),
                soc_target=None if session is None else session.soc_target,
                ready_at_ms=None
                if session is None or aircraft is None
                else charge_end_ms(state, aircraft),
                charging_kw=None
                if session is None or aircraft is None
                else round(find_charger_kw(state, aircraft, now_ms), 1),
                held_by_sortie_id=site.holds.get(stand.stand_id),
                next_sortie_id=None if following is None else following.sortie_id,
                next_off_block_at_ms=None if plan is None else plan.off_block_at_ms,
                next_waits_for=""
                if following is None
                else name_reason(find_wait_reason(state, following, now_ms)),
            )
        )
    return tuple(found)


def find_charger_kw(state: State, aircraft: AircraftRecord, now_ms: int) -> float:
    """Return the power at the charger's output that feeds an aircraft now; 0 without one."""
    return dc_power_kw(state.index.rules.charging, find_battery_kw(state, aircraft, now_ms))


def find_battery_kw(state: State, aircraft: AircraftRecord, now_ms: int) -> float:
    """Return the power that reaches the battery of an aircraft now; 0 once it is charged."""
    session, index = aircraft.charge, state.index
    if session is None:
        return 0.0
    soc = soc_at(state, aircraft, now_ms)
    if soc >= session.soc_target:
        return 0.0
    return charge_power_kw(
        index.city.aircraft_type,
        soc=soc,
        soh=aircraft.soh,
        cap_kw=battery_power_kw(index.rules.charging, dc_kw=session.power_kw),
        pack_k=index.city.aircraft_type.pack_target_k,
    )


def describe_forecast(state: State, site_id: VertiportId, now_ms: int) -> tuple[ForecastHour, ...]:
    """Return the coming hours at a site as last forecast."""
    forecasts = state.sites[site_id].forecasts
    return tuple(
        ForecastHour(
            at_ms=hour_ms,
            temperature_k=forecasts[hour_ms].expected.temperature_k,
            wind_mps=forecasts[hour_ms].expected.wind_mps,
            gust_mps=forecasts[hour_ms].expected.gust_mps,
            visibility_m=forecasts[hour_ms].expected.visibility_m,
            ceiling_agl_m=forecasts[hour_ms].expected.ceiling_agl_m,
            present_weather=forecasts[hour_ms].expected.present_weather,
            probability_below_minima=forecasts[hour_ms].probability_below_minima,
        )
        for hour_ms in sorted(forecasts)
        if hour_ms > now_ms - MS_PER_H
    )
