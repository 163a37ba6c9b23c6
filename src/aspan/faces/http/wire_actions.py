"""What a desk asks for and is answered; the actions themselves are `operations.actions`'s."""

from typing import Annotated

import msgspec

from aspan.operations.actions import AnyAction, Consequences

Key = Annotated[str, msgspec.Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]
Who = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Why = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class PreviewRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask what this action would do."""

    action: AnyAction


class ActionRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Do this.

    Parameters
    ----------
    key
        Chosen by whoever asks, anew for each action: sent again with the same key, it is done once.
    who, why
        Written into the log.
    """

    key: Key
    who: Who
    why: Why
    action: AnyAction


class ActionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an action, with the event that says so on disk.

    Parameters
    ----------
    outcome
        done or refused.
    is_repeated
        The key was used before: this is what came of it then, and nothing was done now.
    consequences
        As they were just before; None for an action repeated.
    """

    seq: int
    at_ms: int
    outcome: str
    reason: str
    detail: str
    is_repeated: bool
    consequences: Consequences | None


class ActionLine(msgspec.Struct, frozen=True, kw_only=True):
    """An action of a desk, done or refused, as the log has it."""

    seq: int
    at_ms: int
    key: str
    who: str
    why: str
    action: AnyAction
    outcome: str
    reason: str
    detail: str


class ActionsPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest actions, newest first."""

    actions: tuple[ActionLine, ...]
