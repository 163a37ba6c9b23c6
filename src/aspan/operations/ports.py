"""Ports: what the loop needs of the outside; each has a twin and a live form."""

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

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


CURRENCY = "KZT"
"""The only currency that is asked for; amounts are in its hundredths, tiyn."""

CHECKOUT = "checkout:"
"""Begins a method that is no token: the payer chooses on the provider's page, then goes back.

The address to go back to follows. Card data never come to us, in no form.
"""

PaymentKind = Literal["authorise", "capture", "void", "refund"]


class PaymentDone(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The provider did what was asked, once, whatever number of times it was asked."""

    provider_ref: str
    amount_tiyn: int


class PaymentAwaited(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The provider waits: for the payer, who must be sent to its page, or else for the bank.

    Parameters
    ----------
    redirect_url
        Its page; empty if nobody need go there.
    """

    provider_ref: str
    redirect_url: str


class PaymentDeclined(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The provider will not do it, and will say so again to the same key."""

    reason: str
    provider_ref: str = ""


class PaymentUnknown(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Nobody can say yet: ask again with the same key.

    Parameters
    ----------
    is_mismatch
        The provider's own books say something else than was asked: a person must look.
    """

    why: str
    is_mismatch: bool = False


PaymentAnswer = PaymentDone | PaymentAwaited | PaymentDeclined | PaymentUnknown


class PaymentOperation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One operation as the provider has it in its books."""

    key: str
    kind: PaymentKind
    state: Literal["done", "declined", "awaiting"]
    amount_tiyn: int
    reason: str = ""


class PaymentFound(msgspec.Struct, frozen=True, kw_only=True):
    """One payment as the provider has it in its books, oldest operation first."""

    payment_id: str
    provider_ref: str
    currency: str
    state: Literal["awaiting", "authorised", "declined", "captured", "voided"]
    authorised_tiyn: int
    captured_tiyn: int
    refunded_tiyn: int
    operations: tuple[PaymentOperation, ...]
    redirect_url: str = ""


class PaymentAbsent(msgspec.Struct, frozen=True, gc=False):
    """The provider has never heard of the payment."""


class PaymentProvider(Protocol):
    """Who moves the money. The same key asks for the same thing, which is done at most once.

    A key that was used for something else is answered `PaymentUnknown` with `is_mismatch`.
    """

    def authorise(
        self, *, key: str, payment_id: str, amount_tiyn: int, method: str
    ) -> PaymentAnswer:
        """Set an amount aside with the payer; `method` is the provider's token, or a checkout."""
        ...

    def capture(self, *, key: str, payment_id: str, amount_tiyn: int) -> PaymentAnswer:
        """Take at most what was authorised, once; the rest is given back to the payer."""
        ...

    def void(self, *, key: str, payment_id: str, amount_tiyn: int) -> PaymentAnswer:
        """Give back an authorisation of this amount that nothing was taken of."""
        ...

    def refund(self, *, key: str, payment_id: str, amount_tiyn: int) -> PaymentAnswer:
        """Pay back of what was taken; several together at most all of it."""
        ...

    def find(self, payment_id: str) -> PaymentFound | PaymentAbsent | PaymentUnknown:
        """Return what the provider's books say of a payment."""
        ...
