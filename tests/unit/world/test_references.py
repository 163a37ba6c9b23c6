"""The rows that sources cite: what is read, what is refused, what a citation names."""

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers.references import load_references, read_references
from aspan.world.reference import list_cited

KNOWN = ("1", "1.23", "2.2", "4.31", "6.16", "6.17", "6.18", "6.19", "6.22", "8.6a", "B.9")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("facts 4.31", ("4.31",)),
        ("Facts 2.2 rule 3, 1.22", ("2.2", "1.22")),
        ("facts 6.22, from 6.17 to 6.19", ("6.22", "6.17", "6.18", "6.19")),
        ("facts 3.20 and 3.13", ("3.20", "3.13")),
        ("facts 4.3: 14 CFR 135.209(b); see 9.9", ("4.3",)),
        ("facts 3.11: 1.5 to 5 MW a site", ("3.11",)),
        ("facts B.9, and facts 8.6a", ("B.9", "8.6a")),
        ("facts 1, recommended defaults", ("1",)),
        ("facts/aaag_routes.csv: routes; the facts of 12 sites", ()),
        ("facts 2.5, consequences: stand power", ("2.5",)),
        ("facts 4.31, facts 4.31", ("4.31",)),
    ],
)
def test_a_citation_names_its_rows(text: str, rows: tuple[str, ...]) -> None:
    """Commas, "and" and ranges are followed; what comes after a colon is no citation."""
    assert list_cited(text, KNOWN) == rows


def test_rows_are_read_in_order() -> None:
    """The shipped file is read, each row with words and a mark."""
    rows = load_references()
    assert rows["4.31"].mark == "assumed"
    assert "10 h" in rows["4.31"].says
    assert list(rows).index("1.1") < list(rows).index("B.1") < list(rows).index("9.23")


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        '["1"]\ntitle = "a"\nsays = "b"\nsource = "c"\nmark = "sure"\n',
        '["1"]\ntitle = "a"\nsays = "b"\nmark = "found"\n',
        '["1"]\ntitle = "a"\nsays = " "\nsource = "c"\nmark = "found"\n',
        '["1"]\ntitle = "a"\nsays = "b"\nsource = "c"\nmark = "found"\nmore = 1\n',
    ],
)
def test_a_spoilt_row_is_refused(text: str) -> None:
    """No TOML, an unknown mark, a missing, empty or foreign key is refused by the file's name."""
    with pytest.raises(InvalidInput, match=r"references\.toml"):
        read_references(text.encode())
