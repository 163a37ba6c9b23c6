"""Orders at random: what a nervous desk might send through a day."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from aspan.compose.runs import Run, pair
from aspan.operations import actions as act
from aspan.operations.commands import TakeAction
from aspan.operations.lifecycles import ENDED_SORTIE_PHASES
from aspan.operations.log import MemoryLog
from aspan.operations.state import State
from aspan.primitives.dice import draw
from aspan.twin.clock import AlertList, LeapingClock

T = TypeVar("T")


def _pick(seed: int, n: int, what: str, things: Sequence[T]) -> T:
    return things[int(draw(seed, "desk", what, n) * len(things))]


def draw_action(state: State, seed: int, n: int) -> act.AnyAction:
    """Return the n-th action of a desk: some make sense when they come, some do not."""
    sites = list(state.index.site_ids)
    site_id = _pick(seed, n, "site", sites)
    fato_id = _pick(seed, n, "fato", sorted(state.sites[site_id].fatos))
    aircraft_id = _pick(seed, n, "aircraft", sorted(state.aircraft))
    live = sorted(state.live_sorties) or sorted(state.sorties)
    ended = [s for s, r in state.sorties.items() if r.phase in ENDED_SORTIE_PHASES]
    chance = draw(seed, "desk", "kind", n)
    grounded = sorted(a for a, r in state.aircraft.items() if r.grounded)
    closed = sorted((f, s) for s, r in state.sites.items() for f in r.closed_fatos)
    held = sorted(s for s, r in state.sites.items() if r.is_held)
    if chance < 0.12:
        return act.CloseFato(vertiport_id=site_id, fato_id=fato_id)
    if chance < 0.30:
        if closed:
            fato_id, site_id = closed[int(draw(seed, "desk", "closed", n) * len(closed))]
        return act.OpenFato(vertiport_id=site_id, fato_id=fato_id)
    if chance < 0.38:
        return act.HoldDepartures(vertiport_id=None if chance < 0.31 else site_id)
    if chance < 0.54:
        return act.ReleaseDepartures(vertiport_id=_pick(seed, n, "held", held) if held else None)
    if chance < 0.66 and live:
        return act.CancelSortie(sortie_id=_pick(seed, n, "live", live))
    if chance < 0.68 and ended:
        return act.CancelSortie(sortie_id=_pick(seed, n, "ended", ended))
    if chance < 0.76:
        return act.GroundAircraft(aircraft_id=aircraft_id)
    if chance < 0.88:
        chosen = _pick(seed, n, "grounded", grounded) if grounded else aircraft_id
        return act.ReturnAircraft(aircraft_id=chosen)
    return act.SendEmpty(aircraft_id=aircraft_id, destination=site_id)


def order(state: State, seed: int, n: int) -> TakeAction:
    """Return the n-th order of a desk, with its key."""
    action = draw_action(state, seed, n)
    kind = msgspec.to_builtins(action)["action"]
    return TakeAction(key=f"order-{seed}-{n:05d}", who="desk", why=f"drill {kind}", action=action)


def fly_with_orders(run: Run, *, seed: int, count: int, from_ms: int, until_ms: int) -> MemoryLog:
    """Fly a run to its end with orders spread evenly between two instants; return its log."""
    log = MemoryLog()
    loop = pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList())
    for n in range(count):
        at_ms = from_ms + (until_ms - from_ms) * n // count
        loop.run(at_ms)
        command = order(run.engine.state, seed, n)
        loop.take(f"action/{command.key}", command, at_ms=max(at_ms - 1, run.engine.state.now_ms))
    loop.run(run.end_ms)
    return log
