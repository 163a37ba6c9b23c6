"""Recorders' files: refused with the reason, or every row kept and what is odd in it flagged."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from aspan.evidence.telemetry import csv_lines
from aspan.evidence.telemetry.flags import Doubt
from aspan.evidence.telemetry.importing import import_file
from aspan.evidence.telemetry.keeping import load_run, verify_run
from aspan.evidence.telemetry.layout import Column, Layout, TimeColumn
from aspan.evidence.telemetry.manifest import Manifest, read_manifest
from aspan.evidence.telemetry.reader import read_file
from aspan.primitives.errors import InvalidInput
from unit.evidence.telemetry_rows import CHANNELS, START_AT_MS, make_layout, make_values

HEADER = "t,n,alti,airs,pack1_t,pack1_v,note"
LAYOUT = make_layout(
    channels=tuple(
        Column(column=column, channel=channel)
        for column, channel in zip(HEADER.split(",")[2:6], CHANNELS, strict=True)
    )
)


def make_lines(count: int = 20) -> list[str]:
    """Return a header and sound lines of a CSV file."""
    values = np.round(make_values(count), 3)
    return [
        HEADER,
        *(
            f"{START_AT_MS + 100 * k},{k},{','.join(map(str, values[:, k].tolist()))},ok"
            for k in range(count)
        ),
    ]


def read(
    folder: Path, body: str | bytes, layout: Layout = LAYOUT, name: str = "f.csv"
) -> pl.DataFrame:
    """Import a file and return what was kept of it."""
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    import_file(path, layout, folder / "run", "RUN-1")
    assert verify_run(folder / "run").problems == ()
    return load_run(folder / "run")


def told(folder: Path) -> Manifest:
    """Return the manifest of what was kept."""
    return read_manifest(folder / "run")


def flagged(frame: pl.DataFrame, doubt: Doubt) -> list[int]:
    """Return the kept places of the rows with a doubt."""
    return np.flatnonzero(frame["flags"].to_numpy() & np.uint32(int(doubt))).tolist()


def test_a_sound_file(tmp_path: Path) -> None:
    """All rows, no doubt, the hash of the file, and the column that nobody reads is named."""
    frame = read(tmp_path, "\n".join(make_lines()) + "\n")
    assert len(frame) == 20
    assert frame["flags"].max() == 0
    assert frame["at_ms"].to_list() == [START_AT_MS + 100 * k for k in range(20)]
    assert told(tmp_path).columns_not_read == ("note",)


@pytest.mark.parametrize(
    "mark", ["bom", "crlf", "spaces", "quotes", "blank lines", "text of numbers"]
)
def test_ways_of_writing_the_same(tmp_path: Path, mark: str) -> None:
    """A byte-order mark, CRLF, spaces, quotes, empty lines and 1e0 for 1 change nothing."""
    lines = make_lines()
    (tmp_path / "plain").mkdir()
    plain = read(tmp_path / "plain", "\n".join(lines) + "\n")
    body = "\n".join(lines) + "\n"
    odd = {
        "bom": "\ufeff" + body,
        "crlf": body.replace("\n", "\r\n"),
        "spaces": body.replace(",", ", "),
        "quotes": "\n".join([lines[0], *(f'"{x}"'.replace(",", '","') for x in lines[1:])]) + "\n",
        "blank lines": body.replace("\n", "\n\n") + "  \n",
        "text of numbers": body.replace(",3,", ",3.0,"),
    }[mark]
    frame = read(tmp_path, odd)
    assert frame.equals(plain)


def test_a_decimal_comma(tmp_path: Path) -> None:
    """With the layout's word for it numbers are read; without, the file is refused with the way."""
    lines = [line.replace(",", ";").replace(".", ",") for line in make_lines()]
    comma = {f: getattr(LAYOUT, f) for f in LAYOUT.__struct_fields__} | {
        "separator": ";",
        "decimal": ",",
    }
    frame = read(tmp_path, "\n".join(lines) + "\n", Layout(**comma))
    assert frame["flags"].max() == 0
    assert frame[CHANNELS[0]].mean() == pytest.approx(700.0, abs=1.0)
    (tmp_path / "other").mkdir()
    with pytest.raises(InvalidInput, match=r'decimal = ","'):
        read(tmp_path / "other", "\n".join(lines) + "\n", Layout(**comma | {"decimal": "."}))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda _: "", "an empty file"),
        (lambda _: HEADER + "\n", "no rows"),
        (lambda lines: "\n".join(lines[1:]) + "\n", "a header in the first line, not numbers"),
        (
            lambda lines: "\n".join(lines).replace("airs", "speed"),
            "'airs' .* a name of its header: t, n, alti, speed",
        ),
        (lambda lines: "\n".join(lines).replace("note", "airs"), "each column of the layout once"),
        (lambda lines: "\n".join(lines).replace(",", ";"), "the separator a semicolon"),
        (lambda lines: "\n".join([lines[0], *(x + ",1" for x in lines[1:])]), "8 fields"),
        (lambda lines: "\n".join(lines).encode("utf-16"), "text in UTF-8"),
        (lambda _: b"\0" * 50, "text in UTF-8"),
        (lambda _: b"\n\n\n", "a header"),
        (lambda _: b"x" * (2 << 20), "a header of CSV"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, spoil: object, said: str) -> None:
    """One line names the file, what was found and what was expected; nothing is kept."""
    assert callable(spoil)
    with pytest.raises(InvalidInput, match=said):
        read(tmp_path, spoil(make_lines()))
    assert not (tmp_path / "run").exists()


def test_odd_fields_are_kept_as_text(tmp_path: Path) -> None:
    """Text for a number, an impossible number or instant: the row is kept, the text beside it."""
    lines = make_lines()
    fields = [line.split(",") for line in lines]
    fields[3][2] = "ERR"
    fields[5][1] = "-7"
    fields[6][0] = "yesterday"
    fields[7][0] = "12"
    fields[8][3] = ""
    fields[9][3] = "NaN"
    fields[10][1] = "99999999999999999999"
    frame = read(tmp_path, "\n".join(map(",".join, fields)) + "\n")
    assert len(frame) == 20
    assert flagged(frame, Doubt.UNREADABLE) == [2, 4, 5, 6, 9]
    assert frame["as_sent"][2] == '{"alti":"ERR"}'
    assert frame["as_sent"][4] == '{"n":"-7"}'
    assert frame["as_sent"][5] == '{"t":"yesterday"}'
    assert flagged(frame, Doubt.NO_SEQUENCE) == [4, 9]
    assert flagged(frame, Doubt.NO_TIME) == [5, 6]
    assert flagged(frame, Doubt.ABSENT) == [2, 7, 8]
    assert told(tmp_path).rows == 20


def test_lines_cut_short_and_too_long(tmp_path: Path) -> None:
    """A line with fewer or more fields, or without its end, is kept whole beside its row."""
    lines = make_lines()
    lines[4] = ",".join(lines[4].split(",")[:3])
    lines[6] += ",extra"
    lines[20] = lines[20][:-8]
    frame = read(tmp_path, "\n".join(lines))
    assert len(frame) == 20
    assert flagged(frame, Doubt.CUT_SHORT) == [3, 5, 19]
    assert frame["sequence"].to_list() == list(range(20))
    assert f'"line":"{lines[6]}"' in frame["as_sent"][5]


def test_blocks_of_any_size_are_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with odd lines in blocks of 100 bytes and of all: the same bytes are kept."""
    lines = make_lines(200)
    lines[50] = "nonsense"
    lines[120] = lines[120].replace(",", ",x", 2)
    found = set()
    for size in (100, 1_000, 1 << 20):
        monkeypatch.setattr(csv_lines, "BLOCK_BYTES", size)
        folder = tmp_path / str(size)
        folder.mkdir()
        frame = read(folder, "\n".join(lines) + "\n")
        assert len(frame) == 200
        found.add(told(folder).parts[0].sha256)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("kind", "write"),
    [
        ("iso", lambda k: f"2026-04-15T03:00:{k // 10:02d}.{k % 10}00Z"),
        ("iso", lambda k: f"2026-04-15 08:00:{k // 10:02d}.{k % 10}00+05:00"),
        ("utc_s", lambda k: f"{START_AT_MS / 1000 + k / 10:.3f}"),
        ("gps_s", lambda k: f"{START_AT_MS / 1000 - 315_964_800 + 18 + k / 10:.3f}"),
    ],
)
def test_kinds_of_time(tmp_path: Path, kind: str, write: object) -> None:
    """Text with a zone, seconds since 1970 and GPS seconds give the same instants."""
    assert callable(write)
    lines = make_lines()
    fields = [line.split(",") for line in lines]
    for k in range(20):
        fields[k + 1][0] = write(k)
    given = {f: getattr(LAYOUT, f) for f in LAYOUT.__struct_fields__}
    layout = Layout(**given | {"time": TimeColumn(column="t", kind=kind)})  # type: ignore[arg-type]
    frame = read(tmp_path, "\n".join(map(",".join, fields)) + "\n", layout)
    assert frame["at_ms"].to_list() == [START_AT_MS + 100 * k for k in range(20)]
    assert frame["flags"].max() == 0


def parquet(folder: Path, frame: pl.DataFrame) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    frame.write_parquet(folder / "made.parquet")
    return (folder / "made.parquet").read_bytes()


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    """The same numbers from both kinds of file are kept as the same bytes."""
    body = "\n".join(make_lines(300)) + "\n"
    (tmp_path / "csv").mkdir()
    read(tmp_path / "csv", body)
    frame = pl.read_csv(body.encode())
    read(tmp_path, parquet(tmp_path, frame), name="f.parquet")
    assert told(tmp_path).parts == told(tmp_path / "csv").parts


def test_parquet_that_is_none_is_refused(tmp_path: Path) -> None:
    """Cut short, altered inside, not Parquet, without a column, with a column of lists."""
    whole = parquet(tmp_path, pl.read_csv("\n".join(make_lines(300)).encode()))
    frame = pl.read_csv("\n".join(make_lines()).encode())
    lists = frame.with_columns(pl.col("airs").reshape((-1, 1)).arr.to_list())
    for body, said in (
        (whole[: len(whole) // 2], "a whole Parquet file"),
        (whole[:4], "a whole Parquet file"),
        (b"t,n\n1,2\n", "begins with PAR1"),
        (parquet(tmp_path, frame.drop("airs")), "'airs' .* a name of its header"),
        (parquet(tmp_path, lists), "a column of numbers or text"),
        (parquet(tmp_path, frame.clear()), "no rows"),
    ):
        with pytest.raises(InvalidInput, match=said) as refused:
            read(tmp_path, body, name="f.parquet")
        assert "\n" not in str(refused.value)
        assert not (tmp_path / "run").exists()


def test_a_file_that_breaks_off_leaves_what_was_read(tmp_path: Path) -> None:
    """A line beyond any bound in a later block: what came before is kept, and is incomplete."""
    path = tmp_path / "f.csv"
    with path.open("wb") as file:
        file.write(("\n".join(make_lines(100)) + "\n").encode())
        file.write(b"#" * (csv_lines.BLOCK_BYTES + csv_lines.LINE_BYTES_MAX))
    rows = read_file(path, LAYOUT)
    assert len(next(rows)) == 100
    with pytest.raises(InvalidInput, match="a line above 1 MiB"):
        next(rows)
    with pytest.raises(InvalidInput, match="a line above 1 MiB"):
        import_file(path, LAYOUT, tmp_path / "run", "RUN-1")
    assert not told(tmp_path).is_complete
