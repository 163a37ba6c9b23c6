"""A checker of demonstration days that shares no code with them: tracks, events and times.

Distance and noise are reckoned anew from every flown position: the fall of a thrown body, the level
of terminal flight by spherical spreading (facts 1.27, 1.28). Whether a sortie was allowed is read
from the range's approvals and from what the test site recorded.
"""

from collections.abc import Iterator
from math import cos, log10, radians

import msgspec
import numpy as np
import shapely

from aspan.evidence.demonstration.day_log import DayLog, FlownDay, Track
from aspan.evidence.site_events import RunBegun, RunReleased
from aspan.primitives.instants import ms_to_local
from aspan.world.city import City
from aspan.world.range import Range

_GRAVITY = 9.80665
_EARTH_M = 6_371_008.8
_FALL_BACKS = ("shortened_show", "static_display_only", "postponed")
_CLOSE_M = 5.0
"""Two ways of laying the ground flat differ by less over ten kilometres."""


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """One rule broken."""

    rule: str
    what: str
    detail: str


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What the spectators saw and heard of a day: nearest, least beyond what is owed, loudest."""

    distance_m: float
    spare_m: float
    noise_dba: float


def check_day(flown: FlownDay, city: City, site: Range) -> tuple[Breach, ...]:
    """Return every rule that a day broke; empty if it is clean."""
    return (
        *_check_spectators(flown, city, site),
        *_check_allowed(flown, site),
        *check_ending(flown.log),
        *_check_lost(flown),
    )


def measure_track(track: Track, city: City, site: Range) -> Measured:
    """Return how a flown track stood to the spectators."""
    flat_m = radians(1.0) * _EARTH_M
    east = flat_m * cos(radians(site.site.lat_deg))

    def place(lon: float, lat: float) -> tuple[float, float]:
        return (lon - site.site.lon_deg) * east, (lat - site.site.lat_deg) * flat_m

    areas = [shapely.Polygon([place(x, y) for x, y in a.ring]) for a in site.spectators.areas]
    up = track.height_agl_m > 0.1
    height, speed = track.height_agl_m[up], track.ground_speed_mps[up]
    points = shapely.points(
        (track.lon_deg[up] - site.site.lon_deg) * east,
        (track.lat_deg[up] - site.site.lat_deg) * flat_m,
    )
    away = np.min([shapely.distance(area, points) for area in areas], axis=0)
    owed = np.maximum(site.spectators.distance_m_min, speed * np.sqrt(2.0 * height / _GRAVITY))
    nearest, spare = float(away.min()), float((away - owed).min())
    slant = float(np.sqrt(away**2 + height**2).min())
    level = city.aircraft_type.noise_terminal_dba_at_100_m - 20.0 * log10(max(slant, 1.0) / 100.0)
    return Measured(distance_m=nearest, spare_m=spare, noise_dba=level)


def _check_spectators(flown: FlownDay, city: City, site: Range) -> Iterator[Breach]:
    """Find tracks that came nearer than is owed, or were louder than allowed."""
    runs = {sortie.run_id for sortie in flown.log.sorties}
    if runs != set(flown.tracks):
        yield Breach(rule="track", what=str(sorted(runs ^ set(flown.tracks))), detail="no track")
    for run_id, track in sorted(flown.tracks.items()):
        found = measure_track(track, city, site)
        yield from check_measured(run_id, found, site.spectators.noise_dba_max)


def check_measured(run_id: str, found: Measured, noise_dba_max: float) -> Iterator[Breach]:
    """Find that a sortie was nearer than is owed, or louder than allowed."""
    if found.spare_m < -_CLOSE_M:
        yield Breach(rule="distance", what=run_id, detail=f"{found.spare_m:.0f} m to spare")
    if found.noise_dba > noise_dba_max:
        yield Breach(rule="noise", what=run_id, detail=f"{found.noise_dba:.1f} dBA")


def _check_allowed(flown: FlownDay, site: Range) -> Iterator[Breach]:
    """Find sorties without approval, without release and beginning, or outside their slot."""
    begun = {e.run_id: e for e in flown.events if isinstance(e, RunBegun)}
    released = {e.run_id: e for e in flown.events if isinstance(e, RunReleased)}
    for sortie in flown.log.sorties:
        day = ms_to_local(sortie.begun_at_ms, site.time_zone).date().isoformat()
        if not any(
            a.kind == "demonstration"
            and a.aircraft_id in (None, sortie.aircraft_id)
            and a.from_date <= day < a.until_date
            for a in site.approvals
        ):
            yield Breach(rule="approval", what=sortie.run_id, detail=f"{sortie.aircraft_id} {day}")
        start, release = begun.get(sortie.run_id), released.get(sortie.run_id)
        if start is None or release is None or not release.go_no_go.is_go:
            yield Breach(rule="door", what=sortie.run_id, detail="not released and begun")
        elif start.aircraft_id != sortie.aircraft_id or start.at_ms != sortie.begun_at_ms:
            yield Breach(rule="door", what=sortie.run_id, detail="another run than was begun")
        elif (t := flown.tracks.get(sortie.run_id)) and int(t.at_ms[0]) < start.at_ms:
            yield Breach(rule="door", what=sortie.run_id, detail="flown before it was begun")
    for earlier, later in zip(flown.log.sorties, flown.log.sorties[1:], strict=False):
        if later.begun_at_ms < earlier.ended_at_ms:
            yield Breach(rule="together", what=later.run_id, detail=f"beside {earlier.run_id}")


def check_ending(log: DayLog) -> Iterator[Breach]:
    """Find a day that does not end by its run of show, a named fall-back, or a reasoned stop."""
    plan = log.plan
    wanted = {t.item.item_id for t in plan.items if t.item.card is not None}
    done = {sortie.item_id for sortie in log.sorties}
    if log.ending not in ("run_of_show", "stopped", *_FALL_BACKS):
        yield Breach(rule="ending", what=log.ending, detail="no ending that is named")
    if log.ending != "run_of_show" and not log.reason.strip():
        yield Breach(rule="reason", what=log.ending, detail="no reason")
    if log.ended_at_ms > plan.end_at_ms or any(s.ended_at_ms > plan.end_at_ms for s in log.sorties):
        yield Breach(rule="end", what=log.ending, detail=f"after {plan.end_at_ms}")
    is_right = {
        "run_of_show": done == wanted,
        "shortened_show": bool(done),
        "static_display_only": not done,
        "postponed": not done and plan.reserve_date > plan.date,
        "stopped": True,
    }
    if not is_right.get(log.ending, False):
        yield Breach(rule="ending", what=log.ending, detail=f"flown: {', '.join(sorted(done))}")
    if not log.happenings or log.happenings[-1].what != "ended":
        yield Breach(rule="ending", what=log.ending, detail="the log does not end")


def _check_lost(flown: FlownDay) -> Iterator[Breach]:
    """Find sorties of an aircraft that was lost before."""
    for happening in flown.log.happenings:
        if happening.what != "aircraft_lost":
            continue
        lost = happening.detail.split(":")[0]
        for sortie in flown.log.sorties:
            if sortie.aircraft_id == lost and sortie.begun_at_ms >= happening.at_ms:
                yield Breach(rule="lost", what=sortie.run_id, detail=f"{lost} was lost")
