"""Cards before they are flown: filed, approved by others than their authors, taken back."""

from typing import Any

from aspan.evidence.approval_rule import APPROVALS, may_approve, suffices
from aspan.evidence.asking import Asking, Decision
from aspan.evidence.card import CardId, card_risk
from aspan.evidence.card_rule import check_card
from aspan.evidence.lifecycles import CardPhase
from aspan.evidence.orders import ApproveCard, FileCard, WithdrawApproval
from aspan.evidence.people import PersonId
from aspan.evidence.refusals import Reason, Refusal, refuse
from aspan.evidence.site_events import (
    ApprovalWithdrawn,
    CardApproved,
    CardCleared,
    CardFiled,
    CardHeld,
    SiteEvent,
)
from aspan.evidence.site_state import CardRecord

VERSION_DIGITS = 64
"""A version is a SHA-256 in hexadecimal."""


def file_card(asking: Asking, order: FileCard) -> Decision:
    """Put a version of a card before the site; one hash is one text for ever."""
    card, version = order.card, order.version
    if len(version) != VERSION_DIGITS or set(version) - set("0123456789abcdef"):
        return refuse(Reason.BAD_ORDER, "a version is a SHA-256, 64 digits in lower case")
    impossible = check_card(card, site=asking.site, requirement_ids=asking.requirement_ids)
    if impossible is not None:
        return impossible
    record = asking.state.cards.get(card.card_id)
    if record is not None:
        if record.version == version and record.card == card:
            return refuse(Reason.CARD_UNCHANGED, f"{card.card_id} is filed as {version[:12]}")
        if version in record.versions and record.versions[version] != card:
            text = f"version {version[:12]} of {card.card_id} was filed with another text"
            return refuse(Reason.VERSION_REUSED, text)
    return [CardFiled(**asking.stamp, card=card, version=version)]


def find_newest(asking: Asking, card_id: CardId, version: str) -> CardRecord | Refusal:
    """Return the record of a card if `version` is its newest."""
    record = asking.state.cards.get(card_id)
    if record is None:
        return refuse(Reason.UNKNOWN_CARD, f"no card {card_id} is filed")
    if record.version != version:
        text = f"the newest version of {card_id} is {record.version[:12]}, not {version[:12]}"
        return refuse(Reason.VERSION_NOT_NEWEST, text)
    return record


def approve_card(asking: Asking, order: ApproveCard) -> Decision:
    """Approve the newest version; clear the card once all places of its risk are filled."""
    record = find_newest(asking, order.card_id, order.version)
    if isinstance(record, Refusal):
        return record
    if asking.person is None or asking.by in _list_authors(record):
        return refuse(Reason.OWN_CARD, f"{asking.by} wrote {order.card_id}")
    if asking.by in record.approvals:
        return refuse(Reason.APPROVED_ALREADY, f"{asking.by} has approved {order.card_id}")
    risk = card_risk(record.card)
    if not may_approve(asking.person, risk):
        roles = sorted({role for place in APPROVALS[risk] for role in place})
        text = f"{asking.by} is none of {', '.join(roles)}, whom a card of {risk} risk needs"
        return refuse(Reason.ROLE_NOT_ENTITLED, text)
    given: dict[str, Any] = {"card_id": order.card_id, "version": order.version}
    events: list[SiteEvent] = [CardApproved(**asking.stamp, **given)]
    approvers = [*asking.state.approvers(record), asking.person]
    if record.phase is CardPhase.FILED and suffices(risk, approvers):
        events.append(CardCleared(**asking.stamp, **given))
    return events


def _list_authors(record: CardRecord) -> set[PersonId]:
    """Return who ever filed the card as it stands, under whatever version."""
    return {
        name
        for version, names in record.authors.items()
        if record.versions[version] == record.card
        for name in names
    }


def withdraw_approval(asking: Asking, order: WithdrawApproval) -> Decision:
    """Take one's approval back; hold the card where the others do not suffice."""
    record = find_newest(asking, order.card_id, order.version)
    if isinstance(record, Refusal):
        return record
    if asking.by not in record.approvals:
        return refuse(Reason.NOT_APPROVED, f"{asking.by} has not approved {order.card_id}")
    if not order.why.strip():
        return refuse(Reason.TEXT_EMPTY, "say why")
    given: dict[str, Any] = {"card_id": order.card_id, "version": order.version}
    events: list[SiteEvent] = [ApprovalWithdrawn(**asking.stamp, **given, why=order.why)]
    others = [p for p in asking.state.approvers(record) if p.person_id != asking.by]
    if record.phase is CardPhase.CLEARED and not suffices(card_risk(record.card), others):
        events.append(CardHeld(**asking.stamp, **given))
    return events
