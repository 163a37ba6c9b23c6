"""Digest: one hash of everything a state says, so that two states can be compared.

It covers aircraft, sorties, bookings, payments, sites with what is held there, lane cells held,
and timers. Left out is what cannot matter any more: timers that were due, holds that have ended.
Caches and indices that follow from the rest are left out too.
"""

from hashlib import sha256
from typing import Any

import msgspec

from aspan.operations.records import SiteRecord, SortieRecord
from aspan.operations.state import State


def state_digest(state: State) -> str:
    """Return the SHA-256 of a state, in hexadecimal."""
    return sha256(msgspec.json.encode(describe_state(state), order="deterministic")).hexdigest()


def describe_state(state: State) -> dict[str, Any]:
    """Return a state as one document, the same for equal states."""
    now_ms = state.now_ms
    return {
        "now_ms": now_ms,
        "events": state.events,
        "is_open": state.is_open,
        "policy": state.policy,
        "date": state.date,
        "service": [state.service_from_ms, state.service_until_ms],
        "expected_rates": [[*pair, rates] for pair, rates in sorted(state.expected_rates.items())],
        "aircraft": [state.aircraft[a] for a in sorted(state.aircraft)],
        "sorties": [_describe_sortie(state.sorties[s]) for s in sorted(state.sorties)],
        "bookings": [state.bookings[b] for b in sorted(state.bookings)],
        "payments": [state.payments[p] for p in sorted(state.payments)],
        "sites": [_describe_site(state.sites[s], now_ms) for s in sorted(state.sites)],
        "cells": _describe_cells(state),
        "actions": list(state.actions.values()),
        "reserved_zones": sorted(
            [zone_id, spans] for zone_id, spans in state.reserved_zones.items() if spans
        ),
        "clock": [state.pace, state.is_paused],
        "timers": sorted(
            [due_ms, kind, owner] for (kind, owner), due_ms in state.due.items() if due_ms > now_ms
        ),
    }


def _describe_sortie(sortie: SortieRecord) -> dict[str, Any]:
    fields = msgspec.structs.asdict(sortie)
    trajectory = fields.pop("trajectory")
    fields["lane"] = None if trajectory is None else trajectory.lane.lane_id
    fields["offsets_ms"] = None if trajectory is None else trajectory.offsets_ms
    return fields


def _describe_site(site: SiteRecord, now_ms: int) -> dict[str, Any]:
    fields = msgspec.structs.asdict(site)
    fields["fatos"] = {
        fato_id: [slot for slot in calendar.list_held() if slot[1] > now_ms]
        for fato_id, calendar in site.fatos.items()
    }
    fields["inbound"] = list(site.inbound)
    fields["forecasts"] = [site.forecasts[hour] for hour in sorted(site.forecasts)]
    fields["claims"] = {other: n for other, n in site.claims.items() if n}
    return fields


def _describe_cells(state: State) -> list[list[object]]:
    cells: list[list[object]] = []
    for sortie_id in state.reservations.list_sorties():
        held = state.reservations.find_held(sortie_id)
        if held is not None and held.lift_off_at_ms + held.profile.duration_ms > state.now_ms:
            cells.append([sortie_id, held.profile.lane.lane_id, held.lift_off_at_ms])
    return cells
