"""The test site: orders and reports in, events or a refusal out. Pure: no clock, no disk.

An order is looked at in this order: is it signed for this site, by a person who is enrolled; can it
be read; was it answered before; may this person ask for it; does the field allow it. What passes
the signature is on the log with its answer, a refusal too: the log says who asked for what.

Reading on: `filing` (cards and approvals), `slots`, `go_no_go`, `release` (the one door of every
run), `reviews`, `site_fold`.
"""

from collections.abc import Callable, Container, Sequence
from hashlib import sha256
from typing import Any, ClassVar, Final

import msgspec

from aspan.evidence import enrolment, filing, orders, release, reports, reviews, slots
from aspan.evidence.approval_rule import MAY_ASK
from aspan.evidence.asking import Asking, Decision
from aspan.evidence.card import RequirementId
from aspan.evidence.go_no_go_list import GoNoGo
from aspan.evidence.people import Person, PersonId, SignedOrder, SiteId
from aspan.evidence.refusals import Reason, Refusal, refuse
from aspan.evidence.reports import SiteReport
from aspan.evidence.signing import verify
from aspan.evidence.site_events import (
    OrderRefused,
    OrderTaken,
    ReleaseRefused,
    SiteEvent,
)
from aspan.evidence.site_fold import apply
from aspan.evidence.site_state import SiteState
from aspan.primitives.instants import format_utc
from aspan.world.range import Range

ORDER_BYTES_MAX: Final = 1_000_000
"""Largest order: a card of a thousand segments fits."""

KEY_MAX: Final = 200
"""Most characters of a key."""

_SOFTWARE: Final = PersonId("")


class SiteRefused(msgspec.Struct, frozen=True, kw_only=True):
    """The test site said no.

    Parameters
    ----------
    recorded
        What the log keeps of it; empty where nobody we know asked, or a report is refused.
    """

    reason: Reason
    detail: str
    go_no_go: GoNoGo | None = None
    recorded: tuple[SiteEvent, ...] = ()


_DECIDE: Final[dict[type[orders.Order], Callable[[Asking, Any], Decision]]] = {
    orders.FoundSite: enrolment.found_site,
    orders.Enrol: enrolment.enrol,
    orders.Dismiss: enrolment.dismiss,
    orders.FileCard: filing.file_card,
    orders.ApproveCard: filing.approve_card,
    orders.WithdrawApproval: filing.withdraw_approval,
    orders.BookSlot: slots.book_slot,
    orders.FreeSlot: slots.free_slot,
    orders.ReleaseRun: release.release_run,
    orders.BeginRun: release.begin_run,
    orders.CallKnockItOff: reviews.call_knock_it_off,
    orders.EndRun: reviews.end_run,
    orders.NoteDeviation: reviews.note_deviation,
    orders.ReviewRun: reviews.review_run,
}

_NOTE: Final[dict[type, Callable[[Asking, Any], Decision]]] = {
    reports.ReportKnockItOff: reviews.report_knock_it_off,
    reports.ReportTelemetry: reviews.report_telemetry,
    reports.ReportWeather: reviews.report_weather,
}

_STOPS: Final = (orders.CallKnockItOff, orders.EndRun, reports.ReportKnockItOff)
"""What a clock that was set back does not keep out; stamped as the last event."""

_orders: msgspec.json.Decoder[orders.AnyOrder] = msgspec.json.Decoder(orders.AnyOrder)


class TestSite:
    """The core of a test site.

    Parameters
    ----------
    site
        The range.
    requirement_ids
        Requirements that a card may name.
    site_id
        Of its log: drawn when it was made, and founded under.
    state
        As folded from its log; new if None.
    is_line_beside
        Whether a service beside the range keeps line traffic out of what is booked.
    """

    __test__: ClassVar[bool] = False
    """The name is the field's; pytest takes it for a test otherwise."""

    def __init__(
        self,
        site: Range,
        requirement_ids: Container[RequirementId],
        site_id: SiteId,
        state: SiteState | None = None,
        *,
        is_line_beside: bool = False,
    ) -> None:
        self.is_line_beside = is_line_beside
        self.range = site
        self.requirement_ids = requirement_ids
        self.site_id = site_id
        self.state = state if state is not None else SiteState()

    def handle(self, item: SignedOrder | SiteReport, at_ms: int) -> list[SiteEvent] | SiteRefused:
        """Decide and fold; sent twice, an order is answered as before and changes nothing."""
        answer = self.decide(item, at_ms)
        if not self.is_answered(item):
            self.fold(answer.recorded if isinstance(answer, SiteRefused) else answer)
        return answer

    def fold(self, events: Sequence[SiteEvent]) -> None:
        """Take events into the state."""
        for event in events:
            apply(self.state, event)

    def is_answered(self, item: SignedOrder | SiteReport) -> bool:
        """Say whether an item with the same key was answered before: nothing is recorded anew."""
        name = _name_of(item)
        return name is not None and name in self.state.answers

    def decide(self, item: SignedOrder | SiteReport, at_ms: int) -> list[SiteEvent] | SiteRefused:
        """Return what would follow, and change nothing."""
        if isinstance(item, SignedOrder):
            return self._decide_order(item, at_ms)
        return self._decide_report(item, at_ms)

    def _decide_order(self, signed: SignedOrder, at_ms: int) -> list[SiteEvent] | SiteRefused:
        person = self._find_signer(signed)
        if isinstance(person, Refusal):
            return SiteRefused(reason=person.reason, detail=person.detail)
        order = _read_order(signed)
        if isinstance(order, Refusal):
            return SiteRefused(reason=order.reason, detail=order.detail)
        before = self.state.answers.get((signed.by, order.key))
        if before is not None:
            if before.asked != signed.order:
                text = f"key {order.key} of {signed.by} was another order's"
                return SiteRefused(reason=Reason.KEY_REUSED, detail=text)
            return _answer(before.events)
        if at_ms < self.state.last_at_ms and not isinstance(order, _STOPS):
            return self._refuse_past(at_ms)
        asking = self._asking(at_ms, order.key, person)
        decision = self._decide_as(asking, order)
        taken = OrderTaken(**asking.stamp, signed=signed)
        if isinstance(decision, Refusal):
            if not self.state.site_id:  # the log of a site begins with its founding
                return SiteRefused(reason=decision.reason, detail=decision.detail)
            refused = OrderRefused(
                **asking.stamp,
                reason=decision.reason,
                detail=decision.detail,
                go_no_go=decision.go_no_go,
            )
            return _answer([taken, refused])
        return _answer([taken, *decision])

    def _find_signer(self, signed: SignedOrder) -> Person | Refusal:
        """Return whose word it is for this site: of its founding, who founds it."""
        state = self.state
        if signed.site_id != self.site_id:
            text = f"it is signed for site {signed.site_id[:KEY_MAX]}, this is site {self.site_id}"
            return refuse(Reason.ANOTHER_SITE, text)
        person = state.people.get(signed.by)
        if not state.site_id:
            person = _find_first(signed, self.site_id)
            if person is None:
                text = "the first order founds this site by its test director's own signature"
                return refuse(Reason.FIRST_NOT_DIRECTOR, text)
        if person is None:
            is_past = signed.by in state.dismissed
            reason = Reason.PERSON_DISMISSED if is_past else Reason.UNKNOWN_PERSON
            return refuse(reason, f"{signed.by[:KEY_MAX]} is not enrolled")
        if len(signed.order) > ORDER_BYTES_MAX or not verify(
            signed, person.public_key, self.site_id
        ):
            return refuse(Reason.BAD_SIGNATURE, f"not the signature of {signed.by}")
        return person

    def _decide_as(self, asking: Asking, order: orders.Order) -> Decision:
        roles = MAY_ASK[type(order)]
        held = asking.person.roles if asking.person is not None else ()
        if not set(roles) & set(held):
            text = f"{asking.by} is none of {', '.join(roles)}"
            return refuse(Reason.ROLE_NOT_ENTITLED, text)
        return _DECIDE[type(order)](asking, order)

    def _decide_report(self, report: SiteReport, at_ms: int) -> list[SiteEvent] | SiteRefused:
        key = _key_of(report)
        before = self.state.answers.get((_SOFTWARE, key))
        if before is not None:
            return list(before.events)
        if at_ms < self.state.last_at_ms and not isinstance(report, _STOPS):
            return self._refuse_past(at_ms)
        decision = _NOTE[type(report)](self._asking(at_ms, key, None), report)
        if isinstance(decision, Refusal):
            return SiteRefused(reason=decision.reason, detail=decision.detail)
        return list(decision)

    def _refuse_past(self, at_ms: int) -> SiteRefused:
        last = format_utc(self.state.last_at_ms)
        text = f"{format_utc(at_ms)} is before the last event, {last}"
        return SiteRefused(reason=Reason.CLOCK_BACK, detail=text)

    def _asking(self, at_ms: int, key: str, person: Person | None) -> Asking:
        return Asking(
            state=self.state,
            site=self.range,
            requirement_ids=self.requirement_ids,
            at_ms=max(at_ms, self.state.last_at_ms),
            key=key,
            is_line_beside=self.is_line_beside,
            person=person,
        )


def _read_order(signed: SignedOrder) -> orders.AnyOrder | Refusal:
    try:
        order = _orders.decode(signed.order)
    except msgspec.DecodeError as error:
        return refuse(Reason.BAD_ORDER, str(error))
    if not 1 <= len(order.key) <= KEY_MAX or not order.key.isprintable():
        return refuse(Reason.BAD_ORDER, f"a key has 1 to {KEY_MAX} characters that print")
    return order


def _find_first(signed: SignedOrder, site_id: SiteId) -> Person | None:
    """Return who founds a site by a first order: a test director, by their own word."""
    order = _read_order(signed)
    if not isinstance(order, orders.FoundSite) or order.person.person_id != signed.by:
        return None
    if order.site_id != site_id:
        return None
    return order.person if enrolment.DIRECTOR in order.person.roles else None


def _answer(events: Sequence[SiteEvent]) -> list[SiteEvent] | SiteRefused:
    """Return events as they are answered: a refusal where they end in one."""
    last = events[-1]
    if isinstance(last, OrderRefused):
        return SiteRefused(
            reason=last.reason,
            detail=last.detail,
            go_no_go=last.go_no_go,
            recorded=tuple(events),
        )
    if isinstance(last, ReleaseRefused):
        return SiteRefused(
            reason=Reason.NO_GO,
            detail=last.go_no_go.reason,
            go_no_go=last.go_no_go,
            recorded=tuple(events),
        )
    return list(events)


def _key_of(report: SiteReport) -> str:
    """Return the key of a report: the same words are the same report."""
    return sha256(msgspec.json.encode(report)).hexdigest()[:32]


def _name_of(item: SignedOrder | SiteReport) -> tuple[PersonId, str] | None:
    """Return under what an item is answered; None if it cannot be read."""
    if not isinstance(item, SignedOrder):
        return (_SOFTWARE, _key_of(item))
    order = _read_order(item)
    return None if isinstance(order, Refusal) else (item.by, order.key)


def refuse_instead(events: Sequence[SiteEvent], reason: Reason, detail: str) -> SiteRefused:
    """Return the refusal of an order that was granted here, but not by a port."""
    taken = events[0]
    refused = OrderRefused(
        at_ms=taken.at_ms, key=taken.key, by=taken.by, reason=reason, detail=detail
    )
    return SiteRefused(reason=reason, detail=detail, recorded=(taken, refused))
