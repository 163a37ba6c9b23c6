"""Legs: one piece of a card's flight after another, as rows of speed, course, climb and tilt.

The pilot of a card. A segment is held exactly as stated, with two seconds to settle before it; what
lies between two segments is flown as the type can: lift-off, turns at standard rate, transitions of
the type's duration, speed and height changed within the limits below, back over the pad before a
transition in. On the wing the aircraft turns round where it would leave the box, also within a
segment; rows of a turn show by their roll.

All limits are Assumed: a comfortable pilot's, well inside what powered-lift types can do.
Not modelled: wind that changes with height, obstacles, ground that is not level.
"""

from math import atan2, degrees, hypot
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aspan.twin.card_box import Box, arc_outside_m, choose_box, turn_to_pad
from aspan.twin.card_rows import GROUND, HOVER, TILT_HOVER_DEG, TRANSITION, WING, Rows, ease

Floats = NDArray[np.float64]

ACCELERATION_MPS2: Final = 1.0
LIFT_OFF_MPS: Final = 2.0
TOUCHDOWN_MPS: Final = 1.5
HOVER_TAXI_MPS: Final = 8.0
WING_TURN_DEG_PER_S: Final = 3.0
HOVER_TURN_DEG_PER_S: Final = 18.0
SETTLE_S: Final = 2.0
_HOVER_DOWN_M_MAX: Final = 200.0
_NEAR_PAD_M: Final = 2.0
_LEVEL_M: Final = 1e-3
_HOMING_TRIES: Final = 60
_AIMED_DEG: Final = 2.0
_NEARLY_AIMED_DEG: Final = 30.0
_WIND_MARGIN_M: Final = 300.0
_AWAY_S: Final = 8.0
_STRAIGHT_S_MAX: Final = 60.0


class Legs(Rows):
    """What a pilot does: each call adds the rows of one manoeuvre."""

    # --- on the ground ----------------------------------------------------------------------

    def stand(self, duration_s: float, mode: int = GROUND) -> None:
        """Stay on the ground; charge or discharge there if `mode` says so."""
        count = self.rows_of(duration_s)
        self._add(count, mode=mode, along=np.zeros(count), climb=np.zeros(count))
        self.mode = GROUND

    # --- in hover ---------------------------------------------------------------------------

    def hover_to(self, height_m: float, airspeed_mps: float, course_deg: float) -> None:
        """Come to a height and a speed through the air in hover; 0 stands still over the ground."""
        limit = LIFT_OFF_MPS if height_m > self.height_m else TOUCHDOWN_MPS
        self._climb_smoothly(HOVER, height_m, limit)
        self.mode = HOVER
        wanted = self.ground_speed(airspeed_mps, course_deg) if airspeed_mps > 0.0 else 0.0
        if wanted > 0.0 or self.along_mps > 0.0:
            if self.along_mps > 0.0 and course_deg != self.course_deg:
                self._change_speed(HOVER, 0.0)
            self.course_deg = course_deg
            self._change_speed(HOVER, wanted)

    def hold_hover(self, duration_s: float) -> None:
        """Keep height and ground speed; turn round at the edge of the box."""
        at = self.east_m, self.north_m, self.height_m, self.height_m
        self.box = choose_box(self.boxes, *at)
        self._hold(HOVER, self.rows_of(duration_s), HOVER_TURN_DEG_PER_S, 0.0)

    def hover_home(self) -> None:
        """Taxi in hover to over the pad, if not there."""
        distance_m = hypot(self.east_m, self.north_m)
        if distance_m <= _NEAR_PAD_M:
            return
        self._change_speed(HOVER, 0.0)
        distance_m = hypot(self.east_m, self.north_m)
        self.course_deg = degrees(atan2(-self.east_m, -self.north_m)) % 360.0
        count = self.rows_of(1.5 * distance_m / HOVER_TAXI_MPS + 2.0)
        along = distance_m * np.diff(ease(count + 1)) * self.rate_hz
        self._add(count, mode=HOVER, along=along, climb=np.zeros(count))
        self.along_mps = 0.0

    def land(self) -> None:
        """Touch down, after flying home by whatever way is left from here.

        From a high hover it is down on the wing: minutes of hover cost more than they bring.
        """
        is_lifted = self.mode in (HOVER, TRANSITION)
        if is_lifted and self.height_m > self.low_m + _HOVER_DOWN_M_MAX:
            home_mps = self.kind.best_range_speed_mps
            self.transition_out(self.kind.transition_s, home_mps, self.course_deg)
        if self.mode in (WING, TRANSITION):
            self.come_to_hover()
        if self.mode == HOVER:
            if self.along_mps > 0.0:
                self._change_speed(HOVER, 0.0)
            self.hover_home()
            self._climb_smoothly(HOVER, 0.0, TOUCHDOWN_MPS)
        self.mode = GROUND

    def come_to_hover(self) -> None:
        """Come from the wing, or from amid a transition, to a low hover over the pad."""
        if self.mode == WING:
            speed_mps = min(self.airspeed_mps, self.kind.best_range_speed_mps)
            self.wing_to(self.low_m, speed_mps, self.course_deg)
            self.fly_home(self.kind.transition_s)
        self.transition_in(self.kind.transition_s)

    # --- between hover and wing -------------------------------------------------------------

    def transition_out(self, duration_s: float, airspeed_mps: float, course_deg: float) -> None:
        """Go from hover onto the wing."""
        if self.along_mps == 0.0:
            self.course_deg = course_deg
        self._transition(duration_s, self.ground_speed(airspeed_mps, self.course_deg), 0.0)
        self.mode, self.airspeed_mps = WING, airspeed_mps

    def transition_in(self, duration_s: float) -> None:
        """Come from the wing to a standstill over the ground."""
        self._transition(duration_s, 0.0, TILT_HOVER_DEG)
        self.mode = HOVER

    # --- on the wing ------------------------------------------------------------------------

    def wing_to(self, height_m: float, airspeed_mps: float, course_deg: float) -> None:
        """Come to a height, a speed and a course, within the limits of the type.

        Slower before a height is left for another, faster after it: small boxes are low.
        """
        self.make_room(height_m, course_deg)
        self._come_to_speed(min(airspeed_mps, self.airspeed_mps))
        rise_m = height_m - self.height_m
        if abs(rise_m) > _LEVEL_M:
            count = self.rows_of(1.5 * abs(rise_m) / self.climb_mps_max(rise_m))
            climb = rise_m * np.diff(ease(count + 1)) * self.rate_hz
            self._hold(WING, count, WING_TURN_DEG_PER_S, climb)
            self.height_m = height_m
        self.box = choose_box(self.wing_boxes, self.east_m, self.north_m, height_m, height_m)
        self._come_to_speed(airspeed_mps)
        self._turn_to(course_deg)

    def make_room(self, height_m: float, course_deg: float) -> None:
        """Be where the air is booked from here to a height, on a course."""
        low_m, high_m = sorted((self.height_m, height_m))
        self._enter(choose_box(self.wing_boxes, self.east_m, self.north_m, low_m, high_m))
        self._turn_to(course_deg)

    def _come_to_speed(self, airspeed_mps: float) -> None:
        change_mps = airspeed_mps - self.airspeed_mps
        if change_mps:
            count = self.rows_of(1.5 * abs(change_mps) / ACCELERATION_MPS2)
            speeds = self.airspeed_mps + change_mps * ease(count + 1)[1:]
            self.airspeed_mps = max(airspeed_mps, self.airspeed_mps)
            self._hold(WING, count, WING_TURN_DEG_PER_S, 0.0, speeds)
            self.airspeed_mps = airspeed_mps

    def hold_wing(self, duration_s: float) -> None:
        """Keep speed and height, or the climb begun; turn round at the edge of the box."""
        self._hold(WING, self.rows_of(duration_s), WING_TURN_DEG_PER_S, self.climb_mps)

    def ramp_climb(self, climb_mps: float, duration_s: float) -> None:
        """Come from one rate of climb evenly to another, or to none."""
        count = self.rows_of(duration_s)
        share = (np.arange(count) + 0.5) / count
        climb = self.climb_mps + (climb_mps - self.climb_mps) * share
        self._hold(WING, count, WING_TURN_DEG_PER_S, climb)
        self.climb_mps = climb_mps

    def climb_mps_max(self, rise_m: float) -> float:
        """Return the greatest rate of climb or of descent at the speed flown."""
        kind = self.kind
        gradient = kind.climb_gradient_max if rise_m > 0.0 else kind.descent_gradient_max
        return gradient * max(self.airspeed_mps, 1.0)

    def fly_home(self, transition_s: float) -> None:
        """Fly towards the pad until a transition begun there ends over it.

        Too near to turn to it, the aircraft flies on first; after `_HOMING_TRIES` it makes do.
        """
        self._left_deg = 0.0
        for _ in range(_HOMING_TRIES):
            brake_m = 0.5 * self.along_mps * transition_s
            bearing = degrees(atan2(-self.east_m, -self.north_m)) % 360.0
            off = _turn_between(self.course_deg, bearing)
            room_m = hypot(self.east_m, self.north_m) - brake_m
            if abs(off) <= _AIMED_DEG and room_m >= -2.0 * self.along_mps:
                self._turn_by(off)
                if room_m <= self.along_mps:
                    return
                self._fly_straight(room_m / self.along_mps)
                continue
            turn_m = abs(off) / WING_TURN_DEG_PER_S * self.along_mps
            if abs(off) <= _NEARLY_AIMED_DEG and room_m >= turn_m:
                self._turn_by(off)
                continue
            turn_deg = self._find_turn_home(brake_m + _WIND_MARGIN_M)
            if turn_deg is not None:
                self._turn_by(turn_deg)
            elif self._room_m(self.course_deg) > 1.5 * self._turn_radius_m(WING_TURN_DEG_PER_S):
                self._fly_straight(_AWAY_S)
            else:
                self._turn_by(self._side() * 180.0)

    def _find_turn_home(self, brake_m: float) -> float | None:
        """Return the shorter turn within the box that ends with the pad dead ahead, if any."""
        radius_m = self._turn_radius_m(WING_TURN_DEG_PER_S)
        at = self.east_m, self.north_m, self.course_deg
        turns: list[float] = []
        for side in (1.0, -1.0):
            found = turn_to_pad(*at, side, radius_m)
            if found is None or found[1] < brake_m:
                continue
            if arc_outside_m(self.box, *at, found[0], radius_m) <= 0.0:
                turns.append(found[0])
        return min(turns, key=abs, default=None)

    def _enter(self, box: Box) -> None:
        """Fly on into a box, until there is room in it to turn round."""
        need_m = -1.2 * self._turn_radius_m(WING_TURN_DEG_PER_S)
        for _ in range(_HOMING_TRIES):
            if box.outside_m(self.east_m, self.north_m) <= need_m:
                break
            east = 0.5 * (box.west_m + box.east_m) - self.east_m
            north = 0.5 * (box.south_m + box.north_m) - self.north_m
            if hypot(east, north) < -need_m:
                break
            self._turn_toward(degrees(atan2(east, north)) % 360.0)
            away_m = box.outside_m(self.east_m, self.north_m) - need_m
            self._fly_straight(min(max(away_m / self.along_mps, 1.0), _STRAIGHT_S_MAX))
        self.box = box

    # --- the rows ---------------------------------------------------------------------------

    def _climb_smoothly(self, mode: int, height_m: float, limit_mps: float) -> None:
        rise_m = height_m - self.height_m
        if abs(rise_m) <= _LEVEL_M:
            return
        count = self.rows_of(1.5 * abs(rise_m) / limit_mps)
        climb = rise_m * np.diff(ease(count + 1)) * self.rate_hz
        self._add(count, mode=mode, along=np.full(count, self.along_mps), climb=climb)
        self.height_m = height_m

    def _change_speed(self, mode: int, along_mps: float) -> None:
        change = along_mps - self.along_mps
        if change == 0.0:
            return
        count = self.rows_of(1.5 * abs(change) / ACCELERATION_MPS2)
        along = self.along_mps + change * ease(count + 1)[1:]
        self._add(count, mode=mode, along=along, climb=np.zeros(count))
        self.along_mps = along_mps

    def _transition(self, duration_s: float, along_mps: float, tilt_deg: float) -> None:
        count = self.rows_of(duration_s)
        share = ease(count + 1)[1:]
        along = self.along_mps + (along_mps - self.along_mps) * share
        tilt = self.tilt_deg + (tilt_deg - self.tilt_deg) * share
        self._add(count, mode=TRANSITION, along=along, climb=np.zeros(count), tilt=tilt)
        self.along_mps, self.tilt_deg = along_mps, tilt_deg

    def _turn_to(self, course_deg: float) -> None:
        """Turn to a course, or to the opposite one where it has more room in the box."""
        self._left_deg = 0.0
        back_deg = (course_deg + 180.0) % 360.0
        room_m = self._room_m(course_deg)
        if room_m < min(4.0 * self._turn_radius_m(WING_TURN_DEG_PER_S), self._room_m(back_deg)):
            course_deg = back_deg
        self._turn_toward(course_deg)

    def _turn_toward(self, course_deg: float) -> None:
        """Turn to a course by the side that stays in the box, the shorter one if both do."""
        short = _turn_between(self.course_deg, course_deg)
        long = short - 360.0 if short > 0.0 else short + 360.0
        at = self.east_m, self.north_m, self.course_deg
        radius_m = self._turn_radius_m(WING_TURN_DEG_PER_S)
        out_m = {turn: arc_outside_m(self.box, *at, turn, radius_m) for turn in (short, long)}
        is_short = out_m[short] <= max(0.0, out_m[long]) or abs(short) < _AIMED_DEG
        self._turn_by(short if is_short else long)

    def _turn_by(self, turn_deg: float) -> None:
        if abs(turn_deg) < 1e-9:
            return
        count = self.rows_of(abs(turn_deg) / WING_TURN_DEG_PER_S)
        courses = self.course_deg + turn_deg * np.arange(1, count + 1) / count
        rate = np.full(count, turn_deg * self.rate_hz / count)
        self._fly(WING, courses, rate, np.full(count, self.climb_mps), None)

    def _fly_straight(self, duration_s: float) -> None:
        count = self.rows_of(duration_s)
        still = np.zeros(count)
        self._fly(WING, np.full(count, self.course_deg), still, still, None)


def _turn_between(from_deg: float, to_deg: float) -> float:
    """Return the shorter turn between two courses, to the right positive."""
    return (to_deg - from_deg + 180.0) % 360.0 - 180.0
