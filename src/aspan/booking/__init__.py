"""Booking: what a seat costs, who sits in it, what is paid back; pure decisions.

Not here: whether a seat is free, which is operations'; how it is paid, which is a provider's.
Start reading in `party.py`.
"""

__all__: list[str] = []
