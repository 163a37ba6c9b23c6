"""Keyed noise for rows of telemetry: uniform, normal, and turbulence that forgets.

Row n of a stream is the same number whatever the length of the run, so a run that is cut short
begins with the same bytes. Uniform draws are those of `primitives.dice.draw_at`.
"""

from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.dice import stream_key
from aspan.twin.weather_noise import draws_at

Floats = NDArray[np.float64]

_TWO_TO_27 = float(1 << 27)


def draws(key: int, count: int) -> Floats:
    """Return the first `count` draws of one stream, in [0, 1)."""
    return np.asarray(draws_at(np.array([key], dtype=np.uint64), 0, count)[0])


def normals(key: int, count: int) -> Floats:
    """Return `count` standard normal numbers of one stream, by pairs (Box and Muller 1958).

    One draw makes a pair: its upper 27 bits the radius, the others the angle. Single precision,
    four times as fast, is ample for noise; none lies beyond 6.2.
    """
    pairs = (count + 1) // 2
    scaled = draws(key, pairs) * _TWO_TO_27
    upper = np.floor(scaled)
    radius = np.sqrt(np.float32(-2.0) * np.log(((upper + 0.5) / _TWO_TO_27).astype(np.float32)))
    angle = ((scaled - upper) * (2.0 * pi)).astype(np.float32)
    normal = np.empty(2 * pairs)
    normal[0::2] = radius * np.cos(angle)
    normal[1::2] = radius * np.sin(angle)
    return normal[:count]


def turbulence(seed: int, name: str, count: int, memory_rows: int) -> Floats:
    """Return nearly normal noise of mean 0 and variance 1 that forgets over `memory_rows`."""
    uniform = draws(stream_key(seed, "turbulence", name), count + memory_rows - 1)
    summed = np.cumsum(uniform)
    window = summed[memory_rows - 1 :].copy()
    window[1:] -= summed[: count - 1]
    return np.asarray((window - memory_rows / 2.0) * sqrt(12.0 / memory_rows))
