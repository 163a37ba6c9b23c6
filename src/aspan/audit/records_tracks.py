"""Records: tracks that an aircraft can fly, of their sortie, inside its operational intent."""

from collections import defaultdict
from itertools import pairwise
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.geodesy import Floats
from aspan.audit.rows import IntentVersion, Sortie
from aspan.audit.run import Run, Track
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S

NEXT_STATES: Final[dict[str, tuple[str, ...]]] = {
    "accepted": ("accepted", "activated", "ended"),
    "activated": ("activated", "nonconforming", "contingent", "ended"),
    "nonconforming": ("nonconforming", "activated", "contingent", "ended"),
    "contingent": ("contingent", "ended"),
    "ended": (),
}
"""ASTM F3548-21, section 4.4: life of an operational intent."""


def check_tracks(run: Run) -> list[Check]:
    """Return the clauses about tracks and intents, exercised."""
    exists = run.begin("records", "track-exists", "every sortie that lifted off has a track",
                       "sorties", "tracks")  # fmt: skip
    order = run.begin("records", "track-order", "vertices in time order, at most "
                      f"{tolerances.TRACK_GAP_MS_MAX} ms apart", "tracks")  # fmt: skip
    speed = run.begin("records", "track-speed", "ground speed over every segment at most "
                      f"{run.city.craft.speed_mps_max:g} m/s and the wind", "tracks")  # fmt: skip
    stated = run.begin("records", "track-speed-stated", "ground_speed_mps is that of the segment, "
                       f"within {tolerances.SPEED_SHARE:.0%} or {tolerances.SPEED_MPS:g} m/s",
                       "tracks")  # fmt: skip
    times = run.begin("records", "track-times", "a track begins at lift-off and ends at touchdown",
                      "sorties", "tracks")  # fmt: skip
    ends = run.begin("records", "track-ends", "a track begins at the origin's FATO and ends at the "
                     "destination's", "sorties", "tracks")  # fmt: skip
    if exists.is_ready:
        for sortie in run.flown:
            if sortie.lift_off_at_ms is None:
                continue
            track = run.track_by_sortie.get(sortie.sortie_id)
            exists.expect(
                track is not None, f"sortie {sortie.sortie_id}: no track",
                sortie_id=sortie.sortie_id, at_ms=sortie.lift_off_at_ms,
            )  # fmt: skip
            if track is not None:
                _check_ends(run, sortie, track, times=times, ends=ends)
    for track in run.tracks:
        _check_motion(run, track, order=order, speed=speed, stated=stated)
    return [exists, order, speed, stated, times, ends, *_check_intents(run)]


def _check_motion(run: Run, track: Track, *, order: Check, speed: Check, stated: Check) -> None:
    """Check instants and speeds along one track; one finding a clause, the worst."""
    gaps_ms = np.diff(track.at_ms)
    is_ordered = bool(np.all((gaps_ms > 0) & (gaps_ms <= tolerances.TRACK_GAP_MS_MAX)))
    order.expect(
        is_ordered,
        f"sortie {track.sortie_id}: vertices {gaps_ms.min(initial=np.inf):.0f} to "
        f"{gaps_ms.max(initial=0):.0f} ms apart, more than 0 to {tolerances.TRACK_GAP_MS_MAX} ms",
        sortie_id=track.sortie_id,
    )
    if not len(gaps_ms) or not gaps_ms.min() > 0:
        return
    seconds = gaps_ms / MS_PER_S
    flown_mps = np.hypot(np.diff(track.x_m), np.diff(track.y_m)) / seconds
    sortie = run.sortie_by_id.get(track.sortie_id)
    places = () if sortie is None else (sortie.origin, sortie.landing_site)
    wind_mps = float(np.hypot(*run.wind_mps(places, float(track.at_ms[0]))))
    most_mps = run.city.craft.speed_mps_max + wind_mps
    worst = int(flown_mps.argmax())
    speed.expect(
        bool(flown_mps[worst] <= most_mps + tolerances.SPEED_MPS),
        f"sortie {track.sortie_id}: {flown_mps[worst]:.1f} m/s over the ground exceeds "
        f"{most_mps:.1f} m/s",
        sortie_id=track.sortie_id, at_ms=float(track.at_ms[worst]),
    )  # fmt: skip
    off_mps = np.abs(flown_mps - track.ground_speed_mps[:-1])
    over = off_mps - np.maximum(
        tolerances.SPEED_MPS + 0.02 / seconds, tolerances.SPEED_SHARE * flown_mps
    )
    worst = int(over.argmax())
    stated.expect(
        bool(over[worst] <= 0.0),
        f"sortie {track.sortie_id}: {track.ground_speed_mps[worst]:.1f} m/s stated, positions give "
        f"{flown_mps[worst]:.1f} m/s",
        sortie_id=track.sortie_id, at_ms=float(track.at_ms[worst]),
    )  # fmt: skip


def _check_ends(run: Run, sortie: Sortie, track: Track, *, times: Check, ends: Check) -> None:
    """Check both ends of a track against its sortie and the FATOs there."""
    last_ms = int(track.at_ms[-1])
    down_ms = sortie.touchdown_at_ms
    times.expect(
        int(track.at_ms[0]) == sortie.lift_off_at_ms and (down_ms is None or last_ms == down_ms),
        f"sortie {sortie.sortie_id}: track from {track.at_ms[0]:.0f} to {last_ms} ms, lift-off "
        f"{sortie.lift_off_at_ms} ms, touchdown {down_ms} ms",
        sortie_id=sortie.sortie_id, at_ms=sortie.lift_off_at_ms,
    )  # fmt: skip
    reached = [(sortie.origin, 0)]
    if down_ms is not None:
        reached.append((sortie.landing_site, -1))
    for site_id, i in reached:
        site = run.city.sites.get(site_id)
        if site is None:
            continue
        pads = [run.site_xy[site_id]] + [
            run.plane.project_point(fato.lon_deg, fato.lat_deg)
            for fato in run.city.fatos.values()
            if fato.vertiport_id == site_id
        ]
        away_m = min(float(np.hypot(track.x_m[i] - x, track.y_m[i] - y)) for x, y in pads)
        rise_m = abs(float(track.altitude_amsl_m[i]) - site.elevation_amsl_m)
        ends.expect(
            away_m <= tolerances.TRACK_END_M and rise_m <= tolerances.TRACK_END_VERTICAL_M,
            f"sortie {sortie.sortie_id}: track ends {away_m:.0f} m from the FATOs of {site_id} and "
            f"{rise_m:.0f} m from their elevation",
            sortie_id=sortie.sortie_id, vertiport_id=site_id, at_ms=float(track.at_ms[i]),
        )  # fmt: skip


def _check_intents(run: Run) -> list[Check]:
    """Check life and coverage of each sortie's operational intent."""
    needs = ("sorties", "intents")
    exists = run.begin("records", "intent-exists", "every flown sortie has an operational intent "
                       "from before lift-off", *needs)  # fmt: skip
    states = run.begin("records", "intent-states", "versions rise, states follow ASTM F3548-21",
                       "intents")  # fmt: skip
    covers = run.begin("records", "intent-covers", "flown positions inside the volumes at least "
                       f"{tolerances.CONFORMANCE_SHARE_MIN:.0%} of the time, sampled every "
                       f"{tolerances.CONFORMANCE_STEP_MS} ms", "intents", "tracks")  # fmt: skip
    volumes = run.begin("records", "intent-volumes", "volumes of every version have a footprint, "
                        "lower below upper and start before end", "intents")  # fmt: skip
    versions: defaultdict[str, list[IntentVersion]] = defaultdict(list)
    for row in run.tables.intents or ():
        versions[row.sortie_id].append(row)
        _check_volumes(row, volumes)
    for sortie_id, rows in sorted(versions.items()):
        for before, after in pairwise(rows):
            states.expect(
                before.version < after.version
                and before.from_at_ms <= after.from_at_ms
                and after.state.lower() in NEXT_STATES.get(before.state.lower(), ()),
                f"sortie {sortie_id}: intent {before.state} (version {before.version}), then "
                f"{after.state} (version {after.version})",
                sortie_id=sortie_id, at_ms=after.from_at_ms,
            )  # fmt: skip
        states.expect(
            rows[0].state.lower() in ("accepted", "activated"),
            f"sortie {sortie_id}: intent begins {rows[0].state}",
            sortie_id=sortie_id, at_ms=rows[0].from_at_ms,
        )  # fmt: skip
    for sortie in run.flown:
        up_ms = sortie.lift_off_at_ms
        rows = versions.get(sortie.sortie_id, [])
        if exists.is_ready and up_ms is not None:
            exists.expect(
                any(row.from_at_ms <= up_ms for row in rows),
                f"sortie {sortie.sortie_id}: no intent from before lift-off at {up_ms} ms",
                sortie_id=sortie.sortie_id, at_ms=up_ms,
            )  # fmt: skip
        track = run.track_by_sortie.get(sortie.sortie_id)
        if covers.is_ready and track is not None and rows:
            share = _covered_share(run, track, rows)
            covers.expect(
                share >= tolerances.CONFORMANCE_SHARE_MIN,
                f"sortie {sortie.sortie_id}: inside its volumes {share:.1%} of the time",
                sortie_id=sortie.sortie_id, at_ms=up_ms,
            )  # fmt: skip
    return [exists, states, volumes, covers]


def _check_volumes(row: IntentVersion, check: Check) -> None:
    """Check the volumes of one version, in force or not."""
    name = row.sortie_id
    for volume in _volumes(name, row.volumes):
        lower, upper, start, end = (
            _number(name, volume, key) for key in ("lower", "upper", "start", "end")
        )
        check.expect(
            lower < upper and start < end and bool(_part(name, volume, "footprint")),
            f"sortie {name}: version {row.version} claims {lower:g} to {upper:g} m from "
            f"{start:.0f} to {end:.0f} ms",
            sortie_id=name, at_ms=row.from_at_ms,
        )  # fmt: skip


def _covered_share(run: Run, track: Track, rows: list[IntentVersion]) -> float:
    """Return the share of time in which a track is inside the volumes in force."""
    at_ms = np.arange(
        float(track.at_ms[0]), float(track.at_ms[-1]) + 1.0, tolerances.CONFORMANCE_STEP_MS
    )
    x_m = np.interp(at_ms, track.at_ms, track.x_m)
    y_m = np.interp(at_ms, track.at_ms, track.y_m)
    altitude_m = np.interp(at_ms, track.at_ms, track.altitude_amsl_m)
    inside = np.zeros(at_ms.shape, dtype=np.bool_)
    for at, row in enumerate(rows):
        until_ms = rows[at + 1].from_at_ms if at + 1 < len(rows) else np.inf
        in_force = (at_ms < until_ms) & ((at_ms >= row.from_at_ms) | (at == 0))
        if not in_force.any():
            continue
        kept = rows[at - 1].volumes if at and row.volumes in ("", "[]") else row.volumes
        for volume in _volumes(row.sortie_id, kept):
            lower, upper, start, end = (
                _number(row.sortie_id, volume, key) for key in ("lower", "upper", "start", "end")
            )
            near = in_force & (at_ms >= start) & (at_ms <= end)
            near &= altitude_m >= lower - tolerances.CONFORMANCE_M
            near &= altitude_m <= upper + tolerances.CONFORMANCE_M
            if near.any():
                ring = _ring(run, row.sortie_id, volume)
                inside[near] |= _is_in_ring(x_m[near], y_m[near], *ring)
    return float(inside.mean())


def _volumes(sortie_id: str, text: str) -> list[dict[str, Any]]:
    try:
        return msgspec.json.decode(text or "[]", type=list[dict[str, Any]])
    except (msgspec.DecodeError, RecursionError) as error:
        raise _broken(sortie_id, str(error), "a JSON array of volumes") from None


def _broken(sortie_id: str, value: object, expected: str) -> InvalidInput:
    return InvalidInput(f"intents.parquet: volumes of {sortie_id}", value, expected)


def _part(sortie_id: str, volume: dict[str, Any], key: str) -> Any:  # noqa: ANN401  JSON of the run
    """Return the value of the key that is, or begins with, `key` (`lower_amsl_m`)."""
    if key in volume:
        return volume[key]
    for name, value in volume.items():
        if name.startswith(key + "_"):
            return value
    raise _broken(sortie_id, sorted(volume), f"a key {key}")


def _number(sortie_id: str, volume: dict[str, Any], key: str) -> float:
    """Return a bound of a volume."""
    value = _part(sortie_id, volume, key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _broken(sortie_id, value, f"a number as {key}")
    return float(value)


def _ring(run: Run, sortie_id: str, volume: dict[str, Any]) -> tuple[Floats, Floats]:
    """Return the footprint's ring in the plane, from pairs of longitude and latitude."""
    footprint = _part(sortie_id, volume, "footprint")
    text = msgspec.json.encode(footprint)
    known = run.rings.get(text)
    if known is not None:
        return known
    if isinstance(footprint, dict):
        rings = footprint.get("coordinates")
        footprint = rings[0] if isinstance(rings, list) and rings else None
    try:
        points = np.asarray(footprint, dtype=np.float64)
    except (TypeError, ValueError):
        points = np.zeros(0)
    is_ring = points.ndim == 2 and points.shape[0] >= 3 and points.shape[1] >= 2
    if not (is_ring and np.isfinite(points).all()):
        raise _broken(sortie_id, points.shape, "a footprint of 3 points or more")
    run.rings[text] = ring = run.plane.project(points[:, 0], points[:, 1])
    return ring


def _is_in_ring(x_m: Floats, y_m: Floats, ring_x: Floats, ring_y: Floats) -> NDArray[np.bool_]:
    """Return which points lie in a ring, by the parity of its edges to their east."""
    next_x = np.concatenate([ring_x[1:], ring_x[:1]])
    next_y = np.concatenate([ring_y[1:], ring_y[:1]])
    px, py = x_m[:, None], y_m[:, None]
    spans = (ring_y[None, :] > py) != (next_y[None, :] > py)
    rise = np.where(next_y == ring_y, 1.0, next_y - ring_y)
    east = ring_x + (py - ring_y) / rise * (next_x - ring_x)
    return np.asarray(((spans & (px < east)).sum(axis=1) % 2) == 1)
