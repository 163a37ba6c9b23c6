"""Telemetry by stream: taken once, on disk before it is answered, the same bytes as from a file."""

import json
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from aspan.evidence.telemetry import keeping, stream
from aspan.evidence.telemetry.course import Columns
from aspan.evidence.telemetry.flags import Doubt
from aspan.evidence.telemetry.keeping import load_run, verify_run
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.evidence.telemetry.rows import Rows, slice_rows, take_rows
from aspan.evidence.telemetry.stream import (
    NotTaken,
    Refusal,
    Taken,
    TelemetryIntake,
    begin_intake,
    recover_run,
    resume_intake,
)
from aspan.primitives.errors import InvalidInput
from unit.evidence.telemetry_rows import START_AT_MS, keep, make_layout, make_steady
from unit.evidence.test_telemetry_keeping import spoil

LAYOUT = make_layout(
    channels=tuple(
        msgspec.structs.replace(column, column=name)
        for column, name in zip(make_layout().channels, ("alt", "ias", "tmp", "vlt"), strict=True)
    )
)
JSON = "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.stream"
TOKEN = "secret"


def table(rows: Rows) -> pl.DataFrame:
    """Return rows as the recorder's own table."""
    return pl.DataFrame(
        {"t": rows.at_ms, "n": rows.sequence}
        | {c.column: v for c, v in zip(LAYOUT.channels, rows.values, strict=True)}
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def as_json(rows: Rows) -> bytes:
    """Return rows as JSON lines."""
    return table(rows).write_ndjson().encode()


def as_arrow(rows: Rows) -> bytes:
    """Return rows as an Arrow stream."""
    out = BytesIO()
    table(rows).write_ipc_stream(out)
    return out.getvalue()


def send(
    intake: TelemetryIntake, body: bytes, *, kind: str = JSON, token: str = TOKEN
) -> Taken | NotTaken:
    """Send one batch."""
    return intake.take(body, media_type=kind, token=token, received_at_ms=START_AT_MS)


def begin(folder: Path, watch: "SpeedWatch | None" = None) -> TelemetryIntake:
    """Open a run that is replayed, not live."""
    return begin_intake(folder, "RUN-1", LAYOUT, token=TOKEN, is_live=False, watch=watch)


def bodies(rows: Rows, size: int) -> list[bytes]:
    """Return rows as batches of so many."""
    return [
        as_json(slice_rows(rows, start, min(start + size, len(rows))))
        for start in range(0, len(rows), size)
    ]


@pytest.mark.parametrize("kind", [JSON, ARROW])
def test_a_stream_is_kept_as_a_file_is(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spoilt rows in batches of 60: flags, counts and values are those of the rows at once."""
    monkeypatch.setattr(keeping, "PART_ROWS", 128)
    rows = spoil(make_steady(300))
    whole = keep(tmp_path / "whole", rows, layout=LAYOUT)
    intake = begin(tmp_path / "run")
    for start in range(0, len(rows), 60):
        part = slice_rows(rows, start, min(start + 60, len(rows)))
        body = as_json(part) if kind == JSON else as_arrow(part)
        answer = send(intake, body, kind=kind)
        assert isinstance(answer, Taken)
        assert answer.rows == len(part)
    manifest = intake.close()
    assert verify_run(tmp_path / "run").problems == ()
    assert manifest.doubts == whole.doubts
    kept, at_once = (load_run(tmp_path / n).drop("received_at_ms") for n in ("run", "whole"))
    assert kept.equals(at_once)
    assert not (tmp_path / "run" / "intake.json").exists()


def test_the_same_bytes_are_taken_once(tmp_path: Path) -> None:
    """A batch sent again is answered and not kept again; the same rows cut otherwise are copies."""
    first, second = bodies(make_steady(20), 10)
    intake = begin(tmp_path / "run")
    assert send(intake, first) == Taken(rows=10, is_repeat=False, total_rows=10, next_sequence=10)
    assert send(intake, first) == Taken(rows=0, is_repeat=True, total_rows=10, next_sequence=10)
    assert isinstance(send(intake, first + b"\n" + second), Taken)
    manifest = intake.close()
    assert manifest.rows == 30
    assert manifest.repeated_batches == 1
    assert manifest.doubts == {"duplicate_same": 10}


@pytest.mark.parametrize(
    ("body", "kind", "token", "reason"),
    [
        (b'{"n":1}', JSON, "other", Refusal.TOKEN),
        (b'{"n":1}', "text/csv", TOKEN, Refusal.MEDIA_TYPE),
        (b"no json\nat all", JSON, TOKEN, Refusal.UNREADABLE),
        (b'{"speed":1}', JSON, TOKEN, Refusal.UNREADABLE),
        (b"[1,2]", JSON, TOKEN, Refusal.UNREADABLE),
        (b"not arrow", ARROW, TOKEN, Refusal.UNREADABLE),
        (b"", ARROW, TOKEN, Refusal.UNREADABLE),
        (as_arrow(make_steady(5))[:200], ARROW, TOKEN, Refusal.UNREADABLE),
        (b" " * ((16 << 20) + 1), JSON, TOKEN, Refusal.TOO_LARGE),
    ],
)
def test_a_batch_that_is_none_is_refused(
    tmp_path: Path, body: bytes, kind: str, token: str, reason: Refusal
) -> None:
    """The reason is one of a list, and the run goes on with what comes next."""
    intake = begin(tmp_path / "run")
    answer = send(intake, body, kind=kind, token=token)
    assert isinstance(answer, NotTaken)
    assert answer.reason == reason
    assert "\n" not in answer.detail
    assert send(intake, as_json(make_steady(5))) != answer
    assert intake.close().rows == 5
    closed = send(intake, as_json(make_steady(6)))
    assert isinstance(closed, NotTaken)
    assert closed.reason == Refusal.CLOSED


def test_odd_lines_and_values_are_kept(tmp_path: Path) -> None:
    """NaN is silence, as recorders write it; text for a number and a broken line are kept."""
    lines = [json.loads(line) for line in as_json(make_steady(12)).splitlines()]
    lines[2]["ias"] = float("nan")
    lines[3]["ias"] = "ERR"
    lines[4]["ias"] = {"deep": 1}
    del lines[5]["ias"]
    lines[6]["extra"] = 1
    texts = [json.dumps(line) for line in lines]
    texts[8] = texts[8][:30]
    intake = begin(tmp_path / "run")
    assert isinstance(send(intake, "\r\n".join(texts).encode()), Taken)
    manifest = intake.close()
    frame = load_run(tmp_path / "run")
    assert manifest.rows == 12
    assert manifest.columns_not_read == ("extra",)
    assert manifest.values_doubted["airspeed_mps"]["absent"] == 5
    assert frame["as_sent"][3] == '{"ias":"ERR"}'
    assert frame["as_sent"][4] == '{"ias":"{\\"deep\\": 1}"}'
    cut = np.flatnonzero(frame["flags"].to_numpy() & int(Doubt.CUT_SHORT)).tolist()
    assert [json.loads(frame["as_sent"][k])["line"] for k in cut] == [texts[8]]


@pytest.mark.parametrize("torn", [0, 1, 7, 5_000])
def test_a_killed_stream_goes_on(
    tmp_path: Path, torn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dropped after any batch, with a torn last write, it resumes to the same bytes."""
    monkeypatch.setattr(keeping, "PART_ROWS", 128)
    sent = bodies(spoil(make_steady(300)), 50)
    whole = begin(tmp_path / "whole")
    for body in sent:
        send(whole, body)
    expected = whole.close().parts
    intake = begin(tmp_path / "run")
    for body in sent:
        answer = send(intake, body)
        assert isinstance(answer, Taken)
        assert not read_manifest(tmp_path / "run").is_complete
        (journal,) = (tmp_path / "run").glob("open-*.journal")
        if torn:
            with journal.open("ab") as file:
                file.write(b"ATJ1" + b"\xff" * torn)
        intake = resume_intake(tmp_path / "run")
        assert send(intake, body) == Taken(
            rows=0, is_repeat=True, total_rows=answer.total_rows, next_sequence=answer.next_sequence
        )
    assert intake.close().parts == expected


def test_killed_between_a_part_and_its_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The part is there, the manifest does not know it: resumed, it is written again the same."""
    monkeypatch.setattr(keeping, "PART_ROWS", 128)
    sent = bodies(make_steady(300), 100)
    intake = begin(tmp_path / "run")
    send(intake, sent[0])

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(stream, "begin_journal", fail)
        with pytest.raises(OSError, match="No space"):
            send(intake, sent[1])
    refused = send(intake, sent[2])
    assert isinstance(refused, NotTaken)
    assert "No space left" in refused.detail
    assert read_manifest(tmp_path / "run").parts == ()
    intake = resume_intake(tmp_path / "run")
    send(intake, sent[2])
    assert intake.close().rows == 300
    assert verify_run(tmp_path / "run").problems == ()


def test_a_stream_left_alone_is_recovered_as_incomplete(tmp_path: Path) -> None:
    """All that was acknowledged is kept, and the manifest says that no end was seen."""
    intake = begin(tmp_path / "run")
    send(intake, as_json(make_steady(50)))
    manifest = recover_run(tmp_path / "run")
    assert (manifest.rows, manifest.is_complete, manifest.recovered) == (50, False, 1)
    with pytest.raises(InvalidInput, match="not open"):
        resume_intake(tmp_path / "run")


class Fast(msgspec.Struct, frozen=True):
    """A breach of the limit of the watch below."""

    limit_id: str
    at_ms: int
    value: float


class SpeedWatch:
    """Tells each row above 60 m/s, and what time it was told."""

    def __init__(self) -> None:
        self.sequence: list[int] = []

    def feed(self, rows: Columns) -> list[Fast]:
        """Return a breach for each fast row."""
        self.sequence += rows["sequence"].tolist()
        fast = np.flatnonzero(rows["airspeed_mps"] > 60.0)
        return [Fast("fast", int(rows["at_ms"][k]), float(rows["airspeed_mps"][k])) for k in fast]

    def tick(self, now_ms: int) -> list[Fast]:
        """Return a breach at the instant asked for."""
        return [Fast("link", now_ms, 0.0)]


def test_limits_are_watched_in_order(tmp_path: Path) -> None:
    """A watch sees every row once, in order; its breaches are in the answer."""
    rows = make_steady(40)
    rows.values[1, 25:] = 65.0
    shuffled = [*range(20), 22, 21, 20, 5, *range(23, 40)]
    watch = SpeedWatch()
    intake = begin(tmp_path / "run", watch=watch)
    index = np.array(shuffled)
    told = [send(intake, body) for body in bodies(take_rows(rows, index), 8)]
    assert watch.sequence == list(range(40))
    found = [b for answer in told if isinstance(answer, Taken) for b in answer.breaches]
    assert [b.at_ms for b in found] == [START_AT_MS + 100 * k for k in range(25, 40)]
    assert [b.limit_id for b in intake.tick(7)] == ["link"]


def test_a_resumed_watch_tells_again(tmp_path: Path) -> None:
    """A breach whose answer may have been lost is told once more after resuming."""
    rows = make_steady(10)
    rows.values[1, 5] = 80.0
    intake = begin(tmp_path / "run", watch=SpeedWatch())
    send(intake, as_json(rows))
    intake = resume_intake(tmp_path / "run", watch=SpeedWatch())
    assert [b.at_ms for b in intake.list_untold()] == [START_AT_MS + 500]
    assert intake.list_untold() == []


def test_progress_is_told(tmp_path: Path) -> None:
    """Rows, doubts and the last instant so far, also after closing."""
    intake = begin(tmp_path / "run")
    send(intake, as_json(make_steady(12)))
    progress = intake.progress()
    assert (progress.total_rows, progress.next_sequence, progress.is_closed) == (12, 12, False)
    assert progress.last_at_ms == START_AT_MS + 1_100
    intake.close()
    assert intake.progress().is_closed
