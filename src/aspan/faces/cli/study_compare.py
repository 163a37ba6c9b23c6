"""`aspan study compare A B`: what differs between two studies, from the days that both flew."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aspan.faces.cli.options import AsJson

if TYPE_CHECKING:
    from aspan.studies.answer_parts import Figure
    from aspan.studies.compare import Compared, StudyComparison
    from aspan.studies.estimates import Estimate

NAME_WIDTH: Final = 28
CELL_WIDTH: Final = 24

First = Annotated[Path, typer.Argument(metavar="A", help="Folder of a finished study.")]
Second = Annotated[Path, typer.Argument(metavar="B", help="Folder of another one.")]


def register(group: typer.Typer) -> None:
    """Add the command to `aspan study`."""
    group.command("compare", epilog="Example: aspan study compare studies/a studies/b")(compare)


def compare(first: First, second: Second, as_json: AsJson = False) -> int:
    """Compare a mean day of two studies, with intervals of the differences.

    Both must be of the same city's files and the same code, and have flown the same days: those
    with the same seed of days. Differences are of B less A, day by day.
    """
    import msgspec

    from aspan.studies.compare import compare_studies

    found = compare_studies(first, second)
    if as_json:
        print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
    else:
        print(format_comparison(found))
    return 0


def format_comparison(found: "StudyComparison") -> str:
    """Return the comparison as a table of text."""
    lines = [
        f"A: {found.first.folder} ({found.first.study_id}, plan {found.first.plan.plan_id})",
        f"B: {found.second.folder} ({found.second.study_id}, plan {found.second.plan.plan_id})",
        f"{found.shared_days} days that both flew; a mean day:",
        _line("", "A", "B", "B less A"),
    ]
    lines += [_line(each.name, *_tell(each)) for each in found.figures]
    lines.append("money, as each study counts it:")
    lines += [
        _line(each.name, _figure(each.first), _figure(each.second), "") for each in found.money
    ]
    return "\n".join(line.rstrip() for line in lines)


def _tell(each: "Compared") -> tuple[str, str, str]:
    """Return the three cells of a figure; a difference told apart from 0 has a star."""
    star = " *" if each.difference.is_apart_from_zero else ""
    apart = f"{each.difference.mean:+,.2f} {_interval(each.difference, '+')}{star}"
    return _mean(each.first), _mean(each.second), apart


def _mean(found: "Estimate") -> str:
    return f"{found.mean:,.2f}"


def _interval(found: "Estimate", sign: str) -> str:
    return f"({found.low:{sign},.2f} to {found.high:{sign},.2f})"


def _figure(found: "Figure | None") -> str:
    """Return an amount in whole tenge, or that there is none."""
    return "none" if found is None else f"{found.value / 100:,.0f} KZT"


def _line(name: str, first: str, second: str, apart: str) -> str:
    return f"  {name:<{NAME_WIDTH}}{first:>{CELL_WIDTH}}{second:>{CELL_WIDTH}}  {apart}"
