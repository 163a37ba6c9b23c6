"""Sizing: what a network of given sites and fare needs to carry what would fly on it.

From the surrogate's flows of a mean day come the bounds of `bounds.py`: fleet, stands, chargers,
power and pilots. They are where the search begins, not where it ends.
"""

from collections.abc import Iterable
from math import ceil

import msgspec

from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import parse_local_time
from aspan.primitives.units import MS_PER_H, S_PER_H
from aspan.studies.bounds import (
    Duty,
    Flow,
    PairFlow,
    good_chargers,
    good_stands,
    least_pilots,
)
from aspan.studies.plan import Plan, SiteDesign
from aspan.studies.plan_city import KEPT_FREE, own_design
from aspan.studies.surrogate.figures import SurrogateFigures
from aspan.studies.surrogate.site_uses import BUSY_HOUR
from aspan.world.city import City
from aspan.world.costs import Costs

MIN_PER_H = 60.0

AWAY_SHARE = 0.4
"""Of sorties before which the aircraft comes empty. Assumed: flows of a morning go one way."""

ACCESS_H = 0.4
"""From a wish until the party is ready. Assumed: ways to the sites of Almaty are about 15 min, and
10 min lead through the vertiport (facts 8.1)."""

CHARGE_KWH_MIN = 20.0
"""A sortie is counted to take at least so much. Assumed: the shortest pair of facts 2.3."""


def make_flow(city: City, figures: SurrogateFigures, charger_kw: float) -> Flow:
    """Return the flow of a mean day and of its busiest hour."""
    rules = city.rules
    opens, shuts = (
        parse_local_time(text, field="rules.hours")
        for text in (rules.hours.from_local, rules.hours.until_local)
    )
    service_h = shuts.hour - opens.hour + (shuts.minute - opens.minute) / MIN_PER_H
    battery_kw = max(1.0, charger_kw * rules.charging.dc_to_battery)
    flown = max(figures.sorties_flown, 1e-9)
    mean_kwh = max(CHARGE_KWH_MIN, figures.energy_kwh / flown)
    mean_block_h = figures.block_ms / flown / MS_PER_H
    return Flow(
        pairs=tuple(
            PairFlow(
                origin=pair.origin,
                destination=pair.destination,
                sorties_per_h=pair.sorties_flown * BUSY_HOUR,
                block_h=pair.block_ms / MS_PER_H,
                charge_h=mean_kwh / battery_kw,
            )
            for pair in figures.pairs
            if pair.block_ms > 0.0
        ),
        turnaround_h=rules.movement.turnaround_s / S_PER_H,
        away_share=AWAY_SHARE,
        empty_h=mean_block_h + rules.movement.turnaround_s / S_PER_H,
        patience_h=ACCESS_H + rules.service.wait_ms_max / MS_PER_H,
        sorties_per_day=figures.sorties_flown,
        block_h_per_day=figures.block_ms / MS_PER_H,
        service_h=service_h,
    )


def make_duty(city: City, costs: Costs) -> Duty:
    """Return the limits of a pilot's day and year."""
    duty = city.rules.pilot_duty
    return Duty(
        duty_h=duty.duty_ms_max / MS_PER_H,
        flight_h=duty.flight_ms_max / MS_PER_H,
        sectors=duty.sectors_max,
        days_a_year=max(1, round(costs.crew.duty_days_per_pilot_year)),
    )


def ample_plan(
    city: City,
    site_ids: Iterable[VertiportId],
    *,
    fare_factor: float,
    charger_kw: float,
    fleet: int,
) -> Plan:
    """Return a network large enough that nothing is short, to ask what would fly on it."""
    designs = sorted(
        (own_design(city.get_vertiport(site_id)) for site_id in site_ids),
        key=lambda design: design.vertiport_id,
    )
    stands = ceil(fleet / len(designs)) + 2
    sites = tuple(
        msgspec.structs.replace(
            design,
            stands=stands,
            chargers=stands,
            charger_kw=charger_kw,
            site_power_kw=design.site_power_kw,
        )
        for design in designs
    )
    return Plan(sites=sites, fleet=fleet, pilots=3 * fleet, fare_factor=fare_factor)


def size_plan(
    city: City, plan: Plan, flow: Flow, duty: Duty, *, fleet: int, spare_stands: int = 0
) -> Plan:
    """Return a plan of the same sites and fare for a fleet, with what its flow needs.

    Parameters
    ----------
    spare_stands
        More stands at every site than are needed.
    """
    arriving = {
        site.vertiport_id: sum(
            pair.sorties_per_h for pair in flow.pairs if pair.destination == site.vertiport_id
        )
        for site in plan.sites
    }
    total = sum(arriving.values())
    sites = tuple(
        _size_site(
            city,
            design,
            flow,
            share=(arriving[design.vertiport_id] / total) if total > 0.0 else 1.0 / len(arriving),
            fleet=fleet,
            spare_stands=spare_stands,
        )
        for design in plan.sites
    )
    pilots = max(1, least_pilots(flow, duty, fleet))
    return msgspec.structs.replace(plan, sites=_make_room(sites, fleet), fleet=fleet, pilots=pilots)


def _size_site(
    city: City, design: SiteDesign, flow: Flow, *, share: float, fleet: int, spare_stands: int
) -> SiteDesign:
    """Return what one site needs, half of the fleet being parked where flights land."""
    own = own_design(city.get_vertiport(design.vertiport_id))
    parked = 0.5 * fleet * share
    stands = good_stands(flow, design.vertiport_id, parked) + KEPT_FREE + spare_stands
    chargers = min(stands, good_chargers(flow, design.vertiport_id))
    charging = city.rules.charging
    wanted_kw = chargers * design.charger_kw * charging.dc_to_battery / charging.grid_to_battery
    return SiteDesign(
        vertiport_id=design.vertiport_id,
        fatos=own.fatos,
        stands=stands,
        chargers=chargers,
        charger_kw=design.charger_kw,
        site_power_kw=min(own.site_power_kw, max(wanted_kw, design.charger_kw)),
    )


def _make_room(sites: tuple[SiteDesign, ...], fleet: int) -> tuple[SiteDesign, ...]:
    """Return sites with stands enough for a fleet, added one by one where there are fewest."""
    stands = [site.stands for site in sites]
    while sum(stands) - KEPT_FREE * len(stands) < fleet:
        stands[min(range(len(stands)), key=lambda n: (stands[n], n))] += 1
    return tuple(
        msgspec.structs.replace(site, stands=count)
        for site, count in zip(sites, stands, strict=True)
    )
