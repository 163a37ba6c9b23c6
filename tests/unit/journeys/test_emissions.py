"""Emissions: by hand, for one and for a party."""

import pytest

from aspan.journeys.emissions import weigh_carbon
from aspan.journeys.itinerary import Itinerary
from aspan.world.reliability import Emissions
from unit.journeys.itineraries import make

STATED = Emissions(
    car_g_per_km=190.0, bus_g_per_km=60.0, rail_g_per_km=45.0, grid_g_per_kwh=640.0,
    air_seats_taken=2.0,
)  # fmt: skip


def weigh(itinerary: Itinerary, party: int = 1, flight_kwh: float = 0.0) -> float:
    """Return the grams of a party; every metro ride is 3 km long."""
    ride_m = {n: 3_000.0 for n, leg in enumerate(itinerary.legs) if leg.mode == "metro"}
    return weigh_carbon(
        itinerary,
        STATED,
        party=party,
        ride_m=ride_m,
        flight_kwh=flight_kwh,
        grid_to_battery=0.92,
    )


def test_a_car_emits_the_same_for_one_and_for_four() -> None:
    """10 km at 190 g are 1,900 g, whoever sits in it."""
    ride = make(("wait", 6), ("car", 20), metres=10_000.0)
    assert weigh(ride) == weigh(ride, party=4) == pytest.approx(1_900.0)


def test_a_bus_and_a_metro_count_each_passenger() -> None:
    """10 km by bus and 3 km by metro: 600 g and 135 g a person; the walk emits nothing."""
    ride = make(("walk", 5), ("bus", 30), ("metro", 7), ("walk", 5), metres=10_000.0)
    assert weigh(ride) == pytest.approx(735.0)
    assert weigh(ride, party=3) == pytest.approx(2_205.0)


def test_a_flight_is_shared_among_the_seats_taken() -> None:
    """46 kWh at the battery are 50 at the meter: 32 kg, of which one of two bears half."""
    flight = make(("process", 10), ("air", 9))
    assert weigh(flight, flight_kwh=46.0) == pytest.approx(16_000.0)
    assert weigh(flight, party=2, flight_kwh=46.0) == pytest.approx(32_000.0)
    assert weigh(flight, party=4, flight_kwh=46.0) == pytest.approx(32_000.0)
