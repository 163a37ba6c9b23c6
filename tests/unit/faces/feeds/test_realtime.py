"""GTFS-Realtime from movements: which trip, how late, cancelled why, told in three languages."""

from datetime import date, timedelta

import msgspec
import pytest
from google.transit import gtfs_realtime_pb2 as pb

from aspan.faces.feeds.alerts import build_alerts, sort_cause
from aspan.faces.feeds.movements import Movement, Movements, SiteHold
from aspan.faces.feeds.offered import plan_air_service
from aspan.faces.feeds.realtime import (
    Place,
    Published,
    build_trip_updates,
    build_vehicle_positions,
    describe_published,
)
from aspan.operations.lifecycles import SortiePhase
from aspan.primitives.ids import AircraftId, SortieId, VertiportId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S
from aspan.world.readers import load_city

CITY = load_city("tiny")
DAY = date(2026, 6, 1)
MIDNIGHT_MS = local_midnight_ms(DAY, CITY.time_zone)
EIGHT_MS = MIDNIGHT_MS + 8 * MS_PER_H
NAMES = {str(site.vertiport_id): site.names for site in CITY.vertiports}

PLANNED = Movement(
    sortie_id=SortieId("S00001"),
    service="timetable",
    aircraft_id=AircraftId("A1"),
    origin=VertiportId("EAST"),
    destination=VertiportId("WEST"),
    planned_destination=VertiportId("WEST"),
    phase=SortiePhase.ASSIGNED,
    wanted_off_block_at_ms=EIGHT_MS,
    off_block_at_ms=None,
    on_block_at_ms=None,
    off_block_expected_ms=EIGHT_MS,
    on_block_expected_ms=EIGHT_MS + 10 * MS_PER_MIN,
    seats_taken=2,
    is_boarding=False,
    is_diverted=False,
    cause="",
)


@pytest.fixture(scope="module")
def published() -> Published:
    """Return what is published of the small city for a week."""
    return describe_published(
        plan_air_service(CITY, from_date=DAY, until_date=DAY + timedelta(days=7))
    )


def at(now_ms: int, *sorties: Movement, holds: tuple[SiteHold, ...] = ()) -> Movements:
    """Return movements at an instant."""
    return Movements(at_ms=now_ms, sorties=sorties, holds=holds)


def change(**fields: object) -> Movement:
    """Return the planned sortie with something else about it."""
    return msgspec.structs.replace(PLANNED, **fields)


def test_a_timetabled_sortie_is_its_published_trip(published: Published) -> None:
    """Pair and planned off-block name the trip, whenever it really leaves; lateness is told."""
    late = change(
        off_block_expected_ms=EIGHT_MS + 4 * MS_PER_MIN,
        on_block_expected_ms=EIGHT_MS + 15 * MS_PER_MIN,
    )
    (entity,) = build_trip_updates(published, at(EIGHT_MS, late)).entity
    trip = entity.trip_update.trip
    assert (trip.trip_id, trip.start_date, trip.start_time) == (
        "EAST-WEST-0800",
        "20260601",
        "08:00:00",
    )
    assert trip.schedule_relationship == pb.TripDescriptor.SCHEDULED
    leave, reach = entity.trip_update.stop_time_update
    assert (leave.stop_id, reach.stop_id) == ("EAST-boarding", "WEST-boarding")
    assert leave.departure.delay == 4 * 60
    block_s = published.block_s["20260601", "EAST-WEST-0800"]
    assert reach.arrival.delay == 15 * 60 - block_s
    assert not entity.trip_update.HasField("vehicle")


def test_a_sortie_on_demand_is_a_trip_of_its_own(published: Published) -> None:
    """It is added, on the route of its pair, even at the minute of a timetabled one."""
    message = build_trip_updates(published, at(EIGHT_MS, change(service="on_demand")))
    trip = message.entity[0].trip_update.trip
    assert (trip.trip_id, trip.route_id) == ("sortie-S00001", "air-EAST-WEST")
    assert trip.schedule_relationship == pb.TripDescriptor.ADDED
    elsewhere = change(service="on_demand", planned_destination=VertiportId("NORTH"))
    message = build_trip_updates(published, at(EIGHT_MS, elsewhere))
    assert message.entity[0].trip_update.trip.route_id == "demand-EAST-NORTH"


def test_cancelled_is_told_and_forgotten_an_hour_later(published: Published) -> None:
    """A cancelled trip is CANCELED until an hour after its time; one never promised is not told."""
    gone = change(phase=SortiePhase.CANCELLED, cause="unbooked")
    (entity,) = build_trip_updates(published, at(EIGHT_MS + MS_PER_H, gone)).entity
    assert entity.trip_update.trip.schedule_relationship == pb.TripDescriptor.CANCELED
    assert not entity.trip_update.stop_time_update
    assert not build_trip_updates(published, at(EIGHT_MS + MS_PER_H + 1, gone)).entity
    on_demand = change(phase=SortiePhase.CANCELLED, service="on_demand")
    assert not build_trip_updates(published, at(EIGHT_MS, on_demand)).entity


def test_a_trip_that_is_over_is_not_told(published: Published) -> None:
    """On block means done."""
    over = change(phase=SortiePhase.ON_BLOCK, on_block_at_ms=EIGHT_MS + 9 * MS_PER_MIN)
    assert not build_trip_updates(published, at(EIGHT_MS + 10 * MS_PER_MIN, over)).entity


def test_a_diverted_trip_skips_its_destination(published: Published) -> None:
    """Passengers are not told they arrive where they do not."""
    away = change(
        phase=SortiePhase.AIRBORNE, destination=VertiportId("NORTH"), is_diverted=True, cause=""
    )
    (entity,) = build_trip_updates(published, at(EIGHT_MS + MS_PER_MIN, away)).entity
    reach = entity.trip_update.stop_time_update[1]
    assert reach.schedule_relationship == pb.TripUpdate.StopTimeUpdate.SKIPPED
    (alert,) = build_alerts(published, at(EIGHT_MS + MS_PER_MIN, away), NAMES).entity
    assert alert.alert.effect == pb.Alert.DETOUR


@pytest.mark.parametrize(
    ("phase", "taken", "status", "stop", "room"),
    [
        (SortiePhase.RELEASED, 0, "STOPPED_AT", "EAST-boarding", "EMPTY"),
        (SortiePhase.TAXIING_OUT, 1, "STOPPED_AT", "EAST-boarding", "MANY_SEATS_AVAILABLE"),
        (SortiePhase.AIRBORNE, 3, "IN_TRANSIT_TO", "WEST-boarding", "FEW_SEATS_AVAILABLE"),
        (SortiePhase.TAXIING_IN, 4, "INCOMING_AT", "WEST-boarding", "FULL"),
    ],
)
def test_vehicles_say_where_they_are_and_what_room_there_is(
    published: Published, phase: SortiePhase, taken: int, status: str, stop: str, room: str
) -> None:
    """Stop, status and occupancy follow the phase and the seats taken of four."""
    place = Place(
        aircraft_id="A1", lon_deg=77.1, lat_deg=43.5, heading_deg=268.0, ground_speed_mps=70.0
    )
    now = at(EIGHT_MS, change(phase=phase, seats_taken=taken))
    (entity,) = build_vehicle_positions(published, now, [place]).entity
    vehicle = entity.vehicle
    assert vehicle.vehicle.id == "A1"
    assert vehicle.position.bearing == 268.0
    assert pb.VehiclePosition.VehicleStopStatus.Name(vehicle.current_status) == status
    assert pb.VehiclePosition.OccupancyStatus.Name(vehicle.occupancy_status) == room
    assert vehicle.stop_id == stop
    idle = at(EIGHT_MS, PLANNED)
    assert not build_vehicle_positions(published, idle, [place]).entity


def test_an_alert_says_why_in_three_languages(published: Published) -> None:
    """Fog cancels two flights: one alert, cause WEATHER, effect NO_SERVICE, both trips named."""
    first = change(phase=SortiePhase.CANCELLED, cause="weather_visibility")
    second = msgspec.structs.replace(
        first, sortie_id=SortieId("S00002"), wanted_off_block_at_ms=EIGHT_MS + MS_PER_H
    )
    message = build_alerts(published, at(EIGHT_MS - MS_PER_MIN, first, second), NAMES)
    (entity,) = message.entity
    alert = entity.alert
    assert (alert.cause, alert.effect) == (pb.Alert.WEATHER, pb.Alert.NO_SERVICE)
    trips = [informed.trip.trip_id for informed in alert.informed_entity]
    assert trips == ["EAST-WEST-0800", "EAST-WEST-0900"]
    told = {t.language: t.text for t in alert.header_text.translation}
    assert told == {
        "kk": "Рейс болмайды: көріну нашар",
        "ru": "Рейс отменён: плохая видимость",
        "en": "Flight cancelled: poor visibility",
    }
    english = {t.language: t.text for t in alert.description_text.translation}["en"]
    assert english == "08:00 East – West; 09:00 East – West"
    assert alert.active_period[0].start == EIGHT_MS // MS_PER_S


def test_only_news_has_an_alert(published: Published) -> None:
    """Nobody booked, on time or over: no alert; a quarter of an hour late, or a site held: one."""
    quiet = (
        change(phase=SortiePhase.CANCELLED, cause="unbooked"),
        change(off_block_expected_ms=EIGHT_MS + 15 * MS_PER_MIN - 1),
        change(phase=SortiePhase.CANCELLED, cause="aircraft", wanted_off_block_at_ms=EIGHT_MS - 1),
    )
    assert not build_alerts(published, at(EIGHT_MS, *quiet), NAMES).entity
    late = change(off_block_expected_ms=EIGHT_MS + 15 * MS_PER_MIN, cause="aircraft_late")
    held = SiteHold(vertiport_id=VertiportId("NORTH"), cause="weather_forecast")
    message = build_alerts(published, at(EIGHT_MS, late, holds=(held,)), NAMES)
    alerts = {entity.id: entity.alert for entity in message.entity}
    assert alerts["delayed-aircraft_late"].cause == pb.Alert.TECHNICAL_PROBLEM
    assert alerts["delayed-aircraft_late"].effect == pb.Alert.SIGNIFICANT_DELAYS
    site = alerts["site-weather_forecast-NORTH"]
    assert site.cause == pb.Alert.WEATHER
    assert site.informed_entity[0].stop_id == "NORTH"
    assert site.header_text.translation[2].text == "North: no departures, forecast below minima"


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("weather_icing", "WEATHER"),
        ("headwind", "WEATHER"),
        ("grounded", "TECHNICAL_PROBLEM"),
        ("fato_closed", "MAINTENANCE"),
        ("pilot_duty", "OTHER_CAUSE"),
        ("", "UNKNOWN_CAUSE"),
    ],
)
def test_causes_are_sorted(cause: str, told: str) -> None:
    """A cause of the log is one of the few that the format knows."""
    assert sort_cause(cause) == told
    assert pb.Alert.Cause.Value(told)
