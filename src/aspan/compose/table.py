"""One run table as columns, before anything heavy is imported: name, kinds, values.

Kinds are words (`text`, `whole`, `number`, `flag`, `texts`); `frame` turns them into explicit
polars types, also when a table is empty.
"""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from aspan.primitives.errors import ensure

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["text", "whole", "number", "flag", "texts"]


class Table(msgspec.Struct, frozen=True):
    """A run table: its name, the kind of each column, and the values of each."""

    name: str
    kinds: dict[str, Kind]
    columns: Mapping[str, Sequence[Any]]

    @property
    def height(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values())))

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries."""
        names = list(self.columns)
        values = zip(*self.columns.values(), strict=True)
        return [dict(zip(names, row, strict=True)) for row in values]


def table_from_rows(name: str, kinds: dict[str, Kind], rows: Iterable[Sequence[Any]]) -> Table:
    """Return a table of rows given as sequences in the order of `kinds`."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    if not columns:
        columns = [() for _ in kinds]
    ensure(len(columns) == len(kinds), f"table {name}: {len(columns)} columns, not {len(kinds)}")
    return Table(name, kinds, dict(zip(kinds, columns, strict=True)))


def frame(table: Table) -> "pl.DataFrame":
    """Return a table as a polars frame with the types its kinds say."""
    import polars as pl

    types: dict[Kind, Any] = {
        "text": pl.String,
        "whole": pl.Int64,
        "number": pl.Float64,
        "flag": pl.Boolean,
        "texts": pl.List(pl.String),
    }
    return pl.DataFrame(
        [pl.Series(n, v, dtype=types[table.kinds[n]]) for n, v in table.columns.items()]
    )


def write_table(folder: Path, table: Table) -> Path:
    """Write a table as Parquet into a folder and return its path."""
    path = folder / f"{table.name}.parquet"
    content = BytesIO()
    frame(table).write_parquet(content, compression="zstd", compression_level=1)
    path.write_bytes(content.getbuffer())
    return path
