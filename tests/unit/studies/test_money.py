"""The account adds up, is rounded once, follows deliveries, and agrees with sums done by hand."""

import math

import msgspec
import polars as pl
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.exact import UNITS, present, round_ratio, to_units
from aspan.studies.factors import list_factors, make_costs
from aspan.studies.finance import (
    FarePoint,
    account,
    find_break_even,
    list_years,
    present_of_kind,
    total,
)
from aspan.studies.money import (
    BUDGET_USD_MAX,
    CAPITAL,
    FARE_KINDS,
    GROUP_OF,
    Case,
    DayMeans,
    check_budget_usd,
)
from aspan.studies.money_ranges import list_kind_ranges, list_swings, replace_costs
from aspan.studies.plan import Plan, Programme, Stage
from aspan.world.costs import get_input, list_paths, replace_input
from aspan.world.readers import load_city
from money_cases import design, make_case, make_means, make_programme, tiny_costs


def usd(amount: float) -> int:
    """Return dollars as tiyn at the rate of the small city, 500 KZT."""
    return round(amount * 500 * 100)


def test_totals_are_the_sum_of_years_and_of_lines() -> None:
    """Sums over years, over kinds and over lines are one number, as integers."""
    kept = account(make_case())
    totals, rows = total(kept), list_years(kept)
    lines_tiyn = sum(line.amount_tiyn for line in kept.lines)
    assert totals.net_cost_tiyn == lines_tiyn
    assert lines_tiyn == sum(row.deficit_tiyn + row.capital_tiyn for row in rows)
    assert lines_tiyn == sum(sum(kept.list_amounts_tiyn(kind)) for kind in GROUP_OF)
    assert totals.capital_tiyn - totals.residual_tiyn == sum(row.capital_tiyn for row in rows)
    assert rows[-1].cumulative_tiyn == lines_tiyn + totals.residual_tiyn
    assert totals.net_present_cost_tiyn == sum(row.present_tiyn for row in rows)


def test_every_number_is_an_integer() -> None:
    """No float is money: every line and every total is a whole number of tiyn."""
    kept = account(make_case())
    assert all(type(line.amount_tiyn) is int for line in kept.lines)
    totals = total(kept)
    assert all(type(getattr(totals, name)) is int for name in totals.__struct_fields__)


def test_an_amount_is_rounded_once_half_to_even() -> None:
    """Ratios go to the nearest whole number, and halves to the even one, below 0 too."""
    assert [round_ratio(n, 2) for n in (1, 3, 5, -1, -3)] == [0, 2, 2, 0, -2]
    assert round_ratio(10**30 + 1, 2) == 5 * 10**29
    assert present(110, 100_000, 1) == 100
    assert present(100, 100_000, -1) == 110


def test_the_first_stage_by_hand() -> None:
    """Two years of two sites and a few aircraft cost what a sheet of paper says."""
    kept = account(make_case())
    assert kept.years[0] == 2028
    assert kept.sum_tiyn(year=2028, kinds=("start_up",)) == usd(8_000_000)
    # EAST is a basic site of 2 places and has 2 and one kept free; NORTH a city site of 4, and
    # has 4 and one kept free.
    assert kept.sum_tiyn(year=2028, kinds=("sites",)) == usd(1_500_000 + 10_000_000 + 2 * 250_000)
    assert kept.sum_tiyn(year=2028, kinds=("chargers",)) == usd(4 * 300 * 1000)
    assert kept.sum_tiyn(year=2028, kinds=("grid",)) == usd(2 * 1500 * 800)
    assert kept.sum_tiyn(year=2028, kinds=("reserve",)) == usd(0.15 * 15_600_000)
    assert kept.sum_tiyn(year=2028, kinds=("aircraft",)) == usd(2 * 4_000_000 * 0.3)
    assert kept.sum_tiyn(year=2029, kinds=("aircraft",)) == usd((2 * 0.7 + 4 * 0.3) * 4_000_000)
    assert kept.sum_tiyn(year=2029, kinds=("insurance",)) == usd(2 * 4_000_000 * 0.04)
    # 24.14 pilots a day on 365 days over 200 days each: 44.06, so 45.
    assert [flow.pilots for flow in kept.flows][:3] == [0, 45, 45]
    assert kept.sum_tiyn(year=2029, kinds=("pilots",)) == round(45 * 12 * 448_620 * 5 * 1.15 * 100)
    assert kept.sum_tiyn(year=2029, kinds=("head_office",)) == usd(2_500_000)


def test_income_carries_its_tax() -> None:
    """Of fares less refunds, 16 parts of 116 are tax; it is not ours."""
    kept = account(make_case())
    fares, refunds = (-kept.sum_tiyn(year=2033, kinds=("fares",)),
                      kept.sum_tiyn(year=2033, kinds=("refunds",)))  # fmt: skip
    assert fares == round(1_351_234_567.89 * 365)
    assert refunds == round(12_345_678.9 * 365)
    assert kept.sum_tiyn(year=2033, kinds=("vat",)) == round((fares - refunds) * 16 / 116)


def test_deliveries_bound_the_fleet() -> None:
    """The plan wants thirty aircraft from 2031; they come as they can be delivered."""
    kept = account(make_case())
    assert [flow.fleet for flow in kept.flows] == [0, 2, 6, 15, 30, 30, 30, 30, 30, 30, 30]
    assert [flow.delivered for flow in kept.flows] == [0, 2, 4, 9, 15, 0, 0, 0, 0, 0, 0]
    price_tiyn = usd(4_000_000)
    assert list(kept.list_amounts_tiyn("aircraft")) == [
        round(price_tiyn * (0.7 * now + 0.3 * after))
        for now, after in [(0, 2), (2, 4), (4, 9), (9, 15), (15, 0)] + [(0, 0)] * 6
    ]


def test_an_asset_is_bought_again_after_its_life() -> None:
    """Aircraft that live four years are bought again, with an advance the year before."""
    case = replace_costs(make_case(), "aircraft.lifetime_years", 4)
    kept = account(case)
    assert [flow.delivered for flow in kept.flows] == [0, 2, 4, 9, 15, 2, 4, 9, 15, 2, 4]
    assert total(kept).capital_tiyn > total(account(make_case())).capital_tiyn
    # Left at the end of 2038, in years of four: 2 of 2037 two, 4 of 2038 three, 9 of 2035 none,
    # 15 of 2036 one.
    left = (2 * 2 + 4 * 3 + 0 + 15 * 1) / 4
    residual = -sum(
        line.amount_tiyn
        for line in kept.lines
        if line.kind == "residual" and line.subject == "aircraft"
    )
    assert residual == usd(4_000_000 * left * 0.5)


def test_batteries_are_replaced_by_use() -> None:
    """A pack that loses a tenth by use and age each year is replaced in the second year."""
    plan = Plan(sites=(design("EAST"), design("NORTH")), fleet=2, pilots=2)
    case = Case(
        programme=Programme(stages=(Stage(first_year=2029, years=5, plan=plan),)),
        # 350 cycles of 150 kWh on each of two aircraft: 350 / 1,750 of a fifth, and 6 % of age.
        means=(msgspec.structs.replace(make_means(0.0), energy_kwh=2 * 150 * 350 / 365),),
        costs=replace_input(tiny_costs(), "battery.calendar_fade_per_year", 0.06),
    )
    pack_tiyn = usd(150 * 400)
    bought = account(case).list_amounts_tiyn("batteries")
    assert bought == (0, 0, 2 * pack_tiyn, 0, 2 * pack_tiyn, 0)


def test_more_cycles_never_cost_more() -> None:
    """Over a wide range of battery lives the net present cost falls or stays as they get longer."""
    costs = [
        total(account(replace_costs(make_case(), "battery.full_cycles", cycles)))
        for cycles in range(50, 3000, 130)
    ]
    npc = [totals.net_present_cost_tiyn for totals in costs]
    assert npc == sorted(npc, reverse=True)
    assert npc[0] > npc[-1]


def test_the_break_even_fare_breaks_even() -> None:
    """With every fare, refund and tax at the break-even fare the net present cost is nothing."""
    case = make_case()
    totals = total(account(case))
    assert totals.break_even_fare_tiyn is not None
    assert totals.mean_fare_tiyn is not None
    times = totals.break_even_fare_tiyn / totals.mean_fare_tiyn
    dearer = tuple(
        msgspec.structs.replace(
            means,
            revenue_tiyn=means.revenue_tiyn * times,
            refunds_tiyn=means.refunds_tiyn * times,
        )
        for means in case.means
    )
    left = total(account(msgspec.structs.replace(case, means=dearer)))
    assert abs(left.net_present_cost_tiyn) < 1e-6 * totals.net_present_cost_tiyn


def test_the_break_even_fare_with_demand() -> None:
    """Where fewer fly when it is dearer the fare lies between two asked about, or nowhere."""
    points = [
        FarePoint(fare_factor=f, mean_fare_tiyn=fare, net_present_cost_tiyn=npc)
        for f, fare, npc in ((1.0, 100, 400), (3.0, 300, -100), (2.0, 200, 100), (9.0, 900, 300))
    ]
    found = find_break_even(points)
    assert found.fare_tiyn == 250
    assert found.cheapest.fare_factor == 3.0
    assert find_break_even([points[0], points[2]]).fare_tiyn is None
    assert find_break_even([points[1]]).fare_tiyn == 300
    with pytest.raises(InvalidInput, match="at least one fare"):
        find_break_even([])


def test_without_passengers_there_is_no_fare_that_pays() -> None:
    """A network nobody flies with has a cost, and no fare, subsidy or minute to put it on."""
    case = make_case()
    empty = msgspec.structs.replace(case, means=(make_means(0.0), make_means(0.0)))
    totals = total(account(empty))
    assert totals.net_present_cost_tiyn > 0
    assert totals.mean_fare_tiyn is None
    assert totals.break_even_fare_tiyn is None
    assert totals.subsidy_per_passenger_tiyn is None
    assert totals.cost_per_minute_tiyn is None


def test_ranges_hold_the_value() -> None:
    """Each kind's range holds it, and each input is told with what it does at both ends."""
    case = make_case()
    for kind in list_kind_ranges(case):
        assert kind.present_tiyn == present_of_kind(account(case), kind.kind)
        if kind.low_tiyn is not None and kind.high_tiyn is not None:
            assert kind.low_tiyn <= kind.present_tiyn <= kind.high_tiyn, kind.kind
    swings = list_swings(case)
    assert [swing.path for swing in swings] == list(list_paths(case.costs))
    price = next(swing for swing in swings if swing.path == "aircraft.price_usd")
    middle = total(account(case)).net_present_cost_tiyn
    assert price.at_low.net_present_cost_tiyn < middle < price.at_high.net_present_cost_tiyn


def test_the_order_of_stages_and_lines_is_fixed() -> None:
    """The same case gives the same lines in the same order, byte for byte."""
    first, second = (msgspec.json.encode(account(make_case()).lines) for _ in range(2))
    assert first == second
    keys = [(line.year, line.group, line.kind, line.subject) for line in account(make_case()).lines]
    assert keys == sorted(set(keys))


def test_kinds_are_told_apart() -> None:
    """Every kind has one group, and what moves with the fare is a kind."""
    assert len(GROUP_OF) == len(set(GROUP_OF))
    assert set(FARE_KINDS) <= set(GROUP_OF)
    assert {kind for kind, group in GROUP_OF.items() if group == "capital"} == set(CAPITAL)


@pytest.mark.parametrize("usd", [0.0, -1.0, math.nan, math.inf, 1e15, BUDGET_USD_MAX * 1.01])
def test_budgets_beyond_reason_are_refused(usd: float) -> None:
    """Nothing, less than nothing, no number and a typing error are no budgets."""
    with pytest.raises(InvalidInput, match="budget"):
        check_budget_usd(usd)


def test_budgets_are_taken_as_they_are() -> None:
    """The budget of the memorandum is one, and so is the greatest there may be."""
    assert check_budget_usd(300e6) == 300e6
    assert check_budget_usd(BUDGET_USD_MAX) == BUDGET_USD_MAX


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf, 1e15])
@pytest.mark.parametrize("name", DayMeans.__struct_fields__)
def test_days_beyond_reason_are_refused(name: str, value: float) -> None:
    """No day flies less than nothing, no number, or beyond all bounds; minutes may be lost."""
    if name == "minutes_saved" and value == -1.0:
        assert msgspec.structs.replace(make_means(), minutes_saved=-1.0).minutes_saved == -1.0
        return
    with pytest.raises(InvalidInput, match=name):
        DayMeans(**{**msgspec.structs.asdict(make_means()), name: value})


def test_cases_that_do_not_fit_are_refused() -> None:
    """Means are one a stage, deliveries never go back, a site has a price."""
    programme, costs = make_programme(), tiny_costs()
    with pytest.raises(InvalidInput, match="one a stage"):
        Case(programme=programme, means=(make_means(),), costs=costs)
    with pytest.raises(InvalidInput, match="deliveries"):
        Case(programme=programme, means=(make_means(),) * 2, costs=costs, deliveries=(6, 2))
    plan = Plan(sites=(design("EAST"), design("SOUTH")), fleet=1, pilots=1)
    elsewhere = Programme(stages=(Stage(first_year=2029, years=1, plan=plan),))
    with pytest.raises(InvalidInput, match=r"SOUTH.*EAST, NORTH, WEST"):
        account(Case(programme=elsewhere, means=(make_means(),), costs=costs))


def test_changed_inputs_are_checked() -> None:
    """An input is changed by its path; what the file could not state is refused."""
    costs = tiny_costs()
    for path in list_paths(costs):
        high = costs.quantities[path].high
        assert get_input(replace_input(costs, path, high), path) == high
    for path, value in (("aircraft.price_usd", -1.0), ("terms.kzt_per_usd", 0.0),
                        ("aircraft.spares_share", 1.5), ("vat.2026-01-01", math.nan)):  # fmt: skip
        with pytest.raises(InvalidInput, match=path):
            replace_input(costs, path, value)
    with pytest.raises(InvalidInput, match="path of an input"):
        replace_input(costs, "aircraft.colour", 1.0)
    with pytest.raises(InvalidInput, match="retire_soh"):
        account(replace_costs(make_case(), "battery.retire_soh", 1.0))
    assert to_units(0.1, "x") == UNITS // 10


def test_parquet_holds_the_greatest_amounts() -> None:
    """The greatest budget, in tiyn at the highest rate, fits the columns of the tables."""
    greatest_tiyn = round(BUDGET_USD_MAX * 560 * 100)
    assert pl.Series([greatest_tiyn], dtype=pl.Int64).to_list() == [greatest_tiyn]


def test_a_larger_pack_has_its_price() -> None:
    """Where the energy of a pack is sampled its price follows, and it is no unknown of its own."""
    factors = list_factors(
        load_city("tiny"), tiny_costs(), names=("gross_kwh", "crew.training_usd")
    )
    costs = make_costs(tiny_costs(), factors, (180.0, 50_000.0))
    assert costs.battery.gross_kwh == 180.0
    assert costs.crew.training_usd == 50_000.0
    with pytest.raises(InvalidInput, match=r"battery\.gross_kwh"):
        list_factors(load_city("tiny"), tiny_costs(), names=("battery.gross_kwh",))
