"""Dice: keyed, uniform, and the same whatever the process."""

import os
import subprocess
import sys
from itertools import pairwise
from math import sqrt

import pytest

from aspan.primitives.dice import draw, draw_at, draw_between, draw_normal, stream_key

THROWS = 4000


def test_the_same_name_is_the_same_number() -> None:
    """A draw is a function of seed and name."""
    assert draw(7, "taxi", "S00001", 2) == draw(7, "taxi", "S00001", 2)
    assert draw(7, "taxi", "S00001", 2) != draw(8, "taxi", "S00001", 2)
    assert draw(7, "taxi", "S00001", 2) != draw(7, "taxi", "S00001", 3)


def test_parts_of_a_name_do_not_run_together() -> None:
    """`"a", "bc"` and `"ab", "c"` are two names."""
    assert stream_key(1, "a", "bc") != stream_key(1, "ab", "c")
    assert stream_key(1, "a", 12) != stream_key(1, "a1", 2)


def test_negative_and_large_seeds_have_streams_of_their_own() -> None:
    """A seed may be any integer of 127 bits."""
    keys = {stream_key(seed, "x") for seed in (-1, 1, 2**64, -(2**64), 2**126)}
    assert len(keys) == 5


@pytest.mark.parametrize("kind", ["keyed", "stream"])
def test_draws_are_uniform(kind: str) -> None:
    """Tenths of [0, 1) are hit alike: chi-squared of 9 degrees below its 99.9 % point, 27.88."""
    key = stream_key(3, "wishes")
    counts = [0] * 10
    for n in range(THROWS):
        value = draw(3, "wishes", n) if kind == "keyed" else draw_at(key, n)
        assert 0.0 <= value < 1.0
        counts[int(10.0 * value)] += 1
    expected = THROWS / 10
    assert sum((c - expected) ** 2 / expected for c in counts) < 27.88


def test_neighbours_are_not_alike() -> None:
    """Draws that follow each other are uncorrelated within four standard errors."""
    values = [draw_at(stream_key(5, "x"), n) - 0.5 for n in range(THROWS)]
    mean = sum(a * b for a, b in pairwise(values)) / (THROWS - 1)
    assert abs(mean) < 4.0 / 12.0 / sqrt(THROWS)


def test_normal_draws_have_mean_nought_and_spread_one() -> None:
    """Mean and variance are within four standard errors."""
    values = [draw_normal(11, "mass", n) for n in range(THROWS)]
    mean = sum(values) / THROWS
    variance = sum((v - mean) ** 2 for v in values) / THROWS
    assert abs(mean) < 4.0 / sqrt(THROWS)
    assert abs(variance - 1.0) < 4.0 * sqrt(2.0 / THROWS)


def test_draws_between_bounds_stay_between() -> None:
    """The lower bound may be reached, the upper never."""
    values = [draw_between(-3.0, 5.0, 1, "x", n) for n in range(500)]
    assert min(values) < -2.8
    assert max(values) > 4.8
    assert all(-3.0 <= v < 5.0 for v in values)


def test_the_stream_is_splitmix64() -> None:
    """From state 0 SplitMix64 gives e220a8397b1dcdaf first (S. Vigna, splitmix64.c, 2015)."""
    assert draw_at(0, 0) == (0xE220A8397B1DCDAF >> 11) / 2**53


def test_another_hash_seed_draws_the_same() -> None:
    """Processes with other values of `PYTHONHASHSEED` draw the same numbers."""
    code = "from aspan.primitives.dice import *; print(draw(7, 'taxi', 'S1', 2), draw_at(9, 4))"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4242")
    }
    assert told == {f"{draw(7, 'taxi', 'S1', 2)} {draw_at(9, 4)}\n"}
