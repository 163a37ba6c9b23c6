"""`aspan compare DIR DIR`: two runs side by side, as text, as JSON or as a page."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "compare",
        short_help="Set two runs side by side.",
        epilog="Example: aspan compare runs/fair runs/fog --out runs/compared.html",
    )(compare)


def compare(
    a: Annotated[Path, typer.Argument(metavar="DIR_A", help="Folder with the run tables of A.")],
    b: Annotated[Path, typer.Argument(metavar="DIR_B", help="Folder with the run tables of B.")],
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="HTML page to write beside.")
    ] = None,
    lang: Annotated[str, typer.Option(metavar="L", help="Language: en, ru or kk.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON document.")] = False,
) -> None:
    """Set two runs side by side: inputs that differ, figures, routes, reasons.

    Differences are B less A. Runs of different cities are compared with a warning.
    """
    import msgspec

    from aspan.faces.cli.report import parse_page_path, write_page
    from aspan.faces.report.compare_page import format_comparison, render_comparison
    from aspan.faces.report.comparison import compare_runs
    from aspan.faces.report.run_folder import read_run
    from aspan.faces.report.words import Words, check_language

    check_language(lang)
    path = None if out is None else parse_page_path(out)
    first, second = read_run(a, field="DIR (A)"), read_run(b, field="DIR (B)")
    found = compare_runs(first, second)
    words = Words(lang, first.city.time_zone)
    if path is not None:
        write_page(path, render_comparison(found, words))
    if as_json:
        print(msgspec.json.encode(found).decode())
        return
    print(format_comparison(found, words))
    if path is not None:
        print(f"\npage       {path}")
