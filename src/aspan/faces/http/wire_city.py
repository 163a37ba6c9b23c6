"""What the page is told once: the city as given, its lanes, zones, limits and credits."""

import msgspec

from aspan.world.quantity import Quantity
from aspan.world.reference import Reference
from aspan.world.vertiport import Names


class FatoPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A FATO on the map."""

    fato_id: str
    lon_deg: float
    lat_deg: float


class ChargerPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A charger with the stands its cable reaches."""

    charger_id: str
    power_kw: float
    stand_ids: tuple[str, ...]


class StandPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A stand; one of the contingency pool is never planned into."""

    stand_id: str
    is_contingency: bool


class VertiportPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A vertiport as given: names, place, what it has."""

    vertiport_id: str
    names: Names
    lon_deg: float
    lat_deg: float
    elevation_amsl_m: float
    site_power_limit_kw: float
    protected_radius_m: float
    is_position_published: bool
    position_source: str
    fatos: tuple[FatoPlace, ...]
    stands: tuple[StandPlace, ...]
    chargers: tuple[ChargerPlace, ...]


class LaneLine(msgspec.Struct, frozen=True, kw_only=True):
    """A one-way lane; each point is longitude [deg], latitude [deg], altitude [m AMSL].

    Parameters
    ----------
    layer
        Which of the planned heights it is flown at, 0 the lowest.
    """

    lane_id: str
    origin: str
    destination: str
    layer: int = 0
    points: tuple[tuple[float, float, float], ...]


class MinimaFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Company minima at release.

    Parameters
    ----------
    planned_heights_agl_m
        Heights at which lanes are flown, by layer.
    ceilings_agl_m
        Lowest ceiling that lets a sortie go, by layer of its lane: the company's, or 300 m above
        the planned height, whichever is more (facts 4.11). A place under the least of them is held.
    """

    visibility_m: float
    ceiling_agl_m: float
    wind_mps: float
    gust_mps: float
    planned_heights_agl_m: tuple[float, ...] = ()
    ceilings_agl_m: tuple[float, ...] = ()


class AircraftFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The aircraft type as far as the page speaks of it."""

    type_id: str
    seats: int
    payload_kg_max: float


class GeozoneFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An area of the air in which rules hold; whether it is closed now is in the snapshot.

    Parameters
    ----------
    rings
        Outlines, each a closed ring of longitude and latitude [deg].
    is_assumed
        True until the published file of the airspace is there.
    """

    zone_id: str
    names: Names
    kind: str
    lower_amsl_m: float
    upper_amsl_m: float
    rings: tuple[tuple[tuple[float, float], ...], ...]
    is_assumed: bool
    source: str


class HoursFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of service, local wall clock, `HH:MM`."""

    from_local: str
    until_local: str


class CityFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What does not change while the service runs.

    Parameters
    ----------
    approval_kind
        Approval that passenger sorties fly under: none, test, demonstration, passenger.
    is_approval_assumed
        True for a planning twin; every page says so.
    demand_factor
        What honest demand was multiplied by; the page says so unless it is 1.
    credits
        Sources of the data on the page, in the order shown.
    quantities
        Stated numbers by dotted path, with range, source and mark of truth.
    citations
        Rows of the references that a source cites, by the source's own words.
    references
        The rows cited, by id.
    on_time_ms
        A sortie that leaves its stand less than this after its planned time is on time.
    """

    city_id: str
    names: Names
    time_zone: str
    is_twin: bool
    vertiports: tuple[VertiportPlace, ...]
    lanes: tuple[LaneLine, ...]
    aircraft_type: AircraftFacts
    minima: MinimaFacts
    approval_kind: str
    is_approval_assumed: bool
    demand_factor: float = 1.0
    hours: HoursFacts
    geozones: tuple[GeozoneFacts, ...] = ()
    credits: tuple[str, ...]
    quantities: dict[str, Quantity]
    citations: dict[str, tuple[str, ...]] = {}
    references: dict[str, Reference] = {}
    on_time_ms: int = 0
