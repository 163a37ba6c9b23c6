"""The transit search, compiled: RAPTOR by rounds over bags of labels. `raptor.py` is its face.

Theory of operation. D. Delling, T. Pajor, R. Werneck, *Round-Based Public Transit Routing*, 2012,
section 4.2 (McRAPTOR), with two bags a stop and bounds toward the goals:

* Round r holds the labels with r boardings, so a bag weighs only (time, price, walk): what is older
  has boarded less often. Seeds that have already boarded enter in the round of their boardings.
* A stop has a bag of labels that have *alighted* and one of labels *ready* to board there, for a
  change takes its time only between two rides. Exits and footpaths begin at the first.
* A pattern is ridden once a round with a bag of (trip, price, walk): trips of a pattern do not
  overtake, so an earlier one is better at every stop.
* Before the rounds, one sweep backward over the patterns for each number of boardings left finds
  for each stop and goal the least time (no wait, fastest trip), price and walk that can still come.
  A label is dropped where, even so, each goal already has something better, or a limit is passed.

All times are those of a `Direction`; the mirrored search is the same. Bags are flat arrays of fixed
size in a workspace that is used again; a full bag keeps the earlier label and counts the cut.
Labels are also written to a pool from which ways are traced; `search` answers whether it was large
enough. Checks take single arrays and stand apart from what writes: a call that hands over all of
`Work` copies two hundred words.
"""

import numpy as np
from numpy.typing import NDArray

from aspan.journeys.kernel_cache import keep_kernels
from aspan.journeys.raptor_index import Direction
from aspan.journeys.raptor_work import (
    CUTS,
    FAR_POSITION,
    FOOTPATH_STEP,
    FRESH,
    IS_KNOWN,
    MARKED,
    POOL,
    REACHED,
    SEED_STEP,
    Limits,
    Work,
)
from aspan.world.timetable import Flags, Ints, Numbers

keep_kernels()

from numba import njit  # noqa: E402  numba reads the folder of its cache when it is imported


@njit(cache=True)
def search(
    net: Direction,
    seeds: NDArray[np.int64],
    exits: NDArray[np.int64],
    known: NDArray[np.int64],
    limits: Limits,
    work: Work,
) -> bool:
    """Fill the bags of the goals; False if the pool was too small and all must be done again.

    Parameters
    ----------
    seeds
        Rows stop, time, price, boardings, walk, number; by boardings.
    exits
        Rows stop, goal, duration, price, boardings, walk.
    known
        Rows time, price, boardings, walk.
    """
    _clear(exits, known, limits, work)
    counts, pool_max, labels_max = work.counts, len(work.pool), work.alighted.shape[1]
    seeds_placed = 0
    for boarded in range(limits.boardings_max):
        if counts[POOL] + len(seeds) > pool_max:
            return False
        seeds_placed = _place_seeds(seeds, seeds_placed, boarded, limits, work)
        if counts[FRESH] == 0:
            if seeds_placed == len(seeds):
                break
            continue
        _mark_patterns(net, work)
        for m in range(counts[MARKED]):
            p = work.marked[m]
            if counts[POOL] + (net.first[p + 1] - net.first[p]) * len(work.route) > pool_max:
                return False
            _ride(net, p, boarded, exits, limits, work)
            work.pattern_from[p] = FAR_POSITION
        for f in range(counts[FRESH]):
            work.is_fresh[work.fresh[f]] = 0
        counts[FRESH] = 0
        for n in range(counts[REACHED]):
            stop = work.reached[n]
            work.is_reached[stop] = 0
            paths = net.foot_first[stop + 1] - net.foot_first[stop]
            if counts[POOL] + paths * labels_max > pool_max:
                return False
            if boarded + 1 < limits.boardings_max:
                _change(net, stop, boarded + 1, limits, work)
        counts[REACHED] = 0
    return True


@njit(cache=True)
def _clear(exits: NDArray[np.int64], known: NDArray[np.int64], limits: Limits, work: Work) -> None:
    """Empty the bags, hang exits on their stops and put what is known at goal 0."""
    work.alighted_count[:] = 0
    work.ready_count[:] = 0
    work.goal_count[:] = 0
    work.exit_head[:] = -1
    work.pattern_from[:] = FAR_POSITION
    work.is_fresh[:] = 0
    work.is_reached[:] = 0
    work.counts[:] = 0
    for x in range(len(exits) - 1, -1, -1):
        work.exit_next[x] = work.exit_head[exits[x, 0]]
        work.exit_head[exits[x, 0]] = x
    for k in range(len(known)):
        time, price, boardings, walk = known[k, 0], known[k, 1], known[k, 2], known[k, 3]
        if not _goal_has(work.goal, work.goal_count, 0, time, price, boardings, walk):
            _put_goal(work, 0, time, price, boardings, walk, IS_KNOWN, 0)


@njit(cache=True)
def _place_seeds(
    seeds: NDArray[np.int64], placed: int, boarded: int, limits: Limits, work: Work
) -> int:
    """Make seeds with `boarded` boardings ready; return how many of all are placed."""
    left = limits.boardings_max - boarded
    while placed < len(seeds) and seeds[placed, 3] == boarded:
        stop, time, price, walk = (
            seeds[placed, 0],
            seeds[placed, 1],
            seeds[placed, 2],
            seeds[placed, 4],
        )
        if not _bag_has(work.ready[stop], work.ready_count[stop], time, price, walk) and _is_useful(
            work.low_ready,
            stop,
            left,
            time,
            price,
            boarded,
            walk,
            limits,
            work.goal,
            work.goal_count,
        ):
            at = _note(work.pool, work.counts, -1, SEED_STEP, seeds[placed, 5], 0, 0)
            if _keep(
                work.ready, work.ready_count, stop, time, price, walk, at, boarded, work.counts
            ):
                _list_once(stop, work.fresh, work.is_fresh, work.counts, FRESH)
        placed += 1
    return placed


@njit(cache=True)
def _note(
    pool: NDArray[np.int32],
    counts: Ints,
    parent: int,
    pattern: int,
    trip: int,
    board: int,
    alight: int,
) -> int:
    """Write a label to the pool; return its number."""
    number = counts[POOL]
    pool[number, 0], pool[number, 1], pool[number, 2] = parent, pattern, trip
    pool[number, 3], pool[number, 4] = board, alight
    counts[POOL] += 1
    return int(number)


@njit(cache=True)
def _list_once(stop: int, stops: Numbers, is_listed: Flags, counts: Ints, which: int) -> None:
    """Put a stop on one of the lists of stops unless it is there."""
    if not is_listed[stop]:
        is_listed[stop] = 1
        stops[counts[which]] = stop
        counts[which] += 1


@njit(cache=True)
def _mark_patterns(net: Direction, work: Work) -> None:
    """List the patterns that stop where labels are fresh, each with the first such position."""
    marked = 0
    for f in range(work.counts[FRESH]):
        stop = work.fresh[f]
        for v in range(net.serve_first[stop], net.serve_first[stop + 1]):
            p = net.serve_pattern[v]
            if work.pattern_from[p] == FAR_POSITION:
                work.marked[marked] = p
                marked += 1
            work.pattern_from[p] = min(work.pattern_from[p], net.serve_at[v])
    work.counts[MARKED] = marked


@njit(cache=True, inline="always")
def _ride(
    net: Direction, p: int, boarded: int, exits: NDArray[np.int64], limits: Limits, work: Work
) -> None:
    """Ride pattern `p` with all fresh labels along it."""
    first, last = net.first[p], net.first[p + 1] - 1
    trips = net.trip_first[p + 1] - net.trip_first[p]
    route, bags, low, arrive = work.route, work.alighted, work.low_alighted, net.arrive
    goal, goal_count, bag_count, counts = (
        work.goal,
        work.goal_count,
        work.alighted_count,
        work.counts,
    )
    left, count = limits.boardings_max - boarded - 1, 0
    for q in range(work.pattern_from[p], last + 1):
        stop = net.stop[q]
        if limits.is_step_free and not net.is_stop_step_free[stop]:
            continue
        at = net.time_first[p] + (q - first) * trips
        for e in range(count if net.may_alight[q] else 0):
            time, price, walk = int(arrive[at + route[e, 0]]), route[e, 1], route[e, 2]
            if not _bag_has(
                bags[stop], work.alighted_count[stop], time, price, walk
            ) and _is_useful(
                low, stop, left, time, price, boarded + 1, walk, limits, goal, goal_count
            ):
                step = (route[e, 3], p, route[e, 0], route[e, 4], q - first)
                label = _note(work.pool, counts, step[0], step[1], step[2], step[3], step[4])
                if work.exit_head[stop] >= 0:
                    _leave(stop, time, price, boarded + 1, walk, label, exits, limits, work)
                if _keep(bags, bag_count, stop, time, price, walk, label, boarded + 1, counts):
                    _list_once(stop, work.reached, work.is_reached, counts, REACHED)
        if work.is_fresh[stop] and net.may_board[q] and q < last:
            count = _board(net, p, q, boarded, count, limits, work)


@njit(cache=True, inline="always")
def _board(
    net: Direction, p: int, q: int, boarded: int, count: int, limits: Limits, work: Work
) -> int:
    """Board the earliest trip with each fresh label of a stop; return how many are on board."""
    stop, trip_first = net.stop[q], net.trip_first[p]
    trips = net.trip_first[p + 1] - trip_first
    at = net.time_first[p] + (q - net.first[p]) * trips
    depart = net.depart[at : at + trips]
    fare, left = net.price_tiyn[p] * limits.party, limits.boardings_max - boarded
    bag, low = work.ready[stop], work.low_board
    for e in range(work.ready_count[stop]):
        if bag[e, 4] != boarded:
            continue
        trip = _find_trip(depart, bag[e, 0])
        while limits.is_step_free and trip < trips and not net.is_trip_step_free[trip_first + trip]:
            trip += 1
        if trip == trips:
            continue
        time, price, walk = int(depart[trip]), bag[e, 1], bag[e, 2]
        if not _bag_has(work.route, count, trip, price + fare, walk) and _is_useful(
            low, q, left, time, price, boarded, walk, limits, work.goal, work.goal_count
        ):
            place = q - net.first[p]
            price += fare
            added = _put(work.route, count, trip, price, walk, bag[e, 3], place, work.counts)
            count = count if added < 0 else added
    return count


@njit(cache=True)
def _find_trip(depart: Numbers, ready: int) -> int:
    """Return the first trip that departs at `ready` or later, by halving."""
    low, high = 0, len(depart)
    while low < high:
        middle = (low + high) // 2
        if depart[middle] < ready:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True)
def _leave(
    stop: int,
    time: int,
    price: int,
    boarded: int,
    walk: int,
    number: int,
    exits: NDArray[np.int64],
    limits: Limits,
    work: Work,
) -> None:
    """Take all exits of a stop with a label that alights there."""
    left = limits.boardings_max - boarded
    x = work.exit_head[stop]
    while x >= 0:
        g, end, cost, feet = (
            exits[x, 1],
            time + exits[x, 2],
            price + exits[x, 3],
            walk + exits[x, 5],
        )
        if end <= limits.latest and feet <= limits.walk_ms_max and exits[x, 4] <= left:
            boardings = boarded + exits[x, 4]
            if not _goal_has(work.goal, work.goal_count, g, end, cost, boardings, feet):
                _put_goal(work, g, end, cost, boardings, feet, number, x)
        x = work.exit_next[x]


@njit(cache=True, inline="always")
def _change(net: Direction, stop: int, boarded: int, limits: Limits, work: Work) -> None:
    """Make those who have alighted at a stop in this round ready, here and along footpaths."""
    bag, bags, low = work.alighted[stop], work.ready, work.low_ready
    goal, goal_count, counts, ready_count = (
        work.goal,
        work.goal_count,
        work.counts,
        work.ready_count,
    )
    left = limits.boardings_max - boarded
    for e in range(work.alighted_count[stop]):
        if bag[e, 4] != boarded:
            continue
        time, price, walk, number = bag[e, 0] + net.change_ms[stop], bag[e, 1], bag[e, 2], bag[e, 3]
        if (
            not _bag_has(bags[stop], ready_count[stop], time, price, walk)
            and _is_useful(low, stop, left, time, price, boarded, walk, limits, goal, goal_count)
            and _keep(bags, ready_count, stop, time, price, walk, number, boarded, counts)
        ):
            _list_once(stop, work.fresh, work.is_fresh, counts, FRESH)
        for f in range(net.foot_first[stop], net.foot_first[stop + 1]):
            if limits.is_step_free and not net.is_foot_step_free[f]:
                continue
            to, time, walk = (
                net.foot_to[f],
                bag[e, 0] + net.foot_ms[f],
                bag[e, 2] + net.foot_walk_ms[f],
            )
            if not _bag_has(bags[to], ready_count[to], time, price, walk) and _is_useful(
                low, to, left, time, price, boarded, walk, limits, goal, goal_count
            ):
                at = _note(work.pool, counts, number, FOOTPATH_STEP, net.foot_number[f], 0, 0)
                if _keep(bags, ready_count, to, time, price, walk, at, boarded, counts):
                    _list_once(to, work.fresh, work.is_fresh, counts, FRESH)


@njit(cache=True)
def _bag_has(bag: NDArray[np.int64], count: int, time: int, price: int, walk: int) -> bool:
    """Answer whether a bag holds a label as good in all three."""
    for e in range(count):  # noqa: SIM110  numba compiles loops best
        if bag[e, 0] <= time and bag[e, 2] <= walk and bag[e, 1] <= price:
            return True
    return False


@njit(cache=True)
def _keep(
    bags: NDArray[np.int64],
    bag_count: Ints,
    stop: int,
    time: int,
    price: int,
    walk: int,
    number: int,
    boarded: int,
    counts: Ints,
) -> bool:
    """Put a label that no other dominates into the bag of a stop; False if it was cut."""
    count = _put(bags[stop], bag_count[stop], time, price, walk, number, boarded, counts)
    if count < 0:
        return False
    bag_count[stop] = count
    return True


@njit(cache=True)
def _put(
    bag: NDArray[np.int64],
    count: int,
    time: int,
    price: int,
    walk: int,
    number: int,
    extra: int,
    counts: Ints,
) -> int:
    """Put a label that no other dominates; return how many there are then, −1 if it was cut.

    A full bag gives up its latest label, or the new one if that is the latest: what is earliest at
    a stop is never cut.
    """
    kept = 0
    for e in range(count):
        if not (time <= bag[e, 0] and price <= bag[e, 1] and walk <= bag[e, 2]):
            if kept < e:
                for column in range(5):
                    bag[kept, column] = bag[e, column]
            kept += 1
    at = kept
    if kept == len(bag):
        counts[CUTS] += 1
        at = int(np.argmax(bag[:, 0]))
        if bag[at, 0] <= time:
            return -1
        kept -= 1
    bag[at, 0], bag[at, 1], bag[at, 2], bag[at, 3], bag[at, 4] = time, price, walk, number, extra
    return kept + 1


@njit(cache=True)
def _goal_has(
    goal: NDArray[np.int64],
    goal_count: Ints,
    g: int,
    time: int,
    price: int,
    boardings: int,
    walk: int,
) -> bool:
    """Answer whether a goal, or goal 0, holds a label as good in all four."""
    for which in range(0, g + 1, max(g, 1)):
        bag = goal[which]
        for e in range(goal_count[which]):
            if (
                bag[e, 0] <= time
                and bag[e, 3] <= walk
                and bag[e, 2] <= boardings
                and bag[e, 1] <= price
            ):
                return True
    return False


@njit(cache=True)
def _put_goal(
    work: Work, g: int, time: int, price: int, boardings: int, walk: int, number: int, way: int
) -> None:
    """Put a label that no other dominates at a goal; a full bag is cut as others are."""
    bag, kept = work.goal[g], 0
    for e in range(work.goal_count[g]):
        if not (
            time <= bag[e, 0]
            and price <= bag[e, 1]
            and boardings <= bag[e, 2]
            and walk <= bag[e, 3]
        ):
            if kept < e:
                bag[kept] = bag[e]
            kept += 1
    at = kept
    if kept == len(bag):
        work.counts[CUTS] += 1
        at = int(np.argmax(bag[:, 0]))
        if bag[at, 0] <= time:
            return
        kept -= 1
    row = bag[at]
    row[0], row[1], row[2], row[3], row[4], row[5] = time, price, boardings, walk, number, way
    work.goal_count[g] = kept + 1


@njit(cache=True)
def _is_useful(
    low: NDArray[np.int64],
    at: int,
    left: int,
    time: int,
    price: int,
    boarded: int,
    walk: int,
    limits: Limits,
    goal: NDArray[np.int64],
    goal_count: Ints,
) -> bool:
    """Answer whether a label can bring something new to some goal, within the limits."""
    for g in range(limits.goals):
        for more in range(left + 1):
            end, feet = time + low[g, more, at, 0], walk + low[g, more, at, 2]
            if end > limits.latest or feet > limits.walk_ms_max:
                continue
            cost = price + low[g, more, at, 1]
            if not _goal_has(goal, goal_count, g, end, cost, boarded + more, feet):
                return True
    return False
