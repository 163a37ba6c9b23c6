"""Judges of noise and of distance: what microphones heard, how near spectators the aircraft came.

Distances come from the recorded positions and the range's own: of microphones, of spectators'
ground. A level counts only where the aircraft is heard above its surroundings; readings of one
second count as one, as they are not independent.
"""

from math import hypot, isfinite, sqrt
from typing import Final

import numpy as np
import shapely

from aspan.evidence.card import Bounds, CheckId
from aspan.evidence.judging import JudgeFunction
from aspan.evidence.run_data import Floats, NotRecordedError, RunData, rows_per_s
from aspan.evidence.usual_judges import list_labels
from aspan.evidence.verdict import Measured, Verdict, judge, missing
from aspan.physics.noise import cruise_level_dba, terminal_level_dba
from aspan.twin.card_profile import Manoeuvre
from aspan.world.geodesy import metres_per_degree
from aspan.world.range import Microphone, Range

HEARD_DBA: Final = 41.0
"""Quieter is not the aircraft alone. Assumed: 1 dBA above the ambient level that is a no-go."""

NEAR_SHARE: Final = 1.15
"""Rows of a pass are used up to this many times its least distance: 1.2 dBA below the peak."""

POSITION_M: Final = 5.0
"""Half of the 95 % interval of a distance. Assumed: satellite positions and surveyed points."""

_CALIBRATION_DBA: Final = 0.5
"""Half of the 95 % interval of a calibrated microphone. Assumed: class 1 after IEC 61672-1."""


def near_the_model(tolerance_dba: float, *manoeuvres: Manoeuvre) -> JudgeFunction:
    """Compare levels with the model's source levels, at the microphone each segment comes nearest.

    The loudest difference of all segments is judged.
    """

    def judge_source(check_id: CheckId, run: RunData) -> Verdict:
        bound = Bounds(low=-tolerance_dba, high=tolerance_dba)
        means = [mean for label in list_labels(run, *manoeuvres) if (mean := _over(run, label))]
        if not means:
            return missing(check_id, "The aircraft was not heard above its surroundings", bound)
        worst = max(means, key=lambda mean: abs(mean.value))
        return judge(check_id, "Level over the model's", worst, bound)

    return judge_source


def spectators_kept_away() -> JudgeFunction:
    """Ask that the aircraft never comes nearer to the spectators' ground than the range allows."""

    def judge_distance(check_id: CheckId, run: RunData) -> Verdict:
        spectators = _site(run).spectators
        least = min(_distance_m(run, area.ring) for area in spectators.areas)
        measured = Measured(value=least, low=least - POSITION_M, high=least + POSITION_M, unit="m")
        what = "Least distance to the spectators along the ground"
        return judge(check_id, what, measured, Bounds(low=spectators.distance_m_min))

    return judge_distance


def _site(run: RunData) -> Range:
    if run.site is None:
        raise NotRecordedError("no test site to measure distances on")
    return run.site


def _over(run: RunData, label: str) -> Measured | None:
    """Return by how much a segment was louder than the model, at the nearest microphone."""
    rows = run.rows(label)
    slants = [(_slant_m(run, mic)[rows], mic) for mic in _site(run).microphones]
    near, mic = min(slants, key=lambda pair: (float(np.nanmin(pair[0])), pair[1].number))
    level = run.column(f"mic{mic.number}_dba")[rows]
    at_1_m = (terminal_level_dba if _is_slow(run, label) else cruise_level_dba)(
        run.aircraft, distance_m=1.0
    )
    told = at_1_m - 20.0 * np.log10(near)
    heard = (near <= NEAR_SHARE * np.nanmin(near)) & (told >= HEARD_DBA)
    if not heard.any():
        return None
    first, last = np.flatnonzero(heard)[[0, -1]]
    over = np.where(heard, level - told, np.nan)[first : last + 1]
    value = float(np.nanmean(over))
    if not isfinite(value):
        return None
    scatter = float(np.nanstd(over)) / sqrt(max(1.0, (last - first) / rows_per_s(run)))
    half = hypot(_CALIBRATION_DBA, 1.96 * scatter)
    return Measured(value=value, low=value - half, high=value + half, unit="dBA")


def _is_slow(run: RunData, label: str) -> bool:
    manoeuvre = next(s.manoeuvre for s in run.card.profile if s.label == label)
    return manoeuvre in ("hover", "transition_out", "transition_in")


def _slant_m(run: RunData, mic: Microphone) -> Floats:
    """Return the distance from a microphone to the aircraft in each row."""
    lon_m, lat_m = metres_per_degree(mic.lat_deg)
    east = (run.column("lon_deg") - mic.lon_deg) * lon_m
    north = (run.column("lat_deg") - mic.lat_deg) * lat_m
    up = run.column("height_agl_m") - mic.height_agl_m
    return np.asarray(np.sqrt(east**2 + north**2 + up**2))


def _distance_m(run: RunData, ring: tuple[tuple[float, float], ...]) -> float:
    """Return the least distance along the ground from the track to an area."""
    lon, lat = run.column("lon_deg"), run.column("lat_deg")
    good = np.isfinite(lon) & np.isfinite(lat)
    if not good.any():
        raise NotRecordedError("positions")
    lon_m, lat_m = metres_per_degree(ring[0][1])
    area = shapely.Polygon([(x * lon_m, y * lat_m) for x, y in ring])
    points = shapely.points(lon[good] * lon_m, lat[good] * lat_m)
    least = float(shapely.distance(points, area).min())
    if not isfinite(least):
        raise NotRecordedError("positions")
    return least
