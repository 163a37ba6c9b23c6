"""`aspan range weather`, `go`, `begin`: the list of a run, its release, its beginning."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson
from aspan.faces.cli.range_site import (
    At,
    FromCity,
    KeyPath,
    Site,
    StoreName,
    answer_order,
    open_site,
    read_key,
    tell_instant,
)
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.evidence.go_no_go_list import GoNoGo
    from aspan.evidence.orders import Evidence
    from aspan.evidence.site_events import Slot
    from aspan.evidence.site_state import CardRecord

CardName = Annotated[str, typer.Argument(metavar="CARD", help="Id of a card.")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run.")]
SlotOption = Annotated[str, typer.Option("--slot", metavar="SLOT", help="Its slot.")]
RunOption = Annotated[
    str | None, typer.Option("--run", metavar="RUN", help="Id of the run; CARD-SLOT if not given.")
]
EvidenceFile = Annotated[
    Path | None,
    typer.Option("--evidence", metavar="FILE", help="TOML with what was found for each line."),
]
SignIt = Annotated[bool, typer.Option("--sign", help="Sign the list with --key: go releases.")]
SomeKey = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="Key file of who signs.")
]
WeatherFile = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="A report, as JSON.")
]
TwinSeed = Annotated[
    int | None,
    typer.Option("--twin", metavar="SEED", help="The twin's weather of pad and alternate."),
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    group.command(
        "weather",
        short_help="Report the weather at the pad and at the alternate.",
        epilog="Example: aspan range weather runs/site.range --twin 1 --at 2025-04-15T08:50",
    )(weather)
    group.command(
        "go",
        short_help="The go/no-go list of a run; --sign releases it.",
        epilog="Example: aspan range go runs/site.range GT1 --slot S1 --evidence list.toml "
        "--key director.key --sign",
    )(go)
    group.command(
        "begin",
        short_help="Begin a released run.",
        epilog="Example: aspan range begin runs/site.range GT1-S1 --key director.key",
    )(begin)


def weather(
    store: StoreName,
    file: WeatherFile = None,
    twin: TwinSeed = None,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Report what is observed, and forecast for the hours after, to the site.

    From a station's file, or from the twin's modelled weather, which says so.
    """
    import msgspec

    from aspan.evidence.reports import ReportWeather
    from aspan.evidence.site import SiteRefused
    from aspan.evidence.twin_weather import TwinWeather

    if (file is None) == (twin is None):
        raise InvalidInput("--file", None, "either --file or --twin")
    with open_site(store, city) as site:
        at_ms = site.instant(at)
        if file is not None:
            try:
                reports = [msgspec.json.decode(file.read_bytes(), type=ReportWeather)]
            except msgspec.DecodeError as error:
                raise InvalidInput("--file", str(file), f"a weather report ({error})") from None
        else:
            model = TwinWeather(site.city, site.range, twin or 0)
            reports = [model.report("pad", at_ms), model.report("alternate", at_ms)]
        answers = [site.store.report(report, at_ms) for report in reports]
    lines = [_tell_weather(report) for report in reports]
    refused = next((a for a in answers if isinstance(a, SiteRefused)), None)
    return answer_order(refused if refused else [], lines, as_json=as_json)


def _tell_weather(report: Any) -> str:  # noqa: ANN401  imported where it is used
    hour = report.hours[0]
    return (
        f"{report.place}: wind {hour.wind_mps:.1f} m/s, gust {hour.gust_mps:.1f}, visibility "
        f"{hour.visibility_m:.0f} m, {hour.temperature_k - 273.15:.0f} °C ({report.source})"
    )


def go(
    store: StoreName,
    card_id: CardName,
    slot: SlotOption,
    run: RunOption = None,
    evidence: EvidenceFile = None,
    key: SomeKey = None,
    sign: SignIt = False,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Evaluate every line of the go/no-go list of a run, each with its evidence.

    Without --sign nothing is written down. With it, and --key of a test director, the list goes
    into the log: if every line is go, the run is released. Exit status 1 if one is not.
    """
    from aspan.evidence.orders import ReleaseRun
    from aspan.evidence.site import SiteRefused
    from aspan.evidence.site_events import RunReleased

    if sign and key is None:
        raise InvalidInput("--key", None, "the key of who signs, with --sign")
    with open_site(store, city) as site:
        at_ms = site.instant(at)
        found = read_evidence(evidence, site.city.time_zone) if evidence else ()
        record, held = _find(site, card_id, slot)
        if not sign or key is None:
            return _show(_look(site, record, held, found, at_ms), site, as_json=as_json, run_id="")
        run_id = run or f"{card_id}-{slot}"
        answer = site.order(
            read_key(key),
            lambda name: ReleaseRun(
                key=name,
                run_id=run_id,
                card_id=record.card.card_id,
                version=record.version,
                slot_id=slot,
                evidence=found,
            ),
            at_ms,
        )
        last = answer[-1] if isinstance(answer, list) else answer
        if isinstance(last, RunReleased | SiteRefused) and last.go_no_go is not None:
            return _show(last.go_no_go, site, as_json=as_json, run_id=run_id)
        return answer_order(answer, [], as_json=as_json)


def _find(site: Site, card_id: str, slot_id: str) -> "tuple[CardRecord, Slot]":
    """Return a filed card and a booked slot; `InvalidInput` where there is none."""
    from aspan.evidence.card import CardId

    record = site.store.look(lambda state: state.cards.get(CardId(card_id)))
    if record is None:
        raise InvalidInput("CARD", card_id, "a card that was put before the site")
    held = site.store.look(lambda state: state.slots.get(slot_id))
    if held is None:
        raise InvalidInput("--slot", slot_id, "a slot that was booked")
    return record, held.slot


def _look(
    site: Site, record: "CardRecord", slot: "Slot", found: "tuple[Evidence, ...]", at_ms: int
) -> "GoNoGo":
    """Return the list as it stands, with nothing written down."""
    from aspan.evidence.asking import Asking
    from aspan.evidence.go_no_go import Prepared, evaluate

    core = site.store.site
    prepared = Prepared(card=record.card, version=record.version, slot=slot, evidence=found)
    return site.store.look(
        lambda state: evaluate(
            Asking(
                state=state,
                site=core.range,
                requirement_ids=core.requirement_ids,
                at_ms=at_ms,
                key="look",
                is_line_beside=core.is_line_beside,
            ),
            prepared,
        )
    )


def _show(listed: "GoNoGo", site: Site, *, as_json: bool, run_id: str) -> int:
    import msgspec

    if as_json:
        told = {"is_go": listed.is_go, "run_id": run_id, **msgspec.to_builtins(listed)}
        print(json.dumps(told, ensure_ascii=False))
        return 0 if listed.is_go else 1
    for line in listed.lines:
        word = line.verdict.replace("_", " ").upper() if line.verdict != "go" else "go"
        print(f"{word:<8} {line.name.replace('_', ' '):<22} {_tell_line(line, site)}")
    released = f": run {run_id} is released" if run_id else ": nothing was signed"
    print(f"GO{released}" if listed.is_go else f"NO GO: {listed.reason}")
    return 0 if listed.is_go else 1


def _tell_line(line: Any, site: Site) -> str:  # noqa: ANN401  imported where it is used
    """Return what was found for a line, what is asked, and who says so."""
    from aspan.evidence.card import Bounds
    from aspan.evidence.go_no_go_list import LINE_BY_NAME
    from aspan.faces.report.evidence_card import tell_bounds, tell_value

    unit = LINE_BY_NAME[line.name].unit or "1"
    parts = [] if line.value is None else [tell_value(line.value, unit)]
    if line.low is not None or line.high is not None:
        parts.append(f"asked {tell_bounds(Bounds(low=line.low, high=line.high), unit)}")
    if line.detail:
        parts.append(line.detail)
    if line.source:
        at = line.observed_at_ms
        when = "" if at is None else f", {tell_instant(at, site.city.time_zone)}"
        parts.append(f"by {line.source}{when}")
    return "; ".join(parts)


def begin(
    store: StoreName,
    run_id: RunName,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Begin a released run; the site looks at approval, list, slot and crew once more."""
    from aspan.evidence.orders import BeginRun

    with open_site(store, city) as site:
        at_ms = site.instant(at)
        answer = site.order(read_key(key), lambda name: BeginRun(key=name, run_id=run_id), at_ms)
        when = tell_instant(at_ms, site.city.time_zone)
    return answer_order(answer, [f"begun {run_id}, {when}"], as_json=as_json)


def read_evidence(path: Path, zone: str) -> "tuple[Evidence, ...]":
    """Return what a file of evidence says, one table a line; `InvalidInput` names the place."""
    import tomllib

    try:
        lines = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput("--evidence", str(path), f"a file in TOML ({error})") from None
    return tuple(_read_line(name, line, zone) for name, line in lines.items())


def _read_line(name: str, line: object, zone: str) -> "Evidence":
    from datetime import datetime
    from zoneinfo import ZoneInfo

    import msgspec

    from aspan.evidence.go_no_go_list import EVIDENCE_LINES
    from aspan.evidence.orders import Evidence
    from aspan.primitives.instants import datetime_to_ms

    if name not in EVIDENCE_LINES:
        raise InvalidInput("--evidence", name, f"one of {', '.join(EVIDENCE_LINES)}")
    if not isinstance(line, dict) or not isinstance(line.get("observed_at"), datetime):
        expected = "a table with source, observed_at and value, is_ok or text"
        raise InvalidInput(f"--evidence, {name}", line, expected)
    moment = line.pop("observed_at")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    known = {"line": name, "observed_at_ms": datetime_to_ms(moment), **line}
    unknown = sorted(set(line) - {"source", "value", "is_ok", "text"})
    try:
        if unknown:
            raise msgspec.ValidationError(f"{unknown[0]} is not known")
        return msgspec.convert(known, Evidence)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"--evidence, {name}", line, f"evidence ({error})") from None
