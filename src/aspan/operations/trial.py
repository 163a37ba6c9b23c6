"""Trials: what an action would be followed by, worked out on a copy of the state.

The copy is carried through the very functions that carry out the action, so the events are those
that would be on the log if it were confirmed at that instant. Sorties and bookings that are over
are not copied; the rest takes milliseconds (see the decision note on previews).
"""

import msgspec

from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.care import look_after
from aspan.operations.orders import FOLLOWED_UP, carry_out
from aspan.operations.planning import Planner
from aspan.operations.state import State
from aspan.operations.state_copy import Copier
from aspan.operations.turn import Turn


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What would follow at once, and the state there would be; the state itself is as it was."""

    events: tuple[ev.Event, ...]
    after: State


def try_action(planner: Planner, action: act.AnyAction, at_ms: int) -> Trial:
    """Return what an action that is not refused would be followed by at an instant."""
    state = planner.state
    if not isinstance(action, FOLLOWED_UP):
        return Trial(events=(), after=state)
    copier = Copier[State](state.index, is_ended_shared=True)
    copy = copier.restore(copier.copy(state))
    turn = Turn(copy, Planner(copy, planner.legs), at_ms)
    turn.tell(ev.ActionTaken(at_ms=at_ms, key="", who="", why="trial", action=action))
    carry_out(turn, action)
    look_after(turn)
    return Trial(events=tuple(turn.events[1:]), after=copy)
