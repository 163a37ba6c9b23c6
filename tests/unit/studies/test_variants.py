"""Variants: plans told by what they change."""

from functools import cache

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.studies.plan_city import KEPT_FREE, make_city, own_plan
from aspan.studies.setting import Setting
from aspan.studies.study import PlanEdit
from aspan.studies.study_file import read_study
from aspan.studies.variants import edit_plan, scale_up
from aspan.world.city import City
from aspan.world.readers import load_city
from tidy.sources import ROOT

COMPARING = [
    path for path in sorted((ROOT / "studies" / "alatau").glob("*.toml"))
    if not read_study(path).is_search
]  # fmt: skip


@cache
def _alatau() -> City:
    return load_city("alatau", phase=2)


def test_an_edit_of_nothing_is_the_citys_own_network() -> None:
    """Without any change a variant is the network of the city's files."""
    assert edit_plan(_alatau(), PlanEdit()) == own_plan(_alatau())
    assert edit_plan(_alatau(), PlanEdit(phase=1)) == own_plan(_alatau(), phase=1)


@pytest.mark.parametrize("path", COMPARING, ids=lambda path: path.stem)
def test_every_variant_of_a_shipped_study_can_be_built(path: object) -> None:
    """Each variant of the ready questions makes a city, and no two are the same."""
    study = read_study(path)  # type: ignore[arg-type]
    plans = [edit_plan(_alatau(), variant.edit) for variant in study.variants]
    for plan, variant in zip(plans, study.variants, strict=True):
        make_city(_alatau(), plan, variant.setting)
    told = {(p.plan_id, v.setting.setting_id) for p, v in zip(plans, study.variants, strict=True)}
    assert len(told) == len(study.variants)


def test_pairs_are_offered_both_ways() -> None:
    """A pair that is named once is offered in both directions, and no other pair is."""
    first, second = VertiportId("AIRPORT"), VertiportId("CENTRE")
    plan = edit_plan(_alatau(), PlanEdit(pairs=((first, second),)))
    assert plan.pairs == ((first, second), (second, first))


def test_room_is_made_for_a_larger_fleet() -> None:
    """A fleet larger than its stands gets stands and chargers in the shares the sites have."""
    plan = edit_plan(_alatau(), PlanEdit(site_ids=(VertiportId("AIRPORT"), VertiportId("CENTRE")),
                                         fleet=60))  # fmt: skip
    assert sum(site.stands - KEPT_FREE for site in plan.sites) == 60
    own = own_plan(_alatau())
    for site in plan.sites:
        before = own.find_site(site.vertiport_id)
        assert before is not None
        share = before.chargers / before.stands
        assert site.chargers == pytest.approx(share * site.stands, abs=1.0)
    make_city(_alatau(), plan, Setting())


def test_a_network_grows_with_its_fleet() -> None:
    """Ten times the aircraft have ten times the stands, chargers and power, and the same sites."""
    small = edit_plan(_alatau(), PlanEdit(phase=1, fleet=6))
    large = scale_up(small, 60)
    assert (large.fleet, large.site_ids) == (60, small.site_ids)
    assert (large.stands, large.chargers) == (10 * small.stands, 10 * small.chargers)
    powers = zip(large.sites, small.sites, strict=True)
    assert all(b.site_power_kw == pytest.approx(10 * a.site_power_kw) for b, a in powers)
    make_city(_alatau(), large, Setting())
    assert scale_up(small, 3).sites == small.sites


def test_a_found_plan_needs_a_search() -> None:
    """An edit of what a search finds is refused where nothing was found, and taken where it was."""
    with pytest.raises(InvalidInput, match="own"):
        edit_plan(_alatau(), PlanEdit(of="found"))
    found = own_plan(_alatau(), phase=1)
    dearer = edit_plan(_alatau(), PlanEdit(of="found", fare_factor=1.5), found)
    assert (dearer.fare_factor, dearer.fleet, dearer.sites) == (1.5, found.fleet, found.sites)
