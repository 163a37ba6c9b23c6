"""A turn: one stamped input being handled; what it decides is told and folded at once."""

from aspan.operations import events as ev
from aspan.operations.fold import apply
from aspan.operations.invariants import check_touched
from aspan.operations.planning import Planner
from aspan.operations.state import State


class Turn:
    """Collects the events of one input; each is folded and checked before the next is decided."""

    __slots__ = ("at_ms", "events", "planner", "state")

    def __init__(self, state: State, planner: Planner, at_ms: int) -> None:
        self.state = state
        self.planner = planner
        self.at_ms = at_ms
        self.events: list[ev.Event] = []

    def tell(self, *events: ev.Event) -> None:
        """Add events to the log-to-be, fold them and check what they touched."""
        for event in events:
            apply(self.state, event)
            check_touched(self.state, event)
            self.events.append(event)
