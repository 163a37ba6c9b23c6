"""Real telemetry, by file and by stream: read, put in order, doubted, watched and kept.

Every row that comes is kept; what is doubtful about it is flagged, and `doubts.is_clean` alone says
what identification and verdicts may use. Rows of both ways pass one `course.Course`, so that a file
and a stream of the same rows end as the same bytes.

Not here: what the channels are (`world.telemetry`), how a limit is watched
(`evidence.limit_watch`), what is concluded from a run (`evidence.identify`, `evidence.verdict`).
Start reading in `layout.py`, then `course.py`.
"""

__all__ = ["course", "doubts", "keeping", "layout"]
