"""The city of a plan: what it builds, buys and offers, in a setting."""

from functools import cache

import msgspec
import pytest

from aspan.compose.serviceability import NOT_OFFERED, list_serviceable
from aspan.operations.city_index import CityIndex
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.studies.plan import Plan, SiteDesign
from aspan.studies.plan_city import make_city, own_plan
from aspan.studies.setting import Setting
from aspan.twin.weather_fog import fog_score
from aspan.world.city import City
from aspan.world.readers import load_city


@cache
def _alatau() -> City:
    return load_city("alatau", phase=2)


def _with(plan: Plan, name: str, **change: object) -> Plan:
    sites = tuple(
        msgspec.structs.replace(site, **change) if site.vertiport_id == name else site
        for site in plan.sites
    )
    return msgspec.structs.replace(plan, sites=sites)


def _only(plan: Plan, *names: str, fleet: int = 4) -> Plan:
    sites = tuple(site for site in plan.sites if site.vertiport_id in names)
    return msgspec.structs.replace(plan, sites=sites, fleet=fleet)


def test_the_citys_own_network_stays_as_it_is() -> None:
    """The plan of the city's own files builds its sites, cables and fares unchanged."""
    base = _alatau()
    city = make_city(base, own_plan(base), Setting())
    owns = sorted(base.vertiports, key=lambda v: v.vertiport_id)
    for site, own in zip(city.vertiports, owns, strict=True):
        assert sorted(s.stand_id for s in site.stands) == sorted(s.stand_id for s in own.stands)
        assert [(c.charger_id, c.stand_ids) for c in site.chargers] == sorted(
            (c.charger_id, c.stand_ids) for c in own.chargers
        )
        assert site.contingency_places == own.contingency_places
    assert city.rules.fares == base.rules.fares
    assert city.lanes == base.lanes
    assert len(city.airframes) == len(base.airframes)


def test_a_site_is_cut_and_extended_to_its_design() -> None:
    """Stands, FATOs and chargers are as many as the design says, each stand fed at most once."""
    base = _alatau()
    plan = _with(own_plan(base), "CENTRE", stands=30, chargers=7, fatos=3, charger_kw=450.0)
    plan = _with(plan, "MEDEU", stands=2, chargers=1, site_power_kw=700.0)
    city = make_city(base, plan, Setting())
    centre, medeu = city.get_vertiport("CENTRE"), city.get_vertiport("MEDEU")
    assert (len(centre.planned_stands), len(centre.fatos), len(centre.chargers)) == (30, 3, 7)
    fed = [stand_id for charger in centre.chargers for stand_id in charger.stand_ids]
    assert sorted(fed) == sorted(stand.stand_id for stand in centre.planned_stands)
    assert {charger.power_kw for charger in centre.chargers} == {450.0}
    assert len({(fato.lon_deg, fato.lat_deg) for fato in centre.fatos}) == 3
    assert (len(medeu.planned_stands), len(medeu.chargers)) == (2, 1)
    assert medeu.contingency_places == base.get_vertiport("MEDEU").contingency_places
    assert medeu.site_power_limit_kw == 700.0


def test_two_plans_share_their_aircraft() -> None:
    """Aircraft of the same number have the same battery in a small fleet and in a large one."""
    base = _alatau()
    small = make_city(base, _only(own_plan(base), "AIRPORT", "CENTRE"), Setting())
    large = make_city(base, own_plan(base), Setting())
    packs = [(f.aircraft_id, f.soh, f.initial_soc) for f in large.airframes[:4]]
    assert [(f.aircraft_id, f.soh, f.initial_soc) for f in small.airframes] == packs
    worn = make_city(base, own_plan(base), Setting(soh=0.8))
    assert {frame.soh for frame in worn.airframes} == {0.8}


def test_only_the_pairs_of_a_plan_are_offered_and_every_lane_is_kept() -> None:
    """A pair the plan leaves out is refused to passengers, and aircraft may still use its lane."""
    base = _alatau()
    airport, centre = VertiportId("AIRPORT"), VertiportId("CENTRE")
    plan = _only(own_plan(base), "AIRPORT", "CENTRE", "GATE")
    plan = msgspec.structs.replace(plan, pairs=((airport, centre), (centre, airport)))
    index = CityIndex(make_city(base, plan, Setting()))
    served = list_serviceable(index)
    assert sorted(served.block_ms) == [(airport, centre), (centre, airport)]
    left_out = {pair for pair, why in served.refused.items() if why.code == NOT_OFFERED}
    assert (airport, VertiportId("GATE")) in left_out
    assert left_out <= set(index.lanes)


def test_fares_and_timetable_follow_the_plan() -> None:
    """A fare factor scales every part of the fare; a headway stands on every pair of the plan."""
    base = _alatau()
    plan = _only(own_plan(base, fare_factor=0.5), "AIRPORT", "ALATAU", "KONAEV")
    city = make_city(base, plan, Setting())
    assert city.rules.fares.base_tiyn * 2 == base.rules.fares.base_tiyn
    assert city.rules.fares.per_km_tiyn * 2 == base.rules.fares.per_km_tiyn
    assert city.rules.fares.minimum_tiyn * 2 == base.rules.fares.minimum_tiyn
    assert {r.origin for r in city.rules.service.timetable} == {"AIRPORT", "ALATAU", "KONAEV"}
    assert len(city.rules.service.timetable) == 4
    every = make_city(base, msgspec.structs.replace(plan, headway_s=900), Setting())
    assert [route.headway_s for route in every.rules.service.timetable] == [900.0] * 6


def test_a_setting_changes_what_it_names_and_nothing_else() -> None:
    """Each field of a setting moves its own number; the plain setting moves none."""
    base = _alatau()
    plan = own_plan(base)
    plain = make_city(base, plan, Setting())
    assert plain.weather is base.weather
    assert plain.demand is base.demand
    assert plain.rules.reserve == base.rules.reserve
    long = make_city(base, plan, Setting(reserve_s=1800)).rules.reserve
    assert (long.final_reserve_s, long.final_reserve_not_landable_s) == (1800.0, 1800.0)
    weak = make_city(base, plan, Setting(charger_kw=150.0))
    assert {c.power_kw for site in weak.vertiports for c in site.chargers} == {150.0}
    assert make_city(base, plan, Setting(gross_kwh=190.0)).aircraft_type.gross_kwh == 190.0
    thirsty = make_city(base, plan, Setting(energy_factor=1.25)).aircraft_type
    assert thirsty.cruise_efficiency == pytest.approx(base.aircraft_type.cruise_efficiency / 1.25)
    assert make_city(base, plan, Setting(process_s=300)).rules.service.process_ms == 300_000
    dear = make_city(base, plan, Setting(value_of_time_factor=2.0)).demand.segments[0]
    assert dear.value_of_time_median_kzt_h == (
        2.0 * base.demand.segments[0].value_of_time_median_kzt_h
    )


def test_half_the_winter_mornings_lie_in_fog() -> None:
    """A share of winter mornings in fog is the share of winter days above the bound."""
    base = _alatau()
    weather = make_city(base, own_plan(base), Setting(winter_morning_fog=0.5)).weather
    days = weather.days
    winter = [
        fog_score(row, before) > weather.fog.score_bound[int(row.date[5:7]) - 1]
        for before, row in zip(days[:1] + days[:-1], days, strict=True)
        if int(row.date[5:7]) in (1, 2, 3, 11, 12)
    ]
    assert sum(winter) / len(winter) == pytest.approx(0.5, abs=0.01)
    assert weather.fog.fog_day_chance[5] == base.weather.fog.fog_day_chance[5]


def test_what_cannot_be_built_is_refused() -> None:
    """A site unknown or without a lane, a fleet without stands: each is one clear refusal."""
    base = _alatau()
    plan = own_plan(base)
    ghost = SiteDesign(
        vertiport_id=VertiportId("ZENITH"),
        fatos=1,
        stands=2,
        chargers=1,
        charger_kw=300.0,
        site_power_kw=1000.0,
    )
    with pytest.raises(InvalidInput, match="ZENITH"):
        make_city(base, msgspec.structs.replace(plan, sites=(*plan.sites, ghost)), Setting())
    with pytest.raises(InvalidInput, match="site MEDEU"):
        make_city(base, _only(plan, "MEDEU", "SHYMBULAK"), Setting())
    with pytest.raises(InvalidInput, match="fleet"):
        make_city(base, _only(plan, "AIRPORT", "CENTRE", fleet=500), Setting())
