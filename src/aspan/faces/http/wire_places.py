"""What goes over the wire about places, and what a passenger's page must know of the service."""

import msgspec


class PlaceHit(msgspec.Struct, frozen=True, kw_only=True):
    """A place in one language.

    Parameters
    ----------
    kind
        One of `PLACE_KINDS` in `aspan.world.places`.
    is_name_derived
        Whether no source has the name in this language, so that it was made from another.
    """

    id: str
    kind: str
    name: str
    is_name_derived: bool
    lat: float
    lon: float


class PlacesPage(msgspec.Struct, frozen=True, kw_only=True):
    """Places that fit what was typed, the best first."""

    q: str
    lang: str
    places: list[PlaceHit]


class NearPage(msgspec.Struct, frozen=True, kw_only=True):
    """What names a point: the nearest spot, or far from all the nearest town or district."""

    lang: str
    place: PlaceHit | None
    distance_m: int | None


class ServicePage(msgspec.Struct, frozen=True, kw_only=True):
    """What a passenger's page must know.

    Parameters
    ----------
    utc_offset_ms
        Of the city's time zone at `now_ms`.
    is_twin, is_approval_assumed
        Whether this is a simulation, and whether the leave to fly passengers is only assumed.
    party_max
        Most persons in one booking.
    bounds
        West, south, east, north [deg]: about where there is something to search for.
    """

    city_id: str
    name: str
    time_zone: str
    now_ms: int
    utc_offset_ms: int
    is_twin: bool
    is_approval_assumed: bool
    party_max: int
    bounds: tuple[float, float, float, float]
    credits: tuple[str, ...]
