"""Matrices between many points: by car in one hour, and on foot.

One search a point of origin, so a few thousand points are a matter of seconds; nothing is kept.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aspan.journeys.road_index import MM_PER_M, MS_STEP, Anchor, RoadIndex
from aspan.journeys.roads import (
    drive_costs,
    drive_taps,
    profile_at,
    same_street_cost,
    tabulate,
    walk_to_many,
)
from aspan.journeys.roads_plain import FAR, Costs, Floats, Numbers


class DriveTable(NamedTuple):
    """Where many points are reached by car in one hour, as columns; see `tabulate_drives`."""

    anchors: tuple[Anchor | None, ...]
    nodes: Numbers
    costs: Costs
    edges: Numbers


class Drives(NamedTuple):
    """Ways by car to many points; -1 and infinity where there is none."""

    duration_ms: NDArray[np.int64]
    distance_m: Floats


def tabulate_drives(index: RoadIndex, anchors: Sequence[Anchor | None], hour: int) -> DriveTable:
    """Return anchors as columns, for `drive_to_many` in this hour."""
    profile = profile_at(index, hour)
    nodes = np.full((len(anchors), 2), -1, dtype=np.int32)
    costs = np.full((len(anchors), 2), FAR, dtype=np.int64)
    edges = np.full(len(anchors), -1, dtype=np.int32)
    for row, anchor in enumerate(anchors):
        if anchor is not None:
            nodes[row], costs[row] = drive_taps(index, anchor, profile)
            edges[row] = anchor.drive_edge
    return DriveTable(tuple(anchors), nodes, costs, edges)


def drive_to_many(index: RoadIndex, start: Anchor, many: DriveTable, hour: int) -> Drives:
    """Return the fastest way by car from a point to each of many.

    Parameters
    ----------
    many
        Of `tabulate_drives`, for the same hour.
    """
    profile = profile_at(index, hour)
    reached = drive_costs(index, start, profile)
    there = reached[np.maximum(many.nodes, 0)]
    can_reach = (many.nodes >= 0) & (there < FAR)
    best = np.where(can_reach, there + np.where(can_reach, many.costs, 0), FAR).min(axis=1)
    for row in np.flatnonzero((many.edges == start.drive_edge) & (many.edges >= 0)).tolist():
        goal = many.anchors[row]
        if goal is not None:
            best[row] = min(int(best[row]), same_street_cost(index, start, goal, profile))
    is_far = best >= FAR
    return Drives(
        np.where(is_far, -1, best // MS_STEP), np.where(is_far, inf, best % MS_STEP / MM_PER_M)
    )


def drive_matrix(index: RoadIndex, anchors: Sequence[Anchor | None], hour: int) -> Drives:
    """Return the ways by car between all points, a row for each origin."""
    many = tabulate_drives(index, anchors, hour)
    size = len(anchors)
    duration_ms, distance_m = np.full((size, size), -1), np.full((size, size), inf)
    for row, anchor in enumerate(anchors):
        if anchor is not None:
            duration_ms[row], distance_m[row] = drive_to_many(index, anchor, many, hour)
    return Drives(duration_ms, distance_m)


def walk_matrix(index: RoadIndex, anchors: Sequence[Anchor | None], limit_m: float) -> Floats:
    """Return the metres on foot between all points, infinite beyond `limit_m`."""
    many = tabulate(anchors)
    metres = np.full((len(anchors), len(anchors)), inf)
    for row, anchor in enumerate(anchors):
        if anchor is not None:
            metres[row] = walk_to_many(index, anchor, many, limit_m)
    return metres
