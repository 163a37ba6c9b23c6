"""Tell the page what a city is: places, lanes, minima, the approval it flies under, credits."""

from collections.abc import Iterable, Mapping

from aspan.airspace.lanes import Lane
from aspan.faces.http.wire_city import (
    AircraftFacts,
    ChargerPlace,
    CityFacts,
    FatoPlace,
    GeozoneFacts,
    HoursFacts,
    LaneLine,
    MinimaFacts,
    StandPlace,
    VertiportPlace,
)
from aspan.live.punctuality import ON_TIME_MS
from aspan.operations.minima import list_ceilings_agl_m
from aspan.world.city import Approval, City
from aspan.world.reference import Reference, list_cited
from aspan.world.vertiport import Vertiport

_TOLD_GROUPS = frozenset(
    (
        "aircraft_type",
        "charging",
        "movement",
        "noise",
        "pilot_duty",
        "reserve",
        "separation",
        "service",
        "weather_minima",
    )
)
"""Groups of quantities that the page can speak of; coordinates and zones are left out."""

_APPROVAL_RANK = {"none": 0, "test": 1, "demonstration": 2, "passenger": 3}


def describe_city(
    city: City,
    lanes: Iterable[LaneLine],
    references: Mapping[str, Reference],
    *,
    is_twin: bool,
    demand_factor: float = 1.0,
) -> CityFacts:
    """Return what the page must know of `city`; `lanes` as laid over its terrain.

    `demand_factor` is what honest demand is multiplied by in this run; of `references` those are
    told that a told source cites.
    """
    best = _highest_approval(city.approvals)
    quantities = {
        path: quantity
        for path, quantity in sorted(city.quantities.items())
        if path.split(".", 1)[0] in _TOLD_GROUPS
    }
    citations = _list_citations(city, (q.source for q in quantities.values()), references)
    return CityFacts(
        city_id=city.city_id,
        names=city.names,
        time_zone=city.time_zone,
        is_twin=is_twin,
        vertiports=tuple(_describe_vertiport(v) for v in city.vertiports),
        lanes=tuple(lanes),
        aircraft_type=AircraftFacts(
            type_id=city.aircraft_type.type_id,
            seats=city.aircraft_type.seats,
            payload_kg_max=city.aircraft_type.payload_kg_max,
        ),
        minima=_describe_minima(city),
        approval_kind=best.kind if best is not None else "none",
        is_approval_assumed=best is not None and best.is_assumed,
        demand_factor=demand_factor,
        hours=HoursFacts(
            from_local=city.rules.hours.from_local, until_local=city.rules.hours.until_local
        ),
        geozones=tuple(
            GeozoneFacts(
                zone_id=zone.zone_id,
                names=zone.names,
                kind=zone.restriction,
                lower_amsl_m=zone.lower_amsl_m,
                upper_amsl_m=zone.upper_amsl_m,
                rings=zone.rings,
                is_assumed=zone.is_assumed,
                source=zone.source,
            )
            for zone in city.geozones
        ),
        credits=city.credits,
        quantities=quantities,
        citations=citations,
        references={row: references[row] for rows in citations.values() for row in rows},
        on_time_ms=ON_TIME_MS,
    )


def _describe_minima(city: City) -> MinimaFacts:
    minima, heights_m = city.rules.weather_minima, city.lanes.rules.layer_heights_agl_m
    return MinimaFacts(
        visibility_m=minima.visibility_m,
        ceiling_agl_m=minima.ceiling_agl_m,
        wind_mps=minima.wind_mps,
        gust_mps=minima.gust_mps,
        planned_heights_agl_m=heights_m,
        ceilings_agl_m=list_ceilings_agl_m(minima, planned_heights_agl_m=heights_m),
    )


def _list_citations(
    city: City, sources: Iterable[str], references: Mapping[str, Reference]
) -> dict[str, tuple[str, ...]]:
    """Return the rows that each told source cites; those that cite none are left out."""
    told = (
        *sources,
        *(zone.source for zone in city.geozones),
        *(vertiport.position_source for vertiport in city.vertiports),
    )
    cited = {
        source: tuple(row for row in list_cited(source, references) if row in references)
        for source in told
    }
    return {source: rows for source, rows in cited.items() if rows}


def describe_lanes(lanes: Iterable[Lane]) -> tuple[LaneLine, ...]:
    """Return lanes as drawn on the map: their ends and the corners of their course."""
    lines = []
    for lane in lanes:
        last = len(lane.lon_deg) - 1
        kept = sorted({0, lane.cruise_first, *lane.corners, lane.cruise_last, last})
        points = tuple(
            (
                round(lane.lon_deg[i], 6),
                round(lane.lat_deg[i], 6),
                round(lane.altitude_amsl_m[i], 1),
            )
            for i in kept
        )
        lines.append(
            LaneLine(
                lane_id=lane.lane_id,
                origin=lane.origin,
                destination=lane.destination,
                layer=lane.layer,
                points=points,
            )
        )
    return tuple(lines)


def _highest_approval(approvals: tuple[Approval, ...]) -> Approval | None:
    """Return the furthest-reaching approval of the city; an assumed one before a real one."""
    return max(approvals, key=lambda a: (_APPROVAL_RANK.get(a.kind, 0), a.is_assumed), default=None)


def _describe_vertiport(vertiport: Vertiport) -> VertiportPlace:
    return VertiportPlace(
        vertiport_id=vertiport.vertiport_id,
        names=vertiport.names,
        lon_deg=vertiport.lon_deg,
        lat_deg=vertiport.lat_deg,
        elevation_amsl_m=vertiport.elevation_amsl_m,
        site_power_limit_kw=vertiport.site_power_limit_kw,
        protected_radius_m=vertiport.protected_radius_m,
        is_position_published=vertiport.is_position_published,
        position_source=vertiport.position_source,
        fatos=tuple(
            FatoPlace(fato_id=f.fato_id, lon_deg=f.lon_deg, lat_deg=f.lat_deg)
            for f in vertiport.fatos
        ),
        stands=tuple(
            StandPlace(stand_id=s.stand_id, is_contingency=s.is_contingency)
            for s in vertiport.stands
        ),
        chargers=tuple(
            ChargerPlace(charger_id=c.charger_id, power_kw=c.power_kw, stand_ids=tuple(c.stand_ids))
            for c in vertiport.chargers
        ),
    )
