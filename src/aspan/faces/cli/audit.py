"""`aspan audit DIR`: the independent check of a run, told in words or as JSON."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import format_utc

if TYPE_CHECKING:
    from aspan.audit.findings import AuditReport, Finding, LawReport

_SHOWN_MAX = 20
"""Violations of one clause printed in the short answer; `--json` has all."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("audit")(audit)


def audit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the run tables.")],
    city: Annotated[
        str | None,
        typer.Option(help="Name or path of the city; by default the one city.json names."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON document.")] = False,
) -> None:
    """Re-check the run tables in DIR against the city's own files, law by law.

    Shares no code with the engine. Exits 0 when clean, 1 on any violation or when city.json
    disagrees with the city, 2 when something cannot be read.
    """
    import msgspec

    from aspan.audit.auditor import audit_folder

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
        for line in format_report(report):
            print(line)
    if not report.is_clean:
        raise typer.Exit(1)


def format_report(report: "AuditReport") -> list[str]:
    """Return the short answer: limits, counts and violations, law by law, then one line."""
    lines = [f"audit of {report.folder} against {report.city}"]
    for law in report.laws:
        lines += _format_law(law, [f for f in report.findings if f.law == law.law])
    untested = [law.law for law in report.laws if law.verdict == "not tested"]
    if untested:
        lines.append(f"not tested: {', '.join(untested)}")
    verdict = "clean" if report.is_clean else "NOT CLEAN"
    lines.append(f"{verdict}: {report.violations} violations in {report.exercised} checks")
    return lines


def _format_law(law: "LawReport", findings: "list[Finding]") -> list[str]:
    name = f"law {law.law}" if law.law.isdigit() else law.law
    lines = [f"{name}: {law.title}: {law.verdict}, exercised {law.exercised} times"]
    for clause in law.clauses:
        state = clause.not_tested or f"{clause.exercised} times"
        if clause.not_tested:
            state = f"not tested ({state})"
        if clause.violations:
            state += f", {clause.violations} VIOLATIONS"
        lines.append(f"  {clause.clause}: {clause.limit}: {state}")
        mine = [finding for finding in findings if finding.clause == clause.clause]
        lines += [f"    {_format_finding(finding)}" for finding in mine[:_SHOWN_MAX]]
        if len(mine) > _SHOWN_MAX:
            lines.append(f"    and {len(mine) - _SHOWN_MAX} more; --json has all")
    return lines


def _format_finding(finding: "Finding") -> str:
    if finding.at_ms is None:
        return finding.message
    try:
        return f"{finding.message} at {format_utc(finding.at_ms)}"
    except OverflowError:
        return f"{finding.message} at {finding.at_ms} ms, no instant of the calendar"
