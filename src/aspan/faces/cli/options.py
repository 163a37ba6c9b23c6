"""Options that several commands have, said once so that they mean and read the same everywhere."""

from typing import Annotated

import typer

from aspan.primitives.errors import InvalidInput

CityName = Annotated[str, typer.Argument(metavar="CITY", help="Folder in cities/, or a path.")]
Phase = Annotated[int, typer.Option(metavar="N", help="Phase of the network, from 1.")]
Fleet = Annotated[
    int | None, typer.Option(metavar="N", help="Number of aircraft; all that fit if not given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

RETENTION_DAYS_MAX = 36_500


def check_retention_days(days: int) -> int:
    """Return for how many days somebody is kept; `InvalidInput` if it is no such number."""
    if not 0 <= days <= RETENTION_DAYS_MAX:
        raise InvalidInput("--retention-days", days, f"0 to {RETENTION_DAYS_MAX} days")
    return days
