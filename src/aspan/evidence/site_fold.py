"""The fold of the test site: what each event does to the state. It decides nothing."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from aspan.evidence.lifecycles import CARD_LIFECYCLE, RUN_LIFECYCLE, CardPhase
from aspan.evidence.site_events import (
    ApprovalWithdrawn,
    CardApproved,
    CardCleared,
    CardFiled,
    CardHeld,
    DeviationNoted,
    KnockedOff,
    LimitFound,
    OrderRefused,
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
    SlotBooked,
    SlotFreed,
    TelemetryKept,
    WeatherReported,
)
from aspan.evidence.site_state import Answer, CardRecord, RunRecord, SiteState, SlotRecord
from aspan.primitives.errors import ensure


def apply(state: SiteState, event: SiteEvent) -> None:
    """Change the state by one event."""
    ensure(event.at_ms >= state.last_at_ms, f"event at {event.at_ms} before {state.last_at_ms}")
    state.last_at_ms = event.at_ms
    _note_answer(state, event)
    _FOLD[type(event)](state, event)


def _note_answer(state: SiteState, event: SiteEvent) -> None:
    """Keep what is answered under a key; an order begins its answer."""
    name = (event.by, event.key)
    if isinstance(event, OrderTaken):
        state.answers[name] = Answer(asked=event.signed.order)
    state.answers.setdefault(name, Answer(asked="")).events.append(event)


def _nothing(state: SiteState, event: SiteEvent) -> None:
    """Change nothing: the answer is noted, and that is all."""


def _found(state: SiteState, event: SiteFounded) -> None:
    ensure(not state.site_id, f"site {state.site_id} is founded a second time")
    state.site_id, state.is_training = event.site_id, event.is_training


def _enrol(state: SiteState, event: PersonEnrolled) -> None:
    person = event.person
    state.people[person.person_id] = person
    state.dismissed.pop(person.person_id, None)
    state.keys[person.public_key] = person.person_id


def _dismiss(state: SiteState, event: PersonDismissed) -> None:
    state.dismissed[event.person_id] = state.people.pop(event.person_id)
    for record in state.cards.values():
        record.approvals.pop(event.person_id, None)


def _file_card(state: SiteState, event: CardFiled) -> None:
    card = event.card
    record = state.cards.get(card.card_id)
    if record is None:
        record = CardRecord(card=card, version=event.version, filed_at_ms=event.at_ms)
        state.cards[card.card_id] = record
    else:
        _move_card(record, event)
    record.card, record.version, record.filed_at_ms = card, event.version, event.at_ms
    record.versions[event.version] = card
    authors = record.authors.setdefault(event.version, [])
    if event.by not in authors:
        authors.append(event.by)
    record.approvals.clear()


def _move_card(record: CardRecord, event: SiteEvent) -> None:
    following = CARD_LIFECYCLE[record.phase].get(type(event))
    ensure(following is not None, f"card {record.card.card_id}: {event} while {record.phase}")
    record.phase = following or CardPhase.FILED


def _approve(state: SiteState, event: CardApproved) -> None:
    record = state.cards[event.card_id]
    _move_card(record, event)
    record.approvals[event.by] = event.at_ms


def _withdraw(state: SiteState, event: ApprovalWithdrawn) -> None:
    record = state.cards[event.card_id]
    _move_card(record, event)
    del record.approvals[event.by]


def _mark_card(state: SiteState, event: CardCleared | CardHeld) -> None:
    _move_card(state.cards[event.card_id], event)


def _book(state: SiteState, event: SlotBooked) -> None:
    state.slots[event.slot.slot_id] = SlotRecord(slot=event.slot, booked_by=event.by)


def _free(state: SiteState, event: SlotFreed) -> None:
    state.slots[event.slot_id].is_freed = True


def _move_run(run: RunRecord, event: SiteEvent) -> None:
    following = RUN_LIFECYCLE[run.phase].get(type(event))
    ensure(following is not None, f"run {run.run_id}: {type(event).__name__} while {run.phase}")
    run.phase = following or run.phase


def _release(state: SiteState, event: RunReleased | ReleaseRefused) -> None:
    run = state.runs.get(event.run_id)
    if run is None:
        run = state.runs[event.run_id] = RunRecord(
            run_id=event.run_id,
            card_id=event.card_id,
            version=event.version,
            slot_id=event.slot_id,
            aircraft_id=state.slots[event.slot_id].slot.aircraft_id,
        )
    _move_run(run, event)
    run.version, run.slot_id = event.version, event.slot_id
    run.aircraft_id = state.slots[event.slot_id].slot.aircraft_id
    run.go_no_go, run.evidence = event.go_no_go, event.evidence
    run.release = event if isinstance(event, RunReleased) else None


def _begin(state: SiteState, event: RunBegun) -> None:
    run = state.runs[event.run_id]
    _move_run(run, event)
    run.begun_at_ms = event.at_ms


def _knock_off(state: SiteState, event: KnockedOff) -> None:
    run = state.runs[event.run_id]
    _move_run(run, event)
    run.knocked_off.append(event)


def _find_limit(state: SiteState, event: LimitFound) -> None:
    run = state.runs[event.run_id]
    _move_run(run, event)
    run.limits_found.append(event)


def _end(state: SiteState, event: RunEnded) -> None:
    run = state.runs[event.run_id]
    _move_run(run, event)
    run.ended_at_ms = state.slots[run.slot_id].ended_at_ms = event.at_ms


def _keep_telemetry(state: SiteState, event: TelemetryKept) -> None:
    run = state.runs[event.run_id]
    _move_run(run, event)
    run.telemetry = event


def _note_deviation(state: SiteState, event: DeviationNoted) -> None:
    run = state.runs[event.run_id]
    _move_run(run, event)
    run.deviations.append(event)


def _review(state: SiteState, event: RunReviewed) -> None:
    run = state.runs[event.run_id]
    _move_run(run, event)
    run.review = event


def _report_weather(state: SiteState, event: WeatherReported) -> None:
    state.weather[event.report.place] = event.report


_FOLD: Final[dict[type[SiteEvent], Callable[[SiteState, Any], None]]] = {
    OrderTaken: _nothing,
    OrderRefused: _nothing,
    SiteFounded: _found,
    PersonEnrolled: _enrol,
    PersonDismissed: _dismiss,
    CardFiled: _file_card,
    CardApproved: _approve,
    ApprovalWithdrawn: _withdraw,
    CardCleared: _mark_card,
    CardHeld: _mark_card,
    SlotBooked: _book,
    SlotFreed: _free,
    RunReleased: _release,
    ReleaseRefused: _release,
    RunBegun: _begin,
    KnockedOff: _knock_off,
    LimitFound: _find_limit,
    RunEnded: _end,
    TelemetryKept: _keep_telemetry,
    DeviationNoted: _note_deviation,
    RunReviewed: _review,
    WeatherReported: _report_weather,
}


def fold(events: "list[SiteEvent]") -> SiteState:
    """Return the state after events from the first on."""
    state = SiteState()
    for event in events:
        apply(state, event)
    return state


def state_bytes(state: SiteState) -> bytes:
    """Return a state as bytes, equal for equal states: for comparing a fold with a replay."""
    answers = [(by, key, answer) for (by, key), answer in state.answers.items()]
    rest = {name: getattr(state, name) for name in state.__struct_fields__ if name != "answers"}
    return msgspec.json.encode((rest, answers))
