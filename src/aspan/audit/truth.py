"""The city as the auditor knows it: only what the laws need, read from the city's own files."""

from datetime import time
from typing import Any

import msgspec

from aspan.audit.geodesy import Ground, Plane
from aspan.audit.geozones import ZoneTruth
from aspan.primitives.instants import local_instant_ms, parse_date


class ChargerTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A charger: greatest power at its DC output and the stands its cable reaches."""

    vertiport_id: str
    power_kw: float
    stand_ids: tuple[str, ...]
    phase: int = 1


class FatoTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A FATO and where it is."""

    vertiport_id: str
    lon_deg: float
    lat_deg: float
    phase: int = 1


class StandTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A stand; a contingency stand is one of the pool's places."""

    vertiport_id: str
    is_contingency: bool = False
    phase: int = 1


class SiteTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A vertiport; `protected_*` bound the cylinder from `elevation_amsl_m` upwards."""

    lon_deg: float
    lat_deg: float
    elevation_amsl_m: float
    site_power_limit_kw: float
    contingency_places: int
    protected_radius_m: float = 1000.0
    protected_height_m: float = 300.0


class CraftTruth(msgspec.Struct, frozen=True, kw_only=True):
    """The aircraft type: limits, and the numbers of the flight-energy model of facts 2.2."""

    type_id: str
    seats: int
    payload_kg_max: float
    alternative_payload_kg_max: float
    mass_kg: float
    alternative_mass_kg: float
    empty_kg: float
    pilot_kg: float
    disc_area_m2: float
    download_fraction: float
    figure_of_merit: float
    drivetrain_efficiency: float
    transition_power_fraction: float
    transition_s: float
    hover_take_off_s: float
    hover_landing_s: float
    cruise_efficiency: float
    lift_to_drag_max: float
    best_range_speed_mps: float
    best_range_mass_kg: float
    best_range_density_kg_m3: float
    cruise_speed_mps: float
    speed_mps_max: float
    descent_credit: float
    aux_kw: float
    gross_kwh: float
    floor_soc: float
    ceiling_soc: float
    cold_factor_at_minus_20: float = 0.75
    cold_factor_at_minus_10: float = 0.85
    cold_factor_at_0: float = 0.90
    cold_factor_at_10: float = 0.95


class AirframeTruth(msgspec.Struct, frozen=True, kw_only=True):
    """One aircraft of the fleet file."""

    type_id: str
    soh: float
    initial_soc: float
    home_vertiport_id: str


class ApprovalTruth(msgspec.Struct, frozen=True, kw_only=True):
    """An approval as the city's file states it, local dates, half-open; None means any."""

    kind: str
    from_date: str
    until_date: str
    is_assumed: bool
    vertiport_id: str | None = None
    aircraft_id: str | None = None


class SeparationTruth(msgspec.Struct, frozen=True, kw_only=True):
    """Separation minima and clearance from the ground."""

    horizontal_m: float
    vertical_m: float
    in_trail_s: float
    ground_clearance_m: float


class ReserveTruth(msgspec.Struct, frozen=True, kw_only=True):
    """The reserve policy."""

    rule: str
    final_reserve_s: float
    final_reserve_not_landable_s: float
    final_reserve_night_s: float


class MinimaTruth(msgspec.Struct, frozen=True, kw_only=True):
    """Weather minima at release; the radii are those of facts 4.11, 4.18 if not written."""

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


class ChargingTruth(msgspec.Struct, frozen=True, kw_only=True):
    """Efficiencies to the battery, and the load of a parked aircraft."""

    dc_to_battery: float
    grid_to_battery: float
    stand_load_kw: float


class DutyTruth(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of a pilot's day."""

    duty_ms_max: int
    flight_ms_max: int
    sectors_max: int
    break_ms_min: int
    break_window_ms: int
    rest_ms_min: int


class HoursTruth(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of service, local wall clock."""

    from_local: str
    until_local: str
    night_approved: bool


class MovementTruth(msgspec.Struct, frozen=True, kw_only=True):
    """Start-to-start gap on a FATO."""

    fato_gap_s: float


class FaresTruth(msgspec.Struct, frozen=True, kw_only=True):
    """The flat fare of a seat."""

    base_tiyn: float
    per_km_tiyn: float
    minimum_tiyn: float


class CancellationTruth(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of who gives up so long before off-block."""

    before_ms: int
    kept_share: float


class TariffTruth(msgspec.Struct, frozen=True, kw_only=True):
    """How the flat fare moves, and what is kept of who gives up."""

    hour_factor_by_hour: tuple[float, ...]
    demand_factor_low: float
    demand_factor_high: float
    pooling_discount: float
    free_withdrawal_ms: int
    change_fee_tiyn: int
    cancellation: tuple[CancellationTruth, ...] = ()


class RulesTruth(msgspec.Struct, frozen=True, kw_only=True):
    """All rules the laws refer to."""

    separation: SeparationTruth
    movement: MovementTruth
    reserve: ReserveTruth
    weather_minima: MinimaTruth
    charging: ChargingTruth
    pilot_duty: DutyTruth
    hours: HoursTruth
    fares: FaresTruth | None = None
    tariff: TariffTruth | None = None


class NodeTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A marked crossing of a runway axis."""

    lon_deg: float
    lat_deg: float
    altitude_amsl_m_min: float
    is_open: bool = True


class RunwayTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A runway; its axis is closed for `extent_m` beyond both thresholds but at open nodes."""

    first_lon_deg: float
    first_lat_deg: float
    second_lon_deg: float
    second_lat_deg: float
    extent_m: float


class LaneTruth(msgspec.Struct, frozen=True, kw_only=True):
    """One one-way lane."""

    origin: str
    destination: str
    is_landable_everywhere: bool = True


class CityTruth(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the auditor knows of the city, by id."""

    city_id: str
    time_zone: str
    sha256: str
    sites: dict[str, SiteTruth]
    fatos: dict[str, FatoTruth]
    stands: dict[str, StandTruth]
    chargers: dict[str, ChargerTruth]
    craft: CraftTruth
    airframes: dict[str, AirframeTruth]
    approvals: tuple[ApprovalTruth, ...]
    rules: RulesTruth
    lanes: dict[str, LaneTruth]
    nodes: dict[str, NodeTruth]
    runways: dict[str, RunwayTruth]
    zones: tuple[ZoneTruth, ...] = ()
    ground: Any
    """A `Ground`; msgspec cannot check a class of ours with an array in it."""

    def terrain(self) -> Ground:
        """Return the terrain of the city."""
        ground = self.ground
        assert isinstance(ground, Ground)
        return ground

    def plane(self) -> Plane:
        """Return the plane about the middle meridian of the sites."""
        longitudes = [site.lon_deg for site in self.sites.values()]
        return Plane((min(longitudes) + max(longitudes)) / 2.0)

    def date_ms(self, text: str) -> int:
        """Return the instant [ms] at which a local date begins."""
        return local_instant_ms(parse_date(text), time(0), self.time_zone)

    def final_reserve_s(self, origin: str, destination: str, *, is_night: bool) -> float:
        """Return the seconds of final reserve for a pair of sites, by the policy of the city.

        The longest of what applies: vertical landing possible everywhere on the way, or not; night.
        A pair with no lane of its own is taken as landable, the milder rule.
        """
        reserve = self.rules.reserve
        landable = all(
            lane.is_landable_everywhere
            for lane in self.lanes.values()
            if lane.origin == origin and lane.destination == destination
        )
        seconds = [reserve.final_reserve_s]
        if not landable:
            seconds.append(reserve.final_reserve_not_landable_s)
        if is_night:
            seconds.append(reserve.final_reserve_night_s)
        return max(seconds)
