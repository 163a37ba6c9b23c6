"""The noise of a day: published vectors, energies that add up, hours, residents, tables."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf, log10

import msgspec
import numpy as np
import pytest

from aspan.airspace.lanes import LaneNetwork, build_lane_network
from aspan.airspace.noise import NoiseGround, lay_noise
from aspan.compose.noise_counts import HeardSortie
from aspan.compose.noise_map import (
    RINGS_M,
    NoiseMap,
    count_people_by_day,
    list_heard,
    map_events,
    map_noise,
)
from aspan.compose.table_noise import make_noise, make_noise_hours
from aspan.operations import events as ev
from aspan.primitives.ids import FatoId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN
from aspan.world.city import City

from .conftest import Flown

FLIGHT_MS = 10 * MS_PER_MIN


class Scene:
    """The small city with its ground, on one day."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.network: LaneNetwork = build_lane_network(city)
        self.ground: NoiseGround = lay_noise(city, self.network)
        self.midnight_ms = local_midnight_ms(city.fair_weather_date, city.time_zone)

    def fly(self, hour: float, *, lane: int = 0, flight_ms: int | None = FLIGHT_MS) -> HeardSortie:
        """Return a sortie along a lane that lifts off at a local hour."""
        path = self.network.lanes[lane]
        fatos = [self.city.get_vertiport(v).fatos[0] for v in (path.origin, path.destination)]
        at_ms = self.midnight_ms + int(hour * MS_PER_H)
        return HeardSortie(
            lanes=(path.lane_id,),
            origin_fato_id=FatoId(fatos[0].fato_id),
            lift_off_at_ms=at_ms,
            destination_fato_id=FatoId(fatos[1].fato_id),
            touchdown_at_ms=None if flight_ms is None else at_ms + flight_ms,
        )

    def map(self, heard: Sequence[HeardSortie]) -> NoiseMap:
        """Return the map of the day."""
        found = map_noise(
            self.city,
            self.ground,
            heard,
            from_ms=self.midnight_ms,
            until_ms=self.midnight_ms + MS_PER_DAY,
        )
        assert found is not None
        return found


@pytest.fixture(scope="module")
def scene(city: City) -> Scene:
    """Return the small city, ready to be flown over."""
    return Scene(city)


@pytest.mark.parametrize(
    ("movements", "at_100_m", "distance_m", "wanted"),
    [(20, 59.0, 158.0, 55.0), (20, 59.0, 500.0, 45.0), (10, 56.0, 1000.0, 36.0)],
)
def test_rings_are_those_of_the_facts(
    scene: Scene, movements: int, at_100_m: float, distance_m: float, wanted: float
) -> None:
    """Levels of facts 1.30 and 1.31, from take-offs of one hour."""
    found = scene.map([scene.fly(10.0 + k / 60.0, flight_ms=None) for k in range(movements)])
    (hour,) = found.hours
    assert (hour.movements, hour.hour) == (movements, 10)
    assert hour.laeq_dba[RINGS_M.index(100.0)] == pytest.approx(at_100_m, abs=0.5)
    assert hour.laeq_dba[RINGS_M.index(distance_m)] == pytest.approx(wanted, abs=0.5)


def test_cells_about_a_fato_agree_with_the_rings(scene: Scene) -> None:
    """A fine cell 100 m from the FATO hears what the ring of 100 m says, within its size."""
    found = scene.map([scene.fly(10.0 + k / 60.0, flight_ms=None) for k in range(20)])
    path = scene.network.lanes[0]
    fato = scene.city.get_vertiport(path.origin).fatos[0]
    x, y = scene.network.projection.to_xy(fato.lon_deg, fato.lat_deg)
    cell_x, cell_y = scene.network.projection.all_to_xy(found.lon_deg, found.lat_deg)
    away = np.hypot(cell_x - x, cell_y - y)
    near = int(np.abs(away - 100.0).argmin())
    expected = found.hours[0].laeq_dba[0] - 20.0 * log10(away[near] / 100.0)
    assert found.laeq_hour_dba_max[near] == pytest.approx(expected, abs=0.01)
    assert found.lamax_dba[near] == pytest.approx(65.0 - 20.0 * log10(away[near] / 100.0), abs=0.01)


def test_twice_the_flights_are_3_dba_more(scene: Scene) -> None:
    """Two equal flights are 3.01 dBA above one, everywhere; the loudest moment stays."""
    one, two = scene.map([scene.fly(10.0)] * 8), scene.map([scene.fly(10.0)] * 16)
    places = {at: k for k, at in enumerate(zip(two.lon_deg, two.lat_deg, strict=True))}
    same = [places[at] for at in zip(one.lon_deg, one.lat_deg, strict=True)]
    assert len(same) > 100
    assert two.laeq_day_dba[same] - one.laeq_day_dba == pytest.approx(10 * log10(2))
    assert two.lamax_dba[same] == pytest.approx(one.lamax_dba)


def test_order_does_not_matter(scene: Scene) -> None:
    """The energy sum commutes: sorties in any order give the same map."""
    heard = [scene.fly(7.5 + k / 3.0, lane=k % 4) for k in range(24)]
    there, back = scene.map(heard), scene.map(heard[::-1])
    assert np.array_equal(there.laeq_day_dba, back.laeq_day_dba)
    assert there.people_above == back.people_above
    assert there.hours == back.hours


def test_day_and_night_are_kept_apart(scene: Scene) -> None:
    """06:59 is night and 07:00 day; 22:59 is day and 23:00 night (facts 4.27)."""
    cases = ((6.98, True), (7.0, False), (22.98, False), (23.0, True))
    for hour, is_night in cases:
        found = scene.map([scene.fly(hour, flight_ms=None)] * 30)
        silent = found.laeq_day_dba if is_night else found.laeq_night_dba
        heard = found.laeq_night_dba if is_night else found.laeq_day_dba
        assert np.all(silent == -inf), hour
        assert np.all(heard > 0.0), hour
        assert set(found.hour_of_max) == {int(hour)}


def test_the_night_is_shorter_so_a_movement_weighs_more(scene: Scene) -> None:
    """One hour's movements are 3 dB more over 8 hours of night than over 16 of day."""
    day, night = (scene.map([scene.fly(h, flight_ms=None)] * 30) for h in (12.0, 2.0))
    top = day.laeq_day_dba.max(), night.laeq_night_dba.max()
    assert top[1] - top[0] == pytest.approx(10 * log10(2))


def test_slow_flight_is_heard_for_longer(scene: Scene) -> None:
    """A flight held up in a head wind leaves more exposure under its lane, not at its FATOs."""
    quick, slow = (
        scene.map([scene.fly(10.0, flight_ms=ms)] * 400) for ms in (FLIGHT_MS, 2 * FLIGHT_MS)
    )
    is_wide = quick.size_m == quick.size_m.max()
    assert slow.laeq_day_dba.size > quick.laeq_day_dba.size
    assert is_wide.any()
    assert slow.hours[0].laeq_dba == quick.hours[0].laeq_dba
    assert slow.laeq_day_dba.max() == pytest.approx(quick.laeq_day_dba.max(), abs=0.2)


def test_an_aircraft_in_the_air_is_heard_taking_off_only(scene: Scene) -> None:
    """Until it has landed a sortie is one movement; then it is two, and its lane is heard."""
    up, down = scene.map([scene.fly(10.0, flight_ms=None)]), scene.map([scene.fly(10.0)])
    assert [hour.movements for hour in up.hours] == [1]
    assert [hour.movements for hour in down.hours] == [1, 1]
    assert {hour.vertiport_id for hour in down.hours} == {
        scene.network.lanes[0].origin,
        scene.network.lanes[0].destination,
    }


def test_only_the_interval_is_heard(scene: Scene) -> None:
    """Movements before it and at its end are left out; the interval is half-open."""
    heard = [scene.fly(hour, flight_ms=None) for hour in (9.99, 10.0, 10.5, 11.0)]
    found = map_noise(
        scene.city,
        scene.ground,
        heard,
        from_ms=scene.midnight_ms + 10 * MS_PER_H,
        until_ms=scene.midnight_ms + 11 * MS_PER_H,
    )
    assert found is not None
    assert [hour.movements for hour in found.hours] == [2]


def test_two_days_alike_have_the_level_of_one(scene: Scene) -> None:
    """Levels are means over the dates of the interval."""
    once = [scene.fly(10.0 + k / 30.0) for k in range(20)]
    twice = [*once, *(scene.fly(34.0 + k / 30.0) for k in range(20))]
    one = scene.map(once)
    two = map_noise(
        scene.city,
        scene.ground,
        twice,
        from_ms=scene.midnight_ms,
        until_ms=scene.midnight_ms + 2 * MS_PER_DAY,
    )
    assert two is not None
    assert (one.days, two.days) == (1, 2)
    assert two.laeq_day_dba == pytest.approx(one.laeq_day_dba)
    for first, second in zip(one.vertiports, two.vertiports, strict=True):
        assert first.laeq_day_dba == pytest.approx(second.laeq_day_dba)


def test_a_diverted_sortie_is_heard_on_both_lanes(scene: Scene) -> None:
    """Its first lane, its second, and one landing, where it came down."""
    first = scene.network.lanes[0]
    second = next(lane for lane in scene.network.lanes if lane.origin == first.destination)
    end = scene.city.get_vertiport(second.destination).fatos[0]
    sortie = msgspec.structs.replace(
        scene.fly(10.0, flight_ms=2 * FLIGHT_MS),
        lanes=(first.lane_id, second.lane_id),
        destination_fato_id=FatoId(end.fato_id),
    )
    found = scene.map([sortie] * 600)
    assert {hour.vertiport_id for hour in found.hours} == {first.origin, second.destination}
    x, y = scene.network.projection.all_to_xy(found.lon_deg, found.lat_deg)
    for lane in (first, second):
        middle = len(lane.x_m) // 2
        away = np.hypot(x - lane.x_m[middle], y - lane.y_m[middle])
        assert away.min() < 250.0


def test_residents_above_are_fewer_at_a_quieter_source(scene: Scene) -> None:
    """The range of the source level gives fewer and more residents above the limit."""
    above = scene.map([scene.fly(8.0 + k / 20.0, lane=k % 4) for k in range(240)]).people_above
    assert 0.0 < above.day_low < above.day < above.day_high
    assert above.max_day > 0.0
    assert above.night == above.max_night == 0.0


@pytest.mark.parametrize("count", [0, 60, 240])
def test_residents_of_the_day_are_counted_alike_without_a_map(scene: Scene, count: int) -> None:
    """Who counts residents by day only gets the number of the map."""
    heard = [scene.fly(4.0 + k / 15.0, lane=k % 4) for k in range(count)]
    alone = count_people_by_day(
        scene.city,
        scene.ground,
        heard,
        from_ms=scene.midnight_ms,
        until_ms=scene.midnight_ms + MS_PER_DAY,
    )
    assert alone == scene.map(heard).people_above.day
    assert (alone > 0.0) == (count > 0)


def test_silence(scene: Scene) -> None:
    """A day without flights has no cells, no hours, nobody above."""
    found = scene.map([])
    assert len(found.lon_deg) == 0
    assert found.hours == ()
    assert found.people_above.day_high == 0.0
    assert all(site.laeq_day_dba == (None,) * 5 for site in found.vertiports)
    assert make_noise(found).height == make_noise_hours(found).height == 0


def test_a_city_without_limits_has_no_map(scene: Scene) -> None:
    """No limits stated, nothing judged."""
    rules = msgspec.structs.replace(scene.city.rules, noise=None)
    city = msgspec.structs.replace(scene.city, rules=rules)
    assert map_noise(city, scene.ground, [], from_ms=0, until_ms=1) is None


def test_a_service_gets_the_same_from_its_log(day: Flown) -> None:
    """The map of a log so far is that of its sorties, and every flight is in it."""
    run = day.run
    ground = lay_noise(run.city, run.index.network)
    span = {"from_ms": run.start_ms, "until_ms": run.end_ms}
    found = map_events(run.city, ground, day.log.events, **span)
    again = map_noise(run.city, ground, list_heard(day.folded.sorties), **span)
    assert found is not None
    assert again is not None
    assert np.array_equal(found.laeq_day_dba, again.laeq_day_dba)
    lifted = sum(isinstance(event, ev.SortieLiftedOff) for event in day.log.events)
    landed = sum(isinstance(event, ev.SortieTouchedDown) for event in day.log.events)
    assert sum(hour.movements for hour in found.hours) == lifted + landed > 0


def test_tables_tell_the_map(day: Flown) -> None:
    """Levels of the tables lie in their order, and hours have five distances each."""
    rows = day.tables["noise"].rows()
    assert rows
    for row in rows:
        assert row["laeq_day_dba"] is None or row["laeq_day_dba"] <= row["lamax_dba"]
        assert row["people"] >= 0.0
        assert 0 <= row["hour_of_max"] < 24
    hours = day.tables["noise_hours"].rows()
    assert [row["distance_m"] for row in hours[:5]] == [100.0, 158.0, 250.0, 500.0, 1000.0]
    for near, far in pairwise(hours):
        if far["distance_m"] > near["distance_m"]:
            assert far["laeq_dba"] < near["laeq_dba"]
