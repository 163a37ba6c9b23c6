"""What a diverted sortie reports: each thing once, whatever else happens at that instant."""

from collections import Counter

import pytest

from aspan.compose.runs import Run, pair
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.commands import TakeAction
from aspan.operations.log import MemoryLog
from aspan.operations.loop import Loop
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.twin.clock import AlertList, LeapingClock
from simulation.days import Scenario, open_day

REPORTS = (ev.SortieOffBlock, ev.SortieLiftedOff, ev.SortieTouchedDown, ev.SortieOnBlock)
BUSY = Scenario(city="tiny", fleet=8, demand=40.0)


def close_site(run: Run, loop: Loop, site_id: VertiportId) -> list[ev.Event]:
    """Close every FATO of a site at the present instant; return what followed."""
    told: list[ev.Event] = []
    for fato_id in sorted(run.engine.state.sites[site_id].fatos):
        command = TakeAction(
            key=f"close-{fato_id}",
            who="desk",
            why="drill",
            action=act.CloseFato(vertiport_id=site_id, fato_id=fato_id),
        )
        told += loop.take(f"action/{command.key}", command, at_ms=run.engine.state.now_ms)
    return told


@pytest.mark.parametrize("kind", [ev.SortieOffBlock, ev.SortieLiftedOff])
def test_what_was_told_at_the_instant_of_a_diversion_is_not_told_again(
    kind: type[ev.Event],
) -> None:
    """The destination closes at the very instant of a report: every report still comes once."""
    run = open_day(BUSY)
    log = MemoryLog()
    loop = pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList())
    sortie_id = None
    while sortie_id is None:
        at_ms = loop.find_next_ms()
        assert at_ms is not None
        told = loop.step(at_ms)
        sortie_id = next((e.sortie_id for e in told if isinstance(e, REPORTS[:2])), None)
        if not told or not isinstance(told[0], kind):
            sortie_id = None
    told = close_site(run, loop, run.engine.state.sorties[sortie_id].destination)
    assert any(isinstance(e, ev.SortieDiverted) and e.sortie_id == sortie_id for e in told)
    loop.run(min(run.end_ms, run.engine.state.now_ms + 3 * MS_PER_H))
    mine = Counter(
        type(e) for e in log.events if isinstance(e, REPORTS) and e.sortie_id == sortie_id
    )
    assert mine == dict.fromkeys(REPORTS, 1)
