"""Rules of the city's air service: plain numbers in house units, read from `city.toml`.

Every field has a `Quantity` of the same dotted path in `City.quantities`, with range and source.
"""

import msgspec

from aspan.primitives.ids import VertiportId
from aspan.world.tariff import Tariff


class Separation(msgspec.Struct, frozen=True, kw_only=True):
    """Minima between flown positions, and the conformance windows that plans add to them.

    Two aircraft are apart when they are `horizontal_m` or `vertical_m` apart (facts 6.22).
    """

    horizontal_m: float
    vertical_m: float
    in_trail_s: float
    conformance_lateral_m: float
    conformance_vertical_m: float
    conformance_s: float
    ground_clearance_m: float


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """Times on the ground; durations are those planned, the twin scatters within the bounds."""

    fato_gap_s: float
    fato_occupancy_s: float
    taxi_s: float
    taxi_s_min: float
    turnaround_s: float
    boarding_s: float
    leaving_s: float
    check_in_closes_s: float
    crew_change_s: float


class Reserve(msgspec.Struct, frozen=True, kw_only=True):
    """The reserve policy by name; seconds are of flight at best-range speed (facts 4.2, 4.3)."""

    rule: str
    contingency_factor: float
    final_reserve_s: float
    final_reserve_not_landable_s: float
    final_reserve_night_s: float
    diversion_hover_s: float


class WeatherMinima(msgspec.Struct, frozen=True, kw_only=True):
    """Company minima at release, for origin, destination and alternate (facts 4.11, 4.18).

    Parameters
    ----------
    thunderstorm_radius_m
        No thunderstorm reported within this of origin, destination or lane (facts 4.11).
    icing_radius_m
        A report counts for the ice on a lane that passes within this. Assumed: 8 km, what a METAR
        itself describes (ICAO Annex 3, 20th ed., 2018, app. 3, 4.4.2.2: vicinity begins there).
    """

    visibility_m: float
    ceiling_agl_m: float
    wind_mps: float
    gust_mps: float
    gust_spread_mps: float
    icing_temperature_k_max: float
    icing_visibility_m: float
    report_age_ms_max: int
    thunderstorm_radius_m: float = 18_000.0
    icing_radius_m: float = 8_000.0


class Charging(msgspec.Struct, frozen=True, kw_only=True):
    """Efficiencies from charger output and from grid meter to battery, and the stand load."""

    dc_to_battery: float
    grid_to_battery: float
    stand_load_kw: float


class PilotDuty(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of one pilot's day (facts 4.31)."""

    duty_ms_max: int
    flight_ms_max: int
    sectors_max: int
    break_ms_min: int
    break_window_ms: int
    rest_ms_min: int


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of service, local wall clock, cut to day VFR unless night is approved."""

    from_local: str
    until_local: str
    night_approved: bool


class ServiceRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A service pattern: a timetable both ways on one route, or on demand where there is none."""

    origin: VertiportId
    destination: VertiportId
    headway_s: float
    first_local: str
    last_local: str


class Fares(msgspec.Struct, frozen=True, kw_only=True):
    """Flat seat fare = base + per km of great circle, in tiyn, VAT included; `Tariff` moves it."""

    base_tiyn: int
    per_km_tiyn: int
    minimum_tiyn: int


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """How the service is offered.

    Parameters
    ----------
    wait_ms_max
        Longest wait between a passenger being ready and off-block that is offered or held.
    process_ms
        Door of the vertiport to off-block (facts 8.1, 8.2).
    delay_ms_max
        A sortie later than this against its plan is cancelled and its passengers are told.
    flies_unbooked_timetable
        Whether a timetabled sortie nobody has booked is flown.
    passenger_mass_sd_kg
        Spread between persons. Assumed; of the order found by EASA's survey of 2009.
    pairs
        Ordered pairs that passengers are offered; all that can be served if None. Aircraft use the
        other lanes too.
    winter_months
        Months in which `winter_clothes_kg` are worn (facts 8.6, frost by facts 9.15).
    """

    timetable: tuple[ServiceRoute, ...]
    wait_ms_max: int
    process_ms: int
    delay_ms_max: int
    flies_unbooked_timetable: bool
    no_show: float
    passenger_mass_kg: float
    bag_mass_kg: float
    winter_clothes_kg: float
    passenger_mass_sd_kg: float = 15.0
    winter_months: tuple[int, ...] = (1, 2, 3, 11, 12)
    pairs: tuple[tuple[VertiportId, VertiportId], ...] | None = None

    def mean_payload_kg(self, month: int) -> float:
        """Return what a person with bags weighs in the mean in a month from 1 to 12 (facts 8.6)."""
        clothes_kg = self.winter_clothes_kg if month in self.winter_months else 0.0
        return self.passenger_mass_kg + self.bag_mass_kg + clothes_kg


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator pays, as far as the city states it; energy is counted at the grid meter."""

    energy_per_kwh_tiyn: float


class Noise(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of noise where people live, and the hours that count as night (facts 4.27, 4.28).

    Parameters
    ----------
    movement_s
        How long one take-off or landing is heard at its level (facts 1.29).
    laeq_day_dba_max, laeq_night_dba_max
        Equivalent level over the hours of the day and of the night.
    lamax_day_dba_max, lamax_night_dba_max
        Greatest level of a single event.
    night_from_local, night_until_local
        Full hours of the wall clock; night goes over midnight.
    """

    movement_s: float
    laeq_day_dba_max: float
    laeq_night_dba_max: float
    lamax_day_dba_max: float
    lamax_night_dba_max: float
    night_from_local: str
    night_until_local: str


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of one city; without `noise` no levels, without `tariff` fares that do not move."""

    separation: Separation
    movement: Movement
    reserve: Reserve
    weather_minima: WeatherMinima
    charging: Charging
    pilot_duty: PilotDuty
    hours: Hours
    fares: Fares
    service: Service
    costs: Costs | None = None
    noise: Noise | None = None
    tariff: Tariff | None = None
