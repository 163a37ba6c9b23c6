"""Rows of a feed's files, cell by cell, and the findings about them.

A reader asks a `Row` for what it needs; the row checks, tells the `Findings` what is wrong with
file, row, column, value and what was expected, and goes on with a harmless value. Findings either
refuse at the first fatal one (reading) or gather them (checking); a feed with a fatal finding is
never returned, so the harmless value never leaves.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from itertools import islice
from math import inf, isfinite, nan
from typing import IO

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import S_PER_H, S_PER_MIN
from aspan.world.feed import Problem
from aspan.world.readers.gtfs_archive import BROKEN, Archive

ROWS_MAX = 3_000_000
"""Most stop times in one feed; Assumed: ten times a city of two million people."""
ROWS_OTHER_MAX = 500_000
"""Most rows in any other file of a feed."""
LINE_CHARACTERS_MAX = 1_000_000
"""A longer line is cut and so refused."""
COLUMNS_MAX = 500
HOURS_MAX = 240
"""Latest time in a trip [h]; Assumed: ten days, longer than any train."""
YEAR_MIN, YEAR_MAX = 1900, 2200

_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)", re.ASCII)
_DATE = re.compile(r"\d{8}", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_JOINERS = "\u200c\u200d"
"""Unseen, and part of how some scripts are written."""
_MARKS = {
    "semicolons": ";",
    "tabs": "\t",
    "zeros of UTF-16": "\x00",
    "two byte order marks": "\ufeff",
}
"""What stands in headers that are no lines of comma-separated UTF-8, by its name."""
_SHOWN = 60
"""Characters of a value shown in a message."""


class EnoughFound(Exception):
    """As many problems as were asked for have been found."""


class Findings:
    """What is wrong with a feed.

    Parameters
    ----------
    problems_max
        Fatal problems to gather before stopping; None refuses the feed at the first.
    """

    def __init__(self, label: str, problems_max: int | None) -> None:
        self.label = label
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []
        self._problems_max = problems_max
        self._noticed: set[tuple[str, str, str]] = set()

    def fatal(self, file: str, row: int | None, column: str, value: object, expected: str) -> None:
        """Tell what the feed is refused for."""
        problem = Problem(
            file=file, row=row, column=column, value=shorten(value), expected=expected
        )
        if self._problems_max is None:
            raise InvalidInput(f"{self.label}: {problem.where}", problem.value, expected)
        self.problems.append(problem)
        if len(self.problems) >= self._problems_max:
            raise EnoughFound

    def refused(self, file: str, error: InvalidInput) -> None:
        """Tell that a file could not be read at all."""
        if self._problems_max is None:
            raise error
        self.fatal(file, None, "", error.value, error.expected)

    def notice(self, file: str, row: int | None, column: str, value: object, said: str) -> None:
        """Tell what is put up with; of each kind only the first row."""
        if (file, column, said) not in self._noticed:
            self._noticed.add((file, column, said))
            self.notices.append(
                Problem(
                    file=file, row=row, column=column, value=shorten(value), expected=said,
                    is_fatal=False,
                )
            )  # fmt: skip


def shorten(value: object) -> str:
    """Return a value as text short enough for one line."""
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def parse_time_s(text: str) -> int:
    """Return seconds of a time written `H:MM:SS`, which may pass 24 h; -1 if empty, -2 if bad."""
    text = text.strip()
    if not text:
        return -1
    match = _TIME.fullmatch(text)
    if not match or int(match[1]) > HOURS_MAX:
        return -2
    return int(match[1]) * S_PER_H + int(match[2]) * S_PER_MIN + int(match[3])


def parse_number(text: str) -> float:
    """Return a number written with ASCII digits and a point; nan if it is none.

    Python itself would also take `4_3.2`, other digits and `nan`.
    """
    text = text.strip()
    return float(text) if _NUMBER.fullmatch(text) else nan


def format_time_s(at_s: int) -> str:
    """Return seconds as `HH:MM:SS`, the reverse of `parse_time_s`."""
    hours, rest = divmod(at_s, S_PER_H)
    return f"{hours:02d}:{rest // S_PER_MIN:02d}:{rest % S_PER_MIN:02d}"


def clean(text: str) -> str:
    """Return a name fit to be shown on one line: without line breaks and unseen characters.

    A name reaches terminals and pages; an escape sequence or a turned direction of writing in it
    would change what stands beside it.
    """
    shown = text if text.isprintable() else "".join(map(_blank, text))
    return " ".join(shown.split())


def _blank(character: str) -> str:
    """Return a space for what breaks or blanks a line, nothing for what is not seen at all."""
    is_seen = character.isprintable() or character in _JOINERS
    return character if is_seen else " " if character.isspace() else ""


def _guess(bad: bytes) -> str:
    """Return what text that is not in UTF-8 may be, as a hint."""
    if bad[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "it begins as UTF-16 does"
    return f"in Windows-1251 it would begin {bad.decode('cp1251', errors='replace')!r}"


def _tell_missing(column: str, header: list[str]) -> tuple[str, str]:
    """Return what stands where a column should be, and what was expected."""
    text = ",".join(header)
    for name, mark in _MARKS.items():
        if mark in text and column in text.replace(mark, ""):
            return f"{name} in the header", f"a column {column}, in UTF-8 with commas between"
    return "nothing", f"a column {column}"


class Row:
    """One row of a file; a column that is absent is empty."""

    __slots__ = ("_cells", "_sheet", "number")

    def __init__(self, sheet: "Sheet", cells: list[str], number: int) -> None:
        self._sheet = sheet
        self._cells = cells
        self.number = number

    def text(self, column: str) -> str:
        """Return a cell without spaces about it; empty if there is none."""
        place = self._sheet.places.get(column)
        return self._cells[place].strip() if place is not None else ""

    def fatal(self, column: str, value: object, expected: str) -> None:
        """Tell what is wrong with a cell."""
        self._sheet.findings.fatal(self._sheet.name, self.number, column, value, expected)

    def notice(self, column: str, value: object, said: str) -> None:
        """Tell what is put up with in a cell."""
        self._sheet.findings.notice(self._sheet.name, self.number, column, value, said)

    def needed(self, column: str) -> str:
        """Return a text that must not be empty."""
        text = self.text(column)
        if not text:
            self.fatal(column, text, "a text that is not empty")
        return text

    def whole(self, column: str, *, low: int, high: int, default: int | None = None) -> int | None:
        """Return a whole number in [low, high], `default` if the cell is empty."""
        text = self.text(column)
        if not text:
            return default
        if not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
            self.fatal(column, text, f"a whole number from {low} to {high}")
            return default
        return int(text)

    def code(self, column: str, high: int, *, low: int = 0, default: int = 0) -> int:
        """Return one of the codes from `low` to `high`, `default` if the cell is empty."""
        found = self.whole(column, low=low, high=high, default=default)
        return default if found is None else found

    def number_or_none(self, column: str, *, low: float, high: float = inf) -> float | None:
        """Return a number in [low, high]; None if the cell is empty."""
        text = self.text(column)
        if not text:
            return None
        value = parse_number(text)
        if not (isfinite(value) and low <= value <= high):
            most = f" to {high:g}" if isfinite(high) else " on"
            self.fatal(column, text, f"a number from {low:g}{most}")
            return None
        return value

    def day(self, column: str, *, is_needed: bool = True) -> date | None:
        """Return a date written `YYYYMMDD`."""
        text = self.text(column)
        if not text and not is_needed:
            return None
        try:
            if _DATE.fullmatch(text) and YEAR_MIN <= int(text[:4]) <= YEAR_MAX:
                return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass  # the 31st of a month with 30 days: refused as the rest
        self.fatal(column, text, f"a date as YYYYMMDD, from {YEAR_MIN} to {YEAR_MAX}")
        return None

    def time_s(self, column: str) -> int:
        """Return a time of the service day [s]."""
        found = parse_time_s(self.text(column))
        if found < 0:
            self.fatal(column, self.text(column), f"a time as HH:MM:SS, at most {HOURS_MAX} h")
        return max(0, found)


class Sheet:
    """One file of a feed, its header read; iterate for rows, or take `batches` of bare cells."""

    def __init__(
        self, archive: Archive, name: str, findings: Findings, needed: tuple[str, ...]
    ) -> None:
        self.name = name
        self.findings = findings
        self.places: dict[str, int] = {}
        self._width = 0
        self._rows: Iterator[list[str]] = iter(())
        self._stream: IO[str] | None = None
        try:
            stream = archive.open(name)
            self._stream = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
            lines = iter(partial(self._stream.readline, LINE_CHARACTERS_MAX), "")
            self._rows = self._bounded(csv.reader(lines))
            header = self._read_header()
        except InvalidInput as error:
            findings.refused(name, error)
            return
        except (*BROKEN, csv.Error) as error:
            self._broken(error, 1)
            return
        self._check_header(header, needed)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows; refuse more than `ROWS_OTHER_MAX`."""
        first = 2
        for batch in self.batches(ROWS_OTHER_MAX):
            for number, cells in enumerate(batch, first):
                if cells:
                    yield Row(self, cells, number)
            first += len(batch)

    def batches(self, rows_max: int, *, size: int = 4_000) -> Iterator[list[list[str]]]:
        """Yield lists of rows, each as long as the header; an empty row stays an empty list."""
        count = 0
        while self.places:
            batch: list[list[str]] = []
            try:
                batch.extend(islice(self._rows, size))
            except InvalidInput as error:
                self.findings.refused(self.name, error)
                self._rows = iter(())
            except (*BROKEN, csv.Error) as error:
                self._broken(error, count + len(batch) + 2)
                self._rows = iter(())
            if not batch:
                break
            self._fit(batch, count + 2)
            count += len(batch)
            if count > rows_max:
                most = f"at most {rows_max} rows in this file"
                self.findings.fatal(self.name, None, "", f"more than {rows_max} rows", most)
                break
            yield batch
        if self._stream:
            self._stream.close()

    def _bounded(self, rows: Iterable[list[str]]) -> Iterator[list[str]]:
        """Yield rows; refuse one so wide that a few thousand of them would fill memory."""
        for cells in rows:
            if len(cells) > COLUMNS_MAX:
                field = f"{self.findings.label}: {self.name}"
                raise InvalidInput(field, f"{len(cells)} cells", f"at most {COLUMNS_MAX} in a row")
            yield cells

    def _read_header(self) -> list[str]:
        header = [cell.strip() for cell in next(self._rows, [])]
        if not any(header):
            raise InvalidInput(
                f"{self.findings.label}: {self.name}", "nothing", "a header line with column names"
            )
        return header

    def _check_header(self, header: list[str], needed: tuple[str, ...]) -> None:
        """Note where each column stands; refuse a header that is double or lacks one."""
        for place, column in enumerate(header):
            if column and column in self.places:
                self.findings.fatal(self.name, 1, column, column, "each column once")
            self.places.setdefault(column, place)
        self._width = len(header)
        for column in needed:
            if column not in self.places:
                value, expected = _tell_missing(column, header)
                self.findings.fatal(self.name, 1, column, value, expected)
                self.places = {}
                return

    def _fit(self, batch: list[list[str]], first: int) -> None:
        """Bring every row to the width of the header."""
        width = self._width
        if set(map(len, batch)) == {width}:
            return
        for place, cells in enumerate(batch):
            if len(cells) == width:
                continue
            if not any(cell.strip() for cell in cells):
                batch[place] = []
                continue
            said = f"has {len(cells)} cells where the header has {width}"
            self.findings.notice(self.name, first + place, "", "", said)
            batch[place] = cells[:width] + [""] * (width - len(cells))

    def _broken(self, error: Exception, row: int) -> None:
        """Tell why a file could not be read on."""
        if isinstance(error, UnicodeDecodeError):
            bad = bytes(error.object[error.start : error.start + 8])
            value = f"byte 0x{bad[:1].hex().upper()} about row {row}"
            self.findings.fatal(self.name, None, "", value, f"text in UTF-8 ({_guess(bad)})")
        elif isinstance(error, csv.Error):
            most = f"cells of at most {csv.field_size_limit()} characters, in quotes if need be"
            self.findings.fatal(self.name, row, "", str(error), most)
        else:
            value = str(error) or type(error).__name__
            self.findings.fatal(self.name, None, "", value, "a file that is whole")
