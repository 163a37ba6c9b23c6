"""A begun run is flown, watched, kept and told; one that has not begun is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aspan.evidence import orders
from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.people import SignedOrder
from aspan.evidence.running import REACTION_MS, RunStep, TwinRun
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import KnockedOff, SiteEvent
from aspan.evidence.site_state import RunRecord
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.keeping import load_run, verify_run
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.primitives.errors import InvalidInput
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_faults import AnyFault, LinkLoss, OverTemperature
from aspan.twin.card_place import Air
from aspan.world.readers.city import load_city
from ranging import FROM_MS, REQUIREMENTS, Town, person, small_range


class KeptTown(Town):
    """The town of the tests with its site on disk."""

    def __init__(self, path: Path) -> None:
        self.store = SiteStore(path, small_range(), REQUIREMENTS)
        super().__init__(enrol=False)
        self.site = self.store.site
        self.found()

    def enrol(self, name: str) -> None:
        """Let the director enrol somebody."""
        self.ask("dana", orders.Enrol(key=self.key(), person=person(name)))

    def hand(self, item: Any) -> list[SiteEvent] | SiteRefused:  # noqa: ANN401  as in Town
        """Hand in a signed order or a report now."""
        if isinstance(item, SignedOrder):
            return self.store.order(item, self.now_ms)
        return self.store.report(item, self.now_ms)

    @property
    def run(self) -> RunRecord:
        """The run of the tests."""
        return self.site.state.runs["RUN1"]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[KeptTown]:
    """Return a town with a run that is released, and the time at which it may begin."""
    town = KeptTown(tmp_path / "small.range")
    town.prepare()
    town.release()
    town.now_ms = FROM_MS
    yield town
    town.store.close()


def _fly(town: KeptTown, *faults: AnyFault) -> TwinRun:
    return TwinRun(
        town.store,
        "RUN1",
        aircraft=TestAircraft(kind=load_city("tiny").aircraft_type),
        air=Air(temperature_k=290.0, pressure_pa=94_000.0, wind_mps=3.0, gust_mps=6.0),
        software="twin of the tests",
        seed=7,
        faults=faults,
    )


def _finish(town: KeptTown, *faults: AnyFault) -> list[RunStep]:
    town.begin()
    return list(_fly(town, *faults).steps())


def test_a_run_that_has_not_begun_is_not_flown(town: KeptTown) -> None:
    """Released is not begun: refused, and nothing is on disk."""
    with pytest.raises(InvalidInput, match="under way"):
        _fly(town)
    with pytest.raises(InvalidInput, match="unknown"):
        TwinRun(
            town.store,
            "RUN9",
            aircraft=TestAircraft(kind=load_city("tiny").aircraft_type),
            air=Air(),
            software="x",
            seed=1,
        )
    assert not town.store.run_folder("RUN1").exists()


def test_a_begun_run_is_flown_kept_and_told(town: KeptTown) -> None:
    """Every row that was flown is on disk under the manifest that the site was told of."""
    steps = _finish(town)
    manifest = steps[-1].manifest
    assert manifest is not None
    folder = town.store.run_folder("RUN1")
    frame = load_run(folder)
    assert verify_run(folder).problems == ()
    assert frame.height == sum(len(step.columns["at_ms"]) for step in steps)
    assert frame["at_ms"][0] == FROM_MS
    assert frame["height_agl_m"].to_numpy().max() > 9.0
    assert [step.breaches for step in steps if step.breaches] == []
    told = town.run.telemetry
    assert told is not None
    assert (told.manifest_sha256, told.rows) == (manifest.sha256, manifest.rows)
    assert told.is_twin
    assert town.run.knocked_off == []
    assert town.run.phase is RunPhase.UNDER_WAY


def test_a_passed_limit_is_told_and_the_aircraft_comes_home(town: KeptTown) -> None:
    """A hot pack in the hover: knocked off, recovered after the pilot's reaction, landed early."""
    steps = _finish(town, OverTemperature(onset_s=30.0, rate_k_per_s=8.0))
    called = [event for event in town.store.events() if isinstance(event, KnockedOff)]
    assert [event.limit_id for event in called] == ["hot"]
    assert FROM_MS + 32_000 < called[0].breach_at_ms < FROM_MS + 40_000
    assert town.run.phase is RunPhase.RECOVERING
    leaves_ms = steps[-1].recovers_at_ms
    assert leaves_ms is not None
    assert 0 <= leaves_ms - called[0].breach_at_ms - REACTION_MS < 1_000
    assert steps[-1].until_ms - leaves_ms < 20_000
    heights = load_run(town.store.run_folder("RUN1"))["height_agl_m"].to_numpy()
    assert np.abs(heights[-5:]).max() < 3.0


def test_a_lost_link_is_told_while_it_is_lost(town: KeptTown) -> None:
    """The clock tells of it, 5 s after the last row, before the next one comes."""
    town.begin()
    run = _fly(town, LinkLoss(onset_s=20.0, duration_s=30.0))
    told = next(step for step in run.steps() if step.breaches)
    assert told.until_ms == FROM_MS + 25_000
    assert [breach.limit_id for breach in told.breaches] == ["link"]
    assert town.run.knocked_off[0].breach_at_ms == FROM_MS + 24_900


def test_a_person_calls_the_run_off(town: KeptTown) -> None:
    """A call of the crew between two steps: the aircraft leaves the card at the next."""
    town.begin()
    steps = _fly(town).steps()
    before = next(steps)
    town.now_ms = before.until_ms
    town.ask("pavel", orders.CallKnockItOff(key=town.key(), run_id="RUN1", why="a bird"))
    after = next(steps)
    assert before.recovers_at_ms is None
    assert after.recovers_at_ms == after.until_ms + REACTION_MS
    assert next(step for step in steps if step.manifest).until_ms < FROM_MS + 30_000


def test_a_run_is_flown_once(town: KeptTown) -> None:
    """Its telemetry is kept: another flight of it is refused."""
    _finish(town)
    with pytest.raises(InvalidInput, match="not flown yet"):
        _fly(town)


def test_a_run_that_nobody_flies_on_is_not_complete(town: KeptTown) -> None:
    """Left after a few steps, the manifest says so, and the site was told of nothing."""
    town.begin()
    steps = _fly(town).steps()
    for _ in range(3):
        next(steps)
    assert not read_manifest(town.store.run_folder("RUN1")).is_complete
    assert town.run.telemetry is None
