"""Law 10: by day and within hours, clear of the ground, of closed crossings and closed geozones."""

from datetime import time

import numpy as np

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.geodesy import Floats
from aspan.audit.law10_reserved import check_reserved
from aspan.audit.run import Run, Track
from aspan.audit.truth import RunwayTruth
from aspan.audit.zone_tracks import find_entry, list_areas
from aspan.primitives.instants import local_instant_ms, ms_to_local, parse_local_time

TITLE = "day VFR, approved hours, geozones, 150 m above ground"


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 10, exercised."""
    return [*_check_hours(run), _check_daylight(run), _check_ground(run), _check_crossings(run),
            _check_geozones(run), check_reserved(run)]  # fmt: skip


def _clock_ms(run: Run, at_ms: int, clock: time) -> int:
    """Return the instant of a wall-clock time on the local date of another."""
    day = ms_to_local(at_ms, run.city.time_zone).date()
    return local_instant_ms(day, clock, run.city.time_zone)


def _check_hours(run: Run) -> list[Check]:
    hours = run.rules.hours
    first = run.begin("10", "hours-from", f"off-block not before {hours.from_local} local",
                      "sorties")  # fmt: skip
    last = run.begin("10", "hours-until", f"on-block not after {hours.until_local} local",
                     "sorties")  # fmt: skip
    opens = parse_local_time(hours.from_local, field="hours.from_local")
    closes = parse_local_time(hours.until_local, field="hours.until_local")
    for sortie in run.flown:
        off_ms, on_ms = sortie.off_block_at_ms or 0, sortie.on_block_at_ms
        from_ms, until_ms = _clock_ms(run, off_ms, opens), _clock_ms(run, off_ms, closes)
        first.expect(
            from_ms <= off_ms,
            f"sortie {sortie.sortie_id}: off-block {off_ms} ms before hours begin, {from_ms} ms",
            sortie_id=sortie.sortie_id, vertiport_id=sortie.origin, at_ms=off_ms,
        )  # fmt: skip
        last.expect(
            (off_ms if on_ms is None else on_ms) <= until_ms,
            f"sortie {sortie.sortie_id}: on-block {on_ms} ms after hours end, {until_ms} ms",
            sortie_id=sortie.sortie_id, vertiport_id=sortie.landing_site, at_ms=on_ms,
        )  # fmt: skip
    return [first, last]


def _check_daylight(run: Run) -> Check:
    slack_ms = tolerances.SUN_MS
    approved = run.rules.hours.night_approved
    limit = "night is approved: no limit" if approved else (
        f"lift-off and touchdown from sunrise to sunset, within {slack_ms} ms"
    )  # fmt: skip
    check = run.begin("10", "daylight", limit, "sorties")
    if approved:
        return check
    for sortie in run.flown:
        for site, at_ms in ((sortie.origin, sortie.lift_off_at_ms),
                            (sortie.landing_site, sortie.touchdown_at_ms)):  # fmt: skip
            if at_ms is None or site not in run.city.sites:
                continue
            rise_ms, set_ms = run.sun_ms(site, at_ms)
            check.expect(
                rise_ms - slack_ms <= at_ms <= set_ms + slack_ms,
                f"sortie {sortie.sortie_id}: in flight at {site} at {at_ms} ms, sunrise "
                f"{rise_ms:.0f} ms, sunset {set_ms:.0f} ms",
                sortie_id=sortie.sortie_id, vertiport_id=site, at_ms=at_ms,
            )  # fmt: skip
    return check


def _sample(track: Track) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Return instants, x, y, altitude, longitude, latitude at most a step apart over ground."""
    length_m = np.hypot(np.diff(track.x_m), np.diff(track.y_m))
    pieces = np.maximum(np.ceil(length_m / tolerances.TERRAIN_STEP_M).astype(np.int64), 1)
    index = np.repeat(np.arange(len(pieces)), pieces)
    inside = np.arange(int(pieces.sum())) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    at = np.concatenate([index + inside / pieces[index], [float(len(pieces))]])
    vertices = np.arange(len(track.at_ms), dtype=np.float64)

    def between(values: Floats) -> Floats:
        return np.asarray(np.interp(at, vertices, values), dtype=np.float64)

    return (between(track.at_ms), between(track.x_m), between(track.y_m),
            between(track.altitude_amsl_m), between(track.lon_deg), between(track.lat_deg),
            )  # fmt: skip


def _check_ground(run: Run) -> Check:
    least_m = run.rules.separation.ground_clearance_m
    check = run.begin("10", "ground-clearance", f"at least {least_m:g} m above the ground outside "
                      f"protected volumes, sampled every {tolerances.TERRAIN_STEP_M:g} m",
                      "tracks")  # fmt: skip
    ground = run.city.terrain()
    for track in run.tracks:
        if len(track.at_ms) < 2:
            continue
        at_ms, x_m, y_m, altitude_m, lon, lat = _sample(track)
        outside = ~run.is_protected(x_m, y_m, altitude_m)
        if not outside.any():
            continue
        above_m = (altitude_m - ground.elevations_amsl_m(lon, lat))[outside]
        check.exercised += 1
        is_clear = above_m >= least_m - tolerances.TERRAIN_M
        if not is_clear.all():
            worst = int(np.nan_to_num(above_m, nan=-np.inf).argmin())
            check.fail(
                f"sortie {track.sortie_id}: {above_m[worst]:.0f} m above ground at "
                f"{lon[outside][worst]:.5f}, {lat[outside][worst]:.5f}, at least {least_m:g} m",
                sortie_id=track.sortie_id, at_ms=float(at_ms[outside][worst]),
            )  # fmt: skip
    return check


def _check_crossings(run: Run) -> Check:
    """Check that runway axes are crossed only at open nodes, high enough."""
    check = run.begin("10", "runway-crossing", "runway axes are crossed within "
                      f"{tolerances.NODE_RADIUS_M:g} m of an open node, at its altitude or higher "
                      f"(less {tolerances.NODE_VERTICAL_M:g} m), or in a protected volume",
                      "tracks")  # fmt: skip
    for runway_id, runway in sorted(run.city.runways.items()):
        a, b = _axis_ends(run, runway)
        for track in run.tracks:
            for x_m, y_m, altitude_m, at_ms in _axis_crossings(track, a, b):
                point = (np.array([x_m]), np.array([y_m]), np.array([altitude_m]))
                if bool(run.is_protected(*point)[0]):
                    continue
                check.expect(
                    _is_at_open_node(run, x_m, y_m, altitude_m),
                    f"sortie {track.sortie_id}: crosses the axis of {runway_id} at "
                    f"{altitude_m:.0f} m AMSL, at no open node or too low",
                    sortie_id=track.sortie_id, at_ms=at_ms,
                )  # fmt: skip
    return check


def _axis_ends(run: Run, runway: RunwayTruth) -> tuple[Floats, Floats]:
    first = np.array(run.plane.project_point(runway.first_lon_deg, runway.first_lat_deg))
    second = np.array(run.plane.project_point(runway.second_lon_deg, runway.second_lat_deg))
    along = (second - first) / max(float(np.hypot(*(second - first))), 1.0)
    return first - along * runway.extent_m, second + along * runway.extent_m


def _axis_crossings(track: Track, a: Floats, b: Floats) -> list[tuple[float, float, float, float]]:
    """Return x, y, altitude and instant where a track crosses the line from `a` to `b`."""
    axis = b - a
    px, py = track.x_m - a[0], track.y_m - a[1]
    side = axis[0] * py - axis[1] * px
    along = (axis[0] * px + axis[1] * py) / float(axis @ axis)
    change = (side[:-1] > 0.0) != (side[1:] > 0.0)
    found = []
    for i in np.flatnonzero(change).tolist():
        s = float(side[i] / (side[i] - side[i + 1]))

        def between(values: Floats, i: int = i, s: float = s) -> float:
            return float(values[i] + s * (values[i + 1] - values[i]))

        if 0.0 <= between(along) <= 1.0:
            found.append((between(track.x_m), between(track.y_m),
                          between(track.altitude_amsl_m), between(track.at_ms)))  # fmt: skip
    return found


def _is_at_open_node(run: Run, x_m: float, y_m: float, altitude_m: float) -> bool:
    for node in run.city.nodes.values():
        node_x_m, node_y_m = run.plane.project_point(node.lon_deg, node.lat_deg)
        if (
            node.is_open
            and np.hypot(x_m - node_x_m, y_m - node_y_m) <= tolerances.NODE_RADIUS_M
            and altitude_m >= node.altitude_amsl_m_min - tolerances.NODE_VERTICAL_M
        ):
            return True
    return False


def _check_geozones(run: Run) -> Check:
    """Check that no track is inside a zone while it is closed; on its border is not inside."""
    zones = [zone for zone in run.city.zones if zone.may_close]
    known = f"{len(zones)} of {len(run.city.zones)} zones can be closed"
    check = run.begin("10", "geozones", "no position inside a geozone while it is closed, segments "
                      f"not samples; {known}", "tracks")  # fmt: skip
    for zone in zones:
        areas = list_areas(run, zone)
        for track in run.tracks:
            if len(track.at_ms) < 2 or not zone.is_closed_within(
                float(track.at_ms[0]), float(track.at_ms[-1])
            ):
                continue
            entered_ms = find_entry(areas, track, zone.is_closed_within)
            check.expect(
                entered_ms is None,
                f"sortie {track.sortie_id}: inside geozone {zone.zone_id} while it is closed",
                sortie_id=track.sortie_id, at_ms=entered_ms,
            )  # fmt: skip
    return check
