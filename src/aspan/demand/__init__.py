"""Demand: who wants to travel, and what they choose.

Wishes of a day (`wishes.py`), the choice of a party among what it is offered (`choice.py`) and the
expectation that an operator may know beforehand (`forecast.py`); for planners a few parties that
stand for all of a day (`survey.py`) and how likely each way is (`shares.py`). Not here: how a
journey is put together (`journeys`), what a seat costs to hold (`booking`). Start reading in
`choice.py`, then `wishes.py` and `best_case.py`; `strata.py` is the hardest file and explains how a
million wishes cost so little.
"""

__all__ = [
    "air_table",
    "air_ways",
    "best_bound",
    "best_case",
    "choice",
    "draws",
    "flows",
    "forecast",
    "sampling",
    "shares",
    "strata",
    "survey",
    "trip_columns",
    "wishes",
]
