"""Reservations: which sortie holds which cells when, and how long another must wait.

Theory of operation. A sortie holds every cell of its lane for the half-open interval
[enter - W, exit + W), W being the conformance window in time; on one track (its own lane, or lanes
that run into one another) for [enter - W, max(exit, enter + in-trail minimum) + W). Conflicting
cells (`cells`) may not be held at overlapping times. An aircraft within W of its plan is in a cell
only while it holds it, so that two of them are never in conflicting cells at once, and what is
flown inside the windows keeps the minima; on one track it also keeps the minimum in trail.

For two sorties whose trajectories are given, all this depends on the difference of their lift-offs
alone. For each pair of trajectories the forbidden differences are a few open intervals; they are
worked out once and kept. A question then looks only at sorties on lanes that conflict, and only at
those whose lift-off is near: the cells are held, but nobody walks them again.
`list_overlaps` walks them all, cell by cell, as a check on this.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from operator import attrgetter

from aspan.airspace.lanes import Lane, LaneNetwork
from aspan.airspace.trajectory import Trajectory
from aspan.primitives.errors import ensure
from aspan.primitives.ids import SortieId
from aspan.primitives.units import seconds_to_ms

PROFILES_MAX = 4096
"""Distinct trajectories kept with their pairs; past it the store is emptied and filled anew."""

Windows = tuple[tuple[int, int], ...]
"""Open intervals (low, high) of lift-off differences that are forbidden, sorted, disjoint [ms]."""


class Profile:
    """A trajectory as the reservations see it: passages of cells, and windows against others."""

    __slots__ = ("duration_ms", "lane", "number", "passages", "trails", "windows")

    def __init__(self, trajectory: Trajectory, number: int, in_trail_ms: int) -> None:
        self.lane = trajectory.lane
        self.number = number
        self.duration_ms = trajectory.duration_ms
        self.passages = trajectory.passages_ms()
        self.trails = [
            enter + in_trail_ms if cell.protected_by else max(leave, enter + in_trail_ms)
            for (enter, leave), cell in zip(self.passages, self.lane.cells, strict=True)
        ]
        self.windows: dict[int, Windows] = {}


class Held:
    """One sortie's hold on its lane."""

    __slots__ = ("lift_off_at_ms", "profile", "sortie_id")

    def __init__(self, sortie_id: SortieId, lift_off_at_ms: int, profile: Profile) -> None:
        self.sortie_id = sortie_id
        self.lift_off_at_ms = lift_off_at_ms
        self.profile = profile


_LIFT_OFF = attrgetter("lift_off_at_ms")


class Reservations:
    """The mutable index of held cells that the fold of the log keeps."""

    def __init__(self, network: LaneNetwork) -> None:
        separation = network.separation
        self._conflicts = network.conflicts
        self._window_ms = seconds_to_ms(separation.conformance_s)
        self._in_trail_ms = seconds_to_ms(separation.in_trail_s)
        self._by_lane: list[list[Held]] = [[] for _ in network.lanes]
        self._by_sortie: dict[SortieId, Held] = {}
        self._profiles: dict[tuple[int, tuple[int, ...]], Profile] = {}
        self._profiles_made = 0
        self._duration_ms_max = 0

    def __len__(self) -> int:
        """Return the number of sorties that hold cells."""
        return len(self._by_sortie)

    def find_held(self, sortie_id: SortieId) -> Held | None:
        """Return what a sortie holds; None if nothing."""
        return self._by_sortie.get(sortie_id)

    def list_sorties(self) -> list[SortieId]:
        """Return the sorties that hold cells, by id."""
        return sorted(self._by_sortie)

    def profile(self, trajectory: Trajectory) -> Profile:
        """Return the one profile of equal trajectories."""
        key = (trajectory.lane.number, trajectory.offsets_ms)
        found = self._profiles.get(key)
        if found is None:
            if len(self._profiles) >= PROFILES_MAX:
                self._empty_profiles()
            found = Profile(trajectory, self._profiles_made, self._in_trail_ms)
            self._profiles_made += 1
            self._profiles[key] = found
        return found

    def shift_ms(self, lane: Lane, trajectory: Trajectory, lift_off_at_ms: int) -> int:
        """Return how much later lift-off must be at the least; 0 if it is free as it is.

        A positive answer is a lower bound: ask again at the later instant.
        """
        by_lane = self._by_lane
        mine = self.profile(trajectory)
        reach_ms = 2 * self._window_ms + self._in_trail_ms
        earliest_ms = lift_off_at_ms - self._duration_ms_max - reach_ms
        latest_ms = lift_off_at_ms + mine.duration_ms + reach_ms
        shift_ms = 0
        windows_of = mine.windows
        for number in self._conflicts.neighbours[lane.number]:
            held = by_lane[number]
            if not held:
                continue
            for k in range(bisect_left(held, earliest_ms, key=_LIFT_OFF), len(held)):
                other = held[k]
                other_at_ms = other.lift_off_at_ms
                if other_at_ms > latest_ms:
                    break
                theirs = other.profile
                windows = windows_of.get(theirs.number)
                if windows is None:
                    windows = self._make_windows(mine, theirs)
                    windows_of[theirs.number] = windows
                difference_ms = lift_off_at_ms - other_at_ms
                for low, high in windows:
                    if difference_ms <= low:
                        break
                    if difference_ms < high:
                        shift_ms = max(shift_ms, high - difference_ms)
                        break
        return shift_ms

    def reserve(
        self, sortie_id: SortieId, lane: Lane, trajectory: Trajectory, lift_off_at_ms: int
    ) -> None:
        """Hold the lane's cells for a sortie; the caller has seen that they are free."""
        ensure(sortie_id not in self._by_sortie, f"sortie {sortie_id} holds cells already")
        shift_ms = self.shift_ms(lane, trajectory, lift_off_at_ms)
        ensure(
            shift_ms == 0,
            f"sortie {sortie_id} on lane {lane.lane_id} at {lift_off_at_ms}: cells held by others, "
            f"free {shift_ms} ms later at the earliest",
        )
        self.force(sortie_id, lane, trajectory, lift_off_at_ms)

    def force(
        self, sortie_id: SortieId, lane: Lane, trajectory: Trajectory, lift_off_at_ms: int
    ) -> None:
        """Hold cells whoever else holds them: an aircraft already flying off its plan is there."""
        self.release(sortie_id)
        profile = self.profile(trajectory)
        self._duration_ms_max = max(self._duration_ms_max, profile.duration_ms)
        held = Held(sortie_id, lift_off_at_ms, profile)
        self._by_sortie[sortie_id] = held
        insort(self._by_lane[lane.number], held, key=_LIFT_OFF)

    def release(self, sortie_id: SortieId) -> None:
        """Free what a sortie holds; nothing happens if it holds nothing."""
        held = self._by_sortie.pop(sortie_id, None)
        if held is not None:
            lane_held = self._by_lane[held.profile.lane.number]
            k = bisect_left(lane_held, held.lift_off_at_ms, key=_LIFT_OFF)
            del lane_held[lane_held.index(held, k)]

    def prune(self, before_ms: int) -> None:
        """Forget sorties whose last hold ends at or before the instant."""
        reach_ms = self._window_ms + self._in_trail_ms
        for lane_held in self._by_lane:
            last = bisect_right(lane_held, before_ms - reach_ms, key=_LIFT_OFF)
            gone = [
                held
                for held in lane_held[:last]
                if held.lift_off_at_ms + held.profile.duration_ms + reach_ms <= before_ms
            ]
            for held in gone:
                self.release(held.sortie_id)

    def list_overlaps(self) -> list[tuple[SortieId, SortieId]]:
        """Return pairs of sorties that hold conflicting cells at once, by walking every cell.

        Slow and plain, the check on `shift_ms`: empty unless holds were forced. Only pairs whose
        holds lie apart as a whole are left out. Two lanes are looked at once, as their conflicts
        are the same from either side; both are walked side by side, as they are in order of time.
        """
        reach_ms = self._duration_ms_max + 2 * self._window_ms + self._in_trail_ms
        times = [[held.lift_off_at_ms for held in lane_held] for lane_held in self._by_lane]
        found = set()
        for a, b in self._list_taken_lanes():
            pairs = self._conflicts.pairs[a, b]
            first, count, other_times = 0, len(times[b]), times[b]
            for n, at_ms in enumerate(times[a]):
                while first < count and other_times[first] < at_ms - reach_ms:
                    first += 1
                if first == count:
                    break
                if other_times[first] > at_ms + reach_ms:
                    continue
                mine = self._by_lane[a][n]
                for k in range(first, bisect_right(other_times, at_ms + reach_ms, first)):
                    other = self._by_lane[b][k]
                    if a == b and mine.sortie_id >= other.sortie_id:
                        continue
                    if _is_overlap(mine, other, pairs, self._window_ms):
                        found.add(_in_order(mine.sortie_id, other.sortie_id))
        return sorted(found)

    def _list_taken_lanes(self) -> list[tuple[int, int]]:
        """Return the pairs of lanes that conflict and are both held, each pair once."""
        taken = [number for number, lane_held in enumerate(self._by_lane) if lane_held]
        conflicts = self._conflicts.pairs
        if len(taken) ** 2 < len(conflicts):
            pairs = [(a, b) for n, a in enumerate(taken) for b in taken[n:]]
            return [pair for pair in pairs if pair in conflicts]
        return [(a, b) for a, b in conflicts if a <= b and self._by_lane[a] and self._by_lane[b]]

    def _make_windows(self, mine: Profile, other: Profile) -> Windows:
        """Return the differences of lift-off, mine less the other's, at which cells overlap."""
        both_ms = 2 * self._window_ms
        spans = []
        for i, j, is_trail in self._conflicts.pairs[mine.lane.number, other.lane.number]:
            enter, leave = mine.passages[i]
            other_enter, other_leave = other.passages[j]
            if is_trail:
                leave, other_leave = mine.trails[i], other.trails[j]
            spans.append((other_enter - leave - both_ms, other_leave - enter + both_ms))
        spans.sort()
        merged = [spans[0]]
        for low, high in spans:
            last_low, last_high = merged[-1]
            if low < last_high:
                if high > last_high:
                    merged[-1] = (last_low, high)
            else:
                merged.append((low, high))
        return tuple(merged)

    def _empty_profiles(self) -> None:
        """Drop kept trajectories; held ones live on with what holds them."""
        self._profiles.clear()
        for held in self._by_sortie.values():
            held.profile.windows.clear()


def _in_order(one: SortieId, other: SortieId) -> tuple[SortieId, SortieId]:
    return (one, other) if one < other else (other, one)


def _is_overlap(
    mine: Held, other: Held, pairs: Iterable[tuple[int, int, bool]], window_ms: int
) -> bool:
    """Say whether two sorties hold any of these pairs of cells at once."""
    for i, j, is_trail in pairs:
        start, end = _held_ms(mine, i, is_trail, window_ms)
        other_start, other_end = _held_ms(other, j, is_trail, window_ms)
        if start < other_end and other_start < end:
            return True
    return False


def _held_ms(held: Held, cell: int, is_trail: bool, window_ms: int) -> tuple[int, int]:
    """Return the half-open interval in which a sortie holds a cell of its lane [ms]."""
    profile = held.profile
    enter, leave = profile.passages[cell]
    if is_trail:
        leave = profile.trails[cell]
    at_ms = held.lift_off_at_ms
    return at_ms + enter - window_ms, at_ms + leave + window_ms
