"""Boxes of air that a card is flown in, and the turns that stay inside them.

Metres east and north of the pad, heights above it. Geometry only; who turns when is in `card_legs`.
"""

from collections.abc import Sequence
from math import atan2, cos, degrees, hypot, inf, radians, sin
from typing import Final

import msgspec

_ARC_STEP_DEG: Final = 30.0
_TANGENT: Final = 1.02
"""A turn leads to a place only from outside this many of its radii about its middle."""


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle between two heights; the pad may be at its edge, or outside."""

    west_m: float = -8_000.0
    south_m: float = -8_000.0
    east_m: float = 8_000.0
    north_m: float = 8_000.0
    lower_agl_m: float = 0.0
    upper_agl_m: float = inf

    @property
    def area_m2(self) -> float:
        """On the ground."""
        return (self.east_m - self.west_m) * (self.north_m - self.south_m)

    @property
    def shorter_m(self) -> float:
        """Of its sides."""
        return min(self.east_m - self.west_m, self.north_m - self.south_m)

    def outside_m(self, east_m: float, north_m: float) -> float:
        """Return how far a place is beyond the walls; negative inside, to the nearest wall."""
        return max(
            self.west_m - east_m,
            east_m - self.east_m,
            self.south_m - north_m,
            north_m - self.north_m,
        )

    def room_m(self, east_m: float, north_m: float, course_deg: float) -> float:
        """Return how far it is to the wall ahead; negative beyond it."""
        course, room = radians(course_deg), inf
        for speed, at, low, high in (
            (sin(course), east_m, self.west_m, self.east_m),
            (cos(course), north_m, self.south_m, self.north_m),
        ):
            if abs(speed) > 1e-9:
                room = min(room, ((high if speed > 0.0 else low) - at) / speed)
        return room


def choose_box(
    boxes: Sequence[Box], east_m: float, north_m: float, low_m: float, high_m: float
) -> Box:
    """Return the largest box about a place that reaches from one height to another.

    Where none is about the place, the nearest that has the heights; where none has both of them,
    what the boxes of the two have in common; where none has one, the first.
    """
    fitting = [box for box in boxes if box.lower_agl_m <= low_m and high_m <= box.upper_agl_m]
    if fitting:
        return max(
            fitting, key=lambda box: (-max(0.0, box.outside_m(east_m, north_m)), box.area_m2)
        )
    if low_m == high_m:
        return boxes[0]
    lower = choose_box(boxes, east_m, north_m, low_m, low_m)
    upper = choose_box(boxes, east_m, north_m, high_m, high_m)
    both = Box(
        west_m=max(lower.west_m, upper.west_m),
        south_m=max(lower.south_m, upper.south_m),
        east_m=min(lower.east_m, upper.east_m),
        north_m=min(lower.north_m, upper.north_m),
    )
    return both if both.west_m < both.east_m and both.south_m < both.north_m else upper


def arc_outside_m(
    box: Box, east_m: float, north_m: float, course_deg: float, turn_deg: float, radius_m: float
) -> float:
    """Return how far beyond the walls a turn leads; negative if it stays inside."""
    side = 1.0 if turn_deg >= 0.0 else -1.0
    middle_east, middle_north = turn_middle(east_m, north_m, course_deg, side, radius_m)
    steps = max(1, round(abs(turn_deg) / _ARC_STEP_DEG))
    worst = -inf
    for step in range(1, steps + 1):
        heading = radians(course_deg + turn_deg * step / steps)
        at_east = middle_east - side * radius_m * cos(heading)
        at_north = middle_north + side * radius_m * sin(heading)
        worst = max(worst, box.outside_m(at_east, at_north))
    return worst


def turn_middle(
    east_m: float, north_m: float, course_deg: float, side: float, radius_m: float
) -> tuple[float, float]:
    """Return the middle of a turn to the right (side 1) or left (-1)."""
    course = radians(course_deg)
    return east_m + side * radius_m * cos(course), north_m - side * radius_m * sin(course)


def turn_to_pad(
    east_m: float, north_m: float, course_deg: float, side: float, radius_m: float
) -> tuple[float, float] | None:
    """Return the turn [deg] to one side after which the pad is dead ahead, and how far it is then.

    None where the pad is within the circle of the turn.
    """
    middle_east, middle_north = turn_middle(east_m, north_m, course_deg, side, radius_m)
    reach_m = hypot(middle_east, middle_north)
    if reach_m <= _TANGENT * radius_m:
        return None
    ahead_m = (reach_m * reach_m - radius_m * radius_m) ** 0.5
    bearing = degrees(atan2(-middle_east, -middle_north))
    heading = bearing + side * degrees(atan2(radius_m, ahead_m))
    turn = (heading - course_deg) * side % 360.0
    return side * turn, ahead_m
