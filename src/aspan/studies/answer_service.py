"""The service in an answer: sites, districts, pairs and segments, from the days that were flown."""

from collections.abc import Mapping, Sequence

import numpy as np

from aspan.compose.serviceability import list_serviceable
from aspan.operations.city_index import CityIndex
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_MIN
from aspan.studies.answer_parts import District, Figure, PairService, SegmentService, SiteAnswer
from aspan.studies.estimates import DAYS_PER_YEAR
from aspan.studies.flown import Flown, scale_figure, split_pair, sum_by_site
from aspan.studies.plan import Plan, Programme
from aspan.studies.surrogate.figures import SurrogateFigures
from aspan.world.city import City
from aspan.world.doors import DoorTables
from aspan.world.fare import pair_distance_m

MIDDAY_H = 12
"""Hour whose roads the way to a site is told for."""

NOT_CHOSEN = "saves_too_little"


def list_sites(
    base: City,
    programme: Programme,
    flown: Flown,
    *,
    surrogate: SurrogateFigures | None,
    capital_tiyn: Mapping[str, int],
    reasons: Mapping[str, str],
    candidates: Sequence[str],
) -> tuple[SiteAnswer, ...]:
    """Return every site of the city: those chosen by passengers, then the others.

    Parameters
    ----------
    flown
        Days of the network when built.
    surrogate
        Of the same network: movements and energy by site, which no flown day keeps apart, in its
        shares of what was flown.
    capital_tiyn
        By site.
    reasons
        Codes of why a candidate was left out; `NOT_CHOSEN` where none is given.
    candidates
        Sites that could be chosen.
    """
    plan = programme.final_plan
    opened = {
        site_id: stage.first_year
        for stage in reversed(programme.stages)
        for site_id in stage.plan.site_ids
    }
    shares = _shares_by_site(surrogate)
    found = []
    for site in sorted(base.vertiports, key=lambda v: v.vertiport_id):
        site_id = site.vertiport_id
        design = plan.find_site(site_id)
        reason = ""
        if design is None:
            code = reasons.get(site_id, NOT_CHOSEN)
            reason = code if site_id in candidates else "not_a_candidate"
        here = _flown_at(flown, site_id, shares.get(site_id)) if design is not None else {}
        found.append(
            SiteAnswer(
                vertiport_id=site_id,
                names=site.names,
                lon_deg=site.lon_deg,
                lat_deg=site.lat_deg,
                elevation_amsl_m=site.elevation_amsl_m,
                is_position_published=site.is_position_published,
                first_year=opened.get(site_id),
                reason=reason,
                design=design,
                passengers_per_day=here.get("passengers"),
                movements_per_day=here.get("movements"),
                hours_open=here.get("open"),
                grid_kwh_per_day=here.get("grid"),
                peak_kw=here.get("peak"),
                site_power_limit_kw=site.site_power_limit_kw
                if design is None
                else design.site_power_kw,
                people_above_day_limit=here.get("people"),
                capital_tiyn=capital_tiyn.get(site_id, 0),
                hour_peak_kw=_hour_peaks_kw(flown, site_id) if design is not None else (),
            )
        )
    return tuple(sorted(found, key=_by_passengers))


def _by_passengers(site: SiteAnswer) -> tuple[bool, float, str]:
    figure = site.passengers_per_day
    return site.design is None, -(figure.value if figure else 0.0), site.vertiport_id


def _shares_by_site(surrogate: SurrogateFigures | None) -> dict[str, tuple[float, float]]:
    """Return by site its share of the take-offs and landings, and of the energy charged."""
    if surrogate is None:
        return {}
    moved = sum(site.movements for site in surrogate.sites) or 1.0
    charged = sum(site.charge_kwh for site in surrogate.sites) or 1.0
    return {
        site.vertiport_id: (site.movements / moved, site.charge_kwh / charged)
        for site in surrogate.sites
    }


def _flown_at(flown: Flown, site_id: str, shares: tuple[float, float] | None) -> dict[str, Figure]:
    """Return what the days say of a site."""
    found = {
        "passengers": flown.figure(lambda day: sum_by_site(day.passengers_by_pair, site_id), "1"),
        "open": flown.figure_ratio(
            lambda day: day.hours_open.get(site_id, 0.0), lambda day: day.service_hours, "1"
        ),
        "peak": Figure(
            value=flown.greatest_by("peak_kw").get(site_id, 0.0),
            unit="kW",
            basis="simulated",
            days=len(flown.days),
        ),
    }
    if any(site_id in day.people_above_by_site for day in flown.days):
        found["people"] = flown.figure(lambda day: day.people_above_by_site.get(site_id, 0.0), "1")
    if shares is not None:
        movements = flown.figure(lambda day: 2.0 * day.sorties_flown, "1")
        grid = flown.figure(lambda day: day.grid_kwh, "kWh")
        found["movements"] = _by_surrogate(scale_figure(movements, shares[0], "1"))
        found["grid"] = _by_surrogate(scale_figure(grid, shares[1], "kWh"))
    return found


def _hour_peaks_kw(flown: Flown, site_id: str) -> tuple[float, ...]:
    """Return the greatest mean power of each local hour over the days."""
    days = [day.hour_kw[site_id] for day in flown.days if site_id in day.hour_kw]
    return tuple(max(hour) for hour in zip(*days, strict=True))


def _by_surrogate(figure: Figure) -> Figure:
    """Return a figure whose share, though not its sum, is by the surrogate."""
    return Figure(value=figure.value, unit=figure.unit, basis="surrogate", days=figure.days)


def list_districts(base: City, plan: Plan, flown: Flown, doors: DoorTables) -> tuple[District, ...]:
    """Return the service of every zone, the best served first."""
    figures = flown.figures_by("passengers_by_zone", "1")
    total = sum(figure.value for figure in figures.values()) or 1.0
    nothing = Figure(value=0.0, unit="1", basis="simulated", days=len(flown.days))
    found = []
    for number, zone in enumerate(base.demand.zones):
        figure = figures.get(zone.zone_id, nothing)
        site_id, minutes = _nearest(base, plan, doors, number)
        people = zone.population
        found.append(
            District(
                zone_id=zone.zone_id,
                names=zone.names,
                lon_deg=zone.lon_deg,
                lat_deg=zone.lat_deg,
                population=people,
                passengers_per_day=figure,
                share=figure.value / total,
                passengers_per_1000_residents_year=(
                    figure.value * DAYS_PER_YEAR / people * 1000.0 if people > 0.0 else 0.0
                ),
                nearest_site_id=site_id,
                access_min=minutes,
            )
        )
    return tuple(sorted(found, key=lambda d: (-d.passengers_per_day.value, d.zone_id)))


def _nearest(
    base: City, plan: Plan, doors: DoorTables, zone: int
) -> tuple[VertiportId | None, float | None]:
    """Return the site of the plan that a zone's doors reach soonest by car at noon."""
    first, last = int(doors.door_first[zone]), int(doors.door_first[zone + 1])
    kind = int(doors.kind_of_hour[MIDDAY_H])
    best: tuple[float, VertiportId] | None = None
    for number, site in enumerate(base.vertiports):
        if plan.find_site(site.vertiport_id) is None:
            continue
        rides = doors.ride_ms[kind, first:last, doors.doors + number].astype(np.float64)
        reached = rides[rides >= 0.0]
        if len(reached):
            ride = (float(reached.mean()), site.vertiport_id)
            best = ride if best is None else min(best, ride)
    if best is None:
        return None, None
    return best[1], round(best[0] / MS_PER_MIN, 1)


def list_pairs(index: CityIndex, flown: Flown) -> tuple[PairService, ...]:
    """Return the pairs that can be served, those with most passengers first.

    Parameters
    ----------
    index
        Of the city of the plan.
    """
    served = list_serviceable(index).block_ms
    figures = flown.figures_by("passengers_by_pair", "1")
    nothing = Figure(value=0.0, unit="1", basis="simulated", days=len(flown.days))
    headways = {
        (route.origin, route.destination): round(route.headway_s)
        for route in index.rules.service.timetable
    }
    found = [
        PairService(
            origin=pair[0],
            destination=pair[1],
            distance_m=pair_distance_m(index.sites[pair[0]], index.sites[pair[1]]),
            block_ms=block_ms,
            passengers_per_day=figures.get(f"{pair[0]}>{pair[1]}", nothing),
            fare_tiyn=index.fare_tiyn[pair],
            headway_s=headways.get(pair),
        )
        for pair, block_ms in sorted(served.items())
    ]
    return tuple(
        sorted(found, key=lambda p: (-p.passengers_per_day.value, p.origin, p.destination))
    )


def list_segments(flown: Flown) -> tuple[SegmentService, ...]:
    """Return who flies by segment of demand, most first."""
    figures = flown.figures_by("passengers_by_segment", "1")
    total = sum(figure.value for figure in figures.values()) or 1.0
    found = [
        SegmentService(segment_id=name, passengers_per_day=figure, share=figure.value / total)
        for name, figure in sorted(figures.items())
    ]
    return tuple(sorted(found, key=lambda s: (-s.passengers_per_day.value, s.segment_id)))


def mean_distance_m(index: CityIndex, flown: Flown) -> float:
    """Return the great circle that a mean passenger flies; 0 if nobody does."""
    means = flown.means_by("passengers_by_pair")
    total = sum(means.values())
    if total <= 0.0:
        return 0.0
    return (
        sum(
            count * pair_distance_m(*(index.sites[VertiportId(s)] for s in split_pair(pair)))
            for pair, count in means.items()
        )
        / total
    )
