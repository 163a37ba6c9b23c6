"""The verdict that an audit leaves in the folder of a run, for the report to show.

`verdict.json` holds what the auditor said with the SHA-256 of every file it is of. A table that was
changed, added or taken away since makes it stale, and so does another version of the auditor. It is
a note and no proof: whoever can write the folder can write it too; `aspan audit` says it anew.
"""

from hashlib import file_digest
from pathlib import Path
from typing import Final, Literal

import msgspec

from aspan import __version__
from aspan.audit.findings import AuditReport

NAME: Final = "verdict.json"

FINDINGS_KEPT: Final = 40
"""Violations kept one by one; all are counted."""

_DOCUMENTS: Final = ("city.json", "kpis.json", "task.json")

Standing = Literal["asked", "kept", "stale", "none"]
"""Whether an audit was asked for now, is kept and holds, is of other tables, or is not there."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds; `files` are SHA-256 by name."""

    code_version: str
    files: dict[str, str]
    report: AuditReport


def hash_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each table and document of a run, by name."""
    names = [path.name for path in folder.glob("*.parquet")]
    names += [name for name in _DOCUMENTS if (folder / name).is_file()]
    hashes = {}
    for name in sorted(names):
        with (folder / name).open("rb") as file:
            hashes[name] = file_digest(file, "sha256").hexdigest()
    return hashes


def keep_verdict(folder: Path, files: dict[str, str], report: AuditReport) -> Path | None:
    """Write the verdict into the folder; None if it takes no file.

    Parameters
    ----------
    files
        Hashes taken before the audit read the files, so that a change under way makes it stale.
    """
    few = msgspec.structs.replace(report, findings=report.findings[:FINDINGS_KEPT])
    verdict = Verdict(code_version=__version__, files=files, report=few)
    path = folder / NAME
    beside = folder / f".{NAME}.writing"
    try:
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(verdict), indent=1) + b"\n")
        beside.replace(path)
    except OSError:
        return None
    return path


def find_verdict(folder: Path) -> tuple[Standing, AuditReport | None]:
    """Return whether a verdict is kept and holds for the files as they are, and what it says."""
    try:
        verdict = msgspec.json.decode((folder / NAME).read_bytes(), type=Verdict)
    except FileNotFoundError:
        return "none", None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "stale", None
    if verdict.code_version != __version__ or verdict.files != hash_files(folder):
        return "stale", None
    return "kept", verdict.report
