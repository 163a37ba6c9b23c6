"""`aspan audit DIR`: the independent check of a run, told in words or as JSON."""

import re
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from aspan.faces.cli.words import WIDTH
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import format_utc
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S

if TYPE_CHECKING:
    from aspan.audit.findings import AuditReport, Finding, LawReport

_SHOWN_MAX = 20
"""Violations of one clause printed in the short answer; `--json` has all."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "audit",
        short_help="Re-check a run law by law, sharing no code with the engine.",
        epilog="Example: aspan audit runs/foggy",
    )(audit)


def audit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the run tables.")],
    city: Annotated[
        str | None,
        typer.Option(help="Name or path of the city; by default the one city.json names."),
    ] = None,
    is_all: Annotated[
        bool, typer.Option("--all", help="Every clause of every law, with its limit.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON document.")] = False,
) -> None:
    """Re-check the run tables in DIR against the city's own files, law by law.

    The verdict comes first, then a line for each law and each clause that was violated. It is kept
    in DIR/verdict.json for aspan report. Shares no code with the engine. Exits 0 when clean, 1 on
    any violation or when city.json disagrees with the city, 2 when something cannot be read.
    """
    import msgspec

    from aspan.audit.auditor import audit_folder
    from aspan.faces.report.verdict import hash_files, keep_verdict

    hashes = hash_files(folder) if folder.is_dir() else {}
    try:
        report = audit_folder(folder, city)
    except (ArithmeticError, TypeError, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise
        found = f"{type(error).__name__}: {error}"
        expected = f"run tables and a city.json that the laws can be computed on ({found})"
        raise InvalidInput("DIR", str(folder), expected) from error
    if as_json:
        print(msgspec.json.encode(report).decode())
    else:
        for line in format_report(report, is_all=is_all):
            print(line)
    kept = keep_verdict(folder, hashes, report)
    if not as_json:
        print(
            "the verdict is not kept: the folder takes no file"
            if kept is None
            else f"the verdict is kept as {kept.name} in the folder; aspan report shows it"
        )
    if not report.is_clean:
        raise typer.Exit(1)


def format_report(report: "AuditReport", *, is_all: bool = False) -> list[str]:
    """Return the answer: the verdict, the laws, what was violated, what was never exercised."""
    verdict = "clean" if report.is_clean else "NOT CLEAN"
    lines = [
        f"{verdict}: {report.violations:,} violations in {report.exercised:,} checks; "
        f"{report.folder} against {report.city}"
    ]
    for law in report.laws:
        found = [finding for finding in report.findings if finding.law == law.law]
        lines += _format_law(law, found, is_all=is_all)
    untested = [law.law for law in report.laws if law.verdict == "not tested"]
    if untested:
        lines.append(f"not tested at all: {', '.join(untested)}")
    unexercised = sum(bool(clause.not_tested) for law in report.laws for clause in law.clauses)
    clauses = sum(len(law.clauses) for law in report.laws)
    lines.append(
        f"{clauses - unexercised} of {clauses} clauses were exercised"
        + ("" if is_all else "; --all tells each, with its limit")
    )
    return lines


def _format_law(law: "LawReport", findings: "list[Finding]", *, is_all: bool) -> list[str]:
    name = f"law {law.law}" if law.law.isdigit() else law.law
    lines = [f"{name:<8}{law.verdict}, {law.exercised:,} checks: {law.title}"]
    for clause in law.clauses:
        if not is_all and not clause.violations:
            continue
        state = f"not tested ({clause.not_tested})" if clause.not_tested else ""
        state = state or f"{clause.exercised:,} checks"
        if clause.violations:
            state += f", {clause.violations} VIOLATIONS"
        lines += wrap(
            f"  {clause.clause}: {_tell_durations(clause.limit)}: {state}",
            WIDTH,
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
        mine = [finding for finding in findings if finding.clause == clause.clause]
        lines += [f"    {_format_finding(finding)}" for finding in mine[:_SHOWN_MAX]]
        if len(mine) > _SHOWN_MAX:
            lines.append(f"    and {len(mine) - _SHOWN_MAX} more; --json has all")
    return lines


def _tell_durations(text: str) -> str:
    """Return a limit with its milliseconds as seconds, minutes or hours, whole ones."""

    def tell(found: "re.Match[str]") -> str:
        duration_ms = int(found[1])
        for unit_ms, unit in ((MS_PER_H, "h"), (MS_PER_MIN, "min"), (MS_PER_S, "s")):
            if duration_ms and duration_ms % unit_ms == 0:
                return f"{duration_ms // unit_ms} {unit}"
        return found[0]

    return re.sub(r"\b(\d+) ms\b", tell, text)


def _format_finding(finding: "Finding") -> str:
    if finding.at_ms is None:
        return finding.message
    try:
        return f"{finding.message} at {format_utc(finding.at_ms)}"
    except OverflowError:
        return f"{finding.message} at {finding.at_ms} ms, no instant of the calendar"
