"""Deconfliction: the second check, by 4D volumes, of what the cells have granted.

Intents of our own lanes are compared through the table of footprints that intersect; those of
others arrive as volumes and are compared as polygons, found by box and time. Both are volumes as
published: where two of our own meet in the protected cylinder of a shared vertiport FATO slots keep
them apart, and they are not compared; against others' volumes nothing is left out.

What the cells grant never conflicts here: footprints that intersect are conflicting cells (`cells`)
and volumes last no longer than holds.
"""

from bisect import bisect_left, insort
from operator import attrgetter

import msgspec
import shapely

from aspan.airspace.intents import IntentVolumes
from aspan.airspace.lanes import Lane, LaneNetwork
from aspan.airspace.trajectory import Trajectory
from aspan.airspace.volume4d import Volume4D, is_conflict
from aspan.primitives.ids import SortieId
from aspan.primitives.units import seconds_to_ms


class Intent(msgspec.Struct, frozen=True, eq=False):
    """What a sortie claims: a trajectory from a lift-off."""

    sortie_id: SortieId
    trajectory: Trajectory
    lift_off_at_ms: int


class IntentConflict(msgspec.Struct, frozen=True, order=True):
    """Two volumes that share space and time.

    Parameters
    ----------
    with_id
        The sortie, or the name of the foreign intent.
    cell, other_cell
        Index of the own volume and of the other's.
    start_at_ms, end_at_ms
        The time they share.
    """

    with_id: str
    cell: int
    other_cell: int
    start_at_ms: int
    end_at_ms: int


_LIFT_OFF = attrgetter("lift_off_at_ms")


class Deconfliction:
    """Active intents, our own and others', and who conflicts with a candidate."""

    def __init__(self, network: LaneNetwork) -> None:
        self._pairs = network.conflicts.volume_pairs
        neighbours: list[list[int]] = [[] for _ in network.lanes]
        for a, b in sorted(self._pairs):
            neighbours[a].append(b)
        self._neighbours = neighbours
        self._volumes = IntentVolumes(network)
        self._window_ms = seconds_to_ms(network.separation.conformance_s)
        self._by_lane: list[list[Intent]] = [[] for _ in network.lanes]
        self._by_sortie: dict[SortieId, Intent] = {}
        self._foreign: dict[str, tuple[Volume4D, ...]] = {}
        self._duration_ms_max = 0

    def __len__(self) -> int:
        """Return the number of our own active intents."""
        return len(self._by_sortie)

    def add(self, intent: Intent) -> None:
        """Make an intent of ours active, in place of the sortie's former one."""
        self.remove(intent.sortie_id)
        self._by_sortie[intent.sortie_id] = intent
        insort(self._by_lane[intent.trajectory.lane.number], intent, key=_LIFT_OFF)
        self._duration_ms_max = max(self._duration_ms_max, intent.trajectory.duration_ms)

    def remove(self, sortie_id: SortieId) -> None:
        """End an intent of ours; nothing happens if there is none."""
        intent = self._by_sortie.pop(sortie_id, None)
        if intent is not None:
            active = self._by_lane[intent.trajectory.lane.number]
            k = bisect_left(active, intent.lift_off_at_ms, key=_LIFT_OFF)
            del active[active.index(intent, k)]

    def add_foreign(self, name: str, volumes: tuple[Volume4D, ...]) -> None:
        """Know an intent or constraint of someone else, in place of its former version."""
        self._foreign[name] = volumes

    def remove_foreign(self, name: str) -> None:
        """Forget someone else's intent; nothing happens if there is none."""
        self._foreign.pop(name, None)

    def list_intents(self) -> list[Intent]:
        """Return our own active intents, by sortie."""
        return [self._by_sortie[sortie_id] for sortie_id in sorted(self._by_sortie)]

    def find_conflicts(self, candidate: Intent) -> list[IntentConflict]:
        """Return every pair of volumes in conflict with the candidate's, sorted; none is best."""
        return sorted([*self._find_own(candidate), *self._find_foreign(candidate)])

    def _find_own(self, candidate: Intent) -> list[IntentConflict]:
        lane, at_ms = candidate.trajectory.lane, candidate.lift_off_at_ms
        both_ms = 2 * self._window_ms
        earliest_ms = at_ms - self._duration_ms_max - both_ms
        latest_ms = at_ms + candidate.trajectory.duration_ms + both_ms
        found: list[IntentConflict] = []
        for number in self._neighbours[lane.number]:
            active = self._by_lane[number]
            if not active:
                continue
            for k in range(bisect_left(active, earliest_ms, key=_LIFT_OFF), len(active)):
                other = active[k]
                if other.lift_off_at_ms > latest_ms:
                    break
                if other.sortie_id != candidate.sortie_id:
                    self._compare(candidate, other, found)
        return found

    def _compare(self, candidate: Intent, other: Intent, found: list[IntentConflict]) -> None:
        """Add the conflicts of two intents of ours, looked up by cell."""
        lane, other_lane = candidate.trajectory.lane, other.trajectory.lane
        offsets, other_offsets = candidate.trajectory.offsets_ms, other.trajectory.offsets_ms
        ahead_ms = other.lift_off_at_ms - candidate.lift_off_at_ms
        cells, other_cells = lane.cells, other_lane.cells
        both_ms = 2 * self._window_ms
        for i, j, _ in self._pairs[lane.number, other_lane.number]:
            mine, theirs = cells[i], other_cells[j]
            enter, leave = offsets[mine.first], offsets[mine.last]
            other_enter = other_offsets[theirs.first] + ahead_ms
            other_leave = other_offsets[theirs.last] + ahead_ms
            if enter < other_leave + both_ms and other_enter < leave + both_ms:
                at_ms = candidate.lift_off_at_ms
                start_ms = at_ms + max(enter, other_enter) - self._window_ms
                end_ms = at_ms + min(leave, other_leave) + self._window_ms
                found.append(IntentConflict(other.sortie_id, i, j, start_ms, end_ms))

    def _find_foreign(self, candidate: Intent) -> list[IntentConflict]:
        if not self._foreign:
            return []
        lane: Lane = candidate.trajectory.lane
        volumes = self._volumes.list_volumes(lane, candidate.trajectory, candidate.lift_off_at_ms)
        start_ms, end_ms = volumes[0].start_at_ms, volumes[-1].end_at_ms
        found = []
        for name, others in self._foreign.items():
            for n, other in enumerate(others):
                if other.end_at_ms <= start_ms or end_ms <= other.start_at_ms:
                    continue
                shapely.prepare(other.footprint)
                found += [
                    IntentConflict(
                        name,
                        cell,
                        n,
                        max(volume.start_at_ms, other.start_at_ms),
                        min(volume.end_at_ms, other.end_at_ms),
                    )
                    for cell, volume in enumerate(volumes)
                    if is_conflict(volume, other)
                ]
        return found
