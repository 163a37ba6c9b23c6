"""Keyed noise over hours: whole columns of the dice, and a smooth series made of them.

The same hour has the same noise whichever day asks for it, and no hour knows a later one.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.dice import GOLDEN_GAMMA, stream_key

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

_GAMMA = np.uint64(GOLDEN_GAMMA)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11))


def stream_keys(seed: int, what: str, names: tuple[str, ...]) -> Keys:
    """Return the keys of one stream for each of `names`."""
    return np.array([stream_key(seed, "weather", what, name) for name in names], dtype=np.uint64)


def draws_at(keys: Keys, first: int, count: int) -> Floats:
    """Return draws number `first` to `first + count` of each stream, as `primitives.dice.draw_at`.

    `first` may be negative (hours before 1970): numbers wrap at 64 bits, as there.
    """
    index = np.arange(first + 1, first + 1 + count, dtype=np.int64).astype(np.uint64)
    z = keys[:, None] + index[None, :] * _GAMMA
    z = (z ^ (z >> _SHIFTS[0])) * _MIX_1
    z = (z ^ (z >> _SHIFTS[1])) * _MIX_2
    mixed: Floats = ((z ^ (z >> _SHIFTS[2])) >> _SHIFTS[3]).astype(np.float64)
    mixed *= 2.0**-53
    return mixed


def smooth_noise(keys: Keys, first: int, count: int, memory_h: int) -> Floats:
    """Return nearly normal noise of mean 0 and variance 1 that forgets over `memory_h` hours.

    Each value is the scaled sum of the last `memory_h` uniform draws, so it is bounded by
    sqrt(3 memory_h) and its correlation falls to 0 in a straight line over `memory_h`.
    """
    uniform = draws_at(keys, first - memory_h + 1, count + memory_h - 1)
    summed = np.cumsum(uniform, axis=1)
    window = summed[:, memory_h - 1 :].copy()
    window[:, 1:] -= summed[:, : count - 1]
    return (window - memory_h / 2.0) * sqrt(12.0 / memory_h)
