"""Orders: what people of the test site want, in the imperative; signed, and stamped on entry.

Each carries a `key`: sent twice, it is carried out once. `TestSite.handle` answers with events or
with a refusal that names its reason.
"""

import msgspec

from aspan.evidence.card import Card, CardId
from aspan.evidence.people import Person, PersonId, SiteId
from aspan.primitives.ids import AircraftId


class Order(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="order", tag=True,
    forbid_unknown_fields=True,
):  # fmt: skip
    """Anything a person asks of the test site."""

    key: str


class FoundSite(Order, frozen=True):
    """Begin the log of a site; its first test director is enrolled by their own word.

    Parameters
    ----------
    site_id
        As it was drawn for this log.
    is_training
        Whether its time may be told, and nothing it holds stands for a site at work: where the twin
        flies, and where people learn.
    """

    site_id: SiteId
    person: Person
    is_training: bool


class Enrol(Order, frozen=True):
    """Make a person known."""

    person: Person


class Dismiss(Order, frozen=True):
    """A person decides nothing here any more."""

    person_id: PersonId


class FileCard(Order, frozen=True):
    """Put a card, as its twin files stand now, before the site; the signer is its author."""

    card: Card
    version: str


class ApproveCard(Order, frozen=True):
    """Approve one version of a card."""

    card_id: CardId
    version: str


class WithdrawApproval(Order, frozen=True):
    """Take back what one has approved."""

    card_id: CardId
    version: str
    why: str


class BookSlot(Order, frozen=True):
    """Keep volumes, an aircraft and people for one card; half-open in time.

    Parameters
    ----------
    crew
        Person ids, each counted in one role.
    """

    slot_id: str
    card_id: CardId
    volume_ids: tuple[str, ...]
    from_ms: int
    until_ms: int
    aircraft_id: AircraftId
    crew: tuple[tuple[PersonId, str], ...]


class FreeSlot(Order, frozen=True):
    """Give back a slot before it is used."""

    slot_id: str
    why: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found for one line of the go/no-go list by looking at it.

    Parameters
    ----------
    line
        A name of `go_no_go.LINES`.
    value
        In the unit of the line; None where the line has none.
    is_ok
        Yes or no, where the line has no value.
    text
        What was read, where the line compares words: the software on board.
    source
        Who or what says so: a document, an instrument, a person; never empty.
    observed_at_ms
        When; old evidence does not count.
    """

    line: str
    source: str
    observed_at_ms: int
    value: float | None = None
    is_ok: bool | None = None
    text: str = ""


class ReleaseRun(Order, frozen=True):
    """Sign the go/no-go list and release one run of a card in its slot."""

    run_id: str
    card_id: CardId
    version: str
    slot_id: str
    evidence: tuple[Evidence, ...]


class BeginRun(Order, frozen=True):
    """Begin a released run."""

    run_id: str


class CallKnockItOff(Order, frozen=True):
    """Anybody of the crew calls the run off."""

    run_id: str
    why: str


class EndRun(Order, frozen=True):
    """The aircraft is back and the recorder closed."""

    run_id: str


class NoteDeviation(Order, frozen=True):
    """Write down what was not as the card says."""

    run_id: str
    text: str


class ReviewRun(Order, frozen=True):
    """Accept or reject the data of a run; the next card opens only after it.

    Parameters
    ----------
    manifest_sha256
        Of the telemetry that was looked at, as the site keeps it; "" where it keeps none.
    off_prediction
        Largest share by which what was measured differs from the model; None where the card
        predicts nothing.
    """

    run_id: str
    manifest_sha256: str
    is_accepted: bool
    note: str
    off_prediction: float | None = None


AnyOrder = (
    FoundSite
    | Enrol
    | Dismiss
    | FileCard
    | ApproveCard
    | WithdrawApproval
    | BookSlot
    | FreeSlot
    | ReleaseRun
    | BeginRun
    | CallKnockItOff
    | EndRun
    | NoteDeviation
    | ReviewRun
)
"""Every order, for decoding."""
