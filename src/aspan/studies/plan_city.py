"""The city of a plan: the base city with what a plan builds, buys and offers, in a setting.

A pure function: nothing is read, nothing kept. The base is loaded in the last phase of its network,
so that every candidate site with its lanes is there. What the city has is used first, in order of
id; what it has not is added beside it, marked by its own ids. `setting.demand` is not applied
here: it multiplies the wishes of a run (`RunSettings.demand`).
"""

from itertools import pairwise
from math import cos, radians
from typing import Final

import msgspec

from aspan.primitives.dice import draw_between
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, ChargerId, FatoId, StandId, VertiportId
from aspan.primitives.units import TIYN_PER_TENGE
from aspan.studies.plan import Plan, SiteDesign
from aspan.studies.setting import Setting
from aspan.twin.weather_fog import find_score_bounds
from aspan.world.aircraft import Airframe
from aspan.world.city import Approval, City, WeatherModel
from aspan.world.geodesy import EARTH_RADIUS_M
from aspan.world.lanes import LanePlan
from aspan.world.rules import Fares, Rules, ServiceRoute
from aspan.world.vertiport import Charger, Fato, Stand, Vertiport
from aspan.world.zones import DemandModel

KEPT_FREE: Final = 1
"""Planned stands left free at each site, as `compose.placement` keeps them."""

FATO_STEP_M: Final = 80.0
"""Between FATOs of one site: safety areas of 42 m (facts 4.19) do not touch."""

SOH_LOW: Final = 0.88
SOH_HIGH: Final = 1.0
"""Health of packs in a fleet. Assumed: delivered over years, retired at 0.8; as `fleet.toml`."""

SOC_LOW: Final = 0.83
SOC_HIGH: Final = 0.95
"""Charge in the morning. Assumed: charged overnight below the ceiling; as `fleet.toml`."""

SERVED_FROM: Final = "2000-01-01"
SERVED_UNTIL: Final = "2100-01-01"
"""Dates between which a study assumes that passengers may fly: every date it can ask for."""

HEADWAY_FIRST: Final = "07:00"
HEADWAY_LAST: Final = "20:00"
"""First and last departure of a plan's own timetable. Assumed: as the city's published routes."""

WINTER: Final = (1, 2, 3, 11, 12)
"""Months of the fog season (facts 9.18)."""


def make_city(base: City, plan: Plan, setting: Setting) -> City:
    """Return the city of a plan in a setting; `InvalidInput` naming what cannot be.

    Parameters
    ----------
    base
        Loaded in its last phase.
    """
    known = set(plan.site_ids)
    sites = tuple(
        _build_site(base.get_vertiport(design.vertiport_id), design, setting)
        for design in plan.sites
    )
    room = sum(max(0, design.stands - KEPT_FREE) for design in plan.sites)
    if plan.fleet > room:
        expected = f"at most {room}: the planned stands less {KEPT_FREE} kept free at each site"
        raise InvalidInput("plan: fleet", plan.fleet, expected)
    aircraft_type = base.aircraft_type
    return msgspec.structs.replace(
        base,
        vertiports=_with_crew_base(sites),
        aircraft_type=msgspec.structs.replace(
            aircraft_type,
            gross_kwh=setting.gross_kwh or aircraft_type.gross_kwh,
            figure_of_merit=aircraft_type.figure_of_merit / setting.energy_factor,
            cruise_efficiency=aircraft_type.cruise_efficiency / setting.energy_factor,
        ),
        airframes=_list_airframes(base, plan, setting),
        approvals=(
            Approval(
                kind="passenger", from_date=SERVED_FROM, until_date=SERVED_UNTIL, is_assumed=True
            ),
        ),
        rules=_set_rules(base.rules, plan, setting),
        lanes=_keep_lanes(base, plan, known),
        weather=_set_fog(base.weather, setting),
        demand=_set_demand(base.demand, setting),
    )


def own_plan(base: City, *, fare_factor: float = 1.0, phase: int | None = None) -> Plan:
    """Return the network of the city's own files as a plan.

    Parameters
    ----------
    phase
        Of the network; the last one if None.
    """
    phase = base.phase if phase is None else phase
    sites = [site.cut_to_phase(phase) for site in base.vertiports if site.phase <= phase]
    designs = tuple(sorted((own_design(site) for site in sites), key=lambda d: d.vertiport_id))
    known = {design.vertiport_id for design in designs}
    frames = [f for f in base.airframes if f.phase <= phase and f.home_vertiport_id in known]
    return Plan(
        sites=designs, fleet=len(frames), pilots=2 * len(frames) + 2, fare_factor=fare_factor
    )


def own_design(site: Vertiport) -> SiteDesign:
    """Return what the city's files put on a site."""
    return SiteDesign(
        vertiport_id=site.vertiport_id,
        fatos=len(site.fatos),
        stands=len(site.planned_stands),
        chargers=min(len(site.chargers), len(site.planned_stands)),
        charger_kw=max((c.power_kw for c in site.chargers), default=300.0),
        site_power_kw=site.site_power_limit_kw,
    )


def _build_site(site: Vertiport, design: SiteDesign, setting: Setting) -> Vertiport:
    """Return a site with as many FATOs, stands and chargers as its design says."""
    own = tuple(sorted(site.planned_stands, key=lambda stand: stand.stand_id))
    pool = tuple(stand for stand in site.stands if stand.is_contingency)
    taken = {stand.stand_id for stand in site.stands}
    stands = own[: design.stands] + tuple(
        Stand(stand_id=StandId(name))
        for name in _name_more(f"{site.vertiport_id}-S", taken, design.stands - len(own))
    )
    kw = setting.charger_kw or design.charger_kw
    return msgspec.structs.replace(
        site,
        phase=1,
        fatos=_build_fatos(site, design.fatos),
        stands=tuple(msgspec.structs.replace(stand, phase=1) for stand in (*stands, *pool)),
        chargers=_build_chargers(site, stands, design.chargers, kw),
        site_power_limit_kw=design.site_power_kw,
        contingency_places=len(pool),
    )


def _name_more(stem: str, taken: set[StandId], count: int) -> list[str]:
    """Return `count` names on a stem that are not taken, by number."""
    names: list[str] = []
    number = 1
    while len(names) < count:
        if f"{stem}{number:02d}" not in taken:
            names.append(f"{stem}{number:02d}")
        number += 1
    return names


def _build_fatos(site: Vertiport, count: int) -> tuple[Fato, ...]:
    """Return the site's own FATOs by id, and more to the east of them."""
    own = sorted(site.fatos, key=lambda fato: fato.fato_id)[:count]
    fatos = [msgspec.structs.replace(fato, phase=1) for fato in own]
    east_deg = FATO_STEP_M / (EARTH_RADIUS_M * cos(radians(site.lat_deg)) * radians(1.0))
    edge = max(fatos, key=lambda fato: fato.lon_deg)
    for step in range(1, count - len(own) + 1):
        name = f"{site.vertiport_id}-P{step:02d}"
        fatos.append(
            Fato(
                fato_id=FatoId(f"{name}F"),
                tlof_id=f"{name}T",
                lon_deg=edge.lon_deg + step * east_deg,
                lat_deg=edge.lat_deg,
            )
        )
    return tuple(fatos)


def _build_chargers(
    site: Vertiport, stands: tuple[Stand, ...], count: int, power_kw: float
) -> tuple[Charger, ...]:
    """Return chargers spread over the stands: the city's own cables where both counts are its own.

    Else every charger feeds as many neighbouring stands as any other, or one more.
    """
    own = tuple(sorted(site.chargers, key=lambda charger: charger.charger_id))
    if count == len(own) and len(stands) == len(site.planned_stands):
        return tuple(
            msgspec.structs.replace(charger, power_kw=power_kw, phase=1) for charger in own
        )
    ids = [stand.stand_id for stand in stands]
    bounds = [len(ids) * n // count for n in range(count + 1)] if count else []
    return tuple(
        Charger(
            charger_id=ChargerId(f"{site.vertiport_id}-C{n + 1:02d}"),
            power_kw=power_kw,
            stand_ids=tuple(ids[first:last]),
        )
        for n, (first, last) in enumerate(pairwise(bounds))
    )


def _with_crew_base(sites: tuple[Vertiport, ...]) -> tuple[Vertiport, ...]:
    """Return the sites with a crew base among them: the largest one if the city names none."""
    if any(site.is_crew_base for site in sites):
        return sites
    base = min(sites, key=lambda site: (-len(site.planned_stands), site.vertiport_id))
    return tuple(
        msgspec.structs.replace(site, is_crew_base=True) if site is base else site for site in sites
    )


def _list_airframes(base: City, plan: Plan, setting: Setting) -> tuple[Airframe, ...]:
    """Return as many aircraft as the fleet, at home where there is most room.

    Health and charge hang on the number of an aircraft alone, so that the aircraft two plans share
    are the same ones.
    """
    room = {site.vertiport_id: site.stands - KEPT_FREE for site in plan.sites}
    homes: dict[VertiportId, int] = dict.fromkeys(room, 0)
    frames = []
    for number in range(1, plan.fleet + 1):
        home = min(room, key=lambda s: ((homes[s] + 1) / max(room[s], 0.5), s))
        homes[home] += 1
        name = f"{number:03d}"
        soh = draw_between(SOH_LOW, SOH_HIGH, 0, "pack health", name)
        frames.append(
            Airframe(
                aircraft_id=AircraftId(f"P{name}"),
                type_id=base.aircraft_type.type_id,
                soh=round(soh, 3) if setting.soh is None else setting.soh,
                initial_soc=round(draw_between(SOC_LOW, SOC_HIGH, 0, "morning charge", name), 3),
                home_vertiport_id=home,
            )
        )
    return tuple(frames)


def _set_rules(rules: Rules, plan: Plan, setting: Setting) -> Rules:
    """Return the rules with the fares, the service and the reserve of a plan in a setting."""
    service = msgspec.structs.replace(
        rules.service,
        timetable=_list_routes(rules, plan),
        process_ms=rules.service.process_ms
        if setting.process_s is None
        else setting.process_s * 1000,
        pairs=plan.pairs,
    )
    reserve = rules.reserve
    if setting.reserve_s is not None:
        reserve = msgspec.structs.replace(
            reserve,
            final_reserve_s=float(setting.reserve_s),
            final_reserve_not_landable_s=max(
                reserve.final_reserve_not_landable_s, float(setting.reserve_s)
            ),
        )
    fares = _scale_fares(rules.fares, plan.fare_factor)
    return msgspec.structs.replace(rules, service=service, reserve=reserve, fares=fares)


def _scale_fares(fares: Fares, factor: float) -> Fares:
    """Return fares times a factor, in whole tenge."""

    def scale(amount_tiyn: int) -> int:
        return round(amount_tiyn * factor / TIYN_PER_TENGE) * TIYN_PER_TENGE

    return Fares(
        base_tiyn=scale(fares.base_tiyn),
        per_km_tiyn=scale(fares.per_km_tiyn),
        minimum_tiyn=scale(fares.minimum_tiyn),
    )


def _list_routes(rules: Rules, plan: Plan) -> tuple[ServiceRoute, ...]:
    """Return the timetable: the plan's own headway, or the city's routes that are offered."""
    known = set(plan.site_ids)
    offered = None if plan.pairs is None else set(plan.pairs)
    if plan.headway_s is None:
        return tuple(
            route
            for route in rules.service.timetable
            if {route.origin, route.destination} <= known
            and (offered is None or (route.origin, route.destination) in offered)
        )
    pairs = plan.pairs
    if pairs is None:
        pairs = tuple((a, b) for a in plan.site_ids for b in plan.site_ids if a != b)
    return tuple(
        ServiceRoute(
            origin=origin,
            destination=destination,
            headway_s=float(plan.headway_s),
            first_local=HEADWAY_FIRST,
            last_local=HEADWAY_LAST,
        )
        for origin, destination in sorted(pairs)
    )


def _keep_lanes(base: City, plan: Plan, known: set[VertiportId]) -> LanePlan:
    """Return the lanes among the plan's sites; `InvalidInput` for a site none leads to and from."""
    lanes = tuple(
        lane for lane in base.lanes.lanes if lane.origin in known and lane.destination in known
    )
    left = {lane.origin for lane in lanes}
    reached = {lane.destination for lane in lanes}
    for site_id in plan.site_ids:
        if site_id not in left or site_id not in reached:
            raise InvalidInput(
                f"plan: site {site_id}",
                list(plan.site_ids),
                "a lane to it and from it among the sites of the plan",
            )
    linked = {(lane.origin, lane.destination) for lane in lanes}
    for pair in plan.pairs or ():
        if pair not in linked:
            raise InvalidInput("plan: pairs", list(pair), "a pair that a lane links")
    unlinked = tuple(
        pair for pair in base.lanes.unlinked if pair.origin in known and pair.destination in known
    )
    return msgspec.structs.replace(base.lanes, lanes=lanes, unlinked=unlinked)


def _set_fog(weather: WeatherModel, setting: Setting) -> WeatherModel:
    """Return the weather with the fog of the setting; the same dates fog first."""
    share = setting.winter_morning_fog
    if setting.fog_factor == 1.0 and share is None:
        return weather
    chances = tuple(
        share if share is not None and month in WINTER else min(1.0, chance * setting.fog_factor)
        for month, chance in enumerate(weather.fog.fog_day_chance, start=1)
    )
    fog = msgspec.structs.replace(weather.fog, fog_day_chance=chances, score_bound=())
    bounds = find_score_bounds(fog, weather.days)
    return msgspec.structs.replace(weather, fog=msgspec.structs.replace(fog, score_bound=bounds))


def _set_demand(demand: DemandModel, setting: Setting) -> DemandModel:
    """Return the demand with travellers who value time as the setting says."""
    if setting.value_of_time_factor == 1.0:
        return demand
    segments = tuple(
        msgspec.structs.replace(
            segment,
            value_of_time_median_kzt_h=segment.value_of_time_median_kzt_h
            * setting.value_of_time_factor,
        )
        for segment in demand.segments
    )
    return msgspec.structs.replace(demand, segments=segments)
