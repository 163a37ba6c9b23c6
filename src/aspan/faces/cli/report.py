"""`aspan report DIR`: one self-contained page about a run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.audit.findings import AuditReport

DEFAULT_NAME = "report.html"
"""Name of the page inside the run's folder when no other is given."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "report",
        short_help="Write one page about a run.",
        epilog="Example: aspan report runs/foggy --lang ru --audit",
    )(report)


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the run tables.")],
    out: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="File to write; DIR/report.html if not given."),
    ] = None,
    lang: Annotated[str, typer.Option(metavar="L", help="Language: en, ru or kk.")] = "en",
    audit: Annotated[
        bool, typer.Option("--audit", help="Run the independent audit and show its result.")
    ] = False,
    city: Annotated[
        str | None, typer.Option(help="With --audit: the city, if not the one city.json names.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON document.")] = False,
) -> int:
    """Write a page about the run in DIR: what flew, what waited, what was refused and why.

    The page is one HTML file that asks no other machine for anything; it reads on a screen, a
    phone and on paper. The verdict of an earlier aspan audit is shown if the tables are still those
    it was of; --audit runs it anew. Exits 1 when --audit finds a violation; the page is written all
    the same.
    """
    from aspan.faces.report.page import render_report
    from aspan.faces.report.run_folder import read_run
    from aspan.faces.report.verdict import find_verdict
    from aspan.faces.report.words import check_language

    check_language(lang)
    path = folder / DEFAULT_NAME if out is None else parse_page_path(out)
    run = read_run(folder)
    is_asked = audit or city is not None
    standing, found = ("asked", _audit(folder, city)) if is_asked else find_verdict(folder)
    size = write_page(path, render_report(run, lang, found, standing))
    answer = {
        "file": str(path),
        "size_kb": round(size / 1000),
        "language": lang,
        "missing_tables": run.list_missing(),
        "sorties_unfinished": len(run.list_unfinished()),
        "audit": standing,
        "audit_violations": None if found is None else found.violations,
    }
    print(json.dumps(answer, ensure_ascii=False) if as_json else _format(answer))
    return 1 if is_asked and found is not None and not found.is_clean else 0


def _audit(folder: Path, city: str | None) -> "AuditReport":
    """Return the independent audit of the run; `InvalidInput` if the laws cannot be computed."""
    from aspan.audit.auditor import audit_folder
    from aspan.faces.report.run_folder import is_reader_panic
    from aspan.faces.report.verdict import hash_files, keep_verdict

    hashes = hash_files(folder)
    try:
        found = audit_folder(folder, city)
    except (ArithmeticError, TypeError, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise
        reason = f"{type(error).__name__}: {error}"
        expected = f"run tables and a city.json that the laws can be computed on ({reason})"
        raise InvalidInput("DIR", str(folder), expected) from error
    except BaseException as error:
        if not is_reader_panic(error):
            raise
        raise InvalidInput("DIR", str(folder), "Parquet tables that can be read") from error
    keep_verdict(folder, hashes, found)
    return found


def _format(answer: dict[str, object]) -> str:
    """Return the short answer, with what the page lacks."""
    lines = [f"report     {answer['file']} ({answer['size_kb']} kB)"]
    missing, unfinished = answer["missing_tables"], answer["sorties_unfinished"]
    if isinstance(missing, list) and missing:
        lines.append(f"missing    {', '.join(missing)}: the page says so where they belong")
    if unfinished:
        lines.append(f"cut        {unfinished} sorties were planned or under way when it ended")
    if answer["audit_violations"] is not None:
        kept = " (kept by an earlier aspan audit of these tables)"
        told = kept if answer["audit"] == "kept" else ""
        lines.append(f"audit      {answer['audit_violations']} violations{told}")
    if answer["audit"] == "stale":
        lines.append(
            "audit      an earlier one was of other tables and is not shown; --audit runs it"
        )
    return "\n".join(lines)


def parse_page_path(text: str) -> Path:
    """Return where a page goes; `InvalidInput` if it cannot go there."""
    path = Path(text) if text and "\0" not in text else None
    if path is None or path.is_dir() or not path.parent.is_dir():
        raise InvalidInput("--out", text, "a file in a folder that exists")
    return path


def write_page(path: Path, page: str) -> int:
    """Write a page beside its name, then give it the name; return its size in bytes."""
    content = page.encode()
    beside = path.with_name(f".{path.name}.writing")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        expected = f"a file that can be written ({error.strerror})"
        raise InvalidInput("--out", str(path), expected) from None
    return len(content)
