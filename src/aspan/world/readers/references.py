"""Read the rows that sources cite, `cities/references.toml`, one file for all cities."""

import tomllib
from pathlib import Path

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.world.readers.folder import list_homes
from aspan.world.reference import Reference

FILE = "references.toml"


def read_references(data: bytes) -> dict[str, Reference]:
    """Return the rows of a file by id, in the order written; `InvalidInput` if it is none."""
    try:
        raw = tomllib.loads(data.decode("utf-8"))
        rows = msgspec.convert(raw, dict[str, Reference])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise InvalidInput(FILE, str(fault), "rows of title, says, source and mark") from None
    for row_id, row in rows.items():
        for name in ("title", "says", "source"):
            if not getattr(row, name).strip():
                raise InvalidInput(f"{FILE}: {row_id}.{name}", "", "some words")
    return rows


def load_references(home: Path | None = None) -> dict[str, Reference]:
    """Return the rows at hand; none where no folder of cities has the file.

    Parameters
    ----------
    home
        The folder that holds the file. The first of those in which cities are looked for if None.
    """
    for folder in list_homes() if home is None else (home,):
        if (folder / FILE).is_file():
            return read_references((folder / FILE).read_bytes())
    return {}
