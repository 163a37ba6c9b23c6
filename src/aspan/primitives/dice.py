"""Keyed dice: chance as a pure function of a seed and a name, never a generator that is consumed.

`draw(seed, "taxi", sortie_id, 2)` is the same number today, after a restart and in another process,
and a draw added elsewhere shifts none. The hash is BLAKE2b (RFC 7693), keyed by the seed.

Long columns of draws use `draw_at`, a SplitMix64 stream (G. Steele, D. Lea, C. Flood, *Fast
splittable pseudorandom number generators*, OOPSLA 2014) whose stream key comes from the same hash;
rooms that have arrays compute it for whole arrays and test themselves against `draw_at`.
"""

from hashlib import blake2b
from math import cos, log, pi, sqrt

_TWO_TO_53 = float(1 << 53)
_MASK = (1 << 64) - 1
GOLDEN_GAMMA = 0x9E3779B97F4A7C15
"""Increment of SplitMix64."""


def stream_key(seed: int, *name: str | int) -> int:
    """Return the 64-bit key of the stream called `name` under `seed`."""
    text = "\x1f".join(f"{part}" for part in name)
    key = seed.to_bytes(16, "little", signed=True)
    return int.from_bytes(blake2b(text.encode(), digest_size=8, key=key).digest(), "little")


def draw(seed: int, *name: str | int) -> float:
    """Return a number in [0, 1), uniform over names, the same for the same seed and name.

    Parameters
    ----------
    seed
        Of the run, any integer of at most 127 bits.
    name
        What the draw is for, from general to particular: `"taxi", sortie_id, 0`.
    """
    return (stream_key(seed, *name) >> 11) / _TWO_TO_53


def draw_at(key: int, index: int) -> float:
    """Return the draw number `index` (from 0) of the stream `key`, in [0, 1)."""
    z = (key + (index + 1) * GOLDEN_GAMMA) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) / _TWO_TO_53


def draw_normal(seed: int, *name: str | int) -> float:
    """Return a standard normal number keyed by `name` (Box and Muller 1958)."""
    radius = sqrt(-2.0 * log(1.0 - draw(seed, *name, "radius")))
    return radius * cos(2.0 * pi * draw(seed, *name, "angle"))


def draw_between(low: float, high: float, seed: int, *name: str | int) -> float:
    """Return a number uniform in [low, high) keyed by `name`."""
    return low + (high - low) * draw(seed, *name)
