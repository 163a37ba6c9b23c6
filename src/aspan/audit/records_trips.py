"""Records: wishes that say what they must and agree with their bookings, forecasts that can be."""

from typing import Final

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.rows import Booking, Forecast, Trip
from aspan.audit.run import Run

MODES: Final = ("car", "air", "transit", "walk")
"""Modes of travel that a party can choose."""

_TRAVEL_MS_MAX: Final = 86_400_000
"""Nothing in the city's reach takes a day."""


def check_trips(run: Run) -> list[Check]:
    """Return the clauses about trips and forecasts, exercised."""
    return [_check_rows(run), _check_booked(run), *_check_forecast(run)]


def _check_rows(run: Run) -> Check:
    check = run.begin("records", "trip-row", "a wish is of a party of 1 or more between two places "
                      "in reach of the city, by a mode there is, and told how long the car "
                      "takes; air is chosen only where it was offered", "trips")  # fmt: skip
    west, east, south, north = _frame(run)
    for trip in run.tables.trips or ():
        took = (trip.car_ms, trip.transit_ms, trip.air_ms)
        check.expect(
            trip.party >= 1
            and trip.sampling_factor >= 1
            and trip.chosen_mode in MODES
            and trip.has_air_offer == (trip.air_ms is not None)
            and (trip.has_air_offer or trip.chosen_mode != "air")
            and trip.car_ms is not None
            and all(ms is None or 0 < ms < _TRAVEL_MS_MAX for ms in took)
            and west <= trip.origin_lon_deg <= east
            and west <= trip.destination_lon_deg <= east
            and south <= trip.origin_lat_deg <= north
            and south <= trip.destination_lat_deg <= north,
            f"trip {trip.trip_id}: party of {trip.party}, {trip.chosen_mode}, air offered "
            f"{trip.has_air_offer}, car, transit, air {took} ms, from {trip.origin_lon_deg:.5f}, "
            f"{trip.origin_lat_deg:.5f} to {trip.destination_lon_deg:.5f}, "
            f"{trip.destination_lat_deg:.5f}, stands for {trip.sampling_factor}",
            at_ms=trip.wanted_at_ms,
        )  # fmt: skip
    return check


def _frame(run: Run) -> tuple[float, float, float, float]:
    """Return the longitudes and latitudes within which wishes lie, round all sites."""
    sites, reach = run.city.sites.values(), tolerances.TRIP_REACH_DEG
    lon, lat = [site.lon_deg for site in sites], [site.lat_deg for site in sites]
    return min(lon) - reach, max(lon) + reach, min(lat) - reach, max(lat) + reach


def _check_booked(run: Run) -> Check:
    """Check each wish that chose air against its booking, and each booking against its wish.

    Bookings of parties that are in no table of wishes are not judged: a service takes them from
    anywhere.
    """
    check = run.begin("records", "trip-booked", "a wish has a booking exactly when it chose air, "
                      "of the same party between the same places", "trips", "bookings")  # fmt: skip
    if not check.is_ready:
        return check
    booked: dict[str, list[Booking]] = {}
    for booking in run.tables.bookings or ():
        booked.setdefault(booking.trip_id, []).append(booking)
    for trip in run.tables.trips or ():
        mine = booked.get(trip.trip_id, [])
        if trip.chosen_mode != "air" and not mine:
            continue
        check.expect(
            trip.chosen_mode == "air"
            and len(mine) > 0
            and all(_is_of(booking, trip) for booking in mine),
            f"trip {trip.trip_id}: party of {trip.party} chose {trip.chosen_mode}, bookings "
            f"{[booking.booking_id for booking in mine]} are none, or of another party or places",
            at_ms=trip.wanted_at_ms,
        )  # fmt: skip
    return check


def _is_of(booking: Booking, trip: Trip) -> bool:
    return (
        booking.party == trip.party
        and booking.origin_lon_deg == trip.origin_lon_deg
        and booking.origin_lat_deg == trip.origin_lat_deg
        and booking.destination_lon_deg == trip.destination_lon_deg
        and booking.destination_lat_deg == trip.destination_lat_deg
        and booking.requested_at_ms >= trip.wanted_at_ms
    )


def _check_forecast(run: Run) -> list[Check]:
    """Check each forecast for what can be, and against the weather that came."""
    row = run.begin("records", "forecast-row", "a forecast is of a place of the weather, once for "
                    "each hour it is issued in, ahead of it, with values that can be",
                    "forecast")  # fmt: skip
    near = run.begin("records", "forecast-near", "it errs by at most "
                     f"{tolerances.FORECAST_K:g} K and {tolerances.FORECAST_MPS:g} m/s",
                     "forecast", "weather")  # fmt: skip
    places = {hour.place_id for hour in run.tables.weather or ()} or set(run.city.sites)
    seen: set[tuple[str, int, int]] = set()
    for told in run.tables.forecast or ():
        key = (told.place_id, told.issued_at_ms, told.valid_at_ms)
        name = f"forecast for {told.place_id} issued at {told.issued_at_ms} ms"
        row.expect(
            key not in seen
            and told.place_id in places
            and told.issued_at_ms <= told.valid_at_ms
            and _can_be(told),
            f"{name} for {told.valid_at_ms} ms: told before, of no place, of the past, or gust "
            f"{told.gust_mps:g} over wind {told.wind_mps:g} m/s, humidity "
            f"{told.relative_humidity:g}, visibility {told.visibility_m:g} m",
            vertiport_id=told.place_id, at_ms=told.valid_at_ms,
        )  # fmt: skip
        seen.add(key)
        truth = run.find_weather(told.place_id, told.valid_at_ms)
        if near.is_ready and truth is not None:
            near.expect(
                abs(told.temperature_k - truth.temperature_k) <= tolerances.FORECAST_K
                and abs(told.wind_mps - truth.wind_mps) <= tolerances.FORECAST_MPS,
                f"{name}: {told.temperature_k:.1f} K and {told.wind_mps:.1f} m/s, came "
                f"{truth.temperature_k:.1f} K and {truth.wind_mps:.1f} m/s",
                vertiport_id=told.place_id, at_ms=told.valid_at_ms,
            )  # fmt: skip
    return [row, near]


def _can_be(told: Forecast) -> bool:
    return (
        told.gust_mps >= told.wind_mps
        and 0.0 <= told.wind_from_deg <= 360.0
        and 0.0 <= told.relative_humidity <= 1.0
        and min(told.visibility_m, told.ceiling_agl_m, told.precipitation_mm_h) >= 0.0
    )
