"""The route of noise: what goes over the wire, and a city without limits."""

import json

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from aspan.airspace.lanes import build_lane_network
from aspan.airspace.noise import lay_noise
from aspan.compose.noise_counts import HeardSortie
from aspan.compose.noise_map import NoiseMap, map_noise
from aspan.faces.http.faults import FAULT_ANSWERS
from aspan.faces.http.noise_routes import describe_noise, noise_routes
from aspan.primitives.ids import FatoId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN
from aspan.world.readers import load_city


@pytest.fixture(scope="module")
def noise() -> NoiseMap:
    """Return the map of a morning with thirty flights along one lane of the small city."""
    city = load_city("tiny")
    network = build_lane_network(city)
    lane = network.lanes[0]
    fatos = [city.get_vertiport(v).fatos[0].fato_id for v in (lane.origin, lane.destination)]
    midnight_ms = local_midnight_ms(city.fair_weather_date, city.time_zone)
    heard = [
        HeardSortie(
            lanes=(lane.lane_id,),
            origin_fato_id=FatoId(fatos[0]),
            lift_off_at_ms=midnight_ms + 8 * MS_PER_H + k * MS_PER_MIN,
            destination_fato_id=FatoId(fatos[1]),
            touchdown_at_ms=midnight_ms + 8 * MS_PER_H + (k + 9) * MS_PER_MIN,
        )
        for k in range(30)
    ]
    found = map_noise(
        city,
        lay_noise(city, network),
        heard,
        from_ms=midnight_ms,
        until_ms=midnight_ms + MS_PER_DAY,
    )
    assert found is not None
    return found


def make_client(noise: NoiseMap | None) -> TestClient[Litestar]:
    """Return a client of a service that has only this route."""
    routes = noise_routes(lambda _: noise)
    return TestClient(Litestar(route_handlers=routes, exception_handlers=FAULT_ANSWERS))


def test_the_answer_has_what_a_map_needs(noise: NoiseMap) -> None:
    """Interval, limits with their sources, cells of seven numbers, vertiports, residents."""
    with make_client(noise) as client:
        answer = client.get("/api/noise")
    assert answer.status_code == 200
    page = answer.json()
    assert page["until_ms"] - page["from_ms"] == MS_PER_DAY
    limit = page["limits"]["laeq_day_dba_max"]
    assert (limit["value"], limit["unit"], limit["mark"]) == (55, "dBA", "recalled")
    assert "noise_terminal_dba_at_100_m" in page["source_levels"]
    assert len(page["cells"]) == len(noise.lon_deg) > 0
    assert {len(cell) for cell in page["cells"]} == {7}
    lon, lat, size_m, day, night, lamax, people = page["cells"][0]
    assert 76.0 < lon < 78.0
    assert 42.0 < lat < 45.0
    assert size_m in (50.0, 250.0)
    assert night is None
    assert day <= lamax
    assert people >= 0.0
    assert {"day", "night", "max_day", "max_night"} <= set(page["people_above"])


def test_vertiports_have_rings_and_hours(noise: NoiseMap) -> None:
    """Thirty take-offs in the hour of 8 are 60.7 dBA at 100 m (facts 1.29)."""
    page = json.loads(msgspec.json.encode(describe_noise(noise)))
    busy = [site for site in page["vertiports"] if site["hours"]]
    assert len(busy) == 2
    assert max(site["hours"][0]["movements"] for site in busy) == 30
    levels = [h["laeq_100m_dba"] for site in busy for h in site["hours"] if h["movements"] == 30]
    assert levels[0] == pytest.approx(60.7, abs=0.1)
    for site in page["vertiports"]:
        assert [ring["distance_m"] for ring in site["rings"]] == [100, 158, 250, 500, 1000]
        is_silent = not site["hours"]
        assert all((ring["laeq_day_dba"] is None) == is_silent for ring in site["rings"])


def test_a_city_without_limits_says_so() -> None:
    """No limits stated is a refused request that says what is missing."""
    with make_client(None) as client:
        answer = client.get("/api/noise")
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "noise"
