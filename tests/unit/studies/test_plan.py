"""Plans, settings and programmes: what they refuse, and that their ids say what they are."""

import msgspec
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.studies.plan import Plan, Programme, SiteDesign, Stage
from aspan.studies.setting import Setting


def _design(name: str, *, stands: int = 4) -> SiteDesign:
    return SiteDesign(
        vertiport_id=VertiportId(name),
        fatos=1,
        stands=stands,
        chargers=2,
        charger_kw=300.0,
        site_power_kw=1500.0,
    )


def _plan(*names: str, fleet: int = 3) -> Plan:
    return Plan(sites=tuple(_design(name) for name in names), fleet=fleet, pilots=6)


def test_a_plan_is_known_by_what_it_says() -> None:
    """Equal plans have one id after a way through JSON; a change of any field changes it."""
    plan = _plan("A", "B")
    again = msgspec.json.decode(msgspec.json.encode(plan), type=Plan)
    assert again.plan_id == plan.plan_id
    others = [
        msgspec.structs.replace(plan, fleet=4),
        msgspec.structs.replace(plan, pilots=7),
        msgspec.structs.replace(plan, fare_factor=0.8),
        msgspec.structs.replace(plan, headway_s=900),
        msgspec.structs.replace(plan, pairs=((VertiportId("A"), VertiportId("B")),)),
        msgspec.structs.replace(plan, sites=(_design("A"), _design("B", stands=5))),
    ]
    assert len({plan.plan_id, *(other.plan_id for other in others)}) == 7


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sites": (_design("B"), _design("A"))}, "sites"),
        ({"sites": (_design("A"),)}, "sites"),
        ({"fleet": 0}, "fleet"),
        ({"pilots": 0}, "pilots"),
        ({"fare_factor": -0.1}, "fare_factor"),
        ({"headway_s": 1}, "headway_s"),
        ({"pairs": ((VertiportId("A"), VertiportId("C")),)}, "pairs"),
    ],
)
def test_a_plan_that_is_no_network_is_refused(change: dict[str, object], field: str) -> None:
    """A plan out of order, too small or leading elsewhere is refused by the name of the field."""
    with pytest.raises(InvalidInput, match=f"plan: {field}"):
        msgspec.structs.replace(_plan("A", "B"), **change)


def test_a_programme_only_grows() -> None:
    """Stages follow each other without a gap and never lose a site or an aircraft."""
    first = Stage(first_year=2029, years=2, plan=_plan("A", "B"))
    second = Stage(first_year=2031, years=8, plan=_plan("A", "B", "C", fleet=5))
    programme = Programme(stages=(first, second))
    assert programme.get_stage(2030) is first
    assert programme.get_stage(2038) is second
    assert (programme.years, programme.final_plan.fleet) == (10, 5)
    with pytest.raises(InvalidInput, match="year"):
        programme.get_stage(2039)
    for wrong, field in [
        (Stage(first_year=2032, years=8, plan=second.plan), "first_year"),
        (Stage(first_year=2031, years=8, plan=_plan("A", "C", fleet=5)), "sites"),
        (Stage(first_year=2031, years=8, plan=_plan("A", "B", fleet=2)), "fleet"),
    ]:
        with pytest.raises(InvalidInput, match=f"programme: {field}"):
            Programme(stages=(first, wrong))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reserve_s": 900}, "reserve_s"),
        ({"soh": 0.0}, "soh"),
        ({"demand": -1.0}, "demand"),
        ({"winter_morning_fog": 1.5}, "winter_morning_fog"),
        ({"months": (3, 1)}, "months"),
        ({"months": (0, 1)}, "months"),
    ],
)
def test_a_setting_no_day_can_be_flown_in_is_refused(change: dict[str, object], field: str) -> None:
    """A setting outside its bounds is refused by the name of the field."""
    with pytest.raises(InvalidInput, match=f"setting: {field}"):
        Setting(**change)  # type: ignore[arg-type]
