"""What the page is told of one sortie, one aircraft, one vertiport, and of the weather."""

import msgspec

from aspan.faces.http.wire_now import AircraftNow, LogEntry, SortieNow, VertiportNow, WeatherNow


class BookingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A party's seats on a sortie."""

    booking_id: str
    party: int
    status: str
    promised_arrival_at_ms: int | None


class ProfilePoint(msgspec.Struct, frozen=True, kw_only=True):
    """A vertex of the planned trajectory.

    Parameters
    ----------
    distance_m
        Over ground from lift-off.
    soc_forecast
        Charge expected there, in [0, 1]; None before the release.
    reserve_soc
        Charge that must remain at touchdown, in [0, 1]; None before the release.
    """

    at_ms: int
    distance_m: float
    altitude_amsl_m: float
    ground_amsl_m: float
    soc_forecast: float | None
    reserve_soc: float | None


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """A charge that was reported; `kind` is off_block, lift_off, touchdown, on_block or now."""

    at_ms: int
    soc: float
    kind: str


class SortieDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One sortie; `log` holds the newest 200 events about it, newest last."""

    sortie: SortieNow
    lane_id: str | None
    hold_reason: str
    alternate_id: str | None
    reserve_rule: str
    payload_kg: float
    bookings: tuple[BookingLine, ...]
    profile: tuple[ProfilePoint, ...]
    measured: tuple[Measurement, ...]
    log: tuple[LogEntry, ...]


class PilotNow(msgspec.Struct, frozen=True, kw_only=True):
    """The pilot of an aircraft, and the duty so far."""

    pilot_id: str
    duty_from_ms: int
    flight_ms: int
    sectors: int


class SocPoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where the charge changes its slope; `reserve_soc` must remain when the flight ends."""

    at_ms: int
    soc: float
    reserve_soc: float | None = None
    is_forecast: bool = False


class AircraftDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One aircraft.

    Parameters
    ----------
    soh, floor_soc, ceiling_soc
        In [0, 1].
    gross_kwh
        Energy of the battery when new.
    reserve_kwh
        Must remain at the touchdown of its sortie; None before the release.
    chain
        Sorties it is committed to, in order.
    today
        Sorties of the day that it began, in order of time.
    soc
        The last 12 h, then to the end of its chain as expected.
    """

    aircraft: AircraftNow
    soh: float
    gross_kwh: float
    floor_soc: float
    ceiling_soc: float
    pilot: PilotNow | None
    is_grounded: bool
    grounded_why: str
    reserve_kwh: float | None = None
    chain: tuple[SortieNow, ...]
    today: tuple[SortieNow, ...]
    soc: tuple[SocPoint, ...]


class StandDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A stand: who is on it, its charge, and what comes next.

    Parameters
    ----------
    soc_target, ready_at_ms, charging_kw
        Of the charging under way; None without one. Power is at the charger's output.
    held_by_sortie_id
        Arriving sortie that it is kept for.
    next_sortie_id, next_off_block_at_ms, next_waits_for
        What the aircraft on it leaves for, and why that waits if it does.
    """

    stand_id: str
    is_contingency: bool
    aircraft_id: str | None
    soc: float | None
    soc_target: float | None
    ready_at_ms: int | None
    charging_kw: float | None
    held_by_sortie_id: str | None
    next_sortie_id: str | None
    next_off_block_at_ms: int | None
    next_waits_for: str = ""


class MovementLine(msgspec.Struct, frozen=True, kw_only=True):
    """A take-off or landing, done or planned; `other_end` is where the sortie goes or is from.

    Parameters
    ----------
    at_ms
        Of a sortie that waits and has no plan: when its passengers wanted to leave.
    waits_for
        Why it waits; empty if it does not.
    """

    sortie_id: str
    kind: str
    fato_id: str | None
    at_ms: int
    other_end: str
    aircraft_id: str | None
    passengers: int
    status: str
    waits_for: str = ""


class PowerPoint(msgspec.Struct, frozen=True, kw_only=True):
    """Power at the grid meter over the minute from `at_ms`."""

    at_ms: int
    kw: float


class ForecastHour(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected at a place in the hour from `at_ms`; the probability is in [0, 1]."""

    at_ms: int
    temperature_k: float
    wind_mps: float
    gust_mps: float
    visibility_m: float
    ceiling_agl_m: float
    present_weather: str
    probability_below_minima: float


class VertiportDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One vertiport: stands, movements of the last hour and the next three, power, weather."""

    vertiport: VertiportNow
    stands: tuple[StandDetail, ...]
    movements: tuple[MovementLine, ...]
    power: tuple[PowerPoint, ...]
    power_limit_kw: float
    weather: tuple[WeatherNow, ...]
    forecast: tuple[ForecastHour, ...]


class PlaceWeather(msgspec.Struct, frozen=True, kw_only=True):
    """Reports of the last 12 h, oldest first, and the coming hours as forecast."""

    place_id: str
    reports: tuple[WeatherNow, ...]
    forecast: tuple[ForecastHour, ...]


class WeatherPage(msgspec.Struct, frozen=True, kw_only=True):
    """The weather of all places, as it was known at an instant.

    Parameters
    ----------
    untold
        Places of which the log has no report by then.
    """

    at_ms: int
    places: tuple[PlaceWeather, ...]
    untold: tuple[str, ...]
