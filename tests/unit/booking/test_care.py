"""What a party gets whose sortie cannot be flown as promised."""

from itertools import permutations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from aspan.booking.care import (
    AirOption,
    CareProblem,
    GroundOption,
    choose_remedy,
    late_refund_tiyn,
    list_remedies,
)
from aspan.primitives.ids import SortieId
from aspan.primitives.units import MS_PER_MIN
from aspan.world.tariff import Care, LateStep

MIN = MS_PER_MIN
NOON = 1_000_000 * MIN
CARE = Care(
    air_late_ms_max=45 * MIN,
    offers_ground=True,
    late=(LateStep(late_ms=30 * MIN, back_share=0.25), LateStep(late_ms=60 * MIN, back_share=0.5)),
)
FARE = 2_000_001


def air(late_min: int, sortie_id: str = "S00007") -> AirOption:
    """Return a departure that brings the party so late."""
    return AirOption(
        sortie_id=SortieId(sortie_id),
        off_block_at_ms=NOON + (late_min - 30) * MIN,
        arrives_at_ms=NOON + late_min * MIN,
    )


def ground(late_min: int) -> GroundOption:
    """Return a taxi that brings the party so late."""
    return GroundOption(
        leaves_at_ms=NOON + (late_min - 40) * MIN,
        arrives_at_ms=NOON + late_min * MIN,
        cost_tiyn=350_000,
    )


def problem(
    *options: AirOption, taxi: GroundOption | None = None, care: Care = CARE
) -> CareProblem:
    """Return the case of a party promised to be there at noon."""
    return CareProblem(fare_tiyn=FARE, promised_at_ms=NOON, care=care, air=options, ground=taxi)


def test_the_sooner_of_air_and_ground_is_chosen() -> None:
    """A taxi is chosen when it arrives before every departure, and air when that is as soon."""
    assert choose_remedy(problem(air(40), taxi=ground(20))).kind == "ground"
    assert choose_remedy(problem(air(10), taxi=ground(20))).kind == "air"
    assert choose_remedy(problem(air(20), taxi=ground(20))).kind == "air"


def test_air_is_chosen_up_to_the_longest_delay_and_no_further() -> None:
    """On both sides of the bound: at 45 min air is chosen, at 46 min the later taxi is."""
    assert choose_remedy(problem(air(45), taxi=ground(90))).kind == "air"
    late = choose_remedy(problem(air(46), taxi=ground(90)))
    assert (late.kind, late.refund_tiyn, late.cost_tiyn) == ("ground", FARE, 350_000)


def test_money_is_what_is_left() -> None:
    """With no taxi and no departure in time the whole fare goes back; air can still be chosen."""
    remedies = list_remedies(problem(air(46)))
    assert [r.kind for r in remedies] == ["refund", "air"]
    assert remedies[0].refund_tiyn == FARE
    assert not remedies[1].is_within_rules


def test_a_city_without_taxis_at_its_cost_gives_none() -> None:
    """Where the tariff offers no ground ride, none is listed."""
    care = msgspec.structs.replace(CARE, offers_ground=False)
    assert [r.kind for r in list_remedies(problem(taxi=ground(5), care=care))] == ["refund"]


def test_late_by_air_pays_part_of_the_fare_back() -> None:
    """Nothing below the first step, a quarter from 30 min, half from 60 min, rounded up."""
    told = [late_refund_tiyn(CARE, FARE, late * MIN) for late in (-5, 29, 30, 59, 60, 600)]
    assert told == [0, 0, 500_001, 500_001, 1_000_001, 1_000_001]
    assert choose_remedy(problem(air(29))).refund_tiyn == 0
    assert choose_remedy(problem(air(30))).refund_tiyn == 500_001


def test_nothing_is_paid_back_twice() -> None:
    """What a party had back already is taken off whatever it gets next."""
    case = msgspec.structs.replace(problem(air(35), taxi=ground(90)), paid_back_tiyn=500_001)
    by_kind = {r.kind: r.refund_tiyn for r in list_remedies(case)}
    assert by_kind == {"air": 0, "ground": FARE - 500_001, "refund": FARE - 500_001}


def test_ties_go_by_id() -> None:
    """Two departures that leave and arrive together are ranked by id, whatever their order."""
    options = [air(10, "S00009"), air(10, "S00003"), air(10, "")]
    chosen = {choose_remedy(problem(*some)).sortie_id for some in permutations(options)}
    assert chosen == {"S00003"}


options = st.builds(
    lambda late, number: air(late, f"S{number:05d}" if number else ""),
    st.integers(-30, 240),
    st.integers(0, 20),
)
cases = st.builds(
    CareProblem,
    fare_tiyn=st.integers(0, 10**9),
    promised_at_ms=st.just(NOON),
    care=st.builds(
        lambda late_max, taxi: msgspec.structs.replace(
            CARE, air_late_ms_max=late_max * MIN, offers_ground=taxi
        ),
        st.integers(0, 120),
        st.booleans(),
    ),
    air=st.lists(options, max_size=5).map(tuple),
    ground=st.none() | st.integers(-30, 240).map(ground),
    paid_back_tiyn=st.integers(0, 10**9),
)


@given(cases)
def test_money_is_always_open_and_nothing_chosen_is_worse(case: CareProblem) -> None:
    """Money back is always listed; a taxi pays back as much, air brings the party in time."""
    remedies = list_remedies(case)
    money = next(r for r in remedies if r.kind == "refund")
    assert money.refund_tiyn == max(0, case.fare_tiyn - case.paid_back_tiyn)
    chosen = choose_remedy(case)
    if chosen.kind == "ground":
        assert chosen.refund_tiyn == money.refund_tiyn
    if chosen.kind == "air":
        assert chosen.arrives_at_ms is not None
        assert chosen.arrives_at_ms - case.promised_at_ms <= case.care.air_late_ms_max
    assert all(0 <= r.refund_tiyn <= money.refund_tiyn for r in remedies)


@given(cases)
def test_never_later_by_air_than_by_ground_when_both_are_within_the_rules(
    case: CareProblem,
) -> None:
    """Of remedies within the rules that bring one there, none arrives before the one chosen."""
    able = [
        r.arrives_at_ms
        for r in list_remedies(case)
        if r.is_within_rules and r.arrives_at_ms is not None
    ]
    chosen = choose_remedy(case)
    assert chosen.arrives_at_ms == (min(able) if able else None)


@given(cases)
def test_the_order_of_what_is_there_decides_nothing(case: CareProblem) -> None:
    """Departures listed the other way round are ranked the same."""
    other = msgspec.structs.replace(case, air=case.air[::-1])
    assert list_remedies(other) == list_remedies(case)
