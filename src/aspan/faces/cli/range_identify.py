"""`aspan range identify` and `publish`: the aircraft's numbers from the runs of a test site."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.evidence.identify.dataset import Row
    from aspan.evidence.identify.estimates import Calibration, Identification
    from aspan.evidence.identify.network_effect import Change
    from aspan.primitives.ids import AircraftId
    from aspan.world.city import City

Store = Annotated[
    str, typer.Argument(metavar="STORE", help="Log of a test site: a path that ends in .range.")
]
CityOption = Annotated[
    str | None, typer.Option("--city", metavar="CITY", help="The city; as the log names it.")
]
Cycles = Annotated[
    list[str] | None,
    typer.Option(metavar="ID=N", help="Full cycles of an aircraft's packs; may be repeated."),
]
CalibrationFile = Annotated[
    Path | None,
    typer.Option(
        "--calibration",
        metavar="FILE",
        help="TOML of standard uncertainties that all runs share: torque_share, electrical_share, "
        "pack_share, airspeed_share, mass_share, pack_kw, sound_db.",
    ),
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Also write identification.json.")]
NewFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="The new city's folder.")]
Fly = Annotated[bool, typer.Option("--fly/--no-fly", help="Simulate a day with old and new.")]


def register(group: typer.Typer) -> None:
    """Add both commands to `aspan range`."""
    group.command(
        "identify",
        short_help="The aircraft's numbers from the runs of a site, with 95 % intervals.",
        epilog="Example: aspan range identify alatau.range --cycles AT03=900",
    )(identify)
    group.command(
        "publish",
        short_help="A city whose aircraft is as the runs tell; what that changes.",
        epilog="Example: aspan range publish alatau.range --out alatau-measured",
    )(publish)


def identify(
    store: Store,
    city: CityOption = None,
    cycles: Cycles = None,
    calibration: CalibrationFile = None,
    out: Out = None,
    as_json: AsJson = False,
) -> int:
    """Print what the runs of a test site say of the aircraft, each number with its interval.

    Runs that were reviewed and accepted are used, no others. What they do not tell is named with
    the runs that would. Exit status 1 if they tell nothing.
    """
    found, left_out, _, _ = _identify(store, city, cycles, calibration)
    if out is not None:
        _write(out, found)
    answer = {**_document(found), "left_out": left_out}
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_identify(answer))
    return 0 if found.estimates else 1


def publish(
    store: Store,
    out: NewFolder,
    city: CityOption = None,
    cycles: Cycles = None,
    calibration: CalibrationFile = None,
    fly: Fly = True,
    as_json: AsJson = False,
) -> int:
    """Write a copy of the city whose aircraft is as the runs tell, and print what that changes.

    The folder can be given as CITY everywhere: to simulate, energy, audit --city, study. Numbers
    are marked measured only if every run came from an aircraft's own recorder.
    """
    from aspan.evidence.identify.dataset import publish_dataset
    from aspan.evidence.identify.network_effect import fly_days, list_changes
    from aspan.world.readers import load_city

    found, left_out, name, campaign = _identify(store, city, cycles, calibration)
    rows = publish_dataset(found, name, out, campaign=campaign)
    old, new = load_city(name), load_city(str(out))
    changes = list_changes(old, new, found)
    if fly:
        changes += fly_days(old, new)
    answer = {
        **_document(found),
        "left_out": left_out,
        "folder": str(out),
        "rows": [_document_row(row, old) for row in rows],
        "changes": [_document_change(change) for change in changes],
    }
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_publish(answer))
    return 0


def _identify(
    store: str, city: str | None, cycles: list[str] | None, calibration: Path | None
) -> "tuple[Identification, dict[str, str], str, str]":
    """Return what is identified, what was left out, the city's name and that of the campaign."""
    from aspan.evidence.identify.campaign import identify as identify_runs
    from aspan.evidence.identify.kept_runs import load_kept_runs
    from aspan.faces.cli.range_site import open_site

    ages = _read_cycles(cycles or [])
    common = _read_calibration(calibration)
    with open_site(store, city) as site:
        for aircraft_id in ages:
            if site.range.find_aircraft(aircraft_id) is None:
                known = ", ".join(str(each.aircraft_id) for each in site.range.aircraft)
                raise InvalidInput("--cycles", aircraft_id, f"an aircraft of the range: {known}")
        kept = load_kept_runs(site.store, ages)
        campaign = f"campaign of {Path(store).name}, log {site.store.head_sha256()[:12]}"
        found = identify_runs(kept.runs, site.city.aircraft_type, common)
        return found, kept.left_out, site.name, campaign


def _read_cycles(texts: list[str]) -> "dict[AircraftId, float]":
    from aspan.primitives.ids import AircraftId

    ages: dict[AircraftId, float] = {}
    for text in texts:
        name, _, number = text.partition("=")
        if not name or not number.isdigit():
            raise InvalidInput("--cycles", text, "ID=N, such as AT03=900")
        ages[AircraftId(name)] = float(number)
    return ages


def _read_calibration(path: Path | None) -> "Calibration":
    import tomllib

    import msgspec

    from aspan.evidence.identify.campaign import NO_CALIBRATION
    from aspan.evidence.identify.estimates import Calibration

    if path is None:
        return NO_CALIBRATION
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(document, Calibration)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        known = ", ".join(Calibration.__struct_fields__)
        raise InvalidInput("--calibration", str(error), f"TOML with any of {known}") from None


def _write(out: Path, found: "Identification") -> None:
    import msgspec

    from aspan.evidence.identify.dataset import FILE

    try:
        out.mkdir(parents=True, exist_ok=True)
        body = msgspec.json.format(msgspec.json.encode(found), indent=1)
        (out / FILE).write_bytes(body + b"\n")
    except OSError as error:
        raise InvalidInput("--out", str(out), f"a folder ({error.strerror})") from None


def _document(found: "Identification") -> dict[str, Any]:
    import msgspec

    from aspan.evidence.identify.dataset import BY_TWIN
    from aspan.evidence.identify.estimates import UNTOUCHED

    by = BY_TWIN if found.maker == "twin" else "told by an aircraft's own recorder"
    return {"flown_by": by, **msgspec.to_builtins(found), "untouched": UNTOUCHED}


def _document_row(row: "Row", old: "City") -> dict[str, Any]:
    import msgspec

    before = old.quantities.get(f"aircraft_type.{row.field}")
    return {
        **msgspec.to_builtins(row),
        "old_value": getattr(old.aircraft_type, row.field),
        "old_low": None if before is None else before.low,
        "old_high": None if before is None else before.high,
    }


def _document_change(change: "Change") -> dict[str, Any]:
    import msgspec

    return {**msgspec.to_builtins(change), "difference": change.difference}


def format_identify(answer: dict[str, Any]) -> str:
    """Return the estimates as a table, and what is missing, for people."""
    lines = [f"{len(answer['runs'])} runs, {answer['flown_by']}.", ""]
    for one in answer["estimates"]:
        lines.append(f"  {one['name']:30} {_span(one)}, {len(one['runs'])} runs")
        if one["caution"]:
            lines.append(f"  {'':30} {one['caution']}")
    if not answer["estimates"]:
        lines.append("  The runs tell nothing of the aircraft yet.")
    if answer["not_identified"]:
        lines += ["", "Not identified:"]
        lines += [f"  {one['name']:30} {one['missing']}" for one in answer["not_identified"]]
    if answer["left_out"]:
        lines += ["", "Runs left out:"]
        lines += [f"  {run_id:30} {why}" for run_id, why in sorted(answer["left_out"].items())]
    lines += ["", f"Values with 95 % intervals. Not looked at: {answer['untouched']}."]
    return "\n".join(lines)


def format_publish(answer: dict[str, Any]) -> str:
    """Return what was written and what it changes, for people."""
    lines = [f"Written to {answer['folder']}: {len(answer['rows'])} rows of aircraft.toml.", ""]
    for row in answer["rows"]:
        lines.append(f"  {row['field']:30} {row['old_value']:.5g} -> {_span(row)}, {row['mark']}")
    lines += ["", f"  {'in the network':58} {'old':>9} {'new':>9} {'change':>9}  95 % of new"]
    for one in answer["changes"]:
        span = "" if one["low"] is None else f"{one['low']:.4g} to {one['high']:.4g}"
        what = f"{one['what']} [{one['unit']}]" if one["unit"] != "1" else one["what"]
        lines.append(
            f"  {what:58} {one['old']:9.4g} {one['new']:9.4g} {one['difference']:+9.3g}  {span}"
        )
        if one["note"]:
            lines.append(f"  {'':4}{one['note']}")
    kept = [one["name"] for one in answer["not_identified"]]
    lines += ["", f"Flown by: {answer['flown_by']}.", f"Kept as they were: {answer['untouched']}."]
    if kept:
        lines.append(f"Not identified, kept too: {', '.join(kept)}.")
    return "\n".join(lines)


def _span(one: dict[str, Any]) -> str:
    from aspan.evidence.verdict import Measured, format_measured

    return format_measured(
        Measured(value=one["value"], low=one["low"], high=one["high"], unit=one["unit"])
    )
