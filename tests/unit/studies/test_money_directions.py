"""Every input of an account moves every output the right way; an input without a row fails."""

from collections.abc import Callable

import msgspec
import pytest

from aspan.studies.finance import account, total
from aspan.studies.money import Case, DayMeans
from aspan.studies.money_ranges import replace_costs
from aspan.studies.plan import Plan, Programme, SiteDesign
from aspan.world.costs import list_paths
from money_cases import make_case, tiny_costs

OUTPUTS = {
    "capital": "capital_tiyn",
    "residual": "residual_tiyn",
    "operations": "operations_tiyn",
    "fares": "fares_tiyn",
    "vat": "vat_tiyn",
    "npc": "net_present_cost_tiyn",
    "usd": "net_present_cost_cents",
    "fare": "break_even_fare_tiyn",
    "running": "running_break_even_fare_tiyn",
    "subsidy": "subsidy_per_passenger_tiyn",
    "minute": "cost_per_minute_tiyn",
}

DEARER = "npc+ usd+ fare+ subsidy+ minute+"
CHEAPER = "npc- usd- fare- subsidy- minute-"
RUNNING = f"operations+ running+ {DEARER}"
"""Paid every year, never built."""
BUILT = f"capital+ residual+ {RUNNING}"
"""Built once: something is left of it, and it is kept up."""
BOUGHT = f"capital+ residual+ {DEARER}"
SPENT = f"capital+ {DEARER}"
KEEPS = f"residual+ {CHEAPER}"
IN_THE_TYPE = "capital- residual- operations- running- " + CHEAPER
"""What a type of site brings with it need not be added."""

COSTS = {
    "terms.kzt_per_usd": BUILT.replace("usd+", "usd-"),
    "terms.discount_rate": "npc- usd- fare+ running+ subsidy+ minute+",
    "terms.service_days_per_year": (
        "capital+ residual+ operations+ fares+ vat+ npc+ usd+ fare- running- subsidy- minute-"
    ),
    "aircraft.price_usd": BUILT,
    "aircraft.advance_share": DEARER,
    "aircraft.spares_share": BOUGHT,
    "aircraft.lifetime_years": KEEPS,
    "aircraft.residual_share": KEEPS,
    "aircraft.insurance_share": RUNNING,
    "aircraft.maintenance_per_flight_h_usd": RUNNING,
    "aircraft.maintenance_per_aircraft_year_usd": RUNNING,
    "battery.price_per_kwh_usd": BOUGHT,
    "battery.full_cycles": f"capital- residual- {CHEAPER}",
    "battery.calendar_fade_per_year": BOUGHT,
    "battery.residual_share": KEEPS,
    "battery.gross_kwh": BOUGHT,
    "battery.retire_soh": BOUGHT,
    "crew.wage_month_kzt": RUNNING,
    "crew.pilot_wage_factor": RUNNING,
    "crew.employer_share": RUNNING,
    "crew.duty_days_per_pilot_year": f"capital- operations- running- {CHEAPER}",
    "crew.training_usd": SPENT,
    "crew.recurrent_year_usd": RUNNING,
    "crew.simulator_usd": SPENT,
    "crew.pilots_per_simulator": f"capital- {CHEAPER}",
    "ground.fato_usd": BUILT,
    "ground.stand_usd": BUILT,
    "ground.reserve_share": SPENT,
    "ground.build_lead_years": DEARER,
    "ground.lifetime_years": KEEPS,
    "ground.residual_share": KEEPS,
    "ground.upkeep_share": RUNNING,
    "ground.staff_per_post": RUNNING,
    "ground.staff_wage_factor": RUNNING,
    "charging.charger_per_kw_usd": BUILT,
    "charging.charger_lifetime_years": f"capital- residual+ {CHEAPER}",
    "charging.grid_per_kw_usd": BUILT,
    "charging.grid_lifetime_years": KEEPS,
    "service.energy_per_kwh_tiyn": RUNNING,
    "service.navigation_per_sortie_usd": RUNNING,
    "service.sales_share": RUNNING,
    "service.head_office_year_usd": RUNNING,
    "service.overhead_share": RUNNING,
    "service.start_up_usd": SPENT,
    **{
        f"site_types.{kind}.{name}": row
        for kind in ("basic", "city", "vertistop")
        for name, row in (
            ("build_usd", BUILT), ("fatos", IN_THE_TYPE), ("stands", IN_THE_TYPE),
            ("posts", RUNNING),
        )
    },
    "vat.2009-01-01": "",  # before the first year of service another rate is in force
    "vat.2026-01-01": "vat+ npc+ usd+ fare+ running+ subsidy+",
}  # fmt: skip

MEANS = {
    "passengers_flown": "fare- running- subsidy-",
    "minutes_saved": "minute-",
    # Fares pay the more the less of them is paid back, so the fare that covers all falls a little.
    "revenue_tiyn": "operations+ fares+ vat+ npc- usd- fare- running- subsidy- minute+",
    "refunds_tiyn": "fares- vat- npc+ usd+ fare+ running+ subsidy+",
    "care_tiyn": RUNNING,
    # Packs are bought sooner, and those there at the end are the more worn.
    "energy_kwh": f"capital+ residual- {DEARER}",
    "grid_kwh": RUNNING,
    "sorties_flown": RUNNING,
    "flight_ms": RUNNING,
    "pilots_on_duty": f"capital+ {RUNNING}",
}

PLANS = {
    "fleet": BUILT,
    "pilots": f"capital+ {RUNNING}",
    "fare_factor": "",  # it moves what is flown, and only so the money
    "pairs": "",
    "headway_s": "",
}

SITES = dict.fromkeys(("fatos", "stands", "chargers", "charger_kw", "site_power_kw"), BUILT)


def read_outputs(case: Case) -> dict[str, int]:
    """Return the outputs of a case by their short name."""
    totals = total(account(case))
    return {short: getattr(totals, name) for short, name in OUTPUTS.items()}


def tell_moves(before: Case, after: Case) -> dict[str, str]:
    """Return which outputs rise and which fall from one case to another."""
    old, new = read_outputs(before), read_outputs(after)
    assert all(value is not None for value in (*old.values(), *new.values()))
    return {
        name: "+" if new[name] > old[name] else "-" for name in OUTPUTS if new[name] != old[name]
    }


def read_row(row: str) -> dict[str, str]:
    """Return a row of the table: `npc+ fare-` as which rise and which fall."""
    return {word[:-1]: word[-1] for word in row.split()}


@pytest.mark.parametrize("path", list_paths(tiny_costs()))
def test_costs_move_the_account(path: str) -> None:
    """From one end of its range to the other a cost moves what it should and nothing else."""
    stated = tiny_costs().quantities[path]
    low, high = stated.low, stated.high
    if low == high:
        low, high = (0.5 * low, 1.5 * high) if high < 1.0 else (max(1.0, low - 1.0), high + 1.0)
    case = make_case()
    moves = tell_moves(replace_costs(case, path, low), replace_costs(case, path, high))
    assert moves == read_row(COSTS[path])


@pytest.mark.parametrize("name", DayMeans.__struct_fields__)
def test_flown_figures_move_the_account(name: str) -> None:
    """A tenth more of what is flown on every day moves what it should and nothing else."""
    case = make_case()
    more = tuple(
        msgspec.structs.replace(means, **{name: getattr(means, name) * 1.1}) for means in case.means
    )
    assert tell_moves(case, msgspec.structs.replace(case, means=more)) == read_row(MEANS[name])


@pytest.mark.parametrize("name", [n for n in Plan.__struct_fields__ if n != "sites"])
def test_plans_move_the_account(name: str) -> None:
    """A larger plan moves what it should and nothing else."""
    values: dict[str, Callable[[Plan], object]] = {
        "fleet": lambda plan: plan.fleet + 2,
        "pilots": lambda plan: plan.pilots + 60,
        "fare_factor": lambda plan: plan.fare_factor * 1.5,
        "pairs": lambda plan: (plan.site_ids[:2],),
        "headway_s": lambda _: 1800,
    }
    assert set(values) == set(PLANS)
    before = msgspec.structs.replace(make_case(), deliveries=())
    after = change_plans(
        before, lambda plan: msgspec.structs.replace(plan, **{name: values[name](plan)})
    )
    assert tell_moves(before, after) == read_row(PLANS[name])


@pytest.mark.parametrize("name", [n for n in SiteDesign.__struct_fields__ if n != "vertiport_id"])
def test_sites_move_the_account(name: str) -> None:
    """One more of what stands at a site, or a tenth more power, costs more to build and keep."""

    def enlarge(plan: Plan) -> Plan:
        sites = tuple(
            msgspec.structs.replace(
                site, **{name: value + 1 if isinstance(value, int) else value * 1.1}
            )
            for site in plan.sites
            for value in (getattr(site, name),)
        )
        return msgspec.structs.replace(plan, sites=sites)

    case = make_case()
    assert tell_moves(case, change_plans(case, enlarge)) == read_row(SITES[name])


def test_slower_deliveries_move_the_account() -> None:
    """Aircraft that come later cost less today, and less is left of them to insure and to keep."""
    case = make_case()
    late = msgspec.structs.replace(case, deliveries=(2, 4, 6, 15, 30))
    moves = tell_moves(late, case)
    assert moves == read_row(f"operations+ running+ residual- capital+ {DEARER}")


def test_a_later_price_year_discounts_less() -> None:
    """The same amounts weigh more seen from a year that is nearer to them."""
    case = make_case()
    costs = msgspec.structs.replace(case.costs, price_year=case.costs.price_year + 1)
    moves = tell_moves(case, msgspec.structs.replace(case, costs=costs))
    assert moves == read_row("npc+ usd+")


def test_every_input_has_a_row() -> None:
    """The tables above say what each input does, and nothing of inputs that are not there."""
    assert set(COSTS) == set(list_paths(tiny_costs()))
    assert set(MEANS) == set(DayMeans.__struct_fields__)
    assert set(PLANS) == set(Plan.__struct_fields__) - {"sites"}
    assert set(SITES) == set(SiteDesign.__struct_fields__) - {"vertiport_id"}


def change_plans(case: Case, change: Callable[[Plan], Plan]) -> Case:
    """Return the case with the plan of each stage changed."""
    stages = tuple(
        msgspec.structs.replace(stage, plan=change(stage.plan)) for stage in case.programme.stages
    )
    return msgspec.structs.replace(case, programme=Programme(stages=stages))
