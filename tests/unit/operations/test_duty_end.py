"""A duty ends in time even where a sortie is planned for the pilot's aircraft and cannot go."""

import pytest

from aspan.operations import events as ev
from aspan.operations.crews import PILOTS_A_DAY_MAX
from aspan.operations.opening import crews_due
from aspan.operations.turn import Turn
from aspan.primitives.units import MS_PER_MIN
from unit.operations.scenes import before_release, first_sortie


@pytest.mark.parametrize(("left_min", "is_ended"), [(11, False), (10, False), (9, True), (0, True)])
def test_a_duty_ends_at_the_last_look_before_its_limit(left_min: int, is_ended: bool) -> None:
    """With a sortie planned the duty goes on as long as the next look still comes in time."""
    day = before_release(until="07:55")
    sortie, aircraft = first_sortie(day)
    assert aircraft.chain == [sortie.sortie_id]
    assert aircraft.pilot is not None
    aircraft.pilots_used = PILOTS_A_DAY_MAX  # nobody is left to take over
    limit_ms = day.state.index.rules.pilot_duty.duty_ms_max
    aircraft.pilot.duty_from_ms = day.state.now_ms - limit_ms + left_min * MS_PER_MIN
    turn = Turn(day.state, day.engine.planner, day.state.now_ms)
    crews_due(turn)
    assert any(isinstance(e, ev.DutyEnded) for e in turn.events) == is_ended
