"""`aspan study audit DIR`: a study's money recomputed from its tables, by code of its own."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aspan.faces.cli.options import AsJson
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.audit.study_money import MoneyAudit

SHOWN_MAX: Final = 20
"""Differences printed in the short answer; `--json` has all that were kept."""

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished study.")]
City = Annotated[
    str | None,
    typer.Option(
        "--city",
        metavar="CITY",
        help="City whose files its costs must be; the study's own if left out.",
    ),
]


def register(group: typer.Typer) -> None:
    """Add the command to `aspan study`."""
    group.command("audit", epilog="Example: aspan study audit studies/first")(audit)


def audit(folder: Folder, city: City = None, as_json: AsJson = False) -> int:
    """Reckon the money of a study again, from its tables alone, to the tiyn.

    Shares no code with the study. Exits 0 when every number is right, 1 when any differs.
    """
    import msgspec

    from aspan.audit.study_money import audit_study_money

    found = audit_study_money(folder, _find_city(folder, city))
    if as_json:
        told = dict(msgspec.to_builtins(found)) | {"has_passed": found.has_passed}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(_format(found))
    return 0 if found.has_passed else 1


def _find_city(folder: Path, city: str | None) -> Path | None:
    """Return the folder of the city whose costs the study's must be; None where it is not here."""
    from aspan.studies.study_folder import STUDY_NAME, Identity, find_file
    from aspan.world.readers.folder import find_folder

    if city is not None:
        return find_folder(city)
    kept = find_file(folder / STUDY_NAME, Identity)
    try:
        return None if kept is None else find_folder(kept.city_id)
    except InvalidInput:
        return None


def _format(found: "MoneyAudit") -> str:
    """Return what was found as text for a person."""
    verdict = "every number is right" if found.has_passed else "DIFFERS"
    answered = (
        f", {found.answer_compared:,} numbers of answer.json" if found.answer_compared else ""
    )
    lines = [
        f"{verdict}: {len(found.accounts)} accounts, {found.lines:,} lines, {found.totals:,} totals"
        f"{answered}"
    ]
    for each in found.differences[:SHOWN_MAX]:
        year = "" if each.year is None else f" {each.year}"
        lines.append(
            f"  {each.account}: {each.table}{year} {each.what}: told {_amount(each.told)}, "
            f"comes to {_amount(each.reckoned)}"
        )
    more = len(found.differences) - SHOWN_MAX
    if more > 0:
        lines.append(f"  and {more} more: --json has them")
    return "\n".join(lines)


def _amount(value: int | None) -> str:
    """Return a number, or that there is none."""
    return "nothing" if value is None else f"{value:,}"
