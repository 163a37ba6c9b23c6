"""Emissions: the carbon dioxide of an itinerary for the whole party, an estimate to compare by."""

from aspan.journeys.itinerary import Itinerary
from aspan.primitives.units import M_PER_KM
from aspan.world.reliability import Emissions

RAIL_MODES = ("metro", "rail", "tram", "cable")


def weigh_carbon(
    itinerary: Itinerary,
    emissions: Emissions,
    *,
    party: int,
    ride_m: dict[int, float],
    flight_kwh: float,
    grid_to_battery: float,
) -> float:
    """Return the carbon dioxide of an itinerary [g].

    Parameters
    ----------
    ride_m
        Metres of each leg by timetable, by its number.
    flight_kwh
        At the battery; shared by the seats taken in the mean. 0 without flight.
    """
    total_g = 0.0
    for number, leg in enumerate(itinerary.legs):
        km = ride_m.get(number, leg.distance_m) / M_PER_KM
        if leg.mode == "car":
            total_g += km * emissions.car_g_per_km
        elif leg.mode in RAIL_MODES:
            total_g += km * emissions.rail_g_per_km * party
        elif leg.mode in ("bus", "ferry"):
            total_g += km * emissions.bus_g_per_km * party
        elif leg.mode == "air":
            seats = max(float(party), emissions.air_seats_taken)
            meter_kwh = flight_kwh / grid_to_battery
            total_g += meter_kwh * emissions.grid_g_per_kwh * party / seats
    return total_g
