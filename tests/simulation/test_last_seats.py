"""A small fight for the last seats: eight clients, ten sorties, a kill, a provider that lies."""

from pathlib import Path

from long.last_seats import Fight, fight_and_judge


def test_no_seat_is_sold_twice_and_no_tiyn_lost(tmp_path: Path) -> None:
    """Whatever was acknowledged is so after the kill; log, books, ledger and auditor agree."""
    figures = fight_and_judge(Fight(), tmp_path)
    assert figures["acknowledged"] > 0
    assert figures["asked again"] > 0
