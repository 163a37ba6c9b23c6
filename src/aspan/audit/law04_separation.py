"""Law 4: aircraft in flight keep the separation minima outside the protected volumes.

Tracks are linear between vertices, so the difference of two of them is linear in time on every
overlap of two segments: the horizontal distance is below its minimum between the roots of a
quadratic, the vertical one between the roots of a line. A loss is a stretch of time in which both
are, outside every protected volume; it is found exactly, not by sampling.

Candidates come from a hash of time slots and squares that are wider than the minima, so that 2,000
sorties take seconds. The law is about positions outside the protected volumes: a stretch in which
either of the two is inside one does not count.
"""

from collections import defaultdict
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.geodesy import Floats
from aspan.audit.run import Run, Track, top_amsl_m
from aspan.primitives.units import MS_PER_MIN, MS_PER_S

if TYPE_CHECKING:
    from aspan.audit.rows import Sortie

TITLE = "separation minima outside the protected volumes"
Ints = NDArray[np.int64]
Span = tuple[float, float]
STILL = 1e-18
"""Squared speed [m2/ms2] below which nothing moves: a micrometre a second."""
_SLOT_MS = 30_000
_SQUARE_M = 4_000.0
_SEGMENT_MS_MAX = 10 * MS_PER_MIN
_SEGMENT_M_MAX = 100_000.0
_TRAIL_WINDOW_MS = 10 * MS_PER_MIN
"""Followers later than this behind their leader are far beyond any minimum in trail."""


class Segments:
    """Every segment of every track, as columns.

    Segments that no aircraft flies, of more than `_SEGMENT_MS_MAX` or `_SEGMENT_M_MAX` or back in
    time, are left out: the records of tracks have found them, and one would fill the hash alone.
    """

    def __init__(self, tracks: tuple[Track, ...]) -> None:
        def starts(values: list[Floats]) -> Floats:
            return np.concatenate([v[:-1] for v in values]) if values else np.zeros(0)

        def ends(values: list[Floats]) -> Floats:
            return np.concatenate([v[1:] for v in values]) if values else np.zeros(0)

        owner: Ints = np.repeat(np.arange(len(tracks)), [max(0, len(t.at_ms) - 1) for t in tracks])
        t, x, y, z = (
            [track.at_ms for track in tracks], [track.x_m for track in tracks],
            [track.y_m for track in tracks], [track.altitude_amsl_m for track in tracks],
        )  # fmt: skip
        took_ms, far_m = ends(t) - starts(t), np.hypot(ends(x) - starts(x), ends(y) - starts(y))
        kept = (took_ms > 0.0) & (took_ms <= _SEGMENT_MS_MAX) & (far_m <= _SEGMENT_M_MAX)
        self.owner: Ints = owner[kept]
        self.start_ms, self.end_ms = starts(t)[kept], ends(t)[kept]
        self.x_m, self.y_m, self.z_m = starts(x)[kept], starts(y)[kept], starts(z)[kept]
        self.far_x_m, self.far_y_m = ends(x)[kept], ends(y)[kept]
        self.dx = (self.far_x_m - self.x_m) / took_ms[kept]
        self.dy = (self.far_y_m - self.y_m) / took_ms[kept]
        self.dz = (ends(z)[kept] - self.z_m) / took_ms[kept]


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 4, exercised; each count is of pairs that were compared exactly."""
    separation = run.rules.separation
    apart = run.begin(
        "4", "separation",
        f"{separation.horizontal_m:g} m horizontally or {separation.vertical_m:g} m vertically, "
        "where both aircraft are outside the protected volumes",
        "tracks",
    )  # fmt: skip
    _check_apart(run, apart)
    trail = run.begin("4", "in-trail", f"on one lane at least {separation.in_trail_s:g} s between "
                      "passings of the same point outside the protected volumes",
                      "tracks", "sorties")  # fmt: skip
    if trail.is_ready:
        _check_trail(run, trail)
    return [apart, trail]


def _pair_candidates(segments: Segments, reach_m: float) -> tuple[Ints, Ints]:
    """Return index pairs of segments of different owners that share a time slot and a square."""
    pad = reach_m / 2.0 + 1.0
    low_x = np.minimum(segments.x_m, segments.far_x_m) - pad
    high_x = np.maximum(segments.x_m, segments.far_x_m) + pad
    low_y = np.minimum(segments.y_m, segments.far_y_m) - pad
    high_y = np.maximum(segments.y_m, segments.far_y_m) + pad
    bounds = [
        (np.floor(low / size).astype(np.int64), np.floor(high / size).astype(np.int64))
        for low, high, size in (
            (segments.start_ms, segments.end_ms, _SLOT_MS),
            (low_x, high_x, _SQUARE_M),
            (low_y, high_y, _SQUARE_M),
        )
    ]
    keys, rows = _expand(bounds)
    order = np.lexsort((rows, keys))
    keys, rows = keys[order], rows[order]
    edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1], [True]]))
    sizes = np.diff(edges)
    later = np.repeat(edges[1:], sizes) - np.arange(len(keys)) - 1
    first = np.repeat(np.arange(len(keys)), later)
    offset = np.arange(len(first)) - np.repeat(np.cumsum(later) - later, later)
    a, b = rows[first], rows[first + 1 + offset]
    differ = segments.owner[a] != segments.owner[b]
    pairs = np.unique(np.minimum(a, b)[differ] * len(segments.owner) + np.maximum(a, b)[differ])
    return pairs // max(1, len(segments.owner)), pairs % max(1, len(segments.owner))


def _expand(bounds: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Return a key for every cell that each row's box of cells covers, and that row."""
    rows: Ints = np.arange(len(bounds[0][0]), dtype=np.int64)
    keys: Ints = np.zeros(len(rows), dtype=np.int64)
    for low, high in bounds:
        base = int(low.min(initial=0))
        span = int(high.max(initial=0)) - base + 1
        count = (high - low + 1)[rows]
        offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        rows, keys = np.repeat(rows, count), np.repeat(keys, count)
        keys = keys * span + (low[rows] - base + offset)
    return keys, rows


def _quadratic_span(a: Floats, b: Floats, c: Floats) -> tuple[Floats, Floats]:
    """Return where a·s² + 2·b·s + c < 0, an empty span (1, 0) where it never is."""
    never = np.full_like(a, 1.0), np.zeros_like(a)
    is_still = a <= STILL
    root = np.sqrt(np.maximum(b * b - a * c, 0.0))
    safe = np.where(is_still, 1.0, a)
    low = np.where(is_still, -np.inf, (-b - root) / safe)
    high = np.where(is_still, np.inf, (-b + root) / safe)
    hits = np.where(is_still, c < 0.0, (b * b - a * c) > 0.0)
    return np.where(hits, low, never[0]), np.where(hits, high, never[1])


def _check_apart(run: Run, check: Check) -> None:
    """Find every loss of separation; one finding a pair of sorties, its first."""
    rules = run.rules.separation
    segments = Segments(run.tracks)
    if len(segments.owner) == 0:
        return
    a, b = _pair_candidates(segments, rules.horizontal_m)
    start = np.maximum(segments.start_ms[a], segments.start_ms[b])
    end = np.minimum(segments.end_ms[a], segments.end_ms[b])
    together = end > start
    a, b, start, end = a[together], b[together], start[together], end[together]
    owners = len(run.tracks)
    check.exercised += len(np.unique(segments.owner[a] * owners + segments.owner[b]))
    since_a, since_b = start - segments.start_ms[a], start - segments.start_ms[b]

    def relative(at: Floats, speed: Floats) -> tuple[Floats, Floats]:
        return (at[a] + speed[a] * since_a - at[b] - speed[b] * since_b, speed[a] - speed[b])

    (px, vx), (py, vy), (pz, vz) = (
        relative(segments.x_m, segments.dx), relative(segments.y_m, segments.dy),
        relative(segments.z_m, segments.dz),
    )  # fmt: skip
    wide = rules.horizontal_m - tolerances.HORIZONTAL_M
    high = rules.vertical_m - tolerances.VERTICAL_M
    from_h, until_h = _quadratic_span(
        vx * vx + vy * vy, px * vx + py * vy, px * px + py * py - wide * wide
    )
    from_v, until_v = _quadratic_span(vz * vz, pz * vz, pz * pz - high * high)
    low = np.maximum(np.maximum(from_h, from_v), 0.0)
    top = np.minimum(np.minimum(until_h, until_v), end - start)
    cylinders = Cylinders(run, segments)
    seen: set[tuple[int, int]] = set()
    for i in np.flatnonzero(top - low > tolerances.SEPARATION_MS).tolist():
        pair = (int(segments.owner[a[i]]), int(segments.owner[b[i]]))
        if pair in seen:
            continue
        span = (float(start[i] + low[i]), float(start[i] + top[i]))
        inside = cylinders.spans(int(a[i])) + cylinders.spans(int(b[i]))
        free = _subtract(span, inside)
        if free is None:
            continue
        seen.add(pair)
        s = 0.5 * (free[0] + free[1]) - float(start[i])
        gap_m = float(np.hypot(px[i] + vx[i] * s, py[i] + vy[i] * s))
        rise_m = abs(float(pz[i] + vz[i] * s))
        names = sorted((run.tracks[pair[0]].sortie_id, run.tracks[pair[1]].sortie_id))
        check.fail(
            f"sorties {names[0]} and {names[1]}: {gap_m:.0f} m and {rise_m:.0f} m apart, at least "
            f"{rules.horizontal_m:g} m or {rules.vertical_m:g} m",
            sortie_id=names[1], at_ms=free[0],
        )  # fmt: skip


class Cylinders:
    """The protected volumes, and when each segment is inside one, worked out once a segment."""

    def __init__(self, run: Run, segments: Segments) -> None:
        self._volumes = [
            (
                *run.site_xy[name],
                site.protected_radius_m + tolerances.HORIZONTAL_M,
                top_amsl_m(site) + tolerances.VERTICAL_M,
            )
            for name, site in run.city.sites.items()
        ]
        columns = (
            segments.start_ms, segments.end_ms, segments.x_m, segments.y_m, segments.z_m,
            segments.dx, segments.dy, segments.dz,
        )  # fmt: skip
        self._rows = np.column_stack(columns)
        self._known: dict[int, list[Span]] = {}

    def spans(self, i: int) -> list[Span]:
        """Return the stretches of time in which segment `i` lies in a protected volume."""
        found = self._known.get(i)
        if found is None:
            found = self._known[i] = self._find(i)
        return found

    def _find(self, i: int) -> list[Span]:
        start, end, x, y, z, vx, vy, vz = self._rows[i].tolist()
        found: list[Span] = []
        a = vx * vx + vy * vy
        for site_x, site_y, radius, top in self._volumes:
            px, py = x - site_x, y - site_y
            half_b, c = px * vx + py * vy, px * px + py * py - radius * radius
            low, high = 0.0, end - start
            if a > STILL:
                root = half_b * half_b - a * c
                if root <= 0.0:
                    continue
                low = max(low, (-half_b - sqrt(root)) / a)
                high = min(high, (-half_b + sqrt(root)) / a)
            elif c >= 0.0:
                continue
            if vz > 0.0:
                high = min(high, (top - z) / vz)
            elif vz < 0.0:
                low = max(low, (top - z) / vz)
            elif z > top:
                continue
            if high > low:
                found.append((start + low, start + high))
        return found


def _subtract(span: Span, inside: list[Span]) -> Span | None:
    """Return the first part of `span` outside all of `inside` that is long enough to count."""
    at, end = span
    for low, high in sorted(inside):
        if low - at > tolerances.SEPARATION_MS:
            return (at, min(low, end))
        at = max(at, high)
    return (at, end) if end - at > tolerances.SEPARATION_MS else None


def _check_trail(run: Run, check: Check) -> None:
    """Check neighbours on each lane: the follower passes the leader's points late enough."""
    lanes: defaultdict[str, list[Sortie]] = defaultdict(list)
    for sortie in run.flown:
        has_track = sortie.sortie_id in run.track_by_sortie
        if sortie.lane_route and sortie.lift_off_at_ms is not None and has_track:
            lanes[sortie.lane_route].append(sortie)
    least_ms = run.rules.separation.in_trail_s * MS_PER_S - tolerances.IN_TRAIL_MS
    for lane, sorties in sorted(lanes.items()):
        ordered = sorted(sorties, key=lambda s: (s.lift_off_at_ms or 0, s.sortie_id))
        for leader, follower in pairwise(ordered):
            behind_ms = (follower.lift_off_at_ms or 0) - (leader.lift_off_at_ms or 0)
            if behind_ms > _TRAIL_WINDOW_MS:
                continue
            check.exercised += 1
            found = _closest_trail(run, leader.sortie_id, follower.sortie_id)
            if found is not None and not found[0] >= least_ms:
                check.fail(
                    f"sortie {follower.sortie_id}: {found[0] / MS_PER_S:.1f} s behind "
                    f"{leader.sortie_id} on {lane}, at least {run.rules.separation.in_trail_s:g} s",
                    sortie_id=follower.sortie_id, at_ms=found[1],
                )  # fmt: skip


def _closest_trail(run: Run, leader_id: str, follower_id: str) -> tuple[float, float] | None:
    """Return the shortest time behind [ms] and when, over the leader's points outside volumes."""
    leader, follower = run.track_by_sortie[leader_id], run.track_by_sortie[follower_id]
    outside = ~run.is_protected(leader.x_m, leader.y_m, leader.altitude_amsl_m)
    if not outside.any() or len(follower.at_ms) < 2:
        return None
    x, y = follower.x_m[None, :-1], follower.y_m[None, :-1]
    dx, dy = np.diff(follower.x_m)[None, :], np.diff(follower.y_m)[None, :]
    px, py = leader.x_m[outside][:, None] - x, leader.y_m[outside][:, None] - y
    share = np.clip((px * dx + py * dy) / np.maximum(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    away = np.hypot(px - share * dx, py - share * dy)
    nearest = away.argmin(axis=1)
    rows = np.arange(len(nearest))
    share = share[rows, nearest]
    passed_ms = follower.at_ms[nearest] + share * np.diff(follower.at_ms)[nearest]
    altitude = follower.altitude_amsl_m
    height_m = altitude[nearest] + share * np.diff(altitude)[nearest]
    on_path = (away[rows, nearest] <= tolerances.IN_TRAIL_M) & (
        np.abs(height_m - leader.altitude_amsl_m[outside]) < run.rules.separation.vertical_m
    )
    if not on_path.any():
        return None
    behind_ms = np.abs(passed_ms - leader.at_ms[outside])[on_path]
    at = int(behind_ms.argmin())
    return float(behind_ms[at]), float(passed_ms[on_path][at])
