"""Columns of keyed chance: SplitMix64 for whole arrays, and what is made from uniform draws.

`draws_at(keys, indices)` is `primitives.dice.draw_at` for arrays, and the tests hold the two equal
bit for bit. `child_keys` derives one stream from another, so that a stream per zone pair (hashed
by name, slow and safe) becomes a stream per hour and stratum (mixed, quick).
"""

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.dice import GOLDEN_GAMMA

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

_TWO_TO_53 = float(1 << 53)
_RATE_EXACT_MAX = 500.0
"""Above this mean a Poisson count is replaced by keyed rounding; exp(-mean) nears underflow."""


def child_keys(keys: Keys, indices: Ints) -> Keys:
    """Return the 64-bit output number `indices` (from 0) of each stream: keys of its children."""
    with np.errstate(over="ignore"):
        z = keys + (indices.astype(np.uint64) + np.uint64(1)) * np.uint64(GOLDEN_GAMMA)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: Keys = z ^ (z >> np.uint64(31))
    return mixed


def draws_at(keys: Keys, indices: Ints) -> Floats:
    """Return the draw number `indices` of each stream of `keys`, in [0, 1)."""
    return (child_keys(keys, indices) >> np.uint64(11)).astype(np.float64) / _TWO_TO_53


def poisson_counts(rates: Floats, uniforms: Floats) -> Ints:
    """Return Poisson counts of mean `rates` by inversion of `uniforms` in [0, 1).

    The same uniform with a greater rate never gives a smaller count, so more demand adds wishes
    and takes none away. Means above 500 are rounded up or down by the uniform instead.
    """
    counts = np.floor(rates + uniforms).astype(np.int64)
    active = np.flatnonzero(rates <= _RATE_EXACT_MAX)
    mean, target = rates[active], uniforms[active]
    term = np.exp(-mean)
    cumulative = term.copy()
    counts[active] = 0
    step_max = int(_RATE_EXACT_MAX + 20.0 * np.sqrt(_RATE_EXACT_MAX))
    for step in range(1, step_max):
        above = target >= cumulative
        if not above.any():
            break
        active, mean, target = active[above], mean[above], target[above]
        term, cumulative = term[above] * mean / step, cumulative[above]
        cumulative = cumulative + term
        counts[active] = step
    return counts


def normal_quantiles(probabilities: Floats) -> Floats:
    """Return standard normal quantiles, good to about 1e-7.

    References
    ----------
    .. [1] M. J. Wichura, *Algorithm AS 241: The percentage points of the normal distribution*,
       Applied Statistics 37, 1988, routine PPND7.
    """
    offset = probabilities - 0.5
    central = 0.180625 - offset * offset
    inner = (
        offset
        * (
            ((59.109374720 * central + 159.29113202) * central + 50.434271938) * central
            + 3.3871327179
        )
        / (((67.187563600 * central + 78.757757664) * central + 17.895169469) * central + 1.0)
    )
    tail = np.sqrt(-np.log(np.minimum(probabilities, 1.0 - probabilities).clip(1e-300)))
    near, far = tail - 1.6, tail - 5.0
    outer_near = (
        ((0.17023821103 * near + 1.3067284816) * near + 2.7568153900) * near + 1.4234372777
    ) / ((0.12021132975 * near + 0.73700164250) * near + 1.0)
    outer_far = (
        ((0.017337203997 * far + 0.42868294337) * far + 3.0812263860) * far + 6.6579051150
    ) / ((0.012258202635 * far + 0.24197894225) * far + 1.0)
    outer = np.sign(offset) * np.where(tail <= 5.0, outer_near, outer_far)
    return np.where(np.abs(offset) <= 0.425, inner, outer)
