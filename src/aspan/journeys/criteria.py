"""Criteria: what two ways of travelling are compared by, and what is left when the worse ones go.

Arrival, price of the whole party, boardings of any vehicle, and time on foot: a way is worse than
another if it is no better in any of the four and not the same. Which of the rest is best is a
matter of taste, and of `ranking.py`.
"""

from collections.abc import Iterable
from operator import itemgetter
from typing import TypeVar

Criteria = tuple[int, int, int, int]
"""Arrival (searching backwards: −departure) [ms], price of the party [tiyn], boardings, walk [ms].
"""

T = TypeVar("T")


def is_no_worse(first: Criteria, second: Criteria) -> bool:
    """Say whether `first` is as good as `second` in all criteria."""
    return (
        first[0] <= second[0]
        and first[1] <= second[1]
        and first[2] <= second[2]
        and first[3] <= second[3]
    )


def keep_best(labels: Iterable[tuple[Criteria, T]]) -> list[tuple[Criteria, T]]:
    """Return the labels that no other one beats, by their criteria; of equal ones the first."""
    kept: list[tuple[Criteria, T]] = []
    # In this order whatever beats a label comes before it, and arrives no later.
    for label in sorted(labels, key=itemgetter(0)):
        _, price_tiyn, boardings, walk_ms = label[0]
        for (_, other_tiyn, other_boardings, other_ms), _ in kept:
            if other_tiyn <= price_tiyn and other_boardings <= boardings and other_ms <= walk_ms:
                break
        else:
            kept.append(label)
    return kept


def is_beaten(label: Criteria, by: Iterable[Criteria]) -> bool:
    """Say whether one of `by` is no worse than `label`."""
    at, price_tiyn, boardings, walk_ms = label
    return any(
        other[0] <= at and other[1] <= price_tiyn and other[2] <= boardings and other[3] <= walk_ms
        for other in by
    )
