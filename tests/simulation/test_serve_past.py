"""What a service tells of its past: the state then, rows without gaps, sums that agree."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from litestar.testing import TestClient

from aspan.compose.runs import RunSettings, open_twin, pair
from aspan.compose.service import Asked, open_service
from aspan.faces.http.app import create_app
from aspan.faces.http.detail_view import draw_weather
from aspan.faces.http.engine_view import EngineView
from aspan.live import history as history_module
from aspan.live.chronicle import Chronicle
from aspan.live.history import History
from aspan.live.sqlite_log import SqliteLog
from aspan.operations.digest import state_digest
from aspan.operations.log import decode_event
from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.twin.clock import AlertList, LeapingClock
from aspan.world.readers import load_city

INSTANTS = 200


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineView]:
    """Return the view of a busy morning that has ended at ten."""
    asked = Asked(city="alatau", start_ms=6 * MS_PER_H, demand=12.0)
    store = tmp_path_factory.mktemp("store") / "a.sqlite"
    twin = open_service(asked, store, speed=inf, until="10:00")
    twin.service.start()
    twin.service.wait()
    found = EngineView(twin)
    yield found
    found.close()
    twin.log.close()


def _draw_instants(from_ms: int, until_ms: int) -> list[int]:
    span_ms = until_ms - from_ms
    return [from_ms + int(draw(7, "instant", n) * span_ms) for n in range(INSTANTS)]


def test_the_state_of_any_instant_is_the_state_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 200 random instants, looked at in any order, history is what the engine was then."""
    monkeypatch.setattr(history_module, "SPACING_EVENTS", 50)
    monkeypatch.setattr(history_module, "COPIES_MAX", 8)
    city = load_city("tiny")
    log = SqliteLog(tmp_path / "a.sqlite")
    settings = RunSettings(day=date(2025, 4, 15), demand=4.0)
    run = open_twin(city, settings)
    loop = pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList())
    instants = _draw_instants(run.start_ms + 1, run.end_ms)
    known: dict[int, tuple[str, int]] = {}
    for at_ms in sorted(instants):
        loop.run(at_ms + 1)
        known[at_ms] = (state_digest(run.engine.state), len(log))
    history = History(run.index, log.path)
    for at_ms in instants:
        found = history.look(at_ms, lambda look: (state_digest(look.state), look.seq))
        assert found == known[at_ms]
    assert len(log) > 500
    assert 0 < history.copies <= 8
    history.close()
    log.close()


def test_a_replay_of_now_is_the_picture_of_now(view: EngineView) -> None:
    """Folded from the log or drawn from the engine, the picture is the same but for its mark."""
    now = view.snapshot()
    again = view.replay(now.clock.at_ms)
    assert again.is_replay
    assert not now.is_replay
    for name in ("seq", "aircraft", "sorties", "vertiports", "weather", "figures", "geozones"):
        assert getattr(again, name) == getattr(now, name)


def test_a_replay_keeps_stands_for_those_on_their_way(view: EngineView) -> None:
    """Whoever is in the air has a stand kept where it goes, and that stand is not free."""
    then = view.replay(view.history().last_at_ms - MS_PER_H)
    flying = {s.sortie_id: s for s in then.sorties if s.status == "airborne"}
    kept = {
        stand.held_by_sortie_id: site.vertiport_id
        for site in then.vertiports
        for stand in site.stands
        if stand.held_by_sortie_id is not None
    }
    assert flying
    assert all(kept[s] == sortie.destination for s, sortie in flying.items())


def test_the_noise_of_a_past_moment_is_not_todays(view: EngineView) -> None:
    """It ends at that moment, and fewer take-offs and landings had been heard by then."""
    at_ms = view.history().last_at_ms - 2 * MS_PER_H
    then, now = view.find_noise(at_ms), view.find_noise()
    assert then is not None
    assert now is not None
    assert then.until_ms == at_ms < now.until_ms
    heard = [sum(hour.movements for hour in found.hours) for found in (then, now)]
    assert heard[0] < heard[1]
    assert view.find_noise() is now  # nothing has flown since
    with pytest.raises(InvalidInput, match="at_ms"):
        view.find_noise(view.history().last_at_ms + MS_PER_H)


def test_charge_in_the_air_is_one_figure(view: EngineView) -> None:
    """An aircraft's chart stands at the present instant where the picture says it is."""
    picture = view.snapshot()
    flying = [a for a in picture.aircraft if a.phase == "airborne"]
    assert flying
    for aircraft in flying:
        points = view.aircraft(aircraft.aircraft_id).soc
        now = [p for p in points if p.at_ms == picture.clock.at_ms]
        assert {p.is_forecast for p in now} == {False, True}
        assert all(p.soc == pytest.approx(aircraft.soc, abs=1e-4) for p in now)


def test_a_replay_shows_aircraft_where_they_flew(view: EngineView) -> None:
    """An hour ago somebody was in the air, above the ground and moving."""
    then = view.replay(view.history().last_at_ms - MS_PER_H)
    flying = [a for a in then.aircraft if a.phase == "airborne"]
    assert flying
    assert all(a.altitude_amsl_m > 400.0 for a in flying)
    assert any(a.ground_speed_mps > 30.0 for a in flying)


def test_flights_that_were_forgotten_are_flown_again(view: EngineView) -> None:
    """Without the twin's tracks the same picture is made from the release, weather and dice."""
    at_ms = view.history().last_at_ms - MS_PER_H
    kept = view.replay(at_ms)
    flown = view._twin.run.outside.flown
    tracks = dict(flown)
    flown.clear()
    again = view.replay(at_ms)
    flown.update(tracks)
    assert again == kept


@pytest.mark.parametrize("offset_ms", [-25 * MS_PER_H, MS_PER_H])
def test_what_is_not_on_the_log_cannot_be_shown(view: EngineView, offset_ms: int) -> None:
    """An instant before the first event or after now is refused by name."""
    with pytest.raises(InvalidInput, match="at_ms"):
        view.replay(view.history().last_at_ms + offset_ms)


def test_rows_of_aircraft_have_neither_gap_nor_overlap(view: EngineView) -> None:
    """From the first event to now each aircraft does one thing after another, whatever it is."""
    span = view.history()
    timeline = view.timeline(span.first_at_ms, span.last_at_ms + MS_PER_H)
    assert len(timeline.aircraft) == len(view.snapshot().aircraft)
    kinds = set()
    for row in timeline.aircraft:
        at_ms = span.first_at_ms
        for block in row.blocks:
            if at_ms < span.last_at_ms:
                assert block.from_ms == at_ms
            assert block.from_ms >= at_ms
            assert block.is_planned == (block.from_ms > span.last_at_ms)
            at_ms = block.until_ms or 1 << 53
            kinds.add(block.kind)
        assert at_ms > span.last_at_ms
    assert kinds == {"waiting", "boarding", "taxiing", "flight", "charging"}


def test_a_stand_has_one_guest_at_a_time(view: EngineView) -> None:
    """Stays on a stand do not overlap, and what charges there stands there."""
    span = view.history()
    for row in view.timeline(span.first_at_ms, span.last_at_ms).stands:
        stays = [b for b in row.blocks if b.kind == "occupied"]
        for first, second in pairwise(stays):
            assert first.until_ms is not None
            assert first.until_ms <= second.from_ms
        for charge in (b for b in row.blocks if b.kind == "charging"):
            assert any(
                b.aircraft_id == charge.aircraft_id and b.from_ms <= charge.from_ms for b in stays
            )


def test_the_day_agrees_with_the_figures(view: EngineView) -> None:
    """Flown, people, energy, reserve and punctuality are those of the board, hour by hour too."""
    day, figures = view.day(None), view.snapshot().figures
    assert day.flown == figures.flown > 0
    assert day.passengers == figures.passengers
    assert sum(day.cancelled.values()) == figures.cancelled
    assert day.energy_kwh == pytest.approx(figures.energy_kwh, abs=0.1)
    assert day.min_above_reserve_kwh == figures.min_energy_above_reserve_kwh
    assert day.on_time_share == figures.on_time_share
    assert sum(hour.flown for hour in day.by_hour) == day.flown
    assert sum(route.passengers for route in day.by_route) == day.passengers
    assert day.revenue_tiyn > 0
    assert (day.delay_p50_ms or 0) <= (day.delay_p95_ms or 0)


@pytest.mark.parametrize(
    "text", ["yesterday", "2025-13-01", "2001-01-01", "2099-01-01", "9999-12-31"]
)
def test_a_date_it_knows_nothing_of_is_refused(view: EngineView, text: str) -> None:
    """No date, a day before the log and a day to come are named with what was expected."""
    with pytest.raises(InvalidInput, match="date"):
        view.day(text)


def test_a_flown_sortie_keeps_to_its_forecast(view: EngineView) -> None:
    """The forecast begins at the charge released and ends near what was measured, above reserve."""
    flown = [s.sortie_id for s in view.snapshot().sorties if s.status == "flown"]
    for sortie_id in flown[:20]:
        detail = view.sortie(sortie_id)
        measured = {m.kind: m.soc for m in detail.measured}
        first, last = detail.profile[0], detail.profile[-1]
        assert first.soc_forecast is not None
        assert last.soc_forecast is not None
        assert last.reserve_soc is not None
        assert abs(first.soc_forecast - measured["lift_off"]) < 0.02
        assert abs(last.soc_forecast - measured["touchdown"]) < 0.08
        assert last.soc_forecast > last.reserve_soc
        assert all(p.altitude_amsl_m > p.ground_amsl_m - 5.0 for p in detail.profile)
        kinds = [entry.kind for entry in detail.log]
        assert kinds[0] == "SortieScheduled"
        assert "SortieOnBlock" in kinds


def test_an_aircraft_tells_charge_without_jumps_in_time(view: EngineView) -> None:
    """Points of charge stand in order, within bounds; what is to come stands after what was."""
    for aircraft in view.snapshot().aircraft:
        detail = view.aircraft(aircraft.aircraft_id)
        times = [p.at_ms for p in detail.soc]
        assert times == sorted(times)
        assert all(0.0 < p.soc <= 1.0 for p in detail.soc)
        marks = [p.is_forecast for p in detail.soc]
        assert marks == sorted(marks)
        assert detail.soc[-1].is_forecast


def test_a_site_draws_no_more_than_it_may(view: EngineView) -> None:
    """Minute by minute the power of a site stays under its limit, and some of it is drawn."""
    drawn = 0.0
    for site in view.city_facts().vertiports:
        detail = view.vertiport(site.vertiport_id)
        assert max(p.kw for p in detail.power) <= detail.power_limit_kw + 0.1
        drawn += sum(p.kw for p in detail.power)
        assert len(detail.stands) == len(site.stands)
        assert len(detail.weather) >= 4
    assert drawn > 0.0


def test_ids_nobody_knows_are_refused_over_http(view: EngineView) -> None:
    """Unknown sorties, aircraft and vertiports answer 422 with the field's name."""
    with TestClient(create_app(view)) as client:
        for path, field in (
            ("/api/sorties/none", "sortie_id"),
            ("/api/aircraft/none", "aircraft_id"),
            ("/api/vertiports/none", "vertiport_id"),
            ("/api/timeline?from_ms=5&until_ms=4", "until_ms"),
            ("/api/replay?at_ms=1", "at_ms"),
        ):
            answer = client.get(path)
            assert answer.status_code == 422
            assert answer.json()["error"]["field"] == field
        assert client.get("/api/noise").status_code == 200
        assert len(client.get("/api/weather").json()["places"]) >= 6


def _fold_until(view: EngineView, at_ms: int) -> Chronicle:
    """Return the chronicle of the events up to an instant, folded from the log by itself."""
    chronicle = Chronicle()
    for entry in view.list_log(0, 1_000_000):
        if entry.at_ms <= at_ms:
            chronicle.apply(entry.seq, decode_event(bytes(entry.event)))
    return chronicle


def test_views_of_a_moment_show_only_what_was_known_then(view: EngineView) -> None:
    """Timeline, day and weather at random instants are drawn from the events up to them alone."""
    span = view.history()
    from_ms, until_ms = span.last_at_ms - 4 * MS_PER_H, span.last_at_ms + MS_PER_H
    seen = set()
    for at_ms in _draw_instants(span.first_at_ms, span.last_at_ms)[::10]:
        chronicle = _fold_until(view, at_ms)
        line = view.timeline(from_ms, until_ms, at_ms)
        assert line.now_ms == at_ms
        blocks = [b for row in line.aircraft for b in row.blocks]
        assert all(b.is_planned == (b.from_ms > at_ms) for b in blocks)
        off = {s for s, story in chronicle.sorties.items() if story.off_block_ms is not None}
        moving = {b.sortie_id for b in blocks if b.kind == "flight" and not b.is_planned}
        assert moving <= off
        assert {s.aircraft_id for s in chronicle.sorties.values() if s.aircraft_id} <= {
            row.aircraft_id for row in line.aircraft
        }
        told = view.day(None, at_ms)
        flown = [s for s in chronicle.sorties.values() if s.on_block_ms is not None]
        assert told.flown == len(flown)
        assert told.energy_kwh == round(sum(s.energy_kwh for s in flown), 1)
        weather = view.weather(at_ms)
        assert weather.at_ms == at_ms
        for place in weather.places:
            reports = [r.weather.at_ms for r in chronicle.reports.get(place.place_id, [])]
            assert [r.observed_at_ms for r in place.reports] == reports
            assert (place.place_id in weather.untold) == (not reports)
        seen.add(told.flown)
    assert len(seen) > 5


def test_views_of_the_present_moment_are_those_of_now(view: EngineView) -> None:
    """Asked as of the last instant, the three views answer what they answer without it."""
    now_ms = view.history().last_at_ms
    from_ms, until_ms = now_ms - 4 * MS_PER_H, now_ms + MS_PER_H
    assert view.timeline(from_ms, until_ms, now_ms) == view.timeline(from_ms, until_ms)
    assert view.day(None, now_ms) == view.day(None)
    assert view.weather(now_ms) == view.weather()


def test_weather_that_the_log_does_not_tell_is_said_to_be_untold(view: EngineView) -> None:
    """Before its first report a place is named as untold, and has neither report nor forecast."""
    page = draw_weather(Chronicle(), {VertiportId("A"): ()}, 7)
    assert (page.untold, page.places[0].reports, page.places[0].forecast) == (("A",), (), ())
    assert view.weather().untold == ()


@pytest.mark.parametrize("path", ["timeline", "day", "weather"])
def test_no_view_is_asked_of_a_moment_outside_the_log(view: EngineView, path: str) -> None:
    """An instant to come, or before the first event, is bad input that names the field."""
    span = view.history()
    part = {"from_ms": span.first_at_ms, "until_ms": span.last_at_ms} if path == "timeline" else {}
    with TestClient(create_app(view)) as client:
        for at_ms in (span.first_at_ms - 1, span.last_at_ms + 1):
            answer = client.get(f"/api/{path}", params=part | {"at_ms": at_ms})
            assert answer.status_code == 422
            assert answer.json()["error"]["field"] == "at_ms"
        part["at_ms"] = span.last_at_ms
        assert client.get(f"/api/{path}", params=part).status_code == 200
