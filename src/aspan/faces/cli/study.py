"""`aspan study`: what a budget buys; the group, its commands in files beside it.

The first word is a city, or a command about studies that are finished: `aspan study alatau` is
`aspan study run alatau`, which is why a city called `compare` is named by its path.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import typer
from typer.core import TyperGroup

_MODULES: Final = ("study_run", "study_list", "study_compare", "study_audit", "study_report")
"""Modules of this package with commands of studies, in the order of `aspan study --help`."""

RUN: Final = "run"


class CityFirst(TyperGroup):
    """A group whose first word, if it is no command of it, is a city to be studied."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  typer's own
        """Read the words, `run` put before a city."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [RUN, *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the group `aspan study` to the application."""
    group = typer.Typer(
        cls=CityFirst,
        help="Network studies: what a budget buys, proved by simulated days.",
        no_args_is_help=True,
    )
    group.callback()(_study)
    for name in _MODULES:
        if find_spec(f"aspan.faces.cli.{name}") is not None:
            import_module(f"aspan.faces.cli.{name}").register(group)
    app.add_typer(group, name="study")


def _study() -> None:
    """Network studies: aspan study CITY --budget-usd X --out DIR, and what is done with them."""
