"""The whole service killed twenty times while it sells, boards and pays four departures."""

from pathlib import Path

import pytest

from long.service_drill import Drill, play_and_judge

pytestmark = pytest.mark.long


def test_nothing_acknowledged_is_lost_at_desk_gate_or_bank(tmp_path: Path) -> None:
    """Bookings, boardings, captures and refunds stand; a ticket taken is refused at both gates."""
    rounds = 4
    figures = play_and_judge(Drill(rounds=rounds, seed=7), tmp_path)
    assert figures["kills"] == 5 * rounds
    assert figures["acknowledged"] == 5 * rounds
    assert figures["boarded"] == 3 * rounds
    assert figures["captured"] == 4 * rounds
    assert figures["refunded"] == figures["voided"] == rounds
    assert figures["asked again"] > 0
