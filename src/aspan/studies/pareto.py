"""The Pareto front: plans that no other plan betters in everything that counts."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Literal

from aspan.primitives.errors import InvalidInput

Sense = Literal["most", "least"]
"""Whether more of an aim is better, or less."""


def list_front(points: Mapping[str, Sequence[float]], senses: Sequence[Sense]) -> tuple[str, ...]:
    """Return the names that no other point dominates, best first in the first aim.

    A point dominates another if it is no worse in any aim and better in one; points that are equal
    in every aim stand or fall together.

    Parameters
    ----------
    points
        By name: one finite number for each aim.
    senses
        Of each aim, in the same order.
    """
    if not senses:
        raise InvalidInput("front: aims", 0, "at least one aim")
    turned = {name: _turn(name, point, senses) for name, point in points.items()}
    order = sorted(turned, key=lambda name: (turned[name], name))
    front: list[str] = []
    for name in order:
        if not any(_dominates(turned[other], turned[name]) for other in front):
            front.append(name)
    return tuple(front)


def _turn(name: str, point: Sequence[float], senses: Sequence[Sense]) -> tuple[float, ...]:
    """Return a point with every aim turned so that less is better."""
    if len(point) != len(senses) or not all(map(isfinite, point)):
        raise InvalidInput(f"front: {name}", list(point), f"{len(senses)} finite numbers")
    return tuple(-v if s == "most" else v for v, s in zip(point, senses, strict=True))


def _dominates(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Say whether one point, less being better, dominates another."""
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))
