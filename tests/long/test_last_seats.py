"""The fight for the last seats of 200 sorties: 64 clients, ten kills, a lying provider."""

import json
from pathlib import Path

import pytest

from long.last_seats import Fight, fight_and_judge

pytestmark = pytest.mark.long


def test_64_clients_fight_for_200_sorties(tmp_path: Path) -> None:
    """No seat is sold twice, no acknowledged booking lost, every tiyn is accounted for."""
    fight = Fight(city="alatau", clients=64, sorties=300, wishes=20, kills=10, speed=6.0)
    figures = fight_and_judge(fight, tmp_path)
    (tmp_path / "figures.json").write_text(json.dumps(figures, indent=1))
    assert figures["acknowledged"] > 200
    assert figures["sorties"] >= 200
    assert figures["answers"].get("sold_out", 0) + figures["answers"].get("no_slot", 0) > 0
