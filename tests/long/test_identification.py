"""Identification on 400 synthetic campaigns: its intervals hold the truth as often as they say."""

import pytest

from identifying import NAMES, tally

CAMPAIGNS = 400
HALVED = 100


@pytest.mark.long
def test_intervals_hold_the_truth_in_92_to_98_percent() -> None:
    """For each number of the aircraft; the sampling error of 400 campaigns is 1.1 points."""
    tallies = tally(range(CAMPAIGNS))
    assert {name for name, one in tallies.items() if one.campaigns == CAMPAIGNS} == set(NAMES)
    wrong = {
        name: one.coverage for name, one in tallies.items() if not 0.92 <= one.coverage <= 0.98
    }
    assert not wrong, wrong


@pytest.mark.long
def test_half_the_noise_makes_intervals_half_as_wide() -> None:
    """With readings, offsets, gusts and calibrations halved each interval shrinks to about half."""
    whole, halved = tally(range(HALVED)), tally(range(HALVED), noise=0.5)
    ratios = {name: halved[name].half / whole[name].half for name in NAMES}
    assert all(0.45 <= ratio <= 0.55 for ratio in ratios.values()), ratios
