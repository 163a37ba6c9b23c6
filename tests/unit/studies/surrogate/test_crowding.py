"""Crowding: sites with few stands hold flights up, and two of them lock each other."""

import numpy as np
import pytest

from aspan.studies.surrogate.crowding import Ground, crowd_out

PAIRS = [(a, b) for a in range(4) for b in range(4) if a != b]
ORIGIN = np.array([a for a, _ in PAIRS])
DESTINATION = np.array([b for _, b in PAIRS])
BUSY = np.array([40.0 if {a, b} == {0, 1} else 2.0 for a, b in PAIRS])
CYCLE_H = np.full(len(PAIRS), 0.4)


def lost(stands: float, fleet: int, sorties: np.ndarray = BUSY) -> np.ndarray:
    """Return the shares lost by pair, of four sites with so many stands each."""
    ground = Ground(
        origin=ORIGIN,
        destination=DESTINATION,
        stands=np.full(4, stands),
        fleet=fleet,
        service_h=14.0,
        delay_h_max=0.75,
    )
    return crowd_out(ground, sorties, CYCLE_H)[0]


def test_two_busy_sites_of_few_stands_lock_each_other() -> None:
    """With two stands a site most flights between the busy two are lost, and fewer elsewhere."""
    shares = lost(2.0, 4)
    between = shares[[PAIRS.index((0, 1)), PAIRS.index((1, 0))]]
    assert between.min() > 0.3
    assert shares[PAIRS.index((2, 3))] < between.min()


def test_more_stands_lose_less() -> None:
    """Losses fall with stands, down to next to nothing."""
    found = [float(lost(stands, 4).max()) for stands in (2.0, 3.0, 5.0, 8.0)]
    assert found == sorted(found, reverse=True)
    assert found[-1] < 0.02


def test_quiet_sites_do_not_lock() -> None:
    """A few flights a day never fill two sites that were placed with a stand free."""
    assert float(lost(3.0, 6, 0.02 * BUSY).max()) < 0.2


def test_a_fleet_smaller_than_the_stands_of_two_sites_cannot_lock_them() -> None:
    """Three aircraft never take four stands."""
    alone = lost(2.0, 3)
    assert alone[PAIRS.index((0, 1))] == pytest.approx(alone[PAIRS.index((2, 3))])
