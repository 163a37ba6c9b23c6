"""Release: every reason for which a sortie is held, and what a release says."""

from collections.abc import Callable

import msgspec
import pytest

from aspan.airspace.geozones import ZoneCrossing
from aspan.operations import events as ev
from aspan.operations.commands import ReportWeather
from aspan.operations.lifecycles import FLYING_SORTIE_PHASES
from aspan.operations.release import Hold, find_approval, find_stand, plan_release
from aspan.physics.battery import available_kwh
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId, PlaceId, SortieId, StandId, VertiportId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.geozones import Applicability, Geozone, GeozonePart
from aspan.world.vertiport import Names
from stories.story import Day, instant
from unit.operations.scenes import AT_8, ONE_SORTIE, PAIR, before_release, first_sortie

HARBOUR, AIRPORT, REFUGE = VertiportId("Harbour"), VertiportId("Airport"), VertiportId("Refuge")
OTHER = SortieId("S09999")


def decide(day: Day) -> ev.SortieReleased | Hold:
    """Return what would be decided at eight."""
    sortie, aircraft = first_sortie(day)
    return plan_release(day.engine.planner, sortie, aircraft, AT_8)


def fill_stands(day: Day) -> None:
    """Promise every stand of the destination to others."""
    for stand_id in day.index.planned_stands[AIRPORT]:
        day.state.sites[AIRPORT].holds[stand_id] = OTHER


def claim_pool(day: Day) -> None:
    """Claim every contingency place near the destination."""
    for site_id in (HARBOUR, REFUGE):
        day.state.sites[site_id].claims[AIRPORT] = 1


def fog(day: Day, site_id: VertiportId) -> None:
    """Report fog at a site."""
    site = day.state.sites[site_id]
    assert site.report is not None
    site.report = msgspec.structs.replace(site.report, visibility_m=800.0, present_weather="FG")
    day.state.reports += 1


def age_reports(day: Day) -> None:
    """Let the reports be two hours old."""
    for site in day.state.sites.values():
        assert site.report is not None
        site.report = msgspec.structs.replace(site.report, at_ms=site.report.at_ms - 2 * MS_PER_H)
    day.state.reports += 1


def change_aircraft(**fields: object) -> Callable[[Day], None]:
    """Return a change of fields of A1."""

    def change(day: Day) -> None:
        for name, value in fields.items():
            setattr(first_sortie(day)[1], name, value)

    return change


def change_pilot(**fields: int) -> Callable[[Day], None]:
    """Return a change of fields of A1's pilot."""

    def change(day: Day) -> None:
        for name, value in fields.items():
            setattr(first_sortie(day)[1].pilot, name, value)

    return change


def drop_chargers(day: Day) -> None:
    """Leave A1 with too little on a stand without a charger."""
    day.index.chargers_of[StandId("Harbour-S1")], kept = (
        (),
        day.index.chargers_of[StandId("Harbour-S1")],
    )
    assert kept
    first_sortie(day)[1].soc = 0.3


REASONS: list[tuple[str, Callable[[Day], None]]] = [
    ("no_stand", fill_stands),
    ("contingency_full", claim_pool),
    ("no_alternate", lambda day: fog(day, REFUGE)),
    ("weather_visibility", lambda day: fog(day, HARBOUR)),
    ("weather_visibility", lambda day: fog(day, AIRPORT)),
    ("weather_report_too_old", age_reports),
    ("approval", lambda day: first_sortie(day)[1].approvals.clear()),
    ("energy", change_aircraft(soc=0.4)),
    ("energy_impossible", change_aircraft(soc=0.4, soh=0.4)),
    ("turnaround", change_aircraft(since_ms=AT_8 - 1000)),
    ("pack_temperature", change_aircraft(pack_temperature_k=360.0, since_ms=instant("07:53"))),
    ("no_pilot", change_aircraft(pilot=None)),
    ("pilot_sectors", change_pilot(sectors=20)),
    ("pilot_flight_time", change_pilot(flight_ms=7 * MS_PER_H - 1)),
    ("pilot_duty", change_pilot(duty_from_ms=AT_8 - 10 * MS_PER_H)),
    ("pilot_break", change_pilot(stretch_from_ms=AT_8 - 4 * MS_PER_H, last_on_block_ms=AT_8)),
    ("hours", lambda day: setattr(day.state, "service_until_ms", AT_8 + 1)),
    ("no_plan", lambda day: setattr(first_sortie(day)[0], "assignment", None)),
]


@pytest.mark.parametrize(("reason", "change"), REASONS, ids=[reason for reason, _ in REASONS])
def test_every_reason_holds(reason: str, change: Callable[[Day], None]) -> None:
    """What was releasable is held with the reason that was brought about, and looks again later."""
    day = before_release()
    assert isinstance(decide(day), ev.SortieReleased)
    change(day)
    decision = decide(day)
    assert isinstance(decision, Hold), decision
    assert decision.reason == reason
    assert decision.retry_at_ms > AT_8


def test_no_charger_is_said() -> None:
    """An aircraft that nothing can charge is held for it, not for a time that never comes."""
    day = before_release()
    kept = dict(day.index.chargers_of)
    try:
        drop_chargers(day)
        decision = decide(day)
    finally:
        day.index.chargers_of.update(kept)
    assert isinstance(decision, Hold)
    assert decision.reason == "energy_no_charger"


def test_an_aircraft_that_is_not_there_holds_until_it_can_be() -> None:
    """With an earlier sortie of the chain in flight the next waits for it and a turnaround."""
    day = before_release(
        f"{ONE_SORTIE}  S1 lands 5 min late"
        "  08:16 trip Airport -> Harbour, 1 passenger, asked 07:40",
        until="08:15",
    )
    second, aircraft = day.state.sorties[SortieId("S00002")], first_sortie(day)[1]
    decision = plan_release(day.engine.planner, second, aircraft, instant("08:16"))
    assert isinstance(decision, Hold)
    assert decision.reason in {"turnaround", "aircraft_late"}
    assert decision.retry_at_ms > instant("08:16")


def test_a_release_says_what_it_rests_on() -> None:
    """Stand, alternate, mass and energy of a release fit each other and the state."""
    day = before_release()
    release = decide(day)
    assert isinstance(release, ev.SortieReleased)
    kind = day.index.city.aircraft_type
    aircraft = first_sortie(day)[1]
    assert release.stand_id in day.index.planned_stands[AIRPORT]
    assert release.alternate_id in {HARBOUR, REFUGE}
    assert release.mass_kg == pytest.approx(kind.empty_kg + kind.pilot_kg + 170.0)
    available = available_kwh(
        kind, soc=release.soc, soh=aircraft.soh, pack_k=aircraft.pack_temperature_k
    )
    assert release.required_kwh <= available
    assert release.predicted_energy_kwh + release.final_reserve_kwh <= release.required_kwh + 1e-3
    assert release.approval == "passenger"


def test_a_claimed_place_moves_the_alternate() -> None:
    """When the nearest site's place is claimed, the next safe one is the alternate."""
    day = before_release()
    first = decide(day)
    assert isinstance(first, ev.SortieReleased)
    day.state.sites[first.alternate_id].claims[AIRPORT] = 1
    second = decide(day)
    assert isinstance(second, ev.SortieReleased)
    assert {first.alternate_id, second.alternate_id} == {HARBOUR, REFUGE}


def test_a_promised_stand_is_not_promised_again() -> None:
    """Stands are taken in order of id, the occupied and the promised left out."""
    day = before_release()
    site = day.state.sites[AIRPORT]
    names = []
    while (stand_id := find_stand(day.state, AIRPORT)) is not None:
        names.append(stand_id)
        site.holds[stand_id] = OTHER
    assert names == ["Airport-S1", "Airport-S2", "Airport-S3"]


def test_empty_sorties_need_less_of_an_approval() -> None:
    """A test approval covers a sortie without passengers, and never one with."""
    day = before_release()
    sortie, aircraft = first_sortie(day)
    aircraft.approvals[:] = [msgspec.structs.replace(aircraft.approvals[0], kind="test")]
    assert find_approval(day.state, aircraft, sortie, AT_8, AT_8) == ""
    sortie.seats_taken = 0
    assert find_approval(day.state, aircraft, sortie, AT_8, AT_8) == "test"


def test_an_approval_is_for_both_ends_and_half_open() -> None:
    """One end approved is not enough, and an approval ends before its last instant."""
    day = before_release()
    sortie, aircraft = first_sortie(day)
    whole = aircraft.approvals[0]
    aircraft.approvals[:] = [msgspec.structs.replace(whole, vertiport_ids=(HARBOUR,))]
    assert find_approval(day.state, aircraft, sortie, AT_8, AT_8) == ""
    aircraft.approvals[:] = [whole]
    until_ms = whole.until_at_ms
    assert find_approval(day.state, aircraft, sortie, AT_8, until_ms - 1) == "passenger"
    assert find_approval(day.state, aircraft, sortie, AT_8, until_ms) == ""


def test_a_report_that_never_came_is_a_reason() -> None:
    """A site that reported nothing holds what would fly there."""
    day = before_release()
    site = day.state.sites[AIRPORT]
    assert site.report is not None
    assert site.report.place_id == PlaceId(AIRPORT)
    site.report = None
    decision = decide(day)
    assert isinstance(decision, Hold)
    assert decision.reason == "weather_no_report"


def test_a_report_between_hours_frees_what_waited() -> None:
    """A sortie held for fog looks again when a report inside the hour says that it has lifted."""
    trip = "08:20 trip Harbour -> Airport, 2 passengers, asked 07:45"
    day = before_release(f"{PAIR}  {trip}  08:00 fog at Harbour until 10:00", until="08:25")
    sortie, _ = first_sortie(day)
    assert sortie.hold_reason == "weather_visibility"
    clear = day.outside.weather("Airport", day.state.now_ms).weather
    told = msgspec.structs.replace(clear, place_id=PlaceId("Harbour"), at_ms=instant("08:30"))
    report = ReportWeather(weather=told, forecasts=())
    day.loop.take("metar/HARB/1", report, at_ms=instant("08:30"))
    day.run("08:38")
    assert sortie.phase in FLYING_SORTIE_PHASES


def test_a_report_ahead_of_its_stamp_is_bad_input() -> None:
    """What is told before it was observed is refused and leaves no trace; a moment later it counts.

    A feed may run a little ahead of an engine that still works off an earlier instant.
    """
    day = before_release()
    at_ms = day.state.now_ms
    ahead = day.outside.weather("Airport", at_ms + 1)
    before = day.state.events
    with pytest.raises(InvalidInput, match=r"weather\.at_ms"):
        day.loop.take("metar/AIRP/1", ahead, at_ms=at_ms)
    assert day.state.events == before
    day.loop.take("metar/AIRP/1", ahead, at_ms=at_ms + 1)
    assert day.state.sites[AIRPORT].report == ahead.weather


def test_a_zone_that_will_close_takes_an_alternate_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alternate counts only if the way to it stays open until a diversion would be over."""
    day = before_release()
    lane = day.index.lanes[AIRPORT, HARBOUR]
    crossings = day.index.crossings  # shared by all days of the same drawn city
    closing = Applicability(from_at_ms=AT_8 + 20 * MS_PER_MIN)
    monkeypatch.setitem(crossings, lane.lane_id, (cross(lane.lane_id, closing),))
    held = decide(day)
    assert isinstance(held, Hold)
    assert held.reason == "no_alternate"
    later = Applicability(from_at_ms=AT_8 + 3 * MS_PER_H)
    monkeypatch.setitem(crossings, lane.lane_id, (cross(lane.lane_id, later),))
    assert isinstance(decide(day), ev.SortieReleased)


def cross(name: str, applicability: Applicability) -> ZoneCrossing:
    """Return the crossing of a prohibited zone by a whole lane."""
    ring = ((77.0, 43.0), (77.1, 43.0), (77.1, 43.1), (77.0, 43.0))
    zone = Geozone(
        zone_id=GeozoneId("TEST01"),
        names=Names(kk=name, ru=name, en=name),
        restriction="prohibited",
        parts=(GeozonePart(rings=(ring,), lower_amsl_m=0.0, upper_amsl_m=3000.0),),
        applicability=(applicability,),
    )
    return ZoneCrossing(
        zone_id=zone.zone_id, first_vertex=0, last_vertex=1, zone=zone, window_ms=30_000
    )
