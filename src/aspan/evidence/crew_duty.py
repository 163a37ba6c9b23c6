"""Duty and rest of the people of the test site, reckoned from their slots.

A duty goes from the first slot to the end of the last that no full rest parts from it. A run that
takes longer than its slot counts until it ends.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from aspan.evidence.people import PersonId
from aspan.evidence.refusals import Reason, Refusal, refuse
from aspan.evidence.site_state import SiteState
from aspan.primitives.units import MS_PER_DAY, MS_PER_H
from aspan.world.range import RangePeople

WEEK_MS: Final = 7 * MS_PER_DAY

Interval = tuple[int, int]
"""Half-open. [ms]"""


def list_work(state: SiteState, person_id: PersonId, *, besides: str = "") -> list[Interval]:
    """Return when a person works, by slots that stand, sorted; without the slot `besides`."""
    found = []
    for record in state.slots.values():
        slot = record.slot
        if record.is_freed or slot.slot_id == besides:
            continue
        if any(person_id == name for name, _ in slot.crew):
            found.append((slot.from_ms, max(slot.until_ms, record.ended_at_ms)))
    return sorted(found)


def check_duty(
    person_id: PersonId, work: Sequence[Interval], more: Interval, rules: RangePeople
) -> Refusal | None:
    """Return which rule of duty and rest one more piece of work breaks; None if none."""
    for duty in _list_duties([*work, more], rules.rest_ms_min):
        first, last = duty[0][0], max(until for _, until in duty)
        if more not in duty or last - first <= rules.duty_ms_max:
            continue
        breaks = [later[0] - earlier[1] for earlier, later in pairwise(duty)]
        longest = max(breaks, default=0)
        if longest > 0 and longest >= rules.rest_ms_min // 2:
            text = f"{person_id} rests {_tell(longest)}, less than {_tell(rules.rest_ms_min)}"
            return refuse(Reason.CREW_REST, text)
        most = _tell(rules.duty_ms_max)
        text = f"{person_id} is on duty for {_tell(last - first)}, more than {most}"
        return refuse(Reason.CREW_DUTY, text)
    week, limit = _most_in_a_week([*work, more]), rules.week_duty_ms_max
    if week > limit:
        text = f"{person_id} works {_tell(week)} in seven days, more than {_tell(limit)}"
        return refuse(Reason.CREW_DUTY, text)
    return None


def _tell(ms: int) -> str:
    return f"{ms / MS_PER_H:.4g} h"


def _list_duties(work: Iterable[Interval], rest_ms: int) -> list[list[Interval]]:
    duties: list[list[Interval]] = []
    until = 0
    for piece in sorted(work):
        if not duties or piece[0] - until >= rest_ms:
            duties.append([])
            until = piece[1]
        duties[-1].append(piece)
        until = max(until, piece[1])
    return duties


def _most_in_a_week(work: Sequence[Interval]) -> int:
    """Return the most work in any seven days: the worst begin or end with a piece."""
    starts = [start for start, _ in work] + [end - WEEK_MS for _, end in work]
    return max(
        sum(max(0, min(end, start + WEEK_MS) - max(begin, start)) for begin, end in work)
        for start in starts
    )
