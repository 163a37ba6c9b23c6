"""Small random cities with timetables, and searches in them; all from keyed dice.

Times are whole minutes about a midnight, so that ties, overtaking and change times meet often.
"""

from datetime import date
from typing import NamedTuple

import numpy as np

from aspan.journeys.criteria import Criteria
from aspan.journeys.raptor import Exit, Rules, Seed
from aspan.primitives.dice import draw
from aspan.primitives.units import MS_PER_MIN
from aspan.world.timetable import Footpaths, Line, Patterns, Stop, Timetable
from aspan.world.vertiport import Names

MIDNIGHT_MS = 1_764_529_200_000
"""2025-12-01 in Almaty."""

Walk = tuple[int, int, int, float, bool]
"""From, to, duration [ms], length [m], free of steps."""


class DrawnTrip(NamedTuple):
    """Arrivals and departures [ms] and GTFS `wheelchair_accessible` of one trip."""

    arrive: list[int]
    depart: list[int]
    wheelchair: int = 1


class DrawnLine(NamedTuple):
    """Stops in order with what is allowed there, and trips in any order."""

    price_tiyn: int
    stops: list[int]
    trips: list[DrawnTrip]
    no_board: tuple[int, ...] = ()
    no_alight: tuple[int, ...] = ()


class Query(NamedTuple):
    """What is asked of `explore`."""

    seeds: list[Seed]
    exits: list[Exit]
    goals: int
    rules: Rules
    known: list[Criteria]
    is_mirrored: bool


def build_timetable(
    wheelchairs: list[int],
    lines: list[DrawnLine],
    walks: list[Walk] = [],  # noqa: B006  read only
    change_ms: list[int] | None = None,
) -> Timetable:
    """Return a timetable of one stop for each of `wheelchairs`; trips that overtake are split."""
    groups = [(n, line, trips) for n, line in enumerate(lines) for trips in _split(line.trips)]
    return Timetable(
        day=date(2025, 12, 1),
        stops=tuple(
            Stop(
                stop_id=f"t:{n}",
                feed_id="t",
                names=Names(en=f"S{n}", ru=f"S{n}", kk=f"S{n}"),
                lon_deg=77.0,
                lat_deg=43.0,
                wheelchair=wheelchair,
            )
            for n, wheelchair in enumerate(wheelchairs)
        ),
        lines=tuple(
            Line(
                line_id=f"t:{n}",
                feed_id="t",
                short_name=f"{n}",
                names=Names(en=f"L{n}", ru=f"L{n}", kk=f"L{n}"),
                mode="bus",
                price_tiyn=line.price_tiyn,
            )
            for n, line in enumerate(lines)
        ),
        patterns=_patterns(groups),
        footpaths=_footpaths(len(wheelchairs), walks, change_ms),
    )


def _patterns(groups: list[tuple[int, DrawnLine, list[DrawnTrip]]]) -> Patterns:
    trips = [(trip, len(line.stops)) for _, line, group in groups for trip in group]

    def flags(which: str) -> list[int]:
        return [
            int(place not in getattr(line, which))
            for _, line, _ in groups
            for place in range(len(line.stops))
        ]

    return Patterns(
        line=np.array([n for n, _, _ in groups], np.int32),
        stop_first=np.cumsum([0, *(len(line.stops) for _, line, _ in groups)]).astype(np.int32),
        stops=np.array([stop for _, line, _ in groups for stop in line.stops], np.int32),
        can_board=np.array(flags("no_board"), np.uint8),
        can_alight=np.array(flags("no_alight"), np.uint8),
        trip_first=np.cumsum([0, *(len(group) for _, _, group in groups)]).astype(np.int32),
        time_first=np.cumsum([0, *(count for _, count in trips)])[:-1].astype(np.int32),
        arrive_at_ms=np.array([at for trip, _ in trips for at in trip.arrive], np.int64),
        depart_at_ms=np.array([at for trip, _ in trips for at in trip.depart], np.int64),
        wheelchair=np.array([trip.wheelchair for trip, _ in trips], np.uint8),
        trip_ids=tuple(f"t:{n}" for n in range(len(trips))),
        headsigns=("",) * len(trips),
    )


def _split(trips: list[DrawnTrip]) -> list[list[DrawnTrip]]:
    """Return groups of trips in which none overtakes."""
    groups: list[list[DrawnTrip]] = []
    for trip in sorted(trips):
        times = [*trip.arrive, *trip.depart]
        for group in groups:
            before = [*group[-1].arrive, *group[-1].depart]
            if all(a <= b for a, b in zip(before, times, strict=True)):
                group.append(trip)
                break
        else:
            groups.append([trip])
    return groups


def _footpaths(stops: int, walks: list[Walk], change_ms: list[int] | None) -> Footpaths:
    walks = sorted(walks)
    counts = np.bincount([walk[0] for walk in walks], minlength=stops) if walks else [0] * stops
    return Footpaths(
        first=np.cumsum([0, *counts]).astype(np.int32),
        to=np.array([walk[1] for walk in walks], np.int32),
        duration_ms=np.array([walk[2] for walk in walks], np.int64),
        walk_m=np.array([walk[3] for walk in walks], np.float64),
        is_step_free=np.array([walk[4] for walk in walks], np.uint8),
        change_ms=np.array(change_ms or [0] * stops, np.int64),
    )


class _Dice:
    """Draws under one name, counted."""

    def __init__(self, seed: int, name: str) -> None:
        self._seed, self._name, self._count = seed, name, 0

    def below(self, end: int) -> int:
        self._count += 1
        return int(draw(self._seed, self._name, self._count) * end)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def is_one_in(self, n: int) -> bool:
        return self.below(n) == 0


def draw_city(seed: int) -> Timetable:
    """Return a city of 4 to 12 stops and 3 to 8 lines, one of them crossing midnight slowly."""
    dice = _Dice(seed, "city")
    stops = dice.between(4, 12)
    wheelchairs = [(1, 1, 0, 2)[dice.below(4)] if dice.is_one_in(2) else 1 for _ in range(stops)]
    lines = [_draw_line(dice, stops) for _ in range(dice.between(3, 8))]
    walks: dict[tuple[int, int], Walk] = {}
    for _ in range(dice.between(0, stops)):
        start, end = dice.below(stops), dice.below(stops)
        if start != end:
            minutes, metres = dice.between(0, 9), float(dice.between(0, 700))
            walk = (start, end, minutes * MS_PER_MIN, metres, not dice.is_one_in(3))
            walks[start, end] = walk
    change_ms = [dice.between(0, 3) * MS_PER_MIN for _ in range(stops)]
    return build_timetable(wheelchairs, lines, list(walks.values()), change_ms)


def _draw_line(dice: _Dice, stops: int) -> DrawnLine:
    order = [dice.below(stops)]
    for _ in range(dice.between(2, 7)):
        step = dice.below(stops)
        if step != order[-1]:
            order.append(step)
    if len(order) == 1:
        order.append((order[0] + 1) % stops)
    trips = []
    for _ in range(dice.between(2, 8)):
        at, arrive, depart = dice.between(-60, 60), [], []
        pace = dice.between(0, 6)
        for _ in order:
            arrive.append(MIDNIGHT_MS + at * MS_PER_MIN)
            at += dice.below(2)
            depart.append(MIDNIGHT_MS + at * MS_PER_MIN)
            at += pace + dice.below(3)
        trips.append(DrawnTrip(arrive, depart, (1, 1, 1, 0, 2)[dice.below(5)]))
    places = range(len(order))
    return DrawnLine(
        price_tiyn=(0, 8_000, 12_000)[dice.below(3)],
        stops=order,
        trips=trips,
        no_board=tuple(n for n in places if dice.is_one_in(7)),
        no_alight=tuple(n for n in places if dice.is_one_in(7)),
    )


def draw_query(seed: int, stops: int, *, is_mirrored: bool, goals: int | None = None) -> Query:
    """Return a search in a city of so many stops."""
    dice = _Dice(seed, "query")
    sign = -1 if is_mirrored else 1
    at = MIDNIGHT_MS + sign * dice.between(-70, 0) * MS_PER_MIN
    count = dice.between(1, 3) if goals is None else goals
    seeds = [
        Seed(
            stop=dice.below(stops),
            at_ms=at + sign * dice.below(10) * MS_PER_MIN,
            price_tiyn=4_000 * dice.below(2) * dice.below(3),
            boardings=int(dice.is_one_in(5)),
            walk_ms=dice.below(8) * MS_PER_MIN,
        )
        for _ in range(dice.between(1, 6))
    ]
    exits = [
        Exit(
            stop=dice.below(stops),
            goal=dice.below(count),
            duration_ms=dice.below(10) * MS_PER_MIN,
            price_tiyn=5_000 * dice.below(2) * dice.below(3),
            boardings=int(dice.is_one_in(5)),
            walk_ms=dice.below(8) * MS_PER_MIN,
        )
        for _ in range(dice.between(2, 8))
    ]
    rules = Rules(
        party=dice.between(1, 3),
        boardings_max=dice.between(1, 5),
        walk_ms_max=(dice.between(4, 15) if dice.is_one_in(3) else 60) * MS_PER_MIN,
        latest_ms=at + sign * (dice.between(20, 60) if dice.is_one_in(3) else 400) * MS_PER_MIN,
        is_step_free=dice.is_one_in(4),
    )
    known = [
        (
            sign * at + dice.between(10, 60) * MS_PER_MIN,
            10_000 * dice.below(6),
            dice.below(3),
            dice.below(20) * MS_PER_MIN,
        )
        for _ in range(dice.below(3))
    ]
    return Query(seeds, exits, count, rules, known, is_mirrored)
