"""A day's wishes: kept exactly when they should be, stable under more demand and other futures."""

from collections.abc import Mapping
from datetime import date

import msgspec
import numpy as np
import pytest

from aspan.demand.best_case import weigh_best_case
from aspan.demand.choice import Alternative, choose, plan_choice
from aspan.demand.draws import child_keys
from aspan.demand.forecast import expected_rates
from aspan.demand.sampling import DemandIndex, draw_sample, prepare_demand
from aspan.demand.trip_columns import TripColumns
from aspan.demand.wishes import Wish, list_wishes
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_DAY, MS_PER_H
from aspan.world.city import City
from aspan.world.doors import DOORS_A_ZONE, tabulate_crow

DAY = date(2025, 4, 15)
BlockTimes = Mapping[tuple[VertiportId, VertiportId], int]


@pytest.fixture(scope="module")
def wishes(index: DemandIndex) -> list[Wish]:
    """Return one busy day."""
    return list_wishes(index, DAY, seed=1, factor=10.0)


def test_the_same_day_is_the_same_wishes(index: DemandIndex, wishes: list[Wish]) -> None:
    """Drawn again, and from an index built again, every wish is equal."""
    again = prepare_demand(index.city, _block_times(index), tabulate_crow(index.city))
    assert list_wishes(again, DAY, seed=1, factor=10.0) == wishes


def test_wishes_are_in_order_with_ids_of_their_own(index: DemandIndex, wishes: list[Wish]) -> None:
    """They stand by instant, within the local day, and no two share an id."""
    midnight_ms = local_midnight_ms(DAY, index.city.time_zone)
    instants = [wish.wanted_at_ms for wish in wishes]
    assert instants == sorted(instants)
    assert midnight_ms <= instants[0] < instants[-1] < midnight_ms + MS_PER_DAY
    assert len({wish.trip_id for wish in wishes}) == len(wishes)


def test_more_demand_adds_wishes_and_moves_none(index: DemandIndex, wishes: list[Wish]) -> None:
    """All wishes of factor 1 are among those of factor 10."""
    few = list_wishes(index, DAY, seed=1, factor=1.0)
    known = {wish.trip_id: wish for wish in wishes}
    assert len(few) > 1000
    assert all(known[wish.trip_id] == wish for wish in few)


def test_another_future_leaves_earlier_wishes_alone(index: DemandIndex, wishes: list[Wish]) -> None:
    """With another seed from 12:20 on, the past keeps its wishes and the future does not."""
    cut_ms = local_midnight_ms(DAY, index.city.time_zone) + 12 * MS_PER_H + MS_PER_H // 3
    other = list_wishes(index, DAY, seed=1, factor=10.0, future_seed=2, future_from_ms=cut_ms)
    assert [w for w in other if w.wanted_at_ms < cut_ms] == [
        w for w in wishes if w.wanted_at_ms < cut_ms
    ]
    later = {wish.trip_id for wish in wishes if wish.wanted_at_ms >= cut_ms}
    assert later.isdisjoint(wish.trip_id for wish in other if wish.wanted_at_ms >= cut_ms)


def test_every_wish_could_save_time(index: DemandIndex, wishes: list[Wish]) -> None:
    """Door to door the best case by air beats the car by the stated saving."""
    saving_ms_min = index.city.demand.saving_ms_min
    assert min(wish.car_ms - wish.best_air_ms for wish in wishes) >= saving_ms_min


def test_who_will_not_fly_stands_for_many_and_who_might_for_one(wishes: list[Wish]) -> None:
    """The sampling factor is 1 exactly where the best case would be chosen."""
    assert {wish.sampling_factor for wish in wishes if wish.might_fly} == {1}
    assert {wish.sampling_factor for wish in wishes if not wish.might_fly} == {100}


def test_thinning_changes_no_sum(index: DemandIndex) -> None:
    """Weighted wishes and those who might fly are the same, one in 5 or one in 50 kept."""
    fine = list_wishes(index, DAY, seed=3, keep_one_in=5)
    rough = list_wishes(index, DAY, seed=3, keep_one_in=50)
    assert {w.trip_id for w in fine if w.might_fly} == {w.trip_id for w in rough if w.might_fly}
    assert _weighted(rough) == pytest.approx(_weighted(fine), rel=0.06)


def test_strata_lose_nobody_who_would_fly(index: DemandIndex) -> None:
    """Drawing everybody as a candidate finds as many who might fly as the strata do."""
    plain = msgspec.structs.replace(
        index.strata,
        tail=index.strata.tail * 0.0 + 1.0,
        rate=index.strata.rate,
    )
    everybody = msgspec.structs.replace(index, strata=plain)
    days = [date(2025, 4, day) for day in range(1, 4)]
    full = sum(_flying(list_wishes(everybody, day, seed=5, factor=2.0)) for day in days)
    thin = sum(_flying(list_wishes(index, day, seed=5, factor=2.0)) for day in days)
    assert full > 50
    assert thin == pytest.approx(full, abs=4.0 * (2.0 * full) ** 0.5)


def test_the_forecast_is_the_mean_of_the_days(index: DemandIndex, wishes: list[Wish]) -> None:
    """Expected bookings and passengers match those who would fly, within four standard errors.

    Who might fly by the bound alone is not among them.
    """
    rates = expected_rates(index, factor=10.0)
    bookings = sum(map(sum, rates.bookings.values()))
    persons = sum(map(sum, rates.passengers.values()))
    flying = _would_fly(index, wishes)
    assert all(wish.might_fly for wish in flying)
    assert len(flying) == pytest.approx(bookings, abs=4.0 * bookings**0.5)
    assert sum(w.party for w in flying) == pytest.approx(persons, abs=9.0 * bookings**0.5)


def test_no_candidate_of_a_door_is_lost(index: DemandIndex) -> None:
    """Whatever is drawn, the bound of its band is no less than its own, exactly, and its best is.

    Doors are finite, so this is a law and no estimate: with the taste at which the bound of the
    cell says no, no party of any door would fly.
    """
    cells = len(index.strata.rate)
    keys = child_keys(np.full(cells, 13, dtype=np.uint64), np.arange(cells))
    for are_candidates in (True, False):
        mass = index.strata.candidate_mass if are_candidates else index.strata.other_mass
        sample = draw_sample(index, keys, np.full(cells, 30), mass, are_candidates=are_candidates)
        best = weigh_best_case(index.table, sample.trips)
        segments = index.city.demand.segments
        scale = np.array([one.logit_scale_kzt for one in segments])[sample.segment]
        constant = np.array([one.air_constant for one in segments])[sample.segment]
        with np.errstate(over="ignore"):
            chance = 1.0 / (1.0 + np.exp(-(best.bound_kzt / scale + constant)))
        assert (chance <= sample.tail).all()
        assert (best.advantage_kzt <= best.bound_kzt + 1e-6).all()
        assert np.isfinite(best.bound_kzt).sum() > 1000


def test_the_forecast_knows_pairs_hours_and_factor_only(index: DemandIndex) -> None:
    """It grows with the factor, has 24 hours a pair and nothing at night."""
    once, thrice = expected_rates(index), expected_rates(index, factor=3.0)
    assert list(once.bookings) == sorted(once.bookings)
    for pair, hourly in once.bookings.items():
        assert pair[0] != pair[1]
        assert len(hourly) == 24
        assert sum(hourly[:6]) + sum(hourly[21:]) == 0.0
        assert thrice.bookings[pair] == pytest.approx([3.0 * rate for rate in hourly])


def test_parties_weigh_what_people_weigh(index: DemandIndex, wishes: list[Wish]) -> None:
    """Mean mass a person is 93 kg in April and 96 kg in January, and persons differ (facts 8.6)."""
    summer = [wish.payload_kg / wish.party for wish in wishes]
    winter = list_wishes(index, date(2025, 1, 15), seed=1, factor=10.0)
    cold = [wish.payload_kg / wish.party for wish in winter]
    assert sum(summer) / len(summer) == pytest.approx(93.0, abs=0.5)
    assert sum(cold) / len(cold) == pytest.approx(96.0, abs=0.5)
    assert min(summer) < 70.0 < 120.0 < max(summer)


def test_residents_hardly_fly_at_45_000_tenge(city: City, block_ms: BlockTimes) -> None:
    """At 45,000 KZT a seat less than 0.5 % of residents' wishes choose air (facts 8.13)."""
    fares = msgspec.structs.replace(
        city.rules.fares, base_tiyn=4_500_000, per_km_tiyn=0, minimum_tiyn=4_500_000
    )
    rules = msgspec.structs.replace(city.rules, fares=fares)
    dear = msgspec.structs.replace(city, rules=rules)
    index = prepare_demand(dear, block_ms, tabulate_crow(dear))
    wishes = list_wishes(index, DAY, seed=1, factor=20.0)
    residents = [wish for wish in wishes if wish.segment_id == "resident"]
    others = [wish for wish in wishes if wish.segment_id != "resident"]
    assert _weighted(residents) > 1_000_000
    assert _flying(residents) < 0.005 * _weighted(residents)
    assert _flying(others) > 0


def test_no_serviceable_pair_means_no_wish_for_air(city: City) -> None:
    """Where nothing can be flown there is nothing to wish for, and nothing expected."""
    index = prepare_demand(city, {}, tabulate_crow(city))
    assert list_wishes(index, DAY, seed=1) == []
    assert expected_rates(index).bookings == {}


def test_a_choice_made_from_a_wish_uses_its_own_tastes(
    index: DemandIndex, wishes: list[Wish]
) -> None:
    """Between two equal ways the taste of the wish and its segment decides."""
    segments = {segment.segment_id: segment for segment in index.city.demand.segments}
    way = Alternative("car", 0.0, 60_000, 0, 0), Alternative("air", 0.0, 60_000, 0, 0)
    for wish in wishes[:200]:
        segment = segments[wish.segment_id]
        problem = plan_choice(index.city.demand, segment, wish, way)
        liked = wish.taste_kzt + segment.air_constant * segment.logit_scale_kzt > 0.0
        assert choose(problem).mode == ("air" if liked else "car")


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("factor", {"factor": -1.0}),
        ("factor", {"factor": float("nan")}),
        ("keep_one_in", {"keep_one_in": 0}),
        ("future_seed", {"future_seed": 3}),
    ],
)
def test_bad_numbers_are_refused_by_name(
    index: DemandIndex, field: str, arguments: dict[str, float]
) -> None:
    """A negative or missing number is bad input that names itself."""
    with pytest.raises(InvalidInput, match=field):
        list_wishes(index, DAY, seed=1, **arguments)  # type: ignore[arg-type]


def test_an_unknown_vertiport_in_the_block_times_is_refused(city: City) -> None:
    """Block times of a place the city does not have are bad input."""
    with pytest.raises(InvalidInput, match="NOWHERE"):
        prepare_demand(
            city,
            {(VertiportId("NOWHERE"), city.vertiports[0].vertiport_id): 1},
            tabulate_crow(city),
        )


def test_wishes_begin_and_end_at_doors_of_their_zones(
    index: DemandIndex, wishes: list[Wish]
) -> None:
    """Each end of a wish is a door of its zone, and every door is used as often as any other."""
    doors = index.table.doors
    lon, lat, first = doors.lon_deg.tolist(), doors.lat_deg.tolist(), doors.door_first.tolist()
    of_zone = {
        str(zone.zone_id): list(zip(lon, lat, strict=True))[first[number] : first[number + 1]]
        for number, zone in enumerate(index.city.demand.zones)
    }
    for wish in wishes:
        _, _, origin, end, *_ = wish.trip_id.split("-")
        assert (wish.origin_lon_deg, wish.origin_lat_deg) in of_zone[origin]
        assert (wish.destination_lon_deg, wish.destination_lat_deg) in of_zone[end]


def test_every_door_of_a_zone_is_as_likely(index: DemandIndex) -> None:
    """Drawn before anything is dropped, doors of a zone are begun at and ended at evenly."""
    cells = len(index.strata.rate)
    keys = child_keys(np.full(cells, 11, dtype=np.uint64), np.arange(cells))
    counts = np.full(cells, 40)
    sample = draw_sample(index, keys, counts, index.strata.candidate_mass, are_candidates=True)
    first = index.table.doors.door_first
    for zone_of_cell, doors in (
        (index.strata.origin, sample.trips.origin_door),
        (index.strata.destination, sample.trips.destination_door),
    ):
        for zone in np.unique(zone_of_cell).tolist():
            mine = doors[zone_of_cell[sample.cell] == zone] - first[zone]
            found = np.bincount(mine, minlength=first[zone + 1] - first[zone])
            assert len(found) == DOORS_A_ZONE
            mean = len(mine) / DOORS_A_ZONE
            assert np.abs(found - mean).max() < 5.0 * mean**0.5


def _block_times(index: DemandIndex) -> BlockTimes:
    ids = [vertiport.vertiport_id for vertiport in index.city.vertiports]
    return {
        (origin, end): int(index.table.block_ms[row, column])
        for row, origin in enumerate(ids)
        for column, end in enumerate(ids)
        if row != column
    }


def _would_fly(index: DemandIndex, wishes: list[Wish]) -> list[Wish]:
    """Return the wishes whose best case by car and on foot is better than the car."""
    doors, demand = index.table.doors, index.city.demand
    points = list(zip(doors.lon_deg.tolist(), doors.lat_deg.tolist(), strict=True))
    number = {point: row for row, point in enumerate(points[: doors.doors])}
    segments = {segment.segment_id: segment for segment in demand.segments}
    mine = [segments[wish.segment_id] for wish in wishes]
    midnight_ms = local_midnight_ms(DAY, index.city.time_zone)
    best = weigh_best_case(
        index.table,
        TripColumns(
            origin_door=np.array([number[w.origin_lon_deg, w.origin_lat_deg] for w in wishes]),
            destination_door=np.array(
                [number[w.destination_lon_deg, w.destination_lat_deg] for w in wishes]
            ),
            wanted_ms=np.array([wish.wanted_at_ms - midnight_ms for wish in wishes]),
            party=np.array([float(wish.party) for wish in wishes]),
            value_of_time_kzt_h=np.array([wish.value_of_time_kzt_h for wish in wishes]),
            out_weight=np.array([segment.out_of_vehicle_weight for segment in mine]),
        ),
    )
    constant = np.array([segment.air_constant * segment.logit_scale_kzt for segment in mine])
    taste = np.array([wish.taste_kzt for wish in wishes])
    flies = best.advantage_kzt + constant + taste > 0.0
    return [wish for wish, would in zip(wishes, flies.tolist(), strict=True) if would]


def _weighted(wishes: list[Wish]) -> int:
    return sum(wish.sampling_factor for wish in wishes)


def _flying(wishes: list[Wish]) -> int:
    return sum(wish.might_fly for wish in wishes)
