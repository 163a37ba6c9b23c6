"""Own sunrise and sunset.

References
----------
.. [1] NOAA Global Monitoring Laboratory, *General Solar Position Calculations*, after J. Meeus,
   *Astronomical Algorithms*, 1991. Zenith 90.833 degrees: refraction and the sun's radius.
"""

from datetime import date
from math import acos, asin, cos, degrees, radians, sin, tan
from typing import Final

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_DAY, MS_PER_MIN

SUN_EDGE_ZENITH_DEG: Final = 90.833
_J2000_NOON_MS: Final = 946_728_000_000
_DAYS_PER_CENTURY: Final = 36_525.0
_NOON_UTC_MIN: Final = 720.0
_MIN_PER_DEG: Final = 4.0


def _declination_and_equation_of_time(at_ms: float) -> tuple[float, float]:
    """Return the sun's declination [rad] and the equation of time [min] at an instant."""
    century = (at_ms - _J2000_NOON_MS) / MS_PER_DAY / _DAYS_PER_CENTURY
    mean_longitude = radians((280.46646 + century * (36000.76983 + century * 0.0003032)) % 360)
    anomaly = radians(357.52911 + century * (35999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = (
        sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + sin(3 * anomaly) * 0.000289
    )
    node = radians(125.04 - 1934.136 * century)
    apparent = radians(degrees(mean_longitude) + centre - 0.00569 - 0.00478 * sin(node))
    tilt = radians(23.439291 - 0.0130042 * century + 0.00256 * cos(node))
    y = tan(tilt / 2) ** 2
    equation = (
        y * sin(2 * mean_longitude)
        - 2 * eccentricity * sin(anomaly)
        + 4 * eccentricity * y * sin(anomaly) * cos(2 * mean_longitude)
        - 0.5 * y * y * sin(4 * mean_longitude)
        - 1.25 * eccentricity**2 * sin(2 * anomaly)
    )
    return asin(sin(tilt) * sin(apparent)), _MIN_PER_DEG * degrees(equation)


def sunrise_sunset_ms(
    day: date, zone: str, *, lon_deg: float, lat_deg: float
) -> tuple[float, float]:
    """Return the instants [ms] of sunrise and sunset of a local date at a place.

    Each is computed for its own instant, by one iteration from local noon.
    """
    midnight_ms = local_midnight_ms(day, zone)
    noon_ms = midnight_ms + MS_PER_DAY / 2
    utc_midnight_ms = noon_ms - noon_ms % MS_PER_DAY
    found: list[float] = []
    for side in (1.0, -1.0):
        at_ms = noon_ms
        for _ in range(3):
            declination, equation = _declination_and_equation_of_time(at_ms)
            latitude = radians(lat_deg)
            cosine = cos(radians(SUN_EDGE_ZENITH_DEG)) / (cos(latitude) * cos(declination)) - tan(
                latitude
            ) * tan(declination)
            if not -1.0 <= cosine <= 1.0:
                raise InvalidInput("position", lat_deg, "a latitude where the sun rises that day")
            angle_deg = side * degrees(acos(cosine))
            minutes = _NOON_UTC_MIN - _MIN_PER_DEG * (lon_deg + angle_deg) - equation
            at_ms = utc_midnight_ms + minutes * MS_PER_MIN
        found.append(at_ms)
    return found[0], found[1]
