"""Days: whole simulated days by what decides them, flown once a process, replayed by a command."""

from datetime import date
from functools import cache

import msgspec

from aspan.compose.runs import Run, RunSettings, fly, open_twin
from aspan.operations.city_index import CityIndex
from aspan.operations.log import MemoryLog, encode_event
from shipped import read_shipped


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """What decides a day."""

    city: str = "alatau"
    day: str = "2025-04-15"
    seed: int = 1
    fleet: int = 6
    demand: float = 1.0

    @property
    def settings(self) -> RunSettings:
        """The settings of its run."""
        return RunSettings(
            day=date.fromisoformat(self.day), seed=self.seed, fleet=self.fleet, demand=self.demand
        )

    @property
    def command(self) -> str:
        """The one command that flies and judges it again."""
        return (
            f"PYTHONPATH=tests python -m simulation.replay {self.city} {self.day}"
            f" --seed {self.seed} --fleet {self.fleet} --demand {self.demand:g}"
        )

    def __str__(self) -> str:
        """Return its name in a list of tests."""
        return f"{self.city}-{self.day}-seed{self.seed}-fleet{self.fleet}-demand{self.demand:g}"


BUSY = Scenario(city="tiny", demand=40.0)
"""A full day of the small city, and below a calm one of Alatau: tests share them."""

CALM = Scenario(fleet=8, demand=6.0)


@cache
def index(city: str) -> CityIndex:
    """Return a city's index, built once: it never changes."""
    return CityIndex(read_shipped(city))


def open_day(scenario: Scenario, **future: int) -> Run:
    """Return a run of a scenario that has not begun."""
    settings = msgspec.structs.replace(scenario.settings, **future)
    return open_twin(index(scenario.city).city, settings, index=index(scenario.city))


@cache
def fly_day(scenario: Scenario) -> tuple[Run, MemoryLog]:
    """Return a scenario flown to its end, with its log."""
    run = open_day(scenario)
    return run, fly(run)


def told_lines(log: MemoryLog) -> list[tuple[int, str, bytes]]:
    """Return instant, cause and bytes of every line of a log."""
    return [(event.at_ms, cause, encode_event(event)) for cause, event in log.read()]
