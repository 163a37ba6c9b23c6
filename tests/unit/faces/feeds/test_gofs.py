"""GOFS of the pairs on demand: heads, references that hold, windows, zones, waits."""

import json
from datetime import date
from typing import Any

import pytest
from shapely.geometry import Point, Polygon, shape

from aspan.faces.feeds.gofs import answer_wait_time, build_gofs, find_zone
from aspan.faces.feeds.offered import AirService, plan_air_service
from shipped import read_shipped

BASE = "https://example.com/gofs/"


@pytest.fixture(scope="module")
def service() -> AirService:
    """Return half a year of Alatau."""
    city = read_shipped("alatau")
    return plan_air_service(city, from_date=date(2026, 1, 15), until_date=date(2026, 7, 1))


@pytest.fixture(scope="module")
def files(service: AirService) -> dict[str, Any]:
    """Return its files, decoded."""
    return {name: json.loads(data) for name, data in build_gofs(service, base_url=BASE).items()}


def test_every_file_has_the_head_of_the_format(files: dict[str, Any]) -> None:
    """Time of change, time to live, version and data, and nothing beside them."""
    for document in files.values():
        assert set(document) == {"last_updated", "ttl", "version", "data"}
        assert document["version"] == "1.0"
        assert document["last_updated"] > 1_450_155_600


def test_discovery_names_the_files_there_are(files: dict[str, Any]) -> None:
    """Each language lists its files, every one of which is there, and all are listed."""
    listed = {
        feed["url"].removeprefix(BASE)
        for told in files["gofs.json"]["data"].values()
        for feed in told["feeds"]
    }
    assert set(files["gofs.json"]["data"]) == {"kk", "ru", "en"}
    assert listed == set(files) - {"gofs.json", "gofs_versions.json"}
    assert {name.split("/")[1] for name in listed} >= {"zones.json", "operating_rules.json"}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_what_is_referred_to_is_there(
    files: dict[str, Any], service: AirService, language: str
) -> None:
    """Rules name zones, calendars, brands, aircraft types and fares of the same set."""
    data = {
        name: files[f"{language}/{name}.json"]["data"]
        for name in (
            "zones",
            "calendars",
            "service_brands",
            "vehicle_types",
            "fares",
            "operating_rules",
            "booking_rules",
            "system_information",
        )
    }
    zones = {zone["zone_id"] for zone in data["zones"]["zones"]["features"]}
    calendars = {c["calendar_id"] for c in data["calendars"]["calendars"]}
    brands = {b["brand_id"] for b in data["service_brands"]["service_brands"]}
    types = {t["vehicle_type_id"] for t in data["vehicle_types"]["vehicle_types"]}
    fares = {f["fare_id"]: f for f in data["fares"]["fares"]}
    rules = data["operating_rules"]["operating_rules"]
    assert len(rules) == len(service.windows)
    for rule in rules:
        assert {rule["from_zone_id"], rule["to_zone_id"]} <= zones
        assert set(rule["calendars"]) <= calendars
        assert rule["brand_id"] in brands
        assert set(rule["vehicle_type_id"]) <= types
        assert rule["start_pickup_window"] < rule["end_pickup_window"] < rule["end_dropoff_window"]
        pair = (rule["from_zone_id"], rule["to_zone_id"])
        assert fares[rule["fare_id"]]["rider"] == [{"amount": service.fare_tiyn[pair] / 100}]
    (booking,) = data["booking_rules"]["booking_rules"]
    assert set(booking["from_zone_ids"]) == zones
    assert (booking["booking_type"], booking["prior_notice_duration_min"]) == (1, 10)
    assert data["system_information"]["language"] == language


def test_zones_are_sound_and_hold_their_vertiport(
    files: dict[str, Any], service: AirService
) -> None:
    """Polygons are closed, counter-clockwise and about the site, and apart from each other."""
    polygons = {
        zone["zone_id"]: shape(zone["geometry"])
        for zone in files["en/zones.json"]["data"]["zones"]["features"]
    }
    for site in service.city.vertiports:
        polygon = polygons[site.vertiport_id]
        assert polygon.is_valid
        assert isinstance(polygon, Polygon)
        assert polygon.exterior.is_ccw
        assert polygon.contains(Point(site.lon_deg, site.lat_deg))
        assert find_zone(service, site.lon_deg, site.lat_deg) == site.vertiport_id
        assert sum(polygon.intersects(other) for other in polygons.values()) == 1
    assert find_zone(service, 76.0, 43.0) is None


def test_a_wait_is_told_in_whole_seconds_upwards() -> None:
    """No wait known is an empty list; a second begun is a second waited."""
    none, some = (json.loads(answer_wait_time(wait, 1_700_000_000_000)) for wait in (None, 600_001))
    assert none["data"] == {"wait_times": []}
    assert some["data"]["wait_times"] == [{"brand_id": "air-taxi", "wait_time": 601}]
    assert some["ttl"] == 0
