"""Demonstration days: a show planned so that spectators are far and it is quiet, then flown.

Here: what spectators are owed (`clearance`), the items of a show (`items`), the plan of a day or
its refusal (`show`), the people and orders by which the test site's door is passed (`company`),
the day in the twin with its decisions (`day`), and a checker that shares no code with them
(`checker`). Not here: what a test card must show. Start reading in `show.py`.
"""

__all__ = ["show"]
