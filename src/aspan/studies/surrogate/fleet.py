"""Fleet: which aircraft of a plan have the energy for which pairs, and what the queues serve with.

The health of every pack of the plan is known; a pair is served with so many seats if one aircraft
at least has the charge for it at the ceiling, in the air of the day.
"""

from functools import lru_cache

import msgspec
import numpy as np

from aspan.demand.draws import Floats
from aspan.physics.charging import battery_power_kw, time_to_soc_s
from aspan.primitives.units import MS_PER_H, S_PER_H
from aspan.studies.plan import Plan
from aspan.studies.surrogate.capacity import Network
from aspan.studies.surrogate.energy import AirEnergies, EnergyTables, require_kwh
from aspan.studies.surrogate.skies import Skies
from aspan.studies.surrogate.wanting import weigh_days
from aspan.studies.surrogate.ways import Flags
from aspan.world.aircraft import AircraftType
from aspan.world.city import City
from aspan.world.rules import Charging
from aspan.world.vertiport import Vertiport

CHARGE_SOC = tuple(np.linspace(0.0, 0.95, 20).round(4).tolist())
"""Corners of the table of charging times."""

_FATO_WINDOWS_S = 30.0
"""Both windows about a slot of a FATO (`operations.city_index.FATO_WINDOW_MS`)."""

_SEATS_USUAL = 2
"""Seats filled on a usual sortie, for what it takes of the battery. Assumed: parties of 1.7."""


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What energy lets a fleet serve.

    Parameters
    ----------
    served
        Chance by seats, shape (days, spans, pairs, seats + 1); the last is 0.
    trip_kwh, required_kwh
        Of a usual sortie in the mean air, shape (pairs); the second without what no pack can give.
    soh
        Mean health of the packs.
    """

    served: Floats
    trip_kwh: Floats
    required_kwh: Floats
    soh: float


def judge_energy(
    tables: EnergyTables,
    air: AirEnergies,
    skies: Skies,
    city: City,
    *,
    is_site: Flags,
    energy_factor: float,
) -> Served:
    """Return what a fleet can serve between some sites.

    Parameters
    ----------
    city
        Of the plan: its airframes, its type and its reserve policy.
    energy_factor
        Times the power of flight, which the tables do not know.
    """
    kind = city.aircraft_type
    required_kwh = require_kwh(tables, air, city.rules.reserve, is_site)
    one, full = np.moveaxis(energy_factor * required_kwh, -1, 0)
    packs = np.sort(np.array([frame.soh for frame in city.airframes]))
    usable_kwh = (kind.ceiling_soc - kind.floor_soc) * kind.gross_kwh
    served = np.zeros((*one.shape, kind.seats + 1))
    for seats in range(1, kind.seats + 1):
        part = (seats - 1) / max(1, kind.seats - 1)
        least_soh = ((1.0 - part) * one + part * full) / usable_kwh
        able = 1.0 - np.searchsorted(packs, least_soh - 1e-12, side="left") / len(packs)
        served[..., seats - 1] = 1.0 - (1.0 - able) ** len(packs)
    part = (_SEATS_USUAL - 1) / max(1, kind.seats - 1)
    weights = weigh_days(skies) / one.shape[1]
    trip = energy_factor * ((1.0 - part) * air.trip_kwh[..., 0] + part * air.trip_kwh[..., 1])
    required = (1.0 - part) * one + part * full
    return Served(
        served=served,
        trip_kwh=np.einsum("d,dsp->p", weights, trip),
        required_kwh=np.einsum("d,dsp->p", weights, np.minimum(required, usable_kwh)),
        soh=float(packs.mean()),
    )


@lru_cache(maxsize=256)
def tabulate_charge_h(
    kind: AircraftType, charging: Charging, *, cap_kw: float, soh: float
) -> Floats:
    """Return hours to charge a pack from empty to each of `CHARGE_SOC` under a charger's output."""
    battery_kw = battery_power_kw(charging, dc_kw=cap_kw)
    return np.array(
        [_charge_h(kind, min(soc, kind.ceiling_soc), battery_kw, soh) for soc in CHARGE_SOC]
    )


def _charge_h(kind: AircraftType, soc: float, battery_kw: float, soh: float) -> float:
    time_s = time_to_soc_s(
        kind, soc=0.0, target_soc=soc, soh=soh, cap_kw=battery_kw, pack_k=kind.pack_target_k
    )
    return min(time_s / S_PER_H, 24.0)


def make_network(
    tables: EnergyTables,
    base: City,
    city: City,
    plan: Plan,
    served: Served,
    *,
    block_ms: Floats,
    service_ms: float,
) -> Network:
    """Return what a plan has as the queues see it, its sites in the order of the base city.

    Parameters
    ----------
    service_ms
        Length of a mean day of service.
    """
    kind, movement = city.aircraft_type, city.rules.movement
    designs = [plan.find_site(site.vertiport_id) for site in base.vertiports]
    here = {site.vertiport_id: site for site in city.vertiports}
    capacity = kind.gross_kwh * served.soh
    block_h = block_ms / MS_PER_H
    hours = [
        np.zeros(len(CHARGE_SOC))
        if design is None
        else tabulate_charge_h(
            kind,
            city.rules.charging,
            cap_kw=_find_charger_kw(city, here[design.vertiport_id]),
            soh=round(served.soh, 3),
        )
        for design in designs
    ]
    return Network(
        origin=tables.origin,
        destination=tables.destination,
        block_h=block_h,
        near_block_h=_near_block_h(tables, block_h, [design is not None for design in designs]),
        use_soc=served.trip_kwh / capacity,
        need_soc=np.minimum(kind.ceiling_soc, kind.floor_soc + served.required_kwh / capacity),
        fleet=plan.fleet,
        fatos=np.array([0 if d is None else d.fatos for d in designs], dtype=np.float64),
        stands=np.array([0 if d is None else d.stands for d in designs], dtype=np.float64),
        chargers=np.array([0 if d is None else d.chargers for d in designs], dtype=np.float64),
        is_base=np.array(
            [
                float(site.vertiport_id in here and here[site.vertiport_id].is_crew_base)
                for site in base.vertiports
            ]
        ),
        charge_soc=np.array(CHARGE_SOC),
        charge_h=np.array(hours),
        turnaround_h=movement.turnaround_s / S_PER_H,
        wait_h_max=city.rules.service.wait_ms_max / MS_PER_H,
        delay_h_max=city.rules.service.delay_ms_max / MS_PER_H,
        slot_h=(max(movement.fato_gap_s, movement.fato_occupancy_s) + _FATO_WINDOWS_S) / S_PER_H,
        service_h=service_ms / MS_PER_H,
        shift_h=city.rules.pilot_duty.duty_ms_max / MS_PER_H,
    )


def _find_charger_kw(city: City, site: Vertiport) -> float:
    """Return the output of a charger of a site, its grid allowing one; next to nothing of none."""
    charging = city.rules.charging
    limit_kw = site.site_power_limit_kw * charging.grid_to_battery / charging.dc_to_battery
    return min(limit_kw, max((charger.power_kw for charger in site.chargers), default=1.0))


def _near_block_h(tables: EnergyTables, block_h: Floats, is_site: list[bool]) -> Floats:
    """Return the mean block time to each site from the two nearest others of the plan."""
    found = np.zeros(len(is_site))
    known = np.array(is_site)
    for site in range(len(is_site)):
        ways = (tables.destination == site) & known[tables.origin]
        found[site] = float(np.sort(block_h[ways])[:2].mean()) if ways.any() else 0.0
    return found
