"""A recorder's telemetry of a run: of one that has begun, once, watched, told to its site."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.people import SignedOrder
from aspan.evidence.recorded_run import import_run
from aspan.evidence.reports import SiteReport
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import SiteEvent
from aspan.evidence.site_state import RunRecord
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.layout import Column
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.evidence.telemetry.stream import begin_intake
from aspan.primitives.errors import InvalidInput
from ranging import FROM_MS, REQUIREMENTS, Town, small_range
from unit.evidence.telemetry_rows import make_layout

PACKS = tuple(f"pack{k}_temperature_k" for k in (1, 2, 3, 4))
LAYOUT = make_layout(channels=tuple(Column(column=name, channel=name) for name in PACKS))


class StoredTown(Town):
    """The people of the tests before a site on disk, with a run that is released."""

    def __init__(self, path: Path) -> None:
        super().__init__(enrol=False)
        self.store = SiteStore(path, small_range(), REQUIREMENTS)
        self.site = self.store.site
        self.found()
        self.prepare()
        self.release()
        self.now_ms = FROM_MS

    def hand(self, item: SignedOrder | SiteReport) -> list[SiteEvent] | SiteRefused:
        """Hand an item to the store."""
        if isinstance(item, SignedOrder):
            return self.store.order(item, self.now_ms)
        return self.store.report(item, self.now_ms)

    @property
    def run(self) -> RunRecord:
        """The run of the tests."""
        return self.site.state.runs["RUN1"]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[StoredTown]:
    """Return a town whose run may begin now."""
    town = StoredTown(tmp_path / "small.range")
    yield town
    town.store.close()


def table(count: int = 60, *, hot_from: int | None = None) -> pl.DataFrame:
    """Return what the recorder writes from the begin of the run; a pack too hot from a row on."""
    values = 300.0 + 0.3 * np.random.default_rng(1).standard_normal((4, count))
    if hot_from is not None:
        values[2, hot_from:] += 60.0
    columns = dict(zip(PACKS, values, strict=True))
    number = np.arange(count)
    return pl.DataFrame({"t": FROM_MS + 100 * number, "n": number, **columns})


def write(folder: Path, rows: pl.DataFrame) -> Path:
    """Write the recorder's file."""
    rows.write_csv(folder / "flight.csv")
    return folder / "flight.csv"


def test_a_file_is_kept_once_for_a_run_that_has_begun(town: StoredTown, tmp_path: Path) -> None:
    """Refused before the run begins; then kept, told, and refused when it comes again."""
    path = write(tmp_path, table())
    with pytest.raises(InvalidInput, match="RUN1, released"):
        import_run(town.store, "RUN1", path, LAYOUT, at_ms=FROM_MS)
    with pytest.raises(InvalidInput, match="RUN9, unknown"):
        import_run(town.store, "RUN9", path, LAYOUT, at_ms=FROM_MS)
    assert not town.store.run_folder("RUN1").exists()
    town.begin()
    found = import_run(town.store, "RUN1", path, LAYOUT, at_ms=FROM_MS)
    assert found.breaches == ()
    assert not isinstance(found.answer, SiteRefused)
    kept = town.run.telemetry
    assert kept is not None
    assert (kept.manifest_sha256, kept.rows) == (found.manifest.sha256, 60)
    assert not kept.is_twin
    with pytest.raises(InvalidInput, match="60 rows kept"):
        import_run(town.store, "RUN1", path, LAYOUT, at_ms=FROM_MS)


def test_a_file_of_an_unknown_recorder_is_no_aircrafts(town: StoredTown, tmp_path: Path) -> None:
    """A layout that says aircraft is believed of a recorder on board alone; nothing is kept."""
    town.begin()
    path = write(tmp_path, table())
    stray = msgspec.structs.replace(LAYOUT, recorder_id="R7")
    with pytest.raises(InvalidInput, match=r"recorder_id: 'R7'.*a recorder of AT01"):
        import_run(town.store, "RUN1", path, stray, at_ms=FROM_MS)
    assert not town.store.run_folder("RUN1").exists()
    modelled = msgspec.structs.replace(stray, source="twin")
    found = import_run(town.store, "RUN1", path, modelled, at_ms=FROM_MS)
    assert not isinstance(found.answer, SiteRefused)
    assert town.run.telemetry is not None
    assert town.run.telemetry.is_twin


def test_a_limit_passed_in_a_file_knocks_off_a_run_under_way(
    town: StoredTown, tmp_path: Path
) -> None:
    """A pack 60 K too hot from the thirtieth row: the run is off, and the reader is told."""
    town.begin()
    path = write(tmp_path, table(hot_from=30))
    found = import_run(town.store, "RUN1", path, LAYOUT, at_ms=FROM_MS)
    assert [breach.limit_id for breach in found.breaches] == ["hot"]
    assert town.run.phase is RunPhase.RECOVERING


def test_below_ten_hertz_nothing_is_watched(town: StoredTown, tmp_path: Path) -> None:
    """Safety rests on 10 Hz: a slower recorder's file is kept and watched by nobody."""
    town.begin()
    rows = table(hot_from=30).with_columns(pl.lit(FROM_MS) + 1_000 * pl.col("n").alias("t"))
    slow = make_layout(rate_hz=1.0, channels=LAYOUT.channels)
    found = import_run(town.store, "RUN1", write(tmp_path, rows), slow, at_ms=FROM_MS)
    assert found.breaches == ()


def test_a_file_takes_the_place_of_a_stream_only_when_asked(
    town: StoredTown, tmp_path: Path
) -> None:
    """What came by radio stands, unless the file is to be kept instead; then it is moved aside."""
    town.begin()
    folder = town.store.run_folder("RUN1")
    folder.parent.mkdir()
    intake = begin_intake(folder, "RUN1", LAYOUT, token="t", is_live=False)
    body = table(20).write_ndjson().encode()
    intake.take(body, media_type="application/x-ndjson", token="t", received_at_ms=FROM_MS)
    path = write(tmp_path, table())
    with pytest.raises(InvalidInput, match="a run without telemetry"):
        import_run(town.store, "RUN1", path, LAYOUT, at_ms=FROM_MS)
    intake.close()
    import_run(town.store, "RUN1", path, LAYOUT, at_ms=FROM_MS, is_instead=True)
    assert read_manifest(folder).rows == 60
    assert read_manifest(folder.with_name("RUN1.before-1")).rows == 20
    assert town.run.telemetry is not None
    assert town.run.telemetry.manifest_sha256 == read_manifest(folder).sha256


def test_a_file_takes_the_place_of_nothing(town: StoredTown, tmp_path: Path) -> None:
    """A feed that was opened and closed without a row does not stand in the way."""
    town.begin()
    folder = town.store.run_folder("RUN1")
    folder.parent.mkdir()
    begin_intake(folder, "RUN1", LAYOUT, token="t").close()
    path = write(tmp_path, table())
    assert import_run(town.store, "RUN1", path, LAYOUT, at_ms=FROM_MS).manifest.rows == 60


def test_a_bad_file_moves_nothing(town: StoredTown, tmp_path: Path) -> None:
    """A file that is refused leaves what is kept where it is."""
    town.begin()
    import_run(town.store, "RUN1", write(tmp_path, table()), LAYOUT, at_ms=FROM_MS)
    before = read_manifest(town.store.run_folder("RUN1"))
    bad = tmp_path / "bad.csv"
    bad.write_text("t,n\n")
    with pytest.raises(InvalidInput, match="a name of its header"):
        import_run(town.store, "RUN1", bad, LAYOUT, at_ms=FROM_MS, is_instead=True)
    assert read_manifest(town.store.run_folder("RUN1")) == before
