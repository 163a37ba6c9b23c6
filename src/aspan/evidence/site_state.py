"""State of the test site: what its log says so far. Only `site_fold` writes to it."""

from collections.abc import Iterator

import msgspec

from aspan.evidence.card import Card, CardId
from aspan.evidence.go_no_go_list import GoNoGo
from aspan.evidence.lifecycles import CardPhase, RunPhase
from aspan.evidence.orders import Evidence
from aspan.evidence.people import Person, PersonId, SiteId
from aspan.evidence.reports import ReportWeather
from aspan.evidence.site_events import (
    DeviationNoted,
    KnockedOff,
    LimitFound,
    RunReleased,
    RunReviewed,
    SiteEvent,
    Slot,
    TelemetryKept,
)
from aspan.primitives.ids import AircraftId


class CardRecord(msgspec.Struct, kw_only=True):
    """A card with its versions.

    Parameters
    ----------
    card, version
        The newest.
    versions
        Every version ever filed, by its hash.
    authors
        Who ever filed a version, by its hash; none of them approves it.
    approvals
        Of the newest version: who, when.
    """

    card: Card
    version: str
    filed_at_ms: int
    phase: CardPhase = CardPhase.FILED
    versions: dict[str, Card] = {}
    authors: dict[str, list[PersonId]] = {}
    approvals: dict[PersonId, int] = {}


class SlotRecord(msgspec.Struct, kw_only=True):
    """A slot, whether it was given back, and when the last run in it ended; 0 if none has."""

    slot: Slot
    booked_by: PersonId
    is_freed: bool = False
    ended_at_ms: int = 0


class RunRecord(msgspec.Struct, kw_only=True):
    """A run with everything that was said of it.

    Parameters
    ----------
    release
        The signed list under which it may begin, or began; None while none says go.
    go_no_go, evidence
        Of the last release asked for, go or not.
    limits_found
        Passed, as its telemetry told once the run was over.
    telemetry
        The last manifest.
    """

    run_id: str
    card_id: CardId
    version: str
    slot_id: str
    aircraft_id: AircraftId
    phase: RunPhase = RunPhase.WANTED
    go_no_go: GoNoGo | None = None
    evidence: tuple[Evidence, ...] = ()
    release: RunReleased | None = None
    begun_at_ms: int | None = None
    ended_at_ms: int | None = None
    knocked_off: list[KnockedOff] = []
    limits_found: list[LimitFound] = []
    deviations: list[DeviationNoted] = []
    telemetry: TelemetryKept | None = None
    review: RunReviewed | None = None

    @property
    def is_flying(self) -> bool:
        """Whether it has begun and not ended; its aircraft, crew and volumes are not free."""
        return self.phase in (RunPhase.UNDER_WAY, RunPhase.RECOVERING)

    @property
    def is_accepted(self) -> bool:
        """Whether its data were reviewed and accepted."""
        return self.review is not None and self.review.is_accepted


class Answer(msgspec.Struct, kw_only=True):
    """What was answered under a key: to which bytes, with which events."""

    asked: str
    events: list[SiteEvent] = []


class SiteState(msgspec.Struct, kw_only=True):
    """Everything the log says.

    Parameters
    ----------
    site_id
        As it was founded; "" before.
    is_training
        Whether its time may be told.
    people
        Who may decide now.
    dismissed
        Who no longer may, as they were last.
    keys
        Whose a public key is or was.
    runs
        In the order in which they were first asked for.
    weather
        The newest report of each place.
    answers
        By whose word, "" for software, and key.
    """

    site_id: SiteId = SiteId("")
    is_training: bool = False
    people: dict[PersonId, Person] = {}
    dismissed: dict[PersonId, Person] = {}
    keys: dict[str, PersonId] = {}
    cards: dict[CardId, CardRecord] = {}
    slots: dict[str, SlotRecord] = {}
    runs: dict[str, RunRecord] = {}
    weather: dict[str, ReportWeather] = {}
    answers: dict[tuple[PersonId, str], Answer] = {}
    last_at_ms: int = 0

    def approvers(self, record: CardRecord) -> list[Person]:
        """Return who has approved the newest version of a card, by id."""
        return [self.people[name] for name in sorted(record.approvals)]

    def live_slots(self) -> Iterator[Slot]:
        """Yield the slots that stand, used or not, in the order in which they were booked."""
        return (record.slot for record in self.slots.values() if not record.is_freed)

    def runs_of_slot(self, slot_id: str) -> list[RunRecord]:
        """Return the runs of a slot that have begun."""
        return [
            run
            for run in self.runs.values()
            if run.slot_id == slot_id and run.begun_at_ms is not None
        ]

    def runs_of_card(self, card_id: CardId) -> list[RunRecord]:
        """Return the runs of a card that have begun, of any version, in order of their begin."""
        begun = [
            run
            for run in self.runs.values()
            if run.card_id == card_id and run.begun_at_ms is not None
        ]
        return sorted(begun, key=lambda run: (run.begun_at_ms, run.run_id))

    def flying(self) -> list[RunRecord]:
        """Return the runs that have begun and not ended."""
        return [run for run in self.runs.values() if run.is_flying]


def find_manifest(state: SiteState, run_id: str) -> str:
    """Return the SHA-256 under which the telemetry of a run is kept; "" if none is."""
    run = state.runs.get(run_id)
    return run.telemetry.manifest_sha256 if run is not None and run.telemetry is not None else ""
