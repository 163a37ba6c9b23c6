"""Queues: how many of those who ask are turned away, and how long the others wait.

Pure formulas of stationary queues with Poisson arrivals, over arrays of loads. A load is the work
asked for in servers' time: arrivals in one service time (in erlangs). Numbers of servers may be
fractions: results are then taken linear between the whole ones.

References
----------
.. [1] A. K. Erlang, *Solution of some problems in the theory of probabilities of significance in
   automatic telephone exchanges*, 1917: the loss formula.
.. [2] D. Y. Barrer, *Queuing with impatient customers and ordered service*, Operations Research 5,
   1957: several servers, a fixed patience.
.. [3] J. D. C. Little, *A proof for the queuing formula L = λW*, Operations Research 9, 1961.
"""

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput

Floats = NDArray[np.float64]

_NEAR = 1e-9
"""Loads so near to the number of servers are taken as equal to it."""

SERVERS_MAX = 10_000
"""Most servers that are tried; a service that needs more is a typing error."""


def erlang_loss(servers: int, load: Floats) -> Floats:
    """Return the share of arrivals that find all of so many servers busy and leave [1]."""
    lost = np.ones_like(np.asarray(load, dtype=np.float64))
    for server in range(1, servers + 1):
        lost = load * lost
        lost /= server + lost
    return np.where(load > 0.0, lost, 0.0 if servers > 0 else 1.0)


def patient_loss(servers: float, load: Floats, patience: Floats) -> tuple[Floats, Floats]:
    """Return the share turned away as they would wait too long, and the others' mean wait [2].

    Parameters
    ----------
    patience
        Longest wait that is borne, in service times; so is the wait returned.
    """
    if not 0.0 <= servers <= SERVERS_MAX:
        raise InvalidInput("queue: servers", servers, f"0 to {SERVERS_MAX}")
    low = floor(servers)
    share = servers - low
    lost, wait = _patient_loss(low, load, patience)
    if share > 0.0:
        more_lost, more_wait = _patient_loss(ceil(servers), load, patience)
        lost, wait = (
            (1.0 - share) * lost + share * more_lost,
            (1.0 - share) * wait + share * more_wait,
        )
    return lost, wait


def _patient_loss(servers: int, load: Floats, patience: Floats) -> tuple[Floats, Floats]:
    if servers == 0:
        every = np.broadcast_to(load, np.broadcast_shapes(load.shape, patience.shape))
        return np.ones_like(every), np.zeros_like(every)
    before = 1.0 / np.maximum(erlang_loss(servers - 1, load), 1e-300)
    spare = servers - load
    is_even = np.abs(spare) < _NEAR
    safe = np.where(is_even, 1.0, spare)
    left = np.exp(-np.clip(spare * patience, -600.0, 600.0))
    waits = np.where(is_even, patience, (1.0 - left) / safe)
    total = before + load * (waits + left / servers)
    lost = load * left / servers / total
    moment = np.where(is_even, 0.5 * patience**2, (1.0 - left * (1.0 + spare * patience)) / safe**2)
    wait = load * moment / total / np.maximum(1.0 - lost, 1e-12)
    return np.where(load > 0.0, lost, 0.0), np.where(load > 0.0, wait, 0.0)


def least_servers(load: float, patience: float, *, lost_max: float) -> int:
    """Return the fewest servers that turn away no more than a share of those who ask.

    Parameters
    ----------
    lost_max
        In (0, 1).
    """
    if not 0.0 < lost_max < 1.0:
        raise InvalidInput("queue: lost_max", lost_max, "more than 0, less than 1")
    loads, patiences = np.array([load]), np.array([patience])
    low, high = 0, 1
    while float(patient_loss(high, loads, patiences)[0][0]) > lost_max:
        low, high = high, 2 * high
        if high > SERVERS_MAX:
            raise InvalidInput("queue: load", load, f"one that {SERVERS_MAX} servers can carry")
    while high - low > 1:
        middle = (low + high) // 2
        if float(patient_loss(middle, loads, patiences)[0][0]) > lost_max:
            low = middle
        else:
            high = middle
    return high
