"""The city of a plan: what a study builds, buys and asks, from `task.json` beside a day it kept.

A study flies networks that no city file holds. Its task states plan and setting; this reader makes
of the city's files what the plan says of them, by rules of its own (docs/network-studies.md, *The
network of a plan*), so that the laws hold a kept day to its plan and not to the files alone.
"""

from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from aspan.audit.truth import (
    AirframeTruth,
    ApprovalTruth,
    ChargerTruth,
    CityTruth,
    CraftTruth,
    FaresTruth,
    FatoTruth,
    RulesTruth,
    SiteTruth,
    StandTruth,
)
from aspan.primitives.dice import draw_between
from aspan.primitives.errors import InvalidInput

TASK_NAME: Final = "task.json"
"""The task of a day that a study kept."""

_COUNT_MAX: Final = 10_000
"""Most of anything that a plan may have; a bound for damage, no rule."""

_HEALTH: Final = (0.88, 1.0)
_MORNING_CHARGE: Final = (0.83, 0.95)
_FATO_STEP_M: Final = 80.0
_M_PER_DEG: Final = 111_195.08
"""Of a great circle on the sphere of 6,371,008.8 m."""
_TIYN_PER_TENGE: Final = 100

_APPROVED: Final = ApprovalTruth(
    kind="passenger", from_date="2000-01-01", until_date="2100-01-01", is_assumed=True
)
"""What every study assumes."""


class Design(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan has at one site."""

    vertiport_id: str
    fatos: int
    stands: int
    chargers: int
    charger_kw: float
    site_power_kw: float


class PlanTruth(msgspec.Struct, frozen=True, kw_only=True):
    """What of a plan the laws need."""

    sites: tuple[Design, ...]
    fleet: int
    fare_factor: float = 1.0


class SettingTruth(msgspec.Struct, frozen=True, kw_only=True):
    """What of a setting the laws need; None leaves what the city's files say."""

    reserve_s: float | None = None
    soh: float | None = None
    gross_kwh: float | None = None
    energy_factor: float = 1.0
    charger_kw: float | None = None


class TaskTruth(msgspec.Struct, frozen=True, kw_only=True):
    """The plan and the setting of a day."""

    plan: PlanTruth
    setting: SettingTruth = SettingTruth()


def find_task(folder: Path) -> TaskTruth | None:
    """Return the task beside the tables of a day; None where a run is no study's."""
    path = folder / TASK_NAME
    if not path.exists():
        return None
    try:
        task = msgspec.json.decode(path.read_bytes(), type=TaskTruth)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(str(path), str(error), "the task of a day of a study") from None
    counts = [task.plan.fleet, *(n for d in task.plan.sites for n in (d.fatos, d.stands))]
    counts += [design.chargers for design in task.plan.sites]
    if not all(0 <= count <= _COUNT_MAX for count in counts):
        raise InvalidInput(f"{path}: plan", counts, f"counts from 0 to {_COUNT_MAX}")
    if task.setting.energy_factor <= 0.0:
        raise InvalidInput(f"{path}: energy_factor", task.setting.energy_factor, "more than 0")
    return task


def plan_city(city: CityTruth, task: TaskTruth) -> CityTruth:
    """Return a city as a task plans it; `InvalidInput` for a site that the city has not."""
    plan, setting = task.plan, task.setting
    for design in plan.sites:
        if design.vertiport_id not in city.sites:
            raise InvalidInput(
                f"{TASK_NAME}: site {design.vertiport_id}", sorted(city.sites), "a site of the city"
            )
    known = {design.vertiport_id for design in plan.sites}
    stands = {d.vertiport_id: _list_stands(city, d) for d in plan.sites}
    return replace(
        city,
        sites={d.vertiport_id: _build_site(city, d, stands[d.vertiport_id]) for d in plan.sites},
        fatos={name: fato for d in plan.sites for name, fato in _list_fatos(city, d).items()},
        stands={name: stand for here in stands.values() for name, stand in here.items()},
        chargers={
            name: charger
            for d in plan.sites
            for name, charger in _list_chargers(city, d, stands[d.vertiport_id], setting).items()
        },
        craft=_set_craft(city.craft, setting),
        airframes=_list_airframes(city.craft.type_id, plan, setting),
        approvals=(_APPROVED,),
        rules=_set_rules(city.rules, plan, setting),
        lanes={
            name: lane
            for name, lane in city.lanes.items()
            if lane.origin in known and lane.destination in known
        },
    )


def _build_site(city: CityTruth, design: Design, stands: dict[str, StandTruth]) -> SiteTruth:
    """Return a site with the power and the pool it has."""
    return replace(
        city.sites[design.vertiport_id],
        site_power_limit_kw=design.site_power_kw,
        contingency_places=sum(stand.is_contingency for stand in stands.values()),
    )


def _list_stands(city: CityTruth, design: Design) -> dict[str, StandTruth]:
    """Return the stands: the city's by id, then new ones by the next free number, then the pool."""
    site_id = design.vertiport_id
    here = {name: s for name, s in city.stands.items() if s.vertiport_id == site_id}
    planned = [name for name in sorted(here) if not here[name].is_contingency]
    found = {name: here[name] for name in planned[: design.stands]}
    number = 0
    while len(found) < design.stands:
        number += 1
        name = f"{site_id}-S{number:02d}"
        if name not in here:
            found[name] = StandTruth(vertiport_id=site_id)
    return found | {name: stand for name, stand in here.items() if stand.is_contingency}


def _list_fatos(city: CityTruth, design: Design) -> dict[str, FatoTruth]:
    """Return the FATOs: the city's by id, then new ones, each 80 m east of the one before."""
    site_id = design.vertiport_id
    here = {name: f for name, f in city.fatos.items() if f.vertiport_id == site_id}
    found = {name: here[name] for name in sorted(here)[: design.fatos]}
    if not found:
        raise InvalidInput(f"{TASK_NAME}: site {site_id}", design.fatos, "a FATO at least")
    edge = max(found.values(), key=lambda fato: fato.lon_deg)
    step_deg = _FATO_STEP_M / (_M_PER_DEG * cos(radians(city.sites[site_id].lat_deg)))
    for number in range(1, design.fatos - len(found) + 1):
        found[f"{site_id}-P{number:02d}F"] = replace(edge, lon_deg=edge.lon_deg + number * step_deg)
    return found


def _list_chargers(
    city: CityTruth, design: Design, stands: dict[str, StandTruth], setting: SettingTruth
) -> dict[str, ChargerTruth]:
    """Return the chargers: the city's own cables where both counts are its own, else spread."""
    site_id, power_kw = design.vertiport_id, setting.charger_kw or design.charger_kw
    own = {name: c for name, c in city.chargers.items() if c.vertiport_id == site_id}
    ids = [name for name, stand in stands.items() if not stand.is_contingency]
    planned = sum(s.vertiport_id == site_id and not s.is_contingency for s in city.stands.values())
    if len(own) == design.chargers and len(ids) == planned:
        return {name: replace(charger, power_kw=power_kw) for name, charger in own.items()}
    bounds = [len(ids) * n // max(design.chargers, 1) for n in range(design.chargers + 1)]
    return {
        f"{site_id}-C{number:02d}": ChargerTruth(
            vertiport_id=site_id, power_kw=power_kw, stand_ids=tuple(ids[first:last])
        )
        for number, (first, last) in enumerate(pairwise(bounds), start=1)
    }


def _set_craft(craft: CraftTruth, setting: SettingTruth) -> CraftTruth:
    """Return the type with the battery and the power in flight of a setting."""
    return replace(
        craft,
        gross_kwh=setting.gross_kwh or craft.gross_kwh,
        figure_of_merit=craft.figure_of_merit / setting.energy_factor,
        cruise_efficiency=craft.cruise_efficiency / setting.energy_factor,
    )


def _list_airframes(
    type_id: str, plan: PlanTruth, setting: SettingTruth
) -> dict[str, AirframeTruth]:
    """Return the aircraft by number; health and morning charge hang on the number alone."""
    found = {}
    for number in range(1, plan.fleet + 1):
        name = f"{number:03d}"
        health = round(draw_between(*_HEALTH, 0, "pack health", name), 3)
        found[f"P{name}"] = AirframeTruth(
            type_id=type_id,
            soh=health if setting.soh is None else setting.soh,
            initial_soc=round(draw_between(*_MORNING_CHARGE, 0, "morning charge", name), 3),
            home_vertiport_id="",
        )
    return found


def _set_rules(rules: RulesTruth, plan: PlanTruth, setting: SettingTruth) -> RulesTruth:
    """Return the rules with fares in whole tenge and the reserve of a setting."""
    reserve, fares = rules.reserve, rules.fares
    if setting.reserve_s is not None:
        longer_s = max(reserve.final_reserve_not_landable_s, setting.reserve_s)
        reserve = replace(
            reserve, final_reserve_s=setting.reserve_s, final_reserve_not_landable_s=longer_s
        )
    if fares is not None:
        fares = FaresTruth(
            base_tiyn=_scale(fares.base_tiyn, plan.fare_factor),
            per_km_tiyn=_scale(fares.per_km_tiyn, plan.fare_factor),
            minimum_tiyn=_scale(fares.minimum_tiyn, plan.fare_factor),
        )
    return replace(rules, reserve=reserve, fares=fares)


def _scale(amount_tiyn: float, factor: float) -> float:
    """Return an amount times a factor, in whole tenge."""
    return float(round(amount_tiyn * factor / _TIYN_PER_TENGE) * _TIYN_PER_TENGE)
