"""Rows of a card's flight: what is held, row by row, and where the aircraft is at their end.

Below the pilot (`card_legs`): speeds over the ground in the wind, straight rows and turns, and the
turn round where the edge of the box is near.
"""

from collections.abc import Sequence
from math import cos, radians, sin, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aspan.twin.card_box import Box, choose_box
from aspan.twin.card_place import Air
from aspan.world.aircraft import AircraftType

Floats = NDArray[np.float64]

GROUND: Final = 0
HOVER: Final = 1
TRANSITION: Final = 2
WING: Final = 3
CHARGE: Final = 4
DISCHARGE: Final = 5
OPEN: Final = 6
"""How a row is flown, as far as power is concerned."""

HOVER_HEIGHT_M: Final = 30.0
LOW_MARGIN_M: Final = 5.0
"""Least height of a transition that no segment asks for, and how far above a box's floor."""

WING_BOX_M: Final = 3_000.0
"""Shorter side of the least box for the wing: a turn at 65 m/s is 2.5 km across."""

TILT_HOVER_DEG: Final = 90.0
_EDGE_RADII: Final = 1.2
"""From the edge of the box, in radii of the turn, at which it begins. Assumed: room for wind."""


class Rows:
    """Rows of flight so far, and the state of the aircraft at their end.

    Columns (`COLUMNS`) are lists of pieces, joined by `column`; `along_mps` is ground speed.
    How low the wing is flown near the pad, where no segment says it, is `low_m`.
    """

    def __init__(self, kind: AircraftType, air: Air, boxes: Sequence[Box], rate_hz: float) -> None:
        self.kind, self.air, self.rate_hz = kind, air, rate_hz
        self.boxes = boxes
        self.wing_boxes = [box for box in boxes if box.shorter_m > WING_BOX_M] or boxes
        floors = [box.lower_agl_m for box in self.wing_boxes if box.outside_m(0.0, 0.0) < 0.0]
        self.low_m = max(HOVER_HEIGHT_M, min(floors, default=0.0) + LOW_MARGIN_M)
        self.box = choose_box(self.wing_boxes, 0.0, 0.0, self.low_m, self.low_m)
        self.pieces: dict[str, list[Floats]] = {name: [] for name in COLUMNS}
        self.rows = 0
        self.mode = GROUND
        self.east_m = self.north_m = self.height_m = 0.0
        self.along_mps = self.airspeed_mps = self.course_deg = self.climb_mps = 0.0
        self.tilt_deg = TILT_HOVER_DEG
        self._left_deg = 0.0
        self._wind_rad = radians(air.wind_from_deg)

    def column(self, name: str) -> Floats:
        """Return one column of all rows so far."""
        pieces = self.pieces[name]
        return np.concatenate(pieces) if pieces else np.zeros(0)

    def cut(self, row: int) -> None:
        """Forget all rows from `row` on, and stand as the aircraft stood before it."""
        kept = {name: self.column(name)[:row] for name in COLUMNS}
        self.pieces = {name: [column] for name, column in kept.items()}
        course_rad, along = np.radians(kept["course_deg"]), kept["along_mps"]
        self.rows = len(along)
        self.east_m = float((along * np.sin(course_rad)).sum()) / self.rate_hz
        self.north_m = float((along * np.cos(course_rad)).sum()) / self.rate_hz
        self.height_m = float(kept["climb_mps"].sum()) / self.rate_hz
        self.mode = int(kept["mode"][-1])
        self.along_mps, self.course_deg = float(along[-1]), float(kept["course_deg"][-1]) % 360.0
        self.airspeed_mps = float(airspeeds(self.air, along[-1:], kept["course_deg"][-1:])[0])
        self.tilt_deg, self.climb_mps = float(kept["tilt_deg"][-1]), 0.0
        self._left_deg = 0.0

    def rows_of(self, duration_s: float) -> int:
        """Return the number of rows of a duration, at least one."""
        return max(1, round(duration_s * self.rate_hz))

    def ground_speed(self, airspeed_mps: float, course_deg: float) -> float:
        """Return the ground speed on a course (facts 2.2 item 6), 0 where the wind is stronger."""
        angle = self._wind_rad - radians(course_deg)
        cross = self.air.wind_mps * sin(angle)
        rest = airspeed_mps * airspeed_mps - cross * cross
        return max(0.0, sqrt(rest) - self.air.wind_mps * cos(angle)) if rest > 0.0 else 0.0

    def _ground_speeds(self, airspeed: Floats, course_deg: Floats) -> Floats:
        if self.air.wind_mps == 0.0:
            return airspeed
        angle = self._wind_rad - np.radians(course_deg)
        rest = np.maximum(airspeed**2 - (self.air.wind_mps * np.sin(angle)) ** 2, 0.0)
        return np.maximum(np.sqrt(rest) - self.air.wind_mps * np.cos(angle), 0.0)

    def _hold(
        self,
        mode: int,
        count: int,
        turn_deg_per_s: float,
        climb: Floats | float,
        speeds: Floats | None = None,
    ) -> None:
        """Fly `count` rows on the course, turning round wherever the edge of the box is near."""
        climbs = np.broadcast_to(np.asarray(climb, dtype=np.float64), (count,))
        done = 0
        while done < count:
            if self._left_deg == 0.0:
                straight = min(self._rows_to_edge(turn_deg_per_s), count - done)
                if straight:
                    courses = np.full(straight, self.course_deg)
                    part = slice(done, done + straight)
                    self._fly_part(mode, courses, np.zeros(straight), climbs, speeds, part)
                    done += straight
                if done == count:
                    return
                self._left_deg = self._side() * 180.0
            whole = self.rows_of(abs(self._left_deg) / turn_deg_per_s)
            turning = min(whole, count - done)
            row_deg = self._left_deg / whole
            courses = np.asarray(self.course_deg + row_deg * np.arange(1, turning + 1))
            rate = np.full(turning, row_deg * self.rate_hz)
            self._fly_part(mode, courses, rate, climbs, speeds, slice(done, done + turning))
            self._left_deg = row_deg * (whole - turning)
            done += turning

    def _fly_part(
        self,
        mode: int,
        courses: Floats,
        rate: Floats,
        climbs: Floats,
        speeds: Floats | None,
        part: slice,
    ) -> None:
        self._fly(mode, courses, rate, climbs[part], None if speeds is None else speeds[part])

    def _fly(
        self, mode: int, courses: Floats, rate: Floats, climb: Floats, speeds: Floats | None
    ) -> None:
        """Add rows of given courses, at the speed through the air that is flown or at `speeds`."""
        count = len(courses)
        if mode == WING:
            airspeed = np.full(count, self.airspeed_mps) if speeds is None else speeds
            along = self._ground_speeds(airspeed, courses)
        else:
            along = np.full(count, self.along_mps)
        self._add(count, mode=mode, along=along, climb=climb, courses=courses, turn=rate)
        self.course_deg = float(courses[-1]) % 360.0
        self.along_mps = float(along[-1])

    def _rows_to_edge(self, turn_deg_per_s: float) -> int:
        """Return the rows until the aircraft must begin to turn round; 0 if now."""
        if self.along_mps <= 0.0:
            return 1 << 40
        room_m = self._room_m(self.course_deg) - _EDGE_RADII * self._turn_radius_m(turn_deg_per_s)
        return max(0, int(room_m / self.along_mps * self.rate_hz))

    def _room_m(self, course_deg: float) -> float:
        return self.box.room_m(self.east_m, self.north_m, course_deg)

    def _turn_radius_m(self, turn_deg_per_s: float) -> float:
        return max(self.along_mps, self.airspeed_mps) / radians(turn_deg_per_s)

    def _side(self) -> float:
        """Return 1 to turn right, -1 to turn left: towards the middle of the box."""
        box, course = self.box, radians(self.course_deg)
        east = 0.5 * (box.west_m + box.east_m) - self.east_m
        north = 0.5 * (box.south_m + box.north_m) - self.north_m
        return 1.0 if east * cos(course) - north * sin(course) >= 0.0 else -1.0

    def _add(
        self,
        count: int,
        *,
        mode: int,
        along: Floats,
        climb: Floats,
        courses: Floats | None = None,
        turn: Floats | None = None,
        tilt: Floats | None = None,
    ) -> None:
        """Add rows, and move the aircraft along them."""
        course = np.full(count, self.course_deg) if courses is None else courses
        tilt_end = 0.0 if mode == WING else TILT_HOVER_DEG
        rows = {
            "mode": np.full(count, float(mode)),
            "along_mps": along,
            "course_deg": course,
            "climb_mps": climb,
            "tilt_deg": np.full(count, tilt_end) if tilt is None else tilt,
            "turn_deg_per_s": np.zeros(count) if turn is None else turn,
        }
        for name, column in rows.items():
            self.pieces[name].append(column)
        course_rad = np.radians(course)
        self.east_m += float((along * np.sin(course_rad)).sum()) / self.rate_hz
        self.north_m += float((along * np.cos(course_rad)).sum()) / self.rate_hz
        self.height_m += float(climb.sum()) / self.rate_hz
        self.rows += count
        self.mode = mode


COLUMNS: Final = (
    "mode",
    "along_mps",
    "course_deg",
    "climb_mps",
    "tilt_deg",
    "turn_deg_per_s",
)
"""What a row of a leg tells; airspeed follows from ground speed and wind."""


def airspeeds(air: Air, along_mps: Floats, course_deg: Floats) -> Floats:
    """Return the speeds through the air with which ground speeds on courses are made good."""
    angle = radians(air.wind_from_deg) - np.radians(course_deg)
    return np.hypot(along_mps + air.wind_mps * np.cos(angle), air.wind_mps * np.sin(angle))


def ease(count: int) -> Floats:
    """Return a smooth rise from 0 to 1 in `count` points, without a jump of speed at its ends."""
    share = np.linspace(0.0, 1.0, count)
    return share * share * (3.0 - 2.0 * share)
