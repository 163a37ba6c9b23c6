"""Bounds of the transit search, compiled: what can still come, at best, from a stop to a goal.

One sweep backward over the patterns for each number of boardings left, with no wait and the fastest
trip of each stretch. `raptor_kernel.py` reads them. The two modules do not call each other: numba
keeps a compiled kernel while its own file is unchanged, whatever becomes of those it calls.
"""

import numpy as np
from numpy.typing import NDArray

from aspan.journeys.kernel_cache import keep_kernels
from aspan.journeys.raptor_index import Direction
from aspan.journeys.raptor_work import FAR, Limits

keep_kernels()

from numba import njit  # noqa: E402  numba reads the folder of its cache when it is imported


@njit(cache=True)
def find_bounds(
    net: Direction,
    exits: NDArray[np.int64],
    limits: Limits,
    low_alighted: NDArray[np.int64],
    low_ready: NDArray[np.int64],
    low_board: NDArray[np.int64],
) -> None:
    """Find the least time, price and walk from each stop to each goal.

    Rows by goal, boardings left (at most) and stop: of who has alighted there, and of who is ready
    to board; `low_board` by position instead of stop: of who departs from there on that pattern.
    """
    stops = len(net.change_ms)
    for g in range(limits.goals):
        for left in range(limits.boardings_max + 1):
            ready, alighted = low_ready[g, left], low_alighted[g, left]
            if left == 0:
                ready[:] = FAR
                alighted[:] = FAR
                low_board[g, left] = FAR
            else:
                ready[:] = low_ready[g, left - 1]
                alighted[:] = low_alighted[g, left - 1]
                _bound_rides(net, limits, low_alighted[g, left - 1], ready, low_board[g, left])
            for x in range(len(exits)):
                if exits[x, 1] == g and exits[x, 4] == left:
                    _lower(alighted, exits[x, 0], exits[x, 2], exits[x, 3], exits[x, 5])
            if left == 0:
                continue
            for s in range(stops):
                if ready[s, 0] < FAR:
                    low = ready[s]
                    _lower(alighted, s, low[0] + net.change_ms[s], low[1], low[2])
                for f in range(net.foot_first[s], net.foot_first[s + 1]):
                    low = ready[net.foot_to[f]]
                    if low[0] < FAR and (net.is_foot_step_free[f] or not limits.is_step_free):
                        walk = low[2] + net.foot_walk_ms[f]
                        _lower(alighted, s, low[0] + net.foot_ms[f], low[1], walk)


@njit(cache=True)
def _bound_rides(
    net: Direction,
    limits: Limits,
    alighted: NDArray[np.int64],
    ready: NDArray[np.int64],
    board: NDArray[np.int64],
) -> None:
    """Lower the bounds of being ready by one ride to what was bounded when alighted."""
    board[:] = FAR
    for p in range(len(net.price_tiyn)):
        if net.trip_first[p] == net.trip_first[p + 1]:
            continue
        fare = net.price_tiyn[p] * limits.party
        time, price, walk = FAR, FAR, FAR
        for q in range(net.first[p + 1] - 1, net.first[p] - 1, -1):
            s = net.stop[q]
            is_open = net.is_stop_step_free[s] or not limits.is_step_free
            if time < FAR:
                time += net.run_ms[q]
                if net.may_board[q] and is_open:
                    _lower(ready, s, time, price + fare, walk)
                    _lower(board, q, time, price + fare, walk)
                time += net.dwell_ms[q]
            if net.may_alight[q] and is_open and alighted[s, 0] < FAR:
                time = min(time, alighted[s, 0])
                price = min(price, alighted[s, 1])
                walk = min(walk, alighted[s, 2])


@njit(cache=True)
def _lower(low: NDArray[np.int64], row: int, time: int, price: int, walk: int) -> None:
    low[row, 0] = min(low[row, 0], time)
    low[row, 1] = min(low[row, 1], price)
    low[row, 2] = min(low[row, 2], walk)
