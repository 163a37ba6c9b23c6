"""A desk that orders at random all day: nothing breaks, nobody is lost, the log replays."""

import pytest

from aspan.compose.runs import open_twin
from aspan.operations import events as ev
from aspan.operations.digest import state_digest
from aspan.operations.replay import fold_log
from aspan.primitives.units import MS_PER_H
from simulation.checkers import find_faults
from simulation.days import Scenario, open_day
from simulation.desk_orders import fly_with_orders


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_orders_break_no_law(seed: int) -> None:
    """Three hundred orders in fourteen hours: judged as every day is, replayed and rebuilt."""
    run = open_day(Scenario(city="tiny", seed=seed, fleet=8, demand=3.0))
    log = fly_with_orders(
        run,
        seed=seed,
        count=300,
        from_ms=run.start_ms + 6 * MS_PER_H,
        until_ms=run.start_ms + 20 * MS_PER_H,
    )
    orders = [e for e in log.events if isinstance(e, ev.ActionTaken | ev.ActionRefused)]
    assert len(orders) == 300
    assert sum(isinstance(e, ev.ActionTaken) for e in orders) > 100
    assert find_faults(run, log) == []
    digest = state_digest(run.engine.state)
    assert state_digest(fold_log(run.index, log.read())) == digest
    again = open_twin(run.city, run.settings, index=run.index, log=log)
    assert state_digest(again.engine.state) == digest
    assert again.outside.flown.keys() == run.outside.flown.keys()
