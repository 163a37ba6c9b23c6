"""Tables of the ground: the fleet and its approvals, stays on stands, charging, pilots' duties.

What still goes on when the run ends: a stay has no end; a session and a duty are closed at the end
of the run, the session with the charge its closed form gives there.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from aspan.compose.table import Kind, Table, table_from_rows
from aspan.compose.table_sorties import SortieLines
from aspan.operations import events as ev
from aspan.physics.battery import capacity_kwh
from aspan.physics.charging import (
    battery_power_kw,
    charge_power_kw,
    dc_power_kw,
    list_power_steps,
    soc_after_s,
)
from aspan.primitives.ids import AircraftId, ChargerId
from aspan.primitives.units import MS_PER_S
from aspan.world.city import City

STEP_S = 60.0
"""Longest step in which a session's power is drawn."""

POWER_DIGITS = 3
ENERGY_DIGITS = 6
SOC_DIGITS = 6

AIRCRAFT: dict[str, Kind] = {
    "aircraft_id": "text",
    "type": "text",
    "gross_kwh": "number",
    "soh": "number",
    "floor_soc": "number",
    "initial_vertiport_id": "text",
    "initial_stand_id": "text",
    "initial_soc": "number",
    "empty_kg": "number",
}


def make_aircraft(events: Iterable[ev.Event], city: City) -> Table:
    """Return the table of the fleet as the run began."""
    kind = city.aircraft_type
    rows = [
        (
            event.aircraft_id,
            event.type_id,
            kind.gross_kwh,
            event.soh,
            kind.floor_soc,
            event.vertiport_id,
            event.stand_id,
            event.soc,
            kind.empty_kg,
        )
        for event in events
        if isinstance(event, ev.AircraftRegistered)
    ]
    return table_from_rows("aircraft", AIRCRAFT, rows)


def list_soh(events: Iterable[ev.Event]) -> dict[AircraftId, float]:
    """Return the state of health of every aircraft."""
    return {e.aircraft_id: e.soh for e in events if isinstance(e, ev.AircraftRegistered)}


APPROVALS: dict[str, Kind] = {
    "aircraft_id": "text",
    "vertiport_id": "text",
    "kind": "text",
    "from_at_ms": "whole",
    "until_at_ms": "whole",
    "is_assumed": "flag",
}


def make_approvals(events: Iterable[ev.Event]) -> Table:
    """Return the table of approvals, one row for each aircraft and site."""
    rows = [
        (e.aircraft_id, site_id, e.kind, e.from_at_ms, e.until_at_ms, e.is_assumed)
        for e in events
        if isinstance(e, ev.ApprovalRecorded)
        for site_id in e.vertiport_ids
    ]
    return table_from_rows("approvals", APPROVALS, rows)


STAND_USES: dict[str, Kind] = {
    "vertiport_id": "text",
    "stand_id": "text",
    "aircraft_id": "text",
    "start_at_ms": "whole",
    "end_at_ms": "whole",
}


def make_stand_uses(events: Iterable[ev.Event], lines: SortieLines) -> Table:
    """Return the table of stays; a stay that still goes on has no end."""
    here: dict[AircraftId, list[Any]] = {}
    rows: list[list[Any]] = []
    for event in events:
        if isinstance(event, ev.AircraftRegistered):
            site, aircraft_id = event.vertiport_id, event.aircraft_id
            row: list[Any] = [site, event.stand_id, aircraft_id, event.at_ms, None]
        elif isinstance(event, ev.SortieOnBlock):
            line = lines.by_id[event.sortie_id]
            aircraft_id = line.aircraft_id
            row = [line.destination, event.stand_id, aircraft_id, event.at_ms, None]
        elif isinstance(event, ev.SortieOffBlock):
            here[lines.by_id[event.sortie_id].aircraft_id][4] = event.at_ms
            continue
        else:
            continue
        here[aircraft_id] = row
        rows.append(row)
    return table_from_rows("stand_uses", STAND_USES, rows)


DUTIES: dict[str, Kind] = {
    "pilot_id": "text",
    "start_at_ms": "whole",
    "end_at_ms": "whole",
    "vertiport_id": "text",
    "aircraft_id": "text",
}


def make_duties(events: Iterable[ev.Event], *, end_ms: int) -> Table:
    """Return the table of duties, each at the site where it began."""
    open_rows: dict[str, list[Any]] = {}
    rows: list[list[Any]] = []
    for event in events:
        if isinstance(event, ev.DutyStarted):
            row = [
                event.pilot_id,
                event.duty_from_ms,
                end_ms,
                event.vertiport_id,
                event.aircraft_id,
            ]
            open_rows[event.pilot_id] = row
            rows.append(row)
        elif isinstance(event, ev.DutyEnded):
            open_rows.pop(event.pilot_id)[2] = event.at_ms
    return table_from_rows("duties", DUTIES, rows)


class _Session(msgspec.Struct, kw_only=True):
    """A charging session while it is folded; `from_ms`, `soc_from` since the last allocation."""

    started: ev.ChargeStarted
    power_kw: float
    from_ms: int
    soc_from: float
    peak_kw: float = 0.0


CHARGES: dict[str, Kind] = {
    "vertiport_id": "text",
    "charger_id": "text",
    "stand_id": "text",
    "aircraft_id": "text",
    "start_at_ms": "whole",
    "end_at_ms": "whole",
    "energy_kwh": "number",
    "peak_kw": "number",
    "soc_start": "number",
    "soc_end": "number",
}

CHARGE_POWER: dict[str, Kind] = {
    "vertiport_id": "text",
    "charger_id": "text",
    "start_at_ms": "whole",
    "end_at_ms": "whole",
    "power_kw": "number",
}


class ChargeFold:
    """Sessions and their power, folded from the log; the closed form of `physics.charging`."""

    def __init__(self, city: City, soh: dict[AircraftId, float]) -> None:
        self._kind = city.aircraft_type
        self._charging = city.rules.charging
        self._soh = soh
        self._open: dict[ChargerId, _Session] = {}
        self.sessions: list[tuple[Any, ...]] = []
        self.steps: list[tuple[Any, ...]] = []

    def fold(self, events: Iterable[ev.Event], *, end_ms: int) -> None:
        """Fold a log that ends at an instant."""
        for event in events:
            if isinstance(event, ev.ChargeStarted):
                self._open[event.charger_id] = _Session(
                    started=event, power_kw=event.power_kw, from_ms=event.at_ms, soc_from=event.soc
                )
            elif isinstance(event, ev.ChargingReallocated):
                for charger_id, power_kw, soc in event.allocations:
                    session = self._open[charger_id]
                    self._draw(session, event.at_ms)
                    session.power_kw, session.from_ms = power_kw, event.at_ms
                    session.soc_from = soc
            elif isinstance(event, ev.ChargeEnded):
                session = self._open.pop(event.charger_id)
                self._draw(session, event.at_ms)
                self._close(session, event.at_ms, event.soc, event.energy_kwh)
        for session in self._open.values():
            self._draw(session, end_ms)
            soc = self._soc_at(session, end_ms)
            capacity = capacity_kwh(self._kind, soh=self._soh[session.started.aircraft_id])
            energy_kwh = round((soc - session.started.soc) * capacity, ENERGY_DIGITS)
            self._close(session, end_ms, soc, energy_kwh)

    def _soc_at(self, session: _Session, at_ms: int) -> float:
        soc = soc_after_s(
            self._kind,
            soc=session.soc_from,
            duration_s=(at_ms - session.from_ms) / MS_PER_S,
            soh=self._soh[session.started.aircraft_id],
            cap_kw=battery_power_kw(self._charging, dc_kw=session.power_kw),
            pack_k=self._kind.pack_target_k,
        )
        target = max(session.started.soc_target, session.soc_from)
        return round(min(soc, target), SOC_DIGITS)

    def _draw(self, session: _Session, until_ms: int) -> None:
        """Add the power steps since the last change of allocation."""
        started = session.started
        if until_ms <= session.from_ms:
            return
        soh = self._soh[started.aircraft_id]
        cap_kw = battery_power_kw(self._charging, dc_kw=session.power_kw)
        first_kw = charge_power_kw(
            self._kind,
            soc=session.soc_from,
            soh=soh,
            cap_kw=cap_kw,
            pack_k=self._kind.pack_target_k,
        )
        session.peak_kw = max(session.peak_kw, dc_power_kw(self._charging, first_kw))
        site, charger_id, from_ms = started.vertiport_id, started.charger_id, session.from_ms
        for start_s, end_s, battery_kw in list_power_steps(
            self._kind,
            soc=session.soc_from,
            duration_s=(until_ms - from_ms) / MS_PER_S,
            soh=soh,
            cap_kw=cap_kw,
            pack_k=self._kind.pack_target_k,
            step_s=STEP_S,
        ):
            start_ms = from_ms + round(start_s * MS_PER_S)
            end_ms = min(until_ms, from_ms + round(end_s * MS_PER_S))
            if start_ms < end_ms:
                power_kw = min(session.power_kw, dc_power_kw(self._charging, battery_kw))
                step = (site, charger_id, start_ms, end_ms, round(power_kw, POWER_DIGITS))
                self.steps.append(step)

    def _close(self, session: _Session, at_ms: int, soc: float, energy_kwh: float) -> None:
        started = session.started
        self.sessions.append(
            (
                started.vertiport_id,
                started.charger_id,
                started.stand_id,
                started.aircraft_id,
                started.at_ms,
                at_ms,
                energy_kwh,
                round(session.peak_kw, POWER_DIGITS),
                started.soc,
                soc,
            )
        )


def make_charges(
    events: Sequence[ev.Event], city: City, soh: dict[AircraftId, float], *, end_ms: int
) -> tuple[Table, Table]:
    """Return the tables of sessions and of power steps, by instant."""
    fold = ChargeFold(city, soh)
    fold.fold(events, end_ms=end_ms)
    sessions = sorted(fold.sessions, key=lambda row: (row[4], row[1]))
    steps = sorted(fold.steps, key=lambda row: (row[2], row[1]))
    return (
        table_from_rows("charges", CHARGES, sessions),
        table_from_rows("charge_power", CHARGE_POWER, steps),
    )
