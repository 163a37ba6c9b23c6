"""Physics: energy of flight, reserve, battery, charging and noise as pure functions of numbers.

Not here: who flies when, and any state. Every parameter comes from `world.aircraft.AircraftType`.
Start reading in `flight.py`, then `sortie.py` and `reserve.py`; `tables.py` is their array form.
"""

__all__ = ["battery", "charging", "flight", "noise", "reserve", "sortie", "tables", "wind"]
