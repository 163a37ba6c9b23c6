"""Options that several commands have, said once so that they mean and read the same everywhere."""

from typing import Annotated

import typer

CityName = Annotated[str, typer.Argument(metavar="CITY", help="Folder in cities/, or a path.")]
Phase = Annotated[int, typer.Option(metavar="N", help="Phase of the network, from 1.")]
Fleet = Annotated[
    int | None, typer.Option(metavar="N", help="Number of aircraft; all that fit if not given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
