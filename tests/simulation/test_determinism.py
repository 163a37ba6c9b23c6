"""Determinism: the same day has the same bytes, whatever process, steps or future fly it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aspan.compose.runs import fly
from aspan.primitives.units import MS_PER_H
from simulation.days import BUSY, CALM, Scenario, fly_day, open_day, told_lines

TESTS = Path(__file__).parent.parent
DAY = Scenario(demand=20.0)
FUTURES = [
    *(pytest.param(BUSY, hours) for hours in (3, 9)),
    pytest.param(BUSY, 13, marks=pytest.mark.long),
    pytest.param(CALM, 9),
    *(pytest.param(DAY, hours, marks=pytest.mark.long) for hours in (3, 9, 13)),
]


@pytest.mark.parametrize(
    ("scenario", "hash_seeds"),
    [
        (BUSY, ("987654321",)),
        (CALM, ("987654321",)),
        pytest.param(BUSY, ("1", "2"), marks=pytest.mark.long),
        pytest.param(DAY, ("1", "2", "3", "987654321"), marks=pytest.mark.long),
    ],
    ids=str,
)
def test_another_process_and_hash_seed_write_the_same_log(
    scenario: Scenario, hash_seeds: tuple[str, ...]
) -> None:
    """Other processes with other `PYTHONHASHSEED` print the SHA-256 this one finds."""
    told = {
        subprocess.run(
            [sys.executable, *scenario.command.split()[2:]],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(TESTS)},
            cwd=TESTS.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in hash_seeds
    }
    assert told == {fly_day(scenario)[1].head_sha256()}, scenario.command


def test_flown_in_steps_is_flown_the_same() -> None:
    """A run that reports progress every quarter of an hour writes the same log."""
    instants: list[int] = []
    run = open_day(BUSY)
    log = fly(run, progress=instants.append)
    assert log.head_sha256() == fly_day(BUSY)[1].head_sha256(), BUSY.command
    assert len(instants) == 96
    assert instants[-1] == run.end_ms


def test_another_seed_is_another_day() -> None:
    """The seed decides weather, wishes and scatter: another one, another log."""
    other = Scenario(city="tiny", demand=40.0, seed=2)
    assert fly_day(other)[1].head_sha256() != fly_day(BUSY)[1].head_sha256()


@pytest.mark.parametrize(("scenario", "hours"), FUTURES, ids=str)
def test_nothing_knows_the_future(scenario: Scenario, hours: int) -> None:
    """With another future from an instant on, lines and causes before it keep their bytes."""
    run, log = fly_day(scenario)
    at_ms = run.start_ms + hours * MS_PER_H + 1_234_567
    other = fly(open_day(scenario, future_seed=77, future_from_ms=at_ms))
    before = [line for line in told_lines(log) if line[0] < at_ms]
    assert [line for line in told_lines(other) if line[0] < at_ms] == before, scenario.command
    assert told_lines(other) != told_lines(log), "the future did not change"
