"""Keep a whole run: from a recorder's file, or from the columns of a recording in memory."""

from pathlib import Path

import msgspec
import numpy as np

from aspan.evidence.telemetry.course import Columns, Course, LimitBreach, Watch
from aspan.evidence.telemetry.keeping import make_folder
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import Manifest
from aspan.evidence.telemetry.reader import describe_origin, list_unread, read_file
from aspan.evidence.telemetry.rows import make_rows
from aspan.primitives.errors import InvalidInput


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was read to its end, and the limits that were passed in it."""

    manifest: Manifest
    breaches: tuple[LimitBreach, ...]


def import_file(
    path: Path, layout: Layout, folder: Path | None, run_id: str, *, watch: Watch | None = None
) -> Imported:
    """Read a recorder's file and keep it as a run in a new folder.

    A file that is refused before its first row leaves nothing; one that cannot be read further
    leaves what was kept, and a manifest that says it is incomplete.

    Parameters
    ----------
    folder
        None to look at the file without keeping it.
    """
    unread = list_unread(path, layout)
    course = Course(folder, run_id, layout, watch=watch, origin=describe_origin(path))
    course.note_columns(unread)
    breaches: list[LimitBreach] = []
    has_begun = False
    for rows in read_file(path, layout):
        if folder is not None and not has_begun:
            make_folder(folder)
            course.write_manifest(is_complete=False)
        has_begun = True
        closed = len(course.keeper.parts)
        breaches += course.feed(rows)
        if len(course.keeper.parts) > closed:
            course.write_manifest(is_complete=False)
    breaches += course.finish()
    return Imported(manifest=course.write_manifest(is_complete=True), breaches=tuple(breaches))


def keep_columns(folder: Path, run_id: str, columns: Columns, layout: Layout) -> Manifest:
    """Keep a recording, such as the twin's, as a run in a new folder.

    Parameters
    ----------
    columns
        `at_ms`, `sequence` and every channel of the layout, by our names, in our units.
    """
    for name in ("at_ms", "sequence", *(c.channel for c in layout.channels)):
        if name not in columns:
            raise InvalidInput("recording", name, "a column for each channel of the layout")
    values = np.stack([np.asarray(columns[c.channel], np.float64) for c in layout.channels])
    sequence = np.asarray(columns["sequence"], np.int64)
    at_ms = np.asarray(columns["at_ms"], np.int64)
    make_folder(folder)
    course = Course(folder, run_id, layout)
    course.feed(make_rows(sequence, at_ms, values))
    course.finish()
    return course.write_manifest(is_complete=True)
