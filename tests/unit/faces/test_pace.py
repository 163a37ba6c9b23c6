"""Pace: people have as long on a fast twin as on the wall's own clock."""

from math import inf

import pytest

from aspan.faces.http.pace import PACE_MAX, find_pace


@pytest.mark.parametrize(
    ("speed", "pace"),
    [(0.5, 1.0), (1.0, 1.0), (10.0, 10.0), (PACE_MAX + 1.0, PACE_MAX), (inf, 1.0)],
)
def test_what_people_are_given_grows_with_the_clock(speed: float, pace: float) -> None:
    """Never shorter than told, as much longer as the clock is faster, up to a bound."""
    assert find_pace(speed) == pace
