"""Whatever cites a row of the references finds it, and every row is cited."""

import re
from functools import cache
from pathlib import Path

from aspan.world.readers import load_references
from aspan.world.reference import Reference, list_cited
from tidy.sources import ROOT, list_files, name_of, read_text

CITING = {".toml", ".md", ".py", ".ts", ".geojson"}
FOLDERS = ("cities/", "docs/", "src/", "web/src/", "README", "changes/")
OWN = {"cities/references.toml", "docs/references.md", "docs/draw_references.py"}


@cache
def _load_rows() -> dict[str, Reference]:
    return load_references(ROOT / "cities")


@cache
def _cite(path: Path) -> tuple[str, ...]:
    """Return the rows a file cites; a citation may go on over the end of a line."""
    text = re.sub(r"\s*\n\s*(?:#|//|\*)?\s*", " ", read_text(path))
    return list_cited(text, _load_rows())


def _list_citing() -> list[Path]:
    return [
        path
        for path in list_files()
        if path.suffix in CITING and name_of(path).startswith(FOLDERS) and name_of(path) not in OWN
    ]


def test_every_citation_has_a_row() -> None:
    """No source, document or module cites a row that is not in `cities/references.toml`."""
    rows = _load_rows()
    missing = [
        f"{name_of(path)}: {row}"
        for path in _list_citing()
        for row in _cite(path)
        if row not in rows
    ]
    assert not missing, "\n" + "\n".join(missing)


def test_every_row_is_cited() -> None:
    """No row is kept that nobody cites."""
    cited = {row for path in _list_citing() for row in _cite(path)}
    rows = _load_rows()
    assert [row for row in rows if row not in cited] == []
    assert len(rows) > 50
