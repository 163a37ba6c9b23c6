"""Ports: what the loop needs of the outside; each has a twin and a live form."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from aspan.operations.commands import Command
from aspan.operations.events import Event


class Input(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A stamped command with the key by which its source knows it.

    Parameters
    ----------
    key
        Unique in a service; a log names it as the cause of the events.
    """

    at_ms: int
    key: str
    command: Command


class Clock(Protocol):
    """How the loop gets from one instant to the next."""

    def now_ms(self) -> int:
        """Return the service's present instant."""
        ...

    def wait_until(self, at_ms: int) -> bool:
        """Sleep or leap until an instant; False if something came up before it, or time is over."""
        ...


class AircraftLink(Protocol):
    """Where reports from aircraft, weather and people come from, and where events take effect."""

    def next_at_ms(self) -> int | None:
        """Return when the next input will be there; None if none is in sight."""
        ...

    def take(self) -> Input | None:
        """Return the next input; None if, looked at closely, the service need not hear of it."""
        ...

    def act(self, events: Sequence[Event]) -> None:
        """Learn what happened and act on it; called only when the events are in the log."""
        ...


class EventLog(Protocol):
    """Where events are kept, in order, with a hash chained over all of them."""

    def append(self, cause: str, events: Sequence[Event]) -> None:
        """Add the events of one input; they are kept when this returns or at the next `sync`."""
        ...

    def sync(self) -> None:
        """Return when everything appended is kept."""
        ...

    def head_sha256(self) -> str:
        """Return the chained hash over all events so far, in hexadecimal."""
        ...

    def __len__(self) -> int:
        """Return the number of events."""
        ...

    def read(self) -> Iterable[tuple[str, Event]]:
        """Return all events in order, each with the key of the input that caused it."""
        ...


class Notices(Protocol):
    """Whom the loop tells that something is wrong with it."""

    def alert(self, message: str) -> None:
        """Tell somebody."""
        ...
