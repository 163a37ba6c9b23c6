"""Requirements are data: read whole, refused by file and row, never shown as checked text."""

from pathlib import Path

import pytest

from aspan.evidence.requirement import load_requirements, read_requirements, told_as
from aspan.primitives.errors import InvalidInput

ROW = """
[[requirements]]
id = "R-1"
title = "Hover"
body = "operator"
group = "Operator"
text = "It hovers."
source = "facts 2.2"
means = ["flight_test"]
status = "open"
mark = "assumed"
verified = false
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "requirements.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_alatau_lists_the_criteria_unchecked() -> None:
    """Every criterion of the type is there, recalled, and none is told as checked."""
    rows = load_requirements("alatau")
    criteria = [row for row in rows if row.body == "criterion"]
    assert len(criteria) > 60
    assert {row.group for row in criteria} >= {"Structures", "Electric engines", "Propellers"}
    assert all(told_as(row).startswith("recalled") for row in criteria)
    assert [row.requirement_id for row in rows if row.verified] == []


def test_checked_text_needs_no_words(tmp_path: Path) -> None:
    """A requirement that a person has compared with its source is shown without a warning."""
    text = ROW.replace("verified = false", "verified = true")
    assert told_as(read_requirements(_write(tmp_path, text))[0]) == ""


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('means = ["flight_test"]', "means = []", "means"),
        ('means = ["flight_test"]', 'means = ["prayer"]', "prayer"),
        ('status = "open"', 'status = "soon"', "soon"),
        ("verified = false", "verified = 0", "verified"),
        ('title = "Hover"', 'title = ""', "title"),
        ('mark = "assumed"', 'mark = "assumed"\nmore = 1', "more"),
    ],
)
def test_spoilt_rows_are_refused(tmp_path: Path, old: str, new: str, names: str) -> None:
    """A fault in a row is one line that names the file and the thing."""
    with pytest.raises(InvalidInput, match=names) as caught:
        read_requirements(_write(tmp_path, ROW.replace(old, new)))
    assert "requirements.toml" in str(caught.value)


def test_an_id_written_twice_is_refused(tmp_path: Path) -> None:
    """Two rows of one id cannot both be meant."""
    with pytest.raises(InvalidInput, match="R-1"):
        read_requirements(_write(tmp_path, ROW + ROW))
