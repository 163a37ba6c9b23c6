"""Opening: the fleet at its stands, the day with its hours, timetable and crews."""

from aspan.dispatch.problem import Assignment
from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.city_index import CityIndex
from aspan.operations.crews import is_last_round, is_spent, is_worn, plan_relief
from aspan.operations.flow import charge, send_empty
from aspan.operations.planning import LEAD_MS, next_sortie_id
from aspan.operations.turn import Turn
from aspan.operations.turnaround import is_leaving
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, VertiportId
from aspan.primitives.instants import (
    local_instant_ms,
    local_midnight_ms,
    parse_date,
    parse_local_time,
)
from aspan.primitives.units import MS_PER_MIN, seconds_to_ms
from aspan.world.city import City
from aspan.world.sun import sun_times

CLOSING_MS = 10 * MS_PER_MIN
"""The last planned on-block is this long before service must end. Assumed: for what runs late."""


def open_service(turn: Turn, command: cmd.OpenService) -> None:
    """Begin the service with the fleet where it stands."""
    state, city = turn.state, turn.state.index.city
    turn.tell(
        ev.ServiceOpened(
            at_ms=turn.at_ms,
            city_id=city.city_id,
            city_sha256=city.files_sha256,
            code_version=command.code_version,
            seed=command.seed,
            fleet=len(command.placements),
            policy=command.policy,
            phase=city.phase,
            demand_factor=command.demand_factor,
        )
    )
    frames = {frame.aircraft_id: frame for frame in city.airframes}
    for placement in command.placements:
        frame = frames[placement.aircraft_id]
        turn.tell(
            ev.AircraftRegistered(
                at_ms=turn.at_ms,
                aircraft_id=frame.aircraft_id,
                type_id=frame.type_id,
                soh=frame.soh,
                soc=frame.initial_soc,
                pack_temperature_k=command.pack_temperature_k,
                vertiport_id=placement.vertiport_id,
                stand_id=placement.stand_id,
            )
        )
        for approval in city.approvals:
            if approval.aircraft_id in (None, frame.aircraft_id):
                sites = tuple(s for s in state.index.site_ids if approval.vertiport_id in (None, s))
                turn.tell(
                    ev.ApprovalRecorded(
                        at_ms=turn.at_ms,
                        aircraft_id=frame.aircraft_id,
                        vertiport_ids=sites,
                        kind=approval.kind,
                        from_at_ms=_midnight(city, approval.from_date),
                        until_at_ms=_midnight(city, approval.until_date),
                        is_assumed=approval.is_assumed,
                    )
                )


def _midnight(city: City, text: str) -> int:
    return local_midnight_ms(parse_date(text, field="approvals"), city.time_zone)


def service_hours_ms(city: City, date_text: str) -> tuple[int, int]:
    """Return [from, until) of service on a local date: the city's hours, cut to day VFR."""
    day = parse_date(date_text)
    hours = city.rules.hours
    from_ms = local_instant_ms(day, parse_local_time(hours.from_local), city.time_zone)
    until_ms = local_instant_ms(day, parse_local_time(hours.until_local), city.time_zone)
    if not hours.night_approved:
        for site in city.vertiports:
            sun = sun_times(
                lon_deg=site.lon_deg, lat_deg=site.lat_deg, day=day, zone=city.time_zone
            )
            from_ms = max(from_ms, sun.sunrise_at_ms)
            until_ms = min(until_ms, sun.sunset_at_ms)
    if until_ms <= from_ms:
        raise InvalidInput("hours", date_text, "a date with daylight inside the hours of service")
    return from_ms, until_ms - CLOSING_MS


def open_day(turn: Turn, command: cmd.OpenDay) -> None:
    """Open a local date: hours, expected demand, the day's timetable."""
    state, city = turn.state, turn.state.index.city
    from_ms, until_ms = service_hours_ms(city, command.date)
    turn.tell(
        ev.DayOpened(
            at_ms=turn.at_ms,
            date=command.date,
            service_from_ms=from_ms,
            service_until_ms=until_ms,
            expected_rates=command.expected_rates,
        )
    )
    _schedule_timetable(turn, command.date)
    for aircraft_id in sorted(state.aircraft):
        charge(turn, state.aircraft[aircraft_id])


def list_timetable(index: CityIndex, date_text: str) -> list[tuple[int, VertiportId, VertiportId]]:
    """Return the timetabled departures of a local date inside the hours of service, in order.

    Each as off-block [ms], origin and destination.
    """
    city = index.city
    from_ms, until_ms = service_hours_ms(city, date_text)
    day = parse_date(date_text)
    wanted: list[tuple[int, VertiportId, VertiportId]] = []
    for route in city.rules.service.timetable:
        if (route.origin, route.destination) not in index.lanes:
            continue
        at_ms = local_instant_ms(day, parse_local_time(route.first_local), city.time_zone)
        last_ms = local_instant_ms(day, parse_local_time(route.last_local), city.time_zone)
        while at_ms <= last_ms:
            if from_ms <= at_ms < until_ms:
                wanted.append((at_ms, route.origin, route.destination))
            at_ms += seconds_to_ms(route.headway_s)
    return sorted(wanted)


def _schedule_timetable(turn: Turn, date_text: str) -> None:
    """Schedule the timetabled sorties of the day that lie ahead and inside the hours of service.

    Those with seats sold ahead are scheduled already.
    """
    state = turn.state
    sold = {
        (sortie.wanted_off_block_ms, sortie.origin, sortie.destination)
        for sortie in state.live_sorties.values()
        if sortie.service == "timetable"
    }
    for off_ms, origin, destination in list_timetable(state.index, date_text):
        closes_ms = off_ms - state.index.rules.service.process_ms
        if closes_ms > turn.at_ms and (off_ms, origin, destination) not in sold:
            turn.tell(
                ev.SortieScheduled(
                    at_ms=turn.at_ms,
                    sortie_id=next_sortie_id(state),
                    origin=origin,
                    destination=destination,
                    service="timetable",
                    off_block_at_ms=off_ms,
                    assign_at_ms=closes_ms,
                )
            )


def crews_due(turn: Turn) -> None:
    """Let pilots take over where one is needed; end the duties of a day or a pilot that is done."""
    state = turn.state
    is_over = turn.at_ms >= state.service_until_ms
    for aircraft_id in sorted(state.aircraft):
        aircraft = state.aircraft[aircraft_id]
        site_id = aircraft.vertiport_id
        if not is_over:
            turn.tell(*plan_relief(state, aircraft, turn.at_ms))
        pilot = aircraft.pilot
        if pilot is None or site_id is None:
            continue
        if aircraft.chain and not is_over:
            is_last = is_last_round(state, pilot, turn.at_ms)
            if not is_last or is_leaving(state, aircraft):
                continue
        if is_over or is_spent(state, pilot, turn.at_ms):
            ended = ev.DutyEnded(
                at_ms=turn.at_ms,
                pilot_id=pilot.pilot_id,
                aircraft_id=aircraft_id,
                vertiport_id=site_id,
            )
            turn.tell(ended)
        elif is_worn(state, pilot, turn.at_ms) and not state.index.sites[site_id].is_crew_base:
            _send_home(turn, aircraft_id, site_id)


def _send_home(turn: Turn, aircraft_id: AircraftId, site_id: VertiportId) -> None:
    """Send an idle aircraft whose pilot needs relief to the nearest base, empty, if it can go."""
    base = turn.state.index.base_beyond[site_id]
    if base is None:
        return
    aircraft, earliest_ms = turn.state.aircraft[aircraft_id], turn.at_ms + LEAD_MS
    can_go = turn.planner.choose_this(
        aircraft, site_id, base, earliest_ms=earliest_ms, now_ms=turn.at_ms
    )
    weather = turn.planner.find_obstacle(site_id, base, now_ms=turn.at_ms, off_block_ms=earliest_ms)
    if isinstance(can_go, Assignment) and not weather:
        send_empty(turn, aircraft_id, site_id, base)
