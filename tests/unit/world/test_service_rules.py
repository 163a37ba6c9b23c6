"""Rules of the service: what a passenger weighs in the mean."""

import pytest

from shipped import read_shipped


@pytest.mark.parametrize(("month", "mass_kg"), [(1, 96.0), (3, 96.0), (4, 93.0), (10, 93.0)])
def test_winter_clothes_weigh_in_winter_only(month: int, mass_kg: float) -> None:
    """A person of 85 kg has 8 kg of bags, and 3 kg of clothes more in winter (facts 8.6)."""
    assert read_shipped("alatau").rules.service.mean_payload_kg(month) == mass_kg
