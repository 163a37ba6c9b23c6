"""Care: what a party gets whose sortie cannot be flown as promised, by the city's stated rules.

The next best itinerary: another departure of its pair, or its own at the new time, while that
arrives within the longest delay for which air is still chosen; or a ground taxi at our cost from
where it stands to its own door, the whole fare back as well; or, where neither is to be had, its
money. Of two that are within the rules the one that arrives first is chosen, so nobody waits for
an aircraft whom a taxi would bring sooner. Every party may have its money instead, so nothing
chosen for it is worse than that.
"""

from typing import Literal

import msgspec

from aspan.primitives.ids import SortieId
from aspan.world.tariff import FACTOR_UNITS, Care, to_units

RemedyKind = Literal["air", "ground", "refund"]

_ORDER: dict[RemedyKind, int] = {"air": 0, "ground": 1, "refund": 2}
"""What comes first of two that arrive together: what the party had wanted."""


class AirOption(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A departure that would take the party.

    Parameters
    ----------
    sortie_id
        Empty for one that would be made on demand.
    arrives_at_ms
        At the party's own door, as planned.
    """

    sortie_id: SortieId
    off_block_at_ms: int
    arrives_at_ms: int


class GroundOption(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A taxi from where the party stands to its own door, as estimated; the cost is ours."""

    leaves_at_ms: int
    arrives_at_ms: int
    cost_tiyn: int


class CareProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A party whose sortie cannot be flown as promised, and what there would be instead.

    Parameters
    ----------
    promised_at_ms
        Arrival at its own door that it was first promised.
    paid_back_tiyn
        Of the fare, already.
    """

    fare_tiyn: int
    promised_at_ms: int
    care: Care
    air: tuple[AirOption, ...] = ()
    ground: GroundOption | None = None
    paid_back_tiyn: int = 0


class Remedy(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that can be done for a party.

    Parameters
    ----------
    sortie_id
        By air: on which sortie; empty for one that would be made on demand, or otherwise.
    leaves_at_ms, arrives_at_ms
        None with the money back, which brings nobody anywhere.
    refund_tiyn
        Paid back, beyond what was before: at once, or by air once it has come as late as that.
    cost_tiyn
        Of the taxi, for us.
    is_within_rules
        Whether we choose it of our own accord; the party may choose the others too.
    """

    kind: RemedyKind
    sortie_id: SortieId = SortieId("")
    leaves_at_ms: int | None = None
    arrives_at_ms: int | None = None
    refund_tiyn: int = 0
    cost_tiyn: int = 0
    is_within_rules: bool = True


def choose_remedy(problem: CareProblem) -> Remedy:
    """Return what is done for a party unless it chooses otherwise; there is always something."""
    return list_remedies(problem)[0]


def list_remedies(problem: CareProblem) -> tuple[Remedy, ...]:
    """Return everything a party can have, best first: within the rules, then soonest there.

    Its money back is always among them; before it stands what the rules choose, behind it what only
    the party itself may.
    """
    remedies = [_fly(problem, option) for option in problem.air]
    if problem.ground is not None and problem.care.offers_ground:
        remedies.append(_drive(problem, problem.ground))
    remedies.append(Remedy(kind="refund", refund_tiyn=_rest(problem, problem.fare_tiyn)))
    return tuple(sorted(remedies, key=_rank))


def _rank(remedy: Remedy) -> tuple[bool, bool, int, int, int, str]:
    arrives_ms = remedy.arrives_at_ms
    return (
        not remedy.is_within_rules,
        arrives_ms is None,
        arrives_ms or 0,
        _ORDER[remedy.kind],
        remedy.leaves_at_ms or 0,
        remedy.sortie_id or "~",
    )


def _fly(problem: CareProblem, option: AirOption) -> Remedy:
    late_ms = option.arrives_at_ms - problem.promised_at_ms
    return Remedy(
        kind="air",
        sortie_id=option.sortie_id,
        leaves_at_ms=option.off_block_at_ms,
        arrives_at_ms=option.arrives_at_ms,
        refund_tiyn=_rest(problem, late_refund_tiyn(problem.care, problem.fare_tiyn, late_ms)),
        is_within_rules=late_ms <= problem.care.air_late_ms_max,
    )


def _drive(problem: CareProblem, ground: GroundOption) -> Remedy:
    return Remedy(
        kind="ground",
        leaves_at_ms=ground.leaves_at_ms,
        arrives_at_ms=ground.arrives_at_ms,
        refund_tiyn=_rest(problem, problem.fare_tiyn),
        cost_tiyn=ground.cost_tiyn,
    )


def _rest(problem: CareProblem, due_tiyn: int) -> int:
    """Return what of a sum due is not paid back yet."""
    return max(0, due_tiyn - problem.paid_back_tiyn)


def late_refund_tiyn(care: Care, fare_tiyn: int, late_ms: int) -> int:
    """Return the part of a fare that is paid back to who is brought so late, whole tiyn, up."""
    share = 0
    for step in care.late:
        if step.late_ms <= late_ms:
            share = to_units(step.back_share)
    return -(-fare_tiyn * share // FACTOR_UNITS)
