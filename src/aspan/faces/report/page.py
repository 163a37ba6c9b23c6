"""The report of a run: one HTML page that needs nothing beside itself.

Theory of operation: the folder is read (`run_folder.py`), each section is made by the file of its
noun, and the template puts them together. The page asks no other machine for anything; its type is
the reader's own. A section whose table is absent says which, and a run that was cut says when.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import jinja2
import msgspec

from aspan.faces.report import charge, gantt, network_map, refusals, spread, surroundings
from aspan.faces.report import weather_strips as weather
from aspan.faces.report.run_folder import Kpis, RunFolder, Saved
from aspan.faces.report.words import NONE, Words
from aspan.primitives.instants import ms_to_local

if TYPE_CHECKING:
    from aspan.audit.findings import AuditReport
    from aspan.faces.report.verdict import Standing

FINDINGS_SHOWN: Final = 40

ACTIONS_SHOWN: Final = 60

EACH_MAX: Final = 120
"""Aircraft with a small chart of their own."""


class Figure(msgspec.Struct, frozen=True):
    """One headline figure: its value, its name, and what belongs to it."""

    value: str
    name: str
    note: str = ""
    is_warning: bool = False


class Notice(msgspec.Struct, frozen=True):
    """One line above everything: what a reader must know first."""

    kind: str
    text: str


class Ground(msgspec.Struct, frozen=True):
    """One line of the method: a mark of truth and what it is said of."""

    mark: str
    text: str
    quoted: str = ""


@cache
def environment() -> jinja2.Environment:
    """Return the templates; every text is escaped, a name that is not there is a fault."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("aspan.faces.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_report(
    run: RunFolder,
    language: str = "en",
    audit: "AuditReport | None" = None,
    standing: "Standing" = "none",
) -> str:
    """Return the page about a run.

    Parameters
    ----------
    audit
        What the independent check found, if it was asked or is kept.
    standing
        Which of the two it is, or why there is none.
    """
    places = {site.vertiport_id: site.name for site in run.city.vertiports}
    words = Words(language, run.city.time_zone, places)
    values = {
        "words": words,
        "run": run,
        "title": words.t(
            "report.title", city=tell_city(run, words), date=words.date(run.kpis.date)
        ),
        "subtitle": _tell_run(run, words),
        "lead": _tell_lead(run, words),
        "notices": list_notices(run, words),
        "figures": list_figures(run, words),
        "map": network_map.draw_map(run, words),
        "has_tracks": run.find_table("tracks") is not None,
        "routes": _list_routes(run, words),
        "routes_more": max(len(network_map.list_routes(run)) - network_map.ROUTES_SHOWN, 0),
        "days": gantt.draw_days(run, words),
        "days_more": max(len(gantt.list_days(run)) - gantt.DAYS_MAX, 0),
        "band": charge.draw_band(run, words),
        "each": charge.draw_each(run, words)[:EACH_MAX],
        "margins": charge.draw_margins(run, words),
        "leanest": _list_leanest(run, words),
        "spreads": spread.make_spreads(run, words),
        "places": weather.list_places(run, words),
        "weather_note": weather.tell_note(run, words),
        "groups": refusals.list_groups(run, words),
        "unserved": refusals.list_unserved(run, words),
        "reserves": refusals.list_reserves(run, words),
        "unserved_more": max(len(run.kpis.not_serviceable) - refusals.PAIRS_SHOWN, 0),
        "actions": _list_actions(run, words),
        "power": surroundings.list_power(run, words),
        "noise": surroundings.list_noise(run, words),
        "noise_above": surroundings.tell_above(run, words),
        "noise_note": surroundings.tell_note(run, words),
        "audit": audit,
        "standing": standing,
        "audit_laws": _list_laws(audit, words),
        "audit_findings": audit.findings[:FINDINGS_SHOWN] if audit else (),
        "grounds": list_grounds(run, words),
        "command": tell_command(run),
        "folder": run.folder.name if run.folder.is_absolute() else str(run.folder),
        "marks": _list_marks(run),
    }
    return environment().get_template("report.html.j2").render(values)


def tell_city(run: RunFolder, words: Words) -> str:
    """Return the city's name in the language; its id with a capital where the run names none."""
    name = run.city.name
    if isinstance(name, dict):
        name = name.get(words.language)
    return name or (run.city.city_id or run.kpis.city_id).capitalize() or NONE


def _tell_run(run: RunFolder, words: Words) -> str:
    kpis = run.kpis
    parts = [
        words.t("run.phase", phase=kpis.phase),
        words.count("count.aircraft", kpis.fleet or 0),
        words.t("run.demand", factor=_tell_factor(run, words)),
        words.t("run.seed", seed=kpis.seed if kpis.seed is not None else NONE),
    ]
    if kpis.days > 1:
        parts.insert(0, words.count("count.days", kpis.days))
    return " · ".join(parts)


def _tell_factor(run: RunFolder, words: Words) -> str:
    return words.number(run.kpis.demand, 0 if run.kpis.demand % 1 == 0 else 2)


def _tell_lead(run: RunFolder, words: Words) -> str:
    kpis = run.kpis
    flown = words.count("count.sorties", kpis.sorties_flown or 0)
    people = words.count("count.passengers", kpis.passengers_flown or 0)
    if kpis.min_energy_above_reserve_kwh is None:
        return words.t("lead.short", sorties=flown, passengers=people)
    margin = words.with_unit(kpis.min_energy_above_reserve_kwh, "kwh", 1)
    return words.t("lead.full", sorties=flown, passengers=people, margin=margin)


def list_notices(run: RunFolder, words: Words) -> list[Notice]:
    """Return what a reader must know before any figure."""
    kpis, notices = run.kpis, []
    unfinished = run.list_unfinished()
    is_midnight = f"{ms_to_local(kpis.until_at_ms, words.zone):%H:%M}" == "00:00"
    if unfinished or not is_midnight:
        flying = sum(s["status"] == "airborne_at_end" for s in unfinished)
        text = words.t(
            "notice.cut",
            moment=words.moment(kpis.until_at_ms),
            flying=words.count("notice.cut.flying", flying),
            planned=words.count("notice.cut.planned", len(unfinished) - flying),
        )
        notices.append(Notice("attention", text))
    missing = run.list_missing()
    if missing:
        text = words.t("notice.missing", tables=", ".join(missing))
        notices.append(Notice("attention", text))
    if kpis.weather_basis.days_modelled:
        notices.append(Notice("attention", _tell_modelled(run, words)))
    if kpis.demand != 1.0:
        text = words.t("notice.demand", factor=_tell_factor(run, words))
        notices.append(Notice("attention", text))
    if _is_approval_assumed(run):
        notices.append(Notice("plain", words.t("notice.assumed")))
    return notices


def _tell_modelled(run: RunFolder, words: Words) -> str:
    """Return which dates have no weather record, and what was flown instead."""
    basis = run.kpis.weather_basis
    record = {"first": words.date(basis.record_from), "last": words.date(basis.record_until)}
    day = words.date(basis.first_modelled)
    if basis.days == 1:
        return words.t(
            "notice.modelled_day", date=day, drawn=words.date(basis.drawn_from), **record
        )
    total = words.number(basis.days)
    return words.count("notice.modelled_days", basis.days_modelled, total=total, date=day, **record)


def _is_approval_assumed(run: RunFolder) -> bool:
    approvals = run.find_table("approvals")
    return approvals is not None and bool(approvals["is_assumed"].any())


def _is_weather_modelled(run: RunFolder) -> bool:
    table = run.find_table("weather")
    return table is not None and bool(table["is_modelled"].any())


def list_figures(run: RunFolder, words: Words) -> list[Figure]:
    """Return the headline figures."""
    kpis = run.kpis
    margin, saved = kpis.min_energy_above_reserve_kwh, kpis.minutes_saved
    return [
        Figure(
            words.number(kpis.sorties_flown),
            words.t("figure.sorties"),
            words.t("figure.sorties.note", empty=words.number(kpis.sorties_empty)),
        ),
        Figure(
            words.number(kpis.passengers_flown),
            words.t("figure.passengers"),
            ""
            if kpis.load_factor is None
            else words.t("figure.passengers.note", share=words.percent(kpis.load_factor)),
        ),
        Figure(
            words.with_unit(margin, "kwh", 1),
            words.t("figure.margin"),
            words.t("figure.margin.note"),
            is_warning=margin is not None and margin < 0,
        ),
        Figure(
            words.minutes(kpis.wait_ms.p50, 1),
            words.t("figure.wait"),
            _tell_tail(words, kpis.wait_ms.p95, "figure.wait.note"),
        ),
        Figure(
            words.minutes(kpis.delay_ms.p50, 1),
            words.t("figure.delay"),
            _tell_tail(words, kpis.delay_ms.p95, "figure.delay.note"),
        ),
        _tell_saved(saved, words),
        _tell_not_flown(kpis, words),
        Figure(
            words.number(sum(kpis.bookings_refused.values())),
            words.t("figure.refused"),
            words.t("figure.refused.note", bookings=words.number(kpis.bookings)),
        ),
        Figure(
            words.energy(kpis.energy_kwh),
            words.t("figure.energy"),
            words.t("figure.energy.note", hours=words.with_unit(kpis.aircraft_hours, "h", 1)),
        ),
        Figure(
            words.money(kpis.revenue_tiyn),
            words.t("figure.revenue"),
            words.t("figure.revenue.note", cost=words.money(kpis.cost_tiyn)),
        ),
    ]


def _tell_tail(words: Words, tail_ms: int | None, note: str) -> str:
    """Return the tail of a duration and from when to when it runs."""
    if tail_ms is None:
        return words.t(note)
    return f"{words.t('figure.tail', tail=words.minutes(tail_ms, 1))}; {words.t(note)}"


def _tell_saved(saved: Saved, words: Words) -> Figure:
    """Return the minutes saved as flown, those as offered beside; older runs have these only."""
    if saved.mean_as_flown is None:
        note = words.t("figure.saved.note")
        return Figure(words.with_unit(saved.mean, "min", 1), words.t("figure.saved"), note)
    note = words.t("figure.saved.note_flown", offered=words.with_unit(saved.mean, "min", 1))
    return Figure(words.with_unit(saved.mean_as_flown, "min", 1), words.t("figure.saved"), note)


def _tell_not_flown(kpis: Kpis, words: Words) -> Figure:
    """Return the sorties that did not fly: those nobody wanted apart from the cancelled ones."""
    unwanted, cancelled = refusals.split_not_flown(kpis.sorties_cancelled)
    return Figure(
        words.number(sum(unwanted.values()) + sum(cancelled.values())),
        words.t("figure.not_flown"),
        words.t(
            "figure.not_flown.note",
            unwanted=words.number(sum(unwanted.values())),
            cancelled=words.number(sum(cancelled.values())),
            diverted=words.number(sum(kpis.sorties_diverted.values())),
        ),
    )


def _list_actions(run: RunFolder, words: Words) -> list[dict[str, str]]:
    """Return what the desk did, in order of time, the first `ACTIONS_SHOWN`."""
    rows = sorted(run.list_rows("actions"), key=lambda row: row["at_ms"])
    return [
        {
            "at": words.clock(row["at_ms"]),
            "who": row["who"] or NONE,
            "action": words.word("action", row["action"]),
            "what": _tell_object(row["what"] or ""),
            "outcome": words.word("outcome", row["outcome"] or ""),
            "reason": words.word("cause", row["reason"] or ""),
            "why": row["why"] or "",
        }
        for row in rows[:ACTIONS_SHOWN]
    ]


def _tell_object(text: str) -> str:
    """Return what an action was on: the values of its JSON, or the text if it is none."""
    try:
        action = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return text
    values = (value for name, value in action.items() if name != "action")
    return ", ".join(str(value) for value in values if value not in (None, ""))


def _list_routes(run: RunFolder, words: Words) -> list[dict[str, str]]:
    routes = network_map.list_routes(run)[: network_map.ROUTES_SHOWN]
    return [
        {
            "pair": words.pair(route.origin, route.destination),
            "sorties": words.number(route.sorties),
            "passengers": words.number(route.passengers),
            "block": words.minutes(route.block_ms),
            "energy": words.with_unit(route.energy_kwh, "kwh", 1),
        }
        for route in routes
    ]


def _list_leanest(run: RunFolder, words: Words) -> list[dict[str, str]]:
    return [
        {
            "sortie": str(sortie["sortie_id"]),
            "aircraft": str(sortie["aircraft_id"]),
            "pair": words.pair(sortie["origin"], sortie["destination"]),
            "at": words.clock(sortie["touchdown_at_ms"]),
            "soc": words.percent(sortie["soc_touchdown"]),
            "margin": words.with_unit(sortie["energy_above_reserve_kwh"], "kwh", 1),
        }
        for sortie in charge.list_leanest(run)
    ]


def _list_laws(audit: "AuditReport | None", words: Words) -> list[dict[str, str]]:
    if audit is None:
        return []
    return [
        {
            "law": law.law if law.law.isdigit() else "",
            "title": words.find_word("law", law.law) or law.title,
            "verdict": words.word("verdict", law.verdict.replace(" ", "_")),
            "state": law.verdict.replace(" ", "-"),
            "exercised": words.number(law.exercised),
            "violations": words.number(law.violations),
        }
        for law in audit.laws
    ]


def list_grounds(run: RunFolder, words: Words) -> list[Ground]:
    """Return how far each kind of figure can be trusted."""
    kpis = run.kpis
    grounds: list[Ground] = []

    def add(mark: str, text: str, quoted: str = "") -> None:
        grounds.append(Ground(words.word("mark", mark), text, quoted))

    table = run.find_table("weather")
    if table is not None and table.height:
        modelled = int(table["is_modelled"].sum())
        share = words.percent(modelled / table.height)
        add("modelled" if modelled else "measured", words.t("ground.weather", share=share))
    if _is_approval_assumed(run):
        add("assumed", words.t("ground.approval"))
    add("derived", words.t("ground.energy"))
    add("modelled", words.t("ground.demand", factor=_tell_factor(run, words)))
    trips = run.find_table("trips")
    if trips is not None and trips.height and kpis.wishes is not None:
        add("modelled", words.t("ground.trips", trips=words.number(trips.height),
                                wishes=words.number(kpis.wishes)))  # fmt: skip
    if kpis.cost_tiyn is not None:
        source = kpis.costs.energy_source or ""
        add(kpis.costs.energy_mark or "assumed", words.t("ground.cost"), source)
    if run.find_table("noise") is not None:
        add("modelled", words.t("ground.noise"))
    add("derived", words.t("ground.one_day"))
    return grounds


def _list_marks(run: RunFolder) -> dict[str, str]:
    """Return the mark of truth of each section that carries one."""
    return {
        "weather": "modelled" if _is_weather_modelled(run) else "measured",
        "charge": "derived",
        "waits": "modelled",
        "power": "derived",
        "noise": "modelled",
    }


def tell_command(run: RunFolder) -> str:
    """Return the command line that flies this run again."""
    kpis = run.kpis
    parts = [f"aspan simulate {run.city.city_id or kpis.city_id}", f"--phase {kpis.phase}",
             f"--date {kpis.date}"]  # fmt: skip
    if kpis.days != 1:
        parts.append(f"--days {kpis.days}")
    parts += [f"--seed {kpis.seed}", f"--fleet {kpis.fleet}", f"--demand {kpis.demand:g}"]
    if kpis.policy:
        parts.append(f"--policy {kpis.policy}")
    local = ms_to_local(kpis.until_at_ms, run.city.time_zone)
    started = ms_to_local(kpis.from_at_ms, run.city.time_zone)
    if f"{started:%H:%M}" != "00:00":
        parts.append(f"--start {started:%H:%M}")
    if f"{local:%H:%M}" != "00:00":
        parts.append(f"--until {local:%H:%M}")
    return " ".join(parts)
