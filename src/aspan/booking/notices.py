"""Notices: what a passenger is told when the day breaks, for each thing that happened; no words.

Bad news first, with the way out: what happened (`reason`), what we did for the party (`code`), and
what it can choose (`choices`). Words are put to it where people read it.
"""

from typing import Literal

import msgspec

CareKind = Literal["air", "ground", "refund", "delay", "chosen"]

NoticeCode = Literal[
    "moved", "taxi_at_door", "taxi_at_site", "money_back", "late_back", "taken", "waits", "late"
]
"""moved to another sortie; a taxi comes to the party's own door, or to the vertiport; the whole
fare back; part of it for lateness; what the party chose is done; its sortie waits; is late."""


class Happening(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something done for a party.

    Parameters
    ----------
    place
        The vertiport at which a taxi picks it up; empty for its own door.
    """

    at_ms: int
    kind: CareKind
    reason: str = ""
    place: str = ""
    leaves_at_ms: int | None = None
    arrives_at_ms: int | None = None
    refund_tiyn: int = 0


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a party stands now whose sortie waits or is late, with what is open to it.

    Parameters
    ----------
    reason
        What its sortie waits for; empty if it is only late.
    """

    at_ms: int
    reason: str
    leaves_at_ms: int
    arrives_at_ms: int | None
    choices: tuple[str, ...]
    until_ms: int


class Notice(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing to tell: what happened, what was done, what can be chosen and until when."""

    at_ms: int
    code: NoticeCode
    reason: str = ""
    place: str = ""
    leaves_at_ms: int | None = None
    arrives_at_ms: int | None = None
    refund_tiyn: int = 0
    choices: tuple[str, ...] = ()
    until_ms: int | None = None


def list_notices(
    happenings: tuple[Happening, ...], standing: Standing | None = None
) -> tuple[Notice, ...]:
    """Return what a party is told, in order of time; how it stands now comes last."""
    told = [_tell(happening) for happening in happenings]
    if standing is not None:
        told.append(
            Notice(
                at_ms=standing.at_ms,
                code="waits" if standing.reason else "late",
                reason=standing.reason,
                leaves_at_ms=standing.leaves_at_ms,
                arrives_at_ms=standing.arrives_at_ms,
                choices=standing.choices,
                until_ms=standing.until_ms,
            )
        )
    return tuple(told)


def _tell(happening: Happening) -> Notice:
    return Notice(
        at_ms=happening.at_ms,
        code=_name(happening),
        reason=happening.reason,
        place=happening.place,
        leaves_at_ms=happening.leaves_at_ms,
        arrives_at_ms=happening.arrives_at_ms,
        refund_tiyn=happening.refund_tiyn,
    )


def _name(happening: Happening) -> NoticeCode:
    match happening.kind:
        case "air":
            return "moved"
        case "ground":
            return "taxi_at_site" if happening.place else "taxi_at_door"
        case "refund":
            return "money_back"
        case "delay":
            return "late_back"
        case "chosen":
            return "taken"
