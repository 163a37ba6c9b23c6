"""`aspan study report DIR`: the page about a finished study, written anew."""

import json
from pathlib import Path
from typing import Annotated

import typer

from aspan.faces.cli.options import AsJson

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished study.")]


def register(group: typer.Typer) -> None:
    """Add the command to `aspan study`."""
    group.command("report", epilog="Example: aspan study report studies/first")(report)


def report(folder: Folder, as_json: AsJson = False) -> int:
    """Write the report of a finished study anew: one file, in English, Russian and Kazakh."""
    from aspan.faces.report.study_page import write_study_report

    path = write_study_report(folder)
    answer = {"file": str(path), "size_kb": round(path.stat().st_size / 1000)}
    print(json.dumps(answer) if as_json else f"{answer['file']} ({answer['size_kb']:,} kB)")
    return 0
