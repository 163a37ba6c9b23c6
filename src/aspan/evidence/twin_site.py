"""The site as the twin flies on it: pad, box and microphones, the fence of what is booked, the air.

The boxes are the bounding rectangles of the booked volumes, drawn in by a margin; the floor and the
ceiling by another. A card of the ground whose volumes do not hold the pad is flown from the middle
of the first of them.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from aspan.evidence.fence import Fence, FenceVolume
from aspan.evidence.reports import AirHour
from aspan.primitives.errors import InvalidInput
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_box import Box
from aspan.twin.card_place import Air, Place
from aspan.world.aircraft import AircraftType
from aspan.world.geodesy import metres_per_degree
from aspan.world.range import Range, RangeAircraft, RangeVolume

MARGIN_M: Final = 150.0
"""Between the box and the walls of its volume. Assumed: a pilot's, by map and GNSS."""

HEIGHT_MARGIN_M: Final = 5.0
"""Between what is flown and floor or ceiling: five readings' noise of the altimeter."""

_MARGIN_SHARE: Final = 0.05
"""Of the shorter side, where that is less."""


def fence_of(site: Range, volume_ids: Sequence[str]) -> Fence:
    """Return the fence of the volumes booked."""
    return Fence([_volume(site.get_volume(name)) for name in volume_ids])


def place_of(site: Range, volume_ids: Sequence[str]) -> Place:
    """Return where a card in these volumes is flown."""
    if not volume_ids:
        raise InvalidInput("volume_ids", volume_ids, "at least one volume")
    volumes = [site.get_volume(name) for name in volume_ids]
    ground = site.site
    lon, lat = ground.lon_deg, ground.lat_deg
    if not any(_holds(volume, lon, lat) for volume in volumes):
        lon, lat = (float(np.mean(axis)) for axis in zip(*volumes[0].ring, strict=True))
    lon_m, lat_m = metres_per_degree(lat)
    return Place(
        lon_deg=lon,
        lat_deg=lat,
        elevation_amsl_m=ground.elevation_amsl_m,
        boxes=tuple(
            _box(volume, (lon, lat), (lon_m, lat_m), ground.elevation_amsl_m) for volume in volumes
        ),
        microphones_m=tuple(
            ((microphone.lon_deg - lon) * lon_m, (microphone.lat_deg - lat) * lat_m)
            for microphone in sorted(site.microphones, key=lambda each: each.number)
        ),
    )


def aircraft_of(aircraft: RangeAircraft, kind: AircraftType) -> TestAircraft:
    """Return an aircraft of the site as the model has it; the twin may be given another truth."""
    return TestAircraft(kind=kind, soh=aircraft.soh)


def air_of(hour: AirHour, *, wind_from_deg: float) -> Air:
    """Return the air of a run from what was reported at the pad; its direction is not there."""
    return Air(
        temperature_k=hour.temperature_k,
        pressure_pa=hour.pressure_pa,
        wind_mps=hour.wind_mps,
        wind_from_deg=wind_from_deg,
        gust_mps=max(hour.gust_mps, hour.wind_mps),
    )


def _volume(volume: RangeVolume) -> FenceVolume:
    return FenceVolume(
        corners=tuple((lon, lat) for lon, lat in volume.ring),
        lower_amsl_m=volume.lower_amsl_m,
        upper_amsl_m=volume.upper_amsl_m,
    )


def _holds(volume: RangeVolume, lon_deg: float, lat_deg: float) -> bool:
    ground = Fence([FenceVolume(corners=_volume(volume).corners)])
    at = np.array([lon_deg]), np.array([lat_deg]), np.zeros(1)
    return bool(ground.outside_m(*at)[0] < 0.0)


def _box(
    volume: RangeVolume, pad: tuple[float, float], scale_m: tuple[float, float], pad_amsl_m: float
) -> Box:
    lons, lats = zip(*volume.ring, strict=True)
    west, east = ((lon - pad[0]) * scale_m[0] for lon in (min(lons), max(lons)))
    south, north = ((lat - pad[1]) * scale_m[1] for lat in (min(lats), max(lats)))
    margin = min(MARGIN_M, _MARGIN_SHARE * min(east - west, north - south))
    return Box(
        west_m=west + margin,
        south_m=south + margin,
        east_m=east - margin,
        north_m=north - margin,
        lower_agl_m=volume.lower_amsl_m - pad_amsl_m + HEIGHT_MARGIN_M,
        upper_agl_m=volume.upper_amsl_m - pad_amsl_m - HEIGHT_MARGIN_M,
    )
