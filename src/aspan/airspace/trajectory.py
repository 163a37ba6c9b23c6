"""Trajectory: when a sortie is at each vertex of its lane, counted from lift-off.

Positions belong to the lane, times to the trajectory, so `(lane_id, offsets_ms)` says everything:
a log stores only those. Between two vertices the aircraft moves straight at constant speed. Hover
and transition take the times of the aircraft type whatever the wind; cruise pieces take the ground
speed of the airspeed held in the wind (facts 2.2 item 6).
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from aspan.airspace.lanes import TRANSITION_STEPS, Lane
from aspan.physics.wind import WindRefused, ground_speed_mps
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S
from aspan.world.aircraft import AircraftType


class Trajectory(msgspec.Struct, frozen=True, eq=False):
    """Times of a sortie over the vertices of a lane.

    Parameters
    ----------
    offsets_ms
        Per vertex of the lane, from lift-off; the first is 0, none is less than the one before.
    """

    lane: Lane
    offsets_ms: tuple[int, ...]

    @property
    def duration_ms(self) -> int:
        """Return the flight time, lift-off to touchdown [ms]."""
        return self.offsets_ms[-1]

    def passages_ms(self) -> list[tuple[int, int]]:
        """Return, for every cell of the lane, when it is entered and left, from lift-off [ms]."""
        offsets = self.offsets_ms
        return [(offsets[cell.first], offsets[cell.last]) for cell in self.lane.cells]

    def _locate(self, offset_ms: float) -> tuple[int, float]:
        """Return the piece flown at an offset and the share of it already flown, in [0, 1]."""
        offsets = self.offsets_ms
        piece = min(max(bisect_right(offsets, offset_ms) - 1, 0), len(offsets) - 2)
        start, end = offsets[piece], offsets[piece + 1]
        share = (offset_ms - start) / (end - start) if end > start else 1.0
        return piece, min(max(share, 0.0), 1.0)

    def position_m(self, offset_ms: float) -> tuple[float, float, float]:
        """Return x, y [m, UTM] and altitude [m AMSL] at an offset; the ends hold beyond them."""
        k, share = self._locate(offset_ms)
        x, y, z = self.lane.x_m, self.lane.y_m, self.lane.altitude_amsl_m
        return (
            x[k] + share * (x[k + 1] - x[k]),
            y[k] + share * (y[k + 1] - y[k]),
            z[k] + share * (z[k + 1] - z[k]),
        )

    def position_deg(self, offset_ms: float) -> tuple[float, float, float]:
        """Return longitude, latitude [deg] and altitude [m AMSL] at an offset."""
        k, share = self._locate(offset_ms)
        lon, lat, z = self.lane.lon_deg, self.lane.lat_deg, self.lane.altitude_amsl_m
        return (
            lon[k] + share * (lon[k + 1] - lon[k]),
            lat[k] + share * (lat[k + 1] - lat[k]),
            z[k] + share * (z[k + 1] - z[k]),
        )

    def phase(self, offset_ms: float) -> str:
        """Return the phase of flight at an offset."""
        return self.lane.phases[self._locate(offset_ms)[0]]

    def ground_speed_mps(self, piece: int) -> float:
        """Return the planned speed over ground on the piece that begins at a vertex [m/s]."""
        took_ms = self.offsets_ms[piece + 1] - self.offsets_ms[piece]
        flown_m = self.lane.s_m[piece + 1] - self.lane.s_m[piece]
        return flown_m * MS_PER_S / took_ms if took_ms else 0.0


def plan_trajectory(
    lane: Lane,
    aircraft_type: AircraftType,
    *,
    wind_mps: float,
    wind_from_deg: float,
    airspeed_mps: float | None = None,
) -> Trajectory | WindRefused:
    """Return the times over a lane in one wind, or the refusal of the leg it makes too slow.

    Parameters
    ----------
    airspeed_mps
        In cruise. The type's cruise speed if None.
    """
    airspeed = aircraft_type.cruise_speed_mps if airspeed_mps is None else airspeed_mps
    speeds = []
    for _, course_deg in lane.legs:
        speed = ground_speed_mps(
            airspeed_mps=airspeed,
            course_deg=course_deg,
            wind_mps=wind_mps,
            wind_from_deg=wind_from_deg,
            fraction_min=aircraft_type.ground_speed_fraction_min,
        )
        if isinstance(speed, WindRefused):
            return speed
        speeds.append(speed / MS_PER_S)
    hover_ms = aircraft_type.hover_take_off_s * MS_PER_S
    step_ms = aircraft_type.transition_s * MS_PER_S / TRANSITION_STEPS
    first, last = lane.cruise_first, lane.cruise_last
    at_ms = hover_ms + TRANSITION_STEPS * step_ms
    offsets = [0, *(round(hover_ms + k * step_ms) for k in range(TRANSITION_STEPS)), round(at_ms)]
    s_m, legs = lane.s_m, lane.piece_legs
    for k in range(first, last):
        at_ms += (s_m[k + 1] - s_m[k]) / speeds[legs[k]]
        offsets.append(round(at_ms))
    offsets += [round(at_ms + k * step_ms) for k in range(1, TRANSITION_STEPS + 1)]
    landing_ms = TRANSITION_STEPS * step_ms + aircraft_type.hover_landing_s * MS_PER_S
    offsets.append(round(at_ms + landing_ms))
    return Trajectory(lane, tuple(offsets))


def trajectory_from_offsets(lane: Lane, offsets_ms: Sequence[int]) -> Trajectory:
    """Return the trajectory that a log tells by lane and offsets [ms]."""
    offsets = tuple(offsets_ms)
    is_ordered = all(a <= b for a, b in pairwise(offsets))
    if len(offsets) != len(lane.s_m) or offsets[0] != 0 or not is_ordered:
        raise InvalidInput(
            f"offsets_ms over lane {lane.lane_id}",
            offsets,
            f"{len(lane.s_m)} instants in order, the first 0",
        )
    return Trajectory(lane, offsets)
