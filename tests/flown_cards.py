"""Cards to fly in tests: the type's aircraft, a pad, and a card that does everything once."""

from functools import cache

from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_flight import Recording, fly_card
from aspan.twin.card_place import Air, Place
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.readers.city import load_city

PLACE = Place(lon_deg=77.02, lat_deg=43.87, elevation_amsl_m=500.0)
AIR = Air(temperature_k=288.15, pressure_pa=95_000.0, wind_mps=4.0, wind_from_deg=60.0)
LOAD = LoadState(mass_kg=2_300.0)

EVERYTHING = (
    Segment(label="stand", manoeuvre="ground", duration_s=20.0),
    Segment(label="hover", manoeuvre="hover", duration_s=40.0, height_agl_m=30.0),
    Segment(label="out", manoeuvre="transition_out", duration_s=25.0, height_agl_m=30.0),
    Segment(
        label="climb", manoeuvre="climb", duration_s=60.0, airspeed_mps=60.0, height_agl_m=300.0
    ),
    Segment(
        label="slow", manoeuvre="cruise", duration_s=60.0, airspeed_mps=50.0, height_agl_m=300.0,
        course_deg=90.0,
    ),
    Segment(
        label="fast", manoeuvre="cruise", duration_s=120.0, airspeed_mps=75.0, height_agl_m=300.0,
        course_deg=270.0,
    ),
    Segment(
        label="descent", manoeuvre="descent", duration_s=60.0, airspeed_mps=60.0,
        height_agl_m=60.0,
    ),
    Segment(label="in", manoeuvre="transition_in", duration_s=25.0, height_agl_m=60.0),
    Segment(label="over", manoeuvre="hover", duration_s=20.0, height_agl_m=20.0),
    Segment(label="discharge", manoeuvre="discharge", duration_s=30.0, power_kw=100.0),
    Segment(label="charge", manoeuvre="charge", duration_s=60.0, power_kw=200.0),
)  # fmt: skip


@cache
def the_aircraft() -> TestAircraft:
    """Return a new aircraft of the city's type."""
    return TestAircraft(kind=load_city("alatau").aircraft_type)


@cache
def everything() -> Recording:
    """Return the card that does everything, flown once."""
    return fly_card(EVERYTHING, LOAD, the_aircraft(), air=AIR, place=PLACE, seed=1)
