"""Physics: energy of flight, reserve, battery, charging and noise as pure functions of numbers.

Not here: who flies when, and any state. Every parameter comes from `world.aircraft.AircraftType`.
Start reading in `flight.py`, then `sortie.py` and `reserve.py`; `assessment.py` puts them together
and `tables.py` is their array form.
"""

__all__ = [
    "assessment",
    "battery",
    "charging",
    "flight",
    "noise",
    "reserve",
    "sortie",
    "tables",
    "wind",
]
