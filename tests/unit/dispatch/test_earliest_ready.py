"""Policy `earliest-ready`: who flies, when, and why nobody can."""

from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.dispatch.earliest_ready import choose_aircraft
from aspan.dispatch.policies import get_policy
from aspan.dispatch.problem import Assignment, Candidate, NoAircraft, Waiting
from aspan.physics.battery import soc_needed
from aspan.physics.charging import time_to_soc_s
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId
from unit.dispatch.problems import AWAY, FAR, HOME, KIND, MIN, NEVER, aircraft, leg, problem


def chosen(result: Assignment | NoAircraft) -> Assignment:
    """Return an assignment that must be one."""
    assert isinstance(result, Assignment), result
    return result


def reason(result: Assignment | NoAircraft) -> str:
    """Return why nobody can."""
    assert isinstance(result, NoAircraft), result
    return result.reason


def test_a_ready_aircraft_leaves_when_wanted() -> None:
    """Nobody leaves before the wish, and a ready one not after it."""
    result = chosen(choose_aircraft(problem(aircraft("A1"))))
    assert (result.aircraft_id, result.off_block_ms, result.position_from) == ("A1", 60 * MIN, None)


def test_the_earliest_wins_then_the_lower_id() -> None:
    """Order of candidates does not matter: earlier first, ties by id."""
    candidates = [aircraft("A3"), aircraft("A2"), aircraft("A1", free_from_ms=61 * MIN)]
    for order in permutations(candidates):
        assert chosen(choose_aircraft(problem(*order))).aircraft_id == "A2"


def test_an_aircraft_at_the_origin_goes_before_one_that_must_come() -> None:
    """At the same off-block no empty sortie is flown, though its aircraft has the lower id."""
    here, there = aircraft("A9"), aircraft("A1", vertiport_id=AWAY)
    result = chosen(choose_aircraft(problem(there, here)))
    assert (result.aircraft_id, result.position_from) == ("A9", None)


def test_an_aircraft_elsewhere_positions_in_time() -> None:
    """It leaves as soon as it may and is turned round before the passengers board."""
    there = aircraft("A1", vertiport_id=AWAY, free_from_ms=50 * MIN)
    result = chosen(choose_aircraft(problem(there)))
    assert (result.position_from, result.position_off_block_ms) == (AWAY, 50 * MIN)
    assert result.off_block_ms == (50 + 10 + 5) * MIN


def test_positioning_must_fit_the_window() -> None:
    """Turned round at the very end of the half-open window is too late."""
    fits = aircraft("A1", vertiport_id=AWAY, free_from_ms=75 * MIN - 1)
    late = aircraft("A1", vertiport_id=AWAY, free_from_ms=75 * MIN)
    assert chosen(choose_aircraft(problem(fits))).off_block_ms == 90 * MIN - 1
    assert reason(choose_aircraft(problem(late))) == "too_late"


def test_the_window_is_half_open() -> None:
    """Off-block at the latest instant is refused, a millisecond before it is not."""
    at_end = aircraft("A1", free_from_ms=90 * MIN)
    before = aircraft("A1", free_from_ms=90 * MIN - 1)
    assert reason(choose_aircraft(problem(at_end))) == "too_late"
    assert chosen(choose_aircraft(problem(before))).off_block_ms == 90 * MIN - 1


def test_charging_delays_off_block_by_the_closed_form() -> None:
    """An aircraft short of energy leaves when the charger has given what is needed."""
    low = aircraft("A1", soc=0.5, soc_at_ms=55 * MIN, charge_kw=100.0)
    wanted = soc_needed(KIND, required_kwh=80.0, soh=1.0, pack_k=KIND.pack_target_k)
    time_s = time_to_soc_s(
        KIND, soc=0.5, target_soc=wanted, soh=1.0, cap_kw=100.0, pack_k=KIND.pack_target_k
    )
    result = chosen(choose_aircraft(problem(low)))
    assert result.off_block_ms == 55 * MIN + int(1000.0 * time_s) + 1
    assert result.off_block_ms > 60 * MIN


@pytest.mark.parametrize(
    "changes",
    [
        {"soc": 0.5, "charge_kw": 0.0},
        {"soh": 0.6},
        {"vertiport_id": AWAY, "soc": 0.4, "charge_kw": 0.0},
    ],
)
def test_no_energy_is_a_reason(changes: dict[str, object]) -> None:
    """Without a charger, or with a pack too small for the leg, nobody flies."""
    assert reason(choose_aircraft(problem(aircraft("A1", **changes)))) == "energy"


def test_positioning_uses_energy_that_is_charged_again() -> None:
    """After the empty leg the origin's charger gives back what the next leg lacks."""
    there = aircraft("A1", vertiport_id=AWAY, free_from_ms=60 * MIN, soc=0.66, charge_kw=0.0)
    fast = chosen(choose_aircraft(problem(there, positioned_charge_kw=200.0)))
    slow = chosen(choose_aircraft(problem(there, positioned_charge_kw=120.0)))
    assert 75 * MIN < fast.off_block_ms < slow.off_block_ms
    assert reason(choose_aircraft(problem(there, positioned_charge_kw=0.0))) == "energy"


def test_without_a_leg_to_the_origin_nobody_positions() -> None:
    """A site that no lane links to the origin gives no aircraft."""
    assert reason(choose_aircraft(problem(aircraft("A1", vertiport_id=FAR)))) == "no_aircraft"
    assert reason(choose_aircraft(problem())) == "no_aircraft"


def test_a_pilot_takes_the_break_first() -> None:
    """A sortie that would end after the stretch leaves after the break instead."""
    fits = aircraft("A1", stretch_until_ms=70 * MIN, rested_from_ms=80 * MIN)
    tired = aircraft("A1", stretch_until_ms=70 * MIN - 1, rested_from_ms=80 * MIN)
    assert chosen(choose_aircraft(problem(fits))).off_block_ms == 60 * MIN
    assert chosen(choose_aircraft(problem(tired))).off_block_ms == 80 * MIN


def test_the_break_is_taken_before_positioning() -> None:
    """Both sorties lie in one stretch, or both after the break."""
    tired = aircraft(
        "A1",
        vertiport_id=AWAY,
        free_from_ms=45 * MIN,
        stretch_until_ms=69 * MIN,
        rested_from_ms=70 * MIN,
    )
    result = chosen(choose_aircraft(problem(tired)))
    assert (result.position_off_block_ms, result.off_block_ms) == (70 * MIN, 85 * MIN)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"on_block_until_ms": 70 * MIN - 1}, "hours"),
        ({"sectors_left": 0}, "pilot"),
        ({"flight_ms_left": 10 * MIN - 1}, "pilot"),
        ({"vertiport_id": AWAY, "sectors_left": 1}, "pilot"),
        ({"vertiport_id": AWAY, "flight_ms_left": 20 * MIN - 1}, "pilot"),
    ],
)
def test_duty_limits_refuse(changes: dict[str, object], expected: str) -> None:
    """Hours, sectors and flight time bound what a pilot takes on, the empty leg counted."""
    assert reason(choose_aircraft(problem(aircraft("A1", **changes)))) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"on_block_until_ms": 70 * MIN},
        {"sectors_left": 1},
        {"flight_ms_left": 10 * MIN},
        {"vertiport_id": AWAY, "sectors_left": 2, "flight_ms_left": 20 * MIN},
    ],
)
def test_duty_limits_are_inclusive(changes: dict[str, object]) -> None:
    """What exactly fills a limit is flown."""
    assert chosen(choose_aircraft(problem(aircraft("A1", **changes)))).off_block_ms == 60 * MIN


def test_the_way_back_to_a_crew_base_is_kept_free() -> None:
    """Beyond a base the pilot keeps time, a sector and flight time for the way home."""
    beyond = msgspec.structs.replace(leg(), return_block_ms=15 * MIN)
    kept = {"on_block_until_ms": 85 * MIN, "sectors_left": 2, "flight_ms_left": 25 * MIN}
    assert chosen(choose_aircraft(problem(aircraft("A1", **kept), leg=beyond)))
    for field, less in (("on_block_until_ms", 1), ("sectors_left", 1), ("flight_ms_left", 1)):
        short = aircraft("A1", **{**kept, field: kept[field] - less})
        assert reason(choose_aircraft(problem(short, leg=beyond))) in {"hours", "pilot"}


def test_the_reason_is_of_the_one_that_came_nearest() -> None:
    """Among several that cannot, the last hurdle that was reached is named."""
    empty, tired = aircraft("A1", soc=0.3, charge_kw=0.0), aircraft("A2", sectors_left=0)
    assert reason(choose_aircraft(problem(empty))) == "energy"
    assert reason(choose_aircraft(problem(empty, tired))) == "pilot"
    assert reason(choose_aircraft(problem(tired, empty))) == "pilot"


def test_an_unknown_policy_is_refused_by_name() -> None:
    """The error lists the policies there are."""
    assert get_policy("earliest-ready") is choose_aircraft
    with pytest.raises(InvalidInput, match=r"fastest-first.*earliest-ready"):
        get_policy("fastest-first")


CANDIDATES = st.builds(
    lambda n, at, free, soc, soh, kw: aircraft(
        f"A{n}",
        vertiport_id=at,
        free_from_ms=free * MIN,
        soc=soc,
        soh=soh,
        charge_kw=kw,
        soc_at_ms=max(0, free - 5) * MIN,
    ),
    st.integers(1, 99),
    st.sampled_from([HOME, AWAY, FAR]),
    st.integers(0, 100),
    st.floats(0.2, 0.95),
    st.floats(0.8, 1.0),
    st.sampled_from([0.0, 60.0, 250.0]),
)


@given(st.lists(CANDIDATES, max_size=6, unique_by=lambda c: c.aircraft_id), st.randoms())
def test_the_choice_is_best_and_blind_to_order(candidates: list[Candidate], rng: object) -> None:
    """No single candidate could leave earlier, and shuffling them changes nothing."""
    result = choose_aircraft(problem(*candidates))
    shuffled = list(candidates)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose_aircraft(problem(*shuffled)) == result
    alone = [choose_aircraft(problem(c)) for c in candidates]
    possible = [a for a in alone if isinstance(a, Assignment)]
    if not possible:
        assert isinstance(result, NoAircraft)
        return
    assert chosen(result).off_block_ms == min(a.off_block_ms for a in possible)
    assert 60 * MIN <= chosen(result).off_block_ms < 90 * MIN


@given(
    st.lists(
        st.tuples(
            st.integers(0, 9),
            st.floats(0.2, 0.95),
            st.floats(0.85, 1.0),
            st.integers(50, 100),
            st.integers(1, 3),
        ),
        max_size=8,
    )
)
def test_candidates_that_wait_give_the_same_choice(
    drawn: list[tuple[int, float, float, int, int]],
) -> None:
    """Looking only at those that could still win chooses as looking at everybody does."""
    every = [
        aircraft(
            f"A{k}{number}",
            soc=soc,
            soh=soh,
            free_from_ms=free * MIN,
            stretch_until_ms=NEVER if sectors > 1 else (free + 15) * MIN,
            rested_from_ms=(free + 7) * MIN,
            sectors_left=sectors - 1,
        )
        for number, (k, soc, soh, free, sectors) in enumerate(drawn)
    ]
    by_id = {candidate.aircraft_id: candidate for candidate in every}
    looked_at: list[str] = []

    def make(aircraft_id: AircraftId) -> Candidate:
        looked_at.append(aircraft_id)
        return by_id[aircraft_id]

    plain = problem(*every)
    bounds = sorted((max(60 * MIN, c.free_from_ms), c.aircraft_id) for c in every)
    waiting = Waiting(bounds, make)
    lazy = msgspec.structs.replace(plain, candidates=waiting)
    assert choose_aircraft(lazy) == choose_aircraft(plain)
    assert len(looked_at) == len(set(looked_at)) == len(waiting.list_made())
    if isinstance(choose_aircraft(plain), NoAircraft):
        assert len(looked_at) == len(every)


def test_the_first_that_is_ready_ends_the_look() -> None:
    """With the lowest id ready when wanted, nobody else is looked at; all read like a tuple."""
    every = (aircraft("A1"), aircraft("A2"), aircraft("A3"))
    by_id = {candidate.aircraft_id: candidate for candidate in every}
    waiting = Waiting([(60 * MIN, name) for name in by_id], by_id.__getitem__)
    assert chosen(choose_aircraft(problem(candidates=waiting))).aircraft_id == "A1"
    assert waiting.list_made() == every[:1]
    assert (len(waiting), tuple(waiting), waiting[1:]) == (3, every, every[1:])
    with pytest.raises(IndexError):
        waiting[3]
