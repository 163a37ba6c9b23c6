"""Rows of the run tables as frozen values, each with the columns of the contract that laws need."""

import msgspec


class Sortie(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `sorties.parquet`."""

    sortie_id: str
    aircraft_id: str
    pilot_id: str | None
    origin: str
    planned_destination: str
    destination: str | None
    status: str
    cause: str | None
    lane_route: str | None
    passengers: int
    payload_kg: float
    planned_off_block_at_ms: int
    off_block_at_ms: int | None
    lift_off_at_ms: int | None
    touchdown_at_ms: int | None
    on_block_at_ms: int | None
    soc_off_block: float | None
    soc_lift_off: float | None
    soc_touchdown: float | None
    soc_on_block: float | None
    pack_temperature_k: float | None
    energy_kwh: float | None
    reserve_required_kwh: float | None
    energy_above_reserve_kwh: float | None
    emergency_at_ms: int | None

    @property
    def landing_site(self) -> str:
        """Where it landed, or is going while it is still in the air."""
        return self.destination or self.planned_destination


class FatoUse(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `fato_uses.parquet`."""

    vertiport_id: str
    fato_id: str
    sortie_id: str
    kind: str
    start_at_ms: int
    end_at_ms: int


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `stand_uses.parquet`."""

    vertiport_id: str
    stand_id: str
    aircraft_id: str
    start_at_ms: int
    end_at_ms: int | None


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `charges.parquet`."""

    vertiport_id: str
    charger_id: str
    stand_id: str
    aircraft_id: str
    start_at_ms: int
    end_at_ms: int | None
    energy_kwh: float | None
    peak_kw: float | None
    soc_start: float
    soc_end: float | None


class PowerStep(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `charge_power.parquet`."""

    vertiport_id: str
    charger_id: str
    start_at_ms: int
    end_at_ms: int
    power_kw: float


class Aircraft(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `aircraft.parquet`."""

    aircraft_id: str
    type: str
    gross_kwh: float
    soh: float
    floor_soc: float
    initial_vertiport_id: str
    initial_stand_id: str
    initial_soc: float
    empty_kg: float

    @property
    def capacity_kwh(self) -> float:
        """Energy of a full pack at its present health."""
        return self.gross_kwh * self.soh


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `approvals.parquet`; a null aircraft or site means any."""

    aircraft_id: str | None
    vertiport_id: str | None
    kind: str
    from_at_ms: int
    until_at_ms: int
    is_assumed: bool


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `duties.parquet`."""

    pilot_id: str
    start_at_ms: int
    end_at_ms: int
    vertiport_id: str


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `defects.parquet`."""

    aircraft_id: str
    opened_at_ms: int
    closed_at_ms: int | None
    grounding: bool


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `releases.parquet`."""

    sortie_id: str
    released_at_ms: int
    origin_visibility_m: float
    origin_ceiling_agl_m: float
    origin_wind_mps: float
    origin_gust_mps: float
    destination_visibility_m: float
    destination_ceiling_agl_m: float
    destination_wind_mps: float
    destination_gust_mps: float
    alternate_visibility_m: float | None
    alternate_ceiling_agl_m: float | None
    alternate_wind_mps: float | None
    alternate_gust_mps: float | None
    predicted_energy_kwh: float
    alternate_id: str | None
    reserve_rule: str
    approval: str


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `bookings.parquet`."""

    booking_id: str
    trip_id: str
    party: int
    payload_kg: float
    origin_lon_deg: float
    origin_lat_deg: float
    destination_lon_deg: float
    destination_lat_deg: float
    requested_at_ms: int
    fare_tiyn: int
    refund_tiyn: int | None
    status: str
    reason: str | None
    seats_held: int
    sortie_ids: tuple[str, ...]
    arrived_at_ms: int | None
    left_sortie_ids: tuple[str, ...] | None = None
    """Those it was rebooked from; None in a run that does not tell."""
    ended_at_ms: int | None = None
    off_block_told_at_ms: int | None = None
    """Planned off-block as last told to the party."""
    changed_from: str | None = None
    """The booking its passenger changed into this one, if any."""
    promised_arrival_at_ms: int | None = None
    told_arrival_at_ms: int | None = None
    care: str | None = None
    """What was done when its day broke: air, ground, money, none; None if a run does not tell."""
    care_chosen: bool | None = None
    care_arrival_at_ms: int | None = None
    late_refund_tiyn: int | None = None
    ride_tiyn: int | None = None


class MoneyLine(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `money.parquet`."""

    booking_id: str
    at_ms: int
    kind: str
    amount_tiyn: int


class Weather(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `weather.parquet`."""

    place_id: str
    at_ms: int
    temperature_k: float
    pressure_pa: float
    wind_mps: float
    wind_from_deg: float
    gust_mps: float
    visibility_m: float
    ceiling_agl_m: float
    precipitation_mm_h: float
    present_weather: str | None
    is_modelled: bool = True


class IntentVersion(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `intents.parquet`; `volumes` is JSON text."""

    sortie_id: str
    version: int
    state: str
    from_at_ms: int
    volumes: str


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `trips.parquet`."""

    trip_id: str
    segment: str
    party: int
    origin_lon_deg: float
    origin_lat_deg: float
    destination_lon_deg: float
    destination_lat_deg: float
    wanted_at_ms: int
    chosen_mode: str
    has_air_offer: bool
    car_ms: int | None
    transit_ms: int | None
    air_ms: int | None
    sampling_factor: int


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `forecast.parquet`."""

    place_id: str
    issued_at_ms: int
    valid_at_ms: int
    temperature_k: float
    pressure_pa: float
    wind_mps: float
    wind_from_deg: float
    gust_mps: float
    relative_humidity: float
    visibility_m: float
    ceiling_agl_m: float
    precipitation_mm_h: float
    present_weather: str | None
    is_modelled: bool


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `actions.parquet`; `what` is the action as JSON."""

    at_ms: int
    key: str
    who: str
    why: str
    action: str
    what: str
    outcome: str
    reason: str | None


class ZoneClosure(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `zone_closures.parquet`: a geozone kept for others, half-open."""

    zone_id: str
    reservation: str
    from_at_ms: int
    until_at_ms: int


class Closure(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `closures.parquet`; without end while it lasts."""

    vertiport_id: str
    fato_id: str | None
    kind: str
    from_at_ms: int
    until_at_ms: int | None

    def is_at(self, at_ms: int) -> bool:
        """Return whether it lasts at an instant; at either end the order is not told."""
        return self.from_at_ms < at_ms and (self.until_at_ms is None or at_ms < self.until_at_ms)
