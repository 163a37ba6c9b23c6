"""Compose: the only place that pairs the engine with a clock, a link and a log.

`runs.py` opens and flies twins; `tables.py` folds run tables from the log. Not here: rules of the
field. Start reading in `runs.py`.
"""

__all__ = ["placement", "runs"]
