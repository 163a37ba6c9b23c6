"""The description holds against many requests."""

import os
from pathlib import Path

import pytest

from api_fuzz import fuzz
from selling import open_shop

EXAMPLES = int(os.environ.get("ASPAN_FUZZ", "300"))


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_route_fails_in_thousands_of_requests(tmp_path: Path, seed: int) -> None:
    """No 5xx, every refusal a problem, every status described, and seats are sold afterwards."""
    with open_shop(tmp_path) as shop:
        met = fuzz(shop, EXAMPLES, seed=seed)
        assert shop.hold()["status"] == "held"
    assert sum(met.values()) >= 10 * EXAMPLES
