"""A row of the references: what a source that says "facts 4.31" leans on."""

import re
from collections.abc import Iterable

import msgspec

from aspan.world.quantity import Mark

_ID = r"(?:B\.\d+|\d+\.\d+[a-z]?|\d+\.[a-z](?![a-z])|\d+)(?![\d.]*\d|/)"
_PART = r"(?: (?:rule|item) \d+)?"
_CITATION = re.compile(
    rf"\bfacts ({_ID}{_PART}(?:(?:,| and| to|, from) {_ID}{_PART})*)", re.IGNORECASE
)
_STEP = re.compile(rf"(to )?({_ID}){_PART}")


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of `cities/references.toml`.

    Parameters
    ----------
    title
        What it is about.
    says
        Value and range, in a sentence.
    source
        Where it was read, or from what it was computed or chosen.
    mark
        How far it may be trusted.
    """

    title: str
    says: str
    source: str
    mark: Mark


def list_cited(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the rows that a text cites, in order, each once.

    A citation is the word "facts" and ids after it, joined by a comma, "and" or "to"; "6.17 to
    6.19" cites every row of `known` from the one to the other. What stands after "rule" or "item"
    is a part of the row before it. An id that is not known is returned too.
    """
    rows = list(known)
    found: dict[str, None] = {}
    for citation in _CITATION.findall(text):
        before = ""
        for is_range, row in _STEP.findall(citation):
            if is_range and before in rows and row in rows:
                found.update(dict.fromkeys(rows[rows.index(before) : rows.index(row)]))
            found[row] = None
            before = row
    return tuple(found)
