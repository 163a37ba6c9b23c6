"""Changes on foot between the stops of feeds: what feeds say, and what lies near.

A way is told by `transfers.txt`, by `pathways.txt` inside a station, by a common parent station, or
guessed from nearness: the straight line times a detour, at walking pace. Where a station has
pathways, its platforms are reached through its entrances only. All are joined into shortest ways
(Dijkstra 1959) of at most `WALK_M_MAX`; a way that a feed tells by itself may be longer.

Two ways of one pair are kept where the quicker one has steps and another has none.

Not modelled: slope, crossings, opening hours of entrances, lifts that are out of order.
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from math import cos, radians, sqrt
from typing import NamedTuple

import numpy as np

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S
from aspan.world.feed import (
    BOARDING_AREA,
    ENTRANCE,
    IN_SEAT,
    LIFT,
    MINIMUM_TIME,
    NOT_POSSIBLE,
    STATION,
    Feed,
    FeedStop,
    Pathway,
)
from aspan.world.geodesy import EARTH_RADIUS_M
from aspan.world.timetable import WHEELCHAIR_NO, Footpaths

WALK_M_MAX = 600.0
"""Longest change on foot that is guessed, walked [m]; Assumed: about eight minutes."""
DETOUR = 1.3
"""Walked over straight line; Assumed: a street grid, between 1 and the square root of 2."""
WALK_MPS = 1.3
"""Walking pace [m/s]; Assumed: a little under the 1.34 m/s of Weidmann, 1993."""
CHANGES_MAX = 300
"""Most stops one may change to on foot from one; Assumed: three of the largest stations. More are
stops that nobody looked up, all in one spot, and ways between them would never be done."""
PLATFORM_S_MIN = 60.0
"""Least change between platforms of a station that tells no ways [s]; Assumed."""
STAIR_S = 0.6
"""A step of a staircase without a stated time [s]; Assumed."""
LIFT_S = 60.0
"""A lift without a stated time [s]; Assumed: waiting and riding."""


class Way(NamedTuple):
    """A way on foot to the point `to`: how long, how far, and whether there are no steps."""

    to: int
    duration_s: float
    walk_m: float
    is_step_free: bool


class _Points:
    """Every stop, entrance and node of all feeds, numbered; served stops come first."""

    def __init__(self, feeds: Sequence[Feed], served: Sequence[Sequence[int]]) -> None:
        first = [(f, stop) for f, numbers in enumerate(served) for stop in numbers]
        seen = set(first)
        rest = [
            (f, stop)
            for f, feed in enumerate(feeds)
            for stop in range(len(feed.stops))
            if (f, stop) not in seen
        ]
        self.served = len(first)
        self.rows: list[FeedStop] = [feeds[f].stops[stop] for f, stop in (*first, *rest)]
        self.feed = [f for f, _ in (*first, *rest)]
        self.number = {
            (f, row.stop_id): n for n, (f, row) in enumerate(zip(self.feed, self.rows, strict=True))
        }
        self.lon = np.array([row.lon_deg for row in self.rows])
        self.lat = np.array([row.lat_deg for row in self.rows])

    def walked_m(self, a: int, b: int) -> float:
        """Return the distance walked between two points [m]."""
        north = radians(self.lat[b] - self.lat[a])
        east = radians(self.lon[b] - self.lon[a]) * cos(radians(self.lat[a]))
        return DETOUR * EARTH_RADIUS_M * sqrt(north * north + east * east)

    def members(
        self, f: int, stop_id: str, children: dict[tuple[int, str], list[int]]
    ) -> list[int]:
        """Return the served stops that a transfer's end means: itself, or those of a station."""
        point = self.number[f, stop_id]
        if self.rows[point].kind == STATION:
            inside = children.get((f, stop_id), [])
            return [p for p in (point, *inside) if p < self.served]
        return [point] if point < self.served else []

    def check_changes(self, point: int, count: int) -> None:
        """Refuse more changes from one point than `CHANGES_MAX`."""
        if count > CHANGES_MAX:
            row = self.rows[point]
            raise InvalidInput(
                f"stop {row.stop_id} at {row.lat_deg:g},{row.lon_deg:g}",
                f"{count} stops to change to on foot",
                f"at most {CHANGES_MAX}",
            )


def build_footpaths(
    feeds: Sequence[Feed],
    served: Sequence[Sequence[int]],
    *,
    walk_m_max: float = WALK_M_MAX,
) -> Footpaths:
    """Return the changes between the served stops of all feeds, closed within `walk_m_max`.

    Parameters
    ----------
    served
        For each feed the numbers of its stops that vehicles serve; all in a row they are the stops
        of the timetable.
    walk_m_max
        Longest way that is guessed or joined, walked. [m]
    """
    points = _Points(feeds, served)
    children = _list_children(points)
    told, barred, change_s = _read_transfers(feeds, points, children)
    inside, reached_by_entrance = _walk_stations(feeds, points)
    near = _find_near(points, reached_by_entrance, walk_m_max)
    siblings = _join_siblings(points, children, inside)
    links = _gather(len(points.rows), (told, inside, near, siblings), barred)
    rows = [
        _close(start, links, points.served, walk_m_max, barred) for start in range(points.served)
    ]
    return _freeze(rows, change_s)


def _list_children(points: _Points) -> dict[tuple[int, str], list[int]]:
    """Return the points below each station; boarding areas count to their platform's."""
    found: dict[tuple[int, str], list[int]] = {}
    for number, row in enumerate(points.rows):
        f, parent = points.feed[number], row.parent_id
        if row.kind == BOARDING_AREA and parent:
            parent = points.rows[points.number[f, parent]].parent_id
        if parent:
            found.setdefault((f, parent), []).append(number)
    return found


Links = dict[tuple[int, int], list[Way]]
Barred = set[tuple[int, int]]


def _read_transfers(
    feeds: Sequence[Feed], points: _Points, children: dict[tuple[int, str], list[int]]
) -> tuple[Links, Barred, list[float]]:
    """Return ways told by transfers, pairs that are barred, and change times at one stop [s].

    A rule between stops goes before one between their stations.
    """
    change_s = [0.0] * points.served
    found: dict[tuple[int, int], tuple[int, Way | None]] = {}
    changes: dict[int, tuple[int, float]] = {}
    for f, feed in enumerate(feeds):
        for rule in feed.transfers:
            if not rule.is_general or rule.kind >= IN_SEAT:
                continue
            ends = [points.members(f, end, children) for end in (rule.from_id, rule.to_id)]
            stations = sum(
                points.rows[points.number[f, end]].kind == STATION
                for end in (rule.from_id, rule.to_id)
            )
            for a in ends[0]:
                points.check_changes(a, len(ends[1]) - 1)
                for b in ends[1]:
                    if a == b and rule.kind == MINIMUM_TIME and rule.min_s is not None:
                        if a not in changes or changes[a][0] >= stations:
                            changes[a] = (stations, float(rule.min_s))
                    elif a != b and ((a, b) not in found or found[a, b][0] >= stations):
                        is_barred = rule.kind == NOT_POSSIBLE
                        way = None if is_barred else _told_way(points, a, b, rule.min_s)
                        found[a, b] = (stations, way)
    for stop, (_, seconds) in changes.items():
        change_s[stop] = seconds
    barred = {pair for pair, (_, way) in found.items() if way is None}
    return {pair: [way] for pair, (_, way) in found.items() if way}, barred, change_s


def _told_way(points: _Points, a: int, b: int, min_s: int | None) -> Way:
    walk_m = points.walked_m(a, b)
    duration_s = walk_m / WALK_MPS if min_s is None else float(min_s)
    return Way(b, duration_s, walk_m, _is_step_free(points, a, b))


def _is_step_free(points: _Points, a: int, b: int) -> bool:
    """Say whether no steps are known of: neither end is closed to wheelchairs."""
    return WHEELCHAIR_NO not in (points.rows[a].wheelchair, points.rows[b].wheelchair)


def _walk_stations(feeds: Sequence[Feed], points: _Points) -> tuple[Links, set[int]]:
    """Return ways by pathways between stops and entrances, and the stops so reached."""
    links: dict[int, list[Way]] = {}
    for f, feed in enumerate(feeds):
        for pathway in feed.pathways:
            a, b = points.number[f, pathway.from_id], points.number[f, pathway.to_id]
            ends = [(a, b), (b, a)] if pathway.is_both_ways else [(a, b)]
            for start, end in ends:
                links.setdefault(start, []).append(_pathway(points, pathway, start, end))
            links.setdefault(b, [])
    _join_boarding_areas(points, links)
    wanted = {p for p in links if p < points.served or points.rows[p].kind == ENTRANCE}
    found: Links = {}
    for start in sorted(wanted):
        ways = _shortest(start, links, wanted, np.inf)
        points.check_changes(start, len({way.to for way in ways}))
        for way in ways:
            found.setdefault((start, way.to), []).append(way)
    return found, {p for p in wanted if p < points.served}


def _join_boarding_areas(points: _Points, links: dict[int, list[Way]]) -> None:
    """Link each boarding area that pathways reach with its platform, at no distance."""
    for area in [p for p in links if points.rows[p].kind == BOARDING_AREA]:
        platform = points.number[points.feed[area], points.rows[area].parent_id]
        links[area].append(Way(platform, 0.0, 0.0, True))
        links.setdefault(platform, []).append(Way(area, 0.0, 0.0, True))


def _pathway(points: _Points, pathway: Pathway, start: int, end: int) -> Way:
    """Return a pathway as a way; what it does not tell is worked out from what it does."""
    walk_m = pathway.length_m
    if walk_m is None and pathway.traversal_s is not None and pathway.mode != LIFT:
        walk_m = pathway.traversal_s * WALK_MPS
    if walk_m is None:
        walk_m = 0.0 if pathway.mode == LIFT else points.walked_m(start, end)
    duration_s = walk_m / WALK_MPS + STAIR_S * abs(pathway.stairs or 0)
    if pathway.traversal_s is not None:
        duration_s = float(pathway.traversal_s)
    elif pathway.mode == LIFT:
        duration_s += LIFT_S
    return Way(end, duration_s, walk_m, pathway.is_step_free)


def _find_near(points: _Points, by_entrance: set[int], walk_m_max: float) -> Links:
    """Return guessed ways between stops, and entrances of stations with pathways."""
    candidates = [
        p
        for p, row in enumerate(points.rows)
        if (p < points.served and p not in by_entrance) or row.kind == ENTRANCE
    ]
    order = sorted(candidates, key=lambda p: (points.lat[p], p))
    lat, lon = points.lat[order], points.lon[order]
    reach_deg = np.degrees(walk_m_max / DETOUR / EARTH_RADIUS_M)
    found: Links = {}
    for place, a in enumerate(order):
        last = int(np.searchsorted(lat, lat[place] + reach_deg, side="right"))
        ahead = slice(place + 1, last)
        east = np.radians(lon[ahead] - lon[place]) * cos(radians(lat[place]))
        north = np.radians(lat[ahead] - lat[place])
        walk_m = DETOUR * EARTH_RADIUS_M * np.sqrt(north * north + east * east)
        is_near = walk_m <= walk_m_max
        points.check_changes(a, int(is_near.sum()))
        for k in np.flatnonzero(is_near):
            b, far = order[place + 1 + int(k)], float(walk_m[k])
            is_free = _is_step_free(points, a, b)
            found[a, b] = [Way(b, far / WALK_MPS, far, is_free)]
            found[b, a] = [Way(a, far / WALK_MPS, far, is_free)]
    return found


def _join_siblings(
    points: _Points, children: dict[tuple[int, str], list[int]], inside: Links
) -> Links:
    """Return ways between platforms of one station that no pathway links."""
    found: Links = {}
    for below in children.values():
        stops = [p for p in below if p < points.served]
        if stops:
            points.check_changes(stops[0], len(stops) - 1)
        for a in stops:
            for b in stops:
                if a != b and (a, b) not in inside:
                    walk_m = points.walked_m(a, b)
                    duration_s = max(PLATFORM_S_MIN, walk_m / WALK_MPS)
                    found[a, b] = [Way(b, duration_s, walk_m, _is_step_free(points, a, b))]
    return found


def _gather(count: int, sources: Iterable[Links], barred: Barred) -> list[list[Way]]:
    """Return the ways from each point; the first source that tells a pair is believed."""
    links: list[list[Way]] = [[] for _ in range(count)]
    done: set[tuple[int, int]] = set(barred)
    for source in sources:
        for (a, _), ways in source.items():
            links[a] += [way for way in ways if (a, way.to) not in done]
        done.update(source)
    return links


def _close(
    start: int, links: list[list[Way]], served: int, walk_m_max: float, barred: Barred
) -> list[Way]:
    """Return the best ways from one stop to others: joined ones, and longer ones told alone."""
    ways = _shortest(start, links, None, walk_m_max)
    ways += [way for way in links[start] if way.walk_m > walk_m_max]
    best: dict[tuple[int, bool], Way] = {}
    for way in ways:
        if way.to >= served or (start, way.to) in barred:
            continue
        before = best.get((way.to, way.is_step_free))
        if before is None or way.duration_s < before.duration_s:
            best[way.to, way.is_step_free] = way
    return [
        way
        for (to, is_free), way in sorted(best.items())
        if is_free or (to, True) not in best or way.duration_s < best[to, True].duration_s
    ]


def _shortest(
    start: int,
    links: "list[list[Way]] | dict[int, list[Way]]",
    wanted: set[int] | None,
    walk_m_max: float,
) -> list[Way]:
    """Return the quickest ways from one point to `wanted` (all if None), with and without steps."""
    found: dict[tuple[int, bool], Way] = {}
    for is_free in (True, False):
        heap = [(0.0, 0.0, start, True)]
        best: dict[int, tuple[float, float, bool]] = {}
        done: set[int] = set()
        while heap:
            duration_s, walk_m, here, is_level = heappop(heap)
            if here in done:
                continue
            done.add(here)
            if here != start and (wanted is None or here in wanted):
                found.setdefault((here, is_level), Way(here, duration_s, walk_m, is_level))
            for way in links[here]:
                far = walk_m + way.walk_m
                if way.to not in done and far <= walk_m_max and (way.is_step_free or not is_free):
                    label = (duration_s + way.duration_s, far, is_level and way.is_step_free)
                    if way.to not in best or label < best[way.to]:  # else it would come too late
                        best[way.to] = label
                        heappush(heap, (label[0], far, way.to, label[2]))
    return list(found.values())


def _freeze(rows: list[list[Way]], change_s: list[float]) -> Footpaths:
    """Return the ways as arrays; durations are rounded up to whole seconds."""
    flat = [way for row in rows for way in row]
    first = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int32)
    duration = np.array([way.duration_s for way in flat], dtype=np.float64)
    return Footpaths(
        first=first,
        to=np.array([way.to for way in flat], dtype=np.int32),
        duration_ms=np.ceil(duration).astype(np.int64) * MS_PER_S,
        walk_m=np.array([way.walk_m for way in flat], dtype=np.float64),
        is_step_free=np.array([way.is_step_free for way in flat], dtype=np.uint8),
        change_ms=np.rint(np.array(change_s) * MS_PER_S).astype(np.int64),
    )
