"""The checkers check: each finds the fault that is planted in a good day."""

from collections.abc import Callable

import msgspec
import pytest

from aspan.compose.runs import Run
from aspan.operations import events as ev
from aspan.operations.log import MemoryLog
from aspan.primitives.ids import SortieId
from simulation import checkers
from simulation.days import Scenario, fly_day

GOOD = Scenario(city="tiny", seed=2, demand=10.0)
Check = Callable[[Run, MemoryLog], list[str]]


def spoil(kind: type[ev.Event], change: Callable[[ev.Event], ev.Event | None]) -> MemoryLog:
    """Return the good day's log with the first event of a kind changed, or left out."""
    log = MemoryLog()
    log.events = list(fly_day(GOOD)[1].events)
    at = next(n for n, event in enumerate(log.events) if isinstance(event, kind))
    changed = change(log.events[at])
    log.events[at : at + 1] = [] if changed is None else [changed]
    return log


def with_(**fields: object) -> Callable[[ev.Event], ev.Event]:
    """Return a change of some fields."""
    return lambda event: msgspec.structs.replace(event, **fields)


@pytest.mark.parametrize(
    ("check", "kind", "change"),
    [
        (checkers.check_fold, ev.SortieLiftedOff, lambda _: None),
        (checkers.check_fold, ev.ChargeStarted, with_(power_kw=5000.0)),
        (checkers.check_progress, ev.SortieOnBlock, lambda _: None),
        (checkers.check_fatos, ev.SortieTouchedDown, with_(fato_until_ms=1 << 50)),
        (checkers.check_reserves, ev.SortieTouchedDown, with_(soc=0.12)),
        (checkers.check_energy, ev.ChargeEnded, with_(energy_kwh=1.0)),
        (checkers.check_energy, ev.SortieOffBlock, with_(soc=0.5)),
        (checkers.check_energy, ev.SortieOnBlock, with_(energy_kwh=1.0)),
        (checkers.check_power, ev.ChargeStarted, with_(power_kw=5000.0)),
    ],
)
def test_a_planted_fault_is_found(
    check: Check, kind: type[ev.Event], change: Callable[[ev.Event], ev.Event | None]
) -> None:
    """The good day has no such fault, the spoiled one has."""
    run, log = fly_day(GOOD)
    assert check(run, log) == []
    assert check(run, spoil(kind, change)) != []


def test_tracks_too_close_are_found() -> None:
    """A track flown over again by another sortie a few seconds later breaks the separation."""
    run, _ = fly_day(GOOD)
    flown = dict(run.outside.flown)
    assert checkers.check_separation(run.index, flown) == []
    first = next(iter(flown.values()))
    track = msgspec.structs.replace(first.track, at_ms=[t + 3000 for t in first.track.at_ms])
    flown[SortieId("S99999")] = msgspec.structs.replace(first, track=track)
    assert len(checkers.check_separation(run.index, flown)) == 1
