"""The Pareto front of plans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.primitives.errors import InvalidInput
from aspan.studies.pareto import list_front

POINTS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.tuples(st.integers(0, 6).map(float), st.integers(0, 6).map(float)),
    max_size=25,
)


def test_most_minutes_for_least_cost() -> None:
    """A plan that costs more and saves less is left out; the front begins with the most minutes."""
    points = {"a": (10.0, 5.0), "b": (8.0, 3.0), "c": (7.0, 4.0), "d": (10.0, 6.0)}
    assert list_front(points, ("most", "least")) == ("a", "b")


def test_equal_plans_stand_together() -> None:
    """Plans equal in everything are both on the front, in order of name."""
    assert list_front({"b": (1.0,), "a": (1.0,), "c": (0.0,)}, ("most",)) == ("a", "b")


@given(POINTS)
def test_front_is_what_nothing_dominates(points: dict[str, tuple[float, float]]) -> None:
    """A name is on the front exactly if no other point is as good in both aims and not the same."""
    front = set(list_front(points, ("most", "least")))
    for name, (more, less) in points.items():
        bettered = any(
            m >= more and c <= less and (m, c) != (more, less) for m, c in points.values()
        )
        assert (name in front) != bettered


def test_points_need_a_number_for_each_aim() -> None:
    """A missing number, and one that is none, are refused by the name of the plan."""
    with pytest.raises(InvalidInput, match="front: a"):
        list_front({"a": (1.0,)}, ("most", "least"))
    with pytest.raises(InvalidInput, match="front: a"):
        list_front({"a": (float("nan"),)}, ("most",))
    with pytest.raises(InvalidInput, match="aims"):
        list_front({}, ())
