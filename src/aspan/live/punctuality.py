"""On time: which sorties of a day are judged, and which of them left as planned.

A sortie is judged by its off-block against the off-block first planned, on the day it was planned
for: once it has left its stand, or once it has waited `ON_TIME_MS` past its time. One that waits so
long is late before it leaves; one that waits less is not judged yet. One that was cancelled is not
judged: cancellations are told beside, or, where nobody wanted it, not at all. An empty sortie is
judged like any other, for somebody waits for the aircraft.
"""

from collections.abc import Iterable

from aspan.primitives.units import MS_PER_MIN

ON_TIME_MS = 15 * MS_PER_MIN
"""A sortie that leaves its stand less than this after its planned time is on time: the limit of
scheduled airlines (US DOT, 14 CFR 234.2)."""


def judge_sortie(
    planned_ms: int, off_block_ms: int | None, *, is_cancelled: bool, now_ms: int
) -> bool | None:
    """Return whether a sortie is on time at `now_ms`; None while, or as far as, it is not judged.

    Parameters
    ----------
    planned_ms
        The off-block first planned; later plans do not move it.
    off_block_ms
        When it left its stand; None if it has not.
    """
    if off_block_ms is not None:
        return off_block_ms - planned_ms < ON_TIME_MS
    if is_cancelled or now_ms - planned_ms < ON_TIME_MS:
        return None
    return False


def share_on_time(judged: Iterable[bool | None]) -> float | None:
    """Return the share on time of those that are judged, in [0, 1]; None if none is."""
    verdicts = [verdict for verdict in judged if verdict is not None]
    return sum(verdicts) / len(verdicts) if verdicts else None
