"""What the log of a test site tells of people, cards and runs, drawn once from its events.

Theory of operation: one pass over the events in order. The signature under a decision is that of
the order that stands before it under the same key. Nothing is decided here: what was approved,
released or refused is what the events say.
"""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from aspan.evidence.package.contents import (
    CardEntry,
    PersonEntry,
    Raw,
    Remark,
    RunEntry,
    Stop,
    Word,
)
from aspan.evidence.people import PersonId, SiteId
from aspan.evidence.site_events import (
    ApprovalWithdrawn,
    CardApproved,
    CardCleared,
    CardFiled,
    CardHeld,
    DeviationNoted,
    KnockedOff,
    LimitFound,
    OrderTaken,
    PersonDismissed,
    PersonEnrolled,
    ReleaseRefused,
    RunBegun,
    RunEnded,
    RunReleased,
    RunReviewed,
    SiteEvent,
    SiteFounded,
    Slot,
    SlotBooked,
    TelemetryKept,
)


class SiteRecords(msgspec.Struct, frozen=True, kw_only=True):
    """Which site it is; people by id, versions of cards as filed, runs by their first list."""

    site_id: SiteId
    is_training: bool
    people: tuple[PersonEntry, ...]
    cards: tuple[CardEntry, ...]
    runs: tuple[RunEntry, ...]


def draw_records(events: Iterable[SiteEvent]) -> SiteRecords:
    """Return what the events of a whole log tell."""
    pen = _Pen()
    for event in events:
        pen.write(event)
    return SiteRecords(
        site_id=pen.site_id,
        is_training=pen.is_training,
        people=tuple(pen.people[name] for name in sorted(pen.people)),
        cards=tuple(pen.cards.values()),
        runs=tuple(pen.runs.values()),
    )


class _Pen:
    """Writes the records down while the events go by."""

    def __init__(self) -> None:
        self.site_id = SiteId("")
        self.is_training = False
        self.people: dict[PersonId, PersonEntry] = {}
        self.cards: dict[tuple[str, str], CardEntry] = {}
        self.runs: dict[str, RunEntry] = {}
        self._slots: dict[str, Slot] = {}
        self._signatures: dict[str, str] = {}

    def write(self, event: SiteEvent) -> None:
        """Write down what an event says; some say nothing that belongs here."""
        writer = _WRITERS.get(type(event))
        if writer is not None:
            writer(self, event)

    def take(self, event: OrderTaken) -> None:
        self._signatures[event.key] = event.signed.signature

    def found(self, event: SiteFounded) -> None:
        self.site_id, self.is_training = event.site_id, event.is_training

    def enrol(self, event: PersonEnrolled) -> None:
        person = event.person
        self.people[person.person_id] = PersonEntry(
            person_id=person.person_id,
            name=person.name,
            roles=person.roles,
            public_key=person.public_key,
            is_dismissed=False,
        )

    def dismiss(self, event: PersonDismissed) -> None:
        gone = self.people[event.person_id]
        self.people[event.person_id] = msgspec.structs.replace(gone, is_dismissed=True)

    def file(self, event: CardFiled) -> None:
        key = (event.card.card_id, event.version)
        self.cards[key] = CardEntry(
            card=event.card, version=event.version, author=self._word(event)
        )

    def approve(self, event: CardApproved) -> None:
        entry = self.cards[event.card_id, event.version]
        self._put(entry, approvals=(*entry.approvals, self._word(event)))

    def withdraw(self, event: ApprovalWithdrawn) -> None:
        entry = self.cards[event.card_id, event.version]
        left = tuple(word for word in entry.approvals if word.person_id != event.by)
        remark = Remark(word=self._word(event), text=event.why)
        self._put(entry, approvals=left, withdrawn=(*entry.withdrawn, remark))

    def clear(self, event: CardCleared | CardHeld) -> None:
        entry = self.cards[event.card_id, event.version]
        self._put(entry, is_approved=isinstance(event, CardCleared))

    def book(self, event: SlotBooked) -> None:
        self._slots[event.slot.slot_id] = event.slot

    def release(self, event: RunReleased | ReleaseRefused) -> None:
        slot = self._slots[event.slot_id]
        crew = tuple((self._name(person), role) for person, role in slot.crew)
        is_released = isinstance(event, RunReleased)
        self.runs[event.run_id] = RunEntry(
            run_id=event.run_id,
            card_id=event.card_id,
            version=event.version,
            slot=slot,
            crew=crew,
            release=self._word(event) if is_released else None,
            go_no_go=event.go_no_go,
        )

    def begin(self, event: RunBegun) -> None:
        self._change(event.run_id, begun=self._word(event))

    def stop(self, event: KnockedOff) -> None:
        stop = Stop(
            at_ms=event.breach_at_ms,
            limit_id=event.limit_id,
            why=event.why,
            by=self._name(event.by) if event.by else "",
            value=event.value,
        )
        self._change(event.run_id, stops=(*self.runs[event.run_id].stops, stop))

    def find(self, event: LimitFound) -> None:
        stop = Stop(
            at_ms=event.breach_at_ms,
            limit_id=event.limit_id,
            why=f"limit {event.limit_id} passed, found after the end",
            by="",
            value=event.value,
        )
        self._change(event.run_id, stops=(*self.runs[event.run_id].stops, stop))

    def end(self, event: RunEnded) -> None:
        self._change(event.run_id, ended=self._word(event))

    def keep(self, event: TelemetryKept) -> None:
        raw = Raw(
            manifest_sha256=event.manifest_sha256,
            rows=event.rows,
            gaps=event.gaps,
            flagged=event.flagged,
            is_twin=event.is_twin,
            recorder_id=event.recorder_id,
        )
        self._change(event.run_id, raw=raw)

    def note(self, event: DeviationNoted) -> None:
        remark = Remark(word=self._word(event), text=event.text)
        self._change(event.run_id, deviations=(*self.runs[event.run_id].deviations, remark))

    def review(self, event: RunReviewed) -> None:
        self._change(
            event.run_id,
            review=Remark(word=self._word(event), text=event.note),
            is_accepted=event.is_accepted,
            off_prediction=event.off_prediction,
        )

    def _put(self, entry: CardEntry, **changes: object) -> None:
        key = (entry.card.card_id, entry.version)
        self.cards[key] = msgspec.structs.replace(entry, **changes)

    def _change(self, run_id: str, **changes: object) -> None:
        self.runs[run_id] = msgspec.structs.replace(self.runs[run_id], **changes)

    def _name(self, person_id: str) -> str:
        person = self.people.get(PersonId(person_id))
        return person.name if person else person_id

    def _word(self, event: SiteEvent) -> Word:
        return Word(
            person_id=event.by,
            name=self._name(event.by),
            at_ms=event.at_ms,
            signature=self._signatures.get(event.key, ""),
        )


_WRITERS: Final[dict[type[SiteEvent], Callable[..., None]]] = {
    OrderTaken: _Pen.take,
    SiteFounded: _Pen.found,
    PersonEnrolled: _Pen.enrol,
    PersonDismissed: _Pen.dismiss,
    CardFiled: _Pen.file,
    CardApproved: _Pen.approve,
    ApprovalWithdrawn: _Pen.withdraw,
    CardCleared: _Pen.clear,
    CardHeld: _Pen.clear,
    SlotBooked: _Pen.book,
    RunReleased: _Pen.release,
    ReleaseRefused: _Pen.release,
    RunBegun: _Pen.begin,
    KnockedOff: _Pen.stop,
    LimitFound: _Pen.find,
    RunEnded: _Pen.end,
    TelemetryKept: _Pen.keep,
    DeviationNoted: _Pen.note,
    RunReviewed: _Pen.review,
}
