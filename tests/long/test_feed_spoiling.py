"""Thousands of spoilt feeds, and a file of ten million rows: a feed or one clear line."""

import importlib.util
import resource
import zipfile
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers.gtfs import read_feed
from feed_texts import SMALL

LAWS = Path(__file__).parents[1] / "property" / "test_feed_laws.py"
MEMORY_BYTES_MAX = 600_000_000
BYTES_PER_KIB = 1024


@pytest.mark.long
def test_two_thousand_spoilt_feeds() -> None:
    """None of 2,000 spoilt feeds gives anything but a feed or bad input."""
    spec = importlib.util.spec_from_file_location("feed_laws", LAWS)
    assert spec
    assert spec.loader
    laws = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(laws)
    assert laws.look_at(range(2000)) > 200


@pytest.mark.long
def test_ten_million_rows_are_refused_before_memory_is_full(tmp_path: Path) -> None:
    """Ten million stop times end in one line that tells the limit, in bounded memory."""
    path = tmp_path / "large.zip"
    row = b"T1,08:05:00,08:06:00,Q,2\n" * 100_000
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in SMALL.items():
            if name != "stop_times.txt":
                archive.writestr(name, text)
        with archive.open("stop_times.txt", "w") as file:
            file.write(SMALL["stop_times.txt"].encode())
            for _ in range(100):
                file.write(row)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InvalidInput, match=r"stop_times\.txt: 'more than 3000000 rows'"):
        read_feed(path)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * BYTES_PER_KIB < MEMORY_BYTES_MAX
