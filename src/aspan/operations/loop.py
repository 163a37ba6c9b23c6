"""The loop: the only caller of the ports.

Input or wake, whichever is due first; then the log; then whoever must act. At the same instant
inputs go before wakes, so a report is known to what is decided by it.
"""

from aspan.operations.commands import Command, Wake
from aspan.operations.engine import Engine
from aspan.operations.events import Event
from aspan.operations.ports import AircraftLink, Clock, EventLog, Notices
from aspan.primitives.errors import InvariantError

_WAKE = Wake()


class Loop:
    """Runs one engine between its ports until an instant."""

    def __init__(
        self, engine: Engine, *, clock: Clock, link: AircraftLink, log: EventLog, notices: Notices
    ) -> None:
        self.engine = engine
        self._clock = clock
        self._link = link
        self._log = log
        self._notices = notices

    def find_next_ms(self) -> int | None:
        """Return when something is due next; None if nothing ever will be."""
        input_ms, wake_ms = self._link.next_at_ms(), self.engine.next_wake_at_ms()
        if input_ms is None or wake_ms is None:
            return wake_ms if input_ms is None else input_ms
        return min(input_ms, wake_ms)

    def run(self, until_ms: int) -> bool:
        """Work until an instant (what is due at it left undone); False if the clock stopped us.

        An `InvariantError` is told, leaves what was logged logged, and goes on to the caller: the
        service admits nothing after it.
        """
        try:
            while True:
                at_ms = self.find_next_ms()
                if at_ms is None or at_ms >= until_ms:
                    return self._clock.wait_until(until_ms)
                if not self._clock.wait_until(at_ms):
                    return False
                self.step(at_ms)
        except InvariantError as error:
            self._notices.alert(f"broken invariant, service stopped: {error}")
            raise
        finally:
            self._log.sync()

    def step(self, at_ms: int) -> list[Event]:
        """Handle the one thing due at an instant; inputs before wakes."""
        input_ms = self._link.next_at_ms()
        if input_ms is not None and input_ms <= at_ms:
            given = self._link.take()
            return [] if given is None else self.take(given.key, given.command, at_ms=at_ms)
        return self.take("", _WAKE, at_ms=at_ms)

    def take(self, cause: str, command: Command, *, at_ms: int) -> list[Event]:
        """Handle one command now; its events are in the log before anyone acts on them.

        Parameters
        ----------
        cause
            Key of the input, unique in a service; empty for a wake.
        """
        events = self.engine.handle(command, at_ms=at_ms)
        if events:
            self._log.append(cause, events)
            self._link.act(events)
        return events
