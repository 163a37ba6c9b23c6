"""Keep a whole run: from the columns of a recording in memory."""

from pathlib import Path

import numpy as np

from aspan.evidence.telemetry.course import Columns, Course
from aspan.evidence.telemetry.keeping import make_folder
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import Manifest
from aspan.evidence.telemetry.rows import make_rows
from aspan.primitives.errors import InvalidInput


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
