"""The site's log in a package: one line of JSON for each event, and the hash chained over them.

Anybody can check it without us: `head` is the SHA-256, in hexadecimal, of the head before it (32
zero bytes at first), a line feed, `cause`, a line feed and `line`, in UTF-8.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from aspan.evidence.package.seal import PackageAltered
from aspan.operations.log import FIRST_HASH, chain

LOG: Final = "log.jsonl"


class LogRow(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it stands in the site's store; `line` is its JSON, byte for byte."""

    seq: int
    at_ms: int
    cause: str
    line: str
    head: str


def write_log(path: Path, rows: Iterable[LogRow]) -> None:
    """Write the whole log, oldest event first."""
    with path.open("wb") as file:
        for row in rows:
            file.write(msgspec.json.encode(row) + b"\n")


def read_log(folder: Path) -> Iterator[LogRow]:
    """Yield the rows of a package's log; `PackageAltered` at the first that breaks the chain."""
    head, seq = FIRST_HASH, 0
    with (folder / LOG).open("rb") as file:
        for content in file:
            seq += 1
            named = f"{LOG}, line {seq}"
            try:
                row = msgspec.json.decode(content, type=LogRow)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise PackageAltered(named, "other bytes", f"an event ({error})") from None
            if msgspec.json.encode(row) + b"\n" != content:
                raise PackageAltered(named, "another form", "the one form of a line")
            head = chain(head, row.cause, row.line.encode())
            if row.seq != seq:
                raise PackageAltered(named, f"event {row.seq}", "numbers without a gap")
            if row.head != head.hex():
                raise PackageAltered(named, "another hash", "the hash of all events up to it")
            yield row
