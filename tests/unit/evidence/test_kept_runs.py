"""Runs of a test site on disk as identification takes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aspan.evidence.identify.kept_runs import load_kept_runs
from aspan.evidence.identify.points import steady_points
from aspan.evidence.people import SignedOrder
from aspan.evidence.running import TwinRun
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import SiteEvent
from aspan.evidence.site_store import SiteStore
from aspan.physics.flight import hover_power_kw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_faults import RowsLost, Spikes
from aspan.twin.card_place import Air
from aspan.world.readers import load_city
from ranging import FROM_MS, REQUIREMENTS, Town, small_range


class KeptTown(Town):
    """The town of the tests with its site on disk."""

    def __init__(self, path: Path) -> None:
        self.store = SiteStore(path, small_range(), REQUIREMENTS)
        super().__init__(enrol=False)
        self.site = self.store.site
        self.found()

    def hand(self, item: Any) -> list[SiteEvent] | SiteRefused:  # noqa: ANN401  as in Town
        """Hand in a signed order or a report now."""
        if isinstance(item, SignedOrder):
            return self.store.order(item, self.now_ms)
        return self.store.report(item, self.now_ms)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[KeptTown]:
    """Return a town whose run has been flown with spikes and lost rows, and has ended."""
    town = KeptTown(tmp_path / "small.range")
    town.prepare()
    town.release()
    town.now_ms = FROM_MS
    town.begin()
    flown = TwinRun(
        town.store,
        "RUN1",
        aircraft=TestAircraft(kind=load_city("tiny").aircraft_type),
        air=Air(temperature_k=290.0, pressure_pa=94_000.0, wind_mps=2.0, gust_mps=4.0),
        software="twin of the tests",
        seed=7,
        faults=(
            RowsLost(onset_s=0.0, share=0.02),
            Spikes(onset_s=0.0, channel="unit3_electrical_kw", share=0.01, size=150.0),
        ),
    )
    list(flown.steps())
    town.now_ms += 600_000
    town.end()
    yield town
    town.store.close()


def test_a_run_is_taken_once_it_is_reviewed_and_only_as_it_was(town: KeptTown) -> None:
    """Left out by name before its review; then without its spikes; refused with a byte changed."""
    before = load_kept_runs(town.store, {})
    assert before.runs == ()
    assert before.left_out == {"RUN1": "its data are not reviewed yet"}
    town.review()
    (run,) = load_kept_runs(town.store, {AircraftId("AT01"): 40.0}).runs
    assert (run.maker, run.cycles, run.is_whole) == ("twin", 40.0, True)
    (hover,) = steady_points(run)
    expected_kw = hover_power_kw(
        load_city("tiny").aircraft_type, mass_kg=2_100.0, density_kg_m3=hover.density_kg_m3
    )
    assert hover.units_kw.value == pytest.approx(expected_kw, rel=0.01)
    part = next(town.store.run_folder("RUN1").glob("*.parquet"))
    body = bytearray(part.read_bytes())
    body[len(body) // 2] ^= 1
    part.write_bytes(body)
    with pytest.raises(InvalidInput, match="telemetry of RUN1"):
        load_kept_runs(town.store, {})
