"""Reduction: steady means with honest standard errors, brought to standard conditions.

A mean over a segment is only as certain as its readings are independent, and in turbulence they
are not: gusts last seconds. The column is therefore cut into blocks longer than the gusts, and the
scatter of the block means gives the standard error (method of batch means [1]).

Power is brought to a standard mass and density by the laws of the physics itself, so that points
of different days lie on one curve: in hover P ~ m^1.5 rho^-0.5 (momentum theory [2]); on the wing
by equivalent weight and speed, Piw = P (ms/m)^1.5 (rho/rho0)^0.5 at Viw = Ve (ms/m)^0.5 [3]. Speeds
are airspeeds, so wind drops out. Not corrected: compressibility, ground effect, accelerations (a
segment that is not steady is refused by `steady_mean`).

References
----------
.. [1] A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 9.5.3: batch means.
.. [2] J. G. Leishman, *Principles of Helicopter Aerodynamics*, 2nd ed., 2006, ch. 2.
.. [3] R. D. Kimberlin, *Flight Testing of Fixed-Wing Aircraft*, 2003, AIAA: Piw-Viw method.
"""

from math import sqrt
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.world.atmosphere import STANDARD_DENSITY_KG_M3

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BLOCK_S: Final = 5.0
"""Length of a block. Assumed: gusts near the ground last about 1 to 3 s at flight speed."""

BLOCKS_MIN: Final = 6
"""Fewer say too little about their own scatter."""

USABLE_SHARE_MIN: Final = 0.5
"""Of a block's readings; a block with fewer is left out."""


class Mean(msgspec.Struct, frozen=True, gc=False):
    """The mean of a steady stretch.

    Parameters
    ----------
    standard_error
        From the scatter of block means; NaN with fewer than two blocks.
    slope_per_s
        Of a straight line through the block means: how far from steady it was.
    blocks, readings
        That were used.
    """

    value: float
    standard_error: float
    slope_per_s: float
    blocks: int
    readings: int


def block_means(
    column: Floats, *, rate_hz: float, usable: Flags | None = None, block_s: float = BLOCK_S
) -> Floats:
    """Return the means of whole blocks, NaN for a block with too few usable readings.

    Parameters
    ----------
    usable
        Of each reading; NaN never is.
    """
    length = max(1, round(block_s * rate_hz))
    count = len(column) // length
    readings = column[: count * length].reshape(count, length)
    good = np.isfinite(readings)
    if usable is not None:
        good &= usable[: count * length].reshape(count, length)
    counted = good.sum(axis=1)
    sums = np.where(good, readings, 0.0).sum(axis=1)
    enough = counted >= USABLE_SHARE_MIN * length
    means: Floats = np.where(enough, sums / np.maximum(counted, 1), np.nan)
    return means


def steady_mean(
    column: Floats, *, rate_hz: float, usable: Flags | None = None, block_s: float = BLOCK_S
) -> Mean:
    """Return the mean of a stretch with its standard error; NaN where nothing was usable."""
    means = block_means(column, rate_hz=rate_hz, usable=usable, block_s=block_s)
    kept = np.isfinite(means)
    count = int(kept.sum())
    if count == 0:
        return Mean(np.nan, np.nan, np.nan, 0, 0)
    values, at_s = means[kept], (np.flatnonzero(kept) + 0.5) * block_s
    error = float(values.std(ddof=1)) / sqrt(count) if count > 1 else np.nan
    slope = float(np.polyfit(at_s, values, 1)[0]) if count > 1 else np.nan
    good = np.isfinite(column) if usable is None else np.isfinite(column) & usable
    return Mean(float(values.mean()), error, slope, count, int(good.sum()))


def hover_power_at_standard_kw(
    power_kw: float,
    *,
    mass_kg: float,
    density_kg_m3: float,
    standard_mass_kg: float,
    standard_density_kg_m3: float = STANDARD_DENSITY_KG_M3,
) -> float:
    """Return the hover power, auxiliaries left out, that a standard mass and density would need."""
    share = standard_mass_kg / mass_kg
    return power_kw * share * sqrt(share * density_kg_m3 / standard_density_kg_m3)


def equivalent_airspeed_mps(airspeed_mps: float, *, density_kg_m3: float) -> float:
    """Return the speed of the same dynamic pressure in standard air at sea level."""
    return airspeed_mps * sqrt(density_kg_m3 / STANDARD_DENSITY_KG_M3)


def cruise_at_standard(
    power_kw: float,
    airspeed_mps: float,
    *,
    mass_kg: float,
    density_kg_m3: float,
    standard_mass_kg: float,
) -> tuple[float, float]:
    """Return cruise power and airspeed at a standard mass in standard air, at the same lift.

    The auxiliaries must be left out of the power: they do not scale.
    """
    share = standard_mass_kg / mass_kg
    speed_mps = equivalent_airspeed_mps(airspeed_mps, density_kg_m3=density_kg_m3) * sqrt(share)
    power = power_kw * share * sqrt(share * density_kg_m3 / STANDARD_DENSITY_KG_M3)
    return power, speed_mps
