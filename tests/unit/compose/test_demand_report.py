"""The demand report: shares that add up, and that move as people would."""

from datetime import date

import msgspec
import pytest

from aspan.compose.best_sky import BestSky
from aspan.compose.demand_report import ALL, DemandReport, open_report
from aspan.demand.flows import party_flows
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.city import City
from aspan.world.quantity import Quantity

DAY = date(2025, 4, 15)


@pytest.fixture(scope="module")
def report(city: City) -> DemandReport:
    """Return the report of the small city."""
    return open_report(city, DAY)


def with_fares(city: City, times: float) -> City:
    """Return the city with every fare so many times as high."""
    fares = city.rules.fares
    dearer = msgspec.structs.replace(
        fares,
        **{
            name: type(getattr(fares, name))(getattr(fares, name) * times)
            for name in fares.__struct_fields__
            if name.endswith("_tiyn")
        },
    )
    assert dearer != fares
    return msgspec.structs.replace(city, rules=msgspec.structs.replace(city.rules, fares=dearer))


def test_shares_sum_to_one_and_parties_to_the_flows(city: City, report: DemandReport) -> None:
    """Of each segment and of all; nobody is counted twice or left out."""
    assert [one.segment_id for one in report.segments[:-1]] == [
        segment.segment_id for segment in city.demand.segments
    ]
    assert report.segments[-1].segment_id == ALL
    for one in report.segments:
        assert sum(share.value for share in one.shares.values()) == pytest.approx(1.0)
        assert all(0.0 <= share.value <= 1.0 for share in one.shares.values())
        assert all(0.0 <= share.error < 0.05 for share in one.shares.values())
        assert one.persons > one.parties
    total = float(party_flows(city.demand).sum())
    assert report.segments[-1].parties == pytest.approx(total)
    assert report.unreached_parties == pytest.approx(0.0, abs=1e-6 * total)


def test_parts_sum_to_the_whole(report: DemandReport) -> None:
    """Flyers of the segments are those of all; so are their passengers, and the shares of air."""
    *parts, whole = report.flyers
    assert sum(one.parties.value for one in parts) == pytest.approx(whole.parties.value)
    assert sum(one.passengers.value for one in parts) == pytest.approx(whole.passengers.value)
    everybody = report.segments[-1]
    assert everybody.shares["air"].value * everybody.parties == pytest.approx(whole.parties.value)
    assert whole.parties.error < 0.1 * whole.parties.value
    assert list(whole.saves_min) == sorted(whole.saves_min)
    assert list(whole.value_of_time_kzt_h) == sorted(whole.value_of_time_kzt_h)
    assert sum(one.saves_passenger_min for one in report.savers) > 0.0
    saved = [one.saves_passenger_min for one in report.savers]
    assert saved == sorted(saved, reverse=True)


def test_the_dearer_the_fewer_fly(city: City, report: DemandReport) -> None:
    """Expected flyers fall with the fare, and those left value an hour higher."""
    cheap, dear = (open_report(with_fares(city, times), DAY) for times in (0.7, 1.5))
    flying = [one.flyers[-1].parties.value for one in (cheap, report, dear)]
    assert flying[0] > flying[1] > flying[2] > 0.0
    assert cheap.segments[-1].parties == report.segments[-1].parties == dear.segments[-1].parties
    medians = [one.flyers[-1].value_of_time_kzt_h[1] for one in (cheap, dear)]
    assert medians[0] < medians[1]


def test_demand_multiplies_parties_and_moves_no_share(city: City, report: DemandReport) -> None:
    """Ten times the wishes are ten times the flyers at the same shares."""
    tenfold = open_report(city, DAY, factor=10.0)
    assert tenfold.flyers[-1].parties.value == pytest.approx(10 * report.flyers[-1].parties.value)
    assert tenfold.segments[-1].parties == pytest.approx(10 * report.segments[-1].parties)
    for mode, share in report.segments[-1].shares.items():
        assert tenfold.segments[-1].shares[mode].value == pytest.approx(share.value)


def test_no_demand_is_no_traveller(city: City) -> None:
    """At a factor of 0 all is 0 and nothing fails."""
    empty = open_report(city, DAY, factor=0.0)
    assert empty.segments[-1].parties == 0.0
    assert empty.flyers[-1].parties.value == 0.0
    assert empty.flyers[-1].saves_mean_min is None
    assert empty.savers == ()


def test_published_totals_stand_beside_the_model(city: City) -> None:
    """Each total that the city states is told with the ratio; nothing is fitted to it."""
    stated = {
        name: Quantity(value=v, unit="1/d", low=v, high=v, source="a test", mark="found")
        for name, v in (
            ("checks.car_trips_per_day", 1000.0),
            ("checks.metro_passengers_per_day", 5.0),
        )
    }
    told = open_report(msgspec.structs.replace(city, quantities={**city.quantities, **stated}), DAY)
    by_name = {one.name: one for one in told.comparisons}
    assert set(by_name) == {"car_trips_per_day", "metro_passengers_per_day"}
    car = by_name["car_trips_per_day"]
    everybody = told.segments[-1]
    by_car = everybody.parties * everybody.shares["car"].value
    assert car.modelled.value == pytest.approx(by_car, rel=1e-3)
    assert car.ratio == pytest.approx(car.modelled.value / 1000.0)
    assert by_name["metro_passengers_per_day"].modelled.value == 0.0


def test_the_best_sky_keeps_hours_seats_and_payload(city: City) -> None:
    """It flies at once when it is open, waits for its opening, and refuses what cannot fly."""
    first, last = (site.vertiport_id for site in city.vertiports[:2])
    sky = BestSky(city, {(first, last): 6 * MS_PER_MIN}, DAY)
    noon_ms = local_midnight_ms(DAY, city.time_zone) + 12 * MS_PER_H

    def ask(at_ms: int, *, party: int = 1, kg: float = 90.0, to: VertiportId = last) -> list[int]:
        found = sky.list_departures(first, to, at_ms, party, kg)
        return [departure.off_block_at_ms - at_ms for departure in found]

    assert ask(noon_ms) == [0]
    assert ask(noon_ms, party=city.aircraft_type.seats + 1) == []
    assert ask(noon_ms, kg=city.aircraft_type.payload_kg_max + 1.0) == []
    assert ask(noon_ms, to=first) == []
    assert ask(noon_ms - 11 * MS_PER_H) == []
    assert ask(noon_ms + 12 * MS_PER_H) == []
