"""Laws of the account, on programmes drawn at random: it adds up, and is reckoned again alike."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aspan.audit.study_money import audit_study_money
from aspan.primitives.ids import VertiportId
from aspan.studies.exact import UNITS, present, round_ratio
from aspan.studies.finance import account, list_years, total
from aspan.studies.money import Case, DayMeans
from aspan.studies.money_tables import write_money
from aspan.studies.plan import Plan, Programme, SiteDesign, Stage
from aspan.world.costs import Costs, list_paths, replace_input
from money_cases import tiny_costs

AMOUNTS = st.floats(0.0, 1e10, allow_nan=False)
FIGURES = st.floats(0.0, 5e4, allow_nan=False)


@st.composite
def designs(draw: st.DrawFn, vertiport_id: str) -> SiteDesign:
    """Draw what stands at a site."""
    stands = draw(st.integers(1, 12))
    return SiteDesign(
        vertiport_id=VertiportId(vertiport_id),
        fatos=draw(st.integers(1, 4)),
        stands=stands,
        chargers=draw(st.integers(0, stands)),
        charger_kw=draw(st.floats(50.0, 600.0)),
        site_power_kw=draw(st.floats(100.0, 5000.0)),
    )


@st.composite
def means(draw: st.DrawFn) -> DayMeans:
    """Draw a mean day."""
    return DayMeans(
        passengers_flown=draw(FIGURES),
        minutes_saved=draw(st.floats(-1e5, 1e5)),
        revenue_tiyn=draw(AMOUNTS),
        refunds_tiyn=draw(AMOUNTS),
        care_tiyn=draw(AMOUNTS),
        energy_kwh=draw(FIGURES),
        grid_kwh=draw(FIGURES),
        sorties_flown=draw(FIGURES),
        flight_ms=draw(AMOUNTS),
        pilots_on_duty=draw(st.floats(0.0, 300.0)),
    )


@st.composite
def costs(draw: st.DrawFn) -> Costs:
    """Draw costs: any few inputs anywhere between half the low end and twice the high end."""
    drawn = tiny_costs()
    for path in draw(st.lists(st.sampled_from(list_paths(drawn)), max_size=12, unique=True)):
        stated = drawn.quantities[path]
        high = min(0.99, 2.0 * stated.high) if stated.high < 1.0 else 2.0 * stated.high
        value = draw(st.floats(0.5 * stated.low, high))
        if path == "terms.service_days_per_year":
            value = min(value, 366.0)
        if path.endswith(("years", "per_simulator")):
            value = max(1.0, value)
        if path in ("terms.discount_rate", "aircraft.residual_share", "ground.residual_share"):
            value = min(value, 1.0)
        drawn = replace_input(drawn, path, value)
    return drawn


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a programme of one to three stages that only grows, with what its days fly."""
    order = draw(st.permutations(["EAST", "NORTH", "WEST"]))
    stages, fleet, first_year, count = [], 0, draw(st.integers(2024, 2032)), 2
    for _ in range(draw(st.integers(1, 3))):
        count = draw(st.integers(count, 3))
        fleet = draw(st.integers(max(1, fleet), 70))
        years = draw(st.integers(1, 9))
        plan = Plan(
            sites=tuple(draw(designs(name)) for name in sorted(order[:count])),
            fleet=fleet,
            pilots=draw(st.integers(1, 400)),
        )
        stages.append(Stage(first_year=first_year, years=years, plan=plan))
        first_year += years
    return Case(
        programme=Programme(stages=tuple(stages)),
        means=tuple(draw(means()) for _ in stages),
        costs=draw(costs()),
        deliveries=tuple(sorted(draw(st.lists(st.integers(0, 80), max_size=6)))),
    )


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_any_account_is_reckoned_again_alike(case: Case) -> None:
    """Whatever the programme, the auditor's own formulas come to the same tiyn."""
    with tempfile.TemporaryDirectory() as folder:
        write_money(Path(folder), {"chosen": account(case)})
        found = audit_study_money(Path(folder))
    assert found.differences == ()
    assert found.has_passed


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_any_account_adds_up(case: Case) -> None:
    """Years, lines and totals are one sum, and the residual never exceeds what was paid."""
    kept = account(case)
    totals, rows = total(kept), list_years(kept)
    assert totals.net_cost_tiyn == sum(line.amount_tiyn for line in kept.lines)
    assert totals.net_cost_tiyn == sum(row.cash_tiyn for row in rows) - totals.residual_tiyn
    assert totals.net_present_cost_tiyn == sum(row.present_tiyn for row in rows)
    assert 0 <= totals.residual_tiyn <= totals.capital_tiyn
    assert sum(flow.delivered for flow in kept.flows) >= kept.flows[-1].fleet


@given(n=st.integers(-(10**20), 10**20), d=st.integers(1, 10**20))
def test_a_ratio_is_rounded_to_the_nearest(n: int, d: int) -> None:
    """No whole number is nearer than the rounded one."""
    assert abs(2 * (round_ratio(n, d) * d - n)) <= d


@given(amount=st.integers(-(10**15), 10**15), rate=st.integers(0, UNITS), years=st.integers(0, 40))
def test_discounting_never_adds(amount: int, rate: int, years: int) -> None:
    """An amount of a later year weighs no more than itself, and keeps its sign."""
    worth = present(amount, rate, years)
    assert abs(worth) <= abs(amount)
    assert worth * amount >= 0
