"""The door of every run: released on a signed list, begun once all of it holds again.

Nothing is flown without `RunBegun`, and this is the one place that makes it.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from aspan.evidence.approval_rule import MAY_ASK
from aspan.evidence.asking import Asking, Decision
from aspan.evidence.filing import find_newest
from aspan.evidence.go_no_go import Prepared, evaluate
from aspan.evidence.go_no_go_list import LINE_BY_NAME
from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.orders import BeginRun, Evidence, ReleaseRun
from aspan.evidence.refusals import Reason, Refusal, refuse
from aspan.evidence.site_events import ReleaseRefused, RunBegun, RunReleased
from aspan.evidence.site_state import RunRecord, SlotRecord
from aspan.evidence.slots import duration_ms, served_at_once, share_air
from aspan.primitives.instants import format_utc
from aspan.primitives.units import MS_PER_MIN, MS_PER_S

_RUN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

_NOT_RUNS: Final = ("cards", "telemetry.key")
"""What else lies beside the folders of runs."""


def is_run_id(text: str) -> bool:
    """Say whether a text may name a run: it names the folder of its telemetry too."""
    return _RUN_ID.fullmatch(text) is not None and text not in _NOT_RUNS


def release_run(asking: Asking, order: ReleaseRun) -> Decision:
    """Evaluate the signed list; release the run if every line is go, and say it either way."""
    record = find_newest(asking, order.card_id, order.version)
    if isinstance(record, Refusal):
        return record
    kept = _find_slot(asking, order.slot_id, order.card_id)
    if isinstance(kept, Refusal):
        return kept
    against = _check_run(asking, order) or _check_evidence(order.evidence)
    if against is not None:
        return against
    prepared = Prepared(
        card=record.card, version=order.version, slot=kept.slot, evidence=order.evidence
    )
    found = evaluate(asking, prepared)
    event = RunReleased if found.is_go else ReleaseRefused
    return [
        event(
            **asking.stamp,
            run_id=order.run_id,
            card_id=order.card_id,
            version=order.version,
            slot_id=order.slot_id,
            evidence=order.evidence,
            go_no_go=found,
        )
    ]


def _find_slot(asking: Asking, slot_id: str, card_id: str) -> SlotRecord | Refusal:
    kept = asking.state.slots.get(slot_id)
    if kept is None:
        return refuse(Reason.UNKNOWN_SLOT, f"no slot {slot_id}")
    if kept.is_freed:
        return refuse(Reason.SLOT_FREED, f"slot {slot_id} was given back")
    if kept.slot.card_id != card_id:
        text = f"slot {slot_id} is that of {kept.slot.card_id}, not of {card_id}"
        return refuse(Reason.SLOT_OF_ANOTHER_CARD, text)
    return kept


def _check_run(asking: Asking, order: ReleaseRun) -> Refusal | None:
    run = asking.state.runs.get(order.run_id)
    if not is_run_id(order.run_id):
        text = "the id of a run is 1 to 100 letters, digits, points, dashes and underscores"
        return refuse(Reason.BAD_ORDER, text)
    if run is None:
        return None
    if run.card_id != order.card_id:
        return refuse(Reason.RUN_KNOWN, f"run {order.run_id} is one of {run.card_id}")
    if run.phase not in (RunPhase.WANTED, RunPhase.RELEASED):
        return refuse(Reason.BEGUN_ALREADY, f"run {order.run_id} is {run.phase}")
    return None


def _check_evidence(evidence: tuple[Evidence, ...]) -> Refusal | None:
    seen: set[str] = set()
    for found in evidence:
        kind = LINE_BY_NAME.get(found.line)
        if kind is None or kind.how == "site":
            return refuse(Reason.UNKNOWN_LINE, f"{found.line} is no line that takes evidence")
        if found.line in seen:
            return refuse(Reason.LINE_TWICE, f"evidence for {found.line} twice")
        seen.add(found.line)
    return None


def begin_run(asking: Asking, order: BeginRun) -> Decision:
    """Begin a released run, if at this instant all of it holds still."""
    run = asking.state.runs.get(order.run_id)
    if run is None:
        return refuse(Reason.UNKNOWN_RUN, f"no run {order.run_id}")
    if run.begun_at_ms is not None:
        return refuse(Reason.BEGUN_ALREADY, f"run {run.run_id} has begun")
    if run.phase is not RunPhase.RELEASED or run.release is None:
        return refuse(Reason.NOT_RELEASED, f"run {run.run_id} is {run.phase}")
    signer = asking.state.people.get(run.release.by)
    if signer is None or not set(signer.roles) & set(MAY_ASK[ReleaseRun]):
        text = f"{run.release.by}, who released run {run.run_id}, may release no more"
        return refuse(Reason.NOT_RELEASED, text)
    record = find_newest(asking, run.card_id, run.version)
    if isinstance(record, Refusal):
        return record
    kept = _find_slot(asking, run.slot_id, run.card_id)
    if isinstance(kept, Refusal):
        return kept
    against = next(chain(_check_time(asking, run, kept), _check_busy(asking, run, kept)), None)
    if against is not None:
        return against
    prepared = Prepared(
        card=record.card, version=run.version, slot=kept.slot, evidence=run.evidence
    )
    found = evaluate(asking, prepared)
    if not found.is_go:
        return Refusal(reason=Reason.NO_GO, detail=found.reason, go_no_go=found)
    return [
        RunBegun(
            **asking.stamp,
            run_id=run.run_id,
            card_id=run.card_id,
            version=run.version,
            slot_id=run.slot_id,
            aircraft_id=kept.slot.aircraft_id,
        )
    ]


def _check_time(asking: Asking, run: RunRecord, kept: SlotRecord) -> Iterator[Refusal]:
    slot, at_ms = kept.slot, asking.at_ms
    if not slot.from_ms <= at_ms < slot.until_ms:
        span = f"from {format_utc(slot.from_ms)} until {format_utc(slot.until_ms)}"
        text = f"slot {slot.slot_id} is {span}, now is {format_utc(at_ms)}"
        yield refuse(Reason.SLOT_NOT_NOW, text)
    card = asking.state.cards[run.card_id].card
    if at_ms + duration_ms(card) > slot.until_ms:
        text = f"card {run.card_id} takes {duration_ms(card) // MS_PER_S} s, more than is left"
        yield refuse(Reason.SLOT_TOO_SHORT, text)
    age_ms = at_ms - (run.release.at_ms if run.release is not None else 0)
    if age_ms > asking.site.go_no_go.release_age_ms_max:
        yield refuse(Reason.RELEASE_OLD, f"released {age_ms // MS_PER_MIN} min ago")


def _check_busy(asking: Asking, run: RunRecord, kept: SlotRecord) -> Iterator[Refusal]:
    """Refuse what a run that has not ended still holds, though its slot may be over."""
    slot = kept.slot
    crew = {person_id for person_id, _ in slot.crew}
    flying = asking.state.flying()
    if len(flying) >= served_at_once(asking.site):
        yield refuse(Reason.RESOURCES_TAKEN, f"stations and teams serve {len(flying)} runs")
    for other in flying:
        held = asking.state.slots[other.slot_id].slot
        if held.aircraft_id == slot.aircraft_id:
            text = f"aircraft {slot.aircraft_id} is on run {other.run_id}"
            yield refuse(Reason.AIRCRAFT_BUSY, text)
        shared = share_air(asking.site, slot.volume_ids, held.volume_ids)
        if shared:
            yield refuse(Reason.VOLUME_BUSY, f"run {other.run_id} shares air with {shared}")
        for person_id in sorted(crew & {name for name, _ in held.crew}):
            yield refuse(Reason.PERSON_BUSY, f"{person_id} is on run {other.run_id}")
