"""Twin: the outside, simulated: weather, travellers, aircraft, a clock that leaps.

Everything follows from the seed and the log. Not here: decisions, and anything the engine may know
before it is reported. Start reading in `outside.py`, then `flight.py` and `weather.py`.
"""

__all__ = ["clock", "flight", "outside", "travellers", "weather"]
