"""The range from `range.toml`: site, volumes, aircraft, people, limits, microphones, spectators.

Read apart from the city, which flies without it. Rings are written as corners `[lon, lat]`, the
first not repeated.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import shapely

from aspan.primitives.ids import AircraftId, AircraftTypeId, GeozoneId, VertiportId
from aspan.world.city import City
from aspan.world.geozones import Ring
from aspan.world.range import (
    GoNoGoLimits,
    Microphone,
    Range,
    RangeAircraft,
    RangePeople,
    RangeResources,
    RangeSite,
    RangeVolume,
    SpectatorArea,
    Spectators,
)
from aspan.world.readers.rules import read_approvals
from aspan.world.readers.tables import Table, read_toml
from aspan.world.readers.vertiports import read_names
from aspan.world.telemetry import MICROPHONES

if TYPE_CHECKING:
    from aspan.world.quantity import Quantity

FILE_NAME: Final = "range.toml"

_GEOZONE_ID: Final = re.compile(r"[A-Z0-9]{1,7}")
"""Identifier of a zone in EUROCAE ED-318."""

_KINDS: Final = ("test", "demonstration")
CORNERS_MAX: Final = 100
"""Most corners of a ring; a bound for typing errors."""


def find_range(city: City) -> Range | None:
    """Return the test site of a city; None if it has none."""
    return load_range(city) if (Path(city.folder) / FILE_NAME).is_file() else None


def load_range(city: City) -> Range:
    """Return the test site of a city; `InvalidInput` naming file, path and value otherwise."""
    path = Path(city.folder) / FILE_NAME
    quantities: dict[str, Quantity] = {}
    file = read_toml(path, city=path.parent.name, quantities=quantities)
    aircraft = _read_aircraft(file, city)
    found = Range(
        city_id=city.city_id,
        time_zone=city.time_zone,
        site=_read_site(file.table("site"), city),
        volumes=_read_volumes(file),
        aircraft=aircraft,
        approvals=read_approvals(file, (), tuple(str(a.aircraft_id) for a in aircraft)),
        people=file.table("people").fill(RangePeople),
        resources=file.table("resources").fill(RangeResources),
        go_no_go=_read_limits(file.table("go_no_go")),
        microphones=_read_microphones(file),
        spectators=_read_spectators(file.table("spectators")),
        quantities=quantities,
        file_sha256=sha256(path.read_bytes()).hexdigest(),
    )
    file.close()
    for i, approval in enumerate(found.approvals):
        if approval.kind not in _KINDS:
            raise file.refuse(f"approvals[{i}].kind", approval.kind, "test or demonstration")
    return found


def _read_ring(table: Table, key: str) -> Ring:
    """Return a closed ring from corners that do not cross."""
    corners = table.points(key)
    if not 3 <= len(corners) <= CORNERS_MAX:
        raise table.refuse(key, f"{len(corners)} corners", f"3 to {CORNERS_MAX} corners")
    if len(set(corners)) < len(corners) or not shapely.Polygon(corners).is_valid:
        raise table.refuse(key, corners, "corners of a ring that meets itself nowhere")
    return (*corners, corners[0])


def _read_site(table: Table, city: City) -> RangeSite:
    known = tuple(str(site.vertiport_id) for site in city.vertiports)
    site = table.fill(
        RangeSite,
        names=read_names(table),
        fence=_read_ring(table, "fence"),
        alternate=VertiportId(table.text("alternate", among=known)),
    )
    if not shapely.Polygon(site.fence).contains(shapely.Point(site.lon_deg, site.lat_deg)):
        raise table.refuse("fence", [site.lon_deg, site.lat_deg], "a fence about the pad")
    return site


def _read_volumes(file: Table) -> tuple[RangeVolume, ...]:
    read = [_read_volume(name, table) for name, table in file.tables("volumes")]
    if not read:
        raise file.refuse("volumes", {}, "at least one volume")
    ids = [volume.geozone_id for volume in read if volume.geozone_id]
    if len(set(ids)) < len(ids):
        raise file.refuse("volumes", sorted(ids), "a geozone_id of its own for each")
    return tuple(_join(read))


def _read_volume(name: str, table: Table) -> RangeVolume:
    geozone_id = table.text("geozone_id") if table.has("geozone_id") else ""
    if geozone_id and not _GEOZONE_ID.fullmatch(geozone_id):
        raise table.refuse("geozone_id", geozone_id, "1 to 7 capital letters and digits (ED-318)")
    volume = table.fill(
        RangeVolume,
        volume_id=name,
        names=read_names(table),
        ring=_read_ring(table, "ring"),
        geozone_id=GeozoneId(geozone_id),
        meets=(),
    )
    if not volume.lower_amsl_m < volume.upper_amsl_m:
        above = f"more than lower_amsl_m {volume.lower_amsl_m:g}"
        raise table.refuse("upper_amsl_m", volume.upper_amsl_m, above)
    return volume


def _join(volumes: Iterable[RangeVolume]) -> list[RangeVolume]:
    """Return the volumes, each with the others that share air with it; touching is not sharing."""
    volumes = list(volumes)
    meets: dict[str, set[str]] = {volume.volume_id: set() for volume in volumes}
    for one, other in combinations(volumes, 2):
        if one.lower_amsl_m >= other.upper_amsl_m or other.lower_amsl_m >= one.upper_amsl_m:
            continue
        if shapely.Polygon(one.ring).intersection(shapely.Polygon(other.ring)).area > 0.0:
            meets[one.volume_id].add(other.volume_id)
            meets[other.volume_id].add(one.volume_id)
    return [
        msgspec.structs.replace(volume, meets=tuple(sorted(meets[volume.volume_id])))
        for volume in volumes
    ]


def _read_aircraft(file: Table, city: City) -> tuple[RangeAircraft, ...]:
    types = (str(city.aircraft_type.type_id),)
    fleet = {str(frame.aircraft_id) for frame in city.airframes}
    read: list[RangeAircraft] = []
    for name, table in file.tables("aircraft"):
        recorders = table.texts("recorder_ids")
        known = [one for other in read for one in other.recorder_ids]
        for number, recorder in enumerate(recorders):
            if not recorder.strip() or recorder in (*known, *recorders[:number]):
                field, expected = f"aircraft.{name}.recorder_ids", "recorders, each on one aircraft"
                raise file.refuse(field, recorder, expected)
        if name in fleet:
            raise file.refuse(f"aircraft.{name}", name, "an id that no airframe of fleet.toml has")
        read.append(
            table.fill(
                RangeAircraft,
                aircraft_id=AircraftId(name),
                type_id=AircraftTypeId(table.text("type_id", among=types)),
                recorder_ids=recorders,
            )
        )
    if not read:
        raise file.refuse("aircraft", {}, "at least one aircraft")
    return tuple(read)


def _read_limits(table: Table) -> GoNoGoLimits:
    limits = table.fill(GoNoGoLimits)
    if not limits.pack_temperature_k_min < limits.pack_temperature_k_max:
        above = f"more than pack_temperature_k_min {limits.pack_temperature_k_min:g}"
        raise table.refuse("pack_temperature_k_max", limits.pack_temperature_k_max, above)
    return limits


def _read_microphones(file: Table) -> tuple[Microphone, ...]:
    numbers = {str(number): number for number in range(1, MICROPHONES + 1)}
    read = []
    for name, table in file.tables("microphones"):
        if name not in numbers:
            raise file.refuse(f"microphones.{name}", name, f"a number from 1 to {MICROPHONES}")
        read.append(table.fill(Microphone, number=numbers[name]))
    return tuple(read)


def _read_spectators(table: Table) -> Spectators:
    areas = tuple(
        area.fill(
            SpectatorArea, area_id=name, names=read_names(area), ring=_read_ring(area, "ring")
        )
        for name, area in table.tables("areas")
    )
    return table.fill(Spectators, areas=areas)
