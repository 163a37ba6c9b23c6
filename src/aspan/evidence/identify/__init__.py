"""Identification: from the runs of a campaign, what the aircraft really is.

Here: steady points of runs, estimates with 95 % intervals, a new aircraft dataset made of them and
what it changes in the network. Not here: the verdict on a check of a card (`evidence.verdict`), how
telemetry is kept (`evidence.telemetry`). Start reading in `estimates.py`.
"""

__all__ = ["estimates"]
