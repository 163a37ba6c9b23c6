"""A search of its own over the graph of boardings: no rounds of patterns, no mirrored time.

A node is a trip at a position where one boards it. From each, every later position may be
alighted, and from there every later boarding at the stop or at the end of a footpath is tried,
whatever trip it is of. Labels (−departure from the door, price, boardings, walk) are kept by node.
Searching by arrival walks the same graph forward from every departure.
"""

from collections.abc import Iterator

import numpy as np

from aspan.journeys.criteria import Criteria
from aspan.journeys.raptor import Rules
from aspan.world.timetable import Timetable
from property.transit_cities import Query

WALK_SPEED_MPS = 1.25
Node = tuple[int, int, int]
"""Pattern, trip, position."""


def search_events(timetable: Timetable, query: Query) -> tuple[tuple[Criteria, ...], ...]:
    """Return the Pareto set of each goal."""
    graph = EventGraph(timetable, query.rules)
    first: list[Criteria] = []
    answers = []
    for goal in range(query.goals):
        found = (graph.arrive_by if query.is_mirrored else graph.depart_at)(query, goal)
        kept = pareto([at for at in found if not is_beaten(at, [*query.known, *first])])
        first = first or kept if goal == 0 else first
        answers.append(tuple(kept))
    return tuple(answers)


class EventGraph:
    """The boardings of a timetable and what follows on each."""

    def __init__(
        self, timetable: Timetable, rules: Rules, *, walk_speed_mps: float = WALK_SPEED_MPS
    ) -> None:
        self.timetable, self.rules, self.walk_speed_mps = timetable, rules, walk_speed_mps
        self.boardings: dict[int, list[Node]] = {n: [] for n in range(len(timetable.stops))}
        p = timetable.patterns
        for pattern in range(len(p.line)):
            for trip in range(p.trip_first[pattern], p.trip_first[pattern + 1]):
                for place in range(p.stop_first[pattern + 1] - p.stop_first[pattern]):
                    if p.can_board[p.stop_first[pattern] + place] and self.is_open(
                        p.wheelchair[trip], self.stop(pattern, place)
                    ):
                        node = (pattern, trip, place)
                        self.boardings[self.stop(pattern, place)].append(node)

    def is_open(self, wheelchair: int, stop: int) -> bool:
        """Answer whether a trip may be used at a stop."""
        both = wheelchair == 1 and self.timetable.stops[stop].wheelchair == 1
        return both or not self.rules.is_step_free

    def stop(self, pattern: int, place: int) -> int:
        """Return the stop at a position."""
        p = self.timetable.patterns
        return int(p.stops[p.stop_first[pattern] + place])

    def depart_ms(self, node: Node) -> int:
        """Return when a boarding departs."""
        p = self.timetable.patterns
        return int(p.depart_at_ms[p.time_first[node[1]] + node[2]])

    def fare(self, node: Node) -> int:
        """Return what a boarding costs the party."""
        line = self.timetable.patterns.line[node[0]]
        return int(self.timetable.lines[line].price_tiyn) * self.rules.party

    def alightings(self, node: Node) -> Iterator[tuple[int, int]]:
        """Return stop and instant of every alighting that may follow a boarding."""
        p = self.timetable.patterns
        first = p.stop_first[node[0]]
        for place in range(node[2] + 1, p.stop_first[node[0] + 1] - first):
            stop = self.stop(node[0], place)
            if p.can_alight[first + place] and self.is_open(p.wheelchair[node[1]], stop):
                yield stop, int(p.arrive_at_ms[p.time_first[node[1]] + place])

    def changes(self, stop: int, at_ms: int) -> Iterator[tuple[Node, int]]:
        """Return every boarding that may follow an alighting, with the walk to it."""
        paths = self.timetable.footpaths
        ways = [(stop, int(paths.change_ms[stop]), 0)]
        for f in range(paths.first[stop], paths.first[stop + 1]):
            if paths.is_step_free[f] or not self.rules.is_step_free:
                walk = int(np.rint(paths.walk_m[f] / self.walk_speed_mps * 1000))
                duration = int(paths.duration_ms[f])
                ways.append((int(paths.to[f]), duration, min(walk, duration)))
        for end, duration, walk in ways:
            for node in self.boardings[end]:
                if self.depart_ms(node) >= at_ms + duration:
                    yield node, walk

    def depart_at(self, query: Query, goal: int) -> list[Criteria]:
        """Return labels of all ways to a goal that begin with a seed."""
        starts = [
            (node, (0, s.price_tiyn, s.boardings, s.walk_ms))
            for s in query.seeds
            for node in self.boardings[s.stop]
            if self.depart_ms(node) >= s.at_ms
        ]
        ends = []
        for (_, price, boardings, walk), stop, at_ms in self.list_ends(starts):
            for x in query.exits:
                if x.stop == stop and x.goal == goal:
                    at = (
                        at_ms + x.duration_ms,
                        price + x.price_tiyn,
                        boardings + x.boardings,
                        walk + x.walk_ms,
                    )
                    if at[0] <= self.rules.latest_ms and self.is_allowed(at):
                        ends.append(at)
        return ends

    def arrive_by(self, query: Query, goal: int) -> list[Criteria]:
        """Return labels of all ways from a goal that end with a seed."""
        starts = []
        for x in query.exits:
            for node in self.boardings[x.stop] if x.goal == goal else []:
                depart_ms = self.depart_ms(node) - x.duration_ms
                if depart_ms >= self.rules.latest_ms:
                    starts.append((node, (-depart_ms, x.price_tiyn, x.boardings, x.walk_ms)))
        ends = []
        for (late, price, boardings, walk), stop, at_ms in self.list_ends(starts):
            for s in query.seeds:
                if s.stop == stop and at_ms <= s.at_ms:
                    at = (late, price + s.price_tiyn, boardings + s.boardings, walk + s.walk_ms)
                    if self.is_allowed(at):
                        ends.append(at)
        return ends

    def is_allowed(self, at: Criteria) -> bool:
        """Answer whether a label is within the limits of boardings and walk."""
        return at[2] <= self.rules.boardings_max and at[3] <= self.rules.walk_ms_max

    def list_ends(self, starts: list[tuple[Node, Criteria]]) -> Iterator[tuple[Criteria, int, int]]:
        """Return label, stop and instant of every alighting that can be reached."""
        labels: dict[Node, list[Criteria]] = {}
        work = list(starts)
        while work:
            node, (late, price, boardings, walk) = work.pop()
            at = (late, price + self.fare(node), boardings + 1, walk)
            bag = labels.setdefault(node, [])
            if not self.is_allowed(at) or is_beaten(at, bag):
                continue
            bag[:] = [*(other for other in bag if not is_beaten(other, [at])), at]
            for stop, at_ms in self.alightings(node):
                for follower, more in self.changes(stop, at_ms):
                    work.append((follower, (*at[:3], at[3] + more)))
        for node, bag in labels.items():
            for stop, at_ms in self.alightings(node):
                for at in bag:
                    yield at, stop, at_ms


def is_beaten(at: Criteria, others: list[Criteria]) -> bool:
    """Answer whether one of the others is as good in all four."""
    return any(o[0] <= at[0] and o[1] <= at[1] and o[2] <= at[2] and o[3] <= at[3] for o in others)


def pareto(labels: list[Criteria]) -> list[Criteria]:
    """Return the labels that no other beats, sorted, each once."""
    kept: list[Criteria] = []
    for at in sorted(labels):
        if not is_beaten(at, kept):
            kept.append(at)
    return kept
