"""A run that was kept and read again is judged as the recording was."""

from pathlib import Path

import numpy as np
import pytest

from aspan.evidence.run_reading import place_segments, read_run_data
from aspan.evidence.scenarios import judge_run
from aspan.evidence.telemetry.importing import keep_columns
from aspan.evidence.telemetry.layout import twin_layout
from aspan.evidence.twin_site import place_of
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_flight import fly_card
from aspan.twin.card_place import Air
from aspan.world.readers.range import load_range
from aspan.world.telemetry import EVENT_MARK
from shipped import read_shipped, read_shipped_campaign

CITY, CAMPAIGN = read_shipped("alatau"), read_shipped_campaign("alatau")
SITE = load_range(CITY)


@pytest.mark.parametrize("card_id", ["TR2", "CL3", "NO2", "DM2", "GD4", "HE4"])
def test_kept_runs_are_judged_by_their_marks(tmp_path: Path, card_id: str) -> None:
    """Transitions, climbs, passes, shows, discharges and charges are all found again."""
    card = next(card for card in CAMPAIGN.cards.values() if card.card_id == card_id)
    recording = fly_card(
        card.profile,
        card.load,
        TestAircraft(kind=CITY.aircraft_type),
        air=Air(temperature_k=card.minima.temperature_k.high or 300.0, pressure_pa=95_000.0),
        place=place_of(SITE, card.volume_ids),
        seed=5,
    )
    columns = {name: np.asarray(column) for name, column in recording.columns.items()}
    keep_columns(tmp_path / "R1", "R1", columns, twin_layout("twin", "test", rate_hz=10.0))
    run = read_run_data(tmp_path / "R1", "R1", card, CITY.aircraft_type, 1.0, SITE)
    assert set(run.segments) == {segment.label for segment in card.profile}
    assert run.is_twin
    assert [v.words for v in judge_run(CAMPAIGN, run) if v.outcome != "pass"] == []


def test_a_recorder_without_marks_has_its_steady_segments_found() -> None:
    """Where nobody pressed a mark, a hover is found by its height, speed and tilt."""
    card = next(card for card in CAMPAIGN.cards.values() if card.card_id == "HO2")
    recording = fly_card(
        card.profile,
        card.load,
        TestAircraft(kind=CITY.aircraft_type),
        air=Air(),
        place=place_of(SITE, card.volume_ids),
        seed=5,
    )
    columns = {name: np.asarray(c, dtype=np.float64) for name, c in recording.columns.items()}
    del columns[EVENT_MARK]
    found = place_segments(card.profile, columns, 10.0)["hold"]
    held = recording.segments["hold"]
    assert held.start - 100 <= found.start <= found.stop <= held.stop + 100
