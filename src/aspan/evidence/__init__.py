"""Evidence: the test site, from requirement to evidence, flight by flight.

Here: requirements, campaigns and cards, the range and its slots, go/no-go, runs and their
telemetry, analysis and identification, the plan of a year, demonstration days, evidence packages.
Not here: how a card is flown by the twin (`twin.card_flight`), what people touch (`faces`), the
line traffic beside the range (`operations`). Start reading in `card.py`, then `site.py`.
"""

__all__ = ["card"]
