"""Sorties turned away hold no claim any more, whether they have landed elsewhere or not yet."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from aspan.audit.law11_landing import _list_diverted


@pytest.mark.parametrize(
    ("landing_site", "activated_ms", "turned"),
    [("SOUTH", (100, 900), {"S1": 900}), ("NORTH", (100, 900), {}), ("SOUTH", (100,), {})],
)
def test_a_sortie_is_turned_away_by_where_it_goes(
    landing_site: str, activated_ms: tuple[int, ...], turned: dict[str, int]
) -> None:
    """A second activation to another site counts, even of one airborne at the end of the run."""
    sortie = SimpleNamespace(
        sortie_id="S1",
        status="airborne_at_end",
        planned_destination="NORTH",
        landing_site=landing_site,
    )
    intents = [
        SimpleNamespace(sortie_id="S1", state="activated", from_at_ms=at_ms)
        for at_ms in activated_ms
    ]
    run = SimpleNamespace(flown=[sortie], tables=SimpleNamespace(intents=intents))
    assert _list_diverted(cast("Any", run)) == turned
