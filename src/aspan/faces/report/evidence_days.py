"""Demonstration days on the page: item by item, the ending, what spectators saw and heard."""

import msgspec

from aspan.evidence.demonstration.day_log import DayLog, Happening
from aspan.evidence.demonstration.show import TimedItem
from aspan.evidence.package.book import Book
from aspan.evidence.package.days import Day
from aspan.faces.report.evidence_card import tell_instant
from aspan.faces.report.words import Words
from aspan.world.city import Approval

_DECIDED = ("item_shown", "item_begun", "item_held", "item_dropped", "item_knocked_off")
_OF_THE_DAY = ("forecast", "began", "aircraft_lost", "spare_taken")


class ItemRow(msgspec.Struct, frozen=True):
    """One item of the run of show."""

    planned: str
    title: str
    became: str
    run_id: str
    told: tuple[str, ...]
    distance: str
    noise: str


class DayView(msgspec.Struct, frozen=True):
    """Everything the page says of one day."""

    anchor: str
    date: str
    ending: str
    flown_by: str
    facts: tuple[tuple[str, str], ...]
    items: tuple[ItemRow, ...]
    breaches: tuple[str, ...]


def list_day_views(book: Book, words: Words) -> list[DayView]:
    """Return the demonstration days of a package, by date."""
    return [_make_view(day, words) for day in book.days]


def _make_view(day: Day, words: Words) -> DayView:
    log = day.log
    return DayView(
        f"day-{log.plan.date}",
        log.plan.date,
        log.ending.replace("_", " "),
        log.flown_by,
        tuple(_list_facts(day, words)),
        tuple(_make_row(day, timed, words) for timed in log.plan.items),
        tuple(f"{breach.rule}: {breach.what}, {breach.detail}" for breach in day.breaches),
    )


def _list_facts(day: Day, words: Words) -> list[tuple[str, str]]:
    log, plan = day.log, day.log.plan
    found = day.measured.values()
    nearest = min(found, key=lambda each: each.spare_m, default=None)
    loudest = max((each.noise_dba for each in found), default=None)
    reason = f": {log.reason}" if log.reason else ""
    facts = [
        ("Ended by", f"{log.ending.replace('_', ' ')}{reason}"),
        ("Approval", "; ".join(map(_tell_approval, day.approvals)) or "NONE"),
        ("Aircraft", f"{plan.aircraft_id}, spare {plan.spare_id or 'none approved'}"),
        ("Planned", f"{tell_instant(plan.begin_at_ms, words)} to "
                    f"{tell_instant(plan.end_at_ms, words)}, reserve date {plan.reserve_date}"),
        ("Fall-backs", ", ".join(name.replace("_", " ") for name in plan.fall_backs)),
        ("Distance kept", "nothing flew" if nearest is None else
            f"{min(each.distance_m for each in found):.0f} m at the nearest, "
            f"{nearest.spare_m:.0f} m more than was owed there; owed: "
            f"{day.distance_m_min:.0f} m, and the fall of an aircraft where that is farther"),
        ("Noise kept", "nothing flew" if loudest is None else
            f"{loudest:.1f} dBA at the loudest, at most {day.noise_dba_max:.0f} dBA"),
    ]  # fmt: skip
    for happening in log.happenings:
        if happening.what in _OF_THE_DAY:
            name = happening.what.replace("_", " ").capitalize()
            facts.append((name, f"{tell_instant(happening.at_ms, words)}: {happening.detail}"))
    return facts


def _tell_approval(approval: Approval) -> str:
    whose = approval.aircraft_id or "every aircraft"
    assumed = ", assumed" if approval.is_assumed else ""
    return f"{approval.kind}, {whose}, {approval.from_date} to {approval.until_date}{assumed}"


def _make_row(day: Day, timed: TimedItem, words: Words) -> ItemRow:
    log, item = day.log, timed.item
    sortie = next((each for each in log.sorties if each.item_id == item.item_id), None)
    seen = day.measured.get(sortie.run_id) if sortie else None
    return ItemRow(
        tell_instant(timed.begin_at_ms, words),
        item.title,
        _tell_item(log, item.item_id),
        sortie.run_id if sortie else "",
        tuple(
            _tell_happening(each, words)
            for each in log.happenings
            if each.item_id == item.item_id and each.what in _DECIDED
        ),
        f"{seen.distance_m:.0f} m, {seen.spare_m:.0f} m to spare" if seen else "–",
        f"{seen.noise_dba:.1f} dBA" if seen else "–",
    )


def _tell_happening(happening: Happening, words: Words) -> str:
    what = happening.what.removeprefix("item_").replace("_", " ")
    detail = f": {happening.detail}" if happening.detail else ""
    return f"{tell_instant(happening.at_ms, words)}, {what}{detail}"


def _tell_item(log: DayLog, item_id: str) -> str:
    """Return what became of an item."""
    seen = {each.what for each in log.happenings if each.item_id == item_id}
    if "item_knocked_off" in seen:
        return "called off in flight"
    for what, told in (
        ("item_begun", "flown"),
        ("item_shown", "shown"),
        ("item_dropped", "called off"),
    ):
        if what in seen:
            return told
    return "not shown: the day had ended"
