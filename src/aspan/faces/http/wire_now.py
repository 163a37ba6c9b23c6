"""What the page is told of one instant: clock, aircraft, sorties, vertiports, weather, figures."""

import msgspec


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


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk ordered and still holds: who, why, when."""

    who: str
    why: str
    at_ms: int


class AircraftNow(msgspec.Struct, frozen=True, kw_only=True):
    """One aircraft now.

    Parameters
    ----------
    phase
        parked, boarding, charging, held (its departure is), taxiing, airborne, diverting, landed,
        grounded.
    vertiport_id, stand_id
        Where it stands; None while airborne.
    soc
        In [0, 1].
    energy_margin_kwh
        Expected at touchdown above the required reserve; None before its sortie is released.
    grounded_by
        The desk's order that grounds it.
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
    grounded_by: Order | None = None


class SortieNow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of today's board.

    Parameters
    ----------
    status
        planned, boarding, taxiing, airborne, landed, flown, cancelled, diverted.
    cause
        Why it was cancelled, waits or is diverted; empty if it was not. What the desk forbids now
        counts before what held it last.
    lane_id
        The lane it is planned along, or diverted onto; None while it has no plan.
    no_shows
        People booked on it who did not come.
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
    lane_id: str | None = None
    no_shows: int = 0


class FatoNow(msgspec.Struct, frozen=True, kw_only=True):
    """A FATO, the sortie that uses it now, and the desk's order that closed it."""

    fato_id: str
    sortie_id: str | None
    is_open: bool = True
    closed_by: Order | None = None


class StandNow(msgspec.Struct, frozen=True, kw_only=True):
    """A stand, who is on it or it is kept for, and the power at the charger's output."""

    stand_id: str
    aircraft_id: str | None
    charging_kw: float | None
    held_by_sortie_id: str | None = None


class VertiportNow(msgspec.Struct, frozen=True, kw_only=True):
    """A vertiport now; `site_kw` is at the grid meter.

    Parameters
    ----------
    is_open
        Inside the hours of service, and the weather lets sorties leave.
    is_held
        The desk holds the departures.
    held_by
        The desk's order that holds them.
    """

    vertiport_id: str
    fatos: tuple[FatoNow, ...]
    stands: tuple[StandNow, ...]
    site_kw: float
    is_open: bool
    is_held: bool = False
    held_by: Order | None = None
    waiting_passengers: int


class WeatherNow(msgspec.Struct, frozen=True, kw_only=True):
    """The last report of a place, as the engine knows it.

    Parameters
    ----------
    observed_at_ms
        Instant of the observation; of a modelled hour its beginning.
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
    """Today's numbers; shares in [0, 1], None while there is nothing to divide.

    Parameters
    ----------
    empty
        Of the sorties flown, those without passengers.
    on_time_share
        Of the sorties planned for today and judged so far, see `live.punctuality`.
    min_energy_above_reserve_kwh
        Lowest measured at touchdown today above the required reserve.
    """

    in_air: int
    flown: int
    empty: int = 0
    cancelled: int
    passengers: int
    waiting: int
    on_time_share: float | None
    min_energy_above_reserve_kwh: float | None
    energy_kwh: float


class GeozoneNow(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a zone of the air is closed, and when that changes next; None if it does not."""

    zone_id: str
    is_closed: bool
    changes_at_ms: int | None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that changes, at one instant; lists are sorted by id.

    `is_replay` says that the instant is past and the clock is not the service's.
    """

    seq: int
    clock: Clock
    aircraft: tuple[AircraftNow, ...]
    sorties: tuple[SortieNow, ...]
    vertiports: tuple[VertiportNow, ...]
    weather: tuple[WeatherNow, ...]
    figures: Figures
    geozones: tuple[GeozoneNow, ...] = ()
    is_replay: bool = False


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
