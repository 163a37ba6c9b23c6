"""Reasons as the pages know them."""

_WEATHER = "weather_"


def name_reason(reason: str) -> str:
    """Return a reason by its short name: what the weather forbids, without saying weather."""
    return reason.removeprefix(_WEATHER)
