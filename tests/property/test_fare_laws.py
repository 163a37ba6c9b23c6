"""Laws of fares: lines add up, every step moves the fare one way, and bounds hold and are met."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.booking.fares import Fare, FareProblem, cap_fare, price_seats, tax_within
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import TIYN_PER_TENGE
from aspan.world.fare import seat_bounds_tiyn, seat_fare_tiyn
from aspan.world.readers import load_city
from aspan.world.rules import Fares
from aspan.world.tariff import Tariff

SEATS = 4
RULES = load_city("tiny").rules
STATED = RULES.tariff

factors = st.floats(0.5, 2.0).map(lambda factor: round(factor, 3))


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    """Draw how fares move, within what the reader lets pass."""
    assert STATED is not None
    low = draw(factors)
    return msgspec.structs.replace(
        STATED,
        hour_factor_by_hour=tuple(draw(factors) for _ in range(24)),
        demand_factor_low=low,
        demand_factor_high=low + draw(st.floats(0.0, 1.0)),
        pooling_discount=draw(st.floats(0.0, 0.9)),
    )


@st.composite
def problems(draw: st.DrawFn) -> FareProblem:
    """Draw seats on a departure of a city with or without a tariff."""
    base_tiyn = draw(st.integers(0, 5_000_000))
    party = draw(st.integers(1, SEATS))
    return FareProblem(
        fares=Fares(
            base_tiyn=base_tiyn,
            per_km_tiyn=draw(st.integers(0, 100_000)),
            minimum_tiyn=base_tiyn + draw(st.integers(0, 1_000_000)),
        ),
        tariff=draw(st.none() | tariffs()),
        distance_m=draw(st.floats(0.0, 200_000.0)),
        local_hour=draw(st.integers(0, 23)),
        local_date=draw(st.sampled_from(["2025-12-31", "2026-01-01"])),
        party_seats=party,
        seats=SEATS,
        taken=draw(st.integers(0, SEATS - party)),
    )


@given(problems())
def test_lines_add_up_to_the_fare(problem: FareProblem) -> None:
    """Every line is a whole number of tiyn, none is 0, and their sum is what is charged."""
    fare = price_seats(problem)
    assert sum(tiyn for _, tiyn in fare.lines) == fare.fare_tiyn
    assert all(isinstance(tiyn, int) and tiyn != 0 for _, tiyn in fare.lines)
    assert 0 <= fare.tax_tiyn <= fare.fare_tiyn


@given(problems())
def test_a_party_pays_for_each_seat_alike(problem: FareProblem) -> None:
    """Two seats cost twice one, line by line."""
    alone = price_seats(msgspec.structs.replace(problem, party_seats=1))
    party = price_seats(problem)
    assert party.fare_tiyn == problem.party_seats * alone.fare_tiyn
    assert dict(party.lines) == {n: problem.party_seats * tiyn for n, tiyn in alone.lines}


@given(problems())
def test_a_city_without_a_tariff_has_flat_fares(problem: FareProblem) -> None:
    """Neither hour nor others move the fare, and no tax is told."""
    flat = price_seats(msgspec.structs.replace(problem, tariff=None))
    each = seat_fare_tiyn(problem.fares, problem.distance_m)
    assert flat.fare_tiyn == problem.party_seats * each
    assert (flat.tax_tiyn, flat.vat_rate) == (0, None)


@given(problems())
def test_a_fare_lies_within_its_bounds(problem: FareProblem) -> None:
    """Whatever hour and whoever is aboard: least and most are told beforehand."""
    rules = msgspec.structs.replace(RULES, fares=problem.fares, tariff=problem.tariff)
    least, most = seat_bounds_tiyn(rules, SEATS, problem.distance_m)
    fare = price_seats(problem)
    assert problem.party_seats * least <= fare.fare_tiyn <= problem.party_seats * most


@given(problems())
def test_both_bounds_are_met(problem: FareProblem) -> None:
    """Some hour and some load come to the least, some to the most; no bound is idle."""
    rules = msgspec.structs.replace(RULES, fares=problem.fares, tariff=problem.tariff)
    met = {
        price_seats(
            msgspec.structs.replace(problem, party_seats=1, taken=taken, local_hour=hour)
        ).fare_tiyn
        for hour in range(24)
        for taken in range(SEATS)
    }
    assert (min(met), max(met)) == seat_bounds_tiyn(rules, SEATS, problem.distance_m)


@given(problems(), st.floats(0.0, 50_000.0))
def test_a_fare_rises_with_distance(problem: FareProblem, more_m: float) -> None:
    """No farther flight is cheaper, all else the same."""
    far = msgspec.structs.replace(problem, distance_m=problem.distance_m + more_m)
    assert price_seats(far).fare_tiyn >= price_seats(problem).fare_tiyn


@given(problems())
def test_a_fare_rises_with_seats_others_have(problem: FareProblem) -> None:
    """Among those who join others, who comes later pays no less."""
    fares = [
        price_seats(msgspec.structs.replace(problem, party_seats=1, taken=taken)).fare_tiyn
        for taken in range(1, SEATS)
    ]
    assert fares == sorted(fares)


@given(problems(), st.integers(0, 23))
def test_a_fare_rises_with_the_factor_of_the_hour(problem: FareProblem, hour: int) -> None:
    """An hour of a greater factor is no cheaper."""
    if problem.tariff is None:
        return
    factors = problem.tariff.hour_factor_by_hour
    other = price_seats(msgspec.structs.replace(problem, local_hour=hour)).fare_tiyn
    fare = price_seats(problem).fare_tiyn
    if factors[hour] >= factors[problem.local_hour]:
        assert other >= fare
    else:
        assert other <= fare


@given(problems())
def test_moved_fares_are_whole_tenge(problem: FareProblem) -> None:
    """So that a page that shows no tiyn still shows what is charged."""
    if problem.tariff is not None:
        assert price_seats(problem).fare_tiyn % TIYN_PER_TENGE == 0


@given(problems(), st.none() | st.integers(0, 20_000_000))
def test_no_more_than_what_was_shown_is_charged(problem: FareProblem, shown: int | None) -> None:
    """A fare that has risen since is charged as shown, and its lines say so."""
    fare = price_seats(problem)
    capped = cap_fare(fare, shown)
    assert capped.fare_tiyn == (fare.fare_tiyn if shown is None else min(shown, fare.fare_tiyn))
    assert sum(tiyn for _, tiyn in capped.lines) == capped.fare_tiyn
    assert ("shown" in dict(capped.lines)) == (capped.fare_tiyn < fare.fare_tiyn)


def test_the_tax_within_a_price_is_that_of_its_date() -> None:
    """Of 1,120 KZT at 12 % and of 1,160 KZT at 16 % the tax is 120 and 160 KZT (facts 4.34)."""
    assert tax_within(112_000, 0.12) == 12_000
    assert tax_within(116_000, 0.16) == 16_000
    assert tax_within(100, 0.12) == 11
    assert tax_within(116_000, None) == 0


def price(*, hour: int = 6, date: str = "2025-04-12", party_seats: int = 1, taken: int = 0) -> Fare:
    """Return a fare of the small city over 40 km."""
    return price_seats(
        FareProblem(
            fares=RULES.fares,
            tariff=STATED,
            distance_m=40_000.0,
            local_hour=hour,
            local_date=date,
            party_seats=party_seats,
            seats=SEATS,
            taken=taken,
        )
    )


def test_the_stated_tariff_comes_out_line_by_line() -> None:
    """45,000 KZT over 40 km for the first to book; joined by others at the rush, each step told."""
    first = price()
    assert first.lines == (("base", 2_500_000), ("distance", 2_000_000))
    assert (first.fare_tiyn, first.tax_tiyn, first.vat_rate) == (4_500_000, 482_143, 0.12)
    last = price(hour=8, taken=3, date="2026-04-12")
    assert last.lines == (
        ("base", 2_500_000), ("distance", 2_000_000), ("time_of_day", 450_000),
        ("demand", 1_237_500), ("pooling", -618_800),
    )  # fmt: skip
    assert (last.fare_tiyn, last.vat_rate) == (5_568_700, 0.16)


def test_who_joins_one_other_pays_less_than_the_first() -> None:
    """The first to join shares the cabin for less than it would cost alone; the last pays more."""
    fares = [price(taken=taken).fare_tiyn for taken in range(SEATS)]
    assert fares[1] < fares[0] < fares[2] < fares[3]


@pytest.mark.parametrize(("party_seats", "taken"), [(0, 0), (5, 0), (1, 4)])
def test_seats_that_are_not_there_have_no_price(party_seats: int, taken: int) -> None:
    """Nobody is told a fare for more seats than are free."""
    with pytest.raises(InvalidInput):
        price(party_seats=party_seats, taken=taken)
