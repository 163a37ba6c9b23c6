"""Terrain as plain text: an ESRI ASCII grid says the same as the archive; errors name lines."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aspan.audit.ground import read_ground
from aspan.primitives.errors import InvalidInput
from aspan.world.readers.terrain import read_terrain

GRID = """\
ncols 3
nrows 2
xllcorner -70.85
yllcorner -33.55
cellsize 0.1
NODATA_value -9999
510 520.4 530
500 505 900.6
"""


def write(folder: Path, text: str, name: str = "terrain.asc") -> Path:
    """Return the path of a grid written below `folder`."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_come_from_the_north_and_corners_are_corners(tmp_path: Path) -> None:
    """The first row is the northern one, and the corner lies half a cell off the first centre."""
    terrain = read_terrain(write(tmp_path, GRID), label="x")
    assert terrain.heights_amsl_m.dtype == np.int16
    assert terrain.heights_amsl_m.tolist() == [[500, 505, 901], [510, 520, 530]]
    assert (terrain.west_deg, terrain.south_deg) == pytest.approx((-70.80, -33.50))
    assert terrain.elevation_amsl_m(-70.75, -33.45) == pytest.approx(508.75)


def test_centres_and_capitals_are_read_too(tmp_path: Path) -> None:
    """`XLLCENTER` names the centre itself; the void's number may be left out, lines be empty."""
    text = GRID.replace("xllcorner -70.85", "XLLCENTER -70.80").replace(
        "NODATA_value -9999\n", "\n"
    )
    terrain = read_terrain(write(tmp_path, text + "\n\n"), label="x")
    assert terrain.west_deg == -70.80
    assert terrain.heights_amsl_m.shape == (2, 3)


def test_the_archive_and_the_text_say_the_same(tmp_path: Path) -> None:
    """One grid in both formats is one terrain."""
    text = read_terrain(write(tmp_path, GRID), label="x")
    path = tmp_path / "terrain.npz"
    np.savez(
        path,
        heights_amsl_m=text.heights_amsl_m,
        west_deg=text.west_deg,
        south_deg=text.south_deg,
        step_deg=text.step_deg,
    )
    archive = read_terrain(path, label="x")
    assert (archive.heights_amsl_m == text.heights_amsl_m).all()
    assert archive.elevation_amsl_m(-70.7, -33.45) == text.elevation_amsl_m(-70.7, -33.45)


def test_the_auditor_reads_the_same_heights(tmp_path: Path) -> None:
    """The auditor's own reader finds the same grid in the same file."""
    path = write(tmp_path, GRID)
    ours, theirs = read_terrain(path, label="x"), read_ground(path)
    assert (ours.heights_amsl_m == theirs.heights_amsl_m).all()
    assert (ours.west_deg, ours.south_deg) == (theirs.west_deg, theirs.south_deg)
    assert ours.step_deg == theirs.step_deg


SPOILT = {
    "void": ("505", "-9999", "line 8, column 2", "voids are not filled"),
    "word": ("505", "5O5", "line 8", "a height in metres"),
    "decimal comma": ("520.4", "520,4", "line 7", "a height in metres"),
    "not a number": ("505", "nan", "line 8, column 2", "from -500 to 9000 m"),
    "feet on Everest": ("505", "29032", "line 8, column 2", "from -500 to 9000 m"),
    "short row": (" 530", "", "line 7", "ncols 3 of them"),
    "a row too few": ("\n500 505 900.6", "", "line 7", "nrows 2 of them"),
    "a row too many": ("900.6\n", "900.6\n1 2 3\n", "line 9", "nrows 2 of them"),
    "no cellsize": ("cellsize 0.1\n", "", "line 6", "cellsize before the first row"),
    "unknown key": ("cellsize", "cell_size", "line 5", "one of ncols"),
    "key twice": ("nrows 2\n", "ncols 3\n", "line 2", "ncols once"),
    "key without number": ("cellsize 0.1", "cellsize", "line 5", "cellsize once, and one number"),
    "two corners": ("nrows 2\n", "nrows 2\nxllcenter -70.8\n", "x", "either xllcorner"),
    "no corner": ("yllcorner -33.55\n", "", "x", "either yllcorner"),
    "half a column": ("ncols 3", "ncols 2.5", "x", "whole numbers from 2"),
    "one column": ("ncols 3", "ncols 1", "x", "whole numbers from 2"),
    "far too large": ("ncols 3", "ncols 30000000", "x", "at most 25000000 cells"),
    "metres for degrees": ("cellsize 0.1", "cellsize 90", "x", "cellsize in (0, 1]"),
    "corner in metres": ("xllcorner -70.85", "xllcorner 345000", "x", "degrees"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_grid_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    """What is wrong is named with its line, what stands there and what was expected."""
    old, new, where, expected = SPOILT[name]
    assert old in GRID
    with pytest.raises(InvalidInput) as caught:
        read_terrain(write(tmp_path, GRID.replace(old, new, 1)), label="x")
    message = str(caught.value)
    assert where in message
    assert expected in message
    assert "\n" not in message


def test_a_file_of_another_kind_or_none_is_refused(tmp_path: Path) -> None:
    """A missing file, one of another ending and one that is no text are each one line."""
    with pytest.raises(InvalidInput, match="it is missing"):
        read_terrain(tmp_path / "terrain.asc", label="x")
    with pytest.raises(InvalidInput, match=r"ends in \.asc or \.npz"):
        read_terrain(write(tmp_path, GRID, "terrain.txt"), label="x")
    path = tmp_path / "terrain.asc"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="a text file"):
        read_terrain(path, label="x")


def refusal(read: Callable[[], object]) -> str:
    """Return what a reader refuses; empty if it reads."""
    try:
        read()
    except InvalidInput as error:
        return str(error)
    return ""


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(GRID) - 1), new=st.text(max_size=3))
def test_a_mutated_grid_never_crashes_its_readers(tmp_path: Path, at: int, new: str) -> None:
    """Any small change is a full grid or a refusal in one line, of either reader."""
    path = tmp_path / "terrain.asc"
    path.write_bytes((GRID[:at] + new + GRID[at + 1 :]).encode("utf-8"))
    assert "\n" not in refusal(lambda: read_terrain(path, label="x"))
    assert "\n" not in refusal(lambda: read_ground(path))
