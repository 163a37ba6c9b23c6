"""The agency: the operator of the city's files in every feed, or else the service by its city."""

import csv
import io
import json
import zipfile
from datetime import date

import msgspec
import pytest

from aspan.faces.feeds.agency import URL_RESERVED, describe_agency
from aspan.faces.feeds.gofs import build_gofs
from aspan.faces.feeds.offered import AirService, plan_air_service
from aspan.faces.feeds.schedule import build_gtfs
from aspan.world.operator import Operator
from aspan.world.readers import load_city
from aspan.world.vertiport import Names

OPERATOR = Operator(
    names=Names(kk="Кіші әуе", ru="Малое небо", en="Small Sky"),
    source="a test",
    mark="found",
    url="https://sky.example/",
    url_source="a test",
    url_mark="found",
)


@pytest.fixture(scope="module")
def service() -> AirService:
    """Return a week of the small city with an operator."""
    city = msgspec.structs.replace(load_city("tiny"), operator=OPERATOR)
    return plan_air_service(city, from_date=date(2025, 4, 12), until_date=date(2025, 4, 19))


def read_first(data: bytes, name: str) -> dict[str, str]:
    """Return the first row of a file of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return next(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_gtfs_names_the_operator_wherever_it_is_asked(service: AirService) -> None:
    """Agency, publisher, contact and attribution are the operator's, translated."""
    data = build_gtfs(service)
    agency, told = read_first(data, "agency.txt"), read_first(data, "feed_info.txt")
    assert (agency["agency_name"], agency["agency_url"]) == ("Кіші әуе", "https://sky.example/")
    assert (told["feed_publisher_name"], told["feed_contact_url"]) == (
        "Кіші әуе",
        "https://sky.example/",
    )
    assert read_first(data, "attributions.txt")["organization_name"] == "Кіші әуе"
    assert read_first(data, "booking_rules.txt")["info_url"] == "https://sky.example/"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "Small Sky" in archive.read("translations.txt").decode()


def test_an_address_of_the_command_line_takes_its_place(service: AirService) -> None:
    """What is asked for is told, and the city's own address nowhere."""
    data = build_gtfs(service, url="https://other.example/")
    assert read_first(data, "agency.txt")["agency_url"] == "https://other.example/"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [n for n in archive.namelist() if b"sky.example" in archive.read(n)]


def test_gofs_tells_the_operator_apart_from_the_service(service: AirService) -> None:
    """The service is called by its city, the operator by its own name, in each language."""
    files = build_gofs(service, base_url="https://sky.example/gofs/")
    told = json.loads(files["ru/system_information.json"])["data"]
    assert (told["name"], told["operator"]) == ("Малый город: аэротакси", "Малое небо")


def test_without_an_operator_the_address_is_a_reserved_one() -> None:
    """A city that does not say who flies is told by its name, and the address as assumed."""
    agency = describe_agency(load_city("tiny"))
    assert agency.names.en == "Tiny air taxi"
    assert (agency.url, agency.is_url_assumed) == (URL_RESERVED, True)
    assert not describe_agency(load_city("tiny"), url="https://a.example/").is_url_assumed
