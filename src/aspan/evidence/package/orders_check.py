"""Whether what a log says happened is what the persons in it signed, by the rules of the site.

A signature over an order proves what was asked; here every decision is held against the order it
is said to follow from, and what must not happen without others' words against those words: who
hands on a log that was written by another hand is found by it. What only the site's own files tell
(volumes, duties, limits of the list) is not looked at again.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from aspan.evidence import orders
from aspan.evidence.approval_rule import MAY_ASK, suffices
from aspan.evidence.card import card_risk
from aspan.evidence.go_no_go_list import LINES
from aspan.evidence.lifecycles import CardPhase, RunPhase
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
from aspan.evidence.site_state import SiteState

_FOLLOWS: Final[dict[type[SiteEvent], tuple[type[orders.Order], ...]]] = {
    SiteFounded: (orders.FoundSite,),
    PersonEnrolled: (orders.FoundSite, orders.Enrol),
    PersonDismissed: (orders.Dismiss,),
    CardFiled: (orders.FileCard,),
    CardApproved: (orders.ApproveCard,),
    CardCleared: (orders.ApproveCard,),
    ApprovalWithdrawn: (orders.WithdrawApproval,),
    CardHeld: (orders.WithdrawApproval, orders.Dismiss),
    SlotBooked: (orders.BookSlot,),
    SlotFreed: (orders.FreeSlot,),
    RunReleased: (orders.ReleaseRun,),
    ReleaseRefused: (orders.ReleaseRun,),
    RunBegun: (orders.BeginRun,),
    KnockedOff: (orders.CallKnockItOff,),
    RunEnded: (orders.EndRun,),
    DeviationNoted: (orders.NoteDeviation,),
    RunReviewed: (orders.ReviewRun,),
}
"""Which orders a decision may follow from."""

_REPORTED: Final = (KnockedOff, LimitFound, TelemetryKept, WeatherReported)
"""What software may tell without a person's word."""

_STAMP: Final = ("at_ms", "key", "by")

_orders: msgspec.json.Decoder[orders.AnyOrder] = msgspec.json.Decoder(orders.AnyOrder)


class OrderCheck:
    """Looks at the events of a log one by one, each before it is folded."""

    def __init__(self) -> None:
        self._taken: OrderTaken | None = None

    def find_fault(self, state: SiteState, event: SiteEvent) -> str:
        """Return why an event cannot have happened after a state; "" if it can."""
        if isinstance(event, OrderTaken):
            self._taken = event
            return ""
        if not event.by:
            self._taken = None
            return "" if isinstance(event, _REPORTED) else "nobody's word stands behind it"
        taken = self._taken
        if taken is None or (taken.by, taken.key) != (event.by, event.key):
            return f"no order {event.key} of {event.by} stands before it"
        if isinstance(event, OrderRefused):
            return ""
        try:
            order = _orders.decode(taken.signed.order)
        except msgspec.DecodeError as error:
            return f"its order cannot be read ({error})"
        return _compare(event, order, taken) or _check_rule(state, event, order)


def _compare(event: SiteEvent, order: orders.Order, taken: OrderTaken) -> str:
    """Return where an event is not what its order asked for."""
    if not isinstance(order, _FOLLOWS.get(type(event), ())) or order.key != taken.key:
        return f"it does not follow from {type(order).__name__}"
    told: Any = event.slot if isinstance(event, SlotBooked) else event
    for name in told.__struct_fields__:
        if name in _STAMP or not hasattr(order, name):
            continue
        if getattr(told, name) != getattr(order, name):
            return f"{name} is not what {event.by} signed"
    return ""


def _check_rule(state: SiteState, event: SiteEvent, order: orders.Order) -> str:
    person = state.people.get(event.by)
    if isinstance(order, orders.FoundSite) and order.person.person_id == event.by:
        person = order.person
    gone = state.dismissed.get(event.by) if isinstance(event, CardHeld) else None
    held = person or gone
    if held is None or not set(held.roles) & set(MAY_ASK[type(order)]):
        return f"{event.by} has no role for it"
    rule = _RULES.get(type(event))
    return rule(state, event) if rule is not None else ""


def _by_no_author(state: SiteState, event: CardApproved) -> str:
    record = state.cards[event.card_id]
    if event.version != record.version or event.by in record.authors[event.version]:
        return f"{event.by} wrote the card, or it is not the newest"
    return ""


def _by_enough(state: SiteState, event: CardCleared) -> str:
    record = state.cards[event.card_id]
    is_so = event.version == record.version and suffices(
        card_risk(record.card), state.approvers(record)
    )
    return "" if is_so else "the approvals do not suffice"


def _all_go(state: SiteState, event: RunReleased) -> str:
    listed = event.go_no_go
    names = tuple(line.name for line in listed.lines)
    is_go = names == tuple(kind.name for kind in LINES) and all(
        line.verdict == "go" for line in listed.lines
    )
    return "" if is_go and listed.is_go else "not every line of the list is go"


def _through_the_door(state: SiteState, event: RunBegun) -> str:
    run, kept = state.runs[event.run_id], state.slots[event.slot_id]
    record = state.cards[event.card_id]
    asked = (run.card_id, run.version, run.slot_id)
    if run.phase is not RunPhase.RELEASED or run.release is None:
        return "the run was not released"
    if asked != (event.card_id, event.version, event.slot_id) or record.version != run.version:
        return "it is another card, version or slot than was released"
    approvers = state.approvers(record)
    if record.phase is not CardPhase.CLEARED or not suffices(card_risk(record.card), approvers):
        return "the card was not approved"
    if kept.is_freed or not kept.slot.from_ms <= event.at_ms < kept.slot.until_ms:
        return "its slot was not then"
    is_its = (kept.slot.card_id, kept.slot.aircraft_id) == (event.card_id, event.aircraft_id)
    return "" if is_its else "its slot is another card's or aircraft's"


def _of_what_is_kept(state: SiteState, event: RunReviewed) -> str:
    kept = state.runs[event.run_id].telemetry
    is_it = event.manifest_sha256 == (kept.manifest_sha256 if kept is not None else "")
    return "" if is_it else "the telemetry that is kept is not what was reviewed"


_RULES: Final[dict[type[SiteEvent], Callable[[SiteState, Any], str]]] = {
    CardApproved: _by_no_author,
    CardCleared: _by_enough,
    RunReleased: _all_go,
    RunBegun: _through_the_door,
    RunReviewed: _of_what_is_kept,
}
