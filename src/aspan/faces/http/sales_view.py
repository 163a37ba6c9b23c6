"""The port that bookings need: commands to a running service and questions to its state.

`engine_gate.EngineGate` fulfils it: what is returned is on disk by then. Whoever reads does so in
the engine's thread, between two commands; it must be quick, and keep nothing of the state.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from aspan.operations.commands import Command
from aspan.operations.engine import Engine
from aspan.operations.events import Event

T = TypeVar("T")


class SalesView(Protocol):
    """A running service, as bookings see it. Called on the event loop."""

    async def take(
        self, cause: str, command: Command, read: Callable[[Engine, list[Event]], T]
    ) -> T:
        """Have a command handled; return what is read right after it."""
        ...

    async def ask(self, question: Callable[[Engine], T]) -> T:
        """Return what a question finds between two commands."""
        ...


class PaymentView(Protocol):
    """Who talks to the provider (`live/payment_worker.py`)."""

    def nudge(self, payment_id: str = "") -> None:
        """Look at once at what is to be done."""
        ...

    def find_redirect(self, payment_id: str) -> str:
        """Return where a payer must go to show that it is them; empty if nowhere."""
        ...
