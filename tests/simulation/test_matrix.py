"""The matrix: dates, seeds, fleets and demands through the commands, then the independent audit."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aspan.operations.lifecycles import SortiePhase
from simulation.checkers import find_faults
from simulation.days import Scenario, fly_day

ASPAN = Path(sys.executable).with_name("aspan")
STRETCHED = 20.0
SORTIES_AN_AIRCRAFT_MIN = 15
MATRIX = [
    Scenario(day=day, seed=seed, fleet=fleet, demand=demand)
    for day in ("2025-01-03", "2025-04-15", "2023-07-14", "2025-10-15")
    for seed in (1, 2, 3)
    for fleet in (6, 20)
    for demand in (1.0, STRETCHED)
]
DIVERTED = [
    Scenario(day=day, seed=seed, fleet=fleet, demand=demand)
    for day, seed, fleet, demand in (
        ("2024-01-21", 1, 20, 20.0),
        ("2024-10-15", 10, 20, 20.0),
        ("2024-12-22", 2, 6, 50.0),
    )
]
"""Days on which the weather closes a site with aircraft on their way to it: kept seeds."""

pytestmark = pytest.mark.long


def aspan(*words: str) -> tuple[int, dict[str, Any]]:
    """Run a command with `--json`; return its exit status and its answer."""
    done = subprocess.run(
        [ASPAN, *words, "--json"], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def simulate_command(scenario: Scenario, out: Path) -> list[str]:
    """Return the command that flies a scenario and writes its tables."""
    return [
        "simulate", scenario.city, "--date", scenario.day, "--seed", str(scenario.seed),
        "--fleet", str(scenario.fleet), "--demand", f"{scenario.demand:g}", "--out", str(out),
    ]  # fmt: skip


@cache
def audit(scenario: Scenario, out: Path) -> tuple[int, dict[str, Any]]:
    """Fly a scenario through the commands and return the audit's exit status and answer."""
    status, _ = aspan(*simulate_command(scenario, out))
    assert status == 0, scenario.command
    return aspan("audit", str(out), "--city", scenario.city)


@pytest.mark.parametrize("scenario", MATRIX, ids=str)
def test_the_engine_keeps_its_own_laws(scenario: Scenario) -> None:
    """No checker finds a fault in the day."""
    faults = find_faults(*fly_day(scenario))
    if faults:
        pytest.fail("\n".join([*faults[:20], scenario.command]))


@pytest.mark.parametrize("scenario", [*MATRIX, *DIVERTED], ids=str)
def test_the_audit_finds_no_violation(scenario: Scenario, tmp_path: Path) -> None:
    """The tables written by `aspan simulate` pass `aspan audit`."""
    status, answer = audit(scenario, tmp_path / "run")
    words = " ".join(simulate_command(scenario, Path("out")))
    broken = [
        f"law {law['law']}, {clause['clause']}: {clause['violations']}"
        for law in answer["laws"]
        for clause in law["clauses"]
        if clause["violations"]
    ]
    assert (status, broken) == (0, []), f"aspan {words}; aspan audit out"


@pytest.mark.parametrize("fleet", [6, 20])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_stretched_demand_fills_the_april_day(seed: int, fleet: int) -> None:
    """At least 15 sorties an aircraft are flown, half of them or more with passengers."""
    scenario = Scenario(day="2025-04-15", seed=seed, fleet=fleet, demand=STRETCHED)
    run, _ = fly_day(scenario)
    flown = [s for s in run.engine.state.sorties.values() if s.phase is SortiePhase.ON_BLOCK]
    assert len(flown) >= SORTIES_AN_AIRCRAFT_MIN * fleet, scenario.command
    assert 2 * sum(bool(s.bookings) for s in flown) >= len(flown), scenario.command
