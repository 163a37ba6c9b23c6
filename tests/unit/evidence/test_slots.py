"""Slots: what two of them may not share, by day, with a rested crew, and closed to line traffic."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from aspan.evidence import orders
from aspan.evidence.card import Card
from aspan.evidence.crew_duty import check_duty
from aspan.evidence.people import PersonId
from aspan.evidence.refusals import Reason
from aspan.evidence.site import SiteRefused
from aspan.evidence.slots import AHEAD_MS_MAX, SLOT_MS_MAX, duration_ms, is_in_daylight
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_DAY, MS_PER_H
from aspan.world.range import RangePeople
from aspan.world.sun import sun_times
from ranging import FROM_MS, MORNING_MS, Town, make_card, person, reason_of, version_of

UNTIL_MS = FROM_MS + 2 * MS_PER_H
AT02 = AircraftId("AT02")
OTHERS = ((PersonId("petra"), "pilot"), (PersonId("nora"), "flight_test_engineer"))
CARD_MS = 60_000


@pytest.fixture
def town() -> Town:
    """Return a site with a card, a second engineer and the slot S1 at the pad."""
    made = Town()
    made.ask("dana", orders.Enrol(key="n", person=person("nora", ("flight_test_engineer",))))
    made.file(make_card())
    made.file(make_card("C2", volume_ids=("STAND",)))
    assert not isinstance(made.book(), SiteRefused)
    return made


def by_night() -> Card:
    """Return the card C1, to be flown at any hour."""
    card = make_card()
    minima = msgspec.structs.replace(card.minima, is_day_only=False)
    return msgspec.structs.replace(card, minima=minima)


def beside(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  fields of any type
    """Return a slot at the stand that shares nothing with S1, with changes."""
    return {
        "slot_id": "S2", "card_id": "C2", "volume_ids": ("STAND",), "aircraft_id": AT02,
        "crew": OTHERS, **changes,
    }  # fmt: skip


def test_a_slot_beside_another_shares_nothing(town: Town) -> None:
    """Another volume, aircraft and crew at the same time are booked."""
    assert not isinstance(town.book(**beside()), SiteRefused)


SHARED = {
    "the volume": (beside(card_id="C1", volume_ids=("PAD",)), Reason.VOLUME_TAKEN),
    "air of another volume": (beside(volume_ids=("STAND", "EAST")), Reason.VOLUME_TAKEN),
    "the aircraft": (beside(aircraft_id=AircraftId("AT01")), Reason.AIRCRAFT_TAKEN),
    "a person": (
        beside(crew=((PersonId("pavel"), "pilot"), OTHERS[1])), Reason.PERSON_TAKEN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHARED)
def test_slots_that_share_are_apart_in_time(town: Town, case: str) -> None:
    """At the same time refused; from the instant at which the other ends it is booked."""
    changes, reason = SHARED[case]
    assert reason_of(town.book(**changes)) is reason
    last = {"from_ms": UNTIL_MS - 1, "until_ms": UNTIL_MS - 1 + CARD_MS}
    assert reason_of(town.book(**{**changes, **last})) is reason
    before = {"from_ms": FROM_MS - CARD_MS, "until_ms": FROM_MS + 1}
    assert reason_of(town.book(**{**changes, **before})) is reason
    after = {"from_ms": UNTIL_MS, "until_ms": UNTIL_MS + CARD_MS}
    assert not isinstance(town.book(**{**changes, **after}), SiteRefused)
    until = {"from_ms": FROM_MS - CARD_MS, "until_ms": FROM_MS, "slot_id": "S3"}
    assert not isinstance(town.book(**{**changes, **until}), SiteRefused)


def test_a_slot_given_back_is_free(town: Town) -> None:
    """What a freed slot kept may be booked; it is freed once, and not after a run has begun."""

    def free(slot_id: str) -> Any:  # noqa: ANN401  events or a refusal
        return town.ask("rustam", orders.FreeSlot(key=town.key(), slot_id=slot_id, why="rain"))

    assert reason_of(free("S9")) is Reason.UNKNOWN_SLOT
    free("S1")
    assert reason_of(free("S1")) is Reason.SLOT_FREED
    assert reason_of(town.book("S1")) is Reason.SLOT_KNOWN
    assert not isinstance(town.book("S2"), SiteRefused)
    town.approve("lena", "sanzhar")
    town.now_ms = FROM_MS
    town.observe()
    town.release(slot_id="S2")
    town.begin()
    assert reason_of(free("S2")) is Reason.SLOT_USED


def test_stations_and_teams_serve_so_many_slots(town: Town) -> None:
    """Two stations serve two slots at a time; a third waits until one of them ends."""
    town.book(**beside())
    town.site.range = _with_third_aircraft(town)
    town.ask("dana", orders.Enrol(key="t", person=person("tom", ("pilot",))))
    town.ask("dana", orders.Enrol(key="u", person=person("uli", ("flight_test_engineer",))))
    third = beside(
        slot_id="S3", aircraft_id=AircraftId("AT03"), volume_ids=("GARAGE",), card_id="C4",
        crew=((PersonId("tom"), "pilot"), (PersonId("uli"), "flight_test_engineer")),
    )  # fmt: skip
    town.file(make_card("C4", volume_ids=("GARAGE",)))
    assert reason_of(town.book(**third)) is Reason.RESOURCES_TAKEN
    later = {**third, "from_ms": UNTIL_MS, "until_ms": UNTIL_MS + CARD_MS}
    assert not isinstance(town.book(**later), SiteRefused)


def _with_third_aircraft(town: Town) -> Any:  # noqa: ANN401  a range
    site = town.site.range
    replace = msgspec.structs.replace
    third = replace(site.aircraft[0], aircraft_id=AircraftId("AT03"))
    garage = replace(site.get_volume("STAND"), volume_id="GARAGE", meets=())
    return replace(site, aircraft=(*site.aircraft, third), volumes=(*site.volumes, garage))


IMPOSSIBLE: dict[str, tuple[dict[str, Any], Reason | None]] = {
    "no time": ({"until_ms": FROM_MS}, Reason.SLOT_IMPOSSIBLE),
    "a day and more": (
        {"until_ms": FROM_MS + SLOT_MS_MAX + 1}, Reason.SLOT_IMPOSSIBLE,
    ),
    "years ahead": (
        {"from_ms": MORNING_MS + AHEAD_MS_MAX + 1, "until_ms": MORNING_MS + AHEAD_MS_MAX + 2},
        Reason.SLOT_IMPOSSIBLE,
    ),
    "no name": ({"slot_id": ""}, Reason.SLOT_IMPOSSIBLE),
    "begun before it is booked": ({"from_ms": MORNING_MS - 1}, Reason.SLOT_PAST),
    "shorter than its card": ({"until_ms": FROM_MS + CARD_MS - 1}, Reason.SLOT_TOO_SHORT),
    "as long as its card": ({"until_ms": FROM_MS + CARD_MS}, None),
    "unknown card": ({"card_id": "C9"}, Reason.UNKNOWN_CARD),
    "unknown volume": ({"volume_ids": ("STAND", "MOON")}, Reason.UNKNOWN_VOLUME),
    "no volume of the card": ({"volume_ids": ("EAST",)}, Reason.VOLUMES_MISSING),
    "a volume twice": ({"volume_ids": ("STAND", "STAND")}, Reason.VOLUMES_MISSING),
    "unknown aircraft": ({"aircraft_id": AircraftId("AT09")}, Reason.UNKNOWN_AIRCRAFT),
    "no pilot": ({"crew": OTHERS[1:]}, Reason.CREW_INCOMPLETE),
    "a passenger": (
        {"crew": (*OTHERS, (PersonId("dana"), "test_director"))}, Reason.CREW_INCOMPLETE,
    ),
    "one person in two roles": (
        {"crew": (OTHERS[0], (PersonId("petra"), "flight_test_engineer"))},
        Reason.CREW_INCOMPLETE,
    ),
    "an engineer as pilot": (
        {"crew": ((PersonId("nora"), "pilot"), (PersonId("farid"), "flight_test_engineer"))},
        Reason.CREW_NOT_ENTITLED,
    ),
    "a stranger": (
        {"crew": ((PersonId("nobody"), "pilot"), OTHERS[1])}, Reason.CREW_NOT_ENTITLED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_slots_that_cannot_be(case: str) -> None:
    """Times, volumes, aircraft and crew that do not fit a card are refused with the reason."""
    changes, reason = IMPOSSIBLE[case]
    town = Town()
    town.ask("dana", orders.Enrol(key="n", person=person("nora", ("flight_test_engineer",))))
    town.file(make_card("C2", volume_ids=("STAND",)))
    answer = town.book(**beside(**changes))
    assert (answer.reason if isinstance(answer, SiteRefused) else None) is reason


def test_day_cards_are_flown_by_day() -> None:
    """A slot may begin at sunrise and end at sunset, not a moment outside; night cards any time."""
    town = Town()
    site = town.site.range
    day = datetime.fromtimestamp(FROM_MS / 1000, UTC).date()
    sun = sun_times(
        lon_deg=site.site.lon_deg, lat_deg=site.site.lat_deg, day=day, zone=site.time_zone
    )
    rise, dusk = sun.sunrise_at_ms, sun.sunset_at_ms
    assert is_in_daylight(site, rise, dusk)
    assert not is_in_daylight(site, rise - 1, dusk)
    assert not is_in_daylight(site, rise, dusk + 1)
    assert not is_in_daylight(site, rise, rise + MS_PER_DAY)
    town.file(make_card())
    late: dict[str, Any] = {"from_ms": dusk - MS_PER_H, "until_ms": dusk + 1}
    assert reason_of(town.book(**late)) is Reason.SLOT_OUTSIDE_DAYLIGHT
    town.file(by_night(), version_of("b"))
    assert not isinstance(town.book(**late), SiteRefused)


RULES = RangePeople(
    pilots=1, safety_pilots=1, flight_test_engineers=1, range_officers=1,
    duty_ms_max=10 * MS_PER_H, rest_ms_min=12 * MS_PER_H, week_duty_ms_max=40 * MS_PER_H,
)  # fmt: skip


def hours(first: float, last: float) -> tuple[int, int]:
    """Return an interval of hours as milliseconds."""
    return round(first * MS_PER_H), round(last * MS_PER_H)


@pytest.mark.parametrize(
    ("work", "more", "reason"),
    [
        ([], hours(8, 18), None),
        ([], (8 * MS_PER_H, 18 * MS_PER_H + 1), Reason.CREW_DUTY),
        ([hours(8, 9)], hours(17, 18), None),
        ([hours(8, 9)], hours(17, 18.01), Reason.CREW_REST),
        ([hours(8, 10)], hours(13, 18.01), Reason.CREW_DUTY),
        ([hours(8, 18)], hours(30, 31), None),
        ([hours(8, 18)], (30 * MS_PER_H - 1, 31 * MS_PER_H), Reason.CREW_REST),
        ([hours(30, 31)], hours(8, 18), None),
        ([hours(30, 31)], (8 * MS_PER_H + 1, 18 * MS_PER_H + 1), Reason.CREW_REST),
        ([hours(24 * d, 24 * d + 8) for d in range(4)], hours(96, 104), None),
        ([hours(24 * d, 24 * d + 8) for d in range(5)], hours(120, 120.1), Reason.CREW_DUTY),
        ([hours(24 * d, 24 * d + 8) for d in range(5)], hours(168, 176), None),
        ([hours(24 * d, 24 * d + 8) for d in range(5)], hours(167, 175), Reason.CREW_DUTY),
    ],
)
def test_duty_and_rest(
    work: list[tuple[int, int]], more: tuple[int, int], reason: Reason | None
) -> None:
    """Ten hours of duty, twelve of rest, forty in any seven days: just so allowed, more refused."""
    found = check_duty(PersonId("pavel"), work, more, RULES)
    assert (found.reason if found is not None else None) is reason


def test_a_crew_rests_between_slots() -> None:
    """A slot may end with the longest duty of its crew; the next one is for a rested crew."""
    town = Town()
    town.file(by_night())
    town.book()
    end = FROM_MS + town.site.range.people.duty_ms_max
    late: dict[str, Any] = {"from_ms": end - CARD_MS + 1, "until_ms": end + 1}
    assert reason_of(town.book("S2", **late)) is Reason.CREW_REST
    just: dict[str, Any] = {"from_ms": end - CARD_MS, "until_ms": end}
    assert not isinstance(town.book("S2", **just), SiteRefused)


def test_a_run_beyond_its_slot_counts_as_work() -> None:
    """Who came back late has worked until then: the next slot must leave them their rest."""
    town = Town()
    town.file(by_night())
    town.approve("lena", "sanzhar")
    town.book()
    town.now_ms = FROM_MS
    town.observe()
    town.release()
    town.begin()
    town.now_ms = UNTIL_MS + 3 * MS_PER_H
    town.end()
    rested = town.now_ms + town.site.range.people.rest_ms_min
    early: dict[str, Any] = {"from_ms": rested - 1, "until_ms": rested + CARD_MS}
    assert reason_of(town.book("S2", **early)) is Reason.CREW_REST
    assert not isinstance(town.book("S2", **{**early, "from_ms": rested}), SiteRefused)


def test_a_card_lasts_as_its_segments() -> None:
    """The shortest slot of a card is the sum of its segments."""
    assert duration_ms(make_card()) == CARD_MS
