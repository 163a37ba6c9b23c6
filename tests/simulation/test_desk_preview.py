"""What a desk is shown is what follows: each closure's preview against the events of its order."""

import pytest

from aspan.compose.runs import pair
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.commands import TakeAction
from aspan.operations.desk import preview
from aspan.operations.digest import state_digest
from aspan.operations.log import MemoryLog
from aspan.operations.state import State
from aspan.primitives.dice import draw
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.twin.clock import AlertList, LeapingClock
from simulation.days import Scenario, open_day

EFFECTS = {
    ev.SortieCancelled: "cancelled",
    ev.SortieUnassigned: "reassigned",
    ev.SortieDiverted: "diverted",
    ev.LandingMoved: "other_fato",
    ev.EmergencyDeclared: "emergency",
}


def _draw(state: State, seed: int, n: int) -> act.AnyAction:
    """Return a closure of a FATO somebody is about to land on, or the opening of one closed."""
    landing = [s for s in state.live_sorties.values() if s.release is not None]
    closed = sorted((s, f) for s, site in state.sites.items() for f in site.closed_fatos)
    chance = draw(seed, "shown", n)
    if closed and (chance < 0.4 or not landing):
        site_id, fato_id = closed[int(chance * 100) % len(closed)]
        return act.OpenFato(vertiport_id=site_id, fato_id=fato_id)
    if not landing:
        return act.HoldDepartures(vertiport_id=None)
    sortie = landing[int(chance * 100) % len(landing)]
    site = state.sites[sortie.destination]
    bound = sortie.landing_fato_id
    is_open = bound is not None and bound not in site.closed_fatos
    chosen = bound if is_open and bound is not None else min(site.fatos)
    return act.CloseFato(vertiport_id=sortie.destination, fato_id=chosen)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_closure_does_to_each_sortie_what_was_shown(seed: int) -> None:
    """Diverted, moved, freed or told as an emergency: as announced; looking changes nothing."""
    run = open_day(Scenario(city="tiny", seed=seed, fleet=8, demand=20.0))
    loop = pair(run, MemoryLog(), clock=LeapingClock(run.start_ms), notices=AlertList())
    state, seen = run.engine.state, set()
    for n in range(150):
        loop.run(run.start_ms + 7 * MS_PER_H + n * 5 * MS_PER_MIN)
        action = _draw(state, seed, n)
        before = state_digest(state)
        shown = preview(run.engine.planner, action, state.now_ms)
        assert state_digest(state) == before
        command = TakeAction(key=f"shown-{n:05d}", who="desk", why="drill", action=action)
        told = loop.take(f"action/{command.key}", command, at_ms=state.now_ms)
        assert shown.is_possible == isinstance(told[0], ev.ActionTaken)
        effects = {s.sortie_id: s.effect for s in shown.sorties}
        for event in told:
            effect = EFFECTS.get(type(event))
            if effect is not None:
                assert effects[event.sortie_id] == effect  # type: ignore[attr-defined]
                seen.add(effect)
    assert {"diverted", "other_fato"} & seen
    assert "emergency" in seen or "reassigned" in seen
