"""Who still stands somewhere, as the desk is told, and what passengers are told of it."""

from typing import Any

import pytest

from aspan.faces.http import booking_page, stranded_view
from aspan.faces.http.booking_page import BookingPainter
from aspan.faces.http.notice_words import tell_notices, tell_remedies
from aspan.faces.http.stranded_view import list_stranded
from aspan.operations import actions as act
from aspan.operations import care
from aspan.operations.care import find_open
from aspan.operations.commands import TakeAction
from aspan.operations.planning import Planner
from aspan.operations.records import BookingRecord
from aspan.primitives.ids import VertiportId
from aspan.world.places import LANGUAGES
from stories.story import Day
from unit.operations.scenes import before_release


def _held(until: str) -> Day:
    """Return a day on which the desk holds the first sortie's site until it is too late for it."""
    day = before_release(until="07:40")
    action = act.HoldDepartures(vertiport_id=VertiportId("Harbour"))
    command = TakeAction(key="key-0001", who="Aigerim", why="drill", action=action)
    day.loop.take("action/key-0001", command, at_ms=day.state.now_ms)
    return day.run(until)


def _booking(day: Day) -> BookingRecord:
    return next(iter(day.state.bookings.values()))


def test_nobody_is_told_while_all_goes_well() -> None:
    """A party on time stands nowhere and is told nothing."""
    day = before_release(until="07:58")
    page = list_stranded(day.engine.planner, day.state.now_ms)
    assert (page.passengers, page.sites) == (0, ())
    state, booking = day.state, _booking(day)
    told = find_open(day.engine.planner, booking, state.now_ms)
    assert tell_notices(state, booking, told, now_ms=state.now_ms, lang="en") == ()
    assert tell_remedies(state, booking, told, lang="en") == ((), None)


def test_a_party_kept_waiting_is_told_with_what_is_open() -> None:
    """At its site, since when it should have left, for what reason, and with each way out."""
    day = _held("08:05")
    page = list_stranded(day.engine.planner, day.state.now_ms)
    (site,) = page.sites
    (party,) = site.parties
    assert (site.vertiport_id, site.passengers, page.passengers) == ("Harbour", 2, 2)
    assert party.reason == "departures_held"
    assert party.since_ms <= day.state.now_ms
    assert {one.remedy for one in party.open} == {"air", "ground", "refund"}
    assert all(one.cost_tiyn > 0 for one in party.open if one.remedy == "ground")


def test_only_parties_that_are_told_are_planned_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits beyond the most that are told is counted, and costs the engine no planning."""
    day = _held("08:05")
    planned: list[str] = []
    find = care._pose

    def pose(planner: Planner, booking: BookingRecord, **more: Any) -> care._Case:  # noqa: ANN401
        planned.append(booking.booking_id)
        return find(planner, booking, **more)

    monkeypatch.setattr(care, "_pose", pose)
    monkeypatch.setattr(stranded_view, "PARTIES_MAX", 0)
    page = list_stranded(day.engine.planner, day.state.now_ms)
    assert [(site.passengers, site.parties) for site in page.sites] == [(2, ())]
    assert (page.passengers, planned) == (2, [])


def test_a_page_of_a_booking_is_planned_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told to a party and what it can choose from are one look at what is open to it."""
    day = _held("08:05")
    booking = _booking(day)
    asked: list[int] = []

    def look(planner: Planner, booking: BookingRecord, now_ms: int) -> care.Open | None:
        asked.append(now_ms)
        return care.find_open(planner, booking, now_ms)

    monkeypatch.setattr(booking_page, "find_open", look)
    now_ms = day.state.now_ms
    painter = BookingPainter(day.engine.planner, {}, {}, now_ms=now_ms, seq=1, lang="en")
    page = painter.draw(booking.booking_id)
    assert page is not None
    assert [one.kind for one in page.care] == ["waits"]
    assert page.remedies
    assert asked == [now_ms]


def test_a_party_that_waits_for_its_taxi_still_stands_there() -> None:
    """Until the taxi leaves, the party is told of with the instant at which it is picked up."""
    day = _held("08:30")
    from_ms = day.state.now_ms
    for minute in range(1, 121):
        day.loop.run(from_ms + minute * 60_000)
        if _booking(day).care:
            break
    note = _booking(day).care[-1]
    assert note.leaves_at_ms is not None
    before = list_stranded(day.engine.planner, note.at_ms)
    assert [p.ride_leaves_at_ms for s in before.sites for p in s.parties] == [note.leaves_at_ms]
    assert list_stranded(day.engine.planner, note.leaves_at_ms).sites == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_notice_has_words_in_each_language(lang: str) -> None:
    """What waits, what can be chosen and the taxi that comes are told, with nothing left open."""
    day = _held("08:05")
    state, now_ms = day.state, day.state.now_ms
    told = find_open(day.engine.planner, _booking(day), now_ms)
    waits = tell_notices(state, _booking(day), told, now_ms=now_ms, lang=lang)
    assert [one.kind for one in waits] == ["waits"]
    remedies, until_ms = tell_remedies(state, _booking(day), told, lang=lang)
    assert until_ms is not None
    day.run("09:30")
    told = find_open(day.engine.planner, _booking(day), state.now_ms)
    rides = tell_notices(state, _booking(day), told, now_ms=state.now_ms, lang=lang)
    assert [one.kind for one in rides] == ["taxi_at_site"]
    for text in (*(one.text for one in (*waits, *rides)), *(one.text for one in remedies)):
        assert text
        assert "{" not in text
        assert "departures_held" not in text
