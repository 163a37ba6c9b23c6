"""The page about the auditor keeps up with its clauses."""

import re
from pathlib import Path

import msgspec

from aspan.audit.auditor import audit_run
from aspan.audit.findings import AuditReport
from aspan.audit.tables import Tables
from tidy.sources import ROOT, read_text
from unit.audit.runs import CITY

PAGE = ROOT / "docs" / "audit.md"
_TABLES = {name: None for name in Tables.__struct_fields__ if name != "folder"}


def _audit_nothing() -> AuditReport:
    """Return the audit of a run without any table: every clause says which it needs."""
    return audit_run(msgspec.convert({"folder": str(Path("none"))} | _TABLES, Tables), CITY)


def _split_page() -> dict[str, str]:
    """Return the sections of the page by their headings."""
    parts = re.split(r"^## (.+)$", read_text(PAGE), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_page_has_every_law_in_order() -> None:
    """The headings of the page are the laws and their titles."""
    known = {"records": "Records", "city": "City"}
    own = [f"{known.get(law.law, f'Law {law.law}')}: {law.title}" for law in _audit_nothing().laws]
    assert list(_split_page()) == own


def test_page_has_every_clause_with_its_tables() -> None:
    """Each law's rows are its clauses, in order, with the tables that they need."""
    rows = [
        (name, needs)
        for text in _split_page().values()
        for name, needs in re.findall(r"^\| `([\w-]+)` \|.*\| ([\w, ]+) \|$", text, re.MULTILINE)
    ]
    own = [
        (clause.clause, clause.not_tested.removeprefix("no table ") or "none")
        for law in _audit_nothing().laws
        for clause in law.clauses
    ]
    assert rows == own


def test_page_says_what_each_law_does_not_see() -> None:
    """Every section ends with what its clauses do not see."""
    assert [name for name, text in _split_page().items() if "\nNot seen: " not in text] == []
