"""Runs: settings that are refused, pairs that are judged, days that follow each other."""

from datetime import date
from typing import Any

import msgspec
import pytest

from aspan.compose.runs import RunSettings, fly, open_twin
from aspan.compose.serviceability import list_serviceable, standard_weather
from aspan.operations import events as ev
from aspan.operations.city_index import CityIndex
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN
from aspan.world.readers import load_city

TINY = load_city("tiny")
INDEX = CityIndex(TINY)
DAY = date(2025, 4, 15)


@pytest.mark.parametrize(
    ("field", "value"),
    [("days", 0), ("demand", -0.1), ("demand", 1e6), ("demand", float("nan")), ("policy", "best")],
)
def test_a_run_that_makes_no_sense_is_refused(field: str, value: object) -> None:
    """The setting is named, with its value."""
    wrong: dict[str, Any] = {"day": DAY, field: value}
    with pytest.raises(InvalidInput, match=field):
        RunSettings(**wrong)


def test_every_pair_is_served_or_refused_with_a_reason() -> None:
    """In standard air each lane's pair is in exactly one of the lists."""
    served = list_serviceable(INDEX)
    assert served.block_ms.keys() | served.refused.keys() == INDEX.lanes.keys()
    assert not served.block_ms.keys() & served.refused.keys()
    assert served.seats.keys() == served.block_ms.keys()
    assert all(1 <= n <= TINY.aircraft_type.seats for n in served.seats.values())


def test_what_a_small_pack_cannot_serve_is_said() -> None:
    """With half the energy every pair is refused, in words with the charge it would need."""
    kind = msgspec.structs.replace(TINY.aircraft_type, gross_kwh=75.0)
    served = list_serviceable(CityIndex(msgspec.structs.replace(TINY, aircraft_type=kind)))
    assert not served.block_ms
    assert served.refused.keys() == INDEX.lanes.keys()
    for reason in served.refused.values():
        assert reason.sentence.startswith("energy: needs a charge of ")
        assert "the ceiling is 0.95" in reason.sentence


def test_standard_weather_is_still_and_clear() -> None:
    """Pressure is that of the standard atmosphere at the site's height (ICAO Doc 7488)."""
    weather = standard_weather(INDEX, INDEX.site_ids[0])
    assert weather.wind_mps == 0.0
    assert weather.pressure_pa == pytest.approx(94_322.0, abs=5.0)


def test_a_run_ends_before_its_end() -> None:
    """Nothing is handled at or after the instant a run is flown to."""
    run = open_twin(TINY, RunSettings(day=DAY, fleet=3), index=INDEX)
    until_ms = run.start_ms + 5 * MS_PER_H
    log = fly(run, until_ms=until_ms)
    assert len(log) > 0
    assert max(e.at_ms for e in log.events) < until_ms
    assert run.end_ms == run.start_ms + MS_PER_DAY


def test_two_days_are_opened_one_after_the_other() -> None:
    """The second day has its own hours and pilots, on the fleet as the first left it."""
    run = open_twin(TINY, RunSettings(day=DAY, days=2, fleet=3, demand=5.0), index=INDEX)
    log = fly(run)
    opened = [e for e in log.events if isinstance(e, ev.DayOpened)]
    assert [e.date for e in opened] == ["2025-04-15", "2025-04-16"]
    flown = [e.at_ms for e in log.events if isinstance(e, ev.SortieOffBlock)]
    for day in opened:
        assert any(day.service_from_ms <= at_ms < day.service_until_ms for at_ms in flown)
    pilots = {e.pilot_id for e in log.events if isinstance(e, ev.DutyStarted)}
    assert {p.split("-P")[0][-10:] for p in pilots} == {"2025-04-15", "2025-04-16"}


def test_a_run_that_starts_late_opens_then() -> None:
    """Started at eight, the service knows nothing earlier and serves the rest of the day."""
    settings = RunSettings(day=DAY, fleet=3, demand=5.0, start_ms=8 * MS_PER_H)
    run = open_twin(TINY, settings, index=INDEX)
    log = fly(run)
    assert min(e.at_ms for e in log.events) == run.start_ms
    assert any(isinstance(e, ev.BookingFlown) for e in log.events)


def test_progress_is_told_every_quarter_of_an_hour() -> None:
    """The last told instant is the end, though it is no whole quarter."""
    run = open_twin(TINY, RunSettings(day=DAY, fleet=3), index=INDEX)
    told: list[int] = []
    fly(run, until_ms=run.start_ms + 40 * MS_PER_MIN, progress=told.append)
    assert [at - run.start_ms for at in told] == [15 * MS_PER_MIN, 30 * MS_PER_MIN, 40 * MS_PER_MIN]
