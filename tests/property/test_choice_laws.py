"""Laws of the choice: the best is taken, and what does not matter does not matter."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from aspan.demand.choice import Alternative, ChoiceProblem, choose

DURATIONS = st.integers(min_value=0, max_value=10_000_000)
ALTERNATIVES = st.builds(
    Alternative,
    st.sampled_from(["air", "car", "transit"]),
    st.floats(min_value=0.0, max_value=1e6),
    DURATIONS,
    DURATIONS,
    st.integers(min_value=0, max_value=4),
)
PROBLEMS = st.builds(
    ChoiceProblem,
    st.lists(ALTERNATIVES, min_size=1, max_size=8).map(tuple),
    st.integers(min_value=1, max_value=4),
    st.floats(min_value=0.0, max_value=1e6),
    st.floats(min_value=1.0, max_value=3.0),
    st.floats(min_value=0.0, max_value=1e6),
    st.floats(min_value=-5.0, max_value=0.0),
    st.floats(min_value=1.0, max_value=1e5),
    st.floats(min_value=-1e6, max_value=1e6),
)


@given(PROBLEMS)
def test_nothing_is_better_than_what_is_chosen(problem: ChoiceProblem) -> None:
    """The chosen alternative has the greatest utility, and is the first that has it."""
    choice = choose(problem)
    assert choice.utilities_kzt[choice.index] == max(choice.utilities_kzt)
    assert choice.utilities_kzt.index(max(choice.utilities_kzt)) == choice.index
    assert choice.mode == problem.alternatives[choice.index].mode


@given(PROBLEMS, st.integers(min_value=0, max_value=7))
def test_what_was_not_chosen_may_be_withdrawn(problem: ChoiceProblem, which: int) -> None:
    """Leaving out an alternative that was not taken changes no choice."""
    choice = choose(problem)
    which %= len(problem.alternatives)
    if which == choice.index:
        return
    rest = problem.alternatives[:which] + problem.alternatives[which + 1 :]
    again = choose(msgspec.structs.replace(problem, alternatives=rest))
    assert rest[again.index] is problem.alternatives[choice.index]


@given(PROBLEMS, st.floats(min_value=0.0, max_value=1e6), st.floats(min_value=-5.0, max_value=0.0))
def test_dearer_slower_less_liked_air_wins_nobody(
    problem: ChoiceProblem, dearer_kzt: float, constant: float
) -> None:
    """Whoever leaves air at one price and constant does not come back at worse ones."""
    if choose(problem).mode == "air":
        return
    worse = tuple(
        msgspec.structs.replace(
            way,
            price_kzt=way.price_kzt + dearer_kzt,
            out_of_vehicle_ms=way.out_of_vehicle_ms + 60_000,
        )
        if way.mode == "air"
        else way
        for way in problem.alternatives
    )
    lower = min(constant, problem.air_constant)
    changed = msgspec.structs.replace(problem, alternatives=worse, air_constant=lower)
    assert choose(changed).mode != "air"
