"""Day counts: the figures of a day, from its run and the fold of its log.

Each is the same that `kpis.json` and the run tables of the day tell; only sums are taken, so that
figures of many days add up.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from math import fsum
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from aspan.compose.kpis import share_ms
from aspan.compose.noise_counts import HOURS_OF_DAY, HeardSortie
from aspan.compose.noise_map import count_people_by_day, list_heard
from aspan.compose.runs import Run
from aspan.compose.table import Table
from aspan.compose.table_ground import make_charges, make_duties
from aspan.compose.table_sorties import SortieLine
from aspan.compose.tables import Folded
from aspan.demand.wishes import Wish
from aspan.operations import events as ev
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.minima import MinimaMet, check_minima
from aspan.primitives.ids import FatoId, PlaceId, TripId, VertiportId, ZoneId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.studies.day_figures import DayFigures

NOBODY_ASKED: Final = frozenset({"unbooked", "not_needed", "no_passengers"})
"""Causes of sorties taken back because nobody wished to fly; no failure of the service."""

WEATHER: Final = "weather"
"""How the causes begin that lie in the weather."""

KWH_DIGITS: Final = 3
KW_DIGITS: Final = 3
KM_DIGITS: Final = 3
M_PER_KM: Final = 1000.0

Door = tuple[float, float]


class DayRun(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A day that has been flown.

    Parameters
    ----------
    zone_of_door
        The zone of each door, by longitude and latitude.
    """

    run: Run
    folded: Folded
    zone_of_door: Mapping[Door, ZoneId]
    log_sha256: str


def count_day(
    flown: DayRun, *, key: str, plan_id: str, setting_id: str, code_version: str
) -> DayFigures:
    """Return the figures of a day."""
    run = flown.run
    return DayFigures(
        key=key,
        plan_id=plan_id,
        setting_id=setting_id,
        date=run.settings.day.isoformat(),
        month=run.settings.day.month,
        seed=run.settings.seed,
        city_sha256=run.city.files_sha256,
        code_version=code_version,
        log_sha256=flown.log_sha256,
        **_count_people(flown),
        **_count_money(flown.folded),
        **_count_sorties(flown),
        **_count_crews(flown.folded),
        **_count_power(flown),
        **_count_hours(flown),
        **_count_neighbours(flown),
    )


# ---- people ----------------------------------------------------------------------------------


class _Tally:
    """Persons who flew, and minutes they saved, by who they are."""

    def __init__(self, zone_of_door: Mapping[Door, ZoneId]) -> None:
        self._zone_of_door = zone_of_door
        self.saved_ms = 0
        self.by_zone: dict[str, float] = defaultdict(float)
        self.saved_by_zone_ms: dict[str, int] = defaultdict(int)
        self.by_pair: dict[str, int] = defaultdict(int)
        self.by_segment: dict[str, int] = defaultdict(int)

    def add(self, wish: Wish, arrived_ms: int, sortie: SortieLine) -> None:
        """Count a party that is at its own door again."""
        saved_ms = wish.party * (wish.car_ms - (arrived_ms - wish.wanted_at_ms))
        self.saved_ms += saved_ms
        self.by_segment[wish.segment_id] += wish.party
        self.by_pair[f"{sortie.origin}>{sortie.planned_destination}"] += wish.party
        doors = (
            (wish.origin_lon_deg, wish.origin_lat_deg),
            (wish.destination_lon_deg, wish.destination_lat_deg),
        )
        for door in doors:
            zone_id = self._zone_of_door[door]
            self.by_zone[zone_id] += wish.party / 2.0
            self.saved_by_zone_ms[zone_id] += saved_ms


def _count_people(flown: DayRun) -> dict[str, Any]:
    """Return the figures of wishes, bookings and the parties that flew."""
    folded, travellers = flown.folded, flown.run.travellers
    wishes: dict[TripId, Wish] = {wish.trip_id: wish for wish in travellers.wishes}
    tally, waits, late = _Tally(flown.zone_of_door), list[int](), list[bool]()
    for line in folded.bookings.by_id.values():
        arrived_ms = folded.bookings.find_arrival_ms(line, folded.sorties)
        asked = line.asked
        if arrived_ms is None or not isinstance(asked, ev.BookingConfirmed):
            continue
        sortie = folded.sorties.by_id[asked.sortie_id]
        tally.add(wishes[asked.trip_id], arrived_ms, sortie)
        if sortie.off_block is not None:
            waits.append(sortie.off_block.at_ms - asked.ready_at_ms)
        if line.told_arrival_at_ms is not None:
            late.append(arrived_ms > line.told_arrival_at_ms)
    lines = folded.bookings.by_id.values()
    taken_back = (BookingStatus.CANCELLED, BookingStatus.REFUNDED)
    return {
        "wishes": sum(wish.sampling_factor for wish in wishes.values()),
        "trips": len(wishes),
        "bookings": sum(line.status is not BookingStatus.REFUSED for line in lines),
        "bookings_cancelled": sum(line.status in taken_back for line in lines),
        "passengers_flown": sum(s.passengers for s in folded.sorties.list_landed()),
        "minutes_saved": tally.saved_ms / MS_PER_MIN,
        "wait_ms_p50": share_ms(waits, 0.50),
        "late_share": round(sum(late) / len(late), 6) if late else None,
        "passengers_by_zone": _sorted(tally.by_zone),
        "passengers_by_pair": _sorted(tally.by_pair),
        "passengers_by_segment": _sorted(tally.by_segment),
        "minutes_by_zone": {
            zone_id: ms / 2.0 / MS_PER_MIN for zone_id, ms in sorted(tally.saved_by_zone_ms.items())
        },
    }


def _sorted(counts: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(counts.items()))


def _count_money(folded: Folded) -> dict[str, Any]:
    """Return what passengers paid and were paid."""
    sums: dict[str, int] = dict.fromkeys(("charge", "refund", "compensation"), 0)
    for _, _, kind, amount_tiyn in folded.bookings.money:
        sums[kind] += abs(amount_tiyn)
    return {
        "revenue_tiyn": sums["charge"],
        "refunds_tiyn": sums["refund"],
        "care_tiyn": sums["compensation"],
    }


# ---- sorties and crews -----------------------------------------------------------------------


def _count_sorties(flown: DayRun) -> dict[str, Any]:
    """Return the figures of sorties and of the energy they took."""
    run, lines = flown.run, flown.folded.sorties
    landed, seats = lines.list_landed(), run.city.aircraft_type.seats
    lost = [s for s in lines.by_id.values() if s.is_cancelled and s.cause not in NOBODY_ASKED]
    km = [run.index.network.get(line.lanes[0]).distance_m / M_PER_KM for line in landed]
    energy_kwh = fsum(line.on_block.energy_kwh for line in landed if line.on_block)
    return {
        "sorties_flown": len(landed),
        "sorties_empty": sum(line.passengers == 0 for line in landed),
        "sorties_cancelled": len(lost),
        "sorties_cancelled_weather": sum(line.cause.startswith(WEATHER) for line in lost),
        "sorties_diverted": sum(line.is_diverted for line in landed),
        "seats_flown": seats * len(landed),
        "seat_km": round(seats * fsum(km), KM_DIGITS),
        "passenger_km": round(
            fsum(line.passengers * far for line, far in zip(landed, km, strict=True)), KM_DIGITS
        ),
        "block_ms": sum(
            line.on_block.at_ms - line.off_block.at_ms
            for line in landed
            if line.on_block and line.off_block
        ),
        "flight_ms": sum(
            line.touchdown.at_ms - line.lift_off.at_ms
            for line in landed
            if line.touchdown and line.lift_off
        ),
        "energy_kwh": round(energy_kwh, KWH_DIGITS),
        "grid_kwh": round(energy_kwh / run.city.rules.charging.grid_to_battery, KWH_DIGITS),
    }


def _count_crews(folded: Folded) -> dict[str, Any]:
    """Return who began a duty, and how long duties lasted."""
    duties = make_duties(folded.events, end_ms=folded.end_ms).columns
    spans = zip(duties["start_at_ms"], duties["end_at_ms"], strict=True)
    return {
        "pilots_on_duty": len(set(duties["pilot_id"])),
        "duty_ms": sum(end_ms - start_ms for start_ms, end_ms in spans),
    }


# ---- ground ----------------------------------------------------------------------------------


def _count_power(flown: DayRun) -> dict[str, Any]:
    """Return what chargers gave, and the greatest power each site drew."""
    folded, city = flown.folded, flown.run.city
    charges, steps = make_charges(folded.events, city, folded.soh, end_ms=folded.end_ms)
    charging = city.rules.charging
    grid_per_dc = charging.dc_to_battery / charging.grid_to_battery
    peaks = _find_peaks_kw(steps)
    return {
        "charge_kwh": round(fsum(charges.columns["energy_kwh"]), KWH_DIGITS),
        "peak_kw": {
            site_id: round(peaks.get(site_id, 0.0) * grid_per_dc, KW_DIGITS)
            for site_id in flown.run.index.site_ids
        },
        "hour_kw": _mean_hours(flown, steps, grid_per_dc),
    }


def _mean_hours(flown: DayRun, steps: Table, grid_per_dc: float) -> dict[str, tuple[float, ...]]:
    """Return the mean power of each local hour by site, at the grid meter."""
    drawn: dict[tuple[str, int], float] = defaultdict(float)
    for row in steps.rows():
        at_ms, end_ms = row["start_at_ms"], row["end_at_ms"]
        while at_ms < end_ms:
            hour_ms = at_ms - at_ms % MS_PER_H
            until_ms = min(end_ms, hour_ms + MS_PER_H)
            drawn[row["vertiport_id"], hour_ms] += row["power_kw"] * (until_ms - at_ms) / MS_PER_H
            at_ms = until_ms
    found = {site_id: [0.0] * HOURS_OF_DAY for site_id in flown.run.index.site_ids}
    for (site_id, hour_ms), mean_kw in sorted(drawn.items()):
        hours, local = found[VertiportId(site_id)], ms_to_local(hour_ms, flown.run.city.time_zone)
        hours[local.hour] = max(hours[local.hour], round(mean_kw * grid_per_dc, KW_DIGITS))
    return {site_id: tuple(hours) for site_id, hours in found.items()}


def _find_peaks_kw(steps: Table) -> dict[str, float]:
    """Return the greatest sum of powers at one instant, by site."""
    changes: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in steps.rows():
        changes[row["vertiport_id"]].append((row["start_at_ms"], row["power_kw"]))
        changes[row["vertiport_id"]].append((row["end_at_ms"], -row["power_kw"]))
    return {site_id: _find_peak_kw(found) for site_id, found in changes.items()}


def _find_peak_kw(changes: Iterable[tuple[int, float]]) -> float:
    """Return the greatest level; what ends at an instant has ended when another begins."""
    peak_kw = level_kw = 0.0
    for _, change_kw in sorted(changes):
        level_kw += change_kw
        peak_kw = max(peak_kw, level_kw)
    return peak_kw


def _count_hours(flown: DayRun) -> dict[str, Any]:
    """Return the hours of service, and at each site those that its weather allows.

    A part of an hour of service counts as that part of the hour's weather.
    """
    run = flown.run
    opened = next(e for e in flown.folded.events if isinstance(e, ev.DayOpened))
    from_ms, until_ms = opened.service_from_ms, opened.service_until_ms
    minima = run.city.rules.weather_minima
    height_m = run.city.lanes.rules.layer_heights_agl_m[0]
    open_ms = dict.fromkeys(run.index.site_ids, 0)
    for hour_ms in range(from_ms - from_ms % MS_PER_H, until_ms, MS_PER_H):
        part_ms = min(until_ms, hour_ms + MS_PER_H) - max(from_ms, hour_ms)
        for site_id in open_ms:
            report = run.truth.report(PlaceId(site_id), hour_ms)
            met = check_minima(report, minima, planned_height_agl_m=height_m, at_ms=hour_ms)
            open_ms[site_id] += part_ms if isinstance(met, MinimaMet) else 0
    return {
        "service_hours": (until_ms - from_ms) / MS_PER_H,
        "hours_open": {site_id: ms / MS_PER_H for site_id, ms in open_ms.items()},
    }


def _count_neighbours(flown: DayRun) -> dict[str, Any]:
    """Return residents above the limit of noise by day, of all flying and of each site alone."""
    heard = list_heard(flown.folded.sorties)
    people = _count_above(flown, heard)
    if people is None:
        return {"people_above_day_limit": None, "people_above_by_site": {}}
    by_site = dict.fromkeys(flown.run.index.site_ids, 0.0)
    if people > 0.0:  # a part of what is heard puts nobody above the limit if all of it does not
        for site in flown.run.city.vertiports:
            fato_ids = {fato.fato_id for fato in site.fatos}
            by_site[site.vertiport_id] = _count_above(flown, _list_movements(heard, fato_ids)) or 0
    return {
        "people_above_day_limit": people,
        "people_above_by_site": {name: float(count) for name, count in by_site.items()},
    }


def _list_movements(
    heard: Iterable[HeardSortie], fato_ids: Collection[FatoId]
) -> list[HeardSortie]:
    """Return the take-offs and landings on some FATOs, each as a flight that only begins there."""
    found = []
    for sortie in heard:
        begun = replace(sortie, lanes=(), touchdown_at_ms=None)
        if sortie.origin_fato_id in fato_ids:
            found.append(begun)
        if sortie.touchdown_at_ms is not None and sortie.destination_fato_id in fato_ids:
            found.append(
                replace(
                    begun,
                    origin_fato_id=sortie.destination_fato_id,
                    lift_off_at_ms=sortie.touchdown_at_ms,
                )
            )
    return found


def _count_above(flown: DayRun, heard: Iterable[HeardSortie]) -> float | None:
    """Return residents above the limit by day under some flying; None where none is stated."""
    run = flown.run
    return count_people_by_day(
        run.city,
        run.index.noise_ground,
        heard,
        from_ms=run.start_ms,
        until_ms=flown.folded.end_ms,
    )
