"""Policy `least-used`: the same off-block as `earliest-ready`, by the aircraft that flew least."""

from itertools import permutations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from aspan.dispatch import earliest_ready, least_used
from aspan.dispatch.policies import get_policy
from aspan.dispatch.problem import Assignment, Candidate, Waiting
from unit.dispatch.problems import AWAY, HOME, MIN, aircraft, problem


def chosen_id(*candidates: Candidate) -> str:
    """Return the aircraft that is chosen, which there must be."""
    result = least_used.choose_aircraft(problem(*candidates))
    assert isinstance(result, Assignment), result
    return result.aircraft_id


def test_among_equals_the_least_used_flies() -> None:
    """Both are ready when wanted: block time decides, the id only where that is equal too."""
    fleet = [aircraft("A1", flown_ms=9), aircraft("A3", flown_ms=5), aircraft("A2", flown_ms=5)]
    for order in permutations(fleet):
        assert chosen_id(*order) == "A2"


def test_nobody_waits_for_a_less_used_aircraft() -> None:
    """One that is ready a minute earlier flies, however much it has flown."""
    worn = aircraft("A2", flown_ms=1_000 * MIN)
    assert chosen_id(worn, aircraft("A1", free_from_ms=61 * MIN)) == "A2"


def test_nobody_positions_for_the_sake_of_use() -> None:
    """One at the origin flies before a fresh one that would have to come empty."""
    worn = aircraft("A2", flown_ms=1_000 * MIN)
    assert chosen_id(aircraft("A1", vertiport_id=AWAY), worn) == "A2"


DRAWN = st.lists(
    st.builds(
        lambda n, at, free, soc, flown: aircraft(
            f"A{n}", vertiport_id=at, free_from_ms=free * MIN, soc=soc, flown_ms=flown
        ),
        st.integers(1, 99),
        st.sampled_from([HOME, HOME, AWAY]),
        st.sampled_from([40, 60, 61, 100]),
        st.floats(0.2, 0.95),
        st.integers(0, 3),
    ),
    max_size=7,
    unique_by=lambda candidate: candidate.aircraft_id,
)


@given(DRAWN)
def test_off_block_is_that_of_earliest_ready(fleet: list[Candidate]) -> None:
    """The instant and the reason are those of `earliest-ready`; only the aircraft may differ."""
    ours = least_used.choose_aircraft(problem(*fleet))
    theirs = earliest_ready.choose_aircraft(problem(*fleet))
    if isinstance(theirs, Assignment):
        assert isinstance(ours, Assignment)
        assert ours.off_block_ms == theirs.off_block_ms
        assert (ours.position_from is None) == (theirs.position_from is None)
    else:
        assert ours == theirs


@given(DRAWN)
def test_candidates_that_wait_give_the_same_choice(fleet: list[Candidate]) -> None:
    """Looking only at those that could draw level chooses as looking at everybody does."""
    here = [candidate for candidate in fleet if candidate.vertiport_id == HOME]
    by_id = {candidate.aircraft_id: candidate for candidate in here}
    bounds = sorted((max(60 * MIN, c.free_from_ms), c.aircraft_id) for c in here)
    plain = problem(*here)
    lazy = msgspec.structs.replace(plain, candidates=Waiting(bounds, by_id.__getitem__))
    assert least_used.choose_aircraft(lazy) == least_used.choose_aircraft(plain)


def test_it_is_known_by_name() -> None:
    """`--policy least-used` finds it."""
    assert get_policy("least-used") is least_used.choose_aircraft
