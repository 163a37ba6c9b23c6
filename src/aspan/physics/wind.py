"""Wind: ground speed on a course, and the airspeed that makes a wanted ground speed good.

The wind triangle of facts 2.2 item 6: GS = sqrt(V^2 - cross^2) + along, tail wind positive.
"""

from math import cos, hypot, radians, sin, sqrt
from typing import Final

import msgspec

_ROUNDING: Final = 1e-9
"""Share of the airspeed far above what rounding can take off a ground speed."""


class WindRefused(msgspec.Struct, frozen=True, gc=False):
    """The wind leaves too little ground speed on a course.

    Parameters
    ----------
    ground_speed_mps
        What would be made good; 0 where the cross wind alone exceeds the airspeed.
    ground_speed_mps_min
        Least ground speed accepted.
    """

    course_deg: float
    airspeed_mps: float
    ground_speed_mps: float
    ground_speed_mps_min: float

    @property
    def reason(self) -> str:
        """One line that names the course, the value and the bound."""
        return (
            f"course {self.course_deg:.0f} deg: ground speed {self.ground_speed_mps:.1f} m/s is "
            f"below the least {self.ground_speed_mps_min:.1f} m/s"
        )


def wind_along_mps(*, course_deg: float, wind_mps: float, wind_from_deg: float) -> float:
    """Return the wind along a course, tail wind positive."""
    return -wind_mps * cos(radians(wind_from_deg - course_deg))


def is_no_course_refused(*, airspeed_mps: float, wind_mps: float, fraction_min: float) -> bool:
    """Say whether a wind leaves enough ground speed even head-on, so that no course is refused.

    The wind triangle never leaves less than airspeed less wind. A false answer says nothing.
    """
    return airspeed_mps - wind_mps > (fraction_min + _ROUNDING) * airspeed_mps


def ground_speed_mps(
    *,
    airspeed_mps: float,
    course_deg: float,
    wind_mps: float,
    wind_from_deg: float,
    fraction_min: float,
) -> float | WindRefused:
    """Return the ground speed on a course held against the wind, or the refusal.

    Parameters
    ----------
    fraction_min
        Least ground speed over airspeed, `AircraftType.ground_speed_fraction_min`.
    """
    if wind_mps == 0.0:
        return airspeed_mps
    angle_rad = radians(wind_from_deg - course_deg)
    cross_mps = wind_mps * sin(angle_rad)
    rest = airspeed_mps * airspeed_mps - cross_mps * cross_mps
    speed_mps = sqrt(rest) - wind_mps * cos(angle_rad) if rest > 0.0 else 0.0
    if speed_mps < fraction_min * airspeed_mps:
        return WindRefused(
            course_deg, airspeed_mps, max(0.0, speed_mps), fraction_min * airspeed_mps
        )
    return speed_mps


def airspeed_for_ground_speed_mps(
    *, ground_speed_mps: float, course_deg: float, wind_mps: float, wind_from_deg: float
) -> float:
    """Return the airspeed with which a ground speed is made good on a course: how time is kept."""
    angle_rad = radians(wind_from_deg - course_deg)
    return hypot(ground_speed_mps + wind_mps * cos(angle_rad), wind_mps * sin(angle_rad))
