"""What the pages ask of a running service: the port this face needs and the shapes it answers.

Every struct here is what goes over the wire, field for field. Whoever runs the service hands
`create_app` an object that fulfils `ServiceView`; nothing here knows the engine.
"""

from typing import Protocol

import msgspec

from aspan.world.quantity import Quantity
from aspan.world.vertiport import Names


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """The city's clock as the service keeps it.

    Parameters
    ----------
    at_ms
        Instant of the snapshot, UTC.
    speed
        Service seconds per wall second; 1 when real, 0 when as fast as it can.
    utc_offset_ms
        Of the city's time zone at `at_ms`.
    """

    at_ms: int
    speed: float
    is_paused: bool
    city_id: str
    date: str
    time_zone: str
    utc_offset_ms: int
    is_twin: bool = True


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
    """A one-way lane; each point is longitude [deg], latitude [deg], altitude [m AMSL]."""

    lane_id: str
    origin: str
    destination: str
    points: tuple[tuple[float, float, float], ...]


class MinimaFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Company minima at release."""

    visibility_m: float
    ceiling_agl_m: float
    wind_mps: float
    gust_mps: float


class AircraftFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The aircraft type as far as the page speaks of it."""

    type_id: str
    seats: int
    payload_kg_max: float


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
    credits: tuple[str, ...]
    quantities: dict[str, Quantity]


class AircraftNow(msgspec.Struct, frozen=True, kw_only=True):
    """One aircraft now.

    Parameters
    ----------
    phase
        parked, boarding, charging, taxiing, airborne, holding, diverting, landed, grounded.
    vertiport_id, stand_id
        Where it stands; None while airborne.
    soc
        In [0, 1].
    energy_margin_kwh
        Expected at touchdown above the required reserve; None without a sortie.
    """

    aircraft_id: str
    phase: str
    vertiport_id: str | None
    stand_id: str | None
    soc: float
    lon_deg: float
    lat_deg: float
    altitude_amsl_m: float
    heading_deg: float
    ground_speed_mps: float
    sortie_id: str | None
    energy_margin_kwh: float | None


class SortieNow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of today's board.

    Parameters
    ----------
    status
        planned, boarding, taxiing, airborne, landed, flown, cancelled, diverted.
    cause
        Why it was cancelled, delayed or diverted; empty if it was not.
    """

    sortie_id: str
    aircraft_id: str | None
    origin: str
    destination: str
    status: str
    planned_off_block_at_ms: int
    off_block_at_ms: int | None
    lift_off_at_ms: int | None
    touchdown_at_ms: int | None
    on_block_at_ms: int | None
    passengers: int
    cause: str


class FatoNow(msgspec.Struct, frozen=True, kw_only=True):
    """A FATO and the sortie that uses it now."""

    fato_id: str
    sortie_id: str | None


class StandNow(msgspec.Struct, frozen=True, kw_only=True):
    """A stand, who is on it, and the charging power at the charger's output."""

    stand_id: str
    aircraft_id: str | None
    charging_kw: float | None


class VertiportNow(msgspec.Struct, frozen=True, kw_only=True):
    """A vertiport now; `site_kw` is at the grid meter."""

    vertiport_id: str
    fatos: tuple[FatoNow, ...]
    stands: tuple[StandNow, ...]
    site_kw: float
    is_open: bool
    waiting_passengers: int


class WeatherNow(msgspec.Struct, frozen=True, kw_only=True):
    """The last report of a place, as the engine knows it.

    Parameters
    ----------
    observed_at_ms
        Start of the hour it holds for.
    reason
        visibility, ceiling, wind, gust, icing, thunderstorm …; empty above the minima.
    """

    place_id: str
    observed_at_ms: int
    temperature_k: float
    pressure_pa: float
    wind_mps: float
    wind_from_deg: float
    gust_mps: float
    visibility_m: float
    ceiling_agl_m: float
    present_weather: str
    is_modelled: bool
    is_below_minima: bool
    reason: str


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Today's numbers; shares in [0, 1], None while there is nothing to divide."""

    in_air: int
    flown: int
    cancelled: int
    passengers: int
    waiting: int
    on_time_share: float | None
    min_energy_above_reserve_kwh: float | None
    energy_kwh: float


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that changes, at one instant; lists are sorted by id."""

    seq: int
    clock: Clock
    aircraft: tuple[AircraftNow, ...]
    sorties: tuple[SortieNow, ...]
    vertiports: tuple[VertiportNow, ...]
    weather: tuple[WeatherNow, ...]
    figures: Figures


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where an airborne aircraft is at the clock's instant."""

    aircraft_id: str
    lon_deg: float
    lat_deg: float
    altitude_amsl_m: float
    heading_deg: float
    ground_speed_mps: float
    soc: float


class Positions(msgspec.Struct, frozen=True, kw_only=True):
    """Positions of all airborne aircraft at one instant."""

    clock: Clock
    aircraft: tuple[Position, ...]


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the log; `seq` counts from 1 without gaps, `event` is as it was written."""

    seq: int
    at_ms: int
    kind: str
    event: msgspec.Raw


class ServiceView(Protocol):
    """A running service as the pages see it.

    Every method is called from the server's event loop and answers at once from what is in
    memory (the log may read its store); nothing it returns is changed afterwards.
    """

    def city_facts(self) -> CityFacts:
        """Return what does not change."""
        ...

    def snapshot(self) -> Snapshot:
        """Return everything that changes, now."""
        ...

    def positions(self) -> Positions:
        """Return the airborne aircraft, now."""
        ...

    def last_seq(self) -> int:
        """Return the number of the newest event in the log, 0 if there is none."""
        ...

    def list_log(self, after: int, limit: int) -> list[LogEntry]:
        """Return up to `limit` events with `seq` above `after`, oldest first."""
        ...
