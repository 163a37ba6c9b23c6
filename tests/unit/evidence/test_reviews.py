"""Runs once begun: called off for good, ended, told of, reviewed; and reports of software."""

from typing import Any

import msgspec
import pytest

from aspan.evidence import orders
from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.package.records import draw_records
from aspan.evidence.refusals import Reason
from aspan.evidence.reports import (
    HOURS_MAX,
    ReportKnockItOff,
    ReportTelemetry,
    ReportWeather,
)
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import KnockedOff, SiteEvent
from aspan.evidence.site_state import find_manifest
from ranging import FROM_MS, Town, air, reason_of, version_of, weather


@pytest.fixture
def town() -> Town:
    """Return a site with a run under way."""
    made = Town()
    made.prepare()
    made.release()
    made.now_ms = FROM_MS
    made.begin()
    return made


def breach(limit_id: str = "hot", run_id: str = "RUN1", **changes: Any) -> ReportKnockItOff:  # noqa: ANN401
    """Return what the limit watch reports."""
    given = {"run_id": run_id, "limit_id": limit_id, "at_ms": FROM_MS - 5, "value": 340.0}
    return ReportKnockItOff(**{**given, **changes})


def call(town: Town, name: str = "pavel", run_id: str = "RUN1") -> Any:  # noqa: ANN401
    """Let somebody call a run off."""
    return town.ask(name, orders.CallKnockItOff(key=town.key(), run_id=run_id, why="a bird"))


@pytest.mark.parametrize("name", ["pavel", "petra", "farid", "rustam", "aigul"])
def test_anybody_calls_a_run_off_for_good(town: Town, name: str) -> None:
    """A run that was called off recovers, ends, and never begins again."""
    assert not isinstance(call(town, name), SiteRefused)
    assert town.site.state.runs["RUN1"].phase is RunPhase.RECOVERING
    assert reason_of(town.begin()) is Reason.BEGUN_ALREADY
    assert reason_of(town.release()) is Reason.BEGUN_ALREADY
    town.end()
    assert reason_of(town.begin()) is Reason.BEGUN_ALREADY
    assert reason_of(call(town)) is Reason.NOT_UNDER_WAY


def test_the_limit_watch_knocks_off_once_for_each_limit(town: Town) -> None:
    """A limit passed is kept with its value and instant; told again, it is not kept again."""
    (event,) = _events(town.hand(breach()))
    assert isinstance(event, KnockedOff)
    assert (event.limit_id, event.value, event.breach_at_ms) == ("hot", 340.0, FROM_MS - 5)
    assert event.by == ""
    kept = len(town.events)
    assert town.hand(breach()) == [event]
    assert town.hand(breach(value=341.0)) == []
    assert len(town.events) == kept
    (other,) = _events(town.hand(breach("link", value=None)))
    assert isinstance(other, KnockedOff)
    assert len(town.site.state.runs["RUN1"].knocked_off) == 2
    town.end()
    assert town.hand(breach(value=342.0)) == []


def _events(answer: list[SiteEvent] | SiteRefused) -> list[SiteEvent]:
    assert not isinstance(answer, SiteRefused), answer
    return answer


def test_breaches_of_no_run_are_refused(town: Town) -> None:
    """Unknown runs and limits, and runs that were reviewed, take no breach."""
    assert reason_of(town.hand(breach(run_id="RUN9"))) is Reason.UNKNOWN_RUN
    assert reason_of(town.hand(breach("cold"))) is Reason.UNKNOWN_LIMIT
    town.release("RUN2")
    assert reason_of(town.hand(breach(run_id="RUN2"))) is Reason.NOT_BEGUN
    town.end()
    town.review(is_accepted=False)
    assert reason_of(town.hand(breach())) is Reason.NOT_UNDER_WAY


def test_a_breach_that_is_no_number_still_stops_the_run(town: Town) -> None:
    """A limit passed with a value that is none is kept without the value."""
    (event,) = _events(town.hand(breach(value=float("nan"))))
    assert isinstance(event, KnockedOff)
    assert event.value is None


def test_runs_end_once(town: Town) -> None:
    """A run ends after it has begun, once, and then its aircraft is free."""
    town.release("RUN2")
    assert reason_of(town.end("RUN2")) is Reason.NOT_BEGUN
    assert reason_of(town.end("RUN9")) is Reason.UNKNOWN_RUN
    assert reason_of(town.begin("RUN2")) is Reason.AIRCRAFT_BUSY
    assert not isinstance(town.end(), SiteRefused)
    assert reason_of(town.end()) is Reason.NOT_UNDER_WAY
    assert not isinstance(town.begin("RUN2"), SiteRefused)


def test_data_are_reviewed_once_they_are_there(town: Town) -> None:
    """No review before the end; nothing accepted without telemetry; reviewed once."""
    assert reason_of(town.review()) is Reason.NOT_ENDED
    town.end()
    assert reason_of(town.review()) is Reason.NO_TELEMETRY
    town.keep_telemetry()
    assert reason_of(town.review(off_prediction=-0.1)) is Reason.BAD_ORDER
    assert not isinstance(town.review(), SiteRefused)
    assert reason_of(town.review()) is Reason.REVIEWED_ALREADY
    late = ReportTelemetry(run_id="RUN1", manifest_sha256=version_of("f"), rows=1)
    assert reason_of(town.hand(late)) is Reason.REVIEWED_ALREADY
    note = orders.NoteDeviation(key="n", run_id="RUN1", text="found later")
    assert not isinstance(town.ask("lena", note), SiteRefused)


def test_a_review_holds_for_the_telemetry_that_was_looked_at(town: Town) -> None:
    """Telemetry that came after somebody looked is not reviewed by their word."""
    town.end()
    town.keep_telemetry()
    seen = find_manifest(town.site.state, "RUN1")
    town.hand(ReportTelemetry(run_id="RUN1", manifest_sha256=version_of("f"), rows=1))
    for is_accepted in (True, False):
        asked = town.review(manifest_sha256=seen, is_accepted=is_accepted)
        assert reason_of(asked) is Reason.MANIFEST_CHANGED
    assert reason_of(town.review(manifest_sha256="", is_accepted=False)) is Reason.MANIFEST_CHANGED
    assert not isinstance(town.review(), SiteRefused)
    reviewed = town.site.state.runs["RUN1"].review
    assert reviewed is not None
    assert reviewed.manifest_sha256 == version_of("f")


def test_an_aircrafts_telemetry_is_of_its_own_recorder(town: Town) -> None:
    """What says that it is an aircraft's counts from a recorder the range knows on board of it."""
    report = ReportTelemetry(
        run_id="RUN1", manifest_sha256=version_of("e"), rows=600, is_twin=False, recorder_id="R1"
    )
    for recorder in ("R2", "twin", "", "r1"):
        other = msgspec.structs.replace(report, recorder_id=recorder)
        assert reason_of(town.hand(other)) is Reason.UNKNOWN_RECORDER
    assert not isinstance(town.hand(report), SiteRefused)
    kept = town.site.state.runs["RUN1"].telemetry
    assert kept is not None
    assert (kept.recorder_id, kept.is_twin) == ("R1", False)


def test_a_limit_found_after_the_end_must_be_answered(town: Town) -> None:
    """Told as the feed closes or by a file: on the log, shown, and accepted only by its name."""
    town.end()
    late = ReportKnockItOff(run_id="RUN1", limit_id="hot", at_ms=FROM_MS + 5, value=400.0)
    told = town.hand(late)
    assert not isinstance(told, SiteRefused)
    assert [type(event).__name__ for event in told] == ["LimitFound"]
    again = msgspec.structs.replace(late, at_ms=FROM_MS + 6)
    assert town.hand(again) == []
    town.keep_telemetry()
    assert reason_of(town.review()) is Reason.LIMIT_UNANSWERED
    noted = orders.NoteDeviation(key="n1", run_id="RUN1", text="a hotel in sight")
    town.ask("farid", noted)
    assert reason_of(town.review()) is Reason.LIMIT_UNANSWERED
    town.ask("farid", orders.NoteDeviation(key="n2", run_id="RUN1", text="hot: sun on the probe"))
    assert not isinstance(town.review(), SiteRefused)
    third = msgspec.structs.replace(late, limit_id="link")
    assert reason_of(town.hand(third)) is Reason.NOT_UNDER_WAY
    (stop,) = draw_records(town.events).runs[0].stops
    assert (stop.limit_id, stop.value) == ("hot", 400.0)
    assert "found after the end" in stop.why


def test_a_run_without_data_can_be_rejected(town: Town) -> None:
    """A recorder that kept nothing is no reason to leave a run without a review."""
    town.end()
    assert not isinstance(town.review(is_accepted=False), SiteRefused)
    assert not town.site.state.runs["RUN1"].is_accepted


def test_deviations_have_a_text_and_a_run(town: Town) -> None:
    """A deviation says something of a run that has begun."""
    for run_id, text, reason in (
        ("RUN9", "a gust", Reason.UNKNOWN_RUN),
        ("RUN1", " ", Reason.TEXT_EMPTY),
    ):
        order = orders.NoteDeviation(key=town.key(), run_id=run_id, text=text)
        assert reason_of(town.ask("farid", order)) is reason


def test_telemetry_is_named_by_its_manifest(town: Town) -> None:
    """The last manifest of a run counts; one that is no hash, or counts under 0, is refused."""
    assert reason_of(town.hand(ReportTelemetry(run_id="R", manifest_sha256="", rows=1))) is (
        Reason.UNKNOWN_RUN
    )
    for manifest, rows in (("e" * 63, 1), ("E" * 64, 1), ("e" * 64, -1)):
        report = ReportTelemetry(run_id="RUN1", manifest_sha256=manifest, rows=rows)
        assert reason_of(town.hand(report)) is Reason.BAD_REPORT
    town.keep_telemetry()
    town.hand(ReportTelemetry(run_id="RUN1", manifest_sha256=version_of("f"), rows=700))
    kept = town.site.state.runs["RUN1"].telemetry
    assert kept is not None
    assert (kept.rows, kept.is_twin) == (700, True)


def _spoilt(**changes: Any) -> ReportWeather:  # noqa: ANN401  fields of any type
    return msgspec.structs.replace(weather("pad", FROM_MS, hours=2), **changes)


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (_spoilt(hours=()), Reason.BAD_REPORT),
        (weather("pad", FROM_MS, hours=HOURS_MAX + 1), Reason.BAD_REPORT),
        (weather("pad", FROM_MS, hours=HOURS_MAX), None),
        (_spoilt(hours=(air(FROM_MS), air(FROM_MS))), Reason.BAD_REPORT),
        (_spoilt(hours=(air(FROM_MS, wind_mps=float("nan")),)), Reason.BAD_REPORT),
        (_spoilt(hours=(air(FROM_MS, wind_mps=-1.0),)), Reason.BAD_REPORT),
        (_spoilt(hours=(air(FROM_MS, pressure_pa=0.0),)), Reason.BAD_REPORT),
        (_spoilt(observed_at_ms=FROM_MS - 1), Reason.BAD_REPORT),
        (weather("pad", FROM_MS + 1, hours=2), Reason.BAD_REPORT),
        (_spoilt(source=" "), Reason.BAD_REPORT),
        (_spoilt(place="moon"), Reason.BAD_REPORT),
    ],
)
def test_weather_that_cannot_be(town: Town, report: ReportWeather, reason: Reason | None) -> None:
    """Hours out of order, numbers that are none, times of the future: refused."""
    answer = town.hand(report)
    assert (answer.reason if isinstance(answer, SiteRefused) else None) is reason


def test_older_weather_does_not_replace_newer(town: Town) -> None:
    """A report observed before the one that is known comes too late."""
    assert not isinstance(town.hand(weather("pad", FROM_MS, hours=2)), SiteRefused)
    assert reason_of(town.hand(weather("pad", FROM_MS - 1, hours=2))) is Reason.WEATHER_OLDER
    longer = weather("pad", FROM_MS, hours=3)
    town.hand(longer)
    assert town.site.state.weather["pad"] == longer
