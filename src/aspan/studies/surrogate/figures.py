"""What the surrogate says of a plan: means of a day, under the names of `DayFigures`."""

import msgspec

from aspan.primitives.ids import VertiportId


class MonthMean(msgspec.Struct, frozen=True, kw_only=True):
    """Means of a day of one calendar month."""

    month: int
    passengers_flown: float
    minutes_saved: float
    sorties_flown: float
    energy_kwh: float


class PairMean(msgspec.Struct, frozen=True, kw_only=True):
    """Means of a day on one ordered pair of sites; fares as charged, tax within."""

    origin: VertiportId
    destination: VertiportId
    passengers_flown: float
    minutes_saved: float
    revenue_tiyn: float
    sorties_flown: float
    block_ms: float


class SiteMean(msgspec.Struct, frozen=True, kw_only=True):
    """Means of a day at one site.

    Parameters
    ----------
    movements
        Take-offs and landings.
    peak_kw
        At the grid meter in the busiest hour, chargers alone.
    """

    vertiport_id: VertiportId
    passengers: float
    movements: float
    charge_kwh: float
    peak_kw: float


class SurrogateFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Means of a day of a plan in a setting, over the months that are flown.

    Parameters
    ----------
    parties_wanting
        That would fly if the service granted every flight in fair weather.
    refused_weather, refused_energy, refused_capacity
        Shares of them lost to each, one after the other.
    busy_share
        Of the fleet in the busiest hour, in [0, 1].
    wait_ms
        Mean wait for an aircraft of those who fly.
    grid_kwh
        At the meter.
    """

    plan_id: str
    setting_id: str
    passengers_flown: float
    minutes_saved: float
    revenue_tiyn: float
    energy_kwh: float
    grid_kwh: float
    sorties_flown: float
    sorties_empty: float
    sorties_cancelled: float
    block_ms: float
    flight_ms: float
    seat_km: float
    passenger_km: float
    seats_flown: float
    pilots_on_duty: float
    parties_wanting: float
    refused_weather: float
    refused_energy: float
    refused_capacity: float
    busy_share: float
    wait_ms: float
    months: tuple[MonthMean, ...]
    pairs: tuple[PairMean, ...]
    sites: tuple[SiteMean, ...]
    passengers_by_zone: dict[str, float]
    minutes_by_zone: dict[str, float]
    passengers_by_segment: dict[str, float]
    people_above_day_limit: float | None = None

    @property
    def load_factor(self) -> float:
        """Seats taken of seats flown, empty sorties within; 0 where nothing flies."""
        return self.passenger_km / self.seat_km if self.seat_km > 0.0 else 0.0
