"""Charge over time: what a session gave, what a site drew, how an aircraft's charge went."""

from collections.abc import Iterable

from aspan.faces.http.story_view import SOC_DIGITS, reserve_soc
from aspan.faces.http.wire_detail import PowerPoint, SocPoint
from aspan.live.chronicle import Chronicle, Session
from aspan.operations.city_index import CityIndex
from aspan.physics.charging import (
    battery_power_kw,
    grid_power_kw,
    list_power_steps,
    soc_after_s,
)
from aspan.primitives.ids import AircraftId, VertiportId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S

POWER_MS = 6 * MS_PER_H
"""How far back the power of a site is told."""

SOC_MS = 12 * MS_PER_H
"""How far back the charge of an aircraft is told."""

CURVE_MS = 2 * MS_PER_MIN
"""Distance of the points by which a charging curve is drawn."""


def draw_power(
    index: CityIndex, chronicle: Chronicle, site_id: VertiportId, now_ms: int
) -> tuple[PowerPoint, ...]:
    """Return the mean power at the grid meter of each minute up to now; chargers only."""
    first_ms = now_ms - now_ms % MS_PER_MIN - POWER_MS
    minutes = [0.0] * (POWER_MS // MS_PER_MIN + 1)
    for aircraft_id, sessions in chronicle.sessions.items():
        for session in reversed(sessions):
            until_ms = now_ms if session.until_ms is None else session.until_ms
            if until_ms < first_ms:
                break
            if session.vertiport_id == site_id:
                _add_session(
                    index, chronicle.soh[aircraft_id], session, until_ms, first_ms, minutes
                )
    charging = index.rules.charging
    return tuple(
        PowerPoint(
            at_ms=first_ms + n * MS_PER_MIN,
            kw=round(grid_power_kw(charging, kwh * MS_PER_H / MS_PER_MIN), 1),
        )
        for n, kwh in enumerate(minutes)
    )


def _list_pieces(session: Session, until_ms: int) -> list[tuple[int, int, float, float]]:
    """Return the pieces of a session under one limit: from, until [ms], charge, DC limit [kW]."""
    ends = [step[0] for step in session.steps[1:]] + [until_ms]
    return [
        (from_ms, end_ms, soc, power_kw)
        for (from_ms, soc, power_kw), end_ms in zip(session.steps, ends, strict=True)
        if from_ms < end_ms
    ]


def _add_session(
    index: CityIndex,
    soh: float,
    session: Session,
    until_ms: int,
    first_ms: int,
    minutes: list[float],
) -> None:
    """Add the energy [kWh] that a session put into the battery in each minute."""
    kind, charging = index.city.aircraft_type, index.rules.charging
    for from_ms, end_ms, soc, power_kw in _list_pieces(session, until_ms):
        if end_ms <= first_ms:
            continue
        steps = list_power_steps(
            kind,
            soc=soc,
            duration_s=(end_ms - from_ms) / MS_PER_S,
            soh=soh,
            cap_kw=battery_power_kw(charging, dc_kw=power_kw),
            pack_k=kind.pack_target_k,
            step_s=MS_PER_MIN / MS_PER_S,
        )
        for start_s, end_s, battery_kw in steps:
            _spread(
                from_ms + start_s * MS_PER_S,
                from_ms + end_s * MS_PER_S,
                battery_kw,
                first_ms,
                minutes,
            )


def _spread(
    start_ms: float, end_ms: float, battery_kw: float, first_ms: int, minutes: list[float]
) -> None:
    """Add a step of at most a minute to the one or two minutes it lies in."""
    while start_ms < end_ms:
        n = int((start_ms - first_ms) // MS_PER_MIN)
        edge_ms = min(end_ms, first_ms + (n + 1) * MS_PER_MIN)
        if 0 <= n < len(minutes):
            minutes[n] += battery_kw * (edge_ms - start_ms) / MS_PER_H
        start_ms = edge_ms


def draw_soc(
    index: CityIndex, chronicle: Chronicle, aircraft_id: AircraftId, now_ms: int
) -> list[SocPoint]:
    """Return the charge of an aircraft over the last hours, where its slope changes."""
    from_ms = now_ms - SOC_MS
    points: list[SocPoint] = []
    for stay in chronicle.stays.get(aircraft_id, []):
        points.append(SocPoint(at_ms=stay.from_ms, soc=stay.soc))
    for story in chronicle.sorties.values():
        if story.aircraft_id != aircraft_id or story.off_block_ms is None:
            continue
        if story.off_block_ms < from_ms - MS_PER_H:
            continue
        reserve = reserve_soc(index, chronicle, story)
        for at_ms, soc in (
            (story.off_block_ms, story.soc_off_block),
            (story.lift_off_ms, story.soc_lift_off),
            (story.touchdown_ms, story.soc_touchdown),
        ):
            if at_ms is not None:
                points.append(SocPoint(at_ms=at_ms, soc=soc, reserve_soc=reserve))
    for session in chronicle.sessions.get(aircraft_id, []):
        until_ms = now_ms if session.until_ms is None else session.until_ms
        if until_ms >= from_ms:
            soh = chronicle.soh[aircraft_id]
            points += list_curve(index, soh, session, until_ms, is_forecast=False)
    return keep_from(points, from_ms)


def list_curve(
    index: CityIndex, soh: float, session: Session, until_ms: int, *, is_forecast: bool
) -> list[SocPoint]:
    """Return points of a session's charge from its first allocation to an instant."""
    kind, charging = index.city.aircraft_type, index.rules.charging
    points = []
    for from_ms, end_ms, soc, power_kw in _list_pieces(session, until_ms):
        for at_ms in (*range(from_ms, end_ms, CURVE_MS), end_ms):
            now_soc = soc_after_s(
                kind,
                soc=soc,
                duration_s=(at_ms - from_ms) / MS_PER_S,
                soh=soh,
                cap_kw=battery_power_kw(charging, dc_kw=power_kw),
                pack_k=kind.pack_target_k,
            )
            bounded = min(now_soc, max(session.soc_target, soc))
            points.append(
                SocPoint(at_ms=at_ms, soc=round(bounded, SOC_DIGITS), is_forecast=is_forecast)
            )
    return points


def keep_from(points: Iterable[SocPoint], from_ms: int) -> list[SocPoint]:
    """Return the points in order of time, from the last one at or before an instant on."""
    ordered = sorted(points, key=lambda point: point.at_ms)
    first = 0
    for n, point in enumerate(ordered):
        if point.at_ms <= from_ms:
            first = n
    return ordered[first:]
