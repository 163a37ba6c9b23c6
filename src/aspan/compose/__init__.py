"""Compose: the only place that pairs the engine with a clock, a link and a log.

`runs.py` opens and flies twins; `tables.py` folds run tables from the log; `trips.py` and
`wish_search.py` pair the search door to door with people and with the twin's travellers;
`demand_report.py` asks it for a survey. Not here: rules of the field. Start reading in `runs.py`.
"""

__all__ = ["placement", "runs"]
