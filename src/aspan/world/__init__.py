"""World: the city as given, frozen and validated; atmosphere and sun.

Outside formats are read in `world.readers` and nowhere else. Not here: anything that changes
during a day. Start reading in `city.py`.
"""

__all__ = [
    "aircraft",
    "city",
    "geozones",
    "lanes",
    "quantity",
    "rules",
    "terrain",
    "vertiport",
    "weather",
    "zones",
]
