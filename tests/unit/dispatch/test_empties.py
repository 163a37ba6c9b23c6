"""Empties: which idle aircraft go where rides are expected."""

from hypothesis import given
from hypothesis import strategies as st

from aspan.dispatch.empties import EmptiesProblem, SiteBalance, list_pairs, plan_empties
from aspan.primitives.ids import AircraftId, VertiportId

A, B, C = VertiportId("A"), VertiportId("B"), VertiportId("C")


def site(name: str, idle: str = "", *, inbound: int = 0, expected: float = 0.0, free: int = 4) -> (
    SiteBalance
):  # fmt: skip
    """Return a site whose idle aircraft are named in one string."""
    return SiteBalance(
        vertiport_id=VertiportId(name),
        idle=tuple(AircraftId(a) for a in idle.split()),
        inbound=inbound,
        expected=expected,
        free_stands=free,
    )


def problem(*sites: SiteBalance, most: int = 4) -> EmptiesProblem:
    """Return a problem in which A and B are near, C is far."""
    block_ms = {(A, B): 10, (B, A): 10, (A, C): 30, (C, A): 30, (B, C): 25, (C, B): 25}
    return EmptiesProblem(sites=sites, block_ms=block_ms, sorties_max=most)


def test_a_surplus_goes_where_rides_are_expected() -> None:
    """The nearest giver sends its first idle aircraft."""
    moves = plan_empties(problem(site("A", "A1 A2"), site("B", expected=1.0), site("C", "A3")))
    assert moves == (("A1", A, B),)


def test_what_is_expected_at_home_stays() -> None:
    """A site gives only what it does not expect to need itself."""
    needy = site("B", expected=2.0)
    assert plan_empties(problem(site("A", "A1", expected=1.0), needy)) == ()
    assert len(plan_empties(problem(site("A", "A1 A2", expected=1.0), needy))) == 1


def test_half_a_ride_is_worth_an_empty_and_less_is_not() -> None:
    """A ride as likely as not justifies the sortie."""
    giver = site("A", "A1")
    assert plan_empties(problem(giver, site("B", expected=0.49))) == ()
    assert plan_empties(problem(giver, site("B", expected=0.5))) == (("A1", A, B),)


def test_who_is_on_the_way_counts() -> None:
    """A site that expects an aircraft anyway gets none."""
    assert plan_empties(problem(site("A", "A1"), site("B", inbound=1, expected=1.0))) == ()


def test_no_aircraft_is_sent_to_the_last_free_stand() -> None:
    """One stand stays free for those who come with passengers."""
    giver = site("A", "A1")
    assert plan_empties(problem(giver, site("B", expected=1.0, free=1))) == ()
    assert len(plan_empties(problem(giver, site("B", expected=1.0, free=2)))) == 1


def test_the_neediest_is_served_first_and_a_round_is_bounded() -> None:
    """With one sortie to send it goes where most is expected."""
    sites = (site("A", "A1 A2 A3"), site("B", expected=1.0), site("C", expected=2.0))
    assert plan_empties(problem(*sites, most=1)) == (("A1", A, C),)
    assert len(plan_empties(problem(*sites, most=2))) == 2


def test_no_lane_no_empty() -> None:
    """A pair that cannot be flown now is not flown."""
    lost = EmptiesProblem(
        sites=(site("A", "A1"), site("B", expected=1.0)), block_ms={}, sorties_max=4
    )
    assert plan_empties(lost) == ()


def test_a_full_site_is_relieved() -> None:
    """An idle aircraft leaves a site without a free stand for one with room to spare."""
    assert plan_empties(problem(site("A", "A1 A2", free=0), site("B", free=3))) == (("A2", A, B),)
    assert plan_empties(problem(site("A", "A1", free=0), site("B", free=2))) == ()
    assert plan_empties(problem(site("A", "A1", free=1), site("B", free=3))) == ()


def test_an_aircraft_is_sent_once() -> None:
    """What leaves a full site does not also answer a shortage."""
    moves = plan_empties(
        problem(site("A", "A1", free=0), site("B", free=4), site("C", expected=3.0))
    )
    assert [m[0] for m in moves] == ["A1"]


BALANCES = st.tuples(
    st.integers(0, 3), st.integers(0, 2), st.sampled_from([0.0, 0.4, 0.5, 1.0, 3.2]),
    st.integers(-1, 4),
)  # fmt: skip


@given(st.tuples(BALANCES, BALANCES, BALANCES))
def test_no_other_pair_is_asked_for(balances: tuple[tuple[int, int, float, int], ...]) -> None:
    """Whatever stands where, the times of the pairs listed are all that the plan needs."""
    sites = tuple(
        site(
            name,
            " ".join(f"{name}{k}" for k in range(idle)),
            inbound=inbound,
            expected=expected,
            free=free,
        )
        for name, (idle, inbound, expected, free) in zip("ABC", balances, strict=True)
    )
    whole, pairs = problem(*sites), list_pairs(sites)
    cut = {pair: block_ms for pair, block_ms in whole.block_ms.items() if pair in pairs}
    narrow = EmptiesProblem(sites=sites, block_ms=cut, sorties_max=whole.sorties_max)
    assert plan_empties(narrow) == plan_empties(whole)
