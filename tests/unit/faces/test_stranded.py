"""Who still stands somewhere, as the desk is told, and what passengers are told of it."""

import pytest

from aspan.faces.http.notice_words import tell_notices, tell_remedies
from aspan.faces.http.stranded_view import list_stranded
from aspan.operations import actions as act
from aspan.operations.care import find_open
from aspan.operations.commands import TakeAction
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
