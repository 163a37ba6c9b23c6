"""Lifecycles of the test site as tables: which event moves a card or a run from where to where.

The fold looks every move up here; a move that is not in the table is a broken invariant.
"""

from enum import StrEnum
from typing import Final

from aspan.evidence.site_events import (
    ApprovalWithdrawn,
    CardApproved,
    CardCleared,
    CardFiled,
    CardHeld,
    DeviationNoted,
    KnockedOff,
    LimitFound,
    ReleaseRefused,
    RunBegun,
    RunEnded,
    RunReleased,
    RunReviewed,
    SiteEvent,
    TelemetryKept,
)


class CardPhase(StrEnum):
    """Where the newest version of a card stands; a newer version begins anew."""

    FILED = "filed"
    CLEARED = "cleared"


class RunPhase(StrEnum):
    """Where a run stands between being wanted and being judged."""

    WANTED = "wanted"
    RELEASED = "released"
    UNDER_WAY = "under_way"
    RECOVERING = "recovering"
    ENDED = "ended"
    REVIEWED = "reviewed"


CARD_LIFECYCLE: Final[dict[CardPhase, dict[type[SiteEvent], CardPhase]]] = {
    CardPhase.FILED: {
        CardFiled: CardPhase.FILED,
        CardApproved: CardPhase.FILED,
        ApprovalWithdrawn: CardPhase.FILED,
        CardCleared: CardPhase.CLEARED,
    },
    CardPhase.CLEARED: {
        CardFiled: CardPhase.FILED,
        CardApproved: CardPhase.CLEARED,
        ApprovalWithdrawn: CardPhase.CLEARED,
        CardHeld: CardPhase.FILED,
    },
}
"""`ApprovalWithdrawn` is followed by `CardHeld` where the approvals left do not suffice."""

RUN_LIFECYCLE: Final[dict[RunPhase, dict[type[SiteEvent], RunPhase]]] = {
    RunPhase.WANTED: {
        ReleaseRefused: RunPhase.WANTED,
        RunReleased: RunPhase.RELEASED,
    },
    RunPhase.RELEASED: {
        ReleaseRefused: RunPhase.WANTED,
        RunReleased: RunPhase.RELEASED,
        RunBegun: RunPhase.UNDER_WAY,
    },
    RunPhase.UNDER_WAY: {
        KnockedOff: RunPhase.RECOVERING,
        TelemetryKept: RunPhase.UNDER_WAY,
        DeviationNoted: RunPhase.UNDER_WAY,
        RunEnded: RunPhase.ENDED,
    },
    RunPhase.RECOVERING: {
        KnockedOff: RunPhase.RECOVERING,
        TelemetryKept: RunPhase.RECOVERING,
        DeviationNoted: RunPhase.RECOVERING,
        RunEnded: RunPhase.ENDED,
    },
    RunPhase.ENDED: {
        LimitFound: RunPhase.ENDED,
        TelemetryKept: RunPhase.ENDED,
        DeviationNoted: RunPhase.ENDED,
        RunReviewed: RunPhase.REVIEWED,
    },
    RunPhase.REVIEWED: {DeviationNoted: RunPhase.REVIEWED},
}
"""A run that was knocked off recovers and ends; nothing leads back under way."""
