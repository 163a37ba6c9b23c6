"""Whole days under each dispatch policy: what a policy promises is seen in the day."""

from collections import Counter

import msgspec
import pytest

from aspan.compose.runs import Run, fly, open_twin
from aspan.dispatch.policies import POLICIES
from aspan.operations.events import SortieOnBlock, SortieReleased
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.log import MemoryLog
from simulation.days import Scenario, index

DAY = Scenario(city="tiny", day="2025-04-12", fleet=6, demand=3.0)


Flown = dict[str, tuple[Run, MemoryLog]]


@pytest.fixture(scope="module")
def flown() -> Flown:
    """Return the same day flown under every policy, with its log."""
    tiny = index(DAY.city)
    runs = {}
    for policy in sorted(POLICIES):
        settings = msgspec.structs.replace(DAY.settings, policy=policy)
        run = open_twin(tiny.city, settings, index=tiny)
        runs[policy] = run, fly(run)
    return runs


def spread_ms(run: Run) -> int:
    """Return how far the most used aircraft is ahead of the least used."""
    flown_ms = [aircraft.flown_ms for aircraft in run.engine.state.aircraft.values()]
    return max(flown_ms) - min(flown_ms)


def test_every_policy_flies_the_day(flown: Flown) -> None:
    """Under each policy the passengers of the day fly."""
    for policy, (run, _) in flown.items():
        assert run.engine.state.policy == policy
        statuses = Counter(booking.status for booking in run.engine.state.bookings.values())
        assert statuses[BookingStatus.FLOWN] > 50, policy


def test_block_time_is_what_the_log_adds_up_to(flown: Flown) -> None:
    """The block time of an aircraft is the sum over its sorties, release to on-block."""
    for run, log in flown.values():
        state, released_ms, total_ms = run.engine.state, {}, Counter[str]()
        for _, event in log.read():
            if isinstance(event, SortieReleased):
                released_ms[event.sortie_id] = event.at_ms
            elif isinstance(event, SortieOnBlock):
                aircraft_id = state.sorties[event.sortie_id].aircraft_id
                assert aircraft_id is not None
                total_ms[aircraft_id] += event.at_ms - released_ms[event.sortie_id]
        assert {a: r.flown_ms for a, r in state.aircraft.items() if r.flown_ms} == dict(total_ms)


def test_least_used_evens_out_the_fleet(flown: Flown) -> None:
    """The fleet is used more evenly than under `earliest-ready`."""
    assert spread_ms(flown["least-used"][0]) < spread_ms(flown["earliest-ready"][0])
