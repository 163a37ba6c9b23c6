"""The chances told with itineraries are held: 60 days of 2025, more than 2,000 itineraries.

A failure prints what was measured; `simulation/chance_drill.py` says how. Parties that the city's
no-show share keeps at home have not set out, and count neither for nor against.
"""

import sys
from datetime import date, timedelta

import pytest

from aspan.operations.city_index import CityIndex
from aspan.world.readers import load_city
from simulation.chance_drill import Drill, Taken, judge

pytestmark = pytest.mark.long

DAYS = [date(2025, 1, 4) + timedelta(days=6 * number) for number in range(60)]
QUESTIONS = 180
SEED, FLEET, DEMAND = 5, 20, 12.0
ACCEPTED_MIN = 2_000
POINTS_MAX, FIFTH_POINTS_MAX = 0.03, 0.08


def test_2000_chances_are_held(capsys: pytest.CaptureFixture[str]) -> None:
    """None is refused for what was known; as many are in time as was told, in each fifth too."""
    index = CityIndex(load_city("alatau"))
    taken: list[Taken] = []
    for day in DAYS:
        drill = Drill(index, day, seed=SEED, fleet=FLEET, demand=DEMAND)
        taken += drill.fly(QUESTIONS)
    verdict = judge(taken)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(DAYS)} days: {verdict.format()}\n")
    assert {day.month for day in DAYS} == set(range(1, 13))
    assert verdict.accepted >= ACCEPTED_MIN
    assert verdict.refused_at_once == 0
    assert verdict.refused_though_known == 0
    assert "under_way" not in verdict.outcomes
    assert verdict.in_time == pytest.approx(verdict.chance, abs=POINTS_MAX)
    for told, share in verdict.fifths:
        assert share == pytest.approx(told, abs=FIFTH_POINTS_MAX)
