"""`aspan range telemetry`: a recorder's file looked at, or kept as the telemetry of a run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson
from aspan.faces.cli.range_site import At, FromCity, StoreName, open_site
from aspan.primitives.instants import format_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspan.evidence.telemetry.course import LimitBreach
    from aspan.evidence.telemetry.manifest import Manifest

FileName = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or Parquet of a recorder.")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run that has begun.")]
LayoutName = Annotated[
    Path,
    typer.Option("--layout", metavar="FILE", help="Which column is which channel: TOML or JSON."),
]
Instead = Annotated[
    bool, typer.Option("--instead", help="Keep it instead of what is kept, which is moved aside.")
]


def register(group: typer.Typer) -> None:
    """Add the group `telemetry` to the group of the test site."""
    ours = typer.Typer(help="Real telemetry of a run, from a recorder.", no_args_is_help=True)
    ours.command(
        "check",
        short_help="What a recorder's file holds, and what is doubtful in it.",
        epilog="Example: aspan range telemetry check flight.csv --layout recorder.toml",
    )(check)
    ours.command(
        "import",
        short_help="Keep a recorder's file as the telemetry of a run.",
        epilog="Example: aspan range telemetry import runs/site.range GT1-S1 flight.parquet "
        "--layout recorder.toml",
    )(import_)
    ours.callback()(_telemetry)
    group.add_typer(ours, name="telemetry")


def _telemetry() -> None:
    """Read real telemetry of a run, from a recorder."""


def check(file: FileName, layout: LayoutName, as_json: AsJson = False) -> int:
    """Read a recorder's file to its end and say what is in it; nothing is kept.

    Exit status 1 if a channel looks like another unit than its layout states, or no row is sound.
    """
    from aspan.evidence.telemetry.importing import import_file
    from aspan.evidence.telemetry.layout import read_layout

    found = import_file(file, read_layout(layout), None, file.stem).manifest
    print(json.dumps(_describe(found)) if as_json else "\n".join(_list_lines(found)))
    return 1 if found.units_doubtful or found.sound_rows == 0 else 0


def import_(
    store: StoreName,
    run_id: RunName,
    file: FileName,
    layout: LayoutName,
    instead: Instead = False,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Keep a recorder's file beside its test site, every row, and tell the site its manifest.

    Exit status 1 if a limit of the card was passed, a unit is doubtful or the site refuses.
    """
    from aspan.evidence.recorded_run import import_run
    from aspan.evidence.site import SiteRefused
    from aspan.evidence.telemetry.layout import read_layout

    stated = read_layout(layout)
    with open_site(store, city) as site:
        at_ms = site.instant(at)
        found = import_run(site.store, run_id, file, stated, at_ms=at_ms, is_instead=instead)
    refused = found.answer.detail if isinstance(found.answer, SiteRefused) else ""
    if as_json:
        told = {"limits_passed": _list_breaches(found.breaches), "refused": refused}
        print(json.dumps(_describe(found.manifest) | told))
    else:
        lines = [*_list_lines(found.manifest), f"manifest SHA-256 {found.manifest.sha256}"]
        for stop in _list_breaches(found.breaches):
            lines.append(
                f"limit {stop['limit_id']} passed at {format_utc(stop['at_ms'])}: {stop['value']:g}"
            )
        if stated.rate_hz < _rate_min():
            lines.append(f"limits not watched: {stated.rate_hz:g} Hz is below {_rate_min():g} Hz")
        print("\n".join([*lines, f"refused: {refused}"] if refused else lines))
    return 1 if found.breaches or refused or found.manifest.units_doubtful else 0


def _rate_min() -> float:
    from aspan.world.telemetry import RATE_HZ_MIN

    return RATE_HZ_MIN


def _list_breaches(breaches: "Sequence[LimitBreach]") -> list[dict[str, Any]]:
    return [{"limit_id": b.limit_id, "at_ms": b.at_ms, "value": b.value} for b in breaches]


def _describe(found: "Manifest") -> dict[str, Any]:
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(found)
    del told["layout"]
    return told


def _list_lines(found: "Manifest") -> list[str]:
    """Return what a manifest says, for a person."""
    lines = [
        f"{found.recorder_id}, {found.flown_by}: {found.rows:,} rows,"
        f" {found.sound_rows:,} sound, {found.missing_rows:,} missing",
    ]
    if found.first_at_ms is not None and found.last_at_ms is not None:
        lines.append(f"{format_utc(found.first_at_ms)} to {format_utc(found.last_at_ms)}")
    lines += [f"  {count:>9,} {name.replace('_', ' ')}" for name, count in found.doubts.items()]
    for channel, doubts in found.values_doubted.items():
        said = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in doubts.items())
        lines.append(f"  {channel}: {said}")
    for doubt in found.units_doubtful:
        likely = f", looks like {doubt.looks_like}" if doubt.looks_like else ""
        lines.append(f"unit of {doubt.channel} is doubtful: {doubt.stated}{likely} ({doubt.why})")
    if found.columns_not_read:
        lines.append(f"columns not read: {', '.join(found.columns_not_read)}")
    return lines
