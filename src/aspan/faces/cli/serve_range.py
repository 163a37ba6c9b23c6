"""What `aspan serve` is told of a test site beside the service."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.compose.service import TwinService
    from aspan.faces.http.range_site import FlownBy, RangeFace

RangeStore = Annotated[
    Path | None,
    typer.Option(
        "--range", metavar="FILE", help="Log of the test site, NAME.range; no test site if none."
    ),
]
RangeRuns = Annotated[
    str,
    typer.Option(
        metavar="WHO", help="Who flies its runs: twin, or aircraft, which send telemetry."
    ),
]

_FLOWN_BY: "dict[str, FlownBy]" = {"twin": "twin", "aircraft": "aircraft"}


def open_range(
    service: "TwinService", path: Path | None, flown_by: str, tell: Callable[[str], None]
) -> "RangeFace | None":
    """Return the test site of a service; None if none was asked for."""
    if path is None:
        return None
    who = _FLOWN_BY.get(flown_by)
    if who is None:
        raise InvalidInput("--range-runs", flown_by, "twin or aircraft")
    from aspan.compose.service import AlertLine
    from aspan.evidence.site_store import SUFFIX
    from aspan.faces.http.range_site import RangeFace

    if path.suffix != SUFFIX:
        raise InvalidInput("--range", str(path), f"a file named NAME{SUFFIX}")
    path.parent.mkdir(parents=True, exist_ok=True)
    return RangeFace(service, path, flown_by=who, notices=AlertLine(tell))
