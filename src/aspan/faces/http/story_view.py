"""A sortie as the chronicle tells it, in the page's shapes: its line, flight profile and charge."""

from collections.abc import Sequence

import numpy as np

from aspan.airspace.lanes import Lane
from aspan.faces.http.reasons import name_reason
from aspan.faces.http.wire_detail import BookingLine, Measurement, ProfilePoint
from aspan.faces.http.wire_now import SortieNow
from aspan.live.chronicle import Chronicle, Report, SortieStory
from aspan.operations.city_index import CityIndex
from aspan.operations.energy_profile import list_used_kwh
from aspan.physics.battery import capacity_kwh, soc_needed

SOC_DIGITS = 4
"""Charges are told to 0.01 %."""


def draw_story(chronicle: Chronicle, story: SortieStory) -> SortieNow:
    """Return the line of a sortie, whenever it was."""
    release = story.release
    is_over = story.ended_ms is not None
    return SortieNow(
        sortie_id=story.sortie_id,
        aircraft_id=story.aircraft_id,
        origin=story.origin,
        destination=story.destination,
        status=_name_status(story),
        planned_off_block_at_ms=story.wanted_ms,
        off_block_at_ms=story.off_block_ms,
        lift_off_at_ms=story.lift_off_ms,
        touchdown_at_ms=story.touchdown_ms,
        on_block_at_ms=story.on_block_ms,
        passengers=release.passengers if release is not None else count_booked(chronicle, story),
        cause=name_reason(story.cause or ("" if is_over else story.hold_reason)),
    )


def _name_status(story: SortieStory) -> str:
    if story.diverted is not None:
        return "diverted"
    if story.on_block_ms is None and story.ended_ms is not None:
        return "cancelled"
    for name, at_ms in (
        ("flown", story.on_block_ms),
        ("landed", story.touchdown_ms),
        ("airborne", story.lift_off_ms),
        ("taxiing", story.off_block_ms),
    ):
        if at_ms is not None:
            return name
    is_boarding = story.release is not None or story.boarding_ms is not None
    return "boarding" if is_boarding else "planned"


def count_booked(chronicle: Chronicle, story: SortieStory) -> int:
    """Return the people who hold seats on a sortie."""
    return sum(
        line.party
        for line in list_bookings(chronicle, story)
        if line.status in ("confirmed", "checked_in", "boarded", "flown")
    )


def list_bookings(chronicle: Chronicle, story: SortieStory) -> tuple[BookingLine, ...]:
    """Return the bookings that are, or ended, on a sortie; not those moved to another."""
    found = [
        chronicle.bookings[b] for b in dict.fromkeys(story.bookings) if b in chronicle.bookings
    ]
    return tuple(
        BookingLine(
            booking_id=booking.booking_id,
            party=booking.party,
            status=booking.status,
            promised_arrival_at_ms=booking.promised_arrival_ms,
        )
        for booking in found
        if booking.sortie_id == story.sortie_id
    )


def list_measured(story: SortieStory, now: tuple[int, float] | None) -> tuple[Measurement, ...]:
    """Return the charges reported; `now` is instant and charge while it is under way."""
    reported = (
        ("off_block", story.off_block_ms, story.soc_off_block),
        ("lift_off", story.lift_off_ms, story.soc_lift_off),
        ("touchdown", story.touchdown_ms, story.soc_touchdown),
        ("on_block", story.on_block_ms, story.soc_on_block),
    )
    found = [
        Measurement(at_ms=at_ms, soc=soc, kind=kind)
        for kind, at_ms, soc in reported
        if at_ms is not None
    ]
    if now is not None and story.on_block_ms is None and story.off_block_ms is not None:
        found.append(Measurement(at_ms=now[0], soc=round(now[1], SOC_DIGITS), kind="now"))
    return tuple(found)


def reserve_soc(index: CityIndex, chronicle: Chronicle, story: SortieStory) -> float | None:
    """Return the charge that must remain at touchdown; None before the release."""
    release, diverted = story.release, story.diverted
    if release is None or story.aircraft_id is None:
        return None
    kwh = release.final_reserve_kwh
    if diverted is not None and diverted.final_reserve_kwh is not None:
        kwh = diverted.final_reserve_kwh
    kind = index.city.aircraft_type
    pack_k = story.pack_temperature_k or kind.pack_target_k
    soh = chronicle.soh[story.aircraft_id]
    return round(soc_needed(kind, required_kwh=kwh, soh=soh, pack_k=pack_k), SOC_DIGITS)


def draw_profile(
    index: CityIndex, chronicle: Chronicle, story: SortieStory
) -> tuple[ProfilePoint, ...]:
    """Return the vertices of the planned way, to the alternate if it was diverted."""
    plan = story.plan
    if plan is None:
        return ()
    lane = index.network.get(plan.lane_id)
    lift_ms = story.lift_off_ms or plan.lift_off_at_ms
    times = [lift_ms + offset for offset in plan.vertex_offsets_ms]
    socs = _forecast_soc(index, chronicle, story, lane, plan.vertex_offsets_ms)
    vertices = [(lane, k, times[k], lane.s_m[k], socs[k]) for k in range(len(times))]
    diverted = story.diverted
    if diverted is not None:
        cut = lane.cruise_last
        onward = index.network.get(diverted.lane_id)
        begin_ms = diverted.virtual_lift_off_at_ms
        first = onward.cruise_first
        from_m = lane.s_m[cut] - onward.s_m[first]
        vertices = vertices[: cut + 1] + [
            (onward, k, begin_ms + diverted.vertex_offsets_ms[k], from_m + onward.s_m[k], None)
            for k in range(first, len(onward.s_m))
        ]
    ground = index.city.terrain.elevations_amsl_m(
        np.array([way.lon_deg[k] for way, k, *_ in vertices]),
        np.array([way.lat_deg[k] for way, k, *_ in vertices]),
    )
    reserve = reserve_soc(index, chronicle, story)
    return tuple(
        ProfilePoint(
            at_ms=at_ms,
            distance_m=round(distance_m, 1),
            altitude_amsl_m=round(way.altitude_amsl_m[k], 1),
            ground_amsl_m=round(float(ground[n]), 1),
            soc_forecast=None if soc is None else round(soc, SOC_DIGITS),
            reserve_soc=reserve,
        )
        for n, (way, k, at_ms, distance_m, soc) in enumerate(vertices)
    )


def _forecast_soc(
    index: CityIndex,
    chronicle: Chronicle,
    story: SortieStory,
    lane: Lane,
    offsets_ms: Sequence[int],
) -> list[float | None]:
    """Return the charge expected at each vertex when the sortie was released."""
    release = story.release
    here = find_report(chronicle.reports.get(story.origin, []), release.at_ms if release else 0)
    there = find_report(
        chronicle.reports.get(story.planned_destination, []), release.at_ms if release else 0
    )
    if release is None or here is None or there is None or story.aircraft_id is None:
        return [None] * len(offsets_ms)
    kind = index.city.aircraft_type
    capacity = capacity_kwh(kind, soh=chronicle.soh[story.aircraft_id])
    used = list_used_kwh(
        kind,
        lane,
        offsets_ms,
        here=here.weather,
        there=there.weather,
        mass_kg=release.mass_kg,
        taxi_ms=index.taxi_ms,
        predicted_kwh=release.predicted_energy_kwh,
    )
    return [release.soc - kwh / capacity for kwh in used]


def find_report(reports: Sequence[Report], at_ms: int) -> Report | None:
    """Return the last report at or before an instant; None if there is none."""
    return next((report for report in reversed(reports) if report.at_ms <= at_ms), None)
