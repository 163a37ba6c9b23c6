"""Go/no-go and the door of every run: each line, both sides of its limit, then all of it again."""

from typing import Any

import msgspec
import pytest

from aspan.evidence import orders
from aspan.evidence.card import Bounds, CardId
from aspan.evidence.go_no_go_list import EVIDENCE_LINES, LINES, GoNoGo, Line
from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.orders import Evidence
from aspan.evidence.people import PersonId
from aspan.evidence.refusals import Reason
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import ReleaseRefused, RunReleased
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from ranging import (
    FROM_MS,
    Town,
    evidence,
    make_card,
    person,
    reason_of,
    version_of,
    weather,
)

UNTIL_MS = FROM_MS + 2 * MS_PER_H


@pytest.fixture
def town() -> Town:
    """Return a site five minutes before the slot of an approved card, in fair weather."""
    made = Town()
    made.prepare()
    return made


def list_of(answer: Any) -> GoNoGo:  # noqa: ANN401  events or a refusal
    """Return the evaluated list of an answer to a release."""
    if isinstance(answer, SiteRefused):
        assert answer.go_no_go is not None, answer
        return answer.go_no_go
    (released,) = (event for event in answer if isinstance(event, RunReleased))
    return released.go_no_go


def against(answer: Any) -> list[tuple[str, str]]:  # noqa: ANN401  events or a refusal
    """Return the lines that are not go, with their verdicts."""
    return [(line.name, line.verdict) for line in list_of(answer).lines if line.verdict != "go"]


def find(answer: Any, name: str) -> Line:  # noqa: ANN401  events or a refusal
    """Return one line."""
    return next(line for line in list_of(answer).lines if line.name == name)


YES_NO = ("conformity", "rescue", "fire", "range_clear", "airspace_notice", "line_traffic")


def brought(town: Town, line: str, **changes: Any) -> tuple[Evidence, ...]:  # noqa: ANN401
    """Return good evidence with one line changed."""
    found = {item.line: item for item in evidence(town.now_ms)}
    return evidence(town.now_ms, **{line: msgspec.structs.replace(found[line], **changes)})


def test_all_lines_go(town: Town) -> None:
    """With every line go the run is released, and the list is kept with its evidence."""
    answer = town.release()
    assert against(answer) == []
    assert [line.name for line in list_of(answer).lines] == [kind.name for kind in LINES]
    assert find(answer, "cell_spread").high == town.site.range.go_no_go.cell_spread_v_max
    assert town.site.state.runs["RUN1"].phase is RunPhase.RELEASED


def test_whether_the_line_flies_is_not_known_until_somebody_says_so(town: Town) -> None:
    """No service beside the range and no word: no go; a service closes the zones by itself."""
    without = evidence(town.now_ms, line_traffic=None)
    answer = town.release(evidence=without)
    assert against(answer) == [("line_traffic", "missing")]
    assert "not known whether the line flies" in find(answer, "line_traffic").detail
    flies = brought(town, "line_traffic", is_ok=False)
    assert against(town.release("RUN2", evidence=flies)) == [("line_traffic", "no_go")]
    town.site.is_line_beside = True
    beside = town.release("RUN3", evidence=without)
    assert against(beside) == []
    assert find(beside, "line_traffic").source == "service"


@pytest.mark.parametrize("name", EVIDENCE_LINES)
def test_missing_and_old_evidence_is_no_go(town: Town, name: str) -> None:
    """Without evidence, without a source, without an answer, too old or of the future: no-go."""
    age = town.site.range.go_no_go.evidence_age_ms_max
    now = town.now_ms
    without = evidence(now, **{name: None})
    cases: list[tuple[tuple[Evidence, ...], list[tuple[str, str]]]] = [
        (without, [(name, "missing")]),
        (brought(town, name, source=" "), [(name, "missing")]),
        (brought(town, name, value=None, is_ok=None, text=""), [(name, "missing")]),
        (brought(town, name, observed_at_ms=now - age - 1), [(name, "old")]),
        (brought(town, name, observed_at_ms=now + 1), [(name, "no_go")]),
        (brought(town, name, observed_at_ms=now - age), []),
    ]
    for number, (given, expected) in enumerate(cases):
        answer = town.release(f"RUN{number}", evidence=given)
        assert against(answer) == expected
        assert isinstance(answer, SiteRefused) is bool(expected)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("open_items", 0.0, 1.0),
        ("telemetry_link", 0.99, 0.9899),
        ("battery_soc", 0.93, 0.9299),
        ("battery_coldest", 283.15, 283.1),
        ("battery_hottest", 303.15, 303.2),
        ("cell_spread", 0.05, 0.0501),
    ],
)
def test_numbers_at_their_limits(town: Town, name: str, good: float, bad: float) -> None:
    """A number at its limit is go, one just beyond is no-go with its value and the limit."""
    assert against(town.release(evidence=brought(town, name, value=good))) == []
    answer = town.release("RUN2", evidence=brought(town, name, value=bad))
    assert against(answer) == [(name, "no_go")]
    assert f"{name}: {bad:g} is" in list_of(answer).reason


@pytest.mark.parametrize(
    "name", ["conformity", "rescue", "fire", "range_clear", "airspace_notice", "line_traffic"]
)
def test_a_no_is_a_no(town: Town, name: str) -> None:
    """What somebody looked at and found wanting is no-go."""
    assert against(town.release(evidence=brought(town, name, is_ok=False))) == [(name, "no_go")]


def test_the_software_on_board_is_the_one_agreed(town: Town) -> None:
    """Another baseline is no-go, and any is while none is agreed for the aircraft."""
    other = brought(town, "software_baseline", text="assumed-baseline-2")
    assert against(town.release(evidence=other)) == [("software_baseline", "no_go")]
    site = town.site.range
    unknown = [msgspec.structs.replace(a, software_baseline="") for a in site.aircraft]
    town.site.range = msgspec.structs.replace(site, aircraft=tuple(unknown))
    blank = brought(town, "software_baseline", text="")
    for number, given in enumerate((blank, evidence(town.now_ms))):
        answer = town.release(f"RUN{number}", evidence=given)
        assert against(answer) == [("software_baseline", "no_go")]


SKIES: dict[str, tuple[dict[str, float], dict[str, float], list[str]]] = {
    "visibility": (
        {"visibility_m": 5_000.0}, {"visibility_m": 4_999.0},
        ["pad_visibility", "alternate_visibility"],
    ),
    "ceiling": (
        {"ceiling_agl_m": 300.0}, {"ceiling_agl_m": 299.0}, ["pad_ceiling", "alternate_ceiling"],
    ),
    "gust": ({"gust_mps": 11.0}, {"gust_mps": 11.1}, ["pad_gust", "alternate_gust"]),
    "wind of the point": ({"wind_mps": 5.0}, {"wind_mps": 5.1}, ["envelope_wind"]),
    "wind": (
        {"wind_mps": 5.0}, {"wind_mps": 8.1}, ["pad_wind", "alternate_wind", "envelope_wind"],
    ),
    "thin air": ({"pressure_pa": 85_000.0}, {"pressure_pa": 75_000.0}, ["density_altitude"]),
}  # fmt: skip


@pytest.mark.parametrize("case", SKIES)
def test_weather_at_its_limits(town: Town, case: str) -> None:
    """Weather at the minima of the card is go, just beyond it is no-go, at pad and alternate."""
    good, bad, lines = SKIES[case]
    town.observe(**good)
    assert against(town.release()) == []
    town.now_ms += 1
    town.observe(**bad)
    names = [name for name, verdict in against(town.release("RUN2")) if verdict == "no_go"]
    assert sorted(names) == sorted(lines)


def test_the_weather_of_the_hours_ahead_counts(town: Town) -> None:
    """A gust forecast for the last minute of the slot is no-go; one at its end is not in it."""
    fair = weather("pad", town.now_ms, hours=6)
    for number, (at_ms, expected) in enumerate(
        [(UNTIL_MS - 1, [("pad_gust", "no_go")]), (UNTIL_MS, [])]
    ):
        town.now_ms += 1
        hours = [hour for hour in fair.hours if hour.at_ms < UNTIL_MS - 1]
        hours[0] = msgspec.structs.replace(hours[0], at_ms=town.now_ms)
        hours += [msgspec.structs.replace(hours[-1], at_ms=at_ms, gust_mps=15.0)]
        town.hand(msgspec.structs.replace(fair, hours=tuple(hours), observed_at_ms=town.now_ms))
        assert against(town.release(f"RUN{number}")) == expected


def test_weather_is_young_and_goes_on_until_the_end(town: Town) -> None:
    """No report, an old one, or one that ends before the slot does: no-go."""
    age = town.site.range.go_no_go.weather_age_ms_max
    observed = town.now_ms
    town.now_ms = observed + age
    assert against(town.release()) == []
    town.now_ms += 1
    verdicts = {verdict for _, verdict in against(town.release("RUN2"))}
    assert verdicts == {"old"}
    town.hand(weather("alternate", town.now_ms, hours=6))
    ends = [(UNTIL_MS - town.now_ms) // MS_PER_H, (UNTIL_MS - town.now_ms) // MS_PER_H + 1]
    for number, hours in enumerate(ends):
        town.now_ms += 1
        town.hand(weather("pad", town.now_ms, hours=hours))
        lines = against(town.release(f"RUN{3 + number}"))
        assert {verdict for _, verdict in lines} == ({"missing"} if number == 0 else set())
    del town.site.state.weather["alternate"]
    lines = against(town.release("RUN5"))
    assert [name for name, _ in lines] == [
        "alternate_visibility", "alternate_ceiling", "alternate_wind", "alternate_gust",
    ]  # fmt: skip


def test_approvals_of_the_aircraft_hold_on_the_day(town: Town) -> None:
    """A test needs an approval of kind test that names the aircraft or none, from its first day."""
    site = town.site.range
    test = site.approvals[0]
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"from_date": "2026-04-01"}, True),
        ({"from_date": "2026-04-02"}, False),
        ({"until_date": "2026-04-02"}, True),
        ({"until_date": "2026-04-01"}, False),
        ({"kind": "demonstration"}, False),
        ({"aircraft_id": AircraftId("AT02")}, False),
        ({"aircraft_id": AircraftId("AT01")}, True),
    ]
    for number, (changes, is_go) in enumerate(cases):
        only = (msgspec.structs.replace(test, **changes),)
        town.site.range = msgspec.structs.replace(site, approvals=only)
        lines = against(town.release(f"RUN{number}"))
        assert lines == ([] if is_go else [("aircraft_approval", "no_go")]), changes


def test_a_demonstration_needs_its_own_approval() -> None:
    """A card of kind demonstration is released only for an aircraft approved for it."""
    for aircraft, is_go in (("AT01", True), ("AT02", False)):
        town = Town()
        town.file(make_card(kind="demonstration"))
        town.approve("lena", "sanzhar")
        town.book(aircraft_id=AircraftId(aircraft))
        town.now_ms = FROM_MS
        town.observe()
        assert against(town.release()) == ([] if is_go else [("aircraft_approval", "no_go")])


def test_a_list_that_says_no_is_kept(town: Town) -> None:
    """The refused release stands on the log with its list; a later one may say go."""
    answer = town.release(evidence=())
    assert reason_of(answer) is Reason.NO_GO
    assert isinstance(answer.recorded[-1], ReleaseRefused)
    assert "conformity: no evidence" in answer.detail
    assert reason_of(town.begin()) is Reason.NOT_RELEASED
    assert not isinstance(town.release(), SiteRefused)
    assert isinstance(town.release(evidence=()), SiteRefused)
    assert reason_of(town.begin()) is Reason.NOT_RELEASED, "the last list counts"


def test_releases_that_cannot_be(town: Town) -> None:
    """Unknown cards, slots and lines, another's slot or run, evidence twice: refused at once."""
    found = evidence(town.now_ms)
    town.file(make_card("C2"))
    town.file(make_card("C3"))
    town.book("S2", card_id=CardId("C2"), from_ms=UNTIL_MS, until_ms=UNTIL_MS + MS_PER_H)
    town.release()
    cases: list[tuple[dict[str, Any], Reason]] = [
        ({"card_id": CardId("C9")}, Reason.UNKNOWN_CARD),
        ({"version": version_of("b")}, Reason.VERSION_NOT_NEWEST),
        ({"slot_id": "S9"}, Reason.UNKNOWN_SLOT),
        ({"slot_id": "S2"}, Reason.SLOT_OF_ANOTHER_CARD),
        ({"run_id": ""}, Reason.BAD_ORDER),
        ({"card_id": CardId("C2"), "slot_id": "S2"}, Reason.RUN_KNOWN),
        ({"evidence": (*found, found[0])}, Reason.LINE_TWICE),
        ({"evidence": (msgspec.structs.replace(found[0], line="mood"),)}, Reason.UNKNOWN_LINE),
        (
            {"evidence": (msgspec.structs.replace(found[0], line="card_approved"),)},
            Reason.UNKNOWN_LINE,
        ),
    ]
    for changes, reason in cases:
        assert reason_of(town.release(**changes)) is reason, changes
    town.now_ms = FROM_MS
    town.begin()
    assert reason_of(town.release()) is Reason.BEGUN_ALREADY


def test_a_slot_is_released_so_long_before(town: Town) -> None:
    """Within the lead go, before it no-go; after the slot no-go."""
    lead = town.site.range.go_no_go.release_lead_ms_max
    town.ask("rustam", orders.FreeSlot(key="f", slot_id="S1", why="another"))
    town.book("S2", from_ms=town.now_ms + lead + 1, until_ms=town.now_ms + lead + MS_PER_H)
    town.hand(weather("pad", town.now_ms, hours=8))
    town.hand(weather("alternate", town.now_ms, hours=8))
    assert against(town.release("R", slot_id="S2")) == [("slot_held", "no_go")]
    town.now_ms += 1
    assert against(town.release("R", slot_id="S2")) == []
    town.now_ms = town.site.state.slots["S2"].slot.until_ms
    town.observe()
    assert ("slot_held", "no_go") in against(town.release("R", slot_id="S2"))


def test_a_run_begins_in_its_slot_soon_after_its_release(town: Town) -> None:
    """Not before the slot, not where the card no longer fits, not long after the release."""
    limits = town.site.range.go_no_go
    town.release()
    town.now_ms = FROM_MS - 1
    assert reason_of(town.begin()) is Reason.SLOT_NOT_NOW
    town.now_ms = UNTIL_MS - MS_PER_MIN + 1
    town.observe()
    town.release("RUN2")
    assert reason_of(town.begin("RUN2")) is Reason.SLOT_TOO_SHORT
    town.now_ms = UNTIL_MS
    assert reason_of(town.begin("RUN2")) is Reason.SLOT_NOT_NOW
    for late, reason in ((1, Reason.RELEASE_OLD), (0, None)):
        other = Town()
        other.prepare()
        other.release()
        other.now_ms += limits.release_age_ms_max + late
        answer = other.begin()
        assert (answer.reason if isinstance(answer, SiteRefused) else None) is reason
    assert reason_of(other.begin()) is Reason.BEGUN_ALREADY
    assert reason_of(other.begin("RUN9")) is Reason.UNKNOWN_RUN


def test_all_is_looked_at_again_when_a_run_begins() -> None:
    """What was go at the release and is not at the beginning keeps the run from beginning."""

    def weather_turns(town: Town) -> None:
        town.observe(gust_mps=20.0)

    def card_changes(town: Town) -> None:
        town.file(make_card(title="another"), version_of("b"))

    def approval_withdrawn(town: Town) -> None:
        order = orders.WithdrawApproval(
            key="w", card_id=CardId("C1"), version=version_of("a"), why="a doubt"
        )
        town.ask("lena", order)

    def approver_dismissed(town: Town) -> None:
        town.ask("dana", orders.Dismiss(key="w", person_id=PersonId("lena")))

    def pilot_dismissed(town: Town) -> None:
        town.ask("dana", orders.Dismiss(key="w", person_id=PersonId("pavel")))

    def pilot_loses_role(town: Town) -> None:
        pilot_dismissed(town)
        town.ask("dana", orders.Enrol(key="v", person=person("pavel", ("range_officer",))))

    def slot_freed(town: Town) -> None:
        town.ask("rustam", orders.FreeSlot(key="w", slot_id="S1", why="rain"))

    cases = {
        weather_turns: Reason.NO_GO,
        card_changes: Reason.VERSION_NOT_NEWEST,
        approval_withdrawn: Reason.NO_GO,
        approver_dismissed: Reason.NO_GO,
        pilot_dismissed: Reason.NO_GO,
        pilot_loses_role: Reason.NO_GO,
        slot_freed: Reason.SLOT_FREED,
    }
    for change, reason in cases.items():
        town = Town()
        town.prepare()
        town.release()
        town.now_ms = FROM_MS
        change(town)
        answer = town.begin()
        assert reason_of(answer) is reason, change.__name__
        assert (answer.go_no_go is not None) is (reason is Reason.NO_GO)
        assert town.site.state.flying() == []


def test_a_run_that_is_late_keeps_what_it_holds(town: Town) -> None:
    """Until a run has ended nothing of it begins another run, though its slot is over."""
    town.file(make_card("C2", volume_ids=("STAND",)))
    town.approve("lena", "sanzhar", card_id="C2")
    extra = person("nora", ("flight_test_engineer",))
    town.ask("dana", orders.Enrol(key="n", person=extra))
    both = ((PersonId("petra"), "pilot"), (PersonId("nora"), "flight_test_engineer"))
    after = {"from_ms": UNTIL_MS, "until_ms": UNTIL_MS + MS_PER_H}
    two: dict[str, Any] = {**after, "card_id": CardId("C2"), "volume_ids": ("STAND",)}
    town.book("S2", **two)
    town.release()
    town.now_ms = FROM_MS
    town.begin()
    town.now_ms = UNTIL_MS
    town.observe()
    town.release("RUN2", card_id=CardId("C2"), slot_id="S2")
    assert reason_of(town.begin("RUN2")) is Reason.AIRCRAFT_BUSY
    for slot_id, changes, reason in (
        ("S3", {"aircraft_id": AircraftId("AT02")}, Reason.PERSON_BUSY),
        ("S4", {"aircraft_id": AircraftId("AT02"), "crew": both}, None),
    ):
        town.ask("rustam", orders.FreeSlot(key=town.key(), slot_id="S2", why="another"))
        town.ask("rustam", orders.FreeSlot(key=town.key(), slot_id="S3", why="another"))
        town.book(slot_id, **{**two, **changes})
        town.release(f"RUN{slot_id}", card_id=CardId("C2"), slot_id=slot_id)
        answer = town.begin(f"RUN{slot_id}")
        assert (answer.reason if isinstance(answer, SiteRefused) else None) is reason, answer
    town.end()
    assert [run.run_id for run in town.site.state.flying()] == ["RUNS4"]


def test_shared_air_is_busy_until_the_run_ends(town: Town) -> None:
    """A late run in a volume keeps runs out of every volume that shares air with it."""
    town.file(make_card("C2", volume_ids=("EAST",)))
    town.approve("lena", "sanzhar", card_id="C2")
    town.ask("dana", orders.Enrol(key="n", person=person("nora", ("flight_test_engineer",))))
    town.book(
        "S2", card_id=CardId("C2"), volume_ids=("EAST",), aircraft_id=AircraftId("AT02"),
        from_ms=UNTIL_MS, until_ms=UNTIL_MS + MS_PER_H,
        crew=((PersonId("petra"), "pilot"), (PersonId("nora"), "flight_test_engineer")),
    )  # fmt: skip
    town.release()
    town.now_ms = FROM_MS
    town.begin()
    town.now_ms = UNTIL_MS
    town.observe()
    town.release("RUN2", card_id=CardId("C2"), slot_id="S2")
    assert reason_of(town.begin("RUN2")) is Reason.VOLUME_BUSY
    town.end()
    assert not isinstance(town.begin("RUN2"), SiteRefused)


def test_the_next_card_waits_for_the_review_of_the_one_before() -> None:
    """Every repeat accepted, none waiting for review, the last within its band; then it opens."""
    town = Town()
    town.prepare()
    town.file(make_card("C2", after=(CardId("C1"),)))
    town.approve("lena", "sanzhar", card_id="C2")
    later = FROM_MS + 3 * MS_PER_H
    town.book("S2", card_id=CardId("C2"), from_ms=later, until_ms=later + MS_PER_H)

    def previous() -> str:
        town.now_ms += 1
        town.observe()
        answer = town.release("NEXT", card_id=CardId("C2"), slot_id="S2")
        return find(answer, "previous_cards").detail

    assert previous() == "0 of 1 runs of C1 are accepted"
    town.fly()
    assert previous() == "run RUN1 of C1 is not reviewed"
    town.review(is_accepted=False)
    assert previous() == "0 of 1 runs of C1 are accepted"
    for number, (off, detail) in enumerate(
        [(0.1001, "C1 is 0.100 off its prediction, its band is 0.100"), (0.1, ""), (None, "")]
    ):
        town.observe()
        town.fly(f"MORE{number}")
        town.review(f"MORE{number}", off_prediction=off)
        assert previous() == detail


def test_repeats_are_flown_before_the_next_card_opens() -> None:
    """A card wanted twice opens the next one after its second accepted run."""
    town = Town()
    town.file(make_card(repeats=2))
    town.approve("lena", "sanzhar")
    town.file(make_card("C2", after=(CardId("C1"), CardId("C9"))))
    town.book()
    town.book("S2", card_id=CardId("C2"), from_ms=UNTIL_MS, until_ms=UNTIL_MS + MS_PER_H)
    town.now_ms = FROM_MS
    details = []
    for number in range(2):
        town.observe()
        town.fly(f"RUN{number}")
        town.review(f"RUN{number}")
        answer = town.release("NEXT", card_id=CardId("C2"), slot_id="S2")
        details.append(find(answer, "previous_cards").detail)
    assert details == ["1 of 2 runs of C1 are accepted; C9 is not filed", "C9 is not filed"]


def test_temperature_of_the_card(town: Town) -> None:
    """A card that states temperatures is not begun outside them."""
    heat = msgspec.structs.replace(make_card().minima, temperature_k=Bounds(low=288.2))
    town.file(make_card(minima=heat), version_of("b"))
    town.approve("lena", "sanzhar", version=version_of("b"))
    answer = town.release(version=version_of("b"))
    assert against(answer) == [("pad_temperature", "no_go")]
