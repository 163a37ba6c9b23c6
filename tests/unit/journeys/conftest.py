"""What the tests of demand share: the tiny city, its block times and its index."""

from collections.abc import Mapping

import pytest

from aspan.demand.sampling import DemandIndex, prepare_demand
from aspan.primitives.ids import VertiportId
from aspan.world.city import City
from aspan.world.doors import tabulate_crow
from aspan.world.geodesy import great_circle_m
from aspan.world.readers import load_city

BLOCK_FIXED_MS = 365_000
"""Hover, transition, taxi and climb of a short sortie (facts 2.4: 15 km in 5.6 min, and taxi)."""


@pytest.fixture(scope="session")
def city() -> City:
    """Return the tiny city."""
    return load_city("tiny")


@pytest.fixture(scope="session")
def block_ms(city: City) -> Mapping[tuple[VertiportId, VertiportId], int]:
    """Return plausible block times of all ordered pairs."""
    times = {}
    for origin in city.vertiports:
        for end in city.vertiports:
            if origin is not end:
                length_m = great_circle_m(origin.lon_deg, origin.lat_deg, end.lon_deg, end.lat_deg)
                flown_ms = round(length_m / city.aircraft_type.cruise_speed_mps * 1000)
                times[origin.vertiport_id, end.vertiport_id] = BLOCK_FIXED_MS + flown_ms
    return times


@pytest.fixture(scope="session")
def index(city: City, block_ms: Mapping[tuple[VertiportId, VertiportId], int]) -> DemandIndex:
    """Return the index of the tiny city's demand."""
    return prepare_demand(city, block_ms, tabulate_crow(city))
