"""A programme of the small city with every kind of site, and means that move every line."""

from functools import cache

from aspan.primitives.ids import VertiportId
from aspan.studies.money import Case, DayMeans
from aspan.studies.plan import Plan, Programme, SiteDesign, Stage
from aspan.world.costs import Costs
from aspan.world.readers import load_city
from aspan.world.readers.costs import load_costs


@cache
def tiny_costs() -> Costs:
    """Return what the small city states."""
    return load_costs(load_city("tiny"))


def design(
    vertiport_id: str, *, fatos: int = 2, stands: int = 6, chargers: int = 3, kw: float = 300.0
) -> SiteDesign:
    """Return a site of a plan."""
    return SiteDesign(
        vertiport_id=VertiportId(vertiport_id), fatos=fatos, stands=stands, chargers=chargers,
        charger_kw=kw, site_power_kw=1500.0,
    )  # fmt: skip


def make_means(share: float = 1.0) -> DayMeans:
    """Return a mean day, or a share of it; odd numbers, so that rounding shows."""
    return DayMeans(
        passengers_flown=301.37 * share,
        minutes_saved=8007.013 * share,
        revenue_tiyn=1_351_234_567.89 * share,
        refunds_tiyn=12_345_678.9 * share,
        care_tiyn=2_345_678.1 * share,
        energy_kwh=16_813.7 * share,
        grid_kwh=18_275.8 * share,
        sorties_flown=240.31 * share,
        flight_ms=144_186_000.5 * share,
        pilots_on_duty=120.7 * share,
    )


def make_programme() -> Programme:
    """Return two years with two sites and six aircraft, then eight with three sites and thirty."""
    first = Plan(
        sites=(design("EAST", fatos=1, stands=2, chargers=1), design("NORTH", stands=4)),
        fleet=6,
        pilots=12,
    )
    second = Plan(
        sites=(design("EAST"), design("NORTH", stands=12, chargers=10), design("WEST", fatos=2)),
        fleet=30,
        pilots=210,
    )
    return Programme(
        stages=(
            Stage(first_year=2029, years=2, plan=first),
            Stage(first_year=2031, years=8, plan=second),
        )
    )


def make_case() -> Case:
    """Return the case whose accounts the tests look at."""
    return Case(
        programme=make_programme(),
        means=(make_means(0.2), make_means()),
        costs=tiny_costs(),
        deliveries=(2, 6, 15, 30),
    )
