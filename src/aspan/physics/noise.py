"""Noise: levels at a distance and over an hour, from published source levels.

Spherical spreading without absorption, which is conservative below 1 km (facts 1.28). The source
levels are two, of cruise and of terminal flight, because scaling one does not give the other
(facts 1.26, 1.27). Not modelled: directivity, ground reflection, screening by buildings.

References
----------
.. [1] D. A. Bies, C. H. Hansen, *Engineering Noise Control*, 4th ed., 2009, ch. 5.
.. [2] ISO 1996-1:2016, *Acoustics: Description, measurement and assessment of environmental
   noise*, part 1: sound exposure level and equivalent level.
"""

from collections.abc import Iterable
from math import atan, fsum, inf, log10

from aspan.primitives.units import S_PER_H
from aspan.world.aircraft import AircraftType

CRUISE_REFERENCE_M = 500.0
TERMINAL_REFERENCE_M = 100.0
"""Distances of the two source levels, as in their field names (facts 1.26, 1.27)."""


def level_at_distance_dba(level_dba: float, *, reference_m: float, distance_m: float) -> float:
    """Return a level at a distance, from the level at a reference distance (facts 1.28)."""
    return level_dba - 20.0 * log10(distance_m / reference_m)


def cruise_level_dba(aircraft: AircraftType, *, distance_m: float) -> float:
    """Return the level of an aircraft passing in cruise, at its slant distance."""
    return level_at_distance_dba(
        aircraft.noise_cruise_dba_at_500_m, reference_m=CRUISE_REFERENCE_M, distance_m=distance_m
    )


def terminal_level_dba(aircraft: AircraftType, *, distance_m: float) -> float:
    """Return the level of a take-off or landing, at its distance."""
    return level_at_distance_dba(
        aircraft.noise_terminal_dba_at_100_m,
        reference_m=TERMINAL_REFERENCE_M,
        distance_m=distance_m,
    )


def hourly_level_dba(level_dba: float, *, movements_per_h: float, movement_s: float) -> float:
    """Return LAeq over one hour of equal movements (facts 1.29); minus infinity without any.

    Parameters
    ----------
    level_dba
        During a movement, at the listener.
    movement_s
        How long one movement is heard at that level; about 45 s (facts 1.29).
    """
    share = movements_per_h * movement_s / S_PER_H
    return level_dba + 10.0 * log10(share) if share > 0.0 else -inf


def distance_for_level_m(level_dba: float, *, reference_m: float, wanted_dba: float) -> float:
    """Return the distance at which a level has fallen to the wanted one."""
    return float(reference_m * 10.0 ** ((level_dba - wanted_dba) / 20.0))


def pass_exposure_dba(
    level_dba: float,
    *,
    distance_m: float,
    speed_mps: float,
    before_m: float = inf,
    after_m: float = inf,
) -> float:
    """Return the sound exposure level of a source that passes straight at a constant speed.

    The level of a steady point source at slant distance r falls as 1/r²; over the time of passing,
    from `before_m` ahead of the nearest point of its line to `after_m` beyond it, the integral is
    (atan(before/d) + atan(after/d)) · d/V seconds of the level at the nearest point, π · d/V for an
    endless line: the line source of [1] drawn in time, referred to 1 s as in [2].

    Parameters
    ----------
    level_dba
        At the nearest point of the line.
    distance_m
        Slant distance d to the line.
    before_m, after_m
        Along the line, from its nearest point; negative where the path ends before that point.
    """
    angle_rad = atan(before_m / distance_m) + atan(after_m / distance_m)
    return level_dba + 10.0 * log10(angle_rad * distance_m / speed_mps)


def sum_levels_dba(levels_dba: Iterable[float]) -> float:
    """Return the level of several sources together, by energy; minus infinity of none."""
    energy = fsum(10.0 ** (level_dba / 10.0) for level_dba in levels_dba)
    return 10.0 * log10(energy) if energy > 0.0 else -inf
