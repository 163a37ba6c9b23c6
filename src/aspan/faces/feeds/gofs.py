"""GOFS 1.0 of the pairs flown on demand: what an app for rides needs to know of them.

After the General On-Demand Feed Specification (MobilityData/GOFS, reference of v1.0). A zone is a
small circle about a vertiport: passengers come to it, nobody is fetched elsewhere. Files are in one
language each, so there is a set a language. `wait_time` is a question, not a file: whoever runs the
service answers it with `answer_wait_time`; a folder of files has none.
"""

import json
from math import cos, degrees, pi, radians, sin
from typing import Any, Final

from aspan.faces.feeds import naming
from aspan.faces.feeds.agency import describe_agency
from aspan.faces.feeds.fares import CURRENCY
from aspan.faces.feeds.offered import AirService, Window
from aspan.faces.feeds.texts import LANGUAGES, tell
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_S, TIYN_PER_TENGE
from aspan.world.geodesy import EARTH_RADIUS_M, great_circle_m
from aspan.world.vertiport import Vertiport

VERSION: Final = "1.0"
WAIT_TIME: Final = "wait_time"
BRAND_ID: Final = "air-taxi"
TTL_S: Final = 86_400
"""What is published holds for the day: the city's files do not change while a service runs."""

ZONE_RADIUS_M: Final = 150.0
"""Of the circle about a vertiport. Assumed: the site and its forecourt; no plot is known."""

_ZONE_CORNERS: Final = 16
_DIGITS: Final = 6

Document = dict[str, Any]


def build_gofs(
    service: AirService, *, base_url: str, at_ms: int | None = None, has_wait_time: bool = False
) -> dict[str, bytes]:
    """Return the files by name, `gofs.json` and `LANGUAGE/name.json` for each language.

    Parameters
    ----------
    base_url
        Where they will be found, ending in a slash.
    at_ms
        When the data was last changed. The start of the first date if None: the same bytes then.
    has_wait_time
        Whether somebody answers `LANGUAGE/wait_time` there.
    """
    if at_ms is None:
        at_ms = local_midnight_ms(service.from_date, service.city.time_zone)
    told = {
        f"{language}/{name}.json": data
        for language in LANGUAGES
        for name, data in _describe(service, language).items()
    }
    names = sorted({path.split("/")[1] for path in told}) + [WAIT_TIME] * has_wait_time
    discovery = {
        language: {
            "feeds": [
                {"name": name.removesuffix(".json"), "url": f"{base_url}{language}/{name}"}
                for name in names
            ]
        }
        for language in LANGUAGES
    }
    told["gofs.json"] = discovery
    told["gofs_versions.json"] = {"versions": [{"version": VERSION, "url": f"{base_url}gofs.json"}]}
    return {path: format_document(data, at_ms) for path, data in sorted(told.items())}


def format_document(data: Document, at_ms: int, ttl_s: int = TTL_S) -> bytes:
    """Return one file with the head that every file of GOFS has."""
    document = {
        "last_updated": at_ms // MS_PER_S,
        "ttl": ttl_s,
        "version": VERSION,
        "data": data,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _describe(service: AirService, language: str) -> dict[str, Document]:
    """Return the data of each file in one language."""
    city, kind = service.city, service.city.aircraft_type
    name = getattr(tell("agency", city=city.names), language)
    sites = _list_sites(service)
    ids = {w.dates: f"month-{w.month}-{n}" for n, w in _list_date_sets(service)}
    return {
        "system_information": {
            "language": language,
            "timezone": city.time_zone,
            "name": name,
            "operator": getattr(describe_agency(city).names, language),
        },
        "service_brands": {"service_brands": [{"brand_id": BRAND_ID, "brand_name": name}]},
        "vehicle_types": {
            "vehicle_types": [{"vehicle_type_id": kind.type_id, "max_capacity": kind.seats}]
        },
        "zones": {
            "zones": {
                "type": "FeatureCollection",
                "features": [_draw_zone(site, language) for site in sites],
            }
        },
        "operating_rules": {
            "operating_rules": [_tell_rule(service, w, ids[w.dates]) for w in service.windows]
        },
        "calendars": {
            "calendars": [_tell_calendar(w, ids[w.dates]) for _, w in _list_date_sets(service)]
        },
        "fares": {
            "fares": [
                {
                    "fare_id": naming.name_pair(*pair),
                    "currency": CURRENCY,
                    "rider": [{"amount": service.fare_tiyn[pair] / TIYN_PER_TENGE}],
                }
                for pair in service.demand_pairs
            ]
        },
        "booking_rules": {
            "booking_rules": [
                {
                    "from_zone_ids": [site.vertiport_id for site in sites],
                    "booking_type": 1,
                    "prior_notice_duration_min": service.notice_min,
                    "message": getattr(tell("booking", n=service.notice_min), language),
                }
            ]
        },
    }


def _list_sites(service: AirService) -> list[Vertiport]:
    used = {site_id for pair in service.demand_pairs for site_id in pair}
    return [site for site in service.city.vertiports if site.vertiport_id in used]


def _list_date_sets(service: AirService) -> list[tuple[int, Window]]:
    """Return one window for each set of dates, numbered in order of the dates."""
    first = {window.dates: window for window in service.windows}
    return list(enumerate((first[dates] for dates in sorted(first)), start=1))


def _draw_zone(site: Vertiport, language: str) -> Document:
    """Return the circle about a vertiport as a polygon, counter-clockwise (RFC 7946, 3.1.6)."""
    north_deg = degrees(ZONE_RADIUS_M / EARTH_RADIUS_M)
    east_deg = north_deg / cos(radians(site.lat_deg))
    ring = []
    for corner in range(_ZONE_CORNERS):
        angle = 2.0 * pi * corner / _ZONE_CORNERS
        ring.append(
            [
                round(site.lon_deg + east_deg * cos(angle), _DIGITS),
                round(site.lat_deg + north_deg * sin(angle), _DIGITS),
            ]
        )
    return {
        "type": "Feature",
        "zone_id": site.vertiport_id,
        "properties": {"name": getattr(site.names, language)},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }


def _tell_rule(service: AirService, window: Window, calendar_id: str) -> Document:
    return {
        "from_zone_id": window.origin,
        "to_zone_id": window.destination,
        "start_pickup_window": naming.format_clock(window.from_s),
        "end_pickup_window": naming.format_clock(window.until_s - window.block_s),
        "end_dropoff_window": naming.format_clock(window.until_s),
        "calendars": [calendar_id],
        "brand_id": BRAND_ID,
        "vehicle_type_id": [service.city.aircraft_type.type_id],
        "fare_id": naming.name_pair(window.origin, window.destination),
    }


def _tell_calendar(window: Window, calendar_id: str) -> Document:
    first, last, own = window.dates[0], window.dates[-1], set(window.dates)
    span = [first.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    told: Document = {
        "calendar_id": calendar_id,
        "start_date": first.strftime("%Y%m%d"),
        "end_date": last.strftime("%Y%m%d"),
    }
    missing = [day.strftime("%Y%m%d") for day in span if day not in own]
    return told | ({"excepted_dates": missing} if missing else {})


def find_zone(service: AirService, lon_deg: float, lat_deg: float) -> VertiportId | None:
    """Return the vertiport in whose zone a point lies; None outside all of them."""
    for site in _list_sites(service):
        away_m = great_circle_m(lon_deg, lat_deg, site.lon_deg, site.lat_deg)
        if away_m <= ZONE_RADIUS_M:
            return site.vertiport_id
    return None


def answer_wait_time(wait_ms: int | None, at_ms: int) -> bytes:
    """Return the answer to `wait_time`; no times if none is known."""
    times = []
    if wait_ms is not None:
        times.append({"brand_id": BRAND_ID, "wait_time": -(-wait_ms // MS_PER_S)})
    return format_document({"wait_times": times}, at_ms, ttl_s=0)
