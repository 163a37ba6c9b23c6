"""Dispatch: which aircraft flies which sortie, and which fly empty to where rides are expected.

Decisions only, on small problems of its own. Not here: the state, slots and lanes (operations).
Start reading in `problem.py`, then `earliest_ready.py`.
"""

__all__ = ["earliest_ready", "empties", "least_used", "policies", "problem"]
