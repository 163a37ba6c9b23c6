"""Network studies: what a budget buys, proved by simulated days of the one engine.

Here: plans and settings, a study's file, the city of a plan, a fast surrogate and the choice of
sites, simulated days on one machine or many, ranking and selection, money over the years, sampled
uncertainty, and the answer. Not here: the engine (`operations`), how a day is flown (`compose`),
the pages people read (`faces.report`). Start reading in `study.py`, then `conduct.py`.
"""

__all__ = ["answer", "day_figures", "plan", "setting", "study"]
