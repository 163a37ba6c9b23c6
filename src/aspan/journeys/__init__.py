"""Journeys: door-to-door itineraries for a wish, with and without flight.

`availability.py` is the port that the running service answers, `direct.py` the search, and
`itinerary.py` what it returns. Not here: who chooses what (`demand`), the sale of seats
(`booking`). Start reading in `direct.py`.
"""

__all__ = ["availability", "direct", "itinerary"]
