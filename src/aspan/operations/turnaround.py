"""Turnaround: what charge an aircraft has on its stand, and who feeds it with how much.

Charging is closed-form between changes of allocation (facts B.8); the site's limit is shared
equally among the chargers that feed, none above its own power.
"""

from math import inf

from aspan.operations import events as ev
from aspan.operations.records import AircraftRecord, ChargeSession
from aspan.operations.state import State
from aspan.physics.battery import capacity_kwh, is_charge_temperature, pack_k_on_stand
from aspan.physics.charging import battery_power_kw, soc_after_s, time_to_soc_s
from aspan.primitives.ids import AircraftId, ChargerId, VertiportId
from aspan.primitives.units import MS_PER_H, MS_PER_S

SOC_DIGITS = 6
"""State of charge is rounded at birth to a millionth: 0.15 Wh of a 150 kWh pack."""

CHARGE_STEP_MIN = 0.004
"""A charger is not started for less than this. Assumed: half a kilowatt-hour, seconds of power."""


def pack_k_at(state: State, aircraft: AircraftRecord, at_ms: int) -> float:
    """Return the pack's temperature on the stand at an instant, conditioned since on-block."""
    return pack_k_on_stand(
        state.index.city.aircraft_type,
        pack_k=aircraft.pack_temperature_k,
        duration_s=(at_ms - aircraft.since_ms) / MS_PER_S,
    )


def session_soc(
    state: State, aircraft: AircraftRecord, session: ChargeSession, at_ms: int
) -> float:
    """Return the state of charge in a session at an instant, rounded."""
    soc = soc_after_s(
        state.index.city.aircraft_type,
        soc=session.soc_from,
        duration_s=(at_ms - session.from_ms) / MS_PER_S,
        soh=aircraft.soh,
        cap_kw=battery_power_kw(state.index.rules.charging, dc_kw=session.power_kw),
        pack_k=state.index.city.aircraft_type.pack_target_k,
    )
    return round(min(soc, max(session.soc_target, session.soc_from)), SOC_DIGITS)


def soc_at(state: State, aircraft: AircraftRecord, at_ms: int) -> float:
    """Return the state of charge on the stand at an instant, now or expected."""
    if aircraft.charge is None:
        return aircraft.soc
    return session_soc(state, aircraft, aircraft.charge, at_ms)


def charge_end_ms(state: State, aircraft: AircraftRecord) -> int:
    """Return when the session reaches its target under the present allocation."""
    session = aircraft.charge
    if session is None:
        return state.now_ms
    time_s = time_to_soc_s(
        state.index.city.aircraft_type,
        soc=session.soc_from,
        target_soc=session.soc_target,
        soh=aircraft.soh,
        cap_kw=battery_power_kw(state.index.rules.charging, dc_kw=session.power_kw),
        pack_k=state.index.city.aircraft_type.pack_target_k,
    )
    if time_s == inf:
        return session.from_ms + MS_PER_H
    return session.from_ms + max(1, int(time_s * MS_PER_S) + 1)


def share_kw(state: State, site_id: VertiportId, feeding: int) -> float:
    """Return the DC power one of `feeding` chargers may draw under the site's limit."""
    charging = state.index.rules.charging
    limit_kw = state.index.sites[site_id].site_power_limit_kw
    dc_kw = limit_kw * charging.grid_to_battery / charging.dc_to_battery
    return int(dc_kw / max(1, feeding) * 1000.0) / 1000.0


def plan_allocations(
    state: State, site_id: VertiportId, charger_ids: list[ChargerId]
) -> dict[ChargerId, float]:
    """Return the DC limit of each charger when these feed at once, none above its own power."""
    share = share_kw(state, site_id, len(charger_ids))
    return {c: min(state.index.chargers[c].power_kw, share) for c in charger_ids}


def _reallocate(
    state: State, site_id: VertiportId, charger_ids: list[ChargerId], at_ms: int
) -> list[ev.Event]:
    changed: list[tuple[ChargerId, float, float]] = []
    allocations = plan_allocations(state, site_id, charger_ids)
    feeding = state.sites[site_id].feeding
    for charger_id in sorted(charger_ids):
        if charger_id not in feeding:
            continue
        aircraft = state.aircraft[feeding[charger_id]]
        session = aircraft.charge
        if session is not None and session.power_kw != allocations[charger_id]:
            soc = session_soc(state, aircraft, session, at_ms)
            changed.append((charger_id, allocations[charger_id], soc))
    if not changed:
        return []
    return [ev.ChargingReallocated(at_ms=at_ms, vertiport_id=site_id, allocations=tuple(changed))]


def find_charger(state: State, aircraft: AircraftRecord) -> ChargerId | None:
    """Return a charger of the aircraft's stand that feeds nobody; None if there is none."""
    if aircraft.vertiport_id is None or aircraft.stand_id is None:
        return None
    feeding = state.sites[aircraft.vertiport_id].feeding
    for charger in state.index.chargers_of[aircraft.stand_id]:
        if charger.charger_id not in feeding:
            return charger.charger_id
    return None


def start_charge(
    state: State, aircraft: AircraftRecord, soc_target: float, at_ms: int
) -> list[ev.Event]:
    """Return the events that put an aircraft on a free charger of its stand, if there is one."""
    site_id, stand_id = aircraft.vertiport_id, aircraft.stand_id
    kind = state.index.city.aircraft_type
    if site_id is None or stand_id is None or aircraft.charge is not None:
        return []
    soc = round(aircraft.soc, SOC_DIGITS)
    target = round(min(soc_target, kind.ceiling_soc), SOC_DIGITS)
    if target - soc < CHARGE_STEP_MIN or not is_charge_temperature(
        kind, pack_k_at(state, aircraft, at_ms)
    ):
        return []
    feeding = state.sites[site_id].feeding
    charger_id = find_charger(state, aircraft)
    if charger_id is None or share_kw(state, site_id, len(feeding) + 1) <= 0.0:
        return []
    charger_ids = [*feeding, charger_id]
    reallocated = _reallocate(state, site_id, charger_ids, at_ms)
    started = ev.ChargeStarted(
        at_ms=at_ms,
        aircraft_id=aircraft.aircraft_id,
        vertiport_id=site_id,
        charger_id=charger_id,
        stand_id=stand_id,
        soc=soc,
        soc_target=target,
        power_kw=plan_allocations(state, site_id, charger_ids)[charger_id],
    )
    return [*reallocated, started]


def end_charge(state: State, aircraft: AircraftRecord, at_ms: int) -> list[ev.Event]:
    """Return the events that take an aircraft off its charger and share the power anew."""
    session, site_id = aircraft.charge, aircraft.vertiport_id
    if session is None or site_id is None:
        return []
    soc = session_soc(state, aircraft, session, at_ms)
    capacity = capacity_kwh(state.index.city.aircraft_type, soh=aircraft.soh)
    ended = ev.ChargeEnded(
        at_ms=at_ms,
        aircraft_id=aircraft.aircraft_id,
        vertiport_id=site_id,
        charger_id=session.charger_id,
        soc=soc,
        energy_kwh=round((soc - session.soc_start) * capacity, 6),
    )
    rest = [c for c in state.sites[site_id].feeding if c != session.charger_id]
    return [ended, *_reallocate(state, site_id, rest, at_ms)]


def is_leaving(state: State, aircraft: AircraftRecord) -> bool:
    """Say whether an aircraft on its stand has been released."""
    if not aircraft.chain:
        return False
    return state.sorties[aircraft.chain[0]].release is not None


def list_waiting_for_charge(state: State, site_id: VertiportId) -> list[AircraftId]:
    """Return the aircraft that stay on stands of a site and that nobody feeds, by id."""
    return sorted(
        a
        for a in state.sites[site_id].occupants.values()
        if state.aircraft[a].charge is None and not is_leaving(state, state.aircraft[a])
    )
