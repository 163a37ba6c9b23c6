"""Events of the test site: what has happened; the log holds nothing else.

Every event says when it was decided, by whose word and under which key. The signed order that it
follows from stands before it as `OrderTaken`, so that the log proves who said what.
"""

import msgspec

from aspan.evidence.card import Card, CardId
from aspan.evidence.go_no_go_list import GoNoGo
from aspan.evidence.orders import Evidence
from aspan.evidence.people import Person, PersonId, SignedOrder, SiteId
from aspan.evidence.refusals import Reason
from aspan.evidence.reports import ReportWeather
from aspan.primitives.ids import AircraftId


class SiteEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=True):
    """Anything that happened on the test site.

    Parameters
    ----------
    key
        Of the order or report it follows from.
    by
        Whose word; "" where software reported.
    """

    at_ms: int
    key: str
    by: PersonId


class OrderTaken(SiteEvent, frozen=True):
    """An order with a good signature arrived; what follows under its key is the answer."""

    signed: SignedOrder


class OrderRefused(SiteEvent, frozen=True):
    """The order before it changed nothing."""

    reason: Reason
    detail: str
    go_no_go: GoNoGo | None = None


class SiteFounded(SiteEvent, frozen=True):
    """The site has begun; orders signed for another id are none of its.

    Parameters
    ----------
    is_training
        Whether its time may be told, and nothing it holds stands for a site at work.
    """

    site_id: SiteId
    is_training: bool


class PersonEnrolled(SiteEvent, frozen=True):
    """A person is known, with these roles and this key."""

    person: Person


class PersonDismissed(SiteEvent, frozen=True):
    """A person decides nothing here any more; what they approved is not approved by them."""

    person_id: PersonId


class CardFiled(SiteEvent, frozen=True):
    """A version of a card is the newest; approvals of another do not hold for it."""

    card: Card
    version: str


class CardApproved(SiteEvent, frozen=True):
    """A person approved the newest version of a card."""

    card_id: CardId
    version: str


class ApprovalWithdrawn(SiteEvent, frozen=True):
    """A person took an approval back."""

    card_id: CardId
    version: str
    why: str


class CardCleared(SiteEvent, frozen=True):
    """The approvals of a card are all there that its risk asks for."""

    card_id: CardId
    version: str


class CardHeld(SiteEvent, frozen=True):
    """The approvals of a card no longer suffice."""

    card_id: CardId
    version: str


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """Volumes, an aircraft and people kept for one card, in `[from_ms, until_ms)`."""

    slot_id: str
    card_id: CardId
    volume_ids: tuple[str, ...]
    from_ms: int
    until_ms: int
    aircraft_id: AircraftId
    crew: tuple[tuple[PersonId, str], ...]


class SlotBooked(SiteEvent, frozen=True):
    """A slot stands; line traffic keeps out of its volumes."""

    slot: Slot


class SlotFreed(SiteEvent, frozen=True):
    """A slot was given back before it was used."""

    slot_id: str
    why: str


class RunReleased(SiteEvent, frozen=True):
    """The go/no-go list was signed and says go."""

    run_id: str
    card_id: CardId
    version: str
    slot_id: str
    evidence: tuple[Evidence, ...]
    go_no_go: GoNoGo


class ReleaseRefused(SiteEvent, frozen=True):
    """The go/no-go list was signed and says no."""

    run_id: str
    card_id: CardId
    version: str
    slot_id: str
    evidence: tuple[Evidence, ...]
    go_no_go: GoNoGo


class RunBegun(SiteEvent, frozen=True):
    """A run has begun; only from here is anything flown."""

    run_id: str
    card_id: CardId
    version: str
    slot_id: str
    aircraft_id: AircraftId


class KnockedOff(SiteEvent, frozen=True):
    """A run was called off: it recovers, and never goes on.

    Parameters
    ----------
    limit_id
        Limit of the card that was passed; "" where a person called.
    breach_at_ms
        In telemetry time; the instant of the call where a person called.
    """

    run_id: str
    limit_id: str
    breach_at_ms: int
    why: str
    value: float | None = None


class LimitFound(SiteEvent, frozen=True):
    """A limit of the card was passed in a run that is over; its telemetry told it afterwards.

    Parameters
    ----------
    breach_at_ms
        In telemetry time.
    """

    run_id: str
    limit_id: str
    breach_at_ms: int
    value: float | None = None


class RunEnded(SiteEvent, frozen=True):
    """The aircraft is back and the recorder closed."""

    run_id: str


class TelemetryKept(SiteEvent, frozen=True):
    """The telemetry of a run is on disk under a manifest."""

    run_id: str
    manifest_sha256: str
    rows: int
    gaps: int
    flagged: int
    is_twin: bool
    recorder_id: str
    from_at_ms: int | None = None
    until_at_ms: int | None = None


class DeviationNoted(SiteEvent, frozen=True):
    """Something was not as the card says."""

    run_id: str
    text: str


class RunReviewed(SiteEvent, frozen=True):
    """The data of a run, under this manifest, were accepted or rejected; "" if none were kept."""

    run_id: str
    manifest_sha256: str
    is_accepted: bool
    note: str
    off_prediction: float | None = None


class WeatherReported(SiteEvent, frozen=True):
    """The weather at a place, observed and forecast."""

    report: ReportWeather


AnySiteEvent = (
    OrderTaken
    | OrderRefused
    | SiteFounded
    | PersonEnrolled
    | PersonDismissed
    | CardFiled
    | CardApproved
    | ApprovalWithdrawn
    | CardCleared
    | CardHeld
    | SlotBooked
    | SlotFreed
    | RunReleased
    | ReleaseRefused
    | RunBegun
    | KnockedOff
    | LimitFound
    | RunEnded
    | TelemetryKept
    | DeviationNoted
    | RunReviewed
    | WeatherReported
)
"""Every event, for decoding."""
