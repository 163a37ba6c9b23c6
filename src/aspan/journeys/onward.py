"""Onward: where rides may begin and end, in the numbers of the transit search.

On foot one comes to every stop near enough; by car and estimated bus only to the hubs, the stops
of metro and rail.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from aspan.journeys.frame import Frame, GroundPart, Label, Part, RidePart
from aspan.journeys.ground import Spot
from aspan.journeys.network import StopWay, TransitDay
from aspan.journeys.raptor import SEED_AT, Rules, explore_rows, trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

DOOR = 0
"""Goal of the far door; goals from 1 are the vertiports asked for."""


class Onward:
    """What `explore` is given, and the parts behind its numbers.

    Parameters
    ----------
    begun
        Labels with the spot each stands at and the hour in which it goes on from there.
    sites
        Vertiports to be reached beside the far door.
    leaves_air
        `begun` was flown to.
    """

    def __init__(
        self,
        frame: Frame,
        begun: Sequence[tuple[Label, Spot, int]],
        sites: Sequence[Spot] = (),
        *,
        leaves_air: bool = False,
    ) -> None:
        self._frame = frame
        self._goals = len(sites) + 1
        self._seeds: list[NDArray[np.int64]] = []
        self._exits: list[NDArray[np.int64]] = []
        self._begun: list[tuple[tuple[Part, ...], Spot, StopWay]] = []
        self._ends: list[tuple[Spot, StopWay]] = []
        for label, start, hour in begun:
            self._begin(label, start, hour, leaves_air=leaves_air)
        self._end(frame.far, DOOR, leaves_air=False)
        for goal, site in enumerate(sites, start=1):
            self._end(site, goal, leaves_air=frame.is_mirrored)

    def _begin(self, label: Label, start: Spot, hour: int, *, leaves_air: bool) -> None:
        frame, parts = self._frame, label[1]
        found = frame.stop_ways(start, hour)
        seeds = np.add(found.rows, (0, *label[0]))
        if leaves_air:
            seeds[:, SEED_AT] += found.settle_ms
        kept = frame.list_allowed(seeds[:, SEED_AT:])
        seeds = seeds[kept]
        seeds[:, SEED_AT] *= frame.sign
        self._seeds.append(seeds)
        self._begun += [(parts, start, found.ways[number]) for number in kept.tolist()]

    def _end(self, end: Spot, goal: int, *, leaves_air: bool) -> None:
        found = self._frame.stop_ways(end, self._frame.hour, is_end=True)
        exits = np.empty((len(found.rows), 6), np.int64)
        exits[:, 0], exits[:, 1], exits[:, 2:] = found.rows[:, 0], goal, found.rows[:, 1:]
        if leaves_air:
            exits[:, 2] += found.settle_ms
        self._exits.append(exits)
        self._ends += [(end, way) for way in found.ways]

    def ride(self, transit: TransitDay, door: Sequence[Label]) -> tuple[list[list[Label]], int]:
        """Return the labels ridden to each goal, none beaten by `door`, and the cuts."""
        frame, query = self._frame, self._frame.query
        if not self._begun or not self._ends:
            return [[] for _ in range(self._goals)], 0
        found = explore_rows(
            transit.index,
            np.concatenate(self._seeds),
            np.concatenate(self._exits),
            self._goals,
            Rules(
                party=query.party,
                boardings_max=query.boardings_max,
                walk_ms_max=frame.walk_ms_max,
                latest_ms=query.latest_ms,
                is_step_free=query.is_step_free,
            ),
            known=[label[0] for label in door],
            is_mirrored=frame.is_mirrored,
            workspace=transit.workspace,
        )
        ridden: list[list[Label]] = [[] for _ in range(self._goals)]
        for goal, labels in enumerate(found.goals):
            for number, criteria in enumerate(labels):
                trail = trace(transit.index, found, goal, number)
                parts, start, (stop, way) = self._begun[trail.seed]
                end, (exit_stop, exit_way) = self._ends[trail.exit]
                first = GroundPart(*frame.order(start, stop), way)
                last = GroundPart(*frame.order(exit_stop, end), exit_way)
                for part in (first, RidePart(trail), last):
                    parts = frame.join(parts, part)
                ridden[goal].append((criteria, parts))
        return ridden, found.cuts
