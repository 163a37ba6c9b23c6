"""Pace: how much longer, by the service's clock, people take whose own clock runs slower.

A twin may run at ten times the wall's speed. Whoever fills in a page then has a tenth of the time
that deadlines are meant to leave, so what people are given is told longer by that factor.
"""

from math import isfinite
from typing import Final

PACE_MAX: Final = 30.0
"""Faster clocks leave people too little time whatever they are told; they are for machines."""


def find_pace(speed: float) -> float:
    """Return by how much what people are given is longer: 1 at the wall's speed or slower."""
    return min(max(1.0, speed), PACE_MAX) if isfinite(speed) else 1.0
