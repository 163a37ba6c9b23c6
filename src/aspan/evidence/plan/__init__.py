"""The plan of a year: which card on which day, with which aircraft and crew.

Here: windows of a known year's weather (`windows`), the small problem the planner solves
(`problem`), a day packed exactly (`packing`), first come first served (`first_come`), the solver
with its proven bound (`master`, `search`), several years beside each other (`years`), and a checker
that shares no code with them (`checker`). Not here: who says yes to a card, and whether a run may
begin (`evidence.site`): a plan promises nothing. Start reading in `problem.py`.
"""

__all__ = ["problem"]
