"""Runs once begun: called off, ended, told of, judged; and what software reports of them."""

from math import isfinite

from aspan.evidence.asking import Asking, Decision
from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.orders import CallKnockItOff, EndRun, NoteDeviation, ReviewRun
from aspan.evidence.refusals import Reason, Refusal, refuse
from aspan.evidence.reports import (
    HOURS_MAX,
    ReportKnockItOff,
    ReportTelemetry,
    ReportWeather,
)
from aspan.evidence.site_events import (
    DeviationNoted,
    KnockedOff,
    LimitFound,
    RunEnded,
    RunReviewed,
    TelemetryKept,
    WeatherReported,
)
from aspan.evidence.site_state import RunRecord
from aspan.primitives.instants import format_utc

_HASH_DIGITS = 64


def _find_begun(asking: Asking, run_id: str) -> RunRecord | Refusal:
    """Return a run that has begun."""
    run = asking.state.runs.get(run_id)
    if run is None:
        return refuse(Reason.UNKNOWN_RUN, f"no run {run_id}")
    if run.begun_at_ms is None:
        return refuse(Reason.NOT_BEGUN, f"run {run_id} is {run.phase}")
    return run


def call_knock_it_off(asking: Asking, order: CallKnockItOff) -> Decision:
    """Call a run off; anybody may, and nothing brings it back."""
    run = _find_begun(asking, order.run_id)
    if isinstance(run, Refusal):
        return run
    if not run.is_flying:
        return refuse(Reason.NOT_UNDER_WAY, f"run {run.run_id} is {run.phase}")
    return [
        KnockedOff(
            **asking.stamp,
            run_id=run.run_id,
            limit_id="",
            breach_at_ms=asking.at_ms,
            why=order.why,
        )
    ]


def end_run(asking: Asking, order: EndRun) -> Decision:
    """End a run: its aircraft, crew and volumes are free."""
    run = _find_begun(asking, order.run_id)
    if isinstance(run, Refusal):
        return run
    if not run.is_flying:
        return refuse(Reason.NOT_UNDER_WAY, f"run {run.run_id} is {run.phase}")
    return [RunEnded(**asking.stamp, run_id=run.run_id)]


def note_deviation(asking: Asking, order: NoteDeviation) -> Decision:
    """Write down what was not as the card says, also after the review."""
    run = _find_begun(asking, order.run_id)
    if isinstance(run, Refusal):
        return run
    if not order.text.strip():
        return refuse(Reason.TEXT_EMPTY, "a deviation without a text")
    return [DeviationNoted(**asking.stamp, run_id=run.run_id, text=order.text)]


def review_run(asking: Asking, order: ReviewRun) -> Decision:
    """Accept or reject the data of a run; what is accepted must be there."""
    run = _find_begun(asking, order.run_id)
    if isinstance(run, Refusal):
        return run
    if run.phase is RunPhase.REVIEWED:
        return refuse(Reason.REVIEWED_ALREADY, f"run {run.run_id} was reviewed")
    if run.phase is not RunPhase.ENDED:
        return refuse(Reason.NOT_ENDED, f"run {run.run_id} is {run.phase}")
    if order.is_accepted and run.telemetry is None:
        return refuse(Reason.NO_TELEMETRY, f"no telemetry of run {run.run_id} is kept")
    kept = run.telemetry.manifest_sha256 if run.telemetry is not None else ""
    if order.manifest_sha256 != kept:
        text = f"reviewed under manifest {order.manifest_sha256[:64]!r}, kept is {kept!r}"
        return refuse(Reason.MANIFEST_CHANGED, text)
    open_limit = _find_unanswered(run) if order.is_accepted else ""
    if open_limit:
        text = f"limit {open_limit} was passed, found after the end: note a deviation that names it"
        return refuse(Reason.LIMIT_UNANSWERED, text)
    off = order.off_prediction
    if off is not None and not (isfinite(off) and off >= 0.0):
        return refuse(Reason.BAD_ORDER, f"off_prediction {off} is not a share of 0 or more")
    return [
        RunReviewed(
            **asking.stamp,
            run_id=run.run_id,
            manifest_sha256=kept,
            is_accepted=order.is_accepted,
            note=order.note,
            off_prediction=off,
        )
    ]


def _find_unanswered(run: RunRecord) -> str:
    """Return a limit found after the end that no deviation names; "" if there is none."""
    words = {word for noted in run.deviations for word in noted.text.split()}
    named = {word.strip(".,;:!?()") for word in words}
    return next((e.limit_id for e in run.limits_found if e.limit_id not in named), "")


def report_knock_it_off(asking: Asking, report: ReportKnockItOff) -> Decision:
    """Call a run off because a limit of its card was passed; once for each limit.

    Of a run that is over, and not reviewed, it is written down: who accepts it must answer it.
    """
    run = _find_begun(asking, report.run_id)
    if isinstance(run, Refusal):
        return run
    card = asking.state.cards[run.card_id].versions[run.version]
    if all(limit.limit_id != report.limit_id for limit in card.limits):
        text = f"card {run.card_id} has no limit {report.limit_id}"
        return refuse(Reason.UNKNOWN_LIMIT, text)
    known = {event.limit_id for event in run.knocked_off}
    known |= {event.limit_id for event in run.limits_found}
    if report.limit_id in known:
        return []
    value = report.value if report.value is not None and isfinite(report.value) else None
    if run.phase is RunPhase.ENDED:
        return [
            LimitFound(
                **asking.stamp,
                run_id=run.run_id,
                limit_id=report.limit_id,
                breach_at_ms=report.at_ms,
                value=value,
            )
        ]
    if not run.is_flying:
        return refuse(Reason.NOT_UNDER_WAY, f"run {run.run_id} is {run.phase}")
    return [
        KnockedOff(
            **asking.stamp,
            run_id=run.run_id,
            limit_id=report.limit_id,
            breach_at_ms=report.at_ms,
            why=f"limit {report.limit_id} passed",
            value=value,
        )
    ]


def report_telemetry(asking: Asking, report: ReportTelemetry) -> Decision:
    """Note the manifest under which the telemetry of a run is kept."""
    run = _find_begun(asking, report.run_id)
    if isinstance(run, Refusal):
        return run
    if run.phase is RunPhase.REVIEWED:
        return refuse(Reason.REVIEWED_ALREADY, f"run {run.run_id} was reviewed")
    digits = set(report.manifest_sha256)
    if len(report.manifest_sha256) != _HASH_DIGITS or digits - set("0123456789abcdef"):
        return refuse(Reason.BAD_REPORT, "a manifest is named by its SHA-256, 64 digits")
    if min(report.rows, report.gaps, report.flagged) < 0:
        return refuse(Reason.BAD_REPORT, "counts are 0 or more")
    aircraft = asking.site.find_aircraft(run.aircraft_id)
    known = aircraft.recorder_ids if aircraft is not None else ()
    if not report.is_twin and report.recorder_id not in known:
        told = report.recorder_id[:_HASH_DIGITS]
        text = f"{told!r} is no recorder of {run.aircraft_id}: {', '.join(known) or 'it has none'}"
        return refuse(Reason.UNKNOWN_RECORDER, text)
    begun_ms, ended_ms = run.begun_at_ms or 0, run.ended_at_ms
    first_ms, last_ms = report.from_at_ms, report.until_at_ms
    is_before = last_ms is not None and last_ms < begun_ms
    is_after = first_ms is not None and ended_ms is not None and first_ms > ended_ms
    if is_before or is_after:
        first, last = format_utc(first_ms or 0), format_utc(last_ms or 0)
        text = f"telemetry of {first} to {last} is none of a run begun at {format_utc(begun_ms)}"
        return refuse(Reason.BAD_REPORT, text)
    return [
        TelemetryKept(
            **asking.stamp,
            run_id=run.run_id,
            manifest_sha256=report.manifest_sha256,
            rows=report.rows,
            gaps=report.gaps,
            flagged=report.flagged,
            is_twin=report.is_twin,
            recorder_id=report.recorder_id,
            from_at_ms=report.from_at_ms,
            until_at_ms=report.until_at_ms,
        )
    ]


def report_weather(asking: Asking, report: ReportWeather) -> Decision:
    """Note the weather of a place; never an older one over a newer, nor one of the future."""
    times = [hour.at_ms for hour in report.hours]
    numbers = [
        value
        for hour in report.hours
        for value in (
            hour.visibility_m, hour.ceiling_agl_m, hour.wind_mps, hour.gust_mps,
            hour.temperature_k, hour.pressure_pa,
        )
    ]  # fmt: skip
    if not 1 <= len(times) <= HOURS_MAX or times != sorted(set(times)):
        return refuse(Reason.BAD_REPORT, f"1 to {HOURS_MAX} hours in order of time")
    if not all(isfinite(number) and number >= 0.0 for number in numbers):
        return refuse(Reason.BAD_REPORT, "every number of the weather is there and 0 or more")
    if min(min(hour.temperature_k, hour.pressure_pa) for hour in report.hours) <= 0.0:
        return refuse(Reason.BAD_REPORT, "temperature and pressure are above 0")
    if times[0] != report.observed_at_ms or report.observed_at_ms > asking.at_ms:
        text = f"observed at {report.observed_at_ms}, told at {asking.at_ms}"
        return refuse(Reason.BAD_REPORT, text)
    if report.place not in ("pad", "alternate") or not report.source.strip():
        return refuse(Reason.BAD_REPORT, f"weather of {report.place} from {report.source!r}")
    known = asking.state.weather.get(report.place)
    if known is not None and report.observed_at_ms < known.observed_at_ms:
        text = f"observed at {report.observed_at_ms}, known is {known.observed_at_ms}"
        return refuse(Reason.WEATHER_OLDER, text)
    return [WeatherReported(**asking.stamp, report=report)]
