"""A verdict as a picture: the value with its 95 % interval on the ground of what was asked."""

from typing import Final

from markupsafe import Markup

from aspan.evidence.verdict import Verdict
from aspan.faces.report.drawing import Drawing, Scale

_WIDTH: Final = 220.0
_HEIGHT: Final = 30.0
_MIDDLE: Final = 11.0


def draw_interval(verdict: Verdict) -> Markup | None:
    """Return the picture of a measured verdict; None where nothing was measured."""
    value, low, high = verdict.value, verdict.low, verdict.high
    if value is None or low is None or high is None:
        return None
    bounds = [b for b in (verdict.bound.low, verdict.bound.high) if b is not None]
    ends = [low, high, value, *bounds]
    room = 0.18 * (max(ends) - min(ends)) or max(abs(value) * 0.2, 0.5)
    drawing = Drawing(_WIDTH, _HEIGHT, verdict.words, "interval")
    x = Scale(min(ends) - room, max(ends) + room, 4.0, _WIDTH - 4.0)
    start = x(verdict.bound.low) if verdict.bound.low is not None else x.start_px
    end = x(verdict.bound.high) if verdict.bound.high is not None else x.end_px
    drawing.rect(start, _MIDDLE - 7, end - start, 14, "asked")
    for bound in bounds:
        drawing.line((x(bound), _MIDDLE - 9), (x(bound), _MIDDLE + 9), "limit")
        drawing.text((x(bound), _HEIGHT), f"{bound:g}", "soft num", "middle")
    drawing.line((x(low), _MIDDLE), (x(high), _MIDDLE), f"line {verdict.outcome}")
    for edge in (low, high):
        drawing.line((x(edge), _MIDDLE - 4), (x(edge), _MIDDLE + 4), f"line {verdict.outcome}")
    drawing.circle((x(value), _MIDDLE), 3.5, f"value {verdict.outcome}")
    return drawing.markup()
