"""Ways between doors and vertiports, as demand weighs them."""

import numpy as np

from aspan.demand.air_ways import count_later_hours


def test_hours_that_may_differ_are_counted_where_there_is_a_road() -> None:
    """A way that is no way in any hour says nothing of how much hours differ."""
    ride_ms = np.full((24, 1, 2), np.inf)
    ride_ms[:, 0, 0] = np.linspace(1_800_000.0, 9_100_000.0, 24)
    assert count_later_hours(ride_ms) == 3


def test_where_no_road_leads_one_hour_is_looked_at() -> None:
    """Without any road no hour is better than another, and nothing is subtracted from infinity."""
    assert count_later_hours(np.full((24, 1, 1), np.inf)) == 1
