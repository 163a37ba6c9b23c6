"""The reserve policy, one for every planner: what must be on board beyond the floor.

    required = contingency factor · trip + max(final reserve, diversion)

Final reserve: minutes at the speed of best range, auxiliaries included (facts 4.2, 4.3: 20 min
where a vertical landing is possible along the whole route, else 30 min, 45 min at night, after
14 CFR 91.151 and 135.209). Diversion: to the farther of the two nearest safe sites, plus hover.
Minutes and factors are the city's, `Rules.reserve`; the floor of charge is the battery's.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from aspan.physics.flight import (
    best_range_speed_mps,
    climb_energy_kwh,
    cruise_power_kw,
    descent_credit_kwh,
    hover_power_kw,
)
from aspan.physics.sortie import Leg, cruise_time_s
from aspan.physics.wind import WindRefused
from aspan.primitives.units import S_PER_H
from aspan.world.aircraft import AircraftType
from aspan.world.rules import Reserve

ReserveRule = Literal[
    "final_reserve", "final_reserve_not_landable", "final_reserve_night", "diversion"
]
"""Which clause of the policy set the reserve."""

_SITES_COUNTED = 2
"""Safe sites that must be within reach (facts 2.2 item 9)."""


class DiversionSite(msgspec.Struct, frozen=True, gc=False):
    """The way from a destination to a safe site; climb and descent as for a sortie.

    Parameters
    ----------
    legs
        Of the way, when it bends; one straight leg of `distance_m` on `course_deg` if empty.
    """

    site_id: str
    distance_m: float
    course_deg: float
    climb_m: float
    descent_m: float
    legs: tuple[Leg, ...] = ()


class RequiredEnergy(msgspec.Struct, frozen=True, gc=False):
    """What must be available at off-block, above the floor of charge.

    Parameters
    ----------
    rule
        Clause that set `reserve_kwh`.
    final_reserve_kwh
        What must be left at touchdown.
    diversion_kwh
        To the farther safe site with its hover; 0 if no site was given.
    diversion_site_id
        That site; empty if none was given.
    reserve_kwh
        The greater of final reserve and diversion.
    required_kwh
        Contingency factor times trip, plus reserve.
    """

    rule: ReserveRule
    final_reserve_s: float
    final_reserve_kwh: float
    diversion_kwh: float
    diversion_site_id: str
    reserve_kwh: float
    trip_kwh: float
    required_kwh: float


def final_reserve_s(
    policy: Reserve, *, is_landable_everywhere: bool, is_night: bool
) -> tuple[float, ReserveRule]:
    """Return the time of the final reserve and the clause it comes from."""
    if is_night:
        return policy.final_reserve_night_s, "final_reserve_night"
    if not is_landable_everywhere:
        return policy.final_reserve_not_landable_s, "final_reserve_not_landable"
    return policy.final_reserve_s, "final_reserve"


def final_reserve_kwh(
    aircraft: AircraftType,
    *,
    mass_kg: float,
    density_kg_m3: float,
    duration_s: float,
    aux_kw: float,
) -> float:
    """Return the energy to fly for a time at the speed of best range, auxiliaries included."""
    power_kw = cruise_power_kw(
        aircraft,
        mass_kg=mass_kg,
        density_kg_m3=density_kg_m3,
        airspeed_mps=best_range_speed_mps(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3),
    )
    return (power_kw + aux_kw) * duration_s / S_PER_H


def diversion_energy_kwh(
    aircraft: AircraftType,
    policy: Reserve,
    *,
    site: DiversionSite,
    mass_kg: float,
    density_kg_m3: float,
    aux_kw: float,
    wind_mps: float = 0.0,
    wind_from_deg: float = 0.0,
) -> float | WindRefused:
    """Return the energy to leave a destination's hover, reach a site and hover there to land.

    Both transitions, cruise at the speed of best range, climb less the credit for descent, the
    policy's hover, and auxiliaries over all of it. Assumed: density of the destination all the way.
    """
    speed_mps = best_range_speed_mps(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    cruise_s = cruise_time_s(
        aircraft,
        legs=site.legs or ((site.distance_m, site.course_deg),),
        airspeed_mps=speed_mps,
        wind_mps=wind_mps,
        wind_from_deg=wind_from_deg,
    )
    if isinstance(cruise_s, WindRefused):
        return cruise_s
    hover_kw = hover_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    level_kw = cruise_power_kw(
        aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3, airspeed_mps=speed_mps
    )
    transition_s = 2.0 * aircraft.transition_s
    hover_s = policy.diversion_hover_s
    hover_kwh = hover_kw * (hover_s + aircraft.transition_power_fraction * transition_s) / S_PER_H
    cruise_kwh = level_kw * cruise_s / S_PER_H
    climb_kwh = climb_energy_kwh(aircraft, mass_kg=mass_kg, climb_m=site.climb_m)
    credit_kwh = descent_credit_kwh(
        aircraft, mass_kg=mass_kg, descent_m=site.descent_m, cruise_kwh=cruise_kwh
    )
    aux_kwh = aux_kw * (cruise_s + transition_s + hover_s) / S_PER_H
    return hover_kwh + cruise_kwh + climb_kwh - credit_kwh + aux_kwh


def required_energy(
    aircraft: AircraftType,
    policy: Reserve,
    *,
    trip_kwh: float,
    mass_kg: float,
    density_kg_m3: float,
    aux_kw: float,
    is_landable_everywhere: bool = True,
    is_night: bool = False,
    diversions: Sequence[DiversionSite] = (),
    wind_mps: float = 0.0,
    wind_from_deg: float = 0.0,
) -> RequiredEnergy | WindRefused:
    """Return what must be available at off-block, and by which clause of the policy.

    Parameters
    ----------
    trip_kwh
        Planned energy of the sortie, `SortieEnergy.total_kwh` with its taxiing.
    density_kg_m3
        At the destination, where the reserve would be flown.
    diversions
        Safe sites within reach of the destination; the two nearest count, ties by id. A site
        that the wind forbids is none; a refusal is returned when it forbids all.
    """
    duration_s, rule = final_reserve_s(
        policy, is_landable_everywhere=is_landable_everywhere, is_night=is_night
    )
    final_kwh = final_reserve_kwh(
        aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3, duration_s=duration_s, aux_kw=aux_kw
    )
    farther = _farther_site(
        aircraft,
        policy,
        sites=diversions,
        mass_kg=mass_kg,
        density_kg_m3=density_kg_m3,
        aux_kw=aux_kw,
        wind_mps=wind_mps,
        wind_from_deg=wind_from_deg,
    )
    if isinstance(farther, WindRefused):
        return farther
    diversion_kwh, site_id = farther
    if diversion_kwh > final_kwh:
        rule = "diversion"
    reserve_kwh = max(final_kwh, diversion_kwh)
    return RequiredEnergy(
        rule=rule,
        final_reserve_s=duration_s,
        final_reserve_kwh=final_kwh,
        diversion_kwh=diversion_kwh,
        diversion_site_id=site_id,
        reserve_kwh=reserve_kwh,
        trip_kwh=trip_kwh,
        required_kwh=policy.contingency_factor * trip_kwh + reserve_kwh,
    )


def _farther_site(
    aircraft: AircraftType,
    policy: Reserve,
    *,
    sites: Sequence[DiversionSite],
    mass_kg: float,
    density_kg_m3: float,
    aux_kw: float,
    wind_mps: float,
    wind_from_deg: float,
) -> tuple[float, str] | WindRefused:
    """Return the energy to the dearer of the two nearest sites and its id; (0, "") without any."""
    dearest_kwh, dearest_id, counted = 0.0, "", 0
    refused: WindRefused | None = None
    for site in sorted(sites, key=_by_distance):
        site_kwh = diversion_energy_kwh(
            aircraft,
            policy,
            site=site,
            mass_kg=mass_kg,
            density_kg_m3=density_kg_m3,
            aux_kw=aux_kw,
            wind_mps=wind_mps,
            wind_from_deg=wind_from_deg,
        )
        if isinstance(site_kwh, WindRefused):
            refused = site_kwh
            continue
        counted += 1
        if site_kwh > dearest_kwh:
            dearest_kwh, dearest_id = site_kwh, site.site_id
        if counted == _SITES_COUNTED:
            break
    if refused is not None and counted == 0:
        return refused
    return dearest_kwh, dearest_id


def _by_distance(site: DiversionSite) -> tuple[float, str]:
    return site.distance_m, site.site_id
