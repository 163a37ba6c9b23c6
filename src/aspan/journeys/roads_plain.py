"""Shortest paths in plain Python: what `roads_kernel.py` must answer, cost for cost.

Weights are whole numbers; what they mean is the caller's (`roads.py`).

References
----------
.. [1] E. W. Dijkstra, *A note on two problems in connexion with graphs*, Numerische Mathematik 1,
   1959.
"""

from heapq import heappop, heappush
from typing import Final

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.int64]
Numbers = NDArray[np.int32]
Floats = NDArray[np.float64]

FAR: Final = 1 << 62
"""Cost of what cannot be reached."""


def spread(
    first: Numbers, head: Numbers, weight: Costs, nodes: Numbers, costs: Costs, limit: int
) -> Costs:
    """Return the least cost from any of the seeds to each node, `FAR` beyond `limit` [1]_.

    Parameters
    ----------
    first, head, weight
        Edges of node n: from `first[n]` to `first[n + 1]`.
    nodes, costs
        Seeds and what they cost to begin with; a node below 0 is none.
    """
    found = np.full(len(first) - 1, FAR, dtype=np.int64)
    heap = [(int(cost), int(node)) for node, cost in zip(nodes, costs, strict=True) if node >= 0]
    heap.sort()
    while heap:
        cost, node = heappop(heap)
        if cost > limit or cost >= found[node]:
            continue
        found[node] = cost
        for edge in range(first[node], first[node + 1]):
            heappush(heap, (cost + int(weight[edge]), int(head[edge])))
    return found


def seek(
    first: Numbers, head: Numbers, weight: Costs,
    nodes: Numbers, costs: Costs, goals: Numbers, goal_costs: Costs, limit: int,
    from_marks: Costs, to_marks: Costs, goal_from: Costs, goal_to: Costs,
) -> tuple[int, int, Numbers]:  # fmt: skip
    """Return the least cost from seeds to goals, the goal's number and the edge into each node.

    Goal -1 and `FAR` if none is reached within `limit`. The landmarks, four last parameters, help
    the kernel alone.
    """
    found = np.full(len(first) - 1, FAR, dtype=np.int64)
    into = np.full(len(first) - 1, -1, dtype=np.int32)
    heap = [
        (int(cost), int(node), -1) for node, cost in zip(nodes, costs, strict=True) if node >= 0
    ]
    heap.sort()
    while heap:
        cost, node, edge = heappop(heap)
        if cost > limit or cost >= found[node]:
            continue
        found[node], into[node] = cost, edge
        for edge in range(first[node], first[node + 1]):
            heappush(heap, (cost + int(weight[edge]), int(head[edge]), edge))
    best, which = FAR, -1
    for number, (node, cost) in enumerate(zip(goals, goal_costs, strict=True)):
        if node >= 0 and found[node] < FAR and found[node] + cost < best:
            best, which = int(found[node] + cost), number
    return (best, which, into) if best <= limit else (FAR, -1, into)


def nearest(
    x_m: float, y_m: float, limit_m: float, ends: Floats,
    origin_x_m: float, origin_y_m: float, cell_m: float, columns: int, rows: int,
    cell_first: Numbers, cell_segments: Numbers,
) -> tuple[int, float, float]:  # fmt: skip
    """Return the nearest segment, how far along it in [0, 1] and how far away; -1 beyond the limit.

    Parameters
    ----------
    ends
        Of segments: x and y of the first end, then of the last, shape (segments, 4). The grid,
        the parameters after it, helps the kernel alone.
    """
    best, at, away_m = -1, 0.0, limit_m
    for number, (ax, ay, bx, by) in enumerate(ends.tolist()):
        along_x, along_y = bx - ax, by - ay
        square = along_x * along_x + along_y * along_y
        share = ((x_m - ax) * along_x + (y_m - ay) * along_y) / square if square > 0.0 else 0.0
        share = min(1.0, max(0.0, share))
        off_x, off_y = ax + share * along_x - x_m, ay + share * along_y - y_m
        off_m = (off_x * off_x + off_y * off_y) ** 0.5
        if off_m < away_m or (best < 0 and off_m <= away_m):
            best, at, away_m = number, share, off_m
    return best, at, away_m
