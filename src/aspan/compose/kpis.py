"""Figures of a run: what `kpis.json` says, each from the log or from the twin's trips.

Definitions: flown includes diverted. `load_factor` is persons over seats of all sorties flown,
those without passengers among them. A wait runs from when a party could board to off-block, a delay
from the off-block first planned. Shares are taken by nearest rank. Cost is what the city states a
price for, here the energy at the grid meter; the rest is not known and not guessed.
"""

from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import TYPE_CHECKING, Any

import msgspec

from aspan import __version__
from aspan.compose.day_basis import find_day_basis
from aspan.compose.runs import Run
from aspan.compose.serviceability import list_not_serviceable
from aspan.compose.table_power import share_of_limit
from aspan.compose.table_sorties import CANCELLED, DIVERTED, energy_above_reserve_kwh
from aspan.compose.tables import Folded, Impact, measure_impact
from aspan.operations import events as ev
from aspan.operations.lifecycles import BookingStatus
from aspan.primitives.units import MS_PER_H, MS_PER_MIN

if TYPE_CHECKING:
    from aspan.demand.wishes import Wish
    from aspan.primitives.ids import TripId


WISHES_NOT_KNOWN = "a log tells who asked for a seat, not who went by car or walked"
"""Why a run that only its log is left of counts no wishes."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of the process, not of the day; None where nobody measured.

    Parameters
    ----------
    wall_s
        City loaded to last event hashed.
    process_s
        Start of the process to the writing of the figures.
    """

    wall_s: float | None = None
    process_s: float | None = None
    peak_memory_mb: float | None = None


def share_ms(values: Iterable[int], share: float) -> int | None:
    """Return the value that a share of all lie at or below, by nearest rank; None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def _middle_and_tail(values: list[int]) -> dict[str, int | None]:
    return {"p50": share_ms(values, 0.50), "p95": share_ms(values, 0.95)}


def _by_name(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def make_kpis(
    run: Run,
    folded: Folded,
    log_sha256: str,
    measured: Measured,
    impact: Impact | None = None,
) -> dict[str, Any]:
    """Return the figures of a run that has been flown; measures the impact if not given."""
    return {
        "city_id": run.city.city_id,
        "phase": run.city.phase,
        "date": run.settings.day.isoformat(),
        "days": run.settings.days,
        "weather_basis": _describe_basis(run),
        "from_at_ms": run.start_ms,
        "until_at_ms": folded.end_ms,
        "seed": run.settings.seed,
        "fleet": len(folded.soh),
        "demand": run.settings.demand,
        "policy": run.settings.policy,
        "faults": run.settings.faults,
        "code_version": __version__,
        **_count_people(run, folded),
        **_count_sorties(run, folded),
        **_count_money(run, folded),
        **_count_impact(measure_impact(run, folded) if impact is None else impact),
        **_count_events(folded, measured),
        "log_sha256": log_sha256,
        "not_serviceable": list_not_serviceable(run.index),
    }


def _describe_basis(run: Run) -> dict[str, Any]:
    """Return which dates have a weather record, and what is to be said if some have none."""
    asked = run.settings
    basis = find_day_basis(run.city, day=asked.day, days=asked.days, seed=asked.seed)
    return msgspec.structs.asdict(basis) | {"note": basis.sentence}


def _count_people(run: Run, folded: Folded) -> dict[str, Any]:
    """Return the figures of trips, bookings and the time they took."""
    people, bookings, sorties = run.travellers, folded.bookings, folded.sorties
    wishes: dict[TripId, Wish] = {wish.trip_id: wish for wish in people.wishes}
    offered = {t.wish.trip_id: t.car_ms - t.air_ms for t in people.offered if t.air_ms is not None}
    waits: list[int] = []
    promised, flown = [], []
    for asked, arrived_ms in bookings.list_arrived(sorties):
        off_block = sorties.by_id[asked.sortie_id].off_block
        if off_block is not None:
            waits.append(off_block.at_ms - asked.ready_at_ms)
        wish = wishes.get(asked.trip_id)
        if wish is not None:
            flown.append(wish.car_ms - (arrived_ms - wish.wanted_at_ms))
            promised.append(offered.get(asked.trip_id, flown[-1]))
    lines = bookings.by_id.values()
    return {
        "trips": len(wishes) if folded.knows_wishes else None,
        "trips_note": None if folded.knows_wishes else WISHES_NOT_KNOWN,
        "wishes": sum(w.sampling_factor for w in wishes.values()) if folded.knows_wishes else None,
        "bookings": len(lines),
        "bookings_by_status": _by_name(line.status.value for line in lines),
        "bookings_refused": _by_name(
            line.reason for line in lines if line.status is BookingStatus.REFUSED
        ),
        "bookings_cancelled": _by_name(
            line.reason for line in lines if line.status is BookingStatus.CANCELLED
        ),
        "passengers_flown": sum(s.passengers for s in sorties.list_landed()),
        "wait_ms": _middle_and_tail(waits),
        "minutes_saved": {"mean": _mean_min(promised), "mean_as_flown": _mean_min(flown)},
    }


def _mean_min(values_ms: list[int]) -> float | None:
    return round(sum(values_ms) / len(values_ms) / MS_PER_MIN, 2) if values_ms else None


def _count_sorties(run: Run, folded: Folded) -> dict[str, Any]:
    """Return the figures of sorties, energy and time in use."""
    kind = run.city.aircraft_type
    landed = folded.sorties.list_landed()
    every = folded.sorties.by_id.values()
    above = [energy_above_reserve_kwh(kind, s, folded.soh) for s in landed]
    offs = [(s, s.off_block.at_ms) for s in landed if s.off_block is not None]
    block_ms = sum(s.on_block.at_ms - off_ms for s, off_ms in offs if s.on_block is not None)
    persons = sum(s.passengers for s in landed)
    return {
        "sorties_flown": len(landed),
        "sorties_empty": sum(s.passengers == 0 for s in landed),
        "sorties_cancelled": _by_name(s.cause for s in every if s.status == CANCELLED),
        "sorties_diverted": _by_name(s.cause for s in landed if s.status == DIVERTED),
        "sorties_unfinished": sum(s.on_block is None and not s.is_cancelled for s in every),
        "sorties_held": _by_name(e.reason for e in folded.events if isinstance(e, ev.SortieHeld)),
        "departures_held": _by_name(
            e.reason for e in folded.events if isinstance(e, ev.DeparturesHeld)
        ),
        "load_factor": round(persons / (kind.seats * len(landed)), 4) if landed else None,
        "delay_ms": _middle_and_tail([off_ms - s.planned_off_block_ms for s, off_ms in offs]),
        "energy_kwh": round(sum(s.on_block.energy_kwh for s in landed if s.on_block), 3),
        "min_energy_above_reserve_kwh": min((a for a in above if a is not None), default=None),
        "aircraft_hours": round(block_ms / MS_PER_H, 4),
    }


def _count_money(run: Run, folded: Folded) -> dict[str, Any]:
    """Return revenue, and the costs whose price the city states."""
    charging, costs = run.city.rules.charging, run.city.rules.costs
    battery_kwh = sum(
        line.on_block.energy_kwh for line in folded.sorties.list_landed() if line.on_block
    )
    grid_kwh = battery_kwh / charging.grid_to_battery
    energy_tiyn = None if costs is None else round(grid_kwh * costs.energy_per_kwh_tiyn)
    quantity = run.city.quantities.get("costs.energy_per_kwh_tiyn")
    revenue_tiyn = sum(amount for _, _, _, amount in folded.bookings.money)
    return {
        "revenue": revenue_tiyn,
        "revenue_tiyn": revenue_tiyn,
        "cost": energy_tiyn,
        "cost_tiyn": energy_tiyn,
        "costs": {
            "energy_tiyn": energy_tiyn,
            "energy_mark": None if quantity is None else quantity.mark,
            "energy_source": None if quantity is None else quantity.source,
            "not_counted": "aircraft, crews, maintenance, sites, overheads: no price is stated",
        },
    }


def _count_impact(impact: Impact) -> dict[str, Any]:
    """Return residents above the limits of noise, and the greatest share of each site's power.

    Residents are spread about zone points, so they are right for a district, not for a street.
    """
    people = None if impact.noise is None else impact.noise.people_above
    figures = (
        {}
        if people is None
        else {
            "people_above_day_limit_range": [people.day_low, people.day_high],
            "people_above_night_limit_range": [people.night_low, people.night_high],
            "people_above_day_maximum": people.max_day,
            "people_above_night_maximum": people.max_night,
        }
    )
    return {
        "people_above_day_limit": None if people is None else people.day,
        "people_above_night_limit": None if people is None else people.night,
        **figures,
        "peak_site_power_share": share_of_limit(impact.site_power),
        "peak_site_power_share_with_stands": share_of_limit(impact.site_power, with_stands=True),
    }


def _count_events(folded: Folded, measured: Measured) -> dict[str, Any]:
    """Return the figures of the log and of the process."""
    flown, events, wall_s = len(folded.sorties.list_landed()), len(folded.events), measured.wall_s
    return {
        "events": events,
        "events_per_sortie": round(events / flown, 2) if flown else None,
        "wall_s": wall_s,
        "process_s": measured.process_s,
        "sorties_per_wall_s": round(flown / wall_s, 1) if wall_s else None,
        "peak_memory_mb": measured.peak_memory_mb,
    }
