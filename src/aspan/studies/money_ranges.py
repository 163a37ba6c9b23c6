"""Ranges of money: what an account comes to with one input at either end of its stated range.

Other inputs keep their value, so a range says what an input could change by itself, not how likely
that is; all of them together are sampled in `uncertainty.py`.
"""

from typing import Final

import msgspec

from aspan.studies.finance import Totals, account, present_of_kind, total
from aspan.studies.money import GROUP_OF, Case
from aspan.world.costs import Costs, list_paths, replace_input
from aspan.world.quantity import Mark

UNIT_PRICE: Final = {
    "aircraft": "aircraft.price_usd",
    "batteries": "battery.price_per_kwh_usd",
    "chargers": "charging.charger_per_kw_usd",
    "energy": "service.energy_per_kwh_tiyn",
    "grid": "charging.grid_per_kw_usd",
    "ground_staff": "ground.staff_wage_factor",
    "head_office": "service.head_office_year_usd",
    "insurance": "aircraft.insurance_share",
    "maintenance": "aircraft.maintenance_per_flight_h_usd",
    "navigation": "service.navigation_per_sortie_usd",
    "overhead": "service.overhead_share",
    "pilot_checks": "crew.recurrent_year_usd",
    "pilots": "crew.pilot_wage_factor",
    "reserve": "ground.reserve_share",
    "residual": "aircraft.residual_share",
    "sales": "service.sales_share",
    "simulators": "crew.simulator_usd",
    "sites": "site_types.city.build_usd",
    "spares": "aircraft.spares_share",
    "start_up": "service.start_up_usd",
    "training": "crew.training_usd",
    "upkeep": "ground.upkeep_share",
}
"""Path of the input that moves a kind of line most; fares, refunds, care and tax have none."""


class Swing(msgspec.Struct, frozen=True, kw_only=True):
    """An account with one input at both ends of its range."""

    path: str
    unit: str
    low: float
    value: float
    high: float
    source: str
    mark: Mark
    at_low: Totals
    at_high: Totals


class KindRange(msgspec.Struct, frozen=True, kw_only=True):
    """Present sum of one kind of line, and at both ends of the range of its `UNIT_PRICE`.

    Parameters
    ----------
    path
        Empty where no one input makes the line; then low and high are None.
    """

    kind: str
    path: str
    present_tiyn: int
    low_tiyn: int | None
    high_tiyn: int | None


def list_swings(case: Case) -> tuple[Swing, ...]:
    """Return the account with each input of the costs at both ends of its range, by path."""
    return tuple(_swing(case, path) for path in list_paths(case.costs))


def replace_costs(case: Case, path: str, value: float) -> Case:
    """Return the case with one input of its costs changed."""
    costs: Costs = replace_input(case.costs, path, value)
    return msgspec.structs.replace(case, costs=costs)


def _swing(case: Case, path: str) -> Swing:
    stated = case.costs.quantities[path]
    at_low, at_high = (
        total(account(replace_costs(case, path, value))) for value in (stated.low, stated.high)
    )
    return Swing(
        path=path, unit=stated.unit, low=stated.low, value=stated.value, high=stated.high,
        source=stated.source, mark=stated.mark, at_low=at_low, at_high=at_high,
    )  # fmt: skip


def list_kind_ranges(case: Case) -> tuple[KindRange, ...]:
    """Return each kind of line with the range its unit price gives it, in the order of kinds."""
    kept = account(case)
    stated = set(list_paths(case.costs))
    ranges = []
    for kind in GROUP_OF:
        path = UNIT_PRICE.get(kind, "")
        path = path if path in stated else ""
        low = high = None
        if path:
            quantity = case.costs.quantities[path]
            low, high = (
                present_of_kind(account(replace_costs(case, path, value)), kind)
                for value in (quantity.low, quantity.high)
            )
        ranges.append(
            KindRange(
                kind=kind, path=path, present_tiyn=present_of_kind(kept, kind),
                low_tiyn=low if low is None or high is None else min(low, high),
                high_tiyn=high if low is None or high is None else max(low, high),
            )
        )  # fmt: skip
    return tuple(ranges)
