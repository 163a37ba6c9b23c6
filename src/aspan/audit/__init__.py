"""Audit: the independent checker of a run.

It reads the run tables and the city's own files with its own readers, applies its own short
formulas and says for every clause of every safety law how often it was exercised and what broke it.
It shares no code with the engine: of our rooms it imports `primitives` alone.

Not here: any opinion on how good a day was, and any repair. Start reading in `auditor.py`, then in
one of the laws (`law01_fato.py`).
"""

__all__ = ["auditor", "findings", "tables", "truth"]
