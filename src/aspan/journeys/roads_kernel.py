"""Shortest paths compiled: Dijkstra's search, A* with landmarks, the nearest segment.

Imported only where roads are searched, as numba takes a second to import. Every function answers as
its namesake in `roads_plain.py`, which is easier to read; the tests hold them together.

The bound of A* is the triangle inequality about landmarks: from node x to goal T no way is cheaper
than d(L, T) - d(L, x), nor than d(x, L) - d(T, L) [1]_. Of all landmarks the `MARKS_USED` with the
greatest bound at the start are asked, as each costs two look-ups a node.

References
----------
.. [1] A. V. Goldberg, C. Harrelson, *Computing the shortest path: A* search meets graph theory*,
   SODA 2005.
"""

from typing import Final

import numpy as np

from aspan.journeys.kernel_cache import keep_kernels
from aspan.journeys.roads_plain import FAR, Costs, Floats, Numbers

keep_kernels()

from numba import njit  # noqa: E402  numba reads the folder of its cache when it is imported

MARKS_USED: Final = 4


@njit(cache=True)
def _push(keys: Costs, items: Numbers, count: int, key: int, item: int) -> int:
    """Add to the heap of `count`; return how many there are then."""
    at = count
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] <= key:
            break
        keys[at], items[at] = keys[above], items[above]
        at = above
    keys[at], items[at] = key, item
    return count + 1


@njit(cache=True)
def _pop(keys: Costs, items: Numbers, count: int) -> int:
    """Take the least, which the caller has read, from the heap; return how many are left."""
    count -= 1
    key, item = keys[count], items[count]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= count:
            break
        if below + 1 < count and keys[below + 1] < keys[below]:
            below += 1
        if key <= keys[below]:
            break
        keys[at], items[at] = keys[below], items[below]
        at = below
    keys[at], items[at] = key, item
    return count


@njit(cache=True)
def spread(
    first: Numbers, head: Numbers, weight: Costs, nodes: Numbers, costs: Costs, limit: int
) -> Costs:
    """Return the least cost from any of the seeds to each node, `FAR` beyond `limit`."""
    found = np.full(len(first) - 1, FAR, dtype=np.int64)
    room = len(head) + len(nodes) + 1
    keys, items = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int32)
    count = 0
    for i in range(len(nodes)):
        node = nodes[i]
        if node >= 0 and costs[i] <= limit and costs[i] < found[node]:
            found[node] = costs[i]
            count = _push(keys, items, count, costs[i], node)
    while count > 0:
        cost, node = keys[0], items[0]
        count = _pop(keys, items, count)
        if cost > found[node]:
            continue
        for edge in range(first[node], first[node + 1]):
            to, reached = head[edge], cost + weight[edge]
            if reached <= limit and reached < found[to]:
                found[to] = reached
                count = _push(keys, items, count, reached, to)
    return found


@njit(cache=True)
def _bound(
    node: int, marks: Numbers, used: int,
    from_marks: Costs, to_marks: Costs, goal_from: Costs, goal_to: Costs,
) -> int:  # fmt: skip
    """Return a cost no way from `node` to the goal is below."""
    bound = 0
    for i in range(used):
        mark = marks[i]
        bound = max(bound, goal_from[mark] - from_marks[node, mark])
        bound = max(bound, to_marks[node, mark] - goal_to[mark])
    return bound


@njit(cache=True)
def _choose_marks(
    node: int, from_marks: Costs, to_marks: Costs, goal_from: Costs, goal_to: Costs
) -> Numbers:
    """Return the landmarks with the greatest bound at a node, at most `MARKS_USED`."""
    total = len(goal_from)
    used = min(MARKS_USED, total)
    bounds = np.empty(total, dtype=np.int64)
    for mark in range(total):
        bounds[mark] = max(
            goal_from[mark] - from_marks[node, mark], to_marks[node, mark] - goal_to[mark]
        )
    chosen = np.empty(used, dtype=np.int32)
    for i in range(used):
        best = 0
        for mark in range(1, total):
            if bounds[mark] > bounds[best]:
                best = mark
        chosen[i] = best
        bounds[best] = -FAR
    return chosen


@njit(cache=True)
def seek(
    first: Numbers, head: Numbers, weight: Costs,
    nodes: Numbers, costs: Costs, goals: Numbers, goal_costs: Costs, limit: int,
    from_marks: Costs, to_marks: Costs, goal_from: Costs, goal_to: Costs,
) -> tuple[int, int, Numbers]:  # fmt: skip
    """Return the least cost from seeds to goals, the goal's number and the edge into each node."""
    size = len(first) - 1
    found = np.full(size, FAR, dtype=np.int64)
    into = np.full(size, -1, dtype=np.int32)
    room = len(head) + len(nodes) + 1
    keys, items = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int32)
    count, best, which = 0, FAR, -1
    start = max(nodes[0], nodes[len(nodes) - 1])
    marks = _choose_marks(start, from_marks, to_marks, goal_from, goal_to)
    used = len(marks)
    bounds = np.full(size, -1, dtype=np.int64)
    for i in range(len(nodes)):
        node = nodes[i]
        if node >= 0 and costs[i] <= limit and costs[i] < found[node]:
            found[node] = costs[i]
            bounds[node] = _bound(node, marks, used, from_marks, to_marks, goal_from, goal_to)
            count = _push(keys, items, count, costs[i] + bounds[node], node)
    while count > 0:
        key, node = keys[0], items[0]
        if key >= best or key > limit:
            break
        count = _pop(keys, items, count)
        cost = found[node]
        if key > cost + bounds[node]:
            continue
        for i in range(len(goals)):
            if goals[i] == node and cost + goal_costs[i] < best:
                best, which = cost + goal_costs[i], i
        for edge in range(first[node], first[node + 1]):
            to, reached = head[edge], cost + weight[edge]
            if reached < found[to]:
                found[to], into[to] = reached, edge
                if bounds[to] < 0:
                    bounds[to] = _bound(to, marks, used, from_marks, to_marks, goal_from, goal_to)
                if reached + bounds[to] < best:
                    count = _push(keys, items, count, reached + bounds[to], to)
    if best > limit:
        best, which = FAR, -1
    return best, which, into


@njit(cache=True)
def nearest(
    x_m: float, y_m: float, limit_m: float, ends: Floats,
    origin_x_m: float, origin_y_m: float, cell_m: float, columns: int, rows: int,
    cell_first: Numbers, cell_segments: Numbers,
) -> tuple[int, float, float]:  # fmt: skip
    """Return the nearest segment, how far along it and how far away, searched in growing rings."""
    best, at, away_m = -1, 0.0, limit_m
    column = int(np.floor((x_m - origin_x_m) / cell_m))
    row = int(np.floor((y_m - origin_y_m) / cell_m))
    ring = 0
    while (ring - 1) * cell_m <= away_m:
        for j in range(max(0, row - ring), min(rows - 1, row + ring) + 1):
            is_edge = abs(j - row) == ring
            step = 1 if is_edge or ring == 0 else 2 * ring
            for i in range(column - ring, column + ring + 1, step):
                if i < 0 or i >= columns:
                    continue
                cell = j * columns + i
                for place in range(cell_first[cell], cell_first[cell + 1]):
                    number = cell_segments[place]
                    ax, ay = ends[number, 0], ends[number, 1]
                    along_x, along_y = ends[number, 2] - ax, ends[number, 3] - ay
                    square = along_x * along_x + along_y * along_y
                    share = 0.0
                    if square > 0.0:
                        share = ((x_m - ax) * along_x + (y_m - ay) * along_y) / square
                    share = min(1.0, max(0.0, share))
                    off_x, off_y = ax + share * along_x - x_m, ay + share * along_y - y_m
                    off_m = np.sqrt(off_x * off_x + off_y * off_y)
                    is_nearer = off_m < away_m or (off_m == away_m and (best < 0 or number < best))
                    if is_nearer:
                        best, at, away_m = number, share, off_m
        ring += 1
    return best, at, away_m
