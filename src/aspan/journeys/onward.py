"""Onward: where rides may begin and end, in the numbers of the transit search.

On foot one comes to every stop near enough; by car and estimated bus only to the hubs, the stops
of metro and rail.
"""

from collections.abc import Sequence

from aspan.journeys.frame import Frame, GroundPart, Label, Part, RidePart
from aspan.journeys.ground import Spot
from aspan.journeys.network import TransitDay
from aspan.journeys.raptor import Exit, Rules, Seed, explore, trace

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
        self._seeds: list[Seed] = []
        self._exits: list[Exit] = []
        self._begun: list[tuple[tuple[Part, ...], GroundPart]] = []
        self._ends: list[GroundPart] = []
        for label, start, hour in begun:
            self._begin(label, start, hour, leaves_air=leaves_air)
        self._end(frame.far, DOOR, leaves_air=False)
        for goal, site in enumerate(sites, start=1):
            self._end(site, goal, leaves_air=frame.is_mirrored)

    def _begin(self, label: Label, start: Spot, hour: int, *, leaves_air: bool) -> None:
        frame = self._frame
        for stop, way in frame.stop_ways(start, hour):
            made = frame.add(label, way, frame.settle_ms(way) if leaves_air else 0)
            if made is None:
                continue
            at, price_tiyn, boardings, walk_ms = made
            self._begun.append((label[1], GroundPart(*frame.order(start, stop), way)))
            self._seeds.append(
                Seed(
                    stop=stop.number,
                    at_ms=frame.sign * at,
                    price_tiyn=price_tiyn,
                    boardings=boardings,
                    walk_ms=walk_ms,
                )
            )

    def _end(self, end: Spot, goal: int, *, leaves_air: bool) -> None:
        frame = self._frame
        for stop, way in frame.stop_ways(end, frame.hour, is_end=True):
            settle_ms = frame.settle_ms(way) if leaves_air else 0
            self._ends.append(GroundPart(*frame.order(stop, end), way))
            self._exits.append(
                Exit(
                    stop=stop.number,
                    goal=goal,
                    duration_ms=way.duration_ms + settle_ms,
                    price_tiyn=way.price_tiyn,
                    boardings=way.boardings,
                    walk_ms=way.walk_ms,
                )
            )

    def ride(self, transit: TransitDay, door: Sequence[Label]) -> tuple[list[list[Label]], int]:
        """Return the labels ridden to each goal, none beaten by `door`, and the cuts."""
        frame, query = self._frame, self._frame.query
        if not self._seeds or not self._exits:
            return [[] for _ in range(self._goals)], 0
        found = explore(
            transit.index,
            self._seeds,
            self._exits,
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
                parts, first = self._begun[trail.seed]
                for part in (first, RidePart(trail), self._ends[trail.exit]):
                    parts = frame.join(parts, part)
                ridden[goal].append((criteria, parts))
        return ridden, found.cuts
