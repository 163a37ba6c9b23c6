"""What is promised on which dates: daylight, the engine's own timetable, approvals, notice."""

from datetime import date, timedelta

import msgspec
import pytest

from aspan.compose.serviceability import list_serviceable
from aspan.faces.feeds.offered import AirService, Departure, Window, plan_air_service, read_span
from aspan.operations.city_index import CityIndex
from aspan.operations.opening import list_timetable, service_hours_ms
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_S
from aspan.world.readers import load_city
from aspan.world.sun import sun_times
from shipped import read_shipped

FIRST, UNTIL = date(2026, 1, 1), date(2027, 1, 1)


@pytest.fixture(scope="module")
def service() -> AirService:
    """Return a year of Alatau, phase 1."""
    return plan_air_service(read_shipped("alatau"), from_date=FIRST, until_date=UNTIL)


def test_nothing_is_promised_outside_daylight(service: AirService) -> None:
    """Every departure and every window of the year lies between sunrise and sunset everywhere."""
    zone, ends = service.city.time_zone, {}
    for n in range((UNTIL - FIRST).days):
        day = FIRST + timedelta(days=n)
        suns = [
            sun_times(lon_deg=site.lon_deg, lat_deg=site.lat_deg, day=day, zone=zone)
            for site in service.city.vertiports
        ]
        ends[day] = (max(s.sunrise_at_ms for s in suns), min(s.sunset_at_ms for s in suns))
    spans = [(d.dates, d.off_block_s, d.off_block_s + d.block_s) for d in service.departures]
    spans += [(w.dates, w.from_s, w.until_s) for w in service.windows]
    for dates, from_s, until_s in spans:
        for day in dates:
            midnight_ms = local_midnight_ms(day, zone)
            assert ends[day][0] <= midnight_ms + from_s * MS_PER_S
            assert midnight_ms + until_s * MS_PER_S <= ends[day][1]


@pytest.mark.parametrize("day", [date(2026, 1, 10), date(2026, 6, 21), date(2026, 10, 3)])
def test_the_promise_is_what_the_engine_would_open(service: AirService, day: date) -> None:
    """A date has the departures the engine schedules, but those that would end after service."""
    index = CityIndex(service.city)
    block_ms = list_serviceable(index).block_ms
    midnight_ms = local_midnight_ms(day, service.city.time_zone)
    _, until_ms = service_hours_ms(service.city, day.isoformat())
    scheduled = {
        (origin, destination, (off_ms - midnight_ms) // MS_PER_S)
        for off_ms, origin, destination in list_timetable(index, day.isoformat())
        if off_ms + -(-block_ms[origin, destination] // MS_PER_S) * MS_PER_S <= until_ms
    }
    promised = {
        (d.origin, d.destination, d.off_block_s) for d in service.departures if day in d.dates
    }
    assert promised == scheduled != set()


def test_summer_has_more_departures_than_winter(service: AirService) -> None:
    """The cut to daylight moves with the date."""
    counts = {
        day: sum(day in d.dates for d in service.departures)
        for day in (date(2026, 6, 21), date(2026, 12, 21))
    }
    assert counts[date(2026, 6, 21)] >= counts[date(2026, 12, 21)] + 12


def test_every_serviceable_pair_is_told_once(service: AirService) -> None:
    """Timetabled and on-demand pairs are apart, and together all that can be served."""
    timetabled, demand = set(service.timetabled_pairs), set(service.demand_pairs)
    assert timetabled & demand == set()
    assert timetabled | demand == set(list_serviceable(CityIndex(service.city)).block_ms)
    assert ("ALATAU", "MEDEU") not in demand


def test_nothing_is_promised_without_an_approval() -> None:
    """Before the approval of one end begins the pairs of that end are not there."""
    city = load_city("tiny")
    (whole,) = city.approvals
    split = tuple(
        msgspec.structs.replace(
            whole,
            vertiport_id=site.vertiport_id,
            from_date="2026-03-16" if site.vertiport_id == "WEST" else whole.from_date,
            is_assumed=site.vertiport_id == "WEST",
        )
        for site in city.vertiports
    )
    city = msgspec.structs.replace(city, approvals=split)
    first, until = date(2026, 3, 1), date(2026, 4, 1)
    service = plan_air_service(city, from_date=first, until_date=until)
    promised: list[Departure | Window] = [*service.departures, *service.windows]
    west = [d for d in promised if "WEST" in (d.origin, d.destination)]
    assert {min(d.dates) for d in west} == {date(2026, 3, 16)}
    rest = [w for w in service.windows if "WEST" not in (w.origin, w.destination)]
    assert {min(w.dates) for w in rest} == {first}
    assert service.is_approval_assumed
    early = plan_air_service(city, from_date=first, until_date=date(2026, 3, 16))
    assert not early.is_approval_assumed
    assert not early.departures


def test_notice_is_the_longest_of_the_rules() -> None:
    """Seats need as long before off-block as check-in, process or planning takes, whole minutes."""
    city = load_city("tiny")
    until = FIRST + timedelta(days=1)
    assert plan_air_service(city, from_date=FIRST, until_date=until).notice_min == 10
    movement = msgspec.structs.replace(city.rules.movement, check_in_closes_s=901.0)
    rules = msgspec.structs.replace(city.rules, movement=movement)
    later = msgspec.structs.replace(city, rules=rules)
    assert plan_air_service(later, from_date=FIRST, until_date=until).notice_min == 16


def test_spans_are_checked() -> None:
    """An end that is not after the start, a span too long or no date is refused by its option."""
    city = load_city("tiny")
    assert read_span(city, None, None)[0] == city.fair_weather_date
    assert read_span(city, "2026-01-01", "2026-01-02") == (date(2026, 1, 1), date(2026, 1, 2))
    for first, until, field in (
        ("2026-01-01", "2026-01-01", "--until"),
        ("2026-01-01", "2029-01-01", "--until"),
        ("2026-02-30", None, "--from"),
        ("0001-01-01", None, "--from"),
    ):
        with pytest.raises(InvalidInput) as refused:
            read_span(city, first, until)
        assert refused.value.field == field
