"""GTFS-Realtime: trip updates and vehicle positions of the sorties that carry passengers.

After GTFS-Realtime 2.0 (google/transit). Which sortie is which published trip is in `naming.py`; a
sortie on demand is a trip of its own, told as ADDED: consumers do not all know the newer word NEW
yet. A timetabled departure that nobody booked is cancelled like any other. An aircraft is named
from boarding to on-block, not before: until then it may change. The clock is the service's: of a
twin, the twin's.

The bindings of protobuf are imported when a message is made, not before: they are an extra.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from aspan.faces.feeds import naming
from aspan.faces.feeds.movements import Movement, Movements
from aspan.faces.feeds.offered import AirService
from aspan.operations.lifecycles import SortiePhase
from aspan.primitives.units import MS_PER_H, MS_PER_S

if TYPE_CHECKING:
    from google.transit import gtfs_realtime_pb2 as pb

KEPT_MS = MS_PER_H
"""A cancelled sortie is told of for this long after it should have left. Assumed: as long as
somebody may still come for it."""

SPEC_VERSION = "2.0"
_P = SortiePhase


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What the published feed says, as far as realtime refers to it.

    Parameters
    ----------
    block_s
        Of each timetabled trip by start date and trip id.
    routes
        All route ids.
    """

    zone: str
    version: str
    block_s: dict[tuple[str, str], int]
    routes: frozenset[str]
    seats: int


class TripRef(msgspec.Struct, frozen=True, kw_only=True):
    """The trip that a sortie is told as.

    Parameters
    ----------
    block_s
        As published; None of a trip that is not.
    """

    trip_id: str
    route_id: str
    direction: int
    date: str
    off_block_s: int
    block_s: int | None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an aircraft is now."""

    aircraft_id: str
    lon_deg: float
    lat_deg: float
    heading_deg: float
    ground_speed_mps: float


def describe_published(service: AirService) -> Published:
    """Return what realtime must know of what is published."""
    city = service.city
    pairs = [(p, False) for p in service.timetabled_pairs]
    pairs += [(p, True) for p in service.demand_pairs]
    return Published(
        zone=city.time_zone,
        version=f"{city.files_sha256[:16]}-phase{city.phase}",
        block_s={
            (
                day.strftime("%Y%m%d"),
                naming.name_trip(leave.origin, leave.destination, leave.off_block_s),
            ): leave.block_s
            for leave in service.departures
            for day in leave.dates
        },
        routes=frozenset(naming.name_route(*p, is_on_demand=d) for p, d in pairs),
        seats=city.aircraft_type.seats,
    )


def find_trip(published: Published, sortie: Movement) -> TripRef | None:
    """Return the trip of a sortie; None if it is on no published route, or was never promised."""
    origin, destination = sortie.origin, sortie.planned_destination
    date, off_s = naming.local_seconds(sortie.wanted_off_block_at_ms, published.zone)
    trip_id, block_s = naming.name_extra_trip(sortie.sortie_id), None
    if sortie.service == "timetable":
        named = naming.name_trip(origin, destination, off_s)
        block_s = published.block_s.get((date, named))
        trip_id = trip_id if block_s is None else named
    is_hopeless = sortie.service == "timetable" and sortie.on_block_expected_ms is None
    if block_s is None and (sortie.is_cancelled or is_hopeless):
        return None
    for is_on_demand in (block_s is None and sortie.service != "timetable", False, True):
        route_id = naming.name_route(origin, destination, is_on_demand=is_on_demand)
        if route_id in published.routes:
            break
    else:
        return None
    return TripRef(
        trip_id=trip_id,
        route_id=route_id,
        direction=naming.find_direction(origin, destination),
        date=date,
        off_block_s=off_s,
        block_s=block_s,
    )


def make_message(published: Published, at_ms: int) -> "pb.FeedMessage":
    """Return a message with its head and nothing else."""
    from google.transit import gtfs_realtime_pb2 as pb

    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = SPEC_VERSION
    message.header.incrementality = pb.FeedHeader.FULL_DATASET
    message.header.timestamp = at_ms // MS_PER_S
    message.header.feed_version = published.version
    return message


def build_trip_updates(published: Published, now: Movements) -> "pb.FeedMessage":
    """Return when every sortie leaves and arrives, or that it does not."""
    message = make_message(published, now.at_ms)
    for sortie in now.sorties:
        trip = find_trip(published, sortie)
        if trip is not None and not _is_over(sortie, now.at_ms):
            entity = message.entity.add()
            entity.id = f"trip-{sortie.sortie_id}"
            _fill_update(entity.trip_update, sortie, trip, now.at_ms)
    return message


def _is_over(sortie: Movement, now_ms: int) -> bool:
    if sortie.is_cancelled:
        return sortie.wanted_off_block_at_ms + KEPT_MS < now_ms
    return sortie.on_block_at_ms is not None


def fill_trip(trip: "pb.TripDescriptor", ref: TripRef, *, is_cancelled: bool = False) -> None:
    """Write which trip it is."""
    from google.transit import gtfs_realtime_pb2 as pb

    trip.trip_id, trip.route_id, trip.direction_id = ref.trip_id, ref.route_id, ref.direction
    trip.start_date, trip.start_time = ref.date, naming.format_clock(ref.off_block_s)
    if ref.block_s is None:
        trip.schedule_relationship = pb.TripDescriptor.ADDED
    elif is_cancelled:
        trip.schedule_relationship = pb.TripDescriptor.CANCELED
    else:
        trip.schedule_relationship = pb.TripDescriptor.SCHEDULED


def _fill_update(update: "pb.TripUpdate", sortie: Movement, ref: TripRef, now_ms: int) -> None:
    """Write the times of both ends; lateness is against the published trip."""
    from google.transit import gtfs_realtime_pb2 as pb

    fill_trip(update.trip, ref, is_cancelled=sortie.is_cancelled)
    update.timestamp = now_ms // MS_PER_S
    if sortie.is_cancelled:
        return
    if sortie.aircraft_id is not None and sortie.is_with_passengers:
        update.vehicle.id = update.vehicle.label = sortie.aircraft_id
    wanted_s = sortie.wanted_off_block_at_ms // MS_PER_S
    off_s = sortie.off_block_expected_ms // MS_PER_S
    on_ms = sortie.on_block_expected_ms
    on_s = off_s + (ref.block_s or 1) if on_ms is None else on_ms // MS_PER_S
    leave = update.stop_time_update.add()
    leave.stop_sequence, leave.stop_id = 1, naming.name_platform(sortie.origin)
    leave.departure.time = off_s
    reach = update.stop_time_update.add()
    reach.stop_sequence = 2
    kind = pb.TripUpdate.StopTimeUpdate
    leave.schedule_relationship = reach.schedule_relationship = kind.SCHEDULED
    reach.stop_id = naming.name_platform(sortie.planned_destination)
    if ref.block_s is not None:
        leave.departure.delay = off_s - wanted_s
    if sortie.is_diverted and ref.block_s is not None:
        reach.schedule_relationship = kind.SKIPPED
        return
    reach.arrival.time = max(on_s, off_s + 1)
    if ref.block_s is not None:
        reach.arrival.delay = reach.arrival.time - wanted_s - ref.block_s
    else:
        leave.arrival.time, reach.departure.time = off_s, reach.arrival.time
        reach.stop_id = naming.name_platform(sortie.destination)


def build_vehicle_positions(
    published: Published, now: Movements, places: Iterable[Place]
) -> "pb.FeedMessage":
    """Return where the aircraft with passengers are, from boarding to on-block."""
    message = make_message(published, now.at_ms)
    where = {place.aircraft_id: place for place in places}
    for sortie in now.sorties:
        trip = find_trip(published, sortie)
        if trip is None or not sortie.is_with_passengers:
            continue
        if sortie.aircraft_id in where:
            entity = message.entity.add()
            entity.id = f"aircraft-{sortie.aircraft_id}"
            fill_trip(entity.vehicle.trip, trip)
            _fill_vehicle(entity.vehicle, sortie, where[sortie.aircraft_id], published.seats)
            entity.vehicle.timestamp = now.at_ms // MS_PER_S
    return message


def _fill_vehicle(
    vehicle: "pb.VehiclePosition", sortie: Movement, place: Place, seats: int
) -> None:
    from google.transit import gtfs_realtime_pb2 as pb

    vehicle.vehicle.id = vehicle.vehicle.label = place.aircraft_id
    vehicle.position.latitude, vehicle.position.longitude = place.lat_deg, place.lon_deg
    vehicle.position.bearing = place.heading_deg
    vehicle.position.speed = place.ground_speed_mps
    is_leaving = sortie.phase in (_P.ASSIGNED, _P.HELD, _P.RELEASED, _P.TAXIING_OUT)
    site = sortie.origin if is_leaving else sortie.destination
    vehicle.current_stop_sequence = 1 if is_leaving else 2
    vehicle.stop_id = naming.name_platform(site)
    if is_leaving:
        vehicle.current_status = pb.VehiclePosition.STOPPED_AT
    elif sortie.phase is _P.TAXIING_IN:
        vehicle.current_status = pb.VehiclePosition.INCOMING_AT
    else:
        vehicle.current_status = pb.VehiclePosition.IN_TRANSIT_TO
    free = seats - sortie.seats_taken
    status = pb.VehiclePosition
    if sortie.seats_taken == 0:
        vehicle.occupancy_status = status.EMPTY
    elif free <= 0:
        vehicle.occupancy_status = status.FULL
    else:
        many = free * 2 >= seats
        vehicle.occupancy_status = (
            status.MANY_SEATS_AVAILABLE if many else status.FEW_SEATS_AVAILABLE
        )
    vehicle.occupancy_percentage = round(100 * sortie.seats_taken / seats)
