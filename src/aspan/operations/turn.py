"""A turn: one stamped input being handled; what it decides is told and folded at once."""

import msgspec

from aspan.operations import events as ev
from aspan.operations.fold import apply
from aspan.operations.invariants import check_touched
from aspan.operations.planning import Planner
from aspan.operations.state import State
from aspan.primitives.ids import BookingId


class Stranded(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A party whose sortie does not go, to be looked after before the turn ends (`care.py`).

    Parameters
    ----------
    ready_ms
        It leaves on no other sortie before.
    may_fly
        Whether another sortie could take it.
    """

    booking_id: BookingId
    cause: str
    ready_ms: int
    may_fly: bool = True


class Turn:
    """Collects the events of one input; each is folded and checked before the next is decided."""

    __slots__ = ("at_ms", "events", "planner", "state", "stranded")

    def __init__(self, state: State, planner: Planner, at_ms: int) -> None:
        self.state = state
        self.planner = planner
        self.at_ms = at_ms
        self.events: list[ev.Event] = []
        self.stranded: list[Stranded] = []

    def tell(self, *events: ev.Event) -> None:
        """Add events to the log-to-be, fold them and check what they touched."""
        for event in events:
            apply(self.state, event)
            check_touched(self.state, event)
            self.events.append(event)
