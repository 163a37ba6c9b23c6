"""Chances on one day: nothing offered is refused at once, parties are as late as the law says."""

from datetime import date

import pytest

from aspan.compose.runs import fly, open_twin, pair
from aspan.operations import events as ev
from aspan.operations.log import MemoryLog
from aspan.primitives.units import MS_PER_H
from aspan.twin.clock import AlertList, LeapingClock
from aspan.twin.travellers import is_no_show
from simulation.chance_drill import Drill, judge
from simulation.checkers import find_faults
from simulation.days import Scenario, index, open_day

BUSY = Scenario(fleet=20, demand=12.0)
DAY = date(2025, 5, 10)
QUESTIONS = 50
LONG_HOUR = 8
"""From this hour the rebuilt twin goes on to the end of the day, else for three hours."""


@pytest.fixture(scope="module")
def drill() -> Drill:
    """Return a day of Alatau drilled to its end."""
    drilled = Drill(index("alatau"), DAY, seed=3, fleet=20, demand=12.0)
    drilled.fly(QUESTIONS)
    return drilled


def test_what_is_offered_holds(drill: Drill) -> None:
    """None is refused at once or for what was known, and every party ends somewhere."""
    verdict = judge(drill.taken)
    assert verdict.accepted >= 10, verdict.format()
    assert verdict.refused_at_once == 0, verdict.format()
    assert verdict.refused_though_known == 0, verdict.format()
    assert "under_way" not in verdict.outcomes, verdict.format()


def test_the_drilled_day_is_safe_and_ends(drill: Drill) -> None:
    """No checker finds a fault in a busy day on which strangers book beside the travellers."""
    assert find_faults(drill.run, drill.log) == []


def test_parties_come_to_the_desk_as_the_law_says(drill: Drill) -> None:
    """About nine of ten are there within the cushion of their way, the tenth later or never."""
    city = drill.run.city
    assert city.reliability is not None
    service = city.rules.service
    checked = {
        e.booking_id: e.at_ms for e in drill.log.events if isinstance(e, ev.BookingCheckedIn)
    }
    in_time = []
    for event in drill.log.events:
        if not isinstance(event, ev.BookingConfirmed) or not event.access:
            continue
        if is_no_show(drill.run.settings.seed, event.booking_id, service.no_show):
            assert event.booking_id not in checked
            continue
        slack_ms = event.access[-1].duration_ms if event.access[-1].kind == "wait" else 0
        meant_ms = event.ready_at_ms - service.process_ms - slack_ms
        leaves_ms = meant_ms + slack_ms - sum(leg.duration_ms for leg in event.access)
        latest_ms = meant_ms + city.reliability.leaving_cushion_ms(event.access)
        latest_ms += max(0, event.at_ms - leaves_ms)
        in_time.append(checked.get(event.booking_id, latest_ms + 1) <= latest_ms)
    assert len(in_time) > 100
    assert sum(in_time) / len(in_time) == pytest.approx(0.9, abs=0.06)


@pytest.mark.parametrize("hour", [pytest.param(LONG_HOUR, marks=pytest.mark.long), 11])
def test_rebuilt_from_its_log_parties_keep_their_luck(hour: int) -> None:
    """A twin that stands where its log ends goes on as the one that was never stopped."""
    run = open_day(BUSY)
    end_ms = run.end_ms if hour == LONG_HOUR else run.start_ms + (hour + 3) * MS_PER_H
    log = fly(run, until_ms=run.start_ms + hour * MS_PER_H)
    assert any(isinstance(e, ev.BookingConfirmed) and e.access for e in log.events)
    again = open_twin(run.city, run.settings, index=run.index, log=log)
    heads = []
    for each in (run, again):
        rest = MemoryLog()
        clock = LeapingClock(each.start_ms)
        pair(each, rest, clock=clock, notices=AlertList()).run(end_ms)
        heads.append((rest.head_sha256(), len(rest)))
    assert heads[0] == heads[1]
    assert heads[0][1] > 0
