"""Replay: a log folded back into the state it was written from, and an engine that goes on.

The log holds what happened, not when nothing did: a wake that told no event, a timer that fired
for nothing leave no line. They are worked out from the batches, so that an engine resumed from a
log at any of its batches writes the same log as one that never stopped.
"""

from collections.abc import Iterable, Iterator

import msgspec

from aspan.operations.city_index import CityIndex
from aspan.operations.engine import Engine
from aspan.operations.events import Event, ServiceOpened
from aspan.operations.fold import apply
from aspan.operations.state import State


class Batch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The events of one input; of one wake, or several at one instant, if `cause` is empty."""

    at_ms: int
    cause: str
    events: list[Event]


def list_batches(log: Iterable[tuple[str, Event]]) -> Iterator[Batch]:
    """Yield the events of a log by the input that caused them, in order."""
    batch: Batch | None = None
    for cause, event in log:
        if batch is None or cause != batch.cause or event.at_ms != batch.at_ms:
            if batch is not None:
                yield batch
            batch = Batch(at_ms=event.at_ms, cause=cause, events=[])
        batch.events.append(event)
    if batch is not None:
        yield batch


def fold_log(index: CityIndex, log: Iterable[tuple[str, Event]]) -> State:
    """Return the state a log folds to."""
    state = State(index)
    for _, event in log:
        apply(state, event)
    return state


def resume_engine(index: CityIndex, log: Iterable[tuple[str, Event]]) -> Engine:
    """Return an engine that stands where the one that wrote the log stood at its last event.

    At one instant inputs go before wakes: a wake in the log means that everything due until then,
    inclusive, is done; an input, that everything due before it is.
    """
    state = State(index)
    woken_ms = 0
    for batch in list_batches(log):
        for event in batch.events:
            apply(state, event)
        is_done = not batch.cause or isinstance(batch.events[0], ServiceOpened)
        woken_ms = max(woken_ms, batch.at_ms if is_done else batch.at_ms - 1)
        while state.pop_due(woken_ms) is not None:
            pass  # it was due and done with; what it led to follows in the log
    return Engine(index, state, woken_ms=woken_ms)
