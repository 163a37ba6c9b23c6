"""Tables of the desk: what was ordered, what was closed or held, which aircraft were grounded."""

from collections.abc import Iterable
from typing import Any

import msgspec

from aspan.compose.table import Kind, Table, table_from_rows
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.primitives.ids import AircraftId, SortieId, VertiportId

ACTIONS: dict[str, Kind] = {
    "at_ms": "whole",
    "key": "text",
    "who": "text",
    "why": "text",
    "action": "text",
    "what": "text",
    "outcome": "text",
    "reason": "text",
}

CLOSURES: dict[str, Kind] = {
    "vertiport_id": "text",
    "fato_id": "text",
    "kind": "text",
    "from_at_ms": "whole",
    "until_at_ms": "whole",
}

ZONE_CLOSURES: dict[str, Kind] = {
    "zone_id": "text",
    "reservation": "text",
    "from_at_ms": "whole",
    "until_at_ms": "whole",
}

DEFECTS: dict[str, Kind] = {
    "aircraft_id": "text",
    "opened_at_ms": "whole",
    "closed_at_ms": "whole",
    "grounding": "flag",
    "why": "text",
}


def make_actions(events: Iterable[ev.Event]) -> Table:
    """Return the table of actions, done and refused, in order; `what` is the action as JSON."""
    rows = []
    for event in events:
        if isinstance(event, ev.ActionTaken | ev.ActionRefused):
            plain = msgspec.to_builtins(event.action)
            reason = event.reason if isinstance(event, ev.ActionRefused) else None
            outcome = "done" if reason is None else "refused"
            what = msgspec.json.encode(plain).decode()
            rows.append(
                (
                    event.at_ms,
                    event.key,
                    event.who,
                    event.why,
                    plain["action"],
                    what,
                    outcome,
                    reason,
                )
            )
    return table_from_rows("actions", ACTIONS, rows)


def make_closures(events: Iterable[ev.Event], site_ids: Iterable[VertiportId]) -> Table:
    """Return when which FATO was closed and which site's departures held by the desk.

    `kind` is fato_closed or departures_held; `until_at_ms` is null while it lasts.
    """
    known = tuple(site_ids)
    rows: list[list[Any]] = []
    lasting: dict[tuple[VertiportId, str], list[Any]] = {}
    for event in events:
        if not isinstance(event, ev.ActionTaken):
            continue
        action = event.action
        match action:
            case act.CloseFato() | act.OpenFato():
                kind, things = "fato_closed", [(action.vertiport_id, str(action.fato_id))]
            case act.HoldDepartures() | act.ReleaseDepartures():
                chosen = known if action.vertiport_id is None else (action.vertiport_id,)
                kind, things = "departures_held", [(site_id, "") for site_id in chosen]
            case _:
                continue
        is_beginning = isinstance(action, act.CloseFato | act.HoldDepartures)
        for thing in things:
            if not is_beginning:
                ended = lasting.pop(thing, None)
                if ended is not None:
                    ended[4] = event.at_ms
            elif thing not in lasting:
                lasting[thing] = [thing[0], thing[1] or None, kind, event.at_ms, None]
                rows.append(lasting[thing])
    return table_from_rows("closures", CLOSURES, rows)


def make_zone_closures(events: Iterable[ev.Event]) -> Table:
    """Return when which geozone was kept for others, one row a zone and reservation.

    What is freed early ends then; what is freed before it begins is no row.
    """
    rows: dict[str, list[list[Any]]] = {}
    for event in events:
        match event:
            case ev.ActionTaken(action=act.ReserveZones() as kept):
                rows[event.key] = [
                    [zone_id, event.key, max(kept.from_at_ms, event.at_ms), kept.until_at_ms]
                    for zone_id in kept.zone_ids
                ]
            case ev.ActionTaken(action=act.FreeZones() as freed):
                for row in rows[freed.reservation]:
                    row[3] = min(row[3], event.at_ms)
            case _:
                pass
    begun = [row for kept_rows in rows.values() for row in kept_rows if row[2] < row[3]]
    return table_from_rows("zone_closures", ZONE_CLOSURES, begun)


def make_defects(events: Iterable[ev.Event]) -> Table:
    """Return the defects for which the desk grounded aircraft.

    One of an aircraft that is released or flying opens when it is back on a stand.
    """
    rows: list[list[Any]] = []
    lasting: dict[AircraftId, list[Any]] = {}
    aircraft_of: dict[SortieId, AircraftId] = {}
    flying: set[AircraftId] = set()
    waiting: dict[AircraftId, str] = {}

    def begin(aircraft_id: AircraftId, at_ms: int, why: str) -> None:
        lasting[aircraft_id] = [aircraft_id, at_ms, None, True, why]
        rows.append(lasting[aircraft_id])

    for event in events:
        match event:
            case ev.SortieAssigned():
                aircraft_of[event.sortie_id] = event.aircraft_id
            case ev.SortieReleased():
                flying.add(aircraft_of[event.sortie_id])
            case ev.SortieOnBlock():
                aircraft_id = aircraft_of[event.sortie_id]
                flying.discard(aircraft_id)
                if aircraft_id in waiting:
                    begin(aircraft_id, event.at_ms, waiting.pop(aircraft_id))
            case ev.ActionTaken(action=act.GroundAircraft(aircraft_id=aircraft_id)):
                if aircraft_id in flying:
                    waiting[aircraft_id] = event.why
                else:
                    begin(aircraft_id, event.at_ms, event.why)
            case ev.ActionTaken(action=act.ReturnAircraft(aircraft_id=aircraft_id)):
                waiting.pop(aircraft_id, None)
                ended = lasting.pop(aircraft_id, None)
                if ended is not None:
                    ended[2] = event.at_ms
            case _:
                pass
    return table_from_rows("defects", DEFECTS, rows)
