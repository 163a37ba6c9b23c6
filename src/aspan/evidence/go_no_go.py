"""Go/no-go: every line of the list evaluated from evidence, from the weather, from the log.

`evaluate` asks nobody: what was brought to it or stands in the state is all it knows, and what is
missing or old is no-go. It is asked at the release and once more at the instant of beginning.
"""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from aspan.evidence.approval_rule import suffices
from aspan.evidence.asking import Asking
from aspan.evidence.card import Bounds, Card, CardId, card_risk
from aspan.evidence.go_no_go_list import (
    LINE_TRAFFIC,
    LINES,
    GoNoGo,
    Line,
    LineKind,
    Verdict,
    conclude,
)
from aspan.evidence.lifecycles import CardPhase
from aspan.evidence.orders import Evidence
from aspan.evidence.reports import AirHour, ReportWeather
from aspan.evidence.site_events import Slot
from aspan.evidence.slots import check_crew, is_in_daylight
from aspan.primitives.instants import format_utc, ms_to_local
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.atmosphere import air_density_kg_m3, density_altitude_m

APPROVAL_OF_KIND: Final = {"demonstration": "demonstration"}
"""Kind of approval an aircraft needs for a kind of card; test for every other."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is prepared: what the list is evaluated on."""

    card: Card
    version: str
    slot: Slot
    evidence: tuple[Evidence, ...]


def evaluate(asking: Asking, run: Prepared) -> GoNoGo:
    """Return the list of a prepared run as it stands at the instant of asking."""
    brought = {evidence.line: evidence for evidence in run.evidence}
    lines = []
    for kind in LINES:
        if kind.how == "site":
            lines.append(_BY_SITE[kind.name](asking, run, kind))
        elif kind.name == LINE_TRAFFIC:
            lines.append(_line_traffic(asking, run, kind, brought.get(kind.name)))
        else:
            lines.append(_judge_evidence(asking, run, kind, brought.get(kind.name)))
    return conclude(tuple(lines))


def limits_of(asking: Asking, run: Prepared, name: str) -> tuple[float | None, float | None]:
    """Return between what a number brought as evidence must lie, both included."""
    limits, load = asking.site.go_no_go, run.card.load
    coldest = max(limits.pack_temperature_k_min, load.pack_k - limits.pack_tolerance_k)
    hottest = min(limits.pack_temperature_k_max, load.pack_k + limits.pack_tolerance_k)
    return {
        "open_items": (0.0, 0.0),
        "telemetry_link": (limits.link_share_min, 1.0),
        "battery_soc": (round(load.soc - limits.soc_tolerance, 6), 1.0),
        "battery_coldest": (coldest, hottest),
        "battery_hottest": (coldest, hottest),
        "cell_spread": (0.0, limits.cell_spread_v_max),
    }[name]


def _judge_evidence(asking: Asking, run: Prepared, kind: LineKind, found: Evidence | None) -> Line:
    """Return a line from what a person or an instrument says of it."""
    low, high = limits_of(asking, run, kind.name) if kind.how == "value" else (None, None)
    if found is None or not found.source.strip():
        return Line(name=kind.name, verdict="missing", low=low, high=high, detail="no evidence")
    verdict: Verdict = "go"
    detail = ""
    age_ms = asking.at_ms - found.observed_at_ms
    if age_ms < 0:
        verdict, detail = "no_go", "observed in the future"
    elif age_ms > asking.site.go_no_go.evidence_age_ms_max:
        verdict, detail = "old", f"observed {age_ms // MS_PER_MIN} min ago"
    elif kind.how == "value":
        verdict, detail = _judge_value(found.value, low, high)
    elif kind.how == "yes_no":
        verdict, detail = _judge_yes(found.is_ok)
    else:
        verdict, detail = _judge_software(asking, run, found.text)
    return Line(
        name=kind.name, verdict=verdict, value=found.value, low=low, high=high,
        source=found.source, observed_at_ms=found.observed_at_ms, detail=detail,
    )  # fmt: skip


def _line_traffic(asking: Asking, run: Prepared, kind: LineKind, found: Evidence | None) -> Line:
    """Return whether line traffic keeps out: it is not known unless somebody says so.

    A service beside the range closes the zones of a slot as it is booked, and is asked again as the
    run begins. Without one, a person says under their signature that the line does not fly there.
    """
    zones = [asking.site.get_volume(name).geozone_id for name in run.slot.volume_ids]
    if not any(zones):
        return Line(name=kind.name, verdict="go", source="range.toml", detail="no zone of the line")
    if asking.is_line_beside:
        return Line(name=kind.name, verdict="go", source="service", detail="closed for the slot")
    line = _judge_evidence(asking, run, kind, found)
    if line.verdict != "missing":
        return line
    detail = "not known whether the line flies: no service is beside the range"
    return msgspec.structs.replace(line, detail=detail)


def _judge_value(value: float | None, low: float | None, high: float | None) -> tuple[Verdict, str]:
    """Return the verdict of a number between limits, both included."""
    if value is None:
        return "missing", "no value"
    if low is not None and not value >= low:
        return "no_go", f"{value:g} is under {low:g}"
    if high is not None and not value <= high:
        return "no_go", f"{value:g} is over {high:g}"
    return "go", ""


def _judge_yes(is_ok: bool | None) -> tuple[Verdict, str]:
    if is_ok is None:
        return "missing", "neither yes nor no"
    return ("go", "") if is_ok else ("no_go", "the answer is no")


def _judge_software(asking: Asking, run: Prepared, text: str) -> tuple[Verdict, str]:
    aircraft = asking.site.find_aircraft(run.slot.aircraft_id)
    agreed = aircraft.software_baseline if aircraft is not None else ""
    if not agreed:
        return "no_go", f"no baseline is agreed for {run.slot.aircraft_id}"
    if not text:
        return "missing", "no software was read"
    return ("go", "") if text == agreed else ("no_go", f"{text[:80]} is not {agreed}")


def _card_approved(asking: Asking, run: Prepared, kind: LineKind) -> Line:
    record = asking.state.cards.get(run.card.card_id)
    if record is None or record.version != run.version:
        return Line(name=kind.name, verdict="no_go", detail="not the newest version")
    approvers = asking.state.approvers(record)
    names = ", ".join(person.person_id for person in approvers) or "nobody"
    is_clear = record.phase is CardPhase.CLEARED and suffices(card_risk(run.card), approvers)
    return Line(
        name=kind.name, verdict="go" if is_clear else "no_go", source="log",
        detail=f"approved by {names}",
    )  # fmt: skip


def _slot_held(asking: Asking, run: Prepared, kind: LineKind) -> Line:
    record = asking.state.slots.get(run.slot.slot_id)
    detail = ""
    if record is None or record.is_freed:
        detail = "the slot was given back"
    elif record.slot.card_id != run.card.card_id:
        detail = f"the slot is that of {record.slot.card_id}"
    elif set(run.card.volume_ids) - set(record.slot.volume_ids):
        detail = "the slot lacks volumes of the card"
    elif asking.at_ms >= record.slot.until_ms:
        detail = "the slot is over"
    elif record.slot.from_ms - asking.at_ms > asking.site.go_no_go.release_lead_ms_max:
        detail = "the slot is too far ahead"
    elif run.card.minima.is_day_only and not is_in_daylight(
        asking.site, run.slot.from_ms, run.slot.until_ms
    ):
        detail = "the card is flown between sunrise and sunset"
    return Line(name=kind.name, verdict="no_go" if detail else "go", source="log", detail=detail)


def _previous_cards(asking: Asking, run: Prepared, kind: LineKind) -> Line:
    """Judge the cards before: all repeats accepted, none unreviewed, the last within its band."""
    against = [text for card_id in run.card.after if (text := _find_open(asking, card_id))]
    return Line(
        name=kind.name, verdict="no_go" if against else "go", source="log",
        detail="; ".join(against),
    )  # fmt: skip


def _find_open(asking: Asking, card_id: CardId) -> str:
    """Return what keeps the cards after this one shut; "" if nothing does."""
    record = asking.state.cards.get(card_id)
    if record is None:
        return f"{card_id} is not filed"
    runs = asking.state.runs_of_card(card_id)
    waiting = [run.run_id for run in runs if run.review is None]
    if waiting:
        return f"run {waiting[0]} of {card_id} is not reviewed"
    accepted = [run for run in runs if run.is_accepted]
    if len(accepted) < record.card.repeats:
        return f"{len(accepted)} of {record.card.repeats} runs of {card_id} are accepted"
    review = accepted[-1].review
    off = review.off_prediction if review is not None else None
    if off is not None and off > record.card.prediction_band:
        band = record.card.prediction_band
        return f"{card_id} is {off:.3f} off its prediction, its band is {band:.3f}"
    return ""


def _aircraft_approval(asking: Asking, run: Prepared, kind: LineKind) -> Line:
    site = asking.site
    wanted = APPROVAL_OF_KIND.get(run.card.kind, "test")
    days = {
        ms_to_local(at_ms, site.time_zone).date().isoformat()
        for at_ms in (run.slot.from_ms, run.slot.until_ms - 1)
    }
    is_there = any(
        approval.kind == wanted
        and approval.aircraft_id in (None, run.slot.aircraft_id)
        and all(approval.from_date <= day < approval.until_date for day in days)
        for approval in site.approvals
    )
    return Line(
        name=kind.name, verdict="go" if is_there else "no_go", source="range.toml",
        detail="" if is_there else f"{run.slot.aircraft_id} has no approval of kind {wanted}",
    )  # fmt: skip


def _crew_rest(asking: Asking, run: Prepared, kind: LineKind) -> Line:
    against = [refusal.detail for refusal in check_crew(asking, run.slot, run.card)]
    return Line(
        name=kind.name, verdict="no_go" if against else "go", source="slots in the log",
        detail="; ".join(against),
    )  # fmt: skip


def _weather_line(
    place: str,
    read: Callable[[AirHour], float],
    bounds: Callable[[Card], Bounds],
    *,
    is_ahead: bool = True,
) -> Callable[[Asking, Prepared, LineKind], Line]:
    """Return how a line is judged by the weather at a place, now and until the slot ends."""

    def judge(asking: Asking, run: Prepared, kind: LineKind) -> Line:
        allowed = bounds(run.card)
        report = asking.state.weather.get(place)
        if report is None:
            return Line(
                name=kind.name, verdict="missing", low=allowed.low, high=allowed.high,
                detail=f"no weather of the {place}",
            )  # fmt: skip
        until_ms = run.slot.until_ms if is_ahead else asking.at_ms + 1
        hours = list(_hours_within(report, asking.at_ms, until_ms))
        verdict, detail = _judge_age(asking, report, hours, until_ms)
        worst = _worst([read(hour) for hour in hours], allowed)
        if verdict == "go":
            verdict, detail = _judge_value(worst, allowed.low, allowed.high)
        return Line(
            name=kind.name, verdict=verdict, value=worst, low=allowed.low, high=allowed.high,
            source=report.source, observed_at_ms=report.observed_at_ms, detail=detail,
        )  # fmt: skip

    return judge


def _hours_within(report: ReportWeather, from_ms: int, until_ms: int) -> Iterator[AirHour]:
    """Yield the hours of a report that hold within an interval, and the observation."""
    for i, hour in enumerate(report.hours):
        if i == 0 or (_ends(report, i) > from_ms and hour.at_ms < until_ms):
            yield hour


def _ends(report: ReportWeather, i: int) -> int:
    """Return until when an hour of a report holds: the next, an hour at most."""
    hours = report.hours
    end = hours[i].at_ms + MS_PER_H
    return min(end, hours[i + 1].at_ms) if i + 1 < len(hours) else end


def _judge_age(
    asking: Asking, report: ReportWeather, hours: list[AirHour], until_ms: int
) -> tuple[Verdict, str]:
    """Return whether a report is young enough and goes on, without a hole, until an instant."""
    age_ms = asking.at_ms - report.observed_at_ms
    if age_ms > asking.site.go_no_go.weather_age_ms_max:
        return "old", f"observed {age_ms // MS_PER_MIN} min ago"
    known_ms = asking.at_ms
    for i, hour in enumerate(report.hours):
        if hour.at_ms <= known_ms < _ends(report, i):
            known_ms = _ends(report, i)
    if known_ms < until_ms:
        return "missing", f"no forecast from {format_utc(known_ms)} on"
    return "go", ""


def _worst(values: list[float], allowed: Bounds) -> float | None:
    """Return the value nearest to, or farthest beyond, a limit."""
    if not values:
        return None

    def room(value: float) -> float:
        above = value - allowed.low if allowed.low is not None else float("inf")
        below = allowed.high - value if allowed.high is not None else float("inf")
        return min(above, below)

    return min(values, key=room)


def _density_altitude_m(hour: AirHour) -> float:
    return round(density_altitude_m(air_density_kg_m3(hour.pressure_pa, hour.temperature_k)), 1)


_BY_SITE: Final[dict[str, Callable[[Asking, Prepared, LineKind], Line]]] = {
    "card_approved": _card_approved,
    "slot_held": _slot_held,
    "previous_cards": _previous_cards,
    "aircraft_approval": _aircraft_approval,
    "crew_rest": _crew_rest,
    "pad_temperature": _weather_line(
        "pad", lambda hour: hour.temperature_k, lambda card: card.minima.temperature_k
    ),
    "density_altitude": _weather_line(
        "pad", _density_altitude_m, lambda card: card.envelope.density_altitude_m
    ),
    "envelope_wind": _weather_line(
        "pad", lambda hour: hour.wind_mps, lambda card: card.envelope.wind_mps, is_ahead=False
    ),
    **{
        f"{place}_{name}": _weather_line(place, read, bounds)
        for place in ("pad", "alternate")
        for name, read, bounds in (
            (
                "visibility",
                lambda hour: hour.visibility_m,
                lambda card: Bounds(low=card.minima.visibility_m),
            ),
            (
                "ceiling",
                lambda hour: hour.ceiling_agl_m,
                lambda card: Bounds(low=card.minima.ceiling_agl_m),
            ),
            ("wind", lambda hour: hour.wind_mps, lambda card: Bounds(high=card.minima.wind_mps)),
            ("gust", lambda hour: hour.gust_mps, lambda card: Bounds(high=card.minima.gust_mps)),
        )
    },
}
"""How the site itself answers its lines. Density altitude is that at the pad."""
