"""The twin's clock: it leaps from instant to instant."""


class LeapingClock:
    """A clock that is where it was last asked to be."""

    def __init__(self, at_ms: int) -> None:
        self._at_ms = at_ms

    def now_ms(self) -> int:
        """Return the instant last leapt to."""
        return self._at_ms

    def wait_until(self, at_ms: int) -> bool:
        """Leap to an instant; always arrives."""
        self._at_ms = max(self._at_ms, at_ms)
        return True


class AlertList:
    """Keeps what the loop had to tell."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def alert(self, message: str) -> None:
        """Keep a message."""
        self.messages.append(message)
