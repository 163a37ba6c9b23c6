"""Laws of the transit search: equal to a search that tries everything, and what it says is true."""

from property.transit_checks import check_best, check_seed


def test_pareto_sets_are_those_of_a_search_that_tries_everything() -> None:
    """In 30 searches all labels of all goals agree, and each trail adds up to its label."""
    labels = sum(check_seed(seed) for seed in range(15))
    assert labels > 50


def test_best_instants_are_those_of_a_search_that_tries_everything() -> None:
    """In 100 searches the earliest arrival, or the latest departure, is the same."""
    found = sum(check_best(seed) for seed in range(50))
    assert found > 20
