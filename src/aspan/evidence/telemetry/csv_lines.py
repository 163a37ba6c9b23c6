"""A CSV file as tables of a bounded number of bytes, each line a row, none left out.

Lines that are like the header are read by the thousand; others (too few or too many fields, quotes,
text that is no UTF-8) one by one, with the whole line kept beside the row. Lines without any text
are no rows.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import polars as pl

from aspan.evidence.telemetry.conversion import list_columns
from aspan.evidence.telemetry.flags import Doubt, bit
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.rows import Rows
from aspan.primitives.errors import InvalidInput

BLOCK_BYTES: Final = 8 << 20
LINE_BYTES_MAX: Final = 1 << 20
COLUMNS_MAX: Final = 10_000

_BOM: Final = b"\xef\xbb\xbf"
_SEPARATORS: Final = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}


class Ragged(msgspec.Struct, kw_only=True):
    """Lines of a table with too few or too many fields, or that the file ends within."""

    lines: dict[int, str]

    def note(self, rows: Rows) -> None:
        """Flag them, and keep each as it stands."""
        for row, line in self.lines.items():
            rows.flags[row] |= bit(Doubt.CUT_SHORT)
            told: dict[str, str] = msgspec.json.decode(rows.as_sent.get(row, "{}"))
            rows.as_sent[row] = msgspec.json.encode(told | {"line": line}, order="sorted").decode()


class CsvFile:
    """A CSV file with a header that has every column of the layout."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._path = path
        self._layout = layout
        self._separator = layout.separator.encode()
        with path.open("rb") as file:
            line = file.readline(LINE_BYTES_MAX + 1)
        self._begin = len(line)
        self.header = self._read_header(line)
        used = list_columns(layout)
        self._columns = [self.header.index(name) for name in used]
        self._fast: dict[str, type[pl.DataType]] = {
            f"f{k}": pl.Float64 if name in used else pl.String for k, name in enumerate(self.header)
        }
        for name in (layout.time.column, layout.sequence):
            if name is not None:
                self._fast[f"f{self.header.index(name)}"] = pl.String
        self._slow: dict[str, type[pl.DataType]] = dict.fromkeys(self._fast, pl.String)
        self._names = used

    def list_frames(self) -> Iterator[tuple[pl.DataFrame, Ragged]]:
        """Yield the columns of the layout, block by block, with the lines that were not whole."""
        rest, is_first = b"", True
        with self._path.open("rb") as file:
            file.seek(self._begin)
            while block := file.read(BLOCK_BYTES):
                block = rest + block
                end = block.rfind(b"\n") + 1
                rest = block[end:]
                if end:
                    yield self._read_block(block[:end], is_first=is_first, is_cut=False)
                    is_first = False
                if len(rest) > LINE_BYTES_MAX:
                    raise InvalidInput(str(self._path), "a line above 1 MiB", "lines of telemetry")
        if rest.strip():
            yield self._read_block(rest + b"\n", is_first=is_first, is_cut=True)

    def _read_header(self, line: bytes) -> list[str]:
        path, layout = str(self._path), self._layout
        if len(line) > LINE_BYTES_MAX:
            raise InvalidInput(path, "a first line above 1 MiB", "a header of CSV")
        try:
            text = line.removeprefix(_BOM).decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            raise InvalidInput(path, line[:20], "text in UTF-8, or Parquet") from None
        if "\0" in text:
            raise InvalidInput(path, text[:20], "text in UTF-8, or Parquet")
        header = [name.strip() for name in next(csv.reader([text], delimiter=layout.separator), [])]
        if not any(header):
            raise InvalidInput(path, text, "a header in the first line")
        if sum(map(_is_number, header)) * 2 > len(header):
            raise InvalidInput(path, text[:60], "a header in the first line, not numbers")
        if len(header) > COLUMNS_MAX:
            raise InvalidInput(path, f"{len(header)} columns", f"at most {COLUMNS_MAX}")
        for name in list_columns(layout):
            if name not in header:
                other = _find_separator(text, layout)
                expected = f"the separator {other}" if other else "a name of its header"
                raise InvalidInput(f"{path} column", name, f"{expected}: {shorten(header)}")
            if header.count(name) > 1:
                raise InvalidInput(f"{path} column", name, "each column of the layout once")
        return header

    def _read_block(
        self, block: bytes, *, is_first: bool, is_cut: bool
    ) -> tuple[pl.DataFrame, Ragged]:
        lines, commas = block.count(b"\n"), block.count(self._separator)
        if commas == lines * (len(self.header) - 1) and b'"' not in block and not is_cut:
            frame = self._parse(block, self._fast)
            if frame is not None and frame.height == lines:
                return frame, Ragged(lines={})
        return self._read_lines(block, is_first=is_first, is_cut=is_cut)

    def _parse(self, block: bytes, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame | None:
        """Return a block as a table; None if a field is no number where one is asked for."""
        try:
            frame = pl.read_csv(
                block,
                has_header=False,
                schema=schema,
                columns=self._columns,
                separator=self._layout.separator,
                quote_char=None,
                encoding="utf8-lossy",
                decimal_comma=self._layout.decimal == "," and schema is self._fast,
            )
        except pl.exceptions.PolarsError:
            return None
        return frame.select([f"f{k}" for k in self._columns]).rename(
            {f"f{k}": name for k, name in zip(self._columns, self._names, strict=True)}
        )

    def _read_lines(
        self, block: bytes, *, is_first: bool, is_cut: bool
    ) -> tuple[pl.DataFrame, Ragged]:
        """Return a block in which some line is not like the others, every field as text."""
        lines = [line for line in block.split(b"\n") if line.strip()]
        ragged: dict[int, str] = {}
        wanted = len(self.header) - 1
        for k, line in enumerate(lines):
            if line.count(self._separator) != wanted or b'"' in line:
                text = line.decode("utf-8", "replace").rstrip("\r")
                fields = next(csv.reader([text], delimiter=self._layout.separator, strict=False))
                if len(fields) != len(self.header):
                    ragged[k] = text
                lines[k] = self._even(fields)
        if is_first and len(lines) > 1 and len(ragged) > len(lines) // 2:
            place = min(ragged)
            found = f"{ragged[place].count(self._layout.separator) + 1} fields"
            raise InvalidInput(
                f"{self._path} row {place + 1}", found, f"{len(self.header)}, as in its header"
            )
        if is_cut and lines:
            ragged.setdefault(len(lines) - 1, lines[-1].decode("utf-8", "replace").rstrip("\r"))
        frame = self._parse(b"\n".join(lines) + b"\n", self._slow)
        if frame is None or frame.height != len(lines):
            raise InvalidInput(str(self._path), "lines that cannot be told apart", "CSV")
        return frame, Ragged(lines=ragged)

    def _even(self, fields: list[str]) -> bytes:
        """Return fields as a line of as many as the header has, without what would divide one."""
        count = len(self.header)
        even = [*fields, *[""] * count][:count]
        apart = str.maketrans(dict.fromkeys(f"{self._layout.separator}\r\n", " "))
        return self._separator.join(field.translate(apart).encode() for field in even)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _find_separator(text: str, layout: Layout) -> str | None:
    """Return the separator that would give the header every column of the layout."""
    for separator, words in _SEPARATORS.items():
        names = [name.strip() for name in text.split(separator)]
        if separator != layout.separator and all(n in names for n in list_columns(layout)):
            return words
    return None


def shorten(names: list[str]) -> str:
    """Return names as a list that fits a line."""
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
