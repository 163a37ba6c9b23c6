"""Journeys: door-to-door itineraries, with and without flight.

`search.py` joins ways on the ground (`ground.py`), timetables (`raptor.py`) and flights
(`availability.py`, the port that the running service answers) in one Pareto set; `legs.py` tells
what it found leg by leg. `direct.py` is the older, quicker search by great circles that the twin's
travellers still use. Not here: who chooses what (`demand`), the sale of seats (`booking`).
Start reading in `search.py`.
"""

__all__ = ["availability", "direct", "itinerary", "search"]
