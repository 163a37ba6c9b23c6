"""Journeys: door-to-door itineraries, with and without flight.

`search.py` joins ways on the ground (`ground.py`), timetables (`raptor.py`) and flights
(`availability.py`, the port that the running service answers) in one Pareto set; `legs.py` tells
what it found leg by leg, `worth.py` which flights one party could choose. `direct.py` is the search
in its simplest form, for the travellers of cities without streets and timetables. Not here: who
chooses what (`demand`), the sale of seats (`booking`). Start reading in `search.py`.
"""

__all__ = ["availability", "direct", "itinerary", "search"]
