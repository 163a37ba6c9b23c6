"""Demonstration days: planned within what spectators are owed, flown, and judged by other code."""

from datetime import date

import msgspec
import numpy as np
import pytest

from aspan.evidence.demonstration.checker import check_day
from aspan.evidence.demonstration.day import fly_demonstration
from aspan.evidence.demonstration.day_log import FlownDay, Track
from aspan.evidence.demonstration.items import ITEMS
from aspan.evidence.demonstration.outside import Disturbances
from aspan.evidence.demonstration.show import (
    Demonstration,
    DemonstrationRefused,
    Refused,
    plan_demonstration,
)
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from demonstration_days import JUNE, JUNE_RESERVE, fly_day, place, plan_day

QUIET = Disturbances()
SEED = 2


def plan() -> Demonstration:
    """Return the plan of the day in June."""
    return plan_day(JUNE, has_spare=False)


@pytest.fixture(scope="module")
def fair() -> FlownDay:
    """Return a fair day, flown once."""
    return fly_day(SEED, outside=QUIET, day=JUNE)[0]


def refusal(**changes: object) -> Refused:
    """Return why the day is refused on a changed range."""
    city, site = place()
    made = plan_demonstration(city, msgspec.structs.replace(site, **changes), JUNE, JUNE_RESERVE)
    assert isinstance(made, DemonstrationRefused)
    return made.reason


def test_plan_keeps_what_spectators_are_owed() -> None:
    """Every flown item is farther than is owed and quieter than allowed, in its own time."""
    made = plan()
    assert made.aircraft_id == "AT01"
    assert made.spare_id is None
    flown = [t.clearance for t in made.items if t.clearance is not None]
    assert len(flown) == 4
    assert all(c.spare_m >= 50.0 and c.noise_dba <= 70.0 for c in flown)
    starts = [t.begin_at_ms for t in made.items]
    assert starts == sorted(starts)


def test_plan_is_refused_with_its_reason() -> None:
    """No approval, no ground, ground too near, a limit too low, the dark: each is told."""
    _, site = place()
    spectators = site.spectators
    assert refusal(approvals=()) is Refused.NO_APPROVAL
    without = msgspec.structs.replace(spectators, areas=())
    assert refusal(spectators=without) is Refused.NO_SPECTATORS
    lon, lat = site.site.lon_deg, site.site.lat_deg
    ring = ((lon, lat), (lon + 0.001, lat), (lon, lat + 0.001))
    near = msgspec.structs.replace(spectators.areas[0], ring=ring)
    crowd = msgspec.structs.replace(spectators, areas=(near,))
    loud = msgspec.structs.replace(spectators, noise_dba_max=30.0)
    assert (
        refusal(spectators=msgspec.structs.replace(crowd, noise_dba_max=200.0)) is Refused.TOO_NEAR
    )
    assert refusal(spectators=loud) is Refused.TOO_LOUD
    city, _ = place()
    dark = plan_demonstration(city, site, JUNE, JUNE_RESERVE, begin="20:00")
    assert isinstance(dark, DemonstrationRefused)
    assert dark.reason is Refused.NOT_IN_DAYLIGHT
    back = plan_demonstration(city, site, JUNE, JUNE)
    assert isinstance(back, DemonstrationRefused)
    assert back.reason is Refused.RESERVE_NOT_LATER


def test_fair_day_goes_by_its_run_of_show(fair: FlownDay) -> None:
    """All items are flown in their order, the checker finds nothing, and it says who flew it."""
    assert fair.log.ending == "run_of_show"
    assert [s.item_id for s in fair.log.sorties] == [i.item_id for i in ITEMS if i.card]
    assert check_day(fair, *place()) == ()
    assert fair.log.flown_by == "the twin, not an aircraft"


def test_same_seed_is_the_same_day() -> None:
    """A day flown again is the same to the byte."""
    outside = Disturbances(late_ms=80 * MS_PER_MIN)
    one, again = (fly_day(SEED, outside=outside, day=JUNE)[0] for _ in range(2))
    assert one.log.sorties
    assert msgspec.json.encode(again.log) == msgspec.json.encode(one.log)
    assert again.events == one.events


def test_late_show_ends_in_time() -> None:
    """A show that begins an hour late drops what matters least and ends by its end."""
    flown, breaches = fly_day(SEED, outside=Disturbances(late_ms=60 * MS_PER_MIN), day=JUNE)
    assert breaches == ()
    assert flown.log.ending == "shortened_show"
    dropped = [h.item_id for h in flown.log.happenings if h.what == "item_dropped"]
    assert dropped[0] == "fly-by"
    assert flown.log.ended_at_ms <= flown.log.plan.end_at_ms


@pytest.mark.parametrize(("seed", "ending"), [(2, "static_display_only"), (3, "run_of_show")])
def test_lost_aircraft_is_replaced_only_by_one_that_is_approved(seed: int, ending: str) -> None:
    """With an approved spare the show goes on; without one nothing flies any more."""
    lost = Disturbances(lost="before", lost_item=0)
    flown, breaches = fly_day(seed, outside=lost, day=JUNE)
    assert breaches == ()
    assert flown.log.ending == ending
    assert {s.aircraft_id for s in flown.log.sorties} <= {"AT02"}


def test_aircraft_unwell_in_flight_comes_home() -> None:
    """An unexpected response knocks the run off; the aircraft lands and flies no more."""
    flown, breaches = fly_day(SEED, outside=Disturbances(lost="in_flight", lost_item=1), day=JUNE)
    assert breaches == ()
    assert [s.is_knocked_off for s in flown.log.sorties] == [False, True]
    assert flown.log.ending == "shortened_show"


def test_turning_weather_ends_the_show() -> None:
    """Wind beyond the minima keeps the rest on the ground; a thunderstorm stops the day."""
    turns_ms = plan().begin_at_ms + MS_PER_H
    windy, breaches = fly_day(
        SEED, outside=Disturbances(turning="wind", turns_at_ms=turns_ms), day=JUNE
    )
    assert breaches == ()
    assert windy.log.ending == "shortened_show"
    assert "wind" in windy.log.reason
    stormy, breaches = fly_day(
        SEED, outside=Disturbances(turning="storm", turns_at_ms=turns_ms), day=JUNE
    )
    assert breaches == ()
    assert stormy.log.ending == "stopped"
    assert "thunderstorm" in stormy.log.reason


def test_fog_of_the_morning_postpones_the_show() -> None:
    """Fog reported three hours before is forecast to stay: the reserve date, and nothing flies."""
    winter = date(2024, 1, 15)
    turns_ms = plan_day(winter, has_spare=False).begin_at_ms - 6 * MS_PER_H
    outside = Disturbances(turning="fog", turns_at_ms=turns_ms)
    flown, breaches = fly_day(SEED, outside=outside, day=winter)
    assert breaches == ()
    assert flown.log.ending == "postponed"
    assert "2024-01-17" in flown.log.reason
    assert flown.log.sorties == ()
    assert flown.log.ended_at_ms < flown.log.plan.begin_at_ms


def test_nothing_flies_once_the_approval_is_gone() -> None:
    """A plan made under an approval that ended since flies nothing: the site's door says no."""
    city, site = place()
    approvals = tuple(a for a in site.approvals if a.kind != "demonstration")
    without = msgspec.structs.replace(site, approvals=approvals)
    flown = fly_demonstration(plan(), city, without, SEED, QUIET)
    assert flown.log.sorties == ()
    assert flown.log.ending == "static_display_only"
    assert "no approval of kind demonstration" in flown.log.reason


def _shifted(track: Track, north_deg: float) -> Track:
    return track._replace(lat_deg=track.lat_deg + north_deg)


def test_checker_finds_each_rule_broken(fair: FlownDay) -> None:
    """A track over the spectators, another aircraft, no release, a late end: each is named."""
    city, site = place()

    def rules(day: FlownDay) -> set[str]:
        return {breach.rule for breach in check_day(day, city, site)}

    def with_log(**changes: object) -> FlownDay:
        return fair._replace(log=msgspec.structs.replace(fair.log, **changes))

    run_id = fair.log.sorties[0].run_id
    over = {**fair.tracks, run_id: _shifted(fair.tracks[run_id], 0.0055)}
    assert "distance" in rules(fair._replace(tracks=over))
    near = {**fair.tracks, run_id: _shifted(fair.tracks[run_id], 0.0069)}
    assert {"distance", "noise"} <= rules(fair._replace(tracks=near))
    assert rules(fair._replace(tracks={})) >= {"track"}
    first = fair.log.sorties[0]
    other = msgspec.structs.replace(first, aircraft_id="AT03")
    assert {"approval", "door"} <= rules(with_log(sorties=(other, *fair.log.sorties[1:])))
    assert "door" in rules(fair._replace(events=[]))
    assert "end" in rules(with_log(ended_at_ms=fair.log.plan.end_at_ms + 1))
    assert "ending" in rules(with_log(ending="static_display_only", reason="any"))
    assert "reason" in rules(with_log(ending="shortened_show"))
    assert "ending" in rules(with_log(ending="all went home", reason="any"))
    assert "together" in rules(
        with_log(
            sorties=(
                msgspec.structs.replace(first, ended_at_ms=first.ended_at_ms + MS_PER_H),
                *fair.log.sorties[1:],
            )
        )
    )
    lost = msgspec.structs.replace(
        fair.log.happenings[0], what="aircraft_lost", detail=f"{first.aircraft_id}: broken"
    )
    assert "lost" in rules(with_log(happenings=(lost, *fair.log.happenings)))


def test_tracks_are_the_truth(fair: FlownDay) -> None:
    """Every sortie has its track, from the ground to the ground, ten rows a second."""
    for sortie in fair.log.sorties:
        track = fair.tracks[sortie.run_id]
        assert track.height_agl_m[0] == pytest.approx(0.0, abs=1.0)
        assert track.height_agl_m[-1] == pytest.approx(0.0, abs=1.0)
        assert np.diff(track.at_ms).max() <= 101
