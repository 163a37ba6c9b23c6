"""Mischief: how far the sandbox misbehaves, by keyed dice, so that a seed repeats it.

What befalls a request is a function of the seed, of what it asks and of how often it was asked.
"""

from typing import Literal

import msgspec

from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput

SLOW_MS_MAX = 60_000

LIES = ("denied", "amount", "currency", "reference", "claimed")
"""Of an answer: says declined though done; another amount, currency, payment; says done though
nothing was (not of an authorisation, which is taken at its word: it says declined instead)."""

WEBHOOK_LIES = ("forged", "stale", "late")
"""Of a webhook: signed by nobody; an hour old; sent after what came later."""

LATE_S = 3.0


class Mischief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often the sandbox misbehaves; shares are in [0, 1].

    Parameters
    ----------
    slow_ms, slow_share
        How long an answer is kept back, and how often.
    fail_share
        How often a request is answered 503, and nothing done.
    lie_share
        How often an answer, or a webhook, is not true.
    double_share
        How often a webhook is sent though the answer told it all, and then twice.
    lost_share
        How often a request, or the answer to it, or a webhook, is lost.
    decline_share
        How often an authorisation is declined that could be made.
    """

    seed: int = 1
    slow_ms: int = 1_000
    slow_share: float = 0.0
    fail_share: float = 0.0
    lie_share: float = 0.0
    double_share: float = 0.0
    lost_share: float = 0.0
    decline_share: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no share and no time."""
        if not 0 <= self.slow_ms <= SLOW_MS_MAX:
            raise InvalidInput("slow_ms", self.slow_ms, f"0 to {SLOW_MS_MAX}")
        if not -(1 << 63) <= self.seed < 1 << 63:
            raise InvalidInput("seed", self.seed, "a whole number of 64 bits")
        for name in self.__struct_fields__:
            if name.endswith("_share") and not 0.0 <= getattr(self, name) <= 1.0:
                raise InvalidInput(name, getattr(self, name), "a share from 0 to 1")

    def declines(self, key: str) -> bool:
        """Say whether an authorisation is declined; the same however often it is asked for."""
        return draw(self.seed, "decline", key) < self.decline_share

    def choose_fate(self, what: str, attempt: int, *, is_order: bool, moves_money: bool) -> "Fate":
        """Return what befalls a request the time it is sent for the `attempt`-th time.

        Parameters
        ----------
        is_order
            It asks to do something; a look-up is never lied to, or nobody could ever know.
        moves_money
            It asks for more than an authorisation.
        """

        def is_drawn(name: str, share: float) -> bool:
            return share > 0.0 and draw(self.seed, name, what, attempt) < share

        lost: Literal["", "before", "after"] = ""
        if is_drawn("lost", self.lost_share):
            lost = "before" if draw(self.seed, "lost when", what, attempt) < 0.5 else "after"
        lie = ""
        if is_order and is_drawn("lie", self.lie_share):
            lie = LIES[int(draw(self.seed, "lie kind", what, attempt) * len(LIES))]
            if lie == "claimed" and not moves_money:
                lie = "denied"
        return Fate(
            slow_s=self.slow_ms / 1000.0 if is_drawn("slow", self.slow_share) else 0.0,
            fails=is_drawn("fail", self.fail_share),
            lost=lost,
            lie=lie,
            doubles=is_order and is_drawn("double", self.double_share),
        )

    def choose_webhook_lie(self, webhook_id: str, attempt: int) -> str:
        """Return how a webhook is not true; `lost` if it is not sent, empty if it is in order."""
        if draw(self.seed, "webhook lost", webhook_id, attempt) < self.lost_share:
            return "lost"
        if draw(self.seed, "webhook lie", webhook_id, attempt) < self.lie_share:
            kind = draw(self.seed, "webhook lie kind", webhook_id, attempt)
            return WEBHOOK_LIES[int(kind * len(WEBHOOK_LIES))]
        return ""


class Fate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What befalls one request."""

    slow_s: float = 0.0
    fails: bool = False
    lost: Literal["", "before", "after"] = ""
    lie: str = ""
    doubles: bool = False

    @property
    def hides(self) -> bool:
        """Whether the answer leaves the asker without the truth."""
        return bool(self.lost or self.lie or self.slow_s)
