"""Conformance: whether a reported position lies inside the windows about its plan.

The report is put on the nearest point of the lane; its distance aside and in height, and the time
by which it is late there, are held against the windows that separation is planned with. Within all
three the aircraft is inside its volumes and keeps the minima against all who are inside theirs.
"""

from enum import Enum

import msgspec

from aspan.airspace.trajectory import Trajectory
from aspan.primitives.units import seconds_to_ms
from aspan.world.rules import Separation


class Deviation(Enum):
    """A window that is left."""

    LATERAL = "lateral"
    VERTICAL = "vertical"
    EARLY = "early"
    LATE = "late"


class Conformance(msgspec.Struct, frozen=True):
    """Where an aircraft is against its plan.

    Parameters
    ----------
    lateral_m
        Horizontal distance from the lane; not negative.
    vertical_m
        Above the planned altitude there; negative below.
    late_ms
        After the planned instant there; negative early.
    deviations
        Windows left; empty if it conforms.
    """

    lateral_m: float
    vertical_m: float
    late_ms: int
    deviations: tuple[Deviation, ...]

    @property
    def is_inside(self) -> bool:
        """Return whether the aircraft is inside all its windows."""
        return not self.deviations


def check_conformance(
    trajectory: Trajectory,
    separation: Separation,
    *,
    lift_off_at_ms: int,
    at_ms: int,
    x_m: float,
    y_m: float,
    altitude_amsl_m: float,
) -> Conformance:
    """Hold a reported position against the plan of its sortie.

    Parameters
    ----------
    lift_off_at_ms
        As planned.
    x_m, y_m
        In the city's UTM zone.
    """
    offset_ms = at_ms - lift_off_at_ms
    lateral_m, vertical_m, planned_ms = _nearest(trajectory, x_m, y_m, altitude_amsl_m)
    late_ms = round(offset_ms - planned_ms)
    if planned_ms <= 0.0:  # On the pad before lift-off nobody is early,
        late_ms = max(late_ms, 0)
    elif planned_ms >= trajectory.duration_ms:  # and after touchdown nobody is late.
        late_ms = min(late_ms, 0)
    window_ms = seconds_to_ms(separation.conformance_s)
    deviations = []
    if lateral_m > separation.conformance_lateral_m:
        deviations.append(Deviation.LATERAL)
    if abs(vertical_m) > separation.conformance_vertical_m:
        deviations.append(Deviation.VERTICAL)
    if late_ms < -window_ms:
        deviations.append(Deviation.EARLY)
    if late_ms > window_ms:
        deviations.append(Deviation.LATE)
    return Conformance(lateral_m, vertical_m, late_ms, tuple(deviations))


def _nearest(
    trajectory: Trajectory, x_m: float, y_m: float, altitude_m: float
) -> tuple[float, float, float]:
    """Return distance aside and height over the nearest planned point, and its offset [ms].

    Nearest in three dimensions, so that hover climbs are told by their height.
    """
    lane, offsets = trajectory.lane, trajectory.offsets_ms
    xs, ys, zs = lane.x_m, lane.y_m, lane.altitude_amsl_m
    best = float("inf")
    answer = (0.0, 0.0, 0.0)
    for k in range(len(xs) - 1):
        ax, ay, az = xs[k], ys[k], zs[k]
        dx, dy, dz = xs[k + 1] - ax, ys[k + 1] - ay, zs[k + 1] - az
        px, py, pz = x_m - ax, y_m - ay, altitude_m - az
        square = dx * dx + dy * dy + dz * dz
        share = (px * dx + py * dy + pz * dz) / square if square > 0.0 else 0.0
        share = min(max(share, 0.0), 1.0)
        ex, ey, ez = px - share * dx, py - share * dy, pz - share * dz
        aside = ex * ex + ey * ey
        if aside + ez * ez < best:
            best = aside + ez * ez
            offset_ms = offsets[k] + share * (offsets[k + 1] - offsets[k])
            answer = (float(aside**0.5), ez, offset_ms)
    return answer
