"""The transit search against a search that tries everything, at length."""

import pytest

from property.transit_checks import check_best, check_seed


@pytest.mark.long
def test_300_pareto_sets() -> None:
    """All labels of all goals agree in 300 searches, and each trail adds up to its label."""
    assert sum(check_seed(seed) for seed in range(1000, 1150)) > 500


@pytest.mark.long
def test_2000_best_instants() -> None:
    """The earliest arrival, or the latest departure, agrees in 2,000 searches."""
    assert sum(check_best(seed) for seed in range(1000, 2000)) > 500
