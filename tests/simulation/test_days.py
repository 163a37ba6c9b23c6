"""Whole days from seeds, judged by checkers; a failure prints the command that flies it again."""

import pytest

from aspan.operations import events as ev
from simulation.checkers import find_faults
from simulation.days import BUSY, Scenario, fly_day

DAYS = [
    BUSY,
    Scenario(city="tiny", seed=2, demand=10.0),
    Scenario(day="2025-01-03", fleet=20, demand=20.0, seed=2),
    Scenario(day="2023-07-14", seed=1, demand=20.0),  # once charged an aircraft that was leaving
]
MANY = [
    Scenario(fleet=20, demand=20.0),
    *(
        Scenario(city=city, day=day, seed=seed, demand=demand)
        for city, demand in (("tiny", 60.0), ("alatau", 30.0))
        for day in ("2025-01-20", "2024-07-02", "2025-11-24")
        for seed in range(10, 18)
    ),
]


def judge(scenario: Scenario) -> None:
    """Fly a scenario and fail with its faults and the command that flies it again."""
    run, log = fly_day(scenario)
    faults = find_faults(run, log)
    if faults:
        pytest.fail("\n".join([*faults[:20], scenario.command]))


@pytest.mark.parametrize("scenario", DAYS, ids=str)
def test_a_day_is_safe_and_ends(scenario: Scenario) -> None:
    """No checker finds a fault in the day, and somebody was flown."""
    judge(scenario)
    _, log = fly_day(scenario)
    assert any(isinstance(event, ev.BookingFlown) for event in log.events), scenario.command


@pytest.mark.long
@pytest.mark.parametrize("scenario", MANY, ids=str)
def test_many_days_are_safe_and_end(scenario: Scenario) -> None:
    """No checker finds a fault in any of many days."""
    judge(scenario)
