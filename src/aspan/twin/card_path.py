"""The path of a card: from its segments to rows of motion, with position, speeds and attitude.

Attitude is for the eye of whoever reads strip charts: coordinated turns, a nose that rises as the
wing slows, gusts. Assumed throughout; nothing is judged by it but roll, which shows a turn.
"""

from collections.abc import Sequence
from math import radians
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.physics.flight import best_range_speed_mps
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import STANDARD_GRAVITY_MPS2
from aspan.twin.card_box import Box
from aspan.twin.card_legs import SETTLE_S, Legs
from aspan.twin.card_place import Air
from aspan.twin.card_profile import PASS, Segment
from aspan.twin.card_rows import (
    CHARGE,
    COLUMNS,
    DISCHARGE,
    GROUND,
    HOVER,
    OPEN,
    TRANSITION,
    WING,
    airspeeds,
)
from aspan.world.aircraft import AircraftType

Floats = NDArray[np.float64]

_RAMP_S: Final = 2.0
_ON_STAND: Final = {"ground": GROUND, "charge": CHARGE, "discharge": DISCHARGE, "open": OPEN}


class Path(msgspec.Struct, kw_only=True):
    """Motion of one run, a row each `1 / rate_hz`, without gusts.

    Parameters
    ----------
    segments
        First row and the row after the last of each segment as held, by label.
    power_kw
        Asked of charger or load bank.
    """

    rate_hz: float
    mode: NDArray[np.int8]
    along_mps: Floats
    airspeed_mps: Floats
    course_deg: Floats
    climb_mps: Floats
    tilt_deg: Floats
    turn_deg_per_s: Floats
    east_m: Floats
    north_m: Floats
    height_m: Floats
    power_kw: Floats
    segments: dict[str, tuple[int, int]]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.mode)

    def time_s(self) -> Floats:
        """Return the time of each row since the first."""
        return np.arange(self.rows) / self.rate_hz


def draw_path(
    profile: Sequence[Segment],
    *,
    kind: AircraftType,
    mass_kg: float,
    density_kg_m3: float,
    air: Air,
    boxes: Sequence[Box],
    rate_hz: float,
    recover_at_s: float | None = None,
) -> Path:
    """Fly the segments one after another and land.

    Parameters
    ----------
    recover_at_s
        When the run is knocked off: from there the aircraft comes home and lands.
    """
    check_profile(profile)
    legs = Legs(kind, air, boxes, rate_hz)
    slow_mps = best_range_speed_mps(kind, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    segments: dict[str, tuple[int, int]] = {}
    power: list[tuple[int, int, float]] = []
    for segment in profile:
        first, last = _fly_segment(legs, segment, segment.airspeed_mps or slow_mps)
        segments[segment.label] = (first, last)
        power.append((first, last, segment.power_kw))
    legs.land()
    legs.stand(SETTLE_S)
    if recover_at_s is not None and 0 < round(recover_at_s * rate_hz) < legs.rows:
        row = round(recover_at_s * rate_hz)
        legs.cut(row)
        legs.land()
        legs.stand(SETTLE_S)
        segments = {k: (a, min(b, row)) for k, (a, b) in segments.items() if a < row}
        power = [(a, min(b, row), kw) for a, b, kw in power if a < row]
    power_kw = np.zeros(legs.rows)
    for first, last, asked_kw in power:
        power_kw[first:last] = asked_kw
    return _join(legs, power_kw, segments)


def check_profile(profile: Sequence[Segment]) -> None:
    """Refuse segments that nobody could fly as they are written."""
    if len({segment.label for segment in profile}) != len(profile) or not profile:
        raise InvalidInput("profile", [s.label for s in profile], "segments, each label once")
    for segment in profile:
        if not 0.0 < segment.duration_s < float("inf"):
            raise InvalidInput(f"{segment.label}.duration_s", segment.duration_s, "above 0")
        if segment.manoeuvre not in _ON_STAND and not segment.height_agl_m > 0.0:
            raise InvalidInput(f"{segment.label}.height_agl_m", segment.height_agl_m, "above 0")
        if not segment.airspeed_mps >= 0.0 or not segment.power_kw >= 0.0:
            raise InvalidInput(segment.label, segment, "a speed and a power of 0 or more")


def _fly_segment(legs: Legs, segment: Segment, wing_mps: float) -> tuple[int, int]:
    """Come to where the segment begins and hold it; return the rows held."""
    manoeuvre = segment.manoeuvre
    if manoeuvre in _ON_STAND:
        legs.land()
        first = legs.rows
        legs.stand(segment.duration_s, _ON_STAND[manoeuvre])
    elif manoeuvre == "hover":
        _come_to_hover(legs)
        legs.hover_to(segment.height_agl_m, segment.airspeed_mps, segment.course_deg)
        legs.hold_hover(SETTLE_S)
        first = legs.rows
        legs.hold_hover(segment.duration_s)
    elif manoeuvre == "transition_out":
        _come_to_hover(legs)
        legs.hover_to(segment.height_agl_m, 0.0, segment.course_deg)
        legs.hold_hover(SETTLE_S)
        first = legs.rows
        legs.transition_out(segment.duration_s, wing_mps, segment.course_deg)
    else:
        return _fly_on_wing(legs, segment, wing_mps)
    return first, legs.rows


def _fly_on_wing(legs: Legs, segment: Segment, wing_mps: float) -> tuple[int, int]:
    height_m, duration_s = segment.height_agl_m, segment.duration_s
    _come_to_wing(legs, wing_mps, segment.course_deg)
    if segment.manoeuvre == "transition_in":
        legs.wing_to(height_m, legs.airspeed_mps, legs.course_deg)
        legs.fly_home(duration_s)
        first = legs.rows
        legs.transition_in(duration_s)
        return first, legs.rows
    if segment.manoeuvre == "cruise":
        legs.wing_to(height_m, wing_mps, segment.course_deg)
        if segment.label.startswith(PASS):
            legs.fly_home(duration_s)
        else:
            legs.hold_wing(SETTLE_S)
        first = legs.rows
        legs.hold_wing(duration_s)
        return first, legs.rows
    legs.wing_to(legs.height_m, wing_mps, segment.course_deg)
    legs.make_room(height_m, segment.course_deg)
    rise_m = height_m - legs.height_m
    even_s = max(duration_s + SETTLE_S + _RAMP_S, abs(rise_m) / legs.climb_mps_max(rise_m))
    legs.ramp_climb(rise_m / even_s, _RAMP_S)
    legs.hold_wing(SETTLE_S)
    first = legs.rows
    legs.hold_wing(even_s - SETTLE_S - _RAMP_S)
    last = legs.rows
    legs.ramp_climb(0.0, _RAMP_S)
    return first, last


def _come_to_hover(legs: Legs) -> None:
    """Be in hover, or on the ground about to lift off."""
    if legs.mode in (WING, TRANSITION):
        legs.come_to_hover()


def _come_to_wing(legs: Legs, airspeed_mps: float, course_deg: float) -> None:
    """Be on the wing, by a lift-off and a transition where the segments ask for none."""
    if legs.mode == WING:
        return
    if legs.mode == GROUND:
        legs.hover_to(legs.low_m, 0.0, course_deg)
    legs.transition_out(legs.kind.transition_s, airspeed_mps, course_deg)


def _join(legs: Legs, power_kw: Floats, segments: dict[str, tuple[int, int]]) -> Path:
    columns = {name: legs.column(name) for name in COLUMNS}
    mode = columns.pop("mode").astype(np.int8)
    columns["course_deg"] = columns["course_deg"] % 360.0
    empty = np.zeros(0)
    path = Path(
        **columns,
        rate_hz=legs.rate_hz,
        mode=mode,
        airspeed_mps=airspeeds(legs.air, columns["along_mps"], columns["course_deg"]),
        east_m=empty,
        north_m=empty,
        height_m=empty,
        power_kw=power_kw,
        segments=segments,
    )
    place_path(path)
    return path


def place_path(path: Path) -> None:
    """Set position and height of each row from the speeds before it."""
    course = np.radians(path.course_deg)
    path.east_m = np.cumsum(path.along_mps * np.sin(course)) / path.rate_hz
    path.north_m = np.cumsum(path.along_mps * np.cos(course)) / path.rate_hz
    path.height_m = np.cumsum(path.climb_mps) / path.rate_hz
    path.height_m[np.abs(path.height_m) < 1e-6] = 0.0


def is_airborne(path: Path) -> NDArray[np.bool_]:
    """Return in which rows the aircraft flies."""
    return (path.mode >= HOVER) & (path.mode <= WING)


def roll_deg(path: Path) -> Floats:
    """Return the bank of a coordinated turn on the wing, rolled into over a second."""
    rate = np.where(path.mode == WING, np.radians(path.turn_deg_per_s), 0.0)
    bank = np.degrees(np.arctan(path.airspeed_mps * rate / STANDARD_GRAVITY_MPS2))
    return mean_of_last(bank, max(1, round(path.rate_hz)))


def pitch_deg(path: Path, slow_mps: float) -> Floats:
    """Return the nose above the horizon. Assumed: 5° at best-range speed, less as it is faster."""
    speed = np.maximum(path.airspeed_mps, 20.0)
    on_wing = 5.0 * (slow_mps / speed) ** 2 - 1.0
    on_wing += np.degrees(np.arcsin(np.clip(path.climb_mps / speed, -0.5, 0.5)))
    share = 1.0 - path.tilt_deg / 90.0
    return np.asarray(share * np.minimum(on_wing, 12.0) * is_airborne(path))


def heading_deg(path: Path, air: Air) -> Floats:
    """Return where the nose points: along the motion through the air; into the wind at rest."""
    course, wind = np.radians(path.course_deg), radians(air.wind_from_deg)
    along = path.along_mps + 1e-6
    east = along * np.sin(course) + air.wind_mps * np.sin(wind)
    north = along * np.cos(course) + air.wind_mps * np.cos(wind)
    return np.asarray(np.degrees(np.arctan2(east, north)) % 360.0)


def mean_of_last(column: Floats, count: int) -> Floats:
    """Return the mean of each row and the `count - 1` before it, the first taken as before all."""
    padded = np.concatenate([np.full(count, column[0]), column])
    summed = np.cumsum(padded)
    return np.asarray((summed[count:] - summed[:-count]) / count)
