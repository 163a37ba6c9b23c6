"""How an event is written: one line of JSON, and a SHA-256 chained from line to line."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

import msgspec

from aspan.operations.event_types import AnyEvent
from aspan.operations.events import Event
from aspan.primitives.errors import InvalidInput

FIRST_HASH = bytes(32)
"""Head of an empty log."""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(AnyEvent)


def encode_event(event: object) -> bytes:
    """Return the line of an event, without its end of line."""
    return _encoder.encode(event)


def decode_event(line: bytes) -> Event:
    """Return the event of a line; `InvalidInput` if it is none."""
    try:
        return _decoder.decode(line)
    except msgspec.DecodeError as error:
        raise InvalidInput("log line", line[:80], f"an event ({error})") from None


def chain(head: bytes, cause: str, line: bytes) -> bytes:
    """Return the head of the log after one more line."""
    return sha256(b"%b\n%b\n%b" % (head, cause.encode(), line)).digest()


class MemoryLog:
    """A log that keeps its events in memory; the twin's form of `EventLog`."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.causes: list[str] = []
        self._head = FIRST_HASH

    def append(self, cause: str, events: Sequence[Event]) -> None:
        """Add the events of one input."""
        head = self._head
        for event in events:
            head = chain(head, cause, encode_event(event))
            self.events.append(event)
            self.causes.append(cause)
        self._head = head

    def sync(self) -> None:
        """Do nothing: memory keeps what it is given."""

    def head_sha256(self) -> str:
        """Return the chained hash over all events so far, in hexadecimal."""
        return self._head.hex()

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.events)

    def read(self) -> Iterable[tuple[str, Event]]:
        """Return all events in order, each with its cause."""
        return zip(self.causes, self.events, strict=True)
