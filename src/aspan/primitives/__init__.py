"""Primitives: instants, typed ids, units, keyed dice and base errors.

Not here: anything of the field. Start reading in `instants.py` and `dice.py`.
"""

__all__ = ["dice", "errors", "ids", "instants", "units"]
