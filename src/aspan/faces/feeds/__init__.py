"""Feeds: the air service told to others in the formats of public transport.

`offered.py` works out what is promised on which dates; `schedule.py` with `flexible.py` and
`fares.py` makes GTFS of it, `archive.py` the zip, `gofs.py` the on-demand part as GOFS;
`movements.py` takes what flies now from a state, and `realtime.py` with `alerts.py` makes
GTFS-Realtime of it. Not here: any rule of the field (hours, block times, fares and reasons are
asked of the rooms below), and reading feeds (`world/readers/gtfs.py`; `review.py` only tells what
it finds). Start reading in `offered.py`.
"""

__all__ = [
    "alerts",
    "archive",
    "fares",
    "flexible",
    "gofs",
    "movements",
    "naming",
    "offered",
    "realtime",
    "review",
    "schedule",
    "texts",
]
