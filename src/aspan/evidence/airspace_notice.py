"""The airspace notice of a slot: a draft in the form of a NOTAM, for people to send.

Form after ICAO Annex 15 and Doc 10066 (PANS-AIM), appendix 3; codes QRTCA (temporary restricted
area, activated), FIR UAAA (Almaty): recalled, to be checked by the aeronautical information service
that issues it. Nothing is in force by being written here.
"""

from collections.abc import Sequence
from datetime import datetime
from math import ceil, floor, hypot
from zoneinfo import ZoneInfo

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import M_PER_FT
from aspan.world.geodesy import metres_per_degree
from aspan.world.range import RangeVolume

FIR = "UAAA"
"""Almaty FIR."""

_M_PER_NMI = 1852.0
_FT_PER_LEVEL = 100.0

HEADING = "DRAFT, NOT IN FORCE: to be issued by the aeronautical information service"


def write_notice(
    volumes: Sequence[RangeVolume], *, from_ms: int, until_ms: int, purpose: str
) -> str:
    """Return the draft notice of volumes kept between two instants.

    Parameters
    ----------
    purpose
        What is flown, in capital letters of the Latin alphabet, digits and spaces.
    """
    if not volumes or not from_ms < until_ms:
        raise InvalidInput("slot", [v.volume_id for v in volumes], "volumes and a time that passes")
    if not purpose.isascii() or not purpose.strip():
        raise InvalidInput("purpose", purpose, "words in Latin letters")
    lower_m = min(volume.lower_amsl_m for volume in volumes)
    upper_m = max(volume.upper_amsl_m for volume in volumes)
    lower_ft = max(0, floor(lower_m / M_PER_FT / _FT_PER_LEVEL) * int(_FT_PER_LEVEL))
    upper_ft = ceil(upper_m / M_PER_FT / _FT_PER_LEVEL) * int(_FT_PER_LEVEL)
    start, end = _utc(from_ms), _utc(until_ms)
    areas = "\n".join(f"   {volume.volume_id}: {_corners(volume)}" for volume in volumes)
    return (
        f"{HEADING}\n"
        f"Q) {FIR}/QRTCA/IV/BO/W/{lower_ft // 100:03d}/{upper_ft // 100:03d}/{_circle(volumes)}\n"
        f"A) {FIR} B) {start:%y%m%d%H%M} C) {end:%y%m%d%H%M}\n"
        f"E) TEMPO RESTRICTED AREA ACT FOR {purpose.upper()} WI LATERAL LIMITS\n"
        f"{areas}\n"
        f"F) {lower_ft}FT AMSL G) {upper_ft}FT AMSL\n"
    )


def _utc(at_ms: int) -> datetime:
    return ms_to_local(at_ms, "UTC").astimezone(ZoneInfo("UTC"))


def _corners(volume: RangeVolume) -> str:
    return " - ".join(f"{_dms(lat, 'NS', 2)}{_dms(lon, 'EW', 3)}" for lon, lat in volume.ring)


def _dms(angle_deg: float, sides: str, digits: int) -> str:
    """Return degrees, minutes and seconds, rounded to the second."""
    seconds = round(abs(angle_deg) * 3600)  # seconds of arc, not of time
    degrees, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{degrees:0{digits}d}{minutes:02d}{seconds:02d}{sides[angle_deg < 0.0]}"


def _circle(volumes: Sequence[RangeVolume]) -> str:
    """Return centre in whole minutes and radius in nautical miles of a circle about all volumes."""
    points = [corner for volume in volumes for corner in volume.ring]
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    lon, lat = (min(lons) + max(lons)) / 2.0, (min(lats) + max(lats)) / 2.0
    lon, lat = round(lon * 60) / 60, round(lat * 60) / 60
    lon_m, lat_m = metres_per_degree(lat)
    reach_m = max(hypot((x - lon) * lon_m, (y - lat) * lat_m) for x, y in points)
    return f"{_minutes(lat, 'NS', 2)}{_minutes(lon, 'EW', 3)}{ceil(reach_m / _M_PER_NMI):03d}"


def _minutes(angle_deg: float, sides: str, digits: int) -> str:
    degrees, minutes = divmod(round(abs(angle_deg) * 60), 60)
    return f"{degrees:0{digits}d}{minutes:02d}{sides[angle_deg < 0.0]}"
