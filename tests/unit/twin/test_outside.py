"""The twin's outside: inputs in order, each known by a key, reports that follow releases."""

from itertools import pairwise

import pytest

from aspan.compose.runs import Run, fly, open_twin, pair
from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.log import MemoryLog
from aspan.operations.ports import Input
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.twin.clock import AlertList, LeapingClock
from aspan.twin.outside import FORECAST_HOURS
from simulation.days import BUSY, fly_day, open_day


def take_until(run: Run, until_ms: int) -> list[Input]:
    """Return every input before an instant, with nobody acting on any."""
    inputs: list[Input] = []
    while True:
        at_ms = run.outside.next_at_ms()
        if at_ms is None or at_ms >= until_ms:
            return inputs
        given = run.outside.take()
        if given is not None:
            inputs.append(given)


@pytest.fixture(scope="module")
def first_hours() -> list[Input]:
    """Return the inputs of the first five hours, to which the engine said nothing."""
    run = open_day(BUSY)
    return take_until(run, run.start_ms + 5 * MS_PER_H)


def test_opening_weather_and_day_come_first(first_hours: list[Input]) -> None:
    """The service is open and every site has reported before the day begins."""
    kinds = [type(i.command) for i in first_hours[:5]]
    assert kinds == [cmd.OpenService, *[cmd.ReportWeather] * 3, cmd.OpenDay]


def test_inputs_come_in_order_of_time_and_have_keys_of_their_own(
    first_hours: list[Input],
) -> None:
    """No instant is before the one given last, and no key comes twice."""
    assert all(a.at_ms <= b.at_ms for a, b in pairwise(first_hours))
    assert len({i.key for i in first_hours}) == len(first_hours)


def test_every_site_reports_every_hour_with_forecasts(first_hours: list[Input]) -> None:
    """Reports are of the hour, forecasts of the hours after it, and issued no later."""
    by_site: dict[str, list[int]] = {}
    for given in first_hours:
        if isinstance(given.command, cmd.ReportWeather):
            report = given.command
            by_site.setdefault(report.weather.place_id, []).append(given.at_ms)
            assert report.weather.at_ms <= given.at_ms
            hours = [f.expected.at_ms - given.at_ms for f in report.forecasts]
            assert hours == [n * MS_PER_H for n in range(1, FORECAST_HOURS + 1)]
            assert all(f.issued_at_ms == given.at_ms for f in report.forecasts)
    assert len(by_site) == 3
    for instants in by_site.values():
        assert [b - a for a, b in pairwise(instants)] == [MS_PER_H] * 4


def test_the_outside_flies_exactly_what_was_released() -> None:
    """Every release is flown once, and nothing that was not released."""
    run, log = fly_day(BUSY)
    released = [e.sortie_id for e in log.events if isinstance(e, ev.SortieReleased)]
    assert len(set(released)) == len(released)
    assert set(released) == run.outside.flown.keys()


def test_reports_tell_what_was_flown() -> None:
    """Instants and charges in the log are those of the flight."""
    run, log = fly_day(BUSY)
    for event in log.events:
        match event:
            case ev.SortieOffBlock():
                flown = run.outside.flown[event.sortie_id]
                assert (event.at_ms, event.soc) == (flown.off_block_at_ms, flown.soc_off_block)
            case ev.SortieLiftedOff():
                flown = run.outside.flown[event.sortie_id]
                assert (event.at_ms, event.soc) == (flown.lift_off_at_ms, flown.soc_lift_off)
                assert event.fato_from_ms <= event.at_ms < event.fato_until_ms
            case ev.SortieTouchedDown():
                flown = run.outside.flown[event.sortie_id]
                assert (event.at_ms, event.soc) == (flown.touchdown_at_ms, flown.soc_touchdown)
                assert event.fato_from_ms <= event.at_ms < event.fato_until_ms
            case ev.SortieOnBlock():
                flown = run.outside.flown[event.sortie_id]
                assert (event.at_ms, event.soc) == (flown.on_block_at_ms, flown.soc_on_block)
            case _:
                pass


def test_passengers_check_in_after_they_booked() -> None:
    """Who comes, comes after the confirmation and near the desk's time."""
    run, log = fly_day(BUSY)
    booked = {e.booking_id: e for e in log.events if isinstance(e, ev.BookingConfirmed)}
    checked = [e for e in log.events if isinstance(e, ev.BookingCheckedIn)]
    process_ms = run.index.rules.service.process_ms
    assert checked
    for event in checked:
        confirmed = booked[event.booking_id]
        assert event.at_ms > confirmed.at_ms
        early_ms = confirmed.off_block_at_ms - event.at_ms
        assert early_ms <= process_ms + 3 * MS_PER_MIN


def test_the_truth_is_not_what_was_reported() -> None:
    """Reports differ from the true weather of the same place and hour, and only a little."""
    run = open_day(BUSY)
    inputs = take_until(run, run.start_ms + 5 * MS_PER_H)
    reports = [i.command.weather for i in inputs if isinstance(i.command, cmd.ReportWeather)]
    off_k = []
    for report in reports:
        truth = run.truth.at(report.place_id, report.at_ms)
        off_k.append(abs(truth.temperature_k - report.temperature_k))
    assert 0.0 < max(off_k) < 5.0


@pytest.mark.parametrize(
    "hour", [*(pytest.param(hour, marks=pytest.mark.long) for hour in (7, 12)), 18]
)
def test_rebuilt_from_its_log_the_outside_goes_on_as_if_never_stopped(hour: int) -> None:
    """What is given next, and all that follows, is what the one never stopped gives."""
    run = open_day(BUSY)
    log = fly(run, until_ms=run.start_ms + hour * MS_PER_H)
    again = open_twin(run.city, run.settings, index=run.index, log=log)
    rest, rest_again = MemoryLog(), MemoryLog()
    for each, kept in ((run, rest), (again, rest_again)):
        go_on(each, kept)
    assert rest.head_sha256() == rest_again.head_sha256()
    assert len(rest) > 0


def go_on(run: Run, log: MemoryLog) -> None:
    """Fly a run on from where it stands to its end."""
    pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList()).run(run.end_ms)
